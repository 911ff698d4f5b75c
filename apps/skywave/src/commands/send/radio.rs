//! `skywave send radio`: an edition as sound.

use std::path::PathBuf;

use clap::Args;
use edition::Tier;
use radio::{MODES, MULTIPLEXES, Mode, modes_named};
use serde_json::json;
use station::Station;
use station::send::{
    Programme, Prospect, Reached, RundownPart, SendRadio, SentRadio, SoundFormat, SoundTo,
    VoiceKind, send_radio,
};

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
    /// A recording that announces the data, in place of one spoken by espeak-ng.
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "bare")]
    announce: Vec<PathBuf>,
    /// A bulletin: a recording that is played between data. Without any, headlines are read.
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "bare")]
    voice: Vec<PathBuf>,
    /// How many headlines of each language are read, where there are no bulletins; they take a fifth
    /// of the time at most.
    #[arg(long, value_name = "N", default_value_t = 8, conflicts_with_all = ["bare", "voice"])]
    headlines: usize,
    /// Minutes of data after which a voice says who is on air, at most.
    #[arg(long, value_name = "MINUTES", value_parser = parse_minutes, default_value = "10", conflicts_with = "bare")]
    every: f64,
    /// How many minutes of sound: the slot, which is filled to the sample.
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
        programme: (!arguments.bare).then(|| Programme {
            announcements: arguments.announce.clone(),
            bulletins: arguments.voice.clone(),
            headlines: arguments.headlines,
            every: arguments.every * 60.0,
        }),
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
    for (language, text) in &sent.unspoken {
        output.problem(&format!(
            "nothing here speaks {language}: it is not announced in it. Give a recording with \
             --announce, of: {text}"
        ));
    }
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
    let prospect = |prospect: &Prospect| {
        json!({
            "tier": prospect.tier.name(),
            "frames_lost": prospect.reception.lost,
            "streams": prospect.reception.streams,
            "median_seconds": prospect.median,
            "percentile_95_seconds": prospect.most,
        })
    };
    let prospects: Vec<_> = sent.prospects.iter().map(prospect).collect();
    let part = |part: &RundownPart| json!({ "part": named(part.kind), "at": part.at, "seconds": part.seconds });
    let rundown: Vec<_> = sent.rundown.iter().map(part).collect();
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
            "prospects": prospects,
            "rundown": rundown,
            "output": path,
        }),
    );
    Ok(Status::Done)
}

fn describe(terms: &SendRadio, sent: &SentRadio) -> String {
    let (runs, lists, heads) = sent.packets;
    let mut text = format!(
        "Edition {} in {} of sound ({} at {} Hz), mode {}: {:.0} bit/s net, {} frames ({runs} runs, \
         {lists} lists, {heads} heads).",
        sent.number,
        span(terms.seconds),
        bytes(sent.bytes),
        terms.rate,
        terms.name,
        terms.bit_rate(),
        sent.frames,
    );
    if terms.programme.is_some() {
        text += " The rundown:";
        for part in &sent.rundown {
            let (at, length) = (clock(part.at), clock(part.seconds));
            text += &format!("\n  {at:>8}  {length:>8}  {}", named(part.kind));
        }
        text += "\n";
    }
    text += " Who hears all of it from the start has";
    for Reached {
        tier,
        bytes: size,
        laps,
        seconds,
    } in &sent.reached
    {
        let what = called(*tier, terms, sent);
        let when = match seconds {
            Some(seconds) => format!("after {}", span(*seconds)),
            None => "not by the end: send for longer, or again".to_owned(),
        };
        text += &format!("\n  {what}: {when} ({}, {laps:.2} laps)", bytes(*size));
    }
    text += "\nWho tunes in at a random moment waits, half of them and 95 of 100, for";
    let mut before = None;
    for prospect in &sent.prospects {
        if before.replace(prospect.reception) != Some(prospect.reception) {
            text += &format!("\n  {}", hearing(terms, prospect));
        }
        let waits = [prospect.median, prospect.most];
        let waits = waits.map(|wait| wait.map_or("past the end".to_owned(), clock));
        let what = called(prospect.tier, terms, sent);
        text += &format!("\n    {what}: {}, {}", waits[0], waits[1]);
    }
    text
}

/// The tier and those before it.
fn called(tier: Tier, terms: &SendRadio, sent: &SentRadio) -> &'static str {
    match sent.reached.last().map(|reached| reached.tier) == Some(tier) {
        true if terms.everything => "everything",
        true => "front and text",
        false => tier.name(),
    }
}

/// A reception in words.
fn hearing(terms: &SendRadio, prospect: &Prospect) -> String {
    let reception = prospect.reception;
    let all: usize = terms.modes.iter().map(|mode| mode.layers.len()).sum();
    if reception.streams < all {
        return "where but the sturdiest part is heard:".to_owned();
    }
    match (reception.lost * 100.0).round() {
        0.0 => {
            let about = terms.modes.iter().map(|mode| mode.about);
            let about: Vec<&str> = about.collect();
            format!("where every frame is heard ({}):", about.join("; "))
        }
        lost => format!("where {lost} of 100 frames are lost:"),
    }
}

fn named(kind: Option<VoiceKind>) -> &'static str {
    match kind {
        None => "data",
        Some(VoiceKind::Opening) => "opening",
        Some(VoiceKind::Bulletin) => "bulletin",
        Some(VoiceKind::Station) => "station",
        Some(VoiceKind::Closing) => "closing",
    }
}

/// Minutes and seconds.
fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    format!("{}:{:02}", seconds / 60, seconds % 60)
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
