//! Recordings as phones write them, made by the real programs, to the news: whatever kind of sound
//! the page has a decoder for, and what happens with damaged ones.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test: it makes and reads files, and says what is skipped"
)]

#[path = "../../../crates/receiver/tests/common/mod.rs"]
mod common;

use std::cell::RefCell;
use std::fs;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::LazyLock;

use common::{Edition, Publisher};
use page::{Host, Pulled, Reader, Room, answer};
use radio::{Framer, Mode, Modulator, wav};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Files in memory. Of one that is gone nothing can be read.
#[derive(Default, Clone)]
struct Files(Rc<RefCell<Vec<File>>>);

#[derive(Default)]
struct File {
    bytes: Vec<u8>,
    /// Bytes that can still be read before it is gone.
    left: Option<u64>,
}

impl Host for Files {
    fn read(&mut self, recording: u32, at: u64, bytes: &mut [u8]) -> Option<usize> {
        let file = &self.0.borrow()[recording as usize];
        if file.left.is_some_and(|left| at >= left) {
            return None;
        }
        let rest = &file.bytes[file.bytes.len().min(at as usize)..];
        let read = rest.len().min(bytes.len());
        bytes[..read].copy_from_slice(&rest[..read]);
        Some(read)
    }

    fn size(&mut self, recording: u32) -> u64 {
        self.0.borrow()[recording as usize].bytes.len() as u64
    }

    fn take(&mut self, _: &[u8]) {}
}

/// A reader and the files that it was given.
struct Rig {
    files: Files,
    reader: Reader<Files>,
}

impl Rig {
    fn new() -> Self {
        let files = Files::default();
        let trust = vec![PUBLISHER.public()];
        let reader = Reader::new(files.clone(), trust, Room::default());
        Self { files, reader }
    }

    /// Begins a recording as the worker does. Says whether it is to be pulled.
    fn begin(&mut self, bytes: Vec<u8>) -> bool {
        let first = bytes[..bytes.len().min(64 << 10)].to_vec();
        let number = self.files.0.borrow().len() as u32;
        self.files.0.borrow_mut().push(File { bytes, left: None });
        self.reader.begin(number);
        self.reader.push(&first);
        self.reader.is_pulled()
    }

    fn pull(&mut self) -> Pulled {
        let mut place = self.reader.position();
        loop {
            let pulled = self.reader.pull();
            while self.reader.work() {}
            if pulled != Pulled::More {
                return pulled;
            }
            let now = self.reader.position();
            assert!(now >= place, "{now} after {place}");
            place = now;
        }
    }

    /// A whole recording of sound.
    fn play(&mut self, bytes: Vec<u8>) {
        assert!(self.begin(bytes), "it is sound");
        assert_eq!(self.pull(), Pulled::Over);
        self.reader.end();
        while self.reader.work() {}
    }

    fn state(&mut self) -> Value {
        let answer = answer(&mut self.reader, br#"{"ask":"state"}"#);
        serde_json::from_slice::<Value>(&answer).unwrap()["value"].take()
    }

    fn is_complete(&mut self) -> bool {
        self.state()["editions"][0]["complete"] == json!(true)
    }

    fn fault(&mut self) -> Value {
        self.state()["sound"]["fault"].take()
    }
}

static PUBLISHER: LazyLock<Publisher> = LazyLock::new(|| Publisher::new(1));
static EDITION: LazyLock<Edition> = LazyLock::new(|| PUBLISHER.edition(7, &["One"], &[1_500]));

/// What a transmitter sends of the edition in a mode, as WAV.
fn on_air(mode: &str) -> Vec<u8> {
    let mode = Mode::named(mode).unwrap();
    let (mut framer, mut modulator) = (Framer::new(mode), Modulator::new(mode));
    let mut samples = vec![0.0; mode.rate as usize];
    framer.push(&EDITION.head_packet());
    for packet in EDITION.runs(0, 0.5) {
        assert!(framer.push(&packet));
    }
    while framer.waiting() > 0 {
        modulator.frame(&framer.frame(), &mut samples).unwrap();
    }
    (0..mode.depth).for_each(|_| modulator.flush(&mut samples));
    samples.iter_mut().for_each(|sample| *sample *= 0.2);
    let mut file = wav::header(mode.rate, samples.len() as u64)
        .unwrap()
        .to_vec();
    wav::pcm16(&samples, &mut file);
    file
}

static WAV: LazyLock<Vec<u8>> = LazyLock::new(|| on_air("shortwave"));
static STURDY: LazyLock<Vec<u8>> = LazyLock::new(|| on_air("local-low"));

/// Whether a program is installed; says so loudly if it is not.
fn has(program: &str) -> bool {
    let is_here = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    if !is_here {
        eprintln!("SKIPPED: {program} is not installed");
    }
    is_here
}

/// What a program makes of a WAV: its words stand between the two names.
fn made(wav: &[u8], name: &str, program: &str, words: &[&str]) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let (from, to) = (folder.path().join("in.wav"), folder.path().join(name));
    fs::write(&from, wav).unwrap();
    let mut command = Command::new(program);
    if program == "ffmpeg" {
        command.args(["-v", "error", "-y", "-i"]);
    }
    let done = command.arg(&from).args(words).arg(&to).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{name}: {said}");
    fs::read(to).unwrap()
}

fn ffmpeg(name: &str, words: &[&str]) -> Vec<u8> {
    made(&WAV, name, "ffmpeg", words)
}

#[test]
fn recordings_of_phones_become_the_news() {
    if !has("ffmpeg") {
        return;
    }
    let cases: [(&str, &[&str]); 10] = [
        ("recorder.m4a", &["-ar", "44100", "-b:a", "64k"]),
        ("fast.m4a", &["-ar", "48000", "-movflags", "+faststart"]),
        ("pieces.m4a", &["-movflags", "frag_keyframe+empty_moov"]),
        ("low.m4a", &["-ar", "16000", "-b:a", "24k"]),
        ("old.3gp", &["-c:a", "aac", "-ar", "8000", "-b:a", "24k"]),
        ("a.aac", &["-ar", "44100", "-b:a", "64k"]),
        ("a.mp3", &["-ar", "44100", "-b:a", "64k"]),
        ("film.mkv", &["-c:a", "libmp3lame", "-b:a", "64k"]),
        (
            "voice.ogg",
            &["-c:a", "libopus", "-b:a", "24k", "-application", "voip"],
        ),
        (
            "browser.webm",
            &["-c:a", "libopus", "-b:a", "64k", "-ar", "48000"],
        ),
    ];
    for (name, words) in cases {
        let mut rig = Rig::new();
        rig.play(ffmpeg(name, words));
        let sound = rig.state()["sound"].take();
        assert!(rig.is_complete(), "{name}: {sound}");
        assert_eq!(sound["fault"], Value::Null, "{name}");
    }
}

#[test]
fn amr_of_a_voice_recorder_becomes_the_news() {
    if !has("sox") {
        return;
    }
    let mut rig = Rig::new();
    rig.play(made(&STURDY, "a.amr-nb", "sox", &["-C", "7"]));
    let sound = rig.state()["sound"].take();
    assert!(rig.is_complete(), "{sound}");
}

/// Where the crate is built for others as well, it has their decoders.
#[test]
fn what_the_page_has_no_room_for_says_so_unless_it_is_decoded() {
    if !has("ffmpeg") {
        return;
    }
    for (name, words, what) in [
        (
            "vorbis.ogg",
            &["-c:a", "libvorbis", "-ar", "44100"][..],
            "Vorbis",
        ),
        ("a.flac", &["-ac", "2"], "FLAC"),
        ("apple.m4a", &["-c:a", "alac"], "ALAC"),
    ] {
        let mut rig = Rig::new();
        rig.play(ffmpeg(name, words));
        let sound = rig.state()["sound"].take();
        match sound["fault"]["kind"].as_str() {
            None => assert!(rig.is_complete(), "{name}: {sound}"),
            kind => assert_eq!(
                (kind, &sound["fault"]["what"]),
                (Some("unknown"), &json!(what))
            ),
        }
    }
}

#[test]
fn a_stick_that_comes_back_goes_on_where_it_was() {
    if !has("ffmpeg") {
        return;
    }
    for (name, words) in [
        ("a.m4a", &["-ar", "44100"][..]),
        ("a.opus", &["-b:a", "48k"]),
    ] {
        let mut rig = Rig::new();
        let bytes = ffmpeg(name, words);
        let half = bytes.len() as u64 / 2;
        assert!(rig.begin(bytes));
        // Gone before it is open, then in the middle.
        for (left, reached) in [(0, 0), (half, half / 2)] {
            rig.files.0.borrow_mut()[0].left = Some(left);
            if left > 0 && name == "a.m4a" {
                // Its table stands last.
                rig.files.0.borrow_mut()[0].left = None;
                assert_eq!(rig.reader.pull(), Pulled::More);
                rig.files.0.borrow_mut()[0].left = Some(left);
            }
            assert_eq!(rig.pull(), Pulled::Gone, "{name}");
            assert!(rig.reader.position() >= reached, "{name}");
        }
        rig.files.0.borrow_mut()[0].left = None;
        assert_eq!(rig.pull(), Pulled::Over, "{name}");
        rig.reader.end();
        while rig.reader.work() {}
        let sound = rig.state()["sound"].take();
        assert!(rig.is_complete(), "{name}: {sound}");
    }
}

#[test]
fn of_damaged_recordings_comes_what_is_there_and_another_one_helps() {
    if !has("ffmpeg") {
        return;
    }
    let mut rig = Rig::new();
    // An MP4 that was not ended.
    let mut cut = ffmpeg("a.m4a", &["-ar", "44100"]);
    cut.truncate(cut.len() * 9 / 10);
    rig.play(cut);
    assert_eq!(rig.fault()["kind"], "cut");
    assert!(!rig.is_complete());
    // The beginning alone, and then all of it with a hole.
    let whole = ffmpeg("a.opus", &["-b:a", "48k"]);
    rig.play(whole[..whole.len() / 2].to_vec());
    assert_eq!(rig.fault(), Value::Null);
    assert!(rig.state()["sound"]["good"].as_u64() > Some(0));
    let mut hole = whole.clone();
    hole[whole.len() / 8..whole.len() / 4].fill(0);
    rig.play(hole);
    assert!(rig.is_complete(), "{}", rig.state()["sound"]);
}

#[test]
fn what_is_not_decoded_says_so() {
    if !has("ffmpeg") {
        return;
    }
    for (name, words, kind, what) in [
        ("a.wma", &[][..], "unknown", "WMA (Windows Media)"),
        ("a.aiff", &[], "unknown", "an AIFF file"),
        (
            "many.m4a",
            &["-ac", "6"],
            "unknown",
            "AAC of more than two channels",
        ),
    ] {
        let mut rig = Rig::new();
        rig.play(ffmpeg(name, words));
        let fault = rig.fault();
        assert_eq!(
            (&fault["kind"], &fault["what"]),
            (&json!(kind), &json!(what))
        );
        assert!(fault["convert"].as_str().unwrap().starts_with("ffmpeg "));
    }
    let mut rig = Rig::new();
    let picture = "-f lavfi -i color=s=64x64:d=1 -map 1:v -c:v mpeg4";
    let words: Vec<&str> = picture.split(' ').collect();
    rig.play(ffmpeg("silent.mp4", &words));
    assert_eq!(rig.fault()["kind"], "silent");
    // Damaged from the beginning on.
    let mut noise = b"OggS".to_vec();
    noise.resize(100_000, 7);
    rig.play(noise);
    assert_eq!(rig.fault()["kind"], "damaged");
}

#[test]
fn what_is_no_sound_is_read_as_before() {
    let mut rig = Rig::new();
    let (mut writer, mut sky) = (file::Writer::new(), Vec::new());
    writer.header(&mut sky);
    let packets = [vec![EDITION.head_packet()], EDITION.runs(0, 0.5)].concat();
    for packet in packets {
        writer.record(&packet, &mut sky).unwrap();
    }
    assert!(!rig.begin(sky.clone()));
    rig.reader.push(&sky[sky.len().min(64 << 10)..]);
    rig.reader.end();
    while rig.reader.work() {}
    assert!(rig.is_complete());
    assert_eq!(rig.state()["sound"], Value::Null);
    // WAV is given as well.
    assert!(!rig.begin(WAV.clone()));
    assert_eq!(rig.state()["carrier"], "radio");
}
