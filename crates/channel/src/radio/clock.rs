//! Sound cards whose clocks do not agree.

use super::{Hz, Ppm, kernel};

/// Half the length of the interpolating kernel, in samples. With its Kaiser window, images are more
/// than 60 dB down for whatever lies below 0.45 of the sample rate.
const HALF: usize = 32;

/// Entries of the kernel's table for each sample. Between them it is linear, to −90 dB.
const PHASES: usize = 256;

/// Plays audio too fast, as when the player's clock runs ahead of the recorder's: a tone of f Hz
/// comes out at f·(1 + error), and the audio is shorter by as much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClockError {
    /// The error at the beginning; too slow if below 0.
    pub error: Ppm,
    /// How much the error grows in each second of what comes out.
    pub drift_per_second: Ppm,
}

impl ClockError {
    /// An error that stays.
    #[must_use]
    pub fn of(error: Ppm) -> ClockError {
        ClockError {
            error,
            drift_per_second: Ppm(0.0),
        }
    }

    /// Audio sampled at `rate`. The last sample heard is the last one before the end of `audio`;
    /// if the clock comes to a halt, it is the last one before that.
    #[must_use]
    pub fn apply(&self, audio: &[f32], rate: Hz) -> Vec<f32> {
        let table = table();
        let drift = self.drift_per_second.0 * 1e-6 / rate.0;
        let mut out = Vec::with_capacity(audio.len());
        let (mut place, mut step) = (0.0_f64, 1.0 + self.error.0 * 1e-6);
        while place < audio.len() as f64 && step > 0.0 {
            out.push(sample(audio, place, &table));
            // The step is the mean over the sample, so that the drift is not late by half of one.
            place += step + drift / 2.0;
            step += drift;
        }
        out
    }
}

/// The kernel from −`HALF` on, a row of taps for each phase.
fn table() -> Vec<[f32; 2 * HALF]> {
    let row = |phase: usize| {
        let past = phase as f64 / PHASES as f64;
        std::array::from_fn(|tap| {
            let distance = tap as f64 - (HALF as f64 - 1.0) - past;
            (kernel::sinc(distance) * kernel::window(distance / HALF as f64)) as f32
        })
    };
    (0..=PHASES).map(row).collect()
}

fn sample(audio: &[f32], place: f64, table: &[[f32; 2 * HALF]]) -> f32 {
    let whole = place as usize;
    let phase = place.fract() * PHASES as f64;
    let (row, between) = (phase as usize, phase.fract() as f32);
    let dot = |from: &[f32], row: &[f32]| -> f32 { from.iter().zip(row).map(|(a, b)| a * b).sum() };
    // The first tap is at `whole` − `HALF` + 1. Outside the audio is silence.
    let first = (whole + 1).saturating_sub(HALF);
    let missing = HALF.saturating_sub(whole + 1);
    let near = &audio[first..(whole + 1 + HALF).min(audio.len())];
    let at = dot(near, &table[row][missing..]);
    let next = dot(near, &table[row + 1][missing..]);
    at + (next - at) * between
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seed;
    use crate::radio::mean_power;
    use crate::radio::measure::{noise, tone, tone_frequency};

    const RATE: Hz = Hz(8000.0);

    #[test]
    fn a_tone_moves_by_the_error() {
        for ppm in [100.0, -30.0, 1.0, 2000.0] {
            let sent = tone(Hz(1500.0), 1.0, RATE, 80_000);
            let out = ClockError::of(Ppm(ppm)).apply(&sent, RATE);
            let measured = tone_frequency(&out[100..], RATE, Hz(1500.0)).0;
            let moved = (measured / 1500.0 - 1.0) * 1e6;
            assert!((moved - ppm).abs() < 0.05, "{moved} ppm, not {ppm}");
            let length = 80_000.0 / (1.0 + ppm * 1e-6);
            assert!((out.len() as f64 - length).abs() <= 1.0, "{ppm} ppm");
        }
    }

    /// A slow reference: the tone itself, at the places where it is sampled.
    #[test]
    fn what_is_added_is_60_db_down() {
        for hertz in [100.0, 1000.0, 2500.0, 3600.0] {
            let ppm = 500.0;
            let sent = tone(Hz(hertz), 1.0, RATE, 40_000);
            let out = ClockError::of(Ppm(ppm)).apply(&sent, RATE);
            let ideal = tone(Hz(hertz * (1.0 + ppm * 1e-6)), 1.0, RATE, out.len());
            let wrong: Vec<f32> = out.iter().zip(&ideal).map(|(a, b)| a - b).collect();
            let down = mean_power(&wrong[100..39_000]) / 0.5;
            assert!(down < 1e-6, "{hertz} Hz: {down}");
        }
    }

    #[test]
    fn drift_is_the_change_in_a_second() {
        let clock = ClockError {
            error: Ppm(-50.0),
            drift_per_second: Ppm(10.0),
        };
        let out = clock.apply(&tone(Hz(2000.0), 1.0, RATE, 20 * 8000), RATE);
        for (seconds, expected) in [(5, 0.0), (15, 100.0)] {
            let part = &out[seconds * 8000 - 4096..][..8192];
            let moved = (tone_frequency(part, RATE, Hz(2000.0)).0 / 2000.0 - 1.0) * 1e6;
            assert!((moved - expected).abs() < 1.0, "{seconds} s: {moved} ppm");
        }
    }

    #[test]
    fn without_error_nothing_changes() {
        let sent = noise(500, Seed(51));
        let out = ClockError::of(Ppm(0.0)).apply(&sent, RATE);
        assert_eq!(out.len(), sent.len());
        assert!(out.iter().zip(&sent).all(|(a, b)| (a - b).abs() < 1e-6));
        assert!(ClockError::of(Ppm(5.0)).apply(&[], RATE).is_empty());
    }
}
