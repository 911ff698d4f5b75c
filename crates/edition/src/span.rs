//! Runs of text inside a paragraph, a heading or a cell.

use crate::cbor::{Reader, Writer, within};
use crate::error::Error;
use crate::limits::{ITEMS, TEXT_BYTES};
use crate::strings::{address, prose};

/// A run of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Plain text.
    Text(String),
    /// Emphasis.
    Emphasis(String),
    /// Strong importance.
    Strong(String),
    /// Text that named an address, shown as text that the reader may copy.
    Link {
        /// What is read.
        text: String,
        /// The address.
        url: String,
    },
}

const EMPHASIS: u64 = 1;
const STRONG: u64 = 2;
const LINK: u64 = 3;

impl Span {
    /// What is read.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Emphasis(text) | Self::Strong(text) => text,
            Self::Link { text, .. } => text,
        }
    }
}

/// The text of the runs, joined.
pub fn plain(spans: &[Span]) -> String {
    spans.iter().map(Span::text).collect()
}

pub(crate) fn write_items(spans: &[Span], w: &mut Writer) {
    for span in spans {
        match span {
            Span::Text(text) => w.text(text),
            Span::Emphasis(text) => write_styled(w, EMPHASIS, text),
            Span::Strong(text) => write_styled(w, STRONG, text),
            Span::Link { text, url } => {
                w.array(3);
                w.uint(LINK);
                w.text(text);
                w.text(url);
            }
        }
    }
}

pub(crate) fn read_items(r: &mut Reader<'_>, len: usize) -> Result<Vec<Span>, Error> {
    within("runs of a paragraph", len as u64, ITEMS as u64)?;
    (0..len).map(|_| read(r)).collect()
}

fn write_styled(w: &mut Writer, style: u64, text: &str) {
    w.array(2);
    w.uint(style);
    w.text(text);
}

fn read(r: &mut Reader<'_>) -> Result<Span, Error> {
    if r.at_text() {
        return prose(r, "run of text", TEXT_BYTES).map(Span::Text);
    }
    let len = r.array("items of a run", 3)?;
    let style = r.uint()?;
    let text = prose(r, "run of text", TEXT_BYTES)?;
    match (style, len) {
        (EMPHASIS, 2) => Ok(Span::Emphasis(text)),
        (STRONG, 2) => Ok(Span::Strong(text)),
        (LINK, 3) => Ok(Span::Link {
            text,
            url: address(r, "address")?,
        }),
        _ => Err(r.invalid("no such run of text")),
    }
}
