//! `station.toml`: what a newsroom sets once.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::play::{OnAirPlan, PlaySettings, SourceSettings};

/// MiB of a source block, at most, where nothing is said.
const DEFAULT_BLOCK_MIB: u32 = fountain::DEFAULT_MAX_BLOCK >> 20;
/// MiB that a source block can have.
const BLOCK_MIB: std::ops::RangeInclusive<u32> = 1..=fountain::MAX_BLOCK_BYTES >> 20;

/// The settings of a station.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The publisher's name, as readers see it.
    pub name: String,
    /// Languages (BCP 47), the most used first; the first one is that of articles which name none.
    pub languages: Vec<String>,
    /// Days that an article stays after its source has dropped it.
    pub article_days: u32,
    /// Articles whose title and lead are on the front, at most.
    pub front_articles: usize,
    /// Bytes that a picture may take.
    pub picture_bytes: u32,
    /// MiB that a source block of a new picture, sound, film or file has, at most: 1 to 64. Where plain
    /// FLUTE receivers listen, 4; larger blocks cost less on television.
    pub block_mib: u32,
    /// Where the archive is: a directory relative to the station, or `s3://bucket/prefix`.
    pub archive: String,
    /// The television channel.
    pub ts: TsSettings,
    /// Where to find the publisher: what rides in every edition's front.
    #[serde(rename = "where")]
    pub places: Vec<PlaceSettings>,
    /// The station on air.
    #[serde(skip_serializing_if = "PlaySettings::is_default")]
    pub play: PlaySettings,
    /// Sources that are watched while the station is on air.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<SourceSettings>,
}

/// Settings of the carrier `ts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TsSettings {
    /// Name of the service in the SDT; neutral by default, since it ends up on readers' devices.
    pub service: String,
    /// Whether the slate (a still picture and a sound) goes with it.
    pub slate: bool,
    /// Further ways in which the data rides: `teletext`, `subtitle`, `sound`, `video`.
    pub carriages: Vec<String>,
}

/// One way to find the publisher.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "kebab-case")]
pub enum PlaceSettings {
    /// A television channel on a satellite.
    Satellite {
        /// The satellite's name.
        satellite: String,
        /// Its position, in degrees east of Greenwich, west negative.
        degrees_east: f64,
        /// Frequency, in MHz.
        mhz: f64,
        /// `horizontal`, `vertical`, `left` or `right`.
        polarisation: PolarisationSettings,
        /// Symbol rate, in thousands of symbols a second.
        ksymbols: f64,
        /// The service's name.
        service: String,
        /// Anything else.
        note: Option<String>,
        /// From when on, as `2026-11-23T18:00:00Z`.
        valid_from: Option<String>,
        /// Until when, likewise.
        valid_to: Option<String>,
    },
    /// A radio transmission.
    Radio {
        /// Frequency, in kHz.
        khz: u64,
        /// Begin in UTC, as `HH:MM`.
        from: String,
        /// End in UTC, as `HH:MM`.
        to: String,
        /// Days of the week, 1 (Monday) to 7; none means every day.
        #[serde(default)]
        days: Vec<u8>,
        /// Modulation and waveform.
        mode: String,
        /// Anything else.
        note: Option<String>,
        /// From when on, as `2026-11-23T18:00:00Z`.
        valid_from: Option<String>,
        /// Until when, likewise.
        valid_to: Option<String>,
    },
    /// Anything else, in words.
    Other {
        /// The words.
        text: String,
        /// From when on, as `2026-11-23T18:00:00Z`.
        valid_from: Option<String>,
        /// Until when, likewise.
        valid_to: Option<String>,
    },
}

/// Polarisation, as written in settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PolarisationSettings {
    /// Horizontal.
    Horizontal,
    /// Vertical.
    Vertical,
    /// Left-hand circular.
    Left,
    /// Right-hand circular.
    Right,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: String::new(),
            languages: vec!["en".to_owned()],
            article_days: 14,
            front_articles: 60,
            picture_bytes: 60_000,
            block_mib: DEFAULT_BLOCK_MIB,
            archive: "archive".to_owned(),
            ts: TsSettings::default(),
            places: Vec::new(),
            play: PlaySettings::default(),
            source: Vec::new(),
        }
    }
}

impl Default for TsSettings {
    fn default() -> Self {
        Self {
            service: "Channel".to_owned(),
            slate: true,
            carriages: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads `station.toml`.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(Error::file(path))?;
        let settings: Self = toml::from_str(&text).map_err(|e| Error::Settings {
            path: path.to_owned(),
            why: e.to_string(),
        })?;
        let wrong = |why| Error::Settings {
            path: path.to_owned(),
            why,
        };
        settings.places().map_err(wrong)?;
        if !BLOCK_MIB.contains(&settings.block_mib) {
            let why = format!("block_mib = {}: 1 to 64 are possible", settings.block_mib);
            return Err(wrong(why));
        }
        OnAirPlan::of(&settings).map_err(wrong)?;
        Ok(settings)
    }

    /// The text of `station.toml`.
    pub fn to_text(&self) -> Result<String, String> {
        toml::to_string_pretty(self).map_err(|e| e.to_string())
    }

    /// How sources are gathered for an edition made at `now` (seconds since 1970-01-01T00:00Z).
    pub fn sources(&self, now: u64) -> crate::sources::Settings {
        let mut settings = crate::sources::Settings {
            now_minutes: now / 60,
            ..crate::sources::Settings::default()
        };
        if let Some(language) = self.languages.first() {
            settings.language.clone_from(language);
        }
        settings.picture.bytes = self.picture_bytes as usize;
        settings
    }

    /// Bytes of a source block of something new, at most.
    pub fn block_bytes(&self) -> u32 {
        self.block_mib.clamp(*BLOCK_MIB.start(), *BLOCK_MIB.end()) << 20
    }

    /// `where`, as an edition carries it.
    pub fn places(&self) -> Result<Vec<edition::Place>, String> {
        self.places.iter().map(PlaceSettings::to_place).collect()
    }
}

impl PlaceSettings {
    fn to_place(&self) -> Result<edition::Place, String> {
        let (way, note, from, to) = match self {
            Self::Satellite {
                satellite,
                degrees_east,
                mhz,
                polarisation,
                ksymbols,
                service,
                note,
                valid_from,
                valid_to,
            } => {
                if !(-180.0..=180.0).contains(degrees_east) {
                    return Err(format!("degrees_east = {degrees_east} is not a position"));
                }
                (
                    edition::Way::Satellite {
                        satellite: edition::clean_line(satellite, 200),
                        tenths_east: (degrees_east * 10.0).round().rem_euclid(3_600.0) as u64,
                        khz: whole("mhz", mhz * 1_000.0)?,
                        polarisation: match polarisation {
                            PolarisationSettings::Horizontal => edition::Polarisation::Horizontal,
                            PolarisationSettings::Vertical => edition::Polarisation::Vertical,
                            PolarisationSettings::Left => edition::Polarisation::Left,
                            PolarisationSettings::Right => edition::Polarisation::Right,
                        },
                        symbol_rate: whole("ksymbols", ksymbols * 1_000.0)?,
                        service: edition::clean_line(service, 200),
                    },
                    note.as_deref(),
                    valid_from,
                    valid_to,
                )
            }
            Self::Radio {
                khz,
                from,
                to,
                days,
                mode,
                note,
                valid_from,
                valid_to,
            } => (
                edition::Way::Radio {
                    khz: *khz,
                    from_minute: minute(from)?,
                    to_minute: minute(to)?,
                    days: days_mask(days)?,
                    mode: edition::clean_line(mode, 200),
                },
                note.as_deref(),
                valid_from,
                valid_to,
            ),
            Self::Other {
                text,
                valid_from,
                valid_to,
            } => (
                edition::Way::Other {
                    text: edition::clean_prose(text, 2_000),
                },
                None,
                valid_from,
                valid_to,
            ),
        };
        Ok(edition::Place {
            way,
            valid_from: from.as_deref().map(seconds).transpose()?,
            valid_to: to.as_deref().map(seconds).transpose()?,
            note: note.map(|note| edition::clean_prose(note, 2_000)),
        })
    }
}

fn seconds(text: &str) -> Result<u64, String> {
    chrono::DateTime::parse_from_rfc3339(text)
        .ok()
        .and_then(|time| time.timestamp().try_into().ok())
        .ok_or_else(|| format!("«{text}» is not a time such as 2026-11-23T18:00:00Z"))
}

fn whole(name: &str, value: f64) -> Result<u64, String> {
    if !(0.0..1e12).contains(&value) {
        return Err(format!("{name} is out of range"));
    }
    Ok(value.round() as u64)
}

pub(crate) fn minute(text: &str) -> Result<u64, String> {
    let wrong = || format!("«{text}» is not a time such as 18:30");
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let hours: u64 = hours.parse().map_err(|_| wrong())?;
    let minutes: u64 = minutes.parse().map_err(|_| wrong())?;
    if hours > 24 || minutes > 59 || hours * 60 + minutes > 1_440 {
        return Err(wrong());
    }
    Ok(hours * 60 + minutes)
}

pub(crate) fn days_mask(days: &[u8]) -> Result<u64, String> {
    if days.is_empty() {
        return Ok(127);
    }
    days.iter().try_fold(0, |mask, day| match day {
        1..=7 => Ok(mask | 1 << (day - 1)),
        _ => Err(format!("day {day}: days are 1 (Monday) to 7")),
    })
}
