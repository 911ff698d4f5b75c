//! Finding a transmission in noise, at any moment of it, without a preamble.
//!
//! The cyclic prefix tells where symbols begin and the offset in frequency to a part of the carriers'
//! distance; the signs of the pilots, which differ from symbol
//! to symbol and from mode to mode, tell the rest: the offset in whole carriers, the mode, and the
//! place in the slot. Pilots are compared with those of the same carriers some symbols later, so no
//! channel need be known. Where carriers are many and symbols long, a clock that is off turns pilots
//! at one end of the band otherwise than at the other: then several clocks are tried.

use std::f64::consts::TAU;

use rustfft::num_complex::{Complex32, Complex64};

use crate::layout::Layout;
use crate::mode::{Mode, PILOTS};
use crate::window::{Place, Window};

/// Symbols that are looked at.
pub(crate) const SYMBOLS: usize = 40;
/// The sum of the products of pilots over what it would be for noise. There it passes s with a
/// chance of exp(−s²): among 3,500 hypotheses the greatest is about 3, and less than one search in
/// 10^11 finds 6.
const LEAST: f32 = 6.0;

/// Where a signal was found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// Index among the modes that were given.
    pub(crate) mode: usize,
    /// Sample at which the useful part of a symbol begins.
    pub(crate) at: f64,
    /// Which symbol of its slot that is.
    pub(crate) symbol: usize,
    /// Hz by which the middle of its band is too high.
    pub(crate) offset: f64,
    /// The part by which it has more samples than were sent.
    pub(crate) clock: f64,
    /// How sure it is: see [`LEAST`].
    pub(crate) score: f32,
}

/// Samples that a search needs.
pub(crate) fn needs(mode: &Mode) -> usize {
    (SYMBOLS + 2) * mode.symbol()
}

/// Looks for any of these modes, which differ in nothing but their slots, in samples of which the
/// first has the index 0.
pub(crate) fn search(
    samples: &[Complex32],
    modes: &[(&'static Mode, Layout)],
    window: &mut Window,
) -> Option<Found> {
    let mode = modes.first()?.0;
    if samples.len() < needs(mode) {
        return None;
    }
    let (prefix_at, fraction) = prefix(samples, mode);
    let length = mode.symbol() as f64;
    let begin = |symbol: usize| prefix_at + mode.prefix as f64 + symbol as f64 * length;
    // Carriers and some to both sides, of every symbol.
    let (most, lag) = (mode.adrift.carriers, mode.pattern.len());
    let side = most as usize;
    let span = mode.carriers + 2 * side;
    let rows: Vec<Vec<Complex32>> = (0..SYMBOLS)
        .map(|symbol| {
            let at = begin(symbol);
            let place = Place {
                at,
                offset: fraction,
                phase: TAU * fraction * at / f64::from(mode.rate),
                clock: 0.0,
            };
            let mut row = vec![Complex32::default(); span];
            window.carriers(samples, place, mode.first - side, &mut row);
            row
        })
        .collect();
    let seconds = lag as f64 * length / f64::from(mode.rate);
    let clocks = Clocks::new(mode, seconds);
    let mut best: Option<(Found, Vec<Complex32>, i32)> = None;
    for offset in -most..=most {
        let column = |carrier: usize| (carrier as i32 + side as i32 + offset) as usize;
        for parity in 0..lag {
            let products: Vec<Complex32> = (0..SYMBOLS - lag)
                .flat_map(|symbol| {
                    let first = mode.first_pilot(symbol + parity);
                    let (early, late) = (&rows[symbol], &rows[symbol + lag]);
                    (first..mode.carriers)
                        .step_by(PILOTS)
                        .map(move |carrier| late[column(carrier)] * early[column(carrier)].conj())
                })
                .collect();
            let noise: f32 = products.iter().map(|p| p.norm_sqr()).sum::<f32>().sqrt();
            if noise == 0.0 {
                continue;
            }
            for (index, (mode, layout)) in modes.iter().enumerate() {
                for begins in (parity..mode.symbols).step_by(lag) {
                    let sums = correlate(&products, begins, mode, layout);
                    let (clock, sum) = clocks.best(&sums);
                    let score = sum.norm() / noise;
                    if score >= LEAST && best.as_ref().is_none_or(|(b, ..)| b.score < score) {
                        let found = Found {
                            mode: index,
                            at: begin(0),
                            symbol: begins,
                            offset: fraction + f64::from(offset) * mode.spacing(),
                            clock,
                            score,
                        };
                        best = Some((found, sums, offset));
                    }
                }
            }
        }
    }
    let (mut found, sums, whole) = best?;
    let (clock, sum) = clocks.closer(&sums, found.clock);
    found.clock = clock;
    // What is left of the offset turns the pilots from one to the one a pattern later; so did the
    // whole carriers, which the window knew nothing of.
    let turned = TAU * seconds * f64::from(whole) * mode.spacing();
    let left = sum * Complex32::from_polar(1.0, -(turned % TAU) as f32);
    found.offset += f64::from(left.arg()) / (TAU * seconds);
    // And how far from the mean of its echoes a symbol seems to begin, from one to its neighbour.
    let (mode, layout) = &modes[found.mode];
    let column = |carrier: usize| (carrier as i32 + side as i32 + whole) as usize;
    let mut beside = Complex32::default();
    for (i, row) in rows.iter().enumerate() {
        let symbol = (found.symbol + i) % mode.symbols;
        let carriers = (mode.first_pilot(symbol)..mode.carriers).step_by(PILOTS);
        let pilots = carriers.zip(layout.signs(symbol));
        let pilots: Vec<Complex32> = pilots
            .map(|(carrier, sign)| row[column(carrier)] * sign)
            .collect();
        // Symbols of a clock that is off have moved since.
        let moved = found.clock * length * i as f64;
        let turn = TAU * PILOTS as f64 * moved / mode.fft as f64;
        beside += pilots
            .windows(2)
            .map(|pair| pair[1] * pair[0].conj())
            .sum::<Complex32>()
            * Complex32::from_polar(1.0, turn as f32);
    }
    found.at -= f64::from(beside.arg()) * mode.fft as f64 / (TAU * PILOTS as f64);
    Some(found)
}

/// For each pilot of a symbol, the sum of its products with the signs that they have if the first
/// symbol is the one numbered `begins` of its slot.
fn correlate(
    products: &[Complex32],
    begins: usize,
    mode: &Mode,
    layout: &Layout,
) -> Vec<Complex32> {
    let (lag, pilots) = (mode.pattern.len(), layout.signs(0).len());
    let mut sums = vec![Complex32::default(); pilots];
    for (i, row) in products.chunks_exact(pilots).enumerate() {
        let early = layout.signs((begins + i) % mode.symbols);
        let late = layout.signs((begins + i + lag) % mode.symbols);
        for (((sum, product), a), b) in sums.iter_mut().zip(row).zip(early).zip(late) {
            *sum += product * (a * b);
        }
    }
    sums
}

/// How clocks that are off turn a symbol's pilots, against the middle of the band.
struct Clocks {
    /// The clocks that are tried, and by what pilots are turned back then.
    tried: Vec<(f64, Vec<Complex32>)>,
    /// What the products of neighbouring pilots turn for a clock that is off by all of a second.
    turn: f64,
}

impl Clocks {
    /// For pilots that are compared with those `seconds` later.
    fn new(mode: &Mode, seconds: f64) -> Self {
        let pilots = mode.carriers.div_ceil(PILOTS);
        // A clock that has too many samples makes all frequencies too low.
        let turn = -TAU * seconds * PILOTS as f64 * mode.spacing();
        let tried = (-mode.adrift.clocks..=mode.adrift.clocks).map(|step| {
            let clock = f64::from(step) * mode.adrift.clock_step;
            let back = (0..pilots).map(|pilot| {
                let off = pilot as f64 - (pilots - 1) as f64 / 2.0;
                Complex32::from_polar(1.0, (-turn * clock * off) as f32)
            });
            (clock, back.collect())
        });
        Self {
            tried: tried.collect(),
            turn,
        }
    }

    /// The clock for which the sums are most alike, and their sum then.
    fn best(&self, sums: &[Complex32]) -> (f64, Complex32) {
        let tried = self.tried.iter().map(|(clock, back)| {
            let sum: Complex32 = sums.iter().zip(back).map(|(sum, back)| sum * back).sum();
            (*clock, sum)
        });
        tried
            .max_by(|(_, a), (_, b)| a.norm_sqr().total_cmp(&b.norm_sqr()))
            .unwrap_or_default()
    }

    /// The clock between those that are tried, by how one half of the pilots has turned against the
    /// other, and the sum then.
    fn closer(&self, sums: &[Complex32], tried: f64) -> (f64, Complex32) {
        let Some((_, back)) = self.tried.iter().find(|(clock, _)| *clock == tried) else {
            return (tried, sums.iter().sum());
        };
        let turned: Vec<Complex32> = sums
            .iter()
            .zip(back)
            .map(|(sum, back)| sum * back)
            .collect();
        if self.tried.len() < 2 {
            return (tried, turned.iter().sum());
        }
        let (low, high) = turned.split_at(turned.len() / 2);
        let (low, high): (Complex32, Complex32) = (low.iter().sum(), high.iter().sum());
        let apart = turned.len() as f64 / 2.0;
        let clock = tried + f64::from((high * low.conj()).arg()) / (self.turn * apart);
        (clock, low + high)
    }
}

/// Where prefixes begin, and the offset in Hz within half of the carriers' distance. In the time of
/// a search a clock that is off by 500 ppm moves symbols by 11 samples: the prefix is longer.
fn prefix(samples: &[Complex32], mode: &Mode) -> (f64, f64) {
    // How alike samples are to those one useful part later, at the same place of every symbol.
    let mut alike = vec![Complex64::default(); mode.symbol()];
    for (i, pair) in samples.windows(mode.fft + 1).enumerate() {
        let product = pair[0] * pair[mode.fft].conj();
        alike[i % mode.symbol()] += Complex64::new(product.re.into(), product.im.into());
    }
    let sum_from = |start: usize| -> Complex64 {
        let all = (start..start + mode.prefix).map(|i| alike[i % mode.symbol()]);
        all.sum()
    };
    let sums = (0..mode.symbol()).map(|start| (start, sum_from(start)));
    let (start, sum) = sums
        .max_by(|(_, a), (_, b)| a.norm_sqr().total_cmp(&b.norm_sqr()))
        .unwrap_or_default();
    let seconds = mode.fft as f64 / f64::from(mode.rate);
    (start as f64, -sum.arg() / (TAU * seconds))
}
