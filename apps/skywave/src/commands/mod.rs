//! The commands, one a file.

mod approve;
mod certify;
mod check;
mod drafts;
mod init;
mod page;
mod plan;
mod play;
mod publish;
mod read;
mod receive;
mod relay;
mod restore;
mod send;
pub(crate) mod status;
mod sync;
mod withdraw;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::error::{Error, Status};
use crate::output::Output;

/// Options of every command that works at a station.
#[derive(Debug, Clone, Args)]
pub(crate) struct StationOptions {
    /// The station's directory.
    #[arg(short = 's', long = "station", value_name = "DIR")]
    dir: PathBuf,
    #[command(flatten)]
    passphrase: crate::passphrase::PassphraseOptions,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a station: keys, settings, an empty archive.
    Init(init::Arguments),
    /// Make certificates for a station's keys, where the root key is.
    Certify(certify::Arguments),
    /// Make the next edition from feeds, pages, Markdown, folders and media.
    Publish(publish::Arguments),
    /// Make the next edition without some articles, which readers then show as withdrawn.
    Withdraw(withdraw::Arguments),
    /// List the drafts that wait for a person, show one, refuse some.
    Drafts(drafts::Arguments),
    /// Publish drafts that wait for a person.
    Approve(approve::Arguments),
    /// Put the station on air, for ever, on every carrier of station.toml.
    Play(play::Arguments),
    /// Send an edition on a carrier.
    Send(send::Arguments),
    /// What listeners will have after how long, before airtime is paid for.
    Plan(plan::Arguments),
    /// Tell an operator what a recording off air has kept of what was sent.
    Check(check::Arguments),
    /// Take the news out of recordings and streams.
    Receive(receive::Arguments),
    /// What is here, what is missing, how much more reception it takes.
    Status(status::Arguments),
    /// Make two inboxes or sticks equal: what either has and the other lacks.
    Sync(sync::Arguments),
    /// Read what was received, as a site.
    Read(read::Arguments),
    /// Write the reader page: one HTML file that turns recordings into the news.
    Page(page::Arguments),
    /// Pass it on: to phones in the same room, to sticks.
    Relay(relay::Arguments),
    /// Bring a lost station back, from paper and anything received.
    Restore(restore::Arguments),
}

impl Command {
    pub(crate) fn run(self, output: &Output) -> Result<Status, Error> {
        match self {
            Self::Init(arguments) => init::run(arguments, output),
            Self::Certify(arguments) => certify::run(arguments, output),
            Self::Publish(arguments) => publish::run(arguments, output),
            Self::Withdraw(arguments) => withdraw::run(arguments, output),
            Self::Drafts(arguments) => drafts::run(arguments, output),
            Self::Approve(arguments) => approve::run(arguments, output),
            Self::Play(arguments) => play::run(arguments, output),
            Self::Send(arguments) => send::run(arguments, output),
            Self::Plan(arguments) => plan::run(&arguments, output),
            Self::Check(arguments) => check::run(arguments, output),
            Self::Receive(arguments) => receive::run(arguments, output),
            Self::Status(arguments) => status::run(arguments, output),
            Self::Sync(arguments) => sync::run(arguments, output),
            Self::Read(arguments) => read::run(arguments, output),
            Self::Page(arguments) => page::run(arguments, output),
            Self::Relay(arguments) => relay::run(arguments, output),
            Self::Restore(arguments) => restore::run(arguments, output),
        }
    }
}
