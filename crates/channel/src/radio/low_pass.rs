//! A low-pass, as every transmitter and receiver has one.

use rustfft::num_complex::Complex32;

use super::convolve::{complex, filter};
use super::{Hz, kernel};

/// A linear-phase low-pass: −6 dB at the cutoff, 80 dB down from 5 % above it, flat to 5 % below it.
/// What comes out is aligned with what went in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LowPass {
    /// Where it is 6 dB down: above 0, below half the sample rate.
    pub cutoff: Hz,
}

impl LowPass {
    /// Audio sampled at `rate`, as long as it was.
    #[must_use]
    pub fn apply(&self, audio: &[f32], rate: Hz) -> Vec<f32> {
        let filtered = self.filter(&complex(audio), rate);
        filtered.iter().map(|sample| sample.re).collect()
    }

    /// A complex baseband signal: what lies within ±cutoff stays.
    #[must_use]
    pub fn filter(&self, signal: &[Complex32], rate: Hz) -> Vec<Complex32> {
        let transition = Hz(0.1 * self.cutoff.0);
        filter(signal, &kernel::low_pass(self.cutoff, transition, rate))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::radio::mean_power;
    use crate::radio::measure::tone;

    #[test]
    fn passes_below_and_stops_above() {
        let rate = Hz(8000.0);
        let low = LowPass { cutoff: Hz(2000.0) };
        let gain_db = |hertz| {
            let out = low.apply(&tone(Hz(hertz), 1.0, rate, 16_000), rate);
            10.0 * (2.0 * mean_power(&out[4000..12_000])).log10()
        };
        assert!(gain_db(100.0).abs() < 0.01);
        assert!(gain_db(1890.0).abs() < 0.01);
        assert!((gain_db(2000.0) + 6.02).abs() < 0.1);
        assert!(gain_db(2110.0) < -70.0);
        assert!(gain_db(3500.0) < -75.0);
    }

    #[test]
    fn does_not_delay() {
        let rate = Hz(8000.0);
        let sent = tone(Hz(440.0), 1.0, rate, 8000);
        let out = LowPass { cutoff: Hz(1000.0) }.apply(&sent, rate);
        assert_eq!(out.len(), sent.len());
        for (a, b) in out.iter().zip(&sent).skip(2000).take(4000) {
            assert!((a - b).abs() < 1e-3);
        }
    }
}
