//! What sound looks like: a row of levels from 0 to 4 kHz, eight times a second.
//!
//! ```text
//! Scope::new(rate), push(samples) …, take(&mut rows)     COLUMNS bytes a row
//! ```

use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

/// Levels of a row.
pub(crate) const COLUMNS: usize = 128;
/// Width of a column, in Hz.
const STEP: f32 = 4_000.0 / COLUMNS as f32;
/// Rows of a second.
const ROWS: u32 = 8;
/// Rows that are kept for who does not take them: ten seconds.
const KEPT: usize = 80;
/// A level is so many halves of a decibel over this; a sine at full scale has 0 dB.
const LOWEST_DB: f32 = -127.5;

/// See the module.
pub(crate) struct Scope {
    fft: Arc<dyn Fft<f32>>,
    /// Hann's, scaled so that a sine at full scale has a power of 1.
    window: Vec<f32>,
    /// What has come and is not looked at, less than a window.
    samples: Vec<f32>,
    work: Vec<Complex32>,
    scratch: Vec<Complex32>,
    /// Sums of the power at each frequency since the last row, and of how many looks.
    power: Vec<f32>,
    looks: u32,
    /// Samples between two rows, and since the last.
    every: usize,
    since: usize,
    /// Hz between two frequencies.
    bin: f32,
    rows: Vec<u8>,
}

impl Scope {
    /// Looks at samples of this rate, in Hz.
    pub(crate) fn new(rate: u32) -> Self {
        let size = ((rate as f32 / STEP).ceil() as usize).next_power_of_two();
        let fft = FftPlanner::new().plan_fft_forward(size);
        let turn = std::f32::consts::TAU / size as f32;
        // Hann's window sums up to half of its length, a sine is two turning ones of half its size.
        let hann = (0..size).map(|i| (1.0 - (turn * i as f32).cos()) * 2.0 / size as f32);
        Self {
            window: hann.collect(),
            samples: Vec::new(),
            work: vec![Complex32::default(); size],
            scratch: vec![Complex32::default(); fft.get_inplace_scratch_len()],
            power: vec![0.0; size / 2],
            looks: 0,
            every: (rate / ROWS) as usize,
            since: 0,
            bin: rate as f32 / size as f32,
            rows: Vec::new(),
            fft,
        }
    }

    /// Takes the next samples.
    pub(crate) fn push(&mut self, samples: &[f32]) {
        self.samples.extend_from_slice(samples);
        let size = self.window.len();
        let hop = size / 2;
        let mut at = 0;
        while at + size <= self.samples.len() {
            self.look(at);
            at += hop;
            self.since += hop;
            if self.since >= self.every {
                self.since -= self.every;
                self.row();
            }
        }
        self.samples.drain(..at);
    }

    /// Gives the rows that have come since the last time, the oldest first.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.rows)
    }

    fn look(&mut self, at: usize) {
        let samples = self.samples[at..].iter().zip(&self.window);
        for (to, (sample, weight)) in self.work.iter_mut().zip(samples) {
            *to = Complex32::new(sample * weight, 0.0);
        }
        self.fft
            .process_with_scratch(&mut self.work, &mut self.scratch);
        for (sum, value) in self.power.iter_mut().zip(&self.work) {
            *sum += value.norm_sqr();
        }
        self.looks += 1;
    }

    fn row(&mut self) {
        let looks = self.looks.max(1) as f32;
        let last = self.power.len() - 1;
        for column in 0..COLUMNS {
            let place = |column: usize| (column as f32 * STEP / self.bin).round() as usize;
            let from = place(column).min(last);
            let to = place(column + 1).clamp(from + 1, last + 1);
            let most = self.power[from..to].iter().fold(0.0, |a: f32, b| a.max(*b));
            let db = 10.0 * (most / looks).max(1e-20).log10();
            self.rows.push((2.0 * (db - LOWEST_DB)).round() as u8);
        }
        self.power.fill(0.0);
        self.looks = 0;
        let surplus = self.rows.len().saturating_sub(KEPT * COLUMNS);
        self.rows.drain(..surplus);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Level of a sine of full scale: 0 dB.
    const FULL: u8 = 255;

    #[test]
    fn a_sine_stands_in_its_column_at_every_rate() {
        for rate in [8_000, 16_000, 44_100, 48_000, 96_000] {
            let mut scope = Scope::new(rate);
            let turn = std::f32::consts::TAU * 1_500.0 / rate as f32;
            let samples: Vec<f32> = (0..2 * rate)
                .map(|i| 0.1 * (turn * i as f32).sin())
                .collect();
            samples.chunks(999).for_each(|piece| scope.push(piece));
            let rows = scope.take();
            let (rows, _) = rows.as_chunks::<COLUMNS>();
            assert!(
                (14..=16).contains(&rows.len()),
                "{} rows at {rate}",
                rows.len()
            );
            let row = rows[8];
            let loudest = (0..COLUMNS).max_by_key(|column| row[*column]).unwrap_or(0);
            assert!((47..=48).contains(&loudest), "column {loudest} at {rate}");
            // −20 dB, less what falls between two frequencies.
            assert!(
                (FULL - 44..=FULL - 40).contains(&row[loudest]),
                "{} at {rate}",
                row[loudest]
            );
            assert!(row[100] < 100, "{} at {rate}", row[100]);
        }
    }

    #[test]
    fn silence_is_dark_and_what_nobody_takes_is_bounded() {
        let mut scope = Scope::new(8_000);
        (0..30).for_each(|_| scope.push(&[0.0; 8_000]));
        let rows = scope.take();
        assert_eq!(rows.len(), KEPT * COLUMNS);
        assert!(rows.iter().all(|level| *level == 0));
        assert!(scope.take().is_empty());
    }
}
