//! What stands on a page beside its article, and can be told by its name or its words:
//! advertisements, newsletters, links to other articles, buttons to share. It is taken out before
//! the article is looked for, so that it neither draws the search away nor stays inside.

use std::collections::HashMap;

use dom_query::{Document, NodeId, NodeRef};

use super::attributes::attr;

/// Words of a class or id that say what an element is, where the whole name is this word.
const NAMES: &[&str] = &[
    "ad",
    "ads",
    "advert",
    "advertisement",
    "advertising",
    "adslot",
    "adsbygoogle",
    "sponsored",
    "breadcrumb",
    "breadcrumbs",
    "newsletter",
    "comments",
    "respond",
    "disqus_thread",
    "cookie",
    "cookies",
    "share",
    "sharing",
    "sharedaddy",
    "social",
    "related",
    "relatedposts",
    "recommended",
    "trending",
    "tools",
    "pagination",
    "skip",
    "skip-link",
    "offscreen",
    "off-screen",
    "sr-only",
    "visually-hidden",
    "visuallyhidden",
    "screen-reader-text",
    "noprint",
    "mw-editsection",
    "mw-jump-link",
    "navbox",
];
/// Beginnings of such names.
const BEGINNINGS: &[&str] = &[
    "ad-",
    "ads-",
    "advert-",
    "advertisement-",
    "newsletter",
    "cookie-",
    "consent-",
    "share-",
    "sharing-",
    "sharebar",
    "social-",
    "addthis",
    "related-",
    "relatedposts",
    "read-more-",
    "read-also",
    "readalso",
    "also-read",
    "most-read",
    "mostread",
    "most-popular",
    "outbrain",
    "taboola",
    "comments-",
    "comment-list",
    "tags-",
    "tag-list",
    "breadcrumb-",
    "google-ad",
    "dfp-",
    "recommended-",
    "onward",
    "subscribe-",
    "print-",
    "jp-related",
];
/// Ends of such names.
const ENDS: &[&str] = &[
    "-ad",
    "-ads",
    "-advert",
    "-advertisement",
    "-newsletter",
    "-share",
    "-sharing",
    "-social",
    "-related",
    "-relatedposts",
    "-recommended",
    "-breadcrumb",
    "-breadcrumbs",
    "-tags",
];
/// An element whose whole text is one of these labels an advertisement.
const LABELS: &[&str] = &[
    "ad",
    "advertisement",
    "advertising",
    "sponsored",
    "anzeige",
    "werbung",
    "publicité",
    "publicidad",
    "publicidade",
    "pubblicità",
    "advertentie",
    "reklama",
    "reklam",
    "реклама",
    "إعلان",
    "اعلان",
    "إعلانات",
    "تبلیغات",
    "آگهی",
    "广告",
    "広告",
    "image",
    "image copyright",
    "image caption",
    "media playback is unsupported on your device",
];
/// With these begins a line that leads to another article, if little else than links follows.
const LEADING_AWAY: &[&str] = &[
    "read also",
    "also read",
    "read more",
    "see also",
    "related",
    "more on this",
    "lesen sie auch",
    "mehr zum thema",
    "mehr lesen",
    "lire aussi",
    "à lire aussi",
    "lea también",
    "lea además",
    "leia também",
    "leia mais",
    "leggi anche",
    "čtěte také",
    "přečtěte si také",
    "lees ook",
    "читайте также",
    "ayrıca okuyun",
    "اقرأ أيضًا",
    "اقرأ أيضا",
    "اقرأ أيضاً",
    "اقرأ المزيد",
    "بیشتر بخوانید",
    "همچنین بخوانید",
    "همچنین ببینید",
    "延伸阅读",
    "関連記事",
];
/// More of the page than this is not clutter whatever it is called, in percent of its text.
const MOST: usize = 35;
/// A line that leads away is not longer, in characters.
const LINE: usize = 300;

/// Takes out of a page what is plainly beside its article.
pub(super) fn remove(document: &Document) {
    let root = document.root();
    let nodes: Vec<NodeRef<'_>> = root.descendants_it().collect();
    let lengths = lengths(&nodes);
    let length = |node: &NodeRef<'_>| lengths.get(&node.id).copied().unwrap_or_default();
    let total = length(&root).max(1);
    let mut out = Vec::new();
    for node in nodes.iter().filter(|n| n.is_element()) {
        let text = length(node);
        let named = is_named(node) && text * 100 <= total * MOST;
        if named || text <= LINE * 4 && (is_label(node, text) || leads_away(node, text)) {
            out.push(node);
        }
    }
    for node in out {
        // A picture's frame with such a name stays where its picture is the article's.
        if !holds(node, "h1") {
            node.remove_from_parent();
        }
    }
}

/// The bytes of text below each node.
fn lengths(nodes: &[NodeRef<'_>]) -> HashMap<NodeId, usize> {
    let mut out: HashMap<NodeId, usize> = HashMap::with_capacity(nodes.len());
    for node in nodes.iter().rev() {
        let own = match node.is_text() {
            true => node.text().trim().len(),
            false => out.get(&node.id).copied().unwrap_or_default(),
        };
        let silent = node.has_name("script") || node.has_name("style");
        if let Some(parent) = node.parent().filter(|_| own > 0 && !silent) {
            *out.entry(parent.id).or_default() += own;
        }
    }
    out
}

fn is_named(node: &NodeRef<'_>) -> bool {
    const NEVER: &[&str] = &[
        "html", "head", "body", "main", "article", "h1", "p", "img", "meta", "link", "script",
        "time", "title", "figure", "picture",
    ];
    if NEVER.iter().any(|n| node.has_name(n)) {
        return false;
    }
    let role = attr(node, "role").unwrap_or_default();
    if matches!(&*role, "dialog" | "alertdialog" | "navigation" | "search")
        || attr(node, "rel").is_some_and(|r| r.contains("sponsored"))
    {
        return true;
    }
    let names = [attr(node, "class"), attr(node, "id")];
    names.iter().flatten().any(|names| {
        names.split_whitespace().any(|name| {
            let name = name
                .to_ascii_lowercase()
                .replace("__", "-")
                .replace('_', "-");
            NAMES.contains(&&*name)
                || BEGINNINGS.iter().any(|b| name.starts_with(b))
                || ENDS.iter().any(|e| name.ends_with(e))
        })
    })
}

fn is_label(node: &NodeRef<'_>, length: usize) -> bool {
    if length == 0 || length > 60 || node.has_name("a") || node.has_name("h1") {
        return false;
    }
    let text = node.text();
    let text = text.trim().trim_end_matches(':').to_lowercase();
    LABELS.contains(&&*text) && !holds(node, "img")
}

fn leads_away(node: &NodeRef<'_>, length: usize) -> bool {
    if length == 0
        || !["p", "div", "aside", "strong", "li"]
            .iter()
            .any(|n| node.has_name(n))
    {
        return false;
    }
    let text = node.text();
    let text = text.trim().to_lowercase();
    let Some(rest) = LEADING_AWAY.iter().find_map(|l| text.strip_prefix(l)) else {
        return false;
    };
    let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    let said = rest.chars().count();
    let links = node.descendants_it().filter(|n| n.has_name("a"));
    let linked: usize = links.map(|a| a.text().trim().chars().count()).sum();
    said <= LINE && linked > 0 && linked * 10 >= said * 8
}

fn holds(node: &NodeRef<'_>, name: &str) -> bool {
    node.descendants_it().any(|n| n.has_name(name))
}

#[cfg(test)]
mod tests {
    use super::super::bounded;
    use super::*;

    fn cleaned(html: &str) -> String {
        let document = bounded::parse(html);
        remove(&document);
        document
            .text()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn clutter_goes_and_text_stays() {
        let text = "word ".repeat(60);
        let html = format!(
            "<article class='ad-free'><h2 class=sharing>t</h2><p>{text}</p><div class='ad mid'>BUY</div><div><small>Advertisement</small></div><p>Read also: <a href=x>that</a></p><p>Read more books, <a href=x>she</a> says, and do it every day.</p><div id=comments>first!</div></article>"
        );
        let left = cleaned(&html);
        assert_eq!(
            left,
            format!("{}Read more books, she says, and do it every day.", text)
        );
    }

    #[test]
    fn a_name_does_not_take_the_whole_page() {
        let text = "word ".repeat(60);
        assert_eq!(
            cleaned(&format!("<div class=newsletter><p>{text}</p></div>")),
            text.trim()
        );
    }
}
