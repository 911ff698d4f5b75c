//! Records, wherever they are in a row of bytes. Where one was expected and is not, the next is
//! searched from the byte after.

use crate::header::{self, HEADER_BYTES, Header, MAGIC, VERSION};
use crate::record::{self, MARK, OVERHEAD_BYTES, Parsed};

/// What was found, in sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Bytes pushed.
    pub bytes: u64,
    /// Whole records.
    pub records: u64,
    /// Bytes of the packets in them.
    pub packet_bytes: u64,
    /// Bytes that belong neither to a whole record nor to a header: damaged ones, a record's that
    /// was cut, what a zip puts around. Of a page, those of its base64 that decode to such.
    pub skipped_bytes: u64,
    /// The version of a header that is newer than this crate knows. Its records, if any, are not
    /// found.
    pub newer: Option<u8>,
    /// A header was found in which line ends had been changed: the file was passed on as text, and
    /// hardly anything is left of it.
    pub is_mangled: bool,
}

/// Searches; holds at most one record that is not whole yet.
#[derive(Debug, Default)]
pub(crate) struct Records {
    /// What waits for more: it begins with what may be a record or a header.
    carry: Vec<u8>,
    /// Bytes that it waits for, more than are there.
    needs: usize,
    /// Offset of the first byte not yet done with.
    base: u64,
    stats: Stats,
}

enum Look<'a> {
    Packet(&'a [u8]),
    Header(Header),
    Needs(usize),
    Nothing,
}

/// What `bytes` begin with.
fn look(bytes: &[u8]) -> Look<'_> {
    const MARK_AFTER_FIRST: u8 = MARK[1];
    const MAGIC_AFTER_FIRST: u8 = MAGIC[1];
    match bytes {
        [first, ..] if *first != MARK[0] => Look::Nothing,
        [] | [_] => Look::Needs(MARK.len()),
        [_, MARK_AFTER_FIRST, ..] => match record::parse(bytes) {
            Parsed::Packet(packet) => Look::Packet(packet),
            Parsed::Needs(bytes) => Look::Needs(bytes),
            Parsed::Nothing => Look::Nothing,
        },
        [_, MAGIC_AFTER_FIRST, ..] => match bytes.first_chunk::<HEADER_BYTES>() {
            Some(bytes) => header::parse(bytes).map_or(Look::Nothing, Look::Header),
            None => Look::Needs(HEADER_BYTES),
        },
        _ => Look::Nothing,
    }
}

impl Records {
    pub(crate) fn stats(&self) -> Stats {
        self.stats
    }

    /// Takes the next bytes; gives each packet with the offset of its record.
    pub(crate) fn push(&mut self, bytes: &[u8], found: &mut impl FnMut(u64, &[u8])) {
        self.stats.bytes += bytes.len() as u64;
        let mut rest = bytes;
        // What waits gets no more than it needs, so that the next record is read where it is.
        while !self.carry.is_empty() && !rest.is_empty() {
            let (more, later) = rest.split_at(rest.len().min(self.needs - self.carry.len()));
            rest = later;
            let mut carry = std::mem::take(&mut self.carry);
            carry.extend_from_slice(more);
            if carry.len() == self.needs {
                let done = self.consume(&carry, false, found);
                carry.drain(..done);
            }
            self.carry = carry;
        }
        let done = self.consume(rest, false, found);
        self.carry.extend_from_slice(&rest[done..]);
    }

    /// Nothing more comes; what is pushed next is at offset 0 of something else.
    pub(crate) fn finish(&mut self, found: &mut impl FnMut(u64, &[u8])) {
        let carry = std::mem::take(&mut self.carry);
        self.consume(&carry, true, found);
        self.base = 0;
    }

    /// Works through `bytes`, the first of which is at `self.base`; returns how many are done with.
    fn consume(&mut self, bytes: &[u8], end: bool, found: &mut impl FnMut(u64, &[u8])) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            match look(&bytes[at..]) {
                Look::Packet(packet) => {
                    found(self.base + at as u64, packet);
                    self.stats.records += 1;
                    self.stats.packet_bytes += packet.len() as u64;
                    at += OVERHEAD_BYTES + packet.len();
                }
                Look::Header(Header::Version(version)) => {
                    if version > VERSION {
                        self.stats.newer = self.stats.newer.max(Some(version));
                    }
                    at += HEADER_BYTES;
                }
                Look::Needs(needs) if !end => {
                    self.needs = needs;
                    break;
                }
                other => {
                    self.stats.is_mangled |= matches!(other, Look::Header(Header::Mangled));
                    let next = memchr::memchr(MARK[0], &bytes[at + 1..]);
                    let next = next.map_or(bytes.len(), |skipped| at + 1 + skipped);
                    self.stats.skipped_bytes += (next - at) as u64;
                    at = next;
                }
            }
        }
        self.base += at as u64;
        at
    }
}
