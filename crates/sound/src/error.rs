//! Why a recording cannot be read.

use std::io;

/// What makes a file that is read here of one that is not.
pub const CONVERT: &str = "ffmpeg -i FILE -ac 1 -ar 16000 FILE.wav";

/// Samples in a second that sound has, in Hz: from telephones to studios.
pub(crate) const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;

/// Why a recording cannot be read, or not further.
#[derive(Debug, thiserror::Error)]
pub enum SoundError {
    /// It is something else.
    #[error(
        "this is no file of sound that is known here: if it is one, convert it with `{CONVERT}`"
    )]
    NotSound,
    /// It is sound that is written in a way that is not read here.
    #[error("it is {what}, which is not decoded here: {remedy}")]
    Undecodable {
        /// How it is written.
        what: String,
        /// What can be done.
        remedy: Remedy,
    },
    /// It says that it has so many samples in a second.
    #[error(
        "it says that it has {hz} samples in a second, and sound has {} to {}: its beginning is \
         damaged; copy it again",
        RATES.start(),
        RATES.end()
    )]
    Rate {
        /// In Hz.
        hz: u32,
    },
    /// Recordings at different rates were joined; what was before is read.
    #[error(
        "from byte {at} on it goes on at {to} Hz instead of {from} Hz, and what follows is not \
         read: convert it with `{CONVERT}`"
    )]
    RateChanged {
        /// Where in the file, about.
        at: u64,
        /// Samples in a second before, in Hz.
        from: u32,
        /// And after, in Hz.
        to: u32,
    },
    /// An MP4 without the box that says where its sound is.
    #[error(
        "the list of what is where in it (moov) is missing: it was copied before the recording was \
         ended, or not whole; copy it again"
    )]
    NoIndex,
    /// A film without sound, for example.
    #[error("it is a file of a kind that holds sound or films, and this one holds no sound")]
    NoSound,
    /// Something that all else depends on.
    #[error("its {part} cannot be read: it was cut short, or damaged; copy it again")]
    Damaged {
        /// What.
        part: &'static str,
    },
    /// The source failed.
    #[error("it cannot be read: {0}")]
    Read(#[from] io::Error),
}

/// What makes a file of a kind that is not decoded here one that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Remedy {
    /// ffmpeg as systems have it (5.1, of 2022) decodes it.
    #[error("convert it with `{CONVERT}`")]
    Convert,
    /// ffmpeg decodes it from a version on.
    #[error("convert it with ffmpeg {0} or later: `{CONVERT}`")]
    ConvertFrom(&'static str),
    /// It is not known what it is: ffmpeg decodes most there is.
    #[error("convert it with `{CONVERT}`, if that can read it")]
    Try,
    /// ffmpeg does not decode it.
    #[error(
        "ffmpeg does not decode it either; have what recorded it write WAV, FLAC, MP3 or AAC (M4A)"
    )]
    RecordOtherwise,
}

impl SoundError {
    /// Of what ffmpeg decodes.
    pub(crate) fn undecodable(what: impl Into<String>) -> Self {
        Self::undecodable_but(what, Remedy::Convert)
    }

    pub(crate) fn undecodable_but(what: impl Into<String>, remedy: Remedy) -> Self {
        Self::Undecodable {
            what: what.into(),
            remedy,
        }
    }
}
