//! The pseudo-random numbers of the waveform: pilots, scrambling and permutations, the same for
//! everyone.

/// SplitMix64 (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub(crate) struct Pn(u64);

impl Pn {
    /// A sequence of its own for each purpose.
    pub(crate) fn new(purpose: u64) -> Self {
        Self(purpose)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A bit, as 0 or 1.
    pub(crate) fn bit(&mut self) -> u8 {
        (self.next() >> 63) as u8
    }

    /// A permutation of `0..len` (Fisher and Yates).
    pub(crate) fn permutation(&mut self, len: usize) -> Vec<u32> {
        let mut all: Vec<u32> = (0..len as u32).collect();
        for i in (1..len).rev() {
            let j = ((u128::from(self.next()) * (i as u128 + 1)) >> 64) as usize;
            all.swap(i, j);
        }
        all
    }
}
