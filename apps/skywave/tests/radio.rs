//! From the station through sound to the inbox, with the program alone.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "radio/recordings.rs"]
mod recordings;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const TIME: &str = "2026-10-20T12:00:00Z";
const MINUTES: u32 = 3;

struct Newsroom(tempfile::TempDir);

impl Newsroom {
    /// With the samples' feeds and articles published.
    fn new() -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        let station = this.path("st");
        let name = ["init", &station, "--name", "A Newsroom", "--no-passphrase"];
        this.run(&name, 0);
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
        let source = |name: &str| samples.join(name).display().to_string();
        let (feed, articles) = (source("feed.xml"), source("articles"));
        let publish = ["publish", "-s", &station, "--time", TIME, &feed, &articles];
        this.run(&publish, 0);
        this
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// What the program writes to stdout; its complaints as well, if it fails.
    fn run(&self, arguments: &[&str], status: i32) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_skywave"));
        let output = command.args(arguments).stdin(Stdio::null()).output();
        let output = output.unwrap();
        let (stdout, stderr) = (&output.stdout, String::from_utf8_lossy(&output.stderr));
        let stdout = String::from_utf8_lossy(stdout).into_owned();
        assert_eq!(
            output.status.code(),
            Some(status),
            "{arguments:?}\n{stdout}\n{stderr}"
        );
        match status {
            1 | 2 => format!("{stdout}{stderr}"),
            _ => stdout,
        }
    }

    fn send(&self, file: &str, rate: &str) -> (serde_json::Value, Vec<u8>) {
        let (station, path, minutes) = (self.path("st"), self.path(file), MINUTES.to_string());
        let words = [
            "send",
            "radio",
            "--json",
            "-s",
            &station,
            "--mode",
            "shortwave",
        ];
        let more = ["--bare", "--minutes", &minutes, "--rate", rate, "-o", &path];
        let sent = self.run(&[&words[..], &more].concat(), 0);
        (event(&sent, "sent"), fs::read(path).unwrap())
    }

    fn receive(&self, file: &str, status: i32) -> String {
        let (path, key) = (self.path(file), self.path("st/station.pub"));
        let inbox = self.path(&format!("{file}-inbox"));
        self.run(
            &["receive", "--json", &path, "--trust", &key, "-i", &inbox],
            status,
        )
    }

    /// The front and the texts are here, and can be read.
    fn has_the_news(&self, file: &str, received: &str) {
        let tiers: Vec<String> = received
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .filter(|value| value["event"] == "tier")
            .map(|value| value["tier"].to_string())
            .collect();
        assert!(tiers.contains(&"\"front\"".to_owned()), "{received}");
        assert!(tiers.contains(&"\"text\"".to_owned()), "{received}");
        let (inbox, site) = (
            self.path(&format!("{file}-inbox")),
            self.path(&format!("{file}-site")),
        );
        self.run(&["read", "-i", &inbox, "--out", &site], 4);
        assert!(fs::read_dir(Path::new(&site).join("a")).unwrap().count() >= 5);
    }
}

fn event(stdout: &str, name: &str) -> serde_json::Value {
    let mut all = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    all.find(|value: &serde_json::Value| value["event"] == name)
        .unwrap_or_default()
}

/// One newsroom: to publish takes longest.
#[test]
fn the_news_goes_through_sound() {
    let news = Newsroom::new();
    from_the_station_to_an_article(&news);
    in_stereo_at_another_rate_and_with_a_gap(&news);
    other_sound_gets_an_honest_answer(&news);
    recordings::all(&news);
    what_cannot_be_sent_is_refused_before_a_file_is_touched(&news);
}

fn from_the_station_to_an_article(news: &Newsroom) {
    let (sent, wav) = news.send("a.wav", "8000");
    assert_eq!(wav.len() as u64, 44 + u64::from(MINUTES) * 60 * 8_000 * 2);
    assert_eq!(sent["bytes"], wav.len());
    let tiers = sent["tiers"].as_array().unwrap();
    let front = tiers.first().unwrap();
    assert!(front["seconds"].as_f64().unwrap() < 60.0, "{sent}");
    assert!(
        tiers.last().unwrap()["laps"].as_f64().unwrap() > 2.0,
        "{sent}"
    );
    // Pictures and media do not come by radio, so that the edition is not whole.
    let received = news.receive("a.wav", 4);
    let recording = event(&received, "recording");
    assert_eq!(recording["carrier"], "radio");
    let sound = &recording["sound"];
    assert_eq!(
        (&sound["mode"], &sound["error"]),
        (&"shortwave".into(), &().into())
    );
    assert_eq!(
        (&sound["frames"], &sound["good_frames"]),
        (&sent["frames"], &sent["frames"])
    );
    assert!(sound["snr_db_3khz"].as_f64().unwrap() > 10.0);
    news.has_the_news("a.wav", &received);
}

fn in_stereo_at_another_rate_and_with_a_gap(news: &Newsroom) {
    let (sent, wav) = news.send("mono.wav", "44100");
    let mut mono: Vec<[u8; 2]> = wav[44..].chunks_exact(2).map(|s| [s[0], s[1]]).collect();
    let middle = mono.len() / 2;
    mono.drain(middle..middle + 44_100 * 3 / 10);
    let mut stereo = wav[..44].to_vec();
    stereo[22] = 2;
    stereo[28..32].copy_from_slice(&(44_100_u32 * 4).to_le_bytes());
    stereo[32] = 4;
    stereo[40..44].copy_from_slice(&[0xff; 4]);
    stereo.extend(mono.iter().flat_map(|sample| [*sample, *sample]).flatten());
    fs::write(news.path("stereo.wav"), stereo).unwrap();
    let received = news.receive("stereo.wav", 4);
    let sound = &event(&received, "recording")["sound"];
    assert_eq!(
        (&sound["rate"], &sound["channels"]),
        (&44_100.into(), &2.into())
    );
    let good = sound["good_frames"].as_u64().unwrap();
    assert!(good * 10 >= sent["frames"].as_u64().unwrap() * 7, "{sound}");
    news.has_the_news("stereo.wav", &received);
}

fn other_sound_gets_an_honest_answer(news: &Newsroom) {
    let wav = fs::read(news.path("a.wav")).unwrap();
    let silence = [&wav[..44], &[0; 500_000]].concat();
    let mut mp3 = wav[..200].to_vec();
    mp3[20] = 0x55;
    for (name, bytes) in [
        ("silence.wav", &silence[..]),
        ("cut.wav", &wav[..30]),
        ("mp3.wav", &mp3),
    ] {
        fs::write(news.path(name), bytes).unwrap();
        let status = if name == "mp3.wav" { 1 } else { 4 };
        let received = news.receive(name, status);
        let recording = event(&received, "recording");
        assert_eq!(
            (&recording["carrier"], &recording["packets"]),
            (&"radio".into(), &0.into())
        );
        assert_eq!(recording["sound"]["frames"], 0, "{name}");
        assert_eq!(recording["sound"]["error"].is_string(), name == "mp3.wav");
        assert_eq!(event(&received, "nothing")["packets"], 0);
    }
    let (inbox, silence) = (news.path("words"), news.path("silence.wav"));
    let said = news.run(&["receive", &silence, "-i", &inbox], 3);
    assert!(
        said.contains("no transmission of Skywave is heard in it"),
        "{said}"
    );
}

fn what_cannot_be_sent_is_refused_before_a_file_is_touched(news: &Newsroom) {
    let (station, file) = (news.path("st"), news.path("refused.wav"));
    let refused = |arguments: &[&str], status: i32, why: &str| {
        let words = ["send", "radio", "-s", &station, "-o", &file];
        let said = news.run(&[&words[..], arguments].concat(), status);
        assert!(said.contains(why), "{said}");
        assert!(!Path::new(&file).exists());
    };
    let bare = ["--bare", "--mode", "shortwave"];
    refused(
        &[&bare[..], &["--minutes", "4", "--rate", "7000"]].concat(),
        1,
        "8000",
    );
    refused(&[&bare[..], &["--minutes", "0.1"]].concat(), 1, "too short");
    refused(&[&bare[..], &["--minutes", "99999"]].concat(), 1, "WAV");
    refused(&[&bare[..], &["--minutes", "-1"]].concat(), 2, "minutes");
    refused(
        &["--bare", "--mode", "longwave", "--minutes", "4"],
        2,
        "shortwave-low",
    );
    let all = [
        "send",
        "radio",
        "-s",
        &station,
        "-o",
        "-",
        "--minutes",
        "0.5",
        "--rate",
        "12000",
    ];
    let output = Command::new(env!("CARGO_BIN_EXE_skywave"))
        .args([&all[..], &bare].concat())
        .output()
        .unwrap();
    assert_eq!(output.stdout.len(), 44 + 30 * 12_000 * 2);
    assert!(output.stdout.starts_with(b"RIFF"));
}
