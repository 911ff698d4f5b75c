//! Kernels of linear-phase filters, by the window method.
//!
//! J. F. Kaiser: Nonrecursive digital filter design using the I₀-sinh window function. IEEE ISCAS
//! 1974; the formulas as in Oppenheim, Schafer: Discrete-Time Signal Processing, §7.6.

use std::f64::consts::{PI, TAU};

use super::Hz;

/// How far all filters of this crate hold down what they are to hold down, in decibels.
const ATTENUATION_DB: f64 = 80.0;

/// Kaiser's shape parameter for an attenuation above 50 dB: 0.1102·(A − 8.7).
const BETA: f64 = 0.1102 * (ATTENUATION_DB - 8.7);

/// The Kaiser window at `place`, −1 to 1; 0 outside.
pub(super) fn window(place: f64) -> f64 {
    let under = 1.0 - place * place;
    if under < 0.0 {
        return 0.0;
    }
    bessel_i0(BETA * under.sqrt()) / bessel_i0(BETA)
}

/// sin(πx)/(πx).
pub(super) fn sinc(x: f64) -> f64 {
    if x.abs() < 1e-9 {
        1.0
    } else {
        (PI * x).sin() / (PI * x)
    }
}

/// A low-pass with gain 1 at 0 and ½ (−6 dB) at `cutoff`, which falls within `transition` around
/// it. Its delay is half its length, which is odd.
pub(super) fn low_pass(cutoff: Hz, transition: Hz, rate: Hz) -> Vec<f32> {
    let half = half_length(transition, rate);
    let twice_cutoff = 2.0 * cutoff.0 / rate.0;
    let taps: Vec<f64> = centred(half)
        .map(|n| sinc(twice_cutoff * n) * window(n / (half as f64 + 1.0)))
        .collect();
    let sum: f64 = taps.iter().sum();
    taps.iter().map(|tap| (tap / sum) as f32).collect()
}

/// A Hilbert transformer: −90° from `transition` to `rate`/2 − `transition`. Its delay is half its
/// length, which is odd.
pub(super) fn hilbert(transition: Hz, rate: Hz) -> Vec<f32> {
    // The step from −j to j at 0 is 2·`transition` wide.
    let half = half_length(Hz(2.0 * transition.0), rate);
    centred(half)
        .map(|n| {
            let odd = n.rem_euclid(2.0) == 1.0;
            let ideal = if odd { 2.0 / (PI * n) } else { 0.0 };
            (ideal * window(n / (half as f64 + 1.0))) as f32
        })
        .collect()
}

fn half_length(transition: Hz, rate: Hz) -> usize {
    let order = (ATTENUATION_DB - 8.0) / (2.285 * TAU * transition.0 / rate.0);
    (order / 2.0).ceil() as usize
}

fn centred(half: usize) -> impl Iterator<Item = f64> {
    (0..=2 * half).map(move |n| n as f64 - half as f64)
}

/// Modified Bessel function of the first kind and order 0, by its series (Abramowitz, Stegun:
/// 9.6.12).
fn bessel_i0(x: f64) -> f64 {
    let quarter_square = x * x / 4.0;
    let (mut term, mut sum) = (1.0, 1.0);
    for k in 1..64 {
        term *= quarter_square / f64::from(k * k);
        sum += term;
        if term < 1e-17 * sum {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Abramowitz, Stegun: table 9.8.
    #[test]
    fn bessel_function_is_right() {
        assert!((bessel_i0(1.0) - 1.266_065_877_8).abs() < 1e-9);
        assert!((bessel_i0(5.0) - 27.239_871_823_6).abs() < 1e-8);
    }
}
