//! Bundles: hostile ones cost little, and packing always gives the same bytes.

use edition::limits::{ARTICLES, BUNDLE_BYTES, ITEMS, PARTS};
use edition::{Article, Bundle, Dictionaries, Error};

use crate::common::tree::{self, Tree};
use crate::common::{assert_refused, dictionaries, samples};

/// A bundle made by hand: halves, and the lengths that it declares.
struct Hand {
    language: Option<&'static str>,
    dictionary: Option<[u8; 32]>,
    lens: Option<(u64, u64)>,
    skeleton: Vec<u8>,
    text: Vec<u8>,
}

impl Hand {
    fn of(skeleton: &[u8], text: &str) -> Self {
        Self {
            language: None,
            dictionary: None,
            lens: None,
            skeleton: skeleton.to_vec(),
            text: text.as_bytes().to_vec(),
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let real = (self.skeleton.len() as u64, self.text.len() as u64);
        let (skeleton_len, text_len) = self.lens.unwrap_or(real);
        let language = self.language.unwrap_or("eo").into();
        let fields = [
            Some((0, Tree::Uint(1))),
            Some((1, Tree::Text(language))),
            self.dictionary.map(|hash| (2, Tree::Bytes(hash.to_vec()))),
            Some((3, Tree::Uint(skeleton_len))),
            Some((4, Tree::Uint(text_len))),
            Some((5, Tree::Bytes(text::compress(&self.skeleton, None)))),
            Some((6, Tree::Bytes(text::compress(&self.text, None)))),
        ];
        let fields = fields.into_iter().flatten();
        tree::write(&Tree::Map(
            fields.map(|(k, v)| (Tree::Uint(k), v)).collect(),
        ))
    }

    fn unpack(&self) -> Result<Bundle, Error> {
        Bundle::unpack(&self.bytes(), &mut dictionaries())
    }
}

/// An array of articles with a number and a title: all that is required.
fn skeleton(numbers: &[u8]) -> Vec<u8> {
    let mut out = vec![0x80 | numbers.len() as u8];
    for number in numbers {
        out.extend_from_slice(&[0xa4, 0, 1, 1, *number, 3, 0xf6, 7, 0]);
    }
    out
}

#[test]
fn by_hand_as_by_program() {
    let hand = Hand::of(&skeleton(&[3, 9]), "one\ntwo\n");
    let bundle = hand.unwrap_bundle();
    let titles: Vec<_> = bundle.articles.iter().map(|a| a.title.as_str()).collect();
    assert_eq!(titles, ["one", "two"]);
    assert_eq!(bundle.pack(&mut dictionaries()).unwrap(), hand.bytes());
    assert_eq!(Hand::of(&[0x80], "").unwrap_bundle().articles, []);
}

impl Hand {
    fn unwrap_bundle(&self) -> Bundle {
        self.unpack().unwrap()
    }
}

#[test]
fn halves_that_do_not_fit_are_refused() {
    for text in ["one\n", "one\ntwo", "one\ntwo\nthree\n", "", "one\n\ntwo\n"] {
        assert_refused(Hand::of(&skeleton(&[3, 9]), text).unpack(), "Invalid");
    }
    // A string in the skeleton; an indefinite length; a tag; what is cut.
    let mut with_text = skeleton(&[3]);
    with_text.splice(6..7, [0x61, b'x']);
    assert_refused(Hand::of(&with_text, "").unpack(), "Invalid");
    for skeleton in [&[0x9f, 0xff][..], &[0xc1, 0x80], &[0x82], &[0x5b], &[]] {
        assert!(Hand::of(skeleton, "").unpack().is_err());
    }
    // A byte string that claims more than there is.
    let claim = [0x5b, 255, 255, 255, 255, 255, 255, 255, 255, 0];
    assert_refused(Hand::of(&claim, "").unpack(), "Truncated");
    // Bytes that are no UTF-8, in the text.
    let mut hand = Hand::of(&skeleton(&[3]), "");
    hand.text = vec![0xc3, b'\n'];
    assert_refused(hand.unpack(), "NotCanonical");
    // What is not canonical in the skeleton is not canonical in the articles.
    let mut long = skeleton(&[3]);
    long.splice(5..6, [0x18, 3]);
    assert!(Hand::of(&long, "one\n").unpack().is_err());
}

#[test]
fn articles_ascend() {
    for numbers in [[9, 3], [3, 3]] {
        let hand = Hand::of(&skeleton(&numbers), "one\ntwo\n");
        assert_refused(hand.unpack(), "Invalid");
    }
    let mut bundle = samples::bundle();
    bundle.articles.reverse();
    assert_refused(bundle.pack(&mut dictionaries()), "Invalid");
}

#[test]
fn declared_lengths_are_checked() {
    let good = Hand::of(&skeleton(&[3]), "a title of some length\n");
    let lens = (good.skeleton.len() as u64, good.text.len() as u64);
    good.unwrap_bundle();
    let with = |lens| Hand {
        lens: Some(lens),
        ..Hand::of(&good.skeleton, "a title of some length\n")
    };
    for wrong in [
        (lens.0 - 1, lens.1),
        (lens.0 + 1, lens.1),
        (lens.0, lens.1 - 1),
        (lens.0, lens.1 + 1),
        (0, lens.1),
        (lens.0, 0),
        (lens.0, 60_000),
        (60_000, lens.1),
    ] {
        assert!(with(wrong).unpack().is_err(), "{wrong:?}");
    }
    // Bombs: refused before anything is unpacked.
    for bomb in [
        (1, BUNDLE_BYTES as u64),
        (BUNDLE_BYTES as u64 + 1, 0),
        (u64::MAX, 1),
        (1, u64::MAX),
        (u64::MAX, u64::MAX),
    ] {
        assert_refused(with(bomb).unpack(), "Limit");
    }
}

#[test]
fn a_bundle_that_is_cut_or_changed_is_not_that_bundle() {
    let bundle = samples::bundle();
    let bytes = bundle.pack(&mut dictionaries()).unwrap();
    for end in 0..bytes.len() {
        assert!(Bundle::unpack(&bytes[..end], &mut dictionaries()).is_err());
    }
    for at in (0..bytes.len()).step_by(5) {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        if let Ok(other) = Bundle::unpack(&changed, &mut dictionaries()) {
            assert_ne!(other, bundle, "byte {at}");
        }
    }
}

#[test]
fn a_dictionary_that_is_not_at_hand_is_named() {
    let mut hand = Hand::of(&skeleton(&[3]), "one\n");
    hand.dictionary = Some([0xab; 32]);
    match hand.unpack() {
        Err(Error::Dictionary { hash }) => assert_eq!(hash, "ab".repeat(32)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_language_is_a_tag() {
    for language in ["", "e o", "e_o", "\u{e9}"] {
        let mut hand = Hand::of(&skeleton(&[3]), "one\n");
        hand.language = Some(language);
        assert_refused(hand.unpack(), "Invalid");
        let bundle = Bundle {
            language: language.into(),
            articles: Vec::new(),
        };
        assert_refused(bundle.pack(&mut dictionaries()), "Invalid");
    }
}

#[test]
fn packing_is_deterministic_and_the_dictionary_is_that_of_the_language() {
    for language in ["en", "fa-IR", "AR", "eo"] {
        let bundle = Bundle {
            language: language.into(),
            ..samples::bundle()
        };
        let bytes = bundle.pack(&mut dictionaries()).unwrap();
        assert_eq!(bundle.pack(&mut dictionaries()).unwrap(), bytes);
        assert_eq!(Bundle::unpack(&bytes, &mut dictionaries()).unwrap(), bundle);
        let Tree::Map(fields) = tree::read(&bytes) else {
            panic!("a bundle is a map");
        };
        let named = fields.iter().any(|(key, _)| *key == Tree::Uint(2));
        assert_eq!(named, language != "eo");
    }
}

#[test]
fn what_was_packed_before_does_not_matter() {
    let bundle = Bundle {
        language: "fa".into(),
        ..samples::bundle()
    };
    let mut fresh = Dictionaries::shipped();
    let bytes = bundle.pack(&mut fresh).unwrap();
    assert_eq!(bundle.pack(&mut dictionaries()).unwrap(), bytes);
    // A reader that looks a dictionary up by its name only.
    let mut renamed = bytes.clone();
    let at = renamed.windows(3).position(|w| w == b"\x62fa").unwrap();
    renamed[at + 1..at + 3].copy_from_slice(b"eo");
    let back = Bundle::unpack(&renamed, &mut fresh).unwrap();
    assert_eq!(back.articles, bundle.articles);
    // Nor does it matter that the models were given up meanwhile.
    fresh.rest();
    assert_eq!(Bundle::unpack(&bytes, &mut fresh), Ok(bundle.clone()));
    assert_eq!(bundle.pack(&mut fresh).unwrap(), bytes);
}

#[test]
fn bundles_have_limits() {
    let mut bundle = Bundle {
        language: "eo".into(),
        articles: (0..=ARTICLES as u64)
            .map(|number| Article {
                number,
                ..Article::default()
            })
            .collect(),
    };
    assert_refused(bundle.pack(&mut dictionaries()), "Limit");
    bundle.articles.pop();
    let bytes = bundle.pack(&mut dictionaries()).unwrap();
    assert_eq!(Bundle::unpack(&bytes, &mut dictionaries()).unwrap(), bundle);
    // More than BUNDLE_BYTES, in articles that each are within limits.
    for article in &mut bundle.articles {
        article.lead = Some("x".repeat(BUNDLE_BYTES / ARTICLES));
    }
    assert_refused(bundle.pack(&mut dictionaries()), "Limit");
    assert_refused(
        Bundle::unpack(&vec![0xa1; BUNDLE_BYTES + 1], &mut dictionaries()),
        "Limit",
    );
}

#[test]
fn a_bundle_of_tiny_parts_takes_bounded_memory() {
    // Each article has a block with as many empty runs as one may have.
    let runs = vec![edition::Span::Text(String::new()); ITEMS];
    let article = |number, runs: &[edition::Span]| Article {
        number,
        blocks: vec![edition::Block::Paragraph(runs.to_vec())],
        ..Article::default()
    };
    let of = |last: usize| {
        // 127 blocks and 127 × 4,096 runs, and what the last article adds to it.
        let full = (PARTS / ITEMS - 1) as u64;
        let mut articles: Vec<_> = (0..full).map(|number| article(number, &runs)).collect();
        articles.push(article(full, &runs[..last]));
        Bundle {
            language: "eo".into(),
            articles,
        }
        .pack(&mut dictionaries())
    };
    let room = PARTS - (PARTS / ITEMS - 1) * (ITEMS + 1) - 1;
    assert!(of(room).is_ok());
    assert_refused(of(room + 1), "Limit");
}
