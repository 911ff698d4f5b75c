//! The golden files of `vectors/file-*`: each is what its header says.
//!
//! A vector has `key: value` lines, an empty line, and the file in hexadecimal. `expect` is the
//! number of packets in it, and there is a line `packet: OFFSET BYTES` for each; `skipped` counts
//! the bytes that are of no record and no header; `form` is what the file begins like; `newer` and
//! `mangled` are there where the header says so.

#![allow(clippy::unwrap_used, reason = "tests may")]
#![expect(clippy::disallowed_methods, reason = "the vectors are files")]

mod common;

use common::{describe, read};

#[test]
fn every_vector_is_what_it_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("file-") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let (header, body) = text.split_once("\n\n").unwrap();
        let (what, expected) = header.split_once('\n').unwrap();
        assert!(what.starts_with("what: "), "{name}");
        let digits: Vec<u32> = body.chars().filter_map(|c| c.to_digit(16)).collect();
        let bytes: Vec<u8> = digits.chunks(2).map(|d| (d[0] << 4 | d[1]) as u8).collect();
        assert_eq!(describe(&bytes).trim_end(), expected, "{name}");
        let (at_once, _) = read(&bytes, usize::MAX);
        for chunk in [1, 2, 7, 100] {
            assert_eq!(
                read(&bytes, chunk).0,
                at_once,
                "{name} in pieces of {chunk}"
            );
        }
        count += 1;
    }
    assert!(count >= 20, "{count} vectors are few");
}
