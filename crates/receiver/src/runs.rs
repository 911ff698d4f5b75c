//! Packets on their way: runs to their objects, or to a pool until something signed names them.

use edition::ObjectHash;
use fountain::{List, MAX_PACKET_BYTES, ObjectId, Packet, Pool, Run, RunHash};

use crate::event::Warning;
use crate::lists::Listing;
use crate::receiver::{Core, Known, WAITING_BYTES};
use crate::reception::{Outcome, Reception};
use crate::store::Store;

/// Most bytes of memory for what has come of which object: an edition may name very many, each with
/// very many symbols. An eighth where the store is small.
const MOST_STATE: u64 = 256 << 20;
/// Runs that find no such memory, from one look at what became free to the next.
const COUNT_EVERY: u32 = 4_096;

/// How the runs of an object are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// All count, and are not looked up.
    None,
    /// All count; listed ones take the place of others.
    Some,
    /// Only listed ones count.
    Strict,
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
                self.list(list, packet, false)
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

    pub(crate) fn run(&mut self, run: Run<'_>, packet: &[u8]) -> Result<(), S::Error> {
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

    /// Takes in a list; `promises` says that a run that it names has come.
    fn list(&mut self, list: List<'_>, packet: &[u8], promises: bool) -> Result<(), S::Error> {
        let number = list.edition();
        let Some(root) = self.editions.root(&self.trust, list.publisher(), number) else {
            return Ok(());
        };
        let (store, ration) = (&mut self.store, &mut self.ration);
        match self
            .lists
            .push(store, ration, root, list, packet, promises)?
        {
            Listing::New => {
                self.has_lists = true;
                self.retry_unlisted(&list)?;
                while let Some(packet) = self.lists.unlocked() {
                    if let Ok(Packet::List(list)) = Packet::parse(&packet) {
                        self.list(list, &packet, true)?;
                    }
                }
                Ok(())
            }
            Listing::Known => {
                self.has_lists = true;
                Ok(())
            }
            Listing::Forged => {
                self.counters.forged += 1;
                self.alarm();
                Ok(())
            }
            Listing::PutOff => Ok(()),
        }
    }

    /// Somebody forges packets: from now on, and until the recording ends, runs count that are on lists.
    fn alarm(&mut self) {
        if !self.is_alarmed {
            self.is_alarmed = true;
            self.warn(Warning::Forged);
        }
    }

    /// Whether a verified list names the run; one that waits for its check gets it now.
    fn is_listed(&mut self, run: &RunHash) -> Result<bool, S::Error> {
        while !self.lists.listed(&mut self.store)?.contains(run) {
            let Some(packet) = self.lists.claimed(run) else {
                return Ok(false);
            };
            if let Ok(Packet::List(list)) = Packet::parse(&packet) {
                self.list(list, &packet, true)?;
            }
            if !self.ration.can_spend() {
                break;
            }
        }
        Ok(self.lists.listed(&mut self.store)?.contains(run))
    }

    /// How runs of an object are looked at. Where lists come, only listed ones count once somebody
    /// forges; where none come, others are tried until the object has failed again and again.
    fn doubt(&self, reception: &Reception) -> Doubt {
        let is_hopeless = reception.only_listed() && !reception.has_chances();
        let is_doubted = self.is_alarmed || reception.only_listed();
        match reception.is_expected() && is_doubted {
            false => Doubt::None,
            true if self.has_lists || is_hopeless => Doubt::Strict,
            true => Doubt::Some,
        }
    }

    /// Gives the run to its object; returns the object's hash if that completes it.
    pub(crate) fn take_run(
        &mut self,
        run: Run<'_>,
        packet: &[u8],
    ) -> Result<Vec<ObjectHash>, S::Error> {
        let reception = match self.objects.get_mut(&run.object) {
            Some(Known::Complete) => {
                self.counters.repeated += 1;
                return Ok(Vec::new());
            }
            Some(Known::Coming(reception)) => reception,
            None => return self.wait(run, packet),
        };
        let symbols = run.check(reception.oti()).ok();
        let symbols = symbols.filter(|symbols| reception.is_padded(run.sbn, symbols));
        let Some(symbols) = symbols else {
            self.counters.broken += 1;
            if !reception.is_expected() {
                // Perhaps it is the parameters that are false.
                hold(&mut self.waiting, run.object, packet, self.store.place());
            }
            return Ok(Vec::new());
        };
        if !self.is_alarmed && reception.contradicts(&mut self.store, run.sbn, &symbols)? {
            self.alarm();
        }
        let doubt = match self.objects.get(&run.object) {
            Some(Known::Coming(reception)) => self.doubt(reception),
            _ => Doubt::None,
        };
        let mut is_listed = false;
        if doubt != Doubt::None {
            let hash = fountain::run_hash(packet);
            is_listed = self.is_listed(&hash)?;
            if !is_listed && doubt == Doubt::Strict {
                self.hold_unlisted(&hash, packet);
                return Ok(Vec::new());
            }
        }
        let is_strangers = |r: &Reception| !r.is_expected() && !r.has_chances();
        if let Some(Known::Coming(reception)) = self.objects.get(&run.object)
            && is_strangers(reception)
            && !self.ration.spend_spare(1)
        {
            // Nobody can say which of its runs are true: they are tried as seldom as signatures.
            return Ok(Vec::new());
        }
        let Some(Known::Coming(reception)) = self.objects.get_mut(&run.object) else {
            return Ok(Vec::new());
        };
        if !reception.has_begun() {
            let memory = reception.memory();
            if !self.has_room(memory) {
                hold(&mut self.waiting, run.object, packet, self.store.place());
                return Ok(Vec::new());
            }
        }
        let Some(Known::Coming(reception)) = self.objects.get_mut(&run.object) else {
            return Ok(Vec::new());
        };
        let (store, lists) = (&mut self.store, &mut self.lists);
        let outcome = reception.push(store, run.sbn, &symbols, is_listed, lists)?;
        if outcome != Outcome::Known {
            self.counters.useful += 1;
            self.counters.useful_bytes += run.payload.len() as u64;
        }
        Ok(self.came(run.object, outcome))
    }

    /// A run on no list waits for one.
    fn hold_unlisted(&mut self, hash: &RunHash, packet: &[u8]) {
        self.counters.unlisted += 1;
        let (waits, place) = (&mut self.unlisted, self.store.place());
        hold(waits, by_hash(hash), packet, place);
    }

    /// Whether one more object can begin that takes so many bytes of memory.
    fn has_room(&mut self, memory: u64) -> bool {
        let most = match self.store.is_small() {
            true => MOST_STATE / 8,
            false => MOST_STATE,
        };
        if self.begun + memory > most {
            self.crowded = self.crowded.wrapping_add(1);
            // What has become complete takes none any more. To count is slow where there are many.
            if self.crowded % COUNT_EVERY == 1 {
                let begun = self.objects.values().filter_map(|known| match known {
                    Known::Coming(reception) if reception.has_begun() => Some(reception.memory()),
                    _ => None,
                });
                self.begun = begun.sum();
            }
        }
        let has_room = self.begun + memory <= most;
        if has_room {
            self.begun += memory;
        }
        has_room
    }

    /// Nothing signed names the object yet. Where runs are forged, or so many wait that some would be
    /// lost, only those wait long that are on lists.
    fn wait(&mut self, run: Run<'_>, packet: &[u8]) -> Result<Vec<ObjectHash>, S::Error> {
        let is_full = self.waiting.bytes() > WAITING_BYTES - 2 * MAX_PACKET_BYTES;
        if self.has_lists && (self.is_alarmed || is_full) && !self.is_sifted {
            self.is_sifted = true;
            self.sift()?;
        }
        if self.has_lists && self.is_sifted {
            let hash = fountain::run_hash(packet);
            if !self.is_listed(&hash)? {
                self.hold_unlisted(&hash, packet);
                return Ok(Vec::new());
            }
        }
        self.counters.waiting += 1;
        hold(&mut self.waiting, run.object, packet, self.store.place());
        Ok(Vec::new())
    }

    /// Of the runs that wait, those stay that are on lists: what comes from now on must not push them
    /// out, and what was forged need not be kept. The others wait as runs on no list do.
    fn sift(&mut self) -> Result<(), S::Error> {
        let before = std::mem::replace(&mut self.waiting, Pool::new(WAITING_BYTES));
        for held in before.iter() {
            let (packet, place) = held_packet(held);
            let Ok(Packet::Run(run)) = Packet::parse(packet) else {
                continue;
            };
            let hash = fountain::run_hash(packet);
            match self.is_listed(&hash)? {
                true => hold(&mut self.waiting, run.object, packet, place),
                false => hold(&mut self.unlisted, by_hash(&hash), packet, place),
            }
        }
        Ok(())
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
            Outcome::Failed | Outcome::Vouched => {
                self.is_alarmed = true;
                if self.spoilt.insert(id) {
                    self.warn(Warning::Mismatch { object });
                }
                if outcome == Outcome::Vouched && self.vouched.insert(id) {
                    self.warn(Warning::Vouched { object });
                }
            }
        }
        Vec::new()
    }

    /// A list has come: runs that waited for it get another chance.
    fn retry_unlisted(&mut self, list: &List<'_>) -> Result<(), S::Error> {
        if self.unlisted.is_empty() {
            return Ok(());
        }
        for run in list.entries() {
            let held = self.unlisted.take(by_hash(&run));
            self.run_held(held)?;
        }
        Ok(())
    }

    /// Gives an object the runs that waited for it.
    pub(crate) fn replay(&mut self, id: ObjectId) -> Result<(), S::Error> {
        let held = self.waiting.take(id);
        self.run_held(held)
    }

    fn run_held(&mut self, held: Vec<Box<[u8]>>) -> Result<(), S::Error> {
        if held.is_empty() {
            return Ok(());
        }
        let here = self.store.place();
        for held in held {
            let (packet, place) = held_packet(&held);
            self.store.arrived_from(place);
            if let Ok(Packet::Run(run)) = Packet::parse(packet) {
                self.run(run, packet)?;
            }
        }
        self.store.arrived_from(here);
        Ok(())
    }
}

/// Runs that are on no list wait by their hashes, so that a list finds them.
fn by_hash(run: &RunHash) -> ObjectId {
    let [a, b, c, d, e, f, g, h, ..] = run.0;
    ObjectId([a, b, c, d, e, f, g, h])
}

/// Puts a run into a pool, and behind it the place that it came from.
pub(crate) fn hold(pool: &mut Pool, object: ObjectId, packet: &[u8], place: u64) {
    pool.insert(object, &[packet, &place.to_be_bytes()].concat());
}

/// What [`hold`] put into a pool.
pub(crate) fn held_packet(held: &[u8]) -> (&[u8], u64) {
    match held.split_last_chunk() {
        Some((packet, place)) => (packet, u64::from_be_bytes(*place)),
        None => (held, 0),
    }
}
