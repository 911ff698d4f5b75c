//! `skywave withdraw`: an edition without some articles.

use clap::Args;
use station::Station;

use crate::commands::{StationOptions, publish};
use crate::error::{Error, Status};
use crate::output::Output;
use crate::time;

/// Arguments of `withdraw`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    station: StationOptions,
    /// Numbers of the articles, as `publish --verbose` and the site show them.
    #[arg(required = true, value_name = "NUMBER")]
    numbers: Vec<u64>,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let station = Station::open(&arguments.station.dir)?;
    let mut passphrase = arguments.station.passphrase.asker();
    let published = station::withdraw(&station, &arguments.numbers, time::now(), &mut passphrase)?;
    publish::tell(&published, output);
    Ok(Status::Done)
}
