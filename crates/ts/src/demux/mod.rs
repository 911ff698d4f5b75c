//! The receiver: any bytes in, whole frames out.
//!
//! Call [`Demux::push`] with the recording in pieces of any size, then [`Demux::finish`]; frames
//! come out through the sink as soon as their last byte is in. The same [`Demux`] takes several
//! recordings, one after another. Nothing in the input is an error; [`Demux::stats`] and
//! [`Demux::report`] say what was found.
//!
//! Memory: for each PID in use less than a frame, a section and (where sound or pictures are
//! searched) six kilobytes; and one packet of input.

mod clock_meter;
mod find;
mod pes_reader;
mod pid;
mod program;
mod psi_reader;
mod report;
mod scanner;

pub use clock_meter::ClockReport;
pub use psi_reader::{PmtDeclared, Service};
pub use report::{CarriageCount, Container, Report, Stats, StreamReport};

use crate::Carriage;
use crate::cell::{CELL_BYTES, Cell, NULL_PID, SYNC};
use find::{Found, Search, find};
use pes_reader::PesReader;
use pid::PidState;
use psi_reader::Psi;
use std::fmt;

/// Where in a recording a frame was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// A PID of a transport stream.
    Pid(u16),
    /// A stream_id of a program stream.
    Program(u8),
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stream::Pid(pid) => write!(f, "PID {pid:#06x}"),
            Stream::Program(id) => write!(f, "stream {id:#04x}"),
        }
    }
}

/// A whole frame; its checksum was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The frame as it was given to the mux.
    pub bytes: &'a [u8],
    /// Offset in the input, over all pushes, of the cell or PES packet that the frame began in. Of a
    /// frame in fragments: of a place at most 8 kB away.
    pub at: u64,
    /// Where it was.
    pub stream: Stream,
    /// How it rode.
    pub carriage: Carriage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Searching,
    /// Cells every so many bytes.
    Cells(usize),
    Program,
}

/// So much is added to what waits at a time.
const CARRY_STEP: usize = 4096;

/// A receiver of transport and program streams.
pub struct Demux {
    mode: Mode,
    /// Input that waits for more.
    carry: Vec<u8>,
    /// Offset in the input of what is being consumed.
    base: u64,
    /// PID → place in `pids`, from 1; 0 is none yet.
    places: Box<[u16; 0x2000]>,
    pids: Vec<PidState>,
    /// stream_id → state, of program streams.
    program: Vec<(u8, u64, PesReader)>,
    psi: Psi,
    stats: Stats,
    /// Raised whenever bytes are missing, so that clocks are not measured across.
    epoch: u32,
}

impl Default for Demux {
    fn default() -> Demux {
        Demux::new()
    }
}

impl fmt::Debug for Demux {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Demux")
            .field("mode", &self.mode)
            .field("stats", &self.stats)
            .finish()
    }
}

impl Demux {
    /// A receiver that has heard nothing.
    #[must_use]
    pub fn new() -> Demux {
        Demux {
            mode: Mode::Searching,
            carry: Vec::new(),
            base: 0,
            places: Box::new([0; 0x2000]),
            pids: Vec::new(),
            program: Vec::new(),
            psi: Psi::default(),
            stats: Stats::default(),
            epoch: 0,
        }
    }

    /// Takes the next bytes of the input and gives the frames that are complete to `sink`.
    pub fn push(&mut self, bytes: &[u8], sink: &mut impl FnMut(Frame<'_>)) {
        self.stats.bytes += bytes.len() as u64;
        let mut rest = bytes;
        while !self.carry.is_empty() && !rest.is_empty() {
            let waiting = self.carry.len();
            let taken = rest.len().min(CARRY_STEP);
            let mut carry = std::mem::take(&mut self.carry);
            carry.extend_from_slice(&rest[..taken]);
            let consumed = self.consume(&carry, false, sink);
            if consumed >= waiting {
                rest = &rest[consumed - waiting..];
                carry.clear();
            } else {
                rest = &rest[taken..];
                carry.drain(..consumed);
            }
            self.carry = carry;
        }
        if !rest.is_empty() {
            let consumed = self.consume(rest, false, sink);
            self.carry.extend_from_slice(&rest[consumed..]);
        }
    }

    /// Ends a recording: gives what is complete without a successor. More can be pushed afterwards.
    pub fn finish(&mut self, sink: &mut impl FnMut(Frame<'_>)) {
        let carry = std::mem::take(&mut self.carry);
        self.consume(&carry, true, sink);
        for state in &mut self.pids {
            state.finish(sink);
        }
        for (id, _, reader) in &mut self.program {
            reader.finish(Stream::Program(*id), sink);
        }
        self.mode = Mode::Searching;
        self.epoch += 1;
    }

    /// What was found so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let mut stats = self.stats;
        for state in &self.pids {
            stats.continuity_errors += state.continuity_errors;
            stats.duplicates += state.duplicates;
            stats.scrambled += state.scrambled;
            stats.streams += 1;
            report::add_counts(&mut stats.frames, state.reader.counts());
        }
        for (_, _, reader) in &self.program {
            stats.streams += 1;
            report::add_counts(&mut stats.frames, reader.counts());
        }
        stats
    }

    /// What was found so far, stream by stream.
    #[must_use]
    pub fn report(&self) -> Report {
        report::report(self)
    }

    /// Works through `data`, the first byte of which is at `self.base`; returns how much of it is
    /// done with.
    fn consume(&mut self, data: &[u8], end: bool, sink: &mut impl FnMut(Frame<'_>)) -> usize {
        let mut at = 0;
        let done = loop {
            let next = match self.mode {
                Mode::Searching => self.search(data, at, end),
                Mode::Cells(stride) => self.cells(data, at, stride, end, sink),
                Mode::Program => self.packs(data, at, end, sink),
            };
            match next {
                Step::On(next) => at = next,
                Step::Wait(next) => break next,
            }
        };
        let done = if end { data.len() } else { done };
        self.base += done as u64;
        done
    }

    fn search(&mut self, data: &[u8], at: usize, end: bool) -> Step {
        match find(&data[at..], end) {
            Search::Found { at: skipped, what } => {
                self.stats.skipped_bytes += skipped as u64;
                self.enter(what);
                Step::On(at + skipped)
            }
            Search::More { keep } => {
                self.stats.skipped_bytes += keep as u64;
                Step::Wait(at + keep)
            }
        }
    }

    fn enter(&mut self, what: Found) {
        match what {
            Found::Cells { stride } => {
                self.mode = Mode::Cells(stride);
                self.stats.container = Some(match stride {
                    192 => Container::Ts192,
                    204 => Container::Ts204,
                    _ => Container::Ts188,
                });
            }
            Found::Pack => {
                self.mode = Mode::Program;
                self.stats.container = Some(Container::Program);
            }
        }
    }

    /// Cells while they come; each is believed when the next two begin where they should.
    fn cells(
        &mut self,
        data: &[u8],
        from: usize,
        stride: usize,
        end: bool,
        sink: &mut impl FnMut(Frame<'_>),
    ) -> Step {
        let mut at = from;
        while let Some(&second) = data.get(at + 2 * stride) {
            if data[at] != SYNC || data[at + stride] != SYNC || second != SYNC {
                return self.lost_cells(data, at, stride, end, sink);
            }
            if let Some(cell) = data[at..].first_chunk::<CELL_BYTES>() {
                self.cell(cell, self.base + at as u64, sink);
            }
            at += stride;
        }
        if !end {
            return Step::Wait(at);
        }
        while let Some(cell) = data[at.min(data.len())..].first_chunk::<CELL_BYTES>() {
            if cell[0] != SYNC || data.get(at + stride).is_some_and(|&next| next != SYNC) {
                return self.lost_cells(data, at, stride, end, sink);
            }
            self.cell(cell, self.base + at as u64, sink);
            at += stride;
        }
        self.stats.skipped_bytes += data.len().saturating_sub(at) as u64;
        Step::Wait(data.len())
    }

    /// The row of cells ends at `at` or soon after. Where it goes on tells whether what seemed to be
    /// cells before are whole.
    fn lost_cells(
        &mut self,
        data: &[u8],
        at: usize,
        stride: usize,
        end: bool,
        sink: &mut impl FnMut(Frame<'_>),
    ) -> Step {
        let row = (0..2)
            .take_while(|step| data.get(at + step * stride) == Some(&SYNC))
            .count();
        let row_end = at + row.saturating_sub(1) * stride + CELL_BYTES;
        let mut from = at + 1;
        let in_row = |pid| (0..row).any(|step| read_pid(&data[at + step * stride..]) == Some(pid));
        let (on, found) = loop {
            match find(&data[from..], end) {
                // A byte inside a cell that is in step with the next row by chance.
                Search::Found { at: skipped, .. }
                    if from + skipped < row_end
                        && !self.is_plausible(&data[from + skipped..], in_row) =>
                {
                    from += skipped + 1;
                }
                Search::Found { at: skipped, what } => break (from + skipped, Some(what)),
                Search::More { keep } => break (from + keep, None),
            }
        };
        if row > 0 && found.is_none() && on < row_end && !end {
            return Step::Wait(at);
        }
        let mut skipped = on - at;
        for begin in (0..row).map(|step| at + step * stride) {
            if begin + CELL_BYTES <= on
                && let Some(cell) = data[begin..].first_chunk::<CELL_BYTES>()
            {
                self.cell(cell, self.base + begin as u64, sink);
                skipped -= CELL_BYTES;
            }
        }
        self.stats.sync_losses += 1;
        self.stats.skipped_bytes += skipped as u64;
        self.epoch += 1;
        match found {
            Some(what) => {
                self.enter(what);
                Step::On(on)
            }
            None => {
                self.mode = Mode::Searching;
                Step::Wait(on)
            }
        }
    }

    /// Whether this looks like a cell of a PID that is in use, or like a pack.
    fn is_plausible(&self, bytes: &[u8], in_use: impl Fn(u16) -> bool) -> bool {
        let Some(pid) = read_pid(bytes) else {
            return false;
        };
        let known = pid == NULL_PID || self.places[usize::from(pid)] != 0 || in_use(pid);
        bytes[0] != SYNC || (bytes[1] & 0x80 == 0 && known)
    }

    #[inline]
    fn cell(&mut self, bytes: &[u8; CELL_BYTES], at: u64, sink: &mut impl FnMut(Frame<'_>)) {
        self.stats.cells += 1;
        let (header, cell) = Cell::parse(bytes);
        if header.error {
            self.stats.transport_errors += 1;
            return;
        }
        if header.pid == NULL_PID {
            self.stats.null_cells += 1;
            return;
        }
        let slot = &mut self.places[usize::from(header.pid)];
        if *slot == 0 {
            self.pids.push(PidState::new(header.pid, &self.psi));
            *slot = self.pids.len() as u16;
        }
        let state = &mut self.pids[usize::from(*slot) - 1];
        let Some(cell) = cell else {
            self.stats.malformed += 1;
            return;
        };
        let place = pid::Place {
            at,
            cells: self.stats.cells,
            epoch: self.epoch,
        };
        if let Some(section) = state.cell(bytes, &cell, place, sink) {
            let new_tables = self.psi.take(header.pid, section);
            for pid in new_tables {
                let slot = self.places[usize::from(pid)];
                if slot > 0 {
                    self.pids[usize::from(slot) - 1].expect_sections();
                }
            }
        }
    }

    /// Packets of a program stream while they come.
    fn packs(
        &mut self,
        data: &[u8],
        from: usize,
        end: bool,
        sink: &mut impl FnMut(Frame<'_>),
    ) -> Step {
        let mut at = from;
        loop {
            let rest = &data[at..];
            let length = match program::unit_length(rest) {
                program::Unit::Bytes(length) => length,
                program::Unit::Short if end => return Step::Wait(data.len()),
                program::Unit::Short => return Step::Wait(at),
                program::Unit::Other => {
                    self.stats.sync_losses += 1;
                    self.mode = Mode::Searching;
                    return Step::On(at);
                }
            };
            let follows = program::start_code(rest.get(length..).unwrap_or(&[]));
            match follows {
                None if !end => return Step::Wait(at),
                Some(false) => return self.lost_packs(data, at, length, end, sink),
                _ => {}
            }
            self.packet(&rest[..length.min(rest.len())], self.base + at as u64, sink);
            at += length.min(rest.len());
        }
    }

    fn lost_packs(
        &mut self,
        data: &[u8],
        at: usize,
        length: usize,
        end: bool,
        sink: &mut impl FnMut(Frame<'_>),
    ) -> Step {
        let (on, found) = match find(&data[at + 4..], end) {
            Search::Found { at: skipped, what } => (at + 4 + skipped, Some(what)),
            Search::More { keep } => (at + 4 + keep, None),
        };
        let mut skipped = on - at;
        // What follows garbage may have been cut; then its content tells.
        if on >= at + length {
            self.packet(&data[at..at + length], self.base + at as u64, sink);
            skipped -= length;
        } else if found.is_none() && !end {
            return Step::Wait(at);
        }
        self.stats.sync_losses += 1;
        self.stats.skipped_bytes += skipped as u64;
        match found {
            Some(what) => {
                self.enter(what);
                Step::On(on)
            }
            None => {
                self.mode = Mode::Searching;
                Step::Wait(on)
            }
        }
    }

    /// One whole unit of a program stream.
    fn packet(&mut self, packet: &[u8], at: u64, sink: &mut impl FnMut(Frame<'_>)) {
        let Some(&id) = packet.get(3) else { return };
        self.stats.packets += 1;
        // Pack header, system header, end code, map, padding, directory hold no stream.
        if matches!(id, 0xB9..=0xBC | 0xBE | 0xFF) {
            return;
        }
        let place = match self.program.iter().position(|(known, _, _)| *known == id) {
            Some(place) => place,
            None => {
                self.program.push((id, 0, PesReader::default()));
                self.program.len() - 1
            }
        };
        let (_, packets, reader) = &mut self.program[place];
        *packets += 1;
        reader.start(packet, at, Stream::Program(id), sink);
    }
}

fn read_pid(cell: &[u8]) -> Option<u16> {
    cell.get(1..3)
        .map(|field| u16::from_be_bytes([field[0] & 0x1F, field[1]]))
}

enum Step {
    /// Go on from here.
    On(usize),
    /// Everything before is done with; more is needed.
    Wait(usize),
}
