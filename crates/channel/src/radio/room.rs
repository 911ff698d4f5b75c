//! A loudspeaker at one end of a room and a microphone at the other.
//!
//! The tail is white Gaussian noise under an exponential, Polack's model. Reverberation time as in
//! ISO 3382-1: from an extrapolated line through Schroeder's integral.

use super::convolve::{complex, convolve};
use super::{Db, Gauss, Hz};
use crate::{Seconds, Seed};

/// What the tail is left with where it is cut off: 80 dB down.
const TAIL_IN_RT60: f64 = 80.0 / 60.0;

/// A synthetic room: the direct sound with gain 1, and reverberation from the next sample on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// How long the reverberation takes to fall by 60 dB; above 0.
    pub rt60: Seconds,
    /// Energy of the direct sound over that of the reverberation.
    pub direct_to_reverberant: Db,
}

impl Room {
    /// The impulse response, sampled at `rate`. Each seed is another place in the room.
    #[must_use]
    pub fn impulse_response(&self, rate: Hz, seed: Seed) -> Vec<f32> {
        let rt60_samples = self.rt60.0 * rate.0;
        let mut gauss = Gauss::new(seed.part("room"));
        let tail: Vec<f64> = (0..(rt60_samples * TAIL_IN_RT60) as usize)
            .map(|n| gauss.real() * 10_f64.powf(-3.0 * n as f64 / rt60_samples))
            .collect();
        let energy: f64 = tail.iter().map(|tap| tap * tap).sum();
        let gain =
            (1.0 / self.direct_to_reverberant.power() / energy.max(f64::MIN_POSITIVE)).sqrt();
        let tail = tail.iter().map(|tap| (tap * gain) as f32);
        std::iter::once(1.0).chain(tail).collect()
    }

    /// Audio sampled at `rate`, as heard in the room; longer than it was by the reverberation.
    #[must_use]
    pub fn apply(&self, audio: &[f32], rate: Hz, seed: Seed) -> Vec<f32> {
        let heard = convolve(&complex(audio), &self.impulse_response(rate, seed));
        heard.iter().map(|sample| sample.re).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Hz = Hz(8000.0);

    /// ISO 3382-1's T30: a line through what is left of the energy (Schroeder's integral), from
    /// −5 to −35 dB, prolonged to −60 dB.
    fn t30(tail: &[f32], rate: Hz) -> f64 {
        let mut left: Vec<f64> = tail.iter().rev().map(|&x| f64::from(x * x)).collect();
        for n in 1..left.len() {
            left[n] += left[n - 1];
        }
        left.reverse();
        let points: Vec<(f64, f64)> = left
            .iter()
            .enumerate()
            .map(|(n, energy)| (n as f64 / rate.0, 10.0 * (energy / left[0]).log10()))
            .filter(|(_, db)| (-35.0..=-5.0).contains(db))
            .collect();
        let n = points.len() as f64;
        let mean_t = points.iter().map(|p| p.0).sum::<f64>() / n;
        let mean_db = points.iter().map(|p| p.1).sum::<f64>() / n;
        let covariance: f64 = points
            .iter()
            .map(|p| (p.0 - mean_t) * (p.1 - mean_db))
            .sum();
        let variance: f64 = points.iter().map(|p| (p.0 - mean_t).powi(2)).sum();
        -60.0 * variance / covariance
    }

    #[test]
    fn reverberation_time_and_ratio_are_right() {
        for (rt60, ratio, seed) in [(0.3, 6.0, 61), (0.6, 0.0, 62), (1.5, -10.0, 63)] {
            let room = Room {
                rt60: Seconds(rt60),
                direct_to_reverberant: Db(ratio),
            };
            let heard = room.apply(&[1.0], RATE, Seed(seed));
            let measured = t30(&heard[1..], RATE);
            assert!(
                (measured / rt60 - 1.0).abs() < 0.1,
                "seed {seed}: {measured} s"
            );
            let tail: f64 = heard[1..].iter().map(|&x| f64::from(x * x)).sum();
            let direct = f64::from(heard[0] * heard[0]);
            assert!(
                (10.0 * (direct / tail).log10() - ratio).abs() < 0.01,
                "seed {seed}"
            );
        }
    }

    #[test]
    fn sound_is_heard_through_the_impulse_response() {
        let room = Room {
            rt60: Seconds(0.2),
            direct_to_reverberant: Db(3.0),
        };
        let seed = Seed(64);
        let response = room.impulse_response(RATE, seed);
        let heard = room.apply(&[0.5, 0.0, -1.0], RATE, seed);
        assert_eq!(heard.len(), response.len() + 2);
        for n in 2..response.len() {
            let expected = 0.5 * response[n] - response[n - 2];
            assert!((heard[n] - expected).abs() < 1e-5, "{seed}");
        }
    }
}
