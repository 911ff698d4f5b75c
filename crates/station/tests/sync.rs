//! Two inboxes or sticks made equal, whatever happens on the way.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod files_common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use edition::{ObjectHash, PublicKey};
use files_common::*;
use station::Error;
use station::sync::{SyncEvent, SyncTerms, Synced, sync};

fn equalise(a: &Path, b: &Path) -> Synced {
    sync(a, b, &SyncTerms::default(), &mut |_| Ok(())).unwrap()
}

fn moved(synced: &Synced) -> (usize, usize) {
    let sum = |of: &station::sync::Moved| of.objects.iter().map(|(objects, _)| objects).sum();
    (sum(&synced.forth), sum(&synced.back))
}

/// Complete objects of an inbox, each of which is what its name says.
fn objects(inbox: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = tree(&inbox.join("objects"));
    all.retain(|name, _| !name.ends_with(".new"));
    for (name, bytes) in &all {
        let hash = ObjectHash::of(bytes).to_string();
        assert!(name.ends_with(&hash), "{name} is {hash}");
    }
    all
}

/// A station, a file of its edition, and places for inboxes.
struct Place {
    dir: tempfile::TempDir,
    key: PublicKey,
    file: Vec<u8>,
    station: station::Station,
}

impl Place {
    fn new(pictures: &[usize]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let station = newsroom(dir.path(), pictures);
        let sent = send(&station, &ONE, &dir.path().join("n.sky"));
        Self {
            key: station.publisher().key,
            file: fs::read(&sent.files[0].0).unwrap(),
            station,
            dir,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// An inbox that has received these pieces of the file.
    fn inbox(&self, name: &str, pieces: &[std::ops::Range<f64>]) -> PathBuf {
        let at = |share: f64| (share * self.file.len() as f64) as usize;
        let pieces: Vec<Vec<u8>> = pieces
            .iter()
            .map(|piece| self.file[at(piece.start)..at(piece.end)].to_vec())
            .collect();
        inbox(&self.path(name), self.key, &pieces)
    }

    fn is_complete(&self, inbox: &Path) -> bool {
        is_complete(&open_inbox(inbox, self.key))
    }
}

#[test]
fn what_either_has_both_have_and_nothing_twice() {
    let place = Place::new(&[60_000; 10]);
    let a = place.inbox("a", &[0.0..0.6]);
    let b = place.inbox("b", &[0.0..0.1, 0.5..1.0]);
    let (in_a, in_b) = (objects(&a).len(), objects(&b).len());
    let dry = SyncTerms {
        dry_run: true,
        ..SyncTerms::default()
    };
    let before = (tree(&a), tree(&b));
    let told = sync(&a, &b, &dry, &mut |_| Ok(())).unwrap();
    assert_eq!((tree(&a), tree(&b)), before, "a dry run writes nothing");
    let synced = equalise(&a, &b);
    assert_eq!(moved(&told), moved(&synced));
    assert_eq!(objects(&a), objects(&b));
    assert!(place.is_complete(&a) && place.is_complete(&b));
    assert!(in_a < objects(&a).len() && in_b < objects(&b).len());
    assert_eq!(moved(&equalise(&a, &b)), (0, 0));
    // A stick on which nothing is.
    let stick = place.path("stick");
    equalise(&a, &stick);
    assert_eq!(objects(&a), objects(&stick));
    assert!(
        !stick.join("trust").exists(),
        "whom to trust is not handed on"
    );
    let left: Vec<_> = tree(&place.path("stick")).into_keys().collect();
    assert!(left.iter().all(|name| !name.contains(".new")), "{left:?}");
    let legal = |c: char| c.is_ascii_alphanumeric() || "./-_".contains(c);
    assert!(left.iter().all(|name| name.chars().all(legal)), "{left:?}");
}

#[test]
fn unfinished_objects_add_up_as_far_as_signed_lists_name_their_runs() {
    // One picture, that lies across the middle of the file.
    let place = Place::new(&[600_000]);
    let a = place.inbox("a", &[0.0..0.55]);
    let b = place.inbox("b", &[0.0..0.2, 0.5..1.0]);
    assert!(!place.is_complete(&a) && !place.is_complete(&b));
    let synced = equalise(&a, &b);
    assert!(synced.forth.runs > 100, "{synced:?}");
    assert!(place.is_complete(&a) && place.is_complete(&b));
    assert_eq!(objects(&a), objects(&b));
    // Runs without lists stay where they are.
    let a = place.inbox("a2", &[0.0..0.55]);
    let b = place.inbox("b2", &[0.0..0.2, 0.5..1.0]);
    fs::write(a.join("lists"), []).unwrap();
    let synced = equalise(&a, &b);
    assert_eq!(synced.forth.runs, 0);
    assert!(synced.forth.unsigned_runs > 100);
    assert!(synced.back.runs > 100, "what b has is signed");
    assert!(!place.is_complete(&b));
    // Forged lists do not help.
    let a = place.inbox("a3", &[0.0..0.55]);
    let b = place.inbox("b3", &[0.0..0.2, 0.5..1.0]);
    let mut lists = fs::read(a.join("lists")).unwrap();
    // Somewhere in every one.
    for at in (50..lists.len()).step_by(200) {
        lists[at] ^= 1;
    }
    fs::write(a.join("lists"), &lists).unwrap();
    let synced = equalise(&a, &b);
    assert_eq!(synced.forth.runs, 0, "{synced:?}");
    assert!(synced.forth.unsigned_runs > 100, "{synced:?}");
}

#[test]
fn runs_that_waited_for_an_edition_become_objects_when_it_is_known() {
    let place = Place::new(&[60_000; 8]);
    let a = place.inbox("a", &[0.0..0.4]);
    // Nothing signed that names what is in it.
    let b = place.inbox("b", &[0.3..0.999]);
    assert!(objects(&b).is_empty() && b.join("waiting").exists());
    equalise(&a, &b);
    assert_eq!(objects(&a), objects(&b));
    assert!(objects(&a).len() >= 8 + 4, "{}", objects(&a).len());
    assert_eq!(moved(&equalise(&a, &b)), (0, 0));
}

#[test]
fn what_is_damaged_is_not_handed_on_and_comes_back_from_the_other_side() {
    let place = Place::new(&[60_000; 4]);
    let a = place.inbox("a", &[0.0..1.0]);
    let name = draft("article 2", 60_000).assets[0].hash.to_string();
    let object = |inbox: &Path| inbox.join("objects").join(&name[..2]).join(&name);
    let good = fs::read(object(&a)).unwrap();
    let mut bad = good.clone();
    bad[30_000] ^= 1;
    fs::write(object(&a), &bad).unwrap();
    let b = place.path("b");
    let mut damaged = Vec::new();
    let synced = sync(&a, &b, &SyncTerms::default(), &mut |event| {
        if let SyncEvent::Damaged { hash, .. } = event {
            damaged.push(hash.to_string());
        }
        Ok(())
    })
    .unwrap();
    assert_eq!((damaged, synced.damaged), (vec![name.clone()], 1));
    assert!(!object(&b).exists() && !object(&a).exists());
    let c = place.inbox("c", &[0.0..1.0]);
    equalise(&b, &c);
    equalise(&a, &c);
    assert_eq!(fs::read(object(&a)).unwrap(), good);
    // What nobody copies is found if one asks for it.
    fs::write(object(&a), &bad).unwrap();
    assert_eq!(moved(&equalise(&a, &c)), (0, 0));
    let check = SyncTerms {
        check: true,
        ..SyncTerms::default()
    };
    let synced = sync(&a, &c, &check, &mut |_| Ok(())).unwrap();
    assert_eq!(synced.damaged, 1);
    assert_eq!(objects(&a), objects(&c));
}

#[test]
fn nothing_is_taken_of_whom_nobody_trusts() {
    let place = Place::new(&[60_000; 2]);
    let stranger = Place::new(&[50_000; 2]);
    let a = place.inbox("a", &[0.0..1.0]);
    let stick = stranger.inbox("stick", &[0.0..1.0]);
    // Something that no edition names.
    fs::create_dir_all(stick.join("objects/00")).unwrap();
    let zeros = "0".repeat(64);
    fs::write(stick.join("objects/00").join(&zeros), b"anything").unwrap();
    let before = objects(&a);
    let synced = equalise(&a, &stick);
    assert_eq!(moved(&synced), (0, 0));
    assert_eq!(objects(&a), before);
    // A stick that trusts nobody takes what the other side trusts, and keeps its own to itself.
    fs::remove_file(stick.join("trust")).unwrap();
    fs::remove_file(stick.join("objects/00").join(zeros)).unwrap();
    equalise(&a, &stick);
    assert_eq!(objects(&a), before);
    let both = objects(&stick);
    assert!(before.keys().all(|name| both.contains_key(name)));
}

/// Pulls the stick out at the nth thing that happens, damages what was being written, and goes on.
#[test]
fn a_stick_may_be_pulled_out_at_any_moment() {
    let place = Place::new(&[60_000, 300_000, 60_000, 2_500_000]);
    let whole = place.inbox("whole", &[0.0..1.0]);
    let want = objects(&whole);
    let mut random = Random(5);
    for pulled in 0..10 {
        let a = place.inbox(&format!("a{pulled}"), &[0.0..0.3]);
        let b = place.inbox(&format!("b{pulled}"), &[0.0..0.1, 0.29..1.0]);
        let mut left = pulled;
        let result = sync(&a, &b, &SyncTerms::default(), &mut |_| {
            left -= 1;
            match left < 0 {
                true => Err(Error::PipeTakesOne),
                false => Ok(()),
            }
        });
        let _ = result;
        // What was on its way: cut, or rubbish behind what was written.
        for (inbox, name) in [(&a, 1_u8), (&b, 2)] {
            for missing in want
                .keys()
                .filter(|n| !inbox.join("objects").join(n).exists())
            {
                let aside = inbox.join("objects").join(format!("{missing}.new"));
                fs::create_dir_all(aside.parent().unwrap()).unwrap();
                let mut bytes = want[missing].clone();
                let at = random.below(bytes.len());
                match random.below(3) {
                    0 => bytes.truncate(at),
                    1 => bytes[at..].fill(name),
                    _ => bytes.extend_from_slice(&[name; 5_000]),
                }
                fs::write(aside, bytes).unwrap();
            }
            // Objects that were cut after they had got their names.
            let here: Vec<_> = objects(inbox).into_keys().collect();
            let cut = inbox.join("objects").join(&here[random.below(here.len())]);
            if want.values().any(|bytes| *bytes == fs::read(&cut).unwrap()) && pulled % 3 == 2 {
                let other = if inbox == &a { &b } else { &a };
                let name = cut.strip_prefix(inbox).unwrap();
                let there = fs::read(other.join(name)).unwrap_or_default();
                if there == fs::read(&cut).unwrap() {
                    fs::File::options()
                        .write(true)
                        .open(&cut)
                        .unwrap()
                        .set_len(100)
                        .unwrap();
                }
            }
        }
        let synced = equalise(&a, &b);
        assert_eq!(synced.damaged, 0, "{synced:?}");
        assert!(
            objects(&a) == want && objects(&b) == want,
            "{pulled}: {synced:?}"
        );
        assert!(place.is_complete(&a) && place.is_complete(&b));
        assert_eq!(moved(&equalise(&a, &b)), (0, 0));
        for inbox in [a, b] {
            fs::remove_dir_all(inbox).unwrap();
        }
    }
}

#[test]
fn folders_and_inboxes_are_made_equal_and_folders_stay_folders() {
    let place = Place::new(&[60_000; 3]);
    publish(&place.station, &[draft("film", 9_000_000)], NOW + 60);
    let folder = place.path("folder");
    to_folder(&place.station, &folder);
    // To an inbox that is not there yet, from a folder: it has to be said that it is one.
    let inbox = place.inbox("inbox", &[]);
    let synced = equalise(&folder, &inbox);
    assert!(
        synced.forth.editions == 1
            && synced.back
                == station::sync::Moved {
                    free: synced.back.free,
                    ..Default::default()
                }
    );
    assert!(place.is_complete(&inbox));
    objects(&inbox);
    // A copy of the folder has the same bytes, lists and all.
    let copy = place.path("copy");
    equalise(&folder, &copy);
    assert_eq!(tree(&folder), tree(&copy));
    assert_eq!(moved(&equalise(&copy, &folder)), (0, 0));
    // From an inbox back into a folder, which then is read as one.
    fs::create_dir_all(place.path("stick")).unwrap();
    fs::write(place.path("stick").join(station::folder::INDEX), []).unwrap();
    equalise(&inbox, &place.path("stick"));
    let mut receiver = listener(place.key);
    visit(shelf(&place.path("stick")), &mut receiver).unwrap();
    assert!(is_complete(&receiver));
    // An older copy gets what is new, and loses what was withdrawn.
    publish(&place.station, &[draft("more", 70_000)], NOW + 120);
    station::withdraw(&place.station, &[1], NOW + 180, &mut no_passphrase).unwrap();
    to_folder(&place.station, &folder);
    let synced = equalise(&copy, &folder);
    assert_eq!(synced.back.editions, 1);
    assert!(moved(&synced).1 <= 6, "{synced:?}");
    assert_eq!(tree(&folder), tree(&copy));
    // A damaged piece is not handed on, in either direction.
    let film = draft("film", 9_000_000).assets[0].hash.to_string();
    let piece = format!("{}/{film}-1.bin", &film[..2]);
    let mut bytes = fs::read(copy.join(&piece)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(copy.join(&piece), &bytes).unwrap();
    let fresh = place.inbox("fresh", &[]);
    let synced = equalise(&copy, &fresh);
    assert_eq!(synced.damaged, 1);
    assert!(!place.is_complete(&fresh));
    equalise(&folder, &copy);
    assert_eq!(tree(&folder), tree(&copy));
    equalise(&copy, &fresh);
    assert!(place.is_complete(&fresh));
}

#[test]
fn two_places_that_are_neither_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    let error = sync(&a, &b, &SyncTerms::default(), &mut |_| Ok(())).unwrap_err();
    assert!(matches!(error, Error::NothingToSync { .. }), "{error}");
    assert!(!a.exists() && !b.exists());
}
