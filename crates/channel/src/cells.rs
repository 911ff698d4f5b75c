//! What an impairment can see of a cell: its header, ISO/IEC 13818-1 §2.4.3.2.

use crate::{CELL_BYTES, Pid, SYNC_BYTE};

/// Number of PIDs: 13 bits.
pub(crate) const PIDS: usize = 1 << 13;

/// PAT, CAT, NIT, SDT, EIT, TDT and their like: ISO/IEC 13818-1 table 2-3 and ETSI EN 300 468
/// table 1 reserve the PIDs below.
const FIRST_FREE_PID: Pid = Pid(0x20);

/// One cell of the stream. What has no sync byte, or ends too early, is opaque.
#[derive(Clone, Copy)]
pub(crate) struct Cell<'a>(pub(crate) &'a [u8]);

impl Cell<'_> {
    pub(crate) fn pid(self) -> Option<Pid> {
        let whole = self.0.len() == CELL_BYTES && self.0[0] == SYNC_BYTE;
        whole.then(|| Pid(u16::from_be_bytes([self.0[1] & 0x1F, self.0[2]])))
    }

    /// payload_unit_start_indicator.
    pub(crate) fn starts_unit(self) -> bool {
        self.pid().is_some() && self.0[1] & 0x40 != 0
    }

    /// Whether tables are reserved to this cell's PID, or a program map section begins in it
    /// (§2.4.4.8; a PES packet begins with 00 00 01 and cannot be mistaken for one).
    pub(crate) fn is_psi(self) -> bool {
        let Some(pid) = self.pid() else { return false };
        pid < FIRST_FREE_PID || (self.starts_unit() && self.begins_program_map())
    }

    fn begins_program_map(self) -> bool {
        let payload = match self.0[3] >> 4 & 0b11 {
            0b01 => &self.0[4..],
            0b11 => self.0.get(5 + usize::from(self.0[4])..).unwrap_or(&[]),
            _ => &[],
        };
        let Some((&pointer, sections)) = payload.split_first() else {
            return false;
        };
        // table_id 2, section_syntax_indicator 1, then a 0 and two reserved bits.
        matches!(sections.get(usize::from(pointer)..), Some([0x02, flags, ..]) if flags & 0xF0 == 0xB0)
    }
}
