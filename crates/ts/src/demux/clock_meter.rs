//! The PCRs of one PID, held against the places of their cells.

use crate::clock::{HZ, Ticks, WRAP};

/// More than this between two PCRs is another clock (ISO/IEC 13818-1 clause 2.7.2: 100 ms; boxes
/// that cut are generous).
const MAX_STEP: u64 = 2 * HZ;

/// What was measured of a clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockReport {
    /// How many PCRs.
    pub count: u64,
    /// The first one.
    pub first: Ticks,
    /// The last one.
    pub last: Ticks,
    /// Longest time between two.
    pub longest_interval: Ticks,
    /// Jumps, of the clock or over missing input.
    pub breaks: u64,
    /// Largest departure of a PCR from the line between its neighbours, by the places of their
    /// cells, ns. Around 40 is rounding; ETSI TR 101 290 clause 5.2.2 allows 500.
    pub jitter_max_ns: f64,
    /// Mean departure, ns.
    pub jitter_mean_ns: f64,
}

/// Measures as PCRs come.
#[derive(Debug, Default)]
pub(super) struct ClockMeter {
    count: u64,
    first: Ticks,
    last: Ticks,
    longest: u64,
    breaks: u64,
    /// Cell and time since the last break, of the last two.
    older: Option<(u64, u64)>,
    old: Option<(u64, u64)>,
    epoch: u32,
    span: u64,
    span_cells: u64,
    jitter_max: f64,
    jitter_sum: f64,
    jitter_count: u64,
}

impl ClockMeter {
    pub(super) fn take(&mut self, pcr: Ticks, cells: u64, epoch: u32, discontinuity: bool) {
        let step = (pcr.0 % WRAP + WRAP - self.last.0 % WRAP) % WRAP;
        if self.count == 0 {
            self.first = pcr;
        } else if discontinuity || step == 0 || step > MAX_STEP || epoch != self.epoch {
            self.gap();
            self.breaks += 1;
        }
        self.count += 1;
        self.last = pcr;
        self.epoch = epoch;
        let Some((old_cells, old_time)) = self.old else {
            self.old = Some((cells, 0));
            return;
        };
        self.longest = self.longest.max(step);
        self.span += step;
        self.span_cells += cells - old_cells;
        let now = (cells, old_time + step);
        if let Some((older_cells, older_time)) = self.older {
            let share = (old_cells - older_cells) as f64 / (cells - older_cells).max(1) as f64;
            let expected = (now.1 - older_time) as f64 * share;
            let off = ((old_time - older_time) as f64 - expected).abs() * 1e9 / HZ as f64;
            self.jitter_max = self.jitter_max.max(off);
            self.jitter_sum += off;
            self.jitter_count += 1;
        }
        self.older = self.old;
        self.old = Some(now);
    }

    /// Cells are missing.
    pub(super) fn gap(&mut self) {
        self.older = None;
        self.old = None;
    }

    /// Time between first and last PCR without breaks, and cells in it.
    pub(super) fn span(&self) -> (Ticks, u64) {
        (Ticks(self.span), self.span_cells)
    }

    pub(super) fn report(&self) -> ClockReport {
        ClockReport {
            count: self.count,
            first: self.first,
            last: self.last,
            longest_interval: Ticks(self.longest),
            breaks: self.breaks,
            jitter_max_ns: self.jitter_max,
            jitter_mean_ns: self.jitter_sum / self.jitter_count.max(1) as f64,
        }
    }
}
