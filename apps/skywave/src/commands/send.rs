//! `skywave send`: an edition on a carrier.

mod file;
mod radio;
pub(super) mod ts;
mod udp;

use clap::{Args, Subcommand};

use crate::error::{Error, Status};
use crate::output::Output;

/// Arguments of `send`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    carrier: Carrier,
}

/// The carriers.
#[derive(Debug, Subcommand)]
enum Carrier {
    /// A television channel: an MPEG transport stream of constant bitrate.
    Ts(ts::TsArguments),
    /// Sound, for a radio transmitter: a WAV file.
    Radio(radio::RadioArguments),
    /// Datagrams for a local network: FLUTE, by multicast or to one machine.
    Udp(udp::UdpArguments),
    /// Files: one, a set for messengers or mail, or a folder for mirrors.
    File(file::FileArguments),
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    match arguments.carrier {
        Carrier::Ts(arguments) => ts::run(&arguments, output),
        Carrier::Radio(arguments) => radio::run(&arguments, output),
        Carrier::Udp(arguments) => udp::run(&arguments, output),
        Carrier::File(arguments) => file::run(&arguments, output),
    }
}
