//! One datagram: a symbol of an object, a signal, a packet of the FDT, or the end of a session.

use crate::UdpError;
use crate::lct::{Header, Lct};

/// FEC Encoding ID 6, RaptorQ (RFC 6330 §3.1): the codepoint of symbols (RFC 5775 §2.1).
pub(crate) const RAPTORQ: u8 = 6;
/// The codepoint of signals. As an FEC Encoding ID it would be an under-specified scheme (RFC 5052
/// §6.1) and is nobody's, so a FLUTE receiver that takes in every session drops them unread.
pub const SIGNAL_CODEPOINT: u8 = 255;
/// HET of EXT_FDT (RFC 6726 §3.4.1).
pub(crate) const EXT_FDT: u8 = 192;

/// Bytes before a symbol: LCT header with a TSI of 32 bits and a TOI of 64, FEC Payload ID.
pub const SYMBOL_OVERHEAD_BYTES: usize = 24;
/// Bytes before a signal: LCT header with a TSI of 32 bits and no TOI.
pub const SIGNAL_OVERHEAD_BYTES: usize = 12;
/// The most bytes of a symbol (`docs/format-packets.md`).
pub const MAX_SYMBOL_BYTES: usize = 1_256;
/// The most bytes of a signal: those of a packet.
pub const MAX_SIGNAL_BYTES: usize = 1_276;
/// The most bytes of a datagram that is written here.
pub const MAX_DATAGRAM_BYTES: usize = SIGNAL_OVERHEAD_BYTES + MAX_SIGNAL_BYTES;

/// A datagram, read but for nothing but its form: nothing of it is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Datagram<'a> {
    /// A symbol of an object.
    Symbol(Symbol<'a>),
    /// A packet that is no run: a head or a list.
    Signal(&'a [u8]),
    /// A piece of an FDT Instance, for plain receivers.
    Fdt {
        /// Which instance, of 20 bits.
        instance: u32,
    },
    /// The session ends.
    Close,
    /// A packet of LCT, and none of this carrier's: another FEC scheme, a TOI of another length.
    Other,
}

/// An encoding symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbol<'a> {
    /// The object: TOI, which is the first 8 bytes of the object's hash.
    pub object: [u8; 8],
    /// Source block number (RFC 6330 §3.2).
    pub sbn: u8,
    /// Encoding symbol identifier, below 2^24.
    pub esi: u32,
    /// The symbol, 1 to [`MAX_SYMBOL_BYTES`].
    pub bytes: &'a [u8],
}

impl<'a> Datagram<'a> {
    /// Reads a datagram.
    ///
    /// # Errors
    ///
    /// As [`Lct::parse`]; [`UdpError::TooShort`] and [`UdpError::Payload`] for a payload that cannot
    /// be one; [`UdpError::NoFdtExtension`].
    pub fn parse(datagram: &'a [u8]) -> Result<Self, UdpError> {
        let lct = Lct::parse(datagram)?;
        if lct.payload.is_empty() {
            return Ok(match lct.closes_session {
                true => Self::Close,
                false => Self::Other,
            });
        }
        if lct.codepoint == SIGNAL_CODEPOINT {
            return Ok(Self::Signal(checked(lct.payload, MAX_SIGNAL_BYTES)?));
        }
        if lct.toi.iter().all(|byte| *byte == 0) && !lct.toi.is_empty() {
            let Some(&[high, middle, low]) = lct.extension(EXT_FDT) else {
                return Err(UdpError::NoFdtExtension);
            };
            let instance = u32::from_be_bytes([0, high & 0x0F, middle, low]);
            return Ok(Self::Fdt { instance });
        }
        let Ok(object) = <[u8; 8]>::try_from(lct.toi) else {
            return Ok(Self::Other);
        };
        if lct.codepoint != RAPTORQ {
            return Ok(Self::Other);
        }
        // FEC Payload ID: SBN, ESI (RFC 6330 §3.2).
        let Some((&[sbn, a, b, c], bytes)) = lct.payload.split_first_chunk() else {
            return Err(UdpError::TooShort {
                bytes: datagram.len(),
                needed: datagram.len() - lct.payload.len() + 4,
            });
        };
        Ok(Self::Symbol(Symbol {
            object,
            sbn,
            esi: u32::from_be_bytes([0, a, b, c]),
            bytes: checked(bytes, MAX_SYMBOL_BYTES)?,
        }))
    }
}

/// Appends the datagram of a symbol to `out`, for the FLUTE session `tsi`.
///
/// # Errors
///
/// [`UdpError::ZeroToi`], [`UdpError::Esi`], [`UdpError::Payload`]; `out` is then as it was.
pub fn write_symbol(tsi: u32, symbol: &Symbol<'_>, out: &mut Vec<u8>) -> Result<(), UdpError> {
    let bytes = checked(symbol.bytes, MAX_SYMBOL_BYTES)?;
    if symbol.object == [0; 8] {
        return Err(UdpError::ZeroToi);
    }
    let [0, a, b, c] = symbol.esi.to_be_bytes() else {
        return Err(UdpError::Esi(symbol.esi));
    };
    let header = Header {
        tsi,
        toi: &symbol.object,
        codepoint: RAPTORQ,
        closes_session: false,
        extensions: &[],
    };
    header.write(out);
    out.extend_from_slice(&[symbol.sbn, a, b, c]);
    out.extend_from_slice(bytes);
    Ok(())
}

/// Appends the datagram of a head or a list to `out`, for the session of signals `tsi`.
///
/// # Errors
///
/// [`UdpError::Payload`]; `out` is then as it was.
pub fn write_signal(tsi: u32, packet: &[u8], out: &mut Vec<u8>) -> Result<(), UdpError> {
    let packet = checked(packet, MAX_SIGNAL_BYTES)?;
    let header = Header {
        tsi,
        toi: &[],
        codepoint: SIGNAL_CODEPOINT,
        closes_session: false,
        extensions: &[],
    };
    header.write(out);
    out.extend_from_slice(packet);
    Ok(())
}

/// Appends the datagram that ends a session to `out`: a header with flag A and nothing else (RFC 5775
/// §4.1), without a TOI (RFC 6726 §3.1). `is_of_signals` says which of the two it is.
pub fn write_close(tsi: u32, is_of_signals: bool, out: &mut Vec<u8>) {
    let header = Header {
        tsi,
        toi: &[],
        codepoint: if is_of_signals {
            SIGNAL_CODEPOINT
        } else {
            RAPTORQ
        },
        closes_session: true,
        extensions: &[],
    };
    header.write(out);
}

fn checked(payload: &[u8], max: usize) -> Result<&[u8], UdpError> {
    match payload.len() {
        bytes if bytes == 0 || bytes > max => Err(UdpError::Payload { bytes, max }),
        _ => Ok(payload),
    }
}
