//! From the inbox to the shelf: the newest edition of each publisher, as pages and as files.
//!
//! What is made for it lies in the inbox's folder `share`: the pages, one after the other in one
//! file, and the edition as `.sky`. Pictures and media are served from where they lie. All of it
//! can be deleted at any time, and is made again.

use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use edition::{
    Bundle, Dictionaries, Index, ObjectHash, ObjectKind, PublicKey, SignedEdition, Tier,
};
use receiver::{Name, News, Receiver, Store};
use station::inbox::FileStore;

use crate::error::Error;
use crate::relay::answer::Validators;
use crate::relay::landing::{Download, Front, Headline, Publisher};
use crate::relay::sections::Sections;
use crate::relay::shelf::{Item, Piece, Shelf, etag};
use crate::site;
use crate::time;

/// The folder of the inbox.
const FOLDER: &str = "share";
/// Headlines that are kept for the pages.
const HEADLINES: usize = 64;
/// The reader page, as its own copies are called, too.
const READER: &str = "notes.html";

/// What a courier wants to be shown and handed on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Terms {
    /// What is left out.
    pub(crate) without: Sections,
    /// Whether editions are handed on as files.
    pub(crate) has_editions: bool,
}

/// What is known of the inbox at a moment: of each publisher the newest edition of which something
/// can be read, its indexes, and whether all of it is here.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot(Vec<(SignedEdition, Vec<Index>, bool)>);

impl Snapshot {
    /// Of now.
    pub(crate) fn of(receiver: &Receiver<FileStore>) -> Self {
        let mut all: Vec<(SignedEdition, Vec<Index>, bool)> = Vec::new();
        for ((signed, indexes), status) in receiver.editions().into_iter().zip(receiver.status()) {
            let is_readable = indexes.iter().any(|index| index.tier == Tier::Front);
            let is_newest = all
                .iter()
                .all(|(s, ..)| s.publisher() != signed.publisher());
            if is_readable && is_newest {
                let indexes = indexes.into_iter().cloned().collect();
                all.push((signed.clone(), indexes, status.is_complete()));
            }
        }
        all.sort_by_key(|(signed, ..)| signed.publisher().0);
        Self(all)
    }
}

/// Makes shelves. It reads the inbox by itself, so that receiving does not wait for it.
pub(crate) struct Stock {
    folder: PathBuf,
    store: FileStore,
    trust: Vec<PublicKey>,
    /// Told from outside: the program ends.
    is_over: Arc<AtomicBool>,
    terms: Terms,
    dictionaries: Dictionaries,
    /// Bundles of the editions on the shelf: to unpack one takes far longer than to read it.
    bundles: HashMap<ObjectHash, Option<Bundle>>,
    /// Objects that are known to be what they were when they came.
    checked: HashSet<ObjectHash>,
    /// The reader page for these languages.
    reader: Option<(Vec<String>, Item)>,
    /// Files of the shelf before, which somebody may be about to open.
    before: HashSet<PathBuf>,
    /// What could not be done.
    problems: Vec<String>,
}

/// A shelf and what is on it.
#[derive(Debug, Default)]
pub(crate) struct Stocked {
    /// The shelf, without the pages that say where the relay is.
    pub(crate) items: HashMap<String, Item>,
    /// What those pages tell of.
    pub(crate) front: Front,
    /// Articles of sections left out that are in the downloads all the same.
    pub(crate) still_in: usize,
    /// Files for a stick: name, item, and whether a part of it is of use.
    pub(crate) files: Vec<(String, Item, bool)>,
}

impl Stocked {
    /// The shelf for people who reach the relay at this address.
    pub(crate) fn shelf(&self, address: &str) -> Shelf {
        let mut shelf = Shelf {
            items: self.items.clone(),
            ..Shelf::default()
        };
        let newest = self.front.publishers.iter().map(|p| p.seconds).max();
        self.front.put(&mut shelf, address, newest.unwrap_or(0));
        shelf
    }
}

impl Stock {
    /// For an inbox, and readers of these publishers.
    ///
    /// # Errors
    /// If nothing can be written there.
    pub(crate) fn new(
        inbox: &Path,
        terms: Terms,
        trust: &[PublicKey],
        is_over: &Arc<AtomicBool>,
    ) -> Result<Self, Error> {
        let folder = inbox.join(FOLDER);
        fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        Ok(Self {
            folder,
            store: FileStore::open(inbox).map_err(Error::file(inbox))?,
            trust: trust.to_vec(),
            is_over: Arc::clone(is_over),
            terms,
            dictionaries: Dictionaries::shipped(),
            bundles: HashMap::new(),
            checked: HashSet::new(),
            reader: None,
            before: HashSet::new(),
            problems: Vec::new(),
        })
    }

    /// Makes a shelf of what is here now.
    ///
    /// # Errors
    /// What reading the inbox gives. What cannot be written is left out, and told.
    pub(crate) fn take(&mut self, snapshot: &Snapshot) -> Result<Stocked, Error> {
        let mut stocked = Stocked::default();
        let mut files = HashSet::new();
        let mut named = HashSet::new();
        for (signed, indexes, is_complete) in &snapshot.0 {
            let objects = indexes.iter().flat_map(|index| &index.objects);
            named.extend(objects.map(|object| object.hash));
            self.publisher(signed, indexes, *is_complete, &mut stocked, &mut files)?;
        }
        self.bundles.retain(|hash, _| named.contains(hash));
        self.reader_page(&mut stocked);
        self.clear(&files);
        self.before = files;
        Ok(stocked)
    }

    /// What could not be done since this was asked the last time.
    pub(crate) fn problems(&mut self) -> Vec<String> {
        std::mem::take(&mut self.problems)
    }

    fn publisher(
        &mut self,
        signed: &SignedEdition,
        indexes: &[Index],
        is_complete: bool,
        stocked: &mut Stocked,
        files: &mut HashSet<PathBuf>,
    ) -> Result<(), Error> {
        let mut news = self
            .news(signed, indexes)
            .map_err(Error::file(&self.folder))?;
        self.terms.without.leave_out(&mut news);
        let place = format!("/news/{}/", short(signed));
        let pages = self.pages(signed, &news, &place, stocked);
        files.extend(self.kept(pages));
        self.media(&news, &place, stocked);
        let mut edition = None;
        if self.terms.has_editions {
            let written = self.edition(signed, indexes, stocked);
            if let Some((path, sky, zip)) = self.kept(written) {
                files.insert(path);
                edition = Some((sky, zip));
            }
        }
        let headlines: Vec<_> = news
            .articles
            .iter()
            .take(HEADLINES)
            .map(|news| Headline {
                language: news.language.clone(),
                title: news.article.title.clone(),
                page: format!("{place}a/{}.html", news.article.number),
            })
            .collect();
        stocked.front.publishers.push(Publisher {
            name: news.publisher.clone(),
            number: news.number,
            seconds: news.seconds,
            eight: edition::publisher_words(&signed.publisher()).join(" "),
            languages: signed.manifest().languages.clone(),
            site: place,
            headlines,
            is_complete,
            edition,
        });
        Ok(())
    }

    /// As [`receiver::news`], with bundles that are unpacked once.
    fn news(&mut self, signed: &SignedEdition, indexes: &[Index]) -> io::Result<News> {
        let named: Vec<&Index> = indexes.iter().collect();
        for entry in indexes.iter().flat_map(|index| &index.objects) {
            if entry.kind == ObjectKind::Bundle
                && !self.bundles.contains_key(&entry.hash)
                && let Some(bytes) = self.store.get(Name::Object(entry.hash))?
            {
                let bundle = Bundle::unpack(&bytes, &mut self.dictionaries);
                let bundle = bundle.map_err(|error| self.problems.push(error.to_string()));
                self.bundles.insert(entry.hash, bundle.ok());
            }
        }
        let mut news = receiver::news_of(signed, &named, &mut |hash| {
            let bundle = self.bundles.get(&hash).cloned();
            // What cannot be read has been told.
            Ok::<_, io::Error>(bundle.flatten().map(Ok))
        })?;
        for object in news.objects.values_mut() {
            object.is_here = self.store.has(Name::Object(object.entry.hash))?;
        }
        Ok(news)
    }

    /// The site's pages, in one file, so that a card is not worn by many small ones.
    fn pages(
        &mut self,
        signed: &SignedEdition,
        news: &News,
        place: &str,
        stocked: &mut Stocked,
    ) -> Result<PathBuf, Error> {
        let (mut all, mut found) = (Vec::new(), Vec::new());
        site::pages(signed, news, Some("/"), &mut |name, text| {
            found.push((name.to_owned(), all.len(), text.len()));
            all.extend_from_slice(text.as_bytes());
            Ok(())
        })?;
        let path = self.folder.join(format!("{}.pages", name_of(&all)));
        if !path.metadata().is_ok_and(|m| m.len() == all.len() as u64) {
            put(&path, &mut |file| file.write_all(&all)).map_err(Error::file(&path))?;
        }
        for (name, offset, len) in found {
            let is_style = name.ends_with(".css");
            let item = Item {
                validators: Validators {
                    etag: etag(ObjectHash::of(&all[offset..offset + len])),
                    modified: news.seconds,
                },
                pieces: vec![Piece::File {
                    path: path.clone(),
                    offset: offset as u64,
                    len: len as u64,
                }],
                media_type: match is_style {
                    true => "text/css; charset=utf-8",
                    false => "text/html; charset=utf-8",
                },
                saved_as: None,
                is_cached: is_style,
            };
            if name == "index.html" {
                stocked.items.insert(place.to_owned(), item.clone());
            }
            stocked.items.insert(format!("{place}{name}"), item);
        }
        Ok(path)
    }

    /// Pictures and media, from where they lie.
    fn media(&mut self, news: &News, place: &str, stocked: &mut Stocked) {
        let shown: HashSet<_> = news
            .articles
            .iter()
            .flat_map(|n| n.article.objects())
            .collect();
        for id in shown {
            let (Some(name), Some(object)) = (site::file_name(id, news), news.objects.get(&id))
            else {
                continue;
            };
            let (hash, len) = (object.entry.hash, object.entry.transport.size);
            let path = self.store.path(Name::Object(hash));
            if !self.is_intact(&path, hash, len) {
                continue;
            }
            let item = Item {
                pieces: vec![Piece::File {
                    path,
                    offset: 0,
                    len,
                }],
                media_type: media_type(&name),
                validators: Validators {
                    etag: etag(hash),
                    modified: news.seconds,
                },
                saved_as: name.ends_with(".bin").then(|| "file.bin".to_owned()),
                is_cached: true,
            };
            stocked.items.insert(format!("{place}{name}"), item);
        }
    }

    fn is_intact(&mut self, path: &Path, hash: ObjectHash, size: u64) -> bool {
        if self.checked.contains(&hash) {
            return true;
        }
        let is_intact = match station::is_intact(path, hash, size) {
            Ok(is_intact) => is_intact,
            Err(error) => {
                self.problems.push(Error::file(path)(error).to_string());
                return false;
            }
        };
        if is_intact {
            self.checked.insert(hash);
        } else {
            self.problems.push(damaged_object(path));
        }
        is_intact
    }

    /// The edition as `.sky`, and around the same bytes as a zip. It is written once for each state
    /// of the inbox.
    fn edition(
        &mut self,
        signed: &SignedEdition,
        indexes: &[Index],
        stocked: &mut Stocked,
    ) -> Result<(PathBuf, Download, Download), Error> {
        let left = self.terms.without.unneeded(indexes, &self.bundles);
        stocked.still_in += left.still_in;
        let path = self.sky(signed, indexes, &left.objects)?;
        let day = time::day(signed.manifest().seconds);
        let name = match stocked.front.publishers.len() {
            0 => format!("notes-{day}"),
            n => format!("notes-{day}-{}", n + 1),
        };
        let place = format!("/get/{}/", short(signed));
        let (sky, zip) =
            as_items(&path, &name, signed.manifest().seconds).map_err(Error::file(&path))?;
        stocked
            .files
            .push((format!("{name}.sky"), sky.clone(), true));
        let sky = on_shelf(stocked, &place, &format!("{name}.sky"), sky);
        let zip = on_shelf(stocked, &place, &format!("{name}.zip"), zip);
        Ok((path, sky, zip))
    }

    /// The file `.sky`, with a name by what is in it: objects that are whole now. What is damaged is
    /// left out, and once it is repaired the file is another one.
    fn sky(
        &mut self,
        signed: &SignedEdition,
        indexes: &[Index],
        without: &HashSet<ObjectHash>,
    ) -> Result<PathBuf, Error> {
        loop {
            let mut state = signed.head().manifest().0.to_vec();
            let own = [(signed.head().manifest(), signed.head().transport().size)];
            let of_tiers = signed.manifest().indexes.iter();
            let of_tiers = of_tiers.map(|index| (index.hash, index.transport.size));
            let objects = indexes.iter().flat_map(|index| &index.objects);
            let objects = objects.map(|object| (object.hash, object.transport.size));
            for (hash, size) in own.into_iter().chain(of_tiers).chain(objects) {
                let path = self.store.path(Name::Object(hash));
                if !without.contains(&hash) && path.is_file() && self.is_intact(&path, hash, size) {
                    state.extend_from_slice(&hash.0);
                }
            }
            let path = self.folder.join(format!("{}.sky", name_of(&state)));
            if path.is_file() {
                return Ok(path);
            }
            let mut damaged = Vec::new();
            let (store, is_over) = (&mut self.store, &*self.is_over);
            let written = put(&path, &mut |file| {
                let mut out = Stoppable { file, is_over };
                let told = station::write_sky(store, signed, indexes, without, &mut out)?;
                damaged = told.damaged;
                Ok(())
            });
            written.map_err(Error::file(&path))?;
            damaged.retain(|hash| self.checked.remove(hash));
            if damaged.is_empty() {
                return Ok(path);
            }
            // Damaged since it was checked: the name promises what the file has not got.
            fs::remove_file(&path).map_err(Error::file(&path))?;
        }
    }

    /// The reader page: in the publishers' languages, and believing those whom the relay believes.
    fn reader_page(&mut self, stocked: &mut Stocked) {
        let mut languages: Vec<String> = Vec::new();
        let known = page::pack::languages();
        let asked = stocked.front.publishers.iter().flat_map(|p| &p.languages);
        for language in asked.map(String::as_str).chain(["en"]) {
            let primary = language.split('-').next().unwrap_or(language);
            if known.contains(&primary) && !languages.iter().any(|l| l == primary) {
                languages.push(primary.to_owned());
            }
        }
        let is_same = self.reader.as_ref().is_some_and(|(l, _)| *l == languages);
        if !is_same {
            let page = page::pack::Page {
                languages: languages.clone(),
                with_fonts: true,
                fonts: Vec::new(),
                trust: self.trust.clone(),
            };
            match page.pack() {
                Ok(html) => {
                    let newest = stocked.front.publishers.iter().map(|p| p.seconds).max();
                    let mut item = Item::page(html, newest.unwrap_or(0));
                    item.saved_as = Some(READER.to_owned());
                    item.is_cached = true;
                    self.reader = Some((languages, item));
                }
                Err(error) => {
                    self.problems
                        .push(format!("the reader page is not handed on: {error}"));
                    self.reader = None;
                }
            }
        }
        if let Some((_, item)) = &self.reader {
            stocked
                .files
                .insert(0, (READER.to_owned(), item.clone(), false));
            stocked.front.reader = Some(on_shelf(stocked, "/get/", READER, item.clone()));
        }
    }

    fn kept<T>(&mut self, made: Result<T, Error>) -> Option<T> {
        made.map_err(|error| self.problems.push(error.to_string()))
            .ok()
    }

    /// Deletes what neither this shelf nor the one before has.
    fn clear(&self, files: &HashSet<PathBuf>) {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            if !files.contains(&path) && !self.before.contains(&path) {
                let _ = fs::remove_file(&path);
            }
        }
    }
}

fn short(signed: &SignedEdition) -> String {
    let mut hex = signed.publisher().to_string();
    hex.truncate(8);
    hex
}

fn damaged_object(path: &Path) -> String {
    format!("{} is damaged: delete it and receive again", path.display())
}

/// A file's name by what is in it, or what it is made of.
fn name_of(bytes: &[u8]) -> String {
    let mut hex = ObjectHash::of(bytes).to_string();
    hex.truncate(32);
    hex
}

fn on_shelf(stocked: &mut Stocked, place: &str, name: &str, item: Item) -> Download {
    let download = Download {
        path: format!("{place}{name}"),
        name: name.to_owned(),
        bytes: item.len(),
    };
    stocked.items.insert(download.path.clone(), item);
    download
}

/// A `.sky` file as it is, and as a stored zip around the same bytes.
fn as_items(path: &Path, name: &str, modified: u64) -> io::Result<(Item, Item)> {
    let mut zip = file::Zip::new(&format!("{name}.sky"));
    let mut hasher = blake3::Hasher::new();
    let mut len = 0;
    let mut sky = File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        match sky.read(&mut buffer)? {
            0 => break,
            n => {
                zip.push(&buffer[..n]);
                hasher.update(&buffer[..n]);
                len += n as u64;
            }
        }
    }
    let tag = hasher.finalize().to_hex();
    let tag = tag.as_str().split_at(32).0;
    let piece = Piece::File {
        path: path.to_owned(),
        offset: 0,
        len,
    };
    let item = |ending: &str, media_type, pieces| Item {
        pieces,
        media_type,
        validators: Validators {
            etag: format!("\"{tag}-{ending}\""),
            modified,
        },
        saved_as: Some(format!("{name}.{ending}")),
        is_cached: true,
    };
    let (before, after) = zip.around().map_err(io::Error::other)?;
    let around = vec![
        Piece::Memory(before.into()),
        piece.clone(),
        Piece::Memory(after.into()),
    ];
    Ok((
        item("sky", "application/octet-stream", vec![piece]),
        item("zip", "application/zip", around),
    ))
}

/// A file that is written until the program ends.
struct Stoppable<'a> {
    file: &'a mut File,
    is_over: &'a AtomicBool,
}

impl Write for Stoppable<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.is_over.load(Ordering::Relaxed) {
            true => Err(ErrorKind::TimedOut.into()),
            false => self.file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a file aside, makes it last, and gives it its name.
fn put(path: &Path, write: &mut dyn FnMut(&mut File) -> io::Result<()>) -> io::Result<()> {
    let aside = path.with_extension("new");
    let mut file = File::create(&aside)?;
    let written = write(&mut file).and_then(|()| file.sync_data());
    if let Err(error) = written {
        let _ = fs::remove_file(&aside);
        return Err(error);
    }
    fs::rename(&aside, path)
}

/// By the ending that the site has given it.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "ogg" => "audio/ogg",
        "mp3" => "audio/mpeg",
        "m4a" => "audio/mp4",
        "wav" => "audio/wav",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        _ => "application/octet-stream",
    }
}
