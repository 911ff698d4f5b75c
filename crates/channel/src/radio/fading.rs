//! One Rayleigh-fading path: a complex gain that wanders with a Gaussian Doppler spectrum.
//!
//! C. C. Watterson, J. R. Juroshek, W. D. Bensema: Experimental confirmation of an HF channel
//! model. IEEE Transactions on Communication Technology 18 (1970), p. 792; ITU-R F.1487.

use std::collections::VecDeque;
use std::f64::consts::TAU;

use rustfft::num_complex::Complex64;

use super::{Gauss, Hz};
use crate::Seed;

/// Knots of the gain per second, in units of σ. The interpolation between them leaves an error
/// below −85 dB.
const KNOTS_PER_SIGMA: f64 = 64.0;

/// Half the length of the Gaussian filter, in knots: what lies outside is below 10⁻⁶ of the middle.
const HALF: i32 = 40;

/// The gain of one path, sample by sample: circular complex Gaussian with E|g|² = 1.
///
/// The power spectrum is exp(−f²/2σ²), so the autocorrelation is exp(−2(πστ)²), τ in seconds. σ is
/// half of the spread given.
#[derive(Clone, Debug)]
pub struct TapGain {
    gauss: Gauss,
    filter: Vec<f64>,
    white: VecDeque<Complex64>,
    /// The last four knots; the gain is between the middle two.
    knots: [Complex64; 4],
    /// Where between them, 0 to 1, and how far a sample moves that.
    place: f64,
    step: f64,
}

impl TapGain {
    /// A path with this two-sided Doppler spread 2σ, sampled at `rate`. Without spread, the gain is
    /// drawn once and stays.
    #[must_use]
    pub fn new(spread: Hz, rate: Hz, seed: Seed) -> TapGain {
        // A filter with the response exp(−f²/4σ²) has the impulse response exp(−(2πσt)²).
        let shape = |n: i32| (-(TAU * f64::from(n) / KNOTS_PER_SIGMA).powi(2)).exp();
        let mut filter: Vec<f64> = (-HALF..=HALF).map(shape).collect();
        let energy: f64 = filter.iter().map(|tap| tap * tap).sum();
        filter.iter_mut().for_each(|tap| *tap /= energy.sqrt());

        let mut gauss = Gauss::new(seed.part("fading"));
        let white = (0..filter.len()).map(|_| gauss.complex()).collect();
        let mut path = TapGain {
            gauss,
            filter,
            white,
            knots: [Complex64::default(); 4],
            place: 0.0,
            step: KNOTS_PER_SIGMA * spread.0 / 2.0 / rate.0,
        };
        for _ in 0..path.knots.len() {
            path.next_knot();
        }
        path
    }

    /// The gain at the next sample.
    pub fn gain(&mut self) -> Complex64 {
        while self.place >= 1.0 {
            self.next_knot();
            self.place -= 1.0;
        }
        let [before, from, to, after] = self.knots;
        let t = self.place;
        self.place += self.step;
        // Cubic through the middle knots, with the slopes of the chords around them (Catmull–Rom).
        let slope_from = (to - before) * 0.5;
        let slope_to = (after - from) * 0.5;
        let rise = to - from;
        let square = rise * 3.0 - slope_from * 2.0 - slope_to;
        let cube = slope_from + slope_to - rise * 2.0;
        from + (slope_from + (square + cube * t) * t) * t
    }

    fn next_knot(&mut self) {
        self.white.pop_front();
        self.white.push_back(self.gauss.complex());
        let knot = self.white.iter().zip(&self.filter).map(|(w, tap)| w * tap);
        let knot = knot.sum();
        self.knots.rotate_left(1);
        self.knots[3] = knot;
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;

    /// 2σ = 1 Hz, and 50 gains in a second.
    const SPREAD: Hz = Hz(1.0);
    const SIGMA: f64 = 0.5;
    const RATE: Hz = Hz(50.0);

    fn long_run(seed: Seed) -> Vec<Complex64> {
        let mut path = TapGain::new(SPREAD, RATE, seed);
        (0..1_000_000).map(|_| path.gain()).collect()
    }

    fn correlation(gains: &[Complex64], lag: usize) -> Complex64 {
        let pairs = gains.iter().zip(&gains[lag..]);
        let sum: Complex64 = pairs.map(|(a, b)| a.conj() * b).sum();
        sum / (gains.len() - lag) as f64
    }

    #[test]
    fn autocorrelation_is_gaussian() {
        let seed = Seed(31);
        let gains = long_run(seed);
        let power = correlation(&gains, 0).re;
        assert!((power - 1.0).abs() < 0.03, "{seed}: {power}");
        for lag in [5, 10, 15, 20, 30, 40, 60, 100] {
            let tau = lag as f64 / RATE.0;
            let theory = (-2.0 * (PI * SIGMA * tau).powi(2)).exp();
            let measured = correlation(&gains, lag) / power;
            assert!(
                (measured - theory).norm() < 0.025,
                "{seed}, {tau} s: {measured} {theory}"
            );
        }
    }

    /// The second moment of the Doppler spectrum is E|g′|²/4π²E|g|²: σ without any fit.
    #[test]
    fn doppler_spread_is_what_was_asked() {
        for (spread, seed) in [
            (Hz(0.1), Seed(32)),
            (Hz(1.0), Seed(33)),
            (Hz(10.0), Seed(34)),
        ] {
            // 20 gains for each 1/2σ, over 20 000 of them.
            let rate = Hz(20.0 * spread.0);
            let mut path = TapGain::new(spread, rate, seed);
            let gains: Vec<_> = (0..400_000).map(|_| path.gain()).collect();
            let power: f64 = gains.iter().map(Complex64::norm_sqr).sum();
            let slope: f64 = gains
                .windows(3)
                .map(|g| ((g[2] - g[0]) * (rate.0 / 2.0)).norm_sqr())
                .sum();
            let measured = 2.0 * (slope / power).sqrt() / TAU;
            assert!(
                (measured / spread.0 - 1.0).abs() < 0.05,
                "{seed}: {measured} Hz"
            );
        }
    }

    /// |g|² is exponential, so |g| is Rayleigh: Kolmogorov–Smirnov at 1 %, one gain for each seed.
    #[test]
    fn envelope_is_rayleigh() {
        let n = 3000;
        let mut powers: Vec<f64> = (0..n)
            .map(|k| {
                let mut path = TapGain::new(SPREAD, RATE, Seed(3500 + k));
                (0..3).map(|_| path.gain()).last().unwrap().norm_sqr()
            })
            .collect();
        powers.sort_by(f64::total_cmp);
        let n = powers.len() as f64;
        let distance = powers.iter().enumerate().map(|(k, power)| {
            let theory = 1.0 - (-power).exp();
            (theory - k as f64 / n)
                .abs()
                .max((theory - (k + 1) as f64 / n).abs())
        });
        let distance = distance.fold(0.0, f64::max);
        assert!(distance < 1.63 / n.sqrt(), "seeds 3500..: {distance}");
    }

    #[test]
    fn without_spread_the_gain_stays() {
        let mut path = TapGain::new(Hz(0.0), RATE, Seed(36));
        let first = path.gain();
        assert!((0..1000).all(|_| path.gain() == first));
        assert!(first.norm() > 0.0);
    }
}
