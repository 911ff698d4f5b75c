//! The endless order of symbols for listeners who hold few blocks at a time.
//!
//! A receiver of FLUTE that is not ours has little memory: it holds a bounded number of bytes of an
//! object, writes an object's blocks in their order, and forgets an object of which nothing has come
//! for some seconds. The [`Carousel`](crate::Carousel) has every block open all the time. Here each
//! block goes on air in *passes*: enough symbols for a listener with some loss, then nothing until the
//! next lap.
//!
//! - Objects of equal rate make up a *lane*. Lanes share the air all the time, by their rates.
//! - A lane goes through its blocks in *windows* of at most [`PassTerms::open_bytes`], with at most two
//!   blocks of an object, in their order. Within a window all blocks go on air evenly, so that what
//!   somebody hears of it adds up with what came by other ways, and a burst of loss takes little of
//!   each.
//! - Of a block in its pass, something comes at least every [`PassTerms::most_gap`] packets: a small
//!   one is sooner through than its window.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::carousel::{GOLDEN, Order};
use crate::{Block, CarouselObject, Error, Rate, Schedule, Sender, Slot};

/// Of the packets, the most that repeated objects take from bulk ones.
const MAX_REPEATED_SHARE: f64 = 0.9;
/// Blocks of an object that are open together, at most.
const OPEN_BLOCKS: usize = 2;
/// Dues are compared as whole parts of a packet.
const PARTS: f64 = 1_024.0;

/// What passes are made for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PassTerms {
    /// The loss with which a listener has a block after a pass of it, almost surely: 0 to below 1.
    pub loss: f64,
    /// The most packets of whatever sort between two of a block in its pass, at least 1.
    pub most_gap: u32,
    /// Bytes of the blocks of a lane that are open together; a block that is larger is so alone.
    pub open_bytes: u64,
}

impl PassTerms {
    /// Symbols of a pass of a block of `k` source symbols.
    #[must_use]
    pub fn symbols(&self, k: u32) -> u32 {
        let k = f64::from(k);
        let sent = Schedule::DEFAULT.lap(k, self.loss) / (1.0 - self.loss);
        // RaptorQ wants one more now and then (RFC 6330 §1).
        sent.ceil().max(k + 1.0) as u32
    }
}

/// The endless order. It is determined by what it is made from.
#[derive(Clone, Debug)]
pub struct Passes {
    tracks: Vec<Track>,
    /// For each object its first track.
    first_track: Vec<usize>,
    lanes: Vec<Lane>,
    terms: PassTerms,
}

/// A block and where its sender is.
#[derive(Clone, Debug)]
struct Track {
    object: usize,
    block: Block,
    order: Order,
    sent: u64,
    /// Symbols of a pass.
    pass: u32,
}

/// Objects of equal rate.
#[derive(Clone, Debug)]
struct Lane {
    rate: LaneRate,
    tracks: Vec<usize>,
    /// Which of them is opened next.
    next: usize,
    /// Packets of any lane between two of this one.
    interval: f64,
    /// When its next packet is due, in packets of any lane.
    due: f64,
    /// The open blocks.
    window: BinaryHeap<Reverse<Open>>,
    windows: u64,
}

/// Repeated objects go by their period, bulk ones by the power of two next to their weight: with a lane
/// for every weight all would be open together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LaneRate {
    Repeated(u32),
    Bulk(i32),
}

/// A block in its pass; those due first are the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Open {
    /// In parts of a packet of this lane, since the window was opened.
    due: u64,
    step: u64,
    left: u32,
    track: usize,
}

impl Passes {
    /// An order of these objects for one sender, one symbol at a time.
    ///
    /// # Errors
    ///
    /// [`Error::Carousel`] if there are no objects, or terms, a weight, period or progress are not
    /// valid.
    pub fn new(
        objects: &[CarouselObject],
        sender: Sender,
        terms: PassTerms,
    ) -> Result<Self, Error> {
        if objects.is_empty() {
            return Err(Error::Carousel("no objects"));
        }
        if !(0.0..1.0).contains(&terms.loss) || terms.most_gap == 0 {
            return Err(Error::Carousel(
                "passes for a loss of 1, or without packets",
            ));
        }
        let mut passes = Self {
            tracks: Vec::new(),
            first_track: Vec::new(),
            lanes: Vec::new(),
            terms,
        };
        for (index, object) in objects.iter().enumerate() {
            passes.first_track.push(passes.tracks.len());
            if !object.sent.is_empty() && object.sent.len() != usize::from(object.oti.blocks()) {
                return Err(Error::Carousel("progress is not one number a block"));
            }
            let lane = passes.lane(lane_rate(object.rate)?);
            for (sbn, block) in object.oti.iter_blocks().enumerate() {
                passes.lanes[lane].tracks.push(passes.tracks.len());
                passes.tracks.push(Track {
                    object: index,
                    block,
                    order: Order {
                        source: if sender.primary { block.symbols() } else { 0 },
                        repair: sender.slice.esis(&block),
                    },
                    sent: object.sent.get(sbn).copied().unwrap_or(0),
                    pass: terms.symbols(block.symbols()),
                });
            }
        }
        passes.share_out();
        Ok(passes)
    }

    /// How many symbols of each block of an object have been sent, for
    /// [`CarouselObject::sent`] after a crash. Empty if there is no such object.
    pub fn sent(&self, object: usize) -> impl Iterator<Item = u64> {
        let end = self.tracks.len();
        let first = self.first_track.get(object).copied().unwrap_or(end);
        let next = self.first_track.get(object + 1).copied().unwrap_or(end);
        self.tracks[first..next.max(first)]
            .iter()
            .map(|track| track.sent)
    }

    /// What goes on air next: one symbol. It never ends.
    pub fn next_slot(&mut self) -> Slot {
        let mut first = 0;
        for (at, lane) in self.lanes.iter().enumerate() {
            if lane.due < self.lanes[first].due {
                first = at;
            }
        }
        let lane = &mut self.lanes[first];
        lane.due += lane.interval;
        if lane.window.is_empty() {
            lane.open_window(&self.tracks, &self.terms);
        }
        let track = lane.take();
        let track = &mut self.tracks[track];
        let (esi, _) = track.order.at(track.sent);
        track.sent += 1;
        Slot {
            object: track.object,
            sbn: track.block.sbn(),
            esi,
            count: 1,
        }
    }

    /// The lane of this rate.
    fn lane(&mut self, rate: LaneRate) -> usize {
        if let Some(at) = self.lanes.iter().position(|lane| lane.rate == rate) {
            return at;
        }
        self.lanes.push(Lane {
            rate,
            tracks: Vec::new(),
            next: 0,
            interval: 1.0,
            due: 0.0,
            window: BinaryHeap::new(),
            windows: 0,
        });
        self.lanes.len() - 1
    }

    /// Gives the lanes their shares, and lets each go on where it was.
    fn share_out(&mut self) {
        let Self { tracks, lanes, .. } = self;
        let asked = |lane: &Lane| {
            let packets: f64 = lane
                .tracks
                .iter()
                .map(|at| f64::from(tracks[*at].pass))
                .sum();
            match lane.rate {
                LaneRate::Repeated(period) => packets / f64::from(period),
                LaneRate::Bulk(weight) => packets * 2_f64.powi(weight),
            }
        };
        let of = |is_bulk: bool| {
            let own = lanes.iter().filter(|lane| lane.is_bulk() == is_bulk);
            own.map(asked).sum::<f64>()
        };
        let (repeated, bulk) = (of(false), of(true));
        let most = if bulk > 0.0 { MAX_REPEATED_SHARE } else { 1.0 };
        // Without bulk the repeated lanes have all of it.
        let fits = bulk > 0.0 && repeated < most;
        let repeated_share = if fits { repeated } else { most };
        let shares: Vec<f64> = lanes
            .iter()
            .map(|lane| match lane.is_bulk() {
                true => asked(lane) / bulk * (1.0 - repeated.min(repeated_share)),
                false => asked(lane) / repeated * repeated_share,
            })
            .collect();
        for (lane, share) in lanes.iter_mut().zip(shares) {
            lane.interval = 1.0 / share;
            lane.due = lane.interval * GOLDEN;
            // It goes on with the block that has had the fewest passes, the first of them.
            let passes = |at: &usize| tracks[*at].sent / u64::from(tracks[*at].pass);
            let least = lane.tracks.iter().map(passes).min().unwrap_or(0);
            lane.next = lane
                .tracks
                .iter()
                .position(|at| passes(at) == least)
                .unwrap_or(0);
        }
    }
}

impl Lane {
    fn is_bulk(&self) -> bool {
        matches!(self.rate, LaneRate::Bulk(_))
    }

    /// The track whose turn it is.
    fn take(&mut self) -> usize {
        let Some(Reverse(open)) = self.window.pop() else {
            return self.tracks[0];
        };
        if open.left > 1 {
            self.window.push(Reverse(Open {
                due: open.due + open.step,
                left: open.left - 1,
                ..open
            }));
        }
        open.track
    }

    /// Opens the next blocks, as many as may be open together.
    fn open_window(&mut self, tracks: &[Track], terms: &PassTerms) {
        let begin = self.next;
        let (mut bytes, mut packets, mut of_object) = (0, 0, 0);
        let mut end = begin;
        while let Some(track) = self.tracks.get(end).map(|at| &tracks[*at]) {
            let is_same = end > begin && tracks[self.tracks[end - 1]].object == track.object;
            of_object = if is_same { of_object + 1 } else { 1 };
            bytes += u64::from(track.block.len());
            let is_full = bytes > terms.open_bytes || of_object > OPEN_BLOCKS;
            if is_full && end > begin {
                break;
            }
            packets += u64::from(track.left());
            end += 1;
        }
        let gap = (f64::from(terms.most_gap) / self.interval).max(1.0);
        for (place, at) in self.tracks[begin..end].iter().enumerate() {
            let left = tracks[*at].left();
            let even = packets as f64 / f64::from(left);
            let step = even.min(gap);
            let rest = packets as f64 - step * f64::from(left);
            let phase = (0.5 + (place as f64 + self.windows as f64) * GOLDEN).fract();
            self.window.push(Reverse(Open {
                due: (phase * (rest + step) * PARTS) as u64,
                step: (step * PARTS) as u64,
                left,
                track: *at,
            }));
        }
        self.windows += 1;
        self.next = if end == self.tracks.len() { 0 } else { end };
    }
}

impl Track {
    /// Symbols of the pass that is open, or comes next.
    fn left(&self) -> u32 {
        // Less than a pass.
        self.pass - (self.sent % u64::from(self.pass)) as u32
    }
}

fn lane_rate(rate: Rate) -> Result<LaneRate, Error> {
    match rate {
        Rate::Repeated { period: 0 } => Err(Error::Carousel("a period is 0")),
        Rate::Repeated { period } => Ok(LaneRate::Repeated(period)),
        Rate::Bulk(weight) if weight.is_finite() && weight > 0.0 => Ok(LaneRate::Bulk(
            weight.log2().round().clamp(-30.0, 30.0) as i32,
        )),
        Rate::Bulk(_) => Err(Error::Carousel("a weight is not above 0")),
    }
}
