//! The golden files of `vectors/udp-*`: each is what its header says.
//!
//! A vector has `key: value` lines, an empty line, and bytes in hexadecimal. With `datagram:` it is
//! one, and what follows the colon is what it is; with `capture:` it is a file, with the number of its
//! datagrams, and a line `at OFFSET: …` for each; with `fdt:` it is the XML of an FDT Instance.

#![allow(clippy::unwrap_used, reason = "tests may")]
#![expect(clippy::disallowed_methods, reason = "the vectors are files")]

mod common;

use common::{describe, read, unhex};
use udp::{FdtFile, FdtInstance, Ntp};

#[test]
fn every_vector_is_what_it_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("udp-") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let (header, body) = text.split_once("\n\n").unwrap();
        let mut lines = header.lines();
        assert!(lines.next().unwrap().starts_with("what: "), "{name}");
        let (kind, expected) = lines.next().unwrap().split_once(": ").unwrap();
        match kind {
            "datagram" => assert_eq!(describe(&unhex(body)), expected, "{name}"),
            "capture" => {
                let (found, ..) = read(&unhex(body), 7);
                assert_eq!(found.len().to_string(), expected, "{name}");
                let found = found
                    .iter()
                    .map(|(at, d)| format!("at {at}: {}", describe(d)));
                assert!(lines.eq(found), "{name}");
            }
            "fdt" => assert_eq!(body, instance().to_xml().unwrap(), "{name}"),
            other => panic!("{name}: {other}"),
        }
        count += 1;
    }
    assert!(count >= 20, "{count} vectors are few");
}

/// Two files, one of them with a name that has to be escaped.
fn instance() -> FdtInstance {
    let file = |location: &str, first: u8, transfer_length| FdtFile {
        location: location.to_owned(),
        object: [first, 0, 0, 0, 0, 0, 0, 1],
        transfer_length,
        symbol_bytes: 1_256,
        blocks: 3,
    };
    FdtInstance {
        expires: Ntp::from_unix(1_800_000_000, 0),
        files: vec![
            file(&"0123456789abcdef".repeat(4), 0xFF, 10_000_000),
            file("a\"b&<c>'", 0, 1),
        ],
    }
}
