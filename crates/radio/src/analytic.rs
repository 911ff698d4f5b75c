//! Real samples to the complex ones of the band: what is below and above is left out.

use rustfft::num_complex::Complex32;

/// Taps of the filter: at 8 kHz its edges are about 100 Hz wide.
const TAPS: usize = 255;

/// Samples beyond this are no sound: full scale is 1.
const LOUDEST: f32 = 1e4;
/// Samples by which the filter's output is late.
pub(crate) const LATE: usize = TAPS / 2;

/// A complex band-pass filter.
#[derive(Debug, Clone)]
pub(crate) struct Analytic {
    taps: Vec<Complex32>,
    past: Vec<f32>,
}

impl Analytic {
    /// Passes `low` to `high` Hz at this rate, with gain two: a real tone of amplitude one becomes
    /// a complex one.
    pub(crate) fn new(rate: f64, low: f64, high: f64) -> Self {
        use std::f64::consts::PI;
        let middle = (TAPS / 2) as f64;
        let (width, centre) = ((high - low) / rate, (high + low) / 2.0 / rate);
        let taps = (0..TAPS).map(|i| {
            let at = i as f64 - middle;
            let sinc = match i == TAPS / 2 {
                true => width,
                false => (PI * width * at).sin() / (PI * at),
            };
            let turn = 2.0 * PI * i as f64 / (TAPS - 1) as f64;
            // Blackman's window.
            let window = 0.42 - 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos();
            let phase = 2.0 * PI * centre * at;
            let gain = 2.0 * sinc * window;
            Complex32::new((gain * phase.cos()) as f32, (gain * phase.sin()) as f32)
        });
        Self {
            taps: taps.collect(),
            past: vec![0.0; TAPS - 1],
        }
    }

    /// Filters what comes next; as many samples go to `out`.
    pub(crate) fn push(&mut self, samples: &[f32], out: &mut Vec<Complex32>) {
        let sane = |sample: &f32| match sample.is_finite() {
            true => sample.clamp(-LOUDEST, LOUDEST),
            false => 0.0,
        };
        self.past.extend(samples.iter().map(sane));
        for window in self.past.windows(TAPS) {
            let (mut re, mut im) = (0.0, 0.0);
            for (sample, tap) in window.iter().zip(self.taps.iter().rev()) {
                re += sample * tap.re;
                im += sample * tap.im;
            }
            out.push(Complex32::new(re, im));
        }
        let done = self.past.len() - (TAPS - 1);
        self.past.drain(..done);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_becomes_a_turning_pointer_and_others_are_gone() {
        let level = |hz: f32| {
            let mut filter = Analytic::new(8_000.0, 180.0, 2_800.0);
            let tone = |i: usize| (std::f32::consts::TAU * hz * i as f32 / 8_000.0).cos();
            let tone: Vec<f32> = (0..4_000).map(tone).collect();
            let mut out = Vec::new();
            tone.chunks(333)
                .for_each(|part| filter.push(part, &mut out));
            assert_eq!(out.len(), tone.len());
            let settled = &out[1_000..];
            let levels = settled.iter().map(|z| z.norm());
            (
                levels.clone().fold(f32::INFINITY, f32::min),
                levels.fold(0.0, f32::max),
            )
        };
        for hz in [300.0, 1_000.0, 2_700.0] {
            let (least, most) = level(hz);
            assert!(least > 0.97 && most < 1.03, "{hz}: {least} {most}");
        }
        for hz in [50.0, 3_000.0, 3_900.0] {
            assert!(level(hz).1 < 0.02, "{hz}: {:?}", level(hz));
        }
    }
}
