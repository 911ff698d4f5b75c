//! From heads over manifests and indexes to the objects that are waited for.

use std::collections::HashSet;

use edition::{Head, Index, ObjectHash, SignedEdition, Transport};
use fountain::ObjectId;

use crate::editions::{Coming, Opened};
use crate::event::{Event, Warning};
use crate::receiver::{Core, Known};
use crate::reception::Reception;
use crate::store::{Name, Store};

impl<S: Store> Core<S> {
    pub(crate) fn head(&mut self, bytes: &[u8]) -> Result<(), S::Error> {
        self.counters.heads += 1;
        if self.editions.seen(bytes) || !self.ration.spend() {
            return Ok(());
        }
        let Some(head) = Head::parse(bytes).ok().and_then(|head| head.verify().ok()) else {
            self.counters.forged += 1;
            return Ok(());
        };
        self.ration.refund();
        if self.editions.has(&head.manifest()) {
            return Ok(());
        }
        let root = head.root();
        let expected = self.editions.root(&self.trust, root.id()) == Some(root);
        let (manifest, transport) = (head.manifest(), head.transport());
        for dropped in self.editions.follow(head, expected) {
            self.forget(&dropped)?;
        }
        self.want(manifest, transport)
    }

    /// Waits for an object from now on, unless it is here already.
    pub(crate) fn want(&mut self, hash: ObjectHash, transport: Transport) -> Result<(), S::Error> {
        let mut completed = Vec::new();
        self.want_quietly(hash, transport, None, &mut completed)?;
        self.complete_all(completed)
    }

    pub(crate) fn want_quietly(
        &mut self,
        hash: ObjectHash,
        transport: Transport,
        groups: Option<ObjectHash>,
        completed: &mut Vec<ObjectHash>,
    ) -> Result<(), S::Error> {
        let id = ObjectId(hash.id().0);
        match self.objects.get(&id) {
            Some(Known::Coming(_)) => return Ok(()),
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
        let Some(reception) = Reception::open(&mut self.store, hash, transport, groups)? else {
            return Ok(());
        };
        self.objects.insert(id, Known::Coming(Box::new(reception)));
        self.replay(id, false)
    }

    /// An object is here: what it says is read, if it is a manifest or an index.
    pub(crate) fn complete(
        &mut self,
        hash: ObjectHash,
        completed: &mut Vec<ObjectHash>,
    ) -> Result<(), S::Error> {
        let before = self.objects.insert(ObjectId(hash.id().0), Known::Complete);
        let fresh = matches!(before, Some(Known::Coming(_)));
        self.open_manifests(hash, completed)?;
        self.read_indexes(hash, completed)?;
        if fresh {
            let tier = self.tier_of(hash);
            let bytes = self.store.len(Name::Object(hash))?;
            self.events.push_back(Event::Object { hash, tier, bytes });
            self.tell_complete_tiers(hash);
        }
        Ok(())
    }

    pub(crate) fn open_manifests(
        &mut self,
        hash: ObjectHash,
        completed: &mut Vec<ObjectHash>,
    ) -> Result<(), S::Error> {
        let waits = |e: &Coming| e.opened.is_none() && e.head.manifest() == hash;
        let Some(at) = self.editions.all.iter().position(waits) else {
            return Ok(());
        };
        let bytes = self.store.get(Name::Object(hash))?.unwrap_or_default();
        let head = &self.editions.all[at].head;
        let number = head.number();
        let signed = match head.open(&bytes) {
            Ok(signed) => signed,
            Err(error) => {
                if self.editions.all[at].expected {
                    self.warn(Warning::Unreadable { number, error });
                }
                self.editions.all.remove(at);
                return Ok(());
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
            return Ok(());
        }
        let good = self.accept(&signed)?;
        let Some(at) = self.editions.all.iter().position(waits) else {
            return Ok(());
        };
        if !good {
            self.editions.all.remove(at);
            return Ok(());
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
            self.want_quietly(index.hash, index.transport, None, completed)?;
        }
        Ok(())
    }

    /// Compares an edition with the others of its publisher: forks and revocations. What the new
    /// one revokes is given up, whichever came first.
    pub(crate) fn accept(&mut self, signed: &SignedEdition) -> Result<bool, S::Error> {
        let number = signed.manifest().number;
        let mut warnings = Vec::new();
        let mut good = true;
        let mut revoked = Vec::new();
        for other in self.editions.trusted() {
            let other = &other.signed;
            if other.publisher() != signed.publisher() {
                continue;
            }
            if other.chain().forks_from(signed.chain()) {
                warnings.push(Warning::TwoSuccessors);
                good = false;
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
                revoked.push(other.head().manifest());
            }
        }
        if signed.head().is_out_of_date() {
            warnings.push(Warning::CertificateDates { number });
        }
        warnings.into_iter().for_each(|warning| self.warn(warning));
        if good {
            for dropped in self.editions.remove(&revoked) {
                self.forget(&dropped)?;
            }
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
        for object in index.map(|index| index.objects).unwrap_or_default() {
            self.want_quietly(object.hash, object.transport, object.groups, completed)?;
        }
        Ok(())
    }

    /// Stops waiting for what only this edition names. What has come of it stays in the store,
    /// unless that is small.
    pub(crate) fn forget(&mut self, dropped: &Coming) -> Result<(), S::Error> {
        let mut hashes = vec![dropped.head.manifest()];
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
        for hash in hashes.iter().filter(|hash| !still.contains(hash)) {
            let known = self.objects.remove(&ObjectId(hash.id().0));
            if matches!(known, Some(Known::Coming(_))) && self.store.is_small() {
                self.store.remove(Name::State(*hash))?;
                self.store.remove(Name::Part(*hash))?;
                self.store.remove(Name::Repair(*hash))?;
            }
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
