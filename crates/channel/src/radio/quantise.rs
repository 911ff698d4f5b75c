//! Recordings of 8 bits.

/// Audio as it is after 8-bit PCM: steps of 1/128 from −1 to 127/128; beyond, it is cut off.
#[must_use]
pub fn quantise_8_bit(audio: &[f32]) -> Vec<f32> {
    let step = |x: &f32| (x * 128.0).round().clamp(-128.0, 127.0) / 128.0;
    audio.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::radio::Hz;
    use crate::radio::mean_power;
    use crate::radio::measure::tone;

    /// A step Δ makes noise of Δ²/12.
    #[test]
    fn noise_is_a_twelfth_of_a_step_squared() {
        let sent = tone(Hz(997.0), 0.9, Hz(8000.0), 40_000);
        let out = quantise_8_bit(&sent);
        let wrong: Vec<f32> = out.iter().zip(&sent).map(|(a, b)| a - b).collect();
        let theory = (1.0_f64 / 128.0).powi(2) / 12.0;
        assert!((mean_power(&wrong) / theory - 1.0).abs() < 0.05);
        assert_eq!(quantise_8_bit(&[2.0, -2.0]), [127.0 / 128.0, -1.0]);
    }
}
