//! Signed lists of runs: those that verify are handed on, and what they name.

use std::collections::HashSet;

use edition::{Certificate, Certified, PublicKey, Role, Signature};
use fountain::{List, Packet, RunHash};

/// The lists that a key signed which one of these roots has certified for it.
pub(super) fn verified(packets: &[Vec<u8>], roots: &[PublicKey]) -> Vec<Vec<u8>> {
    let mut keys = Keys::default();
    let is_good = |packet: &&Vec<u8>| match Packet::parse(packet) {
        Ok(Packet::List(list)) => keys.verify(&list, roots),
        _ => false,
    };
    packets.iter().filter(is_good).cloned().collect()
}

/// What lists name.
pub(super) fn named(packets: &[Vec<u8>]) -> HashSet<RunHash> {
    let lists = packets
        .iter()
        .filter_map(|packet| match Packet::parse(packet) {
            Ok(Packet::List(list)) => Some(list),
            _ => None,
        });
    lists.flat_map(|list| list.entries()).collect()
}

/// Splits what an inbox keeps: lists, each with its length before it.
pub(super) fn split(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lists = Vec::new();
    let mut rest = bytes;
    while let Some((&[a, b], tail)) = rest.split_first_chunk() {
        let len = usize::from(u16::from_be_bytes([a, b]));
        let Some((packet, tail)) = tail.split_at_checked(len) else {
            break;
        };
        lists.push(packet.to_vec());
        rest = tail;
    }
    lists
}

/// Certified keys that were met.
#[derive(Debug, Default)]
struct Keys {
    good: Vec<(PublicKey, Certified)>,
    /// Certificates that do not verify.
    bad: HashSet<Vec<u8>>,
}

impl Keys {
    fn verify(&mut self, list: &List<'_>, roots: &[PublicKey]) -> bool {
        let Some(root) = roots.iter().find(|root| root.id() == list.publisher()) else {
            return false;
        };
        let Some(key) = self.key(list, *root) else {
            return false;
        };
        let verify = |message: &[u8], signature: &[u8; 64]| {
            key.verify_raw(message, &Signature(*signature), "list")
                .is_ok()
        };
        list.verify(verify).is_ok()
    }

    fn key(&mut self, list: &List<'_>, root: PublicKey) -> Option<PublicKey> {
        let is_it = |certified: &Certified| {
            certified.terms().key.id() == list.key()
                && certified.covers(Role::OnAir, list.edition()).is_ok()
        };
        let known = self.good.iter().find(|(of, c)| *of == root && is_it(c));
        if let Some((_, certified)) = known {
            return Some(certified.terms().key);
        }
        let bytes = list.certificate()?;
        if self.bad.contains(bytes) {
            return None;
        }
        let certificate = Certificate::parse(bytes).ok();
        let certified = certificate.and_then(|c| c.verify(&root).ok()).filter(is_it);
        match certified {
            Some(certified) => {
                let key = certified.terms().key;
                self.good.push((root, certified));
                Some(key)
            }
            None => {
                self.bad.insert(bytes.to_vec());
                None
            }
        }
    }
}
