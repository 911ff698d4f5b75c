//! Levels: what is loud in a mode's data, and how loud a voice has to be beside it.

use radio::{Mode, Modulator};

use crate::error::Error;

/// Seconds of a mode's sound whose peak is looked for: the modulator clips, so that in 300 s they
/// are 0.1 dB higher at most (`the_peak_of_a_while_is_that_of_all`).
const TRIAL_SECONDS: f64 = 20.0;

/// The peak of the modes' sound as the modulator makes it.
pub(crate) fn peak_of(modes: &[&'static Mode]) -> Result<f32, Error> {
    let mut peak = 0.0_f32;
    trial(modes, TRIAL_SECONDS, |samples| {
        peak = samples.iter().fold(peak, |peak, s| peak.max(s.abs()));
    })?;
    Ok(peak)
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
            let least = f64::from(peak_of(&[mode]).unwrap());
            let db = |a: f64, b: f64| 20.0 * (a / b).log10();
            assert!(db(peak.into(), least) < 0.1, "{}", mode.name);
            // Clipped to 4.9 to 5.55 dB over the envelope's mean, which is 3 dB above the samples'.
            let crest = db(least, rms);
            assert!((8.0..9.2).contains(&crest), "{}: {crest} dB", mode.name);
        }
    }
}
