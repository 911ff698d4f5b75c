//! Folders: what in them can be published, in the order of names.

use std::fs;
use std::path::{Path, PathBuf};

use super::problem::{Problem, Trouble, one_line};
use crate::media;

/// Deepest folder inside the one that was given.
const DEPTH: usize = 32;

/// The files of a folder.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Articles: Markdown, HTML, feeds.
    pub(crate) documents: Vec<PathBuf>,
    /// Pictures, sounds, films; those that a document shows are not articles of their own.
    pub(crate) media: Vec<PathBuf>,
    pub(crate) problems: Vec<Problem>,
}

/// Everything below `folder`. Hidden files are passed over; links that lead out are refused.
pub(crate) fn list(folder: &Path, limit: usize) -> Listing {
    let mut listing = Listing::default();
    match folder.canonicalize() {
        Ok(root) => walk(folder, &root, limit, DEPTH, &mut listing),
        Err(error) => listing.refuse(folder, unreadable(&error)),
    }
    if listing.documents.is_empty() && listing.media.is_empty() && listing.problems.is_empty() {
        listing.refuse(folder, Trouble::EmptyFolder);
    }
    listing
}

impl Listing {
    fn refuse(&mut self, path: &Path, trouble: Trouble) {
        self.problems
            .push(Problem::new(path.display().to_string(), trouble));
    }
}

fn walk(folder: &Path, root: &Path, limit: usize, depth: usize, listing: &mut Listing) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return listing.refuse(folder, unreadable(&error)),
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        let hidden = path
            .file_name()
            .is_none_or(|n| n.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if listing.documents.len() + listing.media.len() >= limit {
            return listing.refuse(root, Trouble::ManyFiles { limit });
        }
        match path.canonicalize() {
            Ok(real) if !real.starts_with(root) => listing.refuse(&path, Trouble::Outside),
            // A link to a folder above would be walked for ever.
            Ok(_) if path.is_symlink() && path.is_dir() => {}
            Ok(real) if real.is_dir() => {
                if depth > 0 {
                    walk(&path, root, limit, depth - 1, listing);
                }
            }
            Ok(real) if real.is_file() => match extension(&path).as_str() {
                "md" | "markdown" | "html" | "htm" | "xhtml" | "xml" | "rss" | "atom" | "rdf"
                | "json" => listing.documents.push(path),
                _ if media::kind_of_name(&path.to_string_lossy()).is_some() => {
                    listing.media.push(path);
                }
                _ => {}
            },
            Ok(_) => {}
            Err(error) => listing.refuse(&path, unreadable(&error)),
        }
    }
}

/// The name's extension, in small letters.
pub(crate) fn extension(path: &Path) -> String {
    path.extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

fn unreadable(error: &std::io::Error) -> Trouble {
    Trouble::Unreadable {
        why: one_line(error),
    }
}
