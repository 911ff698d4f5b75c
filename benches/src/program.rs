//! The real program under a watch: wall time, time on a core, most memory.

use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

use crate::Result;

/// What a run of the program came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Exit status; `None` if a signal ended it.
    pub status: Option<i32>,
    /// Wall time, in seconds.
    pub wall: f64,
    /// Time on a core, user and system, in seconds.
    pub cpu: f64,
    /// The part of it that the system took.
    pub system: f64,
    /// The most memory that it held, in bytes.
    pub memory: u64,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// Runs `skywave` on core `core`, or on all of them. The program is the one that was built beside
/// the bench, or `SKYWAVE`. GNU time does the watching.
///
/// # Errors
///
/// If it or `time` or `taskset` cannot be run.
pub fn skywave<A: AsRef<OsStr>>(core: Option<u32>, arguments: &[A]) -> Result<Outcome> {
    let program = match std::env::var_os("SKYWAVE") {
        Some(program) => program.into(),
        None => std::env::current_exe()?.with_file_name("skywave"),
    };
    if !program.is_file() {
        let why = "is not there: cargo build --release -p skywave";
        return Err(format!("{} {why}", program.display()).into());
    }
    let watched = ["-q", "-f", "\n%U %S %M"];
    let mut command = match core {
        Some(core) => {
            let mut command = Command::new("taskset");
            command.args(["-c", &core.to_string(), "time"]);
            command
        }
        None => Command::new("time"),
    };
    command.args(watched).arg(program).args(arguments);
    let began = Instant::now();
    let output = command.stdin(Stdio::null()).output()?;
    let wall = began.elapsed().as_secs_f64();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let (told, watch) = stderr.trim_end().rsplit_once('\n').unwrap_or_default();
    let numbers: Vec<f64> = watch.split(' ').flat_map(str::parse).collect();
    let [user, system, kilobytes] = numbers[..] else {
        return Err(format!("no times from GNU time: {stderr}").into());
    };
    Ok(Outcome {
        // `time` gives 128 and more for a signal, as a shell does.
        status: output.status.code().filter(|code| *code < 128),
        wall,
        cpu: user + system,
        system,
        memory: (kilobytes * 1024.0) as u64,
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: told.to_owned(),
    })
}

/// Time on a core that this process has taken so far, in seconds.
#[must_use]
pub fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
