//! Where the capacity goes: from the ergodic capacity of the channel to bits of packets.
//!
//! ```text
//! cargo run --release -p skywave-benches --bin radio_budget [FRAMES [MODE DB]…]
//! ```
//!
//! CCIR poor. Above "the code" all is computed; below, three receivers are measured in steps of a
//! quarter of a dB until 95 % of FRAMES (200) are good, with a straight line between the last two steps:
//! one that knows the channel, cells that fade independently of each other; one that knows the channel,
//! which is CCIR poor; and ours. dB are those by which the ergodic capacity would have to be weaker to be
//! what is left.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use benches::{Fading, RadioPath, Sent, on_two_cores, power, threshold};
use channel::radio::{Gauss, Hz, SnrDb3k, TapGain, Watterson};
use channel::{Prng, Seed};
use radio::Mode;
use radio::ldpc::{Code, Decoder};
use rustfft::num_complex::{Complex32, Complex64};

/// Hz of an SSB channel.
const CHANNEL: f64 = 2_400.0;
/// Pilots are twice as strong as cells, and one carrier in twelve is one: docs/radio.md.
const BOOST: f64 = 2.0;
const PILOTS: usize = 12;
/// Clipping's noise over the power of the cells: docs/radio.md, from the mode table.
const CLIPPING: [(&str, f64); 3] = [
    ("shortwave", 0.009),
    ("shortwave-low", 0.009),
    ("shortwave-high", 0.0066),
];
/// Rounds of the decoder, at most: as our receiver has it.
const ITERATIONS: u32 = 50;
const ENOUGH: f64 = 0.95;
const STEP: f64 = 0.25;

/// A mode, and what is left of a cell's signal.
struct Link {
    mode: &'static Mode,
    clipping: f64,
    pilots: f64,
    /// Hz that are used.
    band: f64,
    /// The share of time that is not prefix.
    useful: f64,
}

fn main() -> benches::Result<()> {
    let mut args = std::env::args().skip(1);
    let frames: u64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(200);
    let asked: Vec<String> = args.collect();
    let mut rows: Vec<(&str, f64)> = Vec::new();
    for pair in asked.chunks_exact(2) {
        rows.push((&pair[0], pair[1].parse()?));
    }
    if rows.is_empty() {
        rows = vec![("shortwave", 5.0), ("shortwave-high", 10.0)];
    }
    for (name, db) in rows {
        let mode = Mode::named(name).ok_or_else(|| format!("no mode is called {name}"))?;
        let known = CLIPPING.iter().find(|(of, _)| *of == name);
        let (_, clipping) = known.ok_or_else(|| format!("{name}: clipping not known"))?;
        Link::new(mode, *clipping).budget(db, frames)?;
    }
    Ok(())
}

impl Link {
    fn new(mode: &'static Mode, clipping: f64) -> Link {
        let spacing = f64::from(mode.rate) / mode.fft as f64;
        Link {
            mode,
            clipping,
            pilots: mode.carriers.div_ceil(PILOTS) as f64 / mode.carriers as f64,
            band: spacing * mode.carriers as f64,
            useful: mode.fft as f64 / mode.symbol() as f64,
        }
    }

    /// The ratio of powers of a cell, and of what noise is in it.
    fn cell(&self, db: f64) -> f64 {
        power(db) * 3_000.0 / self.band / (1.0 + (BOOST - 1.0) * self.pilots)
    }

    /// Bit/s that cells of so many bits carry.
    fn rate(&self, bits: f64) -> f64 {
        self.band * self.useful * (1.0 - self.pilots) * bits
    }

    /// Bit/s that the mode's constellation carries at best.
    fn modulated(&self, db: f64) -> f64 {
        let of = self.mode.constellation;
        self.rate(Fading::Rayleigh.constellation(of, self.cell(db), self.clipping))
    }

    fn budget(&self, db: f64, frames: u64) -> benches::Result<()> {
        let (mode, fading) = (self.mode, Fading::Rayleigh);
        let all = fading.capacity(CHANNEL, SnrDb3k(db));
        let band = fading.capacity(self.band, SnrDb3k(db));
        let prefix = band * self.useful;
        let pilots = prefix * (1.0 - self.pilots);
        let boost = self.rate(fading.shannon(self.cell(db)));
        let clipped = fading.mean(|gain| {
            let snr = gain * self.cell(db);
            (1.0 + snr / (1.0 + snr * self.clipping)).log2()
        });
        let clipped = self.rate(clipped);
        let modulated = self.modulated(db);
        let layer = &mode.layers[0];
        let info = layer.info_bits as f64 / mode.frame_seconds();
        let (known, faded, real) = self.measure(info, frames)?;
        let theory = threshold(-20.0, 40.0, |db| self.modulated(db) >= info);
        let steps = [
            (format!("ergodic capacity of 2.4 kHz at {db} dB"), all),
            (format!("band used: {:.0} Hz", self.band), band),
            (
                format!("prefix: {} of {} samples", mode.prefix, mode.symbol()),
                prefix,
            ),
            ("cells that are pilots".into(), pilots),
            ("pilots are 3 dB stronger".into(), boost),
            (
                format!("clipping's noise: {:.1} dB", 10.0 * self.clipping.log10()),
                clipped,
            ),
            (
                format!("{:?}, each bit by itself", mode.constellation),
                modulated,
            ),
            (
                format!("margin: 95 % from {real:.2} dB on"),
                self.modulated(real),
            ),
            (
                format!("search, tracking, estimation: {:.2} dB", real - faded),
                self.modulated(faded),
            ),
            (
                format!("fades outlast the interleaver: {:.2} dB", faded - known),
                self.modulated(known),
            ),
            (
                format!(
                    "code of {} bits: {:.2} dB",
                    mode.coded_bits(),
                    known - theory
                ),
                info,
            ),
            ("CRC, where packets begin".into(), mode.bit_rate()),
        ];
        println!(
            "\n| `{}`, CCIR poor, {db} dB | bit/s left | of capacity | lost, % of capacity | dB |",
            mode.name
        );
        println!("|---|---|---|---|---|");
        let equal = |rate: f64| {
            threshold(-30.0, 40.0, |db| {
                fading.capacity(CHANNEL, SnrDb3k(db)) >= rate
            })
        };
        let mut before = all;
        for (what, left) in steps {
            println!(
                "| {what} | {left:.0} | {:.1} % | {:.1} | {:.2} |",
                100.0 * left / all,
                100.0 * (before - left) / all,
                equal(before) - equal(left),
            );
            before = left;
        }
        Ok(())
    }

    /// The SNR that is enough: knowing the channel, cells fading by themselves; knowing it, as it is;
    /// with everything.
    fn measure(&self, info: f64, frames: u64) -> benches::Result<(f64, f64, f64)> {
        let theory = threshold(-20.0, 40.0, |db| self.modulated(db) >= info);
        let enough = |from: f64, good: &dyn Fn(f64) -> benches::Result<f64>| {
            let mut at = (from / STEP).floor() * STEP;
            let (mut before, mut share) = (0.0, good(at)?);
            while share < ENOUGH {
                at += STEP;
                (before, share) = (share, good(at)?);
            }
            let part = (ENOUGH - before) / (share - before);
            let db = at - STEP * (1.0 - part.clamp(0.0, 1.0));
            Ok::<f64, Box<dyn std::error::Error>>(db)
        };
        let ideal = |is_faded: bool| {
            move |db: f64| {
                let good = on_two_cores(0..frames, |seed| Ok(self.frame(db, is_faded, seed)))?;
                Ok(good.iter().filter(|good| **good).count() as f64 / frames as f64)
            }
        };
        let known = enough(theory, &ideal(false))?;
        let faded = enough(known, &ideal(true))?;
        const EACH: usize = 20;
        let sent = Sent::new(&[self.mode], EACH)?;
        let seeds = frames.div_ceil(EACH as u64);
        let real = enough(known, &|db| {
            let path: RadioPath = format!("poor,noise:{db}").parse()?;
            let heard = sent.through_each(&path, 0..seeds)?;
            let good: usize = heard.iter().map(|one| one.good[0]).sum();
            Ok(good as f64 / (EACH as u64 * seeds) as f64)
        })?;
        Ok((known, faded, real))
    }

    /// Whether a frame is good to a receiver that knows the channel.
    fn frame(&self, db: f64, is_faded: bool, seed: u64) -> bool {
        let mode = self.mode;
        let layer = &mode.layers[0];
        let (mut random, mut gauss) = (Prng::new(Seed(seed)), Gauss::new(Seed(seed)));
        let code = Code::new(
            layer.graph,
            layer.lifting,
            layer.info_bits,
            mode.coded_bits(),
        );
        let Ok(code) = code else {
            unreachable!("modes have codes");
        };
        let mut info = vec![0; layer.info_bits / 8];
        random.fill(&mut info);
        let mut coded = Vec::new();
        if code.encode(&info, &mut coded).is_err() {
            unreachable!("a frame's length");
        }
        let mut places: Vec<usize> = (0..coded.len()).collect();
        random.shuffle(&mut places);
        let gains = match is_faded {
            true => self.faded(&mut random, Seed(seed)),
            false => (0..mode.cells())
                .map(|_| gauss.complex().norm_sqr())
                .collect(),
        };
        let noise = 1.0 / self.cell(db);
        let each = mode.constellation.bits();
        let mut llr = vec![0.0; coded.len()];
        let (mut bits, mut soft) = (vec![0; each], vec![0.0; each]);
        for (places, gain) in places.chunks_exact(each).zip(gains) {
            for (bit, place) in bits.iter_mut().zip(places) {
                *bit = coded[*place];
            }
            let variance = noise / gain + self.clipping;
            let disturbed = gauss.complex() * variance.sqrt();
            let cell = mode.constellation.cell(&bits);
            let cell = cell + Complex32::new(disturbed.re as f32, disturbed.im as f32);
            mode.constellation.soft(cell, variance as f32, &mut soft);
            for (soft, place) in soft.iter().zip(places) {
                llr[*place] = *soft;
            }
        }
        let mut decoder = Decoder::new(&code);
        let decoded = decoder.decode(&llr, ITERATIONS);
        decoded.is_some_and(|decoded| decoded.info == info)
    }

    /// Gains of power of a codeword's cells on CCIR poor: some of each slot, anywhere in it.
    fn faded(&self, random: &mut Prng, seed: Seed) -> Vec<f64> {
        let (mode, fading) = (self.mode, Watterson::CCIR_POOR);
        let rate = Hz(1.0 / mode.symbol_seconds());
        let mut paths =
            ["first", "second"].map(|path| TapGain::new(fading.spread, rate, seed.part(path)));
        let spacing = f64::from(mode.rate) / mode.fft as f64;
        let turn = -std::f64::consts::TAU * spacing * fading.delay.0 * 1e-3;
        let mut gains = Vec::with_capacity(mode.cells());
        for slot in 0..mode.depth {
            let mut cells = Vec::new();
            for _ in 0..mode.symbols {
                let [first, second] = [0, 1].map(|path: usize| paths[path].gain());
                for carrier in 0..mode.carriers {
                    let echo = Complex64::from_polar(1.0, turn * carrier as f64);
                    cells.push((first + second * echo).norm_sqr() / 2.0);
                }
            }
            random.shuffle(&mut cells);
            let part = |slot: usize| slot * mode.cells() / mode.depth;
            gains.extend(&cells[..part(slot + 1) - part(slot)]);
        }
        random.shuffle(&mut gains);
        gains
    }
}
