//! A recording of sound, all the way to packets.
//!
//! ```text
//! Recording::push(bytes of a WAV, packet) …, finish(packet)
//! heard() -> Heard                            what there was
//! ```

use crate::demodulator::{Demodulator, Quality, Received};
use crate::frame::Deframer;
use crate::mode::{MODES, Mode};
use crate::resample::Resampler;
use crate::wav::{WavError, WavFormat, WavReader};

/// Bytes that are worked on at once.
const STEP: usize = 1 << 16;
/// Seconds of sound that a demodulator may hold back before it gives a frame, at most: those that
/// it searches and those that it has not yet looked at.
const HELD_SECONDS: f64 = 12.0;
/// Signal to noise in 3 kHz, in dB, below which a frame that is not good was no frame: there was
/// nothing on air.
const NOTHING_DB: f32 = -6.0;

/// What has been heard of a recording.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Heard {
    /// How its samples are written; none as long as that is not known.
    pub format: Option<WavFormat>,
    /// Why it cannot be read.
    pub error: Option<WavError>,
    /// Seconds of sound.
    pub seconds: f64,
    /// The mode of the last good frame, or, if there was none, of what seemed to be one.
    pub mode: Option<&'static Mode>,
    /// Frames, and how many of them were good.
    pub frames: (u64, u64),
    /// How the last good frame was heard.
    pub quality: Option<Quality>,
}

/// Takes packets out of the bytes of a WAV file.
#[derive(Debug)]
pub struct Recording {
    wav: WavReader,
    heard: Heard,
    bands: Vec<Band>,
    samples: Vec<f32>,
}

/// Modes that are listened for together, and what they need.
struct Band {
    modes: Vec<&'static Mode>,
    resampler: Resampler,
    demodulator: Demodulator,
    deframer: Deframer,
    /// The mode of the frame before.
    last: Option<&'static Mode>,
    resampled: Vec<f32>,
}

impl std::fmt::Debug for Band {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.modes.iter().map(|mode| mode.name).collect();
        f.debug_struct("Band")
            .field("modes", &names)
            .finish_non_exhaustive()
    }
}

impl Default for Recording {
    fn default() -> Self {
        Self::new()
    }
}

impl Recording {
    /// Nothing has been heard yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            wav: WavReader::new(),
            heard: Heard::default(),
            bands: Vec::new(),
            samples: Vec::new(),
        }
    }

    /// Whether it is a WAV file; none as long as too little of it has come.
    #[must_use]
    pub fn is_wav(&self) -> Option<bool> {
        self.wav.is_wav()
    }

    /// What has been heard so far.
    #[must_use]
    pub fn heard(&self) -> Heard {
        self.heard
    }

    /// Takes the next bytes of the file and gives every packet found in them to `packet`, with an
    /// offset in the file, in bytes, at or before which the packet's sound begins. It can be read
    /// again only from the beginning, where the file says how its samples are written.
    pub fn push(&mut self, bytes: &[u8], packet: &mut impl FnMut(&[u8], u64)) {
        for piece in bytes.chunks(STEP) {
            if self.heard.error.is_some() {
                return;
            }
            self.samples.clear();
            self.heard.error = self.wav.push(piece, &mut self.samples).err();
            if let Some(format) = self.wav.format()
                && self.heard.format.is_none()
            {
                self.heard.format = Some(format);
                self.bands = bands(format.rate);
            }
            self.listen(false, packet);
        }
    }

    /// The file ends here; packets as by [`Recording::push`].
    pub fn finish(&mut self, packet: &mut impl FnMut(&[u8], u64)) {
        self.samples.clear();
        self.listen(true, packet);
    }

    fn listen(&mut self, is_end: bool, packet: &mut impl FnMut(&[u8], u64)) {
        let Some(format) = self.heard.format else {
            return;
        };
        let Self {
            wav,
            heard,
            bands,
            samples,
        } = self;
        let rate = f64::from(format.rate);
        heard.seconds = wav.frames() as f64 / rate;
        for band in bands {
            let Band {
                resampler,
                demodulator,
                deframer,
                last,
                resampled,
                ..
            } = band;
            let mut take = |received: Received<'_>| {
                let begin = heard.seconds - HELD_SECONDS - received.mode.spread_seconds();
                let at = wav.offset_of((begin.max(0.0) * rate) as u64);
                let is_first = last.replace(received.mode) != Some(received.mode);
                if is_first {
                    deframer.lost();
                }
                // What was on its way when listening began, or when the file ended, was no frame.
                if received.frame.is_some() || !is_first && !is_end {
                    heard.note(&received);
                }
                match received.frame {
                    Some(frame) => deframer.push(frame, &mut |bytes| packet(bytes, at)),
                    None => deframer.lost(),
                }
            };
            resampled.clear();
            resampler.push(samples, resampled);
            if is_end {
                resampler.finish(resampled);
            }
            demodulator.push(resampled, &mut take);
            if is_end {
                demodulator.finish(&mut take);
            }
        }
    }
}

impl Heard {
    fn note(&mut self, received: &Received<'_>) {
        let is_good = received.frame.is_some();
        let is_signal = received.quality.snr_db > NOTHING_DB;
        if !is_good && !is_signal {
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

/// All modes, those together that one demodulator can look for at once.
fn bands(rate: u32) -> Vec<Band> {
    let alike = |mode: &Mode| (mode.rate, mode.fft, mode.prefix, mode.first, mode.carriers);
    let mut all: Vec<Vec<&'static Mode>> = Vec::new();
    for mode in MODES {
        match all.iter_mut().find(|modes| alike(modes[0]) == alike(mode)) {
            Some(modes) => modes.push(mode),
            None => all.push(vec![mode]),
        }
    }
    let band = |modes: Vec<&'static Mode>| {
        Some(Band {
            resampler: Resampler::new(rate, modes[0].rate).ok()?,
            demodulator: Demodulator::new(&modes)?,
            modes,
            deframer: Deframer::default(),
            last: None,
            resampled: Vec::new(),
        })
    };
    all.into_iter().filter_map(band).collect()
}
