//! The most memory of `skywave send ts` of a 1 GB edition, source and repair symbols.
//!
//! `send_memory`
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use benches::{MB, Newsroom, Result, article, file, skywave};
use channel::Seed;

const FILES: u64 = 10;
const FILE_BYTES: usize = 100_000_000;
const MARK: f64 = 512.0;

fn main() -> Result<()> {
    let shown = (0..FILES)
        .map(|i| file(&format!("{i}.bin"), FILE_BYTES, Seed(6 + i)))
        .collect();
    let newsroom = Newsroom::publish(&[article("files", shown, Vec::new())])?;
    let dir = newsroom.station.dir().display().to_string();
    println!("| sent | memory | s of core time | MB/s of stream | mark |");
    println!("|---|---|---|---|---|");
    let cases = [
        ("the first lap: source symbols", "1", 1.0),
        ("the next 1.2 laps: repair symbols", "1.2", 1.2),
    ];
    for (name, laps, times) in cases {
        let arguments = [
            "send",
            "ts",
            "-s",
            &dir,
            "--bitrate",
            "30M",
            "--laps",
            laps,
            "--no-slate",
            "-o",
            "/dev/null",
            "--quiet",
        ];
        let outcome = skywave(None, &arguments)?;
        if outcome.status != Some(0) {
            return Err(format!("{outcome:?}").into());
        }
        let stream = times * (FILES * FILE_BYTES as u64) as f64;
        println!(
            "| {name} | {:.0} MB | {:.1} | {:.0} | < {MARK} MB |",
            outcome.memory as f64 / MB,
            outcome.cpu,
            stream / MB / outcome.cpu
        );
    }
    Ok(())
}
