//! An ordinary broadcast, in amplitude modulation, and an ordinary radio that hears it.

use rustfft::num_complex::Complex32;

use super::{Gauss, Hz, LowPass, SnrDb3k, Watterson, kernel, mean_power};
use crate::Seed;

/// How much faster than the audio the carrier's envelope is sampled, so that the harmonics of a
/// faded envelope do not fold back into the audio: what does is 47 dB below the sound, without
/// oversampling 9 dB (measured as in the test `harmonics_do_not_fold_back`).
const OVERSAMPLING: usize = 4;

/// Where the radio's coupling capacitor begins to pass sound (−3 dB).
const COUPLING: Hz = Hz(10.0);

/// A transmitter, the ionosphere and a radio with an envelope detector.
///
/// The carrier and both sidebands go through the channel as one complex baseband signal, so that
/// the carrier can fade between its sidebands, and the envelope then is no longer the sound. The
/// radio has a filter before its detector, and no automatic gain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AmLink {
    /// Modulation at the highest peak of the audio: above 0; up to 1, unless overmodulated.
    pub depth: f64,
    /// What fades it; nothing, if `None`.
    pub channel: Option<Watterson>,
    /// The ratio that an ideal envelope detector would have in its audio without fading.
    pub audio_snr: SnrDb3k,
    /// The highest audio frequency that the radio lets through (−6 dB), at most half of the sample
    /// rate; its filter before the detector is twice as wide.
    pub bandwidth: Hz,
}

impl AmLink {
    /// Audio sampled at `rate`, as it comes out of the radio: as long as it was and, unfaded, as
    /// loud. Silence stays an unmodulated carrier, without noise.
    #[must_use]
    pub fn apply(&self, audio: &[f32], rate: Hz, seed: Seed) -> Vec<f32> {
        let peak = audio.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
        if peak == 0.0 {
            return audio.to_vec();
        }
        let modulation = self.depth as f32 / peak;
        let fast = Hz(rate.0 * OVERSAMPLING as f64);
        let radio = LowPass {
            cutoff: self.bandwidth,
        };

        let mut signal = carrier(audio, modulation, rate);
        if let Some(channel) = self.channel {
            channel.fade(&mut signal, fast, seed.part("am"));
        }
        let audio_power = mean_power(audio) * f64::from(modulation * modulation);
        self.add_noise(&mut signal, audio_power, fast, seed);
        let mut envelope = radio.filter(&signal, fast);
        for sample in &mut envelope {
            *sample = sample.norm().into();
        }
        let sound = radio.filter(&envelope, fast);
        let sound = sound.iter().step_by(OVERSAMPLING);
        couple(sound.map(|sample| sample.re / modulation), rate)
    }

    /// The part of the noise in phase with the carrier adds to the envelope as it is; so it is
    /// audio noise of the ratio asked for. The part in quadrature is as strong.
    fn add_noise(&self, signal: &mut [Complex32], audio_power: f64, rate: Hz, seed: Seed) {
        let variance = self.audio_snr.noise_variance(audio_power, rate);
        let deviation = (2.0 * variance).sqrt();
        let mut gauss = Gauss::new(seed.part("am noise"));
        for sample in signal {
            let noise = gauss.complex() * deviation;
            *sample += Complex32::new(noise.re as f32, noise.im as f32);
        }
    }
}

/// The modulated carrier, in complex baseband: 1 + modulation·audio at `OVERSAMPLING` times the rate.
fn carrier(audio: &[f32], modulation: f32, rate: Hz) -> Vec<Complex32> {
    let mut spread = vec![Complex32::default(); audio.len() * OVERSAMPLING];
    for (place, sample) in spread.iter_mut().step_by(OVERSAMPLING).zip(audio) {
        place.re = sample * modulation * OVERSAMPLING as f32;
    }
    let fast = Hz(rate.0 * OVERSAMPLING as f64);
    let images_gone = kernel::low_pass(Hz(rate.0 * 0.5), Hz(rate.0 * 0.02), fast);
    let mut signal = super::convolve::filter(&spread, &images_gone);
    for sample in &mut signal {
        sample.re += 1.0;
    }
    signal
}

/// A coupling capacitor, charged by the first sample: a high-pass of the first order.
fn couple(sound: impl Iterator<Item = f32>, rate: Hz) -> Vec<f32> {
    let keep = (-std::f64::consts::TAU * COUPLING.0 / rate.0).exp();
    let mut charge = None;
    let coupled = sound.map(|sample| {
        let sample = f64::from(sample);
        let charge = charge.get_or_insert(sample);
        *charge = *charge * keep + sample * (1.0 - keep);
        (sample - *charge) as f32
    });
    coupled.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::radio::Milliseconds;
    use crate::radio::measure::{band_power, noise, tone};

    const RATE: Hz = Hz(8000.0);

    const UNFADED: AmLink = AmLink {
        depth: 0.8,
        channel: None,
        audio_snr: SnrDb3k(f64::INFINITY),
        bandwidth: Hz(3800.0),
    };

    /// Noise within 300 to 2700 Hz.
    fn sound(samples: usize, seed: Seed) -> Vec<f32> {
        let wide = LowPass { cutoff: Hz(2700.0) }.apply(&noise(samples, seed), RATE);
        let low = LowPass { cutoff: Hz(300.0) }.apply(&wide, RATE);
        wide.iter().zip(&low).map(|(a, b)| a - b).collect()
    }

    fn difference(a: &[f32], b: &[f32]) -> Vec<f32> {
        a.iter().zip(b).map(|(a, b)| a - b).collect()
    }

    #[test]
    fn unfaded_and_without_noise_the_sound_is_what_was_sent() {
        let sent = sound(16_000, Seed(81));
        let heard = UNFADED.apply(&sent, RATE, Seed(1));
        assert_eq!(heard.len(), sent.len());
        // The capacitor turns the phase at 300 Hz by 2°; beyond that, nothing.
        let wrong = difference(&heard[3000..13_000], &sent[3000..13_000]);
        let ratio = mean_power(&wrong) / mean_power(&sent);
        assert!(ratio < 1e-3, "{ratio}");
    }

    #[test]
    fn audio_ratio_is_the_one_asked_for() {
        let seed = Seed(82);
        let sent = sound(80_000, seed);
        for db in [15.0, 25.0] {
            let noisy = AmLink {
                audio_snr: SnrDb3k(db),
                ..UNFADED
            };
            let heard = noisy.apply(&sent, RATE, seed);
            let wrong = difference(&heard, &UNFADED.apply(&sent, RATE, seed));
            let noise = band_power(&wrong, RATE, Hz(300.0), Hz(3300.0));
            let measured = 10.0 * (mean_power(&sent) / noise).log10();
            assert!(
                (measured - db).abs() < 0.3,
                "{seed}: {measured} dB, not {db}"
            );
        }
    }

    /// Power at `heard` over that at `sent`, both in hertz and summed over many seeds, where a tone
    /// is sent over two still paths.
    fn product(delay_ms: f64, sent: f64, heard: f64) -> f64 {
        let audio = tone(Hz(sent), 1.0, RATE, 8000);
        let link = AmLink {
            channel: Some(Watterson {
                delay: Milliseconds(delay_ms),
                spread: Hz(0.0),
            }),
            ..UNFADED
        };
        let (mut products, mut tones) = (0.0, 0.0);
        for seed in 8300..8330 {
            let out = &link.apply(&audio, RATE, Seed(seed))[2000..6000];
            let power = |at| band_power(out, RATE, Hz(at - 10.0), Hz(at + 10.0));
            products += power(heard);
            tones += power(sent);
        }
        products / tones
    }

    /// Where the carrier fades between its sidebands, the envelope of one tone has a second
    /// harmonic. If all three fade together, there is none: with one path, or with a delay of a
    /// whole period of the tone.
    #[test]
    fn only_selective_fading_distorts() {
        assert!(product(1.0, 500.0, 1000.0) > 0.05);
        assert!(product(0.0, 500.0, 1000.0) < 1e-5);
        assert!(product(1.0, 1000.0, 2000.0) < 1e-5);
    }

    /// The second harmonic of 2500 Hz is above what the radio lets through, and is not heard as
    /// 8000 − 5000 Hz.
    #[test]
    fn harmonics_do_not_fold_back() {
        let folded = product(1.0, 2500.0, 3000.0);
        assert!(folded < 1e-3, "seeds 8300..8330: {folded}");
    }

    #[test]
    fn silence_stays_silent() {
        assert_eq!(UNFADED.apply(&[0.0; 9], RATE, Seed(1)), [0.0; 9]);
        assert!(UNFADED.apply(&[], RATE, Seed(1)).is_empty());
    }
}
