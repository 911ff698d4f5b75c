//! Where a recording comes from, and what is done with it on the way to the receiver.

use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use radio::Heard;
use receiver::{Carrier, Receiver};
use sound::{Reader, SNIFFED, SoundError, sniff};
use station::folder::{Mirror, Visit, VisitStep};
use station::inbox::FileStore;

use crate::error::Error;
use crate::reception::datagrams::Datagrams;
use crate::reception::device::Device;
use crate::reception::interrupt::Interrupt;
use crate::reception::live::Live;
use crate::reception::sound::{WAV, tell_wav};

/// Bytes that are read at once.
const STEP: usize = 1 << 20;
/// Bytes that are read at once where they are sound, or may be: two seconds, or less.
const SOUND_STEP: usize = 32 << 10;
/// Seconds of sound that are decoded at once.
const DECODED: usize = 2;
/// Bytes of samples that are read at once: they are heard as they come.
const PCM_STEP: usize = 16 << 10;

/// What brings a recording, a piece at a time.
pub(crate) enum Feed {
    /// Bytes that the receiver takes as they are.
    Bytes {
        reader: Box<dyn Read>,
        buffer: Vec<u8>,
    },
    /// An edition's folder, or a mirror of one.
    Visit { visit: Visit, buffer: Vec<u8> },
    /// Sound that is decoded.
    Sound {
        reader: Box<Reader<'static>>,
        samples: Vec<f32>,
        /// Bytes that have been told of.
        told: u64,
        error: Option<SoundError>,
    },
    /// Samples of 16 bits, of a file, a pipe or a device.
    Pcm {
        reader: Box<dyn Read>,
        device: Option<Device>,
        rate: u32,
        /// The first half of a sample.
        odd: Option<u8>,
        samples: Vec<f32>,
    },
    /// Datagrams of a network.
    Datagrams(Datagrams),
    /// Sound that cannot be read.
    Unreadable(SoundError),
}

/// How sound is written, and what was wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sounding {
    pub(super) format: String,
    pub(super) rate: Option<u32>,
    pub(super) channels: Option<u16>,
    /// Packets that were damaged or missing.
    pub(super) damaged: u64,
    pub(super) error: Option<String>,
}

/// What a step brought.
pub(super) enum Step {
    /// So many bytes.
    More(u64),
    /// Nothing: it is over.
    End,
}

impl Feed {
    /// Opens a file, or stdin where it is called `-`; of sound that is not WAV by its content. Says
    /// how many bytes there are, 0 if that cannot be known.
    pub(crate) fn open(
        path: &Path,
        pcm: Option<u32>,
        interrupt: &Interrupt,
    ) -> io::Result<(Self, u64)> {
        if let Some(place) = Datagrams::place(path) {
            return Ok((Self::Datagrams(Datagrams::open(place, interrupt)?), 0));
        }
        if path.as_os_str() == "-" {
            let stdin = Live::new(|| Ok(io::stdin()), interrupt);
            return Ok((Self::live(stdin, pcm)?, 0));
        }
        if !std::fs::metadata(path)?.is_file() {
            // A named pipe, or /dev/stdin.
            let path = path.to_owned();
            let pipe = Live::new(move || File::open(path), interrupt);
            return Ok((Self::live(pipe, pcm)?, 0));
        }
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        if let Some(rate) = pcm {
            return Ok((Self::pcm(Box::new(file), rate), size));
        }
        let mut first = Vec::new();
        file.by_ref().take(SNIFFED as u64).read_to_end(&mut first)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(match sniff(&first) {
            Some(_) => (Self::sound(sound::open(file))?, size),
            None => (Self::bytes(Box::new(file)), size),
        })
    }

    /// A folder of an edition, on a disk or behind an address.
    pub(crate) fn visit(visit: Visit) -> Self {
        Self::Visit {
            visit,
            buffer: vec![0; STEP],
        }
    }

    /// A file behind an address; it ends with Ctrl-C, too.
    pub(crate) fn remote(mirror: Mirror, interrupt: &Interrupt) -> io::Result<Self> {
        Self::sniffed(Box::new(Live::new(move || mirror.open_file(), interrupt)))
    }

    /// Files that were to be there and were not.
    pub(super) fn missing(&self) -> &[String] {
        match self {
            Self::Visit { visit, .. } => visit.missing(),
            _ => &[],
        }
    }

    /// Opens a device of the computer.
    pub(crate) fn device(name: &str, interrupt: &Interrupt) -> Result<Self, Error> {
        let (device, sound) = Device::open(name)?;
        let sound = Live::new(|| Ok(sound), interrupt);
        let mut feed = Self::pcm(Box::new(sound), device.rate());
        if let Self::Pcm { device: slot, .. } = &mut feed {
            *slot = Some(device);
        }
        Ok(feed)
    }

    fn live(reader: Live, pcm: Option<u32>) -> io::Result<Self> {
        match pcm {
            Some(rate) => Ok(Self::pcm(Box::new(reader), rate)),
            None => Self::sniffed(Box::new(reader)),
        }
    }

    fn bytes(reader: Box<dyn Read>) -> Self {
        Self::Bytes {
            reader,
            buffer: vec![0; STEP],
        }
    }

    fn pcm(reader: Box<dyn Read>, rate: u32) -> Self {
        Self::Pcm {
            reader,
            device: None,
            rate,
            odd: None,
            samples: Vec::new(),
        }
    }

    fn sound(opened: Result<Reader<'static>, SoundError>) -> io::Result<Self> {
        match opened {
            Ok(reader) => Ok(Self::Sound {
                reader: Box::new(reader),
                samples: Vec::new(),
                told: 0,
                error: None,
            }),
            Err(SoundError::Read(error)) => Err(error),
            Err(error) => Ok(Self::Unreadable(error)),
        }
    }

    /// A pipe, by its first bytes.
    fn sniffed(mut reader: Box<dyn Read>) -> io::Result<Self> {
        let (mut first, mut buffer) = (Vec::new(), vec![0; SNIFFED]);
        while first.len() < SNIFFED && !first.starts_with(b"RIFF") && sniff(&first).is_none() {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => first.extend_from_slice(&buffer[..n]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let is_sound = sniff(&first).is_some();
        let reader = Cursor::new(first).chain(reader);
        match is_sound {
            true => Self::sound(sound::open(Pipe(reader))),
            false => Ok(Self::bytes(Box::new(reader))),
        }
    }

    /// Gives the next piece to the receiver. What the store says is `Err` in `Ok`.
    pub(super) fn step(
        &mut self,
        receiver: &mut Receiver<FileStore>,
    ) -> io::Result<io::Result<Step>> {
        match self {
            Self::Bytes { reader, buffer } => {
                let size = match receiver.carrier() {
                    None | Some(Carrier::Radio) => SOUND_STEP,
                    Some(_) => STEP,
                };
                let n = reader.read(&mut buffer[..size])?;
                let pushed = receiver.push(&buffer[..n]);
                Ok(pushed.map(|()| step(n)))
            }
            Self::Visit { visit, buffer } => {
                let stepped = visit.step(receiver, buffer)?;
                Ok(stepped.map(|step| match step {
                    VisitStep::More(n) => Step::More(n),
                    VisitStep::End => Step::End,
                }))
            }
            Self::Pcm {
                reader,
                rate,
                odd,
                samples,
                ..
            } => {
                let mut buffer = [0; PCM_STEP];
                let n = reader.read(&mut buffer[1..])?;
                let mut bytes = &buffer[1..=n];
                if let Some(low) = odd.take_if(|_| n > 0) {
                    buffer[0] = low;
                    bytes = &buffer[..=n];
                }
                let pairs = bytes.chunks_exact(2);
                *odd = pairs.remainder().first().copied().or(*odd);
                samples.clear();
                samples.extend(
                    pairs.map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0),
                );
                let pushed = receiver.push_samples(*rate, samples);
                Ok(pushed.map(|()| step(n)))
            }
            Self::Sound {
                reader,
                samples,
                told,
                error,
            } => {
                samples.clear();
                let rate = reader.rate();
                let is_over = match reader.pull(rate as usize * DECODED, samples) {
                    Ok(is_more) => !is_more,
                    Err(SoundError::Read(error)) => return Err(error),
                    Err(what) => {
                        *error = Some(what);
                        true
                    }
                };
                let pushed = receiver.push_samples(rate, samples);
                let bytes = reader.position().saturating_sub(*told);
                *told += bytes;
                Ok(
                    pushed.map(|()| match is_over && bytes == 0 && samples.is_empty() {
                        true => Step::End,
                        false => Step::More(bytes),
                    }),
                )
            }
            Self::Datagrams(datagrams) => datagrams.step(receiver),
            Self::Unreadable(_) => Ok(Ok(Step::End)),
        }
    }

    /// What it is known to be, if it is sound; as which the receiver `heard` it.
    pub(super) fn sounding(&self, heard: Option<&Heard>) -> Option<Sounding> {
        let none = Sounding {
            format: String::new(),
            rate: None,
            channels: None,
            damaged: 0,
            error: heard.and_then(|heard| heard.error).map(tell_wav),
        };
        Some(match self {
            Self::Visit { .. } => return None,
            Self::Bytes { .. } => {
                let format = heard?.format;
                Sounding {
                    format: WAV.to_owned(),
                    rate: format.map(|format| format.rate),
                    channels: format.map(|format| format.channels),
                    ..none
                }
            }
            Self::Sound { reader, error, .. } => Sounding {
                format: reader.format().to_string(),
                rate: Some(reader.rate()),
                damaged: reader.damaged(),
                error: error.as_ref().map(SoundError::to_string).or(none.error),
                ..none
            },
            Self::Pcm { rate, .. } => Sounding {
                format: "PCM".to_owned(),
                rate: Some(*rate),
                channels: Some(1),
                ..none
            },
            Self::Datagrams(_) => return None,
            Self::Unreadable(error) => Sounding {
                error: Some(error.to_string()),
                ..none
            },
        })
    }

    /// It is over: what recorded it is ended, after sound came or not (`is_begun`), because that
    /// `is_asked` or by itself.
    pub(super) fn close(self, is_begun: bool, is_asked: impl Fn() -> bool) -> Result<(), Error> {
        match self {
            Self::Pcm {
                device: Some(device),
                ..
            } => device.close(is_begun, is_asked),
            _ => Ok(()),
        }
    }
}

fn step(n: usize) -> Step {
    match n {
        0 => Step::End,
        n => Step::More(n as u64),
    }
}

/// What can be read and not sought in.
struct Pipe<R>(R);

impl<R: Read> Read for Pipe<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.read(bytes)
    }
}

impl<R> Seek for Pipe<R> {
    fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
        Err(ErrorKind::Unsupported.into())
    }
}
