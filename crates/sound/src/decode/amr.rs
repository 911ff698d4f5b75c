//! AMR: frames behind their byte of the table of contents (RFC 4867, 5.3).

use codec_core::codecs::amr::nb;
#[cfg(feature = "amr-wide")]
use codec_core::codecs::amr::{AmrMode, AmrVariant, wb};

use super::{Codec, Damaged, Decode};
use crate::container::amr_frame_bytes as frame_bytes;

/// The bit of a frame that is whole.
const IS_GOOD: u8 = 4;
/// Gives each frame of a packet (there are several in one in 3GP) to `frame`: its type, and its
/// bits, none if they are damaged.
fn frames(
    codec: Codec,
    packet: &[u8],
    mut frame: impl FnMut(u8, Option<&[u8]>),
) -> Result<(), Damaged> {
    let mut rest = packet;
    while let Some(&head) = rest.first() {
        let bytes = frame_bytes(codec, head).ok_or(Damaged)?;
        let (whole, later) = rest.split_at_checked(bytes).ok_or(Damaged)?;
        rest = later;
        frame(
            head >> 3 & 15,
            Some(&whole[1..]).filter(|_| head & IS_GOOD != 0),
        );
    }
    Ok(())
}

/// Adds what was decoded, or as much silence: comfort noise is no sound of the radio.
fn add<const N: usize>(decoded: Option<[i16; N]>, samples: &mut Vec<f32>) {
    let decoded = decoded.unwrap_or([0; N]);
    samples.extend(decoded.map(|sample| f32::from(sample) / 32_768.0));
}

/// AMR of 8,000 samples a second.
#[derive(Default)]
pub(super) struct Narrow(nb::decoder::Decoder);

impl Decode for Narrow {
    fn decode(&mut self, packet: &[u8], samples: &mut Vec<f32>) -> Result<u32, Damaged> {
        frames(Codec::AmrNarrow, packet, |kind, bits| {
            let bits = bits.filter(|_| kind < 8);
            add(bits.and_then(|bits| self.0.decode(kind, bits)), samples);
        })?;
        Ok(8_000)
    }
}

/// AMR of 16,000 samples a second.
#[cfg(feature = "amr-wide")]
#[derive(Default)]
pub(super) struct Wide(wb::decoder::Decoder);

#[cfg(feature = "amr-wide")]
impl Decode for Wide {
    fn decode(&mut self, packet: &[u8], samples: &mut Vec<f32>) -> Result<u32, Damaged> {
        frames(Codec::AmrWide, packet, |kind, bits| {
            let mode = AmrMode::new(AmrVariant::WideBand, kind).ok();
            let decoded = mode
                .zip(bits)
                .and_then(|(mode, bits)| self.0.decode(mode, bits));
            add(decoded, samples);
        })?;
        Ok(16_000)
    }
}
