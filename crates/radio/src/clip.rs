//! Peaks of an OFDM symbol, taken down without leaving its band: iterative clipping and filtering
//! (Armstrong 2002), four times oversampled.

use std::ops::Range;
use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

/// Samples for each of the waveform's own.
const OVERSAMPLING: usize = 4;
/// Clipping a filtered symbol brings part of its peaks back; each turn leaves less.
const TURNS: usize = 10;

/// Takes the peaks of symbols down.
pub(crate) struct Clip {
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    samples: Vec<Complex32>,
    scratch: Vec<Complex32>,
    first: usize,
    /// Ranges of carriers in use, counted from the first; what clipping puts on others is left out.
    used: Vec<Range<usize>>,
    /// Amplitude at which samples are clipped.
    limit: f32,
}

impl Clip {
    /// For symbols of `fft` samples whose carriers begin at `first`, of which these ranges are used
    /// and have this mean power all together, and a peak over mean power of `db`.
    pub(crate) fn new(
        fft: usize,
        first: usize,
        used: Vec<Range<usize>>,
        power: f32,
        db: f32,
    ) -> Self {
        let length = fft * OVERSAMPLING;
        let mut planner = FftPlanner::new();
        let forward = planner.plan_fft_forward(length);
        let inverse = planner.plan_fft_inverse(length);
        let scratch = forward
            .get_inplace_scratch_len()
            .max(inverse.get_inplace_scratch_len());
        Self {
            forward,
            inverse,
            samples: vec![Complex32::default(); length],
            scratch: vec![Complex32::default(); scratch],
            first,
            used,
            limit: power.sqrt() * 10f32.powf(db / 20.0),
        }
    }

    /// Changes the carriers so that the symbol stays within the limit, nearly.
    pub(crate) fn apply(&mut self, carriers: &mut [Complex32]) {
        for _ in 0..TURNS {
            self.samples.fill(Complex32::default());
            self.samples[self.first..][..carriers.len()].copy_from_slice(carriers);
            self.inverse
                .process_with_scratch(&mut self.samples, &mut self.scratch);
            let mut is_clipped = false;
            for sample in &mut self.samples {
                let amplitude = sample.norm();
                if amplitude > self.limit {
                    *sample *= self.limit / amplitude;
                    is_clipped = true;
                }
            }
            if !is_clipped {
                return;
            }
            self.forward
                .process_with_scratch(&mut self.samples, &mut self.scratch);
            let scale = 1.0 / self.samples.len() as f32;
            for used in &self.used {
                let samples = &self.samples[self.first..][used.clone()];
                for (carrier, sample) in carriers[used.clone()].iter_mut().zip(samples) {
                    *carrier = sample * scale;
                }
            }
        }
    }
}
