//! What a recording held, in numbers, for operators and for programs.

use super::psi_reader::{PmtDeclared, Service};
use super::{ClockReport, Demux, Stream};
use crate::Carriage;
use crate::cell::CELL_BYTES;
use crate::clock::{HZ, Ticks};

/// The form of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// Transport stream, 188-byte cells.
    Ts188,
    /// Transport stream, a four-byte time before each cell.
    Ts192,
    /// Transport stream, 16 bytes of parity after each cell.
    Ts204,
    /// Program stream of MPEG-1 or MPEG-2.
    Program,
}

impl std::fmt::Display for Container {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ts188 => "transport stream",
            Self::Ts192 => "transport stream of 192-byte packets",
            Self::Ts204 => "transport stream of 204-byte packets",
            Self::Program => "program stream",
        })
    }
}

/// Frames of one carriage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CarriageCount {
    /// Whole ones.
    pub good: u64,
    /// Begun, but damaged or incomplete.
    pub bad: u64,
    /// Bytes of the whole ones.
    pub bytes: u64,
}

/// What was found, in sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Bytes pushed.
    pub bytes: u64,
    /// The last form that was recognised.
    pub container: Option<Container>,
    /// Cells of transport streams.
    pub cells: u64,
    /// Null packets among them.
    pub null_cells: u64,
    /// Units of program streams.
    pub packets: u64,
    /// How often the row of cells or packets broke.
    pub sync_losses: u64,
    /// Bytes that belong to neither.
    pub skipped_bytes: u64,
    /// Gaps in continuity counters.
    pub continuity_errors: u64,
    /// Cells that came twice.
    pub duplicates: u64,
    /// Cells with transport_error_indicator, ignored.
    pub transport_errors: u64,
    /// Cells with an impossible adaptation field, ignored.
    pub malformed: u64,
    /// Scrambled cells, ignored: nothing can be found in them.
    pub scrambled: u64,
    /// PIDs or stream_ids in use.
    pub streams: u64,
    /// Frames by [`Carriage::index`].
    pub frames: [CarriageCount; 5],
}

impl Stats {
    /// Frames of one carriage.
    #[must_use]
    pub fn carriage(&self, carriage: Carriage) -> CarriageCount {
        self.frames[carriage.index()]
    }

    /// Whole frames of all carriages.
    #[must_use]
    pub fn good_frames(&self) -> u64 {
        self.frames.iter().map(|count| count.good).sum()
    }
}

/// One PID or stream_id.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamReport {
    /// Which.
    pub stream: Stream,
    /// Cells, or packets of a program stream.
    pub units: u64,
    /// stream_id of its PES packets, if it has any.
    pub stream_id: Option<u8>,
    /// What a PMT says of it.
    pub declared: Option<PmtDeclared>,
    /// Frames by [`Carriage::index`].
    pub frames: [CarriageCount; 5],
    /// Gaps in its continuity counter.
    pub continuity_errors: u64,
    /// Cells that came twice.
    pub duplicates: u64,
    /// Scrambled cells.
    pub scrambled: u64,
    /// Its share of the stream, bit/s of cells, where a clock was found.
    pub bits_per_s: Option<f64>,
    /// Its clock, if it carries one.
    pub clock: Option<ClockReport>,
}

/// What a recording held, stream by stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The sums.
    pub stats: Stats,
    /// Bit/s of all cells by the clock with most PCRs.
    pub bits_per_s: Option<f64>,
    /// What that clock ran through without its breaks.
    pub duration: Option<Ticks>,
    /// Services of the SDT, others' too.
    pub services: Vec<Service>,
    /// By PID, then by stream_id.
    pub streams: Vec<StreamReport>,
}

impl Report {
    /// Carriages of which whole frames arrived.
    #[must_use]
    pub fn survived(&self) -> Vec<Carriage> {
        Carriage::ALL
            .into_iter()
            .filter(|&way| self.stats.carriage(way).good > 0)
            .collect()
    }
}

pub(super) fn add_counts(sum: &mut [CarriageCount; 5], more: &[CarriageCount; 5]) {
    for (sum, more) in sum.iter_mut().zip(more) {
        sum.good += more.good;
        sum.bad += more.bad;
        sum.bytes += more.bytes;
    }
}

pub(super) fn report(demux: &Demux) -> Report {
    let stats = demux.stats();
    let best = demux
        .pids
        .iter()
        .filter_map(|state| state.clock.as_deref())
        .max_by_key(|c| c.report().count);
    let span = best
        .map(super::clock_meter::ClockMeter::span)
        .filter(|(time, _)| time.0 > 0);
    let rate = |(time, cells): (Ticks, u64)| {
        (cells * CELL_BYTES as u64 * 8) as f64 * HZ as f64 / time.0 as f64
    };
    let bits_per_s = span.map(rate);
    let mut streams: Vec<StreamReport> = demux
        .pids
        .iter()
        .map(|state| StreamReport {
            stream: Stream::Pid(state.pid),
            units: state.cells,
            stream_id: state.reader.stream_id(),
            declared: demux.psi.declared.get(&state.pid).copied(),
            frames: *state.reader.counts(),
            continuity_errors: state.continuity_errors,
            duplicates: state.duplicates,
            scrambled: state.scrambled,
            bits_per_s: bits_per_s.map(|all| all * state.cells as f64 / stats.cells.max(1) as f64),
            clock: state.clock.as_ref().map(|clock| clock.report()),
        })
        .chain(
            demux
                .program
                .iter()
                .map(|(id, packets, reader)| StreamReport {
                    stream: Stream::Program(*id),
                    units: *packets,
                    stream_id: reader.stream_id(),
                    declared: None,
                    frames: *reader.counts(),
                    continuity_errors: 0,
                    duplicates: 0,
                    scrambled: 0,
                    bits_per_s: None,
                    clock: None,
                }),
        )
        .collect();
    streams.sort_by_key(|stream| stream.stream);
    Report {
        stats,
        bits_per_s,
        duration: span.map(|(time, _)| time),
        services: demux.psi.services.values().cloned().collect(),
        streams,
    }
}
