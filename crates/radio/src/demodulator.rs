//! Sound to frames.
//!
//! ```text
//! push(samples) …, finish()        samples of any length, at the modes' rate
//!    └► Received                   each frame, whether it could be decoded, and how it was heard
//! ```

use std::collections::VecDeque;
use std::f64::consts::TAU;

use rustfft::num_complex::Complex32;

use crate::analytic::{Analytic, LATE};
use crate::excise::Excise;
use crate::frame::is_good;
use crate::layout::Layout;
use crate::ldpc::Decoder;
use crate::mode::Mode;
use crate::search::{Found, needs, search};
use crate::track::Tracker;
use crate::wiener::Estimator;
use crate::window::Window;

/// Turns of the decoder at most.
const TURNS: u32 = 50;
/// Seconds between two searches: one that follows a transmission looks whether it has moved.
const SEARCH_EVERY: f64 = 2.0;
/// A transmission is left once its pilots are less alike than this. For noise it is
/// about 0.05 (13 pilots, over 30 symbols); at 0 dB in fading it was 0.46 at least.
const LOST: f32 = 0.12;
/// A transmission that was found elsewhere is gone over to if it is so clear: at 0 dB in fading most
/// searches gave 9 to 14.
const CLEAR: f32 = 9.0;
/// Seconds after which one that is lost is left: longer than a fade, and than frames are spread.
const LEFT_AFTER: f64 = 60.0;
/// A transmission's offset may be off by this part of the distance at which its pilots look the same
/// again, before it is thought to have been tuned elsewhere: twice in a row.
const RETUNED: f64 = 0.25;

/// A frame's time has come.
#[derive(Debug)]
pub struct Received<'a> {
    /// The mode it was sent in.
    pub mode: &'static Mode,
    /// Which of the mode's layers it is.
    pub layer: usize,
    /// What it carries, if it could be decoded and its CRC is right.
    pub frame: Option<&'a [u8]>,
    /// How it was heard.
    pub quality: Quality,
    /// Whether all of its time was listened to. Of those that had begun before, or had not ended when
    /// the sound did, a good signal needs but a part.
    pub is_whole: bool,
}

/// How a transmission is heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// Signal to noise in 3 kHz, in dB; minus infinity where there was no signal.
    pub snr_db: f32,
    /// Hz by which it is too high.
    pub offset_hz: f32,
    /// Parts per million by which the recording has more samples than were sent.
    pub clock_ppm: f32,
    /// Two-sided Doppler spread (2 σ), in Hz.
    pub doppler_hz: f32,
}

/// Finds transmissions in sound and takes frames out of them.
pub struct Demodulator {
    modes: Vec<(&'static Mode, Layout)>,
    analytic: Analytic,
    excise: Excise,
    filtered: Vec<Complex32>,
    window: Window,
    samples: Vec<Complex32>,
    /// How many samples came before those.
    gone: u64,
    /// How many have come in all, and whether silence comes after them, because that is all.
    came: u64,
    is_over: bool,
    searched: u64,
    following: Option<Following>,
    /// Hz at which the last search found what is being followed, if elsewhere in frequency alone.
    retuned: Option<f64>,
}

/// A transmission that is being received.
struct Following {
    mode: usize,
    tracker: Tracker,
    /// Symbols, from a margin before the next slot on.
    rows: VecDeque<Row>,
    estimator: Estimator,
    /// One for each layer.
    decoders: Vec<Decoder>,
    /// How sure the bits of each word on its way are, the newest first, cell after cell: 0 for those
    /// that did not come.
    words: VecDeque<Vec<f32>>,
    /// Words on their way, the oldest ones, that had begun before.
    early: usize,
    /// Symbols since its pilots were last alike.
    lost: u32,
    /// How the last slot was heard.
    quality: Option<Quality>,
}

/// A symbol that was received.
#[derive(Debug, Clone, Default)]
struct Row {
    /// Empty where there was none.
    carriers: Vec<Complex32>,
    /// Samples by which its place had been corrected.
    moved: f64,
}

impl Demodulator {
    /// Looks for any of these modes, which may differ in nothing but their slots.
    #[must_use]
    pub fn new(modes: &[&'static Mode]) -> Option<Self> {
        let first = *modes.first()?;
        let rate = f64::from(first.rate);
        let (low, high) = (first.first as f64 * first.spacing(), first.highest());
        let modes = modes.iter().map(|mode| (*mode, Layout::new(mode)));
        Some(Self {
            modes: modes.collect(),
            analytic: Analytic::new(rate, low - 150.0, high + 150.0),
            excise: Excise::new(rate, low, high),
            filtered: Vec::new(),
            window: Window::new(first),
            samples: Vec::new(),
            gone: 0,
            came: 0,
            is_over: false,
            searched: 0,
            following: None,
            retuned: None,
        })
    }

    /// Takes the next samples.
    pub fn push(&mut self, samples: &[f32], received: &mut impl FnMut(Received<'_>)) {
        // In pieces, so that little is held however much is given.
        for piece in samples.chunks(1 << 14) {
            self.came += if self.is_over { 0 } else { piece.len() as u64 };
            self.filtered.clear();
            self.analytic.push(piece, &mut self.filtered);
            self.excise.push(&self.filtered, &mut self.samples);
            self.work(received);
        }
    }

    /// No more samples come.
    pub fn finish(&mut self, received: &mut impl FnMut(Received<'_>)) {
        let mode = self.modes[0].0;
        // What the filter still holds, and the end of the last symbol.
        self.is_over = true;
        let silence = vec![0.0; LATE + self.excise.late() + mode.prefix];
        self.push(&silence, received);
        // The slots up to that in which it ended: nothing is known of what would come after it.
        if let Some(following) = &mut self.following {
            let (mode, layout) = &self.modes[following.mode];
            let waiting = following.rows.len().saturating_sub(mode.margin());
            let slots = waiting.div_ceil(mode.symbols);
            let wanted = 2 * mode.margin() + slots * mode.symbols;
            let missing = wanted.saturating_sub(following.rows.len());
            for _ in 0..missing {
                following.rows.push_back(Row::default());
            }
            following.slots(mode, layout, received);
            following.rest(mode, layout, received);
        }
    }

    /// Whether a transmission is being received, and in what mode.
    #[must_use]
    pub fn mode(&self) -> Option<&'static Mode> {
        let following = self.following.as_ref()?;
        Some(self.modes[following.mode].0)
    }

    fn work(&mut self, received: &mut impl FnMut(Received<'_>)) {
        let mode = self.modes[0].0;
        let every = (SEARCH_EVERY * f64::from(mode.rate)) as u64;
        let needed = needs(mode);
        loop {
            self.follow(received);
            let begin = (self.searched - self.gone) as usize;
            if self.samples.len() < begin + needed {
                break;
            }
            let samples = &self.samples[begin..begin + needed];
            if let Some(mut found) = search(samples, &self.modes, &mut self.window) {
                found.at += begin as f64;
                self.found(found);
            }
            self.searched += every;
        }
        // What has been searched and followed is not needed any more.
        let mut done = (self.searched - self.gone) as usize;
        if let Some(following) = &self.following {
            done = done.min((following.tracker.at - mode.symbol() as f64).max(0.0) as usize);
        }
        let done = done.min(self.samples.len());
        self.samples.drain(..done);
        self.gone += done as u64;
        if let Some(following) = &mut self.following {
            following.tracker.at -= done as f64;
        }
    }

    fn follow(&mut self, received: &mut impl FnMut(Received<'_>)) {
        let Some(following) = &mut self.following else {
            return;
        };
        let (mode, layout) = &self.modes[following.mode];
        // Symbols that begin after the end are none.
        let end = (self.came + LATE as u64).saturating_sub(self.gone) as f64;
        let end = end - mode.fft as f64 / 2.0;
        let is_over = self.is_over;
        while following.tracker.at + mode.fft as f64 <= self.samples.len() as f64
            && !(is_over && following.tracker.at > end)
        {
            let mut row = vec![Complex32::default(); mode.carriers];
            let tracker = &mut following.tracker;
            let moved = tracker.moved;
            tracker.next(mode, layout, &self.samples, &mut self.window, &mut row);
            let carriers = row;
            following.rows.push_back(Row { carriers, moved });
            following.slots(mode, layout, received);
            following.lost += 1;
            if following.tracker.coherence() > LOST {
                following.lost = 0;
            }
        }
        if f64::from(following.lost) * mode.symbol_seconds() > LEFT_AFTER {
            self.following = None;
        }
    }

    /// Begins to follow what was found, unless it is what is being followed.
    fn found(&mut self, found: Found) {
        if let Some(following) = &mut self.following {
            let mode = self.modes[following.mode].0;
            let length = mode.symbol() as f64;
            let ahead = (found.at - following.tracker.at) / length;
            let symbols = ahead.round();
            let expected = following.tracker.symbol as f64 + symbols;
            let is_there = following.mode == found.mode
                && (ahead - symbols).abs() * length < mode.prefix as f64 / 2.0
                && (expected - found.symbol as f64).rem_euclid(mode.symbols as f64) == 0.0;
            let alias = f64::from(mode.rate) / (mode.pattern.len() as f64 * length);
            let near = |hz: f64| (found.offset - hz).abs() < RETUNED * alias;
            let is_same = is_there && near(following.tracker.offset);
            let before = self.retuned.take();
            if is_there && !is_same && !before.is_some_and(near) {
                // Once may be chance.
                self.retuned = Some(found.offset);
                return;
            }
            if is_same || !is_there && following.tracker.coherence() > LOST && found.score < CLEAR {
                return;
            }
            if following.mode == found.mode {
                // What has been received since then is received again, unless its slot is over.
                let again = following.rows.len().saturating_sub(2 * mode.margin());
                let behind = (-ahead - again as f64).ceil().max(0.0);
                let found = Found {
                    at: found.at + behind * length,
                    symbol: (found.symbol + behind as usize) % mode.symbols,
                    ..found
                };
                following.move_to(&found, mode);
                return;
            }
        }
        let mode = self.modes[found.mode].0;
        self.following = Some(Following::new(&found, mode));
    }
}

impl Following {
    fn new(found: &Found, mode: &Mode) -> Self {
        Self {
            mode: found.mode,
            tracker: Tracker::new(found),
            // The slot had begun before.
            rows: vec![Row::default(); mode.margin() + found.symbol].into(),
            estimator: Estimator::default(),
            decoders: (mode.layers.iter())
                .map(|layer| Decoder::new(&mode.code(layer)))
                .collect(),
            words: vec![vec![0.0; mode.cells() * mode.constellation.bits()]; mode.depth - 1].into(),
            early: mode.depth - 1,
            lost: 0,
            quality: None,
        }
    }

    /// Goes on where the transmission was found again: what is missing between stays empty.
    fn move_to(&mut self, found: &Found, mode: &Mode) {
        let ahead = (found.at - self.tracker.at) / mode.symbol() as f64;
        let (slot, now) = (mode.symbols as f64, self.tracker.symbol as f64);
        // The symbols that have passed, so that the place in the slot is what was found.
        let off = (now + ahead - found.symbol as f64) / slot;
        let passed = found.symbol as f64 + off.round() * slot - now;
        let kept = self.rows.len() as f64 + passed;
        // At least what the slot before still needs.
        let short = ((mode.margin() as f64 - kept) / slot).ceil().max(0.0);
        let kept = (kept + short * slot) as usize;
        self.rows.resize(kept, Row::default());
        self.tracker = self.tracker.elsewhere(found, mode);
    }

    /// Takes the cells out of every slot that is whole, with what comes around it.
    fn slots(
        &mut self,
        mode: &'static Mode,
        layout: &Layout,
        received: &mut impl FnMut(Received<'_>),
    ) {
        while self.rows.len() >= 2 * mode.margin() + mode.symbols {
            self.slot(mode, layout, received);
            self.rows.drain(..mode.symbols);
        }
    }

    fn slot(
        &mut self,
        mode: &'static Mode,
        layout: &Layout,
        received: &mut impl FnMut(Received<'_>),
    ) {
        let (symbols, margin) = (mode.symbols, mode.margin());
        let steady: Vec<Row> = self
            .rows
            .iter()
            .take(2 * margin + symbols)
            .cloned()
            .collect();
        let steady = steadied(steady, mode);
        let rows: Vec<(&[Complex32], &[f32])> = steady
            .iter()
            .enumerate()
            .map(|(i, row)| {
                let symbol = (i + symbols * margin - margin) % symbols;
                (row.carriers.as_slice(), layout.signs(symbol))
            })
            .collect();
        let channel = self.estimator.slot(mode, layout, &rows);
        let bits = mode.constellation.bits();
        let whole = mode.cells() * bits;
        self.words.push_front(vec![0.0; whole]);
        for cell in &layout.cells {
            let row = rows[margin + usize::from(cell.symbol)].0;
            let Some(word) = self.words.get_mut(usize::from(cell.part)) else {
                continue;
            };
            let Some(value) = row.get(usize::from(cell.carrier)) else {
                continue;
            };
            let (symbol, carrier) = (usize::from(cell.symbol), usize::from(cell.carrier));
            let gain = channel.gains[symbol * mode.carriers + carrier];
            let power = gain.norm_sqr().max(f32::MIN_POSITIVE);
            let place = cell.place as usize * bits;
            let soft = &mut word[place..place + bits];
            // Clipping was done before the channel: it fades with the cells.
            let noise = channel.noise_of(symbol, carrier, mode.clip_noise);
            let cell = value * gain.conj() / power;
            mode.constellation
                .soft(cell, noise / power + mode.clip_noise, soft);
        }
        let band = mode.carriers as f32 * mode.spacing() as f32;
        let snr = channel.signal / channel.noise * band / 3_000.0;
        let quality = Quality {
            // Where it is lost, what looks like a signal is none.
            snr_db: match self.lost {
                0 => 10.0 * snr.log10(),
                _ => f32::NEG_INFINITY,
            },
            offset_hz: self.tracker.offset as f32,
            clock_ppm: (self.tracker.clock * 1e6) as f32,
            doppler_hz: 2.0 * channel.fading,
        };
        self.quality = Some(quality);
        // The oldest has been in all slots that it is spread over.
        self.oldest(mode, layout, self.early == 0, received);
        self.early = self.early.saturating_sub(1);
    }

    /// No more comes: those that are still on their way.
    fn rest(
        &mut self,
        mode: &'static Mode,
        layout: &Layout,
        received: &mut impl FnMut(Received<'_>),
    ) {
        while !self.words.is_empty() {
            self.oldest(mode, layout, false, received);
        }
    }

    /// Decodes the oldest word, if enough of it has come.
    fn oldest(
        &mut self,
        mode: &'static Mode,
        layout: &Layout,
        is_whole: bool,
        received: &mut impl FnMut(Received<'_>),
    ) {
        let (Some(word), Some(quality)) = (self.words.pop_back(), self.quality) else {
            return;
        };
        let bits = mode.constellation.bits();
        let came = word.iter().filter(|soft| **soft != 0.0).count();
        let share = came as f32 / word.len() as f32;
        let each = mode.layer_bits();
        let layers = self.decoders.iter_mut().zip(&layout.words).enumerate();
        for (layer, (decoder, shuffle)) in layers {
            let enough = mode.layers[layer].info_bits as f32 / mode.coded_bits() as f32;
            let mut word_of = Received {
                mode,
                layer,
                frame: None,
                quality,
                is_whole,
            };
            if share < enough {
                received(word_of);
                continue;
            }
            // Of each cell the bits of this layer.
            let own = word.chunks_exact(bits);
            let own = own.flat_map(|cell| &cell[layer * each..][..each]);
            let mut sure = vec![0.0; mode.coded_bits()];
            for ((at, scrambling), soft) in shuffle.bits.iter().zip(&shuffle.scrambling).zip(own) {
                sure[*at as usize] = if *scrambling == 1 { -soft } else { *soft };
            }
            let decoded = decoder.decode(&sure, TURNS);
            let frame = decoded.as_ref().map(|decoded| decoded.info);
            if frame.is_some_and(|frame| frame.iter().all(|byte| *byte == 0)) {
                // Scrambling alone: the sender began no frame, as before its first and behind its last.
                continue;
            }
            word_of.frame = frame.filter(|frame| is_good(frame));
            received(word_of);
        }
    }
}

/// The same symbols as if their places had been corrected by a clock alone, and not by every
/// measurement: what is known of that must not look like fading.
fn steadied(mut rows: Vec<Row>, mode: &Mode) -> Vec<Row> {
    let here = || {
        rows.iter()
            .enumerate()
            .filter(|(_, row)| !row.carriers.is_empty())
    };
    let count = here().count() as f64;
    if count < 2.0 {
        return rows;
    }
    // A straight line through the corrections, by least squares.
    let mean =
        |of: &dyn Fn(usize, &Row) -> f64| here().map(|(i, row)| of(i, row)).sum::<f64>() / count;
    let (middle, moved) = (mean(&|i, _| i as f64), mean(&|_, row| row.moved));
    let spread = mean(&|i, _| (i as f64 - middle).powi(2));
    let slope = mean(&|i, row| (i as f64 - middle) * (row.moved - moved)) / spread;
    for (i, row) in rows.iter_mut().enumerate() {
        let off = row.moved - (moved + slope * (i as f64 - middle));
        let step = Complex32::from_polar(1.0, (-TAU * off / mode.fft as f64) as f32);
        let half = mode.carriers as f64 / 2.0;
        let mut turn = Complex32::from_polar(1.0, (TAU * off * half / mode.fft as f64) as f32);
        for carrier in &mut row.carriers {
            *carrier *= turn;
            turn *= step;
        }
    }
    rows
}
