//! Runs: consecutive symbols of one block, the unit that is lost, authenticated and handed on.

use crate::packet::{KIND_RUN, MAX_PACKET_BYTES, take};
use crate::{Error, Oti, SYMBOL_ALIGNMENT};

/// Bytes of a run packet before its symbols: kind, object, SBN, first ESI.
pub const RUN_HEADER_BYTES: usize = 13;

/// One more than the highest encoding symbol identifier (RFC 6330 §3.2: 24 bits).
pub const ESI_END: u32 = 1 << 24;

/// The first 8 bytes of an object's BLAKE3 hash, by which packets name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub [u8; 8]);

impl ObjectId {
    /// The name on the wire of the object with this BLAKE3 hash.
    #[must_use]
    pub fn of_hash(hash: &[u8; 32]) -> Self {
        let [a, b, c, d, e, f, g, h, ..] = *hash;
        Self([a, b, c, d, e, f, g, h])
    }
}

/// A run as it stands in a packet: not yet checked against the object's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run<'a> {
    /// Which object.
    pub object: ObjectId,
    /// Which source block (SBN).
    pub sbn: u8,
    /// The encoding symbol identifier of the first symbol, below 2^24.
    pub esi: u32,
    /// The symbols one after the other; a positive multiple of 8 bytes.
    pub payload: &'a [u8],
}

impl<'a> Run<'a> {
    /// Reads a whole run packet, kind byte included.
    pub(crate) fn parse(packet: &'a [u8]) -> Result<Self, Error> {
        let mut rest = packet;
        let [_kind] = take(&mut rest, packet.len())?;
        let object = ObjectId(take(&mut rest, packet.len())?);
        let [sbn] = take(&mut rest, packet.len())?;
        let [high, middle, low] = take(&mut rest, packet.len())?;
        let payload = rest;
        if payload.is_empty() || !payload.len().is_multiple_of(usize::from(SYMBOL_ALIGNMENT)) {
            return Err(Error::RunLength {
                bytes: payload.len(),
                symbol_bytes: usize::from(SYMBOL_ALIGNMENT),
            });
        }
        Ok(Self {
            object,
            sbn,
            esi: u32::from_be_bytes([0, high, middle, low]),
            payload,
        })
    }

    /// Checks the run against its object's signed parameters.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchBlock`], [`Error::RunLength`] if the payload is not whole symbols of T bytes,
    /// [`Error::EsiOutOfRange`] beyond 2^24, [`Error::RunStraddles`] if the run begins in source
    /// symbols and ends in repair symbols.
    pub fn check(&self, oti: &Oti) -> Result<Symbols<'a>, Error> {
        let block = oti.block(self.sbn)?;
        let size = usize::from(oti.symbol_size());
        let bytes = self.payload.len();
        if bytes == 0 || !bytes.is_multiple_of(size) {
            return Err(Error::RunLength {
                bytes,
                symbol_bytes: size,
            });
        }
        let first = self.esi;
        let count = u32::try_from(bytes / size).unwrap_or(u32::MAX);
        let end = first.saturating_add(count);
        if end > ESI_END {
            return Err(Error::EsiOutOfRange { first, count });
        }
        let source_symbols = block.symbols();
        if first < source_symbols && end > source_symbols {
            return Err(Error::RunStraddles {
                first,
                count,
                source_symbols,
            });
        }
        Ok(Symbols {
            first,
            size,
            source: first < source_symbols,
            payload: self.payload,
        })
    }

    /// Appends the whole packet to `out`.
    ///
    /// # Errors
    ///
    /// [`Error::PacketTooLong`], [`Error::RunLength`] or [`Error::EsiOutOfRange`] for what no
    /// receiver would read; `out` is then as it was.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        let bytes = self.payload.len();
        if bytes + RUN_HEADER_BYTES > MAX_PACKET_BYTES {
            return Err(Error::PacketTooLong {
                bytes: bytes + RUN_HEADER_BYTES,
                max: MAX_PACKET_BYTES,
            });
        }
        if bytes == 0 || !bytes.is_multiple_of(usize::from(SYMBOL_ALIGNMENT)) {
            return Err(Error::RunLength {
                bytes,
                symbol_bytes: usize::from(SYMBOL_ALIGNMENT),
            });
        }
        if self.esi >= ESI_END {
            return Err(Error::EsiOutOfRange {
                first: self.esi,
                count: 1,
            });
        }
        write_run_header(self.object, self.sbn, self.esi, out);
        out.extend_from_slice(self.payload);
        Ok(())
    }
}

/// Appends the 13 bytes before a run's symbols to `out`; the caller appends the symbols
/// ([`source_symbols`](crate::source_symbols), [`BlockEncoder::repair`](crate::BlockEncoder::repair))
/// without a copy between. Of `esi` the low 24 bits go on the wire.
pub fn write_run_header(object: ObjectId, sbn: u8, esi: u32, out: &mut Vec<u8>) {
    let [_, high, middle, low] = esi.to_be_bytes();
    out.push(KIND_RUN);
    out.extend_from_slice(&object.0);
    out.extend_from_slice(&[sbn, high, middle, low]);
}

/// The symbols of a run that has been checked against its object's parameters: every one is T
/// bytes, and all are source symbols or all repair symbols of a block that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symbols<'a> {
    first: u32,
    size: usize,
    source: bool,
    payload: &'a [u8],
}

impl<'a> Symbols<'a> {
    /// The ESI of the first symbol.
    #[must_use]
    pub fn first_esi(&self) -> u32 {
        self.first
    }

    /// How many symbols, at least 1.
    #[must_use]
    pub fn count(&self) -> u32 {
        // A packet holds at most 157 of them.
        (self.payload.len() / self.size) as u32
    }

    /// Whether they are source symbols: the object's own bytes, the last one padded with zeros.
    #[must_use]
    pub fn is_source(&self) -> bool {
        self.source
    }

    /// All symbols one after the other.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        self.payload
    }

    /// Each symbol with its ESI.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (u32, &'a [u8])> + use<'a> {
        let first = self.first;
        let symbols = self.payload.chunks_exact(self.size).enumerate();
        symbols.map(move |(i, symbol)| (first + i as u32, symbol))
    }
}
