//! Why a recording cannot be read.

use std::io;

/// What makes a file that is read here of one that is not.
pub const CONVERT: &str = "ffmpeg -i FILE -ac 1 -ar 16000 FILE.wav";

/// Why a recording cannot be read, or not further.
#[derive(Debug, thiserror::Error)]
pub enum SoundError {
    /// It is something else.
    #[error(
        "this is no file of sound that is known here: if it is one, convert it with `{CONVERT}`"
    )]
    NotSound,
    /// It is sound that is written in a way that is not read here.
    #[error("it is {what}, which is not decoded here: convert it with `{CONVERT}`")]
    Undecodable {
        /// How it is written.
        what: String,
    },
    /// An MP4 without the box that says where its sound is.
    #[error(
        "the list of what is where in it (moov) is missing: it was copied before the recording was \
         ended, or not whole; copy it again"
    )]
    NoIndex,
    /// A film without sound, for example.
    #[error("there is no sound in it")]
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

impl SoundError {
    pub(crate) fn undecodable(what: impl Into<String>) -> Self {
        Self::Undecodable { what: what.into() }
    }
}
