//! Writes the golden files `vectors/udp-*` and the seeds of `fuzz/corpus/udp` anew: `cargo run -p
//! skywave-udp --example vectors`.
//!
//! To be run when the form changes, which it does not. `tests/vectors.rs` reads them.

#![allow(clippy::unwrap_used, reason = "it may stop")]
#![allow(clippy::disallowed_methods, reason = "it writes files")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::fmt::Write;
use std::path::{Path, PathBuf};

use common::{ETHERNET, Form, capture, describe, hex, ip, read};
use udp::{FdtFile, FdtInstance, FdtPackets, Ntp, Symbol, write_close, write_signal, write_symbol};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn save(name: &str, what: &str, header: &str, bytes: &[u8]) {
    let mut text = format!("what: {what}\n{header}\n\n");
    for line in bytes.chunks(32) {
        writeln!(text, "{}", hex(line)).unwrap();
    }
    std::fs::write(root().join("vectors").join(format!("udp-{name}")), text).unwrap();
    let seed = [&[31], bytes].concat();
    std::fs::write(root().join("fuzz/corpus/udp").join(name), seed).unwrap();
}

fn datagram(name: &str, what: &str, bytes: &[u8]) {
    save(name, what, &format!("datagram: {}", describe(bytes)), bytes);
}

fn captured(name: &str, what: &str, bytes: &[u8]) {
    let (found, ..) = read(bytes, usize::MAX);
    let mut header = format!("capture: {}", found.len());
    for (at, datagram) in &found {
        write!(header, "\nat {at}: {}", describe(datagram)).unwrap();
    }
    save(name, what, &header, bytes);
}

fn main() {
    std::fs::create_dir_all(root().join("fuzz/corpus/udp")).unwrap();
    let object = *b"\x01\x23\x45\x67\x89\xab\xcd\xef";
    let bytes: Vec<u8> = (0..16).collect();
    let symbol = |sbn, esi| {
        let symbol = Symbol {
            object,
            sbn,
            esi,
            bytes: &bytes,
        };
        let mut out = Vec::new();
        write_symbol(0x5EED_0000, &symbol, &mut out).unwrap();
        out
    };
    let first = symbol(0, 0);
    datagram("symbol", "the first symbol of an object", &first);
    datagram(
        "symbol-last",
        "the last that can be",
        &symbol(254, (1 << 24) - 1),
    );
    let mut signal = Vec::new();
    write_signal(0x5EED_0001, b"\x02a head", &mut signal).unwrap();
    datagram("signal", "a head", &signal);
    for (name, is_of_signals) in [("close", false), ("close-signals", true)] {
        let mut out = Vec::new();
        write_close(
            0x5EED_0000 | u32::from(is_of_signals),
            is_of_signals,
            &mut out,
        );
        datagram(name, "the end of a session", &out);
    }
    let mut packets = FdtPackets::new(0x5EED_0000, 0x12_3456, vec![b'x'; 1_201], false).unwrap();
    for name in ["fdt-packet-first", "fdt-packet-last"] {
        let mut out = Vec::new();
        packets.write_next(Ntp::from_unix(1_800_000_000, 500_000_000), &mut out);
        datagram(name, "one of two packets of an FDT", &out);
    }
    let mut out = Vec::new();
    let mut gzip = FdtPackets::new(0x5EED_0000, 7, vec![0x1F, 0x8B, 8], true).unwrap();
    gzip.write_next(Ntp::from_unix(1_800_000_000, 0), &mut out);
    datagram("fdt-packet-gzip", "one packet of a compressed FDT", &out);
    let changed = |from: &[u8], changes: &[(usize, u8)]| {
        let mut bytes = from.to_vec();
        changes.iter().for_each(|(at, byte)| bytes[*at] = *byte);
        bytes
    };
    let inserted = |from: &[u8], at: usize, what: &[u8], words: u8| {
        let mut bytes = from.to_vec();
        bytes.splice(at..at, what.iter().copied());
        bytes[2] += words;
        bytes
    };
    // A congestion control field of 128 bits and TSI, TOI with half words.
    let long = [
        &[0x1C, 0xF0, 12, 6][..],
        &[0; 16],
        &[1, 2, 3, 4, 5, 6],
        &[0; 14],
        &[0, 0, 0, 0],
        &[0; 8],
    ]
    .concat();
    datagram(
        "other-toi",
        "a TOI of 112 bits",
        &changed(&long, &[(30, 1)]),
    );
    datagram(
        "other-codepoint",
        "another FEC scheme",
        &changed(&first, &[(3, 1)]),
    );
    datagram(
        "extensions",
        "a symbol behind two extensions that are not known",
        &inserted(&first, 20, &[5, 2, 0, 0, 9, 9, 9, 9, 200, 1, 2, 3], 3),
    );
    datagram(
        "bad-extension-empty",
        "an extension of no words",
        &inserted(&first, 20, &[5, 0, 0, 0], 1),
    );
    datagram(
        "bad-extension-long",
        "an extension that is longer than the header",
        &inserted(&first, 20, &[5, 2, 0, 0], 1),
    );
    datagram("bad-version", "LCT 2", &changed(&first, &[(0, 0x20)]));
    datagram(
        "bad-header",
        "HDR_LEN of 4 words",
        &changed(&first, &[(2, 4)]),
    );
    datagram(
        "bad-header-long",
        "HDR_LEN beyond the end",
        &changed(&first, &[(2, 255)]),
    );
    datagram("bad-cut", "nothing but flags", &first[..4]);
    datagram("bad-cut-payload-id", "half an FEC Payload ID", &first[..22]);
    datagram("bad-empty", "no symbol", &first[..24]);
    let mut long = first.clone();
    long.resize(24 + 1_257, 0);
    datagram("bad-long", "a symbol of 1,257 bytes", &long);
    datagram(
        "bad-fdt",
        "TOI 0 without EXT_FDT",
        &changed(&first, &(12..20).map(|at| (at, 0)).collect::<Vec<_>>()),
    );
    let payloads = [first.clone(), signal, b"of somebody else".to_vec()];
    captured(
        "capture",
        "a capture of Ethernet",
        &capture(ETHERNET, &payloads, false),
    );
    let linux = Form {
        link: 276,
        is_nano: true,
        is_little: false,
    };
    captured(
        "capture-any",
        "big-endian, in nanoseconds, of IPv6 on Linux's device any",
        &capture(linux, &payloads, true),
    );
    let mut cut = capture(ETHERNET, &payloads[..1], false);
    let frame = [ETHERNET.before(false, 0), ip(&payloads[1], false)].concat();
    cut.extend(ETHERNET.record(&frame, 44));
    cut.extend([0xFF; 9]);
    cut.extend(ETHERNET.record(&frame, frame.len()));
    cut.extend(ETHERNET.record(&frame, frame.len()).iter().take(30));
    captured(
        "capture-damaged",
        "a datagram captured in part, bytes of no record, and cut at the end",
        &cut,
    );
    let file = |location: &str, first: u8, transfer_length| FdtFile {
        location: location.to_owned(),
        object: [first, 0, 0, 0, 0, 0, 0, 1],
        transfer_length,
        symbol_bytes: 1_256,
        blocks: 3,
    };
    let instance = FdtInstance {
        expires: Ntp::from_unix(1_800_000_000, 0),
        files: vec![
            file(&"0123456789abcdef".repeat(4), 0xFF, 10_000_000),
            file("a\"b&<c>'", 0, 1),
        ],
    };
    let text = format!(
        "what: an FDT Instance\nfdt: XML\n\n{}",
        instance.to_xml().unwrap()
    );
    std::fs::write(root().join("vectors/udp-fdt"), text).unwrap();
}
