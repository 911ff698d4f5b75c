//! An edition as one file, and as a set of which any large enough part will do.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests are tests; what is measured is said"
)]

mod files_common;

use std::collections::{HashMap, HashSet};
use std::fs;

use edition::Tier;
use files_common::*;
use fountain::Packet;
use proptest::prelude::*;
use receiver::Receiver;
use station::Archived;
use station::send::{Cargo, FilesTo, SendFile, Spare, send_file};

fn read(sent: &station::send::SentFiles) -> Vec<Vec<u8>> {
    let files = sent.files.iter();
    files.map(|(path, _)| fs::read(path).unwrap()).collect()
}

/// Bytes of the symbols in a file.
fn symbol_bytes(file: &[u8]) -> u64 {
    let mut bytes = 0;
    let mut sink = |frame: file::Frame<'_>| {
        if let Ok(Packet::Run(run)) = Packet::parse(frame.bytes) {
            bytes += run.payload.len() as u64;
        }
    };
    let mut reader = file::Reader::new();
    reader.push(file, &mut sink);
    reader.finish(&mut sink);
    bytes
}

fn has_tier(receiver: &Receiver<receiver::MemoryStore>, tier: Tier) -> bool {
    let status = receiver.status();
    let of_tier = status[0].tiers.iter().find(|t| t.tier == tier).unwrap();
    of_tier.is_complete()
}

#[test]
fn one_file_is_the_edition_and_a_piece_of_it_shows_the_front() {
    let dir = tempfile::tempdir().unwrap();
    let station = newsroom(dir.path(), &[60_000; 20]);
    let sent = send(&station, &ONE, &dir.path().join("news.sky"));
    assert_eq!((sent.files.len(), sent.needed), (1, 1));
    let file = &read(&sent)[0];
    assert_eq!(file.len() as u64, sent.files[0].1);
    // 1.04 % headers of runs, 0.63 % records, 1 % lists, and padding.
    assert!(
        file.len() as u64 * 100 < sent.edition_bytes * 104,
        "{sent:?}"
    );
    let key = station.publisher().key;
    let mut whole = listener(key);
    take(&mut whole, file);
    assert!(is_complete(&whole));
    let mut cut = listener(key);
    take(&mut cut, &file[..file.len() / 20]);
    assert!(has_tier(&cut, Tier::Front) && has_tier(&cut, Tier::Text));
    // Pictures come one after the other: half of the file is about half of them.
    take(&mut cut, &file[..file.len() / 2]);
    let status = cut.status();
    let pictures = status[0].tiers.iter().find(|t| t.tier == Tier::Picture);
    let complete = pictures.unwrap().complete;
    assert!((9..=11).contains(&complete), "{complete}");
    // A damaged stick is made up for, if that was asked for.
    let spare = SendFile {
        spare: Spare::PerCent(8.0),
        ..ONE
    };
    let sent = send(&station, &spare, &dir.path().join("spare.sky"));
    let mut file = read(&sent).remove(0);
    let mut random = Random(3);
    for _ in 0..8 {
        let at = 20_000 + random.below(file.len() - 21_000);
        file[at..at + 512].fill(0);
    }
    let mut damaged = listener(key);
    take(&mut damaged, &file);
    assert!(is_complete(&damaged));
    // Through a pipe it is the same.
    let mut out = Vec::new();
    let piped = FilesTo::Stream(&mut out);
    send_file(&station, &ONE, &mut no_passphrase, piped, &mut |_| {}).unwrap();
    assert_eq!(out, fs::read(dir.path().join("news.sky")).unwrap());
}

#[test]
fn every_file_of_a_set_shows_front_and_text_and_any_seven_of_nine_open() {
    let dir = tempfile::tempdir().unwrap();
    let station = newsroom(dir.path(), &[60_000; 33]);
    let terms = SendFile {
        size: Some(320_000),
        spare: Spare::Files(2),
        zip: true,
        ..ONE
    };
    let sent = send(&station, &terms, &dir.path().join("news.sky"));
    assert_eq!((sent.files.len(), sent.needed), (9, 7), "{sent:?}");
    assert_eq!(sent.common_tiers, [Tier::Front, Tier::Text]);
    let name = sent.files[8].0.file_name().unwrap();
    assert_eq!(name, "news-9.zip");
    let files = read(&sent);
    for (file, (path, bytes)) in files.iter().zip(&sent.files) {
        assert_eq!(file.len() as u64, *bytes);
        assert!(file.len() <= 320_000, "{path:?}");
        assert!(file.len() > 290_000, "files are of like size: {path:?}");
    }
    let key = station.publisher().key;
    for file in &files {
        let mut one = listener(key);
        take(&mut one, file);
        assert!(has_tier(&one, Tier::Front) && has_tier(&one, Tier::Text));
        assert!(!is_complete(&one));
    }
    // All pairs that may be lost.
    for first in 0..9 {
        for second in first + 1..9 {
            let mut some = listener(key);
            for (index, file) in files.iter().enumerate() {
                if index != first && index != second {
                    take(&mut some, file);
                }
            }
            assert!(is_complete(&some), "without {first} and {second}");
        }
    }
    // An unzip gets the same bytes out of it.
    let sky = String::from_utf8_lossy(&files[0][30..40]).into_owned();
    assert_eq!(sky, "news-1.sky");
    // A shorter set later says what is left of the longer one.
    let terms = SendFile {
        size: Some(600_000),
        ..terms
    };
    let sent = send(&station, &terms, &dir.path().join("news.zip"));
    assert_eq!(sent.files.len() + sent.stale.len(), 9, "{sent:?}");
}

#[test]
fn what_is_dealt_out_is_little_more_than_the_edition() {
    let dir = tempfile::tempdir().unwrap();
    // As the mixed edition of the performance docs: texts, pictures of 30 to 60 kB, sound and film.
    let pictures: Vec<usize> = (0..60).map(|n| 30_000 + n * 500).collect();
    let station = init(&dir.path().join("st"));
    let mut drafts = drafts(&pictures);
    drafts.push(draft("film", 6_000_000));
    publish(&station, &drafts, NOW);
    let terms = SendFile {
        size: Some(900_000),
        spare: Spare::PerCent(10.0),
        ..ONE
    };
    let sent = send(&station, &terms, &dir.path().join("a.sky"));
    let files = read(&sent);
    let spread = sent.edition_bytes - sent.common_bytes;
    let mut sums: Vec<u64> = files.iter().map(|file| symbol_bytes(file)).collect();
    sums.sort_unstable();
    let most: u64 = sums.iter().rev().take(sent.needed).sum();
    let dealt = most - (sent.needed as u64) * sent.common_bytes;
    println!(
        "needed {} of {}: {dealt} bytes of {spread}: {:.4}",
        sent.needed,
        files.len(),
        dealt as f64 / spread as f64
    );
    // Two symbols above K: of pictures of 48 symbols 4 %, of the film nothing.
    assert!(dealt as f64 <= 1.025 * spread as f64, "{dealt} of {spread}");
}

#[test]
fn two_sets_add_up_and_so_do_television_and_a_set() {
    // Of a picture of 48 symbols two more are 4 %.
    add_up(&[60_000; 60], 400_000, 1.04);
}

fn add_up(pictures: &[usize], size: u64, most: f64) {
    let dir = tempfile::tempdir().unwrap();
    let station = newsroom(dir.path(), pictures);
    let key = station.publisher().key;
    let terms = SendFile {
        size: Some(size),
        ..ONE
    };
    let first = send(&station, &terms, &dir.path().join("a.sky"));
    let second = send(&station, &terms, &dir.path().join("b.sky"));
    let half = first.needed / 2;
    let (first, second) = (read(&first), read(&second));
    let mut mixed = listener(key);
    first[..half].iter().for_each(|file| take(&mut mixed, file));
    assert!(!is_complete(&mixed));
    let rest = &second[..first.len() - half];
    rest.iter().for_each(|file| take(&mut mixed, file));
    assert!(is_complete(&mixed), "half of one set and half of another");

    // Television alone: how many bytes of packets it takes.
    let air = air(&station, 2.0);
    let until = |receiver: &mut Receiver<_>, bytes: &[u8], most: u64| {
        for piece in bytes.chunks(18_800) {
            if is_complete(receiver) || receiver.counters().packet_bytes >= most {
                return;
            }
            receiver.push(piece).unwrap();
        }
    };
    let mut alone = listener(key);
    until(&mut alone, &air, u64::MAX);
    assert!(is_complete(&alone));
    let alone = alone.counters().packet_bytes;
    // Half of it, and files until it opens.
    let mut mixed = listener(key);
    until(&mut mixed, &air, alone / 2);
    mixed.end_recording().unwrap();
    assert!(!is_complete(&mixed));
    for file in &first {
        until(&mut mixed, file, u64::MAX);
        mixed.end_recording().unwrap();
    }
    assert!(is_complete(&mixed));
    let both = mixed.counters().packet_bytes;
    let ratio = both as f64 / alone as f64;
    println!("television alone {alone}, half of it and files {both}: {ratio:.4}");
    assert!(ratio <= most, "{ratio}");
    // Files alone are not enough either.
    let mut files = listener(key);
    let taken = (both - alone / 2) as usize;
    let mut left = taken;
    for file in &first {
        let piece = &file[..left.min(file.len())];
        left -= piece.len();
        take(&mut files, piece);
    }
    assert!(!is_complete(&files));
}

#[test]
fn errors_say_what_to_do_and_leave_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let station = newsroom(dir.path(), &[60_000; 5]);
    let try_to = |terms: &SendFile, name: &str| {
        let out = FilesTo::Path(dir.path().join(name));
        send_file(&station, terms, &mut no_passphrase, out, &mut |_| {})
            .unwrap_err()
            .to_string()
    };
    let small = SendFile {
        size: Some(2_000),
        ..ONE
    };
    let why = try_to(&small, "a.sky");
    assert!(why.contains("too small"), "{why}");
    let why = try_to(&ONE, "missing/a.sky");
    assert!(why.contains("missing/a.sky.new"), "{why}");
    let why = try_to(&ONE, ".sky");
    assert!(why.contains("no name"), "{why}");
    let set = SendFile {
        size: Some(100_000),
        ..ONE
    };
    let mut out = Vec::new();
    let piped = FilesTo::Stream(&mut out);
    let error = send_file(&station, &set, &mut no_passphrase, piped, &mut |_| {});
    assert!(matches!(error, Err(station::Error::PipeTakesOne)));
    // A file that cannot get its name is no file at all.
    fs::create_dir(dir.path().join("b.sky")).unwrap();
    try_to(&ONE, "b.sky");
    let left: Vec<_> = tree(dir.path()).into_keys().collect();
    assert!(!left.iter().any(|name| name.ends_with(".new")), "{left:?}");
}

/// A receiver that has failed with K symbols tries again with two more: in any files that are enough
/// there are so many of each block, or all of its source symbols.
#[test]
fn of_each_block_there_are_two_symbols_above_k() {
    let dir = tempfile::tempdir().unwrap();
    let station = newsroom(dir.path(), &[50_260, 137_385, 6_370, 71_201, 29_215]);
    for systematic in [false, true] {
        let terms = SendFile {
            size: Some(60_000),
            spare: Spare::Files(1),
            systematic,
            ..ONE
        };
        let sent = send(&station, &terms, &dir.path().join("n.sky"));
        let files = read(&sent);
        assert_eq!(files.len(), sent.needed + 1);
        let edition = Archived::load(station.archive(), None).unwrap();
        let cargo = Cargo::of(&edition, |_| true).unwrap();
        for left_out in 0..files.len() {
            let others = files.iter().enumerate().filter(|(at, _)| *at != left_out);
            let came: Vec<_> = others.map(|(_, file)| symbols(file, &cargo)).collect();
            for item in &cargo.items {
                for block in item.oti.iter_blocks() {
                    let key = (item.hash.id().0, block.sbn());
                    let of_block = came.iter().flat_map(|came| came.get(&key)).flatten();
                    let esis: HashSet<u32> = of_block.copied().collect();
                    let (k, count) = (block.symbols(), esis.len() as u32);
                    let source = esis.iter().filter(|esi| **esi < k).count() as u32;
                    assert!(source == k || count >= k + 2, "{count} of {k}");
                }
            }
        }
    }
}

/// The ESIs of each object and block that a file has.
fn symbols(file: &[u8], cargo: &Cargo) -> HashMap<([u8; 8], u8), Vec<u32>> {
    let mut came: HashMap<_, Vec<u32>> = HashMap::new();
    let mut sink = |frame: file::Frame<'_>| {
        if let Ok(Packet::Run(run)) = Packet::parse(frame.bytes)
            && let Some(item) = cargo.items.iter().find(|i| i.hash.id().0 == run.object.0)
        {
            let count = run.check(&item.oti).unwrap().count();
            let of_block = came.entry((run.object.0, run.sbn)).or_default();
            of_block.extend(run.esi..run.esi + count);
        }
    };
    let mut reader = file::Reader::new();
    reader.push(file, &mut sink);
    reader.finish(&mut sink);
    came
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    /// Whatever the sizes: no file is over its size, and any files of the number that is told open.
    #[test]
    fn any_subset_that_is_large_enough_opens(
        pictures in prop::collection::vec(500_usize..150_000, 1..12),
        size in 40_000_u64..400_000,
        spare in 0_u32..5,
        zip: bool,
        systematic: bool,
        seed: u64,
    ) {
        let dir = tempfile::tempdir().unwrap();
        let station = newsroom(dir.path(), &pictures);
        let terms = SendFile { size: Some(size), spare: Spare::Files(spare), zip, systematic, ..ONE };
        let sent = send(&station, &terms, &dir.path().join("n.sky"));
        for (path, bytes) in &sent.files {
            prop_assert_eq!(fs::metadata(path).unwrap().len(), *bytes);
            prop_assert!(*bytes <= size, "{} of {}", bytes, size);
        }
        let mut files = read(&sent);
        let mut random = Random(seed);
        for _ in 0..3 {
            random.shuffle(&mut files);
            let mut some = listener(station.publisher().key);
            files[..sent.needed].iter().for_each(|file| take(&mut some, file));
            prop_assert!(is_complete(&some), "{} of {}", sent.needed, files.len());
        }
    }
}
