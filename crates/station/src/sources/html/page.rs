//! The article on a web page, found among menus, advertisements and comments.

use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Metadata, Readability};
use edition::limits::{LEAD_BYTES, LINE_BYTES};
use edition::{clean_line, clean_prose};
use url::Url;

use super::attributes::attr;
use super::blocks::body_of_fragment;
use super::body::Body;
use super::{bounded, plain_text};
use crate::sources::dates;
use crate::sources::location::{Base, Location};
use crate::sources::problem::Trouble;

/// A text shorter than this is tried again as a page with little text, in characters.
const SHORT: usize = 140;
/// A byline longer than this is something else, in characters.
const BYLINE: usize = 120;

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
    let minutes = metas.minutes(&document, source.as_ref().or(base.url.as_ref()));
    let language = metas.language(&document);
    let section = metas.section();
    let config = Config {
        max_elements_to_parse: bounded::NODES,
        ..Config::default()
    };
    let mut readability =
        Readability::with_document(document, None, Some(config)).map_err(|_| Trouble::NoArticle)?;
    let json = readability.parse_json_ld();
    let said = readability.get_article_metadata(json);
    let article = readability.parse().map_err(|_| Trouble::NoArticle)?;
    let title = title(&said, &article.title).ok_or(Trouble::NoArticle)?;
    let body = body_of_fragment(&article.content, &base).without_title(&title);
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
    Ok(Page {
        title,
        lead,
        byline: said.byline.or(article.byline).as_deref().and_then(byline),
        section,
        minutes,
        language: language.or(said.lang),
        source,
        picture: said.image.or(article.image).and_then(|i| base.locate(&i)),
        body,
    })
}

fn title(said: &Metadata, found: &str) -> Option<String> {
    [said.title.as_str(), found]
        .into_iter()
        .map(|t| clean_line(&plain_text(t), LINE_BYTES))
        .find(|t| !t.is_empty())
}

/// A byline without "By" and addresses; nothing where it is no name.
pub(crate) fn byline(text: &str) -> Option<String> {
    let text = clean_line(&plain_text(text), LINE_BYTES);
    let lower = text.to_ascii_lowercase();
    let name = if lower.starts_with("by ") {
        &text[3..]
    } else {
        &text
    };
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '|' | ',' | '·' | ';'));
    let is_name = !name.is_empty()
        && name.chars().count() <= BYLINE
        && !name.contains("://")
        && name.chars().any(char::is_alphabetic);
    is_name.then(|| name.to_owned())
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

    fn section(&self) -> Option<String> {
        self.first(&[
            "article:section",
            "og:article:section",
            "parsely-section",
            "section",
            "articlesection",
        ])
        .map(|s| clean_line(&plain_text(s), LINE_BYTES))
        .filter(|s| !s.is_empty() && !s.contains("://"))
    }

    fn minutes(&self, document: &Document, address: Option<&Url>) -> Option<u64> {
        self.first(&[
            "article:published_time",
            "og:published_time",
            "datepublished",
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

/// `"datePublished": "…"` of a JSON-LD script, at any depth.
fn json_date(document: &Document) -> Option<u64> {
    elements(document, "script")
        .filter(|s| attr(s, "type").is_some_and(|t| t.contains("ld+json")))
        .find_map(|script| {
            let text = script.text();
            let rest = &text[text.find("\"datePublished\"")? + 15..];
            let value = rest
                .trim_start()
                .strip_prefix(':')?
                .trim_start()
                .strip_prefix('"')?;
            dates::minutes(&value[..value.find('"')?])
        })
}

/// The first `time` element with a date; those that say `pubdate` or `datePublished` first.
fn time_element(document: &Document) -> Option<u64> {
    let mut any = None;
    for node in document.root().descendants_it().filter(NodeRef::is_element) {
        let published = attr(&node, "itemprop")
            .is_some_and(|p| p.eq_ignore_ascii_case("datePublished"))
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

fn elements<'a>(
    document: &'a Document,
    name: &'static str,
) -> impl Iterator<Item = NodeRef<'a>> + 'a {
    let root = document.root();
    let found: Vec<_> = root.descendants_it().filter(|n| n.has_name(name)).collect();
    found.into_iter()
}
