//! From a random moment of a transmission to the front page: what a listener waits for.
//!
//! ```text
//! skywave send radio -s STATION --mode shortwave --bare --minutes 30 --rate 8000 -o long.wav
//! cargo run --release -p skywave-benches --bin radio_join long.wav STATION/station.pub [JOINS [DB]]
//! ```
//!
//! Every join has its own fading (CCIR poor) and noise. Seconds of sound until the front tier is
//! complete and verified, and until the text tier is.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use channel::radio::{Awgn, Hz, SnrDb3k, Watterson, mean_power};
use channel::{Prng, Seed};
use edition::{PublicKey, Tier};
use radio::{Deframer, Demodulator, MODES, Received};
use receiver::{Event, MemoryStore, Receiver};

const RATE: Hz = Hz(8_000.0);
/// Samples of sound that are received at most: five minutes.
const LONGEST: usize = 300 * 8_000;

fn main() {
    let mut args = std::env::args().skip(1);
    let (Some(wav), Some(key)) = (args.next(), args.next()) else {
        println!("radio_join FILE.wav station.pub [JOINS [DB]]");
        return;
    };
    let joins: u64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(50);
    let snr: f64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(5.0);
    let (Ok(bytes), Ok(key)) = (std::fs::read(&wav), std::fs::read_to_string(&key)) else {
        println!("{wav} or {key} cannot be read");
        return;
    };
    let Some(key) = key
        .lines()
        .find_map(|line| line.strip_prefix("key "))
        .and_then(public)
    else {
        println!("no key there");
        return;
    };
    // Ours have a header of 44 bytes and 16 bits a sample.
    let samples: Vec<f32> = bytes[44..]
        .chunks_exact(2)
        .map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0)
        .collect();
    let mut random = Prng::new(Seed(1));
    let (mut fronts, mut texts) = (Vec::new(), Vec::new());
    for join in 0..joins {
        let last = samples.len().saturating_sub(LONGEST).max(1);
        let begin = random.below(last as u64) as usize;
        let heard = &samples[begin..(begin + LONGEST).min(samples.len())];
        let faded = Watterson::CCIR_POOR.apply(heard, RATE, Seed(100 + join));
        let noise = Awgn::new(SnrDb3k(snr)).signal_power(mean_power(heard));
        let heard = noise.apply(&faded, RATE, Seed(1_000 + join));
        let (front, text) = listen(&heard, key);
        fronts.push(front);
        texts.push(text);
    }
    println!("| {joins} joins, {snr} dB, CCIR poor | median | 95th percentile | worst |");
    println!("|---|---|---|---|");
    for (name, mut seconds) in [("front page", fronts), ("all text", texts)] {
        seconds.sort_by(f64::total_cmp);
        let at = |share: f64| seconds[((seconds.len() - 1) as f64 * share).round() as usize];
        println!(
            "| {name} | {:.0} s | {:.0} s | {:.0} s |",
            at(0.5),
            at(0.95),
            at(1.0)
        );
    }
}

fn public(hex: &str) -> Option<PublicKey> {
    let mut key = [0; 32];
    for (byte, digits) in key.iter_mut().zip(hex.trim().as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(PublicKey(key))
}

/// Seconds until front and text are complete; infinite if they are not.
fn listen(samples: &[f32], key: PublicKey) -> (f64, f64) {
    let (Some(mut demodulator), Ok(mut receiver)) = (
        Demodulator::new(&MODES[0].alike()),
        Receiver::open(MemoryStore::new(), vec![key]),
    ) else {
        return (f64::INFINITY, f64::INFINITY);
    };
    let mut deframer = Deframer::default();
    let (mut front, mut text) = (f64::INFINITY, f64::INFINITY);
    let mut now = 0.0;
    for piece in samples.chunks(800) {
        now += piece.len() as f64 / RATE.0;
        demodulator.push(piece, &mut |received: Received<'_>| match received.frame {
            Some(frame) => deframer.push(frame, &mut |packet| {
                if receiver.push_packet(packet).is_err() {
                    unreachable!("a store in memory has no errors");
                }
            }),
            None => deframer.lost(),
        });
        while let Some(event) = receiver.poll() {
            match event {
                Event::TierComplete {
                    tier: Tier::Front, ..
                } => front = front.min(now),
                Event::TierComplete {
                    tier: Tier::Text, ..
                } => text = text.min(now),
                _ => {}
            }
        }
        if text.is_finite() && front.is_finite() {
            break;
        }
    }
    (front, text)
}
