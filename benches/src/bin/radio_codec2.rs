//! codec2's datac1 and datac3 beside ours, through the same channels: a table of `docs/radio.md`.
//!
//! ```text
//! cargo run --release -p skywave-benches --bin radio_codec2 [PACKETS [SEEDS [BURST [MODE/PATH …]]]]
//! ```
//!
//! Needs cc and libcodec2-dev. Both have the same mean power, the same noise and fading for each seed
//! and SNR in 3 kHz of the mean. Bit/s are good payload bits over airtime. codec2's counts the preamble
//! and the postamble of each burst, of BURST packets (1: what its own tools do), and no pause between
//! bursts; ours counts prefix, pilots, CRC and framing. What spreads the last frame of a transmission, once
//! 20 to 27 s, is not counted.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints its table"
)]

use benches::{Codec2, RadioPath, Sent};
use radio::modes_named;

/// Which of ours for which path.
const ROWS: &[(&str, &str)] = &[
    ("shortwave-low", "noise:-2"),
    ("shortwave-mid", "noise:5"),
    ("shortwave-steady", "noise:10"),
    ("shortwave-low", "poor,noise:0"),
    ("shortwave", "poor,noise:5"),
    ("shortwave-high", "poor,noise:10"),
    ("shortwave-top", "poor,noise:15"),
    ("shortwave", "slow,noise:5"),
    ("shortwave", "am:10"),
];
const PEERS: [&str; 2] = ["datac1", "datac3"];

fn main() -> benches::Result<()> {
    let mut args = std::env::args().skip(1);
    let mut number = |unless: usize| args.next().and_then(|n| n.parse().ok()).unwrap_or(unless);
    let (packets, seeds, burst) = (number(40), number(5) as u64, number(1));
    let asked: Vec<String> = args.collect();
    let rows: Vec<(&str, &str)> = match asked.is_empty() {
        true => ROWS.to_vec(),
        false => asked.iter().filter_map(|a| a.split_once('/')).collect(),
    };
    let codec2 = Codec2::build()?;
    let peers = PEERS.map(|mode| codec2.send(mode, packets, burst));
    println!("{packets} packets or frames, {seeds} seeds, bursts of {burst}:\n");
    println!(
        "| path | datac1, good | bit/s | datac3, good | bit/s | ours | good | bit/s | times datac1 |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (name, words) in rows {
        let Some(modes) = modes_named(name) else {
            eprintln!("no mode is called {name}");
            continue;
        };
        let path: RadioPath = words.parse()?;
        print!("| {words} |");
        let mut first = None;
        for sent in &peers {
            let sent = sent.as_ref().map_err(ToString::to_string)?;
            let good = codec2.through_each(sent, &path, 0..seeds)?;
            let (good, all) = (good.iter().sum::<usize>(), packets * seeds as usize);
            let bits = sent.bit_rate() * good as f64 / all as f64;
            first.get_or_insert(bits);
            print!(" {good} of {all} | {bits:.0} |");
        }
        let sent = Sent::new(&modes, packets)?;
        let heard = sent.through_each(&path, 0..seeds)?;
        let stream = &sent.streams[0];
        let good: usize = heard.iter().map(|one| one.good[0]).sum();
        let all = stream.frames() * seeds as usize;
        let bits = stream.bit_rate() * good as f64 / all as f64;
        let times = match first {
            Some(peer) if peer > 0.0 => format!("{:.1}", bits / peer),
            _ => "∞".into(),
        };
        println!(" `{name}` | {good} of {all} | {bits:.0} | {times} |");
    }
    Ok(())
}
