//! Levels: what is loud in a mode's data, and how loud a voice has to be beside it.

use radio::{Mode, Modulator};

use crate::error::Error;
use crate::send::radio::voice::Loudness;

/// Seconds of a mode's sound in which its levels are looked for: the modulator clips, so that in
/// 300 s peaks are 0.1 dB higher at most (`the_peak_of_a_while_is_that_of_all`).
const TRIAL_SECONDS: f64 = 20.0;
/// How loud the modes' sound is as the modulator makes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Levels {
    /// The highest sample.
    pub(crate) peak: f32,
    /// In LUFS.
    loudness: f64,
}

impl Levels {
    /// Makes a while of it.
    pub(crate) fn of(modes: &[&'static Mode]) -> Result<Self, Error> {
        let rate = modes.iter().map(|mode| mode.rate).max().unwrap_or(0);
        let (mut peak, mut meter) = (0.0_f32, Loudness::new(rate));
        trial(modes, TRIAL_SECONDS, |samples| {
            peak = samples.iter().fold(peak, |peak, s| peak.max(s.abs()));
            meter.push(samples);
        })?;
        let loudness = meter.lufs();
        Ok(Self { peak, loudness })
    }

    /// With what a voice of this loudness (in LUFS) is multiplied beside data that is multiplied
    /// with `gain`: both are as loud, and nobody reaches for the knob.
    pub(crate) fn gain_of_voice(&self, loudness: f64, gain: f32) -> f32 {
        let db = self.loudness - loudness;
        gain * 10_f64.powf(db / 20.0) as f32
    }
}

/// Frames that look like those of packets, which compression has made noise.
fn trial(modes: &[&'static Mode], seconds: f64, mut take: impl FnMut(&[f32])) -> Result<(), Error> {
    let mut modulator = Modulator::multiplex(modes);
    let streams = modulator.streams().to_vec();
    let mut random = blake3::Hasher::new().update(b"trial").finalize_xof();
    let mut samples = Vec::new();
    for _ in 0..(seconds / streams[0].mode.symbol_seconds()).ceil() as u64 {
        samples.clear();
        let mut frame = |stream: usize| {
            let layer = &streams[stream].mode.layers[streams[stream].layer];
            let mut frame = vec![0; layer.info_bits / 8];
            random.fill(&mut frame);
            Some(frame)
        };
        modulator.symbol(&mut frame, &mut samples)?;
        take(&samples);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use radio::MODES;

    use super::*;

    #[test]
    fn the_peak_of_a_while_is_that_of_all() {
        for mode in MODES {
            let (mut peak, mut power, mut count) = (0.0_f32, 0.0, 0);
            trial(&[mode], 60.0, |samples| {
                peak = samples.iter().fold(peak, |peak, s| peak.max(s.abs()));
                power += samples.iter().map(|s| f64::from(s * s)).sum::<f64>();
                count += samples.len();
            })
            .unwrap();
            let rms = (power / count as f64).sqrt();
            let least = f64::from(Levels::of(&[mode]).unwrap().peak);
            let db = |a: f64, b: f64| 20.0 * (a / b).log10();
            assert!(db(peak.into(), least) < 0.1, "{}", mode.name);
            // Clipped to 4.9 to 5.55 dB over the envelope's mean, which is 3 dB above the samples'.
            let crest = db(least, rms);
            assert!((8.0..9.2).contains(&crest), "{}: {crest} dB", mode.name);
        }
    }
}
