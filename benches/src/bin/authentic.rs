//! What authenticating packets costs: the airtime of lists with their certificates, on each carrier, by
//! the real feed; as lists go on air, and as if each were sent twice.
//!
//! `authentic [minutes=30]`: the mixed edition on ts, its front and text on radio and on ts.
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use benches::{Newsroom, Result, mixed_edition};
use edition::Tier;
use fountain::Packet;
use radio::modes_named;
use station::Archived;
use station::plan::{Air, PlanCarrier};
use station::send::{Cargo, Feed, FeedTerms, Length, SendRadio, SendTs, SentState, Spool};
use ts::Bitrate;

fn main() -> Result<()> {
    let argument = std::env::args().nth(1);
    let minutes = argument.as_deref().and_then(|a| a.strip_prefix("minutes="));
    let minutes: f64 = minutes.map_or(Ok(30.0), str::parse)?;
    let newsroom = Newsroom::publish(&mixed_edition())?;
    let radio = |name: &str, everything| -> Result<PlanCarrier> {
        Ok(PlanCarrier::Radio(SendRadio {
            edition: None,
            name: name.to_owned(),
            modes: modes_named(name).ok_or("no such mode")?,
            seconds: minutes * 60.0,
            rate: 48_000,
            level_db: -3.0,
            everything,
            fresh: true,
            programme: None,
        }))
    };
    let ts = |bits| -> Result<PlanCarrier> {
        Ok(PlanCarrier::Ts(SendTs {
            edition: None,
            bitrate: Bitrate::new(bits)?,
            length: Length::Laps(1.0),
            carriages: Vec::new(),
            slate: None,
            data_in_slate_sound: false,
            service: "Channel".to_owned(),
            fresh: true,
        }))
    };
    println!(
        "| carrier | what | runs | lists | heads | lists, of the data's airtime | lists twice | heads | mark |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let text = Tier::Text;
    for (name, what, carrier, most, mark) in [
        (
            "ts, 4 Mbit/s",
            "everything",
            ts(4_000_000)?,
            Tier::Media,
            0.03,
        ),
        ("ts, 300 kbit/s", "front and text", ts(300_000)?, text, 0.03),
        (
            "radio, shortwave",
            "front and text",
            radio("shortwave", false)?,
            text,
            0.06,
        ),
        (
            "radio, shortwave",
            "everything",
            radio("shortwave", true)?,
            Tier::Media,
            0.06,
        ),
        (
            "radio, local",
            "front and text",
            radio("local", false)?,
            text,
            0.06,
        ),
    ] {
        let share = measure(&newsroom, &carrier, most, minutes * 60.0)?;
        let [runs, lists, heads] = share.packets;
        let all: f64 = share.seconds.iter().sum();
        let [_, listed, headed] = share.seconds;
        let twice = 2.0 * listed / (all + listed);
        println!(
            "| {name} | {what} | {runs} | {lists} | {heads} | {:.2} % | {:.2} % | {:.2} % | ≤ {:.0} %{} |",
            100.0 * listed / all,
            100.0 * twice,
            100.0 * headed / all,
            mark * 100.0,
            if twice <= mark { "" } else { ": missed" }
        );
    }
    println!("\n{minutes} minutes of data each, at most 400,000 packets.");
    Ok(())
}

/// Runs, lists and heads: how many, and their seconds.
#[derive(Default)]
struct Share {
    packets: [u64; 3],
    seconds: [f64; 3],
}

fn measure(newsroom: &Newsroom, carrier: &PlanCarrier, most: Tier, seconds: f64) -> Result<Share> {
    let station = &newsroom.station;
    let edition = Archived::load(station.archive(), None)?;
    let head = edition.signed.head().bytes();
    let number = edition.signed.manifest().number;
    let cargo = Cargo::of(&edition, |tier| tier <= most)?;
    let air: Air = carrier.air(head.len())?;
    let (key, certificate) = station.on_air_key(number, &mut || None)?;
    let nothing = SentState::default();
    let mut feed = Feed::new(&FeedTerms {
        cargo: &cargo,
        head,
        root: station.root(),
        number,
        key: &key,
        certificate: &certificate,
        slice: fountain::Slice::new(0, 16)?,
        primary: true,
        packets_per_second: air.packets_per_second,
        head_seconds: air.head_seconds,
        packets: air.packets,
        sent: &nothing,
    })?;
    // At most what takes so long, and never more than a lap or two of pictures and films.
    let packets = ((seconds * air.packets_per_second * 1.5) as u64).clamp(1_000, 400_000);
    let (needs, _) = feed.look_ahead(&cargo, packets + 400);
    feed.set_spool(Spool::fill(
        newsroom.dir(),
        station.archive(),
        &cargo,
        &needs,
    )?);
    let mut share = Share::default();
    for _ in 0..packets {
        let packet = feed.next_packet()?;
        let place = match Packet::parse(&packet)? {
            Packet::Run(_) => 0,
            Packet::List(_) => 1,
            Packet::Head(_) => 2,
        };
        share.packets[place] += 1;
        share.seconds[place] += air.seconds(packet.len());
        feed.recycle(packet);
        if share.seconds.iter().sum::<f64>() >= seconds {
            break;
        }
    }
    Ok(share)
}
