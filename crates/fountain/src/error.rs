//! What can be wrong with parameters and packets.

/// What is wrong with a packet, with an object's parameters or with saved state.
///
/// Nothing here is fatal to a receiver: it drops the packet and goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A packet of no bytes.
    #[error("empty packet")]
    EmptyPacket,
    /// A packet, or a head, over its limit.
    #[error("packet of {bytes} bytes, the limit is {max}")]
    PacketTooLong {
        /// Bytes of the packet, kind byte included.
        bytes: usize,
        /// The limit for this kind.
        max: usize,
    },
    /// A packet that ends before its fields do.
    #[error("packet of {bytes} bytes is cut off, at least {needed} are needed")]
    PacketTooShort {
        /// Bytes that are there.
        bytes: usize,
        /// Bytes that the fields read so far need.
        needed: usize,
    },
    /// A kind that this version does not know: a newer sender. To be skipped.
    #[error("unknown packet kind {0:#04x}")]
    UnknownKind(u8),
    /// A run whose payload is not a whole number (at least one) of symbols.
    #[error("run payload of {bytes} bytes is not whole symbols of {symbol_bytes}")]
    RunLength {
        /// Bytes of the payload.
        bytes: usize,
        /// T, or 8 (the symbol alignment) while T is not known.
        symbol_bytes: usize,
    },
    /// A source block number that the object does not have.
    #[error("source block {sbn} of an object of {blocks}")]
    NoSuchBlock {
        /// The source block number (SBN).
        sbn: u8,
        /// Z, the object's number of source blocks.
        blocks: u8,
    },
    /// Symbols at or beyond the end of the 24-bit encoding symbol identifiers.
    #[error("{count} symbols from ESI {first} run past 2^24")]
    EsiOutOfRange {
        /// The first ESI.
        first: u32,
        /// How many symbols.
        count: u32,
    },
    /// A run that begins in source symbols and ends in repair symbols.
    #[error(
        "run of {count} symbols from ESI {first} crosses the end of the {source_symbols} source symbols"
    )]
    RunStraddles {
        /// The first ESI.
        first: u32,
        /// How many symbols.
        count: u32,
        /// K, the block's number of source symbols.
        source_symbols: u32,
    },
    /// Flags in a list that this version does not know.
    #[error("unknown list flags {0:#04x}")]
    ListFlags(u8),
    /// A list that announces a certificate of no bytes.
    #[error("list with an empty certificate")]
    EmptyCertificate,
    /// A list whose entries are none or not whole.
    #[error("{bytes} bytes of list entries are not at least one entry of 10 bytes")]
    ListEntries {
        /// Bytes between certificate and signature.
        bytes: usize,
    },
    /// A list that has no room for one more entry.
    #[error("the list is full at {entries} entries")]
    ListFull {
        /// Entries that it holds.
        entries: usize,
    },
    /// A list whose signature the verifier refused.
    #[error("the list's signature does not verify")]
    BadSignature,
    /// F out of 1..=2^40.
    #[error("object of {0} bytes, allowed are 1 to 2^40")]
    TransferLength(u64),
    /// T not a multiple of 8 in 8..=1256.
    #[error("symbols of {0} bytes, allowed are multiples of 8 from 8 to 1256")]
    SymbolSize(u16),
    /// Z is 0 or more than there are symbols.
    #[error("{blocks} source blocks for {symbols} symbols")]
    BlockCount {
        /// Z, the number of source blocks.
        blocks: u16,
        /// Kt, the number of source symbols of the object.
        symbols: u64,
    },
    /// A source block over 56,403 symbols (RFC 6330 §5.1.2) or over 64 MiB.
    #[error("a source block of {symbols} symbols of {symbol_bytes} bytes is over the limit")]
    BlockTooLarge {
        /// K of the object's largest block.
        symbols: u64,
        /// T in bytes.
        symbol_bytes: u16,
    },
    /// Block bytes whose length is not what the parameters say.
    #[error("source block of {bytes} bytes, the parameters say {expected}")]
    BlockLength {
        /// Bytes that were given.
        bytes: usize,
        /// Bytes that the block has.
        expected: usize,
    },
    /// An encoding plan for blocks of another number of source symbols.
    #[error("encoding plan for {plan} source symbols, the block has {block}")]
    PlanSymbols {
        /// K that the plan is for.
        plan: u32,
        /// K of the block.
        block: u32,
    },
    /// A slice of repair symbols that is empty or ends beyond 256 units.
    #[error("repair slice of {count} units from unit {first}, allowed are 1 to 256 in all")]
    SliceRange {
        /// The first unit of 65,536 repair symbols.
        first: u8,
        /// How many units.
        count: u8,
    },
    /// Saved state that this crate did not write, or not for this block.
    #[error("saved block state is not valid: {0}")]
    State(&'static str),
    /// A carousel of no objects, or an object whose progress does not fit its blocks.
    #[error("carousel: {0}")]
    Carousel(&'static str),
}
