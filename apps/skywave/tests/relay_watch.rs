//! `skywave relay --watch`, `--without`, `--stick`: the courier's side of a relay.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod newsroom;
mod relaying;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use newsroom::{Newsroom, event};
use relaying::{FAR, Relay, television};
use serde_json::Value;

fn is(value: &Value, name: &str, file: &str) -> bool {
    value["event"] == name
        && value["file"]
            .as_str()
            .is_some_and(|path| path.ends_with(file))
}

/// A file appears as recorders make it: under another name first.
fn record(folder: &str, name: &str, bytes: &[u8]) {
    let aside = Path::new(folder).join(format!("{name}.part"));
    fs::write(&aside, bytes).unwrap();
    fs::rename(aside, Path::new(folder).join(name)).unwrap();
}

struct Watched {
    news: Newsroom,
    folder: String,
    inbox: String,
    key: String,
}

impl Watched {
    /// The inbox has the edition.
    fn receive(&self) {
        let air = television(&self.news, "air.ts", "1.2");
        let words = ["receive", &air, "--trust", &self.key, "-i", &self.inbox];
        self.news.run(&words, 0);
    }

    fn new() -> Self {
        let news = Newsroom::small();
        let folder = news.path("recordings");
        fs::create_dir(&folder).unwrap();
        Self {
            inbox: news.path("inbox"),
            key: news.path("st/station.pub"),
            folder,
            news,
        }
    }

    fn start(&self, words: &[&str]) -> Relay {
        let begin = [
            "-i",
            &self.inbox,
            "--trust",
            &self.key,
            "--watch",
            &self.folder,
            "--settle",
            "1",
        ];
        Relay::start(&[&begin[..], words].concat())
    }
}

#[test]
fn recordings_are_taken_in_once_whenever_it_is_killed() {
    let watched = Watched::new();
    let air = fs::read(television(&watched.news, "air.ts", "1.2")).unwrap();
    // Eight parts, and kills at any moment: at rest, while one is read, and when it is read and not
    // yet written down.
    let mut state = 20_261_129_u64;
    for (n, part) in air.chunks(air.len() / 8 + 1).enumerate() {
        record(&watched.folder, &format!("{n}.ts"), part);
        let mut relay = watched.start(&[]);
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        if n % 2 == 0 {
            relay.wait(|value| value["event"] == "recording");
        } else {
            std::thread::sleep(Duration::from_millis(state >> 53));
        }
        relay.kill();
    }
    let mut relay = watched.start(&[]);
    relay.find(|value| value["event"] == "offered" && value["complete"] == true);
    record(&watched.folder, "last.ts", &air[..air.len() / 2]);
    relay.find(|value| is(value, "taken", "last.ts"));
    relay.kill();
    // All are known: the next one takes in only what is new, and what has changed.
    record(&watched.folder, "new.ts", &air[..air.len() / 3]);
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(Path::new(&watched.folder).join("3.ts"))
        .unwrap();
    file.write_all(&air[..air.len() / 4]).unwrap();
    drop(file);
    let mut relay = watched.start(&[]);
    let taken = |relay: &Relay| {
        let events = relay
            .said
            .iter()
            .filter(|value| value["event"] == "recording");
        events.count()
    };
    while taken(&relay) < 2 {
        relay.wait(|value| value["event"] == "taken");
    }
    record(&watched.folder, "end.ts", &air[..air.len() / 4]);
    relay.find(|value| is(value, "taken", "end.ts"));
    assert_eq!(taken(&relay), 3, "{:#?}", relay.said);
    let links = relay.links(".sky");
    let copy = watched.news.path("copy.sky");
    fs::write(&copy, relay.get(&links[0]).body).unwrap();
    let other = watched.news.path("other");
    let words = [
        "receive",
        "--json",
        &copy,
        "--trust",
        &watched.key,
        "-i",
        &other,
    ];
    let said = watched.news.run(&words, 0);
    assert_eq!(event(&said, "status").unwrap()["complete"], true);
}

#[test]
fn only_what_was_taken_in_whole_is_deleted() {
    let watched = Watched::new();
    let air = fs::read(television(&watched.news, "air.ts", "1.2")).unwrap();
    let noise: Vec<u8> = (0..300_000_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    // A container that breaks off in its first lines.
    let broken = [&b"fLaC\x00\x00\x00\x22"[..], &[0; 20]].concat();
    record(&watched.folder, "good.ts", &air);
    record(&watched.folder, "noise.ts", &noise);
    record(&watched.folder, "broken.flac", &broken);
    let mut relay = watched.start(&["--delete-recordings"]);
    for name in ["noise.ts", "broken.flac"] {
        let path = Path::new(&watched.folder).join(name);
        let taken = relay.find(|value| is(value, "taken", name));
        assert_eq!(taken["good"], false, "{name}");
        assert!(path.exists(), "{name}");
    }
    // What it brought before its index could have been dropped: it is read again, and then deleted.
    let taken = relay.find(|value| is(value, "taken", "good.ts"));
    assert_eq!(
        (&taken["good"], &taken["again"]),
        (&false.into(), &true.into())
    );
    relay.find(|value| is(value, "taken", "good.ts") && value["good"] == true);
    relay.find(|value| is(value, "deleted", "good.ts"));
    // One that still grows is not touched, though it rests: somebody has it open.
    let growing = Path::new(&watched.folder).join("growing.ts");
    let mut writer = fs::File::create(&growing).unwrap();
    writer.write_all(&air[..air.len() / 2]).unwrap();
    record(&watched.folder, "next.ts", &air[..air.len() / 2]);
    relay.find(|value| is(value, "deleted", "next.ts"));
    record(&watched.folder, "after.ts", &air[..air.len() / 3]);
    relay.find(|value| is(value, "deleted", "after.ts"));
    assert!(growing.exists());
    drop(writer);
    relay.find(|value| is(value, "deleted", "growing.ts"));
    let mut left: Vec<_> = fs::read_dir(&watched.folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["broken.flac", "noise.ts"]);
}

#[test]
fn it_serves_on_when_it_cannot_write_down_what_it_took_in() {
    let watched = Watched::new();
    let air = fs::read(television(&watched.news, "air.ts", "1.2")).unwrap();
    let mut relay = watched.start(&["--delete-recordings"]);
    record(&watched.folder, "noise.ts", &[7; 100_000]);
    relay.find(|value| is(value, "taken", "noise.ts"));
    // As little can be written there as to a card that is full.
    let taken = Path::new(&watched.inbox).join("taken");
    fs::remove_file(&taken).unwrap();
    fs::create_dir(&taken).unwrap();
    record(&watched.folder, "good.ts", &air);
    relay.find(|value| value["event"] == "problem" && value.to_string().contains(&watched.inbox));
    relay.find(|value| is(value, "deleted", "good.ts"));
    assert!(relay.landing().contains("class=\"go\""));
}

#[test]
fn sections_are_left_out_as_far_as_signatures_let_them() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    let news = Newsroom::empty();
    let (station, key, inbox) = (news.path("st"), news.path("st/station.pub"), path("inbox"));
    let publish = |name: &str, title: &str, section: &str, time: &str| {
        let text = format!(
            "---\ntitle: {title}\nsection: {section}\nlanguage: de\ndate: {time}\n---\n\n{}\n",
            "Words of this article that are its own. ".repeat(20)
        );
        fs::write(path(name), text).unwrap();
        news.run(&["publish", "-s", &station, "--time", time, &path(name)], 0);
    };
    publish(
        "a.md",
        "The harvest is in",
        "Country",
        "2026-10-20T12:00:00Z",
    );
    publish("b.md", "A match was lost", "Sport", "2026-10-20T13:00:00Z");
    let air = path("air.ts");
    let send = [
        "send",
        "ts",
        "-s",
        &station,
        "--bitrate",
        "1M",
        "--laps",
        "2",
        "-o",
        &air,
    ];
    news.run(&send, 0);
    news.run(&["receive", &air, "--trust", &key, "-i", &inbox], 0);
    let sky = |relay: &Relay, name: &str, status| {
        let file = path(name);
        fs::write(&file, relay.get(&relay.links(".sky")[0]).body).unwrap();
        let other = path(&format!("{name}-inbox"));
        news.run(
            &["receive", "--json", &file, "--trust", &key, "-i", &other],
            status,
        )
    };
    let all = Relay::start(&["-i", &inbox]);
    assert!(all.landing().contains("A match was lost"));
    sky(&all, "all.sky", 0);
    // One relay at a time has an inbox.
    drop(all);
    let some = Relay::start(&["-i", &inbox, "--without", " sport "]);
    for page in [some.landing(), some.get("/start").text()] {
        assert!(page.contains("The harvest is in") && !page.contains("A match was lost"));
    }
    let site = some
        .links("/")
        .into_iter()
        .find(|link| link.starts_with("/news/"))
        .unwrap();
    assert!(!some.get(&site).text().contains("A match was lost"));
    // What is left verifies, and whoever opens it is told that there is more.
    let said = sky(&some, "some.sky", 4);
    let status = event(&said, "status").unwrap();
    assert_eq!(
        (&status["number"], &status["complete"]),
        (&2.into(), &false.into())
    );
    assert_eq!(
        status["tiers"][1]["objects_complete"].as_u64().unwrap() + 1,
        status["tiers"][1]["objects"]
    );
    let none = Relay::start(&["-i", &inbox, "--without", "Sport", "--no-editions"]);
    assert!(none.links(".sky").is_empty() && none.landing().contains("The harvest is in"));
}

#[test]
fn a_stick_gets_what_fits_of_it() {
    let watched = Watched::new();
    watched.receive();
    let stick = watched.news.path("stick");
    let mut relay = Relay::start(&["-i", &watched.inbox, "--stick", &stick]);
    fs::create_dir(&stick).unwrap();
    let copied = relay.wait(|value| value["event"] == "stick");
    assert_eq!(copied["cut"], serde_json::json!([]));
    let link = &relay.links(".sky")[0];
    let name = link.rsplit('/').next().unwrap();
    let on_stick = Path::new(&stick).join(name);
    assert!(fs::read(&on_stick).unwrap() == relay.get(link).body);
    assert!(
        name.starts_with("notes-2026-"),
        "the name says nothing: {name}"
    );
    // It can be received from.
    let other = watched.news.path("other");
    let from = on_stick.display().to_string();
    watched.news.run(
        &["receive", &from, "--trust", &watched.key, "-i", &other],
        0,
    );
}

#[test]
fn a_stick_without_room_gets_the_front_first() {
    let watched = Watched::new();
    watched.receive();
    let stick = watched.news.path("stick");
    fs::create_dir(&stick).unwrap();
    // A megabyte is left free, and nothing is on it yet: 40 kB of an edition of more.
    let words = ["-i", &watched.inbox, "--stick", &stick];
    let Some(mut relay) = Relay::beside_mount(&words, &stick, 1_024 + 40) else {
        assert!(
            std::env::var_os("SKYWAVE_REQUIRE_TOOLS").is_none(),
            "unshare -rm fails"
        );
        println!("left out: a file system cannot be mounted here");
        return;
    };
    let copied = relay.find(|value| value["event"] == "stick");
    // The reader page, where there is one, does not fit at all.
    let cut = copied["cut"].as_array().unwrap();
    let mut cut = cut.iter().filter_map(|name| name.as_str());
    let name = cut.find(|name| name.ends_with(".sky"));
    let name = name.unwrap_or_else(|| panic!("{copied}"));
    let there = fs::read(relay.seen(&stick).join(name)).unwrap();
    let whole = relay.get(&relay.links(".sky")[0]).body;
    assert!(there.len() > 20_000 && there.len() < whole.len() && whole.starts_with(&there));
    let (copy, other) = (watched.news.path("copy.sky"), watched.news.path("other"));
    fs::write(&copy, there).unwrap();
    let words = [
        "receive",
        "--json",
        &copy,
        "--trust",
        &watched.key,
        "-i",
        &other,
    ];
    let said = watched.news.run(&words, 4);
    for tier in ["front", "text"] {
        let is_here = said.lines().any(|line| {
            let value: Value = serde_json::from_str(line).unwrap();
            value["event"] == "tier" && value["tier"] == tier
        });
        assert!(is_here, "{tier}: {said}");
    }
}

#[test]
fn it_receives_while_it_serves_and_serves_what_others_receive() {
    let watched = Watched::new();
    let air = television(&watched.news, "air.ts", "1.2");
    let mut relay = Relay::start(&[&air, "-i", &watched.inbox, "--trust", &watched.key]);
    relay.find(|value| value["event"] == "offered" && value["complete"] == true);
    assert!(relay.landing().contains("class=\"go\""));
    assert_eq!(relay.end().1, Some(0));
    // Another program fills an inbox that is being served, be a folder watched or not.
    for (name, words) in [
        ("later", &[][..]),
        ("watched", &["--watch", &watched.folder]),
    ] {
        let inbox = watched.news.path(name);
        let begin = ["-i", &inbox, "--trust", &watched.key];
        let mut relay = Relay::start(&[&begin[..], words].concat());
        assert!(
            relay.landing().contains("class=\"notice\""),
            "nothing is here yet"
        );
        watched
            .news
            .run(&["receive", &air, "--trust", &watched.key, "-i", &inbox], 0);
        relay.find(|value| value["event"] == "offered" && value["complete"] == true);
        let began = Instant::now();
        while !relay.landing().contains("class=\"go\"") {
            assert!(began.elapsed() < FAR);
        }
    }
}
