//! Normally distributed numbers.
//!
//! G. E. P. Box, M. E. Muller: A note on the generation of random normal deviates. Annals of
//! Mathematical Statistics 29 (1958), p. 610.

use std::f64::consts::TAU;

use rustfft::num_complex::Complex64;

use crate::{Prng, Seed};

/// A sequence of independent normal numbers with mean 0 and variance 1.
#[derive(Clone, Debug)]
pub struct Gauss {
    prng: Prng,
    spare: Option<f64>,
}

impl Gauss {
    /// The sequence of `seed`.
    #[must_use]
    pub fn new(seed: Seed) -> Gauss {
        Gauss {
            prng: Prng::new(seed),
            spare: None,
        }
    }

    /// The next number: mean 0, variance 1.
    pub fn real(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let pair = self.pair();
        self.spare = Some(pair.im);
        pair.re
    }

    /// A circular complex number with mean 0 and E|z|² = 1: variance ½ in each part.
    pub fn complex(&mut self) -> Complex64 {
        self.pair() * std::f64::consts::FRAC_1_SQRT_2
    }

    fn pair(&mut self) -> Complex64 {
        let radius = (-2.0 * (1.0 - self.prng.unit()).ln()).sqrt();
        Complex64::from_polar(radius, TAU * self.prng.unit())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_a_normal_distribution() {
        let seed = Seed(3);
        let mut gauss = Gauss::new(seed);
        let draws: Vec<f64> = (0..400_000).map(|_| gauss.real()).collect();
        let moment = |k: i32| draws.iter().map(|x| x.powi(k)).sum::<f64>() / draws.len() as f64;
        assert!(moment(1).abs() < 0.006, "{seed}");
        assert!((moment(2) - 1.0).abs() < 0.01, "{seed}");
        assert!(moment(3).abs() < 0.02, "{seed}");
        assert!((moment(4) - 3.0).abs() < 0.06, "{seed}");
    }

    #[test]
    fn complex_numbers_are_circular_and_of_unit_power() {
        let seed = Seed(4);
        let mut gauss = Gauss::new(seed);
        let n = 200_000;
        let (mut power, mut square) = (0.0, Complex64::default());
        for _ in 0..n {
            let z = gauss.complex();
            power += z.norm_sqr();
            square += z * z;
        }
        assert!((power / f64::from(n) - 1.0).abs() < 0.01, "{seed}");
        assert!(square.norm() / f64::from(n) < 0.01, "{seed}");
    }
}
