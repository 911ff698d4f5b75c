//! An object's transport parameters (RFC 6330 §3.3: object transmission information).

use crate::{Block, Error};

/// Al, the symbol alignment in bytes. Always 8 here (RFC 6330 §3.3.3, §4.3).
pub const SYMBOL_ALIGNMENT: u16 = 8;

/// The largest T in bytes: the largest multiple of 8 that fits in a packet with the run header.
pub const MAX_SYMBOL_BYTES: u16 = 1256;

/// The largest F in bytes. RFC 6330 §3.3.2 allows 946,270,874,880; this is a limit of the format,
/// and the limits of a block end an object at 255 × 64 MiB before.
pub const MAX_TRANSFER_LENGTH: u64 = 1 << 40;

/// K'max, the most source symbols of a block (RFC 6330 §5.1.2).
pub const MAX_BLOCK_SYMBOLS: u32 = 56_403;

/// The most bytes of a source block, padding included: what a receiver must be able to decode.
pub const MAX_BLOCK_BYTES: u32 = 64 << 20;

/// The block size that [`Oti::for_size`] is normally called with, in bytes.
///
/// Chosen by measurement (`examples/airtime.rs`, the table in `docs/format-packets.md`): 20 MB is
/// one block, a decode holds about 60 MB, and five interleaved blocks of a 100 MB object cost well
/// under 1 % of airtime even at 50 % loss, while decoding is nearly twice as fast as at 64 MiB.
pub const DEFAULT_MAX_BLOCK: u32 = 20 << 20;

/// Transport parameters that are within every limit: F, T and Z, with N = 1 and Al = 8
/// (RFC 6330 §3.3.2 and §3.3.3). They are fixed when an object is published and signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Oti {
    transfer_length: u64,
    symbol_size: u16,
    blocks: u8,
}

impl Oti {
    /// Parameters from their numbers: F in bytes, T in bytes, Z.
    ///
    /// # Errors
    ///
    /// [`Error::TransferLength`], [`Error::SymbolSize`], [`Error::BlockCount`] or
    /// [`Error::BlockTooLarge`] for the first of them that is over its limit.
    pub fn new(transfer_length: u64, symbol_size: u16, blocks: u8) -> Result<Self, Error> {
        let symbols = total_symbols(transfer_length, symbol_size)?;
        if blocks == 0 || u64::from(blocks) > symbols {
            let blocks = u16::from(blocks);
            return Err(Error::BlockCount { blocks, symbols });
        }
        let largest = symbols.div_ceil(u64::from(blocks));
        if largest > max_block_symbols(symbol_size, MAX_BLOCK_BYTES) {
            return Err(Error::BlockTooLarge {
                symbols: largest,
                symbol_bytes: symbol_size,
            });
        }
        Ok(Self {
            transfer_length,
            symbol_size,
            blocks,
        })
    }

    /// Parameters for an object of `transfer_length` bytes in symbols of `symbol_size` bytes: the
    /// fewest blocks of which none is over `max_block_bytes`, padding included (but a block is at
    /// least one symbol, and never over [`MAX_BLOCK_BYTES`]).
    ///
    /// # Errors
    ///
    /// As [`Oti::new`]; [`Error::BlockCount`] if more than 255 blocks would be needed.
    pub fn for_size(
        transfer_length: u64,
        symbol_size: u16,
        max_block_bytes: u32,
    ) -> Result<Self, Error> {
        let symbols = total_symbols(transfer_length, symbol_size)?;
        let blocks = symbols.div_ceil(max_block_symbols(symbol_size, max_block_bytes));
        let Ok(z) = u8::try_from(blocks) else {
            let blocks = u16::try_from(blocks).unwrap_or(u16::MAX);
            return Err(Error::BlockCount { blocks, symbols });
        };
        Self::new(transfer_length, symbol_size, z)
    }

    /// F: the object's length in bytes.
    #[must_use]
    pub fn transfer_length(&self) -> u64 {
        self.transfer_length
    }

    /// T: the length of a symbol in bytes, a multiple of 8.
    #[must_use]
    pub fn symbol_size(&self) -> u16 {
        self.symbol_size
    }

    /// Z: the number of source blocks, at least 1.
    #[must_use]
    pub fn blocks(&self) -> u8 {
        self.blocks
    }

    /// Kt: the number of source symbols of the whole object, ceil(F/T).
    #[must_use]
    pub fn total_symbols(&self) -> u32 {
        // At most 255 × 56,403.
        self.transfer_length.div_ceil(u64::from(self.symbol_size)) as u32
    }

    /// Where block `sbn` lies in the object (RFC 6330 §4.4.1.2).
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchBlock`] if `sbn` ≥ Z.
    pub fn block(&self, sbn: u8) -> Result<Block, Error> {
        Block::of(self, sbn)
    }

    /// The blocks of the object in order.
    pub fn iter_blocks(&self) -> impl Iterator<Item = Block> {
        let oti = *self;
        (0..oti.blocks).filter_map(move |sbn| Block::of(&oti, sbn).ok())
    }
}

/// Kt, once F and T are within their limits.
fn total_symbols(transfer_length: u64, symbol_size: u16) -> Result<u64, Error> {
    if transfer_length == 0 || transfer_length > MAX_TRANSFER_LENGTH {
        return Err(Error::TransferLength(transfer_length));
    }
    if symbol_size == 0
        || symbol_size > MAX_SYMBOL_BYTES
        || !symbol_size.is_multiple_of(SYMBOL_ALIGNMENT)
    {
        return Err(Error::SymbolSize(symbol_size));
    }
    Ok(transfer_length.div_ceil(u64::from(symbol_size)))
}

/// The most symbols of a block of at most `max_bytes`.
fn max_block_symbols(symbol_size: u16, max_bytes: u32) -> u64 {
    let by_bytes = max_bytes.min(MAX_BLOCK_BYTES) / u32::from(symbol_size);
    u64::from(by_bytes.clamp(1, MAX_BLOCK_SYMBOLS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_block_holds_20_mb() {
        let oti = Oti::for_size(20_000_000, 1256, DEFAULT_MAX_BLOCK).unwrap();
        assert_eq!((oti.blocks(), oti.total_symbols()), (1, 15_924));
        let oti = Oti::for_size(100_000_000, 1256, DEFAULT_MAX_BLOCK).unwrap();
        assert_eq!(oti.blocks(), 5);
    }

    #[test]
    fn limits_hold() {
        assert_eq!(Oti::new(0, 8, 1), Err(Error::TransferLength(0)));
        let over = MAX_TRANSFER_LENGTH + 1;
        assert_eq!(Oti::new(over, 1256, 255), Err(Error::TransferLength(over)));
        for size in [0, 4, 12, 1264, u16::MAX] {
            assert_eq!(Oti::new(100, size, 1), Err(Error::SymbolSize(size)));
        }
        assert!(matches!(Oti::new(100, 8, 0), Err(Error::BlockCount { .. })));
        assert!(matches!(
            Oti::new(100, 8, 14),
            Err(Error::BlockCount { .. })
        ));
        assert!(Oti::new(100, 8, 13).is_ok());
        assert!(Oti::new(56_403 * 8, 8, 1).is_ok());
        assert!(matches!(
            Oti::new(56_403 * 8 + 1, 8, 1),
            Err(Error::BlockTooLarge { .. })
        ));
        assert!(Oti::new(53_430 * 1256, 1256, 1).is_ok());
        assert!(matches!(
            Oti::new(53_431 * 1256, 1256, 1),
            Err(Error::BlockTooLarge { .. })
        ));
        assert!(matches!(
            Oti::for_size(MAX_TRANSFER_LENGTH, 1256, MAX_BLOCK_BYTES),
            Err(Error::BlockCount { .. })
        ));
    }
}
