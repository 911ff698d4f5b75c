//! Frames of radio modes on air, and a listener who knows none of them.

use std::collections::HashSet;
use std::ops::Range;

use channel::Seconds;
use channel::radio::{Hz, mean_power};
use radio::{LONGEST_PACKET, Listener, Mode, OnAir, Source, Stream, Transmission};
use rustix::time::{ClockId, clock_gettime};

use crate::{RadioPath, Result, Sound, on_two_cores};

/// The rms of what is sent, 1 being full scale: the peaks are below it, encoders need not clip.
pub(crate) const RMS: f64 = 0.2;
/// Seconds of silence before and behind.
const SILENCE: f64 = 0.4;
/// Samples at a time.
const PIECE: usize = 1 << 14;

/// Frames on air, each with one packet that fills it: of one mode, of its layers, or of modes that
/// are on air together.
#[derive(Debug)]
pub struct Sent {
    /// What goes on air side by side, the sturdiest first.
    pub streams: Vec<SentStream>,
    /// With silence before and behind.
    pub sound: Sound,
    /// Mean power without the silence.
    pub power: f64,
    /// How long it takes without the silence: the frames, and what spreads the last of them.
    pub airtime: Seconds,
}

/// One kind of frames of those that are on air together.
#[derive(Debug)]
pub struct SentStream {
    /// Whose frames they are.
    pub stream: Stream,
    packets: HashSet<Vec<u8>>,
}

/// What a listener had of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Frames whose packet came, byte by byte, for each stream.
    pub good: Vec<usize>,
    /// Signal to noise in dB as it was measured, the mean over the time in which there was a signal.
    pub snr: f64,
    /// How much faster than it was sent one core decodes it.
    pub times: f64,
}

/// Packets that look like chance, and fill a frame each.
struct Chance {
    streams: Vec<SentStream>,
    random: u32,
}

impl Source for Chance {
    type Error = Box<dyn std::error::Error>;

    fn next(&mut self, stream: usize) -> Result<Vec<u8>> {
        // Two bytes are its length.
        let length = self.streams[stream].payload() - 2;
        if length > LONGEST_PACKET {
            return Err(format!("over {LONGEST_PACKET} bytes in a frame").into());
        }
        let packet = (0..length).map(|_| {
            self.random = self
                .random
                .wrapping_mul(1_664_525)
                .wrapping_add(1_013_904_223);
            (self.random >> 24) as u8
        });
        let packet: Vec<u8> = packet.collect();
        self.streams[stream].packets.insert(packet.clone());
        Ok(packet)
    }

    fn on_air(&mut self, _: usize, _: Vec<u8>, _: OnAir) {}
}

impl Sent {
    /// So many frames of the sturdiest stream, and of others as many as are whole in that time.
    ///
    /// # Errors
    ///
    /// As [`Sent::lasting`].
    pub fn new(modes: &[&'static Mode], frames: usize) -> Result<Sent> {
        let first = modes.first().ok_or("no mode")?;
        let frames = frames + first.depth - 1;
        Sent::lasting(modes, Seconds(first.frame_seconds() * frames as f64))
    }

    /// As many frames as are whole in that time.
    ///
    /// # Errors
    ///
    /// If there is no time for a frame, a frame holds more than a packet, or modes cannot go
    /// together.
    pub fn lasting(modes: &[&'static Mode], airtime: Seconds) -> Result<Sent> {
        let transmission = Transmission::new(modes, airtime.0);
        let mut transmission = transmission.ok_or("no time for a frame")?;
        let streams = transmission.streams().iter().map(|stream| SentStream {
            stream: *stream,
            packets: HashSet::new(),
        });
        let mut chance = Chance {
            streams: streams.collect(),
            random: 1,
        };
        let mut samples = Vec::new();
        while transmission.symbol(&mut chance, &mut samples)? {}
        let gain = (RMS / mean_power(&samples).sqrt()) as f32;
        samples.iter_mut().for_each(|sample| *sample *= gain);
        let rate = modes.iter().map(|mode| mode.rate).max().unwrap_or(0);
        let rate = Hz(rate.into());
        let silence = vec![0.0; (SILENCE * rate.0) as usize];
        Ok(Sent {
            streams: chance.streams,
            sound: Sound {
                samples: [&silence[..], &samples, &silence].concat(),
                rate,
            },
            power: RMS * RMS,
            airtime: Seconds(transmission.seconds()),
        })
    }

    /// The middle of it, so long: what somebody hears of a transmission that goes on and on.
    #[must_use]
    pub fn middle(mut self, length: Seconds) -> Sent {
        let samples = (length.0 * self.sound.rate.0) as usize;
        let from = self.sound.samples.len().saturating_sub(samples) / 2;
        let heard = self.sound.samples.iter().skip(from).take(samples);
        self.sound.samples = heard.copied().collect();
        self.airtime = length;
        self
    }

    /// What a listener to all modes has of it behind a path. Each seed is other noise and fading.
    ///
    /// # Errors
    ///
    /// As [`RadioPath::apply`], or if no mode can be heard at the rate.
    pub fn through(&self, path: &RadioPath, seed: u64) -> Result<Outcome> {
        let heard = path.apply(&self.sound, self.power, seed)?;
        let mut listener = Listener::new(heard.rate.0 as u32)?;
        let mut got: Vec<HashSet<&[u8]>> = vec![HashSet::new(); self.streams.len()];
        let mut take = |packet: &[u8], _: f64| {
            for (got, sent) in got.iter_mut().zip(&self.streams) {
                got.extend(sent.packets.get(packet).map(Vec::as_slice));
            }
        };
        let (mut snr, mut count) = (0.0, 0);
        let began = seconds_on_core();
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
            good: got.iter().map(HashSet::len).collect(),
            snr: snr / f64::from(count.max(1)),
            times: seconds / (seconds_on_core() - began),
        })
    }

    /// What listeners have of it, one for each seed and in their order, on two cores.
    ///
    /// # Errors
    ///
    /// As [`Sent::through`].
    pub fn through_each(&self, path: &RadioPath, seeds: Range<u64>) -> Result<Vec<Outcome>> {
        on_two_cores(seeds, |seed| self.through(path, seed))
    }
}

impl SentStream {
    /// Frames that were sent.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.packets.len()
    }

    /// Bytes of packets, with their lengths, that a frame carries.
    #[must_use]
    pub fn payload(&self) -> usize {
        self.stream.mode.layers[self.stream.layer].payload()
    }

    /// Bits of payload a second, if every frame is good.
    #[must_use]
    pub fn bit_rate(&self) -> f64 {
        self.payload() as f64 * 8.0 / self.stream.mode.frame_seconds()
    }

    /// The mode's name, with the layer's number where there are several: `shortwave-layered/1`.
    #[must_use]
    pub fn name(&self) -> String {
        let Stream { mode, layer } = self.stream;
        match mode.layers.len() {
            1 => mode.name.into(),
            _ => format!("{}/{layer}", mode.name),
        }
    }
}

/// Seconds that this thread has had of a core.
fn seconds_on_core() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

#[cfg(test)]
mod tests {
    use radio::modes_named;

    use super::*;

    #[test]
    fn a_listener_has_all_of_a_clean_signal_and_none_of_noise() {
        let sent = Sent::new(&modes_named("shortwave-low").unwrap(), 2).unwrap();
        let heard = |words: &str, seeds| sent.through_each(&words.parse().unwrap(), seeds).unwrap();
        assert_eq!(sent.streams[0].frames(), 2);
        for clean in heard("noise:20", 1..4) {
            assert_eq!(clean.good, [2]);
            assert!((clean.snr - 20.0).abs() < 4.0, "{clean:?}");
        }
        assert_eq!(heard("noise:-20", 1..2)[0].good, [0]);
    }

    #[test]
    fn the_middle_has_the_frames_that_are_whole_in_it() {
        let modes = modes_named("shortwave-low").unwrap();
        let slot = modes[0].frame_seconds();
        let sent = Sent::new(&modes, 8).unwrap();
        // At each end 1.2 slots are cut off: of two frames a part, which may be too much for them.
        let length = Seconds(sent.airtime.0 - 2.4 * slot);
        let sent = sent.middle(length);
        assert_eq!(sent.airtime, length);
        let heard = sent.through(&"noise:-2".parse().unwrap(), 1).unwrap();
        let whole = 8 - 4;
        assert!((whole..=8).contains(&heard.good[0]), "{heard:?}");
    }

    #[test]
    fn streams_are_counted_by_themselves() {
        for (name, streams) in [
            (
                "shortwave-layered",
                ["shortwave-layered/0", "shortwave-layered/1"],
            ),
            ("local", ["local-low", "local-high"]),
        ] {
            let sent = Sent::new(&modes_named(name).unwrap(), 2).unwrap();
            let names: Vec<String> = sent.streams.iter().map(SentStream::name).collect();
            assert_eq!(names, streams);
            let all: Vec<usize> = sent.streams.iter().map(SentStream::frames).collect();
            let heard = sent.through(&"noise:30".parse().unwrap(), 1).unwrap();
            assert_eq!(heard.good, all, "{name}");
            let seconds = sent.streams[0].stream.mode.frame_seconds();
            assert!(sent.airtime.0 > 2.0 * seconds, "{name}");
        }
    }

    #[test]
    fn seeds_stay_in_order() {
        let sent = Sent::new(&modes_named("shortwave-low").unwrap(), 1).unwrap();
        let path = "poor,noise:0".parse().unwrap();
        let together = sent.through_each(&path, 5..8).unwrap();
        for (seed, one) in (5..).zip(&together) {
            let alone = sent.through(&path, seed).unwrap();
            assert_eq!((alone.good, alone.snr), (one.good.clone(), one.snr));
        }
        assert_eq!(together.len(), 3);
    }
}
