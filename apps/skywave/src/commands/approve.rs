//! `skywave approve`: a person says that drafts are published.

use clap::Args;
use station::Station;
use station::play::approve;

use crate::commands::{StationOptions, publish};
use crate::error::{Error, Status};
use crate::output::Output;
use crate::time;

/// Arguments of `approve`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    station: StationOptions,
    /// The drafts, as `skywave drafts` names them: by what they say, so that nothing else is
    /// published.
    #[arg(value_name = "DRAFT", required_unless_present = "all")]
    drafts: Vec<String>,
    /// All that wait at this moment.
    #[arg(long, conflicts_with = "drafts")]
    all: bool,
    /// Date the edition, instead of now: 2026-11-23T18:00:00Z, or seconds since 1970.
    #[arg(long, value_name = "T")]
    time: Option<String>,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let station = Station::open(&arguments.station.dir)?;
    let now = time::given_or_now(arguments.time.as_deref())?;
    let mut passphrase = arguments.station.passphrase.asker();
    let chosen = (!arguments.all).then_some(arguments.drafts.as_slice());
    let published = approve(&station, chosen, now, &mut passphrase)?;
    publish::tell(&published, output);
    Ok(Status::Done)
}
