//! `skywave play`: the station on air, for ever, as `station.toml` says.

use std::io::IsTerminal;

use clap::Args;
use serde_json::json;
use station::Station;
use station::play::{Play, play};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::filter::LevelFilter;

use crate::commands::StationOptions;
use crate::error::{Error, Status};
use crate::output::Output;
use crate::passphrase;

/// Arguments of `play`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    station: StationOptions,
    /// Store the on-air key without a passphrase first. It signs lists of packets and no news, and
    /// after a power cut nobody is there to open it.
    #[arg(long)]
    open_on_air_key: bool,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    log(output);
    let mut station = Station::open(&arguments.station.dir)?;
    if arguments.open_on_air_key {
        station.open_on_air_key(&mut arguments.station.passphrase.asker())?;
    } else if let Some(file) = passphrase::credential(passphrase::ON_AIR_KEY) {
        station.use_on_air_key(&file);
    }
    let asker = arguments.station.passphrase.quiet_asker();
    let told = output.is_json();
    let (words, name) = (
        arguments.station.dir.clone(),
        station.publisher().name.clone(),
    );
    play(
        Play {
            station,
            passphrase: Box::new(asker),
            listening: Box::new(move |address| {
                tracing::info!(%address, "status page, metrics and health");
                if told {
                    let object = json!({ "event": "listening", "address": address.to_string() });
                    println!("{object}");
                }
            }),
        },
        async move {
            tracing::info!(station = %words.display(), publisher = name, "on air");
            let terminate = signal(SignalKind::terminate());
            let terminated = async {
                match terminate {
                    Ok(mut terminate) => drop(terminate.recv().await),
                    Err(_) => std::future::pending().await,
                }
            };
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                () = terminated => {}
            }
        },
    )?;
    Ok(Status::Done)
}

/// What happens goes to stderr, as lines or, with `--json`, as objects.
fn log(output: &Output) {
    let level = match (output.is_quiet(), output.is_verbose()) {
        (true, _) => LevelFilter::WARN,
        (false, true) => LevelFilter::DEBUG,
        (false, false) => LevelFilter::INFO,
    };
    let log = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(level)
        .with_target(false);
    // Tests run several commands in one process: the first one counts.
    let _ = match output.is_json() {
        true => log.json().flatten_event(true).try_init(),
        false => log.with_ansi(std::io::stderr().is_terminal()).try_init(),
    };
}
