//! The headlines of an edition, to be read out.

use edition::{Article, Dictionaries, Tier};

use crate::archive::Archive;
use crate::archived::Archived;
use crate::error::Error;
use crate::send::radio::announce::headlines_of;
use crate::send::radio::speech::{Pace, Speech, together};
use crate::send::radio::voice::Voice;

/// Seconds between headlines.
const BREATH: f64 = 0.6;

/// The newest headlines of each language that can be spoken, one voice a language, in the order of
/// `languages`, others behind them: as many in each as fit into so many seconds, and `most`.
pub(crate) fn headlines(
    archive: &Archive,
    edition: &Archived,
    languages: &[String],
    (most, seconds): (usize, f64),
    speech: &Speech,
) -> Result<Vec<Voice>, Error> {
    let mut by_language = newest(archive, edition)?;
    by_language.retain(|(language, _)| speech.speaks(language));
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    by_language.sort_by_key(|(language, _)| {
        let place = languages
            .iter()
            .position(|own| primary(own) == primary(language));
        place.unwrap_or(languages.len())
    });
    let mut said = vec![Vec::new(); by_language.len()];
    let mut left = seconds;
    // One of each language, then the second of each.
    'all: for round in 0..most {
        for ((language, articles), said) in by_language.iter().zip(&mut said) {
            let title = round.checked_sub(1).map(|last| articles.get(last + 1));
            let texts = match title {
                None => vec![headlines_of(language), articles.first().map(|a| &*a.title)],
                Some(article) => vec![article.map(|article| &*article.title)],
            };
            for text in texts.into_iter().flatten() {
                let Some((samples, rate)) = speech.say(language, text, Pace::Calm)? else {
                    continue;
                };
                left -= samples.len() as f64 / f64::from(rate) + BREATH;
                if left < 0.0 {
                    break 'all;
                }
                said.push((samples, rate));
            }
        }
    }
    // «The headlines.» alone says nothing.
    let heard = by_language
        .iter()
        .zip(said)
        .filter(|((language, _), said)| said.len() > usize::from(headlines_of(language).is_some()));
    let voices = heard.filter_map(|(_, said)| together(said, BREATH));
    Ok(voices.collect())
}

/// The front's articles by language, the newest first.
fn newest(archive: &Archive, edition: &Archived) -> Result<Vec<(String, Vec<Article>)>, Error> {
    let mut dictionaries = Dictionaries::shipped();
    let mut all = Vec::new();
    let front = edition.index(Tier::Front);
    for object in front.iter().flat_map(|front| &front.objects) {
        let bundle = Archived::bundle(archive, object.hash, &mut dictionaries)?;
        let mut articles = bundle.articles;
        articles.sort_by_key(|article| std::cmp::Reverse((article.minutes, article.number)));
        all.push((bundle.language, articles));
    }
    Ok(all)
}
