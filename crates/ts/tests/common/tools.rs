//! Programs of the machine, run on files. A missing one skips its test loudly; with
//! SKYWAVE_REQUIRE_TOOLS=1 it fails.
#![allow(dead_code, reason = "each test uses a part")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests write files and run programs"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A directory of its own for each call.
pub(crate) fn scratch(name: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let own = format!("skywave-ts-{}-{number}-{name}", std::process::id());
    let path = std::env::temp_dir().join(own);
    std::fs::create_dir_all(&path).unwrap();
    path
}

pub(crate) fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap();
}

pub(crate) fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

/// Whether all of `tools` are there.
pub(crate) fn have(tools: &[&str]) -> bool {
    let missing: Vec<_> = tools
        .iter()
        .filter(|tool| {
            let found = Command::new("sh")
                .args(["-c", &format!("command -v {tool}")])
                .output();
            !found.is_ok_and(|out| out.status.success())
        })
        .collect();
    if missing.is_empty() {
        return true;
    }
    assert!(
        std::env::var("SKYWAVE_REQUIRE_TOOLS").as_deref() != Ok("1"),
        "these tools are required and missing: {missing:?}"
    );
    eprintln!("SKIPPED: {missing:?} not installed");
    false
}

/// Runs a program that must succeed; gives stdout and stderr.
pub(crate) fn run(command: &str) -> (String, String) {
    let out = Command::new("sh").args(["-c", command]).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&out.stdout), text(&out.stderr));
    assert!(
        out.status.success(),
        "{command}: {}\n{stdout}\n{stderr}",
        out.status
    );
    (stdout, stderr)
}
