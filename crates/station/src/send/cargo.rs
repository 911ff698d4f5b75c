//! What of an edition goes on air, and how often each object does: on every carrier by the same rule,
//! by tier and by how new it is.
//!
//! - The front goes round every few seconds, texts every half minute at most; what is left of the
//!   airtime is for pictures and media, all in proportion to their size.
//! - Within texts, and within pictures and media, objects that earlier editions had go less often by
//!   the square-root rule ([`square_root_weights`]): whoever has an earlier edition lacks only what came
//!   since. Where all objects are new, or all are old, the rule changes nothing.
//! - What is withdrawn is not in the edition, so it is not here.
//!
//! `docs/plan.md` has the theory and what it gains.

use edition::{ObjectHash, ObjectKind, Tier};
use fountain::{CarouselObject, Demand, Oti, RUN_HEADER_BYTES, Rate, square_root_weights};

use crate::ages::LOOK_BACK;
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
/// Of those who lack something, the share that has nothing at all. The others were last here with the
/// edition before (half of them), the one before that (a quarter), and so on. With 1/√0.2 nobody
/// waits longer than 2.2 laps for all that is old.
const NEWCOMERS: f64 = 0.2;
/// Old texts go so many times less often than new ones at most, so that newcomers, too, have all text
/// within a minute where one loses a tenth.
const OLD_TEXT_TIMES: f64 = 1.4;

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
    /// In how many editions without a gap before this one it was: 0 is new.
    pub age: u32,
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
            age: 0,
        }];
        for index in &edition.signed.manifest().indexes {
            if wanted(index.tier) {
                items.push(Item {
                    hash: index.hash,
                    oti: oti(&index.transport)?,
                    urgency: index.tier.min(Tier::Text),
                    age: edition.ages.of(index.hash),
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
                    age: edition.ages.of(object.hash),
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
        let runs_of = |item: &Item| runs_of(&item.oti, packet_bytes);
        let is_bulk = |tier: Tier| tier > Tier::Text;
        let has_bulk = self.items.iter().any(|i| is_bulk(i.urgency));
        let of_texts = self.weights(|tier| tier == Tier::Text, runs_of);
        let of_bulk = self.weights(is_bulk, runs_of);
        let text_weight = |item: &Item| {
            let weight = of_texts(item);
            match has_bulk {
                true => weight.max(1.0 / OLD_TEXT_TIMES),
                false => weight,
            }
        };
        let runs = |urgent: fn(Tier) -> bool, weight: &dyn Fn(&Item) -> f64| -> f64 {
            let items = self.items.iter().filter(|i| urgent(i.urgency));
            items.map(|i| runs_of(i) * weight(i)).sum()
        };
        let lap_seconds = runs(|_| true, &|_| 1.0) / packets_per_second;
        let period = |runs: f64, seconds: f64| {
            let least = if has_bulk { runs / most_share } else { runs };
            // Never less often than everything.
            let packets = seconds.min(lap_seconds) * packets_per_second;
            packets.max(least).ceil().max(1.0)
        };
        let text_seconds = (lap_seconds * TEXT_LAPS).clamp(TEXT_SECONDS.0, TEXT_SECONDS.1);
        let front = period(runs(|tier| tier == Tier::Front, &|_| 1.0), FRONT_SECONDS);
        let text = period(runs(|tier| tier == Tier::Text, &text_weight), text_seconds);
        let is_tiny = |item: &Item| runs_of(item) <= 2.0;
        let repeated = |period: f64| Rate::Repeated {
            period: period.ceil() as u32,
        };
        self.items
            .iter()
            .map(|item| CarouselObject {
                oti: item.oti,
                rate: match item.urgency {
                    Tier::Front if has_bulk => repeated(front),
                    Tier::Text if has_bulk && is_tiny(item) => {
                        repeated(text / TINY_TIMES / text_weight(item))
                    }
                    Tier::Text if has_bulk => repeated(text / text_weight(item)),
                    // Nothing but front and text: the front three times as often.
                    Tier::Front => Rate::Bulk(3.0),
                    Tier::Text => Rate::Bulk(text_weight(item)),
                    _ if is_tiny(item) => Rate::Bulk(TINY_TIMES * of_bulk(item)),
                    _ => Rate::Bulk(of_bulk(item)),
                },
                sent: Vec::new(),
            })
            .collect()
    }

    /// How often objects of some tiers go round by their age, the newest being 1.
    fn weights(
        &self,
        of: impl Fn(Tier) -> bool,
        runs_of: impl Fn(&Item) -> f64,
    ) -> impl Fn(&Item) -> f64 {
        let mut classes: Vec<Demand> = (0..=LOOK_BACK)
            .map(|age| Demand {
                listeners: match age {
                    LOOK_BACK => NEWCOMERS + (1.0 - NEWCOMERS) * 0.5_f64.powf(f64::from(age)),
                    _ => (1.0 - NEWCOMERS) * 0.5_f64.powf(f64::from(age + 1)),
                },
                size: 0.0,
            })
            .collect();
        for item in self.items.iter().filter(|item| of(item.urgency)) {
            classes[item.age.min(LOOK_BACK) as usize].size += runs_of(item);
        }
        let weights = square_root_weights(&classes);
        move |item| weights[item.age.min(LOOK_BACK) as usize]
    }
}

/// Packets of one lap of an object.
fn runs_of(oti: &Oti, packet_bytes: usize) -> f64 {
    let payload = packet_bytes.saturating_sub(RUN_HEADER_BYTES);
    let run = payload / usize::from(oti.symbol_size());
    (f64::from(oti.total_symbols()) / run.max(1) as f64).ceil()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// Objects of these bytes, symbol sizes, tiers and ages.
    fn cargo(of: &[(u64, u16, Tier, u32)]) -> Cargo {
        let item = |&(bytes, symbol, urgency, age): &(u64, u16, Tier, u32)| Item {
            hash: ObjectHash::of(&bytes.to_be_bytes()),
            oti: Oti::for_size(bytes, symbol, fountain::DEFAULT_MAX_BLOCK).unwrap(),
            urgency,
            age,
        };
        Cargo {
            items: of.iter().map(item).collect(),
        }
    }

    fn rates(of: &[(u64, u16, Tier, u32)], packet_bytes: usize) -> Vec<Rate> {
        let objects = cargo(of).carousel(380.0, packet_bytes, 0.08);
        objects.into_iter().map(|object| object.rate).collect()
    }

    #[test]
    fn of_one_age_nothing_but_tiers_counts() {
        use Rate::{Bulk, Repeated};
        for age in [0, 1, 5, 99] {
            let of = [
                (1_000, 64, Tier::Front, age),
                (300, 64, Tier::Text, age),
                (60_000, 1_256, Tier::Text, age),
                (2_000, 64, Tier::Picture, age),
                (60_000, 1_256, Tier::Picture, age),
                (80_000_000, 1_256, Tier::Media, age),
            ];
            let lap: f64 = 1.0 + 1.0 + 48.0 + 2.0 + 48.0 + 63_695.0;
            let text = (lap / 14.0).max(12.0 * 380.0).ceil();
            let want = [
                Repeated { period: 4 * 380 },
                Repeated {
                    period: (text / 3.0).ceil() as u32,
                },
                Repeated {
                    period: text as u32,
                },
                Bulk(3.0),
                Bulk(1.0),
                Bulk(1.0),
            ];
            assert_eq!(rates(&of, fountain::MAX_PACKET_BYTES), want, "{age}");
            // Without pictures and media, as on radio.
            let want = [Bulk(3.0), Bulk(1.0), Bulk(1.0)];
            assert_eq!(rates(&of[..3], 528), want, "{age}");
        }
    }

    #[test]
    fn old_texts_wait_a_little_and_on_radio_as_long_as_the_rule_says() {
        let of = [
            (1_000, 64, Tier::Front, 0),
            (10_000, 128, Tier::Text, 0),
            (160_000, 1_256, Tier::Text, 7),
            (6_000_000, 1_256, Tier::Media, 0),
        ];
        let rates_ts = rates(&of, fountain::MAX_PACKET_BYTES);
        let [
            _,
            Rate::Repeated { period: new },
            Rate::Repeated { period: old },
            _,
        ] = rates_ts[..]
        else {
            panic!("{rates_ts:?}");
        };
        assert_eq!(old, (f64::from(new) * OLD_TEXT_TIMES).ceil() as u32);
        // The classes between are empty: 0.79 of the listeners lack the 20 new packets alone, 0.21 the
        // 128 old ones, too.
        let [_, Rate::Bulk(new), Rate::Bulk(old)] = rates(&of[..3], 528)[..] else {
            panic!("not bulk");
        };
        assert_eq!(new, 1.0);
        let want = (0.206_25_f64 / 128.0 / (0.793_75 / 20.0)).sqrt();
        assert!((old - want).abs() < 1e-9, "{old}, not {want}");
    }
}
