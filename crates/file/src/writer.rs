//! Packets into the bytes of a file.

use crate::{FileError, header, record};

/// Writes one `.sky` file: [`Writer::header`] once, then [`Writer::record`] for each packet. Both
/// append to what the caller gives, who writes it out and empties it when it likes.
#[derive(Debug, Clone, Default)]
pub struct Writer {
    records: u64,
    bytes: u64,
}

impl Writer {
    /// A writer that has written nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Records written so far.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Bytes written so far, the header included.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Appends what a file begins with.
    pub fn header(&mut self, out: &mut Vec<u8>) {
        let before = out.len();
        header::write(out);
        self.bytes += (out.len() - before) as u64;
    }

    /// Appends the record of a packet.
    ///
    /// # Errors
    /// [`FileError::PacketLength`] for packets that no record can hold; nothing is appended.
    pub fn record(&mut self, packet: &[u8], out: &mut Vec<u8>) -> Result<(), FileError> {
        let before = out.len();
        record::write(packet, out)?;
        self.bytes += (out.len() - before) as u64;
        self.records += 1;
        Ok(())
    }
}
