//! A file of captured packets, as `tcpdump -w` writes it (pcap, <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-04.html>).

use crate::link::{Link, Payload, payload};

/// Bytes of the file's header, and of that of a record.
const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;
/// The most bytes of a record: tcpdump's own limit.
const MAX_RECORD_BYTES: u32 = 262_144;
/// Numbers at the beginning, as the machine that wrote them has them: seconds have microseconds, or
/// nanoseconds.
const MICROSECONDS: u32 = 0xA1B2_C3D4;
const NANOSECONDS: u32 = 0xA1B2_3C4D;
/// The beginning of a pcapng file, which is another form.
const NEXT_GENERATION: [u8; 4] = [0x0A, 0x0D, 0x0D, 0x0A];

/// The payload of a UDP datagram in a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Captured<'a> {
    /// The payload.
    pub bytes: &'a [u8],
    /// Where its record begins in the file.
    pub at: u64,
}

/// What there was in a capture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CaptureStats {
    /// UDP datagrams.
    pub datagrams: u64,
    /// UDP datagrams of which only the beginning was captured (`tcpdump -s 0` takes them whole).
    pub cut: u64,
    /// Frames of anything else.
    pub other: u64,
    /// Bytes that belong to no record: the file is damaged.
    pub skipped_bytes: u64,
    /// The file is a pcapng, of which nothing is read here (`editcap -F pcap` makes a pcap of it).
    pub is_pcapng: bool,
    /// The capture is of a sort of network that is not known here; its LINKTYPE.
    pub unknown_link: Option<u32>,
}

/// Finds datagrams in a capture, a piece of the file at a time.
#[derive(Debug, Clone, Default)]
pub struct Capture {
    state: State,
    /// What is not read yet: less than a record.
    buffer: Vec<u8>,
    /// Where in the file the buffer begins.
    at: u64,
    stats: CaptureStats,
}

#[derive(Debug, Clone, Copy, Default)]
enum State {
    #[default]
    Begin,
    Records(Format),
    /// No capture, or none that can be read.
    Foreign {
        is_capture: bool,
    },
}

/// What the file's header says.
#[derive(Debug, Clone, Copy)]
struct Format {
    is_little: bool,
    /// Fractions of a second are less.
    fractions: u32,
    link: Link,
}

impl Format {
    fn number(self, bytes: [u8; 4]) -> u32 {
        match self.is_little {
            true => u32::from_le_bytes(bytes),
            false => u32::from_be_bytes(bytes),
        }
    }

    /// The bytes of the record whose header this is, if it can be one.
    fn record(self, header: &[u8; RECORD_HEADER]) -> Option<usize> {
        let [_, fraction, captured, length] = words(header).map(|word| self.number(word));
        let is_sound = fraction < self.fractions
            && captured <= MAX_RECORD_BYTES
            && captured <= length
            && length > 0;
        is_sound.then_some(captured as usize)
    }
}

impl Capture {
    /// Nothing has been read yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the file is a capture; `None` before its first four bytes have come.
    #[must_use]
    pub fn is_capture(&self) -> Option<bool> {
        match self.state {
            State::Begin if self.buffer.len() < 4 => None,
            State::Begin | State::Records(_) => Some(true),
            State::Foreign { is_capture } => Some(is_capture),
        }
    }

    /// What there was so far.
    #[must_use]
    pub fn stats(&self) -> CaptureStats {
        self.stats
    }

    /// Takes the next bytes of the file, and gives the datagrams in them to `datagram`. Of a file
    /// that is no capture it keeps nothing.
    pub fn push(&mut self, bytes: &[u8], datagram: &mut impl FnMut(Captured<'_>)) {
        if let State::Foreign { .. } = self.state {
            return;
        }
        self.buffer.extend_from_slice(bytes);
        if let State::Begin = self.state {
            self.begin();
        }
        if let State::Records(format) = self.state {
            self.records(format, datagram);
        }
    }

    /// The file's header.
    fn begin(&mut self) {
        let Some(&magic) = self.buffer.first_chunk::<4>() else {
            return;
        };
        let known = |magic| [MICROSECONDS, NANOSECONDS].contains(&magic);
        let is_little = known(u32::from_le_bytes(magic));
        if !is_little && !known(u32::from_be_bytes(magic)) {
            let is_capture = magic == NEXT_GENERATION;
            self.stats.is_pcapng = is_capture;
            return self.leave(is_capture);
        }
        let Some(header) = self.buffer.first_chunk::<FILE_HEADER>() else {
            return;
        };
        let mut format = Format {
            is_little,
            fractions: 1_000_000,
            link: Link::Raw,
        };
        let [magic, _, _, _, _, link] = words(header).map(|word| format.number(word));
        if magic == NANOSECONDS {
            format.fractions = 1_000_000_000;
        }
        // The upper bits say something of checksums.
        let link = link & 0xFFFF;
        match Link::of(link) {
            Some(link) => format.link = link,
            None => {
                self.stats.unknown_link = Some(link);
                return self.leave(true);
            }
        }
        self.take(FILE_HEADER);
        self.state = State::Records(format);
    }

    fn records(&mut self, format: Format, datagram: &mut impl FnMut(Captured<'_>)) {
        let mut taken = 0;
        while let Some((header, rest)) = self
            .buffer
            .get(taken..)
            .and_then(|rest| rest.split_first_chunk())
        {
            let Some(captured) = format.record(header) else {
                // It is looked for further on.
                self.stats.skipped_bytes += 1;
                taken += 1;
                continue;
            };
            let Some(frame) = rest.get(..captured) else {
                break;
            };
            match payload(format.link, frame) {
                Payload::Udp(bytes) => {
                    self.stats.datagrams += 1;
                    let at = self.at + taken as u64;
                    datagram(Captured { bytes, at });
                }
                Payload::Cut => self.stats.cut += 1,
                Payload::Other => self.stats.other += 1,
            }
            taken += RECORD_HEADER + captured;
        }
        self.take(taken);
    }

    fn take(&mut self, bytes: usize) {
        self.buffer.drain(..bytes);
        self.at += bytes as u64;
    }

    fn leave(&mut self, is_capture: bool) {
        self.buffer = Vec::new();
        self.state = State::Foreign { is_capture };
    }
}

/// Whole words of a header.
fn words<const BYTES: usize, const WORDS: usize>(header: &[u8; BYTES]) -> [[u8; 4]; WORDS] {
    let (words, _) = header.as_chunks();
    std::array::from_fn(|at| words.get(at).copied().unwrap_or_default())
}
