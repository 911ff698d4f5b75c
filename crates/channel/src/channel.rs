//! From a transport stream as it was sent to a recording of it.

use std::ops::RangeInclusive;

use crate::bits::{Flips, Garbage};
use crate::cells::{Cell, PIDS};
use crate::{CELL_BYTES, Count, Cut, Independent, Loss, Pid, Prng, Report, Seed};

/// Damages a transport stream. The stream begins with a whole cell; chunks may end anywhere.
///
/// Call order: [`new`](Channel::new), the impairments, then [`push`](Channel::push) as often as
/// there is stream, [`finish`](Channel::finish) once, [`report`](Channel::report) at any time.
pub struct Channel {
    seed: Seed,
    psi_is_removed: bool,
    packet_loss: Option<PacketLoss>,
    cell_losses: Vec<Box<dyn Loss + Send>>,
    doubling: Option<(f64, Prng)>,
    cut: Cut,
    flips: Option<Flips>,
    garbage: Option<Garbage>,

    begun_cell: Vec<u8>,
    pids: Vec<PidState>,
    scratch: Vec<u8>,
    report: Report,
}

struct PacketLoss {
    loss: Box<dyn Loss + Send>,
    pids: Vec<Pid>,
}

#[derive(Clone, Copy, Default)]
struct PidState {
    carries_psi: bool,
    unit_is_lost: bool,
    cells: Count,
}

impl Channel {
    /// A channel that passes everything, until told otherwise.
    #[must_use]
    pub fn new(seed: Seed) -> Channel {
        Channel {
            seed,
            psi_is_removed: false,
            packet_loss: None,
            cell_losses: Vec::new(),
            doubling: None,
            cut: Cut::none(),
            flips: None,
            garbage: None,
            begun_cell: Vec::with_capacity(CELL_BYTES),
            pids: vec![PidState::default(); PIDS],
            scratch: Vec::new(),
            report: Report::default(),
        }
    }

    /// Takes out tables: PIDs below 0x20, and every PID that carries a program map.
    #[must_use]
    pub fn remove_psi(mut self) -> Channel {
        self.psi_is_removed = true;
        self
    }

    /// Loses cells, in [`Bursts`](crate::Bursts) or however else. May be said several times; a cell
    /// arrives if it survives all.
    #[must_use]
    pub fn lose_cells(mut self, loss: impl Loss + Send + 'static) -> Channel {
        self.cell_losses.push(Box::new(loss));
        self
    }

    /// Loses each cell independently with probability `p`.
    #[must_use]
    pub fn lose_cells_at(self, p: f64) -> Channel {
        let seed = self.seed.part("cells");
        self.lose_cells(Independent::new(p, seed))
    }

    /// Loses whole payload units on these PIDs: from a cell that starts one up to the next that
    /// does. `loss` is asked at every cell of those PIDs, that its time may pass, and obeyed where
    /// a unit starts.
    #[must_use]
    pub fn lose_packets(mut self, loss: impl Loss + Send + 'static, pids: &[Pid]) -> Channel {
        self.packet_loss = Some(PacketLoss {
            loss: Box::new(loss),
            pids: pids.to_vec(),
        });
        self
    }

    /// Loses each payload unit on these PIDs independently with probability `p`.
    #[must_use]
    pub fn lose_packets_at(self, p: f64, pids: &[Pid]) -> Channel {
        let seed = self.seed.part("packets");
        self.lose_packets(Independent::new(p, seed), pids)
    }

    /// Sends a cell twice with probability `p`, as ISO/IEC 13818-1 §2.4.3.3 allows.
    #[must_use]
    pub fn double_cells(mut self, p: f64) -> Channel {
        self.doubling = Some((p, Prng::new(self.seed.part("doubles"))));
        self
    }

    /// Records only a part. What is counted as sent and lost is counted in that part.
    #[must_use]
    pub fn cut(mut self, cut: Cut) -> Channel {
        self.cut = cut;
        self
    }

    /// Flips each bit with probability `rate`.
    #[must_use]
    pub fn flip_bits(mut self, rate: f64) -> Channel {
        self.flips = Some(Flips::new(rate, self.seed));
        self
    }

    /// Puts noise in, on average every `every_bytes` bytes, as long as `lengths_bytes` says.
    #[must_use]
    pub fn insert_garbage(
        mut self,
        every_bytes: u64,
        lengths_bytes: RangeInclusive<usize>,
    ) -> Channel {
        self.garbage = Some(Garbage::new(every_bytes, lengths_bytes, self.seed));
        self
    }

    /// Takes the next bytes of the stream and appends to `out` what arrives of them. The last bytes
    /// are kept back until their cell is whole.
    pub fn push(&mut self, mut stream: &[u8], out: &mut Vec<u8>) {
        let out_at = out.len();
        self.report.bytes_in += stream.len() as u64;
        let mut at = self.report.bytes_in - (stream.len() + self.begun_cell.len()) as u64;
        if !self.begun_cell.is_empty() {
            let missing = (CELL_BYTES - self.begun_cell.len()).min(stream.len());
            self.begun_cell.extend_from_slice(&stream[..missing]);
            stream = &stream[missing..];
            if self.begun_cell.len() < CELL_BYTES {
                return;
            }
            let mut cell = std::mem::take(&mut self.begun_cell);
            self.cell(at, &cell, out);
            at += CELL_BYTES as u64;
            cell.clear();
            self.begun_cell = cell;
        }
        let cells = stream.chunks_exact(CELL_BYTES);
        self.begun_cell.extend_from_slice(cells.remainder());
        for cell in cells {
            self.cell(at, cell, out);
            at += CELL_BYTES as u64;
        }
        self.damage(out_at, out);
    }

    /// Ends the stream.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        let out_at = out.len();
        let rest = std::mem::take(&mut self.begun_cell);
        if !rest.is_empty() {
            self.cell(self.report.bytes_in - rest.len() as u64, &rest, out);
        }
        self.damage(out_at, out);
    }

    /// All at once: what arrives of `stream`, and what happened to it.
    #[must_use]
    pub fn run(mut self, stream: &[u8]) -> (Vec<u8>, Report) {
        let mut out = Vec::with_capacity(stream.len());
        self.push(stream, &mut out);
        self.finish(&mut out);
        (out, self.report())
    }

    /// What has happened so far.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut report = self.report.clone();
        let (kept, length) = (self.cut.kept(), report.bytes_in);
        let cut_begin = kept.start.min(length);
        report.bytes_cut = (cut_begin, length - kept.end.clamp(cut_begin, length));
        report.bursts = self
            .cell_losses
            .iter()
            .map(|loss| loss.bursts())
            .sum::<u64>()
            + self
                .packet_loss
                .as_ref()
                .map_or(0, |packets| packets.loss.bursts());
        let seen = self
            .pids
            .iter()
            .enumerate()
            .filter(|(_, pid)| pid.cells.sent > 0);
        report.pids = seen
            .map(|(pid, state)| (Pid(pid as u16), state.cells))
            .collect();
        report
    }

    /// One cell, whole but at the very end, which began at `at` in the stream.
    fn cell(&mut self, at: u64, bytes: &[u8], out: &mut Vec<u8>) {
        let cell = Cell(bytes);
        let kept = self.cut.of(at, bytes);
        let pid = cell.pid();

        let psi_removed = self.psi_is_removed && self.carries_psi(cell);
        let packet_lost = self.loses_packet(cell, !kept.is_empty());
        // Each is asked, that time passes for all.
        let cell_lost = self
            .cell_losses
            .iter_mut()
            .fold(false, |lost, loss| loss.loses(bytes.len()) | lost);
        let doubled = self
            .doubling
            .as_mut()
            .is_some_and(|(p, prng)| prng.chance(*p));

        if kept.is_empty() {
            return;
        }
        if psi_removed {
            self.report.psi_cells_removed += 1;
            return;
        }
        let lost = packet_lost || cell_lost;
        self.report.cells.add(lost);
        if let Some(pid) = pid {
            self.pids[usize::from(pid.0)].cells.add(lost);
        }
        if lost {
            return;
        }
        out.extend_from_slice(kept);
        if doubled {
            out.extend_from_slice(kept);
            self.report.cells_doubled += 1;
        }
    }

    fn carries_psi(&mut self, cell: Cell<'_>) -> bool {
        let Some(pid) = cell.pid() else { return false };
        let state = &mut self.pids[usize::from(pid.0)];
        state.carries_psi |= cell.is_psi();
        state.carries_psi
    }

    fn loses_packet(&mut self, cell: Cell<'_>, is_kept: bool) -> bool {
        let (Some(packets), Some(pid)) = (&mut self.packet_loss, cell.pid()) else {
            return false;
        };
        if !packets.pids.contains(&pid) {
            return false;
        }
        let lost = packets.loss.loses(cell.0.len());
        let state = &mut self.pids[usize::from(pid.0)];
        if cell.starts_unit() {
            state.unit_is_lost = lost;
            if is_kept {
                self.report.packets.add(lost);
            }
        }
        state.unit_is_lost
    }

    /// What happens to bytes: everything in `out` from `out_at` on.
    fn damage(&mut self, out_at: usize, out: &mut Vec<u8>) {
        if let Some(flips) = &mut self.flips {
            flips.flip(&mut out[out_at..], &mut self.report);
        }
        if let Some(garbage) = &mut self.garbage {
            self.scratch.clear();
            self.scratch.extend_from_slice(&out[out_at..]);
            out.truncate(out_at);
            garbage.put(&self.scratch, out, &mut self.report);
        }
        self.report.bytes_out += (out.len() - out_at) as u64;
    }
}
