//! The sender: a transport stream of constant rate that carries frames beside an ordinary service.
//!
//! Cells are pulled; each knows its time from its place alone. In each place goes, in this order:
//! the clock if it is due, a table that is due, picture or sound that is due, data, a null packet.

mod clocked;
mod config;
mod data_lane;
mod pacing;
mod pes_queue;
mod tables;

pub use config::{CarriagePlan, MAX_NAME_BYTES, MuxConfig, Pids, Share};
pub(crate) use tables::SUBTITLE_PAGE;

use crate::cell::{self, CELL_BYTES};
use crate::clock::{CellClock, HZ, Ticks};
use crate::{Carriage, Slate, TsError};
use clocked::ClockedLane;
use data_lane::DataLane;
use pes_queue::PesQueue;
use tables::Tables;

/// Where the mux gets its frames from.
pub trait FrameSource {
    /// The next frame for a carriage, 1..=[`crate::MAX_FRAME_BYTES`] bytes, or `None` if there is
    /// none now; it is asked again for the next cell. The mux copies it at once.
    fn next_frame(&mut self, carriage: Carriage) -> Option<&[u8]>;
}

/// No frames: the slate alone.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFrames;

impl FrameSource for NoFrames {
    fn next_frame(&mut self, _carriage: Carriage) -> Option<&[u8]> {
        None
    }
}

/// A PCR at least so often (TS 101 154 clause 4.1.5.3: every 40 ms)…
const PCR_INTERVAL: Ticks = Ticks::from_millis(40);
/// …and in a cell of the picture if it is this late.
const PCR_IN_PASSING: Ticks = Ticks::from_millis(24);

/// What has gone out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MuxStats {
    /// All cells.
    pub cells: u64,
    /// Cells of each carriage that has a PID of its own and runs freely, by [`Carriage::index`].
    pub data_cells: [u64; 5],
    /// Cells of the slate, and of the second sound.
    pub clocked_cells: u64,
    /// Cells of tables, and of the clock alone.
    pub overhead_cells: u64,
    /// Null packets, or what would have been ones.
    pub null_cells: u64,
}

/// A sender. All its state is in it: a clone goes on where the original was.
#[derive(Debug, Clone)]
pub struct Mux {
    clock: CellClock,
    start: Ticks,
    slate: Option<Slate>,
    tables: Tables,
    /// Of the PCR where there is no slate.
    pcr_queue: Option<PesQueue>,
    last_pcr: Option<Ticks>,
    /// The picture first: it carries the clock.
    clocked: Vec<ClockedLane>,
    data: Vec<(Carriage, DataLane)>,
    null_filling: bool,
    stats: MuxStats,
}

impl Mux {
    /// # Errors
    /// [`TsError`] says which setting cannot be.
    pub fn new(config: MuxConfig) -> Result<Mux, TsError> {
        config.check()?;
        let start = Ticks(0);
        let mut clocked = Vec::new();
        if let Some(slate) = &config.slate {
            clocked.push(ClockedLane::video(&config, slate, start)?);
            clocked.extend(ClockedLane::sound(&config, slate, start)?);
        }
        clocked.extend(ClockedLane::second_sound(&config, start));
        let pids = &config.pids;
        let data: Vec<(Carriage, DataLane)> = config
            .carriages
            .iter()
            .filter_map(|&plan| {
                let pid = match plan.carriage {
                    Carriage::AsyncPes => pids.data,
                    Carriage::Teletext => pids.teletext,
                    Carriage::Subtitle => pids.subtitle,
                    Carriage::SecondSound | Carriage::VideoUserData => return None,
                };
                Some((plan.carriage, DataLane::new(plan, pid, start)))
            })
            .collect();
        let tables = Tables::new(&config, start);
        let fixed: u64 = config
            .carriages
            .iter()
            .filter(|plan| data.iter().any(|(carriage, _)| *carriage == plan.carriage))
            .map(|plan| {
                if let Share::BitsPerS(rate) = plan.share {
                    rate
                } else {
                    0
                }
            })
            .sum();
        let slate = config.slate;
        let timed: u64 = clocked
            .iter()
            .map(|lane| lane.bits_per_s(slate.as_ref()))
            .sum();
        let need = fixed + timed + tables.bits_per_s() + 1504 * HZ / PCR_INTERVAL.0;
        if need > config.bitrate.bits_per_s() {
            return Err(TsError::BitrateTooSmall {
                have: config.bitrate.bits_per_s(),
                need,
            });
        }
        Ok(Mux {
            clock: CellClock::new(config.bitrate, start),
            start,
            pcr_queue: slate.is_none().then(|| PesQueue::new(config.pids.pcr)),
            slate,
            tables,
            last_pcr: None,
            clocked,
            data,
            null_filling: config.null_filling,
            stats: MuxStats::default(),
        })
    }

    /// What has gone out so far.
    #[must_use]
    pub fn stats(&self) -> MuxStats {
        self.stats
    }

    /// Time on air so far.
    #[must_use]
    pub fn elapsed(&self) -> Ticks {
        Ticks(self.clock.now().0 - self.start.0)
    }

    /// Appends the next `cells` cells of 188 bytes to `out`, taking frames from `source` as there is
    /// room for them. Without null filling there can be fewer.
    ///
    /// # Errors
    /// [`TsError::FrameLength`] if the source gives a frame that cannot be carried; that frame is
    /// dropped, whole cells stand in `out`, and the call can be made again.
    pub fn next_cells(
        &mut self,
        source: &mut dyn FrameSource,
        cells: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), TsError> {
        out.reserve(cells * CELL_BYTES);
        for _ in 0..cells {
            self.next_cell(source, out)?;
            self.clock.advance();
            self.stats.cells += 1;
        }
        Ok(())
    }

    fn next_cell(
        &mut self,
        source: &mut dyn FrameSource,
        out: &mut Vec<u8>,
    ) -> Result<(), TsError> {
        let now = self.clock.now();
        for lane in &mut self.clocked {
            lane.load(self.slate.as_ref(), source)?;
        }
        if self.send_clock(now, out) {
            return Ok(());
        }
        if self.tables.send(now, out) {
            self.stats.overhead_cells += 1;
            return Ok(());
        }
        if let Some(place) = self.most_due(now) {
            self.send_clocked(place, now, out);
            return Ok(());
        }
        if self.send_data(now, source, out)? {
            return Ok(());
        }
        self.stats.null_cells += 1;
        if self.null_filling {
            cell::write_null(out);
        }
        Ok(())
    }

    /// The clock, if the next cell would be too late for it.
    fn send_clock(&mut self, now: Ticks, out: &mut Vec<u8>) -> bool {
        let latest = PCR_INTERVAL.0 - 2 * self.clock.cell_time().0.min(PCR_INTERVAL.0 / 4);
        if self.last_pcr.is_some_and(|last| now.0 - last.0 < latest) {
            return false;
        }
        let pcr = self.clock.pcr();
        if let Some(queue) = &self.pcr_queue {
            queue.send_clock(pcr, out);
            self.stats.overhead_cells += 1;
        } else if self
            .clocked
            .first()
            .is_some_and(|picture| picture.may_go_early(now))
        {
            self.send_clocked(0, now, out);
            return true;
        } else if let Some(picture) = self.clocked.first() {
            picture.send_clock(pcr, out);
            self.stats.overhead_cells += 1;
        }
        self.last_pcr = Some(now);
        true
    }

    /// The stream by the clock that has waited longest.
    fn most_due(&self, now: Ticks) -> Option<usize> {
        let lanes = self.clocked.iter().enumerate();
        lanes
            .filter(|(_, lane)| lane.due() <= now)
            .min_by_key(|(_, lane)| lane.due())
            .map(|(place, _)| place)
    }

    fn send_clocked(&mut self, place: usize, now: Ticks, out: &mut Vec<u8>) {
        let carries_clock = place == 0 && self.pcr_queue.is_none();
        let due = self
            .last_pcr
            .is_none_or(|last| now.0 - last.0 >= PCR_IN_PASSING.0);
        let pcr = (carries_clock && due).then(|| self.clock.pcr());
        if pcr.is_some() {
            self.last_pcr = Some(now);
        }
        self.clocked[place].send(pcr, out);
        self.stats.clocked_cells += 1;
    }

    fn send_data(
        &mut self,
        now: Ticks,
        source: &mut dyn FrameSource,
        out: &mut Vec<u8>,
    ) -> Result<bool, TsError> {
        // A handful of lanes: asked in the order of their claims, each at most once.
        let mut asked = [false; Carriage::ALL.len()];
        loop {
            let Some(place) = (0..self.data.len())
                .filter(|&place| !asked[place] && self.data[place].1.is_due(now))
                .min_by_key(|&place| self.data[place].1.share_key())
            else {
                return Ok(false);
            };
            asked[place] = true;
            let level = self
                .data
                .iter()
                .enumerate()
                .filter(|&(other, (_, lane))| other != place && lane.share_key().0)
                .map(|(_, (_, lane))| lane.share_key().1)
                .min()
                .unwrap_or(0);
            let (carriage, lane) = &mut self.data[place];
            if lane.send(now, level, source, out)? {
                self.stats.data_cells[carriage.index()] += 1;
                return Ok(true);
            }
        }
    }
}
