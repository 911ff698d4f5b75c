//! Finding a transmission in noise, at any moment of it, without a preamble.
//!
//! The cyclic prefix tells where symbols begin and the offset in frequency to a part of the carriers'
//! distance; the signs of the pilots, which differ from symbol
//! to symbol and from mode to mode, tell the rest: the offset in whole carriers, the mode, and the
//! place in the slot. Pilots are compared with those two symbols later, so no channel need be known.

use std::f64::consts::TAU;

use rustfft::num_complex::{Complex32, Complex64};

use crate::layout::{Layout, first_pilot};
use crate::mode::{Mode, PILOTS};
use crate::window::Window;

/// Symbols that are looked at.
pub(crate) const SYMBOLS: usize = 40;
/// Carriers by which the signal may be too high or too low: 109 Hz.
const OFFSETS: i32 = 7;
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
    /// Hz by which it is too high.
    pub(crate) offset: f64,
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
    let side = OFFSETS as usize;
    let span = mode.carriers + 2 * side;
    let rows: Vec<Vec<Complex32>> = (0..SYMBOLS)
        .map(|symbol| {
            let at = begin(symbol);
            let phase = TAU * fraction * at / f64::from(mode.rate);
            let mut row = vec![Complex32::default(); span];
            window.carriers(samples, at, fraction, phase, mode.first - side, &mut row);
            row
        })
        .collect();
    let mut best: Option<(Found, Complex32, i32)> = None;
    for offset in -OFFSETS..=OFFSETS {
        let column = |carrier: usize| (carrier as i32 + side as i32 + offset) as usize;
        for parity in 0..2 {
            let products: Vec<Complex32> = (0..SYMBOLS - 2)
                .flat_map(|symbol| {
                    let first = first_pilot(symbol + parity);
                    let (early, late) = (&rows[symbol], &rows[symbol + 2]);
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
                for begins in (parity..mode.symbols).step_by(2) {
                    let sum = correlate(&products, begins, mode.symbols, layout);
                    let score = sum.norm() / noise;
                    if score >= LEAST && best.as_ref().is_none_or(|(b, ..)| b.score < score) {
                        let found = Found {
                            mode: index,
                            at: begin(0),
                            symbol: begins,
                            offset: fraction + f64::from(offset) * spacing(mode),
                            score,
                        };
                        best = Some((found, sum, offset));
                    }
                }
            }
        }
    }
    let (mut found, sum, whole) = best?;
    // What is left of the offset turns the pilots from one to the one two symbols later; so did the
    // whole carriers, which the window knew nothing of.
    let seconds = 2.0 * length / f64::from(mode.rate);
    let turned = TAU * seconds * f64::from(whole) * spacing(mode);
    let left = sum * Complex32::from_polar(1.0, -(turned % TAU) as f32);
    found.offset += f64::from(left.arg()) / (TAU * seconds);
    // And how far from the mean of its echoes a symbol seems to begin, from one to its neighbour.
    let (mode, layout) = &modes[found.mode];
    let column = |carrier: usize| (carrier as i32 + side as i32 + whole) as usize;
    let mut beside = Complex32::default();
    for (i, row) in rows.iter().enumerate() {
        let symbol = (found.symbol + i) % mode.symbols;
        let carriers = (first_pilot(symbol)..mode.carriers).step_by(PILOTS);
        let pilots = carriers.zip(layout.signs(symbol));
        let pilots: Vec<Complex32> = pilots
            .map(|(carrier, sign)| row[column(carrier)] * sign)
            .collect();
        beside += pilots
            .windows(2)
            .map(|pair| pair[1] * pair[0].conj())
            .sum::<Complex32>();
    }
    found.at -= f64::from(beside.arg()) * mode.fft as f64 / (TAU * PILOTS as f64);
    Some(found)
}

/// Hz from one carrier to the next.
fn spacing(mode: &Mode) -> f64 {
    f64::from(mode.rate) / mode.fft as f64
}

/// The sum of the products with the signs that they have if the first symbol is the one numbered
/// `begins` of its slot.
fn correlate(products: &[Complex32], begins: usize, symbols: usize, layout: &Layout) -> Complex32 {
    let pilots = layout.signs(0).len();
    let mut sum = Complex32::default();
    for (i, row) in products.chunks_exact(pilots).enumerate() {
        let early = layout.signs((begins + i) % symbols);
        let late = layout.signs((begins + i + 2) % symbols);
        for ((product, a), b) in row.iter().zip(early).zip(late) {
            sum += product * (a * b);
        }
    }
    sum
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
