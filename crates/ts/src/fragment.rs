//! Fragments: frames cut to the measure of a carriage that gives a few bytes at a time. One form
//! for all of them. A lost fragment loses its frame and no other.
//!
//! The *message* is CRC-32 (ISO-HDLC, big-endian) of the frame, then the frame. A fragment is eight
//! bytes and a piece of the message, in order:
//!
//! | bits | field |
//! |---|---|
//! | 16 | mark, 0x53 0xDB |
//! | 7 | number of the frame, modulo 128 |
//! | 11 | length of the message, 5..=1280 |
//! | 11 | where in the message this piece begins |
//! | 11 | length of this piece, 1..=1280 |
//! | 8 | CRC-8 (polynomial 0x07, begun with 0xFF) of the seven bytes before |

use crate::MAX_FRAME_BYTES;

/// Bytes before each piece.
pub(crate) const HEADER_BYTES: usize = 8;
/// First bytes of each fragment.
pub(crate) const MARK: [u8; 2] = [0x53, 0xDB];
const CRC_BYTES: usize = 4;
/// The longest message, bytes.
pub(crate) const MAX_MESSAGE_BYTES: usize = MAX_FRAME_BYTES + CRC_BYTES;

/// What a fragment says of itself; [`Header::parse`] gives no impossible ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) number: u8,
    pub(crate) message_bytes: usize,
    pub(crate) offset: usize,
    pub(crate) piece_bytes: usize,
}

impl Header {
    pub(crate) fn parse(bytes: &[u8]) -> Option<Header> {
        let field: [u8; HEADER_BYTES] = bytes.get(..HEADER_BYTES)?.try_into().ok()?;
        if field[..2] != MARK || crc8(&field[..7]) != field[7] {
            return None;
        }
        let bits = u64::from_be_bytes(field) >> 8;
        let part = |shift: u32| (bits >> shift) as usize & 0x7FF;
        let header = Header {
            number: (bits >> 33) as u8 & 0x7F,
            message_bytes: part(22),
            offset: part(11),
            piece_bytes: part(0),
        };
        let possible = (CRC_BYTES + 1..=MAX_MESSAGE_BYTES).contains(&header.message_bytes)
            && header.piece_bytes > 0
            && header.offset + header.piece_bytes <= header.message_bytes;
        possible.then_some(header)
    }

    fn write(&self, out: &mut Vec<u8>) {
        let bits = u64::from(u16::from_be_bytes(MARK)) << 40
            | u64::from(self.number & 0x7F) << 33
            | (self.message_bytes as u64) << 22
            | (self.offset as u64) << 11
            | self.piece_bytes as u64;
        let seven = &bits.to_be_bytes()[1..];
        out.extend_from_slice(seven);
        out.push(crc8(seven));
    }
}

/// CRC-8, polynomial 0x07, begun with ones.
fn crc8(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0xFF, |register, &byte| {
        (0..8).fold(register ^ byte, |r: u8, _| {
            r << 1 ^ if r & 0x80 != 0 { 0x07 } else { 0 }
        })
    })
}

/// A frame being cut: pieces of whatever length the carriage has room for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cutter {
    message: Vec<u8>,
    at: usize,
    number: u8,
}

impl Cutter {
    /// Begins with `frame`; what was left of the one before is dropped.
    pub(crate) fn begin(&mut self, frame: &[u8], number: u8) {
        self.message.clear();
        self.message
            .extend_from_slice(&crc32fast::hash(frame).to_be_bytes());
        self.message.extend_from_slice(frame);
        self.at = 0;
        self.number = number;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.at >= self.message.len()
    }

    /// Appends the next fragment, of at most `room` bytes with its header.
    pub(crate) fn cut(&mut self, room: usize, out: &mut Vec<u8>) {
        let piece_bytes = room
            .saturating_sub(HEADER_BYTES)
            .min(self.message.len() - self.at);
        if piece_bytes == 0 {
            return;
        }
        let message_bytes = self.message.len();
        Header {
            number: self.number,
            message_bytes,
            offset: self.at,
            piece_bytes,
        }
        .write(out);
        out.extend_from_slice(&self.message[self.at..self.at + piece_bytes]);
        self.at += piece_bytes;
    }
}

/// What became of a fragment given to a [`Joiner`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joined {
    /// More are needed, or it was one that is already there.
    Wait,
    /// A frame is complete: [`Joiner::frame`].
    Frame,
    /// A frame is lost.
    Lost,
    /// A frame is lost, and another one complete.
    LostThenFrame,
}

/// Frames put together again from fragments in order.
#[derive(Debug, Default)]
pub(crate) struct Joiner {
    message: Vec<u8>,
    /// Number and length of the message being joined.
    current: Option<(u8, usize)>,
}

impl Joiner {
    pub(crate) fn add(&mut self, header: Header, piece: &[u8]) -> Joined {
        let key = (header.number, header.message_bytes);
        let mut lost = false;
        if self.current == Some(key) && header.offset + header.piece_bytes <= self.message.len() {
            // A cell or a frame that came twice.
            return Joined::Wait;
        }
        if self.current != Some(key) || header.offset != self.message.len() {
            lost = self.abandon();
            if header.offset != 0 {
                return if lost { Joined::Lost } else { Joined::Wait };
            }
            self.current = Some(key);
        }
        self.message.extend_from_slice(piece);
        if self.message.len() < header.message_bytes {
            return if lost { Joined::Lost } else { Joined::Wait };
        }
        // The message stays, to know its fragments again when they come twice.
        let (crc, frame) = self.message.split_at(CRC_BYTES);
        match (lost, crc32fast::hash(frame).to_be_bytes() == crc) {
            (false, true) => Joined::Frame,
            (true, true) => Joined::LostThenFrame,
            (_, false) => Joined::Lost,
        }
    }

    /// The frame just completed.
    pub(crate) fn frame(&self) -> &[u8] {
        self.message.get(CRC_BYTES..).unwrap_or(&[])
    }

    /// Gives up on a frame not yet complete; whether there was one.
    pub(crate) fn abandon(&mut self) -> bool {
        let unfinished = self
            .current
            .is_some_and(|(_, length)| self.message.len() < length);
        self.current = None;
        self.message.clear();
        unfinished
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragments(frame: &[u8], number: u8, room: usize) -> Vec<Vec<u8>> {
        let mut cutter = Cutter::default();
        cutter.begin(frame, number);
        let mut all = Vec::new();
        while !cutter.is_empty() {
            let mut out = Vec::new();
            cutter.cut(room, &mut out);
            all.push(out);
        }
        all
    }

    fn add(joiner: &mut Joiner, fragment: &[u8]) -> Joined {
        joiner.add(Header::parse(fragment).unwrap(), &fragment[HEADER_BYTES..])
    }

    #[test]
    fn frames_come_back_from_pieces_of_any_size() {
        let frame: Vec<u8> = (0..MAX_FRAME_BYTES).map(|i| (i * 7) as u8).collect();
        let mut joiner = Joiner::default();
        for room in [9, 44, 1000, 2000] {
            for length in [1, 2, 35, 36, 37, MAX_FRAME_BYTES] {
                let all = fragments(&frame[..length], room as u8 & 0x7F, room);
                for (place, fragment) in all.iter().enumerate() {
                    assert!(fragment.len() <= room);
                    let last = place + 1 == all.len();
                    let want = if last { Joined::Frame } else { Joined::Wait };
                    assert_eq!(add(&mut joiner, fragment), want);
                    assert_eq!(add(&mut joiner, fragment), Joined::Wait, "twice");
                }
                assert_eq!(joiner.frame(), &frame[..length]);
                joiner.abandon();
            }
        }
    }

    #[test]
    fn a_lost_fragment_loses_one_frame() {
        let one = fragments(&[1; 100], 1, 44);
        let two = fragments(&[2; 100], 2, 44);
        let mut joiner = Joiner::default();
        assert_eq!(add(&mut joiner, &one[0]), Joined::Wait);
        assert_eq!(add(&mut joiner, &one[2]), Joined::Lost);
        assert_eq!(add(&mut joiner, &two[0]), Joined::Wait);
        assert_eq!(add(&mut joiner, &two[1]), Joined::Wait);
        assert_eq!(add(&mut joiner, &two[2]), Joined::Frame);
        let short = fragments(&[3; 9], 3, 44);
        assert_eq!(add(&mut joiner, &one[0]), Joined::Wait);
        assert_eq!(add(&mut joiner, &short[0]), Joined::LostThenFrame);
    }

    #[test]
    fn impossible_headers_are_refused() {
        let good = &fragments(&[1; 10], 1, 44)[0];
        for bit in 0..64 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 0x80 >> (bit % 8);
            assert_eq!(Header::parse(&bad), None, "bit {bit}");
        }
        assert_eq!(Header::parse(&good[..7]), None);
    }
}
