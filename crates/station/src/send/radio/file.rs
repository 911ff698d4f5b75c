//! Sound into a file: WAV, FLAC, or MP3 through a program that is installed.
//!
//! ```text
//! SoundFile::create(path, rate, samples) ─► write(samples) … ─► finish()
//! ```
//!
//! A file has its name only once it is whole: until then it is a hidden one beside it, which goes
//! away with an error.

use std::fs::{File, Permissions};
use std::io::{BufWriter, Read, Seek, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use flac_codec::encode::{FlacSampleWriter, Options};
use radio::wav;
use tempfile::{NamedTempFile, TempPath};

use crate::error::Error;

/// Bits of a sample.
const BITS: u32 = 16;
/// Samples that wait in memory.
const BUFFER: usize = 1 << 16;
/// The MP3 that brokers of airtime take: constant 128 kbit/s. Below 16 kHz the format ends at
/// 64 kbit/s, which is more for each sample.
const MP3_KBITS: u32 = 128;
const MP3_KBITS_LOW: u32 = 64;
const MP3_LOW_RATE: u32 = 16_000;
/// Rates that MP3 has.
const MP3_RATES: [u32; 9] = [
    8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000,
];
/// What a FLAC file may have, in Hz and beyond: 20 bits of it.
const FLAC_LONGEST: u64 = 1 << 36;

/// How sound is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoundFormat {
    /// RIFF/WAVE, 16 bits, mono.
    Wav,
    /// FLAC (RFC 9639), 16 bits, mono: the same samples in less room.
    Flac,
    /// MP3, 128 kbit/s, mono: through `lame` or `ffmpeg`, where installed.
    Mp3,
}

impl SoundFormat {
    /// By the name of a file; one without an ending is a WAV.
    pub fn of(path: &Path) -> Result<Self, Error> {
        let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            None | Some("wav" | "wave") => Ok(Self::Wav),
            Some("flac") => Ok(Self::Flac),
            Some("mp3") => Ok(Self::Mp3),
            Some(_) => Err(Error::SoundFormat {
                path: path.to_owned(),
            }),
        }
    }
}

/// Where sound goes to.
pub enum SoundTo<'a> {
    /// A file, in the format of its name.
    File(PathBuf),
    /// A WAV to a stream.
    Stream(&'a mut dyn Write),
}

/// Sound on its way into a file.
pub(crate) struct SoundFile<'a> {
    to: To<'a>,
    /// The file without its name, and what it will be called.
    place: Option<(TempPath, PathBuf)>,
    /// Of a WAV.
    written: u64,
    bytes: Vec<u8>,
    words: Vec<i32>,
}

enum To<'a> {
    Wav(BufWriter<Box<dyn Write + 'a>>),
    Flac(Box<FlacSampleWriter<BufWriter<File>>>),
    Mp3(Mp3),
}

impl<'a> SoundFile<'a> {
    /// A file for so many samples.
    pub(crate) fn create(to: &'a mut SoundTo<'_>, rate: u32, samples: u64) -> Result<Self, Error> {
        let too_long = || Error::RadioTooLong {
            seconds: samples as f64 / f64::from(rate),
            rate,
        };
        let (format, place, to): (_, _, Box<dyn Write + 'a>) = match to {
            SoundTo::Stream(out) => (SoundFormat::Wav, None, Box::new(out)),
            // A pipe or a device has no name to be kept from.
            SoundTo::File(path) if path.exists() && !path.is_file() => {
                let out = File::create(&*path).map_err(Error::file(&*path))?;
                (SoundFormat::Wav, None, Box::new(out))
            }
            SoundTo::File(path) => {
                let (file, part) = unnamed(path)?.into_parts();
                let format = SoundFormat::of(path)?;
                let place = Some((part, path.clone()));
                match format {
                    SoundFormat::Wav => (format, place, Box::new(file)),
                    SoundFormat::Flac => {
                        if samples >= FLAC_LONGEST {
                            return Err(too_long());
                        }
                        let options = Options::default().no_padding();
                        let out = BufWriter::with_capacity(BUFFER, file);
                        let all = Some(samples).filter(|samples| *samples > 0);
                        let flac = FlacSampleWriter::new(out, options, rate, BITS, 1, all);
                        let flac = flac.map_err(flac_error(&place))?;
                        return Ok(Self::of(To::Flac(Box::new(flac)), place));
                    }
                    SoundFormat::Mp3 => {
                        let part = place.as_ref().map(|(part, _)| &**part);
                        let mp3 = Mp3::start(rate, part.unwrap_or(path))?;
                        return Ok(Self::of(To::Mp3(mp3), place));
                    }
                }
            }
        };
        debug_assert_eq!(format, SoundFormat::Wav);
        let header = wav::header(rate, samples).ok_or_else(too_long)?;
        let mut this = Self::of(To::Wav(BufWriter::with_capacity(BUFFER, to)), place);
        this.bytes.extend(header);
        this.put_bytes()?;
        Ok(this)
    }

    fn of(to: To<'a>, place: Option<(TempPath, PathBuf)>) -> Self {
        Self {
            to,
            place,
            written: 0,
            bytes: Vec::new(),
            words: Vec::new(),
        }
    }

    /// Adds samples of -1 to 1.
    pub(crate) fn write(&mut self, samples: &[f32]) -> Result<(), Error> {
        match &mut self.to {
            To::Wav(_) | To::Mp3(_) => {
                wav::pcm16(samples, &mut self.bytes);
                self.put_bytes()
            }
            To::Flac(flac) => {
                let scaled = samples.iter().map(|sample| (sample * 32_767.0).round());
                self.words.clear();
                self.words.extend(scaled.map(|s| i32::from(s as i16)));
                flac.write(&self.words).map_err(flac_error(&self.place))
            }
        }
    }

    fn put_bytes(&mut self) -> Result<(), Error> {
        self.written += self.bytes.len() as u64;
        match &mut self.to {
            To::Wav(out) => out
                .write_all(&self.bytes)
                .map_err(file_error(&self.place))?,
            To::Mp3(mp3) => mp3.write(&self.bytes)?,
            To::Flac(_) => {}
        }
        self.bytes.clear();
        Ok(())
    }

    /// Completes the file, gives it its name, and tells its length in bytes.
    pub(crate) fn finish(self) -> Result<u64, Error> {
        match self.to {
            To::Wav(mut out) => out.flush().map_err(file_error(&self.place))?,
            To::Flac(flac) => flac.finalize().map_err(flac_error(&self.place))?,
            To::Mp3(mp3) => mp3.finish()?,
        }
        let Some((part, path)) = self.place else {
            return Ok(self.written);
        };
        let file = File::open(&part).map_err(Error::file(&path))?;
        file.sync_all().map_err(Error::file(&path))?;
        let bytes = file.metadata().map_err(Error::file(&path))?.len();
        part.persist(&path)
            .map_err(|error| Error::file(&path)(error.error))?;
        Ok(bytes)
    }
}

/// A file beside this one that goes away unless it is kept, readable as any new file.
fn unnamed(path: &Path) -> Result<NamedTempFile, Error> {
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    let file = tempfile::Builder::new()
        .permissions(Permissions::from_mode(0o666))
        .prefix(".sound-")
        .suffix(".part")
        .tempfile_in(dir.unwrap_or(Path::new(".")));
    file.map_err(Error::file(path))
}

fn path_of(place: &Option<(TempPath, PathBuf)>) -> PathBuf {
    let path = place.as_ref().map(|(_, path)| path.clone());
    path.unwrap_or_else(|| PathBuf::from("the output"))
}

fn file_error(place: &Option<(TempPath, PathBuf)>) -> impl FnOnce(std::io::Error) -> Error {
    Error::file(path_of(place))
}

fn flac_error(
    place: &Option<(TempPath, PathBuf)>,
) -> impl FnOnce(flac_codec::Error) -> Error + use<> {
    let path = path_of(place);
    move |error| match error {
        flac_codec::Error::Io(source) => Error::file(path)(source),
        error => Error::Flac {
            path,
            why: error.to_string(),
        },
    }
}

/// A program that makes MP3 of what it is given.
struct Mp3 {
    name: &'static str,
    child: Child,
    /// What it complains of.
    said: File,
}

impl Mp3 {
    fn start(rate: u32, to: &Path) -> Result<Self, Error> {
        if !MP3_RATES.contains(&rate) {
            return Err(Error::Mp3Rate { rate });
        }
        let kbits = match rate < MP3_LOW_RATE {
            true => MP3_KBITS_LOW,
            false => MP3_KBITS,
        };
        let said = tempfile::tempfile().map_err(Error::file("a temporary file"))?;
        for (name, mut command) in [
            ("lame", lame(rate, kbits, to)),
            ("ffmpeg", ffmpeg(rate, kbits, to)),
        ] {
            let stderr = said.try_clone().map_err(Error::file("a temporary file"))?;
            let child = command
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(stderr)
                .spawn();
            match child {
                Ok(child) => return Ok(Self { name, child, said }),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(Error::Program {
                        name,
                        why: error.to_string(),
                    });
                }
            }
        }
        Err(Error::NoMp3)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let Some(pipe) = &mut self.child.stdin else {
            return Ok(());
        };
        match pipe.write_all(bytes) {
            Ok(()) => Ok(()),
            // It has gone away: why, it says itself.
            Err(error) => Err(match self.end() {
                Ok(()) => Error::Program {
                    name: self.name,
                    why: error.to_string(),
                },
                Err(error) => error,
            }),
        }
    }

    fn finish(mut self) -> Result<(), Error> {
        self.end()
    }

    /// No more comes: waits until all of it is written.
    fn end(&mut self) -> Result<(), Error> {
        drop(self.child.stdin.take());
        let (name, status) = (self.name, self.child.wait());
        let status = status.map_err(|error| Error::Program {
            name,
            why: error.to_string(),
        })?;
        if status.success() {
            return Ok(());
        }
        let mut said = Vec::new();
        let read = self.said.rewind();
        let _ = read.and_then(|()| (&self.said).take(4_096).read_to_end(&mut said));
        let said = String::from_utf8_lossy(&said);
        let last = said.lines().rfind(|line| !line.trim().is_empty());
        Err(Error::Program {
            name,
            why: last.map_or_else(|| status.to_string(), |line| line.trim().to_owned()),
        })
    }
}

impl Drop for Mp3 {
    fn drop(&mut self) {
        // Given up half-way: nobody needs the rest. One that has ended does not mind.
        if self.child.stdin.is_some() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Without filters of its own, for what it hears is not music.
fn lame(rate: u32, kbits: u32, to: &Path) -> Command {
    let mut command = Command::new("lame");
    command
        .args(["--quiet", "-r", "--signed", "--bitwidth", "16"])
        .args(["--little-endian", "-m", "m", "--noreplaygain"])
        .args(["-s", &format!("{:.3}", f64::from(rate) / 1_000.0)])
        .args(["--cbr", "-b", &kbits.to_string(), "-"])
        .arg(to);
    command
}

fn ffmpeg(rate: u32, kbits: u32, to: &Path) -> Command {
    let mut file = std::ffi::OsString::from("file:");
    file.push(to);
    let mut command = Command::new("ffmpeg");
    command
        .args(["-hide_banner", "-v", "error", "-y", "-xerror"])
        .args(["-f", "s16le", "-ac", "1", "-ar", &rate.to_string()])
        .args(["-i", "pipe:0", "-c:a", "libmp3lame"])
        .args(["-b:a", &format!("{kbits}k"), "-id3v2_version", "0"])
        .args(["-map_metadata", "-1", "-fflags", "+bitexact", "-f", "mp3"])
        .arg(file);
    command
}
