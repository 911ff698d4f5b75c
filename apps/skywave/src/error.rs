//! What the program tells when it cannot go on, and its exit statuses.

use std::path::PathBuf;
use std::process::ExitCode;

/// Exit status of a command that ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// All that was asked for is done.
    Done = 0,
    /// Nothing of what was given could be read: what is wrong has been said, file by file.
    Failed = 1,
    /// Something did not verify, or nobody is trusted.
    NotVerified = 3,
    /// Not all is here, and more reception will help.
    Incomplete = 4,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The station's library says so.
    #[error(transparent)]
    Station(#[from] station::Error),
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Something signed or packed is wrong.
    #[error(transparent)]
    Edition(#[from] edition::Error),
    /// The reader page cannot be packed.
    #[error(transparent)]
    Page(#[from] page::pack::PackError),
    /// An argument makes no sense.
    #[error("{0}")]
    Argument(String),
    /// The terminal is gone.
    #[error("the terminal: {0}")]
    Terminal(std::io::Error),
}

impl Error {
    /// Whether it is about this file, and not about where things are written to.
    pub(crate) fn is_of(&self, file: &std::path::Path) -> bool {
        matches!(self, Self::File { path, .. } if path == file)
    }

    /// Attaches a path to an I/O error.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
