//! How many symbols of a block should have gone on air after how many laps.
//!
//! A listener who loses the share p needs K/(1−p) symbols of a block on average, and more to be sure
//! of it: the luck of a small block varies more. Were all blocks sent in proportion to their size,
//! everybody would wait for a few unlucky pictures. Sure, to z standard deviations, is
//!
//! ```text
//! n·(1−p) = K + z²p/2 + √(z²·K·p + (z²p/2)²)  =: lap(K, p)        z² = luck² − ln K
//! ```
//!
//! (z falls with K, because one more deviation costs √K symbols: at that rate a symbol of any block
//! makes the same difference to the whole.) In laps s, where s = 1/(1−p) is when a listener with
//! loss p can have everything, a sender follows this without knowing p:
//!
//! ```text
//! n(s) = s · lap(K, max(floor, x·(3 − x)/4))            for s ≤ 2, with x = 2·(1 − 1/s)
//! n(s) = n(2) + (s − 2) · lap(K, steady)                for s > 2
//! ```
//!
//! x·(3 − x)/4 is p at 50 %, and up to half more below: there one symbol more
//! costs less than the long wait of the unlucky.
//!
//! - At every s ≤ 2 about those listeners from the start finish, with all blocks at about the same
//!   time, whose loss is 1 − 1/s. With `floor` = 0 a clean recording pays nothing for the others.
//! - Who joins later hears only the increments. In the long run they are lap(K, steady) a lap:
//!   proportional, the same for every joiner. Losses in bursts vary less for a block that is spread
//!   evenly than single losses do, so that `steady` is below the loss it serves.
//! - Between, while the sender catches up for those from the start with up to 50 % loss (n(2)), small
//!   blocks get more than a joiner needs: the first laps of an edition are the worst to join, by about
//!   4 % of the airtime. A `floor` above 0 takes some of that forward. No n(s) serves both: what 50 %
//!   from the start need at s = 2 and what a joiner at s = 0.7 with 20 % can spare are 3·√K apart.
//!
//! `docs/format-packets.md` has the measurements behind the three numbers.

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
    /// What the marks were measured with (`examples/airtime`, `tune=`).
    pub const DEFAULT: Self = Self {
        luck: 3.4,
        floor: 0.12,
        steady: 0.08,
    };

    /// n(s): the runs of a block of `k` runs that should have been sent after `s` laps.
    #[must_use]
    pub fn sent(&self, k: f64, s: f64) -> f64 {
        // The loss that ends at s, as a share of 50 %, and a little more of it.
        let share = (1.0 - 1.0 / s.clamp(1.0, TURN)) * 2.0;
        let loss = (share * (3.0 - share) / 4.0).max(self.floor);
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

    /// The runs of every lap after the first ones.
    pub(crate) fn steady_lap(&self, k: f64) -> f64 {
        self.lap(k, self.steady)
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
