//! Feeds: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed.

use edition::limits::{LEAD_BYTES, LINE_BYTES};
use edition::{clean_line, clean_prose};
use feed_rs::model::{self, Entry, MediaContent};
use feed_rs::parser;

use super::charset;
use super::dates;
use super::html::{self, Body, MediaKind, MediaRef};
use super::location::{Base, Location};
use super::parallel::guard;
use super::problem::{Trouble, one_line};

/// Elements of XML that may be open at once. Feeds have about ten; the parser recurses.
const XML_DEPTH: usize = 256;
/// The namespaces of RSS 0.90.
const OLD_RDF: [&str; 2] = [
    "http://my.netscape.com/rdf/simple/0.9/",
    "http://channel.netscape.com/rdf/simple/0.9/",
];
/// The namespace of RSS 1.0.
const RSS_1_0: &str = "http://purl.org/rss/1.0/";
/// What a feed calls content is the full text from this many characters on.
const FULL_CONTENT: usize = 500;
/// What a feed calls a summary is the full text from this many characters on.
const FULL_SUMMARY: usize = 900;

/// A feed that was read.
#[derive(Debug)]
pub(crate) struct Feed {
    /// The newest entries, the newest first where they are dated, else in the feed's order.
    pub(crate) items: Vec<Item>,
    /// How many entries the feed has.
    pub(crate) entries: usize,
    /// What to tell of its text.
    pub(crate) note: Option<Trouble>,
}

/// An entry of a feed.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) lead: Option<String>,
    pub(crate) byline: Option<String>,
    pub(crate) section: Option<String>,
    pub(crate) minutes: Option<u64>,
    pub(crate) language: Option<String>,
    /// The page, or the file, that it stands on.
    pub(crate) link: Option<Location>,
    pub(crate) body: Body,
    /// Whether the body is the full text, and not a lead.
    pub(crate) full: bool,
    /// The picture that stands for it.
    pub(crate) picture: Option<MediaRef>,
}

/// Whether text looks like a feed, by its first element.
pub(crate) fn is_feed(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    if rest.starts_with('{') {
        return rest.contains("jsonfeed.org/version");
    }
    loop {
        let end = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<?") || rest.starts_with("<!") {
            ">"
        } else {
            break;
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            None => return false,
        }
    }
    let name: String = rest
        .trim_start_matches('<')
        .chars()
        .take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/'))
        .collect();
    rest.starts_with('<') && matches!(name.as_str(), "rss" | "feed" | "rdf:RDF" | "RDF" | "entry")
}

/// The feed that `bytes` are; at most `most` entries are taken. `name` stands in the keys of
/// entries whose identity is not of the whole world.
pub(crate) fn read_feed(
    bytes: &[u8],
    content_type: Option<&str>,
    base: &Base,
    name: &str,
    most: usize,
) -> Result<Feed, Trouble> {
    let decoded = charset::decode(bytes, content_type)?;
    let text = without_declaration(&decoded.text);
    if !text.starts_with('{') {
        check_xml(text)?;
    }
    // RSS 0.90 is RSS 1.0 under another name, which the parser does not know.
    let renamed = OLD_RDF.iter().find(|ns| text.contains(**ns));
    let renamed = renamed.map(|ns| text.replace(ns, RSS_1_0));
    let text = renamed.as_deref().unwrap_or(text);
    let feed = guard(|| {
        parser::Builder::new()
            .base_uri(base.own_address())
            .build()
            .parse(text.as_bytes())
            .map_err(|e| Trouble::Feed { why: one_line(&e) })
    })?;
    let entries = feed.entries.len();
    if entries == 0 {
        return Err(Trouble::EmptyFeed);
    }
    let mut chosen: Vec<&Entry> = feed.entries.iter().collect();
    if entries > most {
        chosen.sort_by_key(|e| std::cmp::Reverse(e.published.or(e.updated)));
        chosen.truncate(most);
    }
    let items = chosen
        .into_iter()
        .map(|e| item(e, &feed, base, name))
        .collect();
    Ok(Feed {
        items,
        entries,
        note: decoded.note,
    })
}

/// The text is decoded already: what the declaration says of its encoding is no longer true.
fn without_declaration(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    match text
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
    {
        Some((_, rest)) => rest.trim_start(),
        None => text,
    }
}

/// Refuses XML that is cut off or whose elements do not match, which the parser of feeds takes
/// silently for less than it was, and XML that is nested deeper than it can stand.
fn check_xml(text: &str) -> Result<(), Trouble> {
    let broken = |at: usize, what: &str| Trouble::Feed {
        why: format!(
            "broken XML in line {}: {what}",
            1 + text[..at].matches('\n').count()
        ),
    };
    let mut open: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find('<') {
        let start = at + found;
        let rest = &text[start..];
        let closing = if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<![CDATA[") {
            "]]>"
        } else if rest.starts_with("<?") {
            "?>"
        } else {
            ">"
        };
        let end = if closing == ">" && !rest.starts_with("<!") {
            tag_end(rest)
        } else {
            rest.find(closing)
        };
        let end = end.ok_or_else(|| broken(start, "it ends inside a tag"))?;
        let tag = &rest[1..end];
        if let Some(name) = tag.strip_prefix('/') {
            match open.pop() {
                Some(opened) if opened == name.trim() => {}
                Some(opened) => {
                    let what = format!(
                        "</{}> stands where </{opened}> should",
                        clean_line(name, 40)
                    );
                    return Err(broken(start, &what));
                }
                None => return Err(broken(start, "an end tag without its start tag")),
            }
        } else if closing == ">" && !tag.starts_with('!') && !tag.ends_with('/') {
            let end = tag.find(|c: char| c.is_whitespace()).unwrap_or(tag.len());
            open.push(&tag[..end]);
            if open.len() > XML_DEPTH {
                return Err(broken(start, "more than 256 elements inside each other"));
            }
        }
        at = start + end + closing.len();
    }
    match open.last() {
        None => Ok(()),
        Some(name) => Err(broken(
            text.len(),
            &format!("it ends before </{}>", clean_line(name, 40)),
        )),
    }
}

/// Where a tag ends: the first `>` outside quotes.
fn tag_end(tag: &str) -> Option<usize> {
    let mut quote = None;
    for (i, b) in tag.bytes().enumerate() {
        match (quote, b) {
            (None, b'"' | b'\'') => quote = Some(b),
            (None, b'>') => return Some(i),
            (Some(q), b) if q == b => quote = None,
            _ => {}
        }
    }
    None
}

fn item(entry: &Entry, feed: &model::Feed, base: &Base, name: &str) -> Item {
    let entry_base = Base {
        url: entry
            .base
            .as_deref()
            .and_then(|b| base.absolute(b))
            .or(base.url.clone()),
        folder: base.folder.clone(),
    };
    let base = &entry_base;
    let link = entry
        .links
        .iter()
        .filter(|l| l.rel.as_deref().is_none_or(|r| r == "alternate"))
        .find_map(|l| base.locate(&l.href));
    let content = entry.content.as_ref().and_then(|c| {
        let html = c.content_type.subty() != "plain" && c.content_type.ty() == "text"
            || c.content_type.subty().as_str().contains("html");
        let text = c.body.as_deref()?;
        let readable = html || c.content_type.ty() == "text";
        readable.then(|| to_body(text, html, base))
    });
    let summary_html = entry.summary.as_ref();
    let summary =
        summary_html.map(|s| to_body(&s.content, s.content_type.subty() != "plain", base));
    let (mut body, full) = match (content, &summary) {
        (Some(content), summary)
            if summary
                .as_ref()
                .is_none_or(|s| s.chars() <= content.chars()) =>
        {
            let full = content.chars() >= FULL_CONTENT;
            (content, full)
        }
        (_, Some(summary)) => (summary.clone(), summary.chars() >= FULL_SUMMARY),
        (content, None) => (content.unwrap_or_default(), false),
    };
    body = without_tail(body);
    let mut attached = attached(entry, base);
    let picture = attached
        .iter()
        .position(|m| m.kind == MediaKind::Picture)
        .map(|i| attached.remove(i));
    attached.retain(|m| m.kind != MediaKind::Picture);
    let full = full || !attached.is_empty() || link.is_none();
    for media in attached {
        if !body.media().iter().any(|m| m.at == media.at) {
            body.push(media);
        }
    }
    if let Some(picture) = &picture
        && body.first_picture().is_none()
    {
        body.push_front(picture.clone());
    }
    let lead = summary.map(|s| clean_prose(first_lines(&s.text()).trim(), LEAD_BYTES));
    let title = entry
        .title
        .as_ref()
        .map(|t| clean_line(&html::plain_text(&t.content), LINE_BYTES));
    let title = title.filter(|t| !t.is_empty());
    Item {
        key: key(entry, link.as_ref(), name),
        title: title.unwrap_or_else(|| untitled(&body)),
        lead: lead.filter(|l| !l.is_empty() && *l != body.text().trim()),
        byline: byline(entry, feed),
        section: section(entry),
        minutes: entry
            .published
            .or(entry.updated)
            .and_then(|d| dates::from_seconds(d.timestamp())),
        language: entry.language.clone().or(feed.language.clone()),
        link,
        body,
        full,
        picture,
    }
}

fn to_body(text: &str, html: bool, base: &Base) -> Body {
    let marked = text.contains('<')
        || text.contains("&#")
        || text.contains("&amp;")
        || text.contains("&nbsp;");
    if marked && (html || text.contains("</")) {
        html::body_of_fragment(text, base)
    } else {
        html::body_of_text(text)
    }
}

/// Leaves out "The post … appeared first on …", which engines put under every article.
fn without_tail(body: Body) -> Body {
    body.without_last(|text| {
        text.starts_with("The post ") && text.contains(" appeared first on ")
            || text.starts_with("Continue reading")
    })
}

/// A title for what has none: the first words.
fn untitled(body: &Body) -> String {
    let text = body.text();
    let line = text.lines().next().unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().take(12).collect();
    let title = clean_line(&words.join(" "), LINE_BYTES);
    if title.is_empty() {
        "…".to_owned()
    } else {
        title
    }
}

/// A lead is one paragraph, or what comes before it is long enough.
fn first_lines(text: &str) -> &str {
    match text.char_indices().nth(60) {
        Some((from, _)) => text[from..]
            .find('\n')
            .map_or(text, |end| &text[..from + end]),
        None => text,
    }
}

fn byline(entry: &Entry, feed: &model::Feed) -> Option<String> {
    let people = if entry.authors.is_empty() {
        &feed.authors
    } else {
        &entry.authors
    };
    let mut names: Vec<String> = Vec::new();
    for person in people {
        if let Some(name) = person.name.as_deref().and_then(html::byline)
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    let names = names.join(", ");
    (!names.is_empty() && names.len() <= LINE_BYTES).then_some(names)
}

fn section(entry: &Entry) -> Option<String> {
    entry
        .categories
        .iter()
        .map(|c| c.label.as_ref().unwrap_or(&c.term))
        .map(|c| clean_line(&html::plain_text(c), LINE_BYTES))
        .find(|c| !c.is_empty() && !c.contains("://"))
}

/// A lasting identity: the entry's own if it is of the whole world, else within the feed.
fn key(entry: &Entry, link: Option<&Location>, name: &str) -> String {
    let id = entry.id.trim();
    if id.contains("://") || id.starts_with("tag:") || id.starts_with("urn:") {
        return id.to_owned();
    }
    match link {
        Some(Location::Web(url)) if id.is_empty() => url.to_string(),
        _ => format!("{name}#{id}"),
    }
}

/// Enclosures and Media RSS: the sounds, films and pictures that come with an entry.
fn attached(entry: &Entry, base: &Base) -> Vec<MediaRef> {
    let mut out: Vec<MediaRef> = Vec::new();
    let mut add = |media: MediaRef| {
        if !out.iter().any(|m| m.at == media.at) {
            out.push(media);
        }
    };
    for object in &entry.media {
        let caption = object.title.as_ref().map(|t| html::plain_text(&t.content));
        let poster = object
            .thumbnails
            .iter()
            .find_map(|t| base.locate(&t.image.uri));
        let transcript = object
            .transcripts
            .first()
            .and_then(|t| base.locate(t.url.as_str()));
        for content in &object.content {
            let Some((kind, at)) = content_place(content, base) else {
                continue;
            };
            add(MediaRef {
                caption: caption.clone().filter(|c| !c.is_empty()),
                poster: poster.clone().filter(|_| kind == MediaKind::Film),
                transcript: transcript.clone().filter(|_| kind != MediaKind::Picture),
                alt: None,
                ..MediaRef::new(kind, at)
            });
        }
        if let Some(at) = poster {
            add(MediaRef::new(MediaKind::Picture, at));
        }
    }
    for link in entry
        .links
        .iter()
        .filter(|l| l.rel.as_deref() == Some("enclosure"))
    {
        let media_type = link.media_type.clone().unwrap_or_default();
        if let (Some(kind), Some(at)) = (kind(&media_type, &link.href), base.locate(&link.href)) {
            add(MediaRef::new(kind, at));
        }
    }
    out
}

fn content_place(content: &MediaContent, base: &Base) -> Option<(MediaKind, Location)> {
    let url = content.url.as_ref()?;
    let media_type = content.content_type.as_ref().map(ToString::to_string);
    let kind = kind(&media_type.unwrap_or_default(), url.path())?;
    Some((kind, base.locate(url.as_str())?))
}

fn kind(media_type: &str, address: &str) -> Option<MediaKind> {
    match media_type.split('/').next() {
        Some("image") => Some(MediaKind::Picture),
        Some("audio") => Some(MediaKind::Sound),
        Some("video") => Some(MediaKind::Film),
        _ => crate::media::kind_of_name(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_are_told_from_pages() {
        assert!(is_feed(
            "<?xml version='1.0'?><!-- x --><rss version='2.0'/>"
        ));
        assert!(is_feed("{\"version\": \"https://jsonfeed.org/version/1\"}"));
        assert!(!is_feed("<!DOCTYPE html><html><body>rss</body></html>"));
        assert!(!is_feed("{}"));
    }

    #[test]
    fn broken_xml_says_where() {
        let why = |xml: &str| match check_xml(xml) {
            Err(Trouble::Feed { why }) => why,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            why("<rss>\n<a></b></rss>"),
            "broken XML in line 2: </b> stands where </a> should"
        );
        assert_eq!(
            why("<rss><channel>"),
            "broken XML in line 1: it ends before </channel>"
        );
        assert_eq!(
            why("<rss><a b='>"),
            "broken XML in line 1: it ends inside a tag"
        );
        assert!(why(&"<a>".repeat(100_000)).contains("more than 256"));
        check_xml("<a b='>'><![CDATA[<x>]]><!-- <y> --><c/></a>").unwrap();
    }
}
