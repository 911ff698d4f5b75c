//! Every text comes back, and every code is the only one of its text.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "common/corpus.rs"]
mod corpus;

use std::sync::OnceLock;

use proptest::prelude::*;
use text::{Dictionary, Error, Primed, compress, decompress, dictionaries};

fn primed() -> &'static Primed {
    static PRIMED: OnceLock<Primed> = OnceLock::new();
    PRIMED.get_or_init(|| {
        Primed::new(&Dictionary::new(
            "خبرگزاری گفت: «می‌رویم». The news at ten.\n"
                .repeat(3)
                .into(),
        ))
    })
}

fn round_trip(text: &[u8]) {
    for dictionary in [None, Some(primed())] {
        let code = compress(text, dictionary);
        let back = decompress(&code, text.len(), dictionary);
        assert!(back.as_deref() == Ok(text), "not the same text");
    }
}

#[test]
fn odd_texts() {
    round_trip(b"");
    round_trip(&[0]);
    round_trip(&[0; 5000]);
    round_trip(&[0xff; 100]);
    round_trip("خبر\u{200c}ها — 新闻 🙂 Ελλάδα \u{10ffff}".as_bytes());
    // Cut characters, overlong forms, surrogates, lone continuation bytes.
    round_trip(&[
        0xd8, 0xd8, 0xaf, 0xe2, 0x80, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0xf4, 0x90, 0x80, 0x80,
    ]);
    round_trip(&(0..=255).collect::<Vec<u8>>());
    // More code points than there are places for.
    let many: String = (0x80..0x500).filter_map(char::from_u32).collect();
    round_trip(many.repeat(2).as_bytes());
}

#[test]
fn the_corpus_comes_back_and_meets_the_marks() {
    let samples = corpus::samples();
    for shipped in dictionaries::all() {
        let dictionary = Dictionary::from_packed(shipped.packed, dictionaries::LONGEST).unwrap();
        let primed = Primed::new(&dictionary);
        for sample in samples.iter().filter(|s| s.language == shipped.language) {
            let text = sample.text.as_bytes();
            let code = compress(text, Some(&primed));
            assert!(decompress(&code, text.len(), Some(&primed)).as_deref() == Ok(text));
            let mark = if sample.name == "fa 40" {
                4_400
            } else {
                ppmd(text) * 86 / 100
            };
            assert!(
                code.len() <= mark,
                "{}: {} > {mark}",
                sample.name,
                code.len()
            );
        }
    }
}

fn ppmd(text: &[u8]) -> usize {
    use std::io::Write as _;
    let mut encoder = ppmd_rust::Ppmd7Encoder::new(Vec::new(), 8, 16 << 20).unwrap();
    encoder.write_all(text).unwrap();
    encoder.finish(false).unwrap().len()
}

#[test]
fn what_is_damaged_is_an_error_or_another_text() {
    let text = "Nothing has to be sent back. Whatever part arrives is useful.".as_bytes();
    let code = compress(text, None);
    let mut damaged = Vec::new();
    for at in (0..code.len()).step_by(3) {
        damaged.push(code[..at].to_vec());
        for bit in [0, 3, 7] {
            damaged.push(code.clone());
            damaged.last_mut().unwrap()[at] ^= 1 << bit;
        }
    }
    for damaged in damaged {
        if let Ok(other) = decompress(&damaged, text.len(), None) {
            assert_ne!(other, text);
            assert_eq!(compress(&other, None), damaged);
        }
    }
    for surplus in [0, 1, 255] {
        let mut longer = code.clone();
        longer.push(surplus);
        let refused = decompress(&longer, text.len(), None);
        assert_eq!(refused, Err(Error::Malformed { length: text.len() }));
    }
    assert!(decompress(&code, 0, None).is_err());
    assert_eq!(decompress(&[], 0, None), Ok(Vec::new()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_bytes(text in proptest::collection::vec(any::<u8>(), 0..600)) {
        round_trip(&text);
    }

    #[test]
    fn any_text(text in "[ء-یa-zA-Z0-9 .،\u{200c}\\n]{0,300}\\PC{0,60}") {
        round_trip(text.as_bytes());
    }

    #[test]
    fn any_code(code in proptest::collection::vec(any::<u8>(), 0..200), length in 0usize..900) {
        for dictionary in [None, Some(primed())] {
            if let Ok(text) = decompress(&code, length, dictionary) {
                prop_assert_eq!(text.len(), length);
                prop_assert_eq!(&compress(&text, dictionary), &code);
            }
        }
    }
}
