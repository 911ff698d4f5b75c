//! Our compressor beside its peers, with and without the shipped dictionaries: the table of
//! `docs/compression.md`. `cargo run --release -p skywave-text --example compare`
#![allow(clippy::disallowed_methods, reason = "a bench reads its own CPU time")]
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, or stops"
)]

#[path = "../tests/common/corpus.rs"]
mod corpus;

use std::io::Write as _;

use text::{Dictionary, Primed, compress, decompress, dictionaries};

/// The least CPU time (s) that this takes a thread, of five tries: the machine may be shared.
fn fastest(mut work: impl FnMut()) -> f64 {
    let cpu = || match std::fs::read_to_string("/proc/thread-self/schedstat") {
        Ok(stat) => stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e9,
        Err(_) => f64::NAN,
    };
    let tries = (0..5).map(|_| {
        let started = cpu();
        work();
        cpu() - started
    });
    tries.fold(f64::INFINITY, f64::min)
}

fn ppmd(text: &[u8]) -> usize {
    let mut encoder = ppmd_rust::Ppmd7Encoder::new(Vec::new(), 8, 64 << 20).unwrap();
    encoder.write_all(text).unwrap();
    encoder.finish(false).unwrap().len()
}

fn zstd(text: &[u8], dictionary: &[u8]) -> usize {
    let mut compressor = zstd::bulk::Compressor::with_dictionary(22, dictionary).unwrap();
    // As bare as the formats beside it: no checksum, no length.
    compressor.include_checksum(false).unwrap();
    compressor.include_contentsize(false).unwrap();
    compressor.compress(text).unwrap().len()
}

fn brotli(text: &[u8], dictionary: &[u8]) -> usize {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        ..Default::default()
    };
    let mut out = Vec::new();
    brotli::enc::BrotliCompressCustomIoCustomDict(
        &mut brotli::IoReaderWrapper(&mut &text[..]),
        &mut brotli::IoWriterWrapper(&mut out),
        &mut [0; 4096],
        &mut [0; 4096],
        &params,
        brotli::enc::StandardAlloc::default(),
        &mut |_, _, _, _| (),
        dictionary,
        std::io::Error::from(std::io::ErrorKind::UnexpectedEof),
    )
    .unwrap();
    out.len()
}

struct Row {
    name: String,
    raw: usize,
    plain: [usize; 4],
    primed: [usize; 4],
}

fn main() {
    let mut rows: Vec<Row> = Vec::new();
    let mut speeds = Vec::new();
    let samples = corpus::samples();
    for shipped in dictionaries::all() {
        let dictionary = Dictionary::from_packed(shipped.packed, dictionaries::LONGEST).unwrap();
        let known = dictionary.text();
        let primed = Primed::new(&dictionary);
        let priming = fastest(|| drop(Primed::new(&dictionary)));
        let mut decoding = (0, 0.0);
        for sample in samples.iter().filter(|s| s.language == shipped.language) {
            let text = sample.text.as_bytes();
            let code = compress(text, Some(&primed));
            let seconds =
                fastest(|| assert!(decompress(&code, text.len(), Some(&primed)).unwrap() == text));
            decoding = (decoding.0 + text.len(), decoding.1 + seconds);
            let both = [known, text].concat();
            rows.push(Row {
                name: sample.name.clone(),
                raw: text.len(),
                plain: [
                    brotli(text, &[]),
                    zstd(text, &[]),
                    ppmd(text),
                    compress(text, None).len(),
                ],
                primed: [
                    brotli(text, known),
                    zstd(text, known),
                    ppmd(&both) - ppmd(known),
                    code.len(),
                ],
            });
        }
        speeds.push(format!(
            "| {} | {} | {} | {:.0} ms ({:.2} MB/s) | {:.2} MB/s |",
            shipped.language,
            known.len(),
            shipped.packed.len(),
            priming * 1e3,
            known.len() as f64 / priming / 1e6,
            decoding.0 as f64 / decoding.1 / 1e6
        ));
    }
    for half in ["fa tune", "fa held"] {
        let of_half: Vec<&Row> = rows
            .iter()
            .filter(|row| row.name.starts_with(half))
            .collect();
        let sum = |f: fn(&Row) -> [usize; 4]| {
            std::array::from_fn(|i| of_half.iter().map(|row| f(row)[i]).sum())
        };
        rows.push(Row {
            name: format!("{half} 1–3"),
            raw: of_half.iter().map(|row| row.raw).sum(),
            plain: sum(|row| row.plain),
            primed: sum(|row| row.primed),
        });
    }
    println!(
        "| text | bytes | brotli 11 | zstd 22 | PPMd H 8 | **ours** | brotli + dict | zstd + dict | PPMd + dict | **ours + dict** | ÷ PPMd |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for row in rows {
        let [a, b, c, d] = row.plain;
        let [e, f, g, h] = row.primed;
        let ratio = h as f64 / c as f64;
        println!(
            "| {} | {} | {a} | {b} | {c} | {d} | {e} | {f} | {g} | **{h}** | {ratio:.3} |",
            row.name, row.raw
        );
    }
    println!("\n| dictionary | bytes | packed | priming | decoding |\n|---|---|---|---|---|");
    speeds.iter().for_each(|line| println!("{line}"));
}
