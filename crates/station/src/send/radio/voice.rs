//! Voices between data: recordings of any kind, or what a program has spoken.
//!
//! ```text
//! Voice::file(path), Voice::spoken(samples, rate) ─► seconds(), loudness() ─► play(take)
//! ```
//!
//! A recording is decoded twice, to be measured and to be played, and never held.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use ebur128::{EbuR128, Mode as Meter};
use radio::wav::WavReader;
use sound::{SNIFFED, sniff};

use crate::error::Error;

/// Samples that are decoded at once, and bytes of a WAV.
const PIECE: usize = 1 << 16;
/// Below this nothing is to be heard, in LUFS: the gate of ITU-R BS.1770.
const SILENT: f64 = -70.0;

/// Sound that people listen to.
#[derive(Debug)]
pub(crate) struct Voice {
    from: From,
    rate: u32,
    samples: u64,
    loudness: f64,
}

#[derive(Debug)]
enum From {
    File(PathBuf),
    Samples(Vec<f32>),
}

impl Voice {
    /// A recording.
    pub(crate) fn file(path: &Path) -> Result<Self, Error> {
        let (mut samples, mut meter) = (0, None);
        let rate = decode(path, &mut |rate, piece| {
            samples += piece.len() as u64;
            let meter = match &mut meter {
                Some(meter) => meter,
                None => meter.insert(Loudness::new(rate)),
            };
            meter.push(piece);
            Ok(())
        })?;
        let loudness = meter.map_or(f64::NEG_INFINITY, |meter| meter.lufs());
        if loudness < SILENT {
            return Err(unusable(path, "nothing is to be heard in it"));
        }
        Ok(Self {
            from: From::File(path.to_owned()),
            rate,
            samples,
            loudness,
        })
    }

    /// What was spoken, if there is anything to be heard.
    pub(crate) fn spoken(samples: Vec<f32>, rate: u32) -> Option<Self> {
        let mut meter = Loudness::new(rate);
        meter.push(&samples);
        let loudness = meter.lufs();
        (loudness >= SILENT).then_some(Self {
            rate,
            samples: samples.len() as u64,
            loudness,
            from: From::Samples(samples),
        })
    }

    /// Samples a second.
    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    /// How many samples it has at another rate.
    pub(crate) fn samples_at(&self, rate: u32) -> u64 {
        (self.samples as f64 * f64::from(rate) / f64::from(self.rate)).round() as u64
    }

    /// How loud it is, in LUFS.
    pub(crate) fn loudness(&self) -> f64 {
        self.loudness
    }

    /// The samples, from the first to the last.
    pub(crate) fn play(
        &self,
        take: &mut dyn FnMut(&[f32]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match &self.from {
            From::Samples(samples) => samples.chunks(PIECE).try_for_each(take),
            From::File(path) => {
                let rate = decode(path, &mut |_, piece| take(piece))?;
                match rate == self.rate {
                    true => Ok(()),
                    false => Err(unusable(path, "it has been changed meanwhile")),
                }
            }
        }
    }
}

fn unusable(path: &Path, why: impl ToString) -> Error {
    Error::Voice {
        path: path.to_owned(),
        why: why.to_string(),
    }
}

/// A recording's samples, a piece at a time, and their rate.
fn decode(
    path: &Path,
    take: &mut impl FnMut(u32, &[f32]) -> Result<(), Error>,
) -> Result<u32, Error> {
    let mut file = File::open(path).map_err(Error::file(path))?;
    let mut first = Vec::new();
    let begin = file.by_ref().take(SNIFFED as u64);
    begin
        .take(SNIFFED as u64)
        .read_to_end(&mut first)
        .map_err(Error::file(path))?;
    let file = File::open(path).map_err(Error::file(path))?;
    let mut samples = Vec::new();
    if sniff(&first).is_some() {
        let mut reader = sound::open(file).map_err(|error| unusable(path, error))?;
        let rate = reader.rate();
        loop {
            samples.clear();
            let pulled = reader.pull(PIECE, &mut samples);
            let is_more = pulled.map_err(|error| unusable(path, error))?;
            take(rate, &samples)?;
            if !is_more && samples.is_empty() {
                return Ok(rate);
            }
        }
    }
    let mut file = BufReader::with_capacity(PIECE, file);
    let (mut wav, mut bytes) = (WavReader::new(), vec![0; PIECE]);
    loop {
        let read = file.read(&mut bytes).map_err(Error::file(path))?;
        samples.clear();
        let pushed = wav.push(&bytes[..read], &mut samples);
        if wav.is_wav() == Some(false) {
            let why =
                "it is no sound that can be read: WAV, FLAC, MP3, M4A, Ogg, Opus, AMR will do";
            return Err(unusable(path, why));
        }
        pushed.map_err(|error| unusable(path, error))?;
        let rate = wav.format().map(|format| format.rate);
        if let Some(rate) = rate {
            take(rate, &samples)?;
        }
        if read == 0 {
            return rate.ok_or_else(|| unusable(path, "it ends before its first sample"));
        }
    }
}

/// A meter of loudness (ITU-R BS.1770, EBU R 128: gated, of one channel).
pub(crate) struct Loudness(Option<EbuR128>);

impl Loudness {
    pub(crate) fn new(rate: u32) -> Self {
        // One channel and a rate of sound are always possible.
        Self(EbuR128::new(1, rate, Meter::I).ok())
    }

    pub(crate) fn push(&mut self, samples: &[f32]) {
        if let Some(meter) = &mut self.0 {
            let added = meter.add_frames_f32(samples);
            debug_assert!(added.is_ok(), "one channel has no half frames");
        }
    }

    /// In LUFS; minus infinity for silence.
    pub(crate) fn lufs(&self) -> f64 {
        let meter = self.0.as_ref();
        let lufs = meter.and_then(|meter| meter.loudness_global().ok());
        lufs.unwrap_or(f64::NEG_INFINITY)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn tone(seconds: f64, rate: u32, amplitude: f32) -> Vec<f32> {
        let turn = std::f32::consts::TAU * 1_000.0 / rate as f32;
        let count = (seconds * f64::from(rate)) as usize;
        (0..count)
            .map(|i| amplitude * (turn * i as f32).sin())
            .collect()
    }

    #[test]
    fn a_tone_of_one_kilohertz_is_as_loud_as_the_standard_says() {
        for rate in [8_000, 48_000] {
            let mut meter = Loudness::new(rate);
            meter.push(&tone(3.0, rate, 1.0));
            // −3.01 LUFS on one channel: ITU-R BS.1770-5, annex 1.
            assert!(
                (meter.lufs() + 3.01).abs() < 0.3,
                "{rate}: {}",
                meter.lufs()
            );
        }
        assert!(Voice::spoken(vec![0.0; 8_000], 8_000).is_none());
    }

    #[test]
    fn a_file_is_what_was_spoken_and_other_files_say_why_not() {
        let dir = tempfile::tempdir().unwrap();
        let samples = tone(1.0, 22_050, 0.25);
        let mut bytes = radio::wav::header(22_050, samples.len() as u64)
            .unwrap()
            .to_vec();
        radio::wav::pcm16(&samples, &mut bytes);
        let write = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let voice = Voice::file(&write("a.wav", &bytes)).unwrap();
        let spoken = Voice::spoken(samples.clone(), 22_050).unwrap();
        assert_eq!((voice.rate(), voice.samples_at(22_050)), (22_050, 22_050));
        assert_eq!(voice.samples_at(8_000), 8_000);
        assert!((voice.loudness() - spoken.loudness()).abs() < 0.01);
        let mut played = Vec::new();
        voice
            .play(&mut |piece| {
                played.extend_from_slice(piece);
                Ok(())
            })
            .unwrap();
        let off = played.iter().zip(&samples).map(|(a, b)| (a - b).abs());
        assert!(off.fold(0.0, f32::max) < 1e-4);
        assert_eq!(played.len(), samples.len());
        let silence = [&bytes[..44], &[0; 44_100]].concat();
        for (name, bytes, why) in [
            ("silent.wav", &silence[..], "nothing is to be heard"),
            ("cut.wav", &bytes[..30], "before its first sample"),
            (
                "text.wav",
                b"not a sound at all, but words that go on",
                "no sound",
            ),
        ] {
            let said = Voice::file(&write(name, bytes)).unwrap_err().to_string();
            assert!(said.contains(why) && said.contains(name), "{said}");
        }
    }
}
