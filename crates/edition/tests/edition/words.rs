//! Words that people read to each other. The known answers stand in `vectors/edition-words`.

use edition::{SecretKey, key_from_words, paper_words, publisher_words};

use crate::common::assert_refused;
use crate::common::samples::key;

#[test]
fn paper_brings_a_key_back() {
    for name in ["a", "b", "c", "d"] {
        let key = key(name);
        let words = paper_words(&key).unwrap();
        assert_eq!(words.split(' ').count(), 24);
        assert_eq!(key_from_words(&words).unwrap().public(), key.public());
        let loud = format!("\n {}  ", words.to_uppercase().replace(' ', " \t\r\n "));
        assert_eq!(key_from_words(&loud).unwrap().public(), key.public());
    }
}

#[test]
fn wrong_paper_is_told() {
    let words = paper_words(&key("a")).unwrap();
    let list: Vec<&str> = words.split(' ').collect();
    assert_refused(key_from_words(""), "Words");
    assert_refused(key_from_words("abandon"), "Words");
    assert_refused(key_from_words(&list[..23].join(" ")), "Words");
    assert_refused(
        key_from_words(&[&list[..], &["zoo"]].concat().join(" ")),
        "Words",
    );
    assert_refused(
        key_from_words(&words.replacen(list[0], "skywave", 1)),
        "Words",
    );
    // Twelve words with a good checksum are a key of another length.
    let twelve = format!("{} about", ["abandon"; 11].join(" "));
    assert_refused(key_from_words(&twelve), "Words");
    // A misread word: the checksum of eight bits finds all but one in 256.
    let misread = (0..24)
        .filter(|at| {
            let mut list = list.clone();
            list[*at] = if list[*at] == "zoo" { "zone" } else { "zoo" };
            key_from_words(&list.join(" ")).is_ok()
        })
        .count();
    assert!(misread <= 2, "{misread}");
}

#[test]
fn paper_is_plain_bip_39() {
    // BIP-39's own vector for 32 bytes of zeros.
    let zeros = SecretKey::from_seed(&[0; 32]);
    let expected = format!("{} art", ["abandon"; 23].join(" "));
    assert_eq!(*paper_words(&zeros).unwrap(), expected);
}

#[test]
fn words_of_publishers_differ() {
    let mut all: Vec<_> = (0..200)
        .map(|i| publisher_words(&key(&i.to_string()).public()))
        .collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 200);
}
