//! `skywave send radio`: an edition as sound.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Args;
use radio::{MODES, Mode};
use serde_json::json;
use station::Station;
use station::send::{Reached, SendRadio, SentRadio, send_radio};

use crate::commands::StationOptions;
use crate::error::{Error, Status};
use crate::output::{Output, bytes, span};

/// Arguments of `send radio`.
#[derive(Debug, Args)]
pub(crate) struct RadioArguments {
    #[command(flatten)]
    station: StationOptions,
    /// Number of the edition; the newest by default.
    #[arg(short, long, value_name = "N")]
    edition: Option<u64>,
    /// The waveform, such as shortwave.
    #[arg(long, value_name = "NAME", value_parser = parse_mode)]
    mode: &'static Mode,
    /// Nothing but data, without a voice around it.
    #[arg(long)]
    bare: bool,
    /// How many minutes of sound.
    #[arg(long, value_name = "MINUTES", value_parser = parse_minutes)]
    minutes: f64,
    /// Samples a second, such as 8000, 12000, 44100 or 48000.
    #[arg(long, value_name = "HZ", default_value_t = 48_000)]
    rate: u32,
    /// Pictures and media, too: without this it is front and text, for radio is slow.
    #[arg(long)]
    all: bool,
    /// A WAV file, or - for stdout.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Forget what has been sent before: the next lap begins with the objects' own bytes again.
    #[arg(long)]
    fresh: bool,
}

pub(super) fn run(arguments: &RadioArguments, output: &Output) -> Result<Status, Error> {
    if !arguments.bare {
        return Err(Error::Argument(
            "programmes with a voice around the data are not built yet: add --bare for data alone, \
             and put it between your own announcements"
                .to_owned(),
        ));
    }
    let station = Station::open(&arguments.station.dir)?;
    let mode = arguments.mode;
    let terms = SendRadio {
        edition: arguments.edition,
        mode,
        seconds: arguments.minutes * 60.0,
        rate: arguments.rate,
        everything: arguments.all,
        fresh: arguments.fresh,
    };
    terms.check()?;
    let path = &arguments.output;
    let to_stdout = path.as_os_str() == "-";
    let out: Box<dyn Write> = match to_stdout {
        true => Box::new(std::io::stdout().lock()),
        false => Box::new(File::create(path).map_err(Error::file(path))?),
    };
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let bar = output.bar(1_000, "sending");
    let mut passphrase = arguments.station.passphrase.asker();
    let sent = send_radio(&station, &terms, &mut passphrase, &mut out, &mut |done| {
        bar.set_position((done * 1_000.0) as u64);
    })?;
    bar.finish_and_clear();
    let line = describe(&terms, &sent);
    if to_stdout {
        output.note(&line);
        return Ok(Status::Done);
    }
    let (runs, lists, heads) = sent.packets;
    let tier = |reached: &Reached| {
        json!({
            "tier": reached.tier.name(),
            "bytes": reached.bytes,
            "laps": reached.laps,
            "seconds": reached.seconds,
        })
    };
    let tiers: Vec<_> = sent.reached.iter().map(tier).collect();
    output.result(
        &line,
        &json!({
            "event": "sent",
            "edition": sent.number,
            "mode": mode.name,
            "bit_rate": mode.bit_rate(),
            "rate": terms.rate,
            "bytes": sent.bytes,
            "seconds": terms.seconds,
            "frames": sent.frames,
            "runs": runs,
            "lists": lists,
            "heads": heads,
            "tiers": tiers,
            "output": path,
        }),
    );
    Ok(Status::Done)
}

fn describe(terms: &SendRadio, sent: &SentRadio) -> String {
    let mode = terms.mode;
    let (runs, lists, heads) = sent.packets;
    let mut text = format!(
        "Edition {} in {} of sound ({} at {} Hz), mode {}: {:.0} bit/s net, {} frames ({runs} runs, \
         {lists} lists, {heads} heads). Who hears all of it from the start has",
        sent.number,
        span(terms.seconds),
        bytes(sent.bytes),
        terms.rate,
        mode.name,
        mode.bit_rate(),
        sent.frames,
    );
    let last = sent.reached.last().map(|reached| reached.tier);
    for Reached {
        tier,
        bytes: size,
        laps,
        seconds,
    } in &sent.reached
    {
        let what = match Some(*tier) == last {
            true if terms.everything => "everything",
            true => "front and text",
            false => tier.name(),
        };
        let when = match seconds {
            Some(seconds) => format!("after {}", span(*seconds)),
            None => "not by the end: send for longer, or again".to_owned(),
        };
        text += &format!("\n  {what}: {when} ({}, {laps:.2} laps)", bytes(*size));
    }
    text
}

fn parse_mode(name: &str) -> Result<&'static Mode, String> {
    Mode::named(name).ok_or_else(|| {
        let modes = MODES
            .iter()
            .map(|mode| format!("\n  {}: {}", mode.name, mode.about));
        format!(
            "there is no such mode. There are:{}",
            modes.collect::<String>()
        )
    })
}

fn parse_minutes(text: &str) -> Result<f64, String> {
    let minutes: f64 = text
        .parse()
        .map_err(|_| "a number of minutes, such as 4 or 2.5")?;
    match minutes > 0.0 && minutes.is_finite() {
        true => Ok(minutes),
        false => Err("it must be above 0".to_owned()),
    }
}
