//! How far the peaks of a signal stand above its mean.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex32;

/// Peak over mean power of the complex envelope, four times oversampled, exceeded for this share of
/// the time, in dB.
#[must_use]
pub fn peak_over_mean(samples: &[f32], share: f64) -> f64 {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_has_no_peaks_and_two_have_three_db() {
        // Whole turns in a piece, so that nothing leaks.
        let tone = |n: usize, turns: usize| {
            (std::f32::consts::TAU * (n * turns % 65_536) as f32 / 65_536.0).cos()
        };
        let one: Vec<f32> = (0..1 << 17).map(|n| tone(n, 8_192)).collect();
        let two: Vec<f32> = (0..1 << 17)
            .map(|n| tone(n, 8_192) + tone(n, 9_216))
            .collect();
        assert!(peak_over_mean(&one, 1e-4).abs() < 0.01);
        assert!((peak_over_mean(&two, 1e-4) - 3.01).abs() < 0.02);
    }
}
