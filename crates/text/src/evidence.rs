//! What the followers of one context say about the next decision.

use crate::adaptive::Adaptive;
use crate::followers::{Entry, FOLLOWERS};
use crate::logistic::{squash, stretch};
use crate::tree::Tree;

/// Values of [`Evidence::state`].
const STATES: usize = 512;

/// Counts as three bits: 0, 1, 2, 3, 4–5, 6–9, 10–20, more.
const LEVEL: [u8; 256] = levels();

const fn levels() -> [u8; 256] {
    let mut table = [7; 256];
    let mut n = 0;
    while n < 21 {
        table[n] = match n {
            0..=3 => n as u8,
            4..=5 => 4,
            6..=9 => 5,
            _ => 6,
        };
        n += 1;
    }
    table
}

/// The followers of a context that are still possible on the way through the tree.
#[derive(Clone, Copy, Default)]
pub(crate) struct Evidence {
    codes: [u32; FOLLOWERS],
    counts: [u8; FOLLOWERS],
    len: usize,
    /// Symbols that the context had at first: 0, 1, 2, 3 or more.
    pub(crate) kinds: usize,
}

impl Evidence {
    /// All the followers of an entry.
    #[inline]
    pub(crate) fn new(entry: &Entry, tree: &Tree) -> Self {
        let mut evidence = Self {
            counts: entry.counts,
            len: entry.len(),
            ..Self::default()
        };
        for i in 0..evidence.len {
            evidence.codes[i] = tree.code(entry.symbols[i]);
        }
        evidence.kinds = evidence.len.min(3);
        evidence
    }

    /// How often either bit came from here, which came last, and how many symbols there are.
    #[inline]
    fn state(&self) -> Option<usize> {
        if self.len == 0 {
            return None;
        }
        let first = (self.codes[0] >> 31) as usize;
        let mut n = [0usize; 2];
        n[first] = usize::from(self.counts[0]);
        for i in 1..self.len.min(FOLLOWERS) {
            n[(self.codes[i] >> 31) as usize & 1] += usize::from(self.counts[i]);
        }
        let zeros = usize::from(LEVEL[n[0].min(255)]);
        let ones = usize::from(LEVEL[n[1].min(255)]);
        Some(self.kinds << 7 | first << 6 | zeros << 3 | ones)
    }

    /// Leaves only what agrees with the decision.
    #[inline]
    fn keep(&mut self, bit: u32) {
        let mut kept = 0;
        for i in 0..self.len.min(FOLLOWERS) {
            if self.codes[i] >> 31 == bit {
                self.codes[kept] = self.codes[i] << 1;
                self.counts[kept] = self.counts[i];
                kept += 1;
            }
        }
        self.len = kept;
    }
}

/// What a state is worth, as learned for one context.
#[derive(Clone, Copy)]
struct Worth {
    /// How often a one came.
    p: Adaptive,
    /// How much of the logit of the context before to believe (1/65536), and what to add.
    link: [i32; 2],
}

/// Learns what the evidence of one context is worth.
#[derive(Clone)]
pub(crate) struct Judge {
    worth: Vec<Worth>,
    state: Option<usize>,
    before: i32,
    linked: u32,
}

/// Updates of a state's probability that count.
const LIMIT: u32 = 255;
/// Weight of a link of 1.0.
const LINK_ONE: i32 = 65536;
/// How fast links learn.
const LINK_RATE: i32 = 6;
const LINK_MAX: i32 = 8 * LINK_ONE;

impl Judge {
    /// Believes the counts.
    pub(crate) fn new() -> Self {
        let worth = |state: usize| {
            let (n0, n1) = ((state >> 3 & 7) as u32, (state & 7) as u32);
            let p = Adaptive::new((n1 * 2 + 1) * 65535 / (n0 * 2 + n1 * 2 + 2), 6);
            Worth {
                p,
                link: [LINK_ONE, 0],
            }
        };
        let worth = (0..STATES).map(worth).collect();
        Self {
            worth,
            state: None,
            before: 0,
            linked: 32768,
        }
    }

    /// Two logits: of the evidence by itself, and of the context before corrected by it.
    #[inline]
    pub(crate) fn predict(&mut self, evidence: &Evidence, before: i32) -> Option<[i32; 2]> {
        self.state = evidence.state();
        let worth = &self.worth[self.state? & (STATES - 1)];
        let linked = (((worth.link[0] * before) >> 8) + worth.link[1]) >> 8;
        let linked = linked.clamp(-2047, 2047);
        self.before = before;
        self.linked = squash(linked);
        Some([stretch(worth.p.p()), linked])
    }

    /// The decision was made.
    #[inline]
    pub(crate) fn update(&mut self, evidence: &mut Evidence, bit: u32) {
        let Some(state) = self.state else { return };
        let worth = &mut self.worth[state & (STATES - 1)];
        worth.p.update(bit, LIMIT);
        let error = (((bit << 16) as i32 - self.linked as i32) * LINK_RATE) >> 4;
        let [scale, shift] = &mut worth.link;
        *scale = (*scale + ((error * self.before + 0x8000) >> 16)).clamp(-LINK_MAX, LINK_MAX - 1);
        *shift = (*shift + ((error * 256 + 0x8000) >> 16)).clamp(-LINK_MAX, LINK_MAX - 1);
        evidence.keep(bit);
    }
}
