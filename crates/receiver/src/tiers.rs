//! How far tiers and editions have come.

use std::collections::HashMap;

use edition::{ObjectEntry, ObjectHash, Tier};
use fountain::ObjectId;

use crate::editions::Opened;
use crate::event::Event;
use crate::receiver::{Core, Known};
use crate::status::{EditionStatus, TierStatus};
use crate::store::Store;

impl<S: Store> Core<S> {
    pub(crate) fn tier_of(&self, hash: ObjectHash) -> Option<Tier> {
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

    pub(crate) fn tell_complete_tiers(&mut self, hash: ObjectHash) {
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

    pub(crate) fn status(&self, opened: &Opened) -> EditionStatus {
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

    pub(crate) fn tier_status(
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
    pub(crate) fn is_complete(&self, id: ObjectId) -> bool {
        match self.objects.get(&id) {
            Some(Known::Complete) => true,
            Some(Known::Coming(_)) => self.reopened == Some(id),
            None => false,
        }
    }
}
