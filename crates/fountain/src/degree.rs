//! Whether a set of repair symbols is one that a sender could have sent.
//!
//! A decoder's work grows with the degrees of the symbols that it gets: how many intermediate
//! symbols each is the sum of. Senders take ESIs as they come, so that degrees are as RFC 6330
//! deals them, 4.8 on average. A forger chooses: 15,924 symbols that all have degree 30 keep
//! raptorq busy for two minutes instead of 0.1 s, cubic in K. Sets whose degrees sum up to more
//! than chance allows are therefore not decoded; within that sum the worst sets that we found take
//! five times as long as honest ones.

use crate::Block;
use crate::tables::{SYSTEMATIC_INDEX, V};

/// f\[d\] of RFC 6330 §5.3.5.2, table 1: the degree is the first d with v < f\[d\].
const DEGREE: [u32; 31] = [
    0, 5_243, 529_531, 704_294, 791_675, 844_104, 879_057, 904_023, 922_747, 937_311, 948_962,
    958_494, 966_438, 973_160, 978_921, 983_914, 988_283, 992_138, 995_565, 998_631, 1_001_391,
    1_003_887, 1_006_157, 1_008_229, 1_010_129, 1_011_876, 1_013_490, 1_014_983, 1_016_370,
    1_017_662, 1_048_576,
];

/// Mean and standard deviation of the degree, from the table.
const MEAN: f64 = 4.8166;
const DEVIATION: f64 = 5.9385;

/// Standard deviations that chance is allowed: beyond 10 it never gets in the life of a sun.
const ALLOWED: f64 = 10.0;

/// Gives the degrees of one block's repair symbols.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Degrees {
    /// K: the first repair ESI.
    symbols: u32,
    /// K' − K: what is added to an ESI to make an ISI (RFC 6330 §5.3.1).
    padding: u32,
    a: u32,
    b: u32,
}

impl Degrees {
    /// For a block of K symbols; K' is the smallest of the table that is not below K.
    pub(crate) fn of(block: &Block) -> Self {
        let symbols = block.symbols();
        let row = SYSTEMATIC_INDEX.partition_point(|&(extended, _)| extended < symbols);
        // The table's last K' is the most symbols that a block can have.
        let (extended, index) = SYSTEMATIC_INDEX[row.min(SYSTEMATIC_INDEX.len() - 1)];
        Self {
            symbols,
            padding: extended - symbols,
            // A and B of RFC 6330 §5.3.5.4; A is made odd.
            a: (53_591 + index * 997) | 1,
            b: 10_267 * (index + 1),
        }
    }

    /// The LT degree d of the tuple of a repair symbol (RFC 6330 §5.3.5.4).
    pub(crate) fn degree(&self, esi: u32) -> u32 {
        let x = esi.wrapping_add(self.padding);
        let y = self.b.wrapping_add(x.wrapping_mul(self.a));
        // Rand[y, 0, 2^20] of RFC 6330 §5.3.5.1.
        let [d, c, b, a] = y.to_be_bytes();
        let v = [a, b, c, d]
            .into_iter()
            .zip(V)
            .fold(0, |v, (i, table)| v ^ table[usize::from(i)]);
        DEGREE.partition_point(|&f| f <= v % (1 << 20)) as u32
    }

    /// Whether chance can have chosen these symbols; source symbols among them do not count.
    pub(crate) fn plausible(&self, esis: impl Iterator<Item = u32>) -> bool {
        let (mut count, mut sum) = (0.0, 0.0);
        for esi in esis.filter(|&esi| esi >= self.symbols) {
            count += 1.0;
            sum += f64::from(self.degree(esi));
        }
        // A few symbols may be anything: they cost little.
        sum <= count * MEAN + f64::sqrt(count) * DEVIATION * ALLOWED + 30.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Oti, decode_block};

    fn block(k: u32) -> (Oti, Block) {
        let oti = Oti::new(u64::from(k) * 8, 8, 1).unwrap();
        (oti, oti.block(0).unwrap())
    }

    fn decodes(oti: &Oti, esis: impl Iterator<Item = u32>) -> bool {
        decode_block(oti, 0, esis.map(|esi| (esi, vec![0; 8]))).is_some()
    }

    #[test]
    fn the_moments_are_those_of_the_table() {
        let share = |d: usize| f64::from(DEGREE[d] - DEGREE[d - 1]) / f64::from(1 << 20);
        let mean: f64 = (1..31).map(|d| d as f64 * share(d)).sum();
        let square: f64 = (1..31).map(|d| (d * d) as f64 * share(d)).sum();
        assert!((mean - MEAN).abs() < 1e-4);
        assert!(((square - mean * mean).sqrt() - DEVIATION).abs() < 1e-4);
        assert_eq!(SYSTEMATIC_INDEX[476].0, crate::MAX_BLOCK_SYMBOLS);
    }

    /// Symbols that are all sums of two (and of two or three PI symbols) leave an eighth of the
    /// intermediate symbols untouched: that they never suffice shows that the degrees are right.
    #[test]
    fn degrees_are_those_of_the_decoder() {
        // Small ones: raptorq checks itself in debug builds, at a cost that is cubic in K.
        for k in [280, 400] {
            let (oti, block) = block(k);
            let degrees = Degrees::of(&block);
            let twos = (k..).filter(|&esi| degrees.degree(esi) == 2);
            assert!(!decodes(&oti, twos.take(k as usize + 4)));
            assert!(decodes(&oti, k..2 * k + 6));
        }
    }

    #[test]
    fn chosen_symbols_are_refused_and_chance_is_not() {
        for k in [1, 10, 100, 1000, 15_924, 56_403] {
            let (oti, block) = block(k);
            let degrees = Degrees::of(&block);
            for first in [k, k + 7 * 65_536, (1 << 24) - k - 3] {
                assert!(degrees.plausible(first..first + k + 3), "{k} from {first}");
            }
            let high = (k..1 << 24).filter(|&esi| degrees.degree(esi) >= 12);
            let chosen: Vec<u32> = high.take(k as usize + 2).collect();
            if k >= 100 {
                assert!(!degrees.plausible(chosen.iter().copied()), "{k}");
                assert!(!decodes(&oti, chosen.into_iter()));
            }
        }
    }
}
