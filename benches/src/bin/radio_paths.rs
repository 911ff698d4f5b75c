//! Which modes live through which recorder, room and radio: a table of `docs/radio.md`.
//!
//! ```text
//! cargo run --release -p skywave-benches --bin radio_paths [FRAMES [SEEDS [MODE … [PATH …]]]]
//! ```
//!
//! Words with the name of a mode are modes, all others are paths as `path.rs` has them; without any,
//! all of the list below. Layers, and modes that are on air together, have a column each; FRAMES are
//! those of the sturdiest. In brackets stands the SNR that the listener measured. Needs ffmpeg,
//! opus-tools, sox and libsox-fmt-base.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::io::Write;

use benches::{RadioPath, Sent};
use radio::{MODES, MULTIPLEXES, Mode, modes_named};

/// What a recording goes through, at clean SNR.
const PATHS: &[(&str, &str)] = &[
    ("nothing but noise at 30 dB", "noise:30"),
    ("AAC 64k", "noise:30,aac:64"),
    ("AAC 24k", "noise:30,aac:24"),
    ("MP3 64k", "noise:30,mp3:64"),
    ("MP3 128k", "noise:30,mp3:128"),
    ("Opus 64k", "noise:30,opus:64"),
    ("Opus 24k", "noise:30,opus:24"),
    ("Opus 24k, speech", "noise:30,speech:24"),
    ("Opus 16k, speech", "noise:30,speech:16"),
    ("Opus 16k, voip", "noise:30,voip:16"),
    ("AMR-NB 12.2", "noise:30,amr"),
    ("GSM 06.10", "noise:30,gsm"),
    ("+500 ppm", "noise:30,clock:500"),
    ("-500 ppm", "noise:30,clock:-500"),
    ("+50 Hz", "noise:30,shift:50"),
    ("-50 Hz", "noise:30,shift:-50"),
    ("hard clip at rms", "noise:30,clip"),
    ("8 bit", "noise:30,8bit"),
    ("low-pass 2.4 kHz", "noise:30,lowpass:2400"),
    ("noise reduction (afftdn)", "noise:30,nr"),
    ("noise reduction that learns", "noise:30,nrtrack"),
    ("AGC (dynaudnorm)", "noise:30,agc"),
    ("compressor", "noise:30,compressor"),
    ("AGC of half waves (speechnorm)", "noise:30,speechagc"),
    (
        "room 0.3 s 0 dB, AAC 64k, 100 ppm",
        "room:0.3:0,noise:30,aac:64,clock:100",
    ),
    (
        "room 0.3 s 5 dB, Opus 16k voip, 50 ppm",
        "room:0.3:5,noise:30,voip:16,clock:50",
    ),
    ("room 0.6 s -5 dB", "room:0.6:-5,noise:30"),
    ("room 0.6 s -10 dB", "room:0.6:-10,noise:30"),
];

fn main() -> benches::Result<()> {
    let mut args = std::env::args().skip(1).peekable();
    let frames = args.next().and_then(|n| n.parse().ok()).unwrap_or(10);
    let seeds: u64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(3);
    let (names, words): (Vec<String>, Vec<String>) =
        args.partition(|word| modes_named(word).is_some());
    let modes = match names.is_empty() {
        true => on_air(),
        false => names.iter().filter_map(|name| modes_named(name)).collect(),
    };
    let paths: Vec<(&str, &str)> = match words.is_empty() {
        true => PATHS.to_vec(),
        false => words.iter().map(|path| (&**path, &**path)).collect(),
    };
    let sent = modes.iter().map(|modes| Sent::new(modes, frames));
    let sent: Vec<Sent> = sent.collect::<benches::Result<_>>()?;
    let streams = sent.iter().flat_map(|sent| &sent.streams);
    let names: Vec<String> = streams.map(|s| format!("`{}`", s.name())).collect();
    println!("{frames} frames, {seeds} seeds:\n");
    println!("| path | {} |", names.join(" | "));
    println!("|---|{}", "---|".repeat(names.len()));
    for (name, words) in paths {
        let path: RadioPath = words.parse()?;
        print!("| {name} |");
        for sent in &sent {
            let heard = sent.through_each(&path, 0..seeds)?;
            let snr = heard.iter().map(|one| one.snr).sum::<f64>() / seeds as f64;
            for (i, stream) in sent.streams.iter().enumerate() {
                let good: usize = heard.iter().map(|one| one.good[i]).sum();
                let all = stream.frames() * seeds as usize;
                print!(" {good} of {all} ({snr:.0} dB) |");
            }
            std::io::stdout().flush()?;
        }
        println!();
    }
    Ok(())
}

/// Modes as they go on air: together where they are meant to.
fn on_air() -> Vec<Vec<&'static Mode>> {
    let is_alone = |mode: &&Mode| !MULTIPLEXES.iter().any(|m| m.modes.contains(mode));
    let alone = MODES.iter().filter(is_alone).map(|mode| vec![mode]);
    alone
        .chain(MULTIPLEXES.iter().map(|m| m.modes.to_vec()))
        .collect()
}
