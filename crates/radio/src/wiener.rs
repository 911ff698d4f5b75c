//! The channel between the pilots: a Wiener estimator over time, then over frequency (Höher 1991),
//! for the fading and the noise that the pilots themselves show.

use std::f32::consts::PI;

use rustfft::num_complex::Complex32;

use crate::interpolate::{Interpolator, solve};
use crate::layout::Layout;
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
/// And over which that of each carrier is: a mean of about 100 cells.
const COLOURED: f32 = 8.0;
/// A carrier's noise is another than the rest's if it is so many times as strong, or as weak.
const CHANCE: f32 = 1.6;
/// Of an estimate's weights so much must have come for the rest to be made up for.
const MISSED: f64 = 0.25;
/// Statistics of the pilots, from slot to slot, are kept to this part.
const KEEP: f32 = 0.6;

/// What the pilots show of a slot.
pub(crate) struct Channel {
    /// The channel of each cell, symbol by symbol.
    pub(crate) gains: Vec<Complex32>,
    /// Variance of noise and of the estimate's error, of a cell.
    pub(crate) noise: f32,
    /// The same for each symbol: clicks and splices do not last.
    noises: Vec<f32>,
    /// For each carrier, its noise over that of most, and the variance of the estimate's error.
    colours: Vec<f32>,
    errors: Vec<f32>,
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
    /// For each carrier, the same from its cells: means of squared distances to where they may be.
    distances: Vec<f32>,
    /// Noise of carriers over that of most of them.
    colours: Vec<f32>,
}

/// The carriers of symbols around a slot: [`Mode::margin`] before it, its own, and as many after it. Those
/// that did not come are empty. With them, the signs of their pilots.
pub(crate) type Rows<'a> = [(&'a [Complex32], &'a [f32])];

impl Channel {
    /// Variance of noise and of the estimate's error of a cell, of which so much fades with it.
    pub(crate) fn noise_of(&self, symbol: usize, carrier: usize, fading: f32) -> f32 {
        let noise = self.noises[symbol];
        let steady = (noise - fading * self.signal).max(0.2 * noise);
        steady * self.colours[carrier] + self.errors[carrier]
    }
}

impl Estimator {
    pub(crate) fn slot(&mut self, mode: &Mode, layout: &Layout, rows: &Rows<'_>) -> Channel {
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
        self.colours.resize(mode.carriers, 1.0);
        let (in_time, left) = over_time(
            mode,
            &pilots,
            second,
            fading,
            noise / signal / (BOOST * BOOST),
            &self.colours,
        );
        let filter = Interpolator::new(mode, &left);
        let carriers = mode.carriers;
        let mut gains = vec![Complex32::default(); carriers * mode.symbols];
        for (gains, track) in gains.chunks_exact_mut(carriers).zip(&in_time) {
            filter.apply(track, gains);
        }
        let errors: Vec<f32> = filter.errors.iter().map(|error| error * signal).collect();
        let error = errors.iter().sum::<f32>() / carriers as f32;
        let left = left_of_pilots(mode, &pilots, &gains, &self.colours);
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
            if here > CLICK * noise { here } else { noise }
        };
        let noises: Vec<f32> = (0..mode.symbols).map(around).collect();
        self.listen(mode, layout, rows, &gains);
        Channel {
            noise: noise + error,
            noises,
            colours: self.colours.clone(),
            errors,
            gains,
            signal,
            fading,
        }
    }

    /// Learns how noise differs from carrier to carrier: busy bands, codecs, loudspeakers.
    fn listen(&mut self, mode: &Mode, layout: &Layout, rows: &Rows<'_>, gains: &[Complex32]) {
        let carriers = mode.carriers;
        let mut sums = vec![(0.0f32, 0u32); carriers];
        for symbol in 0..mode.symbols {
            let row = rows[mode.margin() + symbol].0;
            if row.is_empty() {
                continue;
            }
            for cell in layout.of_symbol(symbol) {
                let carrier = usize::from(cell.carrier);
                let gain = gains[symbol * carriers + carrier];
                let power = gain.norm_sqr().max(f32::MIN_POSITIVE);
                let distance = mode
                    .constellation
                    .distance(row[carrier] * gain.conj() / power);
                sums[carrier].0 += distance * power;
                sums[carrier].1 += 1;
            }
        }
        let share = (mode.frame_seconds() as f32 / COLOURED).min(1.0);
        let is_first = self.distances.is_empty();
        self.distances.resize(carriers, 0.0);
        for (distance, (sum, count)) in self.distances.iter_mut().zip(sums) {
            if count > 0 {
                let now = sum / count as f32;
                *distance += (now - *distance) * if is_first { 1.0 } else { share };
            }
        }
        let mut sorted = self.distances.clone();
        sorted.sort_by(f32::total_cmp);
        let middle = sorted[carriers / 2].max(f32::MIN_POSITIVE);
        for (colour, distance) in self.colours.iter_mut().zip(&self.distances) {
            let times = distance / middle;
            // What is within chance is no colour.
            *colour = match (1.0 / CHANCE..CHANCE).contains(&times) {
                true => 1.0,
                false => times.clamp(0.25, 1e6),
            };
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
    colours: &[f32],
) -> Vec<(f32, f32)> {
    let rows = pilots[mode.margin()..]
        .iter()
        .zip(gains.chunks_exact(mode.carriers));
    rows.enumerate()
        .map(|(symbol, (pilots, gains))| {
            let here = (mode.first_pilot(symbol)..mode.carriers).step_by(PILOTS);
            let both = pilots.iter().flatten().zip(here);
            both.fold((0.0, 0.0), |(sum, count), (pilot, carrier)| {
                let off = (pilot - gains[carrier]).norm_sqr();
                (sum + off / colours[carrier], count + 1.0)
            })
        })
        .collect()
}

fn alike(seconds: f32, fading: f32) -> f32 {
    (-2.0 * (PI * fading * seconds).powi(2)).exp()
}

/// The channel at the carriers that have pilots, for each symbol of the slot, and for each of them the
/// variance of its error over the signal's power.
fn over_time(
    mode: &Mode,
    pilots: &[Option<Vec<Complex32>>],
    second: f32,
    fading: f32,
    noise: f32,
    colours: &[f32],
) -> (Vec<Vec<Complex32>>, Vec<f32>) {
    let (again, margin) = (mode.pattern.len(), mode.margin());
    // Of a track whose next pilot comes so many symbols later.
    let weights: Vec<(Vec<i32>, Vec<f64>, [f32; 2])> = (0..again as i32)
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
            // Of which so much is noise.
            let noisy = solved.iter().map(|w| w * w).sum::<f64>() * f64::from(noise);
            let rest = (left - noisy).max(0.0);
            (places, solved, [rest as f32, noisy as f32])
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
            let here = places.iter().zip(weights).filter_map(|(place, weight)| {
                let pilots = pilots.get((here as i32 + place) as usize)?.as_deref()?;
                Some((pilots, *weight))
            });
            // Where some did not come, the others stand for them, up to a point.
            let all: f64 = weights.iter().sum();
            let came: f64 = here.clone().map(|(_, weight)| weight).sum();
            let scale = match came > MISSED * all {
                true => all / came,
                false => 1.0,
            };
            for (pilots, weight) in here {
                let tracks = track.iter_mut().skip(first).step_by(again);
                for (gain, pilot) in tracks.zip(pilots) {
                    *gain += pilot * (weight * scale) as f32;
                }
            }
        }
        rows.push(track);
    }
    let [rest, noisy] = [0, 1].map(|part| {
        let all: f32 = weights.iter().map(|(_, _, left)| left[part]).sum();
        all / again as f32
    });
    let left = (0..tracks).map(|track| rest + noisy * colours[track * apart]);
    (rows, left.collect())
}
