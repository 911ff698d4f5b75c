//! `skywave send ts`: an edition as a television channel.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use station::Station;
use station::send::{Length, SendTs, is_slate_sound, send_ts};
use ts::{Bitrate, Carriage, Slate};

use crate::commands::StationOptions;
use crate::error::{Error, Status};
use crate::output::{Output, bytes, span};
use crate::time::parse_span;

/// Arguments of `send ts`.
#[derive(Debug, Args)]
pub(crate) struct TsArguments {
    #[command(flatten)]
    station: StationOptions,
    /// Number of the edition; the newest by default.
    #[arg(short, long, value_name = "N")]
    edition: Option<u64>,
    /// Rate of the whole stream, such as 4M or 800k (bits a second).
    #[arg(long)]
    bitrate: Bitrate,
    /// How long, such as 10m or 1h30m.
    #[arg(long, value_parser = parse_span, required_unless_present = "laps")]
    duration: Option<f64>,
    /// How many times everything goes on air.
    #[arg(long, conflicts_with = "duration")]
    laps: Option<f64>,
    /// A file, or - for stdout.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// A further way for front and text: teletext, subtitle, sound, slate-sound or video, with its
    /// rate if given (teletext=100k). See docs/carriages.md. Can be repeated.
    #[arg(long, value_name = "WAY[=RATE]")]
    carriage: Vec<String>,
    /// No picture and sound for whoever tunes in.
    #[arg(long)]
    no_slate: bool,
    /// Name of the channel; station.toml has the default.
    #[arg(long)]
    service: Option<String>,
    /// Forget what has been sent before: the next lap begins with the objects' own bytes again.
    #[arg(long)]
    fresh: bool,
}

pub(super) fn run(arguments: &TsArguments, output: &Output) -> Result<Status, Error> {
    let station = Station::open(&arguments.station.dir)?;
    let is_played = !station.settings().play.ts.is_empty();
    let _air = is_played.then(|| station.take_air()).transpose()?;
    let settings = &station.settings().ts;
    let ways = match arguments.carriage.is_empty() {
        true => &settings.carriages,
        false => &arguments.carriage,
    };
    let length = match (arguments.duration, arguments.laps) {
        (Some(seconds), _) => Length::Seconds(seconds),
        (None, Some(laps)) if laps > 0.0 && laps.is_finite() => Length::Laps(laps),
        _ => return Err(Error::Argument("--laps must be above 0".to_owned())),
    };
    let terms = SendTs {
        edition: arguments.edition,
        bitrate: arguments.bitrate,
        length,
        carriages: ways
            .iter()
            .map(|way| parse_way(way))
            .collect::<Result<_, _>>()?,
        data_in_slate_sound: ways.iter().any(|way| is_slate_sound(way)),
        slate: (settings.slate && !arguments.no_slate).then(Slate::bundled),
        service: arguments
            .service
            .clone()
            .unwrap_or_else(|| settings.service.clone()),
        fresh: arguments.fresh,
    };
    let path = &arguments.output;
    let to_stdout = path.as_os_str() == "-";
    let out: Box<dyn Write> = match to_stdout {
        true => Box::new(std::io::stdout().lock()),
        false => Box::new(File::create(path).map_err(Error::file(path))?),
    };
    let mut out = BufWriter::with_capacity(1 << 20, out);
    let bar = output.bar(1_000, "sending");
    let mut passphrase = arguments.station.passphrase.asker();
    let sent = send_ts(&station, &terms, &mut passphrase, &mut out, &mut |done| {
        bar.set_position((done * 1_000.0) as u64);
    })?;
    bar.finish_and_clear();
    let (runs, lists, heads) = sent.packets;
    let line = format!(
        "Edition {} ({}) in {} of stream, {} at {} kbit/s: {:.2} laps, {:.1} % of the cells are \
         data ({runs} runs, {lists} lists, {heads} heads).",
        sent.number,
        bytes(sent.edition_bytes),
        bytes(sent.bytes),
        span(sent.seconds),
        terms.bitrate.bits_per_s() / 1_000,
        sent.laps,
        sent.data_share * 100.0
    );
    if to_stdout {
        output.note(&line);
        return Ok(Status::Done);
    }
    output.result(
        &line,
        &json!({
            "event": "sent",
            "edition": sent.number,
            "edition_bytes": sent.edition_bytes,
            "bytes": sent.bytes,
            "seconds": sent.seconds,
            "data_share": sent.data_share,
            "laps": sent.laps,
            "runs": runs,
            "lists": lists,
            "heads": heads,
            "output": path,
        }),
    );
    Ok(Status::Done)
}

/// What `--carriage` and `[ts] carriages` say.
pub(crate) fn parse_way(text: &str) -> Result<(Carriage, Option<u64>), Error> {
    station::send::parse_way(text)
        .map_err(|why| Error::Argument(format!("--carriage {text}: {why}")))
}
