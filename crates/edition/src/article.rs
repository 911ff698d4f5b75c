//! An article as data: a closed set of fields and blocks, so that what cannot be expressed
//! cannot attack.

use crate::block::{self, Block};
use crate::cbor::{Extra, Fields, Reader, Writer};
use crate::error::Error;
use crate::hash::{ObjectHash, ObjectId};
use crate::limits::{LEAD_BYTES, SECONDS};
use crate::strings::{address, line, prose};

#[cfg(test)]
mod tests;

const STRUCTURE: &str = "article";
const VERSION: u64 = 1;

/// One article, in the language of the bundle that holds it.
///
/// In a bundle of the `front` tier an article has no blocks: title, lead and picture only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Article {
    /// The publisher's own number for it; stays the same when it is corrected.
    pub number: u64,
    /// 0 when first published, one more with every correction.
    pub revision: u64,
    /// Title: one line.
    pub title: String,
    /// Lead, or summary.
    pub lead: Option<String>,
    /// Section or rubric.
    pub section: Option<String>,
    /// Who wrote it.
    pub byline: Option<String>,
    /// When it was published, in minutes since 1970-01-01T00:00Z.
    pub minutes: u64,
    /// Where it stands on the open web, as text.
    pub source: Option<String>,
    /// The picture that stands for it.
    pub picture: Option<ObjectId>,
    /// What it says.
    pub blocks: Vec<Block>,
    /// What the last correction corrected.
    pub correction: Option<String>,
    /// Fields of a newer minor version.
    pub extra: Extra,
}

impl Article {
    /// When it was published, in seconds since 1970-01-01T00:00Z.
    pub fn seconds(&self) -> u64 {
        self.minutes.saturating_mul(60)
    }

    /// The article as it stands on the front: without blocks.
    pub fn headline(&self) -> Self {
        Self {
            blocks: Vec::new(),
            byline: None,
            source: None,
            correction: None,
            ..self.clone()
        }
    }

    /// Objects that it shows or offers, in the order of appearance, each once.
    pub fn objects(&self) -> Vec<ObjectId> {
        let mut out: Vec<ObjectId> = self.picture.into_iter().collect();
        block::for_each_object(&self.blocks, &mut |id| {
            if !out.contains(&id) {
                out.push(id);
            }
        });
        out
    }

    /// Checks every limit, as a reader would.
    pub fn check(&self) -> Result<(), Error> {
        let bytes = self.to_bytes();
        let mut reader = Reader::new(STRUCTURE, &bytes);
        Self::read(&mut reader).map(|_| ())
    }

    /// Hash of what it says: number, revision and time left out. Two drafts with one fingerprint
    /// are the same article, unchanged.
    pub fn fingerprint(&self) -> ObjectHash {
        let same = Self {
            number: 0,
            revision: 0,
            minutes: 0,
            ..self.clone()
        };
        ObjectHash::of(&same.to_bytes())
    }

    /// Length of its canonical encoding, in bytes.
    pub fn canonical_len(&self) -> usize {
        self.to_bytes().len()
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.into_bytes()
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.map(
            Fields::versioned(VERSION)
                .with(1, |w| w.uint(self.number))
                .with_some(
                    2,
                    (self.revision > 0).then_some(self.revision),
                    Writer::uint,
                )
                .with(3, |w| w.text(&self.title))
                .with_some(4, self.lead.as_deref(), Writer::text)
                .with_some(5, self.section.as_deref(), Writer::text)
                .with_some(6, self.byline.as_deref(), Writer::text)
                .with(7, |w| w.uint(self.minutes))
                .with_some(8, self.source.as_deref(), Writer::text)
                .with_some(9, self.picture, |w, id| w.bytes(&id.0))
                .with_some(
                    10,
                    (!self.blocks.is_empty()).then_some(&self.blocks),
                    |w, b| {
                        block::write_all(b, w);
                    },
                )
                .with_some(11, self.correction.as_deref(), Writer::text)
                .with_extra(&self.extra),
        );
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        let zero = r.invalid("an article's revision 0 is left out");
        let empty = r.invalid("an article without blocks leaves them out");
        let mut map = r.versioned(VERSION)?;
        let number = map.required(1, Reader::uint)?;
        let revision = match map.optional(2, Reader::uint)? {
            Some(0) => return Err(zero),
            revision => revision.unwrap_or(0),
        };
        let title = map.required(3, |r| line(r, "title"))?;
        let lead = map.optional(4, |r| prose(r, "lead", LEAD_BYTES))?;
        let section = map.optional(5, |r| line(r, "section"))?;
        let byline = map.optional(6, |r| line(r, "byline"))?;
        let minutes = map.required(7, |r| r.uint_to("minutes since 1970", SECONDS / 60))?;
        let source = map.optional(8, |r| address(r, "source address"))?;
        let picture = map.optional(9, |r| r.array_of().map(ObjectId))?;
        let blocks = match map.optional(10, block::read_all)? {
            Some(blocks) if blocks.is_empty() => return Err(empty),
            blocks => blocks.unwrap_or_default(),
        };
        let correction = map.optional(11, |r| prose(r, "correction", LEAD_BYTES))?;
        let extra = map.finish()?;
        Ok(Self {
            number,
            revision,
            title,
            lead,
            section,
            byline,
            minutes,
            source,
            picture,
            blocks,
            correction,
            extra,
        })
    }
}
