//! All sources to drafts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::assemble;
use super::counts::Counts;
use super::draft::{AssetKind, Draft};
use super::feed::Item;
use super::folder;
use super::html::{MediaKind, MediaRef, Page};
use super::http::{Client, HttpCache};
use super::library::{Library, Workshop};
use super::location::Location;
use super::open::{self, Opened, Raw};
use super::pages;
use super::parallel::{Gate, lock, map};
use super::problem::{Problem, Trouble};
use super::settings::Settings;
use crate::media::{self, Tools};

/// What was gathered.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Drafts, in the order of the sources; each key once.
    pub drafts: Vec<Draft>,
    /// What the newsroom should know, in the order of the sources.
    pub problems: Vec<Problem>,
    /// What was gathered, in numbers.
    pub counts: Counts,
}

/// Where `gather` is.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// What is being done.
    pub stage: Stage,
    /// How many items of this stage are done.
    pub done: usize,
    /// How many there are in this stage.
    pub total: usize,
    /// The item that was just done.
    pub item: &'a str,
}

/// What `gather` does, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Opens the sources.
    Sources,
    /// Fetches pages behind leads.
    Pages,
    /// Fetches and encodes pictures, sounds and films.
    Media,
}

/// Why nothing could be gathered at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GatherError {
    /// No source was named.
    #[error("no source was named; give feeds, pages, files or folders")]
    NoSources,
}

/// Turns every source (an address, or a path of a file or folder) into drafts.
///
/// `progress` is called from several threads, one call at a time.
pub fn gather(
    sources: &[String],
    settings: &Settings,
    cache: &mut dyn HttpCache,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Result<Gathered, GatherError> {
    if sources.is_empty() {
        return Err(GatherError::NoSources);
    }
    let client = Client::new(&settings.http, cache);
    let gatherer = Gatherer {
        client: &client,
        settings,
        progress,
        turn: Mutex::new(()),
    };
    let mut gathered = Gathered::default();
    let listed = list(sources, settings, &mut gathered.problems);
    let opened = gatherer.open(&listed.documents, &mut gathered);
    let mut raws = gatherer.complete(opened, &mut gathered);
    add_media(&mut raws, &listed.media);
    raws = each_once(raws);
    let library = gatherer.media(&raws);
    for raw in &raws {
        gathered.drafts.extend(assemble::draft(
            raw,
            &library,
            settings,
            &mut gathered.counts,
            &mut gathered.problems,
        ));
    }
    count(&library, &mut gathered);
    (gathered.counts.fetched_bytes, gathered.counts.cached) = client.totals();
    Ok(gathered)
}

/// What the sources name.
#[derive(Default)]
struct Listed {
    documents: Vec<Location>,
    /// Media of folders: articles of their own unless a document shows them.
    media: Vec<Location>,
}

fn list(sources: &[String], settings: &Settings, problems: &mut Vec<Problem>) -> Listed {
    let mut listed = Listed::default();
    for source in sources {
        match open::location(source) {
            Ok(Location::File(path)) if path.is_dir() => {
                let found = folder::list(&path, settings.sizes.folder_files);
                listed
                    .documents
                    .extend(found.documents.into_iter().map(Location::File));
                listed
                    .media
                    .extend(found.media.into_iter().map(Location::File));
                problems.extend(found.problems);
            }
            Ok(at) => listed.documents.push(at),
            Err(trouble) => problems.push(Problem::new(source, trouble)),
        }
    }
    listed
}

/// Media of folders that no document shows become articles.
fn add_media(raws: &mut Vec<Raw>, media: &[Location]) {
    let real = |at: &Location| match at {
        Location::File(path) => path.canonicalize().ok(),
        Location::Web(_) => None,
    };
    let shown: BTreeSet<_> = raws
        .iter()
        .flat_map(wanted)
        .filter_map(|m| real(&m.at))
        .collect();
    for at in media {
        if real(at).is_some_and(|path| shown.contains(&path)) {
            continue;
        }
        if let Some(kind) = media::kind_of_name(&at.to_string()) {
            raws.push(open::medium(at, kind));
        }
    }
}

/// Each key once; a page that an entry of a feed links to, or is at its address, is that entry.
fn each_once(raws: Vec<Raw>) -> Vec<Raw> {
    let mut seen = BTreeSet::new();
    let entries = || raws.iter().filter(|r| r.of_feed);
    let addresses: BTreeSet<String> = entries().filter_map(|r| r.source.clone()).collect();
    let pages: BTreeSet<Location> = entries().filter_map(|r| r.page.clone()).collect();
    let is_entry = |r: &Raw| {
        r.source.as_ref().is_some_and(|s| addresses.contains(s))
            || r.page.as_ref().is_some_and(|p| pages.contains(p))
    };
    raws.into_iter()
        .filter(|r| r.of_feed || !is_entry(r))
        .filter(|r| seen.insert(r.key.clone()))
        .collect()
}

/// All media that an article names, its own picture and posters included.
fn wanted(raw: &Raw) -> Vec<MediaRef> {
    let mut out: Vec<MediaRef> = raw.body.media().to_vec();
    let posters = out.iter().filter_map(|m| m.poster.clone());
    let posters: Vec<_> = posters
        .map(|at| MediaRef::new(MediaKind::Picture, at))
        .collect();
    out.extend(posters);
    if raw.body.first_picture().is_none() {
        out.extend(raw.picture.clone());
    }
    out
}

fn count(library: &Library, gathered: &mut Gathered) {
    let counts = &mut gathered.counts;
    for ((_, at), made) in library {
        let Ok(medium) = made else { continue };
        let to = medium.asset.bytes.len();
        match medium.asset.kind {
            AssetKind::Picture => {
                counts.pictures += 1;
                counts.picture_bytes_from += medium.from_bytes;
                counts.picture_bytes_to += to;
            }
            kind => {
                counts.sounds += usize::from(kind == AssetKind::Sound);
                counts.films += usize::from(kind == AssetKind::Film);
                counts.media_bytes_from += medium.from_bytes;
                counts.media_bytes_to += to;
            }
        }
        if let Some(note) = &medium.note {
            gathered
                .problems
                .push(Problem::new(at.to_string(), note.clone()));
        }
    }
}

struct Gatherer<'a> {
    client: &'a Client<'a>,
    settings: &'a Settings,
    progress: &'a (dyn Fn(Progress<'_>) + Sync),
    turn: Mutex<()>,
}

impl Gatherer<'_> {
    fn open(&self, at: &[Location], gathered: &mut Gathered) -> Vec<Opened> {
        let results = self.each(
            Stage::Sources,
            at,
            |at| at.to_string(),
            |at| {
                let mut notes = Vec::new();
                let opened = open::open(at, self.client, self.settings, &mut notes);
                (opened, notes)
            },
        );
        let mut out = Vec::new();
        for (at, result) in at.iter().zip(results) {
            let (opened, notes) = result.unwrap_or((Err(Trouble::Crashed), Vec::new()));
            gathered.problems.extend(notes);
            match opened {
                Ok(opened) => out.push(opened),
                Err(trouble) => gathered
                    .problems
                    .push(Problem::new(at.to_string(), trouble)),
            }
        }
        out
    }

    /// Fetches the pages that items need, and makes articles of everything.
    fn complete(&self, opened: Vec<Opened>, gathered: &mut Gathered) -> Vec<Raw> {
        let items = opened.iter().filter_map(|o| match o {
            Opened::Feed { items, .. } => Some(items),
            Opened::Article(_) => None,
        });
        let needed: BTreeSet<&Location> = items
            .flatten()
            .filter_map(|item| pages::needed(item, self.settings))
            .collect();
        let needed: Vec<Location> = needed.into_iter().cloned().collect();
        let fetched = self.each(
            Stage::Pages,
            &needed,
            |at| at.to_string(),
            |at| pages::fetch(at, self.client, self.settings),
        );
        let fetched = fetched
            .into_iter()
            .map(|r| r.unwrap_or(Err(Trouble::Crashed)));
        let found: BTreeMap<Location, Result<Page, Trouble>> =
            needed.into_iter().zip(fetched).collect();
        gathered.counts.pages += found.values().filter(|p| p.is_ok()).count();
        let mut raws = Vec::new();
        for opened in opened {
            match opened {
                Opened::Article(raw) => {
                    gathered.counts.pages += usize::from(raw.source.is_some());
                    raws.push(*raw);
                }
                Opened::Feed {
                    name,
                    items,
                    unchanged,
                } => {
                    gathered.counts.feeds += 1;
                    gathered.counts.feeds_unchanged += usize::from(unchanged);
                    raws.extend(self.articles(&name, items, &found, &mut gathered.problems));
                }
            }
        }
        raws
    }

    fn articles(
        &self,
        feed: &str,
        items: Vec<Item>,
        found: &BTreeMap<Location, Result<Page, Trouble>>,
        problems: &mut Vec<Problem>,
    ) -> Vec<Raw> {
        let of = items.len();
        let mut failed: Vec<String> = Vec::new();
        let articles = items
            .into_iter()
            .map(|item| {
                let page =
                    pages::needed(&item, self.settings).and_then(|at| match found.get(at)? {
                        Ok(page) => Some(page.clone()),
                        Err(trouble) => {
                            failed.push(format!("{at}: {trouble}"));
                            None
                        }
                    });
                pages::article(item, page)
            })
            .collect();
        let count = failed.len();
        if let Some(first) = failed.into_iter().next() {
            problems.push(Problem::new(feed, Trouble::LeadsOnly { count, of, first }));
        }
        articles
    }

    fn media(&self, raws: &[Raw]) -> Library {
        let mut jobs: BTreeMap<(MediaKind, Location), MediaRef> = BTreeMap::new();
        for media in raws.iter().flat_map(wanted) {
            jobs.entry((media.kind, media.at.clone())).or_insert(media);
        }
        let moving = |kind: &MediaKind| matches!(kind, MediaKind::Sound | MediaKind::Film);
        let find = || Tools::find(&self.settings.ffmpeg, self.settings.ffmpeg_timeout);
        let workshop = Workshop {
            client: self.client,
            settings: self.settings,
            tools: jobs
                .keys()
                .any(|(kind, _)| moving(kind))
                .then(find)
                .flatten(),
            encoders: Gate::new(self.settings.encoders),
        };
        let jobs: Vec<_> = jobs.into_iter().collect();
        let made = self.each(
            Stage::Media,
            &jobs,
            |(_, m)| m.at.to_string(),
            |(_, m)| workshop.make(m),
        );
        let made = made.into_iter().map(|r| r.unwrap_or(Err(Trouble::Crashed)));
        jobs.into_iter().map(|(key, _)| key).zip(made).collect()
    }

    /// `f` of each item, several at once, with progress.
    fn each<T: Sync, R: Send>(
        &self,
        stage: Stage,
        items: &[T],
        name: impl Fn(&T) -> String + Sync,
        f: impl Fn(&T) -> R + Sync,
    ) -> Vec<Option<R>> {
        let done = AtomicUsize::new(0);
        map(items, self.settings.http.concurrency, |item| {
            let result = f(item);
            let _turn = lock(&self.turn);
            (self.progress)(Progress {
                stage,
                done: done.fetch_add(1, Ordering::Relaxed) + 1,
                total: items.len(),
                item: &name(item),
            });
            result
        })
    }
}
