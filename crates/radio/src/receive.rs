//! Sound, all the way to packets.
//!
//! ```text
//! Listener::push(samples, packet) …, finish(packet)         samples at any rate
//! Recording::push(bytes of a WAV, packet) …, finish(packet)
//! heard() -> Heard                                          what there was
//! ```

use crate::demodulator::{Demodulator, Quality, Received};
use crate::frame::Deframer;
use crate::mode::{MODES, Mode};
use crate::resample::{RateError, Resampler};
use crate::wav::{WavError, WavFormat, WavReader};

/// Bytes that are worked on at once.
const STEP: usize = 1 << 16;
/// Samples that are.
const PIECE: usize = 1 << 14;
/// Seconds of sound that a demodulator may hold back before it gives a frame, at most: those that
/// it searches and those that it has not yet looked at.
const HELD_SECONDS: f64 = 12.0;
/// Signal to noise in 3 kHz, in dB, below which a frame that is not good was no frame: there was
/// nothing on air.
const NOTHING_DB: f32 = -6.0;

/// What has been heard.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Heard {
    /// How a file's samples are written; none as long as that is not known, and for sound that is
    /// no file.
    pub format: Option<WavFormat>,
    /// Why a file cannot be read.
    pub error: Option<WavError>,
    /// Seconds of sound.
    pub seconds: f64,
    /// The mode of the last good frame, or, if there was none, of what seemed to be one.
    pub mode: Option<&'static Mode>,
    /// Frames, and how many of them were good.
    pub frames: (u64, u64),
    /// How the last good frame was heard.
    pub quality: Option<Quality>,
    /// The greatest sample of the last second or so, 1 being full scale.
    pub peak: f32,
}

/// Takes packets out of samples, whatever mode they are sent in.
#[derive(Debug)]
pub struct Listener {
    rate: f64,
    samples: u64,
    heard: Heard,
    rates: Vec<Rate>,
}

/// Takes packets out of the bytes of a WAV file.
#[derive(Debug, Default)]
pub struct Recording {
    wav: WavReader,
    error: Option<WavError>,
    /// From when on it is known how the samples are written.
    listener: Option<Listener>,
    samples: Vec<f32>,
}

/// Bands that are listened to at one rate.
#[derive(Debug)]
struct Rate {
    resampler: Resampler,
    resampled: Vec<f32>,
    bands: Vec<Band>,
}

/// Modes that are listened for together, and what they need.
struct Band {
    modes: Vec<&'static Mode>,
    demodulator: Demodulator,
    /// One for each layer.
    deframers: Vec<Deframer>,
    /// The mode of the frame before.
    last: Option<&'static Mode>,
}

impl std::fmt::Debug for Band {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.modes.iter().map(|mode| mode.name).collect();
        f.debug_struct("Band")
            .field("modes", &names)
            .finish_non_exhaustive()
    }
}

impl Listener {
    /// Listens to samples at this rate, in Hz.
    ///
    /// # Errors
    ///
    /// [`RateError`] if no mode can be heard at this rate.
    pub fn new(rate: u32) -> Result<Self, RateError> {
        Ok(Self {
            rate: rate.into(),
            samples: 0,
            heard: Heard::default(),
            rates: rates(rate)?,
        })
    }

    /// What has been heard so far.
    #[must_use]
    pub fn heard(&self) -> Heard {
        self.heard
    }

    /// Takes the next samples (one channel, 1 being full scale) and gives every packet found in
    /// them to `packet`, with a second of the sound at or before which the packet's begins.
    pub fn push(&mut self, samples: &[f32], packet: &mut impl FnMut(&[u8], f64)) {
        for piece in samples.chunks(PIECE) {
            self.samples += piece.len() as u64;
            let fall = 0.5f32.powf(piece.len() as f32 / self.rate as f32);
            let peak = piece.iter().fold(0.0f32, |peak, s| peak.max(s.abs()));
            self.heard.peak = peak.max(self.heard.peak * fall);
            self.listen(piece, false, packet);
        }
    }

    /// The sound ends here; packets as by [`Listener::push`].
    pub fn finish(&mut self, packet: &mut impl FnMut(&[u8], f64)) {
        self.listen(&[], true, packet);
    }

    fn listen(&mut self, samples: &[f32], is_end: bool, packet: &mut impl FnMut(&[u8], f64)) {
        self.heard.seconds = self.samples as f64 / self.rate;
        for rate in &mut self.rates {
            let Rate {
                resampler,
                resampled,
                bands,
            } = rate;
            resampled.clear();
            resampler.push(samples, resampled);
            if is_end {
                resampler.finish(resampled);
            }
            for band in bands {
                band.listen(resampled, is_end, &mut self.heard, packet);
            }
        }
    }
}

impl Band {
    /// Samples at its rate.
    fn listen(
        &mut self,
        samples: &[f32],
        is_end: bool,
        heard: &mut Heard,
        packet: &mut impl FnMut(&[u8], f64),
    ) {
        let Self {
            demodulator,
            deframers,
            last,
            ..
        } = self;
        let mut take = |received: Received<'_>| {
            let begin = heard.seconds - HELD_SECONDS - received.mode.spread_seconds();
            let is_first =
                received.layer == 0 && last.replace(received.mode) != Some(received.mode);
            if is_first {
                deframers.clear();
                deframers.resize_with(received.mode.layers.len(), Deframer::default);
            }
            let Some(deframer) = deframers.get_mut(received.layer) else {
                return;
            };
            // What was on its way when listening began, or when the sound ended, counts if it came.
            if received.frame.is_some() || received.is_whole && !is_end {
                heard.note(&received);
            }
            match received.frame {
                Some(frame) => deframer.push(frame, &mut |bytes| packet(bytes, begin.max(0.0))),
                None => deframer.lost(),
            }
        };
        demodulator.push(samples, &mut take);
        if is_end {
            demodulator.finish(&mut take);
        }
    }
}

impl Recording {
    /// Nothing has been heard yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it is a WAV file; none as long as too little of it has come.
    #[must_use]
    pub fn is_wav(&self) -> Option<bool> {
        self.wav.is_wav()
    }

    /// What has been heard so far.
    #[must_use]
    pub fn heard(&self) -> Heard {
        let heard = self.listener.as_ref().map(Listener::heard);
        Heard {
            format: self.wav.format(),
            error: self.error,
            ..heard.unwrap_or_default()
        }
    }

    /// Takes the next bytes of the file and gives every packet found in them to `packet`, with an
    /// offset in the file, in bytes, at or before which the packet's sound begins. It can be read
    /// again only from the beginning, where the file says how its samples are written.
    pub fn push(&mut self, bytes: &[u8], packet: &mut impl FnMut(&[u8], u64)) {
        for piece in bytes.chunks(STEP) {
            if self.error.is_some() {
                return;
            }
            self.samples.clear();
            self.error = self.wav.push(piece, &mut self.samples).err();
            if let Some(format) = self.wav.format() {
                let wav = &self.wav;
                let rate = f64::from(format.rate);
                let mut take = |bytes: &[u8], second: f64| {
                    packet(bytes, wav.offset_of((second * rate) as u64));
                };
                if self.listener.is_none() {
                    match Listener::new(format.rate) {
                        Ok(listener) => self.listener = Some(listener),
                        Err(_) => self.error = Some(WavError::Rate { rate: format.rate }),
                    }
                }
                if let Some(listener) = &mut self.listener {
                    listener.push(&self.samples, &mut take);
                }
            }
        }
    }

    /// The file ends here; packets as by [`Recording::push`].
    pub fn finish(&mut self, packet: &mut impl FnMut(&[u8], u64)) {
        if let (Some(listener), Some(format)) = (&mut self.listener, self.wav.format()) {
            let (wav, rate) = (&self.wav, f64::from(format.rate));
            listener.finish(&mut |bytes, second| {
                packet(bytes, wav.offset_of((second * rate) as u64));
            });
        }
    }
}

impl Heard {
    fn note(&mut self, received: &Received<'_>) {
        let is_good = received.frame.is_some();
        let snr = received.quality.snr_db;
        // Of silence without any noise it is no number.
        let is_signal = snr.is_finite() && snr > NOTHING_DB;
        // A second layer is for those who hear more than the first needs.
        let is_missed = is_signal && received.layer == 0;
        if !is_good && !is_missed {
            return;
        }
        self.frames.0 += 1;
        self.frames.1 += u64::from(is_good);
        if is_good || self.frames.1 == 0 {
            self.mode = Some(received.mode);
            self.quality = Some(received.quality);
        }
    }
}

/// All modes: those together that one demodulator can look for at once, by their rates.
fn rates(given: u32) -> Result<Vec<Rate>, RateError> {
    let mut rates: Vec<(u32, Rate)> = Vec::new();
    for mode in MODES {
        let is_known = |band: &Band| band.modes.contains(&mode);
        // What is above half of the rate is not there.
        let is_there = 2.0 * mode.highest() <= f64::from(given);
        if !is_there
            || rates
                .iter()
                .any(|(_, rate)| rate.bands.iter().any(is_known))
        {
            continue;
        }
        let modes = mode.alike();
        let Some(demodulator) = Demodulator::new(&modes) else {
            continue;
        };
        let band = Band {
            demodulator,
            modes,
            deframers: Vec::new(),
            last: None,
        };
        if let Some((_, rate)) = rates.iter_mut().find(|(own, _)| *own == mode.rate) {
            rate.bands.push(band);
            continue;
        }
        let rate = Rate {
            resampler: Resampler::new(given, mode.rate)?,
            resampled: Vec::new(),
            bands: vec![band],
        };
        rates.push((mode.rate, rate));
    }
    // A rate that is too low for any mode is refused as one.
    if rates.is_empty() {
        Resampler::new(given, MODES[0].rate)?;
    }
    Ok(rates.into_iter().map(|(_, rate)| rate).collect())
}
