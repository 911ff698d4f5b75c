//! Elements to blocks: the closed set of what an article can express.

use std::rc::Rc;

use dom_query::NodeRef;
use edition::block::Block;
use edition::limits::{BLOCKS, ITEMS, LEAD_BYTES, NESTING, TEXT_BYTES, URL_BYTES};
use edition::{Span, clean_line, clean_prose};

use super::attributes::{attr, best_of_set, hidden, is_icon, picture_sources};
use super::body::{self, Body, MediaKind, MediaRef};
use super::inline::{Inline, Style};
use super::{bounded, table};
use crate::sources::location::Base;

/// Most bytes of text in one article; a bundle has 4 MiB for all of its articles.
const ARTICLE_BYTES: usize = 1024 * 1024;
/// Deeper elements than these are not looked into. Parsing stops at less.
const DEPTH: usize = 1_500;
/// Most pictures, sounds and films of one article.
const MEDIA: usize = 200;

/// Never shown, or not to be expressed.
const DROPPED: &[&str] = &[
    "script", "style", "template", "head", "title", "meta", "link", "base", "iframe", "object",
    "embed", "applet", "canvas", "svg", "math", "input", "select", "button", "textarea",
    "datalist", "option", "progress", "meter", "dialog", "nav", "noscript", "frameset", "frame",
    "map", "area", "param", "source", "track", "colgroup", "menu",
];
/// Begin and end a paragraph.
const PARAGRAPHS: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "aside",
    "address",
    "form",
    "fieldset",
    "legend",
    "details",
    "summary",
    "center",
    "hgroup",
    "figcaption",
    "hr",
    "tr",
    "td",
    "th",
    "thead",
    "tbody",
    "tfoot",
    "caption",
    "dd",
    "body",
    "html",
    "li",
    "search",
    "label",
];

/// The blocks of a piece of HTML.
pub(crate) fn body_of_fragment(html: &str, base: &Base) -> Body {
    let document = bounded::parse(html);
    body_of_node(&document.root(), base)
}

/// The blocks of a node and all below it.
pub(super) fn body_of_node(node: &NodeRef<'_>, base: &Base) -> Body {
    let mut converter = Converter {
        base,
        media: Vec::new(),
        blocks_left: BLOCKS,
        bytes_left: ARTICLE_BYTES,
        cut: false,
    };
    let mut flow = Flow::default();
    converter.children(node, &mut flow, &Style::default(), At::default());
    converter.end_paragraph(&mut flow);
    Body::new(flow.blocks, converter.media, converter.cut)
}

/// The paragraphs of plain text: an empty line, or else any line feed, ends one.
pub(crate) fn body_of_text(text: &str) -> Body {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let empty_lines = text.lines().any(|line| line.trim().is_empty());
    let separator = if empty_lines { "\n\n" } else { "\n" };
    let mut blocks = Vec::new();
    let mut left = ARTICLE_BYTES;
    let mut cut = false;
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    for paragraph in lines.join("\n").split(separator) {
        let mut inline = Inline::default();
        inline.text(paragraph, &Style::default());
        let Some(spans) = inline.take() else { continue };
        let bytes: usize = spans.iter().map(|s| s.text().len()).sum();
        if blocks.len() == BLOCKS || bytes > left {
            cut = true;
            break;
        }
        left -= bytes;
        blocks.push(Block::Paragraph(spans));
    }
    Body::new(blocks, Vec::new(), cut)
}

/// The text of a piece of HTML that should be one line: a title, a name.
pub(crate) fn plain_text(html: &str) -> String {
    if !html.contains(['<', '&']) {
        return clean_line(html, LEAD_BYTES);
    }
    clean_line(&body_of_fragment(html, &Base::default()).text(), LEAD_BYTES)
}

/// Where the converter stands.
#[derive(Debug, Clone, Copy, Default)]
struct At {
    /// How many lists and quotes are open.
    nesting: usize,
    /// How many elements are open.
    depth: usize,
}

impl At {
    fn deeper(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }

    fn nested(self) -> Self {
        Self {
            nesting: self.nesting + 1,
            depth: self.depth + 1,
        }
    }
}

/// Blocks so far, and the paragraph that is being written.
#[derive(Default)]
struct Flow {
    blocks: Vec<Block>,
    inline: Inline,
}

struct Converter<'b> {
    base: &'b Base,
    media: Vec<MediaRef>,
    blocks_left: usize,
    bytes_left: usize,
    cut: bool,
}

impl Converter<'_> {
    fn children(&mut self, node: &NodeRef<'_>, flow: &mut Flow, style: &Style, at: At) {
        if at.depth > DEPTH {
            self.cut = true;
            return;
        }
        for child in node.children_it(false) {
            if child.is_text() {
                if flow.inline.paragraph_ends() && !child.text().trim().is_empty() {
                    self.end_paragraph(flow);
                }
                flow.inline.text(&child.text(), style);
            } else if child.is_element() && !hidden(&child) {
                self.element(&child, flow, style, at.deeper());
            }
        }
    }

    fn element(&mut self, node: &NodeRef<'_>, flow: &mut Flow, style: &Style, at: At) {
        let name = node.node_name().unwrap_or_default();
        match &*name {
            name if DROPPED.contains(&name) => {}
            "br" => flow.inline.line_break(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(&name, node, flow, at),
            "ul" | "ol" => self.list(&name == "ol", node, flow, style, at),
            "dl" => self.paragraph(node, flow, style, at),
            "dt" => {
                let strong = Style {
                    strong: true,
                    ..style.clone()
                };
                self.paragraph(node, flow, &strong, at);
            }
            "blockquote" => self.quote(node, flow, style, at),
            "pre" | "listing" | "xmp" => self.preformatted(node, flow),
            "table" => self.table(node, flow, style, at),
            "figure" => self.figure(node, flow, style, at),
            "img" | "amp-img" | "image" => self.picture(node, flow, style),
            "video" | "amp-video" => self.player(MediaKind::Film, node, flow),
            "audio" | "amp-audio" => self.player(MediaKind::Sound, node, flow),
            name if PARAGRAPHS.contains(&name) => self.paragraph(node, flow, style, at),
            _ => {
                let style = self.restyled(&name, node, style);
                if &*name == "q" {
                    flow.inline.text("“", &style);
                }
                self.children(node, flow, &style, at);
                if &*name == "q" {
                    flow.inline.text("”", &style);
                }
            }
        }
    }

    fn restyled(&self, name: &str, node: &NodeRef<'_>, style: &Style) -> Style {
        let mut style = style.clone();
        match name {
            "b" | "strong" => style.strong = true,
            "i" | "em" | "cite" | "dfn" => style.emphasis = true,
            "a" => {
                let target = attr(node, "href").filter(|href| !href.starts_with('#'));
                if let Some(url) = target.and_then(|href| self.base.absolute(&href))
                    && url.as_str().len() <= URL_BYTES
                {
                    style.link = Some(Rc::from(url.as_str()));
                }
            }
            _ => {}
        }
        style
    }

    fn paragraph(&mut self, node: &NodeRef<'_>, flow: &mut Flow, style: &Style, at: At) {
        self.end_paragraph(flow);
        self.children(node, flow, style, at);
        self.end_paragraph(flow);
    }

    fn heading(&mut self, name: &str, node: &NodeRef<'_>, flow: &mut Flow, at: At) {
        self.end_paragraph(flow);
        let mut inner = Flow::default();
        self.children(node, &mut inner, &Style::default(), at);
        let level = match name {
            "h1" | "h2" => 2,
            "h3" => 3,
            _ => 4,
        };
        let spans = inner.inline.take();
        for block in inner.blocks {
            match block {
                Block::Paragraph(spans) => flow.blocks.push(Block::Heading { level, spans }),
                other => flow.blocks.push(other),
            }
        }
        if let Some(spans) = spans {
            self.push(flow, Block::Heading { level, spans });
        }
    }

    fn list(&mut self, ordered: bool, node: &NodeRef<'_>, flow: &mut Flow, style: &Style, at: At) {
        if at.nesting + 1 >= NESTING {
            return self.paragraph(node, flow, style, at);
        }
        self.end_paragraph(flow);
        if !self.claim(0) {
            return;
        }
        let mut items: Vec<Vec<Block>> = Vec::new();
        for child in node.children_it(false) {
            if items.len() >= ITEMS {
                self.cut = true;
                break;
            }
            if !child.is_element() || hidden(&child) {
                continue;
            }
            let mut inner = Flow::default();
            if child.has_name("li") {
                self.children(&child, &mut inner, style, at.nested());
            } else {
                self.element(&child, &mut inner, style, at.nested());
            }
            self.end_paragraph(&mut inner);
            match items.last_mut() {
                // A list directly inside a list belongs to the item before it.
                Some(last) if !child.has_name("li") => last.extend(inner.blocks),
                _ if inner.blocks.is_empty() => {}
                _ => items.push(inner.blocks),
            }
        }
        if items.is_empty() {
            self.blocks_left += 1;
        } else {
            flow.blocks.push(Block::List { ordered, items });
        }
    }

    fn quote(&mut self, node: &NodeRef<'_>, flow: &mut Flow, style: &Style, at: At) {
        if at.nesting + 1 >= NESTING {
            return self.paragraph(node, flow, style, at);
        }
        self.end_paragraph(flow);
        if !self.claim(0) {
            return;
        }
        let mut inner = Flow::default();
        let last = node.element_children().pop();
        let credit = last.filter(|n| n.has_name("cite") || n.has_name("footer"));
        for child in node.children_it(false) {
            if credit.as_ref().is_some_and(|c| c.id == child.id) {
                continue;
            }
            if child.is_text() {
                inner.inline.text(&child.text(), style);
            } else if child.is_element() && !hidden(&child) {
                self.element(&child, &mut inner, style, at.nested());
            }
        }
        self.end_paragraph(&mut inner);
        if inner.blocks.is_empty() {
            self.blocks_left += 1;
            return;
        }
        let attribution = credit
            .map(|c| clean_line(&c.text(), LEAD_BYTES))
            .map(|c| c.trim_start_matches(['—', '–', '-', ' ']).to_owned())
            .filter(|c| !c.is_empty());
        flow.blocks.push(Block::Quote {
            attribution,
            blocks: inner.blocks,
        });
    }

    fn preformatted(&mut self, node: &NodeRef<'_>, flow: &mut Flow) {
        self.end_paragraph(flow);
        let text = node.text().replace("\r\n", "\n").replace('\t', "    ");
        let text = clean_prose(text.trim_matches('\n'), TEXT_BYTES);
        if !text.trim().is_empty() {
            self.push(flow, Block::Preformatted(text));
        }
    }

    fn table(&mut self, node: &NodeRef<'_>, flow: &mut Flow, style: &Style, at: At) {
        let Some(grid) = table::grid(node) else {
            return self.paragraph(node, flow, style, at);
        };
        self.end_paragraph(flow);
        if let Some(caption) = node
            .element_children()
            .iter()
            .find(|c| c.has_name("caption"))
        {
            self.paragraph(caption, flow, style, at);
        }
        let mut cells = 0;
        let mut rows = Vec::new();
        for row in grid.rows {
            let row: Vec<_> = row
                .iter()
                .map(|cell| (table::columns(cell), self.cell(cell, flow, at)))
                .collect();
            let row = table::row(row);
            cells += row.len();
            if cells > ITEMS {
                self.cut = true;
                break;
            }
            rows.push(row);
        }
        let head_rows = grid.head_rows.min(rows.len()) as u64;
        self.push(flow, Block::Table { head_rows, rows });
    }

    /// The runs of a cell; its pictures stand before the table.
    fn cell(&mut self, cell: &NodeRef<'_>, outside: &mut Flow, at: At) -> Vec<Span> {
        let mut inner = Flow::default();
        self.children(cell, &mut inner, &Style::default(), at.deeper());
        self.end_paragraph(&mut inner);
        let mut spans: Vec<Span> = Vec::new();
        for block in inner.blocks {
            match block {
                Block::Paragraph(more) => {
                    self.blocks_left += 1;
                    if !spans.is_empty() {
                        spans.push(Span::Text("\n".to_owned()));
                    }
                    spans.extend(more);
                }
                other => outside.blocks.push(other),
            }
        }
        spans.truncate(ITEMS);
        spans
    }

    fn figure(&mut self, node: &NodeRef<'_>, flow: &mut Flow, style: &Style, at: At) {
        self.end_paragraph(flow);
        let before = self.media.len();
        let caption = node
            .descendants_it()
            .find(|n| n.has_name("figcaption"))
            .map(|n| self.caption(&n, at))
            .filter(|c| !c.is_empty());
        let mut inner = Flow::default();
        self.children(node, &mut inner, style, at);
        self.end_paragraph(&mut inner);
        match self.media.get_mut(before) {
            Some(media) => {
                let had = inner.blocks.iter().position(|b| {
                    matches!(b, Block::Paragraph(spans)
                        if caption.as_deref() == Some(edition::plain(spans).trim()))
                });
                if let Some(index) = had {
                    inner.blocks.remove(index);
                    self.blocks_left += 1;
                }
                media.caption = caption.or(media.caption.take());
                flow.blocks.extend(inner.blocks);
            }
            // A picture that cannot be had leaves no orphaned caption; a figure of text stays.
            None if node.descendants_it().any(|n| n.has_name("img")) => {
                self.blocks_left += inner.blocks.len();
            }
            None => flow.blocks.extend(inner.blocks),
        }
    }

    fn caption(&mut self, node: &NodeRef<'_>, at: At) -> String {
        let mut inner = Flow::default();
        let media = self.media.len();
        let (blocks, bytes) = (self.blocks_left, self.bytes_left);
        self.children(node, &mut inner, &Style::default(), at.deeper());
        self.end_paragraph(&mut inner);
        self.media.truncate(media);
        (self.blocks_left, self.bytes_left) = (blocks, bytes);
        let text: Vec<String> = inner
            .blocks
            .iter()
            .filter_map(|b| match b {
                Block::Paragraph(spans) | Block::Heading { spans, .. } => {
                    Some(edition::plain(spans))
                }
                _ => None,
            })
            .collect();
        clean_line(&text.join(" "), LEAD_BYTES)
    }

    fn picture(&mut self, node: &NodeRef<'_>, flow: &mut Flow, style: &Style) {
        let alt = attr(node, "alt").map(|a| clean_line(&a, LEAD_BYTES));
        if is_icon(node) {
            // Emoji that were made into pictures are characters again.
            if let Some(alt) = alt.filter(|a| a.chars().count() <= 4 && !a.is_ascii()) {
                flow.inline.text(&alt, style);
            }
            return;
        }
        let mut sources = picture_sources(node);
        if let Some(parent) = node.parent().filter(|p| p.has_name("picture")) {
            let sets = parent
                .element_children()
                .into_iter()
                .filter(|c| c.has_name("source"));
            sources.extend(sets.filter_map(|s| best_of_set(&attr(&s, "srcset")?)));
        }
        let places: Vec<_> = sources.iter().filter_map(|s| self.base.locate(s)).collect();
        let beside = places
            .iter()
            .find(|p| matches!(p, crate::sources::location::Location::File(_)));
        let Some(at) = beside.or(places.first()).cloned() else {
            return;
        };
        let caption = attr(node, "title")
            .map(|t| clean_line(&t, LEAD_BYTES))
            .filter(|t| Some(t) != alt.as_ref());
        self.media(
            flow,
            MediaRef {
                alt: alt.filter(|a| !a.is_empty()),
                caption,
                ..MediaRef::new(MediaKind::Picture, at)
            },
        );
    }

    fn player(&mut self, kind: MediaKind, node: &NodeRef<'_>, flow: &mut Flow) {
        let below = |name: &'static str| node.descendants_it().filter(move |n| n.has_name(name));
        let mut sources: Vec<String> = attr(node, "src").into_iter().collect();
        sources.extend(below("source").filter_map(|s| attr(&s, "src")));
        let Some(at) = sources.iter().find_map(|s| self.base.locate(s)) else {
            return;
        };
        let track = below("track").find(|t| {
            let kind = attr(t, "kind").unwrap_or_else(|| "subtitles".to_owned());
            matches!(kind.as_str(), "captions" | "subtitles")
        });
        let say = |names: &[&str]| {
            let text = names.iter().find_map(|n| attr(node, n))?;
            Some(clean_line(&text, LEAD_BYTES))
        };
        let media = MediaRef {
            alt: say(&["aria-label"]),
            caption: say(&["title"]),
            captions: track
                .and_then(|t| attr(&t, "src"))
                .and_then(|s| self.base.locate(&s)),
            poster: attr(node, "poster").and_then(|s| self.base.locate(&s)),
            ..MediaRef::new(kind, at)
        };
        self.media(flow, media);
    }

    fn media(&mut self, flow: &mut Flow, media: MediaRef) {
        self.end_paragraph(flow);
        // A page often has the same picture twice: once lazily, once for those without scripts.
        if self.media.iter().any(|m| m.at == media.at) {
            return;
        }
        if self.media.len() >= MEDIA {
            self.cut = true;
            return;
        }
        let block = body::block(&media, self.media.len());
        if self.claim(0) {
            self.media.push(media);
            flow.blocks.push(block);
        }
    }

    fn end_paragraph(&mut self, flow: &mut Flow) {
        if let Some(spans) = flow.inline.take() {
            self.push(flow, Block::Paragraph(spans));
        }
    }

    fn push(&mut self, flow: &mut Flow, block: Block) {
        let bytes = match &block {
            Block::Paragraph(spans) | Block::Heading { spans, .. } => weight(spans),
            Block::Table { rows, .. } => rows.iter().flatten().map(|cell| weight(cell)).sum(),
            Block::Preformatted(text) => text.len(),
            _ => 0,
        };
        if self.claim(bytes) {
            flow.blocks.push(block);
        }
    }

    /// Takes room for one block of so many bytes, if there is any.
    fn claim(&mut self, bytes: usize) -> bool {
        let room = self.blocks_left > 0 && bytes <= self.bytes_left;
        if room {
            self.blocks_left -= 1;
            self.bytes_left -= bytes;
        }
        self.cut |= !room;
        room
    }
}

fn weight(spans: &[Span]) -> usize {
    spans
        .iter()
        .map(|s| match s {
            Span::Link { text, url } => text.len() + url.len(),
            other => other.text().len(),
        })
        .sum()
}
