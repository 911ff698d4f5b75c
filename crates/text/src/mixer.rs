//! Logistic mixing: inputs are logits, weights are learned by gradient descent, and there is one
//! set of weights for each value of a small context.

use crate::logistic::squash;

/// A weight of 1.0.
pub(crate) const ONE: i32 = 1 << 14;

/// A bank of weight sets, one of which is in use.
#[derive(Clone)]
pub(crate) struct Mixer<const INPUTS: usize> {
    weights: Vec<[i16; INPUTS]>,
    selected: usize,
    p: u32,
    rate: i32,
}

impl<const INPUTS: usize> Mixer<INPUTS> {
    /// `sets` (a power of two) sets of weights, all `weight` at first.
    pub(crate) fn new(sets: usize, weight: i16, rate: i32) -> Self {
        Self {
            weights: vec![[weight; INPUTS]; sets],
            selected: 0,
            p: 32768,
            rate,
        }
    }

    /// The logit of the mixture of `inputs` by the weights of `set`.
    #[inline]
    pub(crate) fn mix(&mut self, inputs: &[i16; INPUTS], set: usize) -> i32 {
        self.selected = set & (self.weights.len() - 1);
        let weights = &self.weights[self.selected];
        let mut sum = 0i32;
        for i in 0..INPUTS {
            sum = sum.wrapping_add(i32::from(inputs[i]) * i32::from(weights[i]));
        }
        let logit = (sum >> 14).clamp(-2047, 2047);
        self.p = squash(logit);
        logit
    }

    /// Learns from the bit that came.
    #[inline]
    pub(crate) fn update(&mut self, inputs: &[i16; INPUTS], bit: u32) {
        let error = (((bit << 16) as i32 - self.p as i32) * self.rate) >> 6;
        let error = error.clamp(-32768, 32767) as i16;
        let weights = &mut self.weights[self.selected];
        for i in 0..INPUTS {
            let product = i32::from(inputs[i]) * i32::from(error);
            let step = ((product >> 15) as i16 + 1) >> 1;
            weights[i] = weights[i].saturating_add(step);
        }
    }
}
