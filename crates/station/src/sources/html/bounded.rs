//! HTML parsing in bounded time and depth.
//!
//! The tree construction of HTML 13.2.6 is quadratic in the depth of nesting, and the active
//! formatting elements can make one tag into hundreds. So tags beyond a depth, and everything
//! beyond a number of nodes, are dropped between tokenizer and tree builder.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use dom_query::{Document, NodeId};
use html5ever::LocalName;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};

/// Most elements that are open at once; browsers stop at 512.
const DEPTH: usize = 200;
/// Most nodes of a document; the largest page of the corpus has 12,000.
pub(super) const NODES: usize = 120_000;

/// Elements that end by themselves, or that others of their kind end.
const SELF_CLOSING: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "p", "li", "dd", "dt", "tr", "td", "th", "thead", "tbody", "tfoot", "option",
    "optgroup", "colgroup", "rp", "rt", "html", "head", "body",
];

/// The document that `html` is.
pub(super) fn parse(html: &str) -> Document {
    let options = TreeBuilderOpts {
        scripting_enabled: false,
        ..TreeBuilderOpts::default()
    };
    let limiter = Limiter {
        builder: TreeBuilder::new(Document::default(), options),
        open: RefCell::default(),
        dropped: RefCell::default(),
        depth: Cell::new(0),
    };
    let tokenizer = Tokenizer::new(limiter, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    // `feed` stops after each script, so that it might run.
    while !queue.is_empty() {
        let _ = tokenizer.feed(&queue);
    }
    tokenizer.end();
    tokenizer.sink.builder.sink.finish()
}

struct Limiter {
    builder: TreeBuilder<NodeId, Document>,
    /// How many of each element are open.
    open: RefCell<HashMap<LocalName, usize>>,
    /// How many of each element were dropped, whose end tags are still to come.
    dropped: RefCell<HashMap<LocalName, usize>>,
    depth: Cell<usize>,
}

impl Limiter {
    fn admits(&self, tag: &Tag) -> bool {
        if tag.self_closing || SELF_CLOSING.contains(&&*tag.name) {
            return true;
        }
        match tag.kind {
            TagKind::StartTag => {
                let admitted = self.depth.get() < DEPTH;
                let counts = if admitted { &self.open } else { &self.dropped };
                *counts.borrow_mut().entry(tag.name.clone()).or_default() += 1;
                self.depth.set(self.depth.get() + usize::from(admitted));
                admitted
            }
            TagKind::EndTag => {
                if take_one(&mut self.dropped.borrow_mut(), &tag.name) {
                    return false;
                }
                if take_one(&mut self.open.borrow_mut(), &tag.name) {
                    self.depth.set(self.depth.get() - 1);
                }
                true
            }
        }
    }
}

fn take_one(counts: &mut HashMap<LocalName, usize>, name: &LocalName) -> bool {
    match counts.get_mut(name) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

impl TokenSink for Limiter {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        let full = self.builder.sink.tree.len() > NODES;
        let passes = match &token {
            Token::TagToken(tag) => self.admits(tag) && !full,
            Token::CommentToken(_) | Token::ParseError(_) => false,
            Token::CharacterTokens(_) | Token::NullCharacterToken => !full,
            Token::DoctypeToken(_) | Token::EOFToken => true,
        };
        if passes {
            self.builder.process_token(token, line)
        } else {
            TokenSinkResult::Continue
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_html_is_parsed_as_always() {
        let html = "<!DOCTYPE html><html lang=fa><head><title>t</title><script>if (a<b) {}</script></head><body><p>a<p>b<b>c</b><table><tr><td>d</table></body></html>";
        assert_eq!(parse(html).html(), Document::from(html).html());
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = "<div>".repeat(100_000) + "x" + &"</div>".repeat(100_000) + "<p>after";
        let document = parse(&deep);
        assert!(document.tree.len() < 1_000);
        assert!(document.text().ends_with("after"));
        let many = (0..3_000)
            .map(|i| format!("<font color={i}></div>"))
            .collect::<String>()
            + &"<p>x".repeat(100_000);
        assert!(parse(&many).tree.len() < 2 * NODES);
    }
}
