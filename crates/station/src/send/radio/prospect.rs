//! What those have who tune in at a random moment, and do not hear everything.
//!
//! The packets that went on air are gone through once for each of [`JOINS`] listeners, who begin at
//! moments spread evenly over the sound: frames that began before are not theirs, frames are lost by
//! chance, and with a frame every packet that has a part in it.

use edition::Tier;
use fountain::{ObjectId, Packet};
use radio::OnAir;

use crate::send::cargo::Cargo;

/// Listeners that are followed.
const JOINS: u64 = 200;
/// Of those whose wait is told, one is the median, the other is waited for by one in twenty longer.
const MEDIAN: f64 = 0.5;
const MOST: f64 = 0.95;

/// How well a listener hears.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reception {
    /// The share of frames that are lost.
    pub lost: f64,
    /// How many of the streams that are on air side by side are heard, the sturdiest first.
    pub streams: usize,
}

/// What listeners have at a reception.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prospect {
    /// How they hear.
    pub reception: Reception,
    /// What they wait for: this tier and those before it.
    pub tier: Tier,
    /// Seconds from tuning in until half of them have it; `None` if by the end fewer have.
    pub median: Option<f64>,
    /// And until 95 of 100 have.
    pub most: Option<f64>,
}

/// The packets of a sound, in the order in which they went on air.
#[derive(Debug, Default)]
pub(crate) struct Timeline {
    aired: Vec<Aired>,
}

#[derive(Debug, Clone)]
struct Aired {
    stream: usize,
    begins: f64,
    whole: f64,
    frames: std::ops::Range<u64>,
    what: What,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Head,
    /// Object, block, symbols.
    Run(usize, usize, u32),
}

impl Timeline {
    /// A packet that is whole by the end. `place` is where objects stand in the cargo; lists are
    /// needed by nobody who is not lied to.
    pub(crate) fn note(
        &mut self,
        cargo: &Cargo,
        place: impl Fn(&ObjectId) -> Option<usize>,
        stream: usize,
        packet: &[u8],
        when: &OnAir,
    ) {
        let Some(whole) = when.whole else { return };
        let what = match Packet::parse(packet) {
            Ok(Packet::Head(_)) => What::Head,
            Ok(Packet::Run(run)) => {
                let Some(at) = place(&run.object) else { return };
                let Ok(symbols) = run.check(&cargo.items[at].oti) else {
                    return;
                };
                What::Run(at, usize::from(run.sbn), symbols.count())
            }
            _ => return,
        };
        self.aired.push(Aired {
            stream,
            begins: when.begins,
            whole,
            frames: when.frames.clone(),
            what,
        });
    }

    /// For each tier that the cargo has, and each reception: how long listeners wait in a sound of
    /// so many seconds.
    pub(crate) fn prospects(
        mut self,
        cargo: &Cargo,
        seconds: f64,
        receptions: &[Reception],
    ) -> Vec<Prospect> {
        // Streams have frames of different lengths.
        self.aired.sort_by(|a, b| a.whole.total_cmp(&b.whole));
        let mut tiers: Vec<Tier> = cargo.items.iter().map(|item| item.urgency).collect();
        tiers.sort_unstable();
        tiers.dedup();
        let mut out = Vec::new();
        for reception in receptions {
            // By tier, of each listener.
            let mut waits = vec![Vec::new(); tiers.len()];
            for join in 0..JOINS {
                let at = (join as f64 + 0.5) / JOINS as f64 * seconds;
                let heard = self.joined(cargo, &tiers, at, reception, join);
                for (waits, heard) in waits.iter_mut().zip(heard) {
                    waits.push(heard.map_or(f64::INFINITY, |heard| heard - at));
                }
            }
            for (tier, mut waits) in tiers.iter().zip(waits) {
                waits.sort_by(f64::total_cmp);
                let quantile = |share: f64| {
                    let wait = waits[(share * JOINS as f64).ceil() as usize - 1];
                    wait.is_finite().then_some(wait)
                };
                out.push(Prospect {
                    reception: *reception,
                    tier: *tier,
                    median: quantile(MEDIAN),
                    most: quantile(MOST),
                });
            }
        }
        out
    }

    /// When a listener has each tier who tunes in at `at`.
    fn joined(
        &self,
        cargo: &Cargo,
        tiers: &[Tier],
        at: f64,
        reception: &Reception,
        join: u64,
    ) -> Vec<Option<f64>> {
        let items = cargo.items.iter();
        let mut missing: Vec<Vec<u32>> = items
            .map(|item| item.oti.iter_blocks().map(|b| b.symbols()).collect())
            .collect();
        let mut open: Vec<usize> = missing.iter().map(Vec::len).collect();
        let mut has_head = false;
        let mut left: Vec<usize> = tiers
            .iter()
            .map(|tier| cargo.items.iter().filter(|i| i.urgency <= *tier).count())
            .collect();
        let mut heard = vec![None; tiers.len()];
        for aired in &self.aired {
            let is_lost = |frame| chance(join, aired.stream, frame) < reception.lost;
            if aired.begins < at
                || aired.stream >= reception.streams
                || aired.frames.clone().any(is_lost)
            {
                continue;
            }
            match aired.what {
                What::Head => has_head = true,
                What::Run(item, block, symbols) => {
                    let missing = &mut missing[item][block];
                    let before = *missing;
                    *missing = before.saturating_sub(symbols);
                    if before == 0 || *missing > 0 {
                        continue;
                    }
                    open[item] -= 1;
                    if open[item] > 0 {
                        continue;
                    }
                    for (tier, left) in tiers.iter().zip(&mut left) {
                        *left -= usize::from(cargo.items[item].urgency <= *tier);
                    }
                }
            }
            for (left, heard) in left.iter().zip(&mut heard) {
                if has_head && *left == 0 && heard.is_none() {
                    *heard = Some(aired.whole);
                }
            }
            if heard.iter().all(Option::is_some) {
                break;
            }
        }
        heard
    }
}

/// A number from 0 to 1 that is the same each time (SplitMix64's mixing).
fn chance(join: u64, stream: usize, frame: u64) -> f64 {
    let mut mixed = (join << 40) ^ ((stream as u64) << 32) ^ frame;
    mixed = mixed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::send::cargo::Item;
    use edition::ObjectHash;
    use fountain::Oti;

    /// So that listeners tune in at any moment between two heads.
    const SECONDS: f64 = 1_025.0;

    /// Of one object of ten symbols.
    fn cargo() -> Cargo {
        let item = Item {
            hash: ObjectHash([7; 32]),
            oti: Oti::for_size(1_000, 104, fountain::DEFAULT_MAX_BLOCK).unwrap(),
            urgency: Tier::Front,
            age: 0,
        };
        assert_eq!(item.oti.total_symbols(), 10);
        Cargo { items: vec![item] }
    }

    /// A head every ten seconds, the object half-way between, a second each; its second half on a
    /// stream of its own.
    fn timeline(second_stream: usize) -> Timeline {
        let mut timeline = Timeline::default();
        let mut frame = 0;
        for turn in 0..=(SECONDS / 10.0) as u64 + 1 {
            let at = turn as f64 * 10.0;
            for (begins, stream, what) in [
                (at, 0, What::Head),
                (at + 5.0, 0, What::Run(0, 0, 5)),
                (at + 5.0, second_stream, What::Run(0, 0, 5)),
            ] {
                frame += 1;
                let (whole, frames) = (begins + 1.0, frame..frame + 1);
                timeline.aired.push(Aired {
                    stream,
                    begins,
                    whole,
                    frames,
                    what,
                });
            }
        }
        timeline
    }

    fn prospect(second_stream: usize, lost: f64, streams: usize) -> Prospect {
        let reception = [Reception { lost, streams }];
        let all = timeline(second_stream).prospects(&cargo(), SECONDS, &reception);
        assert_eq!(all.len(), 1);
        all[0]
    }

    #[test]
    fn a_listener_waits_for_head_and_object() {
        // Whoever tunes in within five seconds after a head waits for the next one, 6 to 11 s; then
        // for the object, as long.
        let Prospect { median, most, .. } = prospect(0, 0.0, 1);
        assert!((median.unwrap() - 8.5).abs() < 0.1, "{median:?}");
        assert!((most.unwrap() - 10.75).abs() < 0.1, "{most:?}");
    }

    #[test]
    fn lost_frames_are_waited_for_and_all_of_them_for_ever() {
        let (clean, half) = (prospect(0, 0.0, 1), prospect(0, 0.5, 1));
        let (clean, half) = (clean.median.unwrap(), half.median.unwrap());
        assert!(half > clean + 5.0, "{half} after {clean}");
        assert_eq!(prospect(0, 1.0, 1).median, None);
    }

    #[test]
    fn what_rides_in_a_stream_that_is_not_heard_does_not_come() {
        assert!(prospect(1, 0.0, 2).median.is_some());
        // Ten symbols come all the same: five of each of two turns.
        let alone = prospect(1, 0.0, 1).median.unwrap();
        assert!((alone - 16.0).abs() < 0.1, "{alone}");
    }
}
