//! What can be fetched: every address that there is, and what lies behind it.
//!
//! No path of a request ever becomes a path of the disk. What is not in this table is not there.

use std::collections::HashMap;
use std::path::PathBuf;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use bytes::Bytes;
use edition::ObjectHash;

use crate::relay::answer::Validators;

/// All that can be fetched.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// By path, which begins with a slash.
    pub(crate) items: HashMap<String, Item>,
    /// The landing page in each of its languages, the publisher's first one first.
    pub(crate) landing: Vec<(String, Item)>,
    /// What a captive window is shown, likewise.
    pub(crate) captive: Vec<(String, Item)>,
}

impl Shelf {
    /// What lies at a path; of pages in several languages the one that the browser asks for.
    pub(crate) fn at(&self, path: &str, headers: &HeaderMap) -> Option<&Item> {
        match path {
            "/" => preferred(&self.landing, headers),
            CAPTIVE => preferred(&self.captive, headers),
            path => self.items.get(path),
        }
    }
}

/// Where captive windows are sent.
pub(crate) const CAPTIVE: &str = "/start";

/// The page in the first language of `Accept-Language` that there is, by its quality (RFC 9110
/// section 12.5.4); otherwise the publisher's.
fn preferred<'a>(pages: &'a [(String, Item)], headers: &HeaderMap) -> Option<&'a Item> {
    let field = headers.get(ACCEPT_LANGUAGE);
    let field = field.and_then(|value| value.to_str().ok()).unwrap_or("");
    let mut best: Option<(f32, &Item)> = None;
    for range in field.split(',').take(32) {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or("");
        let quality = parts.find_map(|part| part.strip_prefix("q="));
        let quality = quality.map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let page = pages
            .iter()
            .find(|(language, _)| primary(language).eq_ignore_ascii_case(primary(tag)));
        if let Some((_, page)) = page
            && quality > best.map_or(0.0, |(best, _)| best)
        {
            best = Some((quality, page));
        }
    }
    let first = pages.first().map(|(_, page)| page);
    best.map(|(_, page)| page).or(first)
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// Something that can be fetched.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// Its bytes, piece after piece.
    pub(crate) pieces: Vec<Piece>,
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// Tell this state of it from others.
    pub(crate) validators: Validators,
    /// The name that a browser saves it under, where it is there to be saved.
    pub(crate) saved_as: Option<String>,
    /// Whether a browser may keep it, and asks each time whether it has changed.
    pub(crate) is_cached: bool,
}

/// Bytes that follow each other.
#[derive(Debug, Clone)]
pub(crate) enum Piece {
    /// In memory.
    Memory(Bytes),
    /// In a file.
    File {
        /// The file.
        path: PathBuf,
        /// Where in it they begin.
        offset: u64,
        /// How many.
        len: u64,
    },
}

impl Piece {
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::File { len, .. } => *len,
        }
    }
}

impl Item {
    /// A page in memory, which no browser keeps.
    pub(crate) fn page(html: String, modified: u64) -> Self {
        Self::memory(html.into(), "text/html; charset=utf-8", modified)
    }

    /// Anything in memory.
    pub(crate) fn memory(bytes: Bytes, media_type: &'static str, modified: u64) -> Self {
        Self {
            validators: Validators {
                etag: etag(ObjectHash::of(&bytes)),
                modified,
            },
            pieces: vec![Piece::Memory(bytes)],
            media_type,
            saved_as: None,
            is_cached: false,
        }
    }

    /// Bytes of it.
    pub(crate) fn len(&self) -> u64 {
        self.pieces.iter().map(Piece::len).sum()
    }
}

/// The entity tag of what has this hash.
pub(crate) fn etag(hash: ObjectHash) -> String {
    let mut hex = hash.to_string();
    hex.truncate(32);
    format!("\"{hex}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_language_is_chosen_if_it_is_there() {
        let page = |language: &str| (language.to_owned(), Item::page(language.to_owned(), 0));
        let shelf = Shelf {
            landing: vec![page("fa"), page("en-GB"), page("ar")],
            ..Shelf::default()
        };
        for (asked, given) in [
            ("", "fa"),
            ("de", "fa"),
            ("en", "en-GB"),
            ("en-US,en;q=0.9", "en-GB"),
            ("de, ar;q=0.5, en;q=0.4", "ar"),
            ("AR-eg", "ar"),
            ("en;q=0, ar;q=0.1", "ar"),
            ("en;q=nonsense", "fa"),
            (";;;,,,", "fa"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_LANGUAGE, asked.parse().unwrap());
            let Piece::Memory(bytes) = &shelf.at("/", &headers).unwrap().pieces[0] else {
                panic!("pages are in memory");
            };
            assert_eq!(bytes, given, "{asked}");
        }
        assert!(shelf.at("/../trust", &HeaderMap::new()).is_none());
        assert!(shelf.at("", &HeaderMap::new()).is_none());
    }
}
