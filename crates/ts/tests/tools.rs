//! Tools that know the standards read the stream without complaint.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test"
)]

mod common;
#[path = "common/tools.rs"]
mod tools;

use common::{Numbered, stream};
use ts::{Carriage, CarriagePlan, MuxConfig, Share, Slate};

/// Streams worth a look: bare data, data beside the slate, everything at once.
fn streams() -> Vec<(&'static str, Vec<u8>)> {
    let plan = |carriage, share| CarriagePlan { carriage, share };
    let bare = MuxConfig::new("1M".parse().unwrap(), "Bare");
    let mut slate = MuxConfig::new("2M".parse().unwrap(), "Slate");
    slate.slate = Some(Slate::bundled());
    let mut all = MuxConfig {
        bitrate: "4M".parse().unwrap(),
        ..slate.clone()
    };
    all.carriages = vec![
        plan(Carriage::AsyncPes, Share::Rest),
        plan(Carriage::Teletext, Share::BitsPerS(200_000)),
        plan(Carriage::Subtitle, Share::BitsPerS(200_000)),
        plan(Carriage::SecondSound, Share::Rest),
        plan(Carriage::VideoUserData, Share::Rest),
    ];
    let mut sound = slate.clone();
    sound.data_in_slate_sound = true;
    sound
        .carriages
        .push(plan(Carriage::SecondSound, Share::Rest));
    [
        ("bare", bare),
        ("slate", slate),
        ("all", all),
        ("slate-sound", sound),
    ]
    .into_iter()
    .map(|(name, config)| {
        let cells = (config.bitrate.bits_per_s() * 15 / 1504) as usize;
        (name, stream(config, &mut Numbered::new(3), cells))
    })
    .collect()
}

/// Runs `command` (IN put in) on each stream; what it says besides success must be `quiet`.
fn each(test: &str, tool: &str, command: &str, quiet: impl Fn(&str, &str, &str)) {
    if !tools::have(&[tool]) {
        return;
    }
    let dir = tools::scratch(test);
    for (name, air) in streams() {
        let input = dir.join(format!("{name}.ts"));
        tools::write(&input, &air);
        let (out, err) = tools::run(&command.replace("IN", input.to_str().unwrap()));
        quiet(name, &out, &err);
    }
    std::fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn ffprobe_sees_the_streams() {
    each(
        "ffprobe",
        "ffprobe",
        "ffprobe -v error -show_streams -show_programs IN",
        |name, out, err| {
            assert_eq!(err, "", "{name}");
            if name != "bare" {
                assert!(
                    out.contains("codec_name=h264") && out.contains("codec_name=mp2"),
                    "{name}"
                );
            }
            if name == "all" {
                for codec in ["dvb_teletext", "dvb_subtitle"] {
                    assert!(out.contains(&format!("codec_name={codec}")), "{codec}");
                }
            }
        },
    );
}

#[test]
fn ffmpeg_decodes_picture_and_sound() {
    // The bare stream has nothing that could be decoded, which ffmpeg calls an error: copied there.
    let command = "case IN in *bare.ts) ffmpeg -v error -i IN -map 0 -c copy -f null -;; \
                   *) ffmpeg -v error -i IN -map 0:v -map 0:a -f null -;; esac";
    each("ffmpeg", "ffmpeg", command, |name, _, err| {
        assert_eq!(err, "", "{name}")
    });
}

#[test]
fn the_second_sound_is_silence() {
    if !tools::have(&["ffmpeg"]) {
        return;
    }
    let command = "case IN in *all.ts) ffmpeg -v error -i IN -map 0:a:1 -f s16le -;; esac";
    each("silence", "ffmpeg", command, |name, out, err| {
        assert_eq!(err, "", "{name}");
        assert!(out.bytes().all(|byte| byte == 0), "{name}");
        assert!(name != "all" || out.len() > 1_000_000, "{}", out.len());
    });
}

#[test]
fn vlc_reads_it() {
    // VLC refuses to run as root.
    let command = "chmod -R a+rX $(dirname IN); \
        if [ $(id -u) = 0 ]; then as='runuser -u nobody -- env HOME=/tmp'; else as=; fi; \
        timeout 120 $as cvlc -q -I dummy --sout '#dummy' --sout-all IN vlc://quit";
    each("vlc", "cvlc", command, |name, _, err| {
        let complaints: Vec<&str> = err
            .lines()
            .filter(|line| !line.starts_with("VLC media player"))
            .filter(|line| line.to_lowercase().contains("error"))
            .collect();
        assert!(complaints.is_empty(), "{name}: {complaints:?}");
    });
}

#[test]
fn dvbinfo_reads_the_tables() {
    each(
        "dvbinfo",
        "dvbinfo",
        "timeout 60 dvbinfo -f IN",
        |name, out, err| {
            let all = format!("{out}{err}");
            let bad = all
                .lines()
                .find(|line| line.starts_with("ERROR") || line.starts_with("WARN"));
            assert_eq!(bad, None, "{name}");
        },
    );
}

#[test]
fn tstools_find_nothing_wrong() {
    each("tsinfo", "tsinfo", "tsinfo IN", |name, out, err| {
        assert_eq!(err, "", "{name}");
        assert!(out.contains("Packet 3 is PMT"), "{name}: {out}");
    });
    each(
        "tsreport",
        "tsreport",
        "tsreport -b IN",
        |name, out, err| {
            assert_eq!(err, "", "{name}");
            assert!(out.contains("Bad (>.1s) gaps: 0"), "{name}: {out}");
            let jitter = out
                .lines()
                .find(|line| line.contains("PCR prediction errors"));
            let exact = [
                "min=0t, max=0t",
                "min=-1t, max=0t",
                "min=0t, max=1t",
                "min=-1t, max=1t",
            ];
            assert!(
                jitter.is_some_and(|line| exact.iter().any(|end| line.ends_with(end))),
                "{name}: {jitter:?}"
            );
        },
    );
}
