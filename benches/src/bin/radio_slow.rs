//! What three minutes bring where fades last for many seconds: a table of `docs/radio.md`.
//!
//! ```text
//! cargo run --release -p skywave-benches --bin radio_slow [SEEDS [SECONDS [middle] [MODE/PATH …]]]
//! ```
//!
//! A transmission is SECONDS long (180), with as many frames as are whole in it: what spreads the last
//! of them counts as airtime. With `middle`, it is a longer one of which so much is heard: what is cut
//! off at both ends costs frames, but not always all of them. RaptorQ needs no particular frames, so bits of good payload are what it
//! delivers. Each seed is a window of its own, with other fading and noise.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints its table"
)]

use benches::{Sent, median, quantile};
use channel::Seconds;
use radio::modes_named;

/// Bit/s that are asked for.
const MARK: f64 = 2_000.0;
/// Behind what, and in which modes, unless others are given.
const PATH: &str = "slow,noise:5";
const NAMES: [&str; 5] = [
    "shortwave-low",
    "shortwave",
    "shortwave-mid",
    "shortwave-high",
    "shortwave-layered",
];

fn main() -> benches::Result<()> {
    let mut args = std::env::args().skip(1);
    let seeds = args.next().and_then(|n| n.parse().ok()).unwrap_or(60);
    let seconds = args.next().and_then(|n| n.parse().ok()).unwrap_or(180.0);
    let mut asked: Vec<String> = args.collect();
    let is_middle = asked.first().is_some_and(|word| word == "middle");
    if is_middle {
        asked.remove(0);
    }
    let rows: Vec<(&str, &str)> = match asked.is_empty() {
        true => NAMES.iter().map(|name| (*name, PATH)).collect(),
        false => asked.iter().filter_map(|a| a.split_once('/')).collect(),
    };
    let of = if is_middle { ", out of the middle" } else { "" };
    println!("{seeds} windows of {seconds} s{of}:\n");
    println!(
        "| mode | path | frames good of sent | bit/s, mean | 5 % have less | 10 % | median | windows with {MARK} bit/s | with every frame |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for (name, words) in rows {
        let Some(modes) = modes_named(name) else {
            eprintln!("no mode is called {name}");
            continue;
        };
        let spread = modes.iter().map(|mode| mode.spread_seconds());
        let before = spread.fold(0.0, f64::max);
        let sent = match is_middle {
            true => {
                Sent::lasting(&modes, Seconds(seconds + 2.0 * before))?.middle(Seconds(seconds))
            }
            false => Sent::lasting(&modes, Seconds(seconds))?,
        };
        let all: usize = sent.streams.iter().map(|stream| stream.frames()).sum();
        let heard = sent.through_each(&words.parse()?, 0..seeds)?;
        let bits = heard.iter().map(|one| {
            let of = |(good, stream): (&usize, &benches::SentStream)| good * stream.payload() * 8;
            let bits: usize = one.good.iter().zip(&sent.streams).map(of).sum();
            bits as f64 / seconds
        });
        let bits: Vec<f64> = bits.collect();
        let good: Vec<usize> = heard.iter().map(|one| one.good.iter().sum()).collect();
        let share = |count: usize| 100.0 * count as f64 / seeds as f64;
        println!(
            "| {name} | {words} | {} of {} | {:.0} | {:.0} | {:.0} | {:.0} | {:.0} % | {:.0} % |",
            good.iter().sum::<usize>(),
            all * seeds as usize,
            bits.iter().sum::<f64>() / seeds as f64,
            quantile(&bits, 0.05),
            quantile(&bits, 0.1),
            median(&bits),
            share(bits.iter().filter(|bits| **bits >= MARK).count()),
            share(good.iter().filter(|good| **good == all).count()),
        );
    }
    Ok(())
}
