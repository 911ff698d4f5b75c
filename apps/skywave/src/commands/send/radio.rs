//! `skywave send radio`: an edition as sound.

use std::path::PathBuf;

use clap::Args;
use radio::{MODES, MULTIPLEXES, Mode, modes_named};
use serde_json::json;
use station::Station;
use station::send::{Reached, SendRadio, SentRadio, SoundFormat, SoundTo, send_radio};

use crate::commands::StationOptions;
use crate::error::{Error, Status};
use crate::output::{Output, bytes, span};

/// A mode, or several that are on air together.
#[derive(Debug, Clone)]
pub(crate) struct Waveform {
    name: String,
    modes: Vec<&'static Mode>,
}

/// Arguments of `send radio`.
#[derive(Debug, Args)]
pub(crate) struct RadioArguments {
    #[command(flatten)]
    station: StationOptions,
    /// Number of the edition; the newest by default.
    #[arg(short, long, value_name = "N")]
    edition: Option<u64>,
    /// The waveform, such as shortwave or local.
    #[arg(long, value_name = "NAME", value_parser = parse_mode)]
    mode: Waveform,
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
    /// Where the peaks are, in dB over full scale.
    #[arg(long, value_name = "DB", default_value_t = -3.0, allow_negative_numbers = true)]
    level: f64,
    /// A file that ends in .wav, .flac or .mp3 (128 kbit/s; with lame or ffmpeg), or - for a WAV to
    /// stdout.
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
    let terms = SendRadio {
        edition: arguments.edition,
        name: arguments.mode.name.clone(),
        modes: arguments.mode.modes.clone(),
        seconds: arguments.minutes * 60.0,
        rate: arguments.rate,
        level_db: arguments.level,
        everything: arguments.all,
        fresh: arguments.fresh,
    };
    terms.check()?;
    let path = &arguments.output;
    let to_stdout = path.as_os_str() == "-";
    let mut stdout = std::io::stdout().lock();
    let mut out = match to_stdout {
        true => SoundTo::Stream(&mut stdout),
        false => {
            SoundFormat::of(path)?;
            SoundTo::File(path.clone())
        }
    };
    let bar = output.bar(1_000, "sending");
    let mut passphrase = arguments.station.passphrase.asker();
    let sent = send_radio(&station, &terms, &mut passphrase, &mut out, &mut |done| {
        bar.set_position((done * 1_000.0) as u64);
    })?;
    drop(out);
    drop(stdout);
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
            "mode": terms.name,
            "bit_rate": terms.bit_rate(),
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
    let (runs, lists, heads) = sent.packets;
    let mut text = format!(
        "Edition {} in {} of sound ({} at {} Hz), mode {}: {:.0} bit/s net, {} frames ({runs} runs, \
         {lists} lists, {heads} heads). Who hears all of it from the start has",
        sent.number,
        span(terms.seconds),
        bytes(sent.bytes),
        terms.rate,
        terms.name,
        terms.bit_rate(),
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

fn parse_mode(name: &str) -> Result<Waveform, String> {
    let waveform = |modes| Waveform {
        name: name.to_owned(),
        modes,
    };
    modes_named(name).map(waveform).ok_or_else(|| {
        let single = MODES.iter().map(|mode| (mode.name, mode.about));
        let together = MULTIPLEXES.iter().map(|m| (m.name, m.about));
        let all = together.chain(single);
        let all = all.map(|(name, about)| format!("\n  {name}: {about}"));
        format!(
            "there is no such mode. There are:{}",
            all.collect::<String>()
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
