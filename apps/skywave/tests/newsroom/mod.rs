//! A newsroom with an edition, and the program run in it.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "helpers of tests are tests; not each test needs all"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const TIME: &str = "2026-10-20T12:00:00Z";

/// A directory that goes away, with the station `st` in it.
pub struct Newsroom(tempfile::TempDir);

impl Newsroom {
    /// With nothing published.
    pub fn empty() -> Self {
        let this = Self(tempfile::tempdir().unwrap());
        let station = this.path("st");
        let name = ["init", &station, "--name", "A Newsroom", "--no-passphrase"];
        this.run(&name, 0);
        this
    }

    /// With one article and a picture, in a language without a dictionary: what is quick to read.
    pub fn small() -> Self {
        let this = Self::empty();
        let (article, picture) = (this.path("a.md"), this.path("bild.jpg"));
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
        let text = "---\ntitle: Der Hafen ist offen\nsection: Land\nlanguage: de\n---\n\nEin Satz.\n\n\
                    ![Ein Bild](bild.jpg)\n";
        fs::write(&article, text).unwrap();
        fs::copy(samples.join("pictures/night-sky.jpg"), picture).unwrap();
        let station = this.path("st");
        this.run(&["publish", "-s", &station, "--time", TIME, &article], 0);
        this
    }

    /// With the samples' feeds and articles published.
    pub fn new() -> Self {
        let this = Self::empty();
        let station = this.path("st");
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
        let source = |name: &str| samples.join(name).display().to_string();
        let (feed, articles) = (source("feed.xml"), source("articles"));
        let publish = ["publish", "-s", &station, "--time", TIME, &feed, &articles];
        this.run(&publish, 0);
        this
    }

    /// Of a file in it.
    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    /// Names of the files in it, hidden ones, too.
    pub fn files(&self) -> Vec<String> {
        let names = fs::read_dir(self.0.path()).unwrap();
        let names = names.map(|file| file.unwrap().file_name().to_string_lossy().into_owned());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// The program, with these programs beside it and no other ones; with all, if none are named.
    pub fn program(&self, arguments: &[&str], beside: Option<&Path>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_skywave"));
        command.args(arguments).stdin(Stdio::null());
        if let Some(beside) = beside {
            command.env("PATH", beside);
        }
        command.output().unwrap()
    }

    /// What the program writes to stdout; its complaints, if it fails.
    pub fn run(&self, arguments: &[&str], status: i32) -> String {
        let output = self.program(arguments, None);
        let (stdout, stderr) = (&output.stdout, String::from_utf8_lossy(&output.stderr));
        let stdout = String::from_utf8_lossy(stdout).into_owned();
        assert_eq!(
            output.status.code(),
            Some(status),
            "{arguments:?}\n{stdout}\n{stderr}"
        );
        match status {
            1 | 2 => stderr.into_owned(),
            _ => stdout,
        }
    }

    /// `send radio --json` with these words, to a file: what it says was sent.
    pub fn send(&self, words: &[&str], file: &str) -> serde_json::Value {
        let (station, path) = (self.path("st"), self.path(file));
        let send = ["send", "radio", "--json", "-s", &station, "-o", &path];
        let said = self.run(&[&send[..], words].concat(), 0);
        event(&said, "sent").unwrap_or_else(|| panic!("{said}"))
    }

    /// Receives a file that brings front and text: what its sound was like.
    pub fn receive(&self, file: &str) -> serde_json::Value {
        let (path, key) = (self.path(file), self.path("st/station.pub"));
        let inbox = self.path(&format!("{file}-inbox"));
        let receive = ["receive", "--json", &path, "--trust", &key, "-i", &inbox];
        let said = self.run(&receive, 4);
        for tier in ["front", "text"] {
            let here = said.lines().any(|line| {
                let value: serde_json::Value = serde_json::from_str(line).unwrap();
                value["event"] == "tier" && value["tier"] == tier
            });
            assert!(here, "{file} does not bring the tier {tier}: {said}");
        }
        event(&said, "recording").unwrap()["sound"].clone()
    }

    /// The file as ffmpeg makes another of it.
    pub fn converted(&self, file: &str, words: &[&str], to: &str) {
        let (from, to) = (self.path(file), self.path(to));
        let begin = ["-v", "error", "-y", "-i", &from];
        let end = ["-fflags", "+bitexact", &to];
        let words = [&begin[..], words, &end].concat();
        let done = Command::new("ffmpeg").args(words).status();
        let done = done.expect("these tests need ffmpeg: cargo xtask setup");
        assert!(done.success());
    }

    /// The file as ffmpeg hears it, as a WAV of 16 bits: its rate and samples.
    pub fn heard(&self, file: &str, wav: &str) -> (u32, Vec<i16>) {
        self.converted(file, &["-c:a", "pcm_s16le"], wav);
        samples(&fs::read(self.path(wav)).unwrap())
    }
}

/// Rate and samples of a WAV with a header of 44 bytes.
pub fn samples(wav: &[u8]) -> (u32, Vec<i16>) {
    assert_eq!((&wav[..4], &wav[36..40]), (&b"RIFF"[..], &b"data"[..]));
    let rate = u32::from_le_bytes(wav[24..28].try_into().unwrap());
    let data = wav[44..].chunks_exact(2);
    let samples = data.map(|pair| i16::from_le_bytes([pair[0], pair[1]]));
    (rate, samples.collect())
}

/// The first event of this name.
pub fn event(stdout: &str, name: &str) -> Option<serde_json::Value> {
    let mut all = stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    all.find(|value: &serde_json::Value| value["event"] == name)
}

/// The peak, in dB over full scale.
pub fn peak_db(samples: &[i16]) -> f64 {
    let peak = samples.iter().map(|s| f64::from(*s).abs());
    20.0 * (peak.fold(0.0, f64::max) / 32_767.0).log10()
}

/// The root mean square, in dB over full scale.
pub fn rms_db(samples: &[i16]) -> f64 {
    let power = samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>();
    10.0 * (power / samples.len() as f64 / 32_767.0_f64.powi(2)).log10()
}
