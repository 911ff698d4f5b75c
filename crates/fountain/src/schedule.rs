//! How many symbols of a block should have gone on air after how many laps.
//!
//! A listener who loses the share p needs K/(1−p) symbols of a block on average, and about
//! z·√(K·p)/(1−p) more to be sure of it: the luck of a small block varies more. Were all blocks sent
//! in proportion to their size, everybody would wait for a few unlucky pictures. Written in laps
//! s = 1/(1−p), sure completion takes
//!
//! ```text
//! n(s) = K·s                            for s ≤ 1   (nothing is lost: no luck is needed)
//! n(s) = K·s + z·√K·√(s·(s−1))          for s > 1
//! ```
//!
//! which a sender can follow without knowing p: at every s exactly those listeners finish, with all
//! blocks at once, whose loss is 1 − 1/s. That serves a listener from the start. One who joins later
//! hears the increments of n only; from two laps on those would be K + z·√K a lap, more than the
//! K + z·√(K·p) that she needs. So from two laps on, n grows by K + `steady`·√K a lap, which is
//! right at p = (`steady`/z)². `docs/format-packets.md` has the measurements behind both numbers.

/// Laps after which the correction grows steadily: a listener from the start with 50 % loss has
/// everything by then.
const TURN: f64 = 2.0;

/// The square-root schedule: symbols sent, as a function of laps. Symbols are counted in runs,
/// because a run is lost as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// z of the first two laps, in standard deviations.
    pub start: f64,
    /// The correction per lap after them, in √K.
    pub steady: f64,
}

impl Schedule {
    /// What the marks were measured with.
    pub const DEFAULT: Self = Self {
        start: 2.8,
        steady: 1.4,
    };

    /// n(s): the runs of a block of `k` runs that should have been sent after `s` laps.
    #[must_use]
    pub fn sent(&self, k: f64, s: f64) -> f64 {
        let root = k.sqrt();
        if s <= 1.0 {
            k * s
        } else if s <= TURN {
            k * s + self.start * root * (s * (s - 1.0)).sqrt()
        } else {
            self.sent(k, TURN) + (s - TURN) * self.steady_lap(k)
        }
    }

    /// The runs of one lap of a block of `k` runs once the correction is steady.
    #[must_use]
    pub fn steady_lap(&self, k: f64) -> f64 {
        k + self.steady * k.sqrt()
    }

    /// The inverse: after how many laps `n` runs of a block of `k` runs should have been sent.
    #[must_use]
    pub fn laps(&self, k: f64, n: f64) -> f64 {
        let at_turn = self.sent(k, TURN);
        if n <= k {
            n / k
        } else if n >= at_turn {
            TURN + (n - at_turn) / self.steady_lap(k)
        } else {
            // m = s + q·√(s(s−1)) with m = n/K, q = z/√K; squared, and the root that is ≤ m.
            let m = n / k;
            let q2 = self.start * self.start / k;
            let (a, b, c) = (q2 - 1.0, 2.0 * m - q2, -m * m);
            // 2c/(−b − √(b²−4ac)): no cancellation, and well where a is 0.
            2.0 * c / (-b - (b * b - 4.0 * a * c).max(0.0).sqrt())
        }
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn laps_is_the_inverse_of_sent(
            k in 1u32..60_000, s in 0.01f64..9.0, start in 0f64..4.0, steady in 0f64..3.0,
        ) {
            let schedule = Schedule { start, steady };
            let k = f64::from(k);
            let back = schedule.laps(k, schedule.sent(k, s));
            prop_assert!((back - s).abs() < 1e-6 * s.max(1.0), "{s} became {back}");
        }
    }
}
