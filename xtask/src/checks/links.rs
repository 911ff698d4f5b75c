//! Relative links in Markdown lead somewhere.

use std::path::Path;

use super::verdict;
use crate::paths;
use crate::run::Result;

pub(crate) fn check() -> Result<String> {
    let mut complaints = Vec::new();
    let mut checked = 0;
    for file in paths::files("md")? {
        // Sample articles are input, not documents.
        if file.starts_with(paths::workspace().join("samples/articles")) {
            continue;
        }
        let text = std::fs::read_to_string(&file)?;
        for link in relative_links(&prose(&text)) {
            checked += 1;
            if let Some(why) = broken(&file, &text, &link) {
                complaints.push(format!("{}: ({link}) {why}", paths::short(&file)));
            }
        }
    }
    verdict(complaints, format!("{checked} links"))
}

/// Why a link leads nowhere.
fn broken(file: &Path, text: &str, link: &str) -> Option<String> {
    let (path, anchor) = link
        .split_once('#')
        .map_or((link, None), |(path, at)| (path, Some(at)));
    let target = file.parent().unwrap_or(Path::new("")).join(path);
    if !path.is_empty() && !target.exists() {
        return Some("does not exist".to_owned());
    }
    let anchor = anchor?;
    let there = match path {
        "" => text.to_owned(),
        _ => std::fs::read_to_string(target).unwrap_or_default(),
    };
    (!anchors(&there).any(|found| found == anchor)).then(|| "has no such heading".to_owned())
}

/// The text without code and comments.
fn prose(text: &str) -> String {
    let mut in_fence = false;
    let mut lines = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_fence = !in_fence;
        } else if !in_fence {
            // Every other piece between backticks is code.
            line.split('`')
                .step_by(2)
                .for_each(|piece| lines.push_str(piece));
            lines.push('\n');
        }
    }
    let mut pieces = lines.split("<!--");
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |prose, piece| {
        prose + piece.split_once("-->").map_or("", |(_, rest)| rest)
    })
}

fn relative_links(prose: &str) -> Vec<String> {
    let destinations = prose.split("](").skip(1).filter_map(|rest| {
        let end = rest.find([')', ' ', '\n'])?;
        Some(rest[..end].trim_matches(['<', '>']).to_owned())
    });
    destinations
        .filter(|link| !link.contains(':') && !link.is_empty())
        .collect()
}

/// Headings, as GitHub and most others name them.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            let heading = line.trim_start_matches('#').trim().to_lowercase();
            let kept = heading
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_links_in_prose_only() {
        let text =
            "[a](b.md#c) `[x](y)` <!-- ![p](q.png) --> [w](https://w.example)\n```\n[n](o)\n```\n";
        assert_eq!(relative_links(&prose(text)), ["b.md#c"]);
    }

    #[test]
    fn names_headings() {
        let found: Vec<String> = anchors("# One, `two`: 3\ntext\n## Four-five").collect();
        assert_eq!(found, ["one-two-3", "four-five"]);
    }
}
