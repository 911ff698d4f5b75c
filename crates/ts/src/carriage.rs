//! The ways in which frames can ride in a transport stream. The one list of them.

use std::fmt;
use std::str::FromStr;

use crate::TsError;

/// A way for frames to ride in a transport stream, each with its own conforming framing, because
/// many boxes and headends pass only what they know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Carriage {
    /// Asynchronous data streaming: one PES packet of private_stream_2 a frame (EN 301 192
    /// clause 5). The default, and the cheapest.
    AsyncPes,
    /// Teletext data units of a user-defined data_unit_id (EN 300 472 clause 4.4).
    Teletext,
    /// DVB subtitling segments of a private segment_type (EN 300 743 clause 7.2).
    Subtitle,
    /// Ancillary data of MPEG-1 Layer II sound (TS 101 154 annex C, ISO/IEC 11172-3 clause 2.4.1.8).
    SecondSound,
    /// user_data of MPEG-2 video or SEI of H.264 in the slate. Off by default: see
    /// `docs/carriages.md` for the patent to be checked first.
    VideoUserData,
}

impl Carriage {
    /// All of them, in the order of [`Carriage::index`].
    pub const ALL: [Carriage; 5] = [
        Carriage::AsyncPes,
        Carriage::Teletext,
        Carriage::Subtitle,
        Carriage::SecondSound,
        Carriage::VideoUserData,
    ];

    /// Place in [`Carriage::ALL`], for tables kept by carriage.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The short name used on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Carriage::AsyncPes => "async",
            Carriage::Teletext => "teletext",
            Carriage::Subtitle => "subtitle",
            Carriage::SecondSound => "sound",
            Carriage::VideoUserData => "video",
        }
    }
}

impl fmt::Display for Carriage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Carriage {
    type Err = TsError;

    fn from_str(text: &str) -> Result<Carriage, TsError> {
        Carriage::ALL
            .into_iter()
            .find(|carriage| carriage.name() == text)
            .ok_or_else(|| TsError::CarriageText {
                text: text.to_owned(),
            })
    }
}
