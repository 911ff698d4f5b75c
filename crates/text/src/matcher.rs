//! The longest earlier occurrence of what came last, and what followed it there.

use crate::adaptive::Adaptive;
use crate::logistic::stretch;
use crate::tree::Tree;

/// Agreement beyond this is not counted.
const LENGTH_MAX: usize = 400;
/// Slots of the table: the latest 2^16 hashes.
const TABLE_BITS: u32 = 16;
/// Updates that count.
const LIMIT: u32 = 500;

/// Follows one earlier occurrence until it fails.
#[derive(Clone)]
pub(crate) struct Matcher {
    /// Position after the latest occurrence of each hash.
    table: Vec<u32>,
    /// Hash of the last symbols: those 32 / `shift` symbols ago have left it.
    hash: u32,
    shift: u32,
    /// Shorter agreement is not believed.
    minimum: usize,
    pointer: usize,
    /// Symbols that agreed, 0 without an occurrence.
    length: usize,
    /// What is left of the code of the symbol that came then.
    code: Option<u32>,
    /// How often what came then comes again, by length and bit.
    worth: [Adaptive; 64],
    selected: usize,
}

impl Matcher {
    /// Looks for occurrences of as many symbols as it takes to shift 32 bits by `shift` each.
    pub(crate) fn new(shift: u32) -> Self {
        Self {
            table: vec![0; 1 << TABLE_BITS],
            hash: 0,
            shift,
            minimum: 32usize.div_ceil(shift as usize),
            pointer: 0,
            length: 0,
            code: None,
            worth: [Adaptive::new(32768, 0); 64],
            selected: 0,
        }
    }

    /// Symbols that agreed, 0 without an occurrence.
    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// `history` has grown by one symbol.
    pub(crate) fn push(&mut self, history: &[u8]) {
        let end = history.len();
        if self.length > 0 && history.get(self.pointer) == history.last() {
            self.length = (self.length + 1).min(LENGTH_MAX);
            self.pointer += 1;
        } else {
            self.length = 0;
        }
        let symbol = u32::from(history.last().copied().unwrap_or(0)) + 1;
        self.hash = self
            .hash
            .wrapping_mul(0x2c1b_3c6d << self.shift)
            .wrapping_add(symbol);
        let slot = (self.hash.wrapping_mul(0x9e37_79b1) >> (32 - TABLE_BITS)) as usize;
        if self.length == 0 {
            self.pointer = self.table[slot] as usize;
            let earlier = history[..self.pointer].iter().rev();
            let agree = earlier.zip(history.iter().rev()).take(LENGTH_MAX);
            let length = agree.take_while(|(a, b)| a == b).count();
            self.length = if length < self.minimum { 0 } else { length };
        }
        self.table[slot] = end as u32;
    }

    /// Before the decisions of a symbol.
    pub(crate) fn begin(&mut self, history: &[u8], tree: &Tree) {
        let expected = if self.length > 0 {
            history.get(self.pointer)
        } else {
            None
        };
        self.code = expected.map(|&symbol| tree.code(symbol));
    }

    /// Logit and probability, as inputs.
    #[inline]
    pub(crate) fn predict(&mut self) -> [i32; 2] {
        let Some(code) = self.code else { return [0, 0] };
        let bucket = if self.length < 16 {
            self.length
        } else {
            (14 + self.length / 8).min(31)
        };
        self.selected = bucket * 2 + (code >> 31) as usize;
        let p = self.worth[self.selected].p();
        [stretch(p), (p as i32 - 32768) >> 5]
    }

    /// The decision was made.
    #[inline]
    pub(crate) fn update(&mut self, bit: u32) {
        if let Some(code) = self.code {
            self.worth[self.selected].update(bit, LIMIT);
            self.code = if code >> 31 == bit {
                Some(code << 1)
            } else {
                None
            };
        }
    }
}
