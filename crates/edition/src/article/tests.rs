//! The canonical encoding of articles, before they are packed.

use proptest::prelude::*;

use super::*;
use crate::common::tree::{self, Twist};
use crate::common::{assert_refused, samples, strategies};
use crate::limits::{EXTRA_BYTES, NESTING};
use crate::skeleton::{join, split};

fn read(bytes: &[u8]) -> Result<Article, Error> {
    let mut reader = Reader::new(STRUCTURE, bytes);
    let article = Article::read(&mut reader)?;
    reader.finish()?;
    Ok(article)
}

/// `bytes` with one more field at the end.
fn with_field(bytes: &[u8], key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut out = [bytes, key, value].concat();
    out[0] += 1;
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn articles_come_back_as_they_were(article in strategies::article()) {
        let bytes = article.to_bytes();
        prop_assert_eq!(article.canonical_len(), bytes.len());
        prop_assert_eq!(tree::write(&tree::read(&bytes)), bytes.clone(), "the slow reference");
        let back = read(&bytes).unwrap();
        prop_assert_eq!(&back, &article);
        prop_assert_eq!(back.to_bytes(), bytes);
    }

    #[test]
    fn text_and_structure_come_together_again(article in strategies::article()) {
        let bytes = article.to_bytes();
        prop_assert_eq!(join(&split(&bytes).unwrap()).unwrap(), bytes);
    }

    #[test]
    fn a_changed_byte_is_refused_or_another_article(
        article in strategies::article(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 32),
    ) {
        let bytes = article.to_bytes();
        for (at, flip) in changes {
            let mut mutated = bytes.clone();
            let at = at.index(mutated.len());
            mutated[at] ^= flip;
            if let Ok(other) = read(&mutated) {
                prop_assert_ne!(&other, &article);
                prop_assert_eq!(other.to_bytes(), mutated);
            }
        }
    }

    #[test]
    fn any_bytes_are_refused_or_canonical(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(article) = read(&bytes) {
            prop_assert_eq!(article.to_bytes(), bytes);
        }
    }

    #[test]
    fn any_halves_are_refused_or_the_only_ones(
        skeleton in prop::collection::vec(
            prop_oneof![Just(0xf6u8), 0..24u8, 0x80..0x84u8, 0xa0..0xa4u8, any::<u8>()], 0..40),
        text in "[a-c\n\u{b}]{0,40}",
    ) {
        let halves = crate::skeleton::Halves { skeleton, text: text.into_bytes() };
        if let Ok(value) = join(&halves)
            && read(&value).is_ok()
        {
            prop_assert_eq!(split(&value).unwrap(), halves);
        }
    }
}

#[test]
fn every_other_encoding_of_an_article_is_refused() {
    let tree = tree::read(&samples::article(3).to_bytes());
    let mut tried = 0;
    for nth in 0..tree::count(&tree) {
        for twist in Twist::ALL {
            let (bytes, applied) = tree::twisted(&tree, nth, twist);
            if applied {
                tried += 1;
                assert!(read(&bytes).is_err(), "{twist:?} of value {nth}");
            }
        }
    }
    assert!(tried > 500, "{tried}");
}

#[test]
fn every_cut_article_is_refused_and_so_is_what_follows() {
    let bytes = samples::article(3).to_bytes();
    for end in 0..bytes.len() {
        assert!(read(&bytes[..end]).is_err());
    }
    assert_refused(read(&[&bytes[..], &[0]].concat()), "Trailing");
}

#[test]
fn default_values_are_left_out() {
    let bare = Article {
        title: "t".into(),
        ..Article::default()
    };
    let bytes = bare.to_bytes();
    assert_eq!(bytes, [0xa4, 0, 1, 1, 0, 3, 0x61, b't', 7, 0]);
    // Revision 0, and no blocks.
    assert_refused(
        read(&[0xa5, 0, 1, 1, 0, 2, 0, 3, 0x61, b't', 7, 0]),
        "Invalid",
    );
    assert_refused(read(&with_field(&bytes, &[10], &[0x80])), "Invalid");
}

#[test]
fn unknown_fields_from_128_on_are_kept() {
    let bytes = samples::article(3).to_bytes();
    let newer = with_field(&bytes, &[0x18, 128], &[0xa1, 5, 0x82, 0xf5, 0x41, 9]);
    let article = read(&newer).unwrap();
    assert_eq!(article.to_bytes(), newer);
    assert_eq!(article.extra.iter().count(), 1);
    assert_refused(read(&with_field(&bytes, &[0x18, 127], &[1])), "UnknownKey");
    // What is kept must be canonical, bounded, and of the types that exist.
    for value in [
        &[0x18, 5][..],
        &[0xf6],
        &[0xf9, 0, 0],
        &[0x9f, 0xff],
        &[0xa2, 2, 0, 1, 0],
        &[0x62, 0xc3, 0x28],
    ] {
        assert!(read(&with_field(&bytes, &[0x18, 128], value)).is_err());
    }
}

#[test]
fn unknown_fields_have_room_up_to_their_limit() {
    let bytes = samples::article(3).to_bytes();
    let value = |len: usize| {
        let mut writer = Writer::new();
        writer.bytes(&vec![7; len]);
        writer.into_bytes()
    };
    // Three bytes of the string's head, nine for the key.
    let longest = EXTRA_BYTES - 9 - 3;
    let read = |len| read(&with_field(&bytes, &[0x18, 128], &value(len)));
    assert!(read(longest).is_ok());
    assert_refused(read(longest + 1), "Limit");
}

#[test]
fn unknown_values_nest_up_to_their_limit() {
    let bytes = samples::article(3).to_bytes();
    let nested = |depth: usize| {
        let value = [vec![0x81; depth - 1], vec![0x80]].concat();
        read(&with_field(&bytes, &[0x18, 128], &value))
    };
    assert!(nested(crate::limits::CBOR_DEPTH).is_ok());
    assert_refused(nested(crate::limits::CBOR_DEPTH + 1), "Limit");
    assert_refused(nested(100_000), "Limit");
}

#[test]
fn hostile_nesting_of_blocks_is_refused() {
    // A quote in a quote in a quote …
    let bytes = samples::article(3).to_bytes();
    let quotes = |depth: usize| {
        let mut value = [0x81, 0x83, 3, 0xf4].repeat(depth - 1);
        value.push(0x80);
        let bare = [0xa5, 0, 1, 1, 0, 3, 0x61, b't', 7, 0, 10];
        read(&[&bare[..], &value].concat())
    };
    assert!(read(&bytes).is_ok());
    assert!(quotes(NESTING).is_ok());
    assert_refused(quotes(NESTING + 1), "Limit");
    assert_refused(quotes(1_000_000), "Limit");
}

#[test]
fn what_stands_for_a_line_feed_cannot_stand_in_a_string() {
    let block = Block::Unknown {
        kind: 32,
        text: String::new(),
        rest: vec![vec![0x61, 0x0b]],
    };
    let article = Article {
        blocks: vec![block],
        ..Article::default()
    };
    let bytes = article.to_bytes();
    assert!(read(&bytes).is_ok());
    assert_refused(split(&bytes), "Invalid");
}
