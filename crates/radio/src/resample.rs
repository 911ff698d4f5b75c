//! From the rate of a recording to that of a mode, and back: windowed sinc (`rubato`).
//!
//! Modes of 8 kHz keep below 2.75 kHz. So the filter may take all of the room up to 5.25 kHz: what is
//! above 4 kHz comes down to above 2.75 kHz, where no mode is. Modes of 16 kHz keep below 7 kHz and
//! have as much room, up to 9 kHz.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Async, FixedAsync, Indexing, Resampler as _, SincInterpolationParameters,
    SincInterpolationType, WindowFunction,
};

use crate::wav::RATES;

/// Seconds that the filter is long. The main lobe of a Blackman-Harris window is 8 of its reciprocal
/// wide to both sides together: 2.0 kHz, less than the room.
const LENGTH: f64 = 0.004;
/// Filters between two samples; cubic interpolation between those leaves less than -100 dB.
const STEPS: usize = 128;
/// Samples that go in at once.
const CHUNK: usize = 1_024;

/// A rate that is not worked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{from} Hz cannot be turned into {to} Hz: rates are 8,000 to 192,000 Hz")]
pub struct RateError {
    /// The rate of the samples that come, in Hz.
    pub from: u32,
    /// The rate that was asked for, in Hz.
    pub to: u32,
}

/// Turns samples of one rate into samples of another.
pub struct Resampler {
    /// None if the rates are the same.
    inner: Option<Async<f32>>,
    waiting: Vec<f32>,
    made: Vec<f32>,
    /// Samples at the beginning that the filter's length brings, and that are left out.
    skip: usize,
    ratio: f64,
    /// Samples that came in and went out.
    counts: (u64, u64),
}

impl std::fmt::Debug for Resampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resampler")
            .field("ratio", &self.ratio)
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

impl Resampler {
    /// From one rate to another, in Hz.
    ///
    /// # Errors
    ///
    /// [`RateError`] if one of them is not 8,000 to 192,000 Hz.
    pub fn new(from: u32, to: u32) -> Result<Self, RateError> {
        let error = RateError { from, to };
        if !RATES.contains(&from) || !RATES.contains(&to) {
            return Err(error);
        }
        let ratio = f64::from(to) / f64::from(from);
        // The filter counts samples that come in.
        let length = (LENGTH * f64::from(from)).ceil() as usize;
        let parameters = SincInterpolationParameters::new(length, WindowFunction::BlackmanHarris)
            .f_cutoff(1.0)
            .oversampling_factor(STEPS)
            .interpolation(SincInterpolationType::Cubic);
        let inner = match from == to {
            true => None,
            false => Some(
                Async::new_sinc(ratio, 1.0, &parameters, CHUNK, 1, FixedAsync::Input)
                    .map_err(|_| error)?,
            ),
        };
        Ok(Self {
            skip: inner.as_ref().map_or(0, |inner| inner.output_delay()),
            made: vec![0.0; inner.as_ref().map_or(0, |inner| inner.output_frames_max())],
            inner,
            waiting: Vec::new(),
            ratio,
            counts: (0, 0),
        })
    }

    /// Takes the next samples and adds what they become to `out`. The last few milliseconds wait.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.counts.0 += samples.len() as u64;
        let before = out.len();
        if self.inner.is_none() {
            out.extend_from_slice(samples);
        } else {
            for piece in samples.chunks(CHUNK) {
                self.waiting.extend_from_slice(piece);
                while self.waiting.len() >= CHUNK {
                    self.turn(out);
                }
            }
        }
        self.counts.1 += (out.len() - before) as u64;
    }

    /// No more samples come: adds those that wait. In all there are as many as last as long as
    /// those that came.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        let missing = (self.counts.0 as f64 * self.ratio).round() as u64 - self.counts.1;
        let end = out.len() + missing as usize;
        while self.inner.is_some() && out.len() < end {
            self.waiting.resize(self.waiting.len().max(CHUNK), 0.0);
            self.turn(out);
        }
        out.truncate(end);
        self.counts.1 += missing;
    }

    /// Turns one chunk.
    fn turn(&mut self, out: &mut Vec<f32>) {
        let Some(inner) = &mut self.inner else { return };
        let room = self.made.len();
        let input = InterleavedSlice::new(&self.waiting[..CHUNK], 1, CHUNK);
        let output = InterleavedSlice::new_mut(&mut self.made, 1, room);
        let (Ok(input), Ok(mut output)) = (input, output) else {
            return self.waiting.clear();
        };
        // With buffers of these lengths it cannot fail.
        let done = inner.process_into_buffer(&input, &mut output, Some(&Indexing::new()));
        let (taken, made) = done.unwrap_or((CHUNK, 0));
        self.waiting.drain(..taken.min(CHUNK));
        let skipped = self.skip.min(made);
        self.skip -= skipped;
        out.extend_from_slice(&self.made[skipped..made]);
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    /// A second of a tone.
    fn tone(rate: u32, hz: f64) -> Vec<f32> {
        let samples = 0..rate;
        let phase = |n: u32| TAU * hz * f64::from(n) / f64::from(rate);
        samples.map(|n| phase(n).sin() as f32).collect()
    }

    fn turned(from: u32, to: u32, samples: &[f32]) -> Vec<f32> {
        let (mut resampler, mut out) = (Resampler::new(from, to).unwrap(), Vec::new());
        for piece in samples.chunks(777) {
            resampler.push(piece, &mut out);
        }
        resampler.finish(&mut out);
        assert_eq!(out.len(), to as usize, "{from} to {to}");
        out
    }

    /// Amplitude of a tone in the middle of a second, with a window of its own.
    fn level(rate: u32, samples: &[f32], hz: f64) -> f64 {
        let (mut re, mut im, mut all) = (0.0, 0.0, 0.0);
        for (n, sample) in samples.iter().enumerate() {
            let window = (std::f64::consts::PI * n as f64 / samples.len() as f64)
                .sin()
                .powi(6);
            let phase = TAU * hz * n as f64 / f64::from(rate);
            re += f64::from(*sample) * window * phase.cos();
            im += f64::from(*sample) * window * phase.sin();
            all += window;
        }
        2.0 * re.hypot(im) / all
    }

    fn db(amplitude: f64) -> f64 {
        20.0 * amplitude.max(1e-9).log10()
    }

    const OTHERS: [u32; 9] = [
        11_025, 12_000, 16_000, 22_050, 44_100, 48_000, 96_000, 191_999, 192_000,
    ];

    #[test]
    fn the_pass_band_is_flat_and_in_place() {
        for rate in OTHERS {
            for (from, to) in [(rate, 8_000), (8_000, rate)] {
                for hz in [300.0, 1_234.0, 2_000.0, 2_750.0] {
                    let out = turned(from, to, &tone(from, hz));
                    let gain = db(level(to, &out, hz));
                    assert!(gain.abs() < 0.1, "{from} to {to}, {hz} Hz: {gain} dB");
                }
            }
        }
    }

    #[test]
    fn sound_stays_where_it_was() {
        for rate in OTHERS {
            for (from, to) in [(rate, 8_000), (8_000, rate)] {
                // Within a sample of the lower rate, which is a 25th of a radian.
                let (out, same) = (turned(from, to, &tone(from, 50.0)), tone(to, 50.0));
                let middle = (to / 4) as usize..(to / 4 * 3) as usize;
                for (out, same) in out[middle.clone()].iter().zip(&same[middle]) {
                    assert!(
                        (out - same).abs() < 0.045,
                        "{from} to {to}: {out} for {same}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_would_fold_into_the_pass_band_is_gone() {
        for rate in OTHERS {
            for in_band in [310.0, 1_500.0, 2_750.0] {
                for alias in [8_000.0 - in_band, 8_000.0 + in_band, 16_000.0 - in_band] {
                    if alias >= f64::from(rate) / 2.0 {
                        continue;
                    }
                    let out = turned(rate, 8_000, &tone(rate, alias));
                    let left = db(level(8_000, &out, in_band));
                    assert!(
                        left < -70.0,
                        "{rate} Hz, {alias} Hz: {left} dB at {in_band} Hz"
                    );
                    let out = turned(8_000, rate, &tone(8_000, in_band));
                    let image = db(level(rate, &out, alias));
                    assert!(
                        image < -70.0,
                        "{rate} Hz, {in_band} Hz: {image} dB at {alias} Hz"
                    );
                }
            }
        }
    }

    #[test]
    fn other_rates_are_refused_and_equal_ones_pass() {
        assert!(Resampler::new(7_999, 8_000).is_err());
        assert!(Resampler::new(8_000, 192_001).is_err());
        let tone = tone(8_000, 500.0);
        assert_eq!(turned(8_000, 8_000, &tone), tone);
    }
}
