//! `skywave plan` against the real sender: the mixed edition at 4 Mbit/s, listeners who tune in at
//! random moments and lose packets at random.
//!
//! The transmission is that of the real feed and mux, kept without its bytes. Listeners join after the
//! first laps, which is what the plan is about; blocks under 5,000 symbols are really decoded.
//!
//! `plan [listeners=300] [laps=9.5]`: so many for everything, more for front and text.
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use benches::{Counting, Newsroom, Result, Trace, cpu_seconds, mixed_edition, quantile};
use channel::{CELL_BYTES, Prng, Seed};
use edition::{ObjectHash, Tier};
use fountain::{DEFAULT_MAX_BLOCK, Oti};
use station::plan::{Listener, PlanCarrier, PlanTerms, Tracks, Wait, outlook, plan};
use station::send::{Cargo, Item, Length, SendTs};
use ts::Bitrate;

const BITS_PER_S: u64 = 4_000_000;
const LOSSES: [f64; 3] = [0.0, 0.1, 0.3];
/// Laps after which the schedule grows steadily.
const FIRST_LAPS: f64 = 2.5;
/// Laps that the unluckiest of those with 30 % loss take.
const LAST_LAPS: f64 = 1.9;

/// What is waited for, and by how many times as many listeners as for everything.
const GOALS: [(&str, Goal, u64); 3] = [
    ("front", Goal::Front, 60),
    ("all text", Goal::Text, 12),
    ("everything", Goal::Everything, 1),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goal {
    Front,
    Text,
    Everything,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, default: f64| -> Result<f64> {
        let found = arguments.iter().find_map(|a| a.strip_prefix(name));
        Ok(found.map_or(Ok(default), str::parse)?)
    };
    let listeners = number("listeners=", 300.0)? as u64;
    let laps = number("laps=", 9.5)?;
    let newsroom = Newsroom::publish(&mixed_edition())?;
    let terms = PlanTerms {
        edition: None,
        carrier: PlanCarrier::Ts(SendTs {
            edition: None,
            bitrate: Bitrate::new(BITS_PER_S)?,
            length: Length::Laps(1.0),
            carriages: Vec::new(),
            slate: None,
            data_in_slate_sound: false,
            service: "Channel".to_owned(),
            fresh: true,
        }),
        losses: LOSSES.to_vec(),
        slot_seconds: Some(3_600.0),
        price_per_hour: None,
    };
    let begin = cpu_seconds();
    let planned = plan(&newsroom.station, &terms)?;
    println!(
        "planned in {:.0} ms of core time: {} objects, a lap of {:.1} s\n",
        (cpu_seconds() - begin) * 1e3,
        planned.all.0,
        planned.lap_seconds
    );
    println!(
        "{:.0} ms of core time for the waits of 10,000 objects, each of another size\n",
        many(&terms)?
    );
    let mut trace = Trace::new(&newsroom)?;
    newsroom.send(BITS_PER_S, Length::Laps(laps), false, true, &mut trace)?;
    trace.finish()?;
    println!(
        "| loss | what | mean: planned | heard | off | 95th percentile: planned | heard | off |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut worst: f64 = 0.0;
    for loss in LOSSES {
        for (name, goal, times) in GOALS {
            let outlook = planned.outlooks.iter();
            let outlook = outlook
                .filter(|o| o.listener == Listener::Newcomer)
                .find(|o| o.loss == loss)
                .ok_or("no such outlook")?;
            let planned = match goal {
                Goal::Front => outlook.front,
                Goal::Text => outlook.text,
                Goal::Everything => outlook.everything,
            };
            let heard = heard(&trace, goal, loss, laps, listeners * times)?;
            let off = [planned.mean / heard.mean, planned.most / heard.most].map(|x| x - 1.0);
            worst = off.iter().fold(worst, |worst, off| worst.max(off.abs()));
            println!(
                "| {:.0} % | {name} | {:.2} s | {:.2} s | {:+.1} % | {:.2} s | {:.2} s | {:+.1} % |",
                loss * 100.0,
                planned.mean,
                heard.mean,
                off[0] * 100.0,
                planned.most,
                heard.most,
                off[1] * 100.0
            );
        }
    }
    println!(
        "\nWorst: {:.1} % (mark: 5 %). {listeners} listeners for everything, {} for all text, {} for the front, each \
         with a seed of their own.",
        worst * 100.0,
        listeners * GOALS[1].2,
        listeners * GOALS[0].2
    );
    Ok(())
}

/// Milliseconds for all waits of an edition of many objects, of which half are new.
fn many(terms: &PlanTerms) -> Result<f64> {
    let item = |n: u64| -> Result<Item> {
        Ok(Item {
            hash: ObjectHash::of(&n.to_be_bytes()),
            oti: Oti::for_size(2_000 + 997 * n, 1_256, DEFAULT_MAX_BLOCK)?,
            urgency: match n {
                0..10 => Tier::Front,
                10..500 => Tier::Text,
                500..5_000 => Tier::Picture,
                _ => Tier::Media,
            },
            age: (n % 2) as u32,
        })
    };
    let cargo = Cargo {
        items: (0..10_000).map(item).collect::<Result<_>>()?,
    };
    let begin = cpu_seconds();
    let tracks = Tracks::of(&cargo, &terms.carrier.air(310)?)?;
    for listener in [Listener::Newcomer, Listener::Regular] {
        for loss in LOSSES {
            let outlook = outlook(&cargo, &tracks, listener, loss);
            if outlook.everything.mean < outlook.front.mean {
                return Err("everything before the front".into());
            }
        }
    }
    Ok((cpu_seconds() - begin) * 1e3)
}

fn heard(trace: &Trace, goal: Goal, loss: f64, laps: f64, listeners: u64) -> Result<Wait> {
    let waits: Vec<f64> = (0..listeners)
        .map(|seed| listen(trace, goal, loss, laps, Seed(seed)))
        .collect::<Result<_>>()?;
    Ok(Wait {
        mean: waits.iter().sum::<f64>() / waits.len() as f64,
        most: quantile(&waits, 0.95),
    })
}

/// Seconds until one listener has a head and what is waited for.
fn listen(trace: &Trace, goal: Goal, loss: f64, laps: f64, seed: Seed) -> Result<f64> {
    let cell = (8 * CELL_BYTES) as f64 / BITS_PER_S as f64;
    let mut prng = Prng::new(seed.part("joined"));
    let share = (FIRST_LAPS + (laps - FIRST_LAPS - LAST_LAPS) * prng.unit()) / laps;
    let joined = (share * trace.is_data.len() as f64) as u32;
    let mut prng = Prng::new(seed.part("lost"));
    let mut counting = Counting::new(&trace.cargo)?;
    let mut has_head = false;
    let first = trace.packets.partition_point(|p| p.first < joined);
    for packet in &trace.packets[first..] {
        if prng.unit() < loss {
            continue;
        }
        has_head |= packet.is_head;
        if let Some(run) = packet.run {
            counting.hear(run);
        }
        let has = match goal {
            Goal::Front => counting.has_front(),
            Goal::Text => counting.has_text(),
            Goal::Everything => counting.has_all(),
        };
        if has_head && has {
            return Ok(f64::from(packet.last + 1 - joined) * cell);
        }
    }
    Err(format!("{seed}: not complete at the end of the transmission").into())
}
