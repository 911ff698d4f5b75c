//! The table of modes: everything in which one waveform differs from another.

use crate::constellation::Constellation;
use crate::ldpc::{BaseGraph, Code};

/// One waveform. All numbers of `docs/radio.md` follow from these.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mode {
    /// What it is called.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    /// Names it in the signs of the pilots. Never used again for something else.
    pub(crate) id: u8,
    /// Hz: the rate at which the numbers below count samples.
    pub rate: u32,
    /// Samples of the useful part of a symbol: `rate / fft` is the distance of the carriers.
    pub fft: usize,
    /// Samples of the cyclic prefix.
    pub prefix: usize,
    /// The lowest carrier's number: its frequency is this times `rate / fft`.
    pub first: usize,
    /// How many carriers there are.
    pub carriers: usize,
    /// OFDM symbols of a slot: the cells of one codeword.
    pub symbols: usize,
    /// Slots over which a codeword is spread.
    pub depth: usize,
    /// How bits become cells.
    pub constellation: Constellation,
    /// The code's base graph.
    pub graph: BaseGraph,
    /// The code's lifting size.
    pub lifting: u16,
    /// Bits of a frame, before coding.
    pub info_bits: usize,
    /// Peak over mean power of a symbol at which it is clipped, in dB.
    pub(crate) clip_db: f32,
    /// What clipping adds to cells: its power over theirs, as measured.
    pub(crate) clip_noise: f32,
}

/// Pilots stand on every so manyth carrier of a symbol, in the next symbol half as many further.
pub(crate) const PILOTS: usize = 12;
/// Pilots are so much stronger in amplitude than cells are on average: 3 dB.
pub(crate) const BOOST: f32 = std::f32::consts::SQRT_2;
/// Bytes of a frame that are not its payload: where the first packet begins, CRC-32.
pub(crate) const FRAME_OVERHEAD: usize = 6;

/// Shortwave: 0.3 to 2.7 kHz, 15.6 Hz between carriers, 5 ms of prefix.
const SHORTWAVE: Mode = Mode {
    name: "shortwave",
    about: "shortwave with fading, from 5 dB",
    id: 1,
    rate: 8_000,
    fft: 512,
    prefix: 40,
    first: 20,
    carriers: 152,
    symbols: 56,
    depth: 7,
    constellation: Constellation::Qpsk,
    graph: BaseGraph::One,
    lifting: 384,
    info_bits: 8448,
    clip_db: 4.9,
    clip_noise: 0.009,
};

/// All modes.
pub const MODES: &[Mode] = &[
    Mode {
        name: "shortwave-low",
        about: "shortwave at the fringe, from 0 dB",
        id: 2,
        symbols: 60,
        graph: BaseGraph::Two,
        info_bits: 3840,
        ..SHORTWAVE
    },
    SHORTWAVE,
    Mode {
        name: "shortwave-mid",
        about: "a steady signal, from 5 dB; fading from 8 dB",
        id: 3,
        symbols: 40,
        depth: 8,
        constellation: Constellation::Qam16,
        clip_db: 5.2,
        clip_noise: 0.0066,
        ..SHORTWAVE
    },
    Mode {
        name: "shortwave-high",
        about: "a good signal with fading, from 10 dB",
        id: 4,
        symbols: 32,
        depth: 10,
        constellation: Constellation::Qam16,
        clip_db: 5.2,
        clip_noise: 0.0066,
        ..SHORTWAVE
    },
    Mode {
        name: "shortwave-steady",
        about: "a steady signal, from 10 dB",
        id: 5,
        symbols: 24,
        depth: 12,
        constellation: Constellation::Qam16,
        clip_db: 5.4,
        clip_noise: 0.0062,
        ..SHORTWAVE
    },
    Mode {
        name: "shortwave-top",
        about: "a strong signal with fading, from 15 dB",
        id: 6,
        symbols: 20,
        depth: 14,
        constellation: Constellation::Qam64,
        clip_db: 5.55,
        clip_noise: 0.0046,
        ..SHORTWAVE
    },
];

impl Mode {
    /// The mode of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Mode> {
        MODES.iter().find(|mode| mode.name == name)
    }

    /// The code of its frames.
    #[must_use]
    pub(crate) fn code(&self) -> Code {
        match Code::new(self.graph, self.lifting, self.info_bits, self.coded_bits()) {
            Ok(code) => code,
            // Only the table makes modes, and a test tries all of it.
            Err(error) => unreachable!("{}: {error}", self.name),
        }
    }

    /// Samples of a symbol with its prefix.
    #[must_use]
    pub fn symbol(&self) -> usize {
        self.fft + self.prefix
    }

    /// Samples of a slot.
    #[must_use]
    pub fn slot(&self) -> usize {
        self.symbol() * self.symbols
    }

    /// Cells of a symbol that carry data.
    pub(crate) fn data_cells(&self) -> usize {
        self.carriers - (self.carriers.div_ceil(PILOTS))
    }

    /// Cells of a slot that carry data.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.data_cells() * self.symbols
    }

    /// Bits of a codeword.
    #[must_use]
    pub fn coded_bits(&self) -> usize {
        self.cells() * self.constellation.bits()
    }

    /// Bytes of packets, with their lengths, that a frame carries.
    #[must_use]
    pub fn payload(&self) -> usize {
        self.info_bits / 8 - FRAME_OVERHEAD
    }

    /// Seconds that a frame takes on air.
    #[must_use]
    pub fn frame_seconds(&self) -> f64 {
        self.slot() as f64 / f64::from(self.rate)
    }

    /// Bits of payload a second.
    #[must_use]
    pub fn bit_rate(&self) -> f64 {
        self.payload() as f64 * 8.0 / self.frame_seconds()
    }

    /// Seconds from the first sample of a frame to its last.
    #[must_use]
    pub fn spread_seconds(&self) -> f64 {
        self.frame_seconds() * self.depth as f64
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn modes_differ_in_name_and_number_and_hold_a_head() {
        let names: HashSet<_> = MODES.iter().map(|mode| mode.name).collect();
        let ids: HashSet<_> = MODES.iter().map(|mode| mode.id).collect();
        assert_eq!((names.len(), ids.len()), (MODES.len(), MODES.len()));
        for mode in MODES {
            assert!(mode.payload() >= 450, "{}", mode.name);
            assert_eq!(mode.code().info_bits(), mode.info_bits);
            // Pilots of a symbol stand where those of the next but one do, in the next slot, too.
            assert_eq!(mode.symbols % 2, 0, "{}", mode.name);
            assert!(
                (16.0..32.0).contains(&mode.spread_seconds()),
                "{}",
                mode.name
            );
            let highest =
                (mode.first + mode.carriers - 1) as f64 * f64::from(mode.rate) / mode.fft as f64;
            assert!(highest < 2_700.0, "{}", mode.name);
        }
    }
}
