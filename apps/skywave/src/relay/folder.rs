//! A folder in which recordings appear: which of them are finished.
//!
//! The folder is looked through every second. Notices of the system would be sooner, but do not
//! come from network shares and many sticks, and say nothing of what was written while nobody
//! looked. A recording is finished when its size and time have stayed as they are for a while, and
//! no program of which that can be known has it open for writing.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::relay::taken::Recording;

/// Folders in folders that are looked into: recorders make one for each series.
const DEPTH: usize = 3;
/// Endings that programs give to what is not finished.
const UNFINISHED: [&str; 6] = ["part", "partial", "tmp", "temp", "new", "crdownload"];

/// A folder under watch.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    settle: Duration,
    /// Since when each file is as it is.
    seen: HashMap<PathBuf, (u64, SystemTime, Instant)>,
}

impl Folder {
    /// Recordings have to stay as they are for so long.
    pub(crate) fn new(path: &Path, settle: Duration) -> Self {
        Self {
            path: path.to_owned(),
            settle,
            seen: HashMap::new(),
        }
    }

    /// All recordings, and for each whether it has rested for long enough; the oldest first.
    ///
    /// # Errors
    /// If the folder cannot be read: a stick pulled out.
    pub(crate) fn look(&mut self, now: Instant) -> io::Result<Vec<(Recording, bool)>> {
        let mut found = Vec::new();
        walk(&self.path, DEPTH, &mut found)?;
        let mut seen = HashMap::new();
        let mut all = Vec::new();
        for recording in found {
            let Recording {
                path,
                size,
                changed,
            } = &recording;
            let since = match self.seen.get(path) {
                Some((s, c, since)) if (s, c) == (size, changed) => *since,
                _ => now,
            };
            seen.insert(path.clone(), (*size, *changed, since));
            let has_rested = now.duration_since(since) >= self.settle;
            all.push((recording, has_rested));
        }
        self.seen = seen;
        all.sort_by(|(a, _), (b, _)| (a.changed, &a.path).cmp(&(b.changed, &b.path)));
        Ok(all)
    }
}

fn walk(dir: &Path, depth: usize, found: &mut Vec<Recording>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        let is_hidden = name.to_string_lossy().starts_with('.');
        if is_hidden || is_unfinished(&path) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() && depth > 0 {
            // What goes away meanwhile is not there.
            let _ = walk(&path, depth - 1, found);
        } else if kind.is_file() {
            found.extend(Recording::of(&path)?.filter(|recording| recording.size > 0));
        }
    }
    Ok(())
}

fn is_unfinished(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        UNFINISHED
            .iter()
            .any(|unfinished| ending.eq_ignore_ascii_case(unfinished))
    })
}

/// Whether a program has it open for writing, as far as the system shows (proc(5): the programs of
/// the same user, or of all to root).
pub(crate) fn is_being_written(path: &Path) -> bool {
    let Ok(path) = path.canonicalize() else {
        return false;
    };
    let programs = fs::read_dir("/proc").into_iter().flatten().flatten();
    let of_programs = programs.filter(|entry| {
        let name = entry.file_name();
        name.to_string_lossy()
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    });
    let mut descriptors =
        of_programs.flat_map(|entry| fs::read_dir(entry.path().join("fd")).into_iter().flatten());
    descriptors.any(|descriptor| {
        descriptor.is_ok_and(|descriptor| {
            let link = descriptor.path();
            fs::read_link(&link).is_ok_and(|target| target == path) && is_for_writing(&link)
        })
    })
}

/// Whether a descriptor was opened for writing: the lowest two bits of its flags.
fn is_for_writing(link: &Path) -> bool {
    let info = link.to_string_lossy().replacen("/fd/", "/fdinfo/", 1);
    let text = fs::read_to_string(info).unwrap_or_default();
    let flags = text.lines().find_map(|line| line.strip_prefix("flags:"));
    flags
        .and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok())
        .is_some_and(|flags| flags & 3 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_recording_is_finished_when_nobody_writes_it_and_it_rests() {
        let dir = tempfile::tempdir().unwrap();
        let settle = Duration::from_secs(5);
        let mut folder = Folder::new(dir.path(), settle);
        fs::create_dir(dir.path().join("Series")).unwrap();
        let path = dir.path().join("Series/b.ts");
        let mut writer = fs::File::create(&path).unwrap();
        writer.write_all(b"beginning").unwrap();
        for ignored in [".hidden.ts", "c.ts.part", "empty.ts"] {
            let bytes: &[u8] = if ignored == "empty.ts" { b"" } else { b"x" };
            fs::write(dir.path().join(ignored), bytes).unwrap();
        }
        let begin = Instant::now();
        let finished = |folder: &mut Folder, seconds| {
            let all = folder.look(begin + Duration::from_secs(seconds)).unwrap();
            assert_eq!(all.len(), 1, "{all:?}");
            assert_eq!(all[0].0.path, path);
            all[0].1 && !is_being_written(&path)
        };
        assert!(!finished(&mut folder, 0));
        assert!(!finished(&mut folder, 6), "it is open for writing");
        writer.write_all(b", end").unwrap();
        drop(writer);
        assert!(!finished(&mut folder, 7), "it has changed");
        assert!(!finished(&mut folder, 11));
        let reader = fs::File::open(&path).unwrap();
        assert!(finished(&mut folder, 12), "who only reads it is no matter");
        drop(reader);
        assert!(
            Folder::new(&dir.path().join("none"), settle)
                .look(begin)
                .is_err()
        );
    }
}
