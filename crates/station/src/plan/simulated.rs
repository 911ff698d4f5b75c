//! The plan held to the truth: what the real sender puts on air, and listeners who hear part of it.
//! (`benches/src/bin/plan.rs` does the same with the mixed edition of `docs/performance.md`.)
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;

use edition::Tier;
use fountain::{DEFAULT_MAX_BLOCK, ObjectId, Oti, Packet};

use super::air::Clock;
use super::*;
use crate::send::{Feed, FeedTerms, Item, PacketTerms, SentState, Spool};
use crate::station::InitTerms;
use crate::{Passphrase, Station};

/// Marks of the plan against this: a twentieth.
const NEAR: f64 = 0.05;
const LOSSES: [f64; 3] = [0.0, 0.1, 0.3];

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A small edition, of which the front, a text, a film and some pictures are new.
fn edition(station: &Station) -> Cargo {
    let mut random = Random(1);
    let mut items = Vec::new();
    let mut add = |count: usize, size: u64, symbol: u16, urgency: Tier, age: u32| {
        for _ in 0..count {
            let bytes: Vec<u8> = (0..size).map(|_| random.next() as u8).collect();
            let hash = station.archive().put(&bytes).unwrap();
            let oti = Oti::for_size(size, symbol, DEFAULT_MAX_BLOCK).unwrap();
            items.push(Item {
                hash,
                oti,
                urgency,
                age,
            });
        }
    };
    add(1, 900, 64, Tier::Front, 0);
    add(1, 9_000, 128, Tier::Front, 0);
    add(1, 400, 64, Tier::Text, 0);
    add(1, 30_000, 248, Tier::Text, 0);
    add(4, 55_000, 1_256, Tier::Text, 2);
    add(8, 60_000, 1_256, Tier::Picture, 0);
    add(40, 60_000, 1_256, Tier::Picture, 2);
    add(1, 1_500_000, 1_256, Tier::Media, 0);
    add(3, 2_000_000, 1_256, Tier::Media, 2);
    Cargo { items }
}

/// What is in a packet, and when it begins and is whole.
struct Aired {
    what: What,
    begins: f64,
    whole: f64,
}

#[derive(Clone, Copy)]
enum What {
    Head,
    List,
    /// Object and symbols.
    Run(usize, u32),
}

/// The real feed, its packets one after the other.
fn transmit(station: &Station, cargo: &Cargo, air: &Air, packets: usize) -> Vec<Aired> {
    let (key, certificate) = station.on_air_key(1, &mut || None).unwrap();
    let nothing = SentState::default();
    let mut feed = Feed::new(&FeedTerms {
        cargo,
        head: &vec![7; air.head_bytes],
        root: station.root(),
        number: 1,
        key: &key,
        certificate: &certificate,
        slice: fountain::Slice::new(0, 4).unwrap(),
        primary: true,
        packets_per_second: air.packets_per_second,
        head_seconds: air.head_seconds,
        packets: air.packets,
        sent: &nothing,
    })
    .unwrap();
    let (needs, _) = feed.look_ahead(cargo, packets as u64);
    let spool = Spool::fill(station.dir(), station.archive(), cargo, &needs).unwrap();
    feed.set_spool(spool);
    let ids = cargo.items.iter().map(|item| ObjectId(item.hash.id().0));
    let place: HashMap<ObjectId, usize> = ids.zip(0..).collect();
    let mut now = 0.0;
    let aired = (0..packets).map(|_| {
        let packet = feed.next_packet().unwrap();
        let what = match Packet::parse(&packet).unwrap() {
            Packet::Head(_) => What::Head,
            Packet::List(_) => What::List,
            Packet::Run(run) => {
                let item = place[&run.object];
                What::Run(item, run.check(&cargo.items[item].oti).unwrap().count())
            }
        };
        let begins = now;
        now += air.seconds(packet.len());
        Aired {
            what,
            begins,
            whole: now,
        }
    });
    aired.collect()
}

/// When one listener has a head and what is lacked: all objects here are one block.
fn listen(aired: &[Aired], cargo: &Cargo, loss: f64, lacks: &[bool], random: &mut Random) -> f64 {
    // After the first laps, and early enough to have everything.
    let end = aired.last().unwrap().whole;
    let join = end * (0.45 + 0.15 * random.unit());
    let mut missing: Vec<u32> = cargo.items.iter().map(|i| i.oti.total_symbols()).collect();
    let (mut head, mut left) = (false, lacks.iter().filter(|lacks| **lacks).count());
    let first = aired.partition_point(|aired| aired.begins < join);
    for aired in &aired[first..] {
        if random.unit() < loss {
            continue;
        }
        match aired.what {
            What::Head => head = true,
            What::Run(item, symbols) if lacks[item] && missing[item] > 0 => {
                missing[item] = missing[item].saturating_sub(symbols);
                if missing[item] == 0 {
                    // One block in two hundred takes two more.
                    match random.unit() < 0.005 {
                        true => missing[item] = 2,
                        false => left -= 1,
                    }
                }
            }
            _ => {}
        }
        if head && left == 0 {
            return aired.whole - join;
        }
    }
    panic!("the transmission is too short");
}

fn heard(aired: &[Aired], cargo: &Cargo, loss: f64, lacks: &[bool], listeners: u64) -> Wait {
    let mut waits: Vec<f64> = (0..listeners)
        .map(|seed| listen(aired, cargo, loss, lacks, &mut Random(seed << 32)))
        .collect();
    waits.sort_by(f64::total_cmp);
    Wait {
        mean: waits.iter().sum::<f64>() / waits.len() as f64,
        most: waits[(waits.len() as f64 * 0.95) as usize],
    }
}

#[test]
fn listeners_wait_as_long_as_planned() {
    let dir = tempfile::tempdir().unwrap();
    let terms = InitTerms {
        name: "A Newsroom".to_owned(),
        passphrase: Passphrase::None,
        now: 1_792_497_600,
    };
    let (station, _) = Station::init(&dir.path().join("st"), &terms).unwrap();
    let cargo = edition(&station);
    let air = Air {
        packets_per_second: 380.0,
        packets: PacketTerms::LONG,
        head_bytes: 310,
        head_seconds: 1.8,
        clock: Clock::Cells {
            seconds: 188.0 * 8.0 / 4e6,
        },
    };
    let tracks = Tracks::of(&cargo, &air).unwrap();
    let aired = transmit(&station, &cargo, &air, 60_000);
    for loss in LOSSES {
        for listener in [Listener::Newcomer, Listener::Regular] {
            let plan = outlook(&cargo, &tracks, listener, loss);
            for (tier, planned, listeners) in [
                (Tier::Front, plan.front, 4_000),
                (Tier::Text, plan.text, 1_000),
                (Tier::Media, plan.everything, 250),
            ] {
                let is_lacked = |item: &Item| {
                    item.urgency <= tier && (listener == Listener::Newcomer || item.age == 0)
                };
                let lacks: Vec<bool> = cargo.items.iter().map(is_lacked).collect();
                let heard = heard(&aired, &cargo, loss, &lacks, listeners);
                println!(
                    "{listener:?} {loss} {tier:?}: mean {:.3} planned {:.3}, most {:.3} planned {:.3}",
                    heard.mean, planned.mean, heard.most, planned.most
                );
                for (is, want) in [(planned.mean, heard.mean), (planned.most, heard.most)] {
                    let off = is / want - 1.0;
                    assert!(off.abs() < NEAR, "{listener:?} {loss} {tier:?}: {off:+.3}");
                }
            }
        }
    }
}
