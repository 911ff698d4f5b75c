//! From a block's bytes to its symbols (RFC 6330 §5.3).

use raptorq::{ObjectTransmissionInformation, SourceBlockEncoder, SourceBlockEncodingPlan};

use crate::run::ESI_END;
use crate::{Block, Error, MAX_BLOCK_SYMBOLS, Oti, SYMBOL_ALIGNMENT};

/// Appends source symbols `first..first + count` of a block to `out`, the last one padded with
/// zeros to T bytes. A copy: no encoder is needed for source symbols.
///
/// `bytes` are the block's bytes without padding.
///
/// # Errors
///
/// [`Error::BlockLength`] if `bytes` is not as long as the block, [`Error::EsiOutOfRange`] if not
/// all are source symbols; `out` is then as it was.
pub fn source_symbols(
    block: &Block,
    bytes: &[u8],
    first: u32,
    count: u32,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    check_length(block, bytes)?;
    let out_of_range = Error::EsiOutOfRange { first, count };
    let end = first.checked_add(count).ok_or(out_of_range)?;
    if end > block.symbols() {
        return Err(out_of_range);
    }
    let size = usize::from(block.symbol_size());
    let there = bytes.len().min(end as usize * size);
    let start = first as usize * size;
    out.extend_from_slice(bytes.get(start..there).unwrap_or_default());
    out.resize(out.len() + end as usize * size - there.max(start), 0);
    Ok(())
}

/// The steps that encode any block of K source symbols: half of the work, the same for all blocks
/// of equal K. Held by whoever encodes several such blocks.
#[derive(Debug)]
pub struct EncodingPlan {
    symbols: u32,
    plan: SourceBlockEncodingPlan,
}

impl EncodingPlan {
    /// The plan for blocks of `symbols` source symbols (K).
    ///
    /// # Errors
    ///
    /// [`Error::BlockTooLarge`] if K is 0 or over 56,403.
    pub fn new(symbols: u32) -> Result<Self, Error> {
        match u16::try_from(symbols) {
            Ok(k) if k > 0 && symbols <= MAX_BLOCK_SYMBOLS => Ok(Self {
                symbols,
                plan: SourceBlockEncodingPlan::generate(k),
            }),
            _ => Err(Error::BlockTooLarge {
                symbols: u64::from(symbols),
                symbol_bytes: SYMBOL_ALIGNMENT,
            }),
        }
    }

    /// K: the number of source symbols of the blocks that the plan is for.
    #[must_use]
    pub fn symbols(&self) -> u32 {
        self.symbols
    }
}

/// Makes any symbol of one block.
///
/// It holds about twice the block's bytes besides the block, and while it is made about four times.
#[derive(Debug)]
pub struct BlockEncoder<'a> {
    block: Block,
    bytes: &'a [u8],
    encoder: SourceBlockEncoder,
}

impl<'a> BlockEncoder<'a> {
    /// An encoder for block `sbn` of an object; `bytes` are the block's, without padding
    /// ([`Block::offset`], [`Block::len`]).
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchBlock`], [`Error::BlockLength`].
    pub fn new(oti: &Oti, sbn: u8, bytes: &'a [u8]) -> Result<Self, Error> {
        let plan = EncodingPlan::new(oti.block(sbn)?.symbols())?;
        Self::with_plan(oti, sbn, bytes, &plan)
    }

    /// As [`BlockEncoder::new`] with a plan made before.
    ///
    /// # Errors
    ///
    /// As [`BlockEncoder::new`]; [`Error::PlanSymbols`] if the plan is for another K.
    pub fn with_plan(
        oti: &Oti,
        sbn: u8,
        bytes: &'a [u8],
        plan: &EncodingPlan,
    ) -> Result<Self, Error> {
        let block = oti.block(sbn)?;
        check_length(&block, bytes)?;
        if plan.symbols != block.symbols() {
            return Err(Error::PlanSymbols {
                plan: plan.symbols,
                block: block.symbols(),
            });
        }
        let config = config(oti);
        let padded_len = block.symbols() as usize * usize::from(block.symbol_size());
        let encoder = if bytes.len() == padded_len {
            SourceBlockEncoder::with_encoding_plan(sbn, &config, bytes, &plan.plan)
        } else {
            let mut padded = Vec::with_capacity(padded_len);
            padded.extend_from_slice(bytes);
            padded.resize(padded_len, 0);
            SourceBlockEncoder::with_encoding_plan(sbn, &config, &padded, &plan.plan)
        };
        Ok(Self {
            block,
            bytes,
            encoder,
        })
    }

    /// The block.
    #[must_use]
    pub fn block(&self) -> &Block {
        &self.block
    }

    /// Appends the symbol with this ESI, source or repair, to `out`.
    ///
    /// # Errors
    ///
    /// [`Error::EsiOutOfRange`] if `esi` is not below 2^24; `out` is then as it was.
    pub fn symbol(&self, esi: u32, out: &mut Vec<u8>) -> Result<(), Error> {
        if esi < self.block.symbols() {
            source_symbols(&self.block, self.bytes, esi, 1, out)
        } else {
            self.repair(esi, 1, out)
        }
    }

    /// Appends the `count` repair symbols from ESI `first` (at least K) on to `out`.
    ///
    /// # Errors
    ///
    /// [`Error::EsiOutOfRange`] if not all are repair symbols below 2^24; `out` is then as it was.
    pub fn repair(&self, first: u32, count: u32, out: &mut Vec<u8>) -> Result<(), Error> {
        let out_of_range = Error::EsiOutOfRange { first, count };
        let end = first.checked_add(count).ok_or(out_of_range)?;
        let index = first
            .checked_sub(self.block.symbols())
            .filter(|_| end <= ESI_END)
            .ok_or(out_of_range)?;
        out.reserve(count as usize * usize::from(self.block.symbol_size()));
        // raptorq allocates every symbol of a call: in portions, so that they stay few.
        for portion in (0..count).step_by(REPAIR_PORTION as usize) {
            let packets = REPAIR_PORTION.min(count - portion);
            for packet in self.encoder.repair_packets(index + portion, packets) {
                out.extend_from_slice(packet.data());
            }
        }
        Ok(())
    }
}

/// Repair symbols made by one call of raptorq.
const REPAIR_PORTION: u32 = 64;

/// The parameters as raptorq takes them; F only matters to its own partition, which is not used.
pub(crate) fn config(oti: &Oti) -> ObjectTransmissionInformation {
    ObjectTransmissionInformation::new(0, oti.symbol_size(), 0, 1, SYMBOL_ALIGNMENT as u8)
}

fn check_length(block: &Block, bytes: &[u8]) -> Result<(), Error> {
    let expected = block.len() as usize;
    if bytes.len() == expected {
        return Ok(());
    }
    Err(Error::BlockLength {
        bytes: bytes.len(),
        expected,
    })
}
