//! How far the packets that went on air bring a listener who heard all of them.

use std::collections::HashMap;

use edition::Tier;
use fountain::{ObjectId, Packet};

use crate::send::cargo::Cargo;

/// What a listener from the start has of a tier and those before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// The tier.
    pub tier: Tier,
    /// Bytes of its objects and of those of the tiers before it.
    pub bytes: u64,
    /// How often each byte went on air, on average.
    pub laps: f64,
    /// Seconds until all of it was there, if it was.
    pub seconds: Option<f64>,
}

/// Watches the packets that go on air.
#[derive(Debug)]
pub(crate) struct Reach<'a> {
    cargo: &'a Cargo,
    place: HashMap<ObjectId, usize>,
    /// Symbols of each block of each object that are still missing.
    missing: Vec<Vec<u32>>,
    /// For each object the bytes that went on air, and when it was whole.
    sent: Vec<(u64, Option<f64>)>,
}

impl<'a> Reach<'a> {
    pub(crate) fn new(cargo: &'a Cargo) -> Self {
        let items = &cargo.items;
        let ids = items.iter().map(|item| ObjectId(item.hash.id().0));
        Self {
            cargo,
            place: ids.zip(0..).collect(),
            missing: (items.iter())
                .map(|item| item.oti.iter_blocks().map(|b| b.symbols()).collect())
                .collect(),
            sent: vec![(0, None); items.len()],
        }
    }

    /// Where an object stands in the cargo.
    pub(crate) fn place(&self, object: &ObjectId) -> Option<usize> {
        self.place.get(object).copied()
    }

    /// How urgent an object is, and how many bytes it has.
    pub(crate) fn about(&self, object: &ObjectId) -> Option<(Tier, u64)> {
        let item = &self.cargo.items[self.place(object)?];
        Some((item.urgency, item.oti.transfer_length()))
    }

    /// This packet has been heard whole at `seconds`.
    pub(crate) fn heard(&mut self, packet: &[u8], seconds: f64) {
        let Ok(Packet::Run(run)) = Packet::parse(packet) else {
            return;
        };
        let Some(&at) = self.place.get(&run.object) else {
            return;
        };
        let Ok(symbols) = run.check(&self.cargo.items[at].oti) else {
            return;
        };
        let (bytes, whole) = &mut self.sent[at];
        *bytes += symbols.bytes().len() as u64;
        // No symbol comes twice before all of its block have come.
        if let Some(missing) = self.missing[at].get_mut(usize::from(run.sbn)) {
            *missing = missing.saturating_sub(symbols.count());
        }
        if whole.is_none() && self.missing[at].iter().all(|missing| *missing == 0) {
            *whole = Some(seconds);
        }
    }

    /// For each tier that has objects.
    pub(crate) fn reached(&self) -> Vec<Reached> {
        let mut tiers: Vec<Tier> = self.cargo.items.iter().map(|item| item.urgency).collect();
        tiers.sort_unstable();
        tiers.dedup();
        let of_tier = |tier: Tier| {
            let items = self.cargo.items.iter().zip(&self.sent);
            let own: Vec<_> = items.filter(|(item, _)| item.urgency <= tier).collect();
            let bytes = own.iter().map(|(item, _)| item.oti.transfer_length()).sum();
            let sent: u64 = own.iter().map(|(_, (sent, _))| sent).sum();
            let whole = own.iter().map(|(_, (_, whole))| *whole);
            Reached {
                tier,
                bytes,
                laps: sent as f64 / bytes as f64,
                seconds: whole
                    .into_iter()
                    .try_fold(0.0, |a, b| b.map(|b| f64::max(a, b))),
            }
        };
        tiers.into_iter().map(of_tier).collect()
    }
}
