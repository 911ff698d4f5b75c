//! Editions on their way: from a head over its manifest to its indexes.

use std::collections::VecDeque;

use edition::{Index, ObjectHash, PublicKey, SignedEdition, SignedHead, Tier};

/// Editions of one trusted publisher that are followed at once.
const FOLLOWED: usize = 3;
/// Heads of unknown publishers that are followed, for their names only.
const UNKNOWN: usize = 16;
/// Heads remembered so that one that is repeated is not verified again.
const RECENT: usize = 256;

/// An edition whose head verifies.
#[derive(Debug)]
pub(crate) struct Coming {
    pub(crate) head: SignedHead,
    /// Its root key is one that is trusted already: unknown ones never push it out.
    pub(crate) expected: bool,
    pub(crate) opened: Option<Opened>,
}

/// An edition whose manifest is here and whose chain holds.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) signed: SignedEdition,
    pub(crate) trusted: bool,
    pub(crate) indexes: Vec<(Tier, ObjectHash, Option<Index>)>,
}

/// The editions that a receiver follows.
#[derive(Debug, Default)]
pub(crate) struct Editions {
    pub(crate) all: Vec<Coming>,
    recent: VecDeque<[u8; 32]>,
}

impl Opened {
    pub(crate) fn new(signed: SignedEdition, trusted: bool) -> Self {
        let indexes = signed
            .manifest()
            .indexes
            .iter()
            .map(|index| (index.tier, index.hash, None))
            .collect();
        Self {
            signed,
            trusted,
            indexes,
        }
    }
}

impl Editions {
    /// Whether a head has been looked at lately; remembers it.
    pub(crate) fn seen(&mut self, bytes: &[u8]) -> bool {
        let hash = *blake3::hash(bytes).as_bytes();
        if self.recent.contains(&hash) {
            return true;
        }
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(hash);
        false
    }

    /// Whether some edition has this manifest.
    pub(crate) fn has(&self, manifest: &ObjectHash) -> bool {
        self.all.iter().any(|e| e.head.manifest() == *manifest)
    }

    /// Follows a head. What falls out to keep the number small is given back.
    pub(crate) fn follow(&mut self, head: SignedHead, expected: bool) -> Vec<Coming> {
        self.all.push(Coming {
            head,
            expected,
            opened: None,
        });
        let unknown = |e: &Coming| !e.is_trusted() && !e.expected;
        let mut dropped = Vec::new();
        while self.all.iter().filter(|e| unknown(e)).count() > UNKNOWN {
            let Some(at) = self.all.iter().position(unknown) else {
                break;
            };
            dropped.push(self.all.remove(at));
        }
        dropped
    }

    /// Keeps the newest editions of a publisher; the others are given back.
    pub(crate) fn prune(&mut self, publisher: PublicKey) -> Vec<Coming> {
        let mut dropped = Vec::new();
        loop {
            let mut of_publisher: Vec<(u64, usize)> = self
                .all
                .iter()
                .enumerate()
                .filter(|(_, e)| e.is_trusted() && e.publisher() == Some(publisher))
                .map(|(at, e)| (e.head.number(), at))
                .collect();
            if of_publisher.len() <= FOLLOWED {
                return dropped;
            }
            of_publisher.sort_unstable();
            dropped.push(self.all.remove(of_publisher[0].1));
        }
    }

    /// Stops following the editions with these manifests; they are given back.
    pub(crate) fn remove(&mut self, manifests: &[ObjectHash]) -> Vec<Coming> {
        let gone = |e: &mut Coming| manifests.contains(&e.head.manifest());
        self.all.extract_if(.., gone).collect()
    }

    /// Opened editions of trusted publishers.
    pub(crate) fn trusted(&self) -> impl Iterator<Item = &Opened> {
        self.all
            .iter()
            .filter_map(|e| e.opened.as_ref())
            .filter(|e| e.trusted)
    }

    /// The root key whose first eight bytes are `id`: one that is trusted from the start, or the
    /// current one of a trusted publisher.
    pub(crate) fn root(&self, trust: &[PublicKey], id: [u8; 8]) -> Option<PublicKey> {
        let current = self.trusted().map(|e| e.signed.head().root());
        trust
            .iter()
            .copied()
            .chain(current)
            .find(|root| root.id() == id)
    }

    /// Whether lists of runs of this object can be verified: whether something that a trusted
    /// publisher has signed names it, as far as that is known yet.
    pub(crate) fn can_be_listed(&self, hash: &ObjectHash) -> bool {
        !self
            .all
            .iter()
            .any(|e| e.head.manifest() == *hash && !e.expected)
    }
}

impl Coming {
    pub(crate) fn is_trusted(&self) -> bool {
        self.opened.as_ref().is_some_and(|opened| opened.trusted)
    }

    pub(crate) fn publisher(&self) -> Option<PublicKey> {
        self.opened.as_ref().map(|opened| opened.signed.publisher())
    }
}
