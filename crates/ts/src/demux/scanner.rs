//! Fragments found by their marks in the bytes of an elementary stream, however it was cut into
//! packets.

use crate::fragment::{self, Header, Joined, Joiner};
use crate::{Carriage, user_data};

/// So much is gathered before it is searched.
const WINDOW_BYTES: usize = 4096;

/// What a scanner has to tell.
pub(super) enum Event<'a> {
    Frame {
        bytes: &'a [u8],
        at: u64,
        carriage: Carriage,
    },
    Lost {
        carriage: Carriage,
    },
}

/// Searches one elementary stream.
#[derive(Debug)]
pub(super) struct Scanner {
    window: Vec<u8>,
    /// Where in the input the window's first new bytes were.
    window_at: u64,
    /// Where in the input the frame being joined began.
    frame_at: u64,
    carriage: Carriage,
    joiner: Joiner,
    unstuffed: Vec<u8>,
    /// Places in the window where bytes are missing before: fragments do not reach across. A gap
    /// ends the search of all before it, so there is never more than one.
    gap: Option<usize>,
}

impl Default for Scanner {
    fn default() -> Scanner {
        Scanner {
            window: Vec::new(),
            window_at: 0,
            frame_at: 0,
            carriage: Carriage::Subtitle,
            joiner: Joiner::default(),
            unstuffed: Vec::new(),
            gap: None,
        }
    }
}

impl Scanner {
    #[inline]
    pub(super) fn feed(
        &mut self,
        bytes: &[u8],
        at: u64,
        carriage: Carriage,
        tell: &mut impl FnMut(Event<'_>),
    ) {
        if self.gap.take().is_some() || carriage != self.carriage {
            self.flush(tell);
            self.carriage = carriage;
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.window.is_empty() {
                self.window_at = at;
            }
            // A packet of a program stream can be 64 kB; the window stays small.
            let taken = rest.len().min(WINDOW_BYTES);
            self.window.extend_from_slice(&rest[..taken]);
            rest = &rest[taken..];
            if self.window.len() >= WINDOW_BYTES {
                self.search(false, tell);
                self.window_at = at;
            }
        }
    }

    /// Bytes are missing after what was fed.
    pub(super) fn mark_gap(&mut self) {
        self.gap = Some(self.window.len());
    }

    /// Nothing follows what was fed.
    pub(super) fn flush(&mut self, tell: &mut impl FnMut(Event<'_>)) {
        self.search(true, tell);
        self.window.clear();
    }

    fn search(&mut self, end: bool, tell: &mut impl FnMut(Event<'_>)) {
        let window = std::mem::take(&mut self.window);
        let done = if self.carriage == Carriage::VideoUserData {
            self.search_pictures(&window, end, tell)
        } else {
            self.search_plain(&window, end, tell)
        };
        self.window = window;
        self.window.drain(..done);
    }

    /// Returns how much of the window is done with.
    fn search_plain(
        &mut self,
        window: &[u8],
        end: bool,
        tell: &mut impl FnMut(Event<'_>),
    ) -> usize {
        let mut at = 0;
        while let Some(found) = memchr::memmem::find(&window[at..], &fragment::MARK) {
            at += found;
            let rest = &window[at..];
            if rest.len() < fragment::HEADER_BYTES && !end {
                return at;
            }
            let Some(header) = Header::parse(rest) else {
                at += 1;
                continue;
            };
            let piece = fragment::HEADER_BYTES..fragment::HEADER_BYTES + header.piece_bytes;
            let length = piece.end;
            match rest.get(piece) {
                Some(piece) => {
                    self.join(header, piece, tell);
                    at += length;
                }
                None if end => at += 1,
                None => return at,
            }
        }
        at.max(window.len().saturating_sub(fragment::MARK.len() - 1))
    }

    fn search_pictures(
        &mut self,
        window: &[u8],
        end: bool,
        tell: &mut impl FnMut(Event<'_>),
    ) -> usize {
        let mut at = 0;
        while let Some(found) = memchr::memmem::find(&window[at..], &user_data::MARK) {
            at += found;
            let rest = &window[at + user_data::MARK.len()..];
            let mut unstuffed = std::mem::take(&mut self.unstuffed);
            let header = user_data::unstuff(rest, fragment::HEADER_BYTES, &mut unstuffed)
                .and_then(|()| Header::parse(&unstuffed));
            let want = fragment::HEADER_BYTES
                + header.map_or(fragment::MAX_MESSAGE_BYTES, |header| header.piece_bytes);
            let whole = user_data::unstuff(rest, want, &mut unstuffed).is_some();
            let enough = end || rest.len() >= user_data::coded_bytes(want);
            if let (Some(header), true) = (header, whole) {
                self.join(header, &unstuffed[fragment::HEADER_BYTES..], tell);
            }
            self.unstuffed = unstuffed;
            if !whole && !enough {
                return at;
            }
            at += user_data::MARK.len();
        }
        at.max(window.len().saturating_sub(user_data::MARK.len() - 1))
    }

    fn join(&mut self, header: Header, piece: &[u8], tell: &mut impl FnMut(Event<'_>)) {
        let carriage = self.carriage;
        if header.offset == 0 {
            self.frame_at = self.window_at;
        }
        let joined = self.joiner.add(header, piece);
        if matches!(joined, Joined::Lost | Joined::LostThenFrame) {
            tell(Event::Lost { carriage });
        }
        if matches!(joined, Joined::Frame | Joined::LostThenFrame) {
            tell(Event::Frame {
                bytes: self.joiner.frame(),
                at: self.frame_at,
                carriage,
            });
        }
    }
}
