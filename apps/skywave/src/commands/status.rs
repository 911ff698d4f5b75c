//! `skywave status`: what is here, what is missing, how much more reception it takes.

use std::path::{Path, PathBuf};

use clap::Args;
use receiver::{EditionStatus, Receiver};
use serde_json::json;
use station::inbox::FileStore;

use crate::error::{Error, Status};
use crate::output::{Output, bytes, span};
use crate::reception::read_trust;
use crate::time;

/// File of the inbox that says how fast the last recording brought packets, in bytes/s.
const RATE_FILE: &str = "rate";

/// Arguments of `status`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The inbox.
    #[arg(short, long, value_name = "INBOX")]
    inbox: PathBuf,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let receiver = open(&arguments.inbox)?;
    let editions = receiver.status();
    if editions.is_empty() {
        output.result(
            "Nothing of a trusted publisher is here yet.",
            &json!({ "event": "nothing" }),
        );
        return Ok(Status::Incomplete);
    }
    tell(&editions, rate(&arguments.inbox), output);
    match editions.first() {
        Some(newest) if newest.is_complete() => Ok(Status::Done),
        _ => Ok(Status::Incomplete),
    }
}

/// Opens an inbox that exists, with the trust that it remembers.
pub(crate) fn open(inbox: &Path) -> Result<Receiver<FileStore>, Error> {
    if !inbox.join("objects").is_dir() {
        return Err(Error::Argument(format!(
            "{} is no inbox: make one with `skywave receive RECORDING --trust KEY -i INBOX`",
            inbox.display()
        )));
    }
    let store = FileStore::open(inbox).map_err(Error::file(inbox))?;
    Receiver::open(store, read_trust(inbox)).map_err(Error::file(inbox))
}

/// Tells how far editions have come.
pub(crate) fn tell(editions: &[EditionStatus], rate: Option<f64>, output: &Output) {
    for status in editions {
        let tiers: Vec<_> = status
            .tiers
            .iter()
            .map(|tier| {
                json!({
                    "tier": tier.tier.name(),
                    "complete": tier.is_complete(),
                    "objects": tier.objects,
                    "objects_complete": tier.complete,
                    "bytes": tier.bytes,
                    "received": tier.received,
                })
            })
            .collect();
        let to_go = rate.map(|rate| status.seconds_to_go(rate));
        output.result(
            &format!(
                "«{}», edition {} of {}: {}",
                status.name,
                status.number,
                time::show(status.seconds),
                match (status.is_complete(), to_go) {
                    (true, _) => "complete".to_owned(),
                    (false, Some(seconds)) => format!(
                        "about {} more of the same reception",
                        span(seconds.max(1.0))
                    ),
                    (false, None) => "not complete".to_owned(),
                }
            ),
            &json!({
                "event": "status",
                "publisher": status.publisher.to_string(),
                "name": status.name,
                "number": status.number,
                "seconds": status.seconds,
                "complete": status.is_complete(),
                "bytes": status.bytes(),
                "received": status.received(),
                "seconds_to_go": if status.is_complete() { Some(0.0) } else { to_go },
                "tiers": tiers,
            }),
        );
        for tier in &status.tiers {
            output.line(&format!(
                "  {:<8} {:>5} of {:>5} objects   {:>9} of {:>9}{}",
                tier.tier.name(),
                tier.complete,
                tier.objects,
                bytes(tier.received),
                bytes(tier.bytes),
                match (tier.index_here, tier.is_complete()) {
                    (false, _) => "   its index is not here yet",
                    (true, true) => "   complete",
                    (true, false) => "",
                }
            ));
        }
    }
}

/// Bytes of packets that the last recording brought in a second of stream.
pub(crate) fn rate(inbox: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(inbox.join(RATE_FILE)).ok()?;
    text.trim().parse().ok().filter(|rate| *rate > 0.0)
}

/// Keeps the rate for [`rate`]; it only helps people, so that failing does not matter.
pub(crate) fn remember_rate(inbox: &Path, rate: f64) {
    let _ = std::fs::write(inbox.join(RATE_FILE), format!("{rate:.0}\n"));
}
