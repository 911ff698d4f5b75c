//! Editions of known composition.

use channel::Seed;
use edition::{ObjectHash, Tier};
use fountain::{DEFAULT_MAX_BLOCK, Oti};
use station::send::{Cargo, Item};
use station::sources::Draft;

use crate::{Result, article, file, paragraphs, picture};

/// Bytes of text of an article: with it front and text are about 200 kB on air.
const TEXT_BYTES: usize = 5_800;

/// The mixed edition of `docs/performance.md`: 300 pictures of 60 kB, 20 files of 1 MB, 3 of 20 MB,
/// 100 texts.
#[must_use]
pub fn mixed_edition() -> Vec<Draft> {
    let mut drafts = Vec::new();
    for i in 0..100 {
        let shown = (0..3).map(|j| picture(60_000, Seed(1_000 + 3 * i + j)));
        let text = paragraphs(TEXT_BYTES, Seed(2_000 + i));
        drafts.push(article(&format!("text {i}"), shown.collect(), text));
    }
    for i in 0..23 {
        let len = if i < 20 { 1_000_000 } else { 20_000_000 };
        let shown = vec![file(&format!("{i}.bin"), len, Seed(3_000 + i))];
        drafts.push(article(&format!("file {i}"), shown, Vec::new()));
    }
    drafts
}

/// Objects of one size in [`gigabyte`].
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    /// What they are.
    pub what: &'static str,
    /// How many.
    pub count: u64,
    /// Bytes of each.
    pub bytes: u64,
    /// Their tier, as it is sent.
    pub tier: Tier,
}

/// What [`gigabyte`] is made of: as a newsroom's week may be, 400 articles.
pub const GIGABYTE: &[Batch] = &[
    batch("manifest", 1, 1_000, Tier::Front),
    batch("index of the front", 1, 300, Tier::Front),
    batch("titles and leads of 60 articles", 1, 9_000, Tier::Front),
    batch("index of texts", 1, 1_800, Tier::Text),
    batch("indexes of pictures and media", 2, 15_000, Tier::Text),
    batch("bundles of texts", 20, 34_000, Tier::Text),
    batch("group hashes", 28, 1_200, Tier::Text),
    batch("pictures", 380, 55_000, Tier::Picture),
    batch("sounds", 40, 1_500_000, Tier::Media),
    batch("short films", 16, 20_000_000, Tier::Media),
    batch("films", 12, 50_000_000, Tier::Media),
];

const fn batch(what: &'static str, count: u64, bytes: u64, tier: Tier) -> Batch {
    Batch {
        what,
        count,
        bytes,
        tier,
    }
}

/// An edition of 1 GB, of which nothing but the sizes is real. Of every `of` objects of a batch those
/// but the first `new` are two editions old; the front is always new.
///
/// # Errors
///
/// Never, for [`GIGABYTE`].
pub fn gigabyte(new: u64, of: u64) -> Result<Cargo> {
    let mut items = Vec::new();
    for batch in GIGABYTE {
        // As `station` chooses T.
        let symbol = match batch.bytes {
            0..=4_096 => 64,
            4_097..=16_384 => 128,
            16_385..=40_000 => 248,
            _ => 1_256,
        };
        for number in 0..batch.count {
            let is_new = batch.tier == Tier::Front || batch.count < of || number % of < new;
            items.push(Item {
                hash: ObjectHash::of(format!("{} {number}", batch.what).as_bytes()),
                oti: Oti::for_size(batch.bytes, symbol, DEFAULT_MAX_BLOCK)?,
                urgency: batch.tier,
                age: if is_new { 0 } else { 2 },
            });
        }
    }
    Ok(Cargo { items })
}
