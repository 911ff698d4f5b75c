//! FLAC as it is (RFC 9639): blocks of metadata, then frames. A frame does not say how long it is;
//! it ends where the next one begins.

mod ahead;

use super::{Next, Packets};
use crate::decode::{Codec, Setup};
use crate::error::SoundError;
use crate::input::Input;
use crate::sniff::skip_tags;
use ahead::Ahead;

/// Bytes of the block that says what the sound is.
const INFO: usize = 34;
/// Bytes of the longest header of a frame.
const HEADER: usize = 16;
/// Bytes of the shortest frame: a header of 6, an empty subframe, the checksum.
const SHORTEST: usize = 9;
/// Bytes in which a frame must end where the file does not say it: 8 channels of 43,000 samples of
/// 24 bits as they are.
const LONGEST: usize = 1 << 20;
/// Bytes that are read at once in search of a frame's end.
const PIECE: usize = 32 << 10;
/// Frames after which another one is believed to be of the same sound.
const SOON: u64 = 10_000;

/// A file of frames.
#[derive(Debug, Default)]
pub(super) struct Flac {
    /// Bytes of the longest frame; 0 before the metadata has been read.
    longest: usize,
    /// The header of the frame before.
    last: Option<Header>,
    /// Headers in what has been read ahead.
    ahead: Ahead,
}

/// What a frame's header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    /// What does not change: the sync code with its strategy.
    strategy: u8,
    /// The number of the frame, or of its first sample.
    number: u64,
    samples: u64,
}

impl Header {
    /// RFC 9639, section 9.1.
    fn parse(bytes: &[u8]) -> Option<Self> {
        let &[0xFF, b, c, d] = bytes.first_chunk::<4>()? else {
            return None;
        };
        let (size, rate, channels) = (c >> 4, c & 15, d >> 4);
        if b & 0xFE != 0xF8
            || size == 0
            || rate == 15
            || channels > 10
            || d >> 1 & 7 == 3
            || d & 1 != 0
        {
            return None;
        }
        let (number, mut at) = coded_number(bytes.get(4..)?)?;
        at += 4;
        let samples = match size {
            1 => 192,
            2..=5 => 576 << (size - 2),
            6 => {
                at += 1;
                u64::from(*bytes.get(at - 1)?) + 1
            }
            7 => {
                at += 2;
                u64::from(u16::from_be_bytes([
                    *bytes.get(at - 2)?,
                    *bytes.get(at - 1)?,
                ])) + 1
            }
            _ => 256 << (size - 8),
        };
        at += match rate {
            12 => 1,
            13 | 14 => 2,
            _ => 0,
        };
        (crc8(bytes.get(..at)?) == *bytes.get(at)?).then_some(Self {
            strategy: b,
            number,
            samples,
        })
    }

    /// By how much the number of the next frame is higher.
    fn step(&self) -> u64 {
        if self.strategy & 1 == 0 {
            1
        } else {
            self.samples
        }
    }
}

/// A number as in UTF-8, of up to 36 bits, and how many bytes it has.
fn coded_number(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let ones = first.leading_ones() as usize;
    if ones == 1 || ones > 7 {
        return None;
    }
    let mut number = u64::from(first) & (0x7F >> ones);
    for at in 1..ones.max(1) {
        let byte = *bytes.get(at).filter(|byte| *byte >> 6 == 2)?;
        number = number << 6 | u64::from(byte & 0x3F);
    }
    Some((number, ones.max(1)))
}

/// CRC-8 with the polynomial x⁸ + x² + x + 1.
fn crc8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ byte, |crc, _| {
            crc << 1 ^ if crc & 0x80 != 0 { 0x07 } else { 0 }
        })
    })
}

impl Flac {
    /// Whether a frame begins here that comes not long after the one before.
    fn is_later(&self, bytes: &[u8]) -> bool {
        let Some(header) = Header::parse(bytes) else {
            return false;
        };
        self.last.is_none_or(|last| {
            let frames = header.number.wrapping_sub(last.number) / last.step();
            header.strategy == last.strategy && (1..SOON).contains(&frames)
        })
    }

    /// Reads the blocks of metadata.
    fn open(&mut self, input: &mut Input<'_>) -> Result<Next, SoundError> {
        const DAMAGED: SoundError = SoundError::Damaged { part: "beginning" };
        skip_tags(input)?;
        if input.array()? != Some(*b"fLaC") {
            return Err(DAMAGED);
        }
        let mut info = Vec::new();
        loop {
            let [kind, a, b, c] = input.array()?.ok_or(DAMAGED)?;
            let bytes = u32::from_be_bytes([0, a, b, c]);
            let end = input.position() + u64::from(bytes);
            if kind & 0x7F == 0 && bytes as usize >= INFO && info.is_empty() {
                input.take(INFO, &mut info)?;
            }
            if !input.seek(end)? {
                return Err(DAMAGED);
            }
            if kind & 0x80 != 0 {
                break;
            }
        }
        if info.len() != INFO {
            return Err(DAMAGED);
        }
        self.longest = match u32::from_be_bytes([0, info[7], info[8], info[9]]) {
            0 => LONGEST,
            longest => (longest as usize).clamp(SHORTEST, LONGEST),
        };
        Ok(Next::Setup(Setup::new(Codec::Flac).config(info)))
    }
}

impl Packets for Flac {
    fn next(&mut self, input: &mut Input<'_>, packet: &mut Vec<u8>) -> Result<Next, SoundError> {
        if self.longest == 0 {
            return self.open(input);
        }
        let Some(header) = Header::parse(input.peek(HEADER)?) else {
            let bytes = input.peek(PIECE)?;
            if bytes.is_empty() {
                return Ok(Next::End);
            }
            let found = (1..bytes.len()).find(|at| self.is_later(&bytes[*at..]));
            let past = found.unwrap_or(bytes.len().saturating_sub(HEADER).max(1));
            input.consume(past);
            return Ok(match found {
                Some(_) => Next::Lost,
                None => Next::Nothing,
            });
        };
        // It ends where the next one begins: the one whose number says so.
        let begin = input.position();
        let mut wanted = PIECE.min(self.longest + HEADER);
        loop {
            let bytes = input.peek(wanted)?;
            let is_last = bytes.len() < wanted;
            self.ahead.look(begin, bytes, is_last);
            let next = self.ahead.after(&header, begin + SHORTEST as u64);
            let mut end = next
                .map(|place| (place - begin) as usize)
                .filter(|bytes| *bytes <= self.longest);
            if end.is_none() && is_last && bytes.len() <= self.longest {
                end = Some(bytes.len());
            }
            if let Some(end) = end {
                input.take(end, packet)?;
                self.last = Some(header);
                return Ok(Next::Packet);
            }
            if is_last || wanted >= self.longest + HEADER {
                // This one, or the next, is damaged.
                self.last = Some(header);
                input.consume(1);
                return Ok(Next::Nothing);
            }
            wanted = (wanted * 4).min(self.longest + HEADER);
        }
    }
}
