//! Sound of a device of the computer, through a program that records.

use std::io::{self, Read};
use std::process::{Child, Command, Stdio};

use crate::error::Error;

/// What is recorded, in Hz: what every device has.
const RATE: u32 = 48_000;
/// The device that a computer records from if it is not told otherwise.
const USUAL: &str = "default";

/// A program that records, and its arguments for a device.
struct Recorder {
    program: &'static str,
    arguments: fn(&str) -> Vec<String>,
}

/// In the order in which they are tried.
const RECORDERS: [Recorder; 4] = [
    Recorder {
        program: "arecord",
        arguments: |name| words("-q -t raw -f S16_LE -c 1 -r 48000 -D", Some(name)),
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
                _ => ("alsa", name.to_owned()),
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

/// A device that is being recorded from.
#[derive(Debug)]
pub(super) struct Device {
    program: &'static str,
    child: Child,
}

impl Device {
    /// Begins to record, with the first program that is installed. Samples come out of the reader.
    pub(super) fn open(name: &str) -> Result<(Self, Box<dyn Read>), Error> {
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
                return Ok((Self { program, child }, Box::new(sound)));
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

    /// Ends recording. Says what is wrong if the program ended by itself, with a failure.
    pub(super) fn close(mut self) -> Result<(), Error> {
        let ended = self.child.try_wait().ok().flatten();
        let _ = self.child.kill();
        let _ = self.child.wait();
        let program = self.program;
        match ended {
            // What ends it by a signal is Ctrl-C, which it gets as well.
            Some(status) if status.code().is_some_and(|code| code != 0) => {
                Err(Error::Argument(format!(
                    "{program} has ended ({status}): is the device's name right? `arecord -L`, or \
                     `pactl list short sources`, lists them"
                )))
            }
            _ => Ok(()),
        }
    }
}
