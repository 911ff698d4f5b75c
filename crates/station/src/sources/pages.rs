//! The pages behind a feed's leads, for the full text.

use super::charset;
use super::feed::Item;
use super::html::{MediaKind, MediaRef, Page, read_page};
use super::http::Client;
use super::location::Location;
use super::open::{Raw, read};
use super::parallel::guard;
use super::problem::Trouble;
use super::settings::Settings;

/// The page that an item needs for its full text, if any.
pub(crate) fn needed<'a>(item: &'a Item, settings: &Settings) -> Option<&'a Location> {
    item.link
        .as_ref()
        .filter(|_| !item.full && settings.full_text)
}

/// The page at `at`.
pub(crate) fn fetch(
    at: &Location,
    client: &Client<'_>,
    settings: &Settings,
) -> Result<Page, Trouble> {
    let got = read(at, settings.sizes.page, client)?;
    let not_text = got
        .content_type
        .as_deref()
        .filter(|t| !t.starts_with("text/") && !t.contains("html") && !t.contains("xml"));
    if let Some(found) = not_text {
        return Err(Trouble::WrongType {
            found: edition::clean_line(found, 100),
            wanted: "a page",
        });
    }
    let decoded = charset::decode(&got.bytes, got.content_type.as_deref())?;
    guard(|| read_page(&decoded.text, &got.base))
}

/// An article of a feed's item, with its page where that says more. What the feed says of title,
/// date and section is the newsroom's own word and stays.
pub(crate) fn article(item: Item, page: Option<Page>) -> Raw {
    let source = match &item.link {
        Some(Location::Web(url)) => Some(url.to_string()),
        _ => page
            .as_ref()
            .and_then(|p| p.source.as_ref())
            .map(ToString::to_string),
    };
    let mut raw = Raw {
        name: item
            .link
            .as_ref()
            .map_or_else(|| item.key.clone(), ToString::to_string),
        key: item.key,
        title: item.title,
        lead: item.lead,
        byline: item.byline,
        section: item.section,
        minutes: item.minutes,
        language: item.language,
        source,
        page: item.link.as_ref().and_then(Location::canonical),
        of_feed: true,
        picture: item.picture,
        body: item.body,
    };
    let Some(page) = page else { return raw };
    if page.body.chars() > raw.body.chars() {
        // The feed's short body was the lead.
        raw.lead = raw.lead.or_else(|| {
            let text = edition::clean_prose(raw.body.text().trim(), edition::limits::LEAD_BYTES);
            (!text.is_empty()).then_some(text)
        });
        raw.body = page.body.without_title(&raw.title);
    }
    raw.lead = raw.lead.or(page.lead);
    raw.byline = page.byline.or(raw.byline);
    raw.section = raw.section.or(page.section);
    raw.minutes = raw.minutes.or(page.minutes);
    raw.language = page.language.or(raw.language);
    let picture = page.picture.map(|at| MediaRef::new(MediaKind::Picture, at));
    raw.picture = raw.picture.or(picture);
    raw
}
