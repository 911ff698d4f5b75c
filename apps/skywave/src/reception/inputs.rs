//! What the arguments of `receive` stand for: files, folders of them, folders of editions, mirrors.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use station::folder::{FolderShelf, INDEX, Mirror, Visit};

use crate::reception::feed::Feed;
use crate::reception::interrupt::Interrupt;

/// Folders in folders, at most.
const DEEPEST: usize = 16;
/// Files of one folder and all that is in it, at most.
const MOST_FILES: usize = 100_000;

/// Something to receive.
pub(crate) enum Input {
    /// A file, a pipe, or stdin.
    File(PathBuf),
    /// An edition's folder, on a disk or behind an address.
    Visit(Visit),
    /// A file behind an address.
    Remote(Mirror),
}

impl Input {
    /// Opens it; says how many bytes there are, 0 if that cannot be known.
    pub(crate) fn open(self, pcm: Option<u32>, interrupt: &Interrupt) -> io::Result<(Feed, u64)> {
        match self {
            Self::File(path) => Feed::open(&path, pcm, interrupt),
            Self::Visit(visit) => Ok((Feed::visit(visit), 0)),
            Self::Remote(mirror) => Feed::remote(mirror, interrupt).map(|feed| (feed, 0)),
        }
    }
}

/// Where it is, and what it is or why it cannot be had.
pub(crate) type Named = (PathBuf, io::Result<Input>);

/// What an argument stands for, in the order in which it is best read.
pub(crate) fn inputs(argument: &Path) -> Vec<Named> {
    let named = |input| vec![(argument.to_owned(), input)];
    if let Some(address) = argument.to_str().filter(|text| is_address(text)) {
        return named(Mirror::new(address).map(|mirror| match mirror.is_folder() {
            true => Input::Visit(Visit::new(Box::new(mirror))),
            false => Input::Remote(mirror),
        }));
    }
    match fs::metadata(argument) {
        Ok(metadata) if metadata.is_dir() => folder(argument),
        // What is wrong with a path is told when it is opened.
        _ => named(Ok(Input::File(argument.to_owned()))),
    }
}

fn is_address(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        let start = text.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// A folder: folders of editions in it first, then files, short ones before long ones of the same
/// folder, because those tell what is in the others.
fn folder(dir: &Path) -> Vec<Named> {
    let mut found = Found::default();
    found.walk(dir, 0);
    let visits = found.editions.into_iter().map(|dir| {
        let visit = Visit::new(Box::new(FolderShelf::new(&dir)));
        (dir, Ok(Input::Visit(visit)))
    });
    let files = found.files.into_iter();
    let files = files.map(|file| (file.clone(), Ok(Input::File(file))));
    let bad = found.bad.into_iter().map(|(path, why)| (path, Err(why)));
    let mut all: Vec<Named> = visits.chain(files).chain(bad).collect();
    if all.is_empty() {
        let why = io::Error::new(io::ErrorKind::NotFound, "there is no file in this folder");
        all.push((dir.to_owned(), Err(why)));
    }
    all
}

#[derive(Default)]
struct Found {
    editions: Vec<PathBuf>,
    files: Vec<PathBuf>,
    bad: Vec<(PathBuf, io::Error)>,
}

impl Found {
    fn walk(&mut self, dir: &Path, depth: usize) {
        let too_much = |why: &str| (dir.to_owned(), io::Error::other(why.to_owned()));
        if depth == DEEPEST {
            return self.bad.push(too_much("folders in folders, too deep"));
        }
        if dir.join("objects").is_dir() && dir.join("heads").is_dir() {
            return self.bad.push(too_much(
                "this is an inbox: `skywave sync` takes over what is in it",
            ));
        }
        let is_edition = dir.join(INDEX).is_file();
        if is_edition {
            self.editions.push(dir.to_owned());
        }
        let entries = match fs::read_dir(dir) {
            Ok(entries) => entries,
            Err(error) => return self.bad.push((dir.to_owned(), error)),
        };
        let mut folders = Vec::new();
        let mut files: Vec<(u64, PathBuf)> = Vec::new();
        for entry in entries.flatten() {
            // Neither links, which may lead in circles, nor devices and pipes, which may not end.
            let Ok(metadata) = entry.metadata() else {
                continue;
            };
            let name = entry.file_name();
            if metadata.is_dir() {
                // The files of an edition's folder are read by way of its index.
                let is_part = is_edition && name.len() == 2;
                folders.extend((!is_part).then(|| entry.path()));
            } else if metadata.is_file() && metadata.len() > 0 && name != INDEX {
                files.push((metadata.len(), entry.path()));
            }
        }
        files.sort();
        folders.sort();
        for (_, file) in files {
            if self.files.len() == MOST_FILES {
                return self.bad.push(too_much("too many files"));
            }
            self.files.push(file);
        }
        for folder in folders {
            self.walk(&folder, depth + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_in_order_and_links_are_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        for (name, size) in [
            ("b.sky", 3),
            ("a.sky", 9),
            ("x/index.bin", 1),
            ("x/notes", 2),
        ] {
            fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            fs::write(path(name), vec![1; size]).unwrap();
        }
        fs::create_dir_all(path("x/ab")).unwrap();
        fs::write(path("x/ab/abc.bin"), [1]).unwrap();
        fs::write(path("empty"), []).unwrap();
        std::os::unix::fs::symlink(dir.path(), path("circle")).unwrap();
        let all = inputs(dir.path());
        let names: Vec<_> = all
            .iter()
            .map(|(path, _)| path.strip_prefix(dir.path()).unwrap().to_owned())
            .collect();
        assert_eq!(names, ["x", "b.sky", "a.sky", "x/notes"].map(PathBuf::from));
        assert!(matches!(all[0].1, Ok(Input::Visit(_))));
        for sub in ["inbox/objects", "inbox/heads"] {
            fs::create_dir_all(path(sub)).unwrap();
        }
        assert!(inputs(&path("inbox"))[0].1.is_err());
        assert!(matches!(
            inputs(Path::new("HTTP://host/a/"))[0].1,
            Ok(Input::Visit(_))
        ));
        assert!(matches!(
            inputs(Path::new("https://host/a.sky"))[0].1,
            Ok(Input::Remote(_))
        ));
    }
}
