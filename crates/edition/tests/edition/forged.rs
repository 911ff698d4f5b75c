//! No forged head, certificate, chain or manifest is taken for a publisher's.

use edition::{
    Chain, Domain, Head, Link, Manifest, PublicKey, Role, SecretKey, Signature, Terms, limits,
};

use crate::common::assert_refused;
use crate::common::samples::{self, key};
use crate::common::tree::{self, Tree};

/// The chain of one root, `root a`.
fn short_chain() -> Chain {
    Chain::of(key("root a").public())
}

/// A head with the field `number` replaced, and signed again by `signer`.
fn resigned(head: &Head, number: u64, value: Tree, domain: Domain, signer: &str) -> Head {
    let Tree::Map(mut fields) = tree::read(head.bytes()) else {
        panic!("a head is a map");
    };
    let at = |fields: &[(Tree, Tree)], key| {
        let found = fields.iter().position(|(k, _)| *k == Tree::Uint(key));
        found.unwrap()
    };
    let field = at(&fields, number);
    fields[field].1 = value;
    let signature = at(&fields, 9);
    let mut unsigned = fields.clone();
    unsigned.remove(signature);
    let signed = key(signer).sign(domain, &tree::write(&Tree::Map(unsigned)));
    fields[signature].1 = Tree::Bytes(signed.0.to_vec());
    Head::parse(&tree::write(&Tree::Map(fields))).unwrap()
}

#[test]
fn a_head_with_the_greatest_numbers_fits_its_packet() {
    let number = limits::EDITION_NUMBER;
    let manifest = Manifest {
        number,
        seconds: limits::SECONDS,
        ..samples::manifest(short_chain())
    };
    let bytes = manifest.to_bytes().unwrap();
    let terms = Terms {
        serial: u32::MAX,
        first: number - limits::CERTIFICATE_SPAN + 1,
        last: number,
        not_before: limits::SECONDS,
        not_after: limits::SECONDS,
        ..samples::terms("editor", Role::Manifest)
    };
    let transport = edition::Transport {
        size: limits::MANIFEST_BYTES as u64,
        symbol: edition::MAX_SYMBOL_BYTES,
        blocks: u8::MAX,
    };
    let head = Head::sign(
        key("root a").public(),
        &manifest,
        &bytes,
        transport,
        &samples::certificate(terms, "root a"),
        &key("editor"),
    )
    .unwrap();
    assert!(head.bytes().len() < limits::HEAD_PACKET_BYTES);
    assert_eq!(head.bytes().len(), 315);
}

#[test]
fn only_a_manifest_key_in_its_range_signs_editions() {
    let manifest = samples::manifest(short_chain());
    let bytes = manifest.to_bytes().unwrap();
    let sign = |terms: Terms, root: &str, signer: &str| {
        Head::sign(
            key("root a").public(),
            &manifest,
            &bytes,
            samples::transport(bytes.len() as u64),
            &samples::certificate(terms, root),
            &key(signer),
        )
    };
    let good = samples::terms("editor", Role::Manifest);
    assert!(sign(good.clone(), "root a", "editor").is_ok());
    assert_refused(sign(good.clone(), "root b", "editor"), "Signature");
    assert_refused(sign(good.clone(), "root a", "thief"), "Signature");
    assert_refused(
        sign(samples::terms("editor", Role::OnAir), "root a", "editor"),
        "NotCertified",
    );
    for (first, last) in [(8, 1_000), (1, 6)] {
        let terms = Terms {
            first,
            last,
            ..good.clone()
        };
        assert_refused(sign(terms, "root a", "editor"), "NotCertified");
    }
    for (first, last) in [(7, 7), (7, 1_000), (1, 7)] {
        let terms = Terms {
            first,
            last,
            ..good.clone()
        };
        assert!(sign(terms, "root a", "editor").is_ok());
    }
}

#[test]
fn the_dates_of_a_certificate_warn_and_hide_nothing() {
    let manifest = samples::manifest(short_chain());
    let bytes = manifest.to_bytes().unwrap();
    for (not_before, not_after, warns) in [
        (manifest.seconds, manifest.seconds, false),
        (manifest.seconds + 1, manifest.seconds + 2, true),
        (0, manifest.seconds - 1, true),
    ] {
        let terms = Terms {
            not_before,
            not_after,
            ..samples::terms("editor", Role::Manifest)
        };
        let head = Head::sign(
            key("root a").public(),
            &manifest,
            &bytes,
            samples::transport(bytes.len() as u64),
            &samples::certificate(terms, "root a"),
            &key("editor"),
        )
        .unwrap();
        let edition = head.verify().unwrap().open(&bytes).unwrap();
        assert_eq!(edition.head().is_out_of_date(), warns);
    }
}

#[test]
fn a_signature_from_another_domain_is_none() {
    let manifest = samples::manifest(short_chain());
    let head = samples::head(&manifest, "root a", "editor");
    let number = Tree::Uint(7);
    assert!(
        resigned(&head, 2, number.clone(), Domain::Head, "editor")
            .verify()
            .is_ok()
    );
    for domain in [Domain::Certificate, Domain::Root] {
        let forged = resigned(&head, 2, number.clone(), domain, "editor");
        assert_refused(forged.verify(), "Signature");
    }
    let lines = [Domain::Head, Domain::Certificate, Domain::Root].map(Domain::line);
    assert_eq!(
        lines,
        [
            "skywave head v1\n",
            "skywave certificate v1\n",
            "skywave root v1\n"
        ]
    );
}

#[test]
fn a_head_and_its_manifest_say_the_same() {
    let manifest = samples::manifest(short_chain());
    let bytes = manifest.to_bytes().unwrap();
    let head = samples::head(&manifest, "root a", "editor");
    for (field, value) in [(2, 8), (3, manifest.seconds + 1)] {
        let other = resigned(&head, field, Tree::Uint(value), Domain::Head, "editor");
        assert_refused(other.verify().unwrap().open(&bytes), "Invalid");
    }
    let signed = head.verify().unwrap();
    for at in 0..bytes.len() {
        let mut forged = bytes.clone();
        forged[at] ^= 1;
        assert_refused(signed.open(&forged), "Hash");
    }
    assert_refused(signed.open(&[]), "Hash");
}

#[test]
fn every_bit_of_a_head_is_signed() {
    let manifest = samples::manifest(samples::long_chain());
    let head = samples::head(&manifest, "root c", "editor");
    for bit in 0..head.bytes().len() * 8 {
        let mut forged = head.bytes().to_vec();
        forged[bit / 8] ^= 1 << (bit % 8);
        let verified = Head::parse(&forged).and_then(|head| head.verify());
        assert!(verified.is_err(), "bit {bit}");
    }
}

#[test]
fn an_edition_is_of_the_root_that_its_chain_leads_to() {
    let chain = samples::long_chain();
    let open = |chain: &Chain, root: &str| {
        let manifest = samples::manifest(chain.clone());
        let bytes = manifest.to_bytes().unwrap();
        Head::sign(
            key(root).public(),
            &manifest,
            &bytes,
            samples::transport(bytes.len() as u64),
            &samples::certificate(samples::terms("editor", Role::Manifest), root),
            &key("editor"),
        )
    };
    assert!(open(&chain, "root c").is_ok());
    for root in ["root a", "root b", "stranger"] {
        assert_refused(open(&chain, root), "Chain");
    }
    // Edition 7 comes before the last root's first number.
    let mut early = chain;
    early.links[1] = Link::sign(&key("root b"), key("root c").public(), 8);
    assert_refused(open(&early, "root c"), "Chain");
    assert_refused(open(&early, "root b"), "Chain");
}

#[test]
fn a_chain_verifies_link_by_link() {
    let good = samples::long_chain();
    let verified = good.verify().unwrap();
    assert_eq!(verified.first(), key("root a").public());
    assert_eq!(verified.current(), key("root c").public());
    for (number, root) in [
        (0, "root a"),
        (2, "root a"),
        (3, "root b"),
        (4, "root b"),
        (5, "root c"),
    ] {
        assert_eq!(verified.root_for(number), key(root).public());
    }
    assert_eq!(verified.root_for(u64::MAX), key("root c").public());

    let link = |old: &str, next: &str, first| Link::sign(&key(old), key(next).public(), first);
    let refused = |links| {
        let chain = Chain {
            links,
            ..good.clone()
        };
        assert_refused(chain.verify(), "Chain");
    };
    // Signed by another root; skipping one; swapped; another number than the one signed for.
    refused(vec![link("root b", "root c", 3)]);
    refused(vec![
        link("root a", "root b", 3),
        link("root a", "root c", 5),
    ]);
    refused(vec![good.links[1].clone(), good.links[0].clone()]);
    refused(vec![Link {
        first: 4,
        ..good.links[0].clone()
    }]);
    refused(vec![Link {
        next: key("root x").public(),
        ..good.links[0].clone()
    }]);
    // Numbers that do not ascend, or begin at 0.
    refused(vec![
        link("root a", "root b", 3),
        link("root b", "root c", 3),
    ]);
    refused(vec![link("root a", "root b", 0)]);
    // A root that returns, at once or later.
    refused(vec![link("root a", "root a", 3)]);
    refused(vec![
        link("root a", "root b", 3),
        link("root b", "root a", 5),
    ]);
    // A first root that signed none of it.
    let other = Chain {
        first: key("stranger").public(),
        ..good.clone()
    };
    assert_refused(other.verify(), "Chain");
}

#[test]
fn two_successors_of_one_root_are_seen() {
    let verified = |chain: &Chain| chain.verify().unwrap();
    let good = samples::long_chain();
    let mut fork = good.clone();
    fork.links[1] = Link::sign(&key("root b"), key("root x").public(), 6);
    assert!(verified(&good).forks_from(&verified(&fork)));
    assert!(verified(&fork).forks_from(&verified(&good)));
    let mut shorter = good.clone();
    shorter.links.pop();
    assert!(!verified(&good).forks_from(&verified(&shorter)));
    assert!(!verified(&shorter).forks_from(&verified(&fork)));
    assert!(!verified(&good).forks_from(&verified(&good)));
    // Another publisher's chain is no fork of this one.
    let stranger = Chain {
        first: key("stranger").public(),
        links: vec![Link::sign(&key("stranger"), key("root x").public(), 3)],
    };
    assert!(!verified(&good).forks_from(&verified(&stranger)));
}

#[test]
fn a_root_that_was_replaced_signs_no_newer_editions() {
    let long = samples::long_chain().verify().unwrap();
    let mut short = samples::long_chain();
    short.links.pop();
    let short = short.verify().unwrap();
    // `root b` is in force for 3 and 4, `root c` from 5 on.
    assert!(!long.supersedes(&short, 4));
    assert!(long.supersedes(&short, 5));
    assert!(long.supersedes(&short, limits::EDITION_NUMBER));
    // Who knows less replaces nothing; a fork and a stranger are other matters.
    assert!(!short.supersedes(&long, 5));
    assert!(!long.supersedes(&long, 5));
    let other = Chain::of(key("stranger").public()).verify().unwrap();
    assert!(!long.supersedes(&other, 5));
    let fork = Chain {
        first: key("root a").public(),
        links: vec![Link::sign(&key("root a"), key("root x").public(), 3)],
    };
    let fork = fork.verify().unwrap();
    assert!(long.forks_from(&fork) && !long.supersedes(&fork, 5));
}

/// Encodings of points of small order (those of order 1, 2, 4 and 8, and the non-canonical ones of
/// order 1 and 2): <https://eprint.iacr.org/2020/1244>, table 6a.
const SMALL_ORDER: [&str; 8] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

fn bytes_of(hex: &str) -> [u8; 32] {
    std::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
}

#[test]
fn keys_of_small_order_sign_nothing() {
    // With A of small order, R = A or neutral and S = 0 pass a check that is not strict for many
    // messages.
    for key in SMALL_ORDER.map(bytes_of) {
        for r in SMALL_ORDER.map(bytes_of) {
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&r);
            for message in 0..16u8 {
                let verified =
                    PublicKey(key).verify(Domain::Head, &[message], &Signature(signature));
                assert_refused(verified, "Signature");
            }
        }
    }
}

#[test]
fn a_signature_has_one_form() {
    let key: SecretKey = key("editor");
    let good = key.sign(Domain::Head, b"message");
    key.public()
        .verify(Domain::Head, b"message", &good)
        .unwrap();
    // S + L, with L the order of the group (RFC 8032 §5.1), is the same number modulo L.
    let order = bytes_of("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    let mut other = good;
    let mut carry = 0;
    for (s, l) in other.0[32..].iter_mut().zip(order) {
        let sum = u16::from(*s) + u16::from(l) + carry;
        *s = sum as u8;
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    assert_refused(
        key.public().verify(Domain::Head, b"message", &other),
        "Signature",
    );
}

/// RFC 8032 §7.1, test 2: the same keys and signatures as everybody's.
#[test]
fn keys_are_those_of_rfc_8032() {
    let seed = bytes_of("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    let key = SecretKey::from_seed(&seed);
    let public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    assert_eq!(key.public().to_string(), public);
    let signature = format!("{:?}", key.sign_raw(&[0x72]));
    assert!(signature.starts_with("92a009a9f0d4cab8720e820b5f642540"));
    assert!(
        !format!("{key:?}").contains("4ccd089b"),
        "a secret is not printed"
    );
}
