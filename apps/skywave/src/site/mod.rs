//! A small static site of an edition: no script, no remote reference, nothing but text, pictures
//! and media that were received and checked.

mod html;
mod page;
mod serve;
mod style;
mod words;

pub(crate) use html::Html;
pub(crate) use page::Pages;
pub(crate) use serve::{check_address, serve};
pub(crate) use style::CSS;
pub(crate) use words::{direction, words};

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use edition::{ObjectId, ObjectKind, SignedEdition};
use receiver::{Name, News, Store};
use station::inbox::FileStore;

use crate::error::Error;
/// What was written.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Written {
    /// Articles.
    pub(crate) articles: usize,
    /// Pictures, sounds, films and files.
    pub(crate) files: usize,
}

/// Writes the site of an edition into `dir`.
pub(crate) fn write(
    dir: &Path,
    signed: &SignedEdition,
    news: &News,
    store: &mut FileStore,
) -> Result<Written, Error> {
    for sub in ["a", "m"] {
        let path = dir.join(sub);
        fs::create_dir_all(&path).map_err(Error::file(&path))?;
    }
    let mut written = Written {
        articles: news.articles.len(),
        files: 0,
    };
    let mut copied = HashSet::new();
    for article in &news.articles {
        for id in article.article.objects() {
            if copied.insert(id) && copy(dir, id, news, store)? {
                written.files += 1;
            }
        }
    }
    pages(signed, news, None, &mut |name, html| {
        put(&dir.join(name), &html)
    })?;
    Ok(written)
}

/// Gives every file of the site but the pictures and media, and the front page last. It leads to
/// `home`, where it is part of something.
pub(crate) fn pages(
    signed: &SignedEdition,
    news: &News,
    home: Option<&str>,
    put: &mut dyn FnMut(&str, String) -> Result<(), Error>,
) -> Result<(), Error> {
    let pages = Pages::new(signed, news, home);
    for article in &news.articles {
        let name = format!("a/{}.html", article.article.number);
        put(&name, pages.article(article))?;
    }
    put("style.css", CSS.to_owned())?;
    put("index.html", pages.front())
}

/// File name of an object on the site, if it is one that may be shown or saved.
pub(crate) fn file_name(id: ObjectId, news: &News) -> Option<String> {
    let object = news.objects.get(&id)?;
    if !object.is_here {
        return None;
    }
    let media_type = object.entry.media_type.as_deref().unwrap_or_default();
    let ending = match (object.entry.kind, media_type) {
        (ObjectKind::Picture, "image/jpeg") => "jpg",
        (ObjectKind::Picture, "image/png") => "png",
        (ObjectKind::Picture, "image/webp") => "webp",
        (ObjectKind::Picture, "image/gif") => "gif",
        (ObjectKind::Sound, "audio/ogg") => "ogg",
        (ObjectKind::Sound, "audio/mpeg") => "mp3",
        (ObjectKind::Sound, "audio/mp4" | "audio/aac") => "m4a",
        (ObjectKind::Sound, "audio/wav" | "audio/x-wav") => "wav",
        (ObjectKind::Film, "video/mp4") => "mp4",
        (ObjectKind::Film, "video/webm") => "webm",
        // Whatever else it is, no browser will run it.
        (ObjectKind::Picture | ObjectKind::Sound | ObjectKind::Film | ObjectKind::File, _) => "bin",
        _ => return None,
    };
    Some(format!("m/{id}.{ending}"))
}

fn copy(dir: &Path, id: ObjectId, news: &News, store: &mut FileStore) -> Result<bool, Error> {
    let (Some(name), Some(object)) = (file_name(id, news), news.objects.get(&id)) else {
        return Ok(false);
    };
    let from = store.path(Name::Object(object.entry.hash));
    let to = dir.join(name);
    let size = object.entry.transport.size;
    if to.metadata().is_ok_and(|m| m.len() == size) {
        return Ok(true);
    }
    // What lay in the inbox may have been damaged since it was checked.
    let hash = object.entry.hash;
    let Some(bytes) = store.get(Name::Object(hash)).map_err(Error::file(&from))? else {
        return Ok(false);
    };
    if edition::ObjectHash::of(&bytes) != hash {
        return Err(Error::Argument(format!(
            "{} is damaged: delete it and receive again",
            from.display()
        )));
    }
    fs::write(&to, &bytes).map_err(Error::file(&to))?;
    Ok(true)
}

fn put(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(Error::file(path))
}
