//! Results on stdout, progress and problems on stderr, for people or for scripts.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;

use crate::error::Error;

/// How a command talks.
#[derive(Debug)]
pub(crate) struct Output {
    json: bool,
    quiet: bool,
    verbose: bool,
}

impl Output {
    pub(crate) fn new(json: bool, quiet: bool, verbose: bool) -> Self {
        Self {
            json,
            quiet,
            verbose,
        }
    }

    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// A result: a line for people, or the object for scripts.
    pub(crate) fn result(&self, line: &str, object: &Value) {
        let text = if self.json {
            object.to_string()
        } else {
            line.to_owned()
        };
        // Whoever closed the pipe does not want to hear of it.
        let _ = writeln!(std::io::stdout(), "{text}");
    }

    /// A line for people only.
    pub(crate) fn line(&self, line: &str) {
        if !self.json {
            let _ = writeln!(std::io::stdout(), "{line}");
        }
    }

    /// Whether people want to hear what happens on the way.
    pub(crate) fn is_talkative(&self) -> bool {
        !self.quiet && !self.json
    }

    /// Something that happened on the way.
    pub(crate) fn note(&self, line: &str) {
        if self.is_talkative() {
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }

    /// Something that only those want to see who asked for more.
    pub(crate) fn detail(&self, line: &str) {
        if self.verbose && !self.json {
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    }

    /// A problem that did not stop the command.
    pub(crate) fn problem(&self, line: &str) {
        if self.json {
            let object = serde_json::json!({ "event": "problem", "text": line });
            let _ = writeln!(std::io::stdout(), "{object}");
        } else {
            let _ = writeln!(std::io::stderr(), "! {line}");
        }
    }

    /// What stopped the command.
    pub(crate) fn error(&self, error: &Error) {
        if self.json {
            let object = serde_json::json!({ "event": "error", "text": error.to_string() });
            let _ = writeln!(std::io::stdout(), "{object}");
        }
        let _ = writeln!(std::io::stderr(), "skywave: {error}");
    }

    /// A bar for something of `total` steps, on stderr where that is a terminal.
    pub(crate) fn bar(&self, total: u64, what: &'static str) -> ProgressBar {
        let target = match self.shows_bars() {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let style = ProgressStyle::with_template("{prefix} {wide_bar} {percent} % {msg}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.set_prefix(what);
        bar.enable_steady_tick(Duration::from_millis(500));
        bar
    }

    /// Whether what happens meanwhile is shown on a terminal.
    pub(crate) fn shows_bars(&self) -> bool {
        self.is_talkative() && std::io::stderr().is_terminal()
    }
}

/// Bytes as people read them.
pub(crate) fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{:.1} kB", n as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        _ => format!("{:.2} GB", n as f64 / 1e9),
    }
}

/// A span as people read it.
pub(crate) fn span(seconds: f64) -> String {
    if seconds < 90.0 {
        format!("{seconds:.0} s")
    } else if seconds < 5_400.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3_600.0)
    }
}
