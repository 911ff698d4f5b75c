//! The ionosphere as two Rayleigh-fading paths.
//!
//! ITU-R F.1487: Testing of HF modems with bandwidths of up to about 12 kHz using ionospheric
//! channel simulators.

use rustfft::num_complex::Complex32;

use super::{Hz, Milliseconds, TapGain, analytic};
use crate::Seed;

/// Two independent Rayleigh paths of equal power with Gaussian Doppler spectra.
///
/// The power gain is 1 on average over all seeds; a single run has the gain it happens to have, and
/// is not normalised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Watterson {
    /// How much later the second path arrives. Rounded to whole samples.
    pub delay: Milliseconds,
    /// The two-sided Doppler spread 2σ of each path.
    pub spread: Hz,
}

impl Watterson {
    /// ITU-R F.1487: mid-latitudes, quiet conditions.
    pub const QUIET: Watterson = Watterson::new(0.5, 0.1);
    /// ITU-R F.1487: mid-latitudes, moderate conditions.
    pub const MODERATE: Watterson = Watterson::new(1.0, 0.5);
    /// ITU-R F.1487: mid-latitudes, disturbed conditions.
    pub const DISTURBED: Watterson = Watterson::new(2.0, 1.0);
    /// "Poor" of CCIR Recommendation 520, which is F.1487's *disturbed*.
    pub const CCIR_POOR: Watterson = Watterson::DISTURBED;
    /// Fades that last for many seconds, which is F.1487's *quiet*.
    pub const SLOW: Watterson = Watterson::QUIET;

    const fn new(delay_ms: f64, spread_hz: f64) -> Watterson {
        Watterson {
            delay: Milliseconds(delay_ms),
            spread: Hz(spread_hz),
        }
    }

    /// Real audio as a single-sideband link carries it, sampled at `rate`; as long as it was.
    #[must_use]
    pub fn apply(&self, audio: &[f32], rate: Hz, seed: Seed) -> Vec<f32> {
        let mut signal = analytic(audio, rate);
        self.fade(&mut signal, rate, seed);
        signal.iter().map(|sample| sample.re).collect()
    }

    /// A complex baseband signal, in place.
    pub fn fade(&self, signal: &mut [Complex32], rate: Hz, seed: Seed) {
        let mut first = TapGain::new(self.spread, rate, seed.part("first path"));
        let mut second = TapGain::new(self.spread, rate, seed.part("second path"));
        let mut late = vec![Complex32::default(); self.delay.samples(rate).max(1)];
        let (mut at, delayed) = (0, self.delay.samples(rate) > 0);
        for sample in signal {
            let direct = *sample;
            let echo = if delayed {
                std::mem::replace(&mut late[at], direct)
            } else {
                direct
            };
            at = (at + 1) % late.len();
            *sample = (direct * half(&mut first)) + (echo * half(&mut second));
        }
    }
}

/// The gain of a path that carries half of the power.
fn half(path: &mut TapGain) -> Complex32 {
    let gain = path.gain() * std::f64::consts::FRAC_1_SQRT_2;
    Complex32::new(gain.re as f32, gain.im as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::radio::mean_power;
    use crate::radio::measure::noise;

    #[test]
    fn mean_power_gain_is_one() {
        let rate = Hz(1000.0);
        let channel = Watterson {
            delay: Milliseconds(3.0),
            spread: Hz(4.0),
        };
        let audio = noise(20_000, Seed(40));
        let seeds = 4000..4150;
        let n = (seeds.end - seeds.start) as f64;
        let powers = seeds.map(|seed| mean_power(&channel.apply(&audio, rate, Seed(seed))));
        let gain = powers.sum::<f64>() / n / mean_power(&audio);
        assert!((gain - 1.0).abs() < 0.03, "seeds 4000..4150: {gain}");
    }

    /// At frequencies where the paths add and where they subtract, the mean power is the same.
    #[test]
    fn paths_are_independent() {
        let rate = Hz(1000.0);
        let still = Watterson {
            delay: Milliseconds(1.0),
            spread: Hz(0.0),
        };
        for alternation in [1.0, -1.0] {
            let seeds = 4100..8100;
            let n = (seeds.end - seeds.start) as f32;
            let powers = seeds.map(|seed| {
                let mut signal = [Complex32::new(alternation, 0.0), Complex32::new(1.0, 0.0)];
                still.fade(&mut signal, rate, Seed(seed));
                signal[1].norm_sqr()
            });
            let mean = powers.sum::<f32>() / n;
            assert!((mean - 1.0).abs() < 0.05, "seeds 4100..8100: {mean}");
        }
    }

    /// Two equal peaks in the correlation with what was sent, as far apart as was asked.
    #[test]
    fn differential_delay_is_seen_in_the_correlation() {
        let rate = Hz(8000.0);
        for channel in [Watterson::QUIET, Watterson::MODERATE, Watterson::DISTURBED] {
            let mut powers = [0.0; 40];
            for seed in 4200..4260 {
                let audio = analytic(&noise(3000, Seed(seed)), rate);
                let mut faded = audio.clone();
                channel.fade(&mut faded, rate, Seed(seed));
                for (lag, power) in powers.iter_mut().enumerate() {
                    let pairs = faded[lag..].iter().zip(&audio);
                    let sum: Complex32 = pairs.map(|(a, b)| a * b.conj()).sum();
                    *power += f64::from(sum.norm_sqr());
                }
            }
            let mut order: Vec<usize> = (0..powers.len()).collect();
            order.sort_by(|&a, &b| powers[b].total_cmp(&powers[a]));
            let mut peaks = [order[0], order[1]];
            peaks.sort_unstable();
            let delay = (channel.delay.0 * 8.0) as usize;
            assert_eq!(peaks, [0, delay], "{channel:?}, seeds 4200..4260");
            let ratio = powers[0] / powers[delay];
            assert!((0.5..2.0).contains(&ratio), "{channel:?}: {ratio}");
        }
    }

    /// With one path only (no delay) and no spread, a tone keeps its frequency and its purity.
    #[test]
    fn a_still_channel_only_scales_and_turns() {
        let rate = Hz(8000.0);
        let still = Watterson {
            delay: Milliseconds(0.0),
            spread: Hz(0.0),
        };
        let signal = analytic(&noise(1000, Seed(43)), rate);
        let mut faded = signal.clone();
        still.fade(&mut faded, rate, Seed(44));
        let gain = faded[500] / signal[500];
        for (a, b) in faded.iter().zip(&signal) {
            assert!((a - b * gain).norm() < 1e-4);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_fades() {
        let rate = Hz(8000.0);
        let audio = noise(2000, Seed(45));
        let faded = |seed| Watterson::MODERATE.apply(&audio, rate, Seed(seed));
        assert_eq!(faded(1), faded(1));
        assert_ne!(faded(1), faded(2));
    }
}
