//! Editions on their way: from a head over its manifest to its indexes.

use std::collections::VecDeque;

use edition::{Index, ObjectHash, PublicKey, SignedEdition, SignedHead, Tier};

/// Editions of one trusted publisher that are followed at once.
const FOLLOWED: usize = 3;
/// Heads of unknown publishers that are followed, for their names only.
const UNKNOWN: usize = 16;
/// Editions of one root key whose manifests are waited for at once. A publisher has one or two on air;
/// whoever has stolen its key can sign any number.
const EXPECTED: usize = 16;
/// Heads remembered so that one that is repeated is not verified again.
const RECENT: usize = 256;
/// Heads remembered that there was no signature check for.
const PUT_OFF: usize = 1_024;

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
    /// How many objects of each index are known to be here, from its first on, or [`TOLD`].
    pub(crate) here: Vec<usize>,
}

/// That a tier is complete has been told.
pub(crate) const TOLD: usize = usize::MAX;

/// The editions that a receiver follows.
#[derive(Debug, Default)]
pub(crate) struct Editions {
    pub(crate) all: Vec<Coming>,
    /// Heads that have been verified or refused, by the hash of their bytes.
    recent: VecDeque<[u8; 32]>,
    put_off: VecDeque<[u8; 32]>,
}

impl Opened {
    pub(crate) fn new(signed: SignedEdition, trusted: bool) -> Self {
        let indexes: Vec<_> = signed
            .manifest()
            .indexes
            .iter()
            .map(|index| (index.tier, index.hash, None))
            .collect();
        Self {
            signed,
            trusted,
            here: vec![0; indexes.len()],
            indexes,
        }
    }
}

impl Editions {
    /// Whether a head has been looked at lately.
    pub(crate) fn is_seen(&self, hash: &[u8; 32]) -> bool {
        self.recent.contains(hash)
    }

    /// Remembers that a head has been looked at: no sooner than that, or a true one that there was no
    /// check for would never be.
    pub(crate) fn remember(&mut self, hash: [u8; 32]) {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(hash);
    }

    /// All heads get another chance.
    pub(crate) fn look_again(&mut self) {
        self.recent.clear();
    }

    /// Whether there was no check for this head before: true ones are repeated, so that they come first
    /// when there is one. Remembers it.
    pub(crate) fn was_put_off(&mut self, hash: [u8; 32]) -> bool {
        if self.put_off.contains(&hash) {
            return true;
        }
        if self.put_off.len() == PUT_OFF {
            self.put_off.pop_front();
        }
        self.put_off.push_back(hash);
        false
    }

    /// Whether some edition has this manifest under this root key. Another root key is another claim:
    /// whoever signs somebody else's manifest must not stand before them.
    pub(crate) fn has(&self, manifest: &ObjectHash, root: PublicKey) -> bool {
        let is_it = |e: &Coming| e.head.manifest() == *manifest && e.head.root() == root;
        self.all.iter().any(is_it)
    }

    /// Follows a head. What falls out to keep the number small is given back.
    pub(crate) fn follow(&mut self, head: SignedHead, expected: bool) -> Vec<Coming> {
        let root = head.root();
        self.all.push(Coming {
            head,
            expected,
            opened: None,
        });
        let unknown = |e: &Coming| !e.is_trusted() && !e.expected;
        let waits = |e: &Coming| e.expected && e.opened.is_none() && e.head.root() == root;
        let mut dropped = Vec::new();
        while self.all.iter().filter(|e| unknown(e)).count() > UNKNOWN {
            let Some(at) = self.all.iter().position(unknown) else {
                break;
            };
            dropped.push(self.all.remove(at));
        }
        while self.all.iter().filter(|e| waits(e)).count() > EXPECTED {
            // A certificate with a higher serial may be the one that takes a stolen key back.
            let serial = |e: &Coming| e.head.certificate().terms().serial;
            let waiting = self.all.iter().enumerate().filter(|(_, e)| waits(e));
            let Some((at, _)) = waiting.min_by_key(|(at, e)| (serial(e), *at)) else {
                break;
            };
            dropped.push(self.all.remove(at));
        }
        for coming in &dropped {
            let hash = blake3::hash(coming.head.bytes());
            self.recent.retain(|seen| seen != hash.as_bytes());
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

    /// The root key whose first eight bytes are `id`, for edition `number`: one that is trusted from
    /// the start, or the current one of a trusted publisher; none that was replaced by then.
    pub(crate) fn root(&self, trust: &[PublicKey], id: [u8; 8], number: u64) -> Option<PublicKey> {
        let current = self.trusted().map(|e| e.signed.head().root());
        let root = trust
            .iter()
            .copied()
            .chain(current)
            .find(|root| root.id() == id)?;
        let is_replaced = |e: &Opened| {
            let chain = e.signed.chain();
            let has_it = chain.first() == root || chain.current() == root;
            has_it && chain.root_for(number) != root
        };
        (!self.trusted().any(is_replaced)).then_some(root)
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
