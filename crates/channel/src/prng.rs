//! SplitMix64: small, fast, the same everywhere. Not for keys.
//!
//! Guy L. Steele Jr., Doug Lea, Christine H. Flood: Fast splittable pseudorandom number
//! generators. OOPSLA 2014, figure 16; constants of `java.util.SplittableRandom`.

use std::fmt;

const GOLDEN_GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// Where a pseudorandom sequence begins. Whoever uses one prints it when a test fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seed(pub u64);

impl Seed {
    /// Another seed for a part of the same experiment, so that one part's draws do not shift
    /// another's.
    #[must_use]
    pub fn part(self, name: &str) -> Seed {
        // FNV-1a, 64 bits: enough to tell names apart.
        let name = name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Seed(mix(self.0 ^ mix(name)))
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "seed {}", self.0)
    }
}

/// A pseudorandom sequence.
#[derive(Clone, Debug)]
pub struct Prng {
    state: u64,
}

impl Prng {
    /// The sequence of `seed`.
    #[must_use]
    pub fn new(seed: Seed) -> Prng {
        Prng { state: seed.0 }
    }

    /// 64 evenly distributed bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN_GAMMA);
        mix(self.state)
    }

    /// Evenly distributed in [0, 1), in steps of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly distributed in 0..`bound` (Lemire's multiplication; its bias, `bound`/2⁶⁴, is left).
    /// 0 if `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.bits()) * u128::from(bound)) >> 64) as u64
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Exponentially distributed with this mean.
    pub fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }

    /// How many trials fail before one succeeds, each with probability `p`: the gap to the next
    /// of many rare events, without a draw for each trial. `u64::MAX` if `p` is not above 0.
    pub fn failures_before_success(&mut self, p: f64) -> u64 {
        if p <= 0.0 {
            return u64::MAX;
        }
        if p >= 1.0 {
            return 0;
        }
        // Casting saturates, also for what does not fit.
        ((1.0 - self.unit()).ln() / (-p).ln_1p()) as u64
    }

    /// Fills `bytes` with noise.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.bits().to_le_bytes()[..chunk.len()]);
        }
    }

    /// Puts `items` into random order (Fisher–Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end as u64 + 1) as usize);
        }
    }
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First values of SplitMix64 from state 1234567, as published with the reference
    /// implementation in C (<https://prng.di.unimi.it/splitmix64.c>).
    #[test]
    fn is_splitmix64() {
        let mut prng = Prng::new(Seed(1_234_567));
        let values = [prng.bits(), prng.bits(), prng.bits()];
        assert_eq!(
            values,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn means_are_right() {
        let mut prng = Prng::new(Seed(1));
        let n = 200_000;
        let mean = |f: &mut dyn FnMut() -> f64| (0..n).map(|_| f()).sum::<f64>() / f64::from(n);
        assert!((mean(&mut || prng.unit()) - 0.5).abs() < 0.005);
        assert!((mean(&mut || prng.exponential(3.0)) - 3.0).abs() < 0.05);
        // Mean of a geometric distribution: (1−p)/p.
        assert!((mean(&mut || prng.failures_before_success(0.1) as f64) - 9.0).abs() < 0.15);
        assert!((mean(&mut || prng.below(11) as f64) - 5.0).abs() < 0.05);
    }
}
