//! `skywave certify`: certificates, made where the root key is.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use station::{CertifyTerms, Station, read_key};

use crate::commands::StationOptions;
use crate::error::{Error, Status};
use crate::output::Output;
use crate::time;

/// Arguments of `certify`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    station: StationOptions,
    /// The root key's file.
    #[arg(long, value_name = "FILE")]
    root: PathBuf,
    /// How many editions the certificates cover, from the next one on.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=4_096))]
    editions: u64,
    /// Days until they end.
    #[arg(long, default_value_t = 730)]
    days: u64,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let station = Station::open(&arguments.station.dir)?;
    let mut passphrase = arguments.station.passphrase.asker();
    let root = read_key(&arguments.root, &mut passphrase)?;
    if root.public() != station.root() {
        return Err(Error::Argument(format!(
            "{} is not this station's root key",
            arguments.root.display()
        )));
    }
    let terms = CertifyTerms {
        first: station.archive().newest()? + 1,
        editions: arguments.editions,
        days: arguments.days,
        ..CertifyTerms::new(time::now())
    };
    let serial = station::certify(station.dir(), &root, &terms, &mut passphrase)?;
    let last = terms.first + terms.editions - 1;
    output.result(
        &format!(
            "Certificates with serial {serial} cover editions {} to {last}, for {} days. Now take \
             the root key away again.",
            terms.first, terms.days
        ),
        &json!({
            "event": "certified",
            "serial": serial,
            "first": terms.first,
            "last": last,
            "days": terms.days,
        }),
    );
    Ok(Status::Done)
}
