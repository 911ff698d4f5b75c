//! What is new gets most of the airtime, what earlier editions had gets less, what is withdrawn none.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use edition::{Article, Block, ObjectHash, Span, Tier};
use fountain::{MAX_PACKET_BYTES, Rate};
use station::send::{Cargo, Item};
use station::sources::{Asset, AssetBytes, AssetKind, Draft};
use station::{Archived, InitTerms, LOOK_BACK, Passphrase, Station};

/// 2026-10-20T12:00:00Z.
const NOW: u64 = 1_792_497_600;
const HOUR: u64 = 3_600;

fn station(dir: &tempfile::TempDir) -> Station {
    let terms = InitTerms {
        name: "A Newsroom".to_owned(),
        passphrase: Passphrase::None,
        now: NOW,
    };
    Station::init(&dir.path().join("st"), &terms).unwrap().0
}

/// An article with a picture of so many bytes.
fn draft(key: &str, len: usize) -> (Draft, ObjectHash) {
    let byte = key.bytes().fold(0, u8::wrapping_add);
    let bytes: Vec<u8> = (0..len)
        .map(|i| byte ^ (i as u8) ^ ((i >> 8) as u8))
        .collect();
    let hash = ObjectHash::of(&bytes);
    let draft = Draft {
        key: key.to_owned(),
        // One without a dictionary, which would take its time.
        language: "eo".to_owned(),
        article: Article {
            title: key.to_owned(),
            minutes: NOW / 60,
            blocks: vec![Block::Paragraph(vec![Span::Text(format!("About {key}."))])],
            picture: Some(hash.id()),
            ..Article::default()
        },
        assets: vec![Asset {
            hash,
            media_type: "image/jpeg".to_owned(),
            kind: AssetKind::Picture,
            bytes: AssetBytes::Memory(bytes.into()),
            width: 10,
            height: 10,
            seconds: 0,
        }],
    };
    (draft, hash)
}

fn publish(station: &Station, drafts: &[Draft], hours: u64) {
    station::publish(station, drafts, NOW + hours * HOUR, &mut || None).unwrap();
}

fn cargo(station: &Station, edition: Option<u64>) -> Cargo {
    Cargo::of(&Archived::load(station.archive(), edition).unwrap(), |_| {
        true
    })
    .unwrap()
}

fn item(cargo: &Cargo, hash: ObjectHash) -> Option<&Item> {
    cargo.items.iter().find(|item| item.hash == hash)
}

/// How often an object of the bulk goes round, the most being 1.
fn weight(cargo: &Cargo, hash: ObjectHash) -> f64 {
    let rates = cargo.carousel(300.0, MAX_PACKET_BYTES, 0.08);
    let place = cargo
        .items
        .iter()
        .position(|item| item.hash == hash)
        .unwrap();
    match rates[place].rate {
        Rate::Bulk(weight) => weight,
        Rate::Repeated { .. } => panic!("it is of the bulk"),
    }
}

#[test]
fn objects_grow_old_and_leave() {
    let dir = tempfile::tempdir().unwrap();
    let station = station(&dir);
    let (old, old_picture) = draft("old", 90_000);
    let (new, new_picture) = draft("new", 30_000);
    publish(&station, std::slice::from_ref(&old), 0);
    let first = cargo(&station, None);
    assert!(first.items.iter().all(|item| item.age == 0));
    assert_eq!(weight(&first, old_picture), 1.0);

    publish(&station, &[old.clone(), new.clone()], 1);
    let second = cargo(&station, None);
    assert_eq!(item(&second, old_picture).unwrap().age, 1);
    assert_eq!(item(&second, new_picture).unwrap().age, 0);
    // Manifest and front are new each time, the old text is kept as it is.
    let front = second
        .items
        .iter()
        .filter(|item| item.urgency == Tier::Front);
    assert!(front.map(|item| item.age).all(|age| age == 0));
    let texts = second
        .items
        .iter()
        .filter(|item| item.urgency == Tier::Text);
    assert!(texts.clone().any(|item| item.age == 1) && texts.clone().any(|item| item.age == 0));
    // 25 packets that 0.4 of the listeners lack alone, 72 that the others lack, too: by the square root.
    assert_eq!(weight(&second, new_picture), 1.0);
    let (of_old, want) = (
        weight(&second, old_picture),
        (0.6_f64 / 72.0 / (0.4 / 25.0)).sqrt(),
    );
    assert!((of_old - want).abs() < 1e-9, "{of_old}, not {want}");
    // An earlier edition is as it was.
    assert_eq!(cargo(&station, Some(1)), first);

    // For ever old, and the same for whoever looks.
    for hours in 2..=u64::from(LOOK_BACK) + 1 {
        let (more, _) = draft(&format!("more {hours}"), 2_000);
        publish(&station, &[more], hours);
    }
    let later = cargo(&station, None);
    assert_eq!(item(&later, old_picture).unwrap().age, LOOK_BACK);
    assert_eq!(cargo(&station, None), later);
    let again = Station::open(station.dir()).unwrap();
    assert_eq!(cargo(&again, None), later);

    // Withdrawn: gone from what is sent, with the next edition.
    station::withdraw(&station, &[1], NOW + 99 * HOUR, &mut || None).unwrap();
    let after = cargo(&station, None);
    assert!(item(&after, old_picture).is_none() && item(&after, new_picture).is_some());
}

#[test]
fn an_archive_that_begins_in_the_middle_is_enough() {
    let dir = tempfile::tempdir().unwrap();
    let station = station(&dir);
    let (old, picture) = draft("old", 90_000);
    for hours in 0..3 {
        let (more, _) = draft(&format!("more {hours}"), 2_000);
        publish(&station, &[old.clone(), more], hours);
    }
    assert_eq!(item(&cargo(&station, None), picture).unwrap().age, 2);
    // As after a restore: of the first edition nothing is there but its number's place.
    let first = station
        .dir()
        .join("archive/editions/00000000000000000001.head");
    std::fs::remove_file(first).unwrap();
    assert_eq!(item(&cargo(&station, None), picture).unwrap().age, 1);
}
