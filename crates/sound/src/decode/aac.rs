//! The configuration of MPEG-4 sound (ISO/IEC 14496-3, 1.6.2.1), made simple: of HE-AAC the core,
//! which is AAC of low complexity at half the rate and has everything below a quarter of it.

use crate::error::{Remedy, SoundError};

/// AAC of low complexity.
const LC: u32 = 2;
/// Spectral band replication: HE-AAC.
const SBR: u32 = 5;
/// Parametric stereo: HE-AAC v2.
const PS: u32 = 29;

/// The configuration of AAC of low complexity, by the indices of rate and channels.
pub(crate) fn config(rate: u8, channels: u8) -> Vec<u8> {
    vec![(LC as u8) << 3 | rate >> 1, rate << 7 | channels << 3]
}

/// Bits, the first of a byte first.
struct Bits<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Bits<'_> {
    fn read(&mut self, count: usize) -> Option<u32> {
        (0..count).try_fold(0, |all, _| {
            let byte = *self.bytes.get(self.at / 8)?;
            let bit = byte >> (7 - self.at % 8) & 1;
            self.at += 1;
            Some(all << 1 | u32::from(bit))
        })
    }

    fn object(&mut self) -> Option<u32> {
        match self.read(5)? {
            31 => Some(32 + self.read(6)?),
            object => Some(object),
        }
    }

    /// The index of a rate, and the rate where it has none.
    fn rate(&mut self) -> Option<(u32, u32)> {
        match self.read(4)? {
            15 => Some((15, self.read(24)?)),
            index => Some((index, 0)),
        }
    }
}

/// The same configuration without what is not decoded.
pub(super) fn core(config: &[u8]) -> Result<Vec<u8>, SoundError> {
    let damaged = || SoundError::Damaged {
        part: "description of its AAC",
    };
    let mut bits = Bits {
        bytes: config,
        at: 0,
    };
    let mut object = bits.object().ok_or_else(damaged)?;
    let rate = bits.rate().ok_or_else(damaged)?;
    let channels = bits.read(4).ok_or_else(damaged)?;
    if matches!(object, SBR | PS) {
        bits.rate().ok_or_else(damaged)?;
        object = bits.object().ok_or_else(damaged)?;
    }
    let (name, remedy) = match object {
        LC if (1..=2).contains(&channels) => {
            // The length of frames stands behind.
            let frame = bits.read(1).ok_or_else(damaged)?;
            return match (frame, rate) {
                (0, (15, hz)) => Ok(explicit(hz, channels)),
                (0, (index, _)) => Ok(self::config(index as u8, channels as u8)),
                _ => Err(SoundError::undecodable("AAC of 960 samples a frame")),
            };
        }
        LC => ("AAC of more than two channels", Remedy::Convert),
        1 => ("AAC Main", Remedy::Convert),
        3 => ("AAC SSR", Remedy::RecordOtherwise),
        4 => ("AAC LTP", Remedy::Convert),
        23 => ("AAC-LD", Remedy::Convert),
        39 => ("AAC-ELD", Remedy::Convert),
        42 => ("xHE-AAC", Remedy::ConvertFrom("7.1")),
        _ => ("an unusual kind of AAC", Remedy::Try),
    };
    Err(SoundError::undecodable_but(name, remedy))
}

/// A configuration with a rate that has no index.
fn explicit(hz: u32, channels: u32) -> Vec<u8> {
    // 5 bits of object, 4 of 15, 24 of the rate, 4 of channels, 3 of nothing.
    let bits = u64::from(LC) << 35 | 15 << 31 | u64::from(hz) << 7 | u64::from(channels) << 3;
    bits.to_be_bytes()[3..].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_he_aac_the_core_is_left() {
        // As encoders write them: LC 44.1 kHz stereo; HE 22.05/44.1 kHz stereo; HE v2 mono.
        for (bytes, expected) in [
            (&[0x12, 0x10][..], [0x12, 0x10]),
            (&[0x12, 0x10, 0x56, 0xE5, 0x00], [0x12, 0x10]),
            (&[0x2B, 0x92, 0x08, 0x00], [0x13, 0x90]),
            (&[0xEB, 0x8A, 0x08, 0x00], [0x13, 0x88]),
        ] {
            assert_eq!(core(bytes).unwrap(), expected, "{bytes:x?}");
        }
        assert_eq!(
            core(&[0x17, 0x80, 0x1F, 0x40, 0x08]).unwrap(),
            explicit(16_000, 1)
        );
    }

    #[test]
    fn what_is_not_decoded_is_named() {
        for (bytes, name) in [
            (&[0x0A, 0x10][..], "AAC Main"),
            (&[0x12, 0x30], "more than two"),
            (&[0x12, 0x14], "960"),
            (&[0xF8, 0xE6, 0x20], "AAC-ELD"),
            // 31 and 10: 42, USAC.
            (&[0xF9, 0x46, 0x40], "ffmpeg 7.1 or later"),
            (&[0x12], "cut short"),
            (&[], "cut short"),
        ] {
            let error = core(bytes).unwrap_err().to_string();
            assert!(error.contains(name), "{bytes:x?}: {error}");
        }
    }
}
