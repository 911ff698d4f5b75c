//! A sender's own range of repair symbols, so that two senders never send the same one.

use crate::run::ESI_END;
use crate::{Block, Error};

/// Repair symbols in one unit of a slice.
pub const SLICE_UNIT: u32 = 65_536;

/// The repair symbols that one sender may make of every block, in units of 65,536: those whose
/// repair index r = ESI − K is in `first · 65,536 .. (first + count) · 65,536`. Signed in the
/// sender's on-air certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slice {
    first: u8,
    count: u8,
}

impl Slice {
    /// The slice of `count` units from unit `first`.
    ///
    /// # Errors
    ///
    /// [`Error::SliceRange`] if it is empty or ends beyond unit 256.
    pub fn new(first: u8, count: u8) -> Result<Self, Error> {
        if count == 0 || u16::from(first) + u16::from(count) > 256 {
            return Err(Error::SliceRange { first, count });
        }
        Ok(Self { first, count })
    }

    /// The first unit.
    #[must_use]
    pub fn first(&self) -> u8 {
        self.first
    }

    /// The number of units.
    #[must_use]
    pub fn count(&self) -> u8 {
        self.count
    }

    /// The repair ESIs of the slice in a block: never beyond 2^24, so that the highest unit is a
    /// little shorter there; never empty.
    #[must_use]
    pub fn esis(&self, block: &Block) -> core::ops::Range<u32> {
        let k = block.symbols();
        let first = k + u32::from(self.first) * SLICE_UNIT;
        let end = first + u32::from(self.count) * SLICE_UNIT;
        first..end.min(ESI_END)
    }

    /// Whether a repair symbol `esi` of the block is in the slice.
    #[must_use]
    pub fn contains(&self, block: &Block, esi: u32) -> bool {
        self.esis(block).contains(&esi)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Oti;

    #[test]
    fn slices_share_out_all_repair_symbols() {
        let block = Oti::new(56_403 * 8, 8, 1).unwrap().block(0).unwrap();
        let mut next = block.symbols();
        for first in 0..=255 {
            let esis = Slice::new(first, 1).unwrap().esis(&block);
            assert_eq!(esis.start, next);
            assert!(!esis.is_empty());
            next = esis.end;
        }
        assert_eq!(next, ESI_END);
        assert!(Slice::new(0, 0).is_err());
        assert!(Slice::new(255, 2).is_err());
    }
}
