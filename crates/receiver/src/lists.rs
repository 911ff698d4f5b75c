//! Signed lists of runs: verified when they come, kept, and used once an object fails its hash.

use std::collections::{HashSet, VecDeque};

use edition::{Certificate, Certified, PublicKey, Role, Signature};
use fountain::{List, RunHash};

use crate::ration::Ration;
use crate::store::{Name, Store};

/// Most bytes of lists that are kept: enough for the runs of 1.6 GB.
const MOST_BYTES: u64 = 16 << 20;
/// Lists remembered so that one that is repeated is not verified again.
const RECENT: usize = 512;
/// On-air keys remembered.
const KEYS: usize = 64;

/// Keeps what verified lists say.
#[derive(Debug)]
pub(crate) struct Lists {
    len: u64,
    recent: VecDeque<[u8; 64]>,
    keys: VecDeque<(PublicKey, Certified)>,
    /// What the store has of them, in memory from the first failed object on.
    listed: Option<Listed>,
}

impl Lists {
    pub(crate) fn open<S: Store>(store: &mut S) -> Result<Self, S::Error> {
        Ok(Self {
            len: store.len(Name::Lists)?,
            recent: VecDeque::new(),
            keys: VecDeque::new(),
            listed: None,
        })
    }

    /// The runs that are listed so far, read from the store when first needed.
    pub(crate) fn listed<S: Store>(&mut self, store: &mut S) -> Result<&Listed, S::Error> {
        if self.listed.is_none() {
            let mut listed = Listed::default();
            let bytes = store.get(Name::Lists)?.unwrap_or_default();
            let mut rest = bytes.as_slice();
            while let Some((&[a, b], tail)) = rest.split_first_chunk() {
                let len = usize::from(u16::from_be_bytes([a, b]));
                let Some((packet, tail)) = tail.split_at_checked(len) else {
                    break;
                };
                if let Ok(fountain::Packet::List(list)) = fountain::Packet::parse(packet) {
                    list.entries().for_each(|hash| listed.insert(hash));
                }
                rest = tail;
            }
            self.listed = Some(listed);
        }
        Ok(self.listed.get_or_insert_default())
    }

    /// Takes in a list of a publisher whose current root key is `root`; gives whether it is new
    /// and true.
    pub(crate) fn push<S: Store>(
        &mut self,
        store: &mut S,
        ration: &mut Ration,
        root: PublicKey,
        list: List<'_>,
        packet: &[u8],
    ) -> Result<bool, S::Error> {
        if self.recent.contains(list.signature()) {
            return Ok(false);
        }
        let Some(key) = self.key(ration, root, &list) else {
            return Ok(false);
        };
        if !ration.spend() {
            return Ok(false);
        }
        let verified = list.verify(|message, signature| {
            key.verify_raw(message, &Signature(*signature), "list")
                .is_ok()
        });
        let Ok(verified) = verified else {
            return Ok(false);
        };
        ration.refund();
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(*list.signature());
        self.keep(store, packet)?;
        if let Some(listed) = &mut self.listed {
            verified
                .list()
                .entries()
                .for_each(|hash| listed.insert(hash));
        }
        Ok(true)
    }

    fn keep<S: Store>(&mut self, store: &mut S, packet: &[u8]) -> Result<(), S::Error> {
        if self.len > MOST_BYTES {
            store.remove(Name::Lists)?;
            self.len = 0;
            self.listed = None;
        }
        let len = (packet.len() as u16).to_be_bytes();
        store.write_at(Name::Lists, self.len, &[&len, packet].concat())?;
        self.len += 2 + packet.len() as u64;
        Ok(())
    }

    /// The key that the list names, if the root has certified it for lists of this edition.
    fn key(&mut self, ration: &mut Ration, root: PublicKey, list: &List<'_>) -> Option<PublicKey> {
        // A higher serial revokes lower ones of the same share of symbols, from its first number on.
        let revoked = |this: &Certified| {
            self.keys.iter().any(|(of, other)| {
                *of == root
                    && other.terms().serial > this.terms().serial
                    && other.terms().slice == this.terms().slice
                    && list.edition() >= other.terms().first
            })
        };
        let known = self.keys.iter().find(|(of, certified)| {
            *of == root
                && certified.terms().key.id() == list.key()
                && certified.covers(Role::OnAir, list.edition()).is_ok()
                && !revoked(certified)
        });
        if let Some((_, certified)) = known {
            return Some(certified.terms().key);
        }
        let certificate = Certificate::parse(list.certificate()?).ok()?;
        if certificate.terms().key.id() != list.key() || !ration.spend() {
            return None;
        }
        let certified = certificate.verify(&root).ok()?;
        ration.refund();
        certified.covers(Role::OnAir, list.edition()).ok()?;
        if revoked(&certified) {
            return None;
        }
        let key = certified.terms().key;
        if self.keys.len() == KEYS {
            self.keys.pop_front();
        }
        self.keys.push_back((root, certified));
        Some(key)
    }
}

/// Fingerprints of the runs that signed lists name.
#[derive(Debug, Default)]
pub(crate) struct Listed(HashSet<RunHash>);

impl Listed {
    pub(crate) fn insert(&mut self, hash: RunHash) {
        self.0.insert(hash);
    }

    pub(crate) fn contains(&self, hash: &RunHash) -> bool {
        self.0.contains(hash)
    }
}
