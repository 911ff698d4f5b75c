//! Short contexts: one cell for each decision, with a fast and a slow probability.

use crate::adaptive::Adaptive;
use crate::logistic::stretch;

/// Updates that count, of the fast and of the slow probability.
const LIMITS: [u32; 2] = [15, 250];

/// A table of cells for one context.
#[derive(Clone)]
pub(crate) struct Direct {
    cells: Vec<[Adaptive; 2]>,
    base: usize,
    selected: usize,
}

impl Direct {
    /// With 2^`bits` cells.
    pub(crate) fn new(bits: u32) -> Self {
        Self {
            cells: vec![[Adaptive::new(32768, 0); 2]; 1 << bits],
            base: 0,
            selected: 0,
        }
    }

    /// The context of the next symbol.
    pub(crate) fn begin(&mut self, base: u32) {
        self.base = base as usize;
    }

    /// The decision of the context.
    #[inline]
    pub(crate) fn select(&mut self, node: usize) {
        self.selected = (self.base ^ node) & (self.cells.len() - 1);
    }

    /// The fast logit and the slow probability, as inputs.
    #[inline]
    pub(crate) fn predict(&mut self, node: usize) -> [i32; 2] {
        self.select(node);
        let [fast, slow] = self.cells[self.selected];
        if slow.n() == 0 {
            return [0, 0];
        }
        [stretch(fast.p()), (slow.p() as i32 - 32768) >> 5]
    }

    /// The decision was made.
    #[inline]
    pub(crate) fn update(&mut self, bit: u32) {
        let cell = &mut self.cells[self.selected];
        cell[0].update(bit, LIMITS[0]);
        cell[1].update(bit, LIMITS[1]);
    }
}
