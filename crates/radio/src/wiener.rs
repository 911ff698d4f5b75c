//! The channel between the pilots: a Wiener estimator over time, then over frequency (Höher 1991),
//! for the fading and the noise that the pilots themselves show.

use std::f32::consts::PI;

use rustfft::num_complex::Complex32;

use crate::mode::{BOOST, Mode, PILOTS};

/// Hz: half of the two-sided Doppler spread (σ), at least and at most.
const SLOWEST: f32 = 0.03;
const FASTEST: f32 = 1.6;
/// Fading is never thought to turn more than this part of a circle between two pilots of a carrier.
const MOST_TURN: f32 = 0.3;
/// Noise is thought to be at least so much of the signal.
const LEAST_NOISE: f32 = 0.002;
/// A symbol's noise is heard together with that of so many to each side.
const NEAR: usize = 2;
/// It is another than the rest's if it is so many times as strong: 65 pilots are seldom that far off.
const CLICK: f32 = 1.7;
/// Seconds over which noise is averaged.
const STEADY: f32 = 8.0;
/// Statistics of the pilots, from slot to slot, are kept to this part.
const KEEP: f32 = 0.6;

/// What the pilots show of a slot.
pub(crate) struct Channel {
    /// The channel of each cell, symbol by symbol.
    pub(crate) gains: Vec<Complex32>,
    /// Variance of noise and of the estimate's error, of a cell.
    pub(crate) noise: f32,
    /// The same for each symbol: clicks and splices do not last.
    pub(crate) noises: Vec<f32>,
    /// Mean power of a cell.
    pub(crate) signal: f32,
    /// σ of the fading, in Hz.
    pub(crate) fading: f32,
}

/// Estimates channels, slot by slot.
#[derive(Debug, Default)]
pub(crate) struct Estimator {
    /// Means of pilots times themselves, and times those of the same carrier once and twice before.
    power: f32,
    once: Complex32,
    twice: Complex32,
    count: f32,
    /// Variance of the noise of a cell: it changes more slowly than the channel.
    noise: Option<f32>,
}

/// The carriers of symbols around a slot: [`Mode::margin`] before it, its own, and as many after it. Those
/// that did not come are empty. With them, the signs of their pilots.
pub(crate) type Rows<'a> = [(&'a [Complex32], &'a [f32])];

impl Estimator {
    pub(crate) fn slot(&mut self, mode: &Mode, rows: &Rows<'_>) -> Channel {
        // Pilots without signs and boost, turned so that the middle of the echoes is in their middle;
        // `None` for symbols that did not come.
        let spacing = mode.spacing() as f32;
        let (before, after) = mode.echoes;
        let later = PI * spacing * (after - before);
        let turned = |carrier: usize| Complex32::from_polar(1.0, later * carrier as f32);
        let pilots: Vec<Option<Vec<Complex32>>> = rows
            .iter()
            .enumerate()
            .map(|(i, (row, signs))| {
                let first = mode.first_pilot(i);
                (!row.is_empty()).then(|| {
                    let pilots = (first..mode.carriers).step_by(PILOTS).zip(*signs);
                    pilots
                        .map(|(carrier, sign)| row[carrier] * turned(carrier) * (sign / BOOST))
                        .collect()
                })
            })
            .collect();
        self.take(&pilots, mode.pattern.len());
        let second = mode.symbol() as f32 / mode.rate as f32;
        let (signal, difference, fading) = self.shape(second * mode.pattern.len() as f32);
        let noise = self.noise.unwrap_or(difference).max(LEAST_NOISE * signal);
        let (in_time, left) = over_time(
            mode,
            &pilots,
            second,
            fading,
            noise / signal / (BOOST * BOOST),
        );
        let (filter, error) = over_frequency(mode, left);
        let carriers = mode.carriers;
        let tracks = in_time.first().map_or(0, Vec::len);
        let mut gains = vec![Complex32::default(); carriers * mode.symbols];
        for (gains, track) in gains.chunks_exact_mut(carriers).zip(&in_time) {
            for (gain, weights) in gains.iter_mut().zip(filter.chunks_exact(tracks)) {
                *gain = track.iter().zip(weights).map(|(t, w)| t * w).sum();
            }
        }
        let error = error * signal;
        let left = left_of_pilots(mode, &pilots, &gains);
        if later != 0.0 {
            let back: Vec<Complex32> = (0..carriers).map(|c| turned(c).conj()).collect();
            for (i, gain) in gains.iter_mut().enumerate() {
                *gain *= back[i % carriers];
            }
        }
        let noise = self.hear(mode, &left, error).unwrap_or(noise);
        let around = |symbol: usize| {
            let near = &left[symbol.saturating_sub(NEAR)..(symbol + NEAR + 1).min(left.len())];
            let (sum, count) = near
                .iter()
                .fold((0.0, 0.0), |(s, c), (l, n)| (s + l, c + n));
            let here = (sum / f32::max(count, 1.0) + error) * BOOST * BOOST;
            // What is within chance is not taken for more noise.
            error + if here > CLICK * noise { here } else { noise }
        };
        Channel {
            gains,
            noise: noise + error,
            noises: (0..mode.symbols).map(around).collect(),
            signal,
            fading,
        }
    }

    /// The noise, from what is left of pilots without the channel. That had them in it: a Wiener
    /// estimate takes as much off their noise as it has error left. The loudest symbols do not count:
    /// they may be no noise but a splice.
    fn hear(&mut self, mode: &Mode, left: &[(f32, f32)], error: f32) -> Option<f32> {
        let mut left: Vec<(f32, f32)> = left.iter().filter(|(_, n)| *n > 0.0).copied().collect();
        left.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let middle = left.get(left.len() / 2)?.0;
        let quiet = left.iter().filter(|(l, _)| *l <= 3.0 * middle);
        let (sum, count) = quiet.fold((0.0, 0.0), |(s, c), (l, n)| (s + l, c + n));
        let now = (sum / count + error) * BOOST * BOOST;
        let share = (mode.frame_seconds() as f32 / STEADY).min(1.0);
        let noise = self
            .noise
            .map_or(now, |before| before + (now - before) * share);
        self.noise = Some(noise);
        Some(noise)
    }

    /// Takes statistics of pilots that stand on the same carriers again after `again` symbols.
    fn take(&mut self, pilots: &[Option<Vec<Complex32>>], again: usize) {
        for sum in [&mut self.power, &mut self.count] {
            *sum *= KEEP;
        }
        self.once *= KEEP;
        self.twice *= KEEP;
        for window in pilots.windows(2 * again + 1) {
            let (Some(a), Some(b), Some(c)) = (&window[0], &window[again], &window[2 * again])
            else {
                continue;
            };
            self.count += c.len() as f32;
            for ((a, b), c) in a.iter().zip(b).zip(c) {
                self.power += c.norm_sqr();
                self.once += c * b.conj();
                self.twice += c * a.conj();
            }
        }
    }

    /// Power of signal and noise in a cell, and σ of the fading in Hz, for pilots that come again
    /// after so many seconds: a Gaussian Doppler spectrum makes them alike by exp(−2 (π σ t)²).
    fn shape(&self, again: f32) -> (f32, f32, f32) {
        let count = self.count.max(1.0);
        let power = (self.power / count).max(f32::MIN_POSITIVE);
        let (once, twice) = (self.once.norm() / count, self.twice.norm() / count);
        let times = 6.0 * (PI * again).powi(2);
        let fastest = FASTEST.min(MOST_TURN / again);
        let fading = match twice > 0.0 && once > twice {
            true => ((once / twice).ln() / times).sqrt(),
            false if twice > 0.0 => SLOWEST,
            false => fastest,
        };
        let fading = fading.clamp(SLOWEST, fastest);
        let signal = once / alike(again, fading);
        let signal = signal.clamp(power * 1e-3, power * (1.0 - LEAST_NOISE));
        (signal, (power - signal) * BOOST * BOOST, fading)
    }
}

/// For each symbol of the slot: the power that is left of its pilots without the channel, all
/// together, and how many there are.
fn left_of_pilots(
    mode: &Mode,
    pilots: &[Option<Vec<Complex32>>],
    gains: &[Complex32],
) -> Vec<(f32, f32)> {
    let rows = pilots[mode.margin()..]
        .iter()
        .zip(gains.chunks_exact(mode.carriers));
    rows.enumerate()
        .map(|(symbol, (pilots, gains))| {
            let gains = gains[mode.first_pilot(symbol)..].iter().step_by(PILOTS);
            let both = pilots.iter().flatten().zip(gains);
            both.fold((0.0, 0.0), |(sum, count), (pilot, gain)| {
                (sum + (pilot - gain).norm_sqr(), count + 1.0)
            })
        })
        .collect()
}

fn alike(seconds: f32, fading: f32) -> f32 {
    (-2.0 * (PI * fading * seconds).powi(2)).exp()
}

/// The channel at the carriers that have pilots, for each symbol of the slot, and the variance of its
/// error over the signal's power.
fn over_time(
    mode: &Mode,
    pilots: &[Option<Vec<Complex32>>],
    second: f32,
    fading: f32,
    noise: f32,
) -> (Vec<Vec<Complex32>>, f32) {
    let (again, margin) = (mode.pattern.len(), mode.margin());
    // Of a track whose next pilot comes so many symbols later.
    let weights: Vec<(Vec<i32>, Vec<f64>, f32)> = (0..again as i32)
        .map(|next| {
            let reach = margin as i32;
            let places: Vec<i32> = (1 - reach..reach)
                .filter(|d| d.rem_euclid(again as i32) == next)
                .collect();
            let n = places.len();
            let like = |a: i32, b: i32| alike((a - b) as f32 * second, fading);
            let mut matrix: Vec<f64> = Vec::with_capacity(n * n);
            for a in &places {
                matrix.extend(places.iter().map(|b| {
                    let own = if a == b { noise } else { 0.0 };
                    f64::from(like(*a, *b) + own)
                }));
            }
            let right: Vec<f64> = places.iter().map(|a| like(*a, 0).into()).collect();
            let solved = solve(matrix, n, right.clone(), 1);
            let left: f64 = 1.0 - solved.iter().zip(&right).map(|(w, r)| w * r).sum::<f64>();
            (places, solved, left.max(0.0) as f32)
        })
        .collect();
    let apart = PILOTS / again;
    let tracks = mode.carriers.div_ceil(apart);
    let mut rows = Vec::with_capacity(mode.symbols);
    for symbol in 0..mode.symbols {
        let here = margin + symbol;
        let mut track = vec![Complex32::default(); tracks];
        for (next, (places, weights, _)) in weights.iter().enumerate() {
            // The tracks with a pilot then.
            let first = mode.first_pilot(here + next) / apart;
            for (place, weight) in places.iter().zip(weights) {
                let at = here as i32 + place;
                let Some(Some(pilots)) = pilots.get(at as usize) else {
                    continue;
                };
                let tracks = track.iter_mut().skip(first).step_by(again);
                for (gain, pilot) in tracks.zip(pilots) {
                    *gain += pilot * (*weight as f32);
                }
            }
        }
        rows.push(track);
    }
    let left: f32 = weights.iter().map(|(_, _, left)| left).sum();
    (rows, left / again as f32)
}

/// Weights of the tracks for each carrier, and the variance of the error that is left.
fn over_frequency(mode: &Mode, noise: f32) -> (Vec<f32>, f32) {
    let width = mode.echoes.0 + mode.echoes.1;
    let like = |a: i32, b: i32| {
        let turn = PI * mode.spacing() as f32 * width * (a - b) as f32;
        match a == b {
            true => 1.0,
            false => f64::from(turn.sin() / turn),
        }
    };
    let carriers = mode.carriers as i32;
    let tracks: Vec<i32> = (0..carriers).step_by(PILOTS / mode.pattern.len()).collect();
    let n = tracks.len();
    let mut matrix = Vec::with_capacity(n * n);
    for a in &tracks {
        matrix.extend(tracks.iter().map(|b| {
            let own = if a == b { f64::from(noise) + 1e-4 } else { 0.0 };
            like(*a, *b) + own
        }));
    }
    let mut right = Vec::with_capacity(n * mode.carriers);
    for a in &tracks {
        right.extend((0..carriers).map(|carrier| like(*a, carrier)));
    }
    let solved = solve(matrix, n, right.clone(), mode.carriers);
    let explained: f64 = solved.iter().zip(&right).map(|(w, r)| w * r).sum();
    let error = 1.0 - explained / f64::from(carriers);
    let mut weights = vec![0.0; n * mode.carriers];
    for (i, weight) in solved.iter().enumerate() {
        weights[i % mode.carriers * n + i / mode.carriers] = *weight as f32;
    }
    (weights, error.max(0.0) as f32)
}

/// Solves a positive definite system of `n` equations for several right sides, by elimination.
fn solve(mut matrix: Vec<f64>, n: usize, mut right: Vec<f64>, sides: usize) -> Vec<f64> {
    for pivot in 0..n {
        let scale = 1.0 / matrix[pivot * n + pivot].max(1e-12);
        for row in pivot + 1..n {
            let factor = matrix[row * n + pivot] * scale;
            if factor == 0.0 {
                continue;
            }
            for column in pivot..n {
                matrix[row * n + column] -= factor * matrix[pivot * n + column];
            }
            for side in 0..sides {
                right[row * sides + side] -= factor * right[pivot * sides + side];
            }
        }
    }
    for row in (0..n).rev() {
        let scale = 1.0 / matrix[row * n + row].max(1e-12);
        for side in 0..sides {
            let known: f64 = (row + 1..n)
                .map(|column| matrix[row * n + column] * right[column * sides + side])
                .sum();
            right[row * sides + side] = (right[row * sides + side] - known) * scale;
        }
    }
    right
}
