//! What was fetched before, so that a server can answer "nothing new".

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, str};

use edition::ObjectHash;

/// Remembers answers under a key (an address, or a name of its own for what was made of one).
/// A cache that forgets, or that cannot store, costs time and nothing else.
pub trait HttpCache: Send {
    /// What was stored under `key`.
    fn load(&self, key: &str) -> Option<CachedAnswer>;
    /// Stores, in place of what was there.
    fn store(&mut self, key: &str, answer: &CachedAnswer);
}

/// An answer and what the server needs to say whether it is still true (RFC 9110, 8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CachedAnswer {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// The body, decompressed.
    pub bytes: Vec<u8>,
}

/// Remembers nothing.
#[derive(Debug, Default)]
pub struct NoCache;

impl HttpCache for NoCache {
    fn load(&self, _: &str) -> Option<CachedAnswer> {
        None
    }

    fn store(&mut self, _: &str, _: &CachedAnswer) {}
}

/// Remembers as long as it lives.
#[derive(Debug, Default)]
pub struct MemoryCache(HashMap<String, CachedAnswer>);

impl HttpCache for MemoryCache {
    fn load(&self, key: &str) -> Option<CachedAnswer> {
        self.0.get(key).cloned()
    }

    fn store(&mut self, key: &str, answer: &CachedAnswer) {
        self.0.insert(key.to_owned(), answer.clone());
    }
}

/// Remembers in a folder, one file for each answer: a few lines `name: value`, an empty line, and
/// the body.
#[derive(Debug)]
pub struct FolderCache {
    folder: PathBuf,
}

impl FolderCache {
    /// A cache in `folder`, which is made if it does not exist.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    /// Forgets what was stored longer than `age` before `now`. Returns how many answers.
    pub fn prune(&self, now: SystemTime, age: Duration) -> io::Result<usize> {
        let mut pruned = 0;
        for entry in fs::read_dir(&self.folder)?.flatten() {
            let stored = entry.metadata()?.modified()?;
            if now.duration_since(stored).is_ok_and(|a| a > age) {
                fs::remove_file(entry.path())?;
                pruned += 1;
            }
        }
        Ok(pruned)
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(ObjectHash::of(key.as_bytes()).to_string())
    }

    fn write(&self, path: &Path, answer: &CachedAnswer) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        for (name, value) in [
            ("etag", &answer.etag),
            ("last-modified", &answer.last_modified),
            ("content-type", &answer.content_type),
        ] {
            if let Some(value) = value.as_ref().filter(|v| !v.contains('\n')) {
                writeln!(file, "{name}: {value}")?;
            }
        }
        writeln!(file)?;
        file.write_all(&answer.bytes)?;
        file.persist(path)?;
        Ok(())
    }
}

impl HttpCache for FolderCache {
    fn load(&self, key: &str) -> Option<CachedAnswer> {
        let file = fs::read(self.path(key)).ok()?;
        let mut answer = CachedAnswer::default();
        let mut rest = &file[..];
        loop {
            let end = rest.iter().position(|b| *b == b'\n')?;
            let line = str::from_utf8(&rest[..end]).ok()?;
            rest = &rest[end + 1..];
            match line.split_once(": ") {
                Some(("etag", v)) => answer.etag = Some(v.to_owned()),
                Some(("last-modified", v)) => answer.last_modified = Some(v.to_owned()),
                Some(("content-type", v)) => answer.content_type = Some(v.to_owned()),
                Some(_) => {}
                None if line.is_empty() => break,
                None => return None,
            }
        }
        answer.bytes = rest.to_vec();
        Some(answer)
    }

    fn store(&mut self, key: &str, answer: &CachedAnswer) {
        // What could not be stored is fetched again.
        let _ = self.write(&self.path(key), answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_remembers() {
        let folder = tempfile::tempdir().unwrap();
        let mut cache = FolderCache::open(folder.path().join("c")).unwrap();
        let answer = CachedAnswer {
            etag: Some("\"x\"".into()),
            bytes: b"\n\nbody\xff".to_vec(),
            ..CachedAnswer::default()
        };
        cache.store("https://a.example/", &answer);
        assert_eq!(cache.load("https://a.example/"), Some(answer));
        assert_eq!(cache.load("https://b.example/"), None);
        let later = SystemTime::now() + Duration::from_secs(100);
        assert_eq!(cache.prune(later, Duration::from_secs(50)).unwrap(), 1);
    }
}
