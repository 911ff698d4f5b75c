//! RIFF/WAVE: recordings in pieces of any size to mono samples, and samples to a recording.
//!
//! ```text
//! WavReader::push(bytes, &mut samples) …      samples of -1 to 1, all channels mixed
//! format() -> Option<WavFormat>               once it is known
//! header(rate, samples), pcm16(samples, …)    a file of 16 bits, mono
//! ```
//!
//! After: Microsoft, *Multimedia Programming Interface and Data Specifications 1.0* (RIFF WAVE), and
//! `WAVEFORMATEXTENSIBLE`. Sizes are believed only as far as recorders write them correctly: one of
//! 0 or 0xFFFFFFFF for the samples means until the end.

/// `WAVE_FORMAT_PCM`.
const PCM: u16 = 1;
/// `WAVE_FORMAT_IEEE_FLOAT`.
const FLOAT: u16 = 3;
/// `WAVE_FORMAT_EXTENSIBLE`: the format is in a GUID that begins with one of the two.
const EXTENSIBLE: u16 = 0xFFFE;
/// Bytes of a format that mean something here.
const FORMAT_BYTES: usize = 26;
/// Where the GUID of an extensible format begins.
const GUID: usize = 24;
/// Samples that are louder than this are noise of a broken file; full scale is 1.
const LOUDEST: f32 = 65_536.0;
/// The rates that are read, in Hz.
pub const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;

/// Why a WAV file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WavError {
    /// It is something else.
    #[error("this is no WAV file")]
    NotWav,
    /// The samples begin before it is said how they are written.
    #[error("its samples begin before their format")]
    NoFormat,
    /// The description of the format is cut short.
    #[error("its format is {bytes} bytes long, at least 16 are needed")]
    ShortFormat {
        /// Its length.
        bytes: u32,
    },
    /// A format that is not read.
    #[error(
        "its samples are of format {tag} with {bits} bits: write them as PCM of 8, 16, 24 or 32 bits, \
         or as float of 32 bits"
    )]
    Format {
        /// Number of the format.
        tag: u16,
        /// Bits of a sample.
        bits: u16,
    },
    /// Numbers that contradict each other.
    #[error("its header says {channels} channels in {bytes} bytes")]
    Channels {
        /// Channels.
        channels: u16,
        /// Bytes of one sample of all channels.
        bytes: u16,
    },
    /// A sample rate that is not read.
    #[error("its rate is {rate} Hz, 8,000 to 192,000 Hz are read")]
    Rate {
        /// Samples of a channel in a second.
        rate: u32,
    },
}

/// How a file's samples are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WavFormat {
    /// Samples of a channel in a second.
    pub rate: u32,
    /// Channels.
    pub channels: u16,
    /// Bits of a sample.
    pub bits: u16,
    is_float: bool,
}

impl WavFormat {
    /// Bytes of one sample of all channels.
    #[must_use]
    pub fn frame_bytes(&self) -> usize {
        usize::from(self.channels) * usize::from(self.bits / 8)
    }

    fn parse(bytes: &[u8]) -> Result<Self, WavError> {
        let u16_at = |at: usize| match bytes.get(at..at + 2) {
            Some(&[a, b]) => u16::from_le_bytes([a, b]),
            _ => 0,
        };
        let rate = u32::from(u16_at(4)) | u32::from(u16_at(6)) << 16;
        let (channels, frame, bits) = (u16_at(2), u16_at(12), u16_at(14));
        let tag = match u16_at(0) {
            EXTENSIBLE => u16_at(GUID),
            tag => tag,
        };
        if !matches!((tag, bits), (PCM, 8 | 16 | 24 | 32) | (FLOAT, 32)) {
            return Err(WavError::Format { tag, bits });
        }
        if channels == 0 || u32::from(channels) * u32::from(bits / 8) != u32::from(frame) {
            return Err(WavError::Channels {
                channels,
                bytes: frame,
            });
        }
        if !RATES.contains(&rate) {
            return Err(WavError::Rate { rate });
        }
        Ok(Self {
            rate,
            channels,
            bits,
            is_float: tag == FLOAT,
        })
    }

    fn sample(&self, bytes: &[u8]) -> f32 {
        match *bytes {
            [a] => (f32::from(a) - 128.0) / 128.0,
            [a, b] => f32::from(i16::from_le_bytes([a, b])) / 32_768.0,
            [a, b, c] => i32::from_le_bytes([0, a, b, c]) as f32 / 2_147_483_648.0,
            [a, b, c, d] if self.is_float => {
                let value = f32::from_le_bytes([a, b, c, d]);
                match value.is_finite() {
                    true => value.clamp(-LOUDEST, LOUDEST),
                    false => 0.0,
                }
            }
            [a, b, c, d] => i32::from_le_bytes([a, b, c, d]) as f32 / 2_147_483_648.0,
            _ => 0.0,
        }
    }

    /// One sample of all channels: their mean.
    fn mix(&self, frame: &[u8]) -> f32 {
        let samples = frame.chunks_exact(usize::from(self.bits / 8));
        samples.map(|bytes| self.sample(bytes)).sum::<f32>() / f32::from(self.channels)
    }
}

/// Reads a WAV file as it comes.
#[derive(Debug, Clone)]
pub struct WavReader {
    state: State,
    /// The beginning of what is not whole yet: a header, a format or a sample of all channels.
    part: Vec<u8>,
    format: Option<WavFormat>,
    /// Bytes so far.
    read: u64,
    /// Where the samples begin, in bytes.
    begin: u64,
    frames: u64,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Riff,
    Chunk,
    Format { bytes: u32 },
    Skip { left: u64 },
    Data { left: u64 },
    Failed(WavError),
}

impl Default for WavReader {
    fn default() -> Self {
        Self::new()
    }
}

impl WavReader {
    /// Nothing has been read.
    #[must_use]
    pub fn new() -> Self {
        Self {
            state: State::Riff,
            part: Vec::new(),
            format: None,
            read: 0,
            begin: 0,
            frames: 0,
        }
    }

    /// Whether the bytes so far begin a WAV file; none as long as there are too few.
    #[must_use]
    pub fn is_wav(&self) -> Option<bool> {
        match self.state {
            State::Riff => None,
            State::Failed(WavError::NotWav) => Some(false),
            _ => Some(true),
        }
    }

    /// How the samples are written, once that is known.
    #[must_use]
    pub fn format(&self) -> Option<WavFormat> {
        self.format
    }

    /// Samples so far.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Offset in the file at which a sample begins, in bytes.
    #[must_use]
    pub fn offset_of(&self, frame: u64) -> u64 {
        let bytes = self.format.map_or(0, |format| format.frame_bytes());
        self.begin + frame * bytes as u64
    }

    /// Takes the next bytes and adds the samples in them, mixed to one channel, to `samples`.
    ///
    /// # Errors
    ///
    /// The same [`WavError`] again and again, once the file has turned out to be unreadable.
    pub fn push(&mut self, bytes: &[u8], samples: &mut Vec<f32>) -> Result<(), WavError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let before = rest.len();
            if let Err(error) = self.step(&mut rest, samples) {
                self.state = State::Failed(error);
                self.part = Vec::new();
                return Err(error);
            }
            self.read += (before - rest.len()) as u64;
        }
        Ok(())
    }

    fn step(&mut self, rest: &mut &[u8], samples: &mut Vec<f32>) -> Result<(), WavError> {
        match self.state {
            State::Failed(error) => return Err(error),
            State::Riff => {
                let is_right = self.gather(rest, 12);
                let header = &self.part;
                let kind = [b"RIFF", b"RF64", b"BW64"];
                let may_be = |tag: &&[u8; 4]| header.iter().zip(tag.iter()).all(|(a, b)| a == b);
                let is_wave = header.iter().skip(8).zip(b"WAVE").all(|(a, b)| a == b);
                if !kind.iter().any(may_be) || !is_wave {
                    return Err(WavError::NotWav);
                }
                if is_right {
                    self.next(State::Chunk);
                }
            }
            State::Chunk => {
                if self.gather(rest, 8) {
                    let state = self.chunk()?;
                    self.next(state);
                }
            }
            State::Format { bytes } => {
                let wanted = (bytes as usize).min(FORMAT_BYTES);
                if self.gather(rest, wanted) {
                    self.format = Some(WavFormat::parse(&self.part)?);
                    let left = u64::from(bytes) + u64::from(bytes % 2) - wanted as u64;
                    self.next(State::Skip { left });
                }
            }
            State::Skip { left: 0 } => self.next(State::Chunk),
            State::Skip { left } => {
                let skipped = left.min(rest.len() as u64);
                *rest = &rest[skipped as usize..];
                self.state = State::Skip {
                    left: left - skipped,
                };
            }
            State::Data { left } => self.data(left, rest, samples),
        }
        Ok(())
    }

    /// What a chunk's header announces.
    fn chunk(&mut self) -> Result<State, WavError> {
        let (Some(tag), Some(&[a, b, c, d])) = (self.part.get(..4), self.part.get(4..8)) else {
            return Ok(State::Chunk);
        };
        let bytes = u32::from_le_bytes([a, b, c, d]);
        let padded = u64::from(bytes) + u64::from(bytes % 2);
        Ok(match tag {
            b"fmt " if self.format.is_none() => match bytes {
                16.. => State::Format { bytes },
                _ => return Err(WavError::ShortFormat { bytes }),
            },
            b"data" if self.frames == 0 => {
                if self.format.is_none() {
                    return Err(WavError::NoFormat);
                }
                State::Data {
                    left: match bytes {
                        0 | u32::MAX => u64::MAX,
                        _ => u64::from(bytes),
                    },
                }
            }
            _ => State::Skip { left: padded },
        })
    }

    fn data(&mut self, left: u64, rest: &mut &[u8], samples: &mut Vec<f32>) {
        let Some(format) = self.format else { return };
        if self.frames == 0 && self.part.is_empty() {
            self.begin = self.read;
        }
        let frame = format.frame_bytes();
        let here = left.min(rest.len() as u64) as usize;
        let (mut bytes, later) = rest.split_at(here);
        *rest = later;
        let before = samples.len();
        if !self.part.is_empty() && self.gather(&mut bytes, frame) {
            samples.push(format.mix(&self.part));
            self.part.clear();
        }
        let mut frames = bytes.chunks_exact(frame);
        samples.extend(frames.by_ref().map(|frame| format.mix(frame)));
        self.part.extend_from_slice(frames.remainder());
        self.frames += (samples.len() - before) as u64;
        // What is known to be endless stays so.
        let left = match left {
            u64::MAX => left,
            _ => left - here as u64,
        };
        match left {
            // What follows says nothing of the sound.
            0 => self.next(State::Skip { left: u64::MAX }),
            _ => self.state = State::Data { left },
        }
    }

    /// Completes the part that is not whole. Says whether it is.
    fn gather(&mut self, rest: &mut &[u8], wanted: usize) -> bool {
        let missing = wanted.saturating_sub(self.part.len());
        let (taken, later) = rest.split_at(missing.min(rest.len()));
        self.part.extend_from_slice(taken);
        *rest = later;
        self.part.len() >= wanted
    }

    fn next(&mut self, state: State) {
        self.part.clear();
        self.state = state;
    }
}

/// The header of a mono file of 16 bits with so many samples; none if that are too many for one
/// (4 GB).
#[must_use]
pub fn header(rate: u32, samples: u64) -> Option<[u8; 44]> {
    let data = u32::try_from(samples.checked_mul(2)?).ok()?;
    let riff = data.checked_add(36)?;
    let mut out = [0; 44];
    let parts: [&[u8]; 13] = [
        b"RIFF",
        &riff.to_le_bytes(),
        b"WAVEfmt ",
        &16_u32.to_le_bytes(),
        &PCM.to_le_bytes(),
        &1_u16.to_le_bytes(),
        &rate.to_le_bytes(),
        &rate.checked_mul(2)?.to_le_bytes(),
        &2_u16.to_le_bytes(),
        &16_u16.to_le_bytes(),
        b"data",
        &data.to_le_bytes(),
        b"",
    ];
    for (to, from) in out.iter_mut().zip(parts.concat()) {
        *to = from;
    }
    Some(out)
}

/// Adds samples of -1 to 1 as 16 bits; louder ones are clipped.
pub fn pcm16(samples: &[f32], out: &mut Vec<u8>) {
    let scaled = samples.iter().map(|sample| (sample * 32_767.0).round());
    out.extend(scaled.flat_map(|sample| (sample as i16).to_le_bytes()));
}

#[cfg(test)]
#[path = "wav_tests.rs"]
mod tests;
