//! Markdown with front matter, the way a newsroom without a website writes.

use edition::limits::{LEAD_BYTES, LINE_BYTES};
use edition::{clean_line, clean_prose};
use pulldown_cmark::{Options, Parser, html as to_html};

use super::dates;
use super::html::{self, Body};
use super::location::{Base, Location};
use super::problem::Trouble;

/// What a Markdown file says.
#[derive(Debug)]
pub(crate) struct Markdown {
    pub(crate) title: Option<String>,
    pub(crate) lead: Option<String>,
    pub(crate) byline: Option<String>,
    pub(crate) section: Option<String>,
    pub(crate) minutes: Option<u64>,
    pub(crate) language: Option<String>,
    /// A lasting identity of the newsroom's own (`id`), which survives renaming the file.
    pub(crate) key: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) picture: Option<Location>,
    /// Alternative text of that picture.
    pub(crate) picture_alt: Option<String>,
    pub(crate) body: Body,
}

/// The article that `text` is. Front matter stands between two lines `---`, in lines
/// `name: value`; the names are title, lead (or description, summary), byline (or author),
/// section (or category), date, language (or lang), id, source, picture (or image), alt.
pub(crate) fn read_markdown(text: &str, base: &Base) -> Result<Markdown, Trouble> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let (front, rest) = front_matter(&text)?;
    let value = |names: &[&str]| {
        let found = names
            .iter()
            .find_map(|n| front.iter().find(|(name, _)| name == n));
        found.map(|(_, v)| v.as_str()).filter(|v| !v.is_empty())
    };
    let line = |names: &[&str]| value(names).map(|v| clean_line(v, LINE_BYTES));
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut html = String::new();
    to_html::push_html(&mut html, Parser::new_ext(rest, options));
    let body = html::body_of_fragment(&html, base);
    let title = line(&["title"]).or_else(|| body.first_heading());
    let body = match &title {
        Some(title) => body.without_title(title),
        None => body,
    };
    Ok(Markdown {
        title,
        lead: value(&["lead", "description", "summary", "excerpt"])
            .map(|v| clean_prose(v, LEAD_BYTES)),
        byline: line(&["byline", "author", "authors"]),
        section: line(&["section", "category", "categories", "rubric"]),
        minutes: value(&["date", "published"]).and_then(dates::minutes),
        language: line(&["language", "lang"]),
        key: line(&["id", "guid"]),
        source: value(&["source", "url", "link"])
            .and_then(|v| base.absolute(v))
            .map(String::from),
        picture: value(&["picture", "image"]).and_then(|v| base.locate(v)),
        picture_alt: value(&["alt", "picture_alt", "image_alt"]).map(|v| clean_line(v, LEAD_BYTES)),
        body,
    })
}

type Front = Vec<(String, String)>;

/// The front matter, and what follows it.
fn front_matter(text: &str) -> Result<(Front, &str), Trouble> {
    let Some(after) = text.strip_prefix("---\n") else {
        return Ok((Vec::new(), text));
    };
    let mut front: Front = Vec::new();
    let mut at = 0;
    for (index, line) in after.split_inclusive('\n').enumerate() {
        at += line.len();
        let line = line.trim_end();
        if line == "---" || line == "..." {
            return Ok((front, &after[at..]));
        }
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            continue;
        }
        // A list item or a further line belongs to the name before it.
        if let (true, Some((_, value))) = (line.starts_with([' ', '\t', '-']), front.last_mut()) {
            let more = unquoted(trimmed.trim_start_matches("- "));
            if !value.is_empty() {
                value.push(if trimmed.starts_with("- ") { ',' } else { ' ' });
            }
            value.push_str(&more);
            continue;
        }
        let Some((name, value)) = line.split_once(':') else {
            return Err(Trouble::FrontMatter { line: index + 2 });
        };
        let value = value.trim();
        let value = if matches!(value, "|" | ">" | ">-" | "|-") {
            ""
        } else {
            value
        };
        front.push((name.trim().to_ascii_lowercase(), unquoted(value)));
    }
    // A line of `---` that no other closes is a rule, and the text has no front matter.
    Ok((Vec::new(), text))
}

fn unquoted(value: &str) -> String {
    let quoted = |q: char| value.strip_prefix(q).and_then(|v| v.strip_suffix(q));
    if let Some(inner) = quoted('"') {
        return inner.replace("\\\"", "\"").replace("\\\\", "\\");
    }
    match quoted('\'') {
        Some(inner) => inner.replace("''", "'"),
        None => value
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use edition::Block;

    #[test]
    fn front_matter_and_body() {
        let text = "---\ntitle: \"A: \\\"b\\\"\"\nlang: fa\ntags:\n  - x\n  - y\nlead: >\n  two\n  lines\n---\n\n# Other\n\na **b** [c](https://x.example/)\n\n* d\n  * e\n\n<script>x</script>\n";
        let got = read_markdown(text, &Base::default()).unwrap();
        assert_eq!(got.title.as_deref(), Some("A: \"b\""));
        assert_eq!(got.language.as_deref(), Some("fa"));
        assert_eq!(got.lead.as_deref(), Some("two lines"));
        assert_eq!(got.body.text(), "Other\na b c\nd\ne\n");
        assert!(matches!(
            got.body.blocks()[2],
            Block::List { ordered: false, .. }
        ));
    }

    #[test]
    fn a_title_may_be_the_first_heading() {
        let got = read_markdown("# T\n\nx\n", &Base::default()).unwrap();
        assert_eq!(
            (got.title.as_deref(), got.body.text().as_str()),
            (Some("T"), "x\n")
        );
    }

    #[test]
    fn a_broken_line_is_named() {
        let got = read_markdown("---\ntitle: x\nnonsense\n---\n", &Base::default());
        assert_eq!(got.err(), Some(Trouble::FrontMatter { line: 3 }));
    }
}
