//! From heads over manifests and indexes to the objects that are waited for.

use std::collections::HashSet;

use edition::{Head, Index, ObjectHash, PublicKey, SignedEdition, Transport};
use fountain::ObjectId;

use crate::editions::{Coming, Opened};
use crate::event::{Event, Warning};
use crate::receiver::{Core, Known};
use crate::reception::{Claim, Reception};
use crate::store::{Name, Store};

/// Signature checks that a head takes: its certificate's and its own.
const HEAD_CHECKS: u64 = 2;

impl<S: Store> Core<S> {
    pub(crate) fn head(&mut self, bytes: &[u8]) -> Result<(), S::Error> {
        self.counters.heads += 1;
        let hash = *blake3::hash(bytes).as_bytes();
        if self.editions.is_seen(&hash) {
            return Ok(());
        }
        let is_spared = self.head_ration.spend_spare(HEAD_CHECKS);
        let is_repeated = !is_spared && self.editions.was_put_off(hash);
        let is_checked = is_spared || is_repeated && self.head_ration.spend(HEAD_CHECKS);
        if !is_checked {
            return Ok(());
        }
        self.editions.remember(hash);
        let Some(head) = Head::parse(bytes).ok().and_then(|head| head.verify().ok()) else {
            self.counters.forged += 1;
            return Ok(());
        };
        if self.editions.has(&head.manifest(), head.root()) {
            return Ok(());
        }
        let (root, number) = (head.root(), head.number());
        let expected = self.editions.root(&self.trust, root.id(), number) == Some(root);
        let (manifest, transport) = (head.manifest(), head.transport());
        for dropped in self.editions.follow(head, expected) {
            self.forget(&dropped)?;
        }
        self.want(manifest, transport, expected)
    }

    /// Waits for an object from now on, unless it is here already.
    pub(crate) fn want(
        &mut self,
        hash: ObjectHash,
        transport: Transport,
        expected: bool,
    ) -> Result<(), S::Error> {
        let mut completed = Vec::new();
        let claim = Claim {
            hash,
            transport,
            groups: None,
            tier: None,
            expected,
        };
        self.want_quietly(claim, &mut completed)?;
        self.complete_all(completed)
    }

    pub(crate) fn want_quietly(
        &mut self,
        claim: Claim,
        completed: &mut Vec<ObjectHash>,
    ) -> Result<(), S::Error> {
        let hash = claim.hash;
        let id = ObjectId(hash.id().0);
        match self.objects.get_mut(&id) {
            Some(Known::Coming(reception)) if reception.agrees(&claim) => {
                reception.expect(&claim);
                return Ok(());
            }
            // What a stranger says of an object gives way to what somebody trusted does.
            Some(Known::Coming(reception)) if reception.is_expected() || !claim.expected => {
                return Ok(());
            }
            Some(Known::Coming(reception)) => {
                let other = reception.hash();
                self.objects.remove(&id);
                for name in [Name::State(other), Name::Part(other), Name::Repair(other)] {
                    self.store.remove(name)?;
                }
            }
            Some(Known::Complete) => {
                completed.push(hash);
                return Ok(());
            }
            None => {}
        }
        if self.store.has(Name::Object(hash))? {
            self.objects.insert(id, Known::Complete);
            completed.push(hash);
            return Ok(());
        }
        let Some(reception) = Reception::open(&mut self.store, &claim)? else {
            return Ok(());
        };
        self.objects.insert(id, Known::Coming(Box::new(reception)));
        self.replay(id)
    }

    /// An object is here: what it says is read, if it is a manifest or an index.
    pub(crate) fn complete(
        &mut self,
        hash: ObjectHash,
        completed: &mut Vec<ObjectHash>,
    ) -> Result<(), S::Error> {
        let before = self.objects.insert(ObjectId(hash.id().0), Known::Complete);
        while self.open_manifest(hash, completed)? {}
        self.read_indexes(hash, completed)?;
        if let Some(Known::Coming(reception)) = before {
            let (tier, bytes) = (reception.tier(), reception.size());
            self.events.push_back(Event::Object { hash, tier, bytes });
            self.tell_complete_tiers();
        }
        Ok(())
    }

    /// Opens an edition that waits for this manifest. Says whether there was one.
    fn open_manifest(
        &mut self,
        hash: ObjectHash,
        completed: &mut Vec<ObjectHash>,
    ) -> Result<bool, S::Error> {
        let waits = |e: &Coming| e.opened.is_none() && e.head.manifest() == hash;
        let Some(at) = self.editions.all.iter().position(waits) else {
            return Ok(false);
        };
        let bytes = self.store.get(Name::Object(hash))?.unwrap_or_default();
        let head = &self.editions.all[at].head;
        let (number, root) = (head.number(), head.root());
        let signed = match head.open(&bytes) {
            Ok(signed) => signed,
            Err(error) => {
                if self.editions.all[at].expected {
                    self.warn(Warning::Unreadable { number, error });
                }
                self.editions.all.remove(at);
                return Ok(true);
            }
        };
        let publisher = signed.publisher();
        let trusted = self.trust.contains(&publisher);
        if !trusted {
            self.events.push_back(Event::Heard {
                publisher,
                name: signed.manifest().publisher.clone(),
                number,
            });
            self.editions.all[at].opened = Some(Opened::new(signed, false));
            return Ok(true);
        }
        let good = self.accept(&signed)?;
        let is_it = |e: &Coming| waits(e) && e.head.root() == root;
        let Some(at) = self.editions.all.iter().position(is_it) else {
            return Ok(true);
        };
        if !good {
            self.editions.all.remove(at);
            return Ok(true);
        }
        self.store.put(Name::Head(hash), signed.head().bytes())?;
        self.events.push_back(Event::Edition {
            publisher,
            name: signed.manifest().publisher.clone(),
            number,
            seconds: signed.manifest().seconds,
        });
        let indexes = signed.manifest().indexes.clone();
        self.editions.all[at].opened = Some(Opened::new(signed, true));
        for dropped in self.editions.prune(publisher) {
            self.forget(&dropped)?;
        }
        for index in indexes {
            let claim = Claim {
                hash: index.hash,
                transport: index.transport,
                groups: None,
                tier: Some(index.tier),
                expected: true,
            };
            self.want_quietly(claim, completed)?;
        }
        Ok(true)
    }

    /// Compares an edition with the others of its publisher: forks and revocations. What the new
    /// one revokes is given up, whichever came first.
    fn accept(&mut self, signed: &SignedEdition) -> Result<bool, S::Error> {
        let number = signed.manifest().number;
        let publisher = signed.publisher();
        let links = signed.chain().chain().links.len();
        let mut warnings = Vec::new();
        let mut gone = Vec::new();
        let is_past = |fork: &(PublicKey, usize)| fork.0 == publisher && fork.1 < links;
        let mut good = !self.forks.iter().any(is_past);
        if !good {
            warnings.push(Warning::TwoSuccessors);
        }
        let mut forks = Vec::new();
        for other in self.editions.trusted() {
            let other = &other.signed;
            if other.publisher() != publisher {
                continue;
            }
            if let Some(fork) = other.chain().fork_from(signed.chain()) {
                // Neither is followed, whichever came first; both heads are kept to know it again.
                warnings.push(Warning::TwoSuccessors);
                forks.push((publisher, fork));
                gone.push(other.head().manifest());
                good = false;
                continue;
            }
            let is_other = other.head().manifest() != signed.head().manifest();
            if other.manifest().number == number && is_other {
                warnings.push(Warning::TwoEditions { number });
            }
            if revokes(other, signed) {
                warnings.push(Warning::Revoked { number });
                good = false;
            }
            if revokes(signed, other) {
                let number = other.manifest().number;
                warnings.push(Warning::Revoked { number });
                gone.push(other.head().manifest());
            }
        }
        if signed.head().is_out_of_date() {
            warnings.push(Warning::CertificateDates { number });
        }
        warnings.into_iter().for_each(|warning| self.warn(warning));
        if !forks.is_empty() {
            let head = signed.head();
            self.store.put(Name::Head(head.manifest()), head.bytes())?;
        }
        if good || !forks.is_empty() {
            self.forks.extend(forks);
            for dropped in self.editions.remove(&gone) {
                self.forget(&dropped)?;
            }
        }
        if good && !gone.is_empty() {
            // What a stolen key had pushed out may come again.
            self.editions.look_again();
        }
        Ok(good)
    }

    pub(crate) fn read_indexes(
        &mut self,
        hash: ObjectHash,
        completed: &mut Vec<ObjectHash>,
    ) -> Result<(), S::Error> {
        let is_index =
            |e: &Opened| e.trusted && e.indexes.iter().any(|(_, h, i)| *h == hash && i.is_none());
        if !self
            .editions
            .all
            .iter()
            .filter_map(|e| e.opened.as_ref())
            .any(is_index)
        {
            return Ok(());
        }
        let bytes = self.store.get(Name::Object(hash))?.unwrap_or_default();
        let index = Index::parse(&bytes);
        let mut warnings = Vec::new();
        for opened in self
            .editions
            .all
            .iter_mut()
            .filter_map(|e| e.opened.as_mut())
        {
            let number = opened.signed.manifest().number;
            for (tier, of, slot) in &mut opened.indexes {
                match &index {
                    _ if *of != hash || slot.is_some() => {}
                    Ok(index) if index.tier == *tier => *slot = Some(index.clone()),
                    Ok(_) => {}
                    Err(error) => warnings.push(Warning::Unreadable {
                        number,
                        error: error.clone(),
                    }),
                }
            }
        }
        warnings.into_iter().for_each(|warning| self.warn(warning));
        let Ok(index) = index else { return Ok(()) };
        for object in index.objects {
            let claim = Claim {
                hash: object.hash,
                transport: object.transport,
                groups: object.groups,
                tier: Some(index.tier),
                expected: true,
            };
            self.want_quietly(claim, completed)?;
        }
        Ok(())
    }

    /// Stops waiting for what only this edition names. What has come of it stays in the store,
    /// unless that is small.
    pub(crate) fn forget(&mut self, dropped: &Coming) -> Result<(), S::Error> {
        let manifest = dropped.head.manifest();
        if dropped.opened.as_ref().is_none_or(|opened| !opened.trusted) {
            // Strangers send as many heads as they like: this costs next to nothing.
            let is_claimed = |e: &Coming| e.head.manifest() == manifest;
            let is_needed = match self.objects.get(&ObjectId(manifest.id().0)) {
                Some(Known::Coming(reception)) => reception.tier().is_some(),
                Some(Known::Complete) => dropped.expected || self.entry(manifest).is_some(),
                None => true,
            };
            if !is_needed && !self.editions.all.iter().any(is_claimed) {
                self.lose(manifest)?;
                if dropped.opened.is_some() {
                    self.store.remove(Name::Object(manifest))?;
                }
            }
            return Ok(());
        }
        let mut hashes = vec![manifest];
        for (_, hash, index) in dropped.opened.iter().flat_map(|opened| &opened.indexes) {
            hashes.push(*hash);
            hashes.extend(index.iter().flat_map(|i| &i.objects).map(|o| o.hash));
        }
        let still: HashSet<ObjectHash> = self
            .editions
            .all
            .iter()
            .flat_map(|coming| {
                let of_indexes = coming.opened.iter().flat_map(|opened| &opened.indexes);
                let objects = of_indexes.flat_map(|(_, hash, index)| {
                    let objects = index.iter().flat_map(|i| &i.objects).map(|o| o.hash);
                    std::iter::once(*hash).chain(objects)
                });
                std::iter::once(coming.head.manifest()).chain(objects)
            })
            .collect();
        for hash in hashes.into_iter().filter(|hash| !still.contains(hash)) {
            self.lose(hash)?;
        }
        Ok(())
    }

    fn lose(&mut self, hash: ObjectHash) -> Result<(), S::Error> {
        let known = self.objects.remove(&ObjectId(hash.id().0));
        if matches!(known, Some(Known::Coming(_))) && self.store.is_small() {
            self.store.remove(Name::State(hash))?;
            self.store.remove(Name::Part(hash))?;
            self.store.remove(Name::Repair(hash))?;
        }
        Ok(())
    }

    pub(crate) fn warn(&mut self, warning: Warning) {
        let event = Event::Warning(warning);
        if !self.events.contains(&event) {
            self.events.push_back(event);
        }
    }
}

/// Whether `newer` shows that the key that signed `other` may no longer do so: by a certificate
/// with a higher serial, or because its root key was replaced.
fn revokes(newer: &SignedEdition, other: &SignedEdition) -> bool {
    let number = other.manifest().number;
    let (theirs, ours) = (
        newer.head().certificate().terms(),
        other.head().certificate().terms(),
    );
    let by_serial = newer.head().root() == other.head().root()
        && theirs.serial > ours.serial
        && number >= theirs.first;
    by_serial || newer.chain().supersedes(other.chain(), number)
}
