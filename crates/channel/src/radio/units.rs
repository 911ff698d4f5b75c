//! The units of the radio part. Times in seconds are [`Seconds`](crate::Seconds).

/// A frequency, a bandwidth or a sample rate, in hertz.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Hz(pub f64);

/// How fast a frequency moves, in hertz per second.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct HzPerSecond(pub f64);

/// A ratio of powers, in decibels.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Db(pub f64);

impl Db {
    /// The ratio of powers: 10^(dB/10).
    #[must_use]
    pub fn power(self) -> f64 {
        10_f64.powf(self.0 / 10.0)
    }

    /// The ratio of amplitudes: 10^(dB/20).
    #[must_use]
    pub fn amplitude(self) -> f64 {
        10_f64.powf(self.0 / 20.0)
    }
}

/// A signal-to-noise ratio in decibels: the whole mean power of the signal over the power of the
/// noise in 3 kHz, as ITU-R F.1487 has it for HF modems. Infinity means no noise.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct SnrDb3k(pub f64);

impl SnrDb3k {
    /// The bandwidth in which the noise is counted.
    pub const NOISE_BANDWIDTH: Hz = Hz(3000.0);

    /// Variance of real white noise sampled at `rate`, for a signal of this mean power.
    ///
    /// The one-sided density is N₀ = P/(SNR·3 kHz), and samples hold the noise of 0 to `rate`/2.
    #[must_use]
    pub fn noise_variance(self, signal_power: f64, rate: Hz) -> f64 {
        let density = signal_power / (Db(self.0).power() * Self::NOISE_BANDWIDTH.0);
        density * rate.0 / 2.0
    }
}

/// A time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Milliseconds(pub f64);

impl Milliseconds {
    /// How many samples this is, rounded to the nearest.
    #[must_use]
    pub fn samples(self, rate: Hz) -> usize {
        (self.0 * 1e-3 * rate.0).round() as usize
    }
}

/// A relative error, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Ppm(pub f64);
