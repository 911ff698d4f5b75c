//! A newsroom in a temporary directory, and editions of given sizes, the same for the same seed.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use age::secrecy::SecretString;
use channel::{Prng, Seed};
use edition::block::Picture;
use edition::{Article, Block, ObjectHash, Span};
use station::send::{Length, SendTs, Sent, send_ts};
use station::sources::{Asset, AssetBytes, AssetKind, Draft};
use station::{InitTerms, Passphrase, Published, Station};
use tempfile::TempDir;
use ts::{Bitrate, Slate};

use crate::{Result, scratch};

/// 2026-10-20T12:00:00Z.
const NOW: u64 = 1_792_497_600;

/// A station that lives as long as this value.
#[derive(Debug)]
pub struct Newsroom {
    dir: TempDir,
    /// The station.
    pub station: Station,
    /// What was published.
    pub published: Published,
}

impl Newsroom {
    /// A station with one edition.
    ///
    /// # Errors
    ///
    /// Whatever `station` says.
    pub fn publish(drafts: &[Draft]) -> Result<Self> {
        let dir = scratch()?;
        let terms = InitTerms {
            name: "A Newsroom".to_owned(),
            passphrase: Passphrase::None,
            now: NOW,
        };
        let (station, _) = Station::init(&dir.path().join("station"), &terms)?;
        let published = station::publish(&station, drafts, NOW, &mut no_passphrase)?;
        Ok(Self {
            dir,
            station,
            published,
        })
    }

    /// A directory for whatever a bench wants to keep meanwhile.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The file that says whom to trust.
    #[must_use]
    pub fn trust(&self) -> PathBuf {
        self.station.dir().join("station.pub")
    }

    /// Sends the edition; `fresh` begins with source symbols again. An error of `out` ends it.
    ///
    /// # Errors
    ///
    /// Whatever `station` says.
    pub fn send(
        &self,
        bits_per_s: u64,
        length: Length,
        slate: bool,
        fresh: bool,
        out: &mut dyn Write,
    ) -> Result<Sent> {
        let terms = SendTs {
            edition: None,
            bitrate: Bitrate::new(bits_per_s)?,
            length,
            carriages: Vec::new(),
            slate: slate.then(Slate::bundled),
            data_in_slate_sound: false,
            service: "Channel".to_owned(),
            fresh,
        };
        let (station, quiet) = (&self.station, &mut |_| {});
        Ok(send_ts(station, &terms, &mut no_passphrase, out, quiet)?)
    }
}

fn no_passphrase() -> Option<SecretString> {
    None
}

/// An article with these blocks and what they show.
#[must_use]
pub fn article(key: &str, shown: Vec<(Block, Asset)>, mut blocks: Vec<Block>) -> Draft {
    let mut assets = Vec::new();
    for (block, asset) in shown {
        blocks.push(block);
        assets.push(asset);
    }
    Draft {
        key: key.to_owned(),
        language: "en".to_owned(),
        article: Article {
            title: format!("An article: {key}"),
            minutes: NOW / 60,
            blocks,
            ..Article::default()
        },
        assets,
    }
}

/// A file of noise to save.
#[must_use]
pub fn file(name: &str, len: usize, seed: Seed) -> (Block, Asset) {
    let asset = asset(AssetKind::File, "application/octet-stream", len, seed);
    let block = Block::File {
        object: asset.hash.id(),
        name: name.to_owned(),
        description: None,
    };
    (block, asset)
}

/// A picture of noise, as if it were a JPEG.
#[must_use]
pub fn picture(len: usize, seed: Seed) -> (Block, Asset) {
    let asset = asset(AssetKind::Picture, "image/jpeg", len, seed);
    let block = Block::Picture(Picture {
        object: asset.hash.id(),
        alt: Some("A picture".to_owned()),
        caption: None,
        width: 640,
        height: 480,
    });
    (block, asset)
}

fn asset(kind: AssetKind, media_type: &str, len: usize, seed: Seed) -> Asset {
    let bytes = noise(len, seed);
    let (width, height) = match kind {
        AssetKind::Picture => (640, 480),
        _ => (0, 0),
    };
    Asset {
        hash: ObjectHash::of(&bytes),
        media_type: media_type.to_owned(),
        kind,
        bytes: AssetBytes::Memory(Arc::from(bytes)),
        width,
        height,
        seconds: 0,
    }
}

/// Bytes that nothing compresses.
#[must_use]
pub fn noise(len: usize, seed: Seed) -> Vec<u8> {
    let mut bytes = vec![0; len];
    Prng::new(seed).fill(&mut bytes);
    bytes
}

/// Paragraphs of made-up words, which compress about as prose does: to a quarter.
#[must_use]
pub fn paragraphs(len: usize, seed: Seed) -> Vec<Block> {
    let mut words = Prng::new(Seed(1));
    let lexicon: Vec<String> = (0..6_000)
        .map(|_| {
            let letters = 3 + words.below(7);
            (0..letters)
                .map(|_| char::from(b'a' + words.below(26) as u8))
                .collect()
        })
        .collect();
    let mut prng = Prng::new(seed);
    let mut blocks = Vec::new();
    let mut left = len;
    while left > 0 {
        let mut text = String::new();
        while text.len() < left.min(600) {
            // Small numbers are common, as common words are.
            let rank = prng.unit().powi(3) * lexicon.len() as f64;
            text.push_str(&lexicon[rank as usize]);
            text.push(' ');
        }
        left = left.saturating_sub(text.len());
        blocks.push(Block::Paragraph(vec![Span::Text(text.trim_end().into())]));
    }
    blocks
}
