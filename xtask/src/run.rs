//! Other programs: run, watched, and clearly named when they fail.

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;

/// What went wrong, in words for whoever started `xtask`.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure(error.to_string())
    }
}

/// A program to run.
pub(crate) struct Run {
    command: Command,
}

/// What a program that was watched said.
pub(crate) struct Said {
    pub(crate) status: ExitStatus,
    /// Both outputs, line by line, as they came.
    pub(crate) lines: Vec<String>,
}

impl Run {
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Run {
        let mut command = Command::new(program);
        command
            .current_dir(crate::paths::workspace())
            .stdin(Stdio::null());
        Run { command }
    }

    /// The cargo that runs us.
    pub(crate) fn cargo() -> Run {
        Run::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Run {
        self.command.args(args);
        self
    }

    /// In this folder; otherwise in the root of the workspace.
    pub(crate) fn within(mut self, folder: &Path) -> Run {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Run {
        self.command.env(name, value);
        self
    }

    pub(crate) fn envs(mut self, variables: &[(String, String)]) -> Run {
        self.command
            .envs(variables.iter().map(|(name, value)| (name, value)));
        self
    }

    /// As it would be typed.
    pub(crate) fn shown(&self) -> String {
        let program = Path::new(self.command.get_program());
        let mut shown = vec![program.file_stem().unwrap_or_default().to_string_lossy()];
        shown.extend(self.command.get_args().map(OsStr::to_string_lossy));
        let quoted = |word: &str| match word {
            word if word.contains([' ', '\'', '"']) => format!("{word:?}"),
            word => word.to_owned(),
        };
        shown
            .iter()
            .map(|word| quoted(word))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Runs it silently and gives what it wrote to stdout.
    pub(crate) fn text(mut self) -> Result<String> {
        let output = self
            .command
            .output()
            .map_err(|error| self.cannot_run(&error))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let tail: Vec<&str> = said.lines().rev().take(10).collect();
        let tail = tail.into_iter().rev().collect::<Vec<_>>().join("\n  ");
        Err(Failure(format!(
            "{} ended with {}:\n  {tail}",
            self.shown(),
            status(output.status)
        )))
    }

    /// Runs it, shows each line as it comes behind `margin`, and keeps it.
    pub(crate) fn watched(mut self, margin: &str) -> Result<Said> {
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self
            .command
            .spawn()
            .map_err(|error| self.cannot_run(&error))?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let lines = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            scope.spawn(|| out.into_iter().for_each(|out| tee(out, margin, &lines)));
            scope.spawn(|| err.into_iter().for_each(|err| tee(err, margin, &lines)));
        });
        let status = child.wait()?;
        Ok(Said {
            status,
            lines: lines.into_inner().unwrap_or_default(),
        })
    }

    fn cannot_run(&self, error: &io::Error) -> Failure {
        let program = self.command.get_program().to_string_lossy();
        Failure(match error.kind() {
            io::ErrorKind::NotFound => format!("{program} is not installed, or not where expected"),
            _ => format!("{program} cannot be run: {error}"),
        })
    }
}

impl Said {
    /// Whether it ended well; otherwise how it ended.
    pub(crate) fn check(&self, what: &str) -> Result<()> {
        if self.status.success() {
            return Ok(());
        }
        Err(Failure(format!(
            "{what} ended with {}",
            status(self.status)
        )))
    }
}

/// Whether a program of that name is on the path.
pub(crate) fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let program = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path).any(|folder| folder.join(&program).is_file())
}

fn tee(from: impl Read, margin: &str, lines: &Mutex<Vec<String>>) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from
        .read_until(b'\n', &mut line)
        .is_ok_and(|length| length > 0)
    {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        // Nobody left to read it is no reason to stop.
        let _ = writeln!(io::stdout().lock(), "{margin}{text}");
        if let Ok(mut lines) = lines.lock() {
            lines.push(text);
        }
        line.clear();
    }
}

fn status(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("status {code}"),
        None => status.to_string(),
    }
}
