//! What recorders, messengers and brokers do to sound, by the real encoders and decoders: ffmpeg,
//! opus-tools and sox with its AMR-NB. Nothing is imitated, and what comes out may change with the
//! versions of these programs; it is the same each time for the same versions.
//!
//! ```no_run
//! use channel::radio::{Codec, Hz};
//!
//! let sent: Vec<f32> = (0..16_000).map(|n| 0.3 * (n as f32 * 0.8).sin()).collect();
//! let heard = Codec::Aac { kbit: 24 }.apply(&sent, Hz(16_000.0), Hz(48_000.0))?;
//! let again = Codec::AGC.apply(&heard, Hz(48_000.0), Hz(8_000.0))?;
//! # Ok::<(), channel::radio::CodecError>(())
//! ```

#![allow(
    clippy::disallowed_methods,
    reason = "encoders are other people's programs, and take files"
)]

use std::ffi::OsStr;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::Hz;

/// An encoder and its decoder, or an effect of a recorder. Bit rates are in kbit/s of 1,000.
///
/// Sound is mono, and full scale is ±1: what is louder is clipped as the programs do it. Encoders
/// and decoders delay, so the beginning and the end move by some hundredths of a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// AAC-LC (ffmpeg's `aac`, with noise substitution) in M4A at 44,100 Hz: a phone's recorder.
    Aac {
        /// Mean bit rate.
        kbit: u32,
    },
    /// MP3 (LAME) at 44,100 Hz and a constant bit rate: what brokers take.
    Mp3 {
        /// Bit rate.
        kbit: u32,
    },
    /// Opus by `opusenc`, which decides itself whether it is speech.
    Opus {
        /// Mean bit rate.
        kbit: u32,
    },
    /// Opus by `opusenc --speech`.
    OpusSpeech {
        /// Mean bit rate.
        kbit: u32,
    },
    /// Opus by ffmpeg's libopus with `-application voip`, at 16,000 Hz as messengers record: a voice
    /// message. It cuts off below 100 Hz or so and looks for a voice's pitch.
    OpusVoip {
        /// Mean bit rate.
        kbit: u32,
    },
    /// AMR-NB at 12.2 kbit/s and 8,000 Hz: old phones' recorders and calls.
    AmrNb,
    /// GSM 06.10 at 13 kbit/s and 8,000 Hz.
    Gsm,
    /// Any audio filter of ffmpeg, as `-af` takes it, at the rate of what goes in.
    Filter(&'static str),
}

/// Why sound did not come back.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// A program that is not installed.
    #[error("{program} is not installed: on Debian, apt-get install {packages}")]
    Missing {
        /// Its name.
        program: &'static str,
        /// The packages that bring it.
        packages: &'static str,
    },
    /// A program that could not do it.
    #[error("{program} could not do it: {said}")]
    Failed {
        /// Its name.
        program: &'static str,
        /// Its own words.
        said: String,
    },
    /// A rate that is not a whole number of 8,000 to 192,000 Hz.
    #[error("a rate of {0} Hz is none that files have: 8,000 to 192,000 in whole numbers")]
    Rate(f64),
    /// Temporary files could not be written or read.
    #[error("its temporary files: {0}")]
    Files(#[from] Error),
}

impl Codec {
    /// ffmpeg's noise reduction as it is, by 12 dB.
    pub const NOISE_REDUCTION: Codec = Codec::Filter("afftdn");
    /// ffmpeg's noise reduction, which learns what noise is as it goes: steady sound is noise to it.
    pub const NOISE_TRACKING: Codec = Codec::Filter("afftdn=nr=12:track_noise=1");
    /// A gain control that follows within a second, with up to 20 dB.
    pub const AGC: Codec = Codec::Filter("dynaudnorm=framelen=150:gausssize=5");
    /// A recorder's compressor: 3:1 above -30 dB, 5 ms of attack, 200 ms of release.
    pub const COMPRESSOR: Codec =
        Codec::Filter("compand=attacks=0.005:decays=0.2:points=-90/-90|-30/-30|0/-20:gain=10");
    /// A gain control for speech, from one half wave to the next.
    pub const SPEECH_AGC: Codec = Codec::Filter("speechnorm=expansion=12.5:raise=0.0005");

    /// Audio sampled at `rate`, encoded, decoded and resampled to `out`.
    ///
    /// # Errors
    ///
    /// If a program is missing or fails, with what it says, if a rate is none that files have, or if
    /// there is no room for temporary files.
    pub fn apply(self, audio: &[f32], rate: Hz, out: Hz) -> Result<Vec<f32>, CodecError> {
        let (rate, out) = (whole(rate)?, whole(out)?);
        let files = Files::with(audio)?;
        let given = ["-f", "f32le", "-ar", &rate, "-ac", "1"];
        let encode = |how: &[&str], to: &'static str| files.ffmpeg(&given, GIVEN, how, to);
        let opusenc = |kbit: u32, how: &[&str]| -> Result<&'static str, CodecError> {
            encode(&["-c:a", "pcm_f32le", "-ar", "48000"], "plain.wav")?;
            let bits = kbit.to_string();
            let how = [&["--quiet", "--bitrate", &bits], how].concat();
            files.run(&OPUSENC, &how, &["plain.wav", "coded.opus"])?;
            Ok("coded.opus")
        };
        let coded = match self {
            Codec::Aac { kbit } => {
                let bits = format!("{kbit}k");
                let how = ["-c:a", "aac", "-b:a", &bits, "-ar", "44100"];
                encode(&how, "coded.m4a")?
            }
            Codec::Mp3 { kbit } => {
                let bits = format!("{kbit}k");
                let how = ["-c:a", "libmp3lame", "-b:a", &bits, "-ar", "44100"];
                encode(&how, "coded.mp3")?
            }
            Codec::Opus { kbit } => opusenc(kbit, &[])?,
            Codec::OpusSpeech { kbit } => opusenc(kbit, &["--speech"])?,
            Codec::OpusVoip { kbit } => {
                let bits = format!("{kbit}k");
                let how = ["-c:a", "libopus", "-application", "voip", "-ar", "16000"];
                encode(&[&how[..], &["-b:a", &bits]].concat(), "coded.opus")?
            }
            Codec::AmrNb => {
                encode(&["-c:a", "pcm_s16le", "-ar", "8000"], "plain.wav")?;
                // Mode 7 is the one of 12.2 kbit/s.
                files.run(&SOX, &["plain.wav", "-C", "7"], &["coded.amr-nb"])?;
                // ffmpeg's own decoder loses up to 3 dB of a tone; this one is the standard's.
                files.run(&SOX, &["coded.amr-nb"], &["decoded.wav"])?;
                "decoded.wav"
            }
            Codec::Gsm => encode(&["-c:a", "libgsm", "-ar", "8000"], "coded.gsm")?,
            Codec::Filter(filter) => encode(&["-c:a", "pcm_f32le", "-af", filter], "coded.wav")?,
        };
        let plain = ["-f", "f32le", "-c:a", "pcm_f32le", "-ar", &out];
        files.ffmpeg(&[], coded, &plain, "back.f32")?;
        let bytes = std::fs::read(files.path("back.f32"))?;
        let (samples, _) = bytes.as_chunks();
        Ok(samples
            .iter()
            .map(|&four| f32::from_le_bytes(four))
            .collect())
    }
}

/// The file that goes in.
const GIVEN: &str = "given.f32";

struct Program {
    name: &'static str,
    packages: &'static str,
}

const FFMPEG: Program = Program {
    name: "ffmpeg",
    packages: "ffmpeg",
};
const OPUSENC: Program = Program {
    name: "opusenc",
    packages: "opus-tools",
};
const SOX: Program = Program {
    name: "sox",
    packages: "sox libsox-fmt-base",
};

/// A rate as programs take it.
fn whole(rate: Hz) -> Result<String, CodecError> {
    match (8_000.0..=192_000.0).contains(&rate.0) && rate.0.fract() == 0.0 {
        true => Ok(format!("{}", rate.0)),
        false => Err(CodecError::Rate(rate.0)),
    }
}

/// The files between the programs; they go with it.
struct Files {
    folder: TempDir,
}

impl Files {
    fn with(audio: &[f32]) -> Result<Files, CodecError> {
        let files = Files {
            folder: tempfile::tempdir()?,
        };
        let bytes: Vec<u8> = audio.iter().flat_map(|s| s.to_le_bytes()).collect();
        std::fs::write(files.path(GIVEN), bytes)?;
        Ok(files)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// From one file to another by ffmpeg; gives the other's name.
    fn ffmpeg<'n>(
        &self,
        before: &[&str],
        from: &str,
        how: &[&str],
        to: &'n str,
    ) -> Result<&'n str, CodecError> {
        let quiet = ["-hide_banner", "-nostdin", "-loglevel", "error"];
        let words = [&quiet[..], before, &["-i", from, "-ac", "1"], how].concat();
        self.run(&FFMPEG, &words, &[to])?;
        Ok(to)
    }

    fn run(&self, program: &Program, words: &[&str], files: &[&str]) -> Result<(), CodecError> {
        let name = program.name;
        let words = words.iter().chain(files).map(OsStr::new);
        let done = command(name, self.folder.path()).args(words).output();
        let done = done.map_err(|error| match error.kind() {
            ErrorKind::NotFound => CodecError::Missing {
                program: name,
                packages: program.packages,
            },
            _ => CodecError::Files(error),
        })?;
        if done.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&done.stderr).trim().to_owned();
        Err(CodecError::Failed {
            program: name,
            said,
        })
    }
}

/// A program that runs among the files.
fn command(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(name);
    command.current_dir(folder);
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::radio::mean_power;
    use crate::radio::measure::{band_power, noise, tone, tone_frequency};
    use crate::{Seed, radio::LowPass};

    /// Whether the programs are here; where they must be, they are.
    fn here() -> bool {
        let lacks = |program: &Program| {
            let asked = Command::new(program.name).arg("--version").output();
            asked.is_err().then_some(program.packages)
        };
        let missing: Vec<&str> = [FFMPEG, OPUSENC, SOX].iter().filter_map(lacks).collect();
        let required = std::env::var("SKYWAVE_REQUIRE_TOOLS").is_ok_and(|v| v == "1");
        assert!(!required || missing.is_empty(), "not here: {missing:?}");
        if !missing.is_empty() {
            eprintln!("SKIPPED: not installed: {missing:?}");
        }
        missing.is_empty()
    }

    const CODECS: [Codec; 8] = [
        Codec::Aac { kbit: 64 },
        Codec::Aac { kbit: 24 },
        Codec::Mp3 { kbit: 64 },
        Codec::Opus { kbit: 64 },
        Codec::OpusSpeech { kbit: 24 },
        Codec::OpusVoip { kbit: 16 },
        Codec::AmrNb,
        Codec::Gsm,
    ];

    #[test]
    fn a_tone_comes_back_at_its_pitch_and_level() {
        if !here() {
            return;
        }
        let rate = Hz(16_000.0);
        let sent = tone(Hz(1000.0), 0.25, rate, 2 * 16_000);
        for codec in CODECS {
            for out in [Hz(8000.0), Hz(44_100.0)] {
                let heard = codec.apply(&sent, rate, out).unwrap();
                let seconds = heard.len() as f64 / out.0;
                assert!((1.9..2.2).contains(&seconds), "{codec:?}: {seconds} s");
                let middle = &heard[heard.len() / 4..heard.len() * 3 / 4];
                let pitch = tone_frequency(middle, out, Hz(1000.0)).0;
                assert!((pitch - 1000.0).abs() < 0.2, "{codec:?}: {pitch} Hz");
                let level = 10.0 * (mean_power(middle) / (0.25 * 0.25 / 2.0)).log10();
                // What models a voice does not keep a tone's level.
                let keeps = match codec {
                    Codec::AmrNb | Codec::Gsm | Codec::OpusVoip { .. } => 1.5,
                    _ => 1.0,
                };
                assert!(level.abs() < keeps, "{codec:?}: {level} dB");
            }
        }
    }

    #[test]
    fn voice_codecs_pass_a_voice_alone() {
        if !here() {
            return;
        }
        let rate = Hz(16_000.0);
        let white = noise(3 * 16_000, Seed(5));
        let sent: Vec<f32> = white.iter().map(|sample| sample * 0.1).collect();
        let sent = LowPass { cutoff: Hz(7500.0) }.apply(&sent, rate);
        let passed = |codec: Codec, from, to| {
            let heard = codec.apply(&sent, rate, rate).unwrap();
            let power = |audio| band_power(audio, rate, Hz(from), Hz(to));
            10.0 * (power(&heard) / power(&sent)).log10()
        };
        assert!(passed(Codec::AmrNb, 300.0, 3400.0) > -6.0);
        assert!(passed(Codec::AmrNb, 4200.0, 7000.0) < -30.0);
        assert!(passed(Codec::Mp3 { kbit: 64 }, 4200.0, 7000.0) > -1.0);
        assert!(passed(Codec::Aac { kbit: 64 }, 4200.0, 7000.0) > -3.0);
    }

    #[test]
    fn fewer_bits_are_more_noise() {
        if !here() {
            return;
        }
        let rate = Hz(8000.0);
        // A chord, whose gaps show the encoder's noise.
        let parts = [500.0, 900.0, 1700.0, 2300.0].map(|f| tone(Hz(f), 0.1, rate, 16_000));
        let sent: Vec<f32> = (0..16_000)
            .map(|n| parts.iter().map(|part| part[n]).sum())
            .collect();
        let noise = |codec: Codec| {
            let heard = codec.apply(&sent, rate, rate).unwrap();
            band_power(&heard[4000..12_000], rate, Hz(1000.0), Hz(1600.0))
        };
        let (fine, coarse) = (noise(Codec::Mp3 { kbit: 128 }), noise(Codec::AmrNb));
        assert!(coarse > 100.0 * fine, "{coarse} {fine}");
    }

    #[test]
    fn gain_control_lifts_what_is_soft() {
        if !here() {
            return;
        }
        let rate = Hz(8000.0);
        let sent = tone(Hz(700.0), 0.02, rate, 5 * 8000);
        for codec in [Codec::AGC, Codec::COMPRESSOR, Codec::SPEECH_AGC] {
            let heard = codec.apply(&sent, rate, rate).unwrap();
            let gain = mean_power(&heard[20_000..35_000]) / mean_power(&sent);
            assert!(gain > 5.0, "{codec:?}: {gain}");
        }
    }

    #[test]
    fn noise_reduction_takes_noise_and_leaves_a_tone() {
        if !here() {
            return;
        }
        let rate = Hz(8000.0);
        let tone = tone(Hz(1000.0), 0.2, rate, 4 * 8000);
        let mixed = tone.iter().zip(noise(tone.len(), Seed(6)));
        let sent: Vec<f32> = mixed.map(|(tone, noise)| tone + 0.003 * noise).collect();
        let heard = Codec::NOISE_TRACKING.apply(&sent, rate, rate).unwrap();
        let change = |from, to| {
            let power = |audio: &[f32]| band_power(&audio[16_000..30_000], rate, Hz(from), Hz(to));
            10.0 * (power(&heard) / power(&sent)).log10()
        };
        assert!(change(2000.0, 3500.0) < -3.0);
        assert!(change(950.0, 1050.0).abs() < 1.0);
    }

    #[test]
    fn what_goes_wrong_is_said() {
        let silence = [0.0; 800];
        for rate in [0.0, 8000.5, 1e9, f64::NAN] {
            let refused = Codec::AmrNb.apply(&silence, Hz(8000.0), Hz(rate));
            assert!(matches!(refused, Err(CodecError::Rate(_))));
        }
        if !here() {
            return;
        }
        let rate = Hz(8000.0);
        let refused = Codec::Filter("nonsense").apply(&silence, rate, rate);
        let said = refused.unwrap_err().to_string();
        assert!(
            said.contains("nonsense") && said.starts_with("ffmpeg"),
            "{said}"
        );
        let files = Files::with(&silence).unwrap();
        let absent = Program {
            name: "no-such-encoder",
            packages: "its-package",
        };
        let missing = files.run(&absent, &[], &[]).unwrap_err().to_string();
        assert!(missing.contains("apt-get install its-package"), "{missing}");
    }
}
