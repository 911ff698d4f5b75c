//! What is known of one PID: continuity, clock, and what its payload is being read as.

use super::clock_meter::ClockMeter;
use super::pes_reader::PesReader;
use super::psi_reader::{Psi, SectionReader};
use super::{Frame, Stream};
use crate::cell::{CELL_BYTES, Cell};
use crate::pes;

/// Where a cell was.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Offset in the input.
    pub(super) at: u64,
    /// How many cells there were, with it.
    pub(super) cells: u64,
    /// Changes where bytes are missing.
    pub(super) epoch: u32,
}

/// State of a PID; small, and made when its first cell comes.
#[derive(Debug)]
pub(super) struct PidState {
    pub(super) pid: u16,
    pub(super) cells: u64,
    pub(super) continuity_errors: u64,
    pub(super) duplicates: u64,
    pub(super) scrambled: u64,
    pub(super) reader: PesReader,
    pub(super) clock: Option<Box<ClockMeter>>,
    sections: Option<Box<SectionReader>>,
    /// continuity_counter of the last cell with a payload.
    continuity: Option<u8>,
    /// The beginning and the end of that cell, to know it again.
    ends: [[u8; 16]; 2],
    was_duplicate: bool,
}

impl PidState {
    pub(super) fn new(pid: u16, psi: &Psi) -> PidState {
        PidState {
            pid,
            cells: 0,
            continuity_errors: 0,
            duplicates: 0,
            scrambled: 0,
            reader: PesReader::default(),
            clock: None,
            sections: psi.expects(pid).then(Box::default),
            continuity: None,
            ends: [[0; 16]; 2],
            was_duplicate: false,
        }
    }

    pub(super) fn expect_sections(&mut self) {
        self.sections.get_or_insert_default();
    }

    /// Reads a cell; gives back a PSI section that it completes.
    #[inline]
    pub(super) fn cell(
        &mut self,
        bytes: &[u8; CELL_BYTES],
        cell: &Cell<'_>,
        place: Place,
        sink: &mut impl FnMut(Frame<'_>),
    ) -> Option<&[u8]> {
        self.cells += 1;
        if let Some(pcr) = cell.pcr {
            self.clock.get_or_insert_default().take(
                pcr,
                place.cells,
                place.epoch,
                cell.discontinuity,
            );
        }
        if cell.payload.is_empty() {
            return None;
        }
        if !self.follows(bytes, cell) {
            return None;
        }
        if cell.header.scrambled {
            self.scrambled += 1;
            self.reader.gap(Stream::Pid(self.pid), sink);
            return None;
        }
        let stream = Stream::Pid(self.pid);
        if cell.header.unit_start {
            if cell.payload.starts_with(&pes::START_CODE) {
                self.reader.start(cell.payload, place.at, stream, sink);
                return None;
            }
            self.reader.finish(stream, sink);
        } else {
            self.reader.more(cell.payload, place.at, stream, sink);
        }
        self.sections
            .as_mut()?
            .cell(cell.payload, cell.header.unit_start)
    }

    /// Continuity (ISO/IEC 13818-1 clause 2.4.3.3): `false` for a cell that came twice.
    #[inline]
    fn follows(&mut self, bytes: &[u8; CELL_BYTES], cell: &Cell<'_>) -> bool {
        let counter = cell.header.continuity;
        let ends = [
            *cell.payload.first_chunk::<16>().unwrap_or(&[0; 16]),
            *bytes.last_chunk::<16>().unwrap_or(&[0; 16]),
        ];
        let gap = match self.continuity {
            Some(last) if counter == (last + 1) & 0x0F => false,
            None => false,
            Some(last) => {
                if counter == last && ends == self.ends && !self.was_duplicate {
                    self.was_duplicate = true;
                    self.duplicates += 1;
                    return false;
                }
                self.continuity_errors += u64::from(!cell.discontinuity);
                true
            }
        };
        self.continuity = Some(counter);
        self.ends = ends;
        self.was_duplicate = false;
        if gap {
            self.reader.drop_packet();
            if let Some(sections) = &mut self.sections {
                sections.gap();
            }
            if let Some(clock) = &mut self.clock {
                clock.gap();
            }
        }
        true
    }

    pub(super) fn finish(&mut self, sink: &mut impl FnMut(Frame<'_>)) {
        self.reader.finish(Stream::Pid(self.pid), sink);
        self.continuity = None;
    }
}
