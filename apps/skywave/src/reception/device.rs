//! Sound of a device of the computer, through a program that records.

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::Error;

/// What is recorded, in Hz: what every device has.
const RATE: u32 = 48_000;
/// The device that a computer records from if it is not told otherwise.
const USUAL: &str = "default";
/// How long a program may take to end once it has closed its output.
const END: Duration = Duration::from_secs(1);
/// How long Ctrl-C, which ends the program as well, may take to be noted here.
const NOTED: Duration = Duration::from_millis(300);
/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_millis(20);

/// A program that records, and its arguments for a device.
struct Recorder {
    program: &'static str,
    arguments: fn(&str) -> Vec<String>,
}

/// In the order in which they are tried.
const RECORDERS: [Recorder; 4] = [
    Recorder {
        program: "arecord",
        arguments: |name| words("-q -t raw -f S16_LE -c 1 -r 48000 -D", Some(&plug(name))),
    },
    Recorder {
        program: "parec",
        arguments: |name| {
            let mut all = words("--raw --format=s16le --channels=1 --rate=48000", None);
            all.extend((name != USUAL).then(|| format!("--device={name}")));
            all
        },
    },
    Recorder {
        program: "pw-record",
        arguments: |name| {
            let mut all = words("--format=s16 --channels=1 --rate=48000", None);
            all.extend((name != USUAL).then(|| format!("--target={name}")));
            all.push("-".to_owned());
            all
        },
    },
    Recorder {
        program: "ffmpeg",
        arguments: |name| {
            let mut all = words("-nostdin -v error -f", None);
            // The systems call them otherwise.
            let (system, name) = match std::env::consts::OS {
                "macos" => ("avfoundation", format!(":{name}")),
                "windows" => ("dshow", format!("audio={name}")),
                _ => ("alsa", plug(name)),
            };
            all.extend([system.to_owned(), "-i".to_owned(), name]);
            all.extend(words("-ac 1 -ar 48000 -f s16le -", None));
            all
        },
    },
];

fn words(text: &str, last: Option<&str>) -> Vec<String> {
    text.split(' ').chain(last).map(str::to_owned).collect()
}

/// ALSA's name of a device, so that it has every rate and one channel: `hw` by itself gives what the
/// device has, 44,100 Hz for instance, as if that were what was asked for.
fn plug(name: &str) -> String {
    match name.starts_with("hw:") {
        true => format!("plug{name}"),
        false => name.to_owned(),
    }
}

/// A device that is being recorded from.
#[derive(Debug)]
pub(crate) struct Device {
    program: &'static str,
    child: Child,
}

impl Device {
    /// Begins to record, with the first program that is installed. Samples come out of the reader.
    pub(super) fn open(name: &str) -> Result<(Self, impl Read + Send + 'static), Error> {
        for recorder in RECORDERS {
            let spawned = Command::new(recorder.program)
                .args((recorder.arguments)(name))
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .spawn();
            let mut child = match spawned {
                Ok(child) => child,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => {
                    let program = recorder.program;
                    return Err(Error::Argument(format!("{program} cannot be run: {error}")));
                }
            };
            if let Some(sound) = child.stdout.take() {
                let program = recorder.program;
                return Ok((Self { program, child }, sound));
            }
        }
        Err(Error::Argument(
            "no program that records is installed: install one (arecord is in Debian's alsa-utils, \
             parec in pulseaudio-utils, pw-record in pipewire-bin; or ffmpeg), or pipe sound to \
             `skywave receive --pcm RATE -`"
                .to_owned(),
        ))
    }

    /// Samples in a second, in Hz.
    pub(super) fn rate(&self) -> u32 {
        RATE
    }

    /// Ends recording. Says what is wrong if the program has ended by itself, with a failure, and
    /// not because that `is_asked`: Ctrl-C, which it gets as well and answers as it likes. `is_begun`
    /// if sound came.
    pub(super) fn close(
        mut self,
        is_begun: bool,
        is_asked: impl Fn() -> bool,
    ) -> Result<(), Error> {
        let mut ended = None;
        let mut until = Instant::now() + END;
        while !is_asked() && Instant::now() < until {
            if ended.is_none() {
                ended = self.child.try_wait().ok().flatten();
                match ended {
                    Some(status) if status.success() => break,
                    Some(_) => until = Instant::now() + NOTED,
                    None => {}
                }
            }
            thread::sleep(LOOK);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let program = self.program;
        match ended.filter(|_| !is_asked()) {
            Some(status) if status.code().is_some_and(|code| code != 0) => {
                Err(Error::Argument(match is_begun {
                    true => format!(
                        "{program} has ended ({status}); what came before is kept: is the device still \
                         there?"
                    ),
                    false => format!(
                        "{program} has ended ({status}): is the device's name right? `arecord -L`, or \
                         `pactl list short sources`, lists them"
                    ),
                }))
            }
            _ => Ok(()),
        }
    }
}
