//! Which modes live through which recorder, room and radio: a table of `docs/radio.md`.
//!
//! ```text
//! cargo run --release -p skywave-benches --bin radio_paths [FRAMES [SEEDS [MODE … [PATH …]]]]
//! ```
//!
//! Words with the name of a mode are modes, all others are paths as `path.rs` has them; without any,
//! all of the list below. In brackets stands the SNR that the listener measured. Needs ffmpeg,
//! opus-tools, sox and libsox-fmt-base.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::io::Write;

use benches::{RadioPath, Sent};
use radio::Mode;

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
    let (modes, words): (Vec<String>, Vec<String>) =
        args.partition(|word| Mode::named(word).is_some());
    let modes = match modes.is_empty() {
        true => radio::MODES.iter().collect(),
        false => modes.iter().filter_map(|name| Mode::named(name)).collect(),
    };
    let modes: Vec<&'static Mode> = modes;
    let paths: Vec<(&str, &str)> = match words.is_empty() {
        true => PATHS.to_vec(),
        false => words.iter().map(|path| (&**path, &**path)).collect(),
    };
    let names: Vec<String> = modes.iter().map(|m| format!("`{}`", m.name)).collect();
    println!("{frames} frames, {seeds} seeds:\n");
    println!("| path | {} |", names.join(" | "));
    println!("|---|{}", "---|".repeat(modes.len()));
    let sent = modes.iter().map(|mode| Sent::new(mode, frames));
    let sent: Vec<Sent> = sent.collect::<benches::Result<_>>()?;
    for (name, words) in paths {
        let path: RadioPath = words.parse()?;
        print!("| {name} |");
        for sent in &sent {
            let (mut good, mut snr) = (0, 0.0);
            for seed in 0..seeds {
                let heard = sent.through(&path, seed)?;
                good += heard.good;
                snr += heard.snr / seeds as f64;
            }
            let all = sent.frames() * seeds as usize;
            print!(" {good} of {all} ({snr:.0} dB) |");
            std::io::stdout().flush()?;
        }
        println!();
    }
    Ok(())
}
