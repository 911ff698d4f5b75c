//! Where big temporary files lie.

use std::path::Path;

use tempfile::TempDir;

use crate::Result;

/// A temporary directory in memory (tmpfs) where there is such a thing, so that no bench measures a
/// disk; `SKYWAVE_BENCH_DIR` chooses another place.
///
/// # Errors
///
/// If it cannot be made.
pub fn scratch() -> Result<TempDir> {
    let chosen = std::env::var_os("SKYWAVE_BENCH_DIR");
    let builder = &mut tempfile::Builder::new();
    let builder = builder.prefix("skywave-bench-");
    Ok(match chosen {
        Some(dir) => builder.tempdir_in(dir)?,
        None if Path::new("/dev/shm").is_dir() => builder.tempdir_in("/dev/shm")?,
        None => builder.tempdir()?,
    })
}
