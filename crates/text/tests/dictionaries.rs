//! The shipped dictionaries: small enough, packed from their texts, and nothing of the corpus.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read files"
)]

#[path = "common/corpus.rs"]
mod corpus;

use std::collections::HashSet;
use std::path::Path;

use text::{Dictionary, Error, dictionaries};

/// A dictionary must be worth its airtime.
const PACKED_MAX: usize = 60_000;

fn source(language: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dictionaries");
    std::fs::read(root.join(format!("{language}.txt"))).unwrap()
}

#[test]
fn packed_dictionaries_are_those_of_the_texts() {
    for shipped in dictionaries::all() {
        let dictionary = Dictionary::from_packed(shipped.packed, dictionaries::LONGEST).unwrap();
        assert!(
            dictionary.text() == source(shipped.language),
            "{}: run `cargo run --release -p skywave-text --example pack_dictionaries`",
            shipped.language
        );
        assert_eq!(dictionary.packed(), shipped.packed, "{}", shipped.language);
        assert!(
            shipped.packed.len() <= PACKED_MAX,
            "{} is too large",
            shipped.language
        );
        assert_eq!(
            dictionary.hash(),
            *blake3::hash(dictionary.text()).as_bytes()
        );
    }
}

#[test]
fn a_longer_dictionary_than_allowed_is_refused_before_it_is_read() {
    let packed = dictionaries::for_language("fa").unwrap();
    let declared = Dictionary::from_packed(packed, dictionaries::LONGEST)
        .unwrap()
        .text()
        .len();
    let refused = Dictionary::from_packed(packed, declared - 1).err();
    assert_eq!(
        refused,
        Some(Error::TooLong {
            declared: declared as u64,
            limit: declared - 1
        })
    );
    assert_eq!(
        Dictionary::from_packed(&packed[..3], 9).err(),
        Some(Error::NotADictionary)
    );
    let mut newer = packed.to_vec();
    newer[0] += 1;
    let newer = Dictionary::from_packed(&newer, dictionaries::LONGEST).err();
    assert_eq!(newer, Some(Error::NotADictionary));
}

#[test]
fn languages_are_found_by_their_primary_subtag() {
    assert_eq!(
        dictionaries::for_language("fa-AF"),
        dictionaries::for_language("fa")
    );
    assert_eq!(
        dictionaries::for_language("EN-gb"),
        dictionaries::for_language("en")
    );
    assert!(dictionaries::for_language("ar").is_some());
    assert!(dictionaries::for_language("fao").is_none());
    assert!(dictionaries::for_language("").is_none());
}

fn words(text: &str) -> Vec<String> {
    let letters = |c: char| c.is_alphanumeric() || c == '\u{200c}';
    text.split(|c| !letters(c))
        .filter(|w| !w.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[test]
fn no_eight_words_of_the_corpus_stand_in_a_dictionary() {
    let texts = corpus::everything();
    if texts.is_empty() {
        return;
    }
    let mut runs = HashSet::new();
    for text in &texts {
        runs.extend(words(text).windows(8).map(|run| run.join(" ")));
    }
    assert!(runs.len() > 50_000, "the corpus was not read");
    for shipped in dictionaries::all() {
        let dictionary = String::from_utf8(source(shipped.language)).unwrap();
        for run in words(&dictionary).windows(8).map(|run| run.join(" ")) {
            assert!(
                !runs.contains(&run),
                "{}: “{run}” is from the corpus",
                shipped.language
            );
        }
    }
}
