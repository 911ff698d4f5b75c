//! The hostile entrances of this crate, one function each, for `fuzz/fuzz_targets` and for
//! `fuzz_replay.rs`. They panic where bytes are taken that should not be.

use std::cell::RefCell;

use edition::{Bundle, Certificate, Dictionaries, Head, Index, Manifest, PublicKey};

/// A head, as a packet of kind head carries it.
pub(crate) fn head(data: &[u8]) {
    let Ok(head) = Head::parse(data) else {
        return;
    };
    assert_eq!(head.bytes(), data);
    assert!(data.len() < edition::limits::HEAD_PACKET_BYTES);
    if let Ok(signed) = head.verify() {
        assert_eq!(signed.number(), head.number());
        // The manifest is somebody else's: nothing opens.
        assert!(signed.open(data).is_err());
    }
}

/// A manifest, as an object.
pub(crate) fn manifest(data: &[u8]) {
    let Ok(manifest) = Manifest::parse(data) else {
        return;
    };
    assert_eq!(manifest.to_bytes().as_deref(), Ok(data));
    if let Ok(chain) = manifest.chain.verify() {
        assert_eq!(chain.first(), manifest.chain.first);
        assert_eq!(chain.root_for(0), chain.first());
        assert_eq!(chain.root_for(u64::MAX), chain.current());
        assert!(!chain.forks_from(&chain));
    }
}

/// An index, as an object.
pub(crate) fn index(data: &[u8]) {
    let Ok(index) = Index::parse(data) else {
        return;
    };
    assert_eq!(index.to_bytes().as_deref(), Ok(data));
    for list in [&index.withdrawn, &index.expired] {
        assert!(list.windows(2).all(|pair| pair[0] < pair[1]));
    }
}

/// A certificate, as heads and lists carry it; its last 32 bytes stand for a root key.
pub(crate) fn certificate(data: &[u8]) {
    let Some((data, root)) = data.split_last_chunk() else {
        return;
    };
    let Ok(certificate) = Certificate::parse(data) else {
        return;
    };
    assert_eq!(certificate.bytes(), data);
    let terms = certificate.terms();
    assert!(terms.first <= terms.last);
    if let Ok(certified) = certificate.verify(&PublicKey(*root)) {
        assert_eq!(certified.terms(), terms);
        assert!(certified.covers(terms.role, terms.first).is_ok());
        assert!(certified.covers(terms.role, terms.last + 1).is_err());
    }
}

/// A bundle, as an object. After a first byte of 0 stands the object. After any other, the length
/// of the skeleton in two bytes, the skeleton, and the text, which are packed first: so mutation
/// reaches what compression would hide.
pub(crate) fn bundle(data: &[u8]) {
    match data {
        [0, object @ ..] => {
            let _ = unpack(object);
        }
        [_, high, low, halves @ ..] => {
            let len = usize::from(u16::from_be_bytes([*high, *low])).min(halves.len());
            let (skeleton, text) = halves.split_at(len);
            let object = pack(skeleton, text);
            if let Some(bundle) = unpack(&object) {
                assert_eq!(bundle.pack(&mut Dictionaries::shipped()), Ok(object));
            }
        }
        _ => {}
    }
}

fn unpack(object: &[u8]) -> Option<Bundle> {
    thread_local! {
        static DICTIONARIES: RefCell<Dictionaries> = RefCell::new(Dictionaries::shipped());
    }
    let bundle = DICTIONARIES.with_borrow_mut(|d| Bundle::unpack(object, d).ok())?;
    for article in &bundle.articles {
        assert!(article.check().is_ok());
        let _ = (article.objects(), article.headline(), article.seconds());
    }
    Some(bundle)
}

/// A bundle of a language that has no dictionary, by hand.
fn pack(skeleton: &[u8], text: &[u8]) -> Vec<u8> {
    let mut out = vec![0xa6, 0, 1, 1, 0x62, b'e', b'o'];
    field(&mut out, 3, 0, skeleton.len());
    field(&mut out, 4, 0, text.len());
    for (key, half) in [(5, skeleton), (6, text)] {
        let packed = text::compress(half, None);
        field(&mut out, key, 2, packed.len());
        out.extend_from_slice(&packed);
    }
    out
}

/// A key, and the head of a value of less than 4 GiB in its shortest form.
fn field(out: &mut Vec<u8>, key: u8, major: u8, argument: usize) {
    let major = major << 5;
    out.push(key);
    match argument {
        0..=23 => out.push(major | argument as u8),
        24..=0xff => out.extend_from_slice(&[major | 24, argument as u8]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend_from_slice(&(argument as u16).to_be_bytes());
        }
        _ => {
            out.push(major | 26);
            out.extend_from_slice(&(argument as u32).to_be_bytes());
        }
    }
}
