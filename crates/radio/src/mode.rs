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
    /// The codewords that begin in a slot, the sturdiest first. Two share the cells: see
    /// [`Constellation::Layered`].
    pub layers: &'static [Layer],
    /// Pilots of a symbol stand on this carrier and every twelfth after it, by the symbol's number
    /// modulo the length.
    pub(crate) pattern: &'static [usize],
    /// Pilots of one carrier that are used to estimate the channel, to each side.
    pub(crate) reach: usize,
    /// Samples of the prefix that are kept for echoes that come before the mean.
    pub(crate) early: usize,
    /// Seconds before and after the mean in which echoes come.
    pub(crate) echoes: (f32, f32),
    /// What is known of frequency and clock before a transmission has been found.
    pub(crate) adrift: Adrift,
    /// Peak over mean power of a symbol at which it is clipped, in dB.
    pub(crate) clip_db: f32,
    /// What clipping adds to cells: its power over theirs, as measured.
    pub(crate) clip_noise: f32,
}

/// Modes that are on air together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Multiplex {
    /// What it is called.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    /// The modes, the sturdiest first: bands of their own, symbols of equal length.
    pub modes: &'static [&'static Mode],
}

/// A code: how much of a slot's bits is information.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// The code's base graph.
    pub graph: BaseGraph,
    /// The code's lifting size.
    pub lifting: u16,
    /// Bits of a frame, before coding.
    pub info_bits: usize,
}

/// How far off a transmission may be when it is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Adrift {
    /// Carriers by which it may be too high or too low.
    pub(crate) carriers: i32,
    /// Steps by which its clock may be too fast or too slow, and how far apart they are.
    pub(crate) clocks: i32,
    pub(crate) clock_step: f64,
}

/// Pilots stand on every so manyth carrier of a symbol.
pub(crate) const PILOTS: usize = 12;
/// Pilots are so much stronger in amplitude than cells are on average: 3 dB.
pub(crate) const BOOST: f32 = std::f32::consts::SQRT_2;
/// Bytes of a frame that are not its payload: where the first packet begins, CRC-32.
pub(crate) const FRAME_OVERHEAD: usize = 6;

/// All that base graph 1 carries.
const WHOLE: Layer = Layer {
    graph: BaseGraph::One,
    lifting: 384,
    info_bits: 8448,
};

/// All that base graph 2 carries.
const SMALL: Layer = Layer {
    graph: BaseGraph::Two,
    lifting: 384,
    info_bits: 3840,
};

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
    layers: &[WHOLE],
    pattern: &[0, 6],
    reach: 8,
    early: 20,
    echoes: (0.002, 0.002),
    // 109 Hz; clocks that are off make no difference.
    adrift: Adrift {
        carriers: 7,
        clocks: 0,
        clock_step: 0.0,
    },
    clip_db: 4.9,
    clip_noise: 0.009,
};

/// A room, a loudspeaker and a telephone: symbols of 128 ms and 20 ms of prefix against echoes, and
/// pilots on every second carrier. Clocks may be off by 500 ppm.
const LOCAL_LOW: Mode = Mode {
    name: "local-low",
    about: "voice codecs, telephones, bad rooms",
    id: 8,
    rate: 8_000,
    fft: 1_024,
    prefix: 160,
    first: 40,
    carriers: 300,
    symbols: 30,
    depth: 2,
    layers: &[SMALL],
    pattern: &[0, 6, 2, 8, 4, 10],
    reach: 4,
    early: 24,
    echoes: (0.006, 0.050),
    // 55 Hz.
    adrift: Adrift {
        carriers: 7,
        clocks: 5,
        clock_step: 100e-6,
    },
    ..SHORTWAVE
};

/// What is above, for whoever hears it.
const LOCAL_HIGH: Mode = Mode {
    name: "local-high",
    about: "FM, or a telephone beside a loudspeaker",
    id: 9,
    rate: 16_000,
    fft: 2_048,
    prefix: 320,
    first: 350,
    carriers: 540,
    symbols: 18,
    depth: 4,
    layers: &[WHOLE],
    early: 48,
    adrift: Adrift {
        carriers: 7,
        clocks: 10,
        clock_step: 50e-6,
    },
    ..LOCAL_LOW
};

/// Modes that go on air together.
pub const MULTIPLEXES: &[Multiplex] = &[Multiplex {
    name: "local",
    about: "FM, or a telephone beside a loudspeaker; what is below 2.7 kHz passes voice codecs",
    modes: &[&LOCAL_LOW, &LOCAL_HIGH],
}];

/// All modes.
pub const MODES: &[Mode] = &[
    Mode {
        name: "shortwave-low",
        about: "shortwave at the fringe, from 0 dB",
        id: 2,
        symbols: 60,
        layers: &[SMALL],
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
    Mode {
        name: "shortwave-layered",
        about: "two layers: from 1 dB, and all from 12 dB, with fading",
        id: 7,
        symbols: 60,
        depth: 6,
        constellation: Constellation::Layered,
        layers: &[SMALL, WHOLE],
        ..SHORTWAVE
    },
    // Where 27 s are but two or three fades, cells with more bits and a stronger code bring more.
    Mode {
        name: "shortwave-slow",
        about: "fades that last for seconds, from 5 dB",
        id: 10,
        symbols: 24,
        depth: 18,
        constellation: Constellation::Qam16,
        layers: &[SMALL],
        clip_db: 5.2,
        clip_noise: 0.0066,
        ..SHORTWAVE
    },
    LOCAL_LOW,
    LOCAL_HIGH,
];

impl Layer {
    /// Bytes of packets, with their lengths, that a frame carries.
    #[must_use]
    pub fn payload(&self) -> usize {
        self.info_bits / 8 - FRAME_OVERHEAD
    }
}

impl Mode {
    /// The mode of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Mode> {
        MODES.iter().find(|mode| mode.name == name)
    }

    /// Samples of a symbol with its prefix.
    #[must_use]
    pub fn symbol(&self) -> usize {
        self.fft + self.prefix
    }

    /// Seconds of a symbol with its prefix.
    #[must_use]
    pub fn symbol_seconds(&self) -> f64 {
        self.symbol() as f64 / f64::from(self.rate)
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

    /// All modes that differ from this one in nothing but their slots: one
    /// [`Demodulator`](crate::Demodulator) looks for all of them.
    #[must_use]
    pub fn alike(&self) -> Vec<&'static Mode> {
        let symbol = |mode: &Mode| (mode.rate, mode.fft, mode.prefix, mode.first, mode.carriers);
        let modes = MODES.iter().filter(|mode| symbol(mode) == symbol(self));
        modes.collect()
    }

    /// Bits of a cell that belong to one layer.
    pub(crate) fn layer_bits(&self) -> usize {
        self.constellation.bits() / self.layers.len()
    }

    /// Bits of a codeword.
    #[must_use]
    pub fn coded_bits(&self) -> usize {
        self.cells() * self.layer_bits()
    }

    /// The code of a layer's frames.
    #[must_use]
    pub(crate) fn code(&self, layer: &Layer) -> Code {
        let Layer {
            graph,
            lifting,
            info_bits,
        } = *layer;
        match Code::new(graph, lifting, info_bits, self.coded_bits()) {
            Ok(code) => code,
            // Only the table makes modes, and a test tries all of it.
            Err(error) => unreachable!("{}: {error}", self.name),
        }
    }

    /// Bytes of packets, with their lengths, that the frames of a slot carry.
    #[must_use]
    pub fn payload(&self) -> usize {
        self.layers.iter().map(Layer::payload).sum()
    }

    /// The highest frequency in use, in Hz.
    #[must_use]
    pub fn highest(&self) -> f64 {
        (self.first + self.carriers - 1) as f64 * self.spacing()
    }

    /// Hz from one carrier to the next.
    pub(crate) fn spacing(&self) -> f64 {
        f64::from(self.rate) / self.fft as f64
    }

    /// The first pilot's carrier in a symbol of a slot.
    pub(crate) fn first_pilot(&self, symbol: usize) -> usize {
        self.pattern[symbol % self.pattern.len()]
    }

    /// Symbols around a slot whose pilots are used.
    pub(crate) fn margin(&self) -> usize {
        self.pattern.len() * self.reach
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
            for layer in mode.layers {
                assert_eq!(mode.code(layer).info_bits(), layer.info_bits);
                assert!(layer.payload() >= 450, "{}", mode.name);
            }
            // Pilots of a symbol stand where those of one a pattern later do, in the next slot, too,
            // and every symbol has as many.
            assert_eq!(mode.symbols % mode.pattern.len(), 0, "{}", mode.name);
            for symbol in 0..mode.pattern.len() {
                let pilots = (mode.first_pilot(symbol)..mode.carriers).step_by(PILOTS);
                assert_eq!(
                    pilots.len(),
                    mode.carriers.div_ceil(PILOTS),
                    "{}",
                    mode.name
                );
            }
            let is_shortwave = mode.name.starts_with("shortwave");
            let spread = if is_shortwave { 16.0..32.0 } else { 8.0..16.0 };
            assert!(spread.contains(&mode.spread_seconds()), "{}", mode.name);
            let highest = if mode.rate == 8_000 { 2_700.0 } else { 7_000.0 };
            assert!(mode.highest() < highest, "{}", mode.name);
        }
    }
}
