//! Where everything stands in a slot: pilots, and the cells of the codewords that share it.
//!
//! A slot has exactly the cells of one codeword. Its cells are shuffled over time and frequency and
//! cut into `depth` parts; part b of slot t belongs to the codeword that began in slot t − b.

use crate::mode::{Mode, PILOTS};
use crate::pn::Pn;

/// What the sequences are for; the mode's number is added.
const FOR_PILOTS: u64 = 1 << 32;
const FOR_CELLS: u64 = 2 << 32;
const FOR_BITS: u64 = 3 << 32;
const FOR_SCRAMBLING: u64 = 4 << 32;
/// Added once for each layer before it.
const OF_LAYER: u64 = 1 << 8;

/// The plan of a mode's slots.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Signs of the pilots, by symbol and pilot.
    signs: Vec<f32>,
    pilots: usize,
    data_cells: usize,
    /// For each data cell of a slot, symbol by symbol, carriers ascending.
    pub(crate) cells: Vec<Cell>,
    /// For each layer, how its codewords become words.
    pub(crate) words: Vec<Word>,
}

/// How a codeword's bits are shuffled and scrambled before cells take them.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    /// Bits of the codeword in the order in which cells take them.
    pub(crate) bits: Vec<u32>,
    /// A bit for each coded bit: added before it is sent.
    pub(crate) scrambling: Vec<u8>,
}

/// A data cell of a slot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    pub(crate) symbol: u16,
    pub(crate) carrier: u16,
    /// How many slots ago its codeword began.
    pub(crate) part: u16,
    /// Its place among the codeword's cells.
    pub(crate) place: u32,
}

/// Carriers of the pilots of a symbol.
pub(crate) fn pilots(mode: &Mode, symbol: usize) -> impl Iterator<Item = usize> + use<> {
    (mode.first_pilot(symbol)..mode.carriers).step_by(PILOTS)
}

impl Layout {
    pub(crate) fn new(mode: &Mode) -> Self {
        let purpose = |of: u64| Pn::new(of + u64::from(mode.id));
        let places = purpose(FOR_CELLS).permutation(mode.cells());
        let mut cells = Vec::with_capacity(mode.cells());
        for symbol in 0..mode.symbols {
            let first = mode.first_pilot(symbol);
            for carrier in 0..mode.carriers {
                if carrier % PILOTS == first {
                    continue;
                }
                let place = places[cells.len()];
                cells.push(Cell {
                    symbol: symbol as u16,
                    carrier: carrier as u16,
                    part: (place as usize * mode.depth / mode.cells()) as u16,
                    place,
                });
            }
        }
        let pilots = mode.carriers.div_ceil(PILOTS);
        let mut signs = purpose(FOR_PILOTS);
        let signs = (0..mode.symbols * pilots).map(|_| 1.0 - 2.0 * f32::from(signs.bit()));
        let word = |layer: u64| {
            let of = layer * OF_LAYER;
            let mut scrambling = purpose(FOR_SCRAMBLING + of);
            Word {
                bits: purpose(FOR_BITS + of).permutation(mode.coded_bits()),
                scrambling: (0..mode.coded_bits()).map(|_| scrambling.bit()).collect(),
            }
        };
        Self {
            signs: signs.collect(),
            pilots,
            data_cells: mode.data_cells(),
            cells,
            words: (0u64..)
                .zip(mode.layers)
                .map(|(layer, _)| word(layer))
                .collect(),
        }
    }

    /// Data cells of a symbol.
    pub(crate) fn of_symbol(&self, symbol: usize) -> &[Cell] {
        &self.cells[symbol * self.data_cells..][..self.data_cells]
    }

    /// Signs of the pilots of a symbol of a slot, carriers ascending.
    pub(crate) fn signs(&self, symbol: usize) -> &[f32] {
        &self.signs[symbol * self.pilots..][..self.pilots]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mode::MODES;

    #[test]
    fn every_cell_and_bit_has_its_place_and_parts_are_alike() {
        for mode in MODES {
            let layout = Layout::new(mode);
            assert_eq!(layout.cells.len(), mode.cells());
            let mut places: Vec<u32> = layout.cells.iter().map(|cell| cell.place).collect();
            places.sort_unstable();
            assert!(places.iter().copied().eq(0..mode.cells() as u32));
            for part in 0..mode.depth {
                let cells = layout.cells.iter().filter(|c| usize::from(c.part) == part);
                let all = mode.cells() / mode.depth;
                assert!((all..=all + 1).contains(&cells.count()), "{}", mode.name);
            }
            for symbol in 0..mode.symbols {
                assert_eq!(pilots(mode, symbol).count(), layout.signs(symbol).len());
            }
        }
    }
}
