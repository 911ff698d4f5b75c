//! The corpus as texts: what a newsroom would put into bundles. Every second item, page or
//! paragraph is held out from all tuning.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "each test and example uses its part"
)]
#![allow(clippy::disallowed_methods, reason = "tests read files")]
#![allow(clippy::print_stderr, reason = "what is skipped is said loudly")]

use std::path::PathBuf;

/// A text to compress, or to look for in a dictionary.
pub struct Sample {
    pub name: String,
    pub language: &'static str,
    pub text: String,
}

/// Where the corpus is, if it is here.
pub fn folder() -> Option<PathBuf> {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let path = std::env::var_os("SKYWAVE_CORPUS")
        .map_or_else(|| root.join("../shared/corpus"), PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!(
        "SKIPPED: no corpus at {} (set SKYWAVE_CORPUS)",
        path.display()
    );
    None
}

fn read(path: &str) -> Option<String> {
    Some(String::from_utf8_lossy(&std::fs::read(folder()?.join(path)).ok()?).into_owned())
}

/// What stands between the first `open` and the next `close`, and the rest.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<(&'a str, &'a str)> {
    let inner = &text[text.find(open)? + open.len()..];
    let end = inner.find(close)?;
    Some((&inner[..end], &inner[end + close.len()..]))
}

fn entities(text: &str) -> String {
    const NAMED: [(&str, &str); 14] = [
        ("lt", "<"),
        ("gt", ">"),
        ("quot", "\""),
        ("apos", "'"),
        ("nbsp", "\u{a0}"),
        ("amp", "&"),
        ("ldquo", "“"),
        ("rdquo", "”"),
        ("lsquo", "‘"),
        ("rsquo", "’"),
        ("ndash", "–"),
        ("mdash", "—"),
        ("hellip", "…"),
        ("shy", "\u{ad}"),
    ];
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let end = rest.find(';').filter(|&end| end < 9);
        let meaning = end.and_then(|end| {
            let name = &rest[..end];
            let number = name
                .strip_prefix('#')
                .and_then(|n| match n.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => n.parse().ok(),
                });
            let named = NAMED
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, t)| (*t).to_owned());
            named.or(number.and_then(char::from_u32).map(String::from))
        });
        match (meaning, end) {
            (Some(meaning), Some(end)) => {
                out.push_str(&meaning);
                rest = &rest[end + 1..];
            }
            _ => out.push('&'),
        }
    }
    out + rest
}

fn untagged(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = rest[at..].find('>').map_or("", |end| &rest[at + end + 1..]);
    }
    out.push_str(rest);
    let words: Vec<String> = entities(&out)
        .split_ascii_whitespace()
        .map(str::to_owned)
        .collect();
    words.join(" ")
}

/// Headings and paragraphs of a page, of at least this many bytes.
pub fn paragraphs(html: &str, at_least: usize) -> Vec<String> {
    let mut html = html.to_owned();
    for tag in ["script", "style", "noscript"] {
        while let Some(from) = html.find(&format!("<{tag}")) {
            let Some(length) = html[from..].find(&format!("</{tag}>")) else {
                break;
            };
            html.replace_range(from..from + length + tag.len() + 3, " ");
        }
    }
    let mut found = Vec::new();
    let mut rest = &html[..];
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let tag = ["p", "h1", "h2", "h3"].into_iter().find(|t| {
            rest.strip_prefix(t)
                .is_some_and(|r| r.starts_with(['>', ' ', '\n']))
        });
        if let Some(tag) = tag
            && let Some((inner, after)) = between(rest, ">", &format!("</{tag}>"))
        {
            let text = untagged(inner);
            if text.len() >= at_least {
                found.push(text);
            }
            rest = after;
        }
    }
    found
}

/// The Persian items: title and description.
pub fn persian_items() -> Vec<String> {
    let Some(feed) = read("feeds/persian-news.xml") else {
        return Vec::new();
    };
    let mut items = Vec::new();
    let mut rest = &feed[..];
    while let Some((item, after)) = between(rest, "<item>", "</item>") {
        let part = |tag: &str| {
            let found = between(item, &format!("<{tag}>"), &format!("</{tag}>"));
            found.map_or(String::new(), |(text, _)| entities(text))
        };
        items.push(format!("{}\n{}\n\n", part("title"), part("description")));
        rest = after;
    }
    items
}

const ENGLISH: [&str; 12] = [
    "aclu",
    "bbc-1",
    "bbc.com.52241221",
    "cnn",
    "engadget",
    "guardian-1",
    "lwn-1",
    "mozilla-1",
    "nytimes-3",
    "quanta-1",
    "wapo-1",
    "wikipedia-3",
];

/// The first paragraphs of each English page, about 4 kB a page.
pub fn english_pages() -> Vec<String> {
    let pages = ENGLISH
        .iter()
        .filter_map(|name| read(&format!("pages/{name}.html")));
    let cut = |page: String| {
        let mut text = String::new();
        for paragraph in paragraphs(&page, 80) {
            if text.len() < 4000 {
                text.push_str(&paragraph);
                text.push('\n');
            }
        }
        text + "\n"
    };
    pages.map(cut).collect()
}

/// The paragraphs of the Arabic page.
pub fn arabic_paragraphs() -> Vec<String> {
    let page = read("pages/assabah.com.tn.article.html").unwrap_or_default();
    paragraphs(&page, 80)
        .into_iter()
        .map(|p| p + "\n")
        .collect()
}

/// Every second one, from the first (tuning) or the second (held out).
fn half(all: &[String], which: usize) -> Vec<String> {
    all.iter().skip(which).step_by(2).cloned().collect()
}

/// The texts to measure with: the reference, then the tune half and the held-out half.
pub fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut add = |name: String, language, text: String| {
        if !text.is_empty() {
            samples.push(Sample {
                name,
                language,
                text,
            });
        }
    };
    let items = persian_items();
    add(
        "fa 40".into(),
        "fa",
        items.iter().take(40).map(String::as_str).collect(),
    );
    add("ar all".into(), "ar", arabic_paragraphs().concat());
    add("en all".into(), "en", english_pages().concat());
    for (which, half_name) in ["tune", "held"].into_iter().enumerate() {
        for (n, bundle) in half(&items, which)
            .chunks(40)
            .filter(|b| b.len() == 40)
            .enumerate()
        {
            add(format!("fa {half_name} {}", n + 1), "fa", bundle.concat());
        }
        add(
            format!("ar {half_name}"),
            "ar",
            half(&arabic_paragraphs(), which).concat(),
        );
        add(
            format!("en {half_name}"),
            "en",
            half(&english_pages(), which).concat(),
        );
    }
    samples
}

/// The text of all feeds and pages, whatever its tags.
pub fn everything() -> Vec<String> {
    let Some(root) = folder() else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    for part in ["feeds", "pages"] {
        let entries = std::fs::read_dir(root.join(part))
            .into_iter()
            .flatten()
            .flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let bytes = std::fs::read(path).unwrap_or_default();
            texts.push(untagged(&String::from_utf8_lossy(&bytes)));
            // Feeds hold pages within.
            texts.push(untagged(&entities(&String::from_utf8_lossy(&bytes))));
        }
    }
    texts
}
