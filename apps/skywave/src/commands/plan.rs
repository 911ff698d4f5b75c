//! `skywave plan`: what listeners will have after how long, before airtime is paid for.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use edition::ObjectKind;
use radio::modes_named;
use serde_json::json;
use station::Station;
use station::plan::{Cost, Drop, Fit, Listener, Outlook, Plan, PlanCarrier, PlanTerms, Wait, plan};
use station::send::is_slate_sound;
use station::send::{Length, SendRadio, SendTs};
use ts::{Bitrate, Slate};

use crate::commands::send::ts::parse_way;
use crate::error::{Error, Status};
use crate::output::{Output, bytes};
use crate::time::parse_span;

/// Objects to leave out that people are told of, at most.
const TOLD: usize = 20;

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The station's directory.
    #[arg(short = 's', long = "station", value_name = "DIR")]
    dir: PathBuf,
    /// Number of the edition; the newest by default.
    #[arg(short, long, value_name = "N")]
    edition: Option<u64>,
    /// How it is to be sent.
    #[arg(long, value_enum)]
    carrier: CarrierName,
    /// On ts: rate of the whole stream, such as 4M or 800k (bits a second).
    #[arg(long, value_name = "RATE", required_if_eq("carrier", "ts"))]
    bitrate: Option<Bitrate>,
    /// On ts: no picture and sound for whoever tunes in.
    #[arg(long)]
    no_slate: bool,
    /// On radio: the waveform, such as shortwave or local.
    #[arg(long, value_name = "NAME", required_if_eq("carrier", "radio"))]
    mode: Option<String>,
    /// On radio: how many minutes of data the slot has.
    #[arg(long, value_name = "MINUTES", conflicts_with = "slot")]
    minutes: Option<f64>,
    /// On radio: pictures and media, too.
    #[arg(long)]
    all: bool,
    /// On udp: rate of the datagrams with their headers, such as 2M (bits a second).
    #[arg(long, value_name = "RATE", required_if_eq("carrier", "udp"))]
    rate: Option<Bitrate>,
    /// What is lost, in per cent: packets on ts and udp, frames on radio.
    #[arg(long, value_name = "PERCENT", value_delimiter = ',', value_parser = parse_percent, default_value = "0,10,30")]
    loss: Vec<f64>,
    /// What airtime costs, such as 400/h or 7/min.
    #[arg(long, value_name = "PRICE", value_parser = parse_price)]
    price: Option<f64>,
    /// How much airtime there is, such as 1h or 30m: what does not fit is named.
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    slot: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CarrierName {
    Ts,
    Radio,
    Udp,
}

pub(crate) fn run(arguments: &Arguments, output: &Output) -> Result<Status, Error> {
    let station = Station::open(&arguments.dir)?;
    let minutes = arguments.minutes.map(|minutes| minutes * 60.0);
    if minutes.is_some_and(|seconds| !(seconds > 0.0 && seconds.is_finite())) {
        return Err(Error::Argument("--minutes must be above 0".to_owned()));
    }
    let slot = arguments.slot.or(minutes);
    let terms = PlanTerms {
        edition: arguments.edition,
        carrier: arguments.carrier(&station, slot)?,
        losses: arguments.loss.clone(),
        slot_seconds: slot,
        price_per_hour: arguments.price,
    };
    let plan = plan(&station, &terms)?;
    match output.is_json() {
        true => tell_scripts(&plan, &terms, output),
        false => output.line(&tell_people(&plan, &terms)),
    }
    Ok(Status::Done)
}

impl Arguments {
    fn carrier(&self, station: &Station, slot: Option<f64>) -> Result<PlanCarrier, Error> {
        // clap has seen to it that what a carrier needs is there.
        let missing = |what: &str| Error::Argument(format!("{what} is missing"));
        Ok(match self.carrier {
            CarrierName::Ts => {
                let settings = &station.settings().ts;
                let ways = settings.carriages.iter();
                PlanCarrier::Ts(SendTs {
                    edition: self.edition,
                    bitrate: self.bitrate.ok_or_else(|| missing("--bitrate"))?,
                    length: Length::Laps(1.0),
                    carriages: ways.map(|way| parse_way(way)).collect::<Result<_, _>>()?,
                    slate: (settings.slate && !self.no_slate).then(Slate::bundled),
                    data_in_slate_sound: settings.carriages.iter().any(|way| is_slate_sound(way)),
                    service: settings.service.clone(),
                    fresh: false,
                })
            }
            CarrierName::Radio => {
                let name = self.mode.clone().ok_or_else(|| missing("--mode"))?;
                let modes = modes_named(&name).ok_or_else(|| {
                    Error::Argument(format!(
                        "there is no mode {name}; skywave send radio --mode help names them"
                    ))
                })?;
                PlanCarrier::Radio(SendRadio {
                    edition: self.edition,
                    name,
                    modes,
                    seconds: slot.unwrap_or(3_600.0),
                    rate: 48_000,
                    level_db: 0.0,
                    everything: self.all,
                    fresh: false,
                    programme: None,
                })
            }
            CarrierName::Udp => PlanCarrier::Udp {
                bits_per_second: self.rate.ok_or_else(|| missing("--rate"))?.bits_per_s() as f64,
            },
        })
    }
}

fn tell_people(plan: &Plan, terms: &PlanTerms) -> String {
    let (all, all_bytes) = plan.all;
    let (new, new_bytes) = plan.new;
    let mut text = format!(
        "Edition {}: {all} objects, {}, once round in {}; {new} of them, {}, are new.\n",
        plan.number,
        bytes(all_bytes),
        span(plan.lap_seconds),
        bytes(new_bytes),
    );
    for listener in [Listener::Newcomer, Listener::Regular] {
        let who = match listener {
            Listener::Newcomer => "Who tunes in at a random moment, with nothing",
            Listener::Regular => "Who tunes in at a random moment, with the edition before",
        };
        text += &format!("\n{who}, has on average, and 95 of 100 have, after\n");
        text += &format!(
            "  {:<14}{:>20}{:>20}{:>20}\n",
            "", "the front", "all text", "everything"
        );
        let own = plan.outlooks.iter().filter(|o| o.listener == listener);
        for outlook in own {
            text += &format!("  {:<14}", lost(outlook.loss));
            for (_, wait) in waits(outlook) {
                let both = format!("{}, {}", span(wait.mean), span(wait.most));
                text += &format!("{both:>20}");
            }
            text += "\n";
        }
    }
    if let Some(cost) = &plan.cost {
        text += &describe_cost(cost, terms);
    }
    if let Some(seconds) = terms.slot_seconds {
        text += &format!("\nA slot of {}:\n", span(seconds));
        for fit in &plan.fits {
            text += &describe_fit(fit);
        }
    }
    text.trim_end().to_owned()
}

fn describe_cost(cost: &Cost, terms: &PlanTerms) -> String {
    let mut text = format!("\nAirtime: {:.2} an hour", cost.hour);
    if let Some(slot) = cost.slot {
        text += &format!(", {slot:.2} the slot");
    }
    text += "; until 95 of 100 who begin with nothing have everything:\n";
    for (loss, edition) in terms.losses.iter().zip(&cost.edition) {
        text += &format!("  {:<14}{edition:>10.2}\n", lost(*loss));
    }
    text
}

fn describe_fit(fit: &Fit) -> String {
    let mut text = format!("  {:<14}", lost(fit.loss));
    if fit.is_whole {
        return text + "everything fits\n";
    }
    let kinds = kinds(&fit.without);
    text += &match (fit.is_enough, fit.without.len()) {
        (true, 1) => format!("without this {kinds} it fits:\n"),
        (true, _) if kinds.contains(" and ") => {
            format!("without these it fits, {kinds}:\n")
        }
        (true, _) => format!("without these {kinds} it fits:\n"),
        (false, 0) => "front and text alone do not fit\n".to_owned(),
        (false, _) => {
            return text
                + &format!("not even without all {kinds}: front and text alone are too much\n");
        }
    };
    for drop in fit.without.iter().take(TOLD) {
        let age = match drop.age {
            0 => "new".to_owned(),
            1 => "on air since the edition before".to_owned(),
            age => format!("on air for {age} editions"),
        };
        text += &format!(
            "    {:<8}{:>10}  {}  {}{age}\n",
            name_of(drop.kind),
            bytes(drop.bytes),
            drop.hash.id(),
            drop.media_type
                .as_ref()
                .map_or(String::new(), |t| format!("{t}, ")),
        );
    }
    if fit.without.len() > TOLD {
        text += &format!(
            "    and {} more, which --json names\n",
            fit.without.len() - TOLD
        );
    }
    text
}

/// `3 films and 1 sound`.
fn kinds(drops: &[Drop]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for drop in drops {
        let name = name_of(drop.kind);
        match counts.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => counts.push((name, 1)),
        }
    }
    let named = |(name, count): &(&str, usize)| match count {
        1 if drops.len() == 1 => (*name).to_owned(),
        1 => format!("1 {name}"),
        _ => format!("{count} {name}s"),
    };
    let named: Vec<String> = counts.iter().map(named).collect();
    named.join(" and ")
}

fn name_of(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Picture => "picture",
        ObjectKind::Sound => "sound",
        ObjectKind::Film => "film",
        ObjectKind::Page => "page",
        _ => "file",
    }
}

fn lost(loss: f64) -> String {
    match loss {
        0.0 => "nothing lost".to_owned(),
        loss => format!("{} % lost", (loss * 1_000.0).round() / 10.0),
    }
}

fn waits(outlook: &Outlook) -> [(&'static str, Wait); 3] {
    [
        ("front", outlook.front),
        ("text", outlook.text),
        ("everything", outlook.everything),
    ]
}

/// Seconds as fine as they matter.
fn span(seconds: f64) -> String {
    let short = |value: f64| format!("{value:.1}").trim_end_matches(".0").to_owned();
    match seconds {
        0.0..10.0 => format!("{seconds:.1} s"),
        10.0..120.0 => format!("{seconds:.0} s"),
        120.0..3_600.0 => format!("{} min", short(seconds / 60.0)),
        _ => format!("{} h", short(seconds / 3_600.0)),
    }
}

fn tell_scripts(plan: &Plan, terms: &PlanTerms, output: &Output) {
    let tell = |object: serde_json::Value| output.result("", &object);
    tell(json!({
        "event": "plan",
        "edition": plan.number,
        "objects": plan.all.0,
        "bytes": plan.all.1,
        "new_objects": plan.new.0,
        "new_bytes": plan.new.1,
        "lap_seconds": plan.lap_seconds,
        "slot_seconds": terms.slot_seconds,
    }));
    for outlook in &plan.outlooks {
        for (what, wait) in waits(outlook) {
            tell(json!({
                "event": "wait",
                "listener": match outlook.listener {
                    Listener::Newcomer => "newcomer",
                    Listener::Regular => "has-edition-before",
                },
                "loss": outlook.loss,
                "what": what,
                "mean_seconds": wait.mean,
                "percentile_95_seconds": wait.most,
            }));
        }
    }
    if let Some(cost) = &plan.cost {
        for (loss, edition) in terms.losses.iter().zip(&cost.edition) {
            tell(json!({
                "event": "cost",
                "loss": loss,
                "hour": cost.hour,
                "slot": cost.slot,
                "edition": edition,
            }));
        }
    }
    for fit in &plan.fits {
        let drop = |drop: &Drop| {
            json!({
                "object": drop.hash.to_string(),
                "kind": name_of(drop.kind),
                "media_type": drop.media_type,
                "bytes": drop.bytes,
                "tier": drop.tier.name(),
                "editions": drop.age,
            })
        };
        tell(json!({
            "event": "fit",
            "loss": fit.loss,
            "fits": fit.is_whole,
            "fits_without": fit.is_enough,
            "without": fit.without.iter().map(drop).collect::<Vec<_>>(),
        }));
    }
}

fn parse_percent(text: &str) -> Result<f64, String> {
    let percent: Result<f64, _> = text.trim_end_matches('%').parse();
    percent
        .ok()
        .filter(|percent| (0.0..=95.0).contains(percent))
        .map(|percent| percent / 100.0)
        .ok_or_else(|| format!("«{text}» is not a percentage from 0 to 95"))
}

/// For an hour.
fn parse_price(text: &str) -> Result<f64, String> {
    let wrong = || format!("«{text}» is not a price such as 400/h or 7/min");
    let (number, hours) = match text.split_once('/') {
        None | Some((_, "h" | "hour")) => (text.split('/').next().unwrap_or_default(), 1.0),
        Some((number, "min" | "m")) => (number, 60.0),
        Some(_) => return Err(wrong()),
    };
    let price: f64 = number.trim().parse().map_err(|_| wrong())?;
    match price >= 0.0 && price.is_finite() {
        true => Ok(price * hours),
        false => Err(wrong()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_and_percentages() {
        assert_eq!(parse_price("400/h"), Ok(400.0));
        assert_eq!(parse_price("7.5/min"), Ok(450.0));
        assert_eq!(parse_price("12"), Ok(12.0));
        for wrong in ["", "x/h", "3/week", "-1/h", "inf/h"] {
            assert!(parse_price(wrong).is_err(), "{wrong}");
        }
        assert_eq!(parse_percent("30"), Ok(0.3));
        assert_eq!(parse_percent("2.5%"), Ok(0.025));
        for wrong in ["", "-1", "96", "nan", "x"] {
            assert!(parse_percent(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let drop = |kind| Drop {
            hash: edition::ObjectHash::of(b"x"),
            tier: edition::Tier::Media,
            kind,
            media_type: None,
            bytes: 1,
            age: 0,
            groups: None,
        };
        let films = [drop(ObjectKind::Film), drop(ObjectKind::Film)];
        assert_eq!(kinds(&films[..1]), "film");
        assert_eq!(kinds(&films), "2 films");
        let more = [drop(ObjectKind::Film), drop(ObjectKind::Sound)];
        assert_eq!(kinds(&more), "1 film and 1 sound");
    }
}
