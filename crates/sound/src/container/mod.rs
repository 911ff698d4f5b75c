//! Files, to the packets of their sound.

mod amr;
mod flac;
mod matroska;
mod mp4;
mod mpeg;
mod ogg;

use crate::decode::Setup;
use crate::error::{Remedy, SoundError};
use crate::input::Input;
use crate::sniff::{Kind, SILK};

#[cfg(feature = "amr")]
pub(crate) use amr::frame_bytes as amr_frame_bytes;
pub(crate) use mpeg::{Framing, chain};

/// No packet of sound is longer, in bytes: 8 channels of FLAC, 65,535 samples of 32 bits.
pub(crate) const LONGEST_PACKET: usize = 2 << 20;

/// What comes next in a file.
#[derive(Debug)]
pub(crate) enum Next {
    /// What all packets from now on are, and how to decode them.
    Setup(Setup),
    /// A packet was written to where the caller said.
    Packet,
    /// Something is damaged: a packet, or more, are missing.
    Lost,
    /// Nothing of the sound, so far.
    Nothing,
    /// The file ends.
    End,
}

/// Finds packets in a file.
pub(crate) trait Packets {
    /// What comes next; a packet instead of what is in `packet`. Reads no more than some hundred
    /// kilobytes at a time.
    fn next(&mut self, input: &mut Input<'_>, packet: &mut Vec<u8>) -> Result<Next, SoundError>;
}

/// What finds packets in a file of this kind.
pub(crate) fn packets(kind: Kind) -> Result<Box<dyn Packets>, SoundError> {
    Ok(match kind {
        Kind::Flac => Box::new(flac::Flac::default()),
        Kind::Mp3 => Box::new(mpeg::Mpeg::new(Framing::Mp3)),
        Kind::Adts => Box::new(mpeg::Mpeg::new(Framing::Adts)),
        Kind::Mp4 => Box::new(mp4::Mp4::default()),
        Kind::Ogg => Box::new(ogg::Ogg::default()),
        Kind::Matroska => Box::new(matroska::Matroska::default()),
        Kind::Amr => Box::new(amr::Amr::narrow()),
        Kind::AmrWide => Box::new(amr::Amr::wide()),
        Kind::Other(what @ SILK) => {
            return Err(SoundError::undecodable_but(what, Remedy::RecordOtherwise));
        }
        Kind::Other(what) => return Err(SoundError::undecodable(what)),
    })
}
