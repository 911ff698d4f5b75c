//! The last word on a probability: what came of such predictions before, in a small context.

use crate::adaptive::Adaptive;
use crate::logistic::squash;

/// Logits between two steps.
const WIDTH_BITS: u32 = 8;
/// Steps from the least to the greatest logit, both included.
const STEPS: usize = (4096 >> WIDTH_BITS) + 1;
/// Updates that count.
const LIMIT: u32 = 250;

/// For each context, the probability at each step of the logit.
#[derive(Clone)]
pub(crate) struct Refine {
    table: Vec<[Adaptive; STEPS]>,
    context: usize,
    step: usize,
}

impl Refine {
    /// For 2^`bits` contexts.
    pub(crate) fn new(bits: u32) -> Self {
        let mut steps = [Adaptive::new(0, 0); STEPS];
        for (i, step) in steps.iter_mut().enumerate() {
            *step = Adaptive::new(squash(((i as i32) << WIDTH_BITS) - 2048), 0);
        }
        Self {
            table: vec![steps; 1 << bits],
            context: 0,
            step: 0,
        }
    }

    /// The probability for a logit in a context.
    #[inline]
    pub(crate) fn predict(&mut self, logit: i32, context: usize) -> u32 {
        let position = (logit + 2048) as usize;
        let low = (position >> WIDTH_BITS).min(STEPS - 2);
        let weight = (position & ((1 << WIDTH_BITS) - 1)) as u32;
        self.context = context & (self.table.len() - 1);
        self.step = low + usize::from(weight >= 1 << (WIDTH_BITS - 1));
        let steps = &self.table[self.context];
        (steps[low].p() * ((1 << WIDTH_BITS) - weight) + steps[low + 1].p() * weight) >> WIDTH_BITS
    }

    /// The decision was made.
    #[inline]
    pub(crate) fn update(&mut self, bit: u32) {
        self.table[self.context][self.step].update(bit, LIMIT);
    }
}
