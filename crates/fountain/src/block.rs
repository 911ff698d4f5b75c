//! Where a source block lies in its object (RFC 6330 §4.4.1.2).

use crate::{Error, Oti};

/// One source block of an object: its number, its symbols and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Block {
    sbn: u8,
    symbols: u32,
    symbol_size: u16,
    offset: u64,
    len: u32,
}

impl Block {
    /// Block `sbn` of an object: the first ZL blocks have KL symbols, the others KS
    /// (RFC 6330 §4.4.1.2, Partition[Kt, Z]).
    pub(crate) fn of(oti: &Oti, sbn: u8) -> Result<Self, Error> {
        let (index, blocks) = (u32::from(sbn), u32::from(oti.blocks()));
        if index >= blocks {
            return Err(Error::NoSuchBlock {
                sbn,
                blocks: oti.blocks(),
            });
        }
        let total = oti.total_symbols();
        let (small, larger) = (total / blocks, total % blocks);
        let symbols = small + u32::from(index < larger);
        let first = u64::from(index * small + index.min(larger));
        let size = u64::from(oti.symbol_size());
        let offset = first * size;
        let len = (u64::from(symbols) * size).min(oti.transfer_length() - offset);
        Ok(Self {
            sbn,
            symbols,
            symbol_size: oti.symbol_size(),
            offset,
            len: len as u32,
        })
    }

    /// The source block number (SBN).
    #[must_use]
    pub fn sbn(&self) -> u8 {
        self.sbn
    }

    /// K: the number of source symbols, at least 1.
    #[must_use]
    pub fn symbols(&self) -> u32 {
        self.symbols
    }

    /// T: the length of a symbol in bytes.
    #[must_use]
    pub fn symbol_size(&self) -> u16 {
        self.symbol_size
    }

    /// The block's first byte, counted from the object's.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The block's bytes without padding: K · T but in the object's last block.
    #[must_use]
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Never: a block has at least one byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Where source symbol `esi` lies within the block's bytes, in bytes. The last one is shorter
    /// than T where the object ends; what lacks is zeros on the wire. `None` if `esi` ≥ K.
    #[must_use]
    pub fn source_range(&self, esi: u32) -> Option<core::ops::Range<usize>> {
        if esi >= self.symbols {
            return None;
        }
        let size = usize::from(self.symbol_size);
        let start = esi as usize * size;
        Some(start..(start + size).min(self.len as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn blocks_cover_the_object(length in 1u64..5_000_000, size in 1u16..=157, z in 1u8..) {
            let Ok(oti) = Oti::new(length, size * 8, z) else { return Ok(()) };
            let mut next = 0;
            let mut symbols = 0;
            for (sbn, block) in oti.iter_blocks().enumerate() {
                prop_assert_eq!(usize::from(block.sbn()), sbn);
                prop_assert_eq!(block.offset(), next);
                prop_assert!(!block.is_empty());
                prop_assert_eq!(block.len().div_ceil(u32::from(oti.symbol_size())), block.symbols());
                next += u64::from(block.len());
                symbols += block.symbols();
            }
            prop_assert_eq!(next, length);
            prop_assert_eq!(symbols, oti.total_symbols());
            prop_assert!(oti.block(z).is_err());
            // The reference: raptorq's own partition.
            let (kl, ks, zl, zs) = raptorq::partition(oti.total_symbols(), z);
            prop_assert_eq!(zl + zs, u32::from(z));
            prop_assert_eq!(oti.block(0).unwrap().symbols(), if zl > 0 { kl } else { ks });
        }
    }
}
