//! An inbox or a folder, as one of the two that are made equal.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use edition::{Head, ObjectHash, PublicKey, SignedHead};
use receiver::Name;

use crate::aside;
use crate::error::Error;
use crate::folder::{
    FolderShelf, FolderWriter, INDEX, Runs, Shelf, opening, pieces, read_edition, read_heads,
    read_object, read_packets,
};
use crate::inbox::{FileStore, path_in};
use crate::sync::editions::{Editions, Known, Need};

/// Bytes that are read at once.
const STEP: usize = 1 << 20;
/// Bytes of a head, at most.
const HEAD_BYTES: u64 = 1_024;

/// One of the two.
#[derive(Debug)]
pub(super) enum Side {
    Inbox(Inbox),
    Folder(Folder),
}

/// An inbox.
#[derive(Debug)]
pub(super) struct Inbox {
    pub(super) dir: PathBuf,
}

/// A folder of editions.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    shelf: FolderShelf,
}

impl Side {
    /// What is in a directory. An empty one becomes what the other is.
    pub(super) fn open(dir: &Path, other: &Path) -> Result<Self, Error> {
        let is_folder = |dir: &Path| dir.join(INDEX).is_file();
        let is_inbox = |dir: &Path| dir.join("objects").is_dir();
        let folder = || {
            Self::Folder(Folder {
                dir: dir.to_owned(),
                shelf: FolderShelf::new(dir),
            })
        };
        let inbox = || {
            Self::Inbox(Inbox {
                dir: dir.to_owned(),
            })
        };
        match (is_folder(dir), is_inbox(dir)) {
            (true, _) => Ok(folder()),
            (_, true) => Ok(inbox()),
            _ if is_folder(other) => Ok(folder()),
            _ if is_inbox(other) => Ok(inbox()),
            _ => Err(Error::NothingToSync {
                path: dir.to_owned(),
                other: other.to_owned(),
            }),
        }
    }

    /// Where it is.
    pub(super) fn dir(&self) -> &Path {
        match self {
            Self::Inbox(inbox) => &inbox.dir,
            Self::Folder(folder) => &folder.dir,
        }
    }

    /// Makes what must be there before something is written.
    pub(super) fn prepare(&mut self) -> Result<(), Error> {
        match self {
            Self::Inbox(inbox) => {
                FileStore::open(&inbox.dir).map_err(Error::file(&inbox.dir))?;
            }
            Self::Folder(folder) => {
                FolderWriter::open(&folder.dir)?;
            }
        }
        Ok(())
    }

    /// First root keys that it trusts; a folder trusts nobody.
    pub(super) fn trust(&self) -> Vec<PublicKey> {
        match self {
            Self::Inbox(inbox) => {
                let text = fs::read_to_string(inbox.dir.join("trust")).unwrap_or_default();
                let keys = text
                    .lines()
                    .filter_map(|line| crate::read_publisher(line).ok());
                keys.map(|publisher| publisher.key).collect()
            }
            Self::Folder(_) => Vec::new(),
        }
    }

    /// Heads that verify.
    pub(super) fn heads(&mut self) -> Result<Vec<SignedHead>, Error> {
        match self {
            Self::Inbox(inbox) => inbox.heads(),
            Self::Folder(folder) => {
                let heads = read_heads(&mut folder.shelf).map_err(Error::file(&folder.dir))?;
                Ok(heads.unwrap_or_default())
            }
        }
    }

    /// Whether an object is here, by its length.
    pub(super) fn has(&self, need: &Need) -> Result<bool, Error> {
        match self {
            Self::Inbox(inbox) => {
                let path = inbox.path(need);
                match fs::metadata(&path) {
                    Ok(metadata) => Ok(metadata.len() == need.transport.size),
                    Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
                    Err(error) => Err(Error::file(path)(error)),
                }
            }
            Self::Folder(folder) => {
                let writer = FolderWriter::at(&folder.dir);
                if let Some(manifest) = need.opens {
                    return Ok(writer.path(&opening(&manifest)).is_file());
                }
                for piece in pieces(&need.hash, &need.transport)? {
                    if !writer.has(&piece, &need.transport)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
        }
    }

    /// Bytes that an object takes here.
    pub(super) fn bytes(&self, need: &Need) -> Result<u64, Error> {
        Ok(match self {
            Self::Inbox(_) => need.transport.size,
            // Headers and lists.
            Self::Folder(_) => need.transport.size + need.transport.size / 25 + 1_024,
        })
    }

    /// Gives an object's bytes to `sink`, and says whether they were right: only then are they to be
    /// used.
    pub(super) fn read(
        &mut self,
        need: &Need,
        sink: &mut dyn FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        match self {
            Self::Inbox(inbox) => read_file(&inbox.path(need), &need.hash, sink),
            Self::Folder(folder) => {
                let opening = need.opens.map(|manifest| opening(&manifest));
                read_object(
                    &mut folder.shelf,
                    &need.hash,
                    &need.transport,
                    opening.as_deref(),
                    sink,
                )
            }
        }
    }

    /// Whether what is here is right.
    pub(super) fn verify(&mut self, need: &Need) -> Result<bool, Error> {
        self.read(need, &mut |_| Ok(()))
    }

    /// Removes what is here of an object.
    pub(super) fn remove(&mut self, need: &Need) -> Result<(), Error> {
        let paths: Vec<PathBuf> = match self {
            Self::Inbox(inbox) => vec![inbox.path(need)],
            Self::Folder(folder) => match need.opens {
                Some(manifest) => vec![folder.dir.join(opening(&manifest))],
                None => pieces(&need.hash, &need.transport)?
                    .into_iter()
                    .map(|piece| folder.dir.join(piece.name))
                    .collect(),
            },
        };
        for path in paths {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(Error::file(path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether it shows an edition already.
    pub(super) fn has_edition(&mut self, edition: &Known) -> Result<bool, Error> {
        let manifest = edition.signed.head().manifest();
        let is_known = self.heads()?.iter().any(|head| head.manifest() == manifest);
        Ok(match self {
            Self::Inbox(_) => is_known,
            Self::Folder(folder) => is_known && folder.dir.join(opening(&manifest)).is_file(),
        })
    }

    /// Makes an edition known: to an inbox by its head, to a folder by the file that opens it and
    /// then the index. `false` if the other side does not have what that takes.
    pub(super) fn put_edition(&mut self, edition: &Known, from: &mut Self) -> Result<bool, Error> {
        let head = edition.signed.head();
        match self {
            Self::Inbox(inbox) => {
                let mut store = FileStore::open(&inbox.dir).map_err(Error::file(&inbox.dir))?;
                let put =
                    receiver::Store::put(&mut store, Name::Head(head.manifest()), head.bytes());
                put.map_err(Error::file(&inbox.dir))?;
                Ok(true)
            }
            Self::Folder(folder) => folder.put_edition(edition, from),
        }
    }

    /// Lists that go with an object's files.
    pub(super) fn lists_of(&mut self, name: &str) -> Result<Runs, Error> {
        let Self::Folder(folder) = self else {
            return Ok(Runs::new());
        };
        let Some(file) = folder.shelf.open(name, None).map_err(Error::file(name))? else {
            return Ok(Runs::new());
        };
        let packets = read_packets(file, 16 << 20).map_err(Error::file(name))?;
        let is_list = |packet: &Vec<u8>| {
            matches!(
                fountain::Packet::parse(packet),
                Ok(fountain::Packet::List(_))
            )
        };
        Ok(packets.into_iter().filter(is_list).collect())
    }

    /// Removes what was begun and is of no use any more.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        if let Self::Inbox(inbox) = self {
            inbox.tidy()?;
            aside::sync_folder(Some(&inbox.dir.join("heads")));
        }
        Ok(())
    }
}

impl Inbox {
    fn path(&self, need: &Need) -> PathBuf {
        path_in(&self.dir, Name::Object(need.hash))
    }

    fn heads(&self) -> Result<Vec<SignedHead>, Error> {
        let dir = self.dir.join("heads");
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::file(dir)(error)),
        };
        let mut heads = Vec::new();
        for entry in entries {
            let path = entry.map_err(Error::file(&dir))?.path();
            if path.extension().is_none_or(|extension| extension != "head") {
                continue;
            }
            let mut bytes = Vec::new();
            let file = match aside::open(&path) {
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                other => other.map_err(Error::file(&path))?,
            };
            let read = file.take(HEAD_BYTES).read_to_end(&mut bytes);
            read.map_err(Error::file(&path))?;
            let head = Head::parse(&bytes).ok().and_then(|head| head.verify().ok());
            heads.extend(head);
        }
        Ok(heads)
    }

    /// Removes copies that were begun and not ended. What an object still needs is left.
    fn tidy(&self) -> Result<(), Error> {
        let objects = self.dir.join("objects");
        let folders = fs::read_dir(&objects).map_err(Error::file(&objects))?;
        for folder in folders.flatten() {
            let Ok(files) = fs::read_dir(folder.path()) else {
                continue;
            };
            for path in files.flatten().map(|file| file.path()) {
                let is_aside = path.extension().is_some_and(|extension| extension == "new");
                if is_aside && path.with_extension("").is_file() {
                    fs::remove_file(&path).map_err(Error::file(&path))?;
                }
            }
        }
        Ok(())
    }
}

impl Folder {
    fn put_edition(&mut self, edition: &Known, from: &mut Side) -> Result<bool, Error> {
        let head = edition.signed.head();
        let mut runs = Runs::new();
        for need in edition.opening() {
            let mut bytes = Vec::new();
            let mut keep = |piece: &[u8]| {
                bytes.extend_from_slice(piece);
                Ok(())
            };
            // What this folder has in an older file is not looked for: the other side has the edition.
            if !from.has(&need)? || !from.read(&need, &mut keep)? {
                return Ok(false);
            }
            for piece in pieces(&need.hash, &need.transport)? {
                let range = FolderWriter::range(&need.transport, &piece);
                let bytes = bytes.get(range.start as usize..range.end as usize);
                let bytes = bytes.unwrap_or_default();
                runs.extend(FolderWriter::runs(
                    &need.hash,
                    &need.transport,
                    &piece,
                    bytes,
                )?);
            }
        }
        let writer = FolderWriter::at(&self.dir);
        let name = opening(&head.manifest());
        let lists = from.lists_of(&name)?;
        let lists = crate::sync::lists::verified(&lists, &[head.root()]);
        writer.put(&name, Some(head.bytes()), &lists, &runs)?;
        // Of each publisher the newest.
        let before = read_heads(&mut self.shelf).map_err(Error::file(&self.dir))?;
        let mut heads = vec![head.bytes().to_vec()];
        for other in before.unwrap_or_default() {
            let is_same = match read_edition(&mut self.shelf, &other) {
                Ok(Some((signed, _))) => signed.publisher() == edition.signed.publisher(),
                // One that cannot be read may be a newer one that is damaged.
                _ => other.root() == head.root() && other.number() < head.number(),
            };
            if !is_same {
                heads.push(other.bytes().to_vec());
            }
        }
        writer.put_index(heads.iter().map(Vec::as_slice))?;
        Ok(true)
    }

    /// Removes the objects of editions that the index does not name any more.
    pub(super) fn remove_old(&mut self, known: &Editions) -> Result<(), Error> {
        let heads = read_heads(&mut self.shelf).map_err(Error::file(&self.dir))?;
        let mut keep: std::collections::HashSet<ObjectHash> =
            known.all().into_iter().map(|need| need.hash).collect();
        for head in heads.unwrap_or_default() {
            let Ok(Some((_, indexes))) = read_edition(&mut self.shelf, &head) else {
                return Ok(());
            };
            keep.insert(head.manifest());
            keep.extend(indexes.iter().flat_map(|i| &i.objects).map(|o| o.hash));
        }
        FolderWriter::at(&self.dir).keep_only(&keep)?;
        Ok(())
    }
}

/// Reads a file whole and says whether its hash is the one.
pub(super) fn read_file(
    path: &Path,
    hash: &ObjectHash,
    sink: &mut dyn FnMut(&[u8]) -> Result<(), Error>,
) -> Result<bool, Error> {
    let mut file = File::open(path).map_err(Error::file(path))?;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; STEP];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => {
                hasher.update(&buffer[..n]);
                sink(&buffer[..n])?;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if aside::is_bad_sector(&error) && fs::metadata(path).is_ok() => {
                return Ok(false);
            }
            Err(error) => return Err(Error::file(path)(error)),
        }
    }
    Ok(*hasher.finalize().as_bytes() == hash.0)
}
