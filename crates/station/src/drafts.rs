//! Drafts that wait in a station's directory until somebody approves them.
//!
//! ```text
//! drafts/waiting/0123…/draft.json            what it is, and where it is from
//!                      article               the article, as a bundle of one
//!                      HASH                  what it shows
//! drafts/refused/0123…                       what shall not be asked again
//! drafts/seen.json                           articles on air that sources still have
//! ```
//!
//! A draft is called by the hash of what it says: who approves it approves that, and if its source
//! changes it before it is published, it is another draft. Each appears in one rename.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use edition::{Article, Bundle, Dictionaries, ObjectHash};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::publish::Seen;
use crate::sources::{Asset, AssetBytes, AssetKind, Draft};
use crate::station::{Station, write_file};

/// Drafts that wait at most, for approval and to be signed each: more come when some of them are gone.
pub(crate) const MOST: usize = 1_000;
/// Drafts that were refused, of which is known.
const MOST_REFUSED: usize = 10_000;
/// Hexadecimal digits of a name: 160 bits, so that nobody finds two drafts of one name.
const NAME_DIGITS: usize = 40;
/// Nobody writes at a draft for so long.
const WRITTEN_WITHIN: Duration = Duration::from_secs(600);
const MEMO: &str = "draft.json";
const ARTICLE: &str = "article";

/// The drafts of a station.
#[derive(Debug, Clone)]
pub struct Drafts {
    dir: PathBuf,
}

/// A draft that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// What it is called: forty hexadecimal digits of the hash of what it says.
    #[serde(default)]
    pub id: String,
    /// The article's lasting identity.
    pub key: String,
    /// Its language.
    pub language: String,
    /// Its title.
    pub title: String,
    /// The source that brought it.
    pub source: String,
    /// Whether it needs nobody's approval.
    pub by_itself: bool,
    /// Whether it corrects an article that is on air.
    pub corrects: bool,
    /// When it came, in seconds since 1970-01-01T00:00Z.
    pub came: u64,
    assets: Vec<Memo>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Memo {
    hash: String,
    media_type: String,
    kind: u8,
    width: u64,
    height: u64,
    seconds: u64,
}

/// What is known of a draft that comes.
#[derive(Debug, Clone, Copy)]
pub struct Arrival<'a> {
    /// The source that brought it.
    pub source: &'a str,
    /// Whether it needs nobody's approval.
    pub by_itself: bool,
    /// Whether it corrects an article that is on air.
    pub corrects: bool,
    /// When it came.
    pub now: u64,
}

const KINDS: [AssetKind; 4] = [
    AssetKind::Picture,
    AssetKind::Sound,
    AssetKind::Film,
    AssetKind::File,
];

impl Drafts {
    /// The drafts of a station; the folders are made if there are none.
    pub fn open(station: &Station) -> Result<Self, Error> {
        let dir = station.dir().join("drafts");
        let this = Self { dir };
        for folder in [this.waiting(), this.dir.join("refused")] {
            fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        }
        // What was being written when the power went, and not what another program writes now.
        for (name, path) in this.folders()? {
            if name.starts_with('.') && is_left(&path) {
                fs::remove_dir_all(&path).map_err(Error::file(&path))?;
            }
        }
        Ok(this)
    }

    /// What a draft is called.
    pub fn id(draft: &Draft) -> String {
        let mut hasher = blake3::Hasher::new();
        for part in [
            &draft.key,
            &draft.language,
            &draft.article.fingerprint().to_string(),
        ] {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        // Whoever writes two texts must not find them to have one name: what is approved is what was read.
        hasher.finalize().to_hex()[..NAME_DIGITS].to_owned()
    }

    /// Adds a draft, unless it waits already or was refused; it takes the place of others of the same
    /// article. Whether it is new.
    pub fn add(&self, draft: &Draft, arrival: &Arrival<'_>) -> Result<bool, Error> {
        let id = Self::id(draft);
        let place = self.waiting().join(&id);
        if place.exists() || self.dir.join("refused").join(&id).exists() {
            return Ok(false);
        }
        let all = self.list()?;
        let same = all
            .iter()
            .filter(|w| w.key == draft.key && w.language == draft.language);
        let older: Vec<_> = same.map(|waiting| waiting.id.clone()).collect();
        let alike = all.iter().filter(|w| w.by_itself == arrival.by_itself);
        if alike.count() >= MOST + older.len() {
            return Err(Error::ManyDrafts { most: MOST });
        }
        let making = self.waiting().join(format!(".{id}"));
        let _ = fs::remove_dir_all(&making);
        fs::create_dir(&making).map_err(Error::file(&making))?;
        let written = write(&making, &id, draft, arrival);
        if let Err(error) = written {
            let _ = fs::remove_dir_all(&making);
            return Err(error);
        }
        fs::rename(&making, &place).map_err(Error::file(&place))?;
        for id in older {
            self.remove(&id)?;
        }
        Ok(true)
    }

    /// All drafts that wait, the oldest first.
    pub fn list(&self) -> Result<Vec<Waiting>, Error> {
        let mut all = Vec::new();
        for (name, path) in self.folders()? {
            if !name.starts_with('.')
                && let Ok(bytes) = fs::read(path.join(MEMO))
                && let Ok(waiting) = serde_json::from_slice::<Waiting>(&bytes)
            {
                all.push(Waiting {
                    id: name,
                    ..waiting
                });
            }
        }
        all.sort_by(|a, b| (a.came, &a.id).cmp(&(b.came, &b.id)));
        Ok(all)
    }

    /// A draft whole, everything in it verified.
    pub fn load(&self, id: &str) -> Result<Draft, Error> {
        let dir = self.waiting().join(id);
        let wrong = |why: &str| Error::Draft {
            id: id.to_owned(),
            why: why.to_owned(),
        };
        let is_name = id.len() == NAME_DIGITS && id.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_name || !dir.exists() {
            return Err(wrong("there is none of this name"));
        }
        let path = dir.join(MEMO);
        let bytes = fs::read(&path).map_err(Error::file(&path))?;
        let waiting: Waiting = serde_json::from_slice(&bytes).map_err(|e| wrong(&e.to_string()))?;
        let path = dir.join(ARTICLE);
        let bytes = fs::read(&path).map_err(Error::file(&path))?;
        let bundle = Bundle::unpack(&bytes, &mut Dictionaries::shipped())?;
        let article = bundle.articles.into_iter().next();
        let assets = waiting.assets.iter().map(|memo| asset(&dir, memo));
        let draft = Draft {
            key: waiting.key,
            language: waiting.language,
            article: article.ok_or_else(|| wrong("it holds no article"))?,
            assets: assets
                .collect::<Result<_, _>>()
                .map_err(|why: String| wrong(&why))?,
        };
        if Self::id(&draft) != id {
            return Err(wrong(
                "it is not what its name says: somebody has changed it",
            ));
        }
        Ok(draft)
    }

    /// Takes a draft away: it is published, or not to be.
    pub fn remove(&self, id: &str) -> Result<(), Error> {
        let path = self.waiting().join(id);
        // In one step out of sight, then away.
        let gone = self.waiting().join(format!(".{id}"));
        let _ = fs::remove_dir_all(&gone);
        match fs::rename(&path, &gone) {
            // Another has taken its place meanwhile.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            renamed => renamed.map_err(Error::file(&path))?,
        }
        fs::remove_dir_all(&gone).map_err(Error::file(&gone))
    }

    /// Takes a draft away for good, be it damaged or not.
    pub fn refuse(&self, id: &str) -> Result<(), Error> {
        let is_name = !id.is_empty() && id.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_name || !self.waiting().join(id).exists() {
            return Err(Error::Draft {
                id: id.to_owned(),
                why: "there is none of this name".to_owned(),
            });
        }
        let refused = self.dir.join("refused");
        let count = fs::read_dir(&refused)
            .map_err(Error::file(&refused))?
            .count();
        if count < MOST_REFUSED {
            write_file(&refused.join(id), b"")?;
        }
        self.remove(id)
    }

    /// Articles on air that sources still had when they were read last.
    pub fn seen(&self) -> Result<Vec<Seen>, Error> {
        let path = self.dir.join("seen.json");
        let all: BTreeMap<String, u64> = match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(Error::file(&path)(error)),
        };
        Ok(all.into_iter().map(|(key, at)| Seen { key, at }).collect())
    }

    /// Notes that sources had these now, and forgets what is no article any more.
    pub fn note_seen(
        &self,
        keys: impl IntoIterator<Item = String>,
        now: u64,
        articles: &BTreeSet<&str>,
    ) -> Result<(), Error> {
        let mut all: BTreeMap<String, u64> =
            self.seen()?.into_iter().map(|s| (s.key, s.at)).collect();
        all.extend(keys.into_iter().map(|key| (key, now)));
        all.retain(|key, _| articles.contains(key.as_str()));
        let path = self.dir.join("seen.json");
        let bytes = serde_json::to_vec(&all).map_err(|e| Error::Settings {
            path: path.clone(),
            why: e.to_string(),
        })?;
        write_file(&path, &bytes)
    }

    fn waiting(&self) -> PathBuf {
        self.dir.join("waiting")
    }

    fn folders(&self) -> Result<Vec<(String, PathBuf)>, Error> {
        let dir = self.waiting();
        let entries = fs::read_dir(&dir).map_err(Error::file(&dir))?;
        let entries = entries.flatten();
        Ok(entries
            .map(|e| (e.file_name().to_string_lossy().into_owned(), e.path()))
            .collect())
    }
}

fn write(dir: &Path, id: &str, draft: &Draft, arrival: &Arrival<'_>) -> Result<(), Error> {
    let mut assets = Vec::new();
    for asset in &draft.assets {
        let path = dir.join(asset.hash.to_string());
        let mut file = fs::File::create(&path).map_err(Error::file(&path))?;
        let mut from = asset.bytes.reader().map_err(Error::file(&path))?;
        std::io::copy(&mut from, &mut file).map_err(Error::file(&path))?;
        file.sync_all().map_err(Error::file(&path))?;
        assets.push(Memo {
            hash: asset.hash.to_string(),
            media_type: asset.media_type.clone(),
            kind: KINDS.iter().position(|k| *k == asset.kind).unwrap_or(3) as u8,
            width: asset.width,
            height: asset.height,
            seconds: asset.seconds,
        });
    }
    let bundle = Bundle {
        language: draft.language.clone(),
        articles: vec![Article {
            number: 0,
            revision: 0,
            ..draft.article.clone()
        }],
    };
    let bytes = bundle.pack(&mut Dictionaries::shipped())?;
    write_file(&dir.join(ARTICLE), &bytes)?;
    let waiting = Waiting {
        id: id.to_owned(),
        key: draft.key.clone(),
        language: draft.language.clone(),
        title: draft.article.title.clone(),
        source: arrival.source.to_owned(),
        by_itself: arrival.by_itself,
        corrects: arrival.corrects,
        came: arrival.now,
        assets,
    };
    let path = dir.join(MEMO);
    let bytes = serde_json::to_vec(&waiting).map_err(|e| Error::Settings {
        path: path.clone(),
        why: e.to_string(),
    })?;
    write_file(&path, &bytes)
}

fn asset(dir: &Path, memo: &Memo) -> Result<Asset, String> {
    let path = dir.join(&memo.hash);
    let mut file = fs::File::open(&path).map_err(|e| e.to_string())?;
    let mut hasher = blake3::Hasher::new();
    let len = std::io::copy(&mut file, &mut hasher).map_err(|e| e.to_string())?;
    let hash = ObjectHash(*hasher.finalize().as_bytes());
    if hash.to_string() != memo.hash {
        return Err("something it shows is not what its name says".to_owned());
    }
    Ok(Asset {
        hash,
        media_type: memo.media_type.clone(),
        kind: KINDS
            .get(usize::from(memo.kind))
            .copied()
            .unwrap_or(AssetKind::File),
        bytes: AssetBytes::Kept {
            path: Arc::new(path),
            len,
        },
        width: memo.width,
        height: memo.height,
        seconds: memo.seconds,
    })
}

/// Whether nothing has been written in this folder for so long that nobody writes there.
fn is_left(path: &Path) -> bool {
    let changed = fs::metadata(path).and_then(|metadata| metadata.modified());
    // A time to come is one of a clock that was wrong.
    changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > WRITTEN_WITHIN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Passphrase;
    use crate::station::InitTerms;
    use crate::test_drafts::{NOW, draft};
    use std::time::SystemTime;

    const ARRIVAL: Arrival<'_> = Arrival {
        source: "https://newsroom.example/feed",
        by_itself: false,
        corrects: false,
        now: NOW,
    };

    fn station() -> (tempfile::TempDir, Station) {
        let dir = tempfile::tempdir().unwrap();
        let terms = InitTerms {
            name: "A Newsroom".to_owned(),
            passphrase: Passphrase::None,
            now: NOW,
        };
        let (station, _) = Station::init(&dir.path().join("st"), &terms).unwrap();
        (dir, station)
    }

    #[test]
    fn a_draft_that_was_changed_on_the_disk_is_refused_and_can_be_taken_away() {
        let (_dir, station) = station();
        let drafts = Drafts::open(&station).unwrap();
        let (first, second) = (draft("a", "the first", 900), draft("b", "another", 800));
        assert!(drafts.add(&first, &ARRIVAL).unwrap());
        assert!(drafts.add(&second, &ARRIVAL).unwrap());
        let (id, other) = (Drafts::id(&first), Drafts::id(&second));
        assert_eq!(id.len(), NAME_DIGITS);
        assert_eq!(drafts.load(&id).unwrap().article, first.article);
        // The other's words under the name of what was read.
        let place = |id: &str| drafts.waiting().join(id);
        for file in fs::read_dir(place(&other)).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), place(&id).join(file.file_name())).unwrap();
        }
        assert!(matches!(drafts.load(&id), Err(Error::Draft { .. })));
        drafts.refuse(&id).unwrap();
        assert!(!place(&id).exists());
        assert!(!drafts.add(&first, &ARRIVAL).unwrap(), "it was refused");
        assert!(drafts.refuse("../waiting").is_err());
    }

    #[test]
    fn what_another_program_writes_now_is_left_and_what_a_power_cut_left_is_not() {
        let (_dir, station) = station();
        let drafts = Drafts::open(&station).unwrap();
        let making = drafts.waiting().join(".0123");
        fs::create_dir(&making).unwrap();
        Drafts::open(&station).unwrap();
        assert!(making.exists());
        let long_ago = SystemTime::now() - 2 * WRITTEN_WITHIN;
        let folder = fs::File::open(&making).unwrap();
        folder.set_modified(long_ago).unwrap();
        Drafts::open(&station).unwrap();
        assert!(!making.exists());
    }
}
