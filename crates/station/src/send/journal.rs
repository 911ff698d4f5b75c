//! How far a carrier that is on air for ever has come, kept across crashes: exactly.
//!
//! A carousel is determined by what it is made from. So two things are kept: what it was made from
//! (the *base*: edition, terms, and what had been sent before), once, and how many slots of it may
//! have gone on air since (the *mark*), every few seconds, before they do. The mark is written in
//! place, so that it needs no room on a full disk, and to two places in turn, so that one is whole
//! whatever happens.
//!
//! The base's file is the one that `send` keeps ([`SentState`]), with what is needed to go on from it.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use fountain::{Carousel, Schedule, Slice};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::send::cargo::Cargo;
use crate::send::feed::PacketTerms;
use crate::send::progress::SentState;
use crate::station::write_file;

/// Most symbols in a run, of objects of this station: 1,300 bytes of 64 each.
pub(crate) const RUN_SYMBOLS: u64 = 20;
/// Bytes of a mark in its file, and of what its check covers.
const MARK_BYTES: usize = 48;
const PLACE_BYTES: u64 = 64;

/// What a carousel was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Base {
    /// What had been sent before.
    #[serde(flatten)]
    pub(crate) sent: SentState,
    /// What it is made from; none where nothing but `send` has kept the file.
    #[serde(default)]
    pub(crate) line: Option<Line>,
}

/// A carousel on air.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Marks that belong to it have the same.
    pub(crate) id: u64,
    /// The edition.
    pub(crate) edition: u64,
    /// Whether all of it is sent, or front and text.
    pub(crate) everything: bool,
    /// First unit and count of the slice.
    pub(crate) slice: (u8, u8),
    pub(crate) primary: bool,
    /// Numbers, as the bits of an f64: JSON does not keep all of them.
    packets_per_second: u64,
    urgent_share: u64,
    schedule: [u64; 3],
    run_bytes: usize,
}

impl Line {
    pub(crate) fn new(
        id: u64,
        edition: u64,
        everything: bool,
        slice: Slice,
        primary: bool,
        packets_per_second: f64,
        packets: &PacketTerms,
    ) -> Self {
        let Schedule {
            luck,
            floor,
            steady,
        } = packets.schedule;
        Self {
            id,
            edition,
            everything,
            slice: (slice.first(), slice.count()),
            primary,
            packets_per_second: packets_per_second.to_bits(),
            urgent_share: packets.urgent_share.to_bits(),
            schedule: [luck, floor, steady].map(f64::to_bits),
            run_bytes: packets.run_bytes,
        }
    }

    /// Whether a carousel of the other is the same.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let id = self.id;
        *self
            == Self {
                id,
                ..other.clone()
            }
    }

    pub(crate) fn packets_per_second(&self) -> f64 {
        f64::from_bits(self.packets_per_second)
    }

    /// The packets that it was made for; what does not change a carousel is taken from `other`.
    pub(crate) fn packets(&self, other: &PacketTerms) -> PacketTerms {
        let [luck, floor, steady] = self.schedule.map(f64::from_bits);
        PacketTerms {
            run_bytes: self.run_bytes,
            urgent_share: f64::from_bits(self.urgent_share),
            schedule: Schedule {
                luck,
                floor,
                steady,
            },
            ..*other
        }
    }
}

/// How far a carousel has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Of which carousel.
    pub(crate) line: u64,
    /// Slots that may have gone on air.
    pub(crate) slots: u64,
    /// What the carousel says after so many slots: another program may order them otherwise.
    pub(crate) check: (u64, u64),
}

impl Mark {
    /// With the count of marks before it: the last one counts.
    fn to_bytes(self, turn: u64) -> [u8; MARK_BYTES] {
        let mut bytes = [0; MARK_BYTES];
        let words = [turn, self.line, self.slots, self.check.0, self.check.1];
        for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        let sum = blake3::hash(&bytes[..MARK_BYTES - 8]);
        bytes[MARK_BYTES - 8..].copy_from_slice(&sum.as_bytes()[..8]);
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<(u64, Self)> {
        let bytes = bytes.get(..MARK_BYTES)?;
        let sum = blake3::hash(&bytes[..MARK_BYTES - 8]);
        if sum.as_bytes()[..8] != bytes[MARK_BYTES - 8..] {
            return None;
        }
        let word = |at: usize| {
            let word = bytes[at * 8..at * 8 + 8].try_into();
            word.map_or(0, u64::from_le_bytes)
        };
        let mark = Self {
            line: word(1),
            slots: word(2),
            check: (word(3), word(4)),
        };
        Some((word(0), mark))
    }
}

/// What a carousel says of how far it is.
pub(crate) fn check_of(carousel: &Carousel, objects: usize) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for object in 0..objects {
        for sent in carousel.sent(object) {
            hasher.update(&sent.to_le_bytes());
        }
    }
    let hash = hasher.finalize();
    hash.as_bytes()[..8]
        .try_into()
        .map_or(0, u64::from_le_bytes)
}

/// The files of one carousel on air.
#[derive(Debug)]
pub(crate) struct Journal {
    base: PathBuf,
    mark: PathBuf,
    file: Option<File>,
    turn: u64,
}

impl Journal {
    /// The journal whose base is in the file `base`; the mark's is beside it.
    pub(crate) fn at(base: &Path) -> Self {
        Self {
            base: base.to_owned(),
            mark: base.with_extension("mark"),
            file: None,
            turn: 0,
        }
    }

    /// What was written last: the base, and the mark if it is of that base.
    pub(crate) fn read(&self) -> Result<(Base, Option<Mark>), Error> {
        let base = match fs::read(&self.base) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| Error::Settings {
                path: self.base.clone(),
                why: format!("{e}; if you delete it, symbols that went on air before go again"),
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Base::default(),
            Err(error) => return Err(Error::file(&self.base)(error)),
        };
        let bytes = match fs::read(&self.mark) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(Error::file(&self.mark)(error)),
        };
        let places = [0, PLACE_BYTES as usize].map(|at| Mark::parse(bytes.get(at..)?));
        let id = base.line.as_ref().map(|line| line.id);
        let of_base = places.into_iter().flatten();
        let of_base = of_base.filter(|(_, mark)| Some(mark.line) == id);
        let last = of_base.max_by_key(|(turn, _)| *turn);
        Ok((base, last.map(|(_, mark)| mark)))
    }

    /// What has been sent, at most: for whoever does not go through the carousel again.
    pub(crate) fn read_at_most(&self, cargo: &Cargo) -> Result<SentState, Error> {
        let (base, mark) = self.read()?;
        let mut sent = base.sent;
        if let Some(mark) = mark {
            sent.advance_all(cargo, mark.slots);
        }
        Ok(sent)
    }

    /// Replaces the base. It lasts when this comes back.
    pub(crate) fn write_base(&mut self, base: &Base) -> Result<(), Error> {
        let bytes = serde_json::to_vec(base).map_err(|e| Error::Settings {
            path: self.base.clone(),
            why: e.to_string(),
        })?;
        // Room for the mark is taken now: later the disk may be full.
        self.file()?;
        write_file(&self.base, &bytes)
    }

    /// Writes a mark. It lasts when this comes back.
    pub(crate) fn write_mark(&mut self, mark: Mark) -> Result<(), Error> {
        self.file()?;
        let (turn, at) = (self.turn, self.turn % 2 * PLACE_BYTES);
        let file = self.file()?;
        let written = file
            .write_all_at(&mark.to_bytes(turn), at)
            .and_then(|()| file.sync_data());
        if written.is_err() {
            // Opened again the next time: the disk may have been away.
            self.file = None;
        } else {
            self.turn += 1;
        }
        written.map_err(Error::file(&self.mark))
    }

    fn file(&mut self) -> Result<&File, Error> {
        if self.file.is_none() {
            let mut options = OpenOptions::new();
            let options = options.read(true).write(true).create(true).truncate(false);
            let file = options.open(&self.mark).map_err(Error::file(&self.mark))?;
            let mut bytes = [0; PLACE_BYTES as usize + MARK_BYTES];
            let len = file
                .read_at(&mut bytes, 0)
                .map_err(Error::file(&self.mark))?;
            if len < bytes.len() {
                let room = [0; PLACE_BYTES as usize + MARK_BYTES];
                let rest = &room[len..];
                file.write_all_at(rest, len as u64)
                    .and_then(|()| file.sync_all())
                    .map_err(Error::file(&self.mark))?;
            }
            let places = [0, PLACE_BYTES as usize].map(|at| Mark::parse(&bytes[at..]));
            // The place of the last one is not written next. Where one is torn, it is the other.
            let turns = places.map(|place| place.map(|(turn, _)| turn));
            self.turn = match turns {
                [Some(a), Some(b)] => a.max(b) + 1,
                [Some(a), None] | [None, Some(a)] => a + 1,
                [None, None] => 0,
            };
            self.file = Some(file);
        }
        self.file.as_ref().ok_or_else(|| {
            Error::file(&self.mark)(std::io::Error::from(std::io::ErrorKind::NotFound))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(slots: u64) -> Mark {
        Mark {
            line: 7,
            slots,
            check: (slots + 1, 99),
        }
    }

    fn base() -> Base {
        let slice = Slice::new(0, 64).unwrap();
        let line = Line::new(7, 3, true, slice, true, 948.123_456_789, &PacketTerms::LONG);
        Base {
            sent: SentState::default(),
            line: Some(line),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("on-air.json");
        let mut journal = Journal::at(&path);
        assert_eq!(journal.read().unwrap(), (Base::default(), None));
        journal.write_base(&base()).unwrap();
        for slots in [5, 10, 15] {
            journal.write_mark(mark(slots)).unwrap();
            assert_eq!(journal.read().unwrap(), (base(), Some(mark(slots))));
        }
        // Opened again, it does not begin with the newest.
        let mut journal = Journal::at(&path);
        journal.write_mark(mark(20)).unwrap();
        let (_, read) = journal.read().unwrap();
        assert_eq!(read, Some(mark(20)));
    }

    #[test]
    fn a_torn_mark_leaves_the_one_before() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("on-air.json");
        let mut journal = Journal::at(&path);
        journal.write_base(&base()).unwrap();
        for slots in [5, 10, 15] {
            journal.write_mark(mark(slots)).unwrap();
        }
        let path = path.with_extension("mark");
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut torn = whole.clone();
            torn[at] ^= 0x40;
            fs::write(&path, torn).unwrap();
            let (_, read) = journal.read().unwrap();
            let slots = read.unwrap().slots;
            assert!(slots == 15 || slots == 10, "byte {at}: {slots}");
            // And the one that is still whole is not the one that is written next.
            let mut again = Journal::at(&dir.path().join("on-air.json"));
            again.file().unwrap();
            let place = again.turn % 2 * PLACE_BYTES;
            assert_ne!(place == 0, slots == 15, "byte {at}");
            fs::write(&path, &whole).unwrap();
        }
    }

    #[test]
    fn marks_of_another_base_are_none() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::at(&dir.path().join("on-air.json"));
        journal.write_base(&base()).unwrap();
        journal.write_mark(Mark { line: 8, ..mark(5) }).unwrap();
        assert_eq!(journal.read().unwrap().1, None);
    }

    #[test]
    fn what_send_keeps_is_a_base() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("on-air.json");
        fs::write(&path, r#"{"objects":{"ab":[3,4]}}"#).unwrap();
        let (base, _) = Journal::at(&path).read().unwrap();
        assert!(base.line.is_none());
        assert_eq!(base.sent, SentState::read(&path).unwrap());
    }
}
