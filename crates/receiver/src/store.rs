//! Where a receiver keeps what has come: the inbox, as it sees it.

use std::collections::HashMap;
use std::convert::Infallible;
use std::ops::Range;

use edition::ObjectHash;

/// A file of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Name {
    /// A complete object whose hash has been checked.
    Object(ObjectHash),
    /// The bytes of an object that is on its way, each at its place.
    Part(ObjectHash),
    /// Repair symbols of an object that is on its way, T bytes each.
    Repair(ObjectHash),
    /// Which symbols of an object have come.
    State(ObjectHash),
    /// The signed head of an edition, by the hash of its manifest.
    Head(ObjectHash),
    /// Signed lists of runs, each with its length before it.
    Lists,
    /// Heads whose manifests are not here and runs of objects that nothing signed has named yet, each
    /// packet with its length before it.
    Waiting,
}

/// The kinds of [`Name`] that can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// [`Name::State`].
    States,
    /// [`Name::Head`].
    Heads,
}

/// Storage that a receiver is given. Every method may be the last one before a power cut: what
/// `put` and `promote` have made stays whole, whatever else is lost.
pub trait Store {
    /// What can go wrong: a full disk, a stick pulled out.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Replaces a small file in one step.
    fn put(&mut self, name: Name, bytes: &[u8]) -> Result<(), Self::Error>;
    /// Reads a file whole; `None` if there is none.
    fn get(&mut self, name: Name) -> Result<Option<Vec<u8>>, Self::Error>;
    /// Whether there is such a file.
    fn has(&mut self, name: Name) -> Result<bool, Self::Error>;
    /// Length of a file in bytes; 0 if there is none.
    fn len(&mut self, name: Name) -> Result<u64, Self::Error>;
    /// Writes at an offset in bytes, growing the file with zeros as needed.
    fn write_at(&mut self, name: Name, offset: u64, bytes: &[u8]) -> Result<(), Self::Error>;
    /// Reads at an offset in bytes; what was never written reads as zeros.
    fn read_at(&mut self, name: Name, offset: u64, bytes: &mut [u8]) -> Result<(), Self::Error>;
    /// Makes what was written to a file last through a power cut.
    fn sync(&mut self, name: Name) -> Result<(), Self::Error>;
    /// Cuts `from` to `size` bytes, makes it last, and gives it its new name in one step.
    fn promote(&mut self, from: Name, to: Name, size: u64) -> Result<(), Self::Error>;
    /// Removes a file, if there is one.
    fn remove(&mut self, name: Name) -> Result<(), Self::Error>;
    /// The hashes in the names of all files of a kind.
    fn list(&mut self, kind: Kind) -> Result<Vec<ObjectHash>, Self::Error>;

    /// The packet that is taken in now began at this byte of what is being received. For stores
    /// that can read it again from there.
    fn arrived(&mut self, _at: u64) {}
    /// A name for the place of the packet that is taken in now, for [`Store::arrived_from`].
    fn place(&self) -> u64 {
        0
    }
    /// The packet that is taken in now waited: it came from this place.
    fn arrived_from(&mut self, _place: u64) {}
    /// New symbols of a block came in this packet.
    fn noted(&mut self, _object: ObjectHash, _sbn: u8) {}
    /// Whether bytes of big objects are to be proven by their group hashes as they come, because
    /// the store would rather not keep them.
    fn is_small(&self) -> bool {
        false
    }
    /// These bytes of a part are whole and have been hashed. Says whether they stay readable: a
    /// store that can get them again need not keep them, but for what the receiver itself reads
    /// (manifests, indexes, group hashes), which is small. An object of which something did not
    /// stay is promoted all the same. The same bytes may be told of more than once. Only stores that
    /// are small ([`Store::is_small`]) may say no: of others bytes are proven after they were hashed.
    fn hashed(&mut self, _object: ObjectHash, _bytes: Range<u64>) -> Result<bool, Self::Error> {
        Ok(true)
    }
    /// These bytes will be written before they are read again: what they take may be freed. The
    /// saved state may speak of them until it is saved the next time, so that stores which outlive
    /// a power cut keep them.
    fn discard(&mut self, _name: Name, _bytes: Range<u64>) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// A store in memory: for tests, and for readers that keep nothing.
#[derive(Debug, Default, Clone)]
pub struct MemoryStore {
    files: HashMap<Name, Vec<u8>>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }
}

impl Store for MemoryStore {
    type Error = Infallible;

    fn put(&mut self, name: Name, bytes: &[u8]) -> Result<(), Infallible> {
        self.files.insert(name, bytes.to_vec());
        Ok(())
    }

    fn get(&mut self, name: Name) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.files.get(&name).cloned())
    }

    fn has(&mut self, name: Name) -> Result<bool, Infallible> {
        Ok(self.files.contains_key(&name))
    }

    fn len(&mut self, name: Name) -> Result<u64, Infallible> {
        Ok(self.files.get(&name).map_or(0, |file| file.len() as u64))
    }

    fn write_at(&mut self, name: Name, offset: u64, bytes: &[u8]) -> Result<(), Infallible> {
        let file = self.files.entry(name).or_default();
        let start = offset as usize;
        let end = start + bytes.len();
        if file.len() < end {
            file.resize(end, 0);
        }
        file[start..end].copy_from_slice(bytes);
        Ok(())
    }

    fn read_at(&mut self, name: Name, offset: u64, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(0);
        if let Some(file) = self.files.get(&name) {
            let start = (offset as usize).min(file.len());
            let end = (start + bytes.len()).min(file.len());
            bytes[..end - start].copy_from_slice(&file[start..end]);
        }
        Ok(())
    }

    fn sync(&mut self, _name: Name) -> Result<(), Infallible> {
        Ok(())
    }

    fn promote(&mut self, from: Name, to: Name, size: u64) -> Result<(), Infallible> {
        let mut file = self.files.remove(&from).unwrap_or_default();
        file.resize(size as usize, 0);
        self.files.insert(to, file);
        Ok(())
    }

    fn remove(&mut self, name: Name) -> Result<(), Infallible> {
        self.files.remove(&name);
        Ok(())
    }

    fn list(&mut self, kind: Kind) -> Result<Vec<ObjectHash>, Infallible> {
        let mut found: Vec<_> = self
            .files
            .keys()
            .filter_map(|name| match (kind, name) {
                (Kind::States, Name::State(hash)) | (Kind::Heads, Name::Head(hash)) => Some(*hash),
                _ => None,
            })
            .collect();
        found.sort_unstable();
        Ok(found)
    }
}

/// Source symbols that follow each other are written at once.
#[derive(Default)]
pub(crate) struct Fresh<'a> {
    offset: u64,
    bytes: std::borrow::Cow<'a, [u8]>,
}

impl<'a> Fresh<'a> {
    pub(crate) fn push<S: Store>(
        &mut self,
        store: &mut S,
        hash: ObjectHash,
        offset: u64,
        bytes: &'a [u8],
    ) -> Result<(), S::Error> {
        if !self.bytes.is_empty() && offset == self.offset + self.bytes.len() as u64 {
            self.bytes.to_mut().extend_from_slice(bytes);
            return Ok(());
        }
        self.flush(store, hash)?;
        self.offset = offset;
        self.bytes = bytes.into();
        Ok(())
    }

    pub(crate) fn flush<S: Store>(
        &mut self,
        store: &mut S,
        hash: ObjectHash,
    ) -> Result<(), S::Error> {
        if !self.bytes.is_empty() {
            store.write_at(Name::Part(hash), self.offset, &self.bytes)?;
            self.bytes = (&[]).into();
        }
        Ok(())
    }
}
