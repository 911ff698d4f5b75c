//! Convolution by FFT, in blocks (overlap–add): the time grows with the logarithm of the kernel.
//!
//! T. G. Stockham: High-speed convolution and correlation. AFIPS Spring Joint Computer Conference
//! 1966.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex32;

/// A shorter FFT would not be faster.
const SHORTEST_FFT: usize = 4096;

/// Both tails included: the length is that of both less one; nothing if either is empty.
pub(super) fn convolve(signal: &[Complex32], kernel: &[f32]) -> Vec<Complex32> {
    if signal.is_empty() || kernel.is_empty() {
        return Vec::new();
    }
    let size = (4 * kernel.len()).next_power_of_two().max(SHORTEST_FFT);
    let mut planner = FftPlanner::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(size),
        planner.plan_fft_inverse(size),
    );
    let mut fft_scratch = vec![
        Complex32::default();
        forward
            .get_inplace_scratch_len()
            .max(inverse.get_inplace_scratch_len())
    ];

    let scale = 1.0 / size as f32;
    let mut response: Vec<Complex32> = kernel.iter().map(|&tap| (tap * scale).into()).collect();
    response.resize(size, Complex32::default());
    forward.process_with_scratch(&mut response, &mut fft_scratch);

    let mut out = vec![Complex32::default(); signal.len() + kernel.len() - 1];
    let step = size - kernel.len() + 1;
    let mut block = vec![Complex32::default(); size];
    for (index, part) in signal.chunks(step).enumerate() {
        block[..part.len()].copy_from_slice(part);
        block[part.len()..].fill(Complex32::default());
        forward.process_with_scratch(&mut block, &mut fft_scratch);
        for (bin, gain) in block.iter_mut().zip(&response) {
            *bin *= gain;
        }
        inverse.process_with_scratch(&mut block, &mut fft_scratch);
        for (sum, sample) in out[index * step..].iter_mut().zip(&block) {
            *sum += sample;
        }
    }
    out
}

/// Real samples as [`convolve`] takes them.
pub(super) fn complex(audio: &[f32]) -> Vec<Complex32> {
    audio.iter().map(|&sample| sample.into()).collect()
}

/// As [`convolve`], but as long as the signal and aligned to it: for kernels of odd length whose
/// delay is half of it.
pub(super) fn filter(signal: &[Complex32], kernel: &[f32]) -> Vec<Complex32> {
    let mut out = convolve(signal, kernel);
    out.drain(..(kernel.len() / 2).min(out.len()));
    out.truncate(signal.len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seed;
    use crate::radio::Gauss;

    fn slowly(signal: &[Complex32], kernel: &[f32]) -> Vec<Complex32> {
        let mut out = vec![Complex32::default(); signal.len() + kernel.len() - 1];
        for (at, sample) in signal.iter().enumerate() {
            for (offset, tap) in kernel.iter().enumerate() {
                out[at + offset] += sample * tap;
            }
        }
        out
    }

    #[test]
    fn equals_the_sum_it_stands_for() {
        let seed = Seed(21);
        let mut gauss = Gauss::new(seed);
        for (signal, kernel) in [(1, 1), (10_000, 37), (50, 900), (4096, 1500)] {
            let signal: Vec<Complex32> = (0..signal)
                .map(|_| Complex32::new(gauss.real() as f32, gauss.real() as f32))
                .collect();
            let kernel: Vec<f32> = (0..kernel).map(|_| gauss.real() as f32).collect();
            let (fast, slow) = (convolve(&signal, &kernel), slowly(&signal, &kernel));
            assert_eq!(fast.len(), slow.len());
            let worst = fast.iter().zip(&slow).map(|(a, b)| (a - b).norm());
            assert!(worst.fold(0.0, f32::max) < 1e-3, "{seed}");
        }
        assert!(convolve(&[], &[1.0]).is_empty());
    }
}
