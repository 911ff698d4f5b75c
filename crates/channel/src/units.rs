//! The units that this crate measures in.

/// Bytes in one cell: a transport stream packet, ISO/IEC 13818-1 §2.4.3.2. Skywave says *cell*,
/// because *packet* is a packet of its own.
pub const CELL_BYTES: usize = 188;

/// The first byte of every cell, ISO/IEC 13818-1 §2.4.3.3.
pub const SYNC_BYTE: u8 = 0x47;

/// A packet identifier, 0 to 8191, ISO/IEC 13818-1 §2.4.3.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid(pub u16);

impl Pid {
    /// Null packets.
    pub const NULL: Pid = Pid(0x1FFF);
}

/// A length of stream time, in seconds. It passes by bytes at a bitrate and not by a clock.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Seconds(pub f64);

/// A bitrate, in bits per second (4 Mbit/s is `BitsPerSecond(4e6)`).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct BitsPerSecond(pub f64);

impl BitsPerSecond {
    /// How long `bytes` are on air.
    #[must_use]
    pub fn duration(self, bytes: u64) -> Seconds {
        Seconds(bytes as f64 * 8.0 / self.0)
    }

    /// How many bytes are on air in `time`, rounded down.
    #[must_use]
    pub fn bytes_in(self, time: Seconds) -> u64 {
        (time.0 * self.0 / 8.0) as u64
    }
}
