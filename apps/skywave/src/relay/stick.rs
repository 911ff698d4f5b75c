//! Copies to a stick as soon as one is plugged in.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::relay::shelf::{Item, Piece};

/// Bytes that are left free: what a file system needs for itself, and room for a phone to work.
const RESERVE: u64 = 1 << 20;
/// Bytes that are copied at once.
const STEP: usize = 1 << 20;

/// The places where sticks are mounted, and what has been written to each that is there.
#[derive(Debug)]
pub(crate) struct Sticks {
    places: Vec<Place>,
    /// By folder: the state of the files that it has.
    written: HashMap<PathBuf, String>,
}

#[derive(Debug)]
struct Place {
    path: PathBuf,
    /// It was a folder of the machine's own disk from the start: an empty place to mount to.
    was_own: bool,
}

/// What a copy came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copied {
    /// Files that are on it.
    pub(crate) files: Vec<String>,
    /// Bytes that were written; what was there already is not written again.
    pub(crate) bytes: u64,
    /// Files that did not fit, or of which only the beginning did.
    pub(crate) cut: Vec<String>,
}

impl Sticks {
    /// Watches these folders: mount points, or folders in which mount points appear.
    pub(crate) fn new(places: &[PathBuf]) -> Self {
        let places = places.iter().map(|path| Place {
            path: path.clone(),
            was_own: path.is_dir() && !is_mount(path),
        });
        Self {
            places: places.collect(),
            written: HashMap::new(),
        }
    }

    /// Copies the files to every stick that has not got them yet.
    pub(crate) fn look(
        &mut self,
        files: &[(String, Item, bool)],
        is_over: &dyn Fn() -> bool,
    ) -> Vec<(PathBuf, io::Result<Copied>)> {
        let here: Vec<PathBuf> = self.places.iter().flat_map(Place::sticks).collect();
        // What was pulled out and comes back is looked at again.
        self.written.retain(|stick, _| here.contains(stick));
        let state: Vec<&str> = files
            .iter()
            .map(|(_, item, _)| item.validators.etag.as_str())
            .collect();
        let state = state.join(" ");
        if files.is_empty() {
            return Vec::new();
        }
        let mut copied = Vec::new();
        for stick in here {
            if self.written.get(&stick) == Some(&state) {
                continue;
            }
            // Once a state, be it that it fails: a stick that is full stays full.
            self.written.insert(stick.clone(), state.clone());
            let result = copy(&stick, files, is_over);
            copied.push((stick, result));
        }
        copied
    }
}

impl Place {
    /// The sticks that are there now.
    fn sticks(&self) -> Vec<PathBuf> {
        if is_mount(&self.path) || (!self.was_own && self.path.is_dir()) {
            return vec![self.path.clone()];
        }
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        let inside = entries.map(|entry| entry.path());
        let mut inside: Vec<_> = inside.filter(|path| is_mount(path)).collect();
        inside.sort();
        inside
    }
}

/// Whether something is mounted there: it is of another device than what it lies in.
fn is_mount(path: &Path) -> bool {
    let (Ok(here), Ok(above)) = (fs::metadata(path), fs::metadata(path.join(".."))) else {
        return false;
    };
    here.is_dir() && here.dev() != above.dev()
}

/// Copies files to a folder. A file is written aside, made to last, and only then gets its name.
/// What lacks room is left out; of what is of use in part the beginning is written, where the front
/// and the text are. It breaks off as soon as it `is_over`.
pub(crate) fn copy(
    folder: &Path,
    files: &[(String, Item, bool)],
    is_over: &dyn Fn() -> bool,
) -> io::Result<Copied> {
    let mut copied = Copied {
        files: Vec::new(),
        bytes: 0,
        cut: Vec::new(),
    };
    for (name, item, is_of_use_in_part) in files {
        let path = folder.join(name);
        let len = item.len();
        if is_same(&path, item)? {
            copied.files.push(name.clone());
            continue;
        }
        let free = free(folder)?.saturating_sub(RESERVE);
        let fits = match (free >= len, is_of_use_in_part) {
            (true, _) => len,
            (false, true) => free,
            (false, false) => 0,
        };
        if fits < len {
            copied.cut.push(name.clone());
        }
        // Of a file that was cut before there is nothing to gain by less.
        if fits == 0 || (fits < len && size(&path).is_some_and(|there| there >= fits)) {
            continue;
        }
        let aside = folder.join(format!("{name}.part"));
        if let Err(error) = write(&aside, item, fits, is_over) {
            let _ = fs::remove_file(&aside);
            return Err(error);
        }
        fs::rename(&aside, &path)?;
        copied.bytes += fits;
        copied.files.push(name.clone());
    }
    // FAT keeps the names in its own blocks.
    File::open(folder)?.sync_all()?;
    Ok(copied)
}

fn free(folder: &Path) -> io::Result<u64> {
    let room = rustix::fs::statvfs(folder)?;
    Ok(room.f_bavail.saturating_mul(room.f_frsize))
}

/// Writes a new file. A stick is somebody else's: a link that lies there under this name would lead
/// to a file of this machine, and goes away without being followed (open(2): O_EXCL).
fn write(path: &Path, item: &Item, len: u64, is_over: &dyn Fn() -> bool) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    let mut left = len;
    each(item, &mut |bytes| {
        if is_over() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let n = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        file.write_all(&bytes[..n])?;
        left -= n as u64;
        Ok(left > 0)
    })?;
    file.sync_data()
}

/// Bytes of a file, if there is one: not of what a link leads to, nor of a pipe, which would be
/// waited at for ever.
fn size(path: &Path) -> Option<u64> {
    let there = fs::symlink_metadata(path).ok()?;
    there.is_file().then_some(there.len())
}

/// Whether the file is there and has the same bytes.
fn is_same(path: &Path, item: &Item) -> io::Result<bool> {
    if size(path) != Some(item.len()) {
        return Ok(false);
    }
    let Ok(mut file) = File::open(path) else {
        return Ok(false);
    };
    let mut buffer = vec![0; STEP];
    let mut is_same = true;
    each(item, &mut |bytes| {
        let there = &mut buffer[..bytes.len()];
        is_same = file.read_exact(there).is_ok() && there == bytes;
        Ok(is_same)
    })?;
    Ok(is_same)
}

/// Gives the bytes of an item, some at a time, until that is enough.
fn each(item: &Item, take: &mut dyn FnMut(&[u8]) -> io::Result<bool>) -> io::Result<()> {
    let mut buffer = vec![0; STEP];
    for piece in &item.pieces {
        match piece {
            Piece::Memory(bytes) => {
                for bytes in bytes.chunks(STEP) {
                    if !take(bytes)? {
                        return Ok(());
                    }
                }
            }
            Piece::File { path, offset, len } => {
                let file = File::open(path)?;
                let mut at = 0;
                while at < *len {
                    let n = (STEP as u64).min(len - at) as usize;
                    file.read_exact_at(&mut buffer[..n], offset + at)?;
                    if !take(&buffer[..n])? {
                        return Ok(());
                    }
                    at += n as u64;
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, bytes: &[u8], is_of_use_in_part: bool) -> (String, Item, bool) {
        let item = Item::memory(bytes.to_vec().into(), "application/octet-stream", 0);
        (name.to_owned(), item, is_of_use_in_part)
    }

    #[test]
    fn a_stick_that_appears_is_written_once_a_state() {
        let dir = tempfile::tempdir().unwrap();
        let stick = dir.path().join("stick");
        let own = dir.path().join("own");
        fs::create_dir(&own).unwrap();
        let mut sticks = Sticks::new(&[stick.clone(), own.clone()]);
        let big = vec![7; 3 * STEP + 5];
        let files = [
            file("notes.html", b"page", false),
            file("notes.sky", &big, true),
        ];
        assert!(sticks.look(&files, &|| false).is_empty());
        fs::create_dir(&stick).unwrap();
        let done = sticks.look(&files, &|| false);
        assert_eq!(done.len(), 1, "an own folder is no stick");
        let copied = done[0].1.as_ref().unwrap();
        assert_eq!(copied.bytes, 4 + big.len() as u64);
        assert!(copied.cut.is_empty());
        assert_eq!(fs::read(stick.join("notes.sky")).unwrap(), big);
        assert!(sticks.look(&files, &|| false).is_empty(), "it has them");
        // Pulled out and put back: what is there is not written again; what is wrong is.
        fs::rename(&stick, dir.path().join("pocket")).unwrap();
        assert!(sticks.look(&files, &|| false).is_empty());
        fs::rename(dir.path().join("pocket"), &stick).unwrap();
        fs::write(stick.join("notes.html"), b"pagf").unwrap();
        let again = sticks.look(&files, &|| false);
        assert_eq!(again[0].1.as_ref().unwrap().bytes, 4);
        assert_eq!(fs::read(stick.join("notes.html")).unwrap(), b"page");
        assert_eq!(fs::read_dir(&own).unwrap().count(), 0);
        let names: Vec<_> = fs::read_dir(&stick).unwrap().collect();
        assert_eq!(names.len(), 2, "nothing else is left on it");
    }

    #[test]
    fn what_lies_on_a_stick_is_neither_followed_nor_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let (stick, own) = (dir.path().join("stick"), dir.path().join("own"));
        fs::create_dir(&stick).unwrap();
        fs::write(&own, b"own").unwrap();
        for name in ["a.part", "b", "c.part"] {
            let to = if name == "c.part" { "nothing" } else { "own" };
            std::os::unix::fs::symlink(dir.path().join(to), stick.join(name)).unwrap();
        }
        let fifo = |name: &str| {
            let mut mkfifo = std::process::Command::new("mkfifo");
            assert!(mkfifo.arg(stick.join(name)).status().unwrap().success());
        };
        fifo("d");
        fifo("e.part");
        let files = ["a", "b", "c", "d", "e"].map(|name| file(name, b"new", false));
        let (sender, done) = std::sync::mpsc::channel();
        std::thread::spawn({
            let stick = stick.clone();
            move || sender.send(copy(&stick, &files[..], &|| false))
        });
        let copied = done.recv_timeout(std::time::Duration::from_secs(30));
        copied.expect("a pipe is not waited for").unwrap();
        assert_eq!(fs::read(&own).unwrap(), b"own");
        assert!(!dir.path().join("nothing").exists());
        for name in ["a", "b", "c", "d", "e"] {
            assert_eq!(size(&stick.join(name)), Some(3), "{name}");
            assert_eq!(size(&stick.join(format!("{name}.part"))), None);
        }
    }
}
