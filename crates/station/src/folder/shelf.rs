//! Where the files of a folder are taken from: a folder, or a mirror of one.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::aside;

/// Bytes of the index, at most: heads of three thousand editions.
pub(crate) const LIMIT_INDEX: u64 = 1 << 20;
/// Bytes of a file with manifest and indexes.
pub(crate) const LIMIT_OPENING: u64 = 64 << 20;
/// Bytes of a piece: its symbols, headers and lists fit in twice over.
pub(crate) const LIMIT_PIECE: u64 = 16 << 20;

/// Gives out files by name.
pub trait Shelf {
    /// Opens a file; `tail` asks for so many bytes at its end, of which a shelf may give more. `None`
    /// if there is no such file.
    fn open(&mut self, name: &str, tail: Option<u64>) -> io::Result<Option<Box<dyn Read>>>;
}

/// A folder on a disk.
#[derive(Debug)]
pub struct FolderShelf {
    dir: PathBuf,
}

impl FolderShelf {
    /// The folder in which the index lies.
    pub fn new(dir: &Path) -> Self {
        Self {
            dir: dir.to_owned(),
        }
    }
}

impl Shelf for FolderShelf {
    fn open(&mut self, name: &str, tail: Option<u64>) -> io::Result<Option<Box<dyn Read>>> {
        let mut file = match aside::open(&self.dir.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let len = file.metadata()?.len();
        if let Some(tail) = tail {
            file.seek(SeekFrom::Start(len.saturating_sub(tail)))?;
        }
        Ok(Some(Box::new(file)))
    }
}
