//! Blocks whose media are still only named.

use edition::ObjectId;
use edition::block::{Block, Film, Picture, Sound};

use super::title;
use crate::sources::location::Location;
use crate::sources::written;

/// A line that says but author and date is not longer, in characters.
const FRONT: usize = 80;
/// A line that says but a date has no more words.
const FRONT_WORDS: usize = 8;
/// Such lines stand among the first blocks, so many.
const FRONT_BLOCKS: usize = 5;

/// What kind of media is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum MediaKind {
    Picture,
    Sound,
    Film,
    File,
}

/// Media that a document names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MediaRef {
    /// What it should be.
    pub(crate) kind: MediaKind,
    /// Where it is.
    pub(crate) at: Location,
    /// Alternative text. An empty one of the source counts as none.
    pub(crate) alt: Option<String>,
    /// The line under it, or its title.
    pub(crate) caption: Option<String>,
    /// Where its captions (WebVTT, SRT) are.
    pub(crate) captions: Option<Location>,
    /// Where its transcript is.
    pub(crate) transcript: Option<Location>,
    /// A picture to show before a film plays.
    pub(crate) poster: Option<Location>,
}

impl MediaRef {
    /// Media of which nothing but its place is known.
    pub(crate) fn new(kind: MediaKind, at: Location) -> Self {
        Self {
            kind,
            at,
            alt: None,
            caption: None,
            captions: None,
            transcript: None,
            poster: None,
        }
    }
}

/// Blocks whose media are still only named. The objects in `blocks` are places in `media`, and
/// nobody sees them but [`Body::fill`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Body {
    blocks: Vec<Block>,
    media: Vec<MediaRef>,
    /// Whether something was left out because of a limit.
    pub(crate) cut: bool,
}

impl Body {
    /// A body of `blocks`, whose objects were made by [`place`].
    pub(super) fn new(blocks: Vec<Block>, media: Vec<MediaRef>, cut: bool) -> Self {
        Self { blocks, media, cut }
    }

    /// A body of media alone.
    pub(crate) fn of_media(media: Vec<MediaRef>) -> Self {
        let mut body = Self::default();
        media.into_iter().for_each(|m| body.push(m));
        body
    }

    /// Puts media at the end.
    pub(crate) fn push(&mut self, media: MediaRef) {
        self.blocks.push(block(&media, self.media.len()));
        self.media.push(media);
    }

    /// Puts media at the beginning.
    pub(crate) fn push_front(&mut self, media: MediaRef) {
        self.blocks.insert(0, block(&media, self.media.len()));
        self.media.push(media);
    }

    /// The media that it names, in no particular order.
    pub(crate) fn media(&self) -> &[MediaRef] {
        &self.media
    }

    /// The first picture in the order of reading.
    pub(crate) fn first_picture(&self) -> Option<&MediaRef> {
        self.media.iter().find(|m| m.kind == MediaKind::Picture)
    }

    /// The blocks.
    pub(crate) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Leaves out a first heading that only repeats the title.
    pub(crate) fn without_title(mut self, title: &str) -> Self {
        if let Some(Block::Heading { spans, .. }) = self.blocks.first()
            && title::letters(&edition::plain(spans)) == title::letters(title)
        {
            self.blocks.remove(0);
        }
        self
    }

    /// The heading that it begins with.
    pub(crate) fn first_heading(&self) -> Option<String> {
        match self.blocks.first() {
            Some(Block::Heading { spans, .. }) => Some(edition::clean_line(
                &edition::plain(spans),
                edition::limits::LINE_BYTES,
            )),
            _ => None,
        }
    }

    /// Leaves out a last paragraph of which `is_clutter` is true.
    pub(crate) fn without_last(mut self, is_clutter: impl Fn(&str) -> bool) -> Self {
        if let Some(Block::Paragraph(spans)) = self.blocks.last()
            && is_clutter(&edition::plain(spans))
        {
            self.blocks.pop();
        }
        self
    }

    /// Leaves out, of the first few blocks, the lead again and lines that say but author and date.
    pub(crate) fn without_front(mut self, lead: Option<&str>, byline: Option<&str>) -> Self {
        let lead = lead.map(title::letters).filter(|l| !l.is_empty());
        let is_front = |block: &Block| {
            let Block::Paragraph(spans) = block else {
                return false;
            };
            let text = edition::plain(spans);
            let short = text.chars().count() <= FRONT;
            lead.as_ref().is_some_and(|l| *l == title::letters(&text))
                || short && byline.is_some() && title::byline(&text).as_deref() == byline
                || short
                    && text.split_whitespace().count() <= FRONT_WORDS
                    && written::find(&text).is_some()
        };
        let mut index = 0;
        for _ in 0..FRONT_BLOCKS.min(self.blocks.len()) {
            if self.blocks.len() > 1 && is_front(&self.blocks[index]) {
                self.blocks.remove(index);
            } else {
                index += 1;
            }
        }
        self
    }

    /// Leaves out headings at the end, under which nothing is left.
    pub(crate) fn without_last_headings(mut self) -> Self {
        while let Some(Block::Heading { .. }) = self.blocks.last() {
            self.blocks.pop();
        }
        self
    }

    /// The characters of its text.
    pub(crate) fn chars(&self) -> usize {
        self.text().chars().count()
    }

    /// Its text, a line for each block.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        collect_text(&self.blocks, &mut out);
        out
    }

    /// The blocks with their media, which `media` gives; blocks without theirs are left out.
    pub(crate) fn fill(&self, mut media: impl FnMut(&MediaRef) -> Option<Block>) -> Vec<Block> {
        fill(&self.blocks, &mut |id| {
            self.media.get(index(id)).and_then(&mut media)
        })
    }
}

/// The block that stands for the media at `index`.
pub(super) fn block(media: &MediaRef, index: usize) -> Block {
    let object = ObjectId((index as u64).to_be_bytes());
    match media.kind {
        MediaKind::Picture => Block::Picture(Picture {
            object,
            ..Picture::default()
        }),
        MediaKind::Sound => Block::Sound(Sound {
            object,
            ..Sound::default()
        }),
        MediaKind::Film => Block::Film(Film {
            object,
            ..Film::default()
        }),
        MediaKind::File => Block::File {
            object,
            name: String::new(),
            description: None,
        },
    }
}

fn index(id: ObjectId) -> usize {
    u64::from_be_bytes(id.0) as usize
}

fn fill(blocks: &[Block], media: &mut dyn FnMut(ObjectId) -> Option<Block>) -> Vec<Block> {
    let mut out = Vec::with_capacity(blocks.len());
    for block in blocks {
        let filled = match block {
            Block::Picture(p) => media(p.object),
            Block::Sound(s) => media(s.object),
            Block::Film(f) => media(f.object),
            Block::File { object, .. } => media(*object),
            Block::List { ordered, items } => {
                let items: Vec<_> = items
                    .iter()
                    .map(|item| fill(item, media))
                    .filter(|item| !item.is_empty())
                    .collect();
                (!items.is_empty()).then_some(Block::List {
                    ordered: *ordered,
                    items,
                })
            }
            Block::Quote {
                attribution,
                blocks,
            } => {
                let blocks = fill(blocks, media);
                (!blocks.is_empty()).then_some(Block::Quote {
                    attribution: attribution.clone(),
                    blocks,
                })
            }
            other => Some(other.clone()),
        };
        out.extend(filled);
    }
    out
}

fn collect_text(blocks: &[Block], out: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(spans) | Block::Heading { spans, .. } => {
                out.push_str(&edition::plain(spans));
            }
            Block::Preformatted(text) => out.push_str(text),
            Block::Table { rows, .. } => {
                for cell in rows.iter().flatten() {
                    out.push_str(&edition::plain(cell));
                    out.push('\n');
                }
            }
            Block::List { items, .. } => {
                items.iter().for_each(|item| collect_text(item, out));
                continue;
            }
            Block::Quote { blocks, .. } => {
                collect_text(blocks, out);
                continue;
            }
            _ => continue,
        }
        out.push('\n');
    }
}
