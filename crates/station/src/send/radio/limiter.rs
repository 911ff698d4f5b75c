//! A limiter that looks ahead: no sample passes the ceiling, and the level goes down before the peak
//! comes and up after it, without a click.
//!
//! ```text
//! Limiter::new(ceiling, rate, release) ─► push(samples, out) … ─► finish(out)
//! ```
//!
//! What each sample needs is held over the window (a sliding minimum), recovers no faster than the
//! release lets it, and is averaged over the window: each average that a peak is multiplied with is
//! of values that are all low enough for it.

use std::collections::VecDeque;

/// Seconds that it looks ahead. Half a period of the lowest tones of a voice: what is shorter
/// distorts them.
const WINDOW: f64 = 0.004;

/// A limiter of one channel.
#[derive(Debug, Clone)]
pub(crate) struct Limiter {
    ceiling: f32,
    /// Samples of the window.
    window: usize,
    /// Of what is missing to full gain, the share that comes back with each sample.
    recover: f32,
    /// Samples that came, and that are not out yet.
    at: u64,
    delay: VecDeque<f32>,
    /// When, and how much: ascending in both, the first is the window's minimum.
    minima: VecDeque<(u64, f32)>,
    held: f32,
    /// What was held at each sample of the window, and its sum.
    gains: VecDeque<f32>,
    sum: f64,
}

impl Limiter {
    /// Nothing above `ceiling` at `rate` samples a second; `release` is the seconds after which two
    /// thirds of the gain are back, 0 for at once.
    pub(crate) fn new(ceiling: f32, rate: u32, release: f64) -> Self {
        let window = (WINDOW * f64::from(rate)).ceil().max(1.0) as usize;
        let recover = match release > 0.0 {
            true => 1.0 - (-1.0 / (release * f64::from(rate))).exp(),
            false => 1.0,
        };
        Self {
            ceiling,
            window,
            recover: recover as f32,
            at: 0,
            delay: VecDeque::from(vec![0.0; window - 1]),
            minima: VecDeque::new(),
            held: 1.0,
            gains: VecDeque::from(vec![1.0; window]),
            sum: window as f64,
        }
    }

    /// Takes samples and adds those to `out` that are ready: a window's length less one later.
    pub(crate) fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        out.reserve(samples.len());
        for sample in samples {
            let ready = self.step(*sample);
            if self.at >= self.window as u64 {
                out.push(ready);
            }
        }
    }

    /// No more come: adds those that wait.
    pub(crate) fn finish(&mut self, out: &mut Vec<f32>) {
        let waiting = (self.window - 1).min(self.at as usize);
        let before = out.len();
        self.push(&vec![0.0; self.window - 1], out);
        let all = out.len() - before;
        out.drain(before..before + all - waiting);
    }

    fn step(&mut self, sample: f32) -> f32 {
        let loud = sample.abs();
        let need = match loud > self.ceiling {
            true => self.ceiling / loud,
            false => 1.0,
        };
        while self.minima.back().is_some_and(|(_, later)| *later >= need) {
            self.minima.pop_back();
        }
        self.minima.push_back((self.at, need));
        let oldest = (self.at + 1).saturating_sub(self.window as u64);
        while self.minima.front().is_some_and(|(at, _)| *at < oldest) {
            self.minima.pop_front();
        }
        self.at += 1;
        let lowest = self.minima.front().map_or(1.0, |(_, need)| *need);
        let back = self.held + (1.0 - self.held) * self.recover;
        self.held = lowest.min(back);
        let gone = self.gains.pop_front().unwrap_or(1.0);
        self.gains.push_back(self.held);
        self.sum += f64::from(self.held) - f64::from(gone);
        let gain = (self.sum / self.window as f64) as f32;
        self.delay.push_back(sample);
        let ready = self.delay.pop_front().unwrap_or_default() * gain;
        // For what sums round.
        ready.clamp(-self.ceiling, self.ceiling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 8_000;

    fn limited(samples: &[f32], ceiling: f32, release: f64, piece: usize) -> Vec<f32> {
        let mut limiter = Limiter::new(ceiling, RATE, release);
        let mut out = Vec::new();
        for piece in samples.chunks(piece) {
            limiter.push(piece, &mut out);
        }
        limiter.finish(&mut out);
        out
    }

    /// Steps, clicks, tones that grow: loud and soft.
    fn rough() -> Vec<f32> {
        let tone = |i: usize| (i as f32 * 0.9).sin() * (i as f32 / 4_000.0);
        let click = |i: usize| if i % 997 == 500 { 3.0 } else { 0.0 };
        (0..8_000).map(|i| tone(i) + click(i)).collect()
    }

    #[test]
    fn nothing_passes_the_ceiling_and_nothing_moves() {
        let samples = rough();
        for (release, piece) in [(0.0, 8_000), (0.05, 1), (0.5, 7)] {
            let out = limited(&samples, 0.5, release, piece);
            assert_eq!(out.len(), samples.len());
            let peak = out.iter().fold(0.0_f32, |peak, s| peak.max(s.abs()));
            assert!(peak <= 0.5 && peak > 0.499, "{peak}");
            // The gain is between 0 and 1, and what was soft for long is as it was.
            for (before, after) in samples.iter().zip(&out) {
                assert!(after.abs() <= before.abs() + 1e-6 && after * before >= 0.0);
            }
            assert_eq!(out[..200], samples[..200], "release {release}");
        }
    }

    #[test]
    fn what_is_soft_passes_bit_by_bit() {
        let soft: Vec<f32> = rough().iter().map(|s| s * 0.1).collect();
        assert_eq!(limited(&soft, 0.5, 0.05, 100), soft);
        assert_eq!(limited(&soft[..5], 0.5, 0.05, 100), soft[..5]);
        assert!(limited(&[], 0.5, 0.05, 1).is_empty());
    }

    #[test]
    fn the_gain_has_no_steps_and_comes_back() {
        let tone = |i: usize| (i as f32 * 0.3).sin() * 0.4;
        let mut samples: Vec<f32> = (0..8_000).map(tone).collect();
        samples[3_000] = 4.0;
        let out = limited(&samples, 0.5, 0.05, 512);
        let gain = |i: usize| out[i] / samples[i];
        for i in 1..8_000 {
            let step = (gain(i) - gain(i - 1)).abs();
            assert!(samples[i].abs() < 0.01 || samples[i - 1].abs() < 0.01 || step < 0.05);
        }
        // A sixth after two release times is missing, a hundredth after five.
        assert!(gain(3_000 + 800) > 0.85 && gain(3_000 + 800) < 0.95);
        assert!(gain(3_000 + 2_400) > 0.99);
    }
}
