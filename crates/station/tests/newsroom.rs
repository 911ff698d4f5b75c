//! A newsroom's life: set-up, publishing, corrections, sending, loss of the office.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fs;
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use edition::{Article, Block, ObjectHash, Span, paper_words};
use receiver::{Receiver, Store};
use station::inbox::FileStore;
use station::send::{Length, SendTs, send_ts};
use station::sources::{Asset, AssetBytes, AssetKind, Draft, NoCache, gather};
use station::{Archived, Error, InitTerms, Passphrase, Published, Station};

/// 2026-10-20T12:00:00Z.
const NOW: u64 = 1_792_497_600;
const DAY: u64 = 86_400;

fn no_passphrase() -> Option<SecretString> {
    None
}

fn init(dir: &Path) -> (Station, edition::SecretKey) {
    let terms = InitTerms {
        name: "A Newsroom".to_owned(),
        passphrase: Passphrase::None,
        now: NOW,
    };
    Station::init(dir, &terms).unwrap()
}

fn publish(station: &Station, drafts: &[Draft], now: u64) -> Published {
    station::publish(station, drafts, now, &mut no_passphrase).unwrap()
}

fn draft(key: &str, title: &str, text: &str) -> Draft {
    Draft {
        key: key.to_owned(),
        language: "en".to_owned(),
        article: Article {
            title: title.to_owned(),
            minutes: NOW / 60,
            blocks: vec![Block::Paragraph(vec![Span::Text(text.to_owned())])],
            ..Article::default()
        },
        assets: Vec::new(),
    }
}

fn with_picture(mut draft: Draft, bytes: Vec<u8>) -> Draft {
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
    draft
}

fn samples() -> Vec<Draft> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let sources: Vec<String> = ["feed.xml", "leads.xml", "articles"]
        .iter()
        .map(|name| samples.join(name).display().to_string())
        .collect();
    let settings = station::Settings::default().sources(NOW);
    let gathered = gather(&sources, &settings, &mut NoCache, &|_| {}).unwrap();
    gathered.drafts
}

fn send(station: &Station, length: Length) -> Vec<u8> {
    let terms = SendTs {
        edition: None,
        bitrate: ts::Bitrate::new(4_000_000).unwrap(),
        length,
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

fn open_inbox(dir: &Path, station: &Station) -> Receiver<FileStore> {
    let store = FileStore::open(dir).unwrap();
    Receiver::open(store, vec![station.publisher().key]).unwrap()
}

fn newest(receiver: &Receiver<FileStore>) -> (u64, bool) {
    let status = receiver.status();
    (status[0].number, status[0].is_complete())
}

fn titles(receiver: &mut Receiver<FileStore>) -> Vec<String> {
    let (signed, indexes) = {
        let editions = receiver.editions();
        let (signed, indexes) = &editions[0];
        let indexes: Vec<_> = indexes.iter().map(|i| (*i).clone()).collect();
        ((*signed).clone(), indexes)
    };
    let indexes: Vec<_> = indexes.iter().collect();
    let mut dictionaries = edition::Dictionaries::shipped();
    let news = receiver::news(receiver.store_mut(), &signed, &indexes, &mut dictionaries).unwrap();
    assert_eq!(news.missing_bundles, 0);
    let mut titles: Vec<_> = news.articles.into_iter().map(|a| a.article.title).collect();
    titles.sort();
    titles
}

#[test]
fn samples_go_on_air_and_are_read_from_a_piece_of_the_recording() {
    let dir = tempfile::tempdir().unwrap();
    let (station, _) = init(&dir.path().join("st"));
    let drafts = samples();
    assert!(drafts.len() >= 12, "{} drafts", drafts.len());
    let published = publish(&station, &drafts, NOW);
    assert_eq!(published.articles, drafts.len());
    assert!(published.head_bytes < 320);
    let air = send(&station, Length::Laps(2.5));
    // Joined somewhere in a cell, cut somewhere in another.
    let piece = &air[air.len() / 5 + 77..air.len() - 1_000];
    let mut receiver = open_inbox(&dir.path().join("inbox"), &station);
    for chunk in piece.chunks(65_537) {
        receiver.push(chunk).unwrap();
    }
    receiver.end_recording().unwrap();
    assert_eq!(newest(&receiver), (1, true));
    let mut want: Vec<_> = drafts.iter().map(|d| d.article.title.clone()).collect();
    want.sort();
    assert_eq!(titles(&mut receiver), want);
}

#[test]
fn an_edition_is_determined_by_what_it_is_made_from() {
    let dir = tempfile::tempdir().unwrap();
    let (station, _) = init(&dir.path().join("st"));
    publish(&station, &[draft("a", "first", "text")], NOW);
    let copy = dir.path().join("copy");
    copy_dir(station.dir(), &copy);
    let copy = Station::open(&copy).unwrap();
    let mut drafts = samples();
    let one = publish(&station, &drafts, NOW + 60);
    drafts.reverse();
    let other = publish(&copy, &drafts, NOW + 60);
    assert_eq!(one.manifest, other.manifest);
    let head = |s: &Station| s.archive().head(2).unwrap().bytes().to_vec();
    assert_eq!(head(&station), head(&copy));
}

#[test]
fn articles_stay_are_corrected_are_withdrawn_and_expire() {
    let dir = tempfile::tempdir().unwrap();
    let (station, _) = init(&dir.path().join("st"));
    let mut receiver = open_inbox(&dir.path().join("inbox"), &station);
    let mut listen = |station: &Station| {
        receiver.push(&send(station, Length::Laps(1.5))).unwrap();
        receiver.end_recording().unwrap();
        assert!(newest(&receiver).1);
        titles(&mut receiver)
    };
    let a = with_picture(draft("a", "A", "the first"), vec![7; 9_000]);
    let b = draft("b", "B", "the second");
    let first = publish(&station, &[a.clone(), b.clone()], NOW);
    assert_eq!((first.new, first.articles), (2, 2));
    assert_eq!(listen(&station), ["A", "B"]);

    // The feed has dropped A, corrected B and brought C.
    let better = draft("b", "B, corrected", "the second, better");
    let c = draft("c", "C", "the third");
    let second = publish(&station, &[better, c.clone()], NOW + DAY);
    assert_eq!((second.new, second.corrected, second.articles), (1, 1, 3));
    assert_eq!(second.bundles_kept, 1, "half of the first bundle lives");
    assert_eq!(listen(&station), ["A", "B, corrected", "C"]);

    // The same again changes nothing but number and time.
    let third = publish(&station, std::slice::from_ref(&c), NOW + 2 * DAY);
    assert_eq!(
        (third.new, third.corrected, third.bundles_packed),
        (0, 0, 0)
    );

    let number = Archived::load(station.archive(), None)
        .map(|_| station.archive().register(3).unwrap().unwrap())
        .map(|bytes| station::Register::parse(3, &bytes).unwrap())
        .unwrap()
        .find("c", None)
        .unwrap();
    let fourth = station::withdraw(&station, &[number], NOW + 3 * DAY, &mut no_passphrase).unwrap();
    assert_eq!((fourth.withdrawn, fourth.articles), (1, 2));
    assert_eq!(listen(&station), ["A", "B, corrected"]);

    // A withdrawn article does not come back because the feed still has it.
    let fifth = publish(&station, &[c], NOW + 4 * DAY);
    assert_eq!((fifth.new, fifth.articles), (0, 2));

    // A was last seen on the first day.
    let d = draft("d", "D", "much later");
    let sixth = publish(&station, &[d], NOW + 15 * DAY);
    assert_eq!((sixth.expired, sixth.articles), (1, 2));
    assert_eq!(listen(&station), ["B, corrected", "D"]);
    let unknown = station::withdraw(&station, &[99], NOW, &mut no_passphrase);
    assert!(matches!(unknown, Err(Error::NoArticle { number: 99 })));
}

#[test]
fn a_lost_station_comes_back_from_paper_and_a_reader() {
    let dir = tempfile::tempdir().unwrap();
    let (station, root) = init(&dir.path().join("st"));
    let paper = paper_words(&root).unwrap();
    let drafts = samples();
    publish(&station, &drafts[..5], NOW);
    publish(&station, &drafts, NOW + 60);
    let reader = dir.path().join("reader");
    let mut receiver = open_inbox(&reader, &station);
    receiver.push(&send(&station, Length::Laps(1.5))).unwrap();
    receiver.end_recording().unwrap();
    assert_eq!(newest(&receiver), (2, true));
    let publisher = station.publisher().clone();
    drop((station, receiver));
    fs::remove_dir_all(dir.path().join("st")).unwrap();

    let root = edition::key_from_words(&paper).unwrap();
    let terms = || InitTerms {
        name: String::new(),
        passphrase: Passphrase::None,
        now: NOW + DAY,
    };
    let nothing = station::restore(
        &dir.path().join("none"),
        &root,
        &dir.path().join("empty"),
        terms(),
    );
    assert!(matches!(nothing, Err(Error::NothingToRestore { .. })));
    let again = dir.path().join("again");
    let (station, restored) = station::restore(&again, &root, &reader, terms()).unwrap();
    assert_eq!(station.publisher(), &publisher);
    assert_eq!((restored.number, restored.missing), (2, 0));
    let news = draft("new", "After the raid", "we are still here");
    let next = publish(&station, &[news], NOW + DAY);
    assert_eq!((next.number, next.new), (3, 1));
    assert_eq!(
        next.articles,
        drafts.len() + 1,
        "all articles are still there"
    );

    let mut receiver = open_inbox(&reader, &station);
    receiver.push(&send(&station, Length::Laps(1.5))).unwrap();
    receiver.end_recording().unwrap();
    assert_eq!(newest(&receiver), (3, true));
    assert!(titles(&mut receiver).contains(&"After the raid".to_owned()));
    let previous = receiver.editions()[0].0.manifest().previous;
    assert!(previous.is_some(), "the chain of editions goes on");
}

#[test]
fn keys_are_private_and_encrypted_unless_one_says_otherwise() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let secret = SecretString::from("correct horse".to_owned());
    let terms = InitTerms {
        name: "A Newsroom".to_owned(),
        passphrase: Passphrase::Secret(secret.clone()),
        now: NOW,
    };
    let (station, root) = Station::init(&dir.path().join("st"), &terms).unwrap();
    for file in ["root.key", "keys/manifest.key", "keys/on-air.key"] {
        let path = station.dir().join(file);
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{file}");
        let text = fs::read_to_string(&path).unwrap();
        // The on-air key signs no news, and is needed after a power cut with nobody there.
        let is_encrypted = text.starts_with("-----BEGIN AGE");
        assert_eq!(is_encrypted, file != "keys/on-air.key", "{file}");
    }
    let drafts = [draft("a", "A", "text")];
    let mut right = || Some(secret.clone());
    let mut wrong = || Some(SecretString::from("wrong".to_owned()));
    let none = station::publish(&station, &drafts, NOW, &mut no_passphrase);
    assert!(matches!(none, Err(Error::PassphraseNeeded { .. })));
    let bad = station::publish(&station, &drafts, NOW, &mut wrong);
    assert!(matches!(bad, Err(Error::WrongPassphrase { .. })));
    assert_eq!(
        station.archive().newest().unwrap(),
        0,
        "nothing was claimed"
    );
    station::publish(&station, &drafts, NOW, &mut right).unwrap();
    let read = station::read_key(&station.dir().join("root.key"), &mut right).unwrap();
    assert_eq!(read.public(), root.public());
    let open = station.dir().join("keys/manifest.key");
    fs::set_permissions(&open, fs::Permissions::from_mode(0o644)).unwrap();
    let public = station::publish(&station, &drafts, NOW, &mut right);
    assert!(matches!(
        public,
        Err(Error::KeyIsPublic { mode: 0o644, .. })
    ));
    let twice = Station::init(station.dir(), &terms);
    assert!(matches!(twice, Err(Error::StationExists { .. })));
}

#[test]
fn a_reader_page_rides_along_until_another_takes_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let (station, _) = init(&dir.path().join("st"));
    let pages = |station: &Station| -> Vec<edition::ObjectHash> {
        let mut receiver = open_inbox(&dir.path().join("inbox"), station);
        receiver.push(&send(station, Length::Laps(1.5))).unwrap();
        receiver.end_recording().unwrap();
        assert!(newest(&receiver).1);
        let editions = receiver.editions();
        let named = editions[0].1.iter().flat_map(|index| &index.objects);
        let pages = named.filter(|object| object.kind == edition::ObjectKind::Page);
        pages.map(|page| page.hash).collect()
    };
    let (old, new) = (b"<p>a page</p>", b"<p>a newer page</p>");
    let draft = draft("one", "One", "text");
    let drafts = std::slice::from_ref(&draft);
    station::publish_with_page(&station, drafts, old, NOW, &mut no_passphrase).unwrap();
    assert_eq!(pages(&station), [edition::ObjectHash::of(old)]);
    publish(&station, drafts, NOW + 60);
    assert_eq!(pages(&station), [edition::ObjectHash::of(old)]);
    station::publish_with_page(&station, drafts, new, NOW + 120, &mut no_passphrase).unwrap();
    assert_eq!(pages(&station), [edition::ObjectHash::of(new)]);
}

#[test]
fn a_number_is_claimed_once() {
    let dir = tempfile::tempdir().unwrap();
    let (station, _) = init(&dir.path().join("st"));
    publish(&station, &[draft("a", "A", "text")], NOW);
    let head = station.archive().head(1).unwrap();
    assert!(!station.archive().claim(1, &head).unwrap());
    assert!(matches!(
        station.archive().head(2),
        Err(Error::NoEdition {
            number: 2,
            newest: 1
        })
    ));
}

#[test]
fn a_root_key_kept_elsewhere_makes_certificates() {
    let dir = tempfile::tempdir().unwrap();
    let (station, root) = init(&dir.path().join("st"));
    fs::rename(station.dir().join("root.key"), dir.path().join("root.key")).unwrap();
    let terms = station::CertifyTerms {
        editions: 1,
        ..station::CertifyTerms::new(NOW)
    };
    let serial = station::certify(station.dir(), &root, &terms, &mut no_passphrase).unwrap();
    assert_eq!(serial, 2);
    publish(&station, &[draft("a", "A", "text")], NOW);
    let drafts = [draft("b", "B", "text")];
    let second = station::publish(&station, &drafts, NOW, &mut no_passphrase);
    assert!(matches!(second, Err(Error::NoCertificate { number: 2 })));
}

#[test]
fn what_was_sent_is_not_sent_again() {
    let dir = tempfile::tempdir().unwrap();
    let (station, _) = init(&dir.path().join("st"));
    let a = with_picture(draft("a", "A", "text"), pseudo_random(300_000));
    publish(&station, &[a], NOW);
    let (one, other) = (
        send(&station, Length::Laps(1.0)),
        send(&station, Length::Laps(1.0)),
    );
    let half = |air: &[u8], which: usize| -> Vec<u8> {
        let (cells, _) = air.as_chunks::<188>();
        let part = cells.iter().enumerate();
        part.filter(|(at, _)| at / 700 % 2 == which)
            .flat_map(|(_, cell)| *cell)
            .collect()
    };
    // Half of each recording: together enough, because no symbol is in both.
    let mut receiver = open_inbox(&dir.path().join("inbox"), &station);
    for piece in [half(&one, 0), half(&other, 0), half(&other, 1)] {
        receiver.push(&piece).unwrap();
        receiver.end_recording().unwrap();
    }
    assert_eq!(newest(&receiver), (1, true));
}

#[test]
fn an_s3_bucket_is_an_archive() {
    let Ok(endpoint) = std::env::var("SKYWAVE_S3_ENDPOINT") else {
        eprintln!("SKIPPED: no S3 server (SKYWAVE_S3_ENDPOINT); `cargo xtask test` starts one");
        return;
    };
    let bucket = std::env::var("SKYWAVE_S3_BUCKET").unwrap_or_else(|_| "skywave".to_owned());
    assert!(endpoint.starts_with("http://127.0.0.1"), "{endpoint}");
    let dir = tempfile::tempdir().unwrap();
    let (station, _) = init(&dir.path().join("st"));
    let path = station.dir().join("station.toml");
    let text = fs::read_to_string(&path).unwrap();
    let prefix = format!("s3://{bucket}/test-{}", std::process::id());
    let text = text.replace("archive = \"archive\"", &format!("archive = \"{prefix}\""));
    fs::write(&path, text).unwrap();
    drop(station);
    let station = Station::open(&dir.path().join("st")).unwrap();
    let big = with_picture(draft("a", "A", "text"), pseudo_random(9 << 20));
    publish(&station, &[big], NOW);
    publish(&station, &[draft("b", "B", "text")], NOW + 60);
    let head = station.archive().head(2).unwrap();
    assert!(
        !station.archive().claim(2, &head).unwrap(),
        "numbers are claimed once"
    );
    let mut receiver = open_inbox(&dir.path().join("inbox"), &station);
    receiver.push(&send(&station, Length::Laps(1.2))).unwrap();
    receiver.end_recording().unwrap();
    assert_eq!(newest(&receiver), (2, true));
    let listed = receiver.store_mut().list(receiver::Kind::Heads).unwrap();
    assert_eq!(listed.len(), 1);
}

fn pseudo_random(len: usize) -> Vec<u8> {
    let mut out = vec![0; len];
    let mut hasher = blake3::Hasher::new();
    hasher.update(b"test picture");
    hasher.finalize_xof().fill(&mut out);
    out
}

fn copy_dir(from: &Path, to: &PathBuf) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_dir(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
