//! An edition of 1 GB at 4 Mbit/s for whoever tunes in at a random moment: our carousel beside plain
//! ones, and beside itself without regard to how new objects are.
//!
//! The order is the real carousel's; lists and heads are between as the feed has them, and packets
//! take cells as the mux gives them. Objects have sizes and no bytes: a block is there with K symbols,
//! one in two hundred with K + 2. `carousel [listeners=200]`
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use benches::{GIGABYTE, Result, gigabyte, quantile};
use channel::{Prng, Seed};
use edition::Tier;
use fountain::{Carousel, MAX_PACKET_BYTES, RUN_HEADER_BYTES, Sender, Slice, Slot};
use station::plan::{Air, Listener, Outlook, PlanCarrier, Tracks, Wait, outlook};
use station::send::{Cargo, Length, SendTs};
use ts::Bitrate;

const BITS_PER_S: u64 = 4_000_000;
const LOSSES: [f64; 3] = [0.0, 0.1, 0.3];
/// As long as a head with a short name is.
const HEAD_BYTES: usize = 310;
/// Runs on a list, which is a packet as long as can be.
const LIST_RUNS: usize = 102;
/// Laps of ours that are made, and after which listeners join.
const LAPS: f64 = 4.0;
const JOINED: (f64, f64) = (0.1, 1.1);
/// So often everything has gone on air before, and so many symbols more: past the first laps of the
/// schedule.
const BEFORE: (u64, u64) = (4, 400);
/// How often K symbols do not suffice.
const UNLUCKY: f64 = 0.005;
/// What is waited for, and by how many times as many listeners as for everything.
const GOALS: [(Tier, u64); 3] = [(Tier::Front, 10), (Tier::Text, 4), (Tier::Media, 1)];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let found = arguments.iter().find_map(|a| a.strip_prefix("listeners="));
    let listeners: u64 = found.map_or(Ok(200), str::parse)?;
    let air = PlanCarrier::Ts(SendTs {
        edition: None,
        bitrate: Bitrate::new(BITS_PER_S)?,
        length: Length::Laps(1.0),
        carriages: Vec::new(),
        slate: None,
        data_in_slate_sound: false,
        service: "Channel".to_owned(),
        fresh: true,
    })
    .air(HEAD_BYTES)?;
    let cargo = gigabyte(1, 1)?;
    println!("| the edition | objects | bytes of each | bytes |\n|---|---|---|---|");
    for batch in GIGABYTE {
        let all = batch.count * batch.bytes;
        println!(
            "| {} | {} | {} | {all} |",
            batch.what, batch.count, batch.bytes
        );
    }
    println!("| all | {} | | {} |", cargo.items.len(), cargo.bytes());

    println!("\nAll of it new; seconds, mean and 95th percentile.\n");
    println!("| carousel | lost | front | all text | everything |\n|---|---|---|---|---|");
    let all = |_: usize| true;
    {
        let plain = Transmission::round_robin(&air, &cargo, false)?;
        let coded = Transmission::round_robin(&air, &cargo, true)?;
        for (name, transmission) in [
            ("round robin, no code", &plain),
            ("round robin, RaptorQ", &coded),
        ] {
            for loss in LOSSES {
                // Their waits are long, and much alike.
                let waits = transmission.heard(&cargo, loss, all, listeners.div_ceil(10));
                row(name, &percent(loss), waits);
            }
        }
    }
    let ours = Transmission::ours(&air, &cargo)?;
    let tracks = Tracks::of(&cargo, &air)?;
    for loss in LOSSES {
        let waits = ours.heard(&cargo, loss, all, listeners);
        row("ours", &percent(loss), waits);
        let planned = outlook(&cargo, &tracks, Listener::Newcomer, loss);
        row("ours, as planned", &percent(loss), waits_of(&planned));
    }
    drop(ours);

    println!("\nOne object in four new, the others two editions old; 10 % lost.\n");
    println!("| carousel | who | front | all text | everything |\n|---|---|---|---|---|");
    let aged = gigabyte(1, 4)?;
    let mut flat = aged.clone();
    flat.items.iter_mut().for_each(|item| item.age = 0);
    for (name, cargo) in [("without regard to age", &flat), ("by age", &aged)] {
        let transmission = Transmission::ours(&air, cargo)?;
        let tracks = Tracks::of(cargo, &air)?;
        for (who, listener) in [
            ("has the edition before", Listener::Regular),
            ("newcomer", Listener::Newcomer),
        ] {
            let lacks = |item: usize| listener == Listener::Newcomer || aged.items[item].age == 0;
            row(name, who, transmission.heard(&aged, 0.1, lacks, listeners));
            if name == "by age" {
                let planned = outlook(cargo, &tracks, listener, 0.1);
                row("by age, as planned", who, waits_of(&planned));
            }
        }
    }
    println!(
        "\n{listeners} listeners for everything, 4 times as many for text, 10 times for the front;"
    );
    println!("a tenth of that with round robin. Each has a seed of its own.");
    Ok(())
}

fn percent(loss: f64) -> String {
    format!("{:.0} %", loss * 100.0)
}

fn waits_of(outlook: &Outlook) -> [Wait; 3] {
    [outlook.front, outlook.text, outlook.everything]
}

fn row(name: &str, what: &str, waits: [Wait; 3]) {
    let [front, text, all] = waits.map(|w| format!("{:.1}, {:.1}", w.mean, w.most));
    println!("| {name} | {what} | {front} | {text} | {all} |");
}

/// What goes on air, over and over.
struct Transmission {
    aired: Vec<Aired>,
    seconds: f64,
    /// Where listeners join, in shares of it.
    joined: (f64, f64),
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Source symbols, the same again and again.
    Plain,
    /// Always new symbols.
    Coded,
}

struct Aired {
    /// `None` is a head.
    slot: Option<Slot>,
    begins: f64,
    whole: f64,
}

impl Transmission {
    fn ours(air: &Air, cargo: &Cargo) -> Result<Self> {
        let terms = &air.packets;
        let mut objects =
            cargo.carousel(air.packets_per_second, terms.run_bytes, terms.urgent_share);
        for object in &mut objects {
            let blocks = object.oti.iter_blocks();
            object.sent = blocks
                .map(|block| u64::from(block.symbols()) * BEFORE.0 + BEFORE.1)
                .collect();
        }
        let sender = Sender {
            slice: Slice::new(0, 16)?,
            primary: true,
        };
        let mut carousel = Carousel::new(&objects, sender, terms.schedule, terms.run_bytes)?;
        let mut lap = 0.0;
        for turn in carousel.turns() {
            lap += f64::from(turn.symbols.div_ceil(turn.run));
        }
        let slots = (0..(lap * LAPS) as usize).map(|_| carousel.next_slot());
        Ok(Self {
            joined: (JOINED.0 / LAPS, JOINED.1 / LAPS),
            ..Self::of(air, cargo, slots, Kind::Coded)
        })
    }

    /// Object after object.
    fn round_robin(air: &Air, cargo: &Cargo, is_coded: bool) -> Result<Self> {
        let mut slots = Vec::new();
        for (object, item) in cargo.items.iter().enumerate() {
            let payload = air.packets.run_bytes - RUN_HEADER_BYTES;
            let run = (payload / usize::from(item.oti.symbol_size())).max(1) as u32;
            for block in item.oti.iter_blocks() {
                let mut esi = 0;
                while esi < block.symbols() {
                    let count = run.min(block.symbols() - esi);
                    let sbn = block.sbn();
                    slots.push(Slot {
                        object,
                        sbn,
                        esi,
                        count,
                    });
                    esi += count;
                }
            }
        }
        let kind = if is_coded { Kind::Coded } else { Kind::Plain };
        Ok(Self::of(air, cargo, slots.into_iter(), kind))
    }

    /// With heads and lists between, as the feed has them.
    fn of(air: &Air, cargo: &Cargo, slots: impl Iterator<Item = Slot>, kind: Kind) -> Self {
        let heads = (air.packets_per_second * air.head_seconds) as usize;
        let (mut aired, mut now) = (Vec::new(), 0.0);
        let mut packets = 0;
        let mut put = |slot: Option<Slot>, bytes: usize, now: &mut f64| {
            let begins = *now;
            *now += air.seconds(bytes);
            aired.push(Aired {
                slot,
                begins,
                whole: *now,
            });
        };
        for (number, slot) in slots.enumerate() {
            if packets >= heads {
                put(None, HEAD_BYTES + 1, &mut now);
                packets = 0;
            }
            if number % LIST_RUNS == 0 {
                now += air.seconds(MAX_PACKET_BYTES);
                packets += 1;
            }
            let symbol = usize::from(cargo.items[slot.object].oti.symbol_size());
            let bytes = RUN_HEADER_BYTES + slot.count as usize * symbol;
            put(Some(slot), bytes, &mut now);
            packets += 1;
        }
        Self {
            aired,
            seconds: now,
            joined: (0.0, 1.0),
            kind,
        }
    }

    fn heard(
        &self,
        cargo: &Cargo,
        loss: f64,
        lacks: impl Fn(usize) -> bool,
        listeners: u64,
    ) -> [Wait; 3] {
        GOALS.map(|(tier, times)| {
            let wanted: Vec<bool> = (0..cargo.items.len())
                .map(|item| cargo.items[item].urgency <= tier && lacks(item))
                .collect();
            let waits: Vec<f64> = (0..listeners * times)
                .map(|seed| self.listen(cargo, &wanted, loss, Seed(seed)))
                .collect();
            Wait {
                mean: waits.iter().sum::<f64>() / waits.len() as f64,
                most: quantile(&waits, 0.95),
            }
        })
    }

    fn listen(&self, cargo: &Cargo, wanted: &[bool], loss: f64, seed: Seed) -> f64 {
        let mut prng = Prng::new(seed.part("joined"));
        let (from, to) = self.joined;
        let joined = self.seconds * (from + (to - from) * prng.unit());
        let mut prng = Prng::new(seed.part("lost"));
        let mut blocks: Vec<Vec<Missing>> = cargo
            .items
            .iter()
            .map(|item| {
                item.oti
                    .iter_blocks()
                    .map(|b| Missing::new(b.symbols()))
                    .collect()
            })
            .collect();
        let own = blocks.iter().zip(wanted).filter(|(_, wanted)| **wanted);
        let mut left: usize = own.map(|(blocks, _)| blocks.len()).sum();
        let mut has_head = false;
        let first = self.aired.partition_point(|aired| aired.begins < joined);
        // Round and round.
        let ahead = (first..).map(|at| {
            let (laps, at) = (at / self.aired.len(), at % self.aired.len());
            (laps as f64 * self.seconds, &self.aired[at])
        });
        for (before, aired) in ahead {
            if prng.unit() < loss {
                continue;
            }
            match aired.slot {
                None => has_head = true,
                Some(slot) if wanted[slot.object] => {
                    let block = &mut blocks[slot.object][usize::from(slot.sbn)];
                    left -= usize::from(block.hear(&slot, self.kind, &mut prng));
                }
                Some(_) => {}
            }
            if has_head && left == 0 {
                return before + aired.whole - joined;
            }
        }
        f64::INFINITY
    }
}

/// What is missing of a block.
struct Missing {
    symbols: u32,
    /// Which source symbols are here, where that counts.
    here: Vec<u64>,
}

impl Missing {
    fn new(symbols: u32) -> Self {
        Self {
            symbols,
            here: Vec::new(),
        }
    }

    /// Whether the block is whole by this.
    fn hear(&mut self, slot: &Slot, kind: Kind, prng: &mut Prng) -> bool {
        if self.symbols == 0 {
            return false;
        }
        if kind == Kind::Coded {
            self.symbols = self.symbols.saturating_sub(slot.count);
            if self.symbols == 0 && prng.chance(UNLUCKY) {
                self.symbols = 2;
            }
            return self.symbols == 0;
        }
        for esi in slot.esi..slot.esi + slot.count {
            let (word, bit) = (esi as usize / 64, 1_u64 << (esi % 64));
            if self.here.len() <= word {
                self.here.resize(word + 1, 0);
            }
            if self.here[word] & bit == 0 {
                self.here[word] |= bit;
                self.symbols -= 1;
            }
        }
        self.symbols == 0
    }
}
