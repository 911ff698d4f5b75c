//! The blocks that an article is made of: the closed set of `docs/format.md`.
//!
//! On the wire a block is an array whose first item is its kind. A kind that this version does
//! not know carries plain text as its second item, which is shown in its place.

use crate::cbor::{Reader, Writer, within};
use crate::error::Error;
use crate::hash::ObjectId;
use crate::limits::{
    BLOCKS, CBOR_DEPTH, EXTRA_BYTES, ITEMS, LEAD_BYTES, NESTING, PIXELS, TEXT_BYTES,
};
use crate::span::{self, Span};
use crate::strings::{line, optional_prose, prose};

/// One block of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A heading of level 2 to 4 (1 is the title).
    Heading {
        /// 2, 3 or 4.
        level: u8,
        /// Its text.
        spans: Vec<Span>,
    },
    /// A list; each item is a sequence of blocks.
    List {
        /// Numbered or not.
        ordered: bool,
        /// The items.
        items: Vec<Vec<Block>>,
    },
    /// A quotation.
    Quote {
        /// Whose words these are.
        attribution: Option<String>,
        /// The words.
        blocks: Vec<Block>,
    },
    /// A table; the first `head_rows` rows are its head.
    Table {
        /// How many rows are the head.
        head_rows: u64,
        /// Rows of cells of text.
        rows: Vec<Vec<Vec<Span>>>,
    },
    /// Text whose line feeds and spaces count.
    Preformatted(String),
    /// A picture.
    Picture(Picture),
    /// A sound.
    Sound(Sound),
    /// A film.
    Film(Film),
    /// A file to save.
    File {
        /// The object.
        object: ObjectId,
        /// A name to save it under: one line, no path.
        name: String,
        /// What it is.
        description: Option<String>,
    },
    /// A block of a newer minor version: its plain text is shown.
    Unknown {
        /// Its kind, 32 or more.
        kind: u64,
        /// What is shown.
        text: String,
        /// The encoded items after the text, kept as they came.
        rest: Vec<Vec<u8>>,
    },
}

/// A picture in an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    /// The object.
    pub object: ObjectId,
    /// What it shows, for those who do not see it; absent where the newsroom gave none.
    pub alt: Option<String>,
    /// The line under it.
    pub caption: Option<String>,
    /// Width, in pixels.
    pub width: u64,
    /// Height, in pixels.
    pub height: u64,
}

/// A sound in an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sound {
    /// The object.
    pub object: ObjectId,
    /// What it is.
    pub title: Option<String>,
    /// What is said in it.
    pub transcript: Option<String>,
    /// What is said in it, with times: WebVTT.
    pub captions: Option<String>,
    /// Duration, in seconds; 0 where it is not known.
    pub seconds: u64,
}

/// A film in an article.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Film {
    /// The object.
    pub object: ObjectId,
    /// What it shows, for those who do not see it.
    pub alt: Option<String>,
    /// What is said in it.
    pub transcript: Option<String>,
    /// What is said in it, with times: WebVTT.
    pub captions: Option<String>,
    /// Duration, in seconds; 0 where it is not known.
    pub seconds: u64,
    /// Width, in pixels; 0 where it is not known.
    pub width: u64,
    /// Height, in pixels; 0 where it is not known.
    pub height: u64,
    /// A picture to show before it plays.
    pub poster: Option<ObjectId>,
}

const PARAGRAPH: u64 = 0;
const HEADING: u64 = 1;
const LIST: u64 = 2;
const QUOTE: u64 = 3;
const TABLE: u64 = 4;
const PREFORMATTED: u64 = 5;
const PICTURE: u64 = 6;
const SOUND: u64 = 7;
const FILM: u64 = 8;
const FILE: u64 = 9;
/// First kind that a newer minor version may define.
pub const FIRST_UNKNOWN_KIND: u64 = 32;

/// Calls `f` with every object that the blocks name.
pub fn for_each_object(blocks: &[Block], f: &mut impl FnMut(ObjectId)) {
    for block in blocks {
        match block {
            Block::List { items, .. } => items.iter().for_each(|item| for_each_object(item, f)),
            Block::Quote { blocks, .. } => for_each_object(blocks, f),
            Block::Picture(picture) => f(picture.object),
            Block::Sound(sound) => f(sound.object),
            Block::Film(film) => {
                f(film.object);
                film.poster.into_iter().for_each(&mut *f);
            }
            Block::File { object, .. } => f(*object),
            Block::Paragraph(_)
            | Block::Heading { .. }
            | Block::Table { .. }
            | Block::Preformatted(_)
            | Block::Unknown { .. } => {}
        }
    }
}

/// How many blocks, runs, items, rows and cells there are.
pub(crate) fn parts(blocks: &[Block]) -> usize {
    let of = |block: &Block| match block {
        Block::Paragraph(spans) | Block::Heading { spans, .. } => spans.len(),
        Block::List { items, .. } => items.iter().map(|item| 1 + parts(item)).sum(),
        Block::Quote { blocks, .. } => parts(blocks),
        Block::Table { rows, .. } => rows
            .iter()
            .map(|row| 1 + row.iter().map(|cell| 1 + cell.len()).sum::<usize>())
            .sum(),
        Block::Unknown { rest, .. } => rest.len(),
        Block::Preformatted(_)
        | Block::Picture(_)
        | Block::Sound(_)
        | Block::Film(_)
        | Block::File { .. } => 0,
    };
    blocks.iter().map(|block| 1 + of(block)).sum()
}

pub(crate) fn write_all(blocks: &[Block], w: &mut Writer) {
    w.array(blocks.len());
    for block in blocks {
        write(block, w);
    }
}

pub(crate) fn read_all(r: &mut Reader<'_>) -> Result<Vec<Block>, Error> {
    let mut left = BLOCKS;
    read_nested(r, NESTING, &mut left)
}

fn write(block: &Block, w: &mut Writer) {
    match block {
        Block::Paragraph(spans) => {
            w.array(1 + spans.len());
            w.uint(PARAGRAPH);
            span::write_items(spans, w);
        }
        Block::Heading { level, spans } => {
            w.array(2 + spans.len());
            w.uint(HEADING);
            w.uint(u64::from(*level));
            span::write_items(spans, w);
        }
        Block::List { ordered, items } => {
            w.array(2 + items.len());
            w.uint(LIST);
            w.bool(*ordered);
            for item in items {
                write_all(item, w);
            }
        }
        Block::Quote {
            attribution,
            blocks,
        } => {
            w.array(3);
            w.uint(QUOTE);
            w.optional_text(attribution.as_deref());
            write_all(blocks, w);
        }
        Block::Table { head_rows, rows } => {
            w.array(2 + rows.len());
            w.uint(TABLE);
            w.uint(*head_rows);
            for row in rows {
                w.array(row.len());
                for cell in row {
                    w.array(cell.len());
                    span::write_items(cell, w);
                }
            }
        }
        Block::Preformatted(text) => {
            w.array(2);
            w.uint(PREFORMATTED);
            w.text(text);
        }
        Block::Picture(p) => {
            w.array(6);
            w.uint(PICTURE);
            w.bytes(&p.object.0);
            w.optional_text(p.alt.as_deref());
            w.optional_text(p.caption.as_deref());
            w.uint(p.width);
            w.uint(p.height);
        }
        Block::Sound(s) => {
            w.array(6);
            w.uint(SOUND);
            w.bytes(&s.object.0);
            w.optional_text(s.title.as_deref());
            w.optional_text(s.transcript.as_deref());
            w.optional_text(s.captions.as_deref());
            w.uint(s.seconds);
        }
        Block::Film(f) => {
            w.array(8 + usize::from(f.poster.is_some()));
            w.uint(FILM);
            w.bytes(&f.object.0);
            w.optional_text(f.alt.as_deref());
            w.optional_text(f.transcript.as_deref());
            w.optional_text(f.captions.as_deref());
            w.uint(f.seconds);
            w.uint(f.width);
            w.uint(f.height);
            if let Some(poster) = f.poster {
                w.bytes(&poster.0);
            }
        }
        Block::File {
            object,
            name,
            description,
        } => {
            w.array(4);
            w.uint(FILE);
            w.bytes(&object.0);
            w.text(name);
            w.optional_text(description.as_deref());
        }
        Block::Unknown { kind, text, rest } => {
            w.array(2 + rest.len());
            w.uint(*kind);
            w.text(text);
            for item in rest {
                w.raw(item);
            }
        }
    }
}

fn read_nested(r: &mut Reader<'_>, depth: usize, left: &mut usize) -> Result<Vec<Block>, Error> {
    let len = r.array("blocks", BLOCKS)?;
    within("nesting of blocks", u64::from(depth == 0), 0)?;
    (0..len).map(|_| read(r, depth, left)).collect()
}

fn read(r: &mut Reader<'_>, depth: usize, left: &mut usize) -> Result<Block, Error> {
    *left = left.checked_sub(1).ok_or(Error::Limit {
        what: "blocks of an article",
        got: BLOCKS as u64 + 1,
        max: BLOCKS as u64,
    })?;
    let len = r.array("items of a block", ITEMS + 2)?;
    let kind = r.uint()?;
    let items = len.saturating_sub(1);
    let exactly = |r: &Reader<'_>, n: usize| match items {
        items if items == n => Ok(()),
        _ => Err(r.invalid("a block has the wrong number of items")),
    };
    match kind {
        PARAGRAPH => Ok(Block::Paragraph(span::read_items(r, items)?)),
        HEADING if items >= 1 => {
            let level = r.uint()?;
            if !(2..=4).contains(&level) {
                return Err(r.invalid("a heading is of level 2 to 4"));
            }
            Ok(Block::Heading {
                level: level as u8,
                spans: span::read_items(r, items - 1)?,
            })
        }
        LIST if items >= 1 => Ok(Block::List {
            ordered: r.bool()?,
            items: (1..items)
                .map(|_| read_nested(r, depth - 1, left))
                .collect::<Result<_, _>>()?,
        }),
        QUOTE => {
            exactly(r, 2)?;
            Ok(Block::Quote {
                attribution: optional_prose(r, "attribution", LEAD_BYTES)?,
                blocks: read_nested(r, depth - 1, left)?,
            })
        }
        TABLE if items >= 1 => {
            let head_rows = r.uint_to("head rows of a table", (items - 1) as u64)?;
            let mut cells = 0;
            let rows = (1..items)
                .map(|_| {
                    let row = r.array("cells of a row", ITEMS)?;
                    cells += row;
                    within("cells of a table", cells as u64, ITEMS as u64)?;
                    (0..row)
                        .map(|_| {
                            let spans = r.array("runs of a cell", ITEMS)?;
                            span::read_items(r, spans)
                        })
                        .collect()
                })
                .collect::<Result<_, _>>()?;
            Ok(Block::Table { head_rows, rows })
        }
        PREFORMATTED => {
            exactly(r, 1)?;
            prose(r, "preformatted text", TEXT_BYTES).map(Block::Preformatted)
        }
        PICTURE => {
            exactly(r, 5)?;
            let picture = Picture {
                object: ObjectId(r.array_of()?),
                alt: optional_prose(r, "alternative text", LEAD_BYTES)?,
                caption: optional_prose(r, "caption", LEAD_BYTES)?,
                width: r.uint()?,
                height: r.uint()?,
            };
            check_pixels(picture.width, picture.height)?;
            Ok(Block::Picture(picture))
        }
        SOUND => {
            exactly(r, 5)?;
            Ok(Block::Sound(Sound {
                object: ObjectId(r.array_of()?),
                title: optional_prose(r, "title of a sound", LEAD_BYTES)?,
                transcript: optional_prose(r, "transcript", TEXT_BYTES)?,
                captions: optional_prose(r, "captions", TEXT_BYTES)?,
                seconds: r.uint()?,
            }))
        }
        FILM => {
            let with_poster = items == 8;
            exactly(r, 7 + usize::from(with_poster))?;
            let film = Film {
                object: ObjectId(r.array_of()?),
                alt: optional_prose(r, "alternative text", LEAD_BYTES)?,
                transcript: optional_prose(r, "transcript", TEXT_BYTES)?,
                captions: optional_prose(r, "captions", TEXT_BYTES)?,
                seconds: r.uint()?,
                width: r.uint()?,
                height: r.uint()?,
                poster: with_poster
                    .then(|| r.array_of().map(ObjectId))
                    .transpose()?,
            };
            check_pixels(film.width, film.height)?;
            Ok(Block::Film(film))
        }
        FILE => {
            exactly(r, 3)?;
            let object = ObjectId(r.array_of()?);
            let name = line(r, "file name")?;
            if name.is_empty() || name.contains(['/', '\\']) || name.starts_with('.') {
                return Err(r.invalid("a file name is one name, not a path"));
            }
            Ok(Block::File {
                object,
                name,
                description: optional_prose(r, "description", LEAD_BYTES)?,
            })
        }
        kind if kind >= FIRST_UNKNOWN_KIND && items >= 1 => read_unknown(r, kind, items - 1),
        _ => Err(r.invalid("no such block")),
    }
}

fn read_unknown(r: &mut Reader<'_>, kind: u64, items: usize) -> Result<Block, Error> {
    let text = prose(r, "text of an unknown block", TEXT_BYTES)?;
    let mut bytes = 0;
    let rest = (0..items)
        .map(|_| {
            let item = r.skip(CBOR_DEPTH)?;
            bytes += item.len();
            within(
                "bytes of an unknown block",
                bytes as u64,
                EXTRA_BYTES as u64,
            )?;
            Ok(item.to_vec())
        })
        .collect::<Result<_, Error>>()?;
    Ok(Block::Unknown { kind, text, rest })
}

fn check_pixels(width: u64, height: u64) -> Result<(), Error> {
    within("pixels", width.saturating_mul(height), PIXELS)
}
