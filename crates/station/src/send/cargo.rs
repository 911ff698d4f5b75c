//! What of an edition goes on air, and how often each object does.

use edition::{ObjectHash, ObjectKind, Tier};
use fountain::{CarouselObject, Oti, RUN_HEADER_BYTES, Rate};

use crate::archived::Archived;
use crate::error::Error;
use crate::transport::oti;

/// Seconds after which the manifest, the front and its index have been sent once more.
const FRONT_SECONDS: f64 = 4.0;
/// The same for texts and the indexes of the other tiers: at least, and at most unless they take
/// too much of the airtime.
const TEXT_SECONDS: (f64, f64) = (12.0, 30.0);
/// Between the two it is this share of a lap, so that whoever loses a fifth has all texts in two
/// rounds, within a tenth of the time that everything takes them (`benches/src/bin/mixed.rs`).
const TEXT_LAPS: f64 = 1.0 / 14.0;
/// Objects of one or two packets go so many times as often as others of their tier: nothing makes up
/// for a lost packet but the next lap, and they weigh next to nothing. (Group hashes of a film are
/// 640 bytes, an index of texts 300: one listener in ten waited for one of them.)
const TINY_TIMES: f64 = 3.0;

/// An object to send.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its name.
    pub hash: ObjectHash,
    /// Its parameters.
    pub oti: Oti,
    /// Its tier; the manifest and the front's index count as front, other indexes and group hashes
    /// as text.
    pub urgency: Tier,
}

/// The objects of an edition that are sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cargo {
    /// The objects: manifest, indexes, then by tier.
    pub items: Vec<Item>,
}

impl Cargo {
    /// The tiers of an edition for which `wanted` says yes.
    pub fn of(edition: &Archived, wanted: impl Fn(Tier) -> bool) -> Result<Self, Error> {
        let head = edition.signed.head();
        let mut items = vec![Item {
            hash: head.manifest(),
            oti: oti(&head.transport())?,
            urgency: Tier::Front,
        }];
        for index in &edition.signed.manifest().indexes {
            if wanted(index.tier) {
                items.push(Item {
                    hash: index.hash,
                    oti: oti(&index.transport)?,
                    urgency: index.tier.min(Tier::Text),
                });
            }
        }
        for index in edition.indexes.iter().filter(|index| wanted(index.tier)) {
            for object in &index.objects {
                items.push(Item {
                    hash: object.hash,
                    oti: oti(&object.transport)?,
                    // With its group hashes at hand a reader proves a film as it comes, and need
                    // not hold it; they weigh next to nothing.
                    urgency: match object.kind {
                        ObjectKind::Groups => index.tier.min(Tier::Text),
                        _ => index.tier,
                    },
                });
            }
        }
        let mut seen = std::collections::HashSet::new();
        items.retain(|item| seen.insert(item.hash));
        Ok(Self { items })
    }

    /// Bytes of all objects.
    pub fn bytes(&self) -> u64 {
        self.items.iter().map(|i| i.oti.transfer_length()).sum()
    }

    /// The objects as a carousel takes them, for a carrier that brings `packets_per_second` of at
    /// most `packet_bytes`; where there are pictures and media, front and text take at most
    /// `most_share` of the airtime each.
    pub fn carousel(
        &self,
        packets_per_second: f64,
        packet_bytes: usize,
        most_share: f64,
    ) -> Vec<CarouselObject> {
        let runs_of = |oti: &Oti| runs_of(oti, packet_bytes);
        let runs = |urgent: fn(Tier) -> bool| -> f64 {
            let items = self.items.iter().filter(|i| urgent(i.urgency));
            items.map(|i| runs_of(&i.oti)).sum()
        };
        let is_bulk = |tier: Tier| tier > Tier::Text;
        let has_bulk = self.items.iter().any(|i| is_bulk(i.urgency));
        let period = |runs: f64, seconds: f64| {
            let least = if has_bulk { runs / most_share } else { runs };
            (seconds * packets_per_second).max(least).ceil().max(1.0) as u32
        };
        let lap_seconds = runs(|_| true) / packets_per_second;
        let text_seconds = (lap_seconds * TEXT_LAPS).clamp(TEXT_SECONDS.0, TEXT_SECONDS.1);
        let front = period(runs(|tier| tier == Tier::Front), FRONT_SECONDS);
        let text = period(runs(|tier| tier == Tier::Text), text_seconds);
        let tiny = (f64::from(text) / TINY_TIMES).ceil() as u32;
        let is_tiny = |item: &Item| runs_of(&item.oti) <= 2.0;
        self.items
            .iter()
            .map(|item| CarouselObject {
                oti: item.oti,
                rate: match item.urgency {
                    Tier::Front if has_bulk => Rate::Repeated { period: front },
                    Tier::Text if has_bulk && is_tiny(item) => Rate::Repeated { period: tiny },
                    Tier::Text if has_bulk => Rate::Repeated { period: text },
                    // Nothing but front and text: the front three times as often.
                    Tier::Front => Rate::Bulk(3.0),
                    _ if has_bulk && is_tiny(item) => Rate::Bulk(TINY_TIMES),
                    _ => Rate::Bulk(1.0),
                },
                sent: Vec::new(),
            })
            .collect()
    }
}

/// Packets of one lap of an object.
fn runs_of(oti: &Oti, packet_bytes: usize) -> f64 {
    let payload = packet_bytes.saturating_sub(RUN_HEADER_BYTES);
    let run = payload / usize::from(oti.symbol_size());
    (f64::from(oti.total_symbols()) / run.max(1) as f64).ceil()
}
