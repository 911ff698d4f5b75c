//! Writes the golden files `vectors/file-*` anew: `cargo run -p skywave-file --example vectors`.
//!
//! To be run when the form changes, which it does not. `tests/vectors.rs` reads them.

#![allow(clippy::unwrap_used, reason = "it may stop")]
#![allow(clippy::disallowed_methods, reason = "it writes files")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::fmt::Write;
use std::path::Path;

use common::{base64, describe, hex, page, sky, zipped};
use file::{HEADER_BYTES, MAX_PACKET_BYTES};

fn save(name: &str, what: &str, bytes: &[u8]) {
    let mut text = format!("what: {what}\n{}\n", describe(bytes));
    for line in bytes.chunks(32) {
        writeln!(text, "{}", hex(line)).unwrap();
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors");
    std::fs::write(folder.join(format!("file-{name}")), text).unwrap();
}

/// Packets of these lengths, of no meaning.
fn packets(lengths: &[usize]) -> Vec<Vec<u8>> {
    let packet = |(number, length): (usize, &usize)| {
        let byte = |at| (at * 7 + number * 41 + 3) as u8;
        (0..*length).map(byte).collect()
    };
    lengths.iter().enumerate().map(packet).collect()
}

fn main() {
    let three = sky(&packets(&[20, 33, 7]));
    save("three", "a file of three packets", &three);
    save("empty", "a file without packets", &sky(&[]));
    save(
        "lengths",
        "the shortest and the longest packet",
        &sky(&packets(&[1, MAX_PACKET_BYTES])),
    );
    let second = HEADER_BYTES + 8 + 20;
    save(
        "part",
        "a part of a split file: begun inside a record, cut inside of another",
        &three[second - 5..three.len() - 1],
    );
    save(
        "two",
        "a file behind another",
        &[&three[..], &three].concat(),
    );
    save(
        "garbage",
        "a file behind bytes that are none of it, some of them the mark's and the magic's",
        &[b"\x89\x89\xd3\x00\x89SKY\r\n\x1a\x89".as_slice(), &three].concat(),
    );
    let changed = |at: usize, value: u8| {
        let mut bytes = three.clone();
        bytes[at] = value;
        bytes
    };
    save(
        "bad-packet",
        "a byte of the second packet is wrong",
        &changed(second + 9, 0),
    );
    save(
        "bad-length",
        "the second packet's length is wrong, and possible",
        &changed(second + 7, 90),
    );
    save(
        "bad-mark",
        "the second record's mark is wrong",
        &changed(second + 1, 0xD2),
    );
    save(
        "lost-bytes",
        "bytes are missing from the first record to the second",
        &[&three[..second - 4], &three[second + 3..]].concat(),
    );
    let mut zeros = vec![0x89, 0xD3];
    zeros.extend_from_slice(&crc32fast::hash(&[0, 0]).to_be_bytes());
    zeros.extend_from_slice(&[0, 0]);
    save("bad-none", "a record of no bytes, which is none", &zeros);
    let mut long = vec![0x89, 0xD3];
    let mut body = (MAX_PACKET_BYTES as u16 + 1).to_be_bytes().to_vec();
    body.resize(2 + MAX_PACKET_BYTES + 1, 0x55);
    long.extend_from_slice(&crc32fast::hash(&body).to_be_bytes());
    long.extend_from_slice(&body);
    save("bad-long", "a record of 1,277 bytes, which is none", &long);
    let nested = sky(&[sky(&packets(&[12]))]);
    save(
        "nested",
        "a packet that holds a file, and is one packet",
        &nested,
    );
    let mut harmed = nested;
    harmed[HEADER_BYTES + 2] ^= 1;
    save(
        "bad-nested",
        "the same, damaged around the file in it, which is then found",
        &harmed,
    );
    let mut newer = three.clone();
    (newer[8], newer[9]) = (2, 0xFD);
    save("newer", "the header of version 2", &newer);
    newer[9] = 0xFE;
    save(
        "bad-version",
        "a version that its complement does not confirm",
        &newer,
    );
    save(
        "text-lf",
        "passed on as text: each CR LF became LF",
        &replace(&three, b"\r\n", b"\n"),
    );
    save(
        "text-crlf",
        "passed on as text: each LF became CR LF",
        &replace(&three, b"\n", b"\r\n"),
    );
    save(
        "zip",
        "the file in a stored zip",
        &zipped("news.sky", &three),
    );
    save("page", "the file in a page", &page("News", &three));
    save(
        "page-full",
        "a file in a page, of a length that takes no padding",
        &page("News", &sky(&packets(&[20, 32]))),
    );
    let text = base64(&three);
    let mut harmed = page("News", &three);
    let begin = harmed
        .windows(text.len())
        .position(|w| w == text.as_bytes())
        .unwrap();
    harmed[begin + 30..begin + 37].fill(b' ');
    save(
        "page-bad",
        "the file in a page, seven characters of it blank",
        &harmed,
    );
    save(
        "base64",
        "the base64 of a page from the second record's beginning on",
        &page("News", &three)[begin + second / 3 * 4..],
    );
}

fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = bytes;
    while let [first, later @ ..] = rest {
        if let Some(later) = rest.strip_prefix(from) {
            out.extend_from_slice(to);
            rest = later;
        } else {
            out.push(*first);
            rest = later;
        }
    }
    out
}
