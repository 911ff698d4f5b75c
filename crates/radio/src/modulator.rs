//! Frames to sound.

use std::collections::VecDeque;
use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use crate::clip::Clip;
use crate::layout::{Layout, pilots};
use crate::ldpc::{Code, Error};
use crate::mode::{BOOST, Mode, PILOTS};

/// Samples over which a symbol fades into the next, within the prefix (a raised cosine).
const EDGE: usize = 8;

/// Turns frames into samples, a slot at a time.
///
/// A frame's cells stand in [`Mode::depth`] slots: the last frame is whole after as many calls of
/// [`Modulator::flush`] less one.
pub struct Modulator {
    mode: &'static Mode,
    layout: Layout,
    code: Code,
    inverse: Arc<dyn Fft<f32>>,
    clip: Clip,
    /// Codewords on their way, the newest first.
    words: VecDeque<Vec<u8>>,
    /// The end of the symbol before, which fades out.
    tail: [f32; EDGE],
    /// Amplitude of a cell, for samples of mean power one.
    gain: f32,
    coded: Vec<u8>,
}

impl Modulator {
    /// A modulator for a mode.
    #[must_use]
    pub fn new(mode: &'static Mode) -> Self {
        // Real samples have half of the power of the complex envelope.
        let share = (mode.carriers as f32) * (1.0 + (BOOST * BOOST - 1.0) / PILOTS as f32);
        Self {
            mode,
            layout: Layout::new(mode),
            code: mode.code(),
            inverse: FftPlanner::new().plan_fft_inverse(mode.fft),
            clip: Clip::new(mode.fft, mode.first, share, mode.clip_db),
            words: VecDeque::new(),
            tail: [0.0; EDGE],
            gain: (2.0 / share).sqrt(),
            coded: Vec::new(),
        }
    }

    /// Adds the slot in which this frame begins to `out`: samples at [`Mode::rate`], of mean power
    /// one or a little less.
    ///
    /// # Errors
    ///
    /// [`Error::InfoBytes`] unless the frame is [`Mode::info_bits`] long.
    pub fn frame(&mut self, frame: &[u8], out: &mut Vec<f32>) -> Result<(), Error> {
        self.code.encode(frame, &mut self.coded)?;
        let bits = self.layout.bits.iter().zip(&self.layout.scrambling);
        let word = bits.map(|(at, scrambling)| self.coded[*at as usize] ^ scrambling);
        self.words.push_front(word.collect());
        self.slot(out);
        Ok(())
    }

    /// Adds a slot in which no frame begins: what is left of those before, and noise.
    pub fn flush(&mut self, out: &mut Vec<f32>) {
        self.words.push_front(self.layout.scrambling.clone());
        self.slot(out);
    }

    fn slot(&mut self, out: &mut Vec<f32>) {
        let mode = self.mode;
        self.words.truncate(mode.depth);
        let bits = mode.constellation.bits();
        let mut carriers = vec![Complex32::default(); mode.carriers];
        for symbol in 0..mode.symbols {
            for (carrier, sign) in pilots(mode, symbol).zip(self.layout.signs(symbol)) {
                carriers[carrier] = Complex32::new(sign * BOOST, 0.0);
            }
            for cell in self.layout.of_symbol(symbol) {
                // Before the first frame there is nothing: scrambling alone.
                let word = self.words.get(usize::from(cell.part));
                let word = word.unwrap_or(&self.layout.scrambling);
                let word = &word[cell.place as usize * bits..][..bits];
                carriers[usize::from(cell.carrier)] = mode.constellation.cell(word);
            }
            self.clip.apply(&mut carriers);
            self.symbol(&carriers, out);
        }
    }

    fn symbol(&mut self, carriers: &[Complex32], out: &mut Vec<f32>) {
        let Mode {
            fft, prefix, first, ..
        } = *self.mode;
        let mut samples = vec![Complex32::default(); fft];
        samples[first..][..carriers.len()].copy_from_slice(carriers);
        self.inverse.process(&mut samples);
        let at = |i: usize| samples[(i + fft - prefix) % fft].re * self.gain;
        for i in 0..prefix + fft {
            let rising = edge(i);
            let before = self.tail.get(i).copied().unwrap_or(0.0);
            out.push(at(i) * rising + before);
        }
        for (i, tail) in self.tail.iter_mut().enumerate() {
            *tail = samples[i].re * self.gain * (1.0 - edge(i));
        }
    }
}

/// The rising edge of a symbol.
fn edge(i: usize) -> f32 {
    if i >= EDGE {
        return 1.0;
    }
    let phase = (i as f32 + 0.5) / EDGE as f32 * std::f32::consts::PI;
    0.5 - 0.5 * phase.cos()
}
