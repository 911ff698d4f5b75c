//! From drafts to the next edition.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use age::secrecy::SecretString;
use edition::groups::GroupHasher;
use edition::{
    Article, Block, Bundle, Dictionaries, Head, Index, IndexEntry, Manifest, ObjectEntry,
    ObjectHash, ObjectId, ObjectKind, Tier,
};

use crate::archive::Archive;
use crate::archived::Archived;
use crate::error::Error;
use crate::register::{Entry, Register};
use crate::sources::{Asset, AssetKind, Draft};
use crate::station::Station;
use crate::transport::{transport_for, transport_in_blocks};

/// Tries to get a number when several sites publish at once.
const TRIES: u32 = 8;
/// Bytes of text from which on a new bundle is begun: large enough to compress well, small enough
/// to arrive early.
const BUNDLE_TEXT_BYTES: usize = 120_000;
/// Objects from this size on have group hashes.
const GROUPS_FROM_BYTES: u64 = 4 << 20;
/// Seconds of a day.
const DAY: u64 = 86_400;

/// What was published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Published {
    /// Number of the edition.
    pub number: u64,
    /// When it was made, in seconds since 1970-01-01T00:00Z.
    pub seconds: u64,
    /// Hash of its manifest.
    pub manifest: ObjectHash,
    /// Articles in it.
    pub articles: usize,
    /// Articles that are new.
    pub new: usize,
    /// Articles that were corrected.
    pub corrected: usize,
    /// Articles that are withdrawn.
    pub withdrawn: usize,
    /// Articles that have become too old since the last edition.
    pub expired: usize,
    /// Bundles that were packed for this edition.
    pub bundles_packed: usize,
    /// Bundles that stayed as they were.
    pub bundles_kept: usize,
    /// Per tier: tier, objects (its index included), bytes.
    pub tiers: Vec<(Tier, usize, u64)>,
    /// Bytes of all articles' text before compression, in bundles packed now.
    pub text_bytes: usize,
    /// Bytes of those bundles.
    pub packed_bytes: usize,
    /// Bytes of the head.
    pub head_bytes: usize,
    /// Bytes of the manifest.
    pub manifest_bytes: usize,
}

/// Publishes the next edition: `drafts` are added or corrected, what sources have dropped stays
/// for the days that are set. `now` is in seconds since 1970-01-01T00:00Z.
pub fn publish(
    station: &Station,
    drafts: &[Draft],
    now: u64,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
) -> Result<Published, Error> {
    edit(station, now, passphrase, |work| work.merge(drafts))
}

/// An article that a source still had, when it was read last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The article's lasting identity.
    pub key: String,
    /// When, in seconds since 1970-01-01T00:00Z.
    pub at: u64,
}

/// As [`publish`]; articles in `seen` are unchanged in their sources, which therefore have not
/// dropped them.
pub fn publish_watched(
    station: &Station,
    drafts: &[Draft],
    seen: &[Seen],
    now: u64,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
) -> Result<Published, Error> {
    edit(station, now, passphrase, |work| {
        work.see(seen);
        work.merge(drafts)
    })
}

/// As [`publish`]; from this edition on readers are offered `page`, a newer reader page, to save.
/// It rides along in later editions until another one takes its place.
pub fn publish_with_page(
    station: &Station,
    drafts: &[Draft],
    page: &[u8],
    now: u64,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
) -> Result<Published, Error> {
    edit(station, now, passphrase, |work| {
        work.offer_page(page)?;
        work.merge(drafts)
    })
}

/// Publishes an edition without the articles of these numbers: readers show them as withdrawn.
pub fn withdraw(
    station: &Station,
    numbers: &[u64],
    now: u64,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
) -> Result<Published, Error> {
    edit(station, now, passphrase, |work| {
        for number in numbers {
            let entry = work.register.articles.get_mut(number);
            entry.ok_or(Error::NoArticle { number: *number })?.withdrawn = true;
        }
        Ok(())
    })
}

fn edit(
    station: &Station,
    now: u64,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
    change: impl Fn(&mut Work<'_>) -> Result<(), Error>,
) -> Result<Published, Error> {
    let mut dictionaries = Dictionaries::shipped();
    let mut number = 0;
    for _ in 0..TRIES {
        let mut work = Work::begin(station, now, &mut dictionaries)?;
        number = work.number;
        let (key, certificate) = station.manifest_key(number, passphrase)?;
        change(&mut work)?;
        let (manifest, register) = work.finish()?;
        let bytes = manifest.to_bytes()?;
        let mut published = work.published;
        published.manifest = station.archive().put(&bytes)?;
        let transport = transport_for(bytes.len() as u64)?;
        let head = Head::sign(
            station.root(),
            &manifest,
            &bytes,
            transport,
            &certificate,
            &key,
        )?;
        published.head_bytes = head.bytes().len();
        published.manifest_bytes = bytes.len();
        let register = register.to_bytes(number)?;
        if station.archive().claim(number, &head)? {
            station.archive().put_register(number, register)?;
            return Ok(published);
        }
    }
    Err(Error::NumberTaken { number })
}

/// The edition that is being made.
struct Work<'a> {
    station: &'a Station,
    archive: &'a Archive,
    dictionaries: &'a mut Dictionaries,
    number: u64,
    now: u64,
    previous: Option<Archived>,
    register: Register,
    /// Every article that stands, in its last form.
    articles: BTreeMap<u64, (String, Article)>,
    /// Articles that are in no bundle yet.
    loose: BTreeSet<u64>,
    /// Numbers of the articles in each bundle that stands, by its hash.
    contents: HashMap<String, Vec<u64>>,
    /// Objects that are known, by the name that articles use.
    objects: HashMap<ObjectId, ObjectEntry>,
    published: Published,
}

impl<'a> Work<'a> {
    fn begin(
        station: &'a Station,
        now: u64,
        dictionaries: &'a mut Dictionaries,
    ) -> Result<Self, Error> {
        let archive = station.archive();
        let newest = archive.newest()?;
        let previous = match newest {
            0 => None,
            number => Some(Archived::load_alone(archive, Some(number))?),
        };
        let saved = archive.register(newest)?;
        let is_rebuilt = saved.is_none();
        let register = match saved {
            Some(bytes) => Register::parse(newest, &bytes)?,
            None => match &previous {
                Some(previous) => rebuild_register(archive, previous, dictionaries)?,
                None => Register::default(),
            },
        };
        let mut work = Self {
            station,
            archive,
            dictionaries,
            number: newest + 1,
            now,
            previous,
            register,
            articles: BTreeMap::new(),
            loose: BTreeSet::new(),
            contents: HashMap::new(),
            objects: HashMap::new(),
            published: Published {
                number: newest + 1,
                seconds: now,
                ..Published::default()
            },
        };
        work.load(is_rebuilt)?;
        Ok(work)
    }

    /// Articles and objects of the edition before. After a restore not all objects may be here.
    fn load(&mut self, is_rebuilt: bool) -> Result<(), Error> {
        for index in self.previous.iter().flat_map(|p| &p.indexes) {
            for entry in &index.objects {
                if is_rebuilt && !self.archive.has(entry.hash)? {
                    continue;
                }
                self.objects.insert(entry.hash.id(), entry.clone());
            }
        }
        for (hash, _) in &self.register.bundles {
            let Some(entry) = self
                .objects
                .values()
                .find(|entry| entry.hash.to_string() == *hash)
            else {
                continue;
            };
            let bundle = Archived::bundle(self.archive, entry.hash, self.dictionaries)?;
            let numbers = bundle.articles.iter().map(|article| article.number);
            self.contents.insert(hash.clone(), numbers.collect());
            for article in bundle.articles {
                let known = self.register.articles.get(&article.number);
                if known.is_some_and(|k| k.bundle == *hash) {
                    self.articles
                        .insert(article.number, (bundle.language.clone(), article));
                }
            }
        }
        Ok(())
    }

    /// Puts this reader page in the place of the one that readers were offered.
    fn offer_page(&mut self, page: &[u8]) -> Result<(), Error> {
        self.objects
            .retain(|_, entry| entry.kind != ObjectKind::Page);
        let mut entry = self.put(page, ObjectKind::Page)?;
        entry.media_type = Some("text/html".to_owned());
        self.objects.insert(entry.hash.id(), entry);
        Ok(())
    }

    fn see(&mut self, seen: &[Seen]) {
        let seen: HashMap<&str, u64> = seen.iter().map(|s| (s.key.as_str(), s.at)).collect();
        for entry in self.register.articles.values_mut() {
            if let Some(at) = seen.get(entry.key.as_str()) {
                entry.seen = entry.seen.max(*at);
            }
        }
    }

    fn merge(&mut self, drafts: &[Draft]) -> Result<(), Error> {
        let mut drafts: Vec<&Draft> = drafts.iter().collect();
        drafts.sort_by(|a, b| (a.article.minutes, &a.key).cmp(&(b.article.minutes, &b.key)));
        for draft in drafts {
            self.add(draft)?;
        }
        Ok(())
    }

    fn add(&mut self, draft: &Draft) -> Result<(), Error> {
        let content = draft.article.fingerprint().to_string();
        let source = draft.article.source.as_deref();
        let known = self.register.find(&draft.key, source);
        let next = self.register.articles.keys().next_back().unwrap_or(&0) + 1;
        let number = known.unwrap_or(next);
        let old = self.register.articles.get(&number).cloned();
        if let Some(old) = &old {
            let same = old.content == content && old.language == draft.language;
            let entry = self.register.articles.entry(number).or_default();
            entry.seen = self.now;
            entry.key = draft.key.clone();
            if old.withdrawn || (same && self.articles.contains_key(&number)) {
                return Ok(());
            }
        }
        let revision = match &old {
            Some(old) if old.content == content => old.revision,
            Some(old) => old.revision + 1,
            None => 0,
        };
        match old.is_some() {
            true => self.published.corrected += 1,
            false => self.published.new += 1,
        }
        let mut article = Article {
            number,
            revision,
            ..draft.article.clone()
        };
        drop_repeated_lead(&mut article);
        article.check()?;
        for asset in &draft.assets {
            self.add_asset(asset)?;
        }
        self.register.articles.insert(
            number,
            Entry {
                key: draft.key.clone(),
                source: article.source.clone(),
                revision,
                content,
                language: draft.language.clone(),
                bundle: String::new(),
                seen: self.now,
                minutes: article.minutes,
                withdrawn: false,
            },
        );
        self.loose.insert(number);
        self.articles
            .insert(number, (draft.language.clone(), article));
        Ok(())
    }

    fn add_asset(&mut self, asset: &Asset) -> Result<(), Error> {
        if self.objects.contains_key(&asset.hash.id()) {
            return Ok(());
        }
        let open = || asset.bytes.reader().map_err(Error::file("a media file"));
        let size = asset.bytes.len();
        if !self.archive.has(asset.hash)? {
            self.archive.put_reader(asset.hash, &mut open()?)?;
        }
        let groups = match size >= GROUPS_FROM_BYTES {
            true => self.add_groups(&mut open()?)?,
            false => None,
        };
        let kind = match asset.kind {
            AssetKind::Picture => ObjectKind::Picture,
            AssetKind::Sound => ObjectKind::Sound,
            AssetKind::Film => ObjectKind::Film,
            AssetKind::File => ObjectKind::File,
        };
        self.objects.insert(
            asset.hash.id(),
            ObjectEntry {
                hash: asset.hash,
                transport: transport_in_blocks(size, self.station.settings().block_bytes())?,
                kind,
                media_type: Some(asset.media_type.clone()),
                groups,
            },
        );
        Ok(())
    }

    fn add_groups(&mut self, reader: &mut dyn std::io::Read) -> Result<Option<ObjectHash>, Error> {
        let mut hasher = GroupHasher::new();
        let mut buffer = vec![0; 1 << 20];
        loop {
            match reader
                .read(&mut buffer)
                .map_err(Error::file("a media file"))?
            {
                0 => break,
                n => hasher.update(&buffer[..n]),
            }
        }
        let (_, Some(bytes)) = hasher.finish() else {
            return Ok(None);
        };
        let entry = self.put(&bytes, ObjectKind::Groups)?;
        let hash = entry.hash;
        self.objects.insert(hash.id(), entry);
        Ok(Some(hash))
    }

    fn finish(&mut self) -> Result<(Manifest, Register), Error> {
        self.expire();
        self.repack()?;
        self.pack()?;
        let live: Vec<u64> = self.live();
        if live.is_empty() && self.previous.is_none() {
            return Err(Error::NothingToPublish);
        }
        let indexes = vec![
            self.front_index(&live)?,
            self.text_index(&live)?,
            self.media_index(&live, Tier::Picture)?,
            self.media_index(&live, Tier::Media)?,
        ];
        let mut entries = Vec::new();
        for index in indexes {
            let bytes = index.to_bytes()?;
            let hash = self.archive.put(&bytes)?;
            let size = index
                .objects
                .iter()
                .map(|object| object.transport.size)
                .sum::<u64>()
                + bytes.len() as u64;
            self.published
                .tiers
                .push((index.tier, index.objects.len() + 1, size));
            if index.objects.is_empty() && index.tier > Tier::Text {
                self.published.tiers.pop();
                continue;
            }
            entries.push(IndexEntry {
                tier: index.tier,
                hash,
                transport: transport_for(bytes.len() as u64)?,
            });
        }
        self.published.articles = live.len();
        self.published.withdrawn = self
            .register
            .articles
            .values()
            .filter(|e| e.withdrawn)
            .count();
        let manifest = Manifest {
            publisher: self.station.settings().name.clone(),
            languages: self.languages(&live),
            number: self.number,
            seconds: self.now,
            previous: self.previous.as_ref().map(|p| p.signed.head().manifest()),
            chain: self.station.chain(),
            indexes: entries,
            extra: edition::Extra::default(),
        };
        Ok((manifest, self.register.clone()))
    }

    /// Drops articles that no source has had for too long.
    fn expire(&mut self) {
        let keep = u64::from(self.station.settings().article_days) * DAY;
        let now = self.now;
        let old: Vec<u64> = self
            .register
            .articles
            .iter()
            .filter(|(_, entry)| entry.seen + keep < now)
            .map(|(number, _)| *number)
            .collect();
        for number in old {
            if self.articles.remove(&number).is_some() {
                self.published.expired += 1;
            }
            self.loose.remove(&number);
        }
    }

    /// Numbers of the articles of the edition, the newest first.
    fn live(&self) -> Vec<u64> {
        let mut live: Vec<(u64, u64)> = self
            .articles
            .iter()
            .filter(|(number, _)| {
                let entry = self.register.articles.get(number);
                entry.is_some_and(|entry| !entry.withdrawn)
            })
            .map(|(number, (_, article))| (article.minutes, *number))
            .collect();
        live.sort_unstable_by(|a, b| b.cmp(a));
        live.into_iter().map(|(_, number)| number).collect()
    }

    /// A bundle fewer than half of whose articles live is not kept: those that do are loose again.
    fn repack(&mut self) -> Result<(), Error> {
        let live: BTreeSet<u64> = self.live().into_iter().collect();
        let mut kept = Vec::new();
        for (hash, language) in std::mem::take(&mut self.register.bundles) {
            let Some(numbers) = self.contents.get(&hash) else {
                continue;
            };
            let in_this = |number: &&u64| {
                live.contains(number) && self.register.articles[number].bundle == hash
            };
            let living: Vec<u64> = numbers.iter().filter(in_this).copied().collect();
            if living.len() * 2 < numbers.len() {
                self.loose.extend(living);
            } else {
                kept.push((hash, language));
            }
        }
        self.published.bundles_kept = kept.len();
        self.register.bundles = kept;
        Ok(())
    }

    /// Packs loose articles into new bundles, by language.
    fn pack(&mut self) -> Result<(), Error> {
        let mut by_language: BTreeMap<String, Vec<Article>> = BTreeMap::new();
        for number in &self.loose {
            if let Some((language, article)) = self.articles.get(number) {
                by_language
                    .entry(language.clone())
                    .or_default()
                    .push(article.clone());
            }
        }
        for (language, articles) in by_language {
            for articles in split_by_size(articles) {
                let numbers: Vec<u64> = articles.iter().map(|a| a.number).collect();
                self.published.text_bytes += articles.iter().map(text_len).sum::<usize>();
                let bundle = Bundle {
                    language: language.clone(),
                    articles,
                };
                let bytes = bundle.pack(self.dictionaries)?;
                self.published.packed_bytes += bytes.len();
                self.published.bundles_packed += 1;
                let entry = self.put(&bytes, ObjectKind::Bundle)?;
                let hash = entry.hash.to_string();
                self.objects.insert(entry.hash.id(), entry);
                for number in &numbers {
                    if let Some(known) = self.register.articles.get_mut(number) {
                        known.bundle.clone_from(&hash);
                    }
                }
                self.contents.insert(hash.clone(), numbers);
                self.register.bundles.insert(0, (hash, language.clone()));
            }
        }
        self.loose.clear();
        Ok(())
    }

    fn front_index(&mut self, live: &[u64]) -> Result<Index, Error> {
        let mut index = Index::new(Tier::Front);
        let newest = &live[..live.len().min(self.station.settings().front_articles)];
        let mut by_language: BTreeMap<String, Vec<Article>> = BTreeMap::new();
        for number in newest {
            if let Some((language, article)) = self.articles.get(number) {
                by_language
                    .entry(language.clone())
                    .or_default()
                    .push(article.headline());
            }
        }
        for (language, mut articles) in by_language {
            articles.sort_by_key(|article| article.number);
            let bundle = Bundle { language, articles };
            let bytes = bundle.pack(self.dictionaries)?;
            let entry = self.put(&bytes, ObjectKind::Bundle)?;
            index.objects.push(entry);
        }
        index.places = self
            .station
            .settings()
            .places()
            .map_err(|why| Error::Settings {
                path: self.station.dir().join("station.toml"),
                why,
            })?;
        index.withdrawn = self
            .register
            .articles
            .iter()
            .filter(|(_, entry)| entry.withdrawn)
            .map(|(number, _)| *number)
            .collect();
        Ok(index)
    }

    fn text_index(&mut self, live: &[u64]) -> Result<Index, Error> {
        let mut index = Index::new(Tier::Text);
        let live: BTreeSet<u64> = live.iter().copied().collect();
        let mut standing = BTreeSet::new();
        for (hash, _) in &self.register.bundles {
            let Some(entry) = self
                .objects
                .values()
                .find(|entry| entry.hash.to_string() == *hash)
                .cloned()
            else {
                continue;
            };
            standing.extend(self.contents.get(hash).into_iter().flatten().copied());
            index.objects.push(entry);
        }
        // An entry is needed as long as its article stands in some bundle, and a withdrawn one as
        // long as a source may still have it.
        let keep = u64::from(self.station.settings().article_days) * DAY;
        self.register.articles.retain(|number, entry| {
            live.contains(number)
                || standing.contains(number)
                || (entry.withdrawn && entry.seen + keep >= self.now)
        });
        index.expired = standing
            .difference(&live)
            .filter(|number| {
                let entry = self.register.articles.get(number);
                !entry.is_some_and(|entry| entry.withdrawn)
            })
            .copied()
            .collect();
        Ok(index)
    }

    fn media_index(&self, live: &[u64], tier: Tier) -> Result<Index, Error> {
        let mut index = Index::new(tier);
        let mut named = BTreeSet::new();
        for number in live {
            let Some((_, article)) = self.articles.get(number) else {
                continue;
            };
            for id in article.objects() {
                let Some(entry) = self.objects.get(&id) else {
                    continue;
                };
                let of_tier = match entry.kind {
                    ObjectKind::Picture => Tier::Picture,
                    _ => Tier::Media,
                };
                if of_tier != tier || !named.insert(id) {
                    continue;
                }
                if let Some(groups) = entry.groups.and_then(|hash| self.objects.get(&hash.id())) {
                    index.objects.push(groups.clone());
                }
                index.objects.push(entry.clone());
            }
        }
        if tier == Tier::Media {
            let pages = self.objects.values();
            let page = pages.filter(|entry| entry.kind == ObjectKind::Page);
            index.objects.extend(page.cloned());
        }
        Ok(index)
    }

    fn languages(&self, live: &[u64]) -> Vec<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for number in live {
            if let Some((language, _)) = self.articles.get(number) {
                *counts.entry(language).or_default() += 1;
            }
        }
        let mut languages: Vec<_> = counts.into_iter().collect();
        languages.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        languages
            .into_iter()
            .take(edition::limits::LANGUAGES)
            .map(|(language, _)| language.to_owned())
            .collect()
    }

    fn put(&self, bytes: &[u8], kind: ObjectKind) -> Result<ObjectEntry, Error> {
        Ok(ObjectEntry {
            hash: self.archive.put(bytes)?,
            transport: transport_for(bytes.len() as u64)?,
            kind,
            media_type: None,
            groups: None,
        })
    }
}

/// What a register would say of an edition, for a station that has lost its own.
pub(crate) fn rebuild_register(
    archive: &Archive,
    edition: &Archived,
    dictionaries: &mut Dictionaries,
) -> Result<Register, Error> {
    let mut register = Register::default();
    let seen = edition.signed.manifest().seconds;
    let Some(text) = edition.index(Tier::Text) else {
        return Ok(register);
    };
    let withdrawn = edition
        .index(Tier::Front)
        .map(|front| front.withdrawn.clone())
        .unwrap_or_default();
    for object in &text.objects {
        if !archive.has(object.hash)? {
            continue;
        }
        let bundle = Archived::bundle(archive, object.hash, dictionaries)?;
        register
            .bundles
            .push((object.hash.to_string(), bundle.language.clone()));
        for article in bundle.articles {
            let known = register.articles.get(&article.number);
            if known.is_some_and(|known| known.revision >= article.revision) {
                continue;
            }
            let expired = text.expired.binary_search(&article.number).is_ok();
            let key = article.source.clone().unwrap_or_default();
            register.articles.insert(
                article.number,
                Entry {
                    key,
                    source: article.source.clone(),
                    revision: article.revision,
                    content: article.fingerprint().to_string(),
                    language: bundle.language.clone(),
                    bundle: object.hash.to_string(),
                    seen: if expired { 0 } else { seen },
                    minutes: article.minutes,
                    withdrawn: withdrawn.binary_search(&article.number).is_ok(),
                },
            );
        }
    }
    Ok(register)
}

/// Many pages begin with their lead once more: readers see it once, and it goes on air once.
fn drop_repeated_lead(article: &mut Article) {
    if let (Some(lead), Some(Block::Paragraph(spans))) = (&article.lead, article.blocks.first())
        && edition::plain(spans).trim() == lead.trim()
    {
        article.blocks.remove(0);
    }
}

/// Articles in runs of about [`BUNDLE_TEXT_BYTES`].
fn split_by_size(articles: Vec<Article>) -> Vec<Vec<Article>> {
    let mut out: Vec<Vec<Article>> = Vec::new();
    let mut size = 0;
    for article in articles {
        let len = text_len(&article);
        match out.last_mut() {
            Some(last) if size + len <= BUNDLE_TEXT_BYTES => {
                size += len;
                last.push(article);
            }
            _ => {
                size = len;
                out.push(vec![article]);
            }
        }
    }
    out
}

/// Bytes of an article, most of which are text.
fn text_len(article: &Article) -> usize {
    article.canonical_len()
}
