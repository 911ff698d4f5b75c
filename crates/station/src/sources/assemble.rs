//! From an article and its media to a draft that a reader will accept.

use std::collections::BTreeSet;
use std::path::Path;

use edition::block::{Block, Film, Picture, Sound};
use edition::limits::{LINE_BYTES, URL_BYTES};
use edition::{Article, clean_line};

use super::counts::Counts;
use super::dates;
use super::draft::{Asset, AssetKind, Draft};
use super::html::{Body, MediaKind, MediaRef};
use super::language;
use super::library::{Library, Medium};
use super::open::Raw;
use super::problem::{Problem, Trouble, one_line};
use super::settings::Settings;

/// The draft of `raw`. What is to be told of it goes to `problems`, what is missing to `counts`.
pub(crate) fn draft(
    raw: &Raw,
    library: &Library,
    settings: &Settings,
    counts: &mut Counts,
    problems: &mut Vec<Problem>,
) -> Option<Draft> {
    let mut desk = Desk {
        library,
        assets: Vec::new(),
        missing: BTreeSet::new(),
        counts,
    };
    let blocks = raw.body.fill(|wanted| desk.block(wanted));
    let standing = raw.body.first_picture().and_then(|m| desk.picture(m));
    let standing = standing.or_else(|| desk.picture(raw.picture.as_ref()?));
    let picture = standing.map(|medium| desk.add(&medium.asset));
    let text = raw.body.text();
    let said = format!(
        "{}\n{}\n{text}",
        raw.title,
        raw.lead.as_deref().unwrap_or_default()
    );
    let article = Article {
        title: clean_line(&raw.title, LINE_BYTES),
        lead: raw.lead.clone().filter(|lead| !lead.is_empty()),
        section: raw.section.clone(),
        byline: raw.byline.clone(),
        minutes: dates::or_now(raw.minutes, settings.now_minutes),
        source: raw.source.clone().filter(|s| s.len() <= URL_BYTES),
        picture,
        blocks,
        ..Article::default()
    };
    let assets = std::mem::take(&mut desk.assets);
    let missing = desk.missing.len();
    let alone = raw.body.blocks().len() == 1 && article.blocks.is_empty();
    let first = raw
        .body
        .media()
        .iter()
        .chain(&raw.picture)
        .find_map(|m| Some((m, library.get(&(m.kind, m.at.clone()))?.as_ref().err()?)));
    if let Some((media, trouble)) = first {
        if alone && article.lead.is_none() {
            // A source that is nothing but this picture, sound or film.
            problems.push(Problem::new(media.at.to_string(), trouble.clone()));
            return None;
        }
        if missing > 0 {
            let first = format!("{}: {trouble}", media.at);
            problems.push(Problem::new(
                &raw.name,
                Trouble::PicturesMissing {
                    count: missing,
                    first,
                },
            ));
        }
    }
    if raw.body.cut {
        problems.push(Problem::new(&raw.name, Trouble::Cut));
    }
    if let Err(error) = article.check() {
        problems.push(Problem::new(
            &raw.name,
            Trouble::Unfit {
                why: one_line(&error),
            },
        ));
        return None;
    }
    Some(Draft {
        key: raw.key.clone(),
        language: language::choose(raw.language.as_deref(), &said, &settings.language),
        article,
        assets,
    })
}

/// Panics unless an article of this body is within every limit of a reader; for fuzzing.
pub(crate) fn check(title: &str, body: &Body) {
    let mut counts = Counts::default();
    let library = Library::new();
    let mut desk = Desk {
        library: &library,
        assets: Vec::new(),
        missing: BTreeSet::new(),
        counts: &mut counts,
    };
    let article = Article {
        title: clean_line(title, LINE_BYTES),
        blocks: body.fill(|wanted| desk.block(wanted)),
        ..Article::default()
    };
    assert_eq!(article.check(), Ok(()), "an article that no reader takes");
}

struct Desk<'a> {
    library: &'a Library,
    assets: Vec<Asset>,
    missing: BTreeSet<&'a super::location::Location>,
    counts: &'a mut Counts,
}

impl<'a> Desk<'a> {
    fn medium(&mut self, wanted: &MediaRef) -> Option<&'a Medium> {
        let ((_, at), made) = self
            .library
            .get_key_value(&(wanted.kind, wanted.at.clone()))?;
        match made {
            Ok(medium) => Some(medium),
            Err(_) => {
                self.missing.insert(at);
                None
            }
        }
    }

    fn picture(&mut self, wanted: &MediaRef) -> Option<&'a Medium> {
        self.medium(wanted)
    }

    fn add(&mut self, asset: &Asset) -> edition::ObjectId {
        if !self.assets.iter().any(|a| a.hash == asset.hash) {
            self.assets.push(asset.clone());
        }
        asset.hash.id()
    }

    fn block(&mut self, wanted: &MediaRef) -> Option<Block> {
        let medium = self.medium(wanted)?;
        let asset = &medium.asset;
        let object = self.add(asset);
        let said = |text: &Option<String>| text.clone().filter(|t| !t.is_empty());
        let silent = medium.transcript.is_none() && medium.captions.is_none();
        Some(match asset.kind {
            AssetKind::Picture => {
                let alt = said(&wanted.alt);
                self.counts.without_alt += usize::from(alt.is_none());
                Block::Picture(Picture {
                    object,
                    alt,
                    caption: said(&wanted.caption),
                    width: asset.width,
                    height: asset.height,
                })
            }
            AssetKind::Sound => {
                self.counts.without_transcript += usize::from(silent);
                Block::Sound(Sound {
                    object,
                    title: said(&wanted.caption),
                    transcript: medium.transcript.clone(),
                    captions: medium.captions.clone(),
                    seconds: asset.seconds,
                })
            }
            AssetKind::Film => {
                let alt = said(&wanted.alt).or_else(|| said(&wanted.caption));
                self.counts.without_alt += usize::from(alt.is_none());
                self.counts.without_transcript += usize::from(silent);
                self.counts.without_captions += usize::from(medium.captions.is_none());
                Block::Film(Film {
                    object,
                    alt,
                    transcript: medium.transcript.clone(),
                    captions: medium.captions.clone(),
                    seconds: asset.seconds,
                    width: asset.width,
                    height: asset.height,
                    poster: self.poster(wanted),
                })
            }
            AssetKind::File => Block::File {
                object,
                name: file_name(&wanted.at.to_string()),
                description: said(&wanted.caption).or_else(|| said(&wanted.alt)),
            },
        })
    }

    fn poster(&mut self, wanted: &MediaRef) -> Option<edition::ObjectId> {
        let poster = MediaRef::new(MediaKind::Picture, wanted.poster.clone()?);
        let medium = self.picture(&poster)?;
        Some(self.add(&medium.asset))
    }
}

/// A name to save a file under, from its place.
fn file_name(place: &str) -> String {
    let place = place.split(['?', '#']).next().unwrap_or_default();
    let name = Path::new(place)
        .file_name()
        .map(|n| n.to_string_lossy().into_owned());
    let name = clean_line(&name.unwrap_or_default(), LINE_BYTES).replace(['/', '\\'], "-");
    let name = name.trim_start_matches('.');
    if name.is_empty() {
        "file".to_owned()
    } else {
        name.to_owned()
    }
}
