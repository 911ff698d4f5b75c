//! White Gaussian noise.

use super::{Gauss, Hz, SnrDb3k, mean_power};
use crate::Seed;

/// Adds white Gaussian noise at a given [`SnrDb3k`].
///
/// The power of the signal is measured over the slice, pauses and all, unless
/// [`signal_power`](Awgn::signal_power) gives it. After a fading channel it must be given, as it was
/// before the channel; otherwise the noise would fade along.
#[derive(Clone, Copy, Debug)]
pub struct Awgn {
    snr: SnrDb3k,
    signal_power: Option<f64>,
}

impl Awgn {
    /// Noise for this ratio.
    #[must_use]
    pub fn new(snr: SnrDb3k) -> Awgn {
        Awgn {
            snr,
            signal_power: None,
        }
    }

    /// Holds the noise against this mean power (mean square of the samples) instead of the slice's.
    #[must_use]
    pub fn signal_power(mut self, mean_square: f64) -> Awgn {
        self.signal_power = Some(mean_square);
        self
    }

    /// Audio sampled at `rate`, with noise.
    #[must_use]
    pub fn apply(&self, audio: &[f32], rate: Hz, seed: Seed) -> Vec<f32> {
        let power = self.signal_power.unwrap_or_else(|| mean_power(audio));
        let deviation = self.snr.noise_variance(power, rate).sqrt();
        let mut gauss = Gauss::new(seed.part("awgn"));
        audio
            .iter()
            .map(|sample| sample + (deviation * gauss.real()) as f32)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::radio::measure::{band_power, tone};

    const RATE: Hz = Hz(8000.0);

    fn noise_alone(clean: &[f32], noisy: &[f32]) -> Vec<f32> {
        noisy.iter().zip(clean).map(|(a, b)| a - b).collect()
    }

    #[test]
    fn variance_is_right() {
        let seed = Seed(11);
        let clean = tone(Hz(1000.0), 0.5, RATE, 200_000);
        let noise = noise_alone(&clean, &Awgn::new(SnrDb3k(6.0)).apply(&clean, RATE, seed));
        // P = 0.5²/2; N₀ = P/(10^0.6·3000); variance N₀·4000.
        let expected = 0.125 / 3.981_07 / 3000.0 * 4000.0;
        assert!((mean_power(&noise) / expected - 1.0).abs() < 0.02, "{seed}");
    }

    /// What lies in any 3 kHz is as far below the signal as was asked, whatever the sample rate.
    #[test]
    fn three_kilohertz_hold_the_noise_asked_for() {
        for (rate, seed) in [(Hz(8000.0), Seed(12)), (Hz(48_000.0), Seed(13))] {
            let clean = tone(Hz(1000.0), 0.5, rate, 1 << 17);
            let noise = noise_alone(&clean, &Awgn::new(SnrDb3k(0.0)).apply(&clean, rate, seed));
            let in_band = band_power(&noise, rate, Hz(500.0), Hz(3500.0));
            assert!((in_band / 0.125 - 1.0).abs() < 0.03, "{seed}: {in_band}");
        }
    }

    #[test]
    fn a_given_power_is_used() {
        let seed = Seed(14);
        let silence = vec![0.0; 100_000];
        let noise = Awgn::new(SnrDb3k(10.0))
            .signal_power(3.0)
            .apply(&silence, RATE, seed);
        assert!((mean_power(&noise) / 0.4 - 1.0).abs() < 0.02, "{seed}");
        assert_eq!(
            Awgn::new(SnrDb3k(10.0)).apply(&silence, RATE, seed),
            silence
        );
    }

    #[test]
    fn no_noise_at_infinity() {
        let clean = tone(Hz(700.0), 0.5, RATE, 100);
        assert_eq!(
            Awgn::new(SnrDb3k(f64::INFINITY)).apply(&clean, RATE, Seed(1)),
            clean
        );
    }
}
