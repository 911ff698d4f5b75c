//! A broadcaster's slot: voice and data in turns, which fill it to the sample.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod newsroom;

use std::fs;
use std::process::Command;

use newsroom::{Newsroom, event, peak_db, rms_db, samples};
use serde_json::Value;

const MODE: [&str; 4] = ["--mode", "shortwave", "--rate", "8000"];

/// One newsroom: to publish takes longest.
#[test]
fn voice_and_data_fill_a_slot() {
    let has_espeak = Command::new("espeak-ng").arg("--version").output().is_ok();
    let news = Newsroom::new();
    on_air(&news);
    recordings_are_played_and_nothing_speaks(&news);
    if has_espeak {
        the_station_speaks_and_the_news_is_heard(&news);
        what_does_not_fit_is_refused(&news);
    } else {
        assert!(
            std::env::var_os("SKYWAVE_REQUIRE_TOOLS").is_none(),
            "espeak-ng is missing"
        );
        eprintln!("SKIPPED: espeak-ng is not installed");
    }
}

/// In three languages, of which one has no voice, on a frequency.
fn on_air(news: &Newsroom) {
    let path = news.path("st/station.toml");
    let settings = fs::read_to_string(&path).unwrap();
    let settings = settings.replace(r#"languages = ["en"]"#, r#"languages = ["en", "fa", "ps"]"#);
    assert!(settings.contains("fa"), "{settings}");
    fs::write(path, settings).unwrap();
}

fn parts(sent: &Value) -> Vec<(String, f64, f64)> {
    let parts = sent["rundown"].as_array().unwrap().iter();
    let number = |value: &Value| value.as_f64().unwrap();
    let part = |part: &Value| {
        let name = part["part"].as_str().unwrap().to_owned();
        (name, number(&part["at"]), number(&part["seconds"]))
    };
    parts.map(part).collect()
}

fn names(parts: &[(String, f64, f64)]) -> Vec<&str> {
    parts.iter().map(|(name, ..)| &**name).collect()
}

fn the_station_speaks_and_the_news_is_heard(news: &Newsroom) {
    let words = [
        &MODE[..],
        &["--minutes", "9", "--every", "3", "--level", "-6"],
    ]
    .concat();
    let sent = news.send(&words, "slot.wav");
    let (rate, sound) = samples(&fs::read(news.path("slot.wav")).unwrap());
    assert_eq!((rate, sound.len()), (8_000, 9 * 60 * 8_000));
    let parts = parts(&sent);
    // Two languages speak; bulletins are headlines in them.
    let names = names(&parts);
    assert_eq!(&names[..2], ["opening", "opening"], "{names:?}");
    assert_eq!(&names[names.len() - 2..], ["closing", "closing"]);
    assert!(names.contains(&"bulletin"), "{names:?}");
    assert!(names.iter().filter(|name| **name == "data").count() >= 2);
    let mut end = 0.0;
    for (name, at, seconds) in &parts {
        // A pause between each.
        let pause = at - end;
        assert!(
            (end == 0.0) == (pause == 0.0) && pause < 0.5,
            "{name} {pause}"
        );
        assert!(name != "data" || *seconds <= 180.0);
        end = at + seconds;
    }
    assert!((end - 540.0).abs() < 1e-6, "{end}");
    // Nothing over the level, and a voice is about as loud as data.
    let peak = peak_db(&sound);
    assert!((-6.2..-5.99).contains(&peak), "{peak}");
    let rms = |at: f64, seconds: f64| {
        let place = |seconds: f64| (seconds * 8_000.0) as usize;
        rms_db(&sound[place(at)..place(at + seconds)])
    };
    let data = parts.iter().find(|(name, ..)| name == "data").unwrap();
    let data = rms(data.1, data.2);
    assert!((-16.0..-13.5).contains(&data), "{data}");
    for (name, at, seconds) in parts.iter().filter(|(name, ..)| name != "data") {
        let voice = rms(*at, *seconds);
        assert!(
            (-7.0..1.5).contains(&(voice - data)),
            "{name}: {voice} {data}"
        );
    }
    let heard = news.receive("slot.wav");
    assert_eq!(heard["good_frames"], sent["frames"]);
    // What is foretold: nobody has it sooner than a frame is spread.
    let prospects = sent["prospects"].as_array().unwrap();
    let wait = |lost: f64, tier: &str| {
        let is = |p: &&Value| p["frames_lost"] == lost && p["tier"] == tier;
        prospects.iter().find(is).unwrap()["median_seconds"]
            .as_f64()
            .unwrap()
    };
    assert!((30.0..120.0).contains(&wait(0.0, "front")), "{sent}");
    assert!(wait(0.0, "front") <= wait(0.0, "text"));
    assert!(wait(0.0, "front") <= wait(0.3, "front"), "{sent}");
    // A language without a voice is told of, with what would be said.
    let (station, path) = (news.path("st"), news.path("again.wav"));
    let send = [
        "send",
        "radio",
        "-s",
        &station,
        "-o",
        &path,
        "--minutes",
        "9",
    ];
    let output = news.program(&[&send[..], &MODE].concat(), None);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("nothing here speaks ps"), "{said}");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("The rundown:") && said.contains("of 100 frames are lost"),
        "{said}"
    );
}

fn recordings_are_played_and_nothing_speaks(news: &Newsroom) {
    // A tone for a voice, at another rate and in stereo, as a studio has it.
    let tone = |name: &str, hertz: u32, seconds: &str| {
        let path = news.path(name);
        let sine = format!("sine=frequency={hertz}:sample_rate=44100:duration={seconds}");
        let words = [
            "-v", "error", "-y", "-f", "lavfi", "-i", &sine, "-ac", "2", &path,
        ];
        assert!(
            Command::new("ffmpeg")
                .args(words)
                .status()
                .unwrap()
                .success()
        );
        path
    };
    let announce = tone("announce.flac", 700, "5");
    let (one, two) = (tone("one.mp3", 900, "7"), tone("two.wav", 1_100, "3"));
    let nothing = tempfile::tempdir().unwrap();
    let (station, path) = (news.path("st"), news.path("played.wav"));
    let send = ["send", "radio", "--json", "-s", &station, "-o", &path];
    let minutes = ["--minutes", "5"];
    let played = ["--announce", &announce, "--voice", &one, &two];
    let words = [&send[..], &MODE, &minutes, &played].concat();
    let output = news.program(&words, Some(nothing.path()));
    let (stdout, stderr) = (&output.stdout, String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stderr}");
    let sent = event(&String::from_utf8_lossy(stdout), "sent").unwrap();
    let parts = parts(&sent);
    assert_eq!(
        names(&parts),
        ["opening", "bulletin", "data", "bulletin", "data"]
    );
    assert!((parts[0].2 - 5.0).abs() < 0.1 && (parts[3].2 - 3.0).abs() < 0.1);
    let heard = news.receive("played.wav");
    assert_eq!(heard["good_frames"], sent["frames"]);
    // Without a program and without a recording there is nobody to announce it.
    let words = [&send[..], &MODE, &minutes].concat();
    let output = news.program(&words, Some(nothing.path()));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    for way in ["apt install espeak-ng", "--announce", "--bare"] {
        assert!(said.contains(way), "{said}");
    }
    for (file, why) in [
        ("absent.wav", "absent.wav"),
        ("st/station.toml", "no sound"),
    ] {
        let file = news.path(file);
        let words = [&send[..], &MODE, &minutes, &["--announce", &file]].concat();
        let output = news.program(&words, Some(nothing.path()));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code() == Some(1) && said.contains(why),
            "{said}"
        );
    }
}

fn what_does_not_fit_is_refused(news: &Newsroom) {
    let (station, path) = (news.path("st"), news.path("full.wav"));
    let send = [
        "send",
        "radio",
        "-s",
        &station,
        "-o",
        &path,
        "--minutes",
        "1",
    ];
    let said = news.run(&[&send[..], &MODE].concat(), 1);
    assert!(said.contains("voices and pauses take"), "{said}");
    assert!(!fs::exists(&path).unwrap());
    let said = news.run(
        &[&send[..], &MODE, &["--bare", "--voice", "a.wav"]].concat(),
        2,
    );
    assert!(said.contains("--bare"), "{said}");
}
