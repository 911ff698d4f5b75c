//! How many frames of each mode come through which channel: the tables of `docs/radio.md`.
//!
//! ```text
//! cargo run --release -p skywave-benches --bin radio_modes [FRAMES [SEEDS [MODE/PATH …]]]
//! ```
//!
//! A path is written as in `path.rs`: `shortwave/poor,noise:5`.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints its table"
)]

use benches::Sent;
use radio::Mode;
use rustfft::FftPlanner;
use rustfft::num_complex::Complex32;

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
        let Some(mode) = Mode::named(name) else {
            eprintln!("no mode is called {name}");
            continue;
        };
        let path = words.parse()?;
        let sent = Sent::new(mode, frames)?;
        let papr = peak_over_mean(&sent.sound.samples, 1e-4);
        let (mut good, mut measured, mut times) = (0, 0.0, f64::INFINITY);
        for seed in 0..seeds {
            let one = sent.through(&path, seed)?;
            good += one.good;
            measured += one.snr / seeds as f64;
            times = times.min(one.times);
        }
        let all = sent.frames() * seeds as usize;
        let share = good as f64 / all as f64;
        let bits = mode.bit_rate() * share;
        println!(
            "| {name} | {words} | {good} of {all} | {:.1} % | {bits:.0} | {mark} | {measured:.1} | {papr:.2} | {times:.0} |",
            100.0 * share,
        );
    }
    Ok(())
}

/// Peak over mean power of the complex envelope, four times oversampled, exceeded for this share of
/// the time, in dB.
fn peak_over_mean(samples: &[f32], share: f64) -> f64 {
    const PIECE: usize = 1 << 16;
    let mut planner = FftPlanner::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(PIECE),
        planner.plan_fft_inverse(4 * PIECE),
    );
    let mut powers: Vec<f32> = Vec::new();
    for piece in samples.chunks_exact(PIECE) {
        let mut spectrum: Vec<Complex32> = piece.iter().map(|s| Complex32::new(*s, 0.0)).collect();
        forward.process(&mut spectrum);
        // Positive frequencies alone are the envelope.
        spectrum.truncate(PIECE / 2);
        spectrum.resize(4 * PIECE, Complex32::default());
        inverse.process(&mut spectrum);
        // Its ends are cut off hard.
        powers.extend(
            spectrum[PIECE / 4..15 * PIECE / 4]
                .iter()
                .map(|z| z.norm_sqr()),
        );
    }
    if powers.is_empty() {
        return 0.0;
    }
    let mean = powers.iter().map(|p| f64::from(*p)).sum::<f64>() / powers.len() as f64;
    powers.sort_by(f32::total_cmp);
    let at = ((1.0 - share) * powers.len() as f64) as usize;
    10.0 * (f64::from(powers[at.min(powers.len() - 1)]) / mean).log10()
}
