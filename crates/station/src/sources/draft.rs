//! What sources become: drafts of articles and the media that they show.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use edition::{Article, ObjectHash};
use tempfile::TempPath;

/// An article that has no number yet.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its lasting identity (a feed's GUID, an address, a path), by which the station knows the
    /// same article again.
    pub key: String,
    /// Its language, as BCP 47.
    pub language: String,
    /// The article, with number 0 and revision 0, within every limit of a reader.
    pub article: Article,
    /// Every object that the article names, each once, in the order of appearance. An object
    /// that several drafts show is the same `Asset`, and its bytes are held once.
    pub assets: Vec<Asset>,
}

/// A picture, a sound, a film or a file, as it goes on air.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The hash of its bytes; articles name its first eight bytes.
    pub hash: ObjectHash,
    /// Its media type, as in RFC 6838.
    pub media_type: String,
    /// What it is.
    pub kind: AssetKind,
    /// Its bytes.
    pub bytes: AssetBytes,
    /// Width, in pixels; 0 where it has none or it is not known.
    pub width: u64,
    /// Height, in pixels; 0 where it has none or it is not known.
    pub height: u64,
    /// Duration, in seconds; 0 where it has none or it is not known.
    pub seconds: u64,
}

/// What an asset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssetKind {
    /// A picture.
    Picture,
    /// A sound.
    Sound,
    /// A film.
    Film,
    /// A file to save.
    File,
}

/// The bytes of an asset. Clones share them.
#[derive(Debug, Clone)]
pub enum AssetBytes {
    /// In memory.
    Memory(Arc<[u8]>),
    /// In a temporary file, which is deleted with the last clone.
    File {
        /// The file.
        path: Arc<TempPath>,
        /// Its size.
        len: u64,
    },
    /// In a file that stays.
    Kept {
        /// The file.
        path: Arc<PathBuf>,
        /// Its size.
        len: u64,
    },
}

impl AssetBytes {
    /// How many there are.
    pub fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { len, .. } | Self::Kept { len, .. } => *len,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A reader of them, from the first.
    pub fn reader(&self) -> io::Result<Box<dyn io::Read + Send + '_>> {
        Ok(match self {
            Self::Memory(bytes) => Box::new(&**bytes),
            Self::File { path, .. } => Box::new(io::BufReader::new(fs::File::open(path as &Path)?)),
            Self::Kept { path, .. } => Box::new(io::BufReader::new(fs::File::open(&**path)?)),
        })
    }

    /// All of them, in memory.
    pub fn to_vec(&self) -> io::Result<Vec<u8>> {
        match self {
            Self::Memory(bytes) => Ok(bytes.to_vec()),
            Self::File { path, .. } => fs::read(path as &Path),
            Self::Kept { path, .. } => fs::read(&**path),
        }
    }
}
