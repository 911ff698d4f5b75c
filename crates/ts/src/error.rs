//! What can be wrong with what a caller asks of this crate. Input from the air is never an error:
//! the receiver counts what it could not use.

use crate::{Carriage, MAX_FRAME_BYTES};

/// Why a mux could not be set up or go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TsError {
    /// A frame is empty or longer than [`MAX_FRAME_BYTES`].
    #[error("a frame has {bytes} bytes; 1 to {MAX_FRAME_BYTES} can be carried")]
    FrameLength {
        /// Length of the frame, bytes.
        bytes: usize,
    },
    /// The bitrate is outside of [`crate::Bitrate::MIN`]..=[`crate::Bitrate::MAX`].
    #[error("{bits_per_s} bit/s is outside of 300 kbit/s to 80 Mbit/s")]
    BitrateRange {
        /// The rate asked for, bit/s.
        bits_per_s: u64,
    },
    /// Text that is not a bitrate.
    #[error("{text:?} is not a bitrate; write for example 4M, 2.5M, 300k or 4000000")]
    BitrateText {
        /// The text as given.
        text: String,
    },
    /// Text that is not the name of a carriage.
    #[error("{text:?} is not a carriage; there are async, teletext, subtitle, sound and video")]
    CarriageText {
        /// The text as given.
        text: String,
    },
    /// A PID that may not be used for a stream (0x0020..=0x1FFE may, EN 300 468 table 1).
    #[error("PID {pid:#06x} for {what} is outside of 0x0020 to 0x1ffe")]
    PidRange {
        /// What the PID is for.
        what: &'static str,
        /// The PID.
        pid: u16,
    },
    /// Two streams want one PID.
    #[error("{first} and {second} both have PID {pid:#06x}")]
    PidTwice {
        /// One of them.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// The PID.
        pid: u16,
    },
    /// A name that does not fit the service descriptor (EN 300 468 clause 6.2.33).
    #[error("the {what} has {bytes} bytes of UTF-8; {max} fit the service descriptor")]
    NameLength {
        /// Which name.
        what: &'static str,
        /// Its length, bytes.
        bytes: usize,
        /// The limit, bytes.
        max: usize,
    },
    /// No carriage at all was asked for, or one twice.
    #[error("each carriage may be listed once, and one is needed: {carriage:?}")]
    CarriageList {
        /// The one listed twice, or none.
        carriage: Option<Carriage>,
    },
    /// A carriage that rides in the slate was asked for without one.
    #[error("the carriage {carriage} rides in the slate, and there is none with what it needs")]
    NeedsSlate {
        /// The carriage.
        carriage: Carriage,
    },
    /// A carriage was given a share that it cannot have.
    #[error("the carriage {carriage} cannot have {bits_per_s} bit/s: {why}")]
    Share {
        /// The carriage.
        carriage: Carriage,
        /// The share asked for, bit/s.
        bits_per_s: u64,
        /// What is possible.
        why: &'static str,
    },
    /// Tables, clock, slate and fixed shares need more than the bitrate.
    #[error("tables, clock, slate and fixed shares need {need} bit/s of {have} bit/s")]
    BitrateTooSmall {
        /// The bitrate, bit/s.
        have: u64,
        /// What is needed without any data, bit/s.
        need: u64,
    },
    /// A slate that cannot be used.
    #[error("slate: {0}")]
    Slate(#[from] crate::slate::SlateError),
}
