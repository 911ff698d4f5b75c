//! The article on a web page, found among menus, advertisements and comments.

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};
use edition::limits::{LEAD_BYTES, LINE_BYTES};
use edition::{clean_line, clean_prose};
use url::Url;

use super::attributes::{attr, picture_sources};
use super::blocks::body_of_fragment;
use super::body::{Body, MediaKind, MediaRef};
use super::{bounded, clutter, plain_text, surroundings, title};
use crate::sources::dates;
use crate::sources::location::{Base, Location};
use crate::sources::problem::Trouble;
use crate::sources::written;

/// A text shorter than this is tried again as a page with little text, in characters.
const SHORT: usize = 140;

/// What a page says.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) title: String,
    pub(crate) lead: Option<String>,
    pub(crate) byline: Option<String>,
    pub(crate) section: Option<String>,
    pub(crate) minutes: Option<u64>,
    /// The language that it says.
    pub(crate) language: Option<String>,
    /// Its own word on its address.
    pub(crate) source: Option<Url>,
    /// The picture that stands for it.
    pub(crate) picture: Option<Location>,
    pub(crate) body: Body,
}

/// The article of the page `html`.
pub(crate) fn read_page(html: &str, base: &Base) -> Result<Page, Trouble> {
    let document = bounded::parse(html);
    let metas = Metas::of(&document);
    let source = metas.address(&document, base);
    let base = Base {
        url: metas.base(&document, base).or_else(|| source.clone()),
        folder: base.folder.clone(),
    };
    let language = metas.language(&document);
    clutter::remove(&document);
    let address = source.as_ref().or(base.url.as_ref());
    let title = metas.title(&document, address).ok_or(Trouble::NoArticle)?;
    let around = surroundings::look(&document, &title);
    let minutes = metas
        .minutes(&document, address)
        .or(around.minutes)
        .or_else(|| elements(&document, "title").find_map(|t| written::find(&t.text())));
    let section = metas.section().or_else(|| json_section(&document));
    let section = section.or(around.section);
    let pictures = Pictures::of(&document, &base);
    let config = Config {
        max_elements_to_parse: bounded::NODES,
        ..Config::default()
    };
    let mut readability =
        Readability::with_document(document, None, Some(config)).map_err(|_| Trouble::NoArticle)?;
    let json = readability.parse_json_ld();
    let said = readability.get_article_metadata(json);
    let article = readability.parse().map_err(|_| Trouble::NoArticle)?;
    let mut body = body_of_fragment(&article.content, &base)
        .without_title(&title)
        .without_last_headings();
    let lead = said
        .excerpt
        .map(|e| clean_prose(&plain_text(&e), LEAD_BYTES));
    let lead = lead.filter(|l| !l.is_empty());
    if body.chars() < SHORT && lead.is_none() && body.media().is_empty() {
        return Err(Trouble::NoArticle);
    }
    let minutes = minutes.or_else(|| {
        let time = said.published_time.or(article.published_time)?;
        dates::minutes(&time)
    });
    let byline = [said.byline, article.byline, around.byline]
        .iter()
        .flatten()
        .find_map(|b| title::byline(b));
    body = body.without_front(lead.as_deref(), byline.as_deref());
    let picture = said.image.or(article.image).and_then(|i| base.locate(&i));
    if body.first_picture().is_none()
        && let Some(shown) = picture.as_ref().and_then(|p| pictures.at(p))
    {
        // The picture over the text, which the search for the text has left out.
        body.push_front(shown);
    }
    Ok(Page {
        title,
        lead,
        byline,
        section,
        minutes,
        language: language.or(said.lang),
        source,
        picture,
        body,
    })
}

/// The pictures that a page shows.
struct Pictures(Vec<MediaRef>);

impl Pictures {
    fn of(document: &Document, base: &Base) -> Self {
        let mut pictures = Vec::new();
        for node in elements(document, "img") {
            let places = picture_sources(&node);
            let line = |name| Some(clean_line(&attr(&node, name)?, LEAD_BYTES));
            for at in places.iter().filter_map(|s| base.locate(s)) {
                pictures.push(MediaRef {
                    alt: line("alt"),
                    caption: line("title"),
                    ..MediaRef::new(MediaKind::Picture, at)
                });
            }
        }
        Self(pictures)
    }

    fn at(&self, place: &Location) -> Option<MediaRef> {
        self.0.iter().find(|p| p.at == *place).cloned()
    }
}

/// `meta` elements, as pairs of name and content.
struct Metas(Vec<(String, String)>);

impl Metas {
    fn of(document: &Document) -> Self {
        let mut metas = Vec::new();
        for meta in elements(document, "meta") {
            let name = ["property", "name", "itemprop", "http-equiv"]
                .iter()
                .find_map(|n| attr(&meta, n));
            if let (Some(name), Some(content)) = (name, attr(&meta, "content")) {
                metas.push((name.to_ascii_lowercase(), content));
            }
        }
        Self(metas)
    }

    fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let found = self.0.iter().find(|(n, _)| n == name);
            found.map(|(_, content)| content.as_str())
        })
    }

    /// The page's own word on its address; a file has no other.
    fn address(&self, document: &Document, base: &Base) -> Option<Url> {
        let canonical = elements(document, "link")
            .find(|l| attr(l, "rel").is_some_and(|r| r.eq_ignore_ascii_case("canonical")))
            .and_then(|l| attr(&l, "href"));
        let said = canonical
            .as_deref()
            .or_else(|| self.first(&["og:url", "twitter:url"]))
            .and_then(|u| base.absolute(u));
        match (&base.url, said) {
            // A page that calls its home page canonical is not that.
            (Some(url), Some(said)) if said.path() == "/" && url.path() != "/" => Some(url.clone()),
            (_, Some(said)) => Some(said),
            (url, None) => url.clone(),
        }
    }

    fn base(&self, document: &Document, base: &Base) -> Option<Url> {
        let said = elements(document, "base").find_map(|b| attr(&b, "href"));
        said.and_then(|href| base.absolute(&href))
            .or(base.url.clone())
    }

    fn language(&self, document: &Document) -> Option<String> {
        let html = document.html_root();
        ["lang", "xml:lang"]
            .iter()
            .find_map(|n| attr(&html, n))
            .or_else(|| elements(document, "body").find_map(|b| attr(&b, "lang")))
            .or_else(|| {
                self.first(&[
                    "content-language",
                    "language",
                    "dc.language",
                    "inlanguage",
                    "og:locale",
                ])
                .map(str::to_owned)
            })
    }

    /// The title, without what is not of it.
    fn title(&self, document: &Document, address: Option<&Url>) -> Option<String> {
        let line = |text: &str| clean_line(&plain_text(text), LINE_BYTES);
        let headings = surroundings::headings(document);
        let element = elements(document, "title").map(|t| t.text().to_string());
        let said = self.first(&["og:title", "twitter:title", "dc.title", "title"]);
        let heading = elements(document, "h1").map(|h| h.text().to_string());
        let said = (said.map(str::to_owned).into_iter())
            .chain(element)
            .chain(heading)
            .map(|t| line(&t))
            .find(|t| !t.is_empty())?;
        let names = [
            "og:site_name",
            "application-name",
            "author",
            "article:author",
        ];
        let mut others: Vec<String> = names
            .iter()
            .filter_map(|n| self.first(&[n]))
            .map(line)
            .collect();
        if let Some(host) = address.and_then(Url::host_str) {
            others.push(host.trim_start_matches("www.").to_owned());
            others.extend(host.split('.').filter(|p| p.len() > 3).map(str::to_owned));
        }
        let title = title::clean(&said, &headings, &others);
        Some(if title.is_empty() { said } else { title })
    }

    fn section(&self) -> Option<String> {
        self.first(&[
            "article:section",
            "og:article:section",
            "parsely-section",
            "section",
            "articlesection",
        ])
        .map(|s| clean_line(&plain_text(s), LINE_BYTES))
        .filter(|s| !s.is_empty() && !s.contains("://") && !s.starts_with('/'))
    }

    fn minutes(&self, document: &Document, address: Option<&Url>) -> Option<u64> {
        self.first(&[
            "article:published_time",
            "og:published_time",
            "datepublished",
            "article:published",
            "parsely-pub-date",
        ])
        .and_then(dates::minutes)
        .or_else(|| json_date(document))
        .or_else(|| {
            [
                "date",
                "dc.date.issued",
                "dcterms.created",
                "dc.date",
                "dcterms.date",
                "pubdate",
                "sailthru.date",
                "publish-date",
                "publish_date",
                "published_at",
                "pdate",
                "dc.created",
                "creation_date",
                "citation_publication_date",
                "citation_date",
                "ptime",
                "last-modified",
                "displaydate",
                "article.published",
                "og:updated_time",
                "article:modified_time",
            ]
            .iter()
            .filter_map(|n| self.first(&[n]))
            .find_map(dates::minutes)
        })
        .or_else(|| time_element(document))
        .or_else(|| dates::in_address(address?.path()))
    }
}

/// `"datePublished": "…"` of a JSON-LD script, at any depth; else of any other script.
fn json_date(document: &Document) -> Option<u64> {
    let date = |s: &NodeRef<'_>| dates::minutes(&json_text(&s.text(), "datePublished")?);
    scripts(document, true)
        .find_map(|s| date(&s))
        .or_else(|| scripts(document, false).find_map(|s| date(&s)))
}

/// `"articleSection": "…"` of a JSON-LD script.
fn json_section(document: &Document) -> Option<String> {
    scripts(document, true)
        .find_map(|s| json_text(&s.text(), "articleSection"))
        .map(|s| clean_line(&plain_text(&s), LINE_BYTES))
        .filter(|s| !s.is_empty() && !s.contains(['\\', '/']))
}

/// Scripts that are JSON-LD, or those that are not.
fn scripts(document: &Document, linked_data: bool) -> impl Iterator<Item = NodeRef<'_>> {
    elements(document, "script")
        .filter(move |s| linked_data == attr(s, "type").is_some_and(|t| t.contains("ld+json")))
}

/// The first text, or the first of a list of texts, under a name in JSON.
fn json_text(json: &str, name: &str) -> Option<String> {
    let rest = &json[json.find(&format!("\"{name}\""))? + name.len() + 2..];
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    let rest = rest.strip_prefix('[').unwrap_or(rest).trim_start();
    let value = rest.strip_prefix('"')?;
    Some(value[..value.find('"')?].to_owned())
}

/// What RDFa calls the date of publication, in lower case.
const DATES: &[&str] = &[
    "dc:date",
    "dc:created",
    "dcterms:date",
    "dcterms:created",
    "schema:datepublished",
    "datepublished",
    "article:published_time",
];

/// The first `time` element with a date; those that say `pubdate` or `datePublished` first.
fn time_element(document: &Document) -> Option<u64> {
    let mut any = None;
    for node in document.root().descendants_it().filter(NodeRef::is_element) {
        let published = attr(&node, "itemprop")
            .is_some_and(|p| p.eq_ignore_ascii_case("datePublished"))
            || attr(&node, "property").is_some_and(|p| DATES.contains(&&*p.to_ascii_lowercase()))
            || node.has_attr("pubdate");
        if !published && !node.has_name("time") {
            continue;
        }
        let value = attr(&node, "datetime").or_else(|| attr(&node, "content"));
        let Some(minutes) = value.as_deref().and_then(dates::minutes) else {
            continue;
        };
        if published {
            return Some(minutes);
        }
        any = any.or(Some(minutes));
    }
    any
}

pub(super) fn elements<'a>(
    document: &'a Document,
    name: &'static str,
) -> impl Iterator<Item = NodeRef<'a>> + 'a {
    let root = document.root();
    let found: Vec<_> = root.descendants_it().filter(|n| n.has_name(name)).collect();
    found.into_iter()
}
