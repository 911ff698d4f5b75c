//! What the tests of this module measure with.

use std::f64::consts::TAU;

use rustfft::FftPlanner;
use rustfft::num_complex::{Complex32, Complex64};

use super::{Gauss, Hz};
use crate::Seed;

/// A cosine.
pub(super) fn tone(frequency: Hz, amplitude: f64, rate: Hz, samples: usize) -> Vec<f32> {
    let sample = |n| amplitude * (TAU * frequency.0 * n as f64 / rate.0).cos();
    (0..samples).map(|n| sample(n) as f32).collect()
}

/// White noise of unit power.
pub(super) fn noise(samples: usize, seed: Seed) -> Vec<f32> {
    let mut gauss = Gauss::new(seed);
    (0..samples).map(|_| gauss.real() as f32).collect()
}

/// Mean power of what lies between two frequencies, by one FFT over everything.
pub(super) fn band_power(audio: &[f32], rate: Hz, from: Hz, to: Hz) -> f64 {
    let n = audio.len();
    let mut bins: Vec<Complex32> = audio.iter().map(|&sample| sample.into()).collect();
    FftPlanner::new().plan_fft_forward(n).process(&mut bins);
    let index = |hz: Hz| (hz.0 / rate.0 * n as f64).round() as usize;
    let power: f64 = bins[index(from)..index(to)]
        .iter()
        .map(|bin| f64::from(bin.norm_sqr()))
        .sum();
    2.0 * power / (n as f64 * n as f64)
}

/// The frequency of a tone that is known to within rate/300, from its phase in two halves of ever
/// longer pieces.
pub(super) fn tone_frequency(audio: &[f32], rate: Hz, near: Hz) -> Hz {
    let mut frequency = near.0;
    let mut half = 128;
    while 2 * half <= audio.len() {
        let phasor = |from: usize| -> Complex64 {
            let part = audio[from..from + half].iter().enumerate();
            part.map(|(n, &sample)| {
                // A Hann window keeps the mirror image out.
                let weight = 1.0 - (TAU * (n as f64 + 0.5) / half as f64).cos();
                let phase = -TAU * frequency * (from + n) as f64 / rate.0;
                Complex64::from_polar(f64::from(sample) * weight, phase)
            })
            .sum()
        };
        let turn = (phasor(half) * phasor(0).conj()).arg();
        frequency += turn / TAU * rate.0 / half as f64;
        half *= 2;
    }
    Hz(frequency)
}
