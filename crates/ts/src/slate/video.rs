//! The slate's picture: access units that can be sent one after another, for ever.

use super::{SlateError, h264, mpeg2};
use crate::clock::Ticks;

/// The biggest access unit, bytes: about what 300 kbit/s carry in the second that a decoder's
/// buffer may hold (ISO/IEC 13818-1 clause 2.4.2.3).
pub(crate) const MAX_PICTURE_BYTES: usize = 400_000;

/// How the picture is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VideoCodec {
    /// ISO/IEC 13818-2.
    Mpeg2,
    /// ISO/IEC 14496-10.
    H264,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Intra, with all headers: a decoder can begin here.
    Entry,
    Predicted,
    Bidirectional,
}

/// An access unit.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) bytes: Vec<u8>,
    /// Where user data may be put in: before the first slice.
    pub(super) slice_at: Option<usize>,
    pub(super) kind: Kind,
    pub(super) has_headers: bool,
}

/// Pictures of a slate.
#[derive(Debug, Clone)]
pub struct Video {
    codec: VideoCodec,
    units: Vec<Unit>,
    picture: Ticks,
    height: u32,
}

impl Video {
    pub(super) fn parse(es: &[u8]) -> Result<Video, SlateError> {
        let first = memchr::memmem::find(es, &[0, 0, 1]).and_then(|at| es.get(at + 3));
        let (codec, units, picture, height) = match first {
            Some(0xB3) => {
                let (ticks, height) = mpeg2::sequence(es).ok_or(SlateError::NoFrameRate)?;
                (VideoCodec::Mpeg2, mpeg2::units(es), ticks, height)
            }
            Some(nal) if nal & 0x80 == 0 && matches!(nal & 0x1F, 6 | 7 | 9) => {
                let sps = h264::sps(es).ok_or(SlateError::UnknownVideo)?;
                let ticks = sps.picture_ticks.ok_or(SlateError::NoFrameRate)?;
                (VideoCodec::H264, h264::units(es), ticks, sps.height)
            }
            _ => return Err(SlateError::UnknownVideo),
        };
        if units
            .first()
            .is_none_or(|unit| unit.kind != Kind::Entry || !unit.has_headers)
        {
            return Err(SlateError::NoEntry { picture: 0 });
        }
        for (picture, unit) in units.iter().enumerate() {
            if unit.kind == Kind::Bidirectional {
                return Err(SlateError::Reordered { picture });
            }
            if unit.bytes.len() > MAX_PICTURE_BYTES {
                let (bytes, max) = (unit.bytes.len(), MAX_PICTURE_BYTES);
                return Err(SlateError::PictureBytes {
                    picture,
                    bytes,
                    max,
                });
            }
        }
        // A hundredth of a second or a minute a picture is no television.
        if !(270_000..=60 * 27_000_000).contains(&picture) {
            return Err(SlateError::NoFrameRate);
        }
        Ok(Video {
            codec,
            units,
            picture: Ticks(picture),
            height,
        })
    }

    /// How the picture is coded.
    #[must_use]
    pub fn codec(&self) -> VideoCodec {
        self.codec
    }

    /// More than 576 lines.
    #[must_use]
    pub fn is_hd(&self) -> bool {
        self.height > 576
    }

    /// How many pictures there are before they repeat.
    #[must_use]
    pub fn pictures(&self) -> usize {
        self.units.len()
    }

    /// How long one picture stands.
    #[must_use]
    pub fn picture_duration(&self) -> Ticks {
        self.picture
    }

    /// How long all of them last.
    #[must_use]
    pub fn duration(&self) -> Ticks {
        Ticks(self.picture.0 * self.units.len() as u64)
    }

    /// An access unit and the place in it where user data may go.
    pub(crate) fn unit(&self, picture: usize) -> (&[u8], usize) {
        let unit = &self.units[picture];
        (&unit.bytes, unit.slice_at.unwrap_or(unit.bytes.len()))
    }
}
