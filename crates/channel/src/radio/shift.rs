//! A single-sideband receiver that is not quite on the frequency.

use std::f64::consts::TAU;

use rustfft::num_complex::Complex64;

use super::{Hz, HzPerSecond, analytic};

/// Moves all frequencies by the same number of hertz: the analytic signal, turned.
///
/// What would come to lie below 0 or above half the sample rate comes back mirrored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FrequencyShift {
    /// The shift at the first sample; up if above 0.
    pub shift: Hz,
    /// How fast it grows.
    pub drift: HzPerSecond,
}

impl FrequencyShift {
    /// A shift that does not drift.
    #[must_use]
    pub fn by(shift: Hz) -> FrequencyShift {
        FrequencyShift {
            shift,
            drift: HzPerSecond(0.0),
        }
    }

    /// Audio sampled at `rate`, as long as it was.
    #[must_use]
    pub fn apply(&self, audio: &[f32], rate: Hz) -> Vec<f32> {
        let signal = analytic(audio, rate);
        let turned = signal.iter().enumerate().map(|(n, sample)| {
            let seconds = n as f64 / rate.0;
            let turns = (self.shift.0 + self.drift.0 * seconds / 2.0) * seconds;
            let phasor = Complex64::from_polar(1.0, TAU * turns.fract());
            f64::from(sample.re) * phasor.re - f64::from(sample.im) * phasor.im
        });
        turned.map(|sample| sample as f32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::radio::measure::{band_power, tone, tone_frequency};

    const RATE: Hz = Hz(8000.0);

    #[test]
    fn a_tone_moves_by_exactly_so_many_hertz() {
        for (from, shift) in [(1000.0, 7.3), (2500.0, -21.25), (300.0, 0.01)] {
            let sent = tone(Hz(from), 1.0, RATE, 65_536);
            let out = FrequencyShift::by(Hz(shift)).apply(&sent, RATE);
            let measured = tone_frequency(&out[1000..], RATE, Hz(from)).0 - from;
            assert!(
                (measured - shift).abs() < 1e-4,
                "{measured} Hz, not {shift}"
            );
        }
    }

    /// The image, at −1000 + 50 Hz, is more than 60 dB down.
    #[test]
    fn only_one_side_moves() {
        let sent = tone(Hz(1000.0), 1.0, RATE, 40_000);
        let out = FrequencyShift::by(Hz(50.0)).apply(&sent, RATE);
        let out = &out[4000..36_000];
        assert!(band_power(out, RATE, Hz(940.0), Hz(960.0)) < 0.5e-6);
        assert!((band_power(out, RATE, Hz(1040.0), Hz(1060.0)) - 0.5).abs() < 1e-3);
    }

    #[test]
    fn drift_is_the_change_in_a_second() {
        let drifting = FrequencyShift {
            shift: Hz(1.0),
            drift: HzPerSecond(0.5),
        };
        let out = drifting.apply(&tone(Hz(1000.0), 1.0, RATE, 20 * 8000), RATE);
        // Over a second in the middle of which 5 and 15 s have passed.
        let around = |s: usize| tone_frequency(&out[s * 8000 - 4096..][..8192], RATE, Hz(1000.0)).0;
        assert!((around(5) - 1003.5).abs() < 0.01, "{}", around(5));
        assert!((around(15) - 1008.5).abs() < 0.01, "{}", around(15));
    }
}
