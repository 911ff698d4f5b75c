//! What can be wrong with a datagram, or with what is to be sent.

/// Why a datagram is none of this carrier, or cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UdpError {
    /// The datagram ends before its header does.
    #[error("datagram of {bytes} bytes is cut off, its header has {needed}")]
    TooShort {
        /// Bytes of the datagram.
        bytes: usize,
        /// Bytes that the fields read so far need.
        needed: usize,
    },
    /// An LCT version other than 1 (RFC 5651 §5.1).
    #[error("LCT version {0}, 1 is known here")]
    Version(u8),
    /// HDR_LEN is less than the fields of the header.
    #[error("LCT header length of {given} bytes, its fields take {needed}")]
    HeaderLength {
        /// Bytes that HDR_LEN says.
        given: usize,
        /// Bytes of the fields.
        needed: usize,
    },
    /// A header extension that is empty or runs past the header (RFC 5651 §5.2).
    #[error("LCT header extension {kind} of {bytes} bytes does not fit the header")]
    Extension {
        /// HET, the extension's type.
        kind: u8,
        /// Bytes that it says it has.
        bytes: usize,
    },
    /// TOI 0 without EXT_FDT (RFC 6726 §3.4.1).
    #[error("a packet of the FDT without EXT_FDT")]
    NoFdtExtension,
    /// A symbol or a packet that is empty or too long to be sent, or was.
    #[error("payload of {bytes} bytes, allowed are 1 to {max}")]
    Payload {
        /// Its bytes.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// An encoding symbol identifier at or beyond 2^24 (RFC 6330 §3.2).
    #[error("ESI {0} is beyond 2^24")]
    Esi(u32),
    /// TOI 0 is that of the FDT (RFC 6726 §3.3): no object can have it.
    #[error("an object's TOI cannot be 0")]
    ZeroToi,
    /// An FDT Instance of more bytes than receivers take.
    #[error("FDT Instance of {bytes} bytes, allowed are 1 to {max}")]
    FdtLength {
        /// Its bytes.
        bytes: usize,
        /// The limit.
        max: usize,
    },
}
