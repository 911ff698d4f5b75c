//! A recording begins and ends where somebody pressed a button.

use std::ops::Range;

use crate::{Prng, Seed};

/// What of the stream is recorded, in bytes from its beginning, whatever is lost of it. Neither end
/// need be that of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    pub(crate) kept: Range<u64>,
}

impl Cut {
    /// All of the stream.
    #[must_use]
    pub fn none() -> Cut {
        Cut { kept: 0..u64::MAX }
    }

    /// Just these bytes.
    #[must_use]
    pub fn keep(bytes: Range<u64>) -> Cut {
        Cut { kept: bytes }
    }

    /// From a random byte in the first `begin` (0 to 1) of a stream of `length` bytes to a random
    /// byte in the last `end` of it.
    #[must_use]
    pub fn random(length: u64, begin: f64, end: f64, seed: Seed) -> Cut {
        let mut prng = Prng::new(seed.part("cut"));
        let from = prng.below((length as f64 * begin) as u64 + 1);
        let to = length - prng.below((length as f64 * end) as u64 + 1);
        Cut {
            kept: from..to.max(from),
        }
    }

    /// The bytes that are kept. The end may lie beyond that of the stream.
    #[must_use]
    pub fn kept(&self) -> Range<u64> {
        self.kept.clone()
    }

    /// The part of `bytes`, which begin at `at` in the stream, that is kept.
    pub(crate) fn of<'a>(&self, at: u64, bytes: &'a [u8]) -> &'a [u8] {
        let clamp = |edge: u64| edge.saturating_sub(at).min(bytes.len() as u64) as usize;
        let (from, to) = (clamp(self.kept.start), clamp(self.kept.end));
        &bytes[from..to.max(from)]
    }
}
