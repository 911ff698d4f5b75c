//! Bits ⇄ cells: Gray-labelled QPSK and square QAM, of mean power one.

use rustfft::num_complex::Complex32;

/// How many bits a cell carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constellation {
    /// Two bits.
    Qpsk,
    /// Four bits.
    Qam16,
    /// Six bits.
    Qam64,
    /// Two layers of two bits on the same cells (hierarchical modulation): signs are the first,
    /// and whether an axis is near or far the second, 7 dB weaker.
    Layered,
}

impl Constellation {
    /// Bits of a cell.
    #[must_use]
    pub fn bits(self) -> usize {
        match self {
            Constellation::Qpsk => 2,
            Constellation::Qam16 | Constellation::Layered => 4,
            Constellation::Qam64 => 6,
        }
    }

    /// Levels of an axis, by the number that its bits make, first bit highest: Gray, so that
    /// neighbours differ in one bit. A first bit of 0 is positive.
    fn levels(self) -> &'static [f32] {
        const Q: f32 = std::f32::consts::FRAC_1_SQRT_2;
        // Divided by the root of the mean power, 10 and 42.
        const A: f32 = 0.316_227_77;
        const B: f32 = 0.154_303_35;
        // The root of half of the power is shared 7 dB apart: 0.645625 ± 0.28839.
        const NEAR: f32 = 0.3572347;
        const FAR: f32 = 0.9340146;
        match self {
            Constellation::Qpsk => &[Q, -Q],
            Constellation::Qam16 => &[A, 3.0 * A, -A, -3.0 * A],
            Constellation::Layered => &[NEAR, FAR, -NEAR, -FAR],
            Constellation::Qam64 => &[
                3.0 * B,
                B,
                5.0 * B,
                7.0 * B,
                -3.0 * B,
                -B,
                -5.0 * B,
                -7.0 * B,
            ],
        }
    }

    /// The cell for these bits, each 0 or 1: half of them for each axis. Of two layers, the bits of
    /// the first stand before those of the second.
    #[must_use]
    pub fn cell(self, bits: &[u8]) -> Complex32 {
        let levels = self.levels();
        let number = |bits: &[u8]| bits.iter().fold(0, |n, bit| n << 1 | usize::from(*bit));
        if let (Constellation::Layered, [a, b, c, d]) = (self, bits) {
            return Complex32::new(levels[number(&[*a, *c])], levels[number(&[*b, *d])]);
        }
        let (re, im) = bits.split_at(self.bits() / 2);
        Complex32::new(levels[number(re)], levels[number(im)])
    }

    /// How far this is from the nearest cell, squared.
    pub(crate) fn distance(self, cell: Complex32) -> f32 {
        let of = |value: f32| {
            let all = self.levels().iter().map(|level| (value - level).powi(2));
            all.fold(f32::INFINITY, f32::min)
        };
        of(cell.re) + of(cell.im)
    }

    /// How sure each bit is: positive for 0, in natural logarithms, for a cell that was received as
    /// `cell` with noise of this variance (both axes together). All terms are counted: the decoder
    /// wants true ratios.
    pub fn soft(self, cell: Complex32, noise: f32, out: &mut [f32]) {
        let half = self.bits() / 2;
        let scale = 1.0 / noise.max(1e-9);
        if let (Constellation::Layered, [a, b, c, d]) = (self, &mut *out) {
            let (mut re, mut im) = ([0.0; 2], [0.0; 2]);
            self.soft_axis(cell.re, scale, &mut re);
            self.soft_axis(cell.im, scale, &mut im);
            [*a, *b, *c, *d] = [re[0], im[0], re[1], im[1]];
            return;
        }
        self.soft_axis(cell.re, scale, &mut out[..half]);
        self.soft_axis(cell.im, scale, &mut out[half..2 * half]);
    }

    fn soft_axis(self, value: f32, scale: f32, out: &mut [f32]) {
        let levels = self.levels();
        let bits = out.len();
        if let [out] = out {
            // Two levels: what follows comes to this.
            *out = 4.0 * value * levels[0] * scale;
            return;
        }
        let distances = levels.iter().map(|level| (value - level).powi(2) * scale);
        let least = distances.clone().fold(f32::INFINITY, f32::min);
        let mut sums = [[0.0f32; 2]; 3];
        for (number, distance) in distances.enumerate() {
            let likely = (least - distance).exp();
            for (i, sums) in sums.iter_mut().take(bits).enumerate() {
                sums[number >> (bits - 1 - i) & 1] += likely;
            }
        }
        for (out, [zero, one]) in out.iter_mut().zip(sums) {
            *out = (zero.max(f32::MIN_POSITIVE) / one.max(f32::MIN_POSITIVE)).ln();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Constellation; 4] = [
        Constellation::Qpsk,
        Constellation::Qam16,
        Constellation::Qam64,
        Constellation::Layered,
    ];

    fn cells(of: Constellation) -> Vec<(Vec<u8>, Complex32)> {
        let bits = |n: usize| -> Vec<u8> { (0..of.bits()).map(|i| (n >> i & 1) as u8).collect() };
        (0..1 << of.bits())
            .map(|n| (bits(n), of.cell(&bits(n))))
            .collect()
    }

    #[test]
    fn mean_power_is_one_and_bits_come_back() {
        for of in ALL {
            let cells = cells(of);
            let power: f32 = cells.iter().map(|(_, cell)| cell.norm_sqr()).sum();
            assert!((power / cells.len() as f32 - 1.0).abs() < 1e-5, "{of:?}");
            for (bits, cell) in cells {
                let mut soft = vec![0.0; of.bits()];
                of.soft(cell, 0.1, &mut soft);
                let hard: Vec<u8> = soft.iter().map(|l| u8::from(*l < 0.0)).collect();
                assert_eq!(hard, bits, "{of:?}");
            }
        }
    }

    #[test]
    fn neighbours_differ_in_one_bit() {
        for of in ALL {
            let cells = cells(of);
            let near = cells.iter().map(|(_, c)| (cells[0].1 - c).norm());
            let step = near.filter(|d| *d > 1e-3).fold(f32::INFINITY, f32::min);
            for (a, at) in &cells {
                for (b, other) in &cells {
                    if (at - other).norm() < step * 1.01 && a != b {
                        let differ = a.iter().zip(b).filter(|(x, y)| x != y).count();
                        assert_eq!(differ, 1, "{of:?} {a:?} {b:?}");
                    }
                }
            }
        }
    }
}
