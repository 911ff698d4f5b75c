//! An amplifier, or an input, at its limit.

use super::mean_power;

/// Cuts off what is above a multiple of the root mean square of the audio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HardClip {
    /// The limit over the root mean square, as amplitudes; above 0.
    pub times_rms: f64,
}

impl HardClip {
    /// Audio with its peaks cut off.
    #[must_use]
    pub fn apply(&self, audio: &[f32]) -> Vec<f32> {
        let limit = (self.times_rms.abs() * mean_power(audio).sqrt()) as f32;
        audio.iter().map(|x| x.clamp(-limit, limit)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Seed;
    use crate::radio::measure::noise;

    /// Of normal noise, erfc(k/√2) is above k·rms: 4.55 % for k = 2.
    #[test]
    fn cuts_off_as_much_as_theory_says() {
        let seed = Seed(71);
        let sent = noise(200_000, seed);
        let out = HardClip { times_rms: 2.0 }.apply(&sent);
        let limit = 2.0 * mean_power(&sent).sqrt() as f32;
        assert!(out.iter().all(|x| x.abs() <= limit));
        let clipped = out.iter().zip(&sent).filter(|(a, b)| a != b).count();
        let share = clipped as f64 / sent.len() as f64;
        assert!((share - 0.0455).abs() < 0.002, "{seed}: {share}");
    }
}
