//! What is no recording, or a broken one, given to `skywave receive`: an honest answer, no panic,
//! little memory.
//!
//! `hostile`
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::fs;

use benches::{MB, Newsroom, Result, article, file, noise, paragraphs, picture, skywave};
use channel::{Channel, Seed};
use station::send::Length;

const SEED: Seed = Seed(5);
const LENGTH: usize = 200_000_000;
const MOST_MEMORY: u64 = 300_000_000;

fn main() -> Result<()> {
    let mut shown: Vec<_> = (0..20).map(|i| picture(60_000, Seed(100 + i))).collect();
    shown.push(file("film.bin", 195_000_000, Seed(1)));
    let newsroom = Newsroom::publish(&[article("one", shown, paragraphs(20_000, SEED))])?;
    let mut recording = Vec::new();
    newsroom.send(20_000_000, Length::Laps(1.1), true, true, &mut recording)?;
    recording.truncate(LENGTH);
    let whole = recording.len();
    let (flipped, report) = Channel::new(SEED).flip_bits(1e-4).run(&recording);
    println!("{} bits of {} flipped\n", report.bits_flipped, whole * 8);
    println!("| given | status | MB/s of core time | memory | the last line that it says | mark |");
    println!("|---|---|---|---|---|---|");
    let cases: [(&str, Vec<u8>); 6] = [
        ("random bytes", noise(LENGTH, SEED)),
        ("0x47", vec![0x47; LENGTH]),
        ("random cells, each with its sync byte", random_cells()),
        (
            "a recording, cut off in a cell",
            recording[..whole / 20 * 19 + 77].to_vec(),
        ),
        (
            "a recording, its beginning cut off too",
            recording[whole / 3 + 99..whole - 88].to_vec(),
        ),
        ("a recording with 1e-4 of its bits flipped", flipped),
    ];
    drop(recording);
    let path = newsroom.dir().join("recording.ts");
    let mut failed = 0;
    for (name, bytes) in cases {
        fs::write(&path, &bytes)?;
        let inbox = newsroom.dir().join("inbox");
        let trust = newsroom.trust();
        let arguments = [
            "receive".as_ref(),
            path.as_os_str(),
            "--trust".as_ref(),
            trust.as_os_str(),
            "-i".as_ref(),
            inbox.as_os_str(),
        ];
        let outcome = skywave(Some(1), &arguments)?;
        fs::remove_dir_all(&inbox)?;
        let honest = matches!(outcome.status, Some(3 | 4));
        let calm = !outcome.stderr.contains("panicked") && outcome.memory <= MOST_MEMORY;
        failed += u32::from(!honest || !calm);
        let status = outcome.status.map_or("a signal".into(), |s| s.to_string());
        println!(
            "| {name} | {status} | {:.0} | {:.0} MB | {} | 3 or 4, ≤ 300 MB |",
            bytes.len() as f64 / MB / outcome.cpu,
            outcome.memory as f64 / MB,
            outcome
                .stdout
                .trim()
                .lines()
                .last()
                .unwrap_or_default()
                .trim()
        );
    }
    println!("\n{SEED}");
    match failed {
        0 => Ok(()),
        _ => Err(format!("{failed} of them missed the mark").into()),
    }
}

fn random_cells() -> Vec<u8> {
    let mut cells = noise(LENGTH / 188 * 188, SEED.part("cells"));
    for cell in cells.chunks_mut(188) {
        cell[0] = 0x47;
    }
    cells
}
