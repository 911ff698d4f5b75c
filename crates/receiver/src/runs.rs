//! Packets on their way: runs to their objects, or to a pool until something signed names them.

use edition::ObjectHash;
use fountain::{ObjectId, Packet, Pool, Run};

use crate::event::{Event, Warning};
use crate::receiver::{Core, Known};
use crate::reception::Outcome;
use crate::store::Store;

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
    pub(crate) fn retry_unlisted(&mut self) -> Result<(), S::Error> {
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
    pub(crate) fn replay(&mut self, id: ObjectId, unlisted: bool) -> Result<(), S::Error> {
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
