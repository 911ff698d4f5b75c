//! Packets ⇄ frames: what a codeword carries.
//!
//! ```text
//! first   u16   offset of the first packet that begins in this frame, 0xffff if none does
//! stream        packets, each with its length (u16) before it; a length of 0 fills the rest
//! crc     u32   CRC-32 (ISO-HDLC) of all before it
//! ```
//!
//! All numbers are big-endian. A packet runs on into the next frame.

use crate::mode::{Layer, Mode};

/// The longest packet, in bytes.
pub const LONGEST_PACKET: usize = 2048;
const NONE: u16 = u16::MAX;
const HEADER: usize = 2;
const CRC: usize = 4;

/// Packs packets into frames.
#[derive(Debug, Clone)]
pub struct Framer {
    frame: usize,
    /// What is left of the packets given so far.
    rest: Vec<u8>,
    /// Where in `rest` packets begin.
    begins: Vec<usize>,
}

impl Framer {
    /// For frames of this mode's first layer.
    #[must_use]
    pub fn new(mode: &Mode) -> Self {
        Self::of(&mode.layers[0])
    }

    /// For frames of this layer.
    #[must_use]
    pub fn of(layer: &Layer) -> Self {
        Self {
            frame: layer.info_bits / 8,
            rest: Vec::new(),
            begins: Vec::new(),
        }
    }

    /// Bytes of the stream that wait; [`Framer::frame`] takes at most [`Layer::payload`] of them.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.rest.len()
    }

    /// Adds a packet. One that is empty or longer than [`LONGEST_PACKET`] is refused.
    pub fn push(&mut self, packet: &[u8]) -> bool {
        let Ok(length) = u16::try_from(packet.len()) else {
            return false;
        };
        if packet.is_empty() || packet.len() > LONGEST_PACKET {
            return false;
        }
        self.begins.push(self.rest.len());
        self.rest.extend_from_slice(&length.to_be_bytes());
        self.rest.extend_from_slice(packet);
        true
    }

    /// The next frame, filled up if too little waits.
    pub fn frame(&mut self) -> Vec<u8> {
        let room = self.frame - HEADER - CRC;
        let taken = self.rest.len().min(room);
        let first = self.begins.first().filter(|begin| **begin < room);
        let first = first.map_or(NONE, |begin| *begin as u16);
        let mut frame = first.to_be_bytes().to_vec();
        frame.extend(self.rest.drain(..taken));
        frame.resize(HEADER + room, 0);
        let crc = crc32fast::hash(&frame);
        frame.extend(crc.to_be_bytes());
        self.begins.retain(|begin| *begin >= taken);
        self.begins.iter_mut().for_each(|begin| *begin -= taken);
        frame
    }
}

/// Takes packets out of frames.
#[derive(Debug, Clone, Default)]
pub struct Deframer {
    /// What has come of a packet that runs on, with its length.
    part: Vec<u8>,
}

/// Whether the frame is as it was sent.
#[must_use]
pub fn is_good(frame: &[u8]) -> bool {
    frame.split_last_chunk().is_some_and(|(bytes, crc)| {
        bytes.len() >= HEADER && crc32fast::hash(bytes) == u32::from_be_bytes(*crc)
    })
}

impl Deframer {
    /// A frame was lost: what runs over from before it is lost, too.
    pub fn lost(&mut self) {
        self.part.clear();
    }

    /// Gives the packets that end in a frame for which [`is_good`] holds.
    pub fn push(&mut self, frame: &[u8], packet: &mut impl FnMut(&[u8])) {
        let Some(([a, b], rest)) = frame.split_first_chunk() else {
            return self.lost();
        };
        let Some((stream, _)) = rest.split_last_chunk::<CRC>() else {
            return self.lost();
        };
        let first = match u16::from_be_bytes([*a, *b]) {
            NONE => stream.len(),
            first => usize::from(first).min(stream.len()),
        };
        let (over, mut stream) = stream.split_at(first);
        if !self.part.is_empty() {
            self.part.extend_from_slice(over);
            match split(&self.part) {
                Split::Packet(bytes, _) => packet(bytes),
                // It goes on in the next frame.
                Split::More if stream.is_empty() => return,
                Split::More | Split::End => {}
            }
            self.part.clear();
        }
        loop {
            match split(stream) {
                Split::Packet(bytes, rest) => {
                    packet(bytes);
                    stream = rest;
                }
                Split::More => {
                    self.part.extend_from_slice(stream);
                    return;
                }
                Split::End => return,
            }
        }
    }
}

enum Split<'a> {
    /// A packet, and what is behind it.
    Packet(&'a [u8], &'a [u8]),
    /// It is not all here.
    More,
    /// There is none.
    End,
}

fn split(stream: &[u8]) -> Split<'_> {
    let Some(([a, b], rest)) = stream.split_first_chunk() else {
        return match stream {
            [] => Split::End,
            _ => Split::More,
        };
    };
    match usize::from(u16::from_be_bytes([*a, *b])) {
        0 => Split::End,
        length if length > LONGEST_PACKET => Split::End,
        length => match rest.split_at_checked(length) {
            Some((packet, rest)) => Split::Packet(packet, rest),
            None => Split::More,
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mode::MODES;

    proptest! {
        #[test]
        fn packets_come_back_and_lost_frames_cost_only_their_own(
            lengths in prop::collection::vec(1usize..=LONGEST_PACKET, 1..40),
            lost in prop::collection::vec(any::<bool>(), 0..60),
        ) {
            let mode = &MODES[0];
            let packets: Vec<Vec<u8>> = (0u8..).zip(&lengths).map(|(i, len)| vec![i; *len]).collect();
            let mut framer = Framer::new(mode);
            let mut deframer = Deframer::default();
            let mut back: Vec<Vec<u8>> = Vec::new();
            packets.iter().for_each(|packet| assert!(framer.push(packet)));
            let mut frames = 0;
            while framer.waiting() > 0 {
                let frame = framer.frame();
                prop_assert_eq!(frame.len() * 8, mode.layers[0].info_bits);
                prop_assert!(is_good(&frame));
                if lost.get(frames).copied().unwrap_or(false) {
                    deframer.lost();
                } else {
                    deframer.push(&frame, &mut |packet| back.push(packet.to_vec()));
                }
                frames += 1;
            }
            if !lost.iter().take(frames).any(|lost| *lost) {
                prop_assert_eq!(&back, &packets);
            }
            // In order, and none that was not sent.
            let mut sent = packets.iter();
            prop_assert!(back.iter().all(|packet| sent.any(|other| other == packet)));
        }

        #[test]
        fn no_frame_is_too_odd(frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..600), 0..6)) {
            let mut deframer = Deframer::default();
            for frame in frames {
                let _ = is_good(&frame);
                deframer.push(&frame, &mut |packet| assert!(packet.len() <= LONGEST_PACKET));
            }
            prop_assert!(deframer.part.len() <= LONGEST_PACKET + 2 + 1056);
        }
    }
}
