//! The slate's sound, and silence: frames of MPEG-1 Layer II (ISO/IEC 11172-3 clause 2.4).

use super::SlateError;
use crate::clock::{HZ, Ticks};

/// Samples of a Layer II frame.
const FRAME_SAMPLES: u64 = 1152;
/// bitrate_index → kbit/s, Layer II (clause 2.4.2.3).
const KBITS: [u32; 15] = [
    0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
];

/// Header and bit allocation of a stereo frame at 48 kHz and 56 kbit/s or more a channel, no CRC,
/// all subbands empty: 4 bytes, and 2 × 88 bits (table B.2a: 11 × 4 + 12 × 3 + 4 × 2). Nothing else
/// belongs to such a frame (clause 2.4.1.6), so all that follows is ancillary data.
pub(crate) const SILENT_STEREO_BYTES: usize = 4 + 22;

/// Unbroken frames of one rate and mode.
#[derive(Debug, Clone)]
pub struct Sound {
    bytes: Vec<u8>,
    /// Where each frame begins, and the end.
    starts: Vec<usize>,
    header: Header,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    kbits: u32,
    sample_hz: u32,
    mono: bool,
    protected: bool,
    padding: bool,
}

impl Header {
    fn parse(bytes: &[u8]) -> Option<Header> {
        let &[a, b, c, d] = bytes.get(..4)?.try_into().ok().as_ref()?;
        // syncword, ID 1, layer '10'.
        if a != 0xFF || b & 0xFE != 0xFC {
            return None;
        }
        let kbits = *KBITS.get(usize::from(c >> 4))?;
        let sample_hz = match c >> 2 & 3 {
            0 => 44_100,
            1 => 48_000,
            2 => 32_000,
            _ => return None,
        };
        (kbits > 0).then_some(Header {
            kbits,
            sample_hz,
            mono: d >> 6 == 3,
            protected: b & 1 == 0,
            padding: c & 2 != 0,
        })
    }

    fn frame_bytes(&self) -> usize {
        (144_000 * self.kbits / self.sample_hz) as usize + usize::from(self.padding)
    }

    fn same_kind(&self, other: &Header) -> bool {
        Header {
            padding: false,
            ..*self
        } == Header {
            padding: false,
            ..*other
        }
    }
}

impl Sound {
    pub(super) fn parse(es: &[u8]) -> Result<Sound, SlateError> {
        let header = Header::parse(es).ok_or(SlateError::Sound { at: 0 })?;
        let (mut starts, mut at) = (vec![0], 0);
        while at < es.len() {
            let next = Header::parse(&es[at..]).filter(|next| next.same_kind(&header));
            let end = at + next.ok_or(SlateError::Sound { at })?.frame_bytes();
            if end > es.len() {
                return Err(SlateError::Sound { at });
            }
            starts.push(end);
            at = end;
        }
        Ok(Sound {
            bytes: es.to_vec(),
            starts,
            header,
        })
    }

    /// kbit/s.
    #[must_use]
    pub fn kbits_per_s(&self) -> u32 {
        self.header.kbits
    }

    /// How many frames there are before they repeat.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.starts.len() - 1
    }

    /// How long all of them last.
    #[must_use]
    pub fn duration(&self) -> Ticks {
        self.time_of(self.frames() as u64)
    }

    /// When frame `number` of an endless row begins, counted from the first.
    pub(crate) fn time_of(&self, number: u64) -> Ticks {
        frame_time(number, self.header.sample_hz)
    }

    /// Frame `number` of an endless row.
    pub(crate) fn frame(&self, number: u64) -> &[u8] {
        let place = (number % self.frames() as u64) as usize;
        &self.bytes[self.starts[place]..self.starts[place + 1]]
    }

    /// The highest rate, kbit/s, at which the frames mean the same: the bit allocation table
    /// depends on rate and mode (table B.2), and mono ends at 192 (clause 2.4.2.3). `None` where
    /// there is none, or the frames carry a CRC, which covers the rate.
    pub(crate) fn widest_kbits(&self) -> Option<u32> {
        let per_channel = self.header.kbits / if self.header.mono { 1 } else { 2 };
        let first_table = per_channel >= 56 && self.header.sample_hz == 48_000;
        let widest = if self.header.mono { 192 } else { 384 };
        (first_table && !self.header.protected && self.header.kbits < widest).then_some(widest)
    }

    /// Most bytes of a frame.
    pub(crate) fn frame_bytes(&self) -> usize {
        self.header.frame_bytes() + usize::from(!self.header.padding)
    }
}

/// When frame `number` begins.
fn frame_time(number: u64, sample_hz: u32) -> Ticks {
    Ticks((u128::from(number * FRAME_SAMPLES) * u128::from(HZ) / u128::from(sample_hz)) as u64)
}

/// `header` of a frame with another rate; and how long the frame is then (48 kHz).
pub(crate) fn widened_header(header: [u8; 4], kbits: u32) -> Option<([u8; 4], usize)> {
    let index = KBITS.iter().position(|&rate| rate == kbits)?;
    let wide = [
        header[0],
        header[1],
        (index as u8) << 4 | header[2] & 0x0D,
        header[3],
    ];
    Some((wide, Header::parse(&wide)?.frame_bytes()))
}

/// The Layer II rate at 48 kHz stereo that fits `bits_per_s` best without more, at least 112 kbit/s.
pub(crate) fn silence(bits_per_s: u64) -> ([u8; 4], usize) {
    let index = (8..KBITS.len())
        .rev()
        .find(|&index| u64::from(KBITS[index]) * 1000 <= bits_per_s)
        .unwrap_or(7);
    let header = [0xFF, 0xFD, (index as u8) << 4 | 0x04, 0x00];
    (header, (3 * KBITS[index]) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_a_row_of_frames() {
        let (header, length) = silence(384_000);
        assert_eq!(length, 1152);
        let mut frame = header.to_vec();
        frame.resize(length, 0);
        let sound = Sound::parse(&frame.repeat(3)).unwrap();
        assert_eq!((sound.frames(), sound.kbits_per_s()), (3, 384));
        assert_eq!(sound.duration(), Ticks(3 * 648_000));
        assert_eq!(silence(200_000).1, 576);
        assert_eq!(
            Sound::parse(&frame[..1000]).unwrap_err(),
            SlateError::Sound { at: 0 },
            "cut short"
        );
    }
}
