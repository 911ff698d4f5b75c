//! The slate: a still picture and a sound, given as elementary streams that were encoded before,
//! repeated for ever for whoever tunes in.

mod bits;
mod h264;
mod mpeg2;
mod sound;
mod video;

pub use sound::Sound;
pub(crate) use sound::{SILENT_STEREO_BYTES, silence, widened_header};
pub(crate) use video::MAX_PICTURE_BYTES;
pub use video::{Video, VideoCodec};

use crate::clock::Ticks;

/// What is wrong with a slate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SlateError {
    /// Neither a sequence header of MPEG-2 nor a parameter set of H.264 at the beginning.
    #[error("the picture is neither MPEG-2 video nor H.264 in Annex B form")]
    UnknownVideo,
    /// The first picture is no intra picture with its headers, so nobody could join.
    #[error("picture {picture} cannot be joined at: it is no intra picture with headers")]
    NoEntry {
        /// Number of the picture, from 0.
        picture: usize,
    },
    /// Pictures in another order than they are shown (B pictures).
    #[error("picture {picture} is a B picture; encode without them (ffmpeg -bf 0)")]
    Reordered {
        /// Number of the picture, from 0.
        picture: usize,
    },
    /// The stream does not say how many pictures a second it has.
    #[error("the picture says no frame rate (H.264: VUI timing_info is missing)")]
    NoFrameRate,
    /// An access unit is too big to be sent in time.
    #[error("picture {picture} has {bytes} bytes; {max} can be sent in time")]
    PictureBytes {
        /// Number of the picture, from 0.
        picture: usize,
        /// Its length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// The sound is no unbroken row of MPEG-1 Layer II frames of one kind.
    #[error("the sound is not MPEG-1 Layer II of one rate and mode at byte {at}")]
    Sound {
        /// Where it stops to be.
        at: usize,
    },
    /// More than the limit of picture or sound.
    #[error("the slate has {bytes} bytes; {max} are allowed")]
    TooLong {
        /// Bytes given.
        bytes: usize,
        /// The limit.
        max: usize,
    },
}

/// Longest elementary stream of a slate, bytes.
pub const MAX_SLATE_BYTES: usize = 32 << 20;

/// A still picture, and a sound if there is one, ready to be repeated.
#[derive(Debug, Clone)]
pub struct Slate {
    video: Video,
    sound: Option<Sound>,
}

impl Slate {
    /// Takes elementary streams apart: `video_es` is MPEG-2 video or H.264 (Annex B) without B
    /// pictures that begins with an intra picture; `audio_es` is MPEG-1 Layer II, or empty.
    ///
    /// # Errors
    /// [`SlateError`] says what is wrong and where.
    pub fn parse(video_es: &[u8], audio_es: &[u8]) -> Result<Slate, SlateError> {
        let bytes = video_es.len().max(audio_es.len());
        if bytes > MAX_SLATE_BYTES {
            return Err(SlateError::TooLong {
                bytes,
                max: MAX_SLATE_BYTES,
            });
        }
        let sound = if audio_es.is_empty() {
            None
        } else {
            Some(Sound::parse(audio_es)?)
        };
        Ok(Slate {
            video: Video::parse(video_es)?,
            sound,
        })
    }

    /// The slate that comes with the crate: a still in English, Persian and Arabic that says how to
    /// record, with speech in English and Persian. `assets/README.md` says how it was made.
    ///
    /// # Panics
    /// Never: the tests parse it.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "the bytes are part of the crate and tested"
    )]
    pub fn bundled() -> Slate {
        Slate::parse(
            include_bytes!("../../assets/slate.h264"),
            include_bytes!("../../assets/slate.mp2"),
        )
        .expect("the bundled slate is parsed by the tests")
    }

    /// The picture.
    #[must_use]
    pub fn video(&self) -> &Video {
        &self.video
    }

    /// The sound.
    #[must_use]
    pub fn sound(&self) -> Option<&Sound> {
        self.sound.as_ref()
    }

    /// How long the longer of picture and sound lasts before it is repeated.
    #[must_use]
    pub fn duration(&self) -> Ticks {
        let sound = self.sound.as_ref().map_or(Ticks(0), Sound::duration);
        self.video.duration().max(sound)
    }
}
