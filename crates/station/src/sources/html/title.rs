//! A page's title without the name of its site, and a byline that is a name.

use edition::clean_line;
use edition::limits::LINE_BYTES;

use super::plain_text;

/// What stands between a title and the name of its site.
const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " · ", " :: ", " » ", " • ", "_", "|",
];
/// A heading that is shorter does not say which part of a title is the title, in characters.
const TELLING: usize = 8;
/// A byline longer than this is something else, in characters.
const BYLINE: usize = 120;
/// What stands before names, lower case; the longer ones first.
const BY: &[&str] = &[
    "geschrieben von",
    "written by",
    "posted by",
    "escrito por",
    "escrito por",
    "publié par",
    "rédigé par",
    "scritto da",
    "reported by",
    "story by",
    "text by",
    "text von",
    "autor:",
    "author:",
    "auteur:",
    "autora:",
    "by:",
    "por:",
    "by",
    "von",
    "par",
    "por",
    "di",
    "door",
    "كتبه",
    "كتب:",
    "كتبت:",
    "بقلم:",
    "بقلم",
    "نوشتهٔ",
    "نوشته‌ی",
    "نویسنده:",
    "作者：",
    "作者:",
    "文：",
    "撰文：",
];

/// `title` without what is not of it: where a heading of the page is a part of it, that part;
/// else without the names in `others` (of the site, its author) at its ends.
pub(super) fn clean(title: &str, headings: &[String], others: &[String]) -> String {
    let title = clean_line(title, LINE_BYTES);
    let same = |a: &str, b: &str| letters(a) == letters(b);
    let is_heading =
        |part: &str| part.chars().count() >= TELLING && headings.iter().any(|h| same(h, part));
    if is_heading(&title) {
        return title;
    }
    let parts = parts(&title);
    if let Some(part) = parts.iter().find(|p| is_heading(p)) {
        return (*part).to_owned();
    }
    let is_other = |part: &str| {
        let part = letters(part);
        !part.is_empty()
            && others.iter().map(|o| letters(o)).any(|o| {
                o.len() >= 2 && (o == part || o.starts_with(&part) && part.len() > 3)
                    || part.len() > o.len()
                        && o.len() > 3
                        && part.starts_with(&o)
                        && part.len() < 2 * o.len()
            })
    };
    let mut rest = title.as_str();
    if let Some((head, name)) = rest.strip_suffix(']').and_then(|t| t.rsplit_once(" ["))
        && (is_other(name) || head.contains(name))
    {
        rest = head;
    }
    while let Some((head, tail)) = last_cut(rest) {
        if !is_other(tail) && !is_date(tail) || head.is_empty() {
            break;
        }
        rest = head;
    }
    if let Some((head, tail)) = first_cut(rest)
        && is_other(head)
        && !tail.is_empty()
    {
        rest = tail;
    }
    rest.to_owned()
}

/// What is left when the title is cut at any separator, the longest first.
fn parts(title: &str) -> Vec<&str> {
    let mut out: Vec<&str> = SEPARATORS
        .iter()
        .flat_map(|s| title.match_indices(s).map(|(at, s)| (at, at + s.len())))
        .flat_map(|(end, start)| [title[..end].trim(), title[start..].trim()])
        .collect();
    out.sort_by_key(|p| std::cmp::Reverse(p.len()));
    out
}

fn last_cut(title: &str) -> Option<(&str, &str)> {
    let cuts = SEPARATORS
        .iter()
        .filter_map(|s| Some((title.rfind(s)?, s.len())));
    let (at, len) = cuts.max()?;
    Some((title[..at].trim_end(), title[at + len..].trim()))
}

fn first_cut(title: &str) -> Option<(&str, &str)> {
    let cuts = SEPARATORS
        .iter()
        .filter_map(|s| Some((title.find(s)?, s.len())));
    let (at, len) = cuts.min()?;
    Some((title[..at].trim_end(), title[at + len..].trim()))
}

fn is_date(text: &str) -> bool {
    text.chars().count() <= 20 && crate::sources::written::find(text).is_some()
}

/// Letters and digits alone, lower case, by which titles are compared.
pub(super) fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// A byline without "By" and addresses; nothing where it is no name.
pub(crate) fn byline(text: &str) -> Option<String> {
    let text = clean_line(&plain_text(text), LINE_BYTES);
    let mut name = trimmed(&text);
    while let Some(rest) = BY.iter().find_map(|by| without(name, by)) {
        name = trimmed(rest);
    }
    // "Name, Agency | place", "Name · date", "A. Name, March 25, 2015"
    let end = ["|", " · ", " • ", "@"]
        .iter()
        .filter_map(|s| name.find(s))
        .min();
    name = trimmed(&name[..end.unwrap_or(name.len())]);
    if let Some((head, tail)) = name.split_once(", ")
        && crate::sources::written::find(tail).is_some()
    {
        name = head;
    }
    let is_name = !name.is_empty()
        && name.chars().count() <= BYLINE
        && !name.contains("://")
        && !name.contains("www.")
        && name.chars().any(char::is_alphabetic)
        && crate::sources::written::find(name).is_none();
    is_name.then(|| name.to_owned())
}

fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '|' | ',' | '·' | ';' | ':' | '-'))
}

/// `text` without `word` at its beginning, if it stands there as a word.
fn without<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let mut rest = text.chars();
    for want in word.chars() {
        if rest.next()?.to_lowercase().ne(want.to_lowercase()) {
            return None;
        }
    }
    let rest = rest.as_str();
    // Two elements of a page may have been joined: "Geschrieben vonRuth".
    let joined = word.contains(' ') && rest.starts_with(char::is_uppercase);
    let ends = joined || word.ends_with([':', '：']) || rest.starts_with(char::is_whitespace);
    (ends && !rest.trim().is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_the_name_of_their_site() {
        let headings = ["Sports".to_owned(), "The river rises".to_owned()];
        let others = ["The Halvaren Courier".to_owned(), "halvaren".to_owned()];
        for title in [
            "The river rises",
            "The river rises | Sports | Halvaren",
            "Halvaren - The river rises",
            "The river rises_News_Courier",
        ] {
            assert_eq!(clean(title, &headings, &others), "The river rises");
        }
        for title in [
            "Up - and away | The Halvaren Courier",
            "Up - and away - 07.12.2017 - Halvaren",
            "Halvaren :: Up - and away",
            "Up - and away",
        ] {
            assert_eq!(clean(title, &headings, &others), "Up - and away");
        }
    }

    #[test]
    fn bylines_are_names() {
        for text in [
            "By Ruth",
            "Ruth",
            "Geschrieben von Ruth | Halvaren",
            "Geschrieben vonRuth",
            "by: Ruth",
            "Por Ruth, 25 de marzo de 2015",
        ] {
            assert_eq!(byline(text).as_deref(), Some("Ruth"), "{text}");
        }
        assert_eq!(byline("Byron").as_deref(), Some("Byron"));
        assert_eq!(byline("https://x.example/ruth"), None);
        assert_eq!(byline("March 25, 2015"), None);
    }
}
