//! One stream's PES packets: frames that fill a packet, and fragments inside packets of sound,
//! pictures and private_stream_1.

use super::report::CarriageCount;
use super::scanner::{Event, Scanner};
use super::{Frame, Stream};
use crate::pes::{MAX_HEADER_BYTES, Parsed, PesHeader};
use crate::{Carriage, MAX_FRAME_BYTES, subtitle, teletext, ts_frame};

/// The longest ts frame, bytes.
const MAX_SEALED_BYTES: usize = ts_frame::HEADER_BYTES + MAX_FRAME_BYTES;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// Nothing of interest until the next packet.
    #[default]
    Idle,
    /// The header is not whole yet.
    Header,
    /// A ts frame of known length.
    Sealed { bytes: usize },
    /// A ts frame that ends where the next packet begins.
    Open,
    /// Fragments; `left` bytes of the packet are to come, where that is known.
    Fragments {
        carriage: Carriage,
        left: Option<usize>,
    },
}

/// Reads the packets of one stream.
#[derive(Debug, Default)]
pub(super) struct PesReader {
    state: State,
    buffer: Vec<u8>,
    /// Where the packet began in the input.
    at: u64,
    stream_id: Option<u8>,
    counts: [CarriageCount; 5],
    scanner: Option<Box<Scanner>>,
}

impl PesReader {
    pub(super) fn counts(&self) -> &[CarriageCount; 5] {
        &self.counts
    }

    /// stream_id of the last packet.
    pub(super) fn stream_id(&self) -> Option<u8> {
        self.stream_id
    }

    /// A packet begins with `bytes`, which are at `at` in the input.
    #[inline]
    pub(super) fn start(
        &mut self,
        bytes: &[u8],
        at: u64,
        stream: Stream,
        sink: &mut impl FnMut(Frame<'_>),
    ) {
        if self.state != State::Idle {
            self.close(stream, sink);
        }
        self.at = at;
        self.buffer.clear();
        self.begin(bytes, stream, sink);
    }

    /// The packet goes on.
    #[inline]
    pub(super) fn more(
        &mut self,
        bytes: &[u8],
        at: u64,
        stream: Stream,
        sink: &mut impl FnMut(Frame<'_>),
    ) {
        match self.state {
            State::Idle => {}
            State::Header => {
                self.buffer.extend_from_slice(bytes);
                let head = std::mem::take(&mut self.buffer);
                self.begin(&head, stream, sink);
            }
            State::Sealed { bytes: want } => {
                let taken = bytes.len().min(want - self.buffer.len());
                self.buffer.extend_from_slice(&bytes[..taken]);
                if self.buffer.len() == want {
                    self.state = State::Idle;
                    self.open_buffer(stream, sink);
                }
            }
            State::Open => {
                if self.buffer.len() + bytes.len() > MAX_SEALED_BYTES + MAX_HEADER_BYTES {
                    self.drop_packet();
                } else {
                    self.buffer.extend_from_slice(bytes);
                }
            }
            State::Fragments { carriage, left } => {
                let taken = left.map_or(bytes.len(), |left| left.min(bytes.len()));
                let left = left.map(|left| left - taken);
                self.state = State::Fragments { carriage, left };
                self.scan(&bytes[..taken], at, carriage, stream, sink);
                if left == Some(0) {
                    self.close(stream, sink);
                }
            }
        }
    }

    /// Bytes are missing: a whole-packet frame in the making is lost; fragments already here count.
    pub(super) fn gap(&mut self, stream: Stream, sink: &mut impl FnMut(Frame<'_>)) {
        if let State::Fragments { .. } = self.state {
            self.flush_scanner(stream, sink);
        }
        self.drop_packet();
    }

    /// Bytes are missing, and nobody is listening.
    pub(super) fn drop_packet(&mut self) {
        if matches!(self.state, State::Sealed { .. } | State::Open) {
            self.counts[Carriage::AsyncPes.index()].bad += 1;
        }
        if let State::Fragments { .. } = self.state
            && let Some(scanner) = &mut self.scanner
        {
            scanner.mark_gap();
            // What comes of this packet still holds whole fragments.
            return;
        }
        self.state = State::Idle;
        self.buffer.clear();
    }

    /// The stream ends, or something else than a packet begins.
    pub(super) fn finish(&mut self, stream: Stream, sink: &mut impl FnMut(Frame<'_>)) {
        self.close(stream, sink);
        self.flush_scanner(stream, sink);
    }

    fn begin(&mut self, bytes: &[u8], stream: Stream, sink: &mut impl FnMut(Frame<'_>)) {
        let header = match PesHeader::parse(bytes) {
            Parsed::Header(header) => {
                let known = bytes.len() >= header.payload_at + 2
                    || header.total.is_some_and(|total| bytes.len() >= total);
                known.then_some(header)
            }
            Parsed::Short => None,
            Parsed::Other => {
                self.state = State::Idle;
                return;
            }
        };
        let Some(header) = header else {
            self.state = State::Idle;
            if bytes.len() <= MAX_HEADER_BYTES + 2 {
                self.state = State::Header;
                self.buffer.clear();
                self.buffer.extend_from_slice(bytes);
            }
            return;
        };
        self.stream_id = Some(header.stream_id);
        let payload = bytes.get(header.payload_at..).unwrap_or(&[]);
        let length = header.total.map(|total| total - header.payload_at);
        self.state = if payload.starts_with(&ts_frame::MAGIC) {
            match length {
                Some(bytes) if bytes <= MAX_SEALED_BYTES => State::Sealed { bytes },
                Some(_) => State::Idle,
                None => State::Open,
            }
        } else {
            fragment_carriage(header.stream_id, payload).map_or(State::Idle, |carriage| {
                State::Fragments {
                    carriage,
                    left: length,
                }
            })
        };
        if self.state != State::Idle {
            self.buffer.clear();
            self.more(payload, self.at, stream, sink);
        }
    }

    /// The packet is over.
    fn close(&mut self, stream: Stream, sink: &mut impl FnMut(Frame<'_>)) {
        match self.state {
            State::Open => self.open_buffer(stream, sink),
            State::Sealed { .. } => self.counts[Carriage::AsyncPes.index()].bad += 1,
            // Sound and pictures go on from packet to packet; private_stream_1 does not.
            State::Fragments {
                carriage: Carriage::Teletext | Carriage::Subtitle,
                ..
            } => {
                self.flush_scanner(stream, sink);
            }
            State::Fragments { .. } | State::Idle | State::Header => {}
        }
        self.state = State::Idle;
    }

    fn open_buffer(&mut self, stream: Stream, sink: &mut impl FnMut(Frame<'_>)) {
        let count = &mut self.counts[Carriage::AsyncPes.index()];
        if let Some(bytes) = ts_frame::open(&self.buffer) {
            count.good += 1;
            count.bytes += bytes.len() as u64;
            sink(Frame {
                bytes,
                at: self.at,
                stream,
                carriage: Carriage::AsyncPes,
            });
        } else {
            count.bad += 1;
        }
    }

    fn scan(
        &mut self,
        bytes: &[u8],
        at: u64,
        carriage: Carriage,
        stream: Stream,
        sink: &mut impl FnMut(Frame<'_>),
    ) {
        let counts = &mut self.counts;
        self.scanner
            .get_or_insert_default()
            .feed(bytes, at, carriage, &mut |event| {
                tell(counts, event, stream, sink)
            });
    }

    fn flush_scanner(&mut self, stream: Stream, sink: &mut impl FnMut(Frame<'_>)) {
        if let Some(scanner) = &mut self.scanner {
            let counts = &mut self.counts;
            scanner.flush(&mut |event| tell(counts, event, stream, sink));
        }
    }
}

fn tell(
    counts: &mut [CarriageCount; 5],
    event: Event<'_>,
    stream: Stream,
    sink: &mut impl FnMut(Frame<'_>),
) {
    match event {
        Event::Lost { carriage } => counts[carriage.index()].bad += 1,
        Event::Frame {
            bytes,
            at,
            carriage,
        } => {
            counts[carriage.index()].good += 1;
            counts[carriage.index()].bytes += bytes.len() as u64;
            sink(Frame {
                bytes,
                at,
                stream,
                carriage,
            });
        }
    }
}

/// Which carriage a packet can hold fragments of.
fn fragment_carriage(stream_id: u8, payload: &[u8]) -> Option<Carriage> {
    match stream_id {
        0xBD if payload
            .first()
            .is_some_and(|id| id & 0xF0 == teletext::DATA_IDENTIFIER) =>
        {
            Some(Carriage::Teletext)
        }
        // Whatever a recorder made of the first bytes: the marks of fragments tell.
        0xBD => Some(Carriage::Subtitle),
        0xC0..=0xDF => Some(Carriage::SecondSound),
        0xE0..=0xEF => Some(Carriage::VideoUserData),
        _ => None,
    }
}

const _: () = assert!(subtitle::DATA_IDENTIFIER & 0xF0 != teletext::DATA_IDENTIFIER);
