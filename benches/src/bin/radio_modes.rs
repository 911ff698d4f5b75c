//! How many frames of each mode come through which channel: the tables of `docs/radio.md`.
//!
//! ```text
//! cargo run --release -p skywave-benches --bin radio_modes [FRAMES [SEEDS [MODE/PATH …]]]
//! ```
//!
//! A path is written as in `path.rs`: `shortwave/poor,noise:5`. A mode may be one of several layers or
//! a multiplex; each of its streams has a row then, and all together one: the shell makes a table of
//! `shortwave-layered/poor,noise:{0..16..2}`. FRAMES are those of the sturdiest stream.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints its table"
)]

use benches::{Sent, peak_over_mean};
use radio::modes_named;

/// What is asked of which mode: bit/s behind this path.
const MARKS: &[(&str, &str, f64)] = &[
    ("shortwave-low", "poor,noise:0", 900.0),
    ("shortwave", "poor,noise:5", 2_000.0),
    ("shortwave-high", "poor,noise:10", 3_700.0),
    ("shortwave-top", "poor,noise:15", 5_600.0),
    ("shortwave-low", "noise:-2", 900.0),
    ("shortwave-mid", "noise:5", 3_000.0),
    ("shortwave-steady", "noise:10", 4_900.0),
    ("shortwave", "am:10", 1_800.0),
];

fn main() -> benches::Result<()> {
    let mut args = std::env::args().skip(1);
    let frames = args.next().and_then(|n| n.parse().ok()).unwrap_or(40);
    let seeds: u64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(5);
    let asked: Vec<String> = args.collect();
    println!(
        "| mode | path | frames good of sent | | bit/s | mark | SNR measured | PAPR dB | × real time |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let given = asked.iter().filter_map(|asked| {
        let (name, path) = asked.split_once('/')?;
        Some((name, path, 0.0))
    });
    let rows: Vec<(&str, &str, f64)> = match asked.is_empty() {
        true => MARKS.to_vec(),
        false => given.collect(),
    };
    for (name, words, mark) in rows {
        let Some(modes) = modes_named(name) else {
            eprintln!("no mode is called {name}");
            continue;
        };
        let path = words.parse()?;
        let sent = Sent::new(&modes, frames)?;
        let papr = peak_over_mean(&sent.sound.samples, 1e-4);
        let heard = sent.through_each(&path, 0..seeds)?;
        let measured = heard.iter().map(|one| one.snr).sum::<f64>() / seeds as f64;
        let times = heard.iter().map(|one| one.times);
        let times = times.fold(f64::INFINITY, f64::min);
        let rest = format!("{measured:.1} | {papr:.2} | {times:.0} |");
        let mut together = 0.0;
        for (i, stream) in sent.streams.iter().enumerate() {
            let good: usize = heard.iter().map(|one| one.good[i]).sum();
            let all = stream.frames() * seeds as usize;
            let share = good as f64 / all as f64;
            let bits = stream.bit_rate() * share;
            together += bits;
            println!(
                "| {} | {words} | {good} of {all} | {:.1} % | {bits:.0} | {mark} | {rest}",
                stream.name(),
                100.0 * share,
            );
        }
        if sent.streams.len() > 1 {
            println!("| {name}, together | {words} | | | {together:.0} | {mark} | {rest}");
        }
    }
    Ok(())
}
