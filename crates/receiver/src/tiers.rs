//! How far tiers and editions have come.

use std::collections::HashMap;

use edition::{ObjectEntry, ObjectHash, Tier};
use fountain::ObjectId;

use crate::editions::{Opened, TOLD};
use crate::event::Event;
use crate::receiver::{Core, Known};
use crate::status::{EditionStatus, TierStatus};
use crate::store::Store;

impl<S: Store> Core<S> {
    /// Tells which tiers have become complete. What is here stays here, so that each object is looked
    /// at twice at most, however many there are.
    pub(crate) fn tell_complete_tiers(&mut self) {
        let Self {
            editions,
            objects,
            reopened,
            events,
            ..
        } = self;
        let opened = editions.all.iter_mut().filter_map(|e| e.opened.as_mut());
        for opened in opened.filter(|opened| opened.trusted) {
            let number = opened.signed.manifest().number;
            for ((tier, _, index), here) in opened.indexes.iter().zip(&mut opened.here) {
                let Some(index) = index.as_ref().filter(|_| *here != TOLD) else {
                    continue;
                };
                let is_here =
                    |o: &&ObjectEntry| is_complete(objects, *reopened, ObjectId(o.hash.id().0));
                *here += index.objects[*here..].iter().take_while(is_here).count();
                if *here == index.objects.len() {
                    *here = TOLD;
                    events.push_back(Event::TierComplete {
                        number,
                        tier: *tier,
                    });
                }
            }
        }
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
        is_complete(&self.objects, self.reopened, id)
    }
}

fn is_complete(
    objects: &HashMap<ObjectId, Known>,
    reopened: Option<ObjectId>,
    id: ObjectId,
) -> bool {
    match objects.get(&id) {
        Some(Known::Complete) => true,
        Some(Known::Coming(_)) => reopened == Some(id),
        None => false,
    }
}
