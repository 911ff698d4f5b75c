//! The longest earlier occurrence of what came last, and what followed it there.

/// Follows one earlier occurrence until it fails.
#[derive(Clone)]
pub(crate) struct Matcher {
    /// Position after the latest occurrence of each hash.
    table: Vec<u32>,
    /// Symbols that the hash covers.
    minimum: usize,
    pointer: usize,
    /// Symbols that agreed, 0 without an occurrence.
    pub(crate) length: usize,
}

/// Longer agreement is not counted.
const LENGTH_MAX: usize = 400;

impl Matcher {
    pub(crate) fn new(minimum: usize, bits: u32) -> Self {
        Self {
            table: vec![0; 1 << bits],
            minimum,
            pointer: 0,
            length: 0,
        }
    }

    /// `history` has grown by one symbol.
    pub(crate) fn update(&mut self, history: &[u8]) {
        let end = history.len();
        if self.length > 0 && history.get(self.pointer) == history.last() {
            self.length = (self.length + 1).min(LENGTH_MAX);
            self.pointer += 1;
        } else {
            self.length = 0;
        }
        if end < self.minimum {
            return;
        }
        let mut hash = 0u32;
        for &symbol in &history[end - self.minimum..] {
            hash = (hash ^ u32::from(symbol))
                .wrapping_mul(0x9e37_79b1)
                .rotate_left(11);
        }
        let slot = (hash.wrapping_mul(0x85eb_ca6b) >> 8) as usize & (self.table.len() - 1);
        if self.length == 0 {
            self.pointer = self.table[slot] as usize;
            if self.pointer > 0 {
                while self.length < LENGTH_MAX
                    && self.length < self.pointer
                    && history[self.pointer - 1 - self.length] == history[end - 1 - self.length]
                {
                    self.length += 1;
                }
                if self.length < self.minimum {
                    self.length = 0;
                }
            }
        }
        self.table[slot] = end as u32;
    }

    /// The symbol that came next, where there is an occurrence.
    pub(crate) fn expected(&self, history: &[u8]) -> Option<u8> {
        if self.length > 0 {
            history.get(self.pointer).copied()
        } else {
            None
        }
    }
}
