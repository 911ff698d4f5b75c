//! What the next symbol may depend on: the last symbols, words, and where in the text it stands.

use crate::alphabet::{Alphabet, Class};

/// Contexts with followers.
pub(crate) const CONTEXTS: usize = 10;

/// The context of this word's part and last letter. From here on each context corrects the one
/// before anew, beginning with three symbols.
pub(crate) const WORD: usize = 7;

/// Words and lines as the contexts see them.
#[derive(Clone, Default)]
pub(crate) struct Words {
    /// Hash of the letters of this word so far, 0 between words.
    word: u32,
    /// Of the part of the word since the last joiner.
    part: u32,
    /// The words before, the latest first.
    before: [u32; 2],
    /// Letters so far.
    letters: u32,
    /// What stands between this word and the one before.
    gap: u32,
}

/// A step of the hash of a sequence.
#[inline]
pub(crate) fn join(hash: u32, value: u32) -> u32 {
    let mixed = (hash ^ value.wrapping_mul(0x9e37_79b1)).wrapping_mul(0x85eb_ca6b);
    mixed ^ mixed >> 15
}

/// The symbol `n` places back, 0 before the beginning.
#[inline]
pub(crate) fn back(history: &[u8], n: usize) -> u8 {
    history.len().checked_sub(n).map_or(0, |i| history[i])
}

impl Words {
    /// Letters of this word so far.
    pub(crate) fn letters(&self) -> usize {
        self.letters as usize
    }

    /// A symbol came.
    pub(crate) fn push(&mut self, symbol: u8, alphabet: &Alphabet) {
        let fold = u32::from(alphabet.fold(symbol)) + 1;
        match alphabet.class(symbol) {
            Class::Letter | Class::Digit => {
                if self.letters == 0 {
                    self.part = 0;
                }
                self.word = join(self.word, fold);
                self.part = join(self.part, fold);
                self.letters += 1;
            }
            Class::Joiner => {
                self.word = join(self.word, fold);
                self.part = 0;
            }
            Class::Other => {
                if self.letters > 0 {
                    self.before = [self.word, self.before[0]];
                    self.word = 0;
                    self.part = 0;
                    self.letters = 0;
                    self.gap = 0;
                }
                self.gap = join(self.gap, fold);
            }
        }
    }

    /// The hashes of all contexts after `history`.
    pub(crate) fn hashes(&self, history: &[u8], alphabet: &Alphabet) -> [u32; CONTEXTS] {
        let fold = |n: usize| u32::from(alphabet.fold(back(history, n)));
        let mut orders = [0u32; 9];
        for n in 1..9 {
            orders[n] = join(orders[n - 1], fold(n));
        }
        let (word, [one, two]) = (self.word, self.before);
        let raw = u32::from(back(history, 1)) << 8 | u32::from(back(history, 2));
        let mut hashes = [
            raw,
            orders[3],
            orders[4],
            orders[5],
            orders[6],
            orders[8],
            join(fold(2) << 8 | fold(3), 1),
            join(self.part, fold(1)),
            join(word, two),
            join(join(word, one), self.gap),
        ];
        for (i, hash) in hashes.iter_mut().enumerate() {
            *hash = join(*hash, i as u32 + 0x100).wrapping_mul(0xc2b2_ae35);
        }
        hashes
    }
}
