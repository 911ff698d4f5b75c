//! What stands around a page's title in plain sight: the date, the section, the author.

use std::collections::HashSet;

use dom_query::{Document, NodeRef};
use edition::clean_line;
use edition::limits::LINE_BYTES;

use super::attributes::attr;
use super::page::elements;
use super::title::letters;
use crate::sources::written;

/// How many elements up from the title its surroundings reach.
const UP: usize = 3;
/// Longer text is no date with its label, in characters.
const DATE: usize = 120;
/// Longer text is no section's name, in characters.
const SECTION: usize = 40;
/// Most elements that are looked at.
const LOOKED_AT: usize = 4_000;

/// What was found around a title.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    pub(super) minutes: Option<u64>,
    pub(super) section: Option<String>,
    pub(super) byline: Option<String>,
}

/// What stands around `title`.
pub(super) fn look(document: &Document, title: &str) -> Surroundings {
    let Some(heading) = heading(document, title) else {
        return Surroundings::default();
    };
    let mut near = heading;
    for up in heading.ancestors_it(Some(UP)) {
        if up.has_name("body") || up.has_name("html") || !up.is_element() {
            break;
        }
        near = up;
    }
    let above: HashSet<_> = near.descendants_it().map(|n| n.id).collect();
    // After the title, and around it; nothing before that is not around it.
    let root = document.root();
    let after = root
        .descendants_it()
        .skip_while(|n| n.id != heading.id)
        .filter(|n| !above.contains(&n.id));
    let mut found = Surroundings::default();
    let near = near.descendants_it().map(|n| (n, true));
    for (node, near) in near.chain(after.map(|n| (n, false))).take(LOOKED_AT) {
        if !node.is_element() {
            continue;
        }
        let names = names(&node);
        let is = |words: &[&str]| names.iter().any(|n| words.contains(&&**n));
        let dated = is(&[
            "date",
            "dateline",
            "time",
            "timestamp",
            "published",
            "pubdate",
            "pubtime",
            "publish",
            "posted",
            "byline",
            "fecha",
            "datum",
            "info",
            "meta",
        ]);
        if found.minutes.is_none() && (near || dated) {
            found.minutes = short_text(&node, DATE).and_then(|t| written::find(&t));
        }
        if near && found.section.is_none() && is(&["section", "category", "cat", "categories"])
            || near && attr(&node, "rel").is_some_and(|r| r.contains("category"))
        {
            found.section = found.section.or_else(|| section(&node));
        }
        if near && found.byline.is_none() && is(&["byline", "author"]) {
            found.byline = short_text(&node, DATE);
        }
    }
    found
}

/// The texts of headings and of what is called a title.
pub(super) fn headings(document: &Document) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in ["h1", "h2"] {
        out.extend(elements(document, name).map(|h| clean_line(&h.text(), LINE_BYTES)));
    }
    out.retain(|h| !h.is_empty());
    out
}

/// The element that shows the title.
fn heading<'a>(document: &'a Document, title: &str) -> Option<NodeRef<'a>> {
    let title = letters(title);
    ["h1", "h2", "h3"]
        .iter()
        .find_map(|name| elements(document, name).find(|h| letters(&h.text()) == title))
}

/// The words of an element's class, id, and what microdata calls it.
fn names(node: &NodeRef<'_>) -> Vec<String> {
    ["class", "id", "itemprop"]
        .iter()
        .filter_map(|name| attr(node, name))
        .flat_map(|names| {
            names
                .to_ascii_lowercase()
                .split(|c: char| !c.is_alphanumeric())
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The text of an element that is short and no heading.
fn short_text(node: &NodeRef<'_>, most: usize) -> Option<String> {
    let silent = ["h1", "h2", "h3", "p", "script", "style", "a"];
    if silent.iter().any(|n| node.has_name(n)) && !node.has_attr("class") {
        return None;
    }
    let mut length = 0;
    for below in node.descendants_it().take(50) {
        if below.is_text() {
            length += below.text().trim().chars().count();
        }
        if length > most || below.has_name("h1") || below.has_name("script") {
            return None;
        }
    }
    let text = clean_line(&node.text(), LINE_BYTES);
    (!text.is_empty()).then_some(text)
}

fn section(node: &NodeRef<'_>) -> Option<String> {
    let link = node.descendants_it().find(|n| n.has_name("a"));
    let text = short_text(&link.unwrap_or(*node), SECTION).or_else(|| short_text(node, SECTION))?;
    let is_name = text.split_whitespace().count() <= 3 && text.chars().any(char::is_alphabetic);
    is_name.then_some(text)
}
