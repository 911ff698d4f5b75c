//! `skywave`: the program for newsrooms, couriers and readers.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program prints; its libraries never do"
)]

mod commands;
mod error;
mod output;
mod passphrase;
mod reception;
mod relay;
mod site;
mod time;

use std::process::ExitCode;

use clap::Parser;

use commands::Command;
use output::Output;

/// Signed editions of news over whatever still gets through.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// One JSON object a line instead of text.
    #[arg(long, global = true)]
    json: bool,
    /// No progress, only results and problems.
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Say more.
    #[arg(long, short, global = true)]
    verbose: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json, arguments.quiet, arguments.verbose);
    match arguments.command.run(&output) {
        Ok(status) => status.into(),
        Err(error) => {
            output.error(&error);
            ExitCode::FAILURE
        }
    }
}
