//! The headers of frames ahead: each byte is looked at once, however many frames ask where the next
//! one begins.

use std::collections::{BTreeSet, VecDeque};

use super::{HEADER, Header};

/// What has been found in the bytes ahead.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// Where headers are, in the order of the file, and what tells them from each other.
    found: VecDeque<(u64, Key)>,
    /// The same, by what they are asked for by.
    known: BTreeSet<(Key, u64)>,
    /// To where in the file has been looked.
    end: u64,
}

/// A strategy and a number.
type Key = (u8, u64);

impl Ahead {
    /// Looks through these bytes, which begin there in the file, as far as it has not been done. At
    /// the end of the file no header is cut short.
    pub(super) fn look(&mut self, begin: u64, bytes: &[u8], is_last: bool) {
        let whole = match is_last {
            true => bytes.len(),
            false => (bytes.len() + 1).saturating_sub(HEADER),
        };
        let from = self.end.saturating_sub(begin).min(whole as u64) as usize;
        for (at, rest) in (from..whole).map(|at| (at, &bytes[at..])) {
            if rest.first() == Some(&0xFF)
                && let Some(header) = Header::parse(rest)
            {
                let (place, key) = (begin + at as u64, (header.strategy, header.number));
                self.found.push_back((place, key));
                self.known.insert((key, place));
            }
        }
        self.end = self.end.max(begin + whole as u64);
    }

    /// Where the frame after that of this header begins: the first place that has been looked at,
    /// from this one on. Forgets what is before.
    pub(super) fn after(&mut self, header: &Header, from: u64) -> Option<u64> {
        while let Some((place, key)) = self.found.front().copied().filter(|(at, _)| *at < from) {
            self.found.pop_front();
            self.known.remove(&(key, place));
        }
        let key = (header.strategy, header.number.wrapping_add(header.step()));
        let mut next = self.known.range((key, from)..=(key, u64::MAX));
        next.next().map(|(_, place)| *place)
    }
}
