//! How many frames of each mode come through which channel: the tables of `docs/radio.md`.
//!
//! ```text
//! cargo run --release -p skywave-benches --bin radio_modes [FRAMES [SEEDS [NAME:CHANNEL:DB …]]]
//! ```

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a bench prints its table and reads the clock"
)]

use channel::Seed;
use channel::radio::{
    AmLink, Awgn, ClockError, FrequencyShift, HardClip, Hz, LowPass, Ppm, Slip, SnrDb3k, Watterson,
    quantise_8_bit, slip,
};
use radio::{Demodulator, Framer, MODES, Mode, Modulator, Received};
use rustfft::FftPlanner;
use rustfft::num_complex::Complex32;

const RATE: Hz = Hz(8_000.0);

/// What is asked of which mode: bit/s at this SNR.
const MARKS: &[(&str, &str, f64, f64)] = &[
    ("shortwave-low", "poor", 0.0, 900.0),
    ("shortwave", "poor", 5.0, 2_000.0),
    ("shortwave-high", "poor", 10.0, 3_700.0),
    ("shortwave-top", "poor", 15.0, 5_600.0),
    ("shortwave-low", "awgn", -2.0, 900.0),
    ("shortwave-mid", "awgn", 5.0, 3_000.0),
    ("shortwave-steady", "awgn", 10.0, 4_900.0),
];

struct Outcome {
    good: usize,
    snr: f64,
    /// How much faster than it was sent it was decoded.
    times: f64,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let frames = args.next().and_then(|n| n.parse().ok()).unwrap_or(40);
    let seeds = args.next().and_then(|n| n.parse().ok()).unwrap_or(5);
    let asked: Vec<String> = args.collect();
    println!(
        "| mode | channel | SNR dB | frames | good | bit/s | mark | SNR measured | PAPR dB | × real time |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let given = asked.iter().filter_map(|asked| {
        let mut parts = asked.split(':');
        let (name, channel) = (parts.next()?, parts.next()?);
        Some((name, channel, parts.next()?.parse().ok()?, 0.0))
    });
    let rows: Vec<(&str, &str, f64, f64)> = match asked.is_empty() {
        true => MARKS.to_vec(),
        false => given.collect(),
    };
    for (name, channel, snr, mark) in rows {
        let Some(mode) = Mode::named(name) else {
            eprintln!("no mode is called {name}");
            continue;
        };
        let (mut good, mut measured, mut papr, mut times) = (0, 0.0, 0.0, f64::INFINITY);
        for seed in 0..seeds {
            let samples = transmission(mode, frames);
            papr = peak_over_mean(&samples, 1e-4);
            let one = through(mode, &samples, channel, snr, seed);
            good += one.good;
            measured += one.snr / seeds as f64;
            times = times.min(one.times);
        }
        let sent = frames * seeds as usize;
        let share = good as f64 / sent as f64;
        let bits = mode.bit_rate() * share;
        println!(
            "| {name} | {channel} | {snr} | {good} of {sent} | {:.1} % | {bits:.0} | {mark} | {measured:.1} | {papr:.2} | {times:.0} |",
            100.0 * share,
        );
    }
}

/// Frames of bytes that look like chance, and what flushes them.
fn transmission(mode: &'static Mode, frames: usize) -> Vec<f32> {
    let mut framer = Framer::new(mode);
    let mut modulator = Modulator::new(mode);
    let mut samples = Vec::new();
    let mut random = 1u32;
    for _ in 0..frames {
        let packet = (2..mode.payload()).map(|_| {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 24) as u8
        });
        framer.push(&packet.collect::<Vec<u8>>());
        if modulator.frame(&framer.frame(), &mut samples).is_err() {
            unreachable!("frames of a mode fit it");
        }
    }
    (1..mode.depth).for_each(|_| modulator.flush(&mut samples));
    samples
}

fn through(mode: &'static Mode, samples: &[f32], channel: &str, snr: f64, seed: u64) -> Outcome {
    let mut padded = vec![0.0; 3_000];
    padded.extend_from_slice(samples);
    let power = samples.iter().map(|s| f64::from(s * s)).sum::<f64>() / samples.len() as f64;
    let noisy = |samples: &[f32]| {
        let noise = Awgn::new(SnrDb3k(snr)).signal_power(power);
        noise.apply(samples, RATE, Seed(seed + 1_000))
    };
    let heard = match channel {
        "poor" => noisy(&Watterson::CCIR_POOR.apply(&padded, RATE, Seed(seed))),
        "moderate" => noisy(&Watterson::MODERATE.apply(&padded, RATE, Seed(seed))),
        "slow" => noisy(&Watterson::SLOW.apply(&padded, RATE, Seed(seed))),
        "am" => AmLink {
            depth: 0.9,
            channel: Some(Watterson::CCIR_POOR),
            audio_snr: SnrDb3k(snr),
            bandwidth: Hz(3_000.0),
        }
        .apply(&padded, RATE, Seed(seed)),
        "clock+500" => noisy(&ClockError::of(Ppm(500.0)).apply(&padded, RATE)),
        "clock-500" => noisy(&ClockError::of(Ppm(-500.0)).apply(&padded, RATE)),
        "clock+500,poor" => noisy(
            &ClockError::of(Ppm(500.0))
                .apply(&Watterson::CCIR_POOR.apply(&padded, RATE, Seed(seed)), RATE),
        ),
        "shift+100" => noisy(&FrequencyShift::by(Hz(100.0)).apply(&padded, RATE)),
        "shift-100" => noisy(&FrequencyShift::by(Hz(-100.0)).apply(&padded, RATE)),
        "shift+100,poor" => noisy(
            &FrequencyShift::by(Hz(100.0))
                .apply(&Watterson::CCIR_POOR.apply(&padded, RATE, Seed(seed)), RATE),
        ),
        "clip" => noisy(&HardClip { times_rms: 1.0 }.apply(&padded)),
        "8bit" => quantise_8_bit(&noisy(
            &padded.iter().map(|s| s / 4.0).collect::<Vec<f32>>(),
        )),
        "lowpass" => noisy(
            &LowPass {
                cutoff: Hz(2_400.0),
            }
            .apply(&padded, RATE),
        ),
        "slips" => {
            let every = 10 * 8_000;
            let slips = (1..padded.len() / every).map(|i| match i % 2 {
                0 => Slip::Drop {
                    at: i * every,
                    samples: 160,
                },
                _ => Slip::Repeat {
                    at: i * every,
                    samples: 90,
                },
            });
            noisy(&slip(&padded, &slips.collect::<Vec<Slip>>()))
        }
        "awgn" => noisy(&padded),
        other => {
            eprintln!("no channel is called {other}");
            padded
        }
    };
    let modes: Vec<&'static Mode> = MODES.iter().collect();
    let Some(mut demodulator) = Demodulator::new(&modes) else {
        unreachable!("there are modes");
    };
    let (mut good, mut snr, mut count) = (0, 0.0, 0);
    let mut take = |received: Received<'_>| {
        good += usize::from(received.frame.is_some() && received.mode.name == mode.name);
        snr += f64::from(received.quality.snr_db);
        count += 1;
    };
    let began = std::time::Instant::now();
    demodulator.push(&heard, &mut take);
    demodulator.finish(&mut take);
    let seconds = heard.len() as f64 / RATE.0;
    Outcome {
        good,
        snr: snr / f64::from(count.max(1)),
        times: seconds / began.elapsed().as_secs_f64(),
    }
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
