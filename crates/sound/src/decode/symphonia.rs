//! What Symphonia decodes.

use symphonia_core::codecs::audio::well_known as ids;
use symphonia_core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia_core::errors::Error;
use symphonia_core::packet::PacketRef;
use symphonia_core::units::{Duration, Timestamp};

#[cfg(feature = "vorbis")]
use super::vorbis;
use super::{Codec, Damaged, Decode, aac};
use crate::error::{Remedy, SoundError};

/// A decoder of Symphonia's.
pub(super) struct Symphonia {
    decoder: Box<dyn AudioDecoder>,
    interleaved: Vec<f32>,
}

impl Symphonia {
    pub(super) fn new(codec: Codec, config: &[u8]) -> Result<Self, SoundError> {
        let (options, mut parameters) =
            (AudioDecoderOptions::default(), AudioCodecParameters::new());
        let extra = match codec {
            Codec::Aac => aac::core(config)?,
            _ => config.to_vec(),
        };
        if !extra.is_empty() {
            parameters.with_extra_data(extra.into_boxed_slice());
        }
        let decoder = match codec {
            #[cfg(feature = "flac")]
            Codec::Flac => {
                parameters.for_codec(ids::CODEC_ID_FLAC);
                symphonia_bundle_flac::FlacDecoder::try_new(&parameters, &options).map(boxed)
            }
            #[cfg(feature = "alac")]
            Codec::Alac => {
                parameters.for_codec(ids::CODEC_ID_ALAC);
                symphonia_codec_alac::AlacDecoder::try_new(&parameters, &options).map(boxed)
            }
            Codec::Mp3 => {
                parameters.for_codec(ids::CODEC_ID_MP3);
                symphonia_bundle_mp3::MpaDecoder::try_new(&parameters, &options).map(boxed)
            }
            #[cfg(feature = "vorbis")]
            Codec::Vorbis if vorbis::has_long_words(config) => {
                return Err(SoundError::Damaged {
                    part: "description of its Vorbis",
                });
            }
            #[cfg(feature = "vorbis")]
            Codec::Vorbis => {
                parameters.for_codec(ids::CODEC_ID_VORBIS);
                symphonia_codec_vorbis::VorbisDecoder::try_new(&parameters, &options).map(boxed)
            }
            Codec::Aac => {
                parameters.for_codec(ids::CODEC_ID_AAC);
                symphonia_codec_aac::AacDecoder::try_new(&parameters, &options).map(boxed)
            }
            codec => return Err(SoundError::undecodable(codec.name())),
        };
        match decoder {
            Ok(decoder) => Ok(Self {
                decoder,
                interleaved: Vec::new(),
            }),
            Err(Error::Unsupported(what)) => Err(SoundError::undecodable_but(
                format!("{} of an unusual kind ({what})", codec.name()),
                Remedy::Try,
            )),
            Err(_) => Err(SoundError::Damaged {
                part: "description of how it is written",
            }),
        }
    }
}

fn boxed(decoder: impl AudioDecoder + 'static) -> Box<dyn AudioDecoder> {
    Box::new(decoder)
}

impl Decode for Symphonia {
    fn decode(&mut self, packet: &[u8], samples: &mut Vec<f32>) -> Result<u32, Damaged> {
        let packet = PacketRef::new(0, Timestamp::ZERO, Duration::ZERO, packet);
        let decoded = self.decoder.decode_ref(&packet).map_err(|_| Damaged)?;
        let (rate, channels) = (decoded.spec().rate(), decoded.spec().channels().count());
        decoded.copy_to_vec_interleaved(&mut self.interleaved);
        let share = 1.0 / channels.max(1) as f32;
        let frames = self.interleaved.chunks_exact(channels.max(1));
        samples.extend(frames.map(|frame| frame.iter().sum::<f32>() * share));
        Ok(rate)
    }
}
