//! Frames of a radio mode on air, and a listener who knows none of it.

use std::collections::HashSet;

use channel::radio::{Hz, mean_power};
use radio::{Framer, LONGEST_PACKET, Listener, Mode, Modulator};

use crate::{RadioPath, Result, Sound};

/// The rms of what is sent, 1 being full scale: the peaks are below it, encoders need not clip.
const RMS: f64 = 0.2;
/// Seconds of silence before and behind.
const SILENCE: f64 = 0.4;
/// Samples at a time.
const PIECE: usize = 1 << 14;

/// Frames on air, each with one packet that fills it.
#[derive(Debug)]
pub struct Sent {
    /// The mode.
    pub mode: &'static Mode,
    /// With silence before and behind.
    pub sound: Sound,
    /// Mean power without the silence.
    pub power: f64,
    packets: HashSet<Vec<u8>>,
}

/// What a listener had of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Frames whose packet came, byte by byte.
    pub good: usize,
    /// Signal to noise in dB as it was measured, the mean over the time in which there was a signal.
    pub snr: f64,
    /// How much faster than it was sent it was decoded.
    pub times: f64,
}

impl Sent {
    /// Frames of bytes that look like chance, and what flushes them.
    ///
    /// # Errors
    ///
    /// If a frame of this mode holds more than a packet.
    pub fn new(mode: &'static Mode, frames: usize) -> Result<Sent> {
        let mut framer = Framer::new(mode);
        let mut modulator = Modulator::new(mode);
        let mut samples = Vec::new();
        let mut random = 1u32;
        let mut packets = HashSet::new();
        for _ in 0..frames {
            // Two bytes are its length.
            let packet = (2..mode.payload()).map(|_| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (random >> 24) as u8
            });
            let packet: Vec<u8> = packet.collect();
            if !framer.push(&packet) {
                return Err(
                    format!("{}: over {LONGEST_PACKET} bytes in a frame", mode.name).into(),
                );
            }
            packets.insert(packet);
            if modulator.frame(&framer.frame(), &mut samples).is_err() {
                unreachable!("frames of a mode fit it");
            }
        }
        (1..mode.depth).for_each(|_| modulator.flush(&mut samples));
        let gain = (RMS / mean_power(&samples).sqrt()) as f32;
        samples.iter_mut().for_each(|sample| *sample *= gain);
        let rate = Hz(mode.rate.into());
        let silence = vec![0.0; (SILENCE * rate.0) as usize];
        Ok(Sent {
            mode,
            sound: Sound {
                samples: [&silence[..], &samples, &silence].concat(),
                rate,
            },
            power: RMS * RMS,
            packets,
        })
    }

    /// Frames that were sent.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.packets.len()
    }

    /// What a listener to all modes has of it behind a path. Each seed is other noise and fading.
    ///
    /// # Errors
    ///
    /// As [`RadioPath::apply`], or if no mode can be heard at the rate.
    pub fn through(&self, path: &RadioPath, seed: u64) -> Result<Outcome> {
        let heard = path.apply(&self.sound, self.power, seed)?;
        let mut listener = Listener::new(heard.rate.0 as u32)?;
        let mut got: HashSet<&[u8]> = HashSet::new();
        let mut take = |packet: &[u8], _: f64| {
            got.extend(self.packets.get(packet).map(Vec::as_slice));
        };
        let (mut snr, mut count) = (0.0, 0);
        let began = std::time::Instant::now();
        for piece in heard.samples.chunks(PIECE) {
            listener.push(piece, &mut take);
            if let Some(quality) = listener.heard().quality {
                snr += f64::from(quality.snr_db);
                count += 1;
            }
        }
        listener.finish(&mut take);
        let seconds = heard.samples.len() as f64 / heard.rate.0;
        Ok(Outcome {
            good: got.len(),
            snr: snr / f64::from(count.max(1)),
            times: seconds / began.elapsed().as_secs_f64(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_has_all_of_a_clean_signal_and_none_of_noise() {
        let mode = Mode::named("shortwave-low").unwrap();
        let sent = Sent::new(mode, 2).unwrap();
        let through = |words: &str| sent.through(&words.parse().unwrap(), 1).unwrap();
        let clean = through("noise:20");
        assert_eq!(clean.good, sent.frames());
        assert!((clean.snr - 20.0).abs() < 4.0, "{clean:?}");
        assert_eq!(through("noise:-20").good, 0);
    }
}
