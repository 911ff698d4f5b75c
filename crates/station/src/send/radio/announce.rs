//! What is said around the data: who is on air, where, by which eight words to know them, and that
//! what follows is to be recorded.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::LazyLock;

use edition::{Place, Way};
use serde::Deserialize;

use crate::error::Error;
use crate::send::radio::speech::{Pace, Speech, together};
use crate::send::radio::voice::Voice;

/// Seconds between the sentences of an announcement.
const BREATH: f64 = 0.5;
/// Frequencies that are read out: nobody remembers more.
const PLACES: usize = 3;
/// In which the publisher's words are, whatever is said around them.
const LANGUAGE_OF_WORDS: &str = "en";

/// The sentences of a language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentences {
    here: String,
    place: String,
    words: String,
    data: String,
    again: String,
    headlines: String,
    close: String,
}

static SENTENCES: LazyLock<BTreeMap<String, Sentences>> = LazyLock::new(|| {
    let read = toml::from_str(include_str!("announcements.toml"));
    // A test reads it.
    read.unwrap_or_else(|error| unreachable!("announcements.toml: {error}"))
});

/// Who is on air.
#[derive(Debug, Clone)]
pub(crate) struct Station<'a> {
    pub(crate) name: &'a str,
    /// The first root's eight words.
    pub(crate) words: String,
    pub(crate) places: &'a [Place],
    /// In the order in which they are spoken.
    pub(crate) languages: &'a [String],
}

/// What is said, by what for.
#[derive(Debug, Default)]
pub(crate) struct Announcements {
    pub(crate) opening: Vec<Voice>,
    pub(crate) station: Vec<Voice>,
    pub(crate) closing: Vec<Voice>,
    /// Texts that nothing here can speak: language and text.
    pub(crate) unspoken: Vec<(String, String)>,
}

/// In a station's languages, in its order; recordings, if given, stand for the opening. Without a
/// program that speaks there are recordings alone.
pub(crate) fn announcements(
    station: &Station<'_>,
    recordings: &[PathBuf],
    speech: Option<&Speech>,
) -> Result<Announcements, Error> {
    let mut all = Announcements::default();
    for path in recordings {
        all.opening.push(Voice::file(path)?);
    }
    let mut said: Vec<&str> = Vec::new();
    for language in station.languages {
        let (tag, sentences) = sentences_of(language);
        if said.contains(&tag) {
            continue;
        }
        said.push(tag);
        let opening = opening(station, sentences);
        let Some(speech) = speech.filter(|speech| speech.speaks(tag)) else {
            if recordings.is_empty() {
                let (before, after) = opening;
                let text = format!("{before} {} {after}", station.words);
                all.unspoken.push((tag.to_owned(), text));
            }
            continue;
        };
        if recordings.is_empty() {
            let (before, after) = opening;
            let mut parts = Vec::new();
            parts.extend(speech.say(tag, &before, Pace::Calm)?);
            parts.extend(speech.say(LANGUAGE_OF_WORDS, &apart(&station.words), Pace::Slow)?);
            parts.extend(speech.say(tag, &after, Pace::Calm)?);
            all.opening.extend(together(parts, BREATH));
        }
        for (text, to) in [
            (&sentences.again, &mut all.station),
            (&sentences.close, &mut all.closing),
        ] {
            let text = text.replace("{name}", station.name);
            let spoken = speech.say(tag, &text, Pace::Calm)?;
            to.extend(together(spoken.into_iter().collect(), BREATH));
        }
    }
    Ok(all)
}

/// «The headlines.», in a language that has it.
pub(crate) fn headlines_of(language: &str) -> Option<&'static str> {
    let (tag, sentences) = sentences_of(language);
    let is_own = language.to_ascii_lowercase().split('-').next() == Some(tag);
    is_own.then_some(&sentences.headlines)
}

/// Words with a stop behind each, so that each is said by itself.
fn apart(words: &str) -> String {
    words.split(' ').map(|word| format!("{word}. ")).collect()
}

/// Before the eight words, and after them.
fn opening(station: &Station<'_>, sentences: &Sentences) -> (String, String) {
    let mut before = sentences.here.replace("{name}", station.name);
    let radio = station.places.iter().filter_map(|place| match place.way {
        Way::Radio {
            khz,
            from_minute,
            to_minute,
            ..
        } => Some((khz, from_minute, to_minute)),
        _ => None,
    });
    for (khz, from, to) in radio.take(PLACES) {
        let place = sentences.place.replace("{khz}", &khz.to_string());
        let place = place.replace("{from}", &time(from));
        before += " ";
        before += &place.replace("{to}", &time(to));
    }
    before += " ";
    before += &sentences.words;
    (before, sentences.data.clone())
}

fn time(minutes: u64) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// The sentences for a language (BCP 47), and which they are: English for those that have none.
fn sentences_of(language: &str) -> (&'static str, &'static Sentences) {
    let primary = language.split('-').next().unwrap_or_default();
    let primary = primary.to_ascii_lowercase();
    let known = SENTENCES.get_key_value(&primary);
    let known = known.or_else(|| SENTENCES.get_key_value(LANGUAGE_OF_WORDS));
    match known {
        Some((tag, sentences)) => (tag, sentences),
        None => unreachable!("announcements.toml has English"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn station<'a>(places: &'a [Place], languages: &'a [String]) -> Station<'a> {
        Station {
            name: "The Halvaren Courier",
            words: "one two three four five six seven eight".to_owned(),
            places,
            languages,
        }
    }

    fn on(khz: u64) -> Place {
        Place {
            way: Way::Radio {
                khz,
                from_minute: 18 * 60 + 5,
                to_minute: 19 * 60,
                days: 127,
                mode: "AM".to_owned(),
            },
            valid_from: None,
            valid_to: None,
            note: None,
        }
    }

    #[test]
    fn every_language_of_the_page_has_all_sentences_with_their_blanks() {
        let strings = concat!(env!("CARGO_MANIFEST_DIR"), "/../../apps/page/strings");
        for entry in std::fs::read_dir(strings).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let language = name.trim_end_matches(".json");
            let (tag, sentences) = sentences_of(language);
            assert_eq!(tag, language);
            for (text, blanks) in [
                (&sentences.here, &["{name}"][..]),
                (&sentences.place, &["{khz}", "{from}", "{to}"]),
                (&sentences.words, &[]),
                (&sentences.data, &[]),
                (&sentences.again, &["{name}"]),
                (&sentences.headlines, &[]),
                (&sentences.close, &["{name}"]),
            ] {
                let count = text.matches('{').count();
                assert!(!text.is_empty() && count == blanks.len(), "{tag}: {text}");
                assert!(
                    blanks.iter().all(|blank| text.contains(blank)),
                    "{tag}: {text}"
                );
            }
        }
    }

    #[test]
    fn an_opening_names_station_frequencies_and_times() {
        let languages = ["en-GB".to_owned(), "xx".to_owned(), "ps".to_owned()];
        let places = [on(9_405), on(11_520), on(5_900), on(7_000)];
        let station = station(&places, &languages);
        let (before, after) = opening(&station, sentences_of("en-GB").1);
        assert!(before.starts_with(
            "This is The Halvaren Courier. We are on 9405 kilohertz, from 18:05 to 19:00"
        ));
        assert!(before.contains("5900") && !before.contains("7000"));
        assert!(after.contains("Record it"));
        // Nothing speaks: the texts are there to be read out; English stands for what has no texts,
        // once.
        let all = announcements(&station, &[], None).unwrap();
        let tags: Vec<&str> = all.unspoken.iter().map(|(tag, _)| &**tag).collect();
        assert_eq!(tags, ["en", "ps"]);
        assert!(all.unspoken[0].1.contains("one two three"));
        assert!(all.opening.is_empty() && all.closing.is_empty());
    }
}
