//! Narrow interference, taken down before anything else listens: carriers, Morse, teletype, whistles.
//!
//! Sound is cut into overlapping pieces; where some frequencies are much stronger than those around
//! them, and stay so for a second, they are brought down to what is around them. OFDM is flat: it
//! loses nothing where nothing disturbs it.

use std::f32::consts::PI;
use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

/// Seconds of a piece: 3.9 Hz from bin to bin.
const PIECE: f64 = 0.256;
/// Of each piece's power so much is believed: they come twice as often as they are long.
const SHARE: f32 = 0.15;
/// So many times as strong as its surroundings is interference. A fading channel's peaks stay below.
const STRONG: f32 = 12.0;
/// Bins to each side are its surroundings: 500 Hz together.
const AROUND: usize = 64;
/// Bins that have the same.
const STEP: usize = 16;

/// Takes narrow interference out of complex samples.
pub(crate) struct Excise {
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    window: Vec<f32>,
    /// Samples that wait, beginning with those of the last piece's second half.
    waiting: Vec<Complex32>,
    /// What the last piece leaves for the next one's first half.
    rest: Vec<Complex32>,
    work: Vec<Complex32>,
    powers: Vec<f32>,
    /// Bins of the band.
    band: std::ops::Range<usize>,
    is_begun: bool,
}

impl Excise {
    /// For complex samples at this rate, which have something from `low` to `high` Hz.
    pub(crate) fn new(rate: f64, low: f64, high: f64) -> Self {
        let length = ((PIECE * rate) as usize).next_power_of_two();
        let mut planner = FftPlanner::new();
        // Sine, before and after: the squares of two that overlap by half add up to one.
        let window = (0..length).map(|i| ((i as f32 + 0.5) / length as f32 * PI).sin());
        let bin = |hz: f64| ((hz / rate * length as f64).max(0.0) as usize).min(length / 2);
        Self {
            forward: planner.plan_fft_forward(length),
            inverse: planner.plan_fft_inverse(length),
            window: window.collect(),
            waiting: vec![Complex32::default(); length / 2],
            rest: vec![Complex32::default(); length / 2],
            work: vec![Complex32::default(); length],
            powers: vec![0.0; length],
            band: bin(low)..bin(high),
            is_begun: false,
        }
    }

    /// Samples by which what goes out is later than what came in, at most.
    pub(crate) fn late(&self) -> usize {
        self.window.len()
    }

    /// Takes the next samples; those that are ready go to `out`, as many in all as came, but for
    /// the last ones.
    pub(crate) fn push(&mut self, samples: &[Complex32], out: &mut Vec<Complex32>) {
        let (length, half) = (self.window.len(), self.window.len() / 2);
        self.waiting.extend_from_slice(samples);
        let mut begin = 0;
        while self.waiting.len() - begin >= length {
            let piece = &self.waiting[begin..begin + length];
            for ((work, sample), window) in self.work.iter_mut().zip(piece).zip(&self.window) {
                *work = sample * window;
            }
            self.forward.process(&mut self.work);
            self.take_down();
            self.inverse.process(&mut self.work);
            let scale = 1.0 / length as f32;
            for (work, window) in self.work.iter_mut().zip(&self.window) {
                *work *= window * scale;
            }
            // The first half of the first piece is before the beginning.
            if self.is_begun {
                let first = self.work[..half].iter().zip(&self.rest);
                out.extend(first.map(|(now, rest)| now + rest));
            }
            self.is_begun = true;
            self.rest.copy_from_slice(&self.work[half..]);
            begin += half;
        }
        self.waiting.drain(..begin);
    }

    fn take_down(&mut self) {
        let band = self.band.clone();
        for (power, bin) in self.powers[band.clone()]
            .iter_mut()
            .zip(&self.work[band.clone()])
        {
            *power += (bin.norm_sqr() - *power) * SHARE;
        }
        let mut around: Vec<f32> = Vec::with_capacity(2 * AROUND + STEP);
        for begin in band.clone().step_by(STEP) {
            let end = (begin + STEP).min(band.end);
            let low = begin.saturating_sub(AROUND).max(band.start);
            around.clear();
            around.extend_from_slice(&self.powers[low..(end + AROUND).min(band.end)]);
            let middle = around.len() / 2;
            let (_, middle, _) = around.select_nth_unstable_by(middle, f32::total_cmp);
            let usual = *middle;
            for bin in begin..end {
                if self.powers[bin] > STRONG * usual {
                    let now = self.work[bin].norm_sqr().max(self.powers[bin]);
                    self.work[bin] *= (usual / now.max(f32::MIN_POSITIVE)).sqrt();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise that is flat, of power one.
    fn noise(count: usize) -> Vec<Complex32> {
        let mut random = 1u64;
        let mut next = || {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (random >> 40) as f32 / (1 << 24) as f32 - 0.5
        };
        let root = 6f32.sqrt();
        (0..count)
            .map(|_| Complex32::new(next() * root, next() * root))
            .collect()
    }

    fn tone(hz: f32, amplitude: f32, count: usize) -> impl Iterator<Item = Complex32> {
        (0..count)
            .map(move |i| Complex32::from_polar(amplitude, 2.0 * PI * hz * i as f32 / 8_000.0))
    }

    fn through(samples: &[Complex32]) -> Vec<Complex32> {
        let (mut excise, mut out) = (Excise::new(8_000.0, 100.0, 3_900.0), Vec::new());
        for part in samples.chunks(777) {
            excise.push(part, &mut out);
        }
        excise.push(&vec![Complex32::default(); excise.late()], &mut out);
        assert!(out.len() >= samples.len());
        out.truncate(samples.len());
        out
    }

    fn power(samples: impl Iterator<Item = Complex32>) -> f32 {
        let (sum, count) = samples.fold((0.0, 0), |(s, c), z| (s + z.norm_sqr(), c + 1));
        sum / count as f32
    }

    #[test]
    fn what_is_flat_stays_as_it_is() {
        let noise = noise(40_000);
        let out = through(&noise);
        let off = power(noise.iter().zip(&out).map(|(a, b)| a - b));
        assert!(off < 1e-4, "{off}");
    }

    #[test]
    fn a_tone_ten_times_as_strong_is_gone_and_the_rest_is_not() {
        let noise = noise(80_000);
        let both: Vec<Complex32> = noise
            .iter()
            .zip(tone(1_234.5, 10f32.sqrt(), noise.len()))
            .map(|(noise, tone)| noise + tone)
            .collect();
        let out = through(&both);
        // After two seconds.
        let left = power(noise.iter().zip(&out).skip(16_000).map(|(a, b)| a - b));
        assert!(left < 0.05, "{left}");
    }
}
