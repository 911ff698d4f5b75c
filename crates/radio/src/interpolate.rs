//! From the carriers that have pilots to all of them.

use std::f32::consts::PI;

use rustfft::num_complex::Complex32;

use crate::mode::{Mode, PILOTS};

/// Carriers that are estimated with the same tracks.
const BLOCK: usize = 12;
/// Seconds of echoes times Hz of tracks to each side of a block: beyond, tracks say nothing.
const REACH: f32 = 12.0;
/// At least so many tracks to each side.
const LEAST: usize = 6;

/// A Wiener estimator over frequency, for echoes spread evenly over the mode's time.
pub(crate) struct Interpolator {
    /// For each block of carriers, its first track and each carrier's weights.
    blocks: Vec<(usize, Vec<Vec<f32>>)>,
    /// For each carrier, the variance of the error that is left, for a signal of power one.
    pub(crate) errors: Vec<f32>,
}

impl Interpolator {
    /// From tracks, carriers [`PILOTS`] over the pattern's length apart, whose errors have these
    /// variances.
    pub(crate) fn new(mode: &Mode, left: &[f32]) -> Self {
        let width = mode.echoes.0 + mode.echoes.1;
        let like = |a: usize, b: usize| {
            let turn = PI * mode.spacing() as f32 * width * (a as f32 - b as f32);
            match a == b {
                true => 1.0,
                false => f64::from(turn.sin() / turn),
            }
        };
        let apart = PILOTS / mode.pattern.len();
        let reach = (REACH / (width * mode.spacing() as f32) / apart as f32).ceil() as usize;
        let reach = reach.max(LEAST);
        let mut errors = Vec::with_capacity(mode.carriers);
        let blocks = (0..mode.carriers).step_by(BLOCK).map(|begin| {
            let end = (begin + BLOCK).min(mode.carriers);
            let first = (begin / apart).saturating_sub(reach);
            let last = ((end - 1) / apart + reach + 1).min(left.len());
            let n = last - first;
            let mut matrix = Vec::with_capacity(n * n);
            for (a, left) in left.iter().enumerate().take(last).skip(first) {
                matrix.extend((first..last).map(|b| {
                    let own = match a == b {
                        true => f64::from(*left) + 1e-4,
                        false => 0.0,
                    };
                    like(a * apart, b * apart) + own
                }));
            }
            let sides = end - begin;
            let mut right = Vec::with_capacity(n * sides);
            for track in first..last {
                right.extend((begin..end).map(|carrier| like(track * apart, carrier)));
            }
            let solved = solve(matrix, n, right.clone(), sides);
            let weights = (0..sides).map(|side| {
                let of = |from: &[f64]| -> Vec<f64> {
                    from.iter().skip(side).step_by(sides).copied().collect()
                };
                let (weights, right) = (of(&solved), of(&right));
                let explained: f64 = weights.iter().zip(&right).map(|(w, r)| w * r).sum();
                errors.push((1.0 - explained).max(0.0) as f32);
                weights.iter().map(|w| *w as f32).collect()
            });
            (first, weights.collect())
        });
        let blocks = blocks.collect();
        Self { blocks, errors }
    }

    /// The carriers of a symbol, from its tracks.
    pub(crate) fn apply(&self, tracks: &[Complex32], carriers: &mut [Complex32]) {
        for ((first, weights), carriers) in self.blocks.iter().zip(carriers.chunks_mut(BLOCK)) {
            let tracks = &tracks[*first..];
            for (carrier, weights) in carriers.iter_mut().zip(weights) {
                *carrier = tracks.iter().zip(weights).map(|(t, w)| t * w).sum();
            }
        }
    }
}

/// Solves a positive definite system of `n` equations for several right sides, by elimination.
pub(crate) fn solve(mut matrix: Vec<f64>, n: usize, mut right: Vec<f64>, sides: usize) -> Vec<f64> {
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
