//! What an old reader does with what a newer publisher writes.

use edition::{Bundle, Certificate, Head, Index, Manifest, Role};

use crate::common::tree::{self, Tree};
use crate::common::{assert_refused, dictionaries, samples};

fn fields(bytes: &[u8]) -> Vec<(Tree, Tree)> {
    match tree::read(bytes) {
        Tree::Map(fields) => fields,
        other => panic!("a structure is a map, not {other:?}"),
    }
}

fn with(bytes: &[u8], key: u64, value: Tree) -> Vec<u8> {
    let mut fields = fields(bytes);
    fields.push((Tree::Uint(key), value));
    fields.sort_by_key(|(key, _)| match key {
        Tree::Uint(key) => *key,
        other => panic!("a key is an integer, not {other:?}"),
    });
    tree::write(&Tree::Map(fields))
}

fn of_version(bytes: &[u8], version: u64) -> Vec<u8> {
    let mut fields = fields(bytes);
    fields[0].1 = Tree::Uint(version);
    tree::write(&Tree::Map(fields))
}

fn some_value() -> Tree {
    Tree::Map(vec![
        (Tree::Uint(3), Tree::Text("later".into())),
        (
            Tree::Uint(9),
            Tree::Array(vec![Tree::Simple(21), Tree::Bytes(vec![1, 2])]),
        ),
    ])
}

#[test]
fn unknown_keys_are_kept_from_128_on() {
    let index = samples::front().to_bytes().unwrap();
    let manifest = samples::manifest(samples::long_chain()).to_bytes().unwrap();
    for key in [128, 129, 100_000, u64::MAX] {
        let newer = with(&index, key, some_value());
        let parsed = Index::parse(&newer).unwrap();
        assert_eq!(parsed.to_bytes().unwrap(), newer);
        assert_eq!(parsed.extra.iter().next().unwrap().0, key);
        let newer = with(&manifest, key, some_value());
        assert_eq!(Manifest::parse(&newer).unwrap().to_bytes().unwrap(), newer);
    }
    for key in [20, 127] {
        assert_refused(Index::parse(&with(&index, key, some_value())), "UnknownKey");
        assert_refused(
            Manifest::parse(&with(&manifest, key, some_value())),
            "UnknownKey",
        );
    }
}

#[test]
fn unknown_keys_of_heads_and_certificates_are_signed_too() {
    let manifest = samples::manifest(samples::long_chain());
    let head = samples::head(&manifest, "root c", "editor");
    let newer = with(head.bytes(), 128, Tree::Uint(1));
    let parsed = Head::parse(&newer).unwrap();
    assert_eq!(parsed.bytes(), newer);
    assert_refused(parsed.verify(), "Signature");
    let certificate = samples::certificate(samples::terms("editor", Role::Manifest), "root c");
    let newer = with(certificate.bytes(), 128, Tree::Uint(1));
    let parsed = Certificate::parse(&newer).unwrap();
    assert_refused(parsed.verify(&samples::key("root c").public()), "Signature");
}

#[test]
fn a_newer_publisher_signs_unknown_keys_and_an_old_reader_verifies_them() {
    let manifest = samples::manifest(samples::long_chain());
    let head = samples::head(&manifest, "root c", "editor");
    let mut fields = fields(&with(head.bytes(), 200, Tree::Bytes(vec![9; 8])));
    let signature = fields
        .iter()
        .position(|(k, _)| *k == Tree::Uint(9))
        .unwrap();
    let mut unsigned = fields.clone();
    unsigned.remove(signature);
    let message = tree::write(&Tree::Map(unsigned));
    let signed = samples::key("editor").sign(edition::Domain::Head, &message);
    fields[signature].1 = Tree::Bytes(signed.0.to_vec());
    let newer = Head::parse(&tree::write(&Tree::Map(fields))).unwrap();
    newer
        .verify()
        .unwrap()
        .open(&manifest.to_bytes().unwrap())
        .unwrap();
}

#[test]
fn entries_have_no_room_for_unknown_keys() {
    let mut fields = fields(&samples::front().to_bytes().unwrap());
    for list in [2, 3] {
        let Tree::Array(items) = &mut fields[list].1 else {
            panic!("a list");
        };
        let Tree::Map(entry) = &mut items[0] else {
            panic!("an entry");
        };
        entry.push((Tree::Uint(128), Tree::Uint(0)));
        let bytes = tree::write(&Tree::Map(fields.clone()));
        assert_refused(Index::parse(&bytes), "UnknownKey");
        let Tree::Array(items) = &mut fields[list].1 else {
            panic!("a list");
        };
        let Tree::Map(entry) = &mut items[0] else {
            panic!("an entry");
        };
        entry.pop();
    }
}

#[test]
fn a_newer_version_is_not_damage() {
    let manifest = samples::manifest(samples::long_chain());
    let head = samples::head(&manifest, "root c", "editor");
    let certificate = samples::certificate(samples::terms("editor", Role::Manifest), "root c");
    let bundle = samples::bundle().pack(&mut dictionaries()).unwrap();
    for (version, kind) in [(2, "Newer"), (u64::MAX, "Newer"), (0, "Invalid")] {
        assert_refused(Head::parse(&of_version(head.bytes(), version)), kind);
        assert_refused(
            Certificate::parse(&of_version(certificate.bytes(), version)),
            kind,
        );
        let bytes = manifest.to_bytes().unwrap();
        assert_refused(Manifest::parse(&of_version(&bytes, version)), kind);
        let bytes = samples::front().to_bytes().unwrap();
        assert_refused(Index::parse(&of_version(&bytes, version)), kind);
        assert_refused(
            Bundle::unpack(&of_version(&bundle, version), &mut dictionaries()),
            kind,
        );
    }
    // Nothing but the version of a newer structure is read.
    assert_refused(Index::parse(&[0xa2, 0, 2, 1, 0xf6]), "Newer");
    assert_refused(Manifest::parse(&[0xbf]), "NotCanonical");
}

#[test]
fn a_bundle_with_unknown_keys_is_read() {
    let bytes = samples::bundle().pack(&mut dictionaries()).unwrap();
    let newer = with(&bytes, 128, some_value());
    assert_eq!(
        Bundle::unpack(&newer, &mut dictionaries()).unwrap(),
        samples::bundle()
    );
    let unknown = with(&bytes, 7, some_value());
    assert_refused(Bundle::unpack(&unknown, &mut dictionaries()), "UnknownKey");
}

#[test]
fn an_unknown_block_is_kept_and_its_text_shown() {
    let bundle = samples::bundle();
    let bytes = bundle.pack(&mut dictionaries()).unwrap();
    let back = Bundle::unpack(&bytes, &mut dictionaries()).unwrap();
    assert!(back.articles[0].blocks.iter().any(|block| matches!(
        block,
        edition::Block::Unknown { kind: 40, text, rest }
            if text == "shown instead" && rest.len() == 2
    )));
    let mut closed = bundle;
    closed.articles[0].blocks = vec![edition::Block::Unknown {
        kind: 31,
        text: "kinds below 32 are of a newer major version".into(),
        rest: Vec::new(),
    }];
    assert_refused(closed.pack(&mut dictionaries()), "Invalid");
}
