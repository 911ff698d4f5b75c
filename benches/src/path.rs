//! What lies between a sender and a listener, as words: `room:0.3:0,aac:64,clock:100`.
//!
//! Steps are divided by commas and taken in turn; their numbers follow behind colons:
//!
//! | step | |
//! |---|---|
//! | `poor` `moderate` `quiet` `slow` | Watterson's fading; `poor` is CCIR poor, `slow` is `quiet` |
//! | `noise:DB` | white noise at this SNR in 3 kHz |
//! | `am:DB` | an AM transmitter, CCIR poor, an envelope detector of 3 kHz at this audio SNR |
//! | `band:DB` | a busy 20 m amateur band as the noise, at this SNR in 3 kHz |
//! | `carriers:N:DB` `keyed:DB` | steady carriers in the band, or a keyed one, over the signal |
//! | `room:SECONDS:DB` | RT60 and direct-to-reverberant ratio |
//! | `clock:PPM` `shift:HZ` `slips` | clocks, tuning, samples lost and doubled every 10 s |
//! | `gain:DB` | louder or softer |
//! | `clip` `8bit` `lowpass:HZ` | at the rms; by the recorder; by the radio |
//! | `aac:K` `mp3:K` `opus:K` `speech:K` `voip:K` `amr` `gsm` | encoders at kbit/s |
//! | `nr` `nrtrack` `agc` `compressor` `speechagc` | ffmpeg's filters |

use std::f64::consts::TAU;

use channel::radio::{
    AmLink, Awgn, ClockError, Codec, Db, FrequencyShift, HardClip, Hz, LowPass, Ppm, Room, Slip,
    SnrDb3k, Watterson, mean_power, quantise_8_bit, slip,
};
use channel::{Prng, Seconds, Seed};

use crate::Result;

/// Samples of one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    /// Full scale is ±1.
    pub samples: Vec<f32>,
    /// How many there are in a second.
    pub rate: Hz,
}

/// The steps of a way from sender to listener.
#[derive(Debug, Clone, PartialEq)]
pub struct RadioPath {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Fading(Watterson),
    Noise(f64),
    Am(f64),
    Band(f64),
    Carriers(usize, f64),
    Keyed(f64),
    Room(Room),
    Clock(f64),
    Shift(f64),
    Slips,
    Gain(Db),
    Clip,
    EightBit,
    LowPass(f64),
    Codec(Codec),
}

impl std::str::FromStr for RadioPath {
    type Err = String;

    fn from_str(words: &str) -> std::result::Result<RadioPath, String> {
        let steps = words.split(',').map(|word| {
            step(word).ok_or_else(|| format!("no step of a path is called {word}: see path.rs"))
        });
        Ok(RadioPath {
            steps: steps.collect::<std::result::Result<_, _>>()?,
        })
    }
}

fn step(word: &str) -> Option<Step> {
    let mut parts = word.split(':');
    let name = parts.next()?;
    let numbers: Vec<f64> = parts
        .map(|part| part.parse().ok())
        .collect::<Option<Vec<f64>>>()?;
    let kbit = || Some(*numbers.first()? as u32);
    let number = || numbers.first().copied();
    let known = match name {
        "poor" => Step::Fading(Watterson::CCIR_POOR),
        "moderate" => Step::Fading(Watterson::MODERATE),
        "quiet" | "slow" => Step::Fading(Watterson::SLOW),
        "noise" => Step::Noise(number()?),
        "am" => Step::Am(number()?),
        "band" => Step::Band(number()?),
        "carriers" => Step::Carriers(number()? as usize, *numbers.get(1)?),
        "keyed" => Step::Keyed(number()?),
        "room" => Step::Room(Room {
            rt60: Seconds(number()?),
            direct_to_reverberant: Db(*numbers.get(1)?),
        }),
        "clock" => Step::Clock(number()?),
        "shift" => Step::Shift(number()?),
        "slips" => Step::Slips,
        "gain" => Step::Gain(Db(number()?)),
        "clip" => Step::Clip,
        "8bit" => Step::EightBit,
        "lowpass" => Step::LowPass(number()?),
        "aac" => Step::Codec(Codec::Aac { kbit: kbit()? }),
        "mp3" => Step::Codec(Codec::Mp3 { kbit: kbit()? }),
        "opus" => Step::Codec(Codec::Opus { kbit: kbit()? }),
        "speech" => Step::Codec(Codec::OpusSpeech { kbit: kbit()? }),
        "voip" => Step::Codec(Codec::OpusVoip { kbit: kbit()? }),
        "amr" => Step::Codec(Codec::AmrNb),
        "gsm" => Step::Codec(Codec::Gsm),
        "nr" => Step::Codec(Codec::NOISE_REDUCTION),
        "nrtrack" => Step::Codec(Codec::NOISE_TRACKING),
        "agc" => Step::Codec(Codec::AGC),
        "compressor" => Step::Codec(Codec::COMPRESSOR),
        "speechagc" => Step::Codec(Codec::SPEECH_AGC),
        _ => return None,
    };
    Some(known)
}

impl RadioPath {
    /// Sound as it arrives. `power` is that of the signal as it was sent, to which noise and
    /// interference are held, fading or not.
    ///
    /// # Errors
    ///
    /// If an encoder is missing or fails, or if the band's recordings are not there.
    pub fn apply(&self, sent: &Sound, power: f64, seed: u64) -> Result<Sound> {
        let mut sound = sent.clone();
        for step in &self.steps {
            sound = step.apply(sound, power, seed)?;
        }
        Ok(sound)
    }
}

impl Step {
    fn apply(self, sound: Sound, power: f64, seed: u64) -> Result<Sound> {
        let Sound { samples, rate } = sound;
        let noise = Seed(seed + 1_000);
        let mut out = rate;
        let changed = match self {
            Step::Fading(fading) => fading.apply(&samples, rate, Seed(seed)),
            Step::Noise(db) => Awgn::new(SnrDb3k(db))
                .signal_power(power)
                .apply(&samples, rate, noise),
            Step::Am(db) => AmLink {
                depth: 0.9,
                channel: Some(Watterson::CCIR_POOR),
                audio_snr: SnrDb3k(db),
                bandwidth: Hz(3_000.0),
            }
            .apply(&samples, rate, Seed(seed)),
            Step::Band(db) => band(&samples, rate, power, db, noise)?,
            Step::Carriers(count, db) => {
                let each = power * Db(db).power() / count as f64;
                let mut random = Prng::new(noise);
                let carriers = (0..count).map(|_| Carrier::somewhere(each, rate, &mut random));
                let carriers: Vec<Carrier> = carriers.collect();
                let heard = samples.iter().enumerate();
                let with = |n| carriers.iter().map(|c| c.at(n)).sum::<f32>();
                heard.map(|(n, sample)| sample + with(n)).collect()
            }
            Step::Keyed(db) => keyed(&samples, rate, power * Db(db).power(), noise),
            Step::Room(room) => room.apply(&samples, rate, Seed(seed)),
            Step::Clock(ppm) => ClockError::of(Ppm(ppm)).apply(&samples, rate),
            Step::Shift(hz) => FrequencyShift::by(Hz(hz)).apply(&samples, rate),
            Step::Slips => slips(&samples, rate),
            Step::Gain(db) => {
                let gain = db.power().sqrt() as f32;
                samples.iter().map(|sample| sample * gain).collect()
            }
            Step::Clip => HardClip { times_rms: 1.0 }.apply(&samples),
            Step::EightBit => quantise_8_bit(&samples),
            Step::LowPass(hz) => LowPass { cutoff: Hz(hz) }.apply(&samples, rate),
            Step::Codec(codec) => {
                out = Hz(match codec {
                    Codec::Aac { .. } | Codec::Mp3 { .. } => 44_100.0,
                    Codec::Opus { .. } | Codec::OpusSpeech { .. } => 48_000.0,
                    Codec::OpusVoip { .. } => 16_000.0,
                    Codec::AmrNb | Codec::Gsm => 8_000.0,
                    Codec::Filter(_) => rate.0,
                });
                codec.apply(&samples, rate, out)?
            }
        };
        Ok(Sound {
            samples: changed,
            rate: out,
        })
    }
}

/// A steady carrier.
struct Carrier {
    amplitude: f64,
    turns_per_sample: f64,
    phase: f64,
}

impl Carrier {
    /// Between 400 and 2,600 Hz.
    fn somewhere(power: f64, rate: Hz, random: &mut Prng) -> Carrier {
        Carrier {
            amplitude: (2.0 * power).sqrt(),
            turns_per_sample: (400.0 + 2_200.0 * random.unit()) / rate.0,
            phase: random.unit(),
        }
    }

    fn at(&self, sample: usize) -> f32 {
        let turns = self.turns_per_sample * sample as f64 + self.phase;
        (self.amplitude * (TAU * turns).cos()) as f32
    }
}

/// A carrier that a morse sender keys, 20 words a minute with edges of 5 ms: units of 60 ms, of which
/// about half are on. `power` is that of the carrier while it is on.
fn keyed(samples: &[f32], rate: Hz, power: f64, seed: Seed) -> Vec<f32> {
    let mut random = Prng::new(seed);
    let carrier = Carrier::somewhere(power, rate, &mut random);
    let unit = (0.06 * rate.0) as usize;
    let edge = 1.0 / (0.005 * rate.0) as f32;
    let (mut on, mut left, mut gain) = (false, 0, 0.0_f32);
    let mut heard = Vec::with_capacity(samples.len());
    for (n, sample) in samples.iter().enumerate() {
        if left == 0 {
            on = !on;
            // Dots and dashes; the pauses within and between letters.
            left = if random.chance(0.5) { unit } else { 3 * unit };
        }
        left -= 1;
        let target = if on { 1.0 } else { 0.0 };
        gain += (target - gain).clamp(-edge, edge);
        heard.push(sample + gain * carrier.at(n));
    }
    heard
}

/// Samples dropped and repeated in turn, every ten seconds.
fn slips(samples: &[f32], rate: Hz) -> Vec<f32> {
    let every = 10 * rate.0 as usize;
    let slips = (1..samples.len() / every).map(|i| match i % 2 {
        0 => Slip::Drop {
            at: i * every,
            samples: rate.0 as usize / 50,
        },
        _ => Slip::Repeat {
            at: i * every,
            samples: rate.0 as usize * 9 / 800,
        },
    });
    slip(samples, &slips.collect::<Vec<Slip>>())
}

/// The busy band of the corpus, its pieces in turn from a place that the seed gives, over and over.
/// Its power in 0 to 3 kHz is what counts as noise.
fn band(samples: &[f32], rate: Hz, power: f64, db: f64, seed: Seed) -> Result<Vec<f32>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus/audio");
    let mut noise = Vec::new();
    for piece in ["20m-band-busy-01.wav", "20m-band-busy-03.wav"] {
        let path = folder.join(piece);
        let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut wav = radio::wav::WavReader::new();
        let mut read = Vec::new();
        wav.push(&bytes, &mut read)?;
        let given = wav.format().ok_or("no format in the band's recording")?;
        let mut resampler = radio::Resampler::new(given.rate, rate.0 as u32)?;
        let before = noise.len();
        resampler.push(&read, &mut noise);
        resampler.finish(&mut noise);
        // Each as loud as the other, where the signal is.
        let within = LowPass {
            cutoff: Hz(3_000.0),
        }
        .apply(&noise[before..], rate);
        let gain = (power / Db(db).power() / mean_power(&within)).sqrt() as f32;
        noise[before..]
            .iter_mut()
            .for_each(|sample| *sample *= gain);
    }
    let from = Prng::new(seed).below(noise.len() as u64) as usize;
    let noise = noise.iter().cycle().skip(from);
    Ok(samples.iter().zip(noise).map(|(a, b)| a + b).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_steps_and_nonsense_is_said() {
        let path: RadioPath = "room:0.3:0,clock:100,noise:30".parse().unwrap();
        assert_eq!(path.steps.len(), 3);
        for wrong in ["", "noise", "noise:loud", "room:0.3", "carriers:3", "pour"] {
            let said = wrong.parse::<RadioPath>().unwrap_err();
            assert!(said.contains(wrong), "{said}");
        }
    }

    #[test]
    fn louder_is_louder() {
        let tone = Sound {
            samples: vec![0.1, -0.1],
            rate: Hz(8_000.0),
        };
        let path: RadioPath = "gain:-6.0206".parse().unwrap();
        let heard = path.apply(&tone, 1.0, 1).unwrap();
        assert!((heard.samples[0] - 0.05).abs() < 1e-5, "{heard:?}");
    }

    #[test]
    fn interference_has_the_power_that_was_asked_for() {
        let silence = Sound {
            samples: vec![0.0; 160_000],
            rate: Hz(8_000.0),
        };
        for (words, expected) in [
            ("carriers:1:6", 3.981),
            ("carriers:3:0", 1.0),
            // On for about half of the time.
            ("keyed:0", 0.5),
        ] {
            let path: RadioPath = words.parse().unwrap();
            let heard = path.apply(&silence, 1.0, 4).unwrap();
            let power = mean_power(&heard.samples);
            assert!((power / expected - 1.0).abs() < 0.15, "{words}: {power}");
        }
    }
}
