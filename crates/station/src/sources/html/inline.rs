//! Runs of text of one paragraph.

use std::rc::Rc;

use edition::Span;
use edition::limits::{ITEMS, TEXT_BYTES};

/// How a run of text is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Style {
    pub(super) strong: bool,
    pub(super) emphasis: bool,
    pub(super) link: Option<Rc<str>>,
}

/// The runs of one paragraph, as they come.
#[derive(Debug, Default)]
pub(super) struct Inline {
    runs: Vec<(Style, String)>,
    /// White space has come that counts only if text follows.
    space: bool,
    /// Line breaks have come that count only if text follows.
    breaks: usize,
}

impl Inline {
    /// Text, in which any white space is one space. Control characters are white space.
    pub(super) fn text(&mut self, text: &str, style: &Style) {
        let mut word = String::new();
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') || c.is_control() {
                self.word(&word, style);
                word.clear();
                self.space = true;
            } else if c != '\u{feff}' && c != '\u{ad}' {
                word.push(c);
            }
        }
        self.word(&word, style);
    }

    /// A line break.
    pub(super) fn line_break(&mut self) {
        self.breaks += 1;
    }

    /// Whether two line breaks have come, which pages use for a new paragraph.
    pub(super) fn paragraph_ends(&self) -> bool {
        self.breaks >= 2
    }

    /// The runs, if they say anything; then it is empty again.
    pub(super) fn take(&mut self) -> Option<Vec<Span>> {
        let runs = std::mem::take(self).runs;
        let mut spans: Vec<Span> = runs
            .into_iter()
            .map(|(style, text)| span(style, text))
            .collect();
        spans.truncate(ITEMS);
        let says = spans.iter().any(|s| s.text().chars().any(|c| !is_blank(c)));
        says.then_some(spans)
    }

    fn word(&mut self, word: &str, style: &Style) {
        if word.is_empty() {
            return;
        }
        let start = self.runs.is_empty();
        let gap = match (start, self.breaks, self.space) {
            (true, ..) | (_, 0, false) => "",
            (_, 0, true) => " ",
            _ => "\n",
        };
        self.breaks = 0;
        self.space = false;
        match self.runs.last_mut() {
            Some((last, text)) if last == style && text.len() + word.len() < TEXT_BYTES => {
                text.push_str(gap);
                text.push_str(word);
            }
            // The space between two runs belongs to the plainer one, or else to the first.
            Some((last, text)) if *style != Style::default() || *last == Style::default() => {
                text.push_str(gap);
                self.runs.push((style.clone(), word.to_owned()));
            }
            _ => self.runs.push((style.clone(), gap.to_owned() + word)),
        }
    }
}

/// White space, and what is as invisible.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn span(style: Style, text: String) -> Span {
    let text = edition_text(text);
    match style {
        Style {
            link: Some(url), ..
        } => Span::Link {
            text,
            url: url.to_string(),
        },
        Style { strong: true, .. } => Span::Strong(text),
        Style { emphasis: true, .. } => Span::Emphasis(text),
        Style { .. } => Span::Text(text),
    }
}

/// A run is at most `TEXT_BYTES`; one word may be longer.
fn edition_text(mut text: String) -> String {
    if text.len() > TEXT_BYTES {
        let end = (0..=TEXT_BYTES).rev().find(|i| text.is_char_boundary(*i));
        text.truncate(end.unwrap_or(0));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_one_space_and_nothing_at_the_ends() {
        let strong = Style {
            strong: true,
            ..Style::default()
        };
        let mut inline = Inline::default();
        inline.text("  a\n b ", &Style::default());
        inline.text(" c ", &strong);
        inline.text(", d ", &Style::default());
        let spans = inline.take().unwrap();
        assert_eq!(
            spans,
            [
                Span::Text("a b ".into()),
                Span::Strong("c".into()),
                Span::Text(" , d".into())
            ]
        );
    }

    #[test]
    fn blank_is_nothing() {
        let mut inline = Inline::default();
        inline.text(" \u{200b}\u{a0} ", &Style::default());
        assert_eq!(inline.take(), None);
    }
}
