//! A newsroom, its edition in datagrams, and who listens to them.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "helpers of tests are tests; not each test needs all"
)]

use std::fs;

use age::secrecy::SecretString;
use channel::{Prng, Seed};
use edition::block::Picture;
use edition::{Article, Block, ObjectHash, Span};
use receiver::{MemoryStore, Receiver};
use station::send::{Cargo, Length, SendTs, SendUdp, SentUdp, send_ts, send_udp};
use station::sources::{Asset, AssetBytes, AssetKind, Draft};
use station::{Archived, InitTerms, Passphrase, Station};
use tempfile::TempDir;

/// 2026-10-20T12:00:00Z.
const NOW: u64 = 1_792_497_600;

pub fn no_passphrase() -> Option<SecretString> {
    None
}

/// A station with one edition.
pub struct Newsroom {
    _dir: TempDir,
    pub station: Station,
}

impl Newsroom {
    /// With pictures and files of so many bytes, and blocks of so many MiB.
    pub fn new(pictures: &[usize], files: &[usize], block_mib: u32) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let terms = InitTerms {
            name: "A Newsroom".to_owned(),
            passphrase: Passphrase::None,
            now: NOW,
        };
        let path = dir.path().join("st");
        Station::init(&path, &terms).unwrap();
        let settings = path.join("station.toml");
        let text = fs::read_to_string(&settings).unwrap();
        let text = text.replace("block_mib = 20", &format!("block_mib = {block_mib}"));
        fs::write(&settings, text).unwrap();
        let station = Station::open(&path).unwrap();
        assert_eq!(station.settings().block_mib, block_mib);
        let mut prng = Prng::new(Seed(7));
        let mut drafts = Vec::new();
        let all = pictures.iter().map(|bytes| (AssetKind::Picture, *bytes));
        for (kind, len) in all.chain(files.iter().map(|bytes| (AssetKind::File, *bytes))) {
            let mut bytes = vec![0; len];
            prng.fill(&mut bytes);
            drafts.push(draft(kind, &format!("{}", drafts.len()), bytes));
        }
        station::publish(&station, &drafts, NOW, &mut no_passphrase).unwrap();
        Self { _dir: dir, station }
    }

    /// The objects of the edition, whole: name and bytes.
    pub fn objects(&self) -> Vec<(ObjectHash, Vec<u8>)> {
        let archive = self.station.archive();
        let edition = Archived::load(archive, None).unwrap();
        let items = Cargo::of(&edition, |_| true).unwrap().items;
        let whole = |hash, len| archive.get_range(hash, 0..len).unwrap().to_vec();
        let of =
            |item: station::send::Item| (item.hash, whole(item.hash, item.oti.transfer_length()));
        items.into_iter().map(of).collect()
    }

    /// Sends the edition in datagrams; `out` says whether to go on.
    pub fn send_to(&self, terms: &SendUdp, out: &mut dyn FnMut(&[u8]) -> bool) -> SentUdp {
        let mut out = |datagram: &[u8]| Ok(out(datagram));
        send_udp(
            &self.station,
            terms,
            &mut no_passphrase,
            &mut out,
            &mut |_| {},
        )
        .unwrap()
    }

    /// All datagrams of so many laps.
    pub fn datagrams(&self, laps: f64) -> Vec<Vec<u8>> {
        let mut all = Vec::new();
        self.send_to(&terms(laps), &mut |datagram| {
            all.push(datagram.to_vec());
            true
        });
        all
    }

    /// The edition as television, whole laps of it.
    pub fn air(&self, laps: f64) -> Vec<u8> {
        let terms = SendTs {
            edition: None,
            bitrate: ts::Bitrate::new(4_000_000).unwrap(),
            length: Length::Laps(laps),
            carriages: Vec::new(),
            slate: None,
            data_in_slate_sound: false,
            service: "Channel".to_owned(),
            fresh: true,
        };
        let mut out = Vec::new();
        send_ts(
            &self.station,
            &terms,
            &mut no_passphrase,
            &mut out,
            &mut |_| {},
        )
        .unwrap();
        out
    }

    /// Somebody who trusts the publisher.
    pub fn listener(&self) -> Receiver<MemoryStore> {
        let trust = vec![self.station.publisher().key];
        Receiver::open(MemoryStore::new(), trust).unwrap()
    }
}

fn draft(kind: AssetKind, key: &str, bytes: Vec<u8>) -> Draft {
    let hash = ObjectHash::of(&bytes);
    let object = hash.id();
    let is_picture = kind == AssetKind::Picture;
    let block = match is_picture {
        true => Block::Picture(Picture {
            object,
            alt: None,
            caption: None,
            width: 10,
            height: 10,
        }),
        false => Block::File {
            object,
            name: key.to_owned(),
            description: None,
        },
    };
    let size = if is_picture { 10 } else { 0 };
    Draft {
        key: key.to_owned(),
        language: "en".to_owned(),
        article: Article {
            title: format!("Article {key}"),
            minutes: NOW / 60,
            blocks: vec![Block::Paragraph(vec![Span::Text(key.repeat(40))]), block],
            ..Article::default()
        },
        assets: vec![Asset {
            hash,
            media_type: if is_picture {
                "image/jpeg"
            } else {
                "application/octet-stream"
            }
            .to_owned(),
            kind,
            bytes: AssetBytes::Memory(bytes.into()),
            width: size,
            height: size,
            seconds: 0,
        }],
    }
}

/// So many laps at 4 Mbit/s.
pub fn terms(laps: f64) -> SendUdp {
    SendUdp {
        edition: None,
        bits_per_s: 4_000_000,
        header_bytes: 28,
        length: Some(Length::Laps(laps)),
        loss: 0.02,
        is_narrow: false,
        is_primary: false,
        tsi: None,
        closes: true,
    }
}

/// Whether an edition is here, whole.
pub fn is_complete(receiver: &Receiver<MemoryStore>) -> bool {
    receiver
        .status()
        .first()
        .is_some_and(|newest| newest.is_complete())
}
