//! What fits on a disk.

use std::path::Path;

use crate::error::Error;

/// Bytes that are left free, for what file systems keep of their own.
const RESERVE: u64 = 256 << 10;

/// Free bytes of the disk on which a folder lies, or will lie.
pub(super) fn free(dir: &Path) -> Result<u64, Error> {
    let stat = stat(dir)?;
    Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Room that is given out.
#[derive(Debug)]
pub(super) struct Room {
    left: u64,
    /// Bytes that a file takes up to a multiple of.
    cluster: u64,
}

impl Room {
    pub(super) fn of(dir: &Path, free: u64) -> Result<Self, Error> {
        Ok(Self {
            left: free.saturating_sub(RESERVE),
            cluster: stat(dir)?.f_frsize.max(512),
        })
    }

    /// Takes room for a file, if there is enough.
    pub(super) fn take(&mut self, bytes: u64) -> bool {
        let bytes = bytes.div_ceil(self.cluster).saturating_mul(self.cluster);
        let fits = bytes <= self.left;
        self.left -= if fits { bytes } else { 0 };
        fits
    }
}

fn stat(dir: &Path) -> Result<rustix::fs::StatVfs, Error> {
    // What is not there yet will lie where its parent does.
    let there = dir.ancestors().find(|path| path.exists());
    let there = there.filter(|path| !path.as_os_str().is_empty());
    let there = there.unwrap_or(Path::new("."));
    rustix::fs::statvfs(there).map_err(|e| Error::file(there)(e.into()))
}
