//! AMR in files of its own: RFC 4867, section 5. A magic number, then frames, each behind a byte
//! that says how long it is.

use super::{Next, Packets};
use crate::decode::{Codec, Setup};
use crate::error::SoundError;
use crate::input::Input;

/// Bytes that are looked through at once for the next frame.
const SEARCH: usize = 4096;
/// Frames that must lead to each other where one is looked for.
const CHAIN: usize = 6;
/// Bytes of the longest frame.
const LONGEST: usize = 61;

/// Bytes of narrow band frames by type (3GPP TS 26.101), that byte included: 8 modes, comfort
/// noise; no data.
const NARROW: [u8; 16] = [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1];
/// Bytes of wide band frames (3GPP TS 26.201): 9 modes, comfort noise; lost, no data.
const WIDE: [u8; 16] = [18, 24, 33, 37, 41, 47, 51, 59, 61, 6, 0, 0, 0, 0, 1, 1];
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

/// A file of frames.
#[derive(Debug)]
pub(super) struct Amr {
    codec: Codec,
    /// Bytes of the magic number, as long as they are to come.
    magic: Option<usize>,
    in_step: bool,
}

impl Amr {
    pub(super) fn narrow() -> Self {
        Self {
            codec: Codec::AmrNarrow,
            magic: Some(b"#!AMR\n".len()),
            in_step: true,
        }
    }

    pub(super) fn wide() -> Self {
        Self {
            codec: Codec::AmrWide,
            magic: Some(b"#!AMR-WB\n".len()),
            in_step: true,
        }
    }
}

/// Whether frames lead to each other here, as many as there is room for.
fn chain(codec: Codec, bytes: &[u8]) -> bool {
    let mut at = 0;
    for _ in 0..CHAIN {
        let Some(head) = bytes.get(at) else {
            return true;
        };
        match frame_bytes(codec, *head) {
            Some(frame) => at += frame,
            None => return false,
        }
    }
    true
}

impl Packets for Amr {
    fn next(&mut self, input: &mut Input<'_>, packet: &mut Vec<u8>) -> Result<Next, SoundError> {
        if let Some(magic) = self.magic.take() {
            input.skip(magic as u64)?;
            return Ok(Next::Setup(Setup::new(self.codec)));
        }
        let Some(head) = input.peek(1)?.first().copied() else {
            return Ok(Next::End);
        };
        if let Some(bytes) = frame_bytes(self.codec, head).filter(|_| self.in_step) {
            return Ok(match input.take(bytes, packet)? {
                true => Next::Packet,
                false => Next::End,
            });
        }
        let bytes = input.peek(SEARCH + CHAIN * LONGEST)?;
        let end = bytes.len().min(SEARCH);
        // Not where it was in step: that is no frame.
        let from = usize::from(self.in_step);
        let found = (from..end).find(|at| chain(self.codec, &bytes[*at..]));
        self.in_step = found.is_some();
        input.consume(found.unwrap_or(end));
        Ok(Next::Lost)
    }
}
