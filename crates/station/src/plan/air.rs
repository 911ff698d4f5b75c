//! A carrier as packets see it: how long one takes, and how likely it is lost.

use crate::send::PacketTerms;

/// Bytes of a TS cell's payload, and of what is around a packet in its PES packet.
const CELL_PAYLOAD: usize = 184;
const PES_BYTES: usize = 12;
/// Bytes before a packet in a frame of sound.
const LENGTH_BYTES: usize = 2;

/// A carrier and what it is told to carry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Air {
    /// As its sender reckons when it shares out the airtime.
    pub packets_per_second: f64,
    /// What packets are like.
    pub packets: PacketTerms,
    /// Bytes of the head.
    pub head_bytes: usize,
    /// Seconds from head to head, where [`PacketTerms::head_bytes`] does not say.
    pub head_seconds: f64,
    /// What a packet takes.
    pub clock: Clock,
}

/// How packets take time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Clock {
    /// In whole cells.
    Cells {
        /// Seconds of the whole stream for a cell of data.
        seconds: f64,
    },
    /// In a stream of bytes through frames, each spread over some time.
    Frames {
        /// What a frame carries.
        bytes: f64,
        /// What all of them carry in a second.
        bytes_per_second: f64,
        /// Seconds from the first of a frame to its last.
        spread_seconds: f64,
    },
    /// Each with headers of its own.
    Datagrams {
        /// Headers included.
        bytes_per_second: f64,
        /// Bytes of headers.
        around: usize,
    },
}

impl Air {
    /// Seconds of airtime of a packet.
    #[must_use]
    pub fn seconds(&self, packet: usize) -> f64 {
        match self.clock {
            Clock::Cells { seconds } => {
                (packet + PES_BYTES).div_ceil(CELL_PAYLOAD) as f64 * seconds
            }
            Clock::Frames {
                bytes_per_second, ..
            } => (packet + LENGTH_BYTES) as f64 / bytes_per_second,
            Clock::Datagrams {
                bytes_per_second,
                around,
            } => (packet + around) as f64 / bytes_per_second,
        }
    }

    /// Seconds after the last of a packet went on air until it is whole.
    #[must_use]
    pub fn delay(&self) -> f64 {
        match self.clock {
            Clock::Frames { spread_seconds, .. } => spread_seconds,
            _ => 0.0,
        }
    }

    /// The chance that a packet is lost where this share is: of packets, or of frames, and then the
    /// packet is lost with any of its frames.
    #[must_use]
    pub fn lost(&self, loss: f64, packet: usize) -> f64 {
        let Clock::Frames { bytes, .. } = self.clock else {
            return loss;
        };
        // It begins anywhere in a frame: it has a part in `least` frames, or in one more.
        let further = (packet + LENGTH_BYTES - 1) as f64 / bytes;
        let (least, more) = (1.0 + further.floor(), further.fract());
        let kept = 1.0 - loss;
        1.0 - kept.powf(least) * (1.0 - more + more * kept)
    }
}
