//! Opening one source: what it is, and what it holds.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use edition::clean_line;
use edition::limits::LINE_BYTES;
use url::Url;

use super::charset;
use super::feed::{self, Item};
use super::folder;
use super::html::{Body, MediaKind, MediaRef, Page, read_page};
use super::http::Client;
use super::location::{Base, Location};
use super::markdown::read_markdown;
use super::parallel::guard;
use super::problem::{Problem, Trouble, one_line};
use super::settings::Settings;
use crate::media::{self, Sniffed};

/// An article before its media are fetched.
#[derive(Debug)]
pub(crate) struct Raw {
    /// How problems name it.
    pub(crate) name: String,
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) lead: Option<String>,
    pub(crate) byline: Option<String>,
    pub(crate) section: Option<String>,
    pub(crate) minutes: Option<u64>,
    /// The language that it says.
    pub(crate) language: Option<String>,
    pub(crate) source: Option<String>,
    /// The document that it stands on, whether it was read or is what a feed links to.
    pub(crate) page: Option<Location>,
    /// Whether it is an entry of a feed.
    pub(crate) of_feed: bool,
    pub(crate) picture: Option<MediaRef>,
    pub(crate) body: Body,
}

/// What a source holds.
#[derive(Debug)]
pub(crate) enum Opened {
    /// One article.
    Article(Box<Raw>),
    /// A feed.
    Feed {
        /// How problems name it.
        name: String,
        items: Vec<Item>,
        unchanged: bool,
    },
}

/// Bytes that were fetched or read.
pub(crate) struct Bytes {
    pub(crate) bytes: Vec<u8>,
    pub(crate) content_type: Option<String>,
    pub(crate) base: Base,
    pub(crate) unchanged: bool,
}

/// A source as it is named on the command line: an address, or a path.
pub(crate) fn location(source: &str) -> Result<Location, Trouble> {
    let scheme = source.split_once("://").map(|(scheme, _)| scheme);
    if scheme.is_some_and(|s| s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+')) {
        let url = Url::parse(source).map_err(|e| Trouble::BadAddress { why: one_line(&e) })?;
        return match url.scheme() {
            "http" | "https" => Ok(Location::Web(url)),
            other => Err(Trouble::BadAddress {
                why: format!("{other}:"),
            }),
        };
    }
    let path = PathBuf::from(source);
    match path.try_exists() {
        Ok(true) => Ok(Location::File(path)),
        Ok(false) => Err(Trouble::NoSuchFile),
        Err(error) => Err(Trouble::Unreadable {
            why: one_line(&error),
        }),
    }
}

/// Reads what is at a place, at most `limit` bytes.
pub(crate) fn read(at: &Location, limit: u64, client: &Client<'_>) -> Result<Bytes, Trouble> {
    match at {
        Location::Web(url) => {
            let answer = client.get(url, limit)?;
            Ok(Bytes {
                bytes: answer.bytes,
                content_type: answer.content_type,
                base: Base::web(answer.url),
                unchanged: answer.unchanged,
            })
        }
        Location::File(path) => Ok(Bytes {
            bytes: read_file(path, limit)?,
            content_type: None,
            base: Base::file(path),
            unchanged: false,
        }),
    }
}

/// Reads a file; one that is too large is refused by its size.
pub(crate) fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, Trouble> {
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Trouble::NoSuchFile,
        _ => Trouble::Unreadable {
            why: one_line(&error),
        },
    };
    let about = fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(Trouble::NotAFile);
    }
    if about.len() > limit {
        return Err(Trouble::TooLarge {
            bytes: Some(about.len()),
            limit,
        });
    }
    let mut bytes = Vec::with_capacity(about.len() as usize);
    File::open(path)
        .and_then(|f| f.take(limit).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    Ok(bytes)
}

/// Opens one source. Notes that do not keep it from being used go to `notes`.
pub(crate) fn open(
    at: &Location,
    client: &Client<'_>,
    settings: &Settings,
    notes: &mut Vec<Problem>,
) -> Result<Opened, Trouble> {
    let name = at.to_string();
    if let Some(kind) = media::kind_of_name(&name) {
        return Ok(Opened::Article(Box::new(medium(at, kind))));
    }
    let limit = settings.sizes.feed.max(settings.sizes.page);
    let got = read(at, limit, client)?;
    if got.bytes.is_empty() {
        return Err(Trouble::Empty);
    }
    match media::sniff(&got.bytes) {
        Sniffed::Picture => return Ok(Opened::Article(Box::new(medium(at, MediaKind::Picture)))),
        Sniffed::Media => return Ok(Opened::Article(Box::new(medium(at, MediaKind::Sound)))),
        Sniffed::Other if !likely_text(got.content_type.as_deref()) => {
            return Err(Trouble::WrongType {
                found: "neither text nor a picture, sound or film".to_owned(),
                wanted: "something that can be published",
            });
        }
        Sniffed::Text | Sniffed::Other => {}
    }
    let extension = match at {
        Location::File(path) => folder::extension(path),
        Location::Web(_) => String::new(),
    };
    let decoded = charset::decode(&got.bytes, got.content_type.as_deref())?;
    let feed_like = matches!(extension.as_str(), "xml" | "rss" | "atom" | "rdf" | "json")
        || got
            .content_type
            .as_deref()
            .is_some_and(|t| t.contains("rss") || t.contains("atom") || t.contains("feed+json"));
    if feed::is_feed(&decoded.text) || feed_like && !looks_like_html(&decoded.text) {
        within(&got.bytes, settings.sizes.feed)?;
        return open_feed(&name, &got, settings, notes);
    }
    within(&got.bytes, settings.sizes.page)?;
    notes.extend(decoded.note.map(|note| Problem::new(&name, note)));
    let markdown = matches!(extension.as_str(), "md" | "markdown" | "txt")
        || got
            .content_type
            .as_deref()
            .is_some_and(|t| t.starts_with("text/markdown"));
    let mut raw = if markdown {
        guard(|| article_of_markdown(&decoded.text, &name, &got.base))?
    } else {
        let page = guard(|| read_page(&decoded.text, &got.base))?;
        raw_of_page(page, name)
    };
    raw.page = at.canonical();
    Ok(Opened::Article(Box::new(raw)))
}

fn open_feed(
    name: &str,
    got: &Bytes,
    settings: &Settings,
    notes: &mut Vec<Problem>,
) -> Result<Opened, Trouble> {
    let content_type = got.content_type.as_deref();
    let most = settings.feed_entries;
    let feed = guard(|| feed::read_feed(&got.bytes, content_type, &got.base, name, most))?;
    notes.extend(feed.note.map(|note| Problem::new(name, note)));
    if feed.entries > feed.items.len() {
        let trouble = Trouble::ManyEntries {
            entries: feed.entries,
            taken: feed.items.len(),
        };
        notes.push(Problem::new(name, trouble));
    }
    Ok(Opened::Feed {
        name: name.to_owned(),
        items: feed.items,
        unchanged: got.unchanged,
    })
}

/// An article that is one picture, sound, film or file.
pub(crate) fn medium(at: &Location, kind: MediaKind) -> Raw {
    let name = at.to_string();
    let file = name.split(['?', '#']).next().unwrap_or_default();
    let stem = Path::new(file)
        .file_stem()
        .map(|s| s.to_string_lossy().replace(['_', '-'], " "));
    let title = clean_line(&stem.unwrap_or_default(), LINE_BYTES);
    let source = match at {
        Location::Web(url) => Some(url.to_string()),
        Location::File(_) => None,
    };
    Raw {
        key: name.clone(),
        title: if title.is_empty() {
            "…".to_owned()
        } else {
            title
        },
        lead: None,
        byline: None,
        section: None,
        minutes: None,
        language: None,
        source,
        page: None,
        of_feed: false,
        picture: None,
        body: Body::of_media(vec![MediaRef::new(kind, at.clone())]),
        name,
    }
}

fn raw_of_page(page: Page, name: String) -> Raw {
    Raw {
        key: page
            .source
            .as_ref()
            .map_or_else(|| name.clone(), ToString::to_string),
        title: page.title,
        lead: page.lead,
        byline: page.byline,
        section: page.section,
        minutes: page.minutes,
        language: page.language,
        source: page.source.map(String::from),
        page: None,
        of_feed: false,
        picture: page.picture.map(|at| MediaRef::new(MediaKind::Picture, at)),
        body: page.body,
        name,
    }
}

fn article_of_markdown(text: &str, name: &str, base: &Base) -> Result<Raw, Trouble> {
    let markdown = read_markdown(text, base)?;
    if markdown.body.blocks().is_empty() && markdown.lead.is_none() {
        return Err(Trouble::Empty);
    }
    let stem = Path::new(name)
        .file_stem()
        .map(|s| s.to_string_lossy().replace(['_', '-'], " "));
    let title = markdown.title.or(stem).unwrap_or_default();
    Ok(Raw {
        name: name.to_owned(),
        key: markdown.key.unwrap_or_else(|| name.to_owned()),
        title: clean_line(&title, LINE_BYTES),
        lead: markdown.lead,
        byline: markdown.byline,
        section: markdown.section,
        minutes: markdown.minutes,
        language: markdown.language,
        source: markdown.source,
        page: None,
        of_feed: false,
        picture: markdown.picture.map(|at| MediaRef {
            alt: markdown.picture_alt,
            ..MediaRef::new(MediaKind::Picture, at)
        }),
        body: markdown.body,
    })
}

fn within(bytes: &[u8], limit: u64) -> Result<(), Trouble> {
    if bytes.len() as u64 > limit {
        return Err(Trouble::TooLarge {
            bytes: Some(bytes.len() as u64),
            limit,
        });
    }
    Ok(())
}

fn looks_like_html(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(200).collect();
    let head = head.to_ascii_lowercase();
    head.contains("<!doctype html") || head.contains("<html")
}

fn likely_text(content_type: Option<&str>) -> bool {
    content_type.is_some_and(|t| t.starts_with("text/") || t.contains("xml") || t.contains("json"))
}
