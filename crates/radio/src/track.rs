//! Staying with a transmission: symbol after symbol, while its frequency and clock wander.

use std::collections::VecDeque;
use std::f64::consts::TAU;

use rustfft::num_complex::Complex32;

use crate::layout::Layout;
use crate::mode::{Mode, PILOTS};
use crate::search::Found;
use crate::window::{Place, Window};

/// Of each symbol's measurement of the offset, so much is believed once the signal is known well.
const OFFSET_GAIN: f64 = 0.03;
/// The same for where symbols begin; how long they are follows from it in a loop of second order,
/// damped critically.
const TIME_GAIN: f64 = 0.015;
/// After n symbols it is this over n, as long as that is more: clocks off by 500 ppm are caught
/// before symbols have moved out of the prefix.
const FIRST_GAIN: f64 = 6.0;
/// And so much at most.
const MOST_GAIN: f64 = 0.06;
/// Measurements are averaged over so many symbols.
const MEMORY: f32 = 30.0;
/// Clock errors beyond this, as a part, are no clock's.
const MOST_CLOCK: f64 = 1e-3;

/// Follows one transmission.
pub(crate) struct Tracker {
    /// Sample at which the next symbol's useful part begins.
    pub(crate) at: f64,
    /// Which symbol of its slot that is.
    pub(crate) symbol: usize,
    pub(crate) offset: f64,
    pub(crate) clock: f64,
    phase: f64,
    /// Samples by which `at` has been corrected since the beginning, beyond whole symbols.
    pub(crate) moved: f64,
    age: u32,
    /// Pilots of the last symbols, without their signs, as many as until they stand there again.
    before: VecDeque<Vec<Complex32>>,
    /// How pilots turn in the time of as many symbols, and how from one carrier to the next: the
    /// stronger they are, the more they count.
    in_time: Complex32,
    in_frequency: Complex32,
    /// How they turn in time whatever their power, and for how many symbols that was measured: what
    /// was strong is soon forgotten when silence follows.
    alike: Complex32,
    measured: f32,
}

impl Tracker {
    pub(crate) fn new(found: &Found) -> Self {
        Self {
            at: found.at,
            symbol: found.symbol,
            offset: found.offset,
            clock: found.clock,
            phase: 0.0,
            moved: 0.0,
            age: 0,
            before: VecDeque::new(),
            in_time: Complex32::default(),
            in_frequency: Complex32::default(),
            alike: Complex32::default(),
            measured: 0.0,
        }
    }

    /// The same transmission, found again elsewhere: its clock, where a search does not tell it, is
    /// what it was.
    pub(crate) fn elsewhere(&self, found: &Found, mode: &Mode) -> Self {
        let clock = match mode.adrift.clocks {
            0 => self.clock,
            _ => found.clock,
        };
        Self {
            clock,
            moved: self.moved,
            ..Self::new(found)
        }
    }

    /// How alike pilots are to those before: 0 for noise, 1 for a clear, steady signal.
    pub(crate) fn coherence(&self) -> f32 {
        self.alike.norm() / self.measured.max(1.0)
    }

    /// The carriers of the next symbol; then goes on to the one after it.
    pub(crate) fn next(
        &mut self,
        mode: &Mode,
        layout: &Layout,
        samples: &[Complex32],
        window: &mut Window,
        carriers: &mut [Complex32],
    ) {
        let place = Place {
            at: self.at,
            offset: self.offset,
            phase: self.phase,
            clock: self.clock,
        };
        window.carriers(samples, place, mode.first, carriers);
        let first = mode.first_pilot(self.symbol);
        let pilots = carriers[first..].iter().step_by(PILOTS);
        let signs = layout.signs(self.symbol);
        let pilots: Vec<Complex32> = pilots.zip(signs).map(|(c, sign)| c * sign).collect();
        let mut length = mode.symbol() as f64 * (1.0 + self.clock);
        let is_again = self.before.len() == mode.pattern.len();
        let earlier = is_again.then(|| self.before.pop_front()).flatten();
        self.measure(&pilots, earlier.as_deref().unwrap_or_default());
        if is_again {
            length += self.correct(mode);
        }
        self.before.push_back(pilots);
        let turned = TAU * self.offset * length / f64::from(mode.rate);
        // Where symbols begin is corrected as if the middle of the band knew nothing of it: all
        // carriers together would turn by much, and that would look like fading.
        let middle = mode.first as f64 + mode.carriers as f64 / 2.0;
        let longer = length - mode.symbol() as f64;
        let common = TAU * middle * longer / mode.fft as f64;
        self.phase = (self.phase + turned + common) % TAU;
        self.moved += longer;
        self.at += length;
        self.symbol = (self.symbol + 1) % mode.symbols;
    }

    fn gain(&self) -> f64 {
        (FIRST_GAIN / f64::from(self.age)).clamp(TIME_GAIN, MOST_GAIN)
    }

    fn measure(&mut self, pilots: &[Complex32], earlier: &[Complex32]) {
        self.age = self.age.saturating_add(1);
        let keep = 1.0 - 1.0 / MEMORY;
        let turned = pilots.iter().zip(earlier);
        let in_time: Complex32 = turned.map(|(now, before)| now * before.conj()).sum();
        let pairs = pilots.windows(2).map(|pair| pair[1] * pair[0].conj());
        let in_frequency: Complex32 = pairs.sum();
        self.in_time = self.in_time * keep + in_time;
        self.in_frequency = self.in_frequency * keep + in_frequency;
        if !earlier.is_empty() {
            let power = |of: &[Complex32]| of.iter().map(|pilot| pilot.norm_sqr()).sum::<f32>();
            let both = (power(pilots) * power(earlier)).sqrt();
            let alike = if both > 0.0 {
                in_time / both
            } else {
                both.into()
            };
            self.alike = self.alike * keep + alike;
            self.measured = self.measured * keep + 1.0;
        }
    }

    /// Follows what was measured; returns samples by which the next symbol begins later.
    fn correct(&mut self, mode: &Mode) -> f64 {
        let seconds = (mode.pattern.len() * mode.symbol()) as f64 / f64::from(mode.rate);
        let offset = f64::from(self.in_time.arg()) / (TAU * seconds) * OFFSET_GAIN;
        self.offset += offset;
        // What has been measured so far has not seen the correction.
        let turn = Complex32::from_polar(1.0, (-TAU * offset * seconds) as f32);
        self.in_time *= turn;
        self.alike *= turn;
        let per_sample = TAU * PILOTS as f64 / mode.fft as f64;
        let late = -f64::from(self.in_frequency.arg()) / per_sample;
        let gain = self.gain();
        let step = late * gain;
        self.clock += late * gain * gain / 4.0 / mode.symbol() as f64;
        self.clock = self.clock.clamp(-MOST_CLOCK, MOST_CLOCK);
        self.in_frequency *= Complex32::from_polar(1.0, (per_sample * step) as f32);
        step
    }
}
