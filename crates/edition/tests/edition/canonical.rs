//! Canonical means canonical: each value of each structure, encoded in each other way that CBOR
//! has, is refused.

use edition::{Certificate, Error, Head, Index, Manifest, Role};

use crate::common::tree::{self, Twist};
use crate::common::{assert_refused, samples};

type Parse = fn(&[u8]) -> Result<(), Error>;

fn structures() -> Vec<(&'static str, Vec<u8>, Parse)> {
    let manifest = samples::manifest(samples::long_chain());
    let on_air = samples::certificate(samples::terms("on air", Role::OnAir), "root c");
    vec![
        ("index", samples::front().to_bytes().unwrap(), |b| {
            Index::parse(b).map(|_| ())
        }),
        ("manifest", manifest.to_bytes().unwrap(), |b| {
            Manifest::parse(b).map(|_| ())
        }),
        ("certificate", on_air.bytes().to_vec(), |b| {
            Certificate::parse(b).map(|_| ())
        }),
        (
            "head",
            samples::head(&manifest, "root c", "editor")
                .bytes()
                .to_vec(),
            |b| Head::parse(b).map(|_| ()),
        ),
    ]
}

#[test]
fn every_other_encoding_is_refused() {
    for (name, bytes, parse) in structures() {
        parse(&bytes).unwrap();
        let tree = tree::read(&bytes);
        assert_eq!(tree::write(&tree), bytes, "{name} and the slow reference");
        let mut tried = 0;
        for nth in 0..tree::count(&tree) {
            for twist in Twist::ALL {
                let (other, applied) = tree::twisted(&tree, nth, twist);
                if applied {
                    tried += 1;
                    assert!(parse(&other).is_err(), "{name}: {twist:?} of value {nth}");
                }
            }
        }
        assert!(tried > 100, "{name}: {tried}");
    }
}

#[test]
fn every_cut_is_refused_and_so_is_what_follows() {
    for (name, bytes, parse) in structures() {
        for end in 0..bytes.len() {
            assert!(parse(&bytes[..end]).is_err(), "{name} cut at {end}");
        }
        assert_refused(parse(&[&bytes[..], &[0]].concat()), "Trailing");
    }
}

#[test]
fn what_is_a_default_is_left_out() {
    let index = samples::front().to_bytes().unwrap();
    let tree = tree::read(&index);
    let tree::Tree::Map(fields) = tree else {
        panic!("an index is a map");
    };
    // Empty lists of places, withdrawn and expired numbers.
    for key in 3..6 {
        let mut fields = fields.clone();
        fields[key].1 = tree::Tree::Array(Vec::new());
        let bytes = tree::write(&tree::Tree::Map(fields));
        assert_refused(Index::parse(&bytes), "Invalid");
    }
    // One source block.
    let manifest = samples::manifest(samples::long_chain());
    let mut head = samples::head(&manifest, "root c", "editor")
        .bytes()
        .to_vec();
    let certificate = head.windows(2).position(|w| w == [8, 0x58]).unwrap();
    head.splice(certificate..certificate, [7, 1]);
    head[0] += 1;
    assert_refused(Head::parse(&head), "Invalid");
}

#[test]
fn numbers_ascend() {
    for numbers in [vec![5, 3], vec![3, 3], vec![u64::MAX, 0], vec![0, 0]] {
        let mut index = samples::front();
        index.withdrawn = numbers;
        assert_refused(index.to_bytes(), "Invalid");
    }
    let mut index = samples::front();
    index.expired = vec![0, 1, u64::MAX];
    let back = Index::parse(&index.to_bytes().unwrap()).unwrap();
    assert_eq!(back.expired, index.expired);
}

#[test]
fn one_name_is_one_object() {
    let mut index = samples::front();
    index.objects.push(index.objects[0].clone());
    assert_refused(index.to_bytes(), "Invalid");
    // Articles and packets know eight bytes of a name: those must differ.
    index.objects[3].hash.0[31] ^= 1;
    assert_refused(index.to_bytes(), "Invalid");
    index.objects[3].hash.0[7] ^= 1;
    assert!(index.to_bytes().is_ok());
}

#[test]
fn places_stand_on_the_front_only() {
    let mut index = samples::front();
    index.tier = edition::Tier::Text;
    assert_refused(index.to_bytes(), "Invalid");
}

#[test]
fn tiers_of_a_manifest_ascend_and_it_has_name_and_number() {
    let good = samples::manifest(samples::long_chain());
    let mut manifest = good.clone();
    manifest.indexes.reverse();
    assert_refused(manifest.to_bytes(), "Invalid");
    manifest.indexes = vec![good.indexes[0]; 2];
    assert_refused(manifest.to_bytes(), "Invalid");
    let mut manifest = good.clone();
    manifest.number = 0;
    assert_refused(manifest.to_bytes(), "Invalid");
    let mut manifest = good;
    manifest.publisher = " ".into();
    assert_refused(manifest.to_bytes(), "Invalid");
}
