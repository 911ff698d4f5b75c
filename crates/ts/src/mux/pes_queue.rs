//! One PID's outgoing payload: a PES packet (or PSI section) on its way into cells, and the
//! continuity counter.

use crate::cell::write_cell;
use crate::clock::Ticks;

/// Payload waiting for cells, one unit at a time, its memory reused.
#[derive(Debug, Clone)]
pub(crate) struct PesQueue {
    pid: u16,
    /// continuity_counter of the next cell with a payload.
    continuity: u8,
    unit: Vec<u8>,
    at: usize,
}

impl PesQueue {
    pub(crate) fn new(pid: u16) -> PesQueue {
        PesQueue {
            pid,
            continuity: 0,
            unit: Vec::new(),
            at: 0,
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.at >= self.unit.len()
    }

    /// Begins a new unit, to be filled by the caller; it starts in a cell of its own.
    pub(crate) fn begin(&mut self) -> &mut Vec<u8> {
        self.unit.clear();
        self.at = 0;
        &mut self.unit
    }

    /// Sends the current unit again.
    pub(crate) fn rewind(&mut self) {
        self.at = 0;
    }

    /// Appends the next cell of the unit; nothing where the queue is empty.
    pub(crate) fn send(&mut self, pcr: Option<Ticks>, out: &mut Vec<u8>) {
        if self.is_empty() {
            return;
        }
        let rest = &self.unit[self.at..];
        self.at += write_cell(out, self.pid, self.at == 0, self.continuity, pcr, rest);
        self.continuity = self.continuity.wrapping_add(1) & 0x0F;
    }

    /// Appends a cell with a PCR alone; the counter stands still (ISO/IEC 13818-1 clause 2.4.3.3).
    pub(crate) fn send_clock(&self, pcr: Ticks, out: &mut Vec<u8>) {
        write_cell(
            out,
            self.pid,
            false,
            self.continuity.wrapping_sub(1) & 0x0F,
            Some(pcr),
            &[],
        );
    }
}
