//! Where the bytes come from: read once and forwards as far as the file allows it.

use std::io::{self, Error, ErrorKind, Read, Seek, SeekFrom};

/// What bytes of a recording are read from.
pub trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// Bytes that are read at once.
const PIECE: usize = 32 << 10;
/// Bytes that are skipped by reading them rather than by seeking, at most.
const NEAR: u64 = 64 << 10;

/// Why a pipe cannot be read.
const BACKWARDS: &str = "this file's list of what is where in it stands behind its sound, so that it \
     cannot be read out of a pipe: give it as a file";

/// A source, a piece of it in memory, and a place in it.
pub(crate) struct Input<'s> {
    source: Box<dyn Source + 's>,
    piece: Vec<u8>,
    /// Where in the source the piece begins, in bytes.
    begin: u64,
    /// The place within the piece.
    at: usize,
    length: Option<u64>,
}

impl<'s> Input<'s> {
    /// Begins where the source begins. One that cannot seek is read forwards only.
    pub(crate) fn new(mut source: Box<dyn Source + 's>) -> io::Result<Self> {
        let length = source.seek(SeekFrom::End(0)).ok();
        if length.is_some() {
            source.seek(SeekFrom::Start(0))?;
        }
        Ok(Self {
            source,
            piece: Vec::new(),
            begin: 0,
            at: 0,
            length,
        })
    }

    /// The place, in bytes.
    pub(crate) fn position(&self) -> u64 {
        self.begin + self.at as u64
    }

    /// Bytes of all, if that can be known.
    pub(crate) fn length(&self) -> Option<u64> {
        self.length
    }

    /// Up to `wanted` of the next bytes; fewer only where the source ends.
    pub(crate) fn peek(&mut self, wanted: usize) -> io::Result<&[u8]> {
        if self.piece.len() - self.at < wanted {
            self.piece.drain(..self.at);
            self.begin += self.at as u64;
            self.at = 0;
            // However little is missing of much, not much is moved for it.
            let missing = (wanted - self.piece.len()).max(PIECE);
            let mut source = self.source.by_ref().take(missing as u64);
            source.read_to_end(&mut self.piece)?;
        }
        let end = self.piece.len().min(self.at + wanted);
        Ok(&self.piece[self.at..end])
    }

    /// Goes past bytes that were peeked at.
    pub(crate) fn consume(&mut self, bytes: usize) {
        self.at = self.piece.len().min(self.at + bytes);
    }

    /// The next bytes, exactly so many, instead of what is in `bytes`; false if there are fewer.
    pub(crate) fn take(&mut self, wanted: usize, bytes: &mut Vec<u8>) -> io::Result<bool> {
        bytes.clear();
        bytes.extend_from_slice(self.peek(wanted)?);
        self.consume(wanted);
        Ok(bytes.len() == wanted)
    }

    /// The next bytes as an array, if there are so many.
    pub(crate) fn array<const N: usize>(&mut self) -> io::Result<Option<[u8; N]>> {
        let array = self.peek(N)?.first_chunk().copied();
        self.consume(N);
        Ok(array)
    }

    /// Goes to a place. Says false if the source ends before it.
    pub(crate) fn seek(&mut self, to: u64) -> io::Result<bool> {
        let end = self.begin + self.piece.len() as u64;
        if (self.begin..=end).contains(&to) {
            self.at = (to - self.begin) as usize;
            return Ok(true);
        }
        if self.length.is_some_and(|length| to > length) {
            return Ok(false);
        }
        let is_near = to > end && to - end <= NEAR;
        if self.length.is_some() && !is_near {
            self.source.seek(SeekFrom::Start(to))?;
            self.piece.clear();
            (self.begin, self.at) = (to, 0);
            return Ok(true);
        }
        if to < self.begin {
            return Err(Error::new(ErrorKind::Unsupported, BACKWARDS));
        }
        self.at = self.piece.len();
        while self.position() < to {
            let step = (to - self.position()).min(PIECE as u64) as usize;
            if self.peek(step)?.len() < step {
                return Ok(false);
            }
            self.consume(step);
        }
        Ok(true)
    }

    /// Goes on by so many bytes. Says false if the source ends before.
    pub(crate) fn skip(&mut self, bytes: u64) -> io::Result<bool> {
        self.seek(self.position().saturating_add(bytes))
    }
}
