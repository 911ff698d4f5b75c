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
    /// z of a block of one run, in standard deviations; z falls with the size: z² = luck² − ln K.
    pub luck: f64,
    /// The loss that the first laps are made for, at least: p, 0 to below 1.
    pub floor: f64,
    /// The loss that all laps after them are made for.
    pub steady: f64,
}

impl Schedule {
    /// What the marks were measured with.
    pub const DEFAULT: Self = Self {
        luck: 3.6,
        floor: 0.0,
        steady: 0.2,
    };

    /// n(s): the runs of a block of `k` runs that should have been sent after `s` laps.
    #[must_use]
    pub fn sent(&self, k: f64, s: f64) -> f64 {
        let loss = (1.0 - 1.0 / s.clamp(1.0, TURN)).max(self.floor);
        let first = s.min(TURN) * self.lap(k, loss);
        first + (s - TURN).max(0.0) * self.lap(k, self.steady)
    }

    /// The runs of one lap of a block of `k` runs where a listener who loses the share `loss` has
    /// it for sure after 1 / (1 − loss) laps: n · (1 − p).
    #[must_use]
    pub fn lap(&self, k: f64, loss: f64) -> f64 {
        let z2 = (self.luck * self.luck - k.ln()).max(1.0);
        let half = z2 * loss / 2.0;
        k + half + (z2 * k * loss + half * half).sqrt()
    }

    /// The inverse: after how many laps `n` runs of a block of `k` runs should have been sent.
    #[must_use]
    pub fn laps(&self, k: f64, n: f64) -> f64 {
        let (at_one, at_turn) = (self.sent(k, 1.0), self.sent(k, TURN));
        if n <= at_one {
            n / at_one
        } else if n >= at_turn {
            TURN + (n - at_turn) / self.lap(k, self.steady)
        } else {
            // Bisection: as exact as the numbers are, and the same on every machine.
            let (mut low, mut high) = (1.0, TURN);
            for _ in 0..48 {
                let middle = (low + high) / 2.0;
                if self.sent(k, middle) < n {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            (low + high) / 2.0
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
            k in 1u32..60_000, s in 0.01f64..9.0,
            luck in 0f64..5.0, floor in 0f64..0.5, steady in 0f64..0.5,
        ) {
            let schedule = Schedule { luck, floor, steady };
            let k = f64::from(k);
            let back = schedule.laps(k, schedule.sent(k, s));
            prop_assert!((back - s).abs() < 1e-6 * s.max(1.0), "{s} became {back}");
        }
    }
}
