//! Damage below the cell: bits flipped, garbage put in.

use std::ops::RangeInclusive;

use crate::{Prng, Report, Seed};

/// Flips bits independently. The gap to the next flip is drawn, so that rare ones cost nothing.
pub(crate) struct Flips {
    rate: f64,
    gap_bits: u64,
    prng: Prng,
}

impl Flips {
    pub(crate) fn new(rate: f64, seed: Seed) -> Flips {
        let mut prng = Prng::new(seed.part("flips"));
        Flips {
            rate,
            gap_bits: prng.failures_before_success(rate),
            prng,
        }
    }

    pub(crate) fn flip(&mut self, bytes: &mut [u8], report: &mut Report) {
        let length_bits = bytes.len() as u64 * 8;
        let mut at = self.gap_bits;
        while at < length_bits {
            bytes[(at / 8) as usize] ^= 1 << (at % 8);
            report.bits_flipped += 1;
            let gap = self.prng.failures_before_success(self.rate);
            at = at.saturating_add(1).saturating_add(gap);
        }
        self.gap_bits = at - length_bits;
    }
}

/// Puts noise in at random places.
pub(crate) struct Garbage {
    mean_every_bytes: f64,
    lengths: RangeInclusive<usize>,
    gap_bytes: u64,
    prng: Prng,
}

impl Garbage {
    pub(crate) fn new(every_bytes: u64, lengths: RangeInclusive<usize>, seed: Seed) -> Garbage {
        let mut prng = Prng::new(seed.part("garbage"));
        let mean_every_bytes = every_bytes as f64;
        let gap_bytes = prng.exponential(mean_every_bytes) as u64;
        Garbage {
            mean_every_bytes,
            lengths,
            gap_bytes,
            prng,
        }
    }

    pub(crate) fn put(&mut self, mut bytes: &[u8], out: &mut Vec<u8>, report: &mut Report) {
        while self.gap_bytes < bytes.len() as u64 {
            let (before, after) = bytes.split_at(self.gap_bytes as usize);
            out.extend_from_slice(before);
            let (shortest, longest) = (*self.lengths.start(), *self.lengths.end());
            let length = shortest + self.prng.below((longest - shortest) as u64 + 1) as usize;
            let noise_at = out.len();
            out.resize(noise_at + length, 0);
            self.prng.fill(&mut out[noise_at..]);
            report.garbage_places += 1;
            report.garbage_bytes += length as u64;
            // At least one byte of the stream lies between two places.
            self.gap_bytes = 1 + self.prng.exponential(self.mean_every_bytes) as u64;
            bytes = after;
        }
        self.gap_bytes -= bytes.len() as u64;
        out.extend_from_slice(bytes);
    }
}
