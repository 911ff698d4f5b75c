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

/// Frames that go on air side by side: a layer of a mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stream {
    /// The mode whose slots they begin in.
    pub mode: &'static Mode,
    /// Which of its layers.
    pub layer: usize,
}

/// Turns frames into samples.
///
/// A frame's cells stand in [`Mode::depth`] slots: the last frame is whole after as many slots
/// less one in which none begins.
pub struct Modulator {
    streams: Vec<Stream>,
    grids: Vec<Grid>,
    /// Samples of a symbol's useful part and of its prefix, at the rate of what goes out.
    fft: usize,
    prefix: usize,
    /// The lowest carrier's number, and those from there to the highest.
    first: usize,
    carriers: Vec<Complex32>,
    inverse: Arc<dyn Fft<f32>>,
    clip: Clip,
    /// The end of the symbol before, which fades out.
    tail: [f32; EDGE],
    /// Amplitude of a cell, for samples of mean power one.
    gain: f32,
}

/// The carriers of one mode, symbol after symbol.
struct Grid {
    mode: &'static Mode,
    layout: Layout,
    codes: Vec<Code>,
    /// Words on their way, the newest first, each with all its layers' bits.
    words: VecDeque<Vec<Vec<u8>>>,
    /// The next symbol of the slot.
    symbol: usize,
}

impl Modulator {
    /// A modulator for a mode.
    #[must_use]
    pub fn new(mode: &'static Mode) -> Self {
        Self::multiplex(&[mode])
    }

    /// A modulator for modes that are on air together, in bands of their own.
    ///
    /// # Panics
    ///
    /// If their symbols are not equally long, or there is no mode: see [`crate::Multiplex`].
    #[must_use]
    pub fn multiplex(modes: &[&'static Mode]) -> Self {
        let highest = modes.iter().max_by_key(|mode| mode.rate);
        let Some(Mode {
            fft, prefix, rate, ..
        }) = highest.copied().copied()
        else {
            panic!("no mode");
        };
        for mode in modes {
            let times = (rate / mode.rate) as usize;
            assert_eq!((mode.fft * times, mode.prefix * times), (fft, prefix));
        }
        let first = modes.iter().map(|mode| mode.first).min().unwrap_or(0);
        let end = modes.iter().map(|mode| mode.first + mode.carriers).max();
        let carriers: usize = modes.iter().map(|mode| mode.carriers).sum();
        // Real samples have half of the power of the complex envelope.
        let share = (carriers as f32) * (1.0 + (BOOST * BOOST - 1.0) / PILOTS as f32);
        let clip_db = modes.iter().map(|mode| mode.clip_db);
        let clip_db = clip_db.fold(f32::INFINITY, f32::min);
        let used = modes
            .iter()
            .map(|mode| mode.first - first..mode.first - first + mode.carriers);
        let of = |mode: &&'static Mode| {
            let mode = *mode;
            (0..mode.layers.len()).map(move |layer| Stream { mode, layer })
        };
        Self {
            streams: modes.iter().flat_map(of).collect(),
            grids: modes.iter().map(|mode| Grid::new(mode)).collect(),
            fft,
            prefix,
            first,
            carriers: vec![Complex32::default(); end.unwrap_or(0) - first],
            inverse: FftPlanner::new().plan_fft_inverse(fft),
            clip: Clip::new(fft, first, used.collect(), share, clip_db),
            tail: [0.0; EDGE],
            gain: (2.0 / share).sqrt(),
        }
    }

    /// What goes on air side by side; frames are asked for by the index here.
    #[must_use]
    pub fn streams(&self) -> &[Stream] {
        &self.streams
    }

    /// Adds the next symbol to `out`: samples at the highest of the modes' rates, of mean power one
    /// or a little less. Where slots begin, `frame` is asked for a frame of each stream that begins
    /// there; `None` sends nothing but what is left of those before, and noise.
    ///
    /// # Errors
    ///
    /// [`Error::InfoBytes`] unless frames are [`crate::Layer::info_bits`] long.
    pub fn symbol(
        &mut self,
        frame: &mut impl FnMut(usize) -> Option<Vec<u8>>,
        out: &mut Vec<f32>,
    ) -> Result<(), Error> {
        let mut stream = 0;
        for grid in &mut self.grids {
            let layers = grid.codes.len();
            if grid.symbol == 0 {
                let frames: Vec<_> = (stream..stream + layers).map(&mut *frame).collect();
                grid.begin(&frames)?;
            }
            stream += layers;
            let carriers = &mut self.carriers[grid.mode.first - self.first..];
            grid.next(&mut carriers[..grid.mode.carriers]);
        }
        self.clip.apply(&mut self.carriers);
        self.samples(out);
        Ok(())
    }

    /// Adds the slot in which this frame of the first stream begins to `out`, as
    /// [`Modulator::symbol`] does; nothing begins in the others.
    ///
    /// # Errors
    ///
    /// [`Error::InfoBytes`] unless the frame is as long as the mode's are.
    pub fn frame(&mut self, frame: &[u8], out: &mut Vec<f32>) -> Result<(), Error> {
        self.slot(Some(frame), out)
    }

    /// Adds a slot of the first stream in which no frame begins: what is left of those before, and
    /// noise.
    pub fn flush(&mut self, out: &mut Vec<f32>) {
        // Nothing can be of the wrong length.
        let _ = self.slot(None, out);
    }

    fn slot(&mut self, frame: Option<&[u8]>, out: &mut Vec<f32>) -> Result<(), Error> {
        for _ in 0..self.streams[0].mode.symbols {
            let mut first = |stream| frame.filter(|_| stream == 0).map(<[u8]>::to_vec);
            self.symbol(&mut first, out)?;
        }
        Ok(())
    }

    fn samples(&mut self, out: &mut Vec<f32>) {
        let (fft, prefix) = (self.fft, self.prefix);
        let mut samples = vec![Complex32::default(); fft];
        samples[self.first..][..self.carriers.len()].copy_from_slice(&self.carriers);
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

impl Grid {
    fn new(mode: &'static Mode) -> Self {
        Self {
            mode,
            layout: Layout::new(mode),
            codes: mode.layers.iter().map(|layer| mode.code(layer)).collect(),
            words: VecDeque::new(),
            symbol: 0,
        }
    }

    /// A slot begins, and in it a frame of each layer.
    fn begin(&mut self, frames: &[Option<Vec<u8>>]) -> Result<(), Error> {
        let mut words = Vec::with_capacity(frames.len());
        let mut coded = Vec::new();
        for ((frame, code), word) in frames.iter().zip(&self.codes).zip(&self.layout.words) {
            let Some(frame) = frame else {
                words.push(word.scrambling.clone());
                continue;
            };
            code.encode(frame, &mut coded)?;
            let bits = word.bits.iter().zip(&word.scrambling);
            words.push(bits.map(|(at, s)| coded[*at as usize] ^ s).collect());
        }
        self.words.push_front(words);
        self.words.truncate(self.mode.depth);
        Ok(())
    }

    fn next(&mut self, carriers: &mut [Complex32]) {
        let (mode, symbol) = (self.mode, self.symbol);
        for (carrier, sign) in pilots(mode, symbol).zip(self.layout.signs(symbol)) {
            carriers[carrier] = Complex32::new(sign * BOOST, 0.0);
        }
        let each = mode.layer_bits();
        let mut bits = Vec::with_capacity(mode.constellation.bits());
        for cell in self.layout.of_symbol(symbol) {
            // Before the first frame there is nothing: scrambling alone.
            let words = self.words.get(usize::from(cell.part));
            let place = cell.place as usize * each..(cell.place as usize + 1) * each;
            bits.clear();
            for (layer, word) in self.layout.words.iter().enumerate() {
                let bits_of = words.map_or(&word.scrambling, |words| &words[layer]);
                bits.extend_from_slice(&bits_of[place.clone()]);
            }
            carriers[usize::from(cell.carrier)] = mode.constellation.cell(&bits);
        }
        self.symbol = (symbol + 1) % mode.symbols;
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
