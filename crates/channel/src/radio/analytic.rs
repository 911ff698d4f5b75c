//! The analytic signal: audio with its negative frequencies gone.

use rustfft::num_complex::Complex32;

use super::convolve::{complex, filter};
use super::{Hz, kernel};

/// Frequencies closer than this to 0 and to half the sample rate keep a part of their mirror image.
pub const ANALYTIC_EDGE: Hz = Hz(40.0);

/// `audio` + j·Hilbert transform of it, sampled at `rate`. The real part is `audio` itself.
#[must_use]
pub fn analytic(audio: &[f32], rate: Hz) -> Vec<Complex32> {
    let mut signal = complex(audio);
    let hilbert = filter(&signal, &kernel::hilbert(ANALYTIC_EDGE, rate));
    for (sample, quadrature) in signal.iter_mut().zip(hilbert) {
        sample.im = quadrature.re;
    }
    signal
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::radio::measure::tone;

    /// A cosine becomes a phasor: its length is constant, its image 60 dB down.
    #[test]
    fn of_a_tone_is_a_phasor() {
        let rate = Hz(8000.0);
        for hertz in [50.0, 300.0, 1234.5, 3600.0, 3950.0] {
            let signal = analytic(&tone(Hz(hertz), 1.0, rate, 8000), rate);
            for sample in &signal[1000..7000] {
                assert!((sample.norm() - 1.0).abs() < 2e-3, "{hertz} Hz: {sample}");
            }
            // Anticlockwise, not clockwise.
            let turn = signal[3001] * signal[3000].conj();
            assert!(turn.im > 0.0, "{hertz} Hz");
        }
    }
}
