//! Which recordings have been taken in, so that none is decoded twice.
//!
//! A line for each in the inbox's file `taken`: the hash of its name, size and time of change, and
//! whether anything came of it. Names themselves are not kept. A line is written, and made to last,
//! after the inbox has been saved: who is killed between the two takes the recording in again,
//! which brings nothing new and does no harm.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Bytes of a hash that a line has.
const HASH_BYTES: usize = 16;

/// A state of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Recording {
    /// Its file.
    pub(crate) path: PathBuf,
    /// Its bytes.
    pub(crate) size: u64,
    /// When it was last changed.
    pub(crate) changed: SystemTime,
}

impl Recording {
    /// What lies there now; none if there is no file.
    pub(crate) fn of(path: &Path) -> io::Result<Option<Self>> {
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let recording = || -> io::Result<Self> {
            Ok(Self {
                path: path.to_owned(),
                size: metadata.len(),
                changed: metadata.modified()?,
            })
        };
        metadata.is_file().then(recording).transpose()
    }

    fn key(&self) -> String {
        let since = self.changed.duration_since(SystemTime::UNIX_EPOCH);
        let nanos = since.map_or(0, |since| since.as_nanos());
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.size.to_be_bytes());
        hasher.update(&nanos.to_be_bytes());
        hasher.update(self.path.as_os_str().as_bytes());
        let mut hex = hasher.finalize().to_hex().to_string();
        hex.truncate(2 * HASH_BYTES);
        hex
    }
}

/// What became of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was read to its end, and packets were in it.
    Good,
    /// The same, but not all that was in it was known by name while it was read. What waits for its
    /// name waits in a pool that can overflow: it is read once more when all is named.
    Unnamed,
    /// Nothing was in it, or not all of it could be read: it is never deleted.
    Kept,
}

impl Outcome {
    const ALL: [Self; 3] = [Self::Good, Self::Unnamed, Self::Kept];

    fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Unnamed => "unnamed",
            Self::Kept => "kept",
        }
    }
}

/// The file and what is in it.
#[derive(Debug)]
pub(crate) struct Taken {
    path: PathBuf,
    known: HashMap<String, Outcome>,
}

impl Taken {
    /// Of an inbox. What a power cut has left half written is not believed.
    pub(crate) fn open(inbox: &Path) -> io::Result<Self> {
        let path = inbox.join("taken");
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let text = String::from_utf8_lossy(&text);
        let lines = text.split_inclusive('\n').filter_map(|line| {
            let (key, word) = line.strip_suffix('\n')?.split_once(' ')?;
            let mut outcomes = Outcome::ALL.into_iter();
            let outcome = outcomes.find(|outcome| outcome.word() == word)?;
            (key.len() == 2 * HASH_BYTES).then(|| (key.to_owned(), outcome))
        });
        Ok(Self {
            known: lines.collect(),
            path,
        })
    }

    /// What became of a recording in this state.
    pub(crate) fn outcome(&self, recording: &Recording) -> Option<Outcome> {
        self.known.get(&recording.key()).copied()
    }

    /// Remembers it; for as long as the program runs even if it cannot be written down.
    pub(crate) fn remember(&mut self, recording: &Recording, outcome: Outcome) -> io::Result<()> {
        let key = recording.key();
        self.known.insert(key.clone(), outcome);
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)?;
        let word = outcome.word();
        // The line feed before it ends what a power cut may have left.
        file.write_all(format!("\n{key} {word}\n").as_bytes())?;
        file.sync_data()
    }

    /// Forgets all but these: what is gone need not be known.
    pub(crate) fn keep_only(&mut self, recordings: &[Recording]) -> io::Result<()> {
        let keys: HashSet<String> = recordings.iter().map(Recording::key).collect();
        let before = self.known.len();
        self.known.retain(|key, _| keys.contains(key));
        if self.known.len() == before {
            return Ok(());
        }
        let aside = self.path.with_extension("new");
        let mut file = File::create(&aside)?;
        for (key, outcome) in &self.known {
            writeln!(file, "{key} {}", outcome.word())?;
        }
        file.sync_data()?;
        fs::rename(&aside, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_known_until_it_changes_or_goes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.ts");
        fs::write(&path, b"one").unwrap();
        let one = Recording::of(&path).unwrap().unwrap();
        let mut taken = Taken::open(dir.path()).unwrap();
        assert_eq!(taken.outcome(&one), None);
        taken.remember(&one, Outcome::Unnamed).unwrap();
        let mut taken = Taken::open(dir.path()).unwrap();
        assert_eq!(taken.outcome(&one), Some(Outcome::Unnamed));
        taken.remember(&one, Outcome::Good).unwrap();
        // A power cut in the middle of the next line.
        let mut file = OpenOptions::new()
            .append(true)
            .open(dir.path().join("taken"))
            .unwrap();
        file.write_all(b"\n0123456789abcdef0123456789ab").unwrap();
        let mut taken = Taken::open(dir.path()).unwrap();
        assert_eq!(taken.outcome(&one), Some(Outcome::Good));
        fs::write(&path, b"more").unwrap();
        let more = Recording::of(&path).unwrap().unwrap();
        assert_eq!(taken.outcome(&more), None);
        taken.remember(&more, Outcome::Kept).unwrap();
        taken.keep_only(std::slice::from_ref(&more)).unwrap();
        let taken = Taken::open(dir.path()).unwrap();
        assert_eq!(taken.outcome(&more), Some(Outcome::Kept));
        assert_eq!(taken.outcome(&one), None);
        // What cannot be written down is known all the same until the program ends.
        let mut taken = taken;
        fs::remove_file(dir.path().join("taken")).unwrap();
        fs::create_dir(dir.path().join("taken")).unwrap();
        assert!(taken.remember(&one, Outcome::Good).is_err());
        assert_eq!(taken.outcome(&one), Some(Outcome::Good));
        assert_eq!(Recording::of(dir.path()).unwrap(), None);
        assert_eq!(Recording::of(&dir.path().join("none")).unwrap(), None);
    }
}
