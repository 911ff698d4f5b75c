//! What can be wrong with what a caller asks of this crate. A file that is read is never an error:
//! the reader counts what it could not use.

use crate::MAX_PACKET_BYTES;

/// Why something could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileError {
    /// A packet is empty or longer than [`MAX_PACKET_BYTES`].
    #[error("a packet has {bytes} bytes; 1 to {MAX_PACKET_BYTES} can be written")]
    PacketLength {
        /// Length of the packet, bytes.
        bytes: usize,
    },
    /// A zip without extensions has no room for so much (APPNOTE 4.4.1.4).
    #[error("{bytes} bytes do not fit a zip; write several parts")]
    ZipLength {
        /// Length of the content, bytes.
        bytes: u64,
    },
    /// A zip has no room for so long a name.
    #[error("a name in a zip has {bytes} bytes; 1 to {max} are possible")]
    ZipName {
        /// Length of the name, bytes.
        bytes: usize,
        /// The limit, bytes.
        max: usize,
    },
}
