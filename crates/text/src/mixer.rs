//! Logistic mixing: inputs are logits, weights are learned by gradient descent, and there is one
//! set of weights for each value of a small context.

use crate::logistic::squash;

/// Weights of 1.0.
pub(crate) const ONE: i32 = 65536;

/// A bank of weight sets, one of which is in use.
#[derive(Clone)]
pub(crate) struct Mixer {
    weights: Vec<i32>,
    inputs: usize,
    selected: usize,
    p: u32,
    rate: i32,
}

impl Mixer {
    /// `sets` sets of `inputs` weights, all `weight` at first.
    pub(crate) fn new(inputs: usize, sets: usize, weight: i32, rate: i32) -> Self {
        Self {
            weights: vec![weight; inputs * sets],
            inputs,
            selected: 0,
            p: 32768,
            rate,
        }
    }

    /// The logit of the mixture of `inputs` by the weights of `set`.
    #[inline]
    pub(crate) fn mix(&mut self, inputs: &[i32], set: usize) -> i32 {
        self.selected = set * self.inputs;
        let weights = &self.weights[self.selected..][..self.inputs];
        let mut sum = 0i32;
        for (&input, &weight) in inputs.iter().zip(weights) {
            sum += (input * weight) >> 8;
        }
        let logit = (sum >> 8).clamp(-2047, 2047);
        self.p = squash(logit);
        logit
    }

    /// Learns from the bit that came.
    #[inline]
    pub(crate) fn update(&mut self, inputs: &[i32], bit: u32) {
        let error = (((bit << 16) as i32 - self.p as i32) * self.rate) >> 4;
        let weights = &mut self.weights[self.selected..][..self.inputs];
        for (&input, weight) in inputs.iter().zip(weights) {
            let step = (input * error + 0x8000) >> 16;
            *weight = (*weight + step).clamp(-8 * ONE, 8 * ONE - 1);
        }
    }

    /// How fast it learns from now on.
    pub(crate) fn set_rate(&mut self, rate: i32) {
        self.rate = rate;
    }
}
