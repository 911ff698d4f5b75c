//! The carriers of a symbol, from samples around it.

use std::f64::consts::TAU;
use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use crate::mode::Mode;

/// Clocks are told apart in steps of 5 ppm.
const CLOCKS: f64 = 2e5;
/// A clock that is off moves the highest and lowest carriers by this part of their distance before
/// it is counted: beyond, carriers are heard in each other at -35 dB.
const APART: f64 = 0.02;

/// Cuts symbols out of samples.
pub(crate) struct Window {
    forward: Arc<dyn Fft<f32>>,
    samples: Vec<Complex32>,
    scratch: Vec<Complex32>,
    rate: f64,
    /// Samples by which a window begins before the useful part.
    early: f64,
    /// Carriers from the middle of the band to its ends, and the middle's number.
    half: f64,
    middle: f64,
    chirp: Option<Chirp>,
}

/// A Fourier transform between the bins: the chirp-z transform (Bluestein 1970), for carriers that
/// stand a little closer or wider than they were sent.
struct Chirp {
    /// How much wider.
    wider: f64,
    first: usize,
    carriers: usize,
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    /// What samples, the filter's output and carriers are multiplied with.
    before: Vec<Complex32>,
    filter: Vec<Complex32>,
    after: Vec<Complex32>,
    work: Vec<Complex32>,
}

/// A place in sound, and how it turns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Sample at which a symbol's useful part begins.
    pub(crate) at: f64,
    /// Hz by which the middle of the band is too high.
    pub(crate) offset: f64,
    /// What the signal has turned there because of that.
    pub(crate) phase: f64,
    /// By this part sound has more samples than were sent.
    pub(crate) clock: f64,
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
            early: mode.early as f64,
            half: mode.carriers as f64 / 2.0,
            middle: mode.first as f64 + mode.carriers as f64 / 2.0,
            chirp: None,
        }
    }

    /// The carriers from number `first` on, of the symbol that begins there. Where samples are
    /// missing there is silence.
    pub(crate) fn carriers(
        &mut self,
        samples: &[Complex32],
        place: Place,
        first: usize,
        carriers: &mut [Complex32],
    ) {
        let Place {
            at,
            offset,
            phase,
            clock,
        } = place;
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
        // The window began early: each carrier is turned back by as much.
        let fft = self.samples.len() as f64;
        let back = |number: f64| pointer((TAU * (at - begin) / fft * number) % TAU);
        if clock.abs() * self.half < APART {
            self.forward
                .process_with_scratch(&mut self.samples, &mut self.scratch);
            for (i, carrier) in carriers.iter_mut().enumerate() {
                let number = first + i;
                *carrier = self.samples[number] * back(number as f64);
            }
            return;
        }
        // As many parts as the clock is slow, all frequencies are lower; so are those of carriers,
        // counted from the middle, whose offset is known.
        let wider = (-clock * CLOCKS).round() / CLOCKS;
        let (middle, length) = (self.middle, carriers.len());
        let is_it = |c: &Chirp| c.wider == wider && (c.first, c.carriers) == (first, length);
        if !self.chirp.as_ref().is_some_and(is_it) {
            self.chirp = Some(Chirp::new(self.samples.len(), first, length, middle, wider));
        }
        if let Some(chirp) = &mut self.chirp {
            chirp.carriers(&self.samples, carriers);
        }
        for (i, carrier) in carriers.iter_mut().enumerate() {
            let number = (first + i) as f64;
            *carrier *= back(number + wider * (number - middle));
        }
    }
}

impl Chirp {
    /// For `fft` samples, and `carriers` from number `first` on, which stand `wider` around the
    /// `middle`.
    fn new(fft: usize, first: usize, carriers: usize, middle: f64, wider: f64) -> Self {
        let length = (fft + carriers - 1).next_power_of_two();
        let mut planner = FftPlanner::new();
        let (forward, inverse) = (
            planner.plan_fft_forward(length),
            planner.plan_fft_inverse(length),
        );
        // Bins n·m are (n² + m² − (m − n)²) / 2.
        let step = (1.0 + wider) / fft as f64;
        let square = |n: f64| (n * n / 2.0 * step) % 1.0 * TAU;
        let lowest = first as f64 + wider * (first as f64 - middle);
        let before = (0..fft).map(|n| {
            let n = n as f64;
            pointer(-(TAU * (n * lowest / fft as f64 % 1.0)) - square(n))
        });
        let mut filter = vec![Complex32::default(); length];
        for (m, filter) in filter.iter_mut().take(carriers).enumerate() {
            *filter = pointer(square(m as f64));
        }
        for n in 1..fft {
            filter[length - n] = pointer(square(n as f64));
        }
        forward.process(&mut filter);
        let scale = 1.0 / length as f32;
        Self {
            wider,
            first,
            carriers,
            before: before.collect(),
            filter,
            after: (0..carriers)
                .map(|m| pointer(-square(m as f64)) * scale)
                .collect(),
            work: vec![Complex32::default(); length],
            forward,
            inverse,
        }
    }

    fn carriers(&mut self, samples: &[Complex32], carriers: &mut [Complex32]) {
        self.work.fill(Complex32::default());
        for ((work, sample), before) in self.work.iter_mut().zip(samples).zip(&self.before) {
            *work = sample * before;
        }
        self.forward.process(&mut self.work);
        for (work, filter) in self.work.iter_mut().zip(&self.filter) {
            *work *= filter;
        }
        self.inverse.process(&mut self.work);
        for ((carrier, work), after) in carriers.iter_mut().zip(&self.work).zip(&self.after) {
            *carrier = work * after;
        }
    }
}

fn pointer(phase: f64) -> Complex32 {
    let (im, re) = (phase % TAU).sin_cos();
    Complex32::new(re as f32, im as f32)
}
