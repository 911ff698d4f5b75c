//! The endless, weighted order in which symbols go on air.
//!
//! Every block is a track with a due time. Bulk tracks are due by the square-root schedule
//! ([`Schedule`]) in virtual time, which only bulk packets move on; each begins at a phase of its
//! own (golden ratio), so that the runs of one block lie as far apart as the lap allows, and a burst
//! of loss takes at most a few of each. Repeated tracks are due by the count of packets, and go
//! first. Of the bulk the earliest due goes: O(log blocks) a packet.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::run::RUN_HEADER_BYTES;
use crate::{Block, Error, MAX_PACKET_BYTES, Oti, Schedule, Slice};

/// The most of the packets that repeated objects may take from bulk ones; beyond it their periods
/// are stretched in proportion.
const MAX_REPEATED_SHARE: f64 = 0.9;

/// 1/φ: multiples of it, modulo 1, are spread as evenly as any number of points can be.
pub(crate) const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// How often an object goes on air.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rate {
    /// Its share of the airtime that repeated objects leave, by its size (square-root schedule)
    /// times this weight: 1 for ordinary objects. Finite, above 0.
    Bulk(f64),
    /// All of it, and some repair symbols, every so many packets (at least 1).
    Repeated {
        /// Packets of this carousel, of whatever object, per lap of this one.
        period: u32,
    },
}

/// An object on the carousel.
#[derive(Clone, Debug, PartialEq)]
pub struct CarouselObject {
    /// Its parameters.
    pub oti: Oti,
    /// How often it goes on air.
    pub rate: Rate,
    /// For each block how many symbols this sender has sent with this slice so far
    /// ([`Carousel::sent`]), so that it goes on after a crash; empty for a new object. Too many do
    /// no harm (symbols are left out), too few repeat symbols.
    pub sent: Vec<u64>,
}

/// Who sends: which symbols are its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// Its repair symbols.
    pub slice: Slice,
    /// Whether it sends the source symbols first. One sender of a station does.
    pub primary: bool,
}

/// What goes on air next: `count` symbols from `esi` on of a block of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The object's index as given to [`Carousel::new`].
    pub object: usize,
    /// The source block number.
    pub sbn: u8,
    /// The first ESI.
    pub esi: u32,
    /// How many symbols; all source or all repair symbols.
    pub count: u32,
}

/// How often a block goes on air in the long run, when the first laps are over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// The object's index as given to [`Carousel::new`].
    pub object: usize,
    /// The block's source symbols.
    pub symbols: u32,
    /// Symbols in a run of it.
    pub run: u32,
    /// Packets of the carousel, of whatever object, from one of its runs to the next.
    pub packets: f64,
    /// For a repeated object when the first of its runs is due, in such intervals: blocks of the same
    /// period keep their distances for ever.
    pub phase: Option<f64>,
}

/// The endless order. It is determined by what it is made from.
#[derive(Clone, Debug)]
pub struct Carousel {
    tracks: Vec<Track>,
    /// For each object its first track.
    first_track: Vec<usize>,
    schedule: Schedule,
    bulk: BinaryHeap<Due>,
    repeated: BinaryHeap<Due>,
    /// Packets so far.
    packets: f64,
}

/// A block of an object and where its sender is.
#[derive(Clone, Debug)]
struct Track {
    object: usize,
    block: Block,
    order: Order,
    sent: u64,
    /// Symbols in a run.
    run: u32,
    /// Where in its turn its runs lie, 0 to 1.
    phase: f64,
    pace: Pace,
}

#[derive(Clone, Copy, Debug)]
enum Pace {
    /// In laps; `origin` is what the schedule says of `sent` at the start.
    Bulk { weight: f64, origin: f64 },
    /// In packets; due every `interval`.
    Repeated { interval: f64 },
}

/// The order of a sender's own symbols of a block: nothing comes twice until all have come.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// K, if source symbols are sent at all.
    pub(crate) source: u32,
    pub(crate) repair: core::ops::Range<u32>,
}

impl Order {
    /// The symbol after `sent` others, and how many consecutive ones of its sort follow, itself
    /// included.
    pub(crate) fn at(&self, sent: u64) -> (u32, u32) {
        let cycle = u64::from(self.source) + self.repair.len() as u64;
        // Below 2^25: a cycle has no more.
        let place = (sent % cycle) as u32;
        if place < self.source {
            return (place, self.source - place);
        }
        let esi = self.repair.start + (place - self.source);
        (esi, self.repair.end - esi)
    }
}

impl Track {
    /// K in runs, as the schedule counts.
    fn runs(&self) -> f64 {
        f64::from(self.block.symbols()) / f64::from(self.run)
    }

    /// When the next run of a bulk track is due, in laps since the start.
    fn bulk_due(&self, schedule: &Schedule, weight: f64, origin: f64) -> f64 {
        let sent = self.sent as f64 / f64::from(self.run);
        (schedule.laps(self.runs(), sent + self.phase) - origin) / weight
    }

    fn take(&mut self) -> Slot {
        let (esi, left) = self.order.at(self.sent);
        let count = self.run.min(left);
        self.sent += u64::from(count);
        Slot {
            object: self.object,
            sbn: self.block.sbn(),
            esi,
            count,
        }
    }
}

impl Carousel {
    /// A carousel of these objects for one sender. `max_packet_bytes` (never over
    /// [`MAX_PACKET_BYTES`]) says how many symbols go in a run: as many as fit, at least one, and
    /// never more than the block has.
    ///
    /// # Errors
    ///
    /// [`Error::Carousel`] if there are no objects, or a weight, period or progress is not valid.
    pub fn new(
        objects: &[CarouselObject],
        sender: Sender,
        schedule: Schedule,
        max_packet_bytes: usize,
    ) -> Result<Self, Error> {
        if objects.is_empty() {
            return Err(Error::Carousel("no objects"));
        }
        let payload = max_packet_bytes
            .min(MAX_PACKET_BYTES)
            .saturating_sub(RUN_HEADER_BYTES);
        let mut tracks = Vec::new();
        let mut first_track = Vec::new();
        for (index, object) in objects.iter().enumerate() {
            first_track.push(tracks.len());
            if !object.sent.is_empty() && object.sent.len() != usize::from(object.oti.blocks()) {
                return Err(Error::Carousel("progress is not one number a block"));
            }
            for (block, sbn) in object.oti.iter_blocks().zip(0..) {
                let fit = (payload / usize::from(block.symbol_size())) as u32;
                let run = fit.clamp(1, block.symbols());
                tracks.push(Track {
                    object: index,
                    order: Order {
                        source: if sender.primary { block.symbols() } else { 0 },
                        repair: sender.slice.esis(&block),
                    },
                    block,
                    sent: object.sent.get::<usize>(sbn).copied().unwrap_or(0),
                    run,
                    phase: (0.5 + tracks.len() as f64 * GOLDEN).fract(),
                    pace: Pace::Bulk {
                        weight: 1.0,
                        origin: 0.0,
                    },
                });
            }
        }
        for track in &mut tracks {
            let Some(object) = objects.get(track.object) else {
                continue;
            };
            track.pace = pace(track, object.rate, &schedule)?;
        }
        let mut carousel = Self {
            tracks,
            first_track,
            schedule,
            bulk: BinaryHeap::new(),
            repeated: BinaryHeap::new(),
            packets: 0.0,
        };
        carousel.share_out();
        Ok(carousel)
    }

    /// How many symbols of each block of an object have been sent, for
    /// [`CarouselObject::sent`] after a crash. Empty if there is no such object.
    pub fn sent(&self, object: usize) -> impl Iterator<Item = u64> {
        let first = self
            .first_track
            .get(object)
            .copied()
            .unwrap_or(self.tracks.len());
        let own = self.tracks.iter().skip(first);
        own.take_while(move |track| track.object == object)
            .map(|track| track.sent)
    }

    /// How often each block goes on air in the long run: what a listener waits for follows from it
    /// alone.
    pub fn turns(&self) -> Vec<Turn> {
        // Runs a lap of a bulk track, and how much of the packets repeated ones take.
        let lap = |track: &Track, weight| weight * self.schedule.steady_lap(track.runs());
        let (mut bulk, mut repeated) = (0.0, 0.0);
        for track in &self.tracks {
            match track.pace {
                Pace::Bulk { weight, .. } => bulk += lap(track, weight),
                Pace::Repeated { interval } => repeated += 1.0 / interval,
            }
        }
        let turn = |track: &Track| Turn {
            object: track.object,
            symbols: track.block.symbols(),
            run: track.run,
            phase: match track.pace {
                Pace::Bulk { .. } => None,
                Pace::Repeated { .. } => Some(track.phase),
            },
            packets: match track.pace {
                Pace::Bulk { weight, .. } => bulk / lap(track, weight) / (1.0 - repeated),
                Pace::Repeated { interval } if bulk > 0.0 => interval,
                // There is nothing between them.
                Pace::Repeated { interval } => interval * repeated,
            },
        };
        self.tracks.iter().map(turn).collect()
    }

    /// What goes on air next. It never ends.
    #[allow(
        clippy::missing_panics_doc,
        reason = "a carousel has at least one track, in one heap"
    )]
    pub fn next_slot(&mut self) -> Slot {
        let now = self.packets;
        let repeated_first = match self.repeated.peek() {
            Some(due) => due.at <= now || self.bulk.is_empty(),
            None => false,
        };
        let heap = if repeated_first {
            &mut self.repeated
        } else {
            &mut self.bulk
        };
        let mut top = heap.peek_mut().expect("a carousel has objects");
        let track = &mut self.tracks[top.track];
        let slot = track.take();
        top.at = match track.pace {
            Pace::Bulk { weight, origin } => track.bulk_due(&self.schedule, weight, origin),
            Pace::Repeated { interval } => top.at + interval,
        };
        drop(top);
        self.packets += 1.0;
        slot
    }

    /// Stretches the periods of repeated tracks that ask for too much, and gives every track its
    /// first due time.
    fn share_out(&mut self) {
        let mut share = 0.0;
        let mut bulk = false;
        for track in &self.tracks {
            match track.pace {
                Pace::Repeated { interval } => share += 1.0 / interval,
                Pace::Bulk { .. } => bulk = true,
            }
        }
        let most = if bulk { MAX_REPEATED_SHARE } else { 1.0 };
        for (index, track) in self.tracks.iter_mut().enumerate() {
            let heap = match &mut track.pace {
                Pace::Bulk { .. } => &mut self.bulk,
                Pace::Repeated { interval } => {
                    *interval *= (share / most).max(1.0);
                    &mut self.repeated
                }
            };
            let at = match track.pace {
                Pace::Bulk { weight, origin } => track.bulk_due(&self.schedule, weight, origin),
                Pace::Repeated { interval } => track.phase * interval,
            };
            heap.push(Due { at, track: index });
        }
    }
}

fn pace(track: &Track, rate: Rate, schedule: &Schedule) -> Result<Pace, Error> {
    match rate {
        Rate::Bulk(weight) if weight.is_finite() && weight > 0.0 => {
            let sent = track.sent as f64 / f64::from(track.run);
            let origin = schedule.laps(track.runs(), sent);
            Ok(Pace::Bulk { weight, origin })
        }
        Rate::Bulk(_) => Err(Error::Carousel("a weight is not above 0")),
        Rate::Repeated { period: 0 } => Err(Error::Carousel("a period is 0")),
        Rate::Repeated { period } => Ok(Pace::Repeated {
            interval: f64::from(period) / track.runs().ceil(),
        }),
    }
}

/// A track and when it is due; the greatest of a heap is the earliest, of equal ones the first.
#[derive(Clone, Copy, Debug)]
struct Due {
    at: f64,
    track: usize,
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        let earlier = other.at.total_cmp(&self.at);
        earlier.then(other.track.cmp(&self.track))
    }
}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Due {}
