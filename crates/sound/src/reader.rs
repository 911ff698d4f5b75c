//! A recording, from the first sample to the last.

use std::io::{Read, Seek};

use crate::container::{self, Next, Packets};
use crate::decode::{Codec, Damaged, Decode};
use crate::error::{RATES, SoundError};
use crate::input::Input;
use crate::sniff::{Kind, SNIFFED, skip_tags, sniff};

/// Bytes that [`open`] reads in search of the first sample, at most, besides tables and tags.
const BEGINNING: u64 = 4 << 20;
/// Bytes that [`Reader::pull`] reads, at most: where nothing can be decoded, it comes back without
/// samples.
const PULLED: u64 = 1 << 20;
/// Steps that it makes, at most.
const STEPS: usize = 1 << 14;
/// Seconds of silence that stand for what is damaged, at a time, at most.
const SILENCE: usize = 30;

/// Milliseconds of silence that stand for empty packets one after the other, at most: no codec here
/// has any (RFC 6716, 3.4: a packet of Opus has a byte at least, of a pause, too), and each of them
/// costs a file next to nothing.
const EMPTY_MS: usize = 1000;

/// How a recording is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Format {
    /// What kind of file it is.
    pub kind: Kind,
    /// What its sound is.
    pub codec: Codec,
    /// Samples in a second, in Hz.
    pub rate: u32,
}

impl std::fmt::Display for Format {
    /// For people: «Opus in Ogg», «MP3».
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.codec.name())?;
        match self.kind {
            Kind::Mp4 => f.write_str(" in MP4"),
            Kind::Ogg => f.write_str(" in Ogg"),
            Kind::Matroska => f.write_str(" in Matroska"),
            _ => Ok(()),
        }
    }
}

/// Reads a recording's samples, a piece at a time, in bounded memory.
pub struct Reader<'s> {
    input: Input<'s>,
    packets: Box<dyn Packets>,
    decoder: Box<dyn Decode>,
    format: Format,
    /// Samples that were decoded to learn the rate.
    first: Vec<f32>,
    packet: Vec<u8>,
    /// Samples of the last good packet.
    usual: usize,
    /// Bytes of packets so far, and samples in them, to tell how much is missing from the bytes
    /// that are.
    good: (u64, u64),
    /// Where in the file that was heard, or silence stands for it.
    heard: u64,
    /// Samples of silence for empty packets since a good one.
    empty: usize,
    damaged: u64,
    is_over: bool,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader")
            .field("format", &self.format)
            .field("position", &self.position())
            .field("damaged", &self.damaged)
            .finish_non_exhaustive()
    }
}

/// Opens a recording, whatever it is, by its content. A source that cannot seek (its seeks fail) is
/// read forwards; of MP4 only those can be read so whose table stands first.
///
/// # Errors
///
/// [`SoundError`] if it is no sound, cannot be decoded, or no sample of it can be.
pub fn open<'s>(source: impl Read + Seek + 's) -> Result<Reader<'s>, SoundError> {
    let mut input = Input::new(Box::new(source))?;
    let kind = kind(&mut input)?;
    let mut packets = container::packets(kind)?;
    let (mut packet, mut first, mut damaged) = (Vec::new(), Vec::new(), 0);
    let mut decoder: Option<(Codec, Box<dyn Decode>)> = None;
    let mut end = u64::MAX;
    while input.position() <= end {
        match packets.next(&mut input, &mut packet)? {
            Next::Setup(setup) => {
                decoder = Some((setup.codec, setup.decoder()?));
                end = input.position().saturating_add(BEGINNING);
            }
            Next::Packet if packet.is_empty() => damaged += 1,
            Next::Packet => {
                let decoded = decoder.as_mut().map(|(_, d)| d.decode(&packet, &mut first));
                match (decoded, decoder.take()) {
                    (Some(Ok(rate)), Some((codec, decoder))) if !first.is_empty() => {
                        if !RATES.contains(&rate) {
                            return Err(SoundError::Rate { hz: rate });
                        }
                        let heard = input.position();
                        return Ok(Reader {
                            input,
                            packets,
                            decoder,
                            format: Format { kind, codec, rate },
                            usual: first.len(),
                            good: (packet.len() as u64, first.len() as u64),
                            heard,
                            empty: 0,
                            first,
                            packet,
                            damaged,
                            is_over: false,
                        });
                    }
                    (Some(Err(_)), before) => {
                        damaged += 1;
                        decoder = before;
                    }
                    (_, before) => decoder = before,
                }
            }
            Next::Lost => damaged += 1,
            Next::Nothing => {}
            Next::End => break,
        }
    }
    Err(SoundError::Damaged { part: "sound" })
}

/// What the file is; its place is at the beginning again.
fn kind(input: &mut Input<'_>) -> Result<Kind, SoundError> {
    // Behind a tag, which can be long for its picture, there can be any kind that has no tags of
    // its own.
    if input.length().is_none() {
        return sniff(input.peek(SNIFFED)?).ok_or(SoundError::NotSound);
    }
    skip_tags(input)?;
    let is_tagged = input.position() > 0;
    let kind = sniff(input.peek(SNIFFED)?).or(is_tagged.then_some(Kind::Mp3));
    input.seek(0)?;
    kind.ok_or(SoundError::NotSound)
}

impl Reader<'_> {
    /// How it is written.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// Samples in a second, in Hz.
    #[must_use]
    pub fn rate(&self) -> u32 {
        self.format.rate
    }

    /// Packets so far that were damaged or missing.
    #[must_use]
    pub fn damaged(&self) -> u64 {
        self.damaged
    }

    /// The place in the file, in bytes.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.input.position()
    }

    /// Bytes of the file, if that can be known.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.input.length()
    }

    /// Adds the next samples, at least so many as are wanted (and no more than a packet over that),
    /// to `samples`: fewer where the sound ends, or where so much of the file is damaged that this
    /// would take long. Says false once the sound is over.
    ///
    /// # Errors
    ///
    /// [`SoundError`] if the source fails: when it can be read again, the sound goes on. Or if
    /// something begins in the file that cannot be decoded or is of another rate: the sound is over.
    /// What was decoded before has been added.
    pub fn pull(&mut self, wanted: usize, samples: &mut Vec<f32>) -> Result<bool, SoundError> {
        if self.is_over {
            return Ok(false);
        }
        let pulled = self.read(wanted, samples);
        self.is_over = !matches!(pulled, Ok(true) | Err(SoundError::Read(_)));
        pulled
    }

    fn read(&mut self, wanted: usize, samples: &mut Vec<f32>) -> Result<bool, SoundError> {
        let enough = samples.len().saturating_add(wanted);
        let end = self.position().saturating_add(PULLED);
        samples.append(&mut self.first);
        for _ in 0..STEPS {
            if samples.len() >= enough || self.position() > end {
                break;
            }
            match self.packets.next(&mut self.input, &mut self.packet)? {
                Next::Packet if self.packet.is_empty() => self.empty(samples),
                Next::Packet => self.decode(samples)?,
                Next::Lost => self.lost(samples),
                Next::Setup(setup) => self.decoder = setup.decoder()?,
                Next::Nothing => {}
                Next::End => return Ok(false),
            }
        }
        Ok(true)
    }

    fn decode(&mut self, samples: &mut Vec<f32>) -> Result<(), SoundError> {
        let before = samples.len();
        match self.decoder.decode(&self.packet, samples) {
            Ok(rate) if rate == self.format.rate => {
                self.usual = samples.len() - before;
                self.good.0 += self.packet.len() as u64;
                self.good.1 += self.usual as u64;
                self.heard = self.position();
                self.empty = 0;
            }
            Ok(rate) => {
                samples.truncate(before);
                return Err(SoundError::RateChanged {
                    at: self.heard,
                    from: self.format.rate,
                    to: rate,
                });
            }
            Err(Damaged) => {
                samples.truncate(before);
                self.damaged += 1;
                self.silence(self.usual, samples);
            }
        }
        Ok(())
    }

    /// What an empty packet is of is lost: time goes on, but not for long.
    fn empty(&mut self, samples: &mut Vec<f32>) {
        let most = self.format.rate as usize * EMPTY_MS / 1000;
        let silence = self.usual.min(most.saturating_sub(self.empty));
        self.empty += silence;
        self.damaged += 1;
        self.silence(silence, samples);
    }

    /// Time goes on where packets are missing: as much as the bytes that have been gone past took
    /// elsewhere.
    fn lost(&mut self, samples: &mut Vec<f32>) {
        let (bytes, heard) = self.good;
        let missing = self.position().saturating_sub(self.heard);
        let silence = missing as f64 * heard as f64 / bytes.max(1) as f64;
        self.damaged += 1;
        self.silence((silence as usize).max(self.usual), samples);
    }

    fn silence(&mut self, silence: usize, samples: &mut Vec<f32>) {
        let most = SILENCE * self.format.rate as usize;
        samples.resize(samples.len() + silence.min(most), 0.0);
        self.heard = self.position();
    }
}
