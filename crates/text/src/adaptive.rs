//! Probabilities that learn: fast at first, then ever slower down to a limit.

/// 65536 / (n + 1.5), for the n-th observation.
const RATE: [u32; 1024] = rate_table();

const fn rate_table() -> [u32; 1024] {
    let mut table = [0; 1024];
    let mut n = 0;
    while n < 1024 {
        table[n] = (131_072 / (2 * n + 3)) as u32;
        n += 1;
    }
    table
}

/// A probability (22 bits, high) and how often it was updated (10 bits, low).
#[derive(Clone, Copy)]
pub(crate) struct Adaptive(u32);

impl Adaptive {
    /// Begins at a probability in 1/65536, as if it had been seen `n` times.
    pub(crate) const fn new(p: u32, n: u32) -> Self {
        Self(p << 16 | n)
    }

    /// In 1/65536.
    #[inline]
    pub(crate) fn p(self) -> u32 {
        self.0 >> 16
    }

    /// How many updates there were, up to the limit.
    #[inline]
    pub(crate) fn n(self) -> u32 {
        self.0 & 1023
    }

    /// Moves towards `bit`; the count stops at `limit` (< 1023).
    #[inline]
    pub(crate) fn update(&mut self, bit: u32, limit: u32) {
        let n = self.0 & 1023;
        let p = (self.0 >> 10) as i32;
        let target = ((1 << 22) - 1) * bit as i32;
        let delta = ((i64::from(target - p) * i64::from(RATE[n as usize])) >> 16) as i32;
        let p = (p + delta).clamp(0, (1 << 22) - 1) as u32;
        self.0 = p << 10 | (n + u32::from(n < limit));
    }
}
