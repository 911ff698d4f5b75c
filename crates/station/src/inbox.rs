//! The inbox on disk: what a reader's program keeps of its recordings.
//!
//! ```text
//! objects/ab/abcd…    complete objects, checked
//! parts/abcd….part    objects on their way      parts/abcd….repair   their repair symbols
//! parts/abcd….state   which symbols have come
//! heads/abcd….head    signed heads, by the hash of their manifest
//! lists, waiting     signed lists of runs; heads that wait for a manifest, runs that wait for an index
//! ```
//!
//! Whole files appear in one step (written aside, made to last, renamed); parts are only believed
//! as far as their state says, and the state is written after them.

use std::collections::{HashMap, VecDeque};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use edition::ObjectHash;
use receiver::{Kind, Name, Store};

use crate::aside;

/// Files kept open at once.
const OPEN_FILES: usize = 400;

/// An inbox in a directory.
#[derive(Debug)]
pub struct FileStore {
    dir: PathBuf,
    open: HashMap<Name, File>,
    order: VecDeque<Name>,
}

impl FileStore {
    /// Opens an inbox, making its directories if there are none.
    pub fn open(dir: &Path) -> io::Result<Self> {
        for sub in ["objects", "parts", "heads"] {
            fs::create_dir_all(dir.join(sub))?;
        }
        Ok(Self {
            dir: dir.to_owned(),
            open: HashMap::new(),
            order: VecDeque::new(),
        })
    }

    /// Its directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Where a file of the inbox lies.
    pub fn path(&self, name: Name) -> PathBuf {
        path_in(&self.dir, name)
    }

    /// The file, opened if it exists or `create` says so.
    fn file(&mut self, name: Name, create: bool) -> io::Result<Option<&File>> {
        if !self.open.contains_key(&name) {
            let opened = OpenOptions::new()
                .read(true)
                .write(true)
                .create(create)
                .truncate(false)
                .open(self.path(name));
            let file = match opened {
                Ok(file) => file,
                Err(error) if error.kind() == ErrorKind::NotFound && !create => return Ok(None),
                Err(error) => return Err(error),
            };
            if self.order.len() == OPEN_FILES
                && let Some(oldest) = self.order.pop_front()
            {
                self.open.remove(&oldest);
            }
            self.order.push_back(name);
            self.open.insert(name, file);
        }
        Ok(self.open.get(&name))
    }

    fn close(&mut self, name: Name) {
        if self.open.remove(&name).is_some() {
            self.order.retain(|open| *open != name);
        }
    }
}

impl Store for FileStore {
    type Error = io::Error;

    fn put(&mut self, name: Name, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(name);
        self.close(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let new = path.with_extension("new");
        let mut file = aside::create(&new)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        fs::rename(&new, &path)
    }

    fn get(&mut self, name: Name) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.path(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn has(&mut self, name: Name) -> io::Result<bool> {
        self.path(name).try_exists()
    }

    fn len(&mut self, name: Name) -> io::Result<u64> {
        match fs::metadata(self.path(name)) {
            Ok(metadata) => Ok(metadata.len()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    fn write_at(&mut self, name: Name, offset: u64, bytes: &[u8]) -> io::Result<()> {
        match self.file(name, true)? {
            Some(file) => file.write_all_at(bytes, offset),
            None => Err(ErrorKind::NotFound.into()),
        }
    }

    fn read_at(&mut self, name: Name, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
        let mut done = 0;
        if let Some(file) = self.file(name, false)? {
            while done < bytes.len() {
                match file.read_at(&mut bytes[done..], offset + done as u64) {
                    Ok(0) => break,
                    Ok(n) => done += n,
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
        }
        bytes[done..].fill(0);
        Ok(())
    }

    fn sync(&mut self, name: Name) -> io::Result<()> {
        match self.file(name, false)? {
            Some(file) => file.sync_data(),
            None => Ok(()),
        }
    }

    fn promote(&mut self, from: Name, to: Name, size: u64) -> io::Result<()> {
        if let Some(file) = self.file(from, true)? {
            file.set_len(size)?;
            file.sync_data()?;
        }
        self.close(from);
        let target = self.path(to);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::rename(self.path(from), target)
    }

    fn remove(&mut self, name: Name) -> io::Result<()> {
        self.close(name);
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn list(&mut self, kind: Kind) -> io::Result<Vec<ObjectHash>> {
        let (dir, suffix) = match kind {
            Kind::States => ("parts", ".state"),
            Kind::Heads => ("heads", ".head"),
        };
        let mut found = Vec::new();
        for entry in fs::read_dir(self.dir.join(dir))? {
            let name = entry?.file_name();
            let hash = name
                .to_str()
                .and_then(|name| name.strip_suffix(suffix))
                .and_then(crate::public::parse_hex);
            found.extend(hash.map(ObjectHash));
        }
        found.sort_unstable();
        Ok(found)
    }
}

/// Where a file of an inbox in `dir` lies.
pub(crate) fn path_in(dir: &Path, name: Name) -> PathBuf {
    let (folder, file) = match name {
        Name::Object(hash) => {
            let hex = hash.to_string();
            return dir.join("objects").join(&hex[..2]).join(hex);
        }
        Name::Part(hash) => ("parts", format!("{hash}.part")),
        Name::Repair(hash) => ("parts", format!("{hash}.repair")),
        Name::State(hash) => ("parts", format!("{hash}.state")),
        Name::Head(hash) => ("heads", format!("{hash}.head")),
        Name::Lists => return dir.join("lists"),
        Name::Waiting => return dir.join("waiting"),
    };
    dir.join(folder).join(file)
}
