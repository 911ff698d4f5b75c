//! Sound as files for brokers and transmitters: WAV, FLAC, MP3; levels; nothing half written.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod newsroom;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use newsroom::{Newsroom, peak_db, rms_db, samples};

const BARE: [&str; 5] = ["--mode", "shortwave", "--bare", "--minutes", "1.5"];
const SECONDS: usize = 90;

/// One newsroom: to publish takes longest.
#[test]
fn sound_is_written_as_brokers_take_it() {
    let news = Newsroom::new();
    flac_is_the_same_sound(&news);
    the_news_comes_through_mp3(&news);
    peaks_are_at_the_level(&news);
    what_fails_leaves_nothing_behind(&news);
}

fn flac_is_the_same_sound(news: &Newsroom) {
    let words = [&BARE[..], &["--rate", "12000", "--fresh"]].concat();
    news.send(&words, "a.wav");
    let sent = news.send(&words, "a.flac");
    let flac = fs::metadata(news.path("a.flac")).unwrap();
    assert_eq!(sent["bytes"], flac.len());
    // As any new file: those who may read it are for the umask to say.
    assert_ne!(flac.permissions().mode() & 0o044, 0);
    let (rate, same) = news.heard("a.flac", "flac.wav");
    assert_eq!((rate, same.len()), (12_000, SECONDS * 12_000));
    assert!(same == samples(&fs::read(news.path("a.wav")).unwrap()).1);
    assert!(flac.len() < (SECONDS * 12_000 * 2) as u64 * 9 / 10);
}

fn the_news_comes_through_mp3(news: &Newsroom) {
    for rate in ["8000", "12000", "44100", "48000"] {
        let file = format!("{rate}.mp3");
        let sent = news.send(&[&BARE[..], &["--rate", rate]].concat(), &file);
        let kbits = if rate.len() == 4 || rate == "12000" {
            64
        } else {
            128
        };
        let bytes = fs::metadata(news.path(&file)).unwrap().len();
        let wanted = SECONDS as u64 * kbits * 125;
        assert!(
            (wanted..wanted + wanted / 50).contains(&bytes),
            "{rate}: {bytes}"
        );
        let wav = format!("{rate}.wav");
        let (rate, heard) = news.heard(&file, &wav);
        assert_eq!(heard.len(), SECONDS * rate as usize);
        // What MP3 adds to the peaks has room.
        assert!(
            (-3.6..-1.5).contains(&peak_db(&heard)),
            "{}",
            peak_db(&heard)
        );
        let sound = news.receive(&wav);
        assert_eq!(sound["good_frames"], sent["frames"], "{rate}");
    }
}

fn peaks_are_at_the_level(news: &Newsroom) {
    for (level, rate, mode) in [
        ("-3", "8000", "shortwave"),
        ("-12", "44100", "shortwave-low"),
        ("0", "48000", "shortwave-top"),
    ] {
        let mode = ["--mode", mode, "--bare", "--minutes", "0.5"];
        let more = ["--level", level, "--rate", rate];
        news.send(&[&mode[..], &more].concat(), "level.wav");
        let (_, sound) = samples(&fs::read(news.path("level.wav")).unwrap());
        let (level, peak): (f64, _) = (level.parse().unwrap(), peak_db(&sound));
        assert!((level - 0.15..level + 0.01).contains(&peak), "{peak}");
        let crest = peak - rms_db(&sound);
        assert!((8.0..9.5).contains(&crest), "{crest} dB");
    }
}

fn what_fails_leaves_nothing_behind(news: &Newsroom) {
    let programs = tempfile::tempdir().unwrap();
    let fake = |name: &str, script: &str| {
        let path = programs.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let before = news.files();
    let refused = |file: &str, words: &[&str], why: &str| {
        let (station, path) = (news.path("st"), news.path(file));
        let send = ["send", "radio", "-s", &station, "-o", &path];
        let words = [&send[..], &BARE, words].concat();
        let output = news.program(&words, Some(programs.path()));
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(why), "{said}");
        assert_eq!(news.files(), before);
    };
    refused("b.mp3", &[], "apt install lame");
    fake("lame", "echo 'the disk is full' >&2; exit 3");
    refused("b.mp3", &[], "lame says: the disk is full");
    fake("lame", "/bin/cat > /dev/null; exit 7");
    refused("b.mp3", &[], "lame says: exit status: 7");
    // A file that is there stays as it was.
    fs::write(news.path("8000.mp3"), "of yesterday").unwrap();
    refused("8000.mp3", &[], "exit status: 7");
    assert_eq!(fs::read(news.path("8000.mp3")).unwrap(), b"of yesterday");
    refused("b.mp3", &["--rate", "96000"], "44100");
    refused("b.ogg", &[], ".wav, .flac or .mp3");
    refused("none/b.flac", &[], "none/b.flac");
    refused("b.wav", &["--rate", "7999"], "8000");
    refused("b.wav", &["--level", "1"], "-40 to 0");
    // A device gets what it is given, without another file.
    news.run(
        &[
            &["send", "radio", "-s", &news.path("st"), "-o", "/dev/null"],
            &BARE[..],
        ]
        .concat(),
        0,
    );
    assert!(Path::new("/dev/null").exists() && news.files() == before);
}
