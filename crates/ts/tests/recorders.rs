//! Which carriage survives which recorder. `docs/carriages.md` has the table that this prints
//! (`cargo test -p skywave-ts --test recorders -- --nocapture`).
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test"
)]

mod common;
#[path = "common/tools.rs"]
mod tools;

use std::collections::BTreeMap;

use common::{Numbered, receive, stream, tally};
use ts::{Carriage, CarriagePlan, MuxConfig, Share, Slate};

const SECONDS: u64 = 12;

/// A setting of the mux: how the table calls it, its carriage, and whether the sound is the slate's.
const SETTINGS: [(&str, Carriage, bool); 6] = [
    ("async", Carriage::AsyncPes, false),
    ("teletext", Carriage::Teletext, false),
    ("subtitle", Carriage::Subtitle, false),
    ("second sound", Carriage::SecondSound, false),
    ("slate sound", Carriage::SecondSound, true),
    ("video", Carriage::VideoUserData, false),
];

fn config(slate: &Slate, carriage: Carriage, in_slate_sound: bool) -> MuxConfig {
    let mut config = MuxConfig::new("2M".parse().unwrap(), "Recorders");
    config.slate = Some(slate.clone());
    let share = match carriage {
        Carriage::Teletext | Carriage::Subtitle => Share::BitsPerS(300_000),
        _ => Share::Rest,
    };
    config.carriages = vec![CarriagePlan { carriage, share }];
    config.data_in_slate_sound = in_slate_sound;
    config
}

/// Runs `command` with IN and OUT put in; gives what the recorder wrote.
fn record(air: &[u8], command: &str, name: &str) -> Vec<u8> {
    let dir = tools::scratch(name);
    let (input, output) = (dir.join("in.ts"), dir.join("out"));
    tools::write(&input, air);
    let command = command
        .replace("IN", input.to_str().unwrap())
        .replace("OUT", output.to_str().unwrap());
    tools::run(&command);
    let out = tools::read(&output);
    std::fs::remove_dir_all(&dir).unwrap();
    out
}

/// Frames that came back, of those sent, through one recorder; the last second is on its way.
fn survived(slate: &Slate, setting: (&str, Carriage, bool), command: &str) -> (usize, usize) {
    let (name, carriage, in_sound) = setting;
    let mut source = Numbered::new(17);
    let cells = (2_000_000 * SECONDS / 1504) as usize;
    let air = stream(config(slate, carriage, in_sound), &mut source, cells);
    let out = record(&air, command, &format!("rec-{}", name.replace(' ', "-")));
    let (got, _) = receive(&out, 100_000);
    (tally(&source.sent, &got).values().sum(), source.sent.len())
}

/// What every recorder must let through, by the name of the setting.
fn check(slate: &Slate, recorder: &str, command: &str, must: &[&str]) {
    let mut rows = BTreeMap::new();
    for setting in SETTINGS {
        let (got, sent) = survived(slate, setting, command);
        println!("| {recorder} | {} | {got} of {sent} |", setting.0);
        rows.insert(setting.0, got as f64 / sent as f64);
    }
    for name in must {
        assert!(rows[name] > 0.85, "{recorder}, {name}: {}", rows[name]);
    }
}

fn mpeg2_slate() -> Slate {
    let dir = tools::scratch("mpeg2");
    let out = dir.join("s.m2v");
    tools::run(&format!(
        "ffmpeg -v error -y -f lavfi -i color=navy:s=352x288:r=25 -frames:v 50 \
         -c:v mpeg2video -bf 0 -g 25 -q:v 8 -f mpeg2video {}",
        out.display()
    ));
    let slate = Slate::parse(&tools::read(&out), include_bytes!("../assets/slate.mp2")).unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    slate
}

#[test]
fn transport_stream_recorders() {
    if !tools::have(&["ffmpeg"]) {
        return;
    }
    let slate = Slate::bundled();
    check(
        &slate,
        "ffmpeg, all streams",
        "ffmpeg -v error -y -i IN -map 0 -c copy -copy_unknown -f mpegts OUT",
        &[
            "async",
            "teletext",
            "subtitle",
            "second sound",
            "slate sound",
            "video",
        ],
    );
    check(
        &slate,
        "ffmpeg, default streams",
        "ffmpeg -v error -y -i IN -c copy -f mpegts OUT",
        &["slate sound", "video"],
    );
    check(
        &slate,
        "ffmpeg, M2TS, pictures and sounds",
        "ffmpeg -v error -y -i IN -map 0:v -map 0:a -c copy -f mpegts -mpegts_m2ts_mode 1 OUT",
        &["second sound", "slate sound", "video"],
    );
}

#[test]
fn program_stream_recorders() {
    if !tools::have(&["ffmpeg"]) {
        return;
    }
    for (name, slate) in [("H.264", Slate::bundled()), ("MPEG-2", mpeg2_slate())] {
        for format in ["mpeg", "vob"] {
            check(
                &slate,
                &format!("ffmpeg, {format}, {name}"),
                &format!("ffmpeg -v fatal -y -i IN -map 0:v:0 -map 0:a:0 -c copy -f {format} OUT"),
                &["slate sound", "video"],
            );
        }
    }
    let slate = mpeg2_slate();
    // Of two sounds ffmpeg takes the one with more channels, which is ours.
    check(
        &slate,
        "ffmpeg, mpeg, default streams",
        "ffmpeg -v fatal -y -i IN -sn -c copy -f mpeg OUT",
        &["second sound", "slate sound", "video"],
    );
    check(
        &slate,
        "ffmpeg, mpeg, pictures and sounds",
        "ffmpeg -v fatal -y -i IN -map 0:v -map 0:a -c copy -f mpeg OUT",
        &["second sound", "slate sound", "video"],
    );
}

/// A headend that lets tables, pictures and sound through, and puts null packets for the rest.
#[test]
fn picture_and_sound_headend() {
    let slate = Slate::bundled();
    for (name, carriage, in_sound) in SETTINGS {
        let mut source = Numbered::new(17);
        let cells = (2_000_000 * SECONDS / 1504) as usize;
        let air = stream(config(&slate, carriage, in_sound), &mut source, cells);
        let kept: Vec<u8> = air
            .chunks(188)
            .filter(|cell| {
                let pid = u16::from_be_bytes([cell[1] & 0x1F, cell[2]]);
                matches!(pid, 0x00 | 0x11 | 0x100 | 0x101 | 0x102 | 0x113)
            })
            .flatten()
            .copied()
            .collect();
        let (got, _) = receive(&kept, 10_000);
        let got: usize = tally(&source.sent, &got).values().sum();
        println!(
            "| headend, picture and sound | {name} | {got} of {} |",
            source.sent.len()
        );
        let rides = matches!(carriage, Carriage::SecondSound | Carriage::VideoUserData);
        assert_eq!(
            got as f64 > 0.85 * source.sent.len() as f64,
            rides,
            "{name}"
        );
    }
}
