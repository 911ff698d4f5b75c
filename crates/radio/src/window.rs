//! The carriers of a symbol, from samples around it.

use std::f64::consts::TAU;
use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use crate::mode::Mode;

/// Cuts symbols out of samples.
pub(crate) struct Window {
    forward: Arc<dyn Fft<f32>>,
    samples: Vec<Complex32>,
    scratch: Vec<Complex32>,
    rate: f64,
    /// Samples by which a window begins before the useful part: half of the prefix.
    early: f64,
}

impl Window {
    pub(crate) fn new(mode: &Mode) -> Self {
        let forward = FftPlanner::new().plan_fft_forward(mode.fft);
        let scratch = vec![Complex32::default(); forward.get_inplace_scratch_len()];
        Self {
            forward,
            samples: vec![Complex32::default(); mode.fft],
            scratch,
            rate: mode.rate.into(),
            early: mode.prefix as f64 / 2.0,
        }
    }

    /// The carriers from number `first` on, of the symbol whose useful part begins at the sample
    /// `at`, of a signal that is `offset` Hz too high and has turned by `phase` there because of
    /// that. Where samples are missing there is silence.
    pub(crate) fn carriers(
        &mut self,
        samples: &[Complex32],
        at: f64,
        offset: f64,
        phase: f64,
        first: usize,
        carriers: &mut [Complex32],
    ) {
        let begin = (at - self.early).floor();
        let turn = |sample: f64| phase + TAU * offset * (sample - at) / self.rate;
        let step = pointer(-TAU * offset / self.rate);
        let mut pointer_now = pointer(-turn(begin));
        for (i, window) in self.samples.iter_mut().enumerate() {
            let index = begin as i64 + i as i64;
            let sample = usize::try_from(index).ok().and_then(|at| samples.get(at));
            *window = sample.copied().unwrap_or_default() * pointer_now;
            pointer_now *= step;
        }
        self.forward
            .process_with_scratch(&mut self.samples, &mut self.scratch);
        // The window began early: each carrier is turned back by as much.
        let fft = self.samples.len() as f64;
        let turn = TAU * (at - begin) / fft;
        for (i, carrier) in carriers.iter_mut().enumerate() {
            let number = first + i;
            *carrier = self.samples[number] * pointer((turn * number as f64) % TAU);
        }
    }
}

fn pointer(phase: f64) -> Complex32 {
    let (im, re) = (phase % TAU).sin_cos();
    Complex32::new(re as f32, im as f32)
}
