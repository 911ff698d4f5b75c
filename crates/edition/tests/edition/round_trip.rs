//! Whatever a publisher writes comes back as it was, byte for byte; whatever else comes is refused
//! or is something else.

use edition::{
    Bundle, Certificate, Head, Index, Manifest, Role, SecretKey, Slice, Terms, Transport, limits,
};
use proptest::prelude::*;

use crate::common::tree;
use crate::common::{dictionaries, strategies};

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    prop::collection::vec((any::<prop::sample::Index>(), 1..=255u8), 32)
}

fn mutations(
    bytes: &[u8],
    changes: Vec<(prop::sample::Index, u8)>,
) -> impl Iterator<Item = Vec<u8>> {
    changes.into_iter().map(|(at, flip)| {
        let mut mutated = bytes.to_vec();
        mutated[at.index(bytes.len())] ^= flip;
        mutated
    })
}

fn terms() -> impl Strategy<Value = (SecretKey, Terms)> {
    let editions = (1..=limits::EDITION_NUMBER, 0..limits::CERTIFICATE_SPAN);
    let dates = (0..=limits::SECONDS, 0..=limits::SECONDS);
    let slice = prop::option::of((0..255u8, 1..=255u8));
    (any::<[u8; 32]>(), any::<u32>(), editions, dates, slice).prop_map(
        |(seed, serial, (first, span), dates, slice)| {
            let key = SecretKey::from_seed(&seed);
            let slice = slice.map(|(first, count)| Slice {
                first,
                count: count.min(255 - first),
            });
            let terms = Terms {
                key: key.public(),
                role: slice.map_or(Role::Manifest, |_| Role::OnAir),
                serial,
                first,
                last: (first + span).min(limits::EDITION_NUMBER),
                not_before: dates.0.min(dates.1),
                not_after: dates.0.max(dates.1),
                slice,
            };
            (key, terms)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn indexes(index in strategies::index(), changes in changes()) {
        let bytes = index.to_bytes().unwrap();
        prop_assert_eq!(tree::write(&tree::read(&bytes)), bytes.clone(), "the slow reference");
        prop_assert_eq!(&Index::parse(&bytes).unwrap(), &index);
        for mutated in mutations(&bytes, changes) {
            if let Ok(other) = Index::parse(&mutated) {
                prop_assert_ne!(&other, &index);
                prop_assert_eq!(other.to_bytes().unwrap(), mutated);
            }
        }
    }

    #[test]
    fn manifests_and_chains(manifest in strategies::manifest(), changes in changes()) {
        let bytes = manifest.to_bytes().unwrap();
        prop_assert_eq!(tree::write(&tree::read(&bytes)), bytes.clone(), "the slow reference");
        let back = Manifest::parse(&bytes).unwrap();
        prop_assert_eq!(&back, &manifest);
        prop_assert!(back.chain.verify().is_ok());
        for mutated in mutations(&bytes, changes) {
            if let Ok(other) = Manifest::parse(&mutated) {
                prop_assert_ne!(&other, &manifest);
                prop_assert_eq!(other.to_bytes().unwrap(), mutated);
            }
        }
    }

    #[test]
    fn certificates(
        (_, terms) in terms(),
        root in any::<[u8; 32]>(),
        changes in changes(),
    ) {
        let root = SecretKey::from_seed(&root);
        let certificate = Certificate::sign(terms.clone(), &root).unwrap();
        let back = Certificate::parse(certificate.bytes()).unwrap();
        prop_assert_eq!(&back, &certificate);
        let certified = back.verify(&root.public()).unwrap();
        prop_assert_eq!(certified.terms(), &terms);
        prop_assert_eq!(certified.root(), root.public());
        for mutated in mutations(certificate.bytes(), changes) {
            let verified = Certificate::parse(&mutated).and_then(|c| c.verify(&root.public()));
            prop_assert!(verified.is_err(), "a changed certificate verifies");
        }
    }

    #[test]
    fn heads_and_editions(
        manifest in strategies::manifest(),
        (chain, roots) in strategies::chain(),
        (key, terms) in terms(),
        changes in changes(),
    ) {
        let root = &roots[roots.len() - 1];
        let number = chain.links.last().map_or(1, |link| link.first).max(manifest.number);
        let manifest = Manifest { chain, number, ..manifest };
        let terms = Terms { role: Role::Manifest, slice: None, first: number, last: number, ..terms };
        let certificate = Certificate::sign(terms, root).unwrap();
        let bytes = manifest.to_bytes().unwrap();
        let transport = Transport { size: bytes.len() as u64, symbol: 64, blocks: 1 };
        let head =
            Head::sign(root.public(), &manifest, &bytes, transport, &certificate, &key).unwrap();
        prop_assert!(head.bytes().len() < limits::HEAD_PACKET_BYTES);
        let edition = Head::parse(head.bytes()).unwrap().verify().unwrap().open(&bytes).unwrap();
        prop_assert_eq!(edition.publisher(), roots[0].public());
        prop_assert_eq!(edition.manifest(), &manifest);
        for mutated in mutations(head.bytes(), changes.clone()) {
            let verified = Head::parse(&mutated).and_then(|head| head.verify());
            prop_assert!(verified.is_err(), "a changed head verifies");
        }
        for mutated in mutations(&bytes, changes) {
            prop_assert!(edition.head().open(&mutated).is_err(), "a changed manifest opens");
        }
    }

    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..320)) {
        let _ = Head::parse(&bytes);
        let _ = Certificate::parse(&bytes);
        if let Ok(manifest) = Manifest::parse(&bytes) {
            prop_assert_eq!(manifest.to_bytes().unwrap(), bytes.clone());
        }
        if let Ok(index) = Index::parse(&bytes) {
            prop_assert_eq!(index.to_bytes().unwrap(), bytes);
        }
    }
}

proptest! {
    // Packing compresses: few cases, each with several articles.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn bundles(bundle in strategies::bundle()) {
            let bytes = bundle.pack(&mut dictionaries()).unwrap();
        prop_assert_eq!(&Bundle::unpack(&bytes, &mut dictionaries()).unwrap(), &bundle);
        prop_assert_eq!(bundle.pack(&mut dictionaries()).unwrap(), bytes);
    }
}
