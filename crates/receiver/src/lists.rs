//! Signed lists of runs: verified when they come, kept, and used once somebody forges.

use std::collections::{HashMap, HashSet, VecDeque};

use edition::{Certificate, Certified, PublicKey, Role, Signature};
use fountain::{List, Packet, RunHash};

use crate::ration::Ration;
use crate::store::{Name, Store};

/// Most bytes of lists that are kept: enough for the runs of 1.6 GB. Beyond that the half goes whose
/// editions are the oldest.
const MOST_BYTES: u64 = 16 << 20;
/// On-air keys remembered.
const KEYS: usize = 64;
/// Lists that wait for a certificate.
const LOCKED: usize = 64;
/// Of the runs on a list that waits, one in so many is looked out for.
const CLAIMS: usize = 8;
/// Lists that wait for a signature check.
const PUT_OFF: usize = 800;

/// Keeps what verified lists say.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    len: u64,
    /// First bytes of the signatures of all lists in the store, once one has come.
    known: Option<HashSet<[u8; 8]>>,
    keys: VecDeque<OnAir>,
    /// What the store has of them, in memory from the first sign of forgeries on.
    listed: Option<Listed>,
    put_off: PutOff,
    /// Lists without certificate of keys that are not known yet.
    locked: Vec<Vec<u8>>,
    unlocked: VecDeque<Vec<u8>>,
}

/// An on-air key, the root key that certified it, and the certificate.
#[derive(Debug)]
struct OnAir {
    root: PublicKey,
    certified: Certified,
    bytes: Vec<u8>,
}

/// What became of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listing {
    /// It is true, and new.
    New,
    /// It is here already.
    Known,
    /// Its signature or its certificate is not what it should be.
    Forged,
    /// It waits for a signature check, or for the certificate of its key.
    PutOff,
}

impl Lists {
    pub(crate) fn open<S: Store>(store: &mut S) -> Result<Self, S::Error> {
        Ok(Self {
            len: store.len(Name::Lists)?,
            ..Self::default()
        })
    }

    /// Whether any verified list is kept.
    pub(crate) fn has_any(&self) -> bool {
        self.len > 0
    }

    /// The runs that are listed so far, read from the store when first needed.
    pub(crate) fn listed<S: Store>(&mut self, store: &mut S) -> Result<&Listed, S::Error> {
        if self.listed.is_none() {
            let bytes = store.get(Name::Lists)?.unwrap_or_default();
            let mut listed = Listed::default();
            stored(&bytes).for_each(|(list, _)| listed.add(&list));
            self.listed = Some(listed);
        }
        Ok(self.listed.get_or_insert_default())
    }

    /// A list that waits for its check and names this run. It waits no more.
    pub(crate) fn claimed(&mut self, run: &RunHash) -> Option<Vec<u8>> {
        self.put_off.take(run)
    }

    /// A list that has waited for the certificate of its key, which has come.
    pub(crate) fn unlocked(&mut self) -> Option<Vec<u8>> {
        self.unlocked.pop_front()
    }

    /// Takes in a list of a publisher whose root key for that edition is `root`. `promises` says that
    /// a run that it names has come: then it may use up the ration.
    pub(crate) fn push<S: Store>(
        &mut self,
        store: &mut S,
        ration: &mut Ration,
        root: PublicKey,
        list: List<'_>,
        packet: &[u8],
        promises: bool,
    ) -> Result<Listing, S::Error> {
        let mark = mark(list.signature());
        if self.known(store)?.contains(&mark) {
            return Ok(Listing::Known);
        }
        let spends = |ration: &mut Ration, checks| match promises {
            true => ration.spend(checks),
            false => ration.spend_spare(checks),
        };
        let key = match self.known_key(root, &list) {
            Some(key) => key,
            None => {
                let Some(bytes) = list.certificate() else {
                    if self.locked.len() == LOCKED {
                        self.locked.remove(0);
                    }
                    self.locked.push(packet.to_vec());
                    return Ok(Listing::PutOff);
                };
                if !spends(ration, 1) {
                    self.put_off.push(&list, packet);
                    return Ok(Listing::PutOff);
                }
                match self.new_key(store, root, &list, bytes)? {
                    Some(key) => key,
                    None => return Ok(Listing::Forged),
                }
            }
        };
        if !spends(ration, 1) {
            self.put_off.push(&list, packet);
            return Ok(Listing::PutOff);
        }
        let verified = list.verify(|message, signature| {
            key.verify_raw(message, &Signature(*signature), "list")
                .is_ok()
        });
        if verified.is_err() {
            return Ok(Listing::Forged);
        }
        self.keep(store, packet)?;
        self.known(store)?.insert(mark);
        if let Some(listed) = &mut self.listed {
            listed.add(&list);
        }
        Ok(Listing::New)
    }

    fn known<S: Store>(&mut self, store: &mut S) -> Result<&mut HashSet<[u8; 8]>, S::Error> {
        if self.known.is_none() {
            let bytes = store.get(Name::Lists)?.unwrap_or_default();
            self.known = Some(stored(&bytes).map(|(l, _)| mark(l.signature())).collect());
        }
        Ok(self.known.get_or_insert_default())
    }

    fn keep<S: Store>(&mut self, store: &mut S, packet: &[u8]) -> Result<(), S::Error> {
        if self.len > MOST_BYTES {
            let bytes = store.get(Name::Lists)?.unwrap_or_default();
            // Replayed lists of old editions must not push those of new ones out.
            let mut order: Vec<(u64, usize)> = stored(&bytes)
                .enumerate()
                .map(|(at, (list, _))| (list.edition(), at))
                .collect();
            order.sort_unstable();
            let gone: HashSet<usize> = order[..order.len().div_ceil(2)]
                .iter()
                .map(|(_, at)| *at)
                .collect();
            let mut at = 0;
            self.retain(store, |_| {
                at += 1;
                !gone.contains(&(at - 1))
            })?;
        }
        let len = (packet.len() as u16).to_be_bytes();
        store.write_at(Name::Lists, self.len, &[&len, packet].concat())?;
        self.len += 2 + packet.len() as u64;
        Ok(())
    }

    /// Drops lists from the store.
    fn retain<S: Store>(
        &mut self,
        store: &mut S,
        mut keeps: impl FnMut(&List<'_>) -> bool,
    ) -> Result<(), S::Error> {
        let bytes = store.get(Name::Lists)?.unwrap_or_default();
        let (mut kept, mut known) = (Vec::new(), HashSet::new());
        for (list, record) in stored(&bytes).filter(|(list, _)| keeps(list)) {
            kept.extend_from_slice(record);
            known.insert(mark(list.signature()));
        }
        if kept.len() == bytes.len() {
            return Ok(());
        }
        store.put(Name::Lists, &kept)?;
        self.len = kept.len() as u64;
        self.known = Some(known);
        // What was listed twice stays listed.
        if self.listed.take().is_some() {
            self.listed(store)?;
        }
        Ok(())
    }

    /// The key that the list names, if its certificate has been verified and is still good.
    fn known_key(&self, root: PublicKey, list: &List<'_>) -> Option<PublicKey> {
        let known = self.keys.iter().find(|on_air| {
            on_air.root == root
                && on_air.certified.terms().key.id() == list.key()
                && list.certificate().is_none_or(|bytes| bytes == on_air.bytes)
                && on_air.certified.covers(Role::OnAir, list.edition()).is_ok()
                && !self.is_revoked(root, &on_air.certified, list.edition())
        })?;
        Some(known.certified.terms().key)
    }

    /// A higher serial revokes lower ones of the same share of symbols, from its first number on.
    fn is_revoked(&self, root: PublicKey, this: &Certified, edition: u64) -> bool {
        self.keys.iter().any(|other| {
            let terms = other.certified.terms();
            other.root == root
                && terms.serial > this.terms().serial
                && terms.slice == this.terms().slice
                && edition >= terms.first
        })
    }

    /// The key that the list names and brings the certificate of, if the root has certified it for
    /// lists of this edition. What it revokes is dropped.
    fn new_key<S: Store>(
        &mut self,
        store: &mut S,
        root: PublicKey,
        list: &List<'_>,
        bytes: &[u8],
    ) -> Result<Option<PublicKey>, S::Error> {
        let certified = Certificate::parse(bytes)
            .ok()
            .filter(|certificate| certificate.terms().key.id() == list.key())
            .and_then(|certificate| certificate.verify(&root).ok())
            .filter(|certified| certified.covers(Role::OnAir, list.edition()).is_ok())
            .filter(|certified| !self.is_revoked(root, certified, list.edition()));
        let Some(certified) = certified else {
            return Ok(None);
        };
        let key = certified.terms().key;
        if self.len > 0 {
            self.drop_revoked(store, root, &certified)?;
        }
        if self.keys.len() == KEYS {
            self.keys.pop_front();
        }
        let is_its = |packet: &mut Vec<u8>| match Packet::parse(packet) {
            Ok(Packet::List(list)) => list.key() == key.id(),
            _ => false,
        };
        self.unlocked.extend(self.locked.extract_if(.., is_its));
        self.keys.push_back(OnAir {
            root,
            certified,
            bytes: bytes.to_vec(),
        });
        Ok(Some(key))
    }

    /// Drops the lists of keys that this one revokes, which their certificates say. All of those
    /// in the store have been verified.
    fn drop_revoked<S: Store>(
        &mut self,
        store: &mut S,
        root: PublicKey,
        newer: &Certified,
    ) -> Result<(), S::Error> {
        let newer = newer.terms();
        let bytes = store.get(Name::Lists)?.unwrap_or_default();
        let brought =
            stored(&bytes).filter_map(|(list, _)| Certificate::parse(list.certificate()?).ok());
        let brought = brought.map(|certificate| certificate.terms().clone());
        let known = self
            .keys
            .iter()
            .map(|on_air| on_air.certified.terms().clone());
        let older = |terms: &edition::Terms| {
            terms.serial < newer.serial && terms.slice == newer.slice && terms.key != newer.key
        };
        let revoked: HashSet<[u8; 8]> = brought
            .chain(known)
            .filter(older)
            .map(|terms| terms.key.id())
            .collect();
        self.retain(store, |list| {
            let is_theirs = list.publisher() == root.id() && list.edition() >= newer.first;
            !(is_theirs && revoked.contains(&list.key()))
        })
    }
}

/// The lists in what the store has of them, and the record that each is.
fn stored(bytes: &[u8]) -> impl Iterator<Item = (List<'_>, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        loop {
            let len = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
            let (record, tail) = rest.split_at_checked(2 + len)?;
            rest = tail;
            if let Ok(Packet::List(list)) = Packet::parse(&record[2..]) {
                return Some((list, record));
            }
        }
    })
}

fn mark(signature: &[u8; 64]) -> [u8; 8] {
    let mut mark = [0; 8];
    mark.copy_from_slice(&signature[..8]);
    mark
}

/// Fingerprints of the runs that signed lists name.
#[derive(Debug, Default)]
pub(crate) struct Listed(HashSet<RunHash>);

impl Listed {
    fn add(&mut self, list: &List<'_>) {
        self.0.extend(list.entries());
    }

    pub(crate) fn contains(&self, hash: &RunHash) -> bool {
        self.0.contains(hash)
    }
}

/// Lists that there was no signature check for. One of them gets it once a run comes that it names: of
/// a true list there are a hundred such runs.
#[derive(Debug, Default)]
struct PutOff {
    first: u64,
    lists: VecDeque<Option<Vec<u8>>>,
    by_run: HashMap<RunHash, Vec<u64>>,
}

impl PutOff {
    fn push(&mut self, list: &List<'_>, packet: &[u8]) {
        if self.lists.len() == PUT_OFF {
            let oldest = self.lists.pop_front().flatten();
            self.first += 1;
            if let Some(oldest) = oldest {
                self.unclaim(&oldest, self.first - 1);
            }
        }
        let number = self.first + self.lists.len() as u64;
        self.lists.push_back(Some(packet.to_vec()));
        for run in list.entries().step_by(CLAIMS) {
            self.by_run.entry(run).or_default().push(number);
        }
    }

    fn take(&mut self, run: &RunHash) -> Option<Vec<u8>> {
        let number = *self.by_run.get(run)?.first()?;
        let list = self.lists.get_mut((number - self.first) as usize)?.take()?;
        self.unclaim(&list, number);
        Some(list)
    }

    fn unclaim(&mut self, packet: &[u8], number: u64) {
        let Ok(Packet::List(list)) = Packet::parse(packet) else {
            return;
        };
        for run in list.entries().step_by(CLAIMS) {
            if let Some(numbers) = self.by_run.get_mut(&run) {
                numbers.retain(|n| *n != number);
                if numbers.is_empty() {
                    self.by_run.remove(&run);
                }
            }
        }
    }
}
