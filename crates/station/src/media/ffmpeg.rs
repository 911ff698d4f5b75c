//! Sound and film through ffmpeg, where it is installed.
//!
//! It is given only files whose first bytes are a container's, only the formats below and no
//! network, so that no playlist can make it read or fetch something else.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use tempfile::{NamedTempFile, TempPath};

use crate::sources::{Ffmpeg, FilmBudget, SoundBudget, Trouble};

/// Containers that ffmpeg may open, by its own names.
const FORMATS: &str = "aac,avi,flac,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,ogg,wav";
/// Longest look at a file before it is encoded.
const PROBE: Duration = Duration::from_secs(30);
/// How often a running ffmpeg is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// Opus below this is not understood any more, in bits per second.
const LEAST_SOUND: u64 = 8_000;

/// The programs.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    ffmpeg: PathBuf,
    ffprobe: PathBuf,
    timeout: Duration,
}

/// A sound or film as it goes on air.
#[derive(Debug)]
pub(crate) struct Encoded {
    pub(crate) path: TempPath,
    pub(crate) len: u64,
    pub(crate) media_type: &'static str,
    pub(crate) seconds: u64,
    pub(crate) width: u64,
    pub(crate) height: u64,
}

/// What is in a file.
#[derive(Debug, Default)]
struct Probe {
    seconds: f64,
    width: u64,
    height: u64,
    has_sound: bool,
    has_film: bool,
}

impl Tools {
    /// The programs that the settings name, if they run.
    pub(crate) fn find(which: &Ffmpeg, timeout: Duration) -> Option<Self> {
        let named = |name: &str| match which {
            Ffmpeg::Installed => Some(PathBuf::from(name)),
            Ffmpeg::Folder(folder) => Some(folder.join(name)),
            Ffmpeg::Never => None,
        };
        let tools = Self {
            ffmpeg: named("ffmpeg")?,
            ffprobe: named("ffprobe")?,
            timeout,
        };
        let runs = |program: &Path| {
            let mut command = Command::new(program);
            command.arg("-version").stdout(Stdio::null());
            run(command, PROBE).is_ok()
        };
        (runs(&tools.ffmpeg) && runs(&tools.ffprobe)).then_some(tools)
    }

    /// Whether a file has moving pictures; nothing if it has neither those nor sound.
    pub(crate) fn is_film(&self, file: &Path) -> Result<bool, Trouble> {
        let probe = self.probe(file)?;
        match (probe.has_film, probe.has_sound) {
            (false, false) => Err(media("it holds neither sound nor film")),
            (film, _) => Ok(film),
        }
    }

    /// A sound: Opus (RFC 6716) in Ogg, mono.
    pub(crate) fn sound(&self, file: &Path, budget: &SoundBudget) -> Result<Encoded, Trouble> {
        let probe = self.probe(file)?;
        let rate = rate(
            probe.seconds,
            u64::from(budget.bits_per_second),
            LEAST_SOUND,
            budget.bytes,
        )?;
        let rate = rate.to_string();
        let args = [
            "-map",
            "0:a:0",
            "-vn",
            "-ac",
            "1",
            "-c:a",
            "libopus",
            "-application",
            "voip",
            "-b:a",
            &rate,
            "-f",
            "ogg",
        ];
        let path = self.encode(file, &args)?;
        self.encoded(path, "audio/ogg", budget.bytes)
    }

    /// A film: H.264 and AAC, mono, in MP4 that plays from its beginning.
    pub(crate) fn film(&self, file: &Path, budget: &FilmBudget) -> Result<Encoded, Trouble> {
        let probe = self.probe(file)?;
        let wanted = u64::from(budget.bits_per_second);
        let sound = u64::from(budget.sound_bits_per_second);
        let least = wanted / 3 + sound;
        let rate = rate(probe.seconds, wanted + sound, least, budget.bytes)? - sound;
        let (rate, twice, sound) = (rate.to_string(), (rate * 2).to_string(), sound.to_string());
        let scale = format!(
            "scale=-2:'2*trunc(min({},ih)/2)',format=yuv420p",
            budget.height
        );
        let args = [
            "-map",
            "0:v:0",
            "-map",
            "0:a:0?",
            "-c:v",
            "libx264",
            "-preset",
            "medium",
            "-profile:v",
            "main",
            "-vf",
            &scale,
            "-r",
            "25",
            "-b:v",
            &rate,
            "-maxrate",
            &rate,
            "-bufsize",
            &twice,
            "-c:a",
            "aac",
            "-ac",
            "1",
            "-b:a",
            &sound,
            "-movflags",
            "+faststart",
            "-f",
            "mp4",
        ];
        let path = self.encode(file, &args)?;
        self.encoded(path, "video/mp4", budget.bytes)
    }

    fn encode(&self, file: &Path, args: &[&str]) -> Result<TempPath, Trouble> {
        let out = NamedTempFile::new().map_err(media)?.into_temp_path();
        let mut command = Command::new(&self.ffmpeg);
        command
            .args(["-nostdin", "-hide_banner", "-v", "error", "-y", "-xerror"])
            .args(["-protocol_whitelist", "file", "-format_whitelist", FORMATS])
            .arg("-i")
            .arg(plain(file))
            .args([
                "-map_metadata",
                "-1",
                "-map_chapters",
                "-1",
                "-sn",
                "-dn",
                "-threads",
                "1",
            ])
            .args([
                "-fflags",
                "+bitexact",
                "-flags:v",
                "+bitexact",
                "-flags:a",
                "+bitexact",
            ])
            .args(args)
            .arg(plain(&out));
        run(command, self.timeout)?;
        Ok(out)
    }

    fn encoded(
        &self,
        path: TempPath,
        media_type: &'static str,
        most: u64,
    ) -> Result<Encoded, Trouble> {
        let probe = self.probe(&path)?;
        let len = fs::metadata(&path).map_err(media)?.len();
        let seconds = probe.seconds.round() as u64;
        // A rate is a wish; a tenth over the budget is granted.
        if len > most + most / 10 {
            return Err(Trouble::TooLong {
                seconds,
                budget: most,
            });
        }
        Ok(Encoded {
            path,
            len,
            media_type,
            seconds,
            width: probe.width,
            height: probe.height,
        })
    }

    fn probe(&self, file: &Path) -> Result<Probe, Trouble> {
        let mut command = Command::new(&self.ffprobe);
        command
            .args([
                "-v",
                "error",
                "-protocol_whitelist",
                "file",
                "-format_whitelist",
                FORMATS,
            ])
            .args(["-show_entries"])
            .arg("format=duration:stream=codec_type,width,height:stream_disposition=attached_pic")
            .args(["-of", "default=noprint_wrappers=1"])
            .arg(plain(file));
        let said = run(command, PROBE)?;
        let mut probe = Probe::default();
        let (mut film, mut size) = (false, (0, 0));
        for (name, value) in said.lines().filter_map(|line| line.split_once('=')) {
            match name {
                "codec_type" => {
                    film = value == "video";
                    probe.has_sound |= value == "audio";
                }
                "width" => size.0 = value.parse().unwrap_or(0),
                "height" => size.1 = value.parse().unwrap_or(0),
                // The last line of a stream; a cover of a sound is no film.
                "DISPOSITION:attached_pic" if film && value == "0" && !probe.has_film => {
                    probe.has_film = true;
                    (probe.width, probe.height) = size;
                }
                "duration" => probe.seconds = value.parse().unwrap_or(0.0),
                _ => {}
            }
        }
        if !probe.seconds.is_finite() || probe.seconds < 0.0 {
            probe.seconds = 0.0;
        }
        Ok(probe)
    }
}

/// Bits per second for what lasts so many seconds: what is wanted, or what fits.
fn rate(seconds: f64, wanted: u64, least: u64, budget: u64) -> Result<u64, Trouble> {
    if seconds < 1.0 {
        return Ok(wanted);
    }
    // Containers take about a twentieth.
    let fits = (budget as f64 * 8.0 * 0.95 / seconds) as u64;
    if fits < least {
        return Err(Trouble::TooLong {
            seconds: seconds as u64,
            budget,
        });
    }
    Ok(wanted.min(fits))
}

/// A path that no option and no protocol can be taken for.
fn plain(path: &Path) -> impl AsRef<OsStr> {
    let mut text = std::ffi::OsString::from("file:");
    text.push(path);
    text
}

/// What the program says; what it complains of is the error.
fn run(mut command: Command, timeout: Duration) -> Result<String, Trouble> {
    let out = NamedTempFile::new().map_err(media)?;
    let err = NamedTempFile::new().map_err(media)?;
    let mut child = command
        .stdin(Stdio::null())
        .stdout(out.reopen().map_err(media)?)
        .stderr(err.reopen().map_err(media)?)
        .spawn()
        .map_err(media)?;
    match wait(&mut child, timeout).map_err(media)? {
        Some(true) => fs::read_to_string(out.path()).map_err(media),
        Some(false) => {
            let said = fs::read(err.path()).unwrap_or_default();
            let said = String::from_utf8_lossy(&said);
            Err(media(said.lines().next_back().unwrap_or("ffmpeg failed")))
        }
        None => Err(Trouble::Timeout {
            seconds: timeout.as_secs(),
        }),
    }
}

/// Whether the program ended well; nothing if it had to be ended.
fn wait(child: &mut Child, timeout: Duration) -> io::Result<Option<bool>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status.success()));
        }
        if start.elapsed() > timeout {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

fn media(why: impl ToString) -> Trouble {
    Trouble::Media {
        why: edition::clean_line(&why.to_string(), 200),
    }
}
