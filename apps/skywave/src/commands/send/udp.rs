//! `skywave send udp`: an edition in datagrams, by multicast or to one machine.

use clap::Args;
use serde_json::json;
use station::Station;
use station::multicast::{Place, Sender, SenderTerms};
use station::send::{Length, SendUdp, SentUdp, UdpCounts, send_udp};
use ts::Bitrate;

use crate::commands::StationOptions;
use crate::error::{Error, Status};
use crate::output::{Output, bytes, span};
use crate::reception::Interrupt;
use crate::time::parse_span;

/// Arguments of `send udp`.
#[derive(Debug, Args)]
pub(super) struct UdpArguments {
    #[command(flatten)]
    station: StationOptions,
    /// Number of the edition; the newest by default.
    #[arg(short, long, value_name = "N")]
    edition: Option<u64>,
    /// Where to: a group such as `239.255.42.1:5000` or `[ff15::42]:5000`, or one machine.
    #[arg(long, value_name = "ADDRESS:PORT")]
    to: String,
    /// The network interface: its name, number or IPv4 address; the system's choice by default.
    #[arg(long, value_name = "NAME")]
    interface: Option<String>,
    /// Routers that a datagram may pass. Of multicast 1, which none passes, by default.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    ttl: Option<u8>,
    /// Rate on the network, headers included, such as 2M or 800k (bits a second).
    #[arg(long)]
    rate: Bitrate,
    /// How long, such as 10m or 1h30m; until Ctrl-C by default.
    #[arg(long, value_parser = parse_span)]
    duration: Option<f64>,
    /// How many times everything is sent.
    #[arg(long, conflicts_with = "duration")]
    laps: Option<f64>,
    /// Percent of the datagrams that listeners lose: each object is sent with so much more at a time
    /// that who loses no more need not wait for the next lap.
    #[arg(long, value_name = "PERCENT", default_value_t = 2.0)]
    loss: f64,
    /// Front and text only.
    #[arg(long)]
    text: bool,
    /// The objects' own bytes first, which plain receivers need not decode. Only where television is
    /// not on air: what comes by both does not add up then.
    #[arg(long)]
    primary: bool,
    /// TSI of the session of objects, even; by default it follows from the publisher's key.
    #[arg(long, value_name = "N")]
    tsi: Option<u32>,
}

pub(super) fn run(arguments: &UdpArguments, output: &Output) -> Result<Status, Error> {
    let length = match (arguments.duration, arguments.laps) {
        (Some(seconds), _) => Some(Length::Seconds(seconds)),
        (None, Some(laps)) if laps > 0.0 && laps.is_finite() => Some(Length::Laps(laps)),
        (None, Some(_)) => return Err(Error::Argument("--laps must be above 0".to_owned())),
        (None, None) => None,
    };
    if !(0.0..=90.0).contains(&arguments.loss) {
        return Err(Error::Argument("--loss is 0 to 90 percent".to_owned()));
    }
    if arguments.tsi.is_some_and(|tsi| tsi % 2 == 1) {
        let why = "--tsi is even: the one after it is that of heads and lists";
        return Err(Error::Argument(why.to_owned()));
    }
    let wrong = |error: station::multicast::PlaceError| Error::Argument(error.to_string());
    let place = Place::new(&arguments.to, arguments.interface.clone()).map_err(wrong)?;
    let station = Station::open(&arguments.station.dir)?;
    let is_played = !station.settings().play.udp.is_empty();
    let _air = is_played.then(|| station.take_air()).transpose()?;
    let terms = SendUdp {
        edition: arguments.edition,
        bits_per_s: arguments.rate.bits_per_s(),
        header_bytes: place.header_bytes(),
        length,
        loss: arguments.loss / 100.0,
        is_narrow: arguments.text,
        is_primary: arguments.primary,
        tsi: arguments.tsi,
        closes: true,
    };
    let name = place.to_string();
    let sender = SenderTerms {
        place,
        ttl: arguments.ttl,
        bits_per_s: terms.bits_per_s,
    };
    let mut sender = Sender::open(&sender).map_err(Error::file(&name))?;
    let interrupt = Interrupt::watch_saying(output, "Ending.");
    let bar = output.bar(1_000, "sending");
    let mut passphrase = arguments.station.passphrase.asker();
    let mut is_told = false;
    let mut out = |datagram: &[u8]| {
        sender.send(datagram)?;
        if let (1.., Some(why)) = sender.refused()
            && !std::mem::replace(&mut is_told, true)
        {
            let problem = format!("{name}: {why}; what is sent meanwhile is lost");
            bar.suspend(|| output.problem(&problem));
        }
        Ok(!interrupt.is_pressed())
    };
    let sent = send_udp(&station, &terms, &mut passphrase, &mut out, &mut |done| {
        bar.set_position((done * 1_000.0) as u64);
    })?;
    bar.finish_and_clear();
    let refused = sender.refused().0;
    output.result(
        &describe(&sent, &terms, &name, refused),
        &report(&sent, &name, refused),
    );
    Ok(Status::Done)
}

/// For people.
fn describe(sent: &SentUdp, terms: &SendUdp, name: &str, refused: u64) -> String {
    let all = sent.all();
    let refused = match refused {
        0 => String::new(),
        n => format!(" The network did not take {n} of them."),
    };
    format!(
        "Edition {} ({}) to {name}: {} in {} datagrams, {} at {} kbit/s, {:.2} laps ({} symbols, {} \
         lists, {} heads, {} of the FDT).{refused}",
        sent.number,
        bytes(sent.edition_bytes),
        bytes(all.bytes),
        all.datagrams,
        span(sent.seconds),
        terms.bits_per_s / 1_000,
        sent.laps(),
        sent.symbols.datagrams,
        sent.lists.datagrams,
        sent.heads.datagrams,
        sent.fdt.datagrams,
    )
}

/// For scripts.
fn report(sent: &SentUdp, name: &str, refused: u64) -> serde_json::Value {
    let counts = |of: UdpCounts| json!({ "datagrams": of.datagrams, "bytes": of.bytes });
    json!({
        "event": "sent",
        "edition": sent.number,
        "edition_bytes": sent.edition_bytes,
        "to": name,
        "seconds": sent.seconds,
        "laps": sent.laps(),
        "all": counts(sent.all()),
        "symbols": counts(sent.symbols),
        "lists": counts(sent.lists),
        "heads": counts(sent.heads),
        "fdt": counts(sent.fdt),
        "refused": refused,
    })
}
