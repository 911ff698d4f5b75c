//! The media of all articles: each fetched, encoded and held once.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use edition::ObjectHash;
use tempfile::{NamedTempFile, TempPath};

use super::charset;
use super::draft::{Asset, AssetBytes, AssetKind};
use super::html::{MediaKind, MediaRef};
use super::http::{CachedAnswer, Client};
use super::location::Location;
use super::open;
use super::parallel::{Gate, guard};
use super::problem::{Trouble, one_line};
use super::settings::Settings;
use crate::media::{self, Encoded, Smaller, Sniffed, Tools};

/// Media of up to this size are held in memory, in bytes.
const IN_MEMORY: u64 = 8 * 1024 * 1024;
/// Largest file of captions or of a transcript, in bytes.
const WORDS: u64 = 4 * 1024 * 1024;

/// What media became.
#[derive(Debug, Clone)]
pub(crate) struct Medium {
    pub(crate) asset: Asset,
    /// WebVTT.
    pub(crate) captions: Option<String>,
    pub(crate) transcript: Option<String>,
    /// What to tell of it.
    pub(crate) note: Option<Trouble>,
    /// Its size before it was encoded, in bytes.
    pub(crate) from_bytes: u64,
}

/// All media, by kind and place.
pub(crate) type Library = BTreeMap<(MediaKind, Location), Result<Medium, Trouble>>;

/// Fetches and encodes.
pub(crate) struct Workshop<'a> {
    pub(crate) client: &'a Client<'a>,
    pub(crate) settings: &'a Settings,
    pub(crate) tools: Option<Tools>,
    /// Few pictures are decoded at once: each may take hundreds of megabytes.
    pub(crate) encoders: Gate,
}

impl Workshop<'_> {
    /// The medium that `wanted` names.
    pub(crate) fn make(&self, wanted: &MediaRef) -> Result<Medium, Trouble> {
        match wanted.kind {
            MediaKind::Picture => self.picture(&wanted.at),
            MediaKind::Sound | MediaKind::Film => self.sound_or_film(wanted),
            MediaKind::File => self.file(&wanted.at),
        }
    }

    fn picture(&self, at: &Location) -> Result<Medium, Trouble> {
        let got = open::read(at, self.settings.sizes.picture, self.client)?;
        if got.bytes.is_empty() {
            return Err(Trouble::Empty);
        }
        if media::sniff(&got.bytes) == Sniffed::Text {
            return Err(Trouble::WrongType {
                found: text_type(got.content_type.as_deref()),
                wanted: "a picture that can be decoded (JPEG, PNG, WebP, GIF)",
            });
        }
        let budget = self.settings.picture;
        let key = format!(
            "picture {} {} {} {}",
            ObjectHash::of(&got.bytes),
            budget.bytes,
            budget.edge,
            budget.source_pixels,
        );
        let small = match self.client.recall(&key).and_then(recalled) {
            Some(small) => small,
            None => {
                let work = || guard(|| Ok(media::reencode(&got.bytes, &budget)?));
                let small = self.encoders.pass(work)?;
                self.client.remember(&key, &remembered(&small));
                small
            }
        };
        let over = small.bytes.len() > budget.bytes;
        let note = over.then_some(Trouble::OverBudget {
            bytes: small.bytes.len(),
            budget: budget.bytes,
        });
        Ok(Medium {
            asset: Asset {
                hash: ObjectHash::of(&small.bytes),
                media_type: small.media_type.to_owned(),
                kind: AssetKind::Picture,
                bytes: AssetBytes::Memory(small.bytes.into()),
                width: u64::from(small.width),
                height: u64::from(small.height),
                seconds: 0,
            },
            captions: None,
            transcript: None,
            note,
            from_bytes: got.bytes.len() as u64,
        })
    }

    fn sound_or_film(&self, wanted: &MediaRef) -> Result<Medium, Trouble> {
        let source = self.local(&wanted.at)?;
        let from_bytes = fs::metadata(source.path()).map_err(unreadable)?.len();
        if sniff_file(source.path())? != Sniffed::Media {
            return Err(Trouble::WrongType {
                found: "something else".to_owned(),
                wanted: "a sound or film (MP3, Ogg, MP4, WebM, WAV, FLAC, AAC)",
            });
        }
        let (asset, note) = match &self.tools {
            Some(tools) => (
                self.encoders.pass(|| self.encode(tools, source.path()))?,
                None,
            ),
            None => {
                let note = Trouble::AsItIs { bytes: from_bytes };
                (self.as_it_is(wanted, source)?, Some(note))
            }
        };
        let captions = self.words(wanted.captions.as_ref(), &wanted.at, &["vtt", "srt"]);
        let transcript = self.words(wanted.transcript.as_ref(), &wanted.at, &["txt"]);
        Ok(Medium {
            asset,
            captions: captions.as_deref().and_then(media::captions),
            transcript: transcript.as_deref().and_then(media::transcript),
            note,
            from_bytes,
        })
    }

    fn encode(&self, tools: &Tools, source: &Path) -> Result<Asset, Trouble> {
        let film = tools.is_film(source)?;
        let encoded = if film {
            tools.film(source, &self.settings.film)?
        } else {
            tools.sound(source, &self.settings.sound)?
        };
        let kind = if film {
            AssetKind::Film
        } else {
            AssetKind::Sound
        };
        let Encoded {
            path,
            len,
            media_type,
            seconds,
            width,
            height,
        } = encoded;
        let (hash, bytes) = held(path, len)?;
        Ok(Asset {
            hash,
            media_type: media_type.to_owned(),
            kind,
            bytes,
            width,
            height,
            seconds,
        })
    }

    fn as_it_is(&self, wanted: &MediaRef, source: Source) -> Result<Asset, Trouble> {
        let limit = match wanted.kind {
            MediaKind::Film => self.settings.film.bytes,
            _ => self.settings.sound.bytes,
        };
        let len = fs::metadata(source.path()).map_err(unreadable)?.len();
        if len > limit {
            return Err(Trouble::TooLarge {
                bytes: Some(len),
                limit,
            });
        }
        let (hash, bytes) = held(source.copied()?, len)?;
        Ok(Asset {
            hash,
            media_type: media::media_type_of_name(&wanted.at.to_string()).to_owned(),
            kind: kind(wanted.kind),
            bytes,
            width: 0,
            height: 0,
            seconds: 0,
        })
    }

    fn file(&self, at: &Location) -> Result<Medium, Trouble> {
        let source = self.local(at)?;
        let len = fs::metadata(source.path()).map_err(unreadable)?.len();
        if len == 0 {
            return Err(Trouble::Empty);
        }
        let limit = self.settings.film.bytes;
        if len > limit {
            return Err(Trouble::TooLarge {
                bytes: Some(len),
                limit,
            });
        }
        let (hash, bytes) = held(source.copied()?, len)?;
        Ok(Medium {
            asset: Asset {
                hash,
                media_type: media::media_type_of_name(&at.to_string()).to_owned(),
                kind: AssetKind::File,
                bytes,
                width: 0,
                height: 0,
                seconds: 0,
            },
            captions: None,
            transcript: None,
            note: Some(Trouble::FileAsItIs { bytes: len }),
            from_bytes: len,
        })
    }

    /// The medium as a file: where it lies, or fetched into a temporary one.
    fn local(&self, at: &Location) -> Result<Source, Trouble> {
        let limit = self.settings.sizes.media;
        match at {
            Location::File(path) => {
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
                Ok(Source::Own(path.clone()))
            }
            Location::Web(url) => {
                let mut file = NamedTempFile::new().map_err(unreadable)?;
                let mut out = io::BufWriter::new(file.as_file_mut());
                self.client.get_to(url, limit, &mut out)?;
                out.flush().map_err(unreadable)?;
                drop(out);
                Ok(Source::Fetched(file.into_temp_path()))
            }
        }
    }

    /// The text that is named, or that stands beside a file under the same name.
    fn words(
        &self,
        named: Option<&Location>,
        beside: &Location,
        extensions: &[&str],
    ) -> Option<String> {
        let sidecar = || match beside {
            Location::File(path) => extensions
                .iter()
                .map(|e| path.with_extension(e))
                .find(|p| p.is_file())
                .map(Location::File),
            Location::Web(_) => None,
        };
        let at = named.cloned().or_else(sidecar)?;
        let got = open::read(&at, WORDS, self.client).ok()?;
        let text = charset::decode(&got.bytes, got.content_type.as_deref())
            .ok()?
            .text;
        let html = got.content_type.is_some_and(|t| t.contains("html"));
        Some(if html {
            super::html::body_of_fragment(&text, &got.base).text()
        } else {
            text
        })
    }
}

/// A medium as a file.
enum Source {
    Own(PathBuf),
    Fetched(TempPath),
}

impl Source {
    fn path(&self) -> &Path {
        match self {
            Self::Own(path) => path,
            Self::Fetched(path) => path,
        }
    }

    /// A temporary file with its bytes, which nobody else changes.
    fn copied(self) -> Result<TempPath, Trouble> {
        match self {
            Self::Fetched(path) => Ok(path),
            Self::Own(path) => {
                let copy = NamedTempFile::new().map_err(unreadable)?.into_temp_path();
                fs::copy(&path, &copy).map_err(unreadable)?;
                Ok(copy)
            }
        }
    }
}

/// The kind of asset that a kind of media becomes.
fn kind(kind: MediaKind) -> AssetKind {
    match kind {
        MediaKind::Picture => AssetKind::Picture,
        MediaKind::Sound => AssetKind::Sound,
        MediaKind::Film => AssetKind::Film,
        MediaKind::File => AssetKind::File,
    }
}

fn held(path: TempPath, len: u64) -> Result<(ObjectHash, AssetBytes), Trouble> {
    if len <= IN_MEMORY {
        let bytes = fs::read(&path).map_err(unreadable)?;
        return Ok((ObjectHash::of(&bytes), AssetBytes::Memory(bytes.into())));
    }
    let mut hasher = blake3::Hasher::new();
    let file = fs::File::open(&path).map_err(unreadable)?;
    hasher.update_reader(file).map_err(unreadable)?;
    let hash = ObjectHash(*hasher.finalize().as_bytes());
    let path = Arc::new(path);
    Ok((hash, AssetBytes::File { path, len }))
}

fn sniff_file(path: &Path) -> Result<Sniffed, Trouble> {
    let mut head = Vec::new();
    fs::File::open(path)
        .and_then(|f| f.take(1024).read_to_end(&mut head))
        .map_err(unreadable)?;
    Ok(media::sniff(&head))
}

/// A picture that was made before, from the cache.
fn recalled(answer: CachedAnswer) -> Option<Smaller> {
    let (width, height) = answer.etag.as_deref()?.split_once('x')?;
    Some(Smaller {
        media_type: match answer.content_type.as_deref()? {
            "image/jpeg" => "image/jpeg",
            "image/webp" => "image/webp",
            _ => return None,
        },
        width: width.parse().ok()?,
        height: height.parse().ok()?,
        bytes: answer.bytes,
    })
}

fn remembered(small: &Smaller) -> CachedAnswer {
    CachedAnswer {
        etag: Some(format!("{}x{}", small.width, small.height)),
        last_modified: None,
        content_type: Some(small.media_type.to_owned()),
        bytes: small.bytes.clone(),
    }
}

fn text_type(content_type: Option<&str>) -> String {
    match content_type {
        Some(t) if !t.starts_with("image/") || t.starts_with("image/svg") => {
            edition::clean_line(t, 60)
        }
        _ => "text".to_owned(),
    }
}

fn unreadable(error: io::Error) -> Trouble {
    Trouble::Unreadable {
        why: one_line(&error),
    }
}
