//! Recordings as phones make them, and sound that comes live.
#![allow(clippy::print_stderr, reason = "what is skipped is said")]

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::{Newsroom, event};

pub(crate) fn all(news: &Newsroom) {
    if has("ffmpeg") {
        what_phones_record_is_received(news);
        what_cannot_be_decoded_says_what_to_do(news);
    }
    samples_come_through_a_pipe(news);
    a_transmission_late_in_a_recording_is_told_as_it_goes(news);
    #[cfg(unix)]
    live::all(news);
}

/// Whether a program is installed; says so loudly if it is not.
fn has(program: &str) -> bool {
    let asked = Command::new(program).arg("-version").output();
    if asked.is_err() {
        eprintln!("SKIPPED: {program} is not installed");
    }
    asked.is_ok()
}

fn ffmpeg(from: &str, to: &str, words: &[&str]) {
    let all = [&["-v", "error", "-y", "-i", from], words, &[to]].concat();
    assert!(Command::new("ffmpeg").args(all).status().unwrap().success());
}

/// The samples of `a.wav`, which the first test has made: 8,000 a second.
fn samples(news: &Newsroom) -> Vec<u8> {
    fs::read(news.path("a.wav")).unwrap()[44..].to_vec()
}

/// What `receive` says when this comes in through stdin, or when it is not to read any.
fn receive(news: &Newsroom, words: &[&str], inbox: &str, stdin: Option<&[u8]>) -> Output {
    let (key, inbox) = (news.path("st/station.pub"), news.path(inbox));
    let mut command = Command::new(env!("CARGO_BIN_EXE_skywave"));
    command
        .args(["receive", "--json", "--trust", &key, "-i", &inbox])
        .args(words);
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    for piece in stdin.unwrap_or_default().chunks(4_099) {
        // Once it has enough it reads no further.
        if pipe.write_all(piece).is_err() {
            break;
        }
    }
    drop(pipe);
    child.wait_with_output().unwrap()
}

fn recording(output: &Output) -> (Value, String) {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaints = String::from_utf8_lossy(&output.stderr);
    let recording = event(&said, "recording");
    assert!(recording.is_object(), "{said}\n{complaints}");
    (recording, said)
}

/// How it was heard, as it went.
fn signals(said: &str) -> Vec<Value> {
    let all = said.lines().map(|line| serde_json::from_str(line).unwrap());
    all.filter(|value: &Value| value["event"] == "signal")
        .collect()
}

fn what_phones_record_is_received(news: &Newsroom) {
    // The front comes in 45 s.
    const SECONDS: f64 = 75.0;
    for (name, words, format) in [
        ("a.flac", &[][..], "FLAC"),
        ("a.mp3", &["-ar", "44100", "-b:a", "64k"], "MP3"),
        ("a.m4a", &["-ar", "44100", "-b:a", "64k"], "AAC in MP4"),
        ("a.opus", &["-b:a", "32k"], "Opus in Ogg"),
        ("a.webm", &["-b:a", "48k"], "Opus in Matroska"),
    ] {
        let words = [&["-t", "75"], words].concat();
        ffmpeg(&news.path("a.wav"), &news.path(name), &words);
        let received = news.receive(name, 4);
        let recording = event(&received, "recording");
        let sound = &recording["sound"];
        assert_eq!(recording["carrier"], "radio", "{name}");
        assert_eq!(
            (&sound["format"], &sound["damaged"]),
            (&format.into(), &0.into()),
            "{name}"
        );
        assert!(
            sound["good_frames"].as_u64().unwrap() > 8,
            "{name}: {sound}"
        );
        // The one that is cut at the end may count.
        let bad = sound["frames"].as_u64().unwrap() - sound["good_frames"].as_u64().unwrap();
        assert!(bad <= 1, "{name}: {sound}");
        let seconds = recording["stream_seconds"].as_f64().unwrap();
        assert!((seconds - SECONDS).abs() < 0.5, "{name}: {seconds} s");
        let size = fs::metadata(news.path(name)).unwrap().len();
        assert_eq!(recording["bytes"], size, "{name}");
        assert_eq!(event(&received, "tier")["tier"], "front", "{name}");
    }
    // The same through a pipe, whatever it is called.
    let mp3 = fs::read(news.path("a.mp3")).unwrap();
    let names: &[&str] = if cfg!(unix) {
        &["-", "/dev/stdin"]
    } else {
        &["-"]
    };
    for (n, name) in names.iter().enumerate() {
        let output = receive(news, &[name], &format!("piped-{n}"), Some(&mp3));
        let (recording, said) = recording(&output);
        assert_eq!(recording["sound"]["format"], "MP3");
        assert_eq!(event(&said, "tier")["tier"], "front");
    }
}

fn what_cannot_be_decoded_says_what_to_do(news: &Newsroom) {
    let (wma, cut) = (news.path("a.wma"), news.path("cut.m4a"));
    ffmpeg(&news.path("a.wav"), &wma, &["-t", "2", "-ar", "16000"]);
    let m4a = fs::read(news.path("a.m4a")).unwrap();
    fs::write(&cut, &m4a[..m4a.len() / 2]).unwrap();
    for (name, format) in [
        ("alaw.wav", "pcm_alaw"),
        ("mulaw.wav", "pcm_mulaw"),
        ("adpcm.wav", "adpcm_ms"),
        ("ima.wav", "adpcm_ima_wav"),
        ("f64.wav", "pcm_f64le"),
    ] {
        let words = ["-t", "2", "-c:a", format];
        ffmpeg(&news.path("a.wav"), &news.path(name), &words);
    }
    for (name, whats) in [
        ("a.wma", ["WMA", "ffmpeg -i FILE"]),
        ("cut.m4a", ["moov", "copy it again"]),
        ("alaw.wav", ["WAV with A-law", "ffmpeg -i FILE"]),
        ("mulaw.wav", ["WAV with µ-law", "ffmpeg -i FILE"]),
        (
            "adpcm.wav",
            ["WAV with Microsoft's ADPCM", "ffmpeg -i FILE"],
        ),
        ("ima.wav", ["WAV with IMA ADPCM", "ffmpeg -i FILE"]),
        (
            "f64.wav",
            ["WAV with float samples of 64 bits", "ffmpeg -i FILE"],
        ),
    ] {
        let received = news.receive(name, 1);
        let recording = event(&received, "recording");
        let error = recording["sound"]["error"].as_str().unwrap();
        for what in whats {
            assert!(error.contains(what), "{error}");
        }
        assert_eq!(
            (&recording["carrier"], &recording["packets"]),
            (&"radio".into(), &0.into())
        );
        assert!(event(&received, "nothing").is_object(), "{received}");
    }
    // With others beside it these decide, and alone it has failed.
    let (inbox, silence) = (news.path("words-2"), news.path("silence.wav"));
    let said = news.run(&["receive", &wma, "-i", &inbox], 1);
    for part in [
        "a.wma: not read. It is WMA (Windows Media), which is not decoded here",
        "Nothing of this could be read. What to do is said above.",
    ] {
        assert!(said.contains(part), "{said}");
    }
    news.run(&["receive", &wma, &silence, "-i", &inbox], 3);
    let (key, wav) = (news.path("st/station.pub"), news.path("a.wav"));
    let trusting = ["receive", &wma, &wav, &cut, "--trust", &key, "-i", &inbox];
    news.run(&trusting, 4);
}

fn samples_come_through_a_pipe(news: &Newsroom) {
    let samples = samples(news);
    let output = receive(news, &["--pcm", "8000", "-"], "pcm", Some(&samples));
    let (recording, said) = recording(&output);
    assert_eq!(recording["bytes"], samples.len());
    assert_eq!(recording["sound"]["format"], "PCM");
    assert_eq!(
        recording["sound"]["frames"],
        recording["sound"]["good_frames"]
    );
    assert_eq!(event(&said, "tier")["tier"], "front");
    // It ends when there is enough.
    let words = ["--pcm", "8000", "--until", "front", "-"];
    let (recording, said) = self::recording(&receive(news, &words, "until", Some(&samples)));
    assert!(
        recording["bytes"].as_u64().unwrap() < samples.len() as u64 * 9 / 10,
        "{recording}"
    );
    assert_eq!(event(&said, "tier")["tier"], "front");
    // Nothing, and half a sample.
    for piece in [&[][..], &[1]] {
        let (recording, _) =
            self::recording(&receive(news, &["--pcm", "8000", "-"], "none", Some(piece)));
        assert_eq!(recording["sound"]["frames"], 0);
    }
}

fn a_transmission_late_in_a_recording_is_told_as_it_goes(news: &Newsroom) {
    let wav = fs::read(news.path("a.wav")).unwrap();
    let mut late = wav[..44].to_vec();
    late[40..44].copy_from_slice(&[0xFF; 4]);
    late.resize(late.len() + 75 * 16_000, 0);
    late.extend(&wav[44..]);
    fs::write(news.path("late.wav"), late).unwrap();
    let said = news.receive("late.wav", 4);
    let sound = &event(&said, "recording")["sound"];
    let on_air = sound["on_air_seconds"].as_f64().unwrap();
    assert!((150.0..190.0).contains(&on_air), "{sound}");
    // How long it takes yet is told of the time on air.
    let rate = |inbox: &str| -> f64 {
        let text = fs::read_to_string(news.path(inbox)).unwrap();
        text.trim().parse().unwrap()
    };
    let share = rate("late.wav-inbox/rate") / rate("a.wav-inbox/rate");
    assert!((0.9..1.1).contains(&share), "{share}");
    // An event each half minute of the sound.
    let signals = signals(&said);
    assert!((7..=8).contains(&signals.len()), "{said}");
    assert!(signals[0]["mode"].is_null() && signals[0]["seconds_to_go"].is_null());
    let last = &signals[signals.len() - 1];
    assert_eq!(last["mode"], "shortwave", "{last}");
    for number in [
        "snr_db_3khz",
        "offset_hz",
        "clock_ppm",
        "doppler_hz",
        "frames",
        "good_frames",
        "seconds_to_go",
    ] {
        assert!(last[number].is_number(), "{number}: {last}");
    }
    let recent = last["frames_last_minute"].as_u64().unwrap();
    let frames = last["frames"].as_u64().unwrap();
    assert!(recent > 5 && recent < frames, "{last}");
    // For people who want to hear more, a line each minute, and how long it was on air at the end.
    let (inbox, late) = (news.path("late"), news.path("late.wav"));
    let words = ["receive", &late, "-i", &inbox];
    for (more, lines) in [(&["-v"][..], 3..=4), (&[], 0..=0)] {
        let output = Command::new(env!("CARGO_BIN_EXE_skywave"))
            .args([&words[..], more].concat())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let told = said.matches("; level ").count() + said.matches("; silence").count();
        assert!(lines.contains(&told), "{said}");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            said.contains("Mode shortwave is heard for 3 min of it"),
            "{said}"
        );
    }
}

#[cfg(unix)]
mod live {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    use std::process::Child;
    use std::time::{Duration, Instant};

    use super::*;

    /// How soon Ctrl-C is answered, on a computer that has other things to do.
    const SOON: Duration = Duration::from_secs(5);

    pub(super) fn all(news: &Newsroom) {
        a_device_is_listened_to(news);
        without_a_program_that_records_it_says_which(news);
        ctrl_c_ends_a_device_however_its_recorder_ends(news);
        ctrl_c_ends_a_pipe_that_is_silent(news);
    }

    /// A folder with an `arecord` in it that is this script. Before its samples come those of
    /// `a.wav` at 48,000 a second.
    fn arecord(news: &Newsroom, name: &str, script: &str) -> String {
        let folder = news.path(name);
        fs::create_dir(&folder).unwrap();
        let program = format!("{folder}/arecord");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let path = std::env::var("PATH").unwrap();
        format!("{folder}:{path}")
    }

    fn listen(news: &Newsroom, path: &str, inbox: &str, words: &[&str]) -> Command {
        let (key, inbox) = (news.path("st/station.pub"), news.path(inbox));
        let mut command = Command::new(env!("CARGO_BIN_EXE_skywave"));
        command
            .args(["receive", "--device", "hw:1", "--trust", &key, "-i", &inbox])
            .args(words);
        command.env("PATH", path).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn a_device_is_listened_to(news: &Newsroom) {
        news.send("d.wav", "48000");
        let wav = news.path("d.wav");
        // It asks for what it is told to record.
        let script = format!(
            "[ \"$*\" = '-q -t raw -f S16_LE -c 1 -r 48000 -D plughw:1' ] || exit 3\n\
             tail -c +45 {wav}"
        );
        let path = arecord(news, "bin", &script);
        let output = listen(news, &path, "device", &["--json"]).output().unwrap();
        assert_eq!(output.status.code(), Some(4));
        let (recording, said) = recording(&output);
        let sound = &recording["sound"];
        assert_eq!(
            (&sound["format"], &sound["rate"]),
            (&"PCM".into(), &48_000.into())
        );
        assert_eq!(sound["frames"], sound["good_frames"]);
        let signals = signals(&said);
        let signal = &signals[signals.len() - 1];
        assert_eq!(signal["mode"], "shortwave", "{said}");
        assert!(
            signal["good_frames_last_minute"].as_u64().unwrap() > 5,
            "{signal}"
        );
        assert!(signal["peak_db"].as_f64().unwrap() < 0.1);
        // For people, on stderr.
        let output = listen(news, &path, "device-2", &[]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        for part in [
            "shortwave, ",
            " frames of the last minute good; level -",
            "; edition 1: front complete",
        ] {
            assert!(said.contains(part), "{said}");
        }
        // What fails says so, be it some time after the sound has ended.
        for (n, ending) in ["exit 1", "exec >&-; sleep 0.3; exit 1"].iter().enumerate() {
            let script = format!("echo no such device >&2; {ending}");
            let path = arecord(news, &format!("failing-{n}"), &script);
            let output = listen(news, &path, "device-3", &[]).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{ending}: {said}");
            assert!(
                said.contains("no such device") && said.contains("arecord -L"),
                "{said}"
            );
        }
        // What came before is kept, and told.
        let script = format!("tail -c +45 {wav}; exit 1");
        let path = arecord(news, "unplugged", &script);
        let mut command = listen(news, &path, "device-5", &["--json"]);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert_eq!(event(&said, "status")["number"], 1, "{said}");
        let error = event(&said, "error")["text"].to_string();
        assert!(error.contains("what came before is kept"), "{error}");
    }

    fn without_a_program_that_records_it_says_which(news: &Newsroom) {
        let folder = news.path("nothing");
        fs::create_dir(&folder).unwrap();
        let output = listen(news, &folder, "device-4", &[]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            said.contains("alsa-utils") && said.contains("--pcm"),
            "{said}"
        );
    }

    fn ctrl_c_ends_a_device_however_its_recorder_ends(news: &Newsroom) {
        let wav = news.path("d.wav");
        // By the signal, as most; with a status, as ffmpeg.
        for (name, before, after) in [
            ("signal", "", "exec sleep 60"),
            (
                "status",
                "trap 'exit 255' INT",
                "while :; do sleep 0.1; done",
            ),
        ] {
            let script = format!("{before}\ntail -c +45 {wav}\n{after}");
            let path = arecord(news, &format!("endless-{name}"), &script);
            let inbox = format!("interrupted-{name}");
            let child = listen(news, &path, &inbox, &["--json"])
                .process_group(0)
                .spawn()
                .unwrap();
            let (recording, said) = recording(&interrupted(news, child, &inbox));
            assert!(recording["packets"].as_u64().unwrap() > 0, "{recording}");
            assert_eq!(event(&said, "status")["number"], 1, "{said}");
        }
    }

    fn ctrl_c_ends_a_pipe_that_is_silent(news: &Newsroom) {
        let key = news.path("st/station.pub");
        let mut child = Command::new(env!("CARGO_BIN_EXE_skywave"))
            .args(["receive", "--json", "--pcm", "8000", "-", "--trust", &key])
            .args(["-i", &news.path("silent")])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(&samples(news)[..75 * 16_000]).unwrap();
        let (recording, said) = recording(&interrupted(news, child, "silent"));
        assert!(recording["packets"].as_u64().unwrap() > 0, "{recording}");
        assert_eq!(event(&said, "status")["number"], 1, "{said}");
        drop(pipe);
    }

    /// Presses Ctrl-C once something complete has come: it ends soon, and as it should. As in a
    /// terminal, those that were started together get it together.
    fn interrupted(news: &Newsroom, mut child: Child, inbox: &str) -> Output {
        let objects = news.path(&format!("{inbox}/objects"));
        for _ in 0..600 {
            if fs::read_dir(&objects).is_ok_and(|files| files.count() > 1) {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        // It has heard all there is, and waits.
        std::thread::sleep(Duration::from_secs(2));
        assert!(child.try_wait().unwrap().is_none());
        let group = format!("-{}", child.id());
        let kill = |signal: &str| Command::new("kill").args([signal, "--", &group]).status();
        assert!(kill("-INT").unwrap().success());
        let pressed = Instant::now();
        while child.try_wait().unwrap().is_none() {
            if pressed.elapsed() > SOON {
                kill("-KILL").unwrap();
                panic!("it has not ended");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(4), "{output:?}");
        output
    }
}
