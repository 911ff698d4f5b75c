//! codec2's modems for raw data, through its library: a small C program, made when it is needed.

use std::fs::File;
use std::ops::Range;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use channel::radio::{Hz, mean_power};
use tempfile::TempDir;

use crate::air::RMS;
use crate::{RadioPath, Result, Sound, on_two_cores};

/// The program.
const SOURCE: &str = include_str!("codec2.c");
/// All modes of codec2 for raw data on shortwave have this rate.
const RATE: Hz = Hz(8_000.0);
/// Seconds of silence before and behind: enough for the receiver to be done.
const SILENCE: (f64, f64) = (0.4, 2.0);

/// codec2's modems.
#[derive(Debug)]
pub struct Codec2 {
    program: PathBuf,
    folder: TempDir,
}

/// Packets on air.
#[derive(Debug)]
pub struct Codec2Sent {
    /// `datac0`, `datac1` or `datac3`.
    pub mode: &'static str,
    /// Packets between a preamble and a postamble.
    pub burst: usize,
    /// With silence before and behind, as loud as ours.
    pub sound: Sound,
    /// What was sent.
    pub packets: Vec<Vec<u8>>,
    /// Samples on air, preambles and postambles counted.
    on_air: usize,
    /// The rms that codec2 gave it, full scale being 1: its receiver has it back.
    rms: f64,
}

impl Codec2 {
    /// Makes the program with the system's C compiler.
    ///
    /// # Errors
    ///
    /// If there is no compiler, or no libcodec2-dev.
    pub fn build() -> Result<Codec2> {
        let folder = tempfile::tempdir()?;
        let (source, program) = (folder.path().join("codec2.c"), folder.path().join("codec2"));
        std::fs::write(&source, SOURCE)?;
        let mut compiler = Command::new("cc");
        compiler.arg("-O2").arg(&source).arg("-o").arg(&program);
        let made = compiler.arg("-lcodec2").output()?;
        if !made.status.success() {
            let why = String::from_utf8_lossy(&made.stderr).into_owned();
            return Err(format!("apt-get install gcc libcodec2-dev: {why}").into());
        }
        Ok(Codec2 { program, folder })
    }

    /// So many packets of bytes that look like chance, in bursts that follow each other at once.
    ///
    /// # Errors
    ///
    /// If the program fails.
    pub fn send(&self, mode: &'static str, packets: usize, burst: usize) -> Result<Codec2Sent> {
        let size = self.run("size", mode, burst, &[])?;
        let size: usize = String::from_utf8(size)?.trim().parse()?;
        let mut random = channel::Prng::new(channel::Seed(1));
        let packets: Vec<Vec<u8>> = (0..packets)
            .map(|_| (0..size).map(|_| random.below(256) as u8).collect())
            .collect();
        let bytes = self.run("tx", mode, burst, &packets.concat())?;
        let samples = bytes.as_chunks().0.iter();
        let samples = samples.map(|pair| f32::from(i16::from_ne_bytes(*pair)) / 32_768.0);
        let mut samples: Vec<f32> = samples.collect();
        let rms = mean_power(&samples).sqrt();
        let gain = (RMS / rms) as f32;
        samples.iter_mut().for_each(|sample| *sample *= gain);
        let silence = |seconds: f64| vec![0.0; (seconds * RATE.0) as usize];
        Ok(Codec2Sent {
            mode,
            burst,
            sound: Sound {
                samples: [silence(SILENCE.0), samples.clone(), silence(SILENCE.1)].concat(),
                rate: RATE,
            },
            on_air: samples.len(),
            packets,
            rms,
        })
    }

    /// How many of the packets come out of what was heard of them.
    ///
    /// # Errors
    ///
    /// If the program fails, or samples are not at 8 kHz.
    pub fn receive(&self, sent: &Codec2Sent, heard: &Sound) -> Result<usize> {
        if heard.rate != RATE {
            return Err(format!("codec2 takes 8 kHz, not {:?}", heard.rate).into());
        }
        let gain = (sent.rms / RMS * 32_768.0) as f32;
        let samples = heard.samples.iter();
        let bytes = samples.flat_map(|sample| ((sample * gain).round() as i16).to_ne_bytes());
        let bytes: Vec<u8> = bytes.collect();
        let got = self.run("rx", sent.mode, sent.burst, &bytes)?;
        let size = sent.packets.first().map_or(1, Vec::len);
        let got: std::collections::HashSet<&[u8]> = got.chunks_exact(size).collect();
        let came = sent
            .packets
            .iter()
            .filter(|packet| got.contains(&***packet));
        Ok(came.count())
    }

    /// How many come out behind a path, for each seed, in their order.
    ///
    /// # Errors
    ///
    /// As [`Codec2::receive`] and [`RadioPath::apply`].
    pub fn through_each(
        &self,
        sent: &Codec2Sent,
        path: &RadioPath,
        seeds: Range<u64>,
    ) -> Result<Vec<usize>> {
        on_two_cores(seeds, |seed| {
            let heard = path.apply(&sent.sound, RMS * RMS, seed)?;
            self.receive(sent, &heard)
        })
    }

    fn run(&self, what: &str, mode: &str, burst: usize, input: &[u8]) -> Result<Vec<u8>> {
        let input = {
            let file = tempfile::NamedTempFile::new_in(self.folder.path())?;
            std::fs::write(file.path(), input)?;
            File::open(file.path())?
        };
        let mut command = Command::new(&self.program);
        command.args([what, mode, &burst.to_string()]).stdin(input);
        let done = command.stderr(Stdio::inherit()).output()?;
        match done.status.success() {
            true => Ok(done.stdout),
            false => Err(format!("codec2 {what} {mode}: {}", done.status).into()),
        }
    }
}

impl Codec2Sent {
    /// Bits of payload a second, if every packet is good, preambles and postambles counted.
    #[must_use]
    pub fn bit_rate(&self) -> f64 {
        let bits: usize = self.packets.iter().map(|packet| packet.len() * 8).sum();
        bits as f64 * RATE.0 / self.on_air as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[ignore = "needs cc and libcodec2-dev"]
    fn packets_come_back() {
        let codec2 = Codec2::build().unwrap();
        for (mode, rate) in [("datac1", 927.0), ("datac3", 295.0)] {
            let sent = codec2.send(mode, 3, 1).unwrap();
            assert!((sent.bit_rate() - rate).abs() < 1.0, "{}", sent.bit_rate());
            let mut heard = sent.sound.clone();
            assert_eq!(codec2.receive(&sent, &heard).unwrap(), 3, "{mode}");
            heard.samples.truncate(45_000);
            assert_eq!(codec2.receive(&sent, &heard).unwrap(), 1, "{mode}");
            let path = "noise:-20".parse().unwrap();
            let heard = codec2.through_each(&sent, &path, 0..2).unwrap();
            assert_eq!(heard, [0, 0], "{mode}");
        }
    }
}
