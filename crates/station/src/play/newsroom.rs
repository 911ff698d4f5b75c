//! Sources watched on their timetable. What they bring becomes drafts; what needs nobody's approval
//! is published, if there is a key to sign it with.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use age::secrecy::SecretString;

use crate::drafts::{Arrival, Drafts, Waiting};
use crate::error::Error;
use crate::play::board::SourceStatus;
use crate::play::clock::utc_seconds;
use crate::play::desk::Desk;
use crate::play::settings::{Publish, Source, SourceSettings};
use crate::play::timetable::Timetable;
use crate::publish::publish_watched;
use crate::register::Register;
use crate::sources::{Draft, FolderCache, Gathered, gather};
use crate::station::Station;

/// Asks for the passphrase of the key that signs editions.
pub(crate) type Passphrase = Box<dyn FnMut() -> Option<SecretString> + Send>;

/// The trouble that a person has to see to.
const SIGNING: &str = "signing";
const DRAFTS: &str = "drafts";
/// Wait after drafts could not be published.
const RETRY: Duration = Duration::from_secs(60);

/// Watches the sources until the station stops.
pub(crate) fn watch(
    desk: &Arc<Desk>,
    sources: &[Source],
    every: Duration,
    mut passphrase: Passphrase,
) {
    let mut watched: Vec<_> = (sources.iter())
        .map(|source| (source, Timetable::new(source.when.clone())))
        .collect();
    desk.board.tell(|board| {
        let status = |source: &Source| SourceStatus {
            at: source.at.clone(),
            by_itself: source.publish == Publish::ByItself,
            ..SourceStatus::default()
        };
        board.sources = sources.iter().map(status).collect();
    });
    let mut next = Duration::ZERO;
    loop {
        for (place, (source, table)) in watched.iter_mut().enumerate() {
            if desk.is_stopping() {
                return;
            }
            if !table.is_due(desk.now(), utc_seconds()) {
                continue;
            }
            let read = read(&desk.station, source, utc_seconds());
            table.was_read(desk.now(), utc_seconds(), read.is_ok());
            match &read {
                Ok((new, _)) => tracing::info!(source = source.at, new, "source read"),
                Err(error) => tracing::warn!(source = source.at, error, "source not read"),
            }
            desk.board.tell(|board| {
                if let Some(status) = board.sources.get_mut(place) {
                    status.read = utc_seconds();
                    match read {
                        Ok((_, articles)) => {
                            status.articles = articles;
                            status.trouble = None;
                        }
                        Err(error) => {
                            status.failures += 1;
                            status.trouble = Some(error);
                        }
                    }
                }
            });
        }
        let now = desk.now();
        let published =
            publish_by_itself(&desk.station, now >= next, utc_seconds(), &mut passphrase);
        match published {
            Ok(outcome) => {
                next = match (outcome.published, outcome.needs_person) {
                    (Some(_), _) => now + every,
                    (None, true) => now + RETRY,
                    (None, false) => next,
                };
                tell(desk, &outcome);
            }
            Err(error) => {
                next = now + RETRY;
                if desk.board.trouble(DRAFTS, Some(error.to_string())) {
                    tracing::error!(%error, "nothing is published");
                }
            }
        }
        if !desk.wait(Duration::from_secs(2)) {
            return;
        }
    }
}

fn tell(desk: &Desk, outcome: &Outcome) {
    desk.board.tell(|board| {
        board.waiting = outcome.waiting;
        board.unsigned = outcome.unsigned;
    });
    if let Some(number) = outcome.published {
        tracing::info!(edition = number, "published by itself");
    }
    // As long as it is not tried again, it is as it was.
    if outcome.unsigned > 0 && outcome.published.is_none() && !outcome.needs_person {
        return;
    }
    desk.board.trouble(DRAFTS, None);
    let why = outcome.needs_person.then(|| {
        "editions wait for a person to sign them: run `skywave approve -s DIR` with the passphrase"
            .to_owned()
    });
    let waits = why.is_some();
    if desk.board.trouble(SIGNING, why) && waits {
        tracing::warn!(drafts = outcome.unsigned, "signing waits for a person");
    }
}

/// Reads a source: how many drafts are new, and how many articles it has.
pub(crate) fn read(station: &Station, source: &Source, now: u64) -> Result<(usize, usize), String> {
    let settings = station.settings().sources(now);
    let folder = station.dir().join("cache");
    let at = match source.at.contains("://") {
        true => source.at.clone(),
        // A path is one of the station's directory.
        false => station.dir().join(&source.at).display().to_string(),
    };
    let mut cache = FolderCache::open(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let gathered = gather(&[at], &settings, &mut cache, &|_| {}).map_err(|e| e.to_string())?;
    if gathered.drafts.is_empty() {
        let problem = gathered.problems.iter().find(|p| !p.is_note());
        return Err(problem.map_or("it has no articles".to_owned(), ToString::to_string));
    }
    let new = keep(station, source, &gathered, now).map_err(|e| e.to_string())?;
    Ok((new, gathered.drafts.len()))
}

/// Makes drafts of what is new.
fn keep(station: &Station, source: &Source, gathered: &Gathered, now: u64) -> Result<usize, Error> {
    let drafts = Drafts::open(station)?;
    let register = register(station)?;
    let mut new = 0;
    let mut seen = Vec::new();
    // That drafts are too many must not make articles look as if their source had dropped them.
    let mut failed = None;
    let mut add = |draft: &Draft, arrival: &Arrival<'_>| match drafts.add(draft, arrival) {
        Ok(is_new) => new += usize::from(is_new),
        Err(error) => drop(failed.get_or_insert(error)),
    };
    for draft in &gathered.drafts {
        let arrival = |corrects| Arrival {
            source: &source.at,
            by_itself: source.publish == Publish::ByItself,
            corrects,
            now,
        };
        match standing(&register, draft) {
            Standing::Same => seen.push(draft.key.clone()),
            Standing::Withdrawn => {}
            Standing::New => add(draft, &arrival(false)),
            Standing::Corrected => {
                // It is there still, in its last form.
                seen.push(draft.key.clone());
                add(draft, &arrival(true));
            }
        }
    }
    let articles: BTreeSet<&str> = register.articles.values().map(|e| e.key.as_str()).collect();
    drafts.note_seen(seen, now, &articles)?;
    failed.map_or(Ok(new), Err)
}

#[derive(Debug, PartialEq, Eq)]
enum Standing {
    New,
    Same,
    Corrected,
    Withdrawn,
}

fn standing(register: &Register, draft: &Draft) -> Standing {
    let number = register.find(&draft.key, draft.article.source.as_deref());
    let Some(entry) = number.and_then(|number| register.articles.get(&number)) else {
        return Standing::New;
    };
    let content = draft.article.fingerprint().to_string();
    match entry.withdrawn {
        true => Standing::Withdrawn,
        false if entry.content == content && entry.language == draft.language => Standing::Same,
        false => Standing::Corrected,
    }
}

fn register(station: &Station) -> Result<Register, Error> {
    let newest = station.archive().newest()?;
    match station.archive().register(newest)? {
        Some(bytes) => Register::parse(newest, &bytes),
        None => Ok(Register::default()),
    }
}

/// Whether it needs nobody's approval: as it came, and as the settings are now.
fn is_own(station: &Station, waiting: &Waiting) -> bool {
    let mut sources = station.settings().source.iter();
    let is_its_source =
        |s: &SourceSettings| s.at == waiting.source && s.publish == Publish::ByItself;
    waiting.by_itself && sources.any(is_its_source)
}

/// What became of drafts that need nobody's approval.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) published: Option<u64>,
    /// Drafts that wait for approval, and that only wait to be signed.
    pub(crate) waiting: usize,
    pub(crate) unsigned: usize,
    /// Whether they wait because nothing opens the key.
    pub(crate) needs_person: bool,
}

/// Publishes what needs nobody's approval, if it `may` be now and if the key opens.
pub(crate) fn publish_by_itself(
    station: &Station,
    may: bool,
    now: u64,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
) -> Result<Outcome, Error> {
    let drafts = Drafts::open(station)?;
    let all = drafts.list()?;
    let (own, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|w| is_own(station, w));
    let mut outcome = Outcome {
        waiting: others.len(),
        unsigned: own.len(),
        ..Outcome::default()
    };
    if own.is_empty() || !may {
        return Ok(outcome);
    }
    // Before anything is read that takes time.
    if station.signing_needs_person(passphrase) {
        outcome.needs_person = true;
        return Ok(outcome);
    }
    // One that is damaged does not keep the others.
    let ids = own.into_iter().map(|w| w.id);
    let ids: Vec<String> = ids.filter(|id| drafts.load(id).is_ok()).collect();
    if ids.is_empty() {
        return Ok(outcome);
    }
    match publish_drafts(station, &drafts, &ids, now, passphrase) {
        Ok(published) => {
            outcome.published = Some(published.number);
            outcome.unsigned = 0;
        }
        Err(Error::PassphraseNeeded { .. } | Error::WrongPassphrase { .. }) => {
            outcome.needs_person = true;
        }
        Err(error) => return Err(error),
    }
    Ok(outcome)
}

/// Publishes these drafts as the next edition. They are gone when it is there; if the power goes
/// between, they are found to be in it.
pub(crate) fn publish_drafts(
    station: &Station,
    drafts: &Drafts,
    ids: &[String],
    now: u64,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
) -> Result<crate::publish::Published, Error> {
    let loaded: Vec<Draft> = ids
        .iter()
        .map(|id| drafts.load(id))
        .collect::<Result<_, _>>()?;
    let published = publish_watched(station, &loaded, &drafts.seen()?, now, passphrase)?;
    for id in ids {
        drafts.remove(id)?;
    }
    Ok(published)
}

/// Publishes what a person approves: these drafts, or all that wait; with them what only waits to
/// be signed.
pub fn approve(
    station: &Station,
    ids: Option<&[String]>,
    now: u64,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
) -> Result<crate::publish::Published, Error> {
    let drafts = Drafts::open(station)?;
    let all = drafts.list()?;
    let mut chosen: Vec<String> = match ids {
        Some(ids) => ids.to_vec(),
        None => all.iter().map(|w| w.id.clone()).collect(),
    };
    let own = all
        .iter()
        .filter(|w| is_own(station, w))
        .map(|w| w.id.clone());
    let own: Vec<String> = own.filter(|id| !chosen.contains(id)).collect();
    chosen.extend(own);
    if chosen.is_empty() {
        return Err(Error::NoDrafts);
    }
    publish_drafts(station, &drafts, &chosen, now, passphrase)
}
