//! `cargo xtask test`: all set-up, every check.

use std::thread;
use std::time::{Duration, Instant};

use crate::checks;
use crate::engine;
use crate::human;
use crate::page;
use crate::paths;
use crate::run::{Failure, Result, Run, is_installed};
use crate::s3;
use crate::setup::{self, Missing};
use crate::words::{Style, on_terminal, styled, table, unstyled};

pub(crate) fn run() -> Result<()> {
    let began = Instant::now();
    let mut board = Board::default();

    board.heading("Set-up");
    let tools = [
        setup::FFMPEG,
        setup::VLC,
        setup::DVBPSI,
        setup::TSTOOLS,
        setup::OPUS_TOOLS,
        setup::SOX,
        setup::ESPEAK,
        setup::CHROMIUM,
        setup::FIREFOX,
        setup::NODE,
        setup::NPM,
        setup::UNSHARE,
        setup::IP,
    ];
    let missing = setup::run(&tools, true)?;
    // Takes a minute the first time, and the checks until the tests do not need it.
    let s3 = thread::spawn(s3::Server::start);

    board.check("format", || {
        cargo(&["fmt", "--all", "--", "--check", "-l"], &[])
    });
    board.check("lengths of files", || {
        checks::lengths::check().map(Done::Quietly)
    });
    board.check("links in documents", || {
        checks::links::check().map(Done::Quietly)
    });
    board.check("licences", || checks::licences::check().map(Done::Quietly));
    board.check("cargo deny", deny);
    // The program takes it in: before anything is built with it.
    board.check("the page's engine", || engine::build().map(Done::Quietly));
    board.check("clippy", || {
        cargo(
            &[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ],
            &[],
        )
    });
    let s3 = s3
        .join()
        .unwrap_or_else(|_| Err(Failure("its thread ended badly".to_owned())));
    board.check("tests", || tests(&variables(&missing, s3.as_ref().ok())));
    board.check("doc tests", || {
        cargo(&["test", "--workspace", "--doc"], &[])
    });
    board.check("docs", || {
        let warnings = [("RUSTDOCFLAGS".to_owned(), "-D warnings".to_owned())];
        cargo(&["doc", "--workspace", "--no-deps"], &warnings)
    });
    let pages = variables(&missing, None);
    board.check("types of the page", || page::types().map(Done::Quietly));
    board.check("the page in browsers", || page::browsers(&pages));
    board.check("commands in README", || {
        checks::readme::check().map(Done::Quietly)
    });
    board.check("fuzz targets build", fuzz);

    for (program, why) in missing {
        board.skip(&format!("tests with {program}"), &why);
    }
    if let Err(Failure(why)) = s3 {
        board.skip("tests with an S3 server", &why);
    }
    if !corpus().is_dir() {
        board.skip("tests on the corpus", &format!("no {}", corpus().display()));
    }
    board.close(began.elapsed())
}

/// What the tests are told of this machine.
fn variables(missing: &Missing, s3: Option<&s3::Server>) -> Vec<(String, String)> {
    let mut variables = s3.map_or_else(Vec::new, s3::Server::variables);
    if missing.is_empty() {
        // A test that needs a tool and does not find it fails.
        variables.push(("SKYWAVE_REQUIRE_TOOLS".to_owned(), "1".to_owned()));
    }
    variables
}

fn tests(variables: &[(String, String)]) -> Result<Done> {
    if !has_subcommand("nextest") {
        println!("  cargo-nextest is not installed: cargo test runs them, one after the other");
        let targets = [
            "test",
            "--workspace",
            "--lib",
            "--bins",
            "--tests",
            "--no-fail-fast",
        ];
        return cargo(&targets, variables);
    }
    let profile = if std::env::var_os("CI").is_some() {
        "ci"
    } else {
        "default"
    };
    cargo(
        &[
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--profile",
            profile,
        ],
        variables,
    )
}

/// Advisories need the network: what is published since is not this change's fault, so a database
/// that cannot be fetched is no failure, but the rest of the rules are checked.
fn deny() -> Result<Done> {
    if !has_subcommand("deny") {
        let why =
            "not installed (cargo install --locked cargo-deny): advisories and bans unchecked";
        return Ok(Done::Skipped(why.to_owned()));
    }
    cargo(&["deny", "check", "bans", "licenses", "sources"], &[])?;
    let advisories = cargo(&["deny", "check", "advisories"], &[]);
    match advisories {
        Err(Failure(why)) if !can_fetch_advisories() => Ok(Done::Skipped(format!(
            "advisories, their database cannot be fetched: {why}"
        ))),
        other => other,
    }
}

fn can_fetch_advisories() -> bool {
    Run::cargo().args(["deny", "fetch", "db"]).text().is_ok()
}

/// The fuzz targets are a workspace of their own. Their corpora replay in the crates' tests.
fn fuzz() -> Result<Done> {
    if !paths::workspace().join("fuzz/Cargo.toml").exists() {
        return Ok(Done::Skipped("no fuzz/Cargo.toml".to_owned()));
    }
    let target = paths::target().join("fuzz");
    let target = [("CARGO_TARGET_DIR".to_owned(), target.display().to_string())];
    cargo(
        &["check", "--manifest-path", "fuzz/Cargo.toml", "--bins"],
        &target,
    )
}

/// Real feeds and pages, which are not ours to ship.
fn corpus() -> std::path::PathBuf {
    let told = std::env::var_os("SKYWAVE_CORPUS").map(Into::into);
    told.unwrap_or_else(|| paths::workspace().join("../shared/corpus"))
}

fn has_subcommand(name: &str) -> bool {
    is_installed(&format!("cargo-{name}")) || Run::cargo().args([name, "--version"]).text().is_ok()
}

fn cargo(words: &[&str], variables: &[(String, String)]) -> Result<Done> {
    let colour = if on_terminal() { "always" } else { "never" };
    let run = Run::cargo()
        .args(words)
        .envs(variables)
        .env("CARGO_TERM_COLOR", colour);
    let shown = run.shown();
    let said = run.watched("  ")?;
    let closing = said
        .lines
        .iter()
        .filter(|line| is_closing(line))
        .cloned()
        .collect();
    match said.check(&shown) {
        Ok(()) => Ok(Done::Saying(closing)),
        Err(Failure(why)) => Err(Failure([closing, vec![why]].concat().join("\n    "))),
    }
}

/// Whether this is a test runner's last word: libtest's, nextest's or node's.
pub(crate) fn is_closing(line: &str) -> bool {
    let line = unstyled(line);
    line.starts_with("test result: ")
        || line.trim_start().starts_with("Summary [")
        || ["ℹ pass ", "ℹ fail ", "# pass ", "# fail "]
            .iter()
            .any(|words| line.starts_with(words))
}

/// How a check ended that did not fail.
pub(crate) enum Done {
    /// With these last words of a test runner, if any.
    Saying(Vec<String>),
    /// Nothing was shown; this is what there was.
    Quietly(String),
    Skipped(String),
}

/// All checks and what became of them.
#[derive(Default)]
struct Board {
    rows: Vec<Vec<String>>,
    closing: Vec<String>,
    failures: Vec<String>,
    skipped: usize,
}

impl Board {
    fn heading(&self, text: &str) {
        println!("\n{}", styled(Style::Heading, format!("── {text}")));
    }

    fn check(&mut self, name: &str, check: impl FnOnce() -> Result<Done>) {
        self.heading(name);
        let began = Instant::now();
        let result = check();
        let took = human::duration(began.elapsed());
        let (style, word, note) = match result {
            Ok(Done::Saying(closing)) => {
                self.closing.extend(closing);
                (Style::Good, "passed", String::new())
            }
            Ok(Done::Quietly(note)) => {
                println!("  {note}");
                (Style::Good, "passed", note)
            }
            Ok(Done::Skipped(why)) => return self.skip(name, &why),
            Err(Failure(why)) => {
                println!("  {}", styled(Style::Bad, &why));
                self.failures.push(format!("{name}: {why}"));
                (Style::Bad, "FAILED", String::new())
            }
        };
        self.rows
            .push(vec![styled(style, word), name.to_owned(), took, note]);
    }

    fn skip(&mut self, name: &str, why: &str) {
        let line = styled(Style::Odd, format!("SKIPPED {name}: {why}"));
        println!("  {line}");
        self.skipped += 1;
        let word = styled(Style::Odd, "skipped");
        self.rows
            .push(vec![word, name.to_owned(), String::new(), why.to_owned()]);
    }

    /// The table, then failures, then the runners' own closing lines, nextest's last.
    fn close(mut self, took: Duration) -> Result<()> {
        self.heading(&format!("All checks, in {}", human::duration(took)));
        print!("{}", table(&self.rows));
        for failure in &self.failures {
            println!("\n  {}", styled(Style::Bad, failure));
        }
        println!();
        self.closing
            .retain(|line| !unstyled(line).contains(" 0 passed; 0 failed; 0 ignored"));
        self.closing
            .sort_by_key(|line| unstyled(line).trim_start().starts_with("Summary"));
        self.closing
            .iter()
            .for_each(|line| println!("{}", line.trim_start()));
        match self.failures.len() {
            0 => Ok(()),
            failed => Err(Failure(format!(
                "{failed} of {} checks failed",
                self.rows.len()
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_closing;

    #[test]
    fn knows_last_words() {
        assert!(is_closing(
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured"
        ));
        assert!(is_closing(
            "\x1b[32;1m     Summary\x1b[0m [   1.2s] 3 tests run: 3 passed"
        ));
        assert!(!is_closing("running 3 tests"));
    }
}
