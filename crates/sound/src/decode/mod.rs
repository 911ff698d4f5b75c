//! Packets, to samples of one channel.

mod aac;
#[cfg(feature = "amr")]
mod amr;
#[cfg(feature = "opus")]
mod opus;
mod symphonia;
#[cfg(feature = "vorbis")]
mod vorbis;

use crate::error::SoundError;

pub(crate) use aac::config as aac_config;

/// How sound is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// FLAC (RFC 9639).
    Flac,
    /// Apple Lossless.
    Alac,
    /// MPEG-1 or MPEG-2 layer III.
    Mp3,
    /// MPEG-4 AAC of low complexity; of HE-AAC what is below half of its rate.
    Aac,
    /// Vorbis I.
    Vorbis,
    /// Opus (RFC 6716).
    Opus,
    /// AMR narrow band (3GPP TS 26.071).
    AmrNarrow,
    /// AMR wide band (3GPP TS 26.171).
    AmrWide,
}

impl Codec {
    /// The name for programs and for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Codec::Flac => "FLAC",
            Codec::Alac => "ALAC",
            Codec::Mp3 => "MP3",
            Codec::Aac => "AAC",
            Codec::Vorbis => "Vorbis",
            Codec::Opus => "Opus",
            Codec::AmrNarrow => "AMR",
            Codec::AmrWide => "AMR-WB",
        }
    }
}

/// What a container says of its packets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setup {
    pub(crate) codec: Codec,
    /// What the decoder has to know, as the codec's own specification writes it.
    config: Vec<u8>,
}

impl Setup {
    pub(crate) fn new(codec: Codec) -> Self {
        Self {
            codec,
            config: Vec::new(),
        }
    }

    pub(crate) fn config(mut self, config: Vec<u8>) -> Self {
        self.config = config;
        self
    }

    /// What decodes such packets.
    pub(crate) fn decoder(&self) -> Result<Box<dyn Decode>, SoundError> {
        Ok(match self.codec {
            #[cfg(feature = "amr")]
            Codec::AmrNarrow => Box::new(amr::Narrow::default()),
            #[cfg(feature = "amr-wide")]
            Codec::AmrWide => Box::new(amr::Wide::default()),
            #[cfg(feature = "opus")]
            Codec::Opus => Box::new(opus::Opus::new(&self.config)?),
            codec => Box::new(symphonia::Symphonia::new(codec, &self.config)?),
        })
    }
}

/// A packet could not be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Damaged;

/// Decodes packets.
pub(crate) trait Decode {
    /// Decodes a packet and adds its samples, mixed to one channel, to `samples`. Says at which
    /// rate they are, in Hz.
    fn decode(&mut self, packet: &[u8], samples: &mut Vec<f32>) -> Result<u32, Damaged>;
}
