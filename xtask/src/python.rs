//! A Python of our own under `target`, for what is only to be had there.

use std::path::PathBuf;

use crate::paths;
use crate::run::{Result, Run};

/// Whether Python can make environments (Debian keeps that in python3-venv).
pub(crate) fn has_venv() -> bool {
    Run::new("python3")
        .args(["-c", "import venv, ensurepip"])
        .text()
        .is_ok()
}

/// An environment with this package in it, and its folder of programs. `package` names its version,
/// so that the next run takes what the last one made.
pub(crate) fn environment(package: &str) -> Result<PathBuf> {
    let folder = paths::target()
        .join("tools")
        .join(package.replace(['[', ']', '='], "-"));
    let programs = folder.join("bin");
    let complete = folder.join("complete");
    if !complete.exists() {
        Run::new("python3")
            .args(["-m", "venv", "--clear"])
            .args([&folder])
            .text()?;
        Run::new(programs.join("pip"))
            .args(["install", "--quiet", "--disable-pip-version-check", package])
            .text()?;
        std::fs::write(complete, package)?;
    }
    Ok(programs)
}
