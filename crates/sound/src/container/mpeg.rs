//! MP3 (ISO/IEC 11172-3 and 13818-3, layer III) and AAC in ADTS frames (ISO/IEC 13818-7): frames
//! one after the other, each behind its header.

use super::{Next, Packets};
use crate::decode::{Codec, Setup, aac_config};
use crate::error::{Remedy, SoundError};
use crate::input::Input;
use crate::sniff::skip_tags;

/// Bytes of a header with all that is needed here.
const HEADER: usize = 7;
/// Bytes that are looked through at once for the next frame.
const SEARCH: usize = 32 << 10;
/// Frames that must lead to each other where one is looked for.
const CHAIN: usize = 3;
/// kbit/s of layer III by index: MPEG-1, and MPEG-2 and 2.5.
const BITRATES: [[u16; 15]; 2] = [
    [
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    ],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
/// The index of AAC's lowest rate, 7,350 Hz.
const MOST_AAC_RATE: u8 = 12;

/// Whose headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    Mp3,
    Adts,
}

/// What a header says.
#[derive(Debug, Clone, Copy)]
struct Header {
    /// Bytes of the frame, header included.
    bytes: usize,
    /// Bytes of the header, where it is no part of the packet.
    head: usize,
    /// What does not change from frame to frame.
    kind: [u8; 3],
}

impl Header {
    fn parse(framing: Framing, bytes: &[u8]) -> Option<Self> {
        match framing {
            Framing::Mp3 => Self::mp3(bytes),
            Framing::Adts => Self::adts(bytes),
        }
    }

    fn mp3(bytes: &[u8]) -> Option<Self> {
        let &[0xFF, b, c, d] = bytes.first_chunk::<4>()? else {
            return None;
        };
        let (version, layer) = (b >> 3 & 3, b >> 1 & 3);
        let (bitrate, rate, padding) = (usize::from(c >> 4), c >> 2 & 3, usize::from(c >> 1 & 1));
        if b & 0xE0 != 0xE0 || version == 1 || layer != 1 || rate == 3 {
            return None;
        }
        let is_first = version == 3;
        let kbit = *BITRATES[usize::from(!is_first)]
            .get(bitrate)
            .filter(|kbit| **kbit > 0)?;
        let halvings = match version {
            3 => 0,
            2 => 1,
            _ => 2,
        };
        let rate_hz = [44_100, 48_000, 32_000][usize::from(rate)] >> halvings;
        let per_bit = if is_first { 144_000 } else { 72_000 };
        Some(Self {
            bytes: per_bit * usize::from(kbit) / rate_hz as usize + padding,
            head: 0,
            kind: [version, rate, u8::from(d >> 6 == 3)],
        })
    }

    fn adts(bytes: &[u8]) -> Option<Self> {
        let &[0xFF, b, c, d, e, f, _] = bytes.first_chunk::<HEADER>()? else {
            return None;
        };
        // Sync, layer 0; a rate that there is.
        if b & 0xF6 != 0xF0 || c >> 2 & 15 > MOST_AAC_RATE {
            return None;
        }
        let head = if b & 1 == 1 { 7 } else { 9 };
        let bytes = usize::from(d & 3) << 11 | usize::from(e) << 3 | usize::from(f >> 5);
        (bytes > head).then_some(Self {
            bytes,
            head,
            kind: [c >> 6, c >> 2 & 15, (c & 1) << 2 | d >> 6],
        })
    }
}

/// Whether these bytes begin with so many frames, each of which leads to the next, or as many as
/// there is room for, at least two.
pub(crate) fn chain(framing: Framing, bytes: &[u8], frames: usize) -> bool {
    let Some(first) = Header::parse(framing, bytes) else {
        return false;
    };
    let mut at = first.bytes;
    for seen in 1..frames {
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.len() < HEADER {
            return seen >= 2;
        }
        match Header::parse(framing, rest).filter(|header| header.kind == first.kind) {
            Some(header) => at += header.bytes,
            None => return false,
        }
    }
    true
}

/// A file of frames.
#[derive(Debug)]
pub(super) struct Mpeg {
    framing: Framing,
    /// Tags at the beginning are past.
    is_open: bool,
    first: Option<Header>,
    /// Whether the place is one where a frame ends.
    in_step: bool,
}

impl Mpeg {
    pub(super) fn new(framing: Framing) -> Self {
        Self {
            framing,
            is_open: false,
            first: None,
            in_step: false,
        }
    }

    fn setup(&self, header: Header) -> Result<Setup, SoundError> {
        if self.framing == Framing::Mp3 {
            return Ok(Setup::new(Codec::Mp3));
        }
        let [profile, rate, channels] = header.kind;
        match (profile, channels) {
            (1, 1..=7) => Ok(Setup::new(Codec::Aac).config(aac_config(rate, channels))),
            (1, _) => Err(SoundError::undecodable("AAC of unusual channels")),
            _ => Err(SoundError::undecodable_but(
                "AAC of another profile than LC",
                Remedy::Try,
            )),
        }
    }

    /// Looks for a frame. Says how many bytes are before it; the place is there, or the bytes that
    /// were looked through are past. If it is of another kind (files were joined), it is as at the
    /// beginning.
    fn search(&mut self, input: &mut Input<'_>) -> Result<Option<usize>, SoundError> {
        let bytes = input.peek(SEARCH + CHAIN * 4096)?;
        let end = bytes.len().min(SEARCH);
        let is_frame = |at: &usize| {
            let rest = &bytes[*at..];
            rest[0] == 0xFF && chain(self.framing, rest, CHAIN)
        };
        let found = (0..end).find(is_frame);
        let header = found.and_then(|at| Header::parse(self.framing, &bytes[at..]));
        if let Some(header) = header {
            self.first = self.first.filter(|first| first.kind == header.kind);
        }
        input.consume(found.unwrap_or(end));
        Ok(found)
    }
}

impl Packets for Mpeg {
    fn next(&mut self, input: &mut Input<'_>, packet: &mut Vec<u8>) -> Result<Next, SoundError> {
        if !std::mem::replace(&mut self.is_open, true) {
            skip_tags(input)?;
        }
        let bytes = input.peek(HEADER)?;
        if bytes.len() < 4 {
            return Ok(Next::End);
        }
        let header = Header::parse(self.framing, bytes);
        let header =
            header.filter(|header| self.first.is_none_or(|first| first.kind == header.kind));
        let Some(header) = header.filter(|_| self.in_step) else {
            // Tags stand at the end, too: no more than the search finds is missing.
            let was_in_step = std::mem::replace(&mut self.in_step, false);
            let found = self.search(input)?;
            self.in_step = found.is_some();
            return Ok(match found {
                Some(1..) if was_in_step => Next::Lost,
                _ => Next::Nothing,
            });
        };
        if self.first.is_none() {
            self.first = Some(header);
            return self.setup(header).map(Next::Setup);
        }
        if !input.take(header.bytes, packet)? {
            return Ok(Next::End);
        }
        packet.drain(..header.head);
        Ok(Next::Packet)
    }
}
