//! What no code and no receiver can do better.

use channel::radio::SnrDb3k;
use radio::Constellation;
use rustfft::num_complex::Complex32;

/// How a channel treats cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fading {
    /// All alike.
    None,
    /// Each by a Rayleigh gain of mean power one, all of which a codeword sees: ergodic.
    Rayleigh,
}

impl Fading {
    /// The mean over the channel's gains (of power) of a function of them.
    pub fn mean(self, of: impl Fn(f64) -> f64) -> f64 {
        match self {
            Fading::None => of(1.0),
            // The power is exponential: the middles of 2,000 parts that are equally likely.
            Fading::Rayleigh => {
                let gains = (0..2_000).map(|i| -f64::ln((f64::from(i) + 0.5) / 2_000.0));
                gains.map(of).sum::<f64>() / 2_000.0
            }
        }
    }

    /// Bits of a cell that Gaussian signals carry at this ratio of mean powers (Shannon 1948).
    #[must_use]
    pub fn shannon(self, snr: f64) -> f64 {
        self.mean(|gain| (1.0 + gain * snr).log2())
    }

    /// Bit/s in this many Hz at this ratio in 3 kHz.
    #[must_use]
    pub fn capacity(self, bandwidth: f64, snr: SnrDb3k) -> f64 {
        bandwidth * self.shannon(power(snr.0) * 3_000.0 / bandwidth)
    }

    /// Bits of a cell that this constellation carries at this ratio when each bit is decoded by itself:
    /// bit-interleaved coded modulation (Caire, Taricco, Biglieri 1998). `clipped` is noise that comes
    /// and goes with the signal, over its power.
    #[must_use]
    pub fn constellation(self, of: Constellation, snr: f64, clipped: f64) -> f64 {
        let table = BitsOfCell::of(of);
        self.mean(|gain| table.at(gain * snr / (1.0 + gain * snr * clipped)))
    }
}

/// The ratio of powers.
#[must_use]
pub fn power(db: f64) -> f64 {
    10f64.powf(db / 10.0)
}

/// The lowest value between `from` and `to` at which something that rises with it is true.
#[must_use]
pub fn threshold(mut from: f64, mut to: f64, is_enough: impl Fn(f64) -> bool) -> f64 {
    while to - from > 1e-3 {
        let middle = 0.5 * (from + to);
        match is_enough(middle) {
            true => to = middle,
            false => from = middle,
        }
    }
    to
}

/// Bits of a cell by SNR without fading, at steps of a quarter of a dB.
struct BitsOfCell {
    steps: Vec<f64>,
}

impl BitsOfCell {
    /// In dB: below the first there is nothing, above the last all.
    const FROM: f64 = -30.0;
    const TO: f64 = 40.0;
    const STEP: f64 = 0.25;

    fn of(constellation: Constellation) -> Self {
        let steps = ((Self::TO - Self::FROM) / Self::STEP) as u32;
        let db = (0..=steps).map(|i| Self::FROM + f64::from(i) * Self::STEP);
        Self {
            steps: db
                .map(|db| bits_of_cell(constellation, power(db)))
                .collect(),
        }
    }

    fn at(&self, snr: f64) -> f64 {
        let place = (10.0 * snr.log10() - Self::FROM) / Self::STEP;
        let place = place.clamp(0.0, (self.steps.len() - 2) as f64 + 0.999_999);
        let (step, part) = (place as usize, place.fract());
        self.steps[step] * (1.0 - part) + self.steps[step + 1] * part
    }
}

/// The sum over the bits of what each tells: 1 − E log₂(1 + e^−L), L counted for what was sent. The
/// noise of an axis runs over a grid; axes are alike, so one does.
fn bits_of_cell(constellation: Constellation, snr: f64) -> f64 {
    const GRID: i32 = 60;
    let (bits, noise) = (constellation.bits(), (1.0 / snr) as f32);
    let deviation = (noise / 2.0).sqrt();
    let mut soft = vec![0.0; bits];
    let (mut lost, mut weights) = (0.0, 0.0);
    for number in 0..1 << bits {
        let word: Vec<u8> = (0..bits).map(|i| (number >> i & 1) as u8).collect();
        let cell = constellation.cell(&word);
        for step in -GRID..=GRID {
            let z = step as f32 * 5.0 / GRID as f32;
            let weight = f64::from((-0.5 * z * z).exp());
            let noisy = cell + Complex32::new(z, z) * deviation;
            constellation.soft(noisy, noise, &mut soft);
            for (bit, soft) in word.iter().zip(&soft) {
                let right = f64::from(soft * (1.0 - 2.0 * f32::from(*bit)));
                // Of great numbers the logarithm is the number.
                let miss = (-right).max(0.0) + (-right.abs()).exp().ln_1p();
                lost += weight * miss / std::f64::consts::LN_2;
            }
            weights += weight;
        }
    }
    bits as f64 - lost / weights
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures of the issue, computed elsewhere.
    #[test]
    fn capacities_are_those_known() {
        for (fading, db, expected) in [
            (Fading::None, 5.0, 5_540.0),
            (Fading::None, 10.0, 9_012.0),
            (Fading::Rayleigh, 5.0, 4_616.0),
            (Fading::Rayleigh, 10.0, 7_603.0),
        ] {
            let capacity = fading.capacity(2_400.0, SnrDb3k(db));
            assert!((capacity - expected).abs() < 5.0, "{db}: {capacity}");
        }
    }

    /// QPSK at 0 dB of cell SNR (−3 dB per bit's axis…): 0.486 bits per axis; see any table of BPSK.
    #[test]
    fn constellations_carry_what_tables_say() {
        let qpsk = |db| Fading::None.constellation(Constellation::Qpsk, power(db), 0.0);
        assert!((qpsk(0.0) - 0.972).abs() < 0.01, "{}", qpsk(0.0));
        assert!(qpsk(20.0) > 1.999 && qpsk(-20.0) < 0.02);
        // Gray-labelled 16-QAM with half of its bits needs 5.3 dB at least.
        let qam = |db| Fading::None.constellation(Constellation::Qam16, power(db), 0.0);
        let half = threshold(0.0, 20.0, |db| qam(db) >= 2.0);
        assert!((half - 5.27).abs() < 0.1, "{half}");
        // Never above Shannon.
        for db in [-5.0, 5.0, 15.0] {
            assert!(qam(db) < Fading::None.shannon(power(db)));
        }
    }

    #[test]
    fn clipping_is_a_ceiling() {
        let at = |clipped| Fading::None.constellation(Constellation::Qam64, power(60.0), clipped);
        assert!((at(0.0) - 6.0).abs() < 1e-3);
        assert!(at(0.01) < 5.9);
    }
}
