//! What people hear around the data, and when.

use std::path::PathBuf;

use edition::{Tier, publisher_words};
use radio::Mode;

use crate::archived::Archived;
use crate::error::Error;
use crate::send::radio::announce::{self, Announcements, announcements};
use crate::send::radio::headlines::headlines;
use crate::send::radio::rundown::{Kind, Part, Turns};
use crate::send::radio::speech::Speech;
use crate::send::radio::voice::Voice;
use crate::station::Station;

/// Seconds of silence between two parts.
const PAUSE: f64 = 0.4;
/// Headlines take at most this share of the slot.
const HEADLINES: f64 = 0.2;
/// A stretch of data is good from so many times its frames' spread on: as much as one spread of it
/// is lost at its end.
const GOOD: f64 = 4.0;

/// What is asked for besides data.
#[derive(Debug, Clone, PartialEq)]
pub struct Programme {
    /// Recordings that stand for the opening announcement.
    pub announcements: Vec<PathBuf>,
    /// Recordings between the data; without any, headlines are read.
    pub bulletins: Vec<PathBuf>,
    /// Headlines of each language, at most.
    pub headlines: usize,
    /// Seconds of data without a voice, at most.
    pub every: f64,
}

/// A part of the slot as it was sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RundownPart {
    /// A voice; `None` is data.
    pub kind: Option<Kind>,
    /// Seconds from the beginning of the slot.
    pub at: f64,
    /// How long it is.
    pub seconds: f64,
}

/// The slot, part by part.
#[derive(Debug, Default)]
pub(crate) struct Rundown {
    pub(crate) parts: Vec<Part>,
    opening: Vec<Voice>,
    bulletins: Vec<Voice>,
    station: Vec<Voice>,
    closing: Vec<Voice>,
    /// Texts that could not be spoken: language and text.
    pub(crate) unspoken: Vec<(String, String)>,
}

impl Rundown {
    /// Nothing but data.
    pub(crate) fn bare(samples: u64) -> Self {
        Self {
            parts: vec![Part::Data(samples)],
            ..Self::default()
        }
    }

    /// Voice and data for so many samples.
    pub(crate) fn with(
        programme: &Programme,
        station: &Station,
        edition: &Archived,
        modes: &[&'static Mode],
        rate: u32,
        slot: u64,
    ) -> Result<Self, Error> {
        let seconds = slot as f64 / f64::from(rate);
        let speech = Speech::find();
        if speech.is_none() && programme.announcements.is_empty() {
            return Err(Error::NoSpeech);
        }
        let settings = station.settings();
        let who = announce::Station {
            name: &settings.name,
            words: publisher_words(&station.publisher().key).join(" "),
            places: edition
                .index(Tier::Front)
                .map_or(&[], |front| &front.places),
            languages: &settings.languages,
        };
        let recordings = &programme.announcements;
        let Announcements {
            opening,
            station: again,
            closing,
            unspoken,
        } = announcements(&who, recordings, speech.as_ref())?;
        if opening.is_empty() {
            return Err(Error::NoSpeech);
        }
        let bulletins = match (programme.bulletins.is_empty(), &speech) {
            (true, Some(speech)) => headlines(
                station.archive(),
                edition,
                &settings.languages,
                (programme.headlines, seconds * HEADLINES),
                speech,
            )?,
            _ => {
                let files = programme.bulletins.iter();
                files
                    .map(|path| Voice::file(path))
                    .collect::<Result<_, _>>()?
            }
        };
        let lengths = |voices: &[Voice]| -> Vec<u64> {
            voices.iter().map(|voice| voice.samples_at(rate)).collect()
        };
        let samples = |seconds: f64| (seconds * f64::from(rate)) as u64;
        // One that begins with the stretch, and its end.
        let spread = modes.iter().map(|mode| mode.spread_seconds());
        let spread = spread.fold(0.0, f64::max);
        let turns = Turns {
            slot,
            pause: samples(PAUSE),
            opening: lengths(&opening),
            bulletins: lengths(&bulletins),
            station: lengths(&again),
            closing: lengths(&closing),
            least: samples(2.0 * spread),
            good: samples(GOOD * spread),
            most: samples(programme.every.max(GOOD * spread)),
        };
        let parts = turns.parts().map_err(|taken| Error::RadioTooFull {
            seconds,
            voices: taken as f64 / f64::from(rate),
            least: (2.0 * spread).ceil(),
        })?;
        Ok(Self {
            parts,
            opening,
            bulletins,
            station: again,
            closing,
            unspoken,
        })
    }

    /// One of the voices in it.
    pub(crate) fn voice(&self, kind: Kind, index: usize) -> &Voice {
        let of = match kind {
            Kind::Opening => &self.opening,
            Kind::Bulletin => &self.bulletins,
            Kind::Station => &self.station,
            Kind::Closing => &self.closing,
        };
        &of[index]
    }

    /// The stretches of data, in samples.
    pub(crate) fn data(&self) -> impl Iterator<Item = u64> {
        self.parts.iter().filter_map(|part| match part {
            Part::Data(samples) => Some(*samples),
            _ => None,
        })
    }

    /// For people.
    pub(crate) fn listed(&self, rate: u32) -> Vec<RundownPart> {
        let mut at = 0;
        let mut listed = Vec::new();
        for part in &self.parts {
            let (kind, samples) = match *part {
                Part::Voice(kind, i) => (Some(kind), self.voice(kind, i).samples_at(rate)),
                Part::Data(samples) => (None, samples),
                Part::Pause(samples) => {
                    at += samples;
                    continue;
                }
            };
            listed.push(RundownPart {
                kind,
                at: at as f64 / f64::from(rate),
                seconds: samples as f64 / f64::from(rate),
            });
            at += samples;
        }
        listed
    }
}
