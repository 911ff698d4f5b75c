//! The receiver: bytes in, events and verified objects out.

use std::collections::{HashMap, HashSet, VecDeque};

use edition::{Head, Index, ObjectEntry, ObjectHash, PublicKey, SignedEdition, Tier, Transport};
use fountain::{ObjectId, Packet, Pool, Run};

use crate::carriers::{Carrier, Input};
use crate::editions::{Coming, Editions, Opened};
use crate::event::{Event, Warning};
use crate::lists::Lists;
use crate::ration::Ration;
use crate::reception::{Outcome, Reception};
use crate::status::{Counters, EditionStatus, TierStatus};
use crate::store::{Kind, Name, Store};

/// Bytes of runs that wait for something signed to name their object.
const WAITING_BYTES: usize = 48 << 20;
/// Bytes of runs that wait for the list that names them.
const UNLISTED_BYTES: usize = 4 << 20;

/// Receives editions of the publishers it was told to trust. See the crate's documentation.
#[derive(Debug)]
pub struct Receiver<S: Store> {
    pub(crate) input: Input,
    pub(crate) core: Core<S>,
}

#[derive(Debug)]
pub(crate) struct Core<S: Store> {
    pub(crate) store: S,
    pub(crate) trust: Vec<PublicKey>,
    pub(crate) editions: Editions,
    pub(crate) objects: HashMap<ObjectId, Known>,
    waiting: Pool,
    unlisted: Pool,
    pub(crate) lists: Lists,
    pub(crate) ration: Ration,
    pub(crate) events: VecDeque<Event>,
    /// Editions (by manifest) and tiers that have been told to be complete.
    told: HashSet<(ObjectHash, Tier)>,
    pub(crate) counters: Counters,
    /// A block that was let go can be decoded.
    pub(crate) ready: bool,
    /// Objects that failed their hash once: of them only listed runs count, whenever they come.
    pub(crate) spoilt: HashSet<ObjectId>,
    /// A complete object that is received once more.
    pub(crate) reopened: Option<ObjectId>,
}

/// An object that something signed names.
#[derive(Debug)]
pub(crate) enum Known {
    Coming(Box<Reception>),
    Complete,
}

impl<S: Store> Receiver<S> {
    /// Opens an inbox and goes on from what is in it. `trust` are first root keys.
    pub fn open(store: S, trust: Vec<PublicKey>) -> Result<Self, S::Error> {
        let mut store = store;
        let lists = Lists::open(&mut store)?;
        let mut core = Core {
            store,
            trust,
            editions: Editions::default(),
            objects: HashMap::new(),
            waiting: Pool::new(WAITING_BYTES),
            unlisted: Pool::new(UNLISTED_BYTES),
            lists,
            ration: Ration::new(),
            events: VecDeque::new(),
            told: HashSet::new(),
            counters: Counters::default(),
            ready: false,
            spoilt: HashSet::new(),
            reopened: None,
        };
        core.restore_waiting()?;
        core.restore()?;
        Ok(Self {
            input: Input::new(),
            core,
        })
    }

    /// What has come in since the receiver was opened.
    pub fn counters(&self) -> Counters {
        self.core.counters
    }

    /// What the current recording is, as far as it can be told by now.
    pub fn carrier(&self) -> Option<Carrier> {
        self.input.carrier()
    }

    /// The carrier's own view of the current recording.
    pub fn demux(&self) -> &ts::Demux {
        self.input.ts()
    }

    /// The store.
    pub fn store_mut(&mut self) -> &mut S {
        &mut self.core.store
    }

    /// Editions of trusted publishers that are followed, the newest first.
    pub fn editions(&self) -> Vec<(&SignedEdition, Vec<&Index>)> {
        let mut all: Vec<_> = self
            .core
            .editions
            .trusted()
            .map(|opened| {
                let indexes = opened.indexes.iter().filter_map(|(_, _, i)| i.as_ref());
                (&opened.signed, indexes.collect())
            })
            .collect();
        all.sort_by_key(|(signed, _)| std::cmp::Reverse(signed.manifest().number));
        all
    }

    /// Publishers that are on air and not trusted: first root key, name, newest number.
    pub fn strangers(&self) -> Vec<(PublicKey, String, u64)> {
        let mut all: Vec<(PublicKey, String, u64)> = Vec::new();
        let opened = self
            .core
            .editions
            .all
            .iter()
            .filter_map(|e| e.opened.as_ref());
        for stranger in opened.filter(|opened| !opened.trusted) {
            let manifest = stranger.signed.manifest();
            let publisher = stranger.signed.publisher();
            match all.iter_mut().find(|(key, ..)| *key == publisher) {
                Some((_, _, number)) => *number = manifest.number.max(*number),
                None => all.push((publisher, manifest.publisher.clone(), manifest.number)),
            }
        }
        all
    }

    /// How far each followed edition has come, the newest first.
    pub fn status(&self) -> Vec<EditionStatus> {
        let mut all: Vec<_> = self
            .core
            .editions
            .trusted()
            .map(|opened| self.core.status(opened))
            .collect();
        all.sort_by_key(|status| std::cmp::Reverse(status.number));
        all
    }

    /// Takes the next bytes of a recording or a stream; any number of bytes at a time.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), S::Error> {
        self.core.ration.earn(bytes.len());
        let Self { input, core } = self;
        let mut result = Ok(());
        input.push_at(bytes, &mut |packet, at| {
            if result.is_ok() {
                core.store.arrived(at);
                result = core.packet(packet);
            }
        });
        result
    }

    /// Takes one packet that some other means of transport has brought.
    pub fn push_packet(&mut self, packet: &[u8]) -> Result<(), S::Error> {
        self.core.ration.earn(packet.len());
        self.core.packet(packet)
    }

    /// The recording ends here; another one may follow.
    pub fn end_recording(&mut self) -> Result<(), S::Error> {
        let Self { input, core } = self;
        let mut result = Ok(());
        input.finish_at(&mut |packet, at| {
            if result.is_ok() {
                core.store.arrived(at);
                result = core.packet(packet);
            }
        });
        *input = input.next();
        result?;
        core.save()?;
        core.save_waiting()
    }

    /// Saves how far the objects on their way have come. What came since the last time is
    /// received again after a crash.
    pub fn save(&mut self) -> Result<(), S::Error> {
        self.core.save()
    }

    /// The next thing that happened.
    pub fn poll(&mut self) -> Option<Event> {
        self.core.events.pop_front()
    }
}

impl<S: Store> Core<S> {
    pub(crate) fn packet(&mut self, packet: &[u8]) -> Result<(), S::Error> {
        self.counters.packets += 1;
        self.counters.packet_bytes += packet.len() as u64;
        match Packet::parse(packet) {
            Ok(Packet::Run(run)) => self.run(run, packet),
            Ok(Packet::Head(bytes)) => self.head(bytes),
            Ok(Packet::List(list)) => {
                self.counters.lists += 1;
                let Some(root) = self.editions.root(&self.trust, list.publisher()) else {
                    return Ok(());
                };
                if self
                    .lists
                    .push(&mut self.store, &mut self.ration, root, list, packet)?
                {
                    self.retry_unlisted()?;
                }
                Ok(())
            }
            Err(_) => {
                self.counters.broken += 1;
                Ok(())
            }
        }
    }

    /// Takes a packet that came before: heads and lists have done what they could.
    pub(crate) fn run_again(&mut self, packet: &[u8]) -> Result<(), S::Error> {
        match Packet::parse(packet) {
            Ok(Packet::Run(run)) => self.run(run, packet),
            _ => Ok(()),
        }
    }

    fn run(&mut self, run: Run<'_>, packet: &[u8]) -> Result<(), S::Error> {
        let completed = self.take_run(run, packet)?;
        self.complete_all(completed)
    }

    /// Opens what these objects open, and what follows from that.
    pub(crate) fn complete_all(&mut self, mut completed: Vec<ObjectHash>) -> Result<(), S::Error> {
        while let Some(hash) = completed.pop() {
            self.complete(hash, &mut completed)?;
        }
        Ok(())
    }

    /// Gives the run to its object; returns the object's hash if that completes it.
    fn take_run(&mut self, run: Run<'_>, packet: &[u8]) -> Result<Vec<ObjectHash>, S::Error> {
        let reception = match self.objects.get_mut(&run.object) {
            Some(Known::Complete) => {
                self.counters.repeated += 1;
                return Ok(Vec::new());
            }
            Some(Known::Coming(reception)) => reception,
            None => {
                self.counters.waiting += 1;
                hold(&mut self.waiting, run.object, packet, self.store.place());
                return Ok(Vec::new());
            }
        };
        let Ok(symbols) = run.check(reception.oti()) else {
            self.counters.broken += 1;
            return Ok(Vec::new());
        };
        if reception.only_listed() {
            let hash = fountain::run_hash(packet);
            if !self.lists.listed(&mut self.store)?.contains(&hash) {
                self.counters.unlisted += 1;
                hold(&mut self.unlisted, run.object, packet, self.store.place());
                return Ok(Vec::new());
            }
        }
        let outcome = reception.push(&mut self.store, run.sbn, &symbols, &mut self.lists)?;
        if outcome != Outcome::Known {
            self.counters.useful += 1;
            self.counters.useful_bytes += run.payload.len() as u64;
        }
        Ok(self.came(run.object, outcome))
    }

    /// Takes note of what a symbol did to its object; returns the object's hash if it is complete.
    pub(crate) fn came(&mut self, id: ObjectId, outcome: Outcome) -> Vec<ObjectHash> {
        let Some(Known::Coming(reception)) = self.objects.get_mut(&id) else {
            return Vec::new();
        };
        let object = reception.hash();
        match outcome {
            Outcome::Known | Outcome::Pending => {}
            Outcome::Ready => self.ready = true,
            Outcome::Complete => return vec![object],
            Outcome::Failed => {
                if self.editions.can_be_listed(&object) {
                    self.spoilt.insert(id);
                } else {
                    reception.allow_unlisted();
                }
                self.events
                    .push_back(Event::Warning(Warning::Mismatch { object }));
            }
        }
        Vec::new()
    }

    /// A list has come: runs that waited for it get another chance.
    fn retry_unlisted(&mut self) -> Result<(), S::Error> {
        if self.unlisted.is_empty() {
            return Ok(());
        }
        let strict: Vec<ObjectId> = self
            .objects
            .iter()
            .filter(|(_, known)| matches!(known, Known::Coming(r) if r.only_listed()))
            .map(|(id, _)| *id)
            .collect();
        for id in strict {
            self.replay(id, true)?;
        }
        Ok(())
    }

    /// Gives an object the runs that waited for it.
    fn replay(&mut self, id: ObjectId, unlisted: bool) -> Result<(), S::Error> {
        let pool = match unlisted {
            true => &mut self.unlisted,
            false => &mut self.waiting,
        };
        let here = self.store.place();
        for held in pool.take(id) {
            let (packet, place) = held_packet(&held);
            self.store.arrived_from(place);
            if let Ok(Packet::Run(run)) = Packet::parse(packet) {
                self.run(run, packet)?;
            }
        }
        self.store.arrived_from(here);
        Ok(())
    }

    fn head(&mut self, bytes: &[u8]) -> Result<(), S::Error> {
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
    fn want(&mut self, hash: ObjectHash, transport: Transport) -> Result<(), S::Error> {
        let mut completed = Vec::new();
        self.want_quietly(hash, transport, None, &mut completed)?;
        self.complete_all(completed)
    }

    fn want_quietly(
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

    fn open_manifests(
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
    fn accept(&mut self, signed: &SignedEdition) -> Result<bool, S::Error> {
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

    fn read_indexes(
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
    fn forget(&mut self, dropped: &Coming) -> Result<(), S::Error> {
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

    fn save(&mut self) -> Result<(), S::Error> {
        for (id, known) in &mut self.objects {
            if let Known::Coming(reception) = known
                && self.reopened != Some(*id)
            {
                reception.save(&mut self.store)?;
            }
        }
        Ok(())
    }

    /// Saves the runs that wait for something signed to name their object: a short recording may
    /// hold nothing else.
    fn save_waiting(&mut self) -> Result<(), S::Error> {
        let mut bytes = Vec::new();
        for held in self.waiting.iter() {
            let (packet, _) = held_packet(held);
            bytes.extend_from_slice(&(packet.len() as u16).to_be_bytes());
            bytes.extend_from_slice(packet);
        }
        if bytes.is_empty() {
            return self.store.remove(Name::Waiting);
        }
        self.store.put(Name::Waiting, &bytes)
    }

    fn restore_waiting(&mut self) -> Result<(), S::Error> {
        let bytes = self.store.get(Name::Waiting)?.unwrap_or_default();
        let mut rest = bytes.as_slice();
        while let Some((&[a, b], tail)) = rest.split_first_chunk() {
            let len = usize::from(u16::from_be_bytes([a, b]));
            let Some((packet, tail)) = tail.split_at_checked(len) else {
                break;
            };
            if let Ok(Packet::Run(run)) = Packet::parse(packet) {
                hold(&mut self.waiting, run.object, packet, self.store.place());
            }
            rest = tail;
        }
        Ok(())
    }

    /// Takes up the editions whose heads are in the store.
    fn restore(&mut self) -> Result<(), S::Error> {
        let mut heads: Vec<_> = Vec::new();
        for hash in self.store.list(Kind::Heads)? {
            let bytes = self.store.get(Name::Head(hash))?.unwrap_or_default();
            let head = Head::parse(&bytes).ok().and_then(|head| head.verify().ok());
            heads.extend(head);
        }
        heads.sort_by_key(edition::SignedHead::number);
        for head in heads {
            let (manifest, transport) = (head.manifest(), head.transport());
            for dropped in self.editions.follow(head, true) {
                self.forget(&dropped)?;
            }
            self.want(manifest, transport)?;
        }
        self.events.clear();
        Ok(())
    }

    fn warn(&mut self, warning: Warning) {
        let event = Event::Warning(warning);
        if !self.events.contains(&event) {
            self.events.push_back(event);
        }
    }

    fn tier_of(&self, hash: ObjectHash) -> Option<Tier> {
        self.editions.trusted().find_map(|opened| {
            opened.indexes.iter().find_map(|(tier, of, index)| {
                let named = index
                    .iter()
                    .flat_map(|i| &i.objects)
                    .any(|object| object.hash == hash);
                (*of == hash || named).then_some(*tier)
            })
        })
    }

    fn tell_complete_tiers(&mut self, hash: ObjectHash) {
        let mut complete = Vec::new();
        let mut told = Vec::new();
        for opened in self.editions.trusted() {
            for (tier, of, index) in &opened.indexes {
                let Some(index) = index else { continue };
                let named = *of == hash || index.objects.iter().any(|o| o.hash == hash);
                let here = |o: &ObjectEntry| self.is_complete(ObjectId(o.hash.id().0));
                let edition = opened.signed.head().manifest();
                if named && !self.told.contains(&(edition, *tier)) && index.objects.iter().all(here)
                {
                    told.push((edition, *tier));
                    complete.push(Event::TierComplete {
                        number: opened.signed.manifest().number,
                        tier: *tier,
                    });
                }
            }
        }
        self.events.extend(complete);
        self.told.extend(told);
    }

    fn status(&self, opened: &Opened) -> EditionStatus {
        let manifest = opened.signed.manifest();
        let transports: HashMap<ObjectHash, u64> = manifest
            .indexes
            .iter()
            .map(|index| (index.hash, index.transport.size))
            .collect();
        EditionStatus {
            publisher: opened.signed.publisher(),
            name: manifest.publisher.clone(),
            number: manifest.number,
            seconds: manifest.seconds,
            tiers: opened
                .indexes
                .iter()
                .map(|(tier, hash, index)| {
                    let own = (*hash, transports.get(hash).copied().unwrap_or(0));
                    let objects = index.iter().flat_map(|i| &i.objects);
                    let objects = objects.map(|o| (o.hash, o.transport.size));
                    self.tier_status(*tier, index.is_some(), std::iter::once(own).chain(objects))
                })
                .collect(),
        }
    }

    fn tier_status(
        &self,
        tier: Tier,
        index_here: bool,
        objects: impl Iterator<Item = (ObjectHash, u64)>,
    ) -> TierStatus {
        let mut status = TierStatus {
            tier,
            index_here,
            objects: 0,
            complete: 0,
            bytes: 0,
            received: 0,
            missing_share: 0.0,
        };
        for (hash, size) in objects {
            status.objects += 1;
            status.bytes += size;
            let id = ObjectId(hash.id().0);
            match self.objects.get(&id) {
                _ if self.is_complete(id) => {
                    status.complete += 1;
                    status.received += size;
                }
                Some(Known::Coming(reception)) => {
                    status.received += reception.received();
                    status.missing_share = status.missing_share.max(reception.missing_share());
                }
                _ => status.missing_share = 1.0,
            }
        }
        status
    }

    /// Whether an object is complete, be it that it is received once more.
    fn is_complete(&self, id: ObjectId) -> bool {
        match self.objects.get(&id) {
            Some(Known::Complete) => true,
            Some(Known::Coming(_)) => self.reopened == Some(id),
            None => false,
        }
    }
}

/// Puts a run into a pool, and behind it the place that it came from.
fn hold(pool: &mut Pool, object: ObjectId, packet: &[u8], place: u64) {
    pool.insert(object, &[packet, &place.to_be_bytes()].concat());
}

/// What [`hold`] put into a pool.
fn held_packet(held: &[u8]) -> (&[u8], u64) {
    match held.split_last_chunk() {
        Some((packet, place)) => (packet, u64::from_be_bytes(*place)),
        None => (held, 0),
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
