//! Airtime by demand: the square-root rule of broadcast disks.
//!
//! Objects fall into classes, by how long they have been on air: a listener who was last here k
//! editions ago lacks classes 0 to k, and is done when the slowest of them is. With p(k) the share of
//! such listeners, S(k) the size of a class and r(k) the part of the airtime that it gets, the mean
//! wait is
//!
//! ```text
//! Σ p(k) · S(k) / r(k)     least, with Σ r(k) = 1, at     r(k) = √(p(k)·S(k)) / Σ √(p·S)
//! ```
//!
//! that is, a class goes round in proportion to √(p/S): the rule of Acharya, Franklin and Zdonik
//! (*Dissemination-based data delivery using broadcast disks*, 1995; Ammar and Wong, 1985, for one
//! object at a time) with a class in the place of a page, because none of its objects is of use without the
//! others. It holds as long as older classes wait longer; two neighbours that the rule would have the
//! other way about are one class (pool adjacent violators), with their listeners and sizes added.
//!
//! - **Bounded.** Let S be the sum of all sizes, which is also everybody's wait on a carousel without
//!   weights. By Cauchy and Schwarz Σ√(p·S(k)) ≤ √S, so class k waits √(S(k)/p(k)) · Σ√(p·S) ≤ S/√p(k).
//!   A share ν of newcomers never waits longer than 1/√ν laps.
//! - **Never worse on average**: r(k) = S(k)/S is one of the choices.
//! - **One class**: weight 1, as if there were no rule.

/// A class of objects that the same listeners lack, the newest class first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// The share of listeners who lack this class and all before it, and none after it. 0 or more.
    pub listeners: f64,
    /// Its size, in packets of a lap. 0 or more.
    pub size: f64,
}

/// How often each class goes round, the newest that has a size being 1; none is above the one before
/// it. Listeners whose oldest class is empty wait for the one before it, if there is any.
#[must_use]
pub fn square_root_weights(classes: &[Demand]) -> Vec<f64> {
    // Pools of classes that go round together, and how many classes each has.
    let mut pools: Vec<(Demand, usize)> = Vec::new();
    for class in classes {
        pools.push((*class, 1));
        while let [.., (before, m), (last, n)] = pools[..] {
            // An empty one goes with its neighbour.
            let is_falling = rate(&last) < rate(&before) && last.size > 0.0 && before.size > 0.0;
            if is_falling {
                break;
            }
            // Who lacks nothing waits for nothing.
            let waiting = if before.size > 0.0 {
                before.listeners
            } else {
                0.0
            };
            let together = Demand {
                listeners: waiting + last.listeners,
                size: before.size + last.size,
            };
            pools.truncate(pools.len() - 2);
            pools.push((together, m + n));
        }
    }
    let most = pools.first().map_or(0.0, |(pool, _)| rate(pool));
    let weight = |pool: &Demand| match most > 0.0 && most.is_finite() {
        true => rate(pool) / most,
        false => 1.0,
    };
    let pools = pools.iter();
    pools
        .flat_map(|(pool, classes)| std::iter::repeat_n(weight(pool), *classes))
        .collect()
}

/// √(p/S): how often a class goes round.
fn rate(class: &Demand) -> f64 {
    (class.listeners / class.size).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn classes(of: &[(f64, f64)]) -> Vec<Demand> {
        let class = |&(listeners, size)| Demand { listeners, size };
        of.iter().map(class).collect()
    }

    /// What each class waits for, in laps without weights.
    fn waits(classes: &[Demand], weights: &[f64]) -> Vec<f64> {
        let all: f64 = classes.iter().map(|c| c.size).sum();
        let air: f64 = classes.iter().zip(weights).map(|(c, w)| c.size * w).sum();
        weights.iter().map(|weight| air / weight / all).collect()
    }

    #[test]
    fn four_times_the_size_goes_round_half_as_often() {
        let weights = square_root_weights(&classes(&[(0.5, 10.0), (0.5, 40.0)]));
        assert_eq!(weights, [1.0, 0.5]);
        assert_eq!(square_root_weights(&classes(&[(1.0, 7.0)])), [1.0]);
        // The rule would have the older one go first: they are one class.
        assert_eq!(
            square_root_weights(&classes(&[(0.5, 40.0), (0.5, 10.0)])),
            [1.0, 1.0]
        );
        // Nothing is new, or nothing is old.
        assert_eq!(
            square_root_weights(&classes(&[(0.5, 0.0), (0.5, 10.0)])),
            [1.0, 1.0]
        );
        assert_eq!(
            square_root_weights(&classes(&[(0.5, 10.0), (0.5, 0.0)])),
            [1.0, 1.0]
        );
        assert!(square_root_weights(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn nobody_waits_for_ever_and_the_mean_is_the_least(
            of in prop::collection::vec((0.01f64..1.0, prop_oneof![Just(0.0), 1.0f64..1e6]), 1..9),
            other in prop::collection::vec(0.01f64..1.0, 9),
        ) {
            let shares: f64 = of.iter().map(|(p, _)| p).sum();
            let of: Vec<_> = of.iter().map(|(p, size)| (p / shares, *size)).collect();
            let classes = classes(&of);
            prop_assume!(classes.iter().any(|class| class.size > 0.0));
            let weights = square_root_weights(&classes);
            prop_assert!(weights.windows(2).all(|pair| pair[1] <= pair[0]));
            let waits_now = waits(&classes, &weights);
            for (class, wait) in classes.iter().zip(&waits_now) {
                prop_assert!(*wait <= 1.0 / class.listeners.sqrt() * 1.000_001);
            }
            // Whatever other weights there are: each waits for the slowest that it lacks.
            let mean = |weights: &[f64]| {
                let (mut slowest, mut sum) = (0.0, 0.0);
                for (class, wait) in classes.iter().zip(waits(&classes, weights)) {
                    if class.size > 0.0 {
                        slowest = f64::max(slowest, wait);
                    }
                    sum += class.listeners * slowest;
                }
                sum
            };
            prop_assert!(mean(&weights) <= mean(&other[..classes.len()]) * 1.000_001);
        }
    }
}
