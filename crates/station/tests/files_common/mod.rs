//! A newsroom and what it hands out, for tests of files, folders and sync.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses its own part, and helpers of tests are tests"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use edition::{Article, Block, ObjectHash, PublicKey, Span};
use receiver::{MemoryStore, Receiver, Store};
use station::folder::{FolderShelf, Shelf, Visit, VisitStep};
use station::inbox::FileStore;
use station::send::{
    FilesTo, Length, SendFile, SendTs, SentFiles, Spare, send_file, send_folder, send_ts,
};
use station::sources::{Asset, AssetBytes, AssetKind, Draft};
use station::{InitTerms, Passphrase, Station};

/// 2026-10-20T12:00:00Z.
pub(crate) const NOW: u64 = 1_792_497_600;

pub(crate) fn no_passphrase() -> Option<SecretString> {
    None
}

pub(crate) fn init(dir: &Path) -> Station {
    let terms = InitTerms {
        name: "A Newsroom".to_owned(),
        passphrase: Passphrase::None,
        now: NOW,
    };
    Station::init(dir, &terms).unwrap().0
}

/// A small deterministic source of numbers (SplitMix64).
#[derive(Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub(crate) fn bytes(&mut self, n: usize) -> Vec<u8> {
        (0..n).map(|_| self.next() as u8).collect()
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// An article with a picture of so many bytes, or none.
pub(crate) fn draft(key: &str, picture: usize) -> Draft {
    let mut draft = Draft {
        key: key.to_owned(),
        language: "en".to_owned(),
        article: Article {
            title: format!("Title of {key}"),
            minutes: NOW / 60,
            blocks: vec![Block::Paragraph(vec![Span::Text(format!(
                "What is said in {key}, at some length."
            ))])],
            ..Article::default()
        },
        assets: Vec::new(),
    };
    if picture > 0 {
        let seed = key.bytes().fold(7, |a, b| a * 31 + u64::from(b));
        let bytes = Random(seed).bytes(picture);
        let hash = ObjectHash::of(&bytes);
        draft.article.picture = Some(hash.id());
        draft.assets.push(Asset {
            hash,
            media_type: "image/jpeg".to_owned(),
            kind: AssetKind::Picture,
            bytes: AssetBytes::Memory(bytes.into()),
            width: 10,
            height: 10,
            seconds: 0,
        });
    }
    draft
}

pub(crate) fn drafts(pictures: &[usize]) -> Vec<Draft> {
    let all = pictures.iter().enumerate();
    all.map(|(n, size)| draft(&format!("article {n}"), *size))
        .collect()
}

/// A station with an edition of articles with these pictures.
pub(crate) fn newsroom(dir: &Path, pictures: &[usize]) -> Station {
    let station = init(&dir.join("st"));
    publish(&station, &drafts(pictures), NOW);
    station
}

pub(crate) fn publish(station: &Station, drafts: &[Draft], now: u64) {
    station::publish(station, drafts, now, &mut no_passphrase).unwrap();
}

/// One file, with nothing more than is needed.
pub(crate) const ONE: SendFile = SendFile {
    edition: None,
    size: None,
    spare: Spare::Files(0),
    systematic: false,
    zip: false,
    fresh: false,
};

pub(crate) fn send(station: &Station, terms: &SendFile, to: &Path) -> SentFiles {
    let out = FilesTo::Path(to.to_owned());
    send_file(station, terms, &mut no_passphrase, out, &mut |_| {}).unwrap()
}

pub(crate) fn to_folder(station: &Station, dir: &Path) -> station::send::SentFolder {
    send_folder(station, None, &mut no_passphrase, dir, &mut |_| {}).unwrap()
}

/// Television, for so many laps.
pub(crate) fn air(station: &Station, laps: f64) -> Vec<u8> {
    let terms = SendTs {
        edition: None,
        bitrate: ts::Bitrate::new(4_000_000).unwrap(),
        length: Length::Laps(laps),
        carriages: Vec::new(),
        slate: None,
        data_in_slate_sound: false,
        service: "Channel".to_owned(),
        fresh: false,
    };
    let mut out = Vec::new();
    send_ts(station, &terms, &mut no_passphrase, &mut out, &mut |_| {}).unwrap();
    out
}

pub(crate) fn listener(key: PublicKey) -> Receiver<MemoryStore> {
    Receiver::open(MemoryStore::new(), vec![key]).unwrap()
}

/// Takes in a file.
pub(crate) fn take<S: Store>(receiver: &mut Receiver<S>, bytes: &[u8]) {
    for piece in bytes.chunks(100_000) {
        receiver.push(piece).unwrap();
    }
    receiver.end_recording().unwrap();
}

pub(crate) fn is_complete<S: Store>(receiver: &Receiver<S>) -> bool {
    receiver.status().first().is_some_and(|s| s.is_complete())
}

/// An inbox of a station's edition, into which this was received.
pub(crate) fn inbox(dir: &Path, key: PublicKey, files: &[Vec<u8>]) -> PathBuf {
    let store = FileStore::open(dir).unwrap();
    let mut receiver = Receiver::open(store, vec![key]).unwrap();
    files.iter().for_each(|file| take(&mut receiver, file));
    fs::write(dir.join("trust"), format!("{key}\n")).unwrap();
    dir.to_owned()
}

/// An inbox as it is when it is opened again.
pub(crate) fn open_inbox(dir: &Path, key: PublicKey) -> Receiver<FileStore> {
    Receiver::open(FileStore::open(dir).unwrap(), vec![key]).unwrap()
}

/// Goes through a folder or mirror; gives the bytes that were read.
pub(crate) fn visit<S: Store>(
    shelf: Box<dyn Shelf>,
    receiver: &mut Receiver<S>,
) -> std::io::Result<(u64, Vec<String>)> {
    let mut visit = Visit::new(shelf);
    let (mut read, mut buffer) = (0, vec![0; 1 << 20]);
    while let VisitStep::More(n) = visit.step(receiver, &mut buffer)?.unwrap() {
        read += n;
    }
    receiver.end_recording().unwrap();
    Ok((read, visit.missing().to_vec()))
}

pub(crate) fn shelf(dir: &Path) -> Box<dyn Shelf> {
    Box::new(FolderShelf::new(dir))
}

/// All files under a folder with their bytes.
pub(crate) fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(dir).unwrap().display().to_string();
            all.insert(name, fs::read(&path).unwrap());
        }
    }
    all
}
