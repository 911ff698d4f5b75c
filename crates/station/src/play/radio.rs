//! Slots on the radio: the sound is made before the slot begins, and goes to a file, a pipe or a
//! command while it is on.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::error::Error;
use crate::play::backoff::Backoff;
use crate::play::board::CarrierStatus;
use crate::play::clock::utc_seconds;
use crate::play::desk::Desk;
use crate::play::hours::{Hours, Slot};
use crate::send::{SendRadio, SoundTo, send_radio};

/// Seconds before a slot at which its sound is begun to be made.
const AHEAD: u64 = 600;
/// The shortest rest of a slot, after a power cut, for which sound is made, in seconds, and how long
/// that may take.
const LEAST: u64 = 120;
const MAKING: u64 = 20;
/// Bytes of a WAV's header, and of a second that is written at once.
const HEADER_BYTES: u64 = 44;
const STEPS: u64 = 10;
/// What takes sound has so long to take a piece of it.
const PATIENCE: Duration = Duration::from_secs(2);
/// A slot that seems to be further away is one of a clock that was wrong.
const FAR: u64 = 2 * 86_400;
/// Waits between tries to open a pipe or start a command.
const WAITS: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(10));
/// `O_NONBLOCK`: a pipe that nobody reads must not hold up the station.
const NONBLOCK: i32 = if cfg!(target_os = "linux") { 0o4000 } else { 4 };

/// Where sound goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SoundOut {
    /// Whole, before the slot begins.
    File(PathBuf),
    /// A FIFO, in time.
    Pipe(PathBuf),
    /// The standard input of a command, in time.
    Command(Vec<String>),
}

/// A slot that comes again.
#[derive(Debug, Clone)]
pub(crate) struct RadioLine {
    pub(crate) name: String,
    pub(crate) hours: Hours,
    pub(crate) terms: SendRadio,
    pub(crate) out: SoundOut,
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// Nothing yet.
    Wait,
    /// Make so many seconds of sound, which begin at this second.
    Make { begin: u64, seconds: u64 },
    /// Nothing any more: too little of it is left.
    Leave,
}

/// What is to be done for a slot of which nothing is made yet.
pub(crate) fn act(slot: &Slot, utc: u64) -> Act {
    if utc + AHEAD < slot.begin {
        return Act::Wait;
    }
    let begin = slot.begin.max(utc + MAKING);
    match slot.end.saturating_sub(begin) {
        seconds if seconds >= LEAST || begin == slot.begin => Act::Make { begin, seconds },
        _ => Act::Leave,
    }
}

impl RadioLine {
    pub(crate) fn start(self, desk: &Arc<Desk>) -> Result<Vec<JoinHandle<()>>, Error> {
        let name = self.name.clone();
        desk.start(&name, |desk| self.run(desk))
    }

    fn run(self, desk: &Desk) {
        let mut left = 0;
        let mut wait = Backoff::new(Duration::from_secs(5), Duration::from_secs(60));
        let mut trouble = None;
        loop {
            let utc = utc_seconds();
            if left > utc + FAR {
                left = 0;
            }
            let slot = self.hours.next(utc.max(left));
            let doing = match &slot {
                Some(slot) => format!("next at {}", crate::play::clock::show(slot.begin)),
                None => "never on".to_owned(),
            };
            self.tell(desk, false, 0, doing, trouble.clone());
            let act = slot.map_or(Act::Wait, |slot| act(&slot, utc));
            match (act, slot) {
                (Act::Make { begin, seconds }, Some(slot)) if wait.may_try(desk.now()) => {
                    match self.slot(desk, &slot, begin, seconds) {
                        Ok(()) => {
                            trouble = None;
                            wait.worked();
                            left = slot.end;
                        }
                        Err(error) => {
                            tracing::error!(carrier = self.name, %error, "no sound for this slot");
                            trouble = Some(error.to_string());
                            wait.failed(desk.now());
                        }
                    }
                }
                (Act::Leave, Some(slot)) => left = slot.end,
                _ => {}
            }
            if !desk.wait(Duration::from_secs(1)) {
                return;
            }
        }
    }

    fn tell(
        &self,
        desk: &Desk,
        is_due: bool,
        edition: u64,
        doing: String,
        trouble: Option<String>,
    ) {
        let to = match &self.out {
            SoundOut::File(path) | SoundOut::Pipe(path) => path.display().to_string(),
            SoundOut::Command(command) => command.join(" "),
        };
        let status = CarrierStatus {
            kind: "radio",
            to,
            bits_per_s: self.terms.bit_rate() as u64,
            is_due,
            edition,
            doing,
            trouble,
            ..CarrierStatus::default()
        };
        desk.tell(&self.name, status);
    }

    /// Makes the sound, and plays it in its time.
    fn slot(&self, desk: &Desk, slot: &Slot, begin: u64, seconds: u64) -> Result<(), Error> {
        let terms = SendRadio {
            seconds: seconds as f64,
            ..self.terms.clone()
        };
        let made = match &self.out {
            SoundOut::File(path) => hidden(path),
            _ => desk.station.dir().join(format!("on-air-{}.wav", self.name)),
        };
        self.tell(desk, false, 0, "making the sound".to_owned(), None);
        let alive = |done: f64| {
            let doing = format!("making the sound: {:.0} %", done * 100.0);
            self.tell(desk, false, 0, doing, None);
        };
        let mut out = SoundTo::File(made.clone());
        let sent = send_radio(&desk.station, &terms, &mut || None, &mut out, &mut {
            alive
        });
        let sent = match sent {
            Ok(sent) => sent,
            Err(error) => {
                let _ = fs::remove_file(&made);
                return Err(error);
            }
        };
        let number = sent.number;
        tracing::info!(
            carrier = self.name,
            edition = number,
            seconds,
            "sound is made"
        );
        let done = match &self.out {
            SoundOut::File(path) => fs::rename(&made, path).map_err(Error::file(path)),
            SoundOut::Pipe(path) => {
                let path = path.clone();
                let open = move || {
                    let mut options = OpenOptions::new();
                    let options = options.write(true).custom_flags(NONBLOCK);
                    Ok(Box::new(options.open(&path)?) as Box<dyn Write>)
                };
                self.play(desk, &made, number, begin, slot.end, Box::new(open))
            }
            SoundOut::Command(command) => {
                let command = command.clone();
                let open = move || Ok(Box::new(Player::start(&command)?) as Box<dyn Write>);
                self.play(desk, &made, number, begin, slot.end, Box::new(open))
            }
        };
        let _ = fs::remove_file(&made);
        done
    }

    /// Plays a WAV in its own time. Who takes it late gets it from where it should be.
    fn play(
        &self,
        desk: &Desk,
        path: &Path,
        number: u64,
        begin: u64,
        end: u64,
        mut open: Box<dyn FnMut() -> io::Result<Box<dyn Write>>>,
    ) -> Result<(), Error> {
        let mut file = File::open(path).map_err(Error::file(path))?;
        let mut header = [0; HEADER_BYTES as usize];
        file.read_exact(&mut header).map_err(Error::file(path))?;
        while utc_seconds() < begin {
            if begin.saturating_sub(utc_seconds()) > FAR {
                return Ok(());
            }
            self.tell(
                desk,
                false,
                number,
                "the sound waits for its slot".to_owned(),
                None,
            );
            if !desk.wait(Duration::from_millis(200)) {
                return Ok(());
            }
        }
        let started = desk.now();
        let size = file.metadata().map_err(Error::file(path))?.len();
        let step = u64::from(self.terms.rate) * 2 / STEPS;
        let mut at = HEADER_BYTES;
        let mut sink: Option<Box<dyn Write>> = None;
        let mut wait = Backoff::new(WAITS.0, WAITS.1);
        let mut trouble = None;
        let mut bytes = vec![0; step as usize];
        while at < size && utc_seconds() < end + 1 {
            let len = (size - at).min(step) as usize;
            let piece = &mut bytes[..len];
            file.seek(SeekFrom::Start(at)).map_err(Error::file(path))?;
            file.read_exact(piece).map_err(Error::file(path))?;
            if sink.is_none() && wait.may_try(desk.now()) {
                let opened = open().and_then(|mut out| {
                    out.write_all(&header)?;
                    Ok(out)
                });
                match opened {
                    Ok(out) => sink = Some(out),
                    Err(error) => {
                        trouble = Some(error.to_string());
                        wait.failed(desk.now());
                    }
                }
            }
            if let Some(out) = &mut sink {
                match give(out.as_mut(), piece, desk) {
                    Ok(()) => {
                        wait.worked();
                        trouble = None;
                    }
                    Err(error) => {
                        tracing::warn!(carrier = self.name, %error, "the sound is not taken");
                        trouble = Some(error.to_string());
                        sink = None;
                        wait.failed(desk.now());
                    }
                }
            }
            at += step;
            // A second ahead, so that nothing runs dry.
            let due = Duration::from_millis((at - HEADER_BYTES) * 1_000 / (step * STEPS));
            let due = started + due.saturating_sub(Duration::from_secs(1));
            self.tell(desk, true, number, "on air".to_owned(), trouble.clone());
            if !desk.wait(due.saturating_sub(desk.now())) {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Gives all of a piece. Who takes nothing for two seconds is given up: a player that hangs must not
/// hold up the station.
fn give(out: &mut dyn Write, mut piece: &[u8], desk: &Desk) -> io::Result<()> {
    let until = desk.now() + PATIENCE;
    while !piece.is_empty() {
        match out.write(piece) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => piece = &piece[n..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && desk.now() < until => {
                thread::sleep(Duration::from_millis(20));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Beside a file, with the same ending.
fn hidden(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}"))
        .with_extension(path.extension().unwrap_or_default())
}

/// A program that takes sound; it ends with the sound.
struct Player(Child);

impl Player {
    fn start(command: &[String]) -> io::Result<Self> {
        let (program, arguments) = command.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::piped());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn()?;
        if let Some(stdin) = &child.stdin {
            rustix::fs::fcntl_setfl(stdin, rustix::fs::OFlags::NONBLOCK)?;
        }
        Ok(Self(child))
    }
}

impl Write for Player {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0.stdin {
            Some(stdin) => stdin.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // It has a second of sound to play; then it is ended.
        for _ in 0..50 {
            if matches!(self.0.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_is_made_in_time_and_after_a_power_cut_for_the_rest() {
        let slot = Slot {
            begin: 10_000,
            end: 11_800,
        };
        assert_eq!(act(&slot, 9_000), Act::Wait);
        let whole = Act::Make {
            begin: 10_000,
            seconds: 1_800,
        };
        assert_eq!(act(&slot, 9_500), whole);
        // Power is back ten minutes into the slot.
        let rest = Act::Make {
            begin: 10_620,
            seconds: 1_180,
        };
        assert_eq!(act(&slot, 10_600), rest);
        assert_eq!(act(&slot, 11_700), Act::Leave);
    }

    #[test]
    fn a_file_in_the_making_has_the_ending_of_the_file() {
        let path = hidden(Path::new("/srv/slot.flac"));
        assert_eq!(path, Path::new("/srv/.slot.flac"));
    }
}
