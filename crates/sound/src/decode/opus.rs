//! Opus, by its head (RFC 7845, 5.1).

use opus_pure::OpusDecoder;

use super::{Damaged, Decode};
use crate::error::SoundError;

/// What it is decoded at, in Hz: its own time base.
const RATE: u32 = 48_000;
/// Samples of the longest packet, 120 ms.
const LONGEST: usize = 5760;

/// A decoder, and what the head says is to be done to its samples.
pub(super) struct Opus {
    decoder: OpusDecoder,
    channels: usize,
    /// Samples at the beginning that are none of the sound.
    skip: usize,
    gain: f32,
    decoded: Vec<f32>,
}

impl Opus {
    pub(super) fn new(head: &[u8]) -> Result<Self, SoundError> {
        const DAMAGED: SoundError = SoundError::Damaged {
            part: "description of its Opus",
        };
        // Magic, version, channels, samples to skip, rate (of what it was), gain, mapping.
        let &[
            _,
            channels,
            skip_a,
            skip_b,
            _,
            _,
            _,
            _,
            gain_a,
            gain_b,
            family,
        ] = head
            .strip_prefix(b"OpusHead")
            .and_then(|rest| rest.first_chunk::<11>())
            .ok_or(DAMAGED)?;
        if !(1..=2).contains(&channels) || family > 1 {
            return Err(SoundError::undecodable("Opus of more than two channels"));
        }
        let channels = usize::from(channels);
        let gain_db = f32::from(i16::from_le_bytes([gain_a, gain_b])) / 256.0;
        Ok(Self {
            decoder: OpusDecoder::new(RATE.cast_signed(), channels).map_err(|_| DAMAGED)?,
            decoded: vec![0.0; LONGEST * channels],
            channels,
            skip: u16::from_le_bytes([skip_a, skip_b]).into(),
            gain: 10f32.powf(gain_db / 20.0),
        })
    }
}

impl Decode for Opus {
    fn decode(&mut self, packet: &[u8], samples: &mut Vec<f32>) -> Result<u32, Damaged> {
        let Self {
            decoder, decoded, ..
        } = self;
        let count = decoder
            .decode(packet, LONGEST, decoded)
            .map_err(|_| Damaged)?;
        let decoded = decoded.get(..count * self.channels).ok_or(Damaged)?;
        let skipped = self.skip.min(count);
        self.skip -= skipped;
        let gain = self.gain / self.channels as f32;
        let frames = decoded.chunks_exact(self.channels).skip(skipped);
        samples.extend(frames.map(|frame| frame.iter().sum::<f32>() * gain));
        Ok(RATE)
    }
}
