//! A page with a file in it, as the reader page writes itself when it hands on an edition:
//!
//! ```html
//! <script type="text/plain" id="edition">iVNLWQ0KGgoB/onT…</script>
//! ```
//!
//! Base64 (RFC 4648 section 4) of the file, without white space or line ends. A character stands
//! for six bits by its place, so that one that is damaged harms the record which it is in and no
//! other.

use crate::scan::Records;

/// Stands before the base64.
const BEGIN: &[u8] = b"id=\"edition\">";
/// Stands behind it.
const END: [u8; 2] = *b"</";
/// So much is decoded at a time, bytes.
const STEP: usize = 3072;

/// The characters, the first of them for 0.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// The value of each character; of those that are none, 0: the checksum of the record sees it.
const SEXTETS: [u8; 256] = {
    let mut values = [0; 256];
    let mut value = 0;
    while value < 64 {
        values[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// Whether this is a character of base64, and none that only pads it.
pub(crate) fn is_base64(byte: u8) -> bool {
    ALPHABET.contains(&byte)
}

/// Decodes what stands between the marks.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// Offset in the page of the next byte.
    at: u64,
    /// The last few bytes before, where the mark may have begun.
    tail: Vec<u8>,
    inside: Option<Base64>,
    decoded: Vec<u8>,
}

#[derive(Debug)]
struct Base64 {
    /// Offset in the page of the first character.
    began: u64,
    /// Characters of a group of four that is not complete.
    group: u32,
    held: u8,
    /// Whether the last character could begin the end.
    is_ending: bool,
}

impl Base64 {
    fn begin(began: u64) -> Self {
        Self {
            began,
            group: 0,
            held: 0,
            is_ending: false,
        }
    }

    /// Decodes up to the end of `bytes` or to the end mark; returns how many were used, and whether
    /// the end was found.
    fn decode(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> (usize, bool) {
        for (at, &byte) in bytes.iter().enumerate() {
            if self.is_ending && byte == END[1] {
                return (at + 1, true);
            }
            self.is_ending = byte == END[0];
            self.group = self.group << 6 | u32::from(SEXTETS[usize::from(byte)]);
            self.held += 1;
            if self.held == 4 {
                out.extend_from_slice(&self.group.to_be_bytes()[1..]);
                (self.group, self.held) = (0, 0);
            }
        }
        (bytes.len(), false)
    }

    /// Where in the page the group of characters begins that holds the byte at this offset of what
    /// is decoded.
    fn place(&self, decoded: u64) -> u64 {
        self.began + decoded / 3 * 4
    }
}

impl Page {
    /// A page from the beginning of a group of base64 on.
    pub(crate) fn inside() -> Self {
        Self {
            inside: Some(Base64::begin(0)),
            ..Self::default()
        }
    }

    /// Takes the next bytes of the page; gives each packet with the offset in the page of the
    /// characters in which its record begins.
    pub(crate) fn push(
        &mut self,
        bytes: &[u8],
        records: &mut Records,
        found: &mut impl FnMut(u64, &[u8]),
    ) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let used = match &mut self.inside {
                None => self.search(rest),
                Some(base64) => {
                    let step = rest.len().min(STEP / 3 * 4);
                    let (used, ended) = base64.decode(&rest[..step], &mut self.decoded);
                    records.push(&self.decoded, &mut |at, packet| {
                        found(base64.place(at), packet);
                    });
                    self.decoded.clear();
                    if ended {
                        self.end(records, found);
                    }
                    used
                }
            };
            self.at += used as u64;
            rest = &rest[used..];
        }
    }

    /// The page, or its base64, ends here.
    pub(crate) fn end(&mut self, records: &mut Records, found: &mut impl FnMut(u64, &[u8])) {
        let Some(base64) = self.inside.take() else {
            return;
        };
        let mut found = |at: u64, packet: &[u8]| found(base64.place(at), packet);
        // Of a group that is cut or padded with less than `=`, the bytes that are whole.
        let bits = u32::from(base64.held) * 6;
        let group = base64.group << (24 - bits);
        let whole = &group.to_be_bytes()[1..][..bits as usize / 8];
        records.push(whole, &mut found);
        records.finish(&mut found);
    }

    /// Searches the mark; returns how many bytes are done with.
    fn search(&mut self, bytes: &[u8]) -> usize {
        let before = self.tail.len();
        // Across the border first, then in the bytes alone.
        let border = bytes.len().min(BEGIN.len() - 1);
        self.tail.extend_from_slice(&bytes[..border]);
        let end = |at: usize| at + BEGIN.len();
        let across = memchr::memmem::find(&self.tail, BEGIN).map(|at| end(at) - before);
        let begin = across.or_else(|| memchr::memmem::find(bytes, BEGIN).map(end));
        if let Some(begin) = begin {
            self.tail.clear();
            self.inside = Some(Base64::begin(self.at + begin as u64));
            return begin;
        }
        if bytes.len() > border {
            self.tail.clear();
            self.tail.extend_from_slice(&bytes[bytes.len() - border..]);
        }
        let surplus = self.tail.len().saturating_sub(BEGIN.len() - 1);
        self.tail.drain(..surplus);
        bytes.len()
    }
}
