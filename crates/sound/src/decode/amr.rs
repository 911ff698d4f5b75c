//! AMR: frames behind their byte of the table of contents (RFC 4867, 5.3).

use codec_core::codecs::amr::nb;
#[cfg(feature = "amr-wide")]
use codec_core::codecs::amr::{AmrMode, AmrVariant, wb};

use super::{Codec, Damaged, Decode};

/// Bytes of narrow band frames by type (3GPP TS 26.101), that byte included: 8 modes, comfort
/// noise; no data.
const NARROW: [u8; 16] = [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1];
/// Bytes of wide band frames (3GPP TS 26.201): 9 modes, comfort noise; lost, no data.
const WIDE: [u8; 16] = [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1];
/// The bit of a frame that is whole.
const IS_GOOD: u8 = 4;
/// Bits that are 0: not the last, padding.
const PADDING: u8 = 0x83;

/// Bytes of a frame by its first one, which is counted; none if it begins no frame.
pub(crate) fn frame_bytes(codec: Codec, head: u8) -> Option<usize> {
    let table = match codec {
        Codec::AmrWide => WIDE,
        _ => NARROW,
    };
    let bytes = table[usize::from(head >> 3 & 15)];
    (head & PADDING == 0 && bytes > 0).then_some(bytes.into())
}

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
