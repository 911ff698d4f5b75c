//! What a fresh machine lacks.

use crate::debian;
use crate::human;
use crate::paths;
use crate::run::{Failure, Result, Run, is_installed};
use crate::words::{Style, styled};

/// Somebody else's program that something here uses.
pub(crate) struct Tool {
    program: &'static str,
    /// The packages it comes from in Debian 12.
    packages: &'static [&'static str],
    used_for: &'static str,
}

pub(crate) const FFMPEG: Tool = Tool {
    program: "ffmpeg",
    packages: &["ffmpeg"],
    used_for: "re-encodes sound and film; reads our streams in tests",
};

/// cvlc is in vlc-bin; what reads transport streams, with libdvbpsi, is in vlc-plugin-base.
pub(crate) const VLC: Tool = Tool {
    program: "cvlc",
    packages: &["vlc-bin", "vlc-plugin-base"],
    used_for: "plays our streams in tests",
};

pub(crate) const DVBPSI: Tool = Tool {
    program: "dvbinfo",
    packages: &["dvbpsi-utils"],
    used_for: "checks the tables of our streams in tests",
};

pub(crate) const TSTOOLS: Tool = Tool {
    program: "tsreport",
    packages: &["tstools"],
    used_for: "checks the timing of our streams in tests",
};

pub(crate) const OPUS_TOOLS: Tool = Tool {
    program: "opusenc",
    packages: &["opus-tools"],
    used_for: "what messengers do to radio, in tests",
};

/// Its formats, AMR-NB among them, are in libsox-fmt-base.
pub(crate) const SOX: Tool = Tool {
    program: "sox",
    packages: &["sox", "libsox-fmt-base"],
    used_for: "what old phones do to radio, in tests",
};

pub(crate) const ESPEAK: Tool = Tool {
    program: "espeak-ng",
    packages: &["espeak-ng"],
    used_for: "speaks announcements and headlines on the radio",
};

pub(crate) const CHROMIUM: Tool = Tool {
    program: "chromium",
    packages: &["chromium"],
    used_for: "the reader page is tested in it",
};

pub(crate) const FIREFOX: Tool = Tool {
    program: "firefox-esr",
    packages: &["firefox-esr"],
    used_for: "the reader page is tested in it",
};

pub(crate) const NODE: Tool = Tool {
    program: "node",
    packages: &["nodejs"],
    used_for: "checks the types of the reader page and drives the browsers",
};

pub(crate) const NPM: Tool = Tool {
    program: "npm",
    packages: &["npm"],
    used_for: "brings what checks types and drives browsers",
};

pub(crate) const UNSHARE: Tool = Tool {
    program: "unshare",
    packages: &["util-linux"],
    used_for: "watches the network that a browser sees, in a namespace",
};

pub(crate) const IP: Tool = Tool {
    program: "ip",
    packages: &["iproute2"],
    used_for: "makes that network",
};

impl Tool {
    /// On the path, and not half installed: that is, with some of its packages but not all.
    fn is_here(&self) -> bool {
        let half = || {
            let here = self
                .packages
                .iter()
                .filter(|package| debian::has(package))
                .count();
            debian::is_here() && here > 0 && here < self.packages.len()
        };
        is_installed(self.program) && !half()
    }
}

/// What could not be had, and why: (what, why).
pub(crate) type Missing = Vec<(String, String)>;

/// Checks Rust, and installs what is missing of `tools` and, if asked for, Python's venv.
/// Only a Rust that is too old is a failure; without the rest things go on.
pub(crate) fn run(tools: &[Tool], with_python: bool) -> Result<Missing> {
    say("Rust", &rust()?);
    let absent: Vec<&Tool> = tools.iter().filter(|tool| !tool.is_here()).collect();
    let mut packages: Vec<&str> = absent
        .iter()
        .flat_map(|tool| tool.packages.iter().copied())
        .collect();
    if with_python && !crate::python::has_venv() {
        packages.extend(["python3", "python3-venv"]);
    }
    let why = match &packages[..] {
        [] => String::new(), // Nothing to say: all is there.
        packages if debian::is_here() => {
            let began = std::time::Instant::now();
            say("apt-get", &format!("installing {}", packages.join(", ")));
            match debian::install(packages) {
                Ok(()) => {
                    say(
                        "apt-get",
                        &format!("done in {}", human::duration(began.elapsed())),
                    );
                    "installed, but not on the path".to_owned()
                }
                Err(Failure(why)) => why,
            }
        }
        _ => "no apt-get here".to_owned(),
    };
    let mut missing = Missing::new();
    for tool in tools {
        if tool.is_here() {
            say(tool.program, "there");
            continue;
        }
        let packages = tool.packages.join(" ");
        let line = format!("missing ({}; Debian: {packages}): {why}", tool.used_for);
        say(tool.program, &styled(Style::Odd, line));
        missing.push((tool.program.to_owned(), format!("missing: {why}")));
    }
    Ok(missing)
}

fn say(what: &str, how: &str) {
    println!("  {what:<10}{how}");
}

/// The version of Rust, if it is new enough for the workspace.
fn rust() -> Result<String> {
    let shown = Run::new("rustc").args(["--version"]).text()?;
    let manifest = std::fs::read_to_string(paths::workspace().join("Cargo.toml"))?;
    let wanted = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    let wanted = wanted.unwrap_or_default().trim_matches('"');
    let version = shown.split(' ').nth(1).unwrap_or_default();
    if numbers(version) < numbers(wanted) {
        return Err(Failure(format!(
            "Rust {version} is too old: {wanted} is needed. Get it with `rustup update stable`."
        )));
    }
    Ok(format!("{version} (at least {wanted})"))
}

fn numbers(version: &str) -> Vec<u32> {
    let digits = version.split(['.', '-', '+']);
    digits.map_while(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        assert!(numbers("1.95.0") >= numbers("1.95"));
        assert!(numbers("1.100.0-nightly") > numbers("1.95"));
        assert!(numbers("1.94.1") < numbers("1.95"));
    }
}
