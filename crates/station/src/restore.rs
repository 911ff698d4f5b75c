//! A lost station back: from the root key on paper and anything that was received.

use std::path::Path;

use edition::{Head, SecretKey, SignedEdition, Way, publisher_words};
use receiver::{Kind, Name, Store};

use crate::error::Error;
use crate::inbox::FileStore;
use crate::settings::{PlaceSettings, PolarisationSettings, Settings};
use crate::station::{InitTerms, Station};

/// What was restored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restored {
    /// The publisher's name.
    pub name: String,
    /// Number of the newest edition that was found.
    pub number: u64,
    /// Objects that were brought back.
    pub objects: usize,
    /// Objects of the edition that were not in the inbox.
    pub missing: usize,
    /// Bytes brought back.
    pub bytes: u64,
}

/// Makes a station again in `dir` from its root key and the newest edition in an inbox. The next
/// edition continues the number and the chain.
pub fn restore(
    dir: &Path,
    root: &SecretKey,
    inbox: &Path,
    terms: InitTerms,
) -> Result<(Station, Restored), Error> {
    let mut store = FileStore::open(inbox).map_err(Error::file(inbox))?;
    let newest = newest_edition(&mut store, root)?.ok_or_else(|| Error::NothingToRestore {
        path: inbox.to_owned(),
        words: publisher_words(&root.public()).join(" "),
    })?;
    let manifest = newest.manifest();
    let mut restored = Restored {
        name: manifest.publisher.clone(),
        number: manifest.number,
        ..Restored::default()
    };
    let mut places = Vec::new();
    let mut hashes = vec![newest.head().manifest()];
    for index in &manifest.indexes {
        hashes.push(index.hash);
        let bytes = store
            .get(Name::Object(index.hash))
            .map_err(Error::file(inbox))?;
        match bytes {
            Some(bytes) => {
                let index = edition::Index::parse(&bytes)?;
                hashes.extend(index.objects.iter().map(|object| object.hash));
                places.extend(index.places.iter().filter_map(to_settings));
            }
            None => restored.missing += 1,
        }
    }
    let settings = Settings {
        languages: manifest.languages.clone(),
        places,
        ..Settings::default()
    };
    let terms = InitTerms {
        name: manifest.publisher.clone(),
        ..terms
    };
    let station = Station::create(dir, root, &terms, &settings, manifest.number + 1)?;
    for hash in hashes {
        match store.get(Name::Object(hash)).map_err(Error::file(inbox))? {
            Some(bytes) => {
                station.archive().put(&bytes)?;
                restored.objects += 1;
                restored.bytes += bytes.len() as u64;
            }
            None => restored.missing += 1,
        }
    }
    let head = Head::parse(newest.head().bytes())?;
    station.archive().claim(manifest.number, &head)?;
    Ok((station, restored))
}

fn newest_edition(store: &mut FileStore, root: &SecretKey) -> Result<Option<SignedEdition>, Error> {
    let path = store.dir().to_owned();
    let mut newest: Option<SignedEdition> = None;
    for manifest in store.list(Kind::Heads).map_err(Error::file(&path))? {
        let head = store
            .get(Name::Head(manifest))
            .map_err(Error::file(&path))?;
        let bytes = store
            .get(Name::Object(manifest))
            .map_err(Error::file(&path))?;
        let (Some(head), Some(bytes)) = (head, bytes) else {
            continue;
        };
        let signed = Head::parse(&head).and_then(|head| head.verify()?.open(&bytes));
        let Ok(signed) = signed else { continue };
        let newer = newest
            .as_ref()
            .is_none_or(|n| n.manifest().number < signed.manifest().number);
        if signed.publisher() == root.public() && newer {
            newest = Some(signed);
        }
    }
    Ok(newest)
}

fn to_settings(place: &edition::Place) -> Option<PlaceSettings> {
    let note = place.note.clone();
    let valid_from = place.valid_from.and_then(date);
    let valid_to = place.valid_to.and_then(date);
    Some(match &place.way {
        Way::Satellite {
            satellite,
            tenths_east,
            khz,
            polarisation,
            symbol_rate,
            service,
        } => {
            let degrees = *tenths_east as f64 / 10.0;
            PlaceSettings::Satellite {
                satellite: satellite.clone(),
                degrees_east: if degrees > 180.0 {
                    degrees - 360.0
                } else {
                    degrees
                },
                mhz: *khz as f64 / 1_000.0,
                polarisation: match polarisation {
                    edition::Polarisation::Horizontal => PolarisationSettings::Horizontal,
                    edition::Polarisation::Vertical => PolarisationSettings::Vertical,
                    edition::Polarisation::Left => PolarisationSettings::Left,
                    edition::Polarisation::Right => PolarisationSettings::Right,
                },
                ksymbols: *symbol_rate as f64 / 1_000.0,
                service: service.clone(),
                note,
                valid_from,
                valid_to,
            }
        }
        Way::Radio {
            khz,
            from_minute,
            to_minute,
            days,
            mode,
        } => PlaceSettings::Radio {
            khz: *khz,
            from: clock(*from_minute),
            to: clock(*to_minute),
            days: (1..=7).filter(|day| days >> (day - 1) & 1 == 1).collect(),
            mode: mode.clone(),
            note,
            valid_from,
            valid_to,
        },
        Way::Other { text } => PlaceSettings::Other {
            text: text.clone(),
            valid_from,
            valid_to,
        },
    })
}

fn date(seconds: u64) -> Option<String> {
    let time = chrono::DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)?;
    Some(time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

fn clock(minute: u64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
