//! Set-up, demo, tests: everything that is not `cargo build`.
//!
//! ```text
//! cargo xtask demo    from the sample newsroom through a damaged recording to a page to open
//! cargo xtask page    the reader page's engine, and the program that packs it
//! cargo xtask test    every check
//! ```
//!
//! Each does its own set-up and says what it could not do.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program that talks to people"
)]

mod checks;
mod debian;
mod demo;
mod engine;
mod human;
mod page;
mod paths;
mod python;
mod run;
mod s3;
mod setup;
mod test;
mod words;

use std::process::ExitCode;

const USAGE: &str = "\
Set-up, demo and tests. Usage: cargo xtask COMMAND

  demo    sets up, builds, and takes the sample newsroom from its feed through a
          damaged recording to a page to open: demo/reader.html
  test    sets up and runs every check
";

/// The engine, then the program, which takes it in.
fn build_page() -> run::Result<()> {
    println!("  engine    {}", engine::build()?);
    let build = run::Run::cargo().args(["build", "--release", "--package", "skywave"]);
    let shown = build.shown();
    build.watched("  ")?.check(&shown)?;
    let program = paths::built("release", "skywave");
    println!("  program   {}", paths::short(&program));
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["demo"] => demo::run(),
        ["page"] => build_page(),
        ["test"] => test::run(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!("xtask: no such command: {}\n\n{USAGE}", arguments.join(" "));
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nxtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
