//! The mixed edition at 4 Mbit/s, about a fifth lost in bursts of 0.2 to 2 s, joined at a random
//! moment: how long until all is here, and until all front and text is.
//!
//! One transmission by the real sender and mux, kept without its bytes; for each seed a listener
//! who counts symbols and really decodes the small blocks. `mixed check` also plays one seed
//! against the real receiver. `mixed [check] [seeds=20] [laps=9.5]`
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::io::{self, Write};

use benches::{Counting, Newsroom, Result, Trace, mixed_edition, quantile};
use channel::{BitsPerSecond, Bursts, CELL_BYTES, Channel, Loss, Prng, Seconds, Seed};
use edition::Tier;
use receiver::{Event, MemoryStore, Receiver};
use station::send::Length;

const BITS_PER_S: u64 = 4_000_000;
const LOSS: f64 = 0.20;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |name: &str, default: f64| -> Result<f64> {
        let found = arguments.iter().find_map(|a| a.strip_prefix(name));
        Ok(found.map_or(Ok(default), str::parse)?)
    };
    let seeds = number("seeds=", 20.0)? as u64;
    let laps = number("laps=", 9.5)?;
    let newsroom = Newsroom::publish(&mixed_edition())?;
    let tiers = &newsroom.published.tiers;
    for (tier, objects, bytes) in tiers {
        println!("{}: {objects} objects, {bytes} bytes  ", tier.name());
    }
    for slate in [false, true] {
        let mut trace = Trace::new(&newsroom)?;
        let sent = newsroom.send(BITS_PER_S, Length::Laps(laps), slate, true, &mut trace)?;
        trace.finish()?;
        let lap = trace.cargo.bytes() as f64 * 8.0 / BITS_PER_S as f64;
        println!(
            "\n{} slate: {:.2} % of the cells are data; of {} packets {} are lists and {} heads\n",
            if slate { "With" } else { "Without" },
            100.0 * sent.data_share,
            sent.packets.0 + sent.packets.1 + sent.packets.2,
            sent.packets.1,
            sent.packets.2,
        );
        println!("| joined | | median | 90th percentile | worst | mark |");
        println!("|---|---|---|---|---|---|");
        let later = (laps - 1.6).max(1.6);
        for (name, from, to) in [
            ("in the first lap and a half", 0.0, 1.5),
            ("later", 1.5, later),
            ("at any moment", 0.0, later),
        ] {
            let heard: Vec<Heard> = (0..seeds)
                .map(|seed| listen(&trace, Seed(seed), lap * from, lap * to))
                .collect::<Result<_>>()?;
            tell(name, &heard);
        }
        if arguments.iter().any(|a| a == "check") {
            let seed = Seed(0);
            let counted = listen(&trace, seed, 0.0, 1.5 * lap)?;
            let cells = check(&newsroom, slate, laps, seed, &counted)?;
            println!(
                "\n{seed}, first lap: complete after {} cells counted, {cells} in the real receiver",
                counted.cells
            );
        }
    }
    println!("\nSeeds 0 to {}; bursts of 0.2 to 2 s.", seeds - 1);
    Ok(())
}

/// What a listener had when all was there. Everything counts from the cell where they joined.
struct Heard {
    cells: u64,
    data_cells: u64,
    lost: f64,
    data_lost: f64,
    /// Bytes of packets, and of those lost.
    packets: u64,
    packets_lost: u64,
    text_share: f64,
    size: f64,
}

impl Heard {
    fn over_packets(&self) -> f64 {
        (self.packets - self.packets_lost) as f64 / self.size
    }

    fn over_all(&self) -> f64 {
        (self.cells * CELL_BYTES as u64) as f64 * (1.0 - self.lost) / self.size
    }

    fn over_data(&self) -> f64 {
        (self.data_cells * CELL_BYTES as u64) as f64 * (1.0 - self.data_lost) / self.size
    }
}

fn tell(joined: &str, heard: &[Heard]) {
    let row = |name: &str, of: fn(&Heard) -> f64, mark: &str| {
        let values: Vec<f64> = heard.iter().map(of).collect();
        let [a, b, c] = [0.5, 0.9, 1.0].map(|q| quantile(&values, q));
        println!("| {joined} | {name} | {a:.4} | {b:.4} | {c:.4} | {mark} |");
    };
    row(
        "bytes of packets, over the limit",
        Heard::over_packets,
        "≤ 1.15",
    );
    row("data PID, over the limit", Heard::over_data, "≤ 1.15");
    row("every cell, over the limit", Heard::over_all, "≤ 1.15");
    row(
        "front and text, share of the time",
        |h| h.text_share,
        "≤ 0.10",
    );
    row("loss that happened", |h| h.lost, "0.20");
}

/// The bursts and the moment of joining, in cells.
fn fate(seed: Seed, from: f64, to: f64) -> (Bursts, usize) {
    let lengths = Seconds(0.2)..=Seconds(2.0);
    let bursts = Bursts::new(LOSS, lengths, BitsPerSecond(BITS_PER_S as f64), seed);
    let moment = from + (to - from) * Prng::new(seed.part("joined")).unit();
    let cell = moment * BITS_PER_S as f64 / 8.0 / CELL_BYTES as f64;
    (bursts, cell as usize)
}

fn listen(trace: &Trace, seed: Seed, from: f64, to: f64) -> Result<Heard> {
    let (mut bursts, joined) = fate(seed, from, to);
    let mut counting = Counting::new(&trace.cargo)?;
    let (mut data, mut lost, mut data_lost, mut text) = (0_u64, 0_u64, 0_u64, None);
    let mut next = trace
        .packets
        .partition_point(|p| (p.first as usize) < joined);
    let (mut packets, mut packets_lost, mut whole) = (0, 0, true);
    for at in joined..trace.is_data.len() {
        let loses = bursts.loses(CELL_BYTES);
        lost += u64::from(loses);
        if !trace.is_data[at] {
            continue;
        }
        data += 1;
        data_lost += u64::from(loses);
        let Some(packet) = trace.packets.get(next) else {
            break;
        };
        if at < packet.first as usize {
            continue;
        }
        whole &= !loses;
        if at < packet.last as usize {
            continue;
        }
        next += 1;
        packets += u64::from(packet.bytes);
        packets_lost += u64::from(packet.bytes) * u64::from(!whole);
        if let Some(run) = packet.run.filter(|_| whole) {
            counting.hear(run);
        }
        whole = true;
        let cells = (at - joined + 1) as u64;
        if text.is_none() && counting.has_text() {
            text = Some(cells);
        }
        if let Some(text) = text.filter(|_| counting.has_all()) {
            return Ok(Heard {
                cells,
                data_cells: data,
                lost: lost as f64 / cells as f64,
                data_lost: data_lost as f64 / data as f64,
                packets,
                packets_lost,
                text_share: text as f64 / cells as f64,
                size: trace.cargo.bytes() as f64,
            });
        }
    }
    Err(format!("{seed}: not complete at the end of the transmission").into())
}

/// After how many cells the real receiver has all.
fn check(newsroom: &Newsroom, slate: bool, laps: f64, seed: Seed, counted: &Heard) -> Result<u64> {
    let lap = counted.size * 8.0 / BITS_PER_S as f64;
    let (bursts, joined) = fate(seed, 0.0, 1.5 * lap);
    let trust = vec![newsroom.station.publisher().key];
    let mut real = Real {
        skip: joined,
        channel: Channel::new(seed).lose_cells(bursts),
        receiver: Receiver::open(MemoryStore::new(), trust)?,
        cells: 0,
        complete: false,
    };
    let sent = newsroom.send(BITS_PER_S, Length::Laps(laps), slate, true, &mut real);
    if !real.complete {
        sent?;
        return Err("the real receiver is not complete".into());
    }
    Ok(real.cells)
}

struct Real {
    skip: usize,
    channel: Channel,
    receiver: Receiver<MemoryStore>,
    cells: u64,
    complete: bool,
}

impl Write for Real {
    fn write(&mut self, cells: &[u8]) -> io::Result<usize> {
        let mut arrived = Vec::new();
        for cell in cells.chunks(CELL_BYTES) {
            if self.skip > 0 {
                self.skip -= 1;
                continue;
            }
            arrived.clear();
            self.channel.push(cell, &mut arrived);
            self.receiver.push(&arrived).map_err(io::Error::other)?;
            self.cells += 1;
            while let Some(event) = self.receiver.poll() {
                if let Event::TierComplete {
                    tier: Tier::Text, ..
                } = event
                {
                    println!(
                        "\ntext is complete in the real receiver after {} cells  ",
                        self.cells
                    );
                }
                if matches!(event, Event::Object { .. }) {
                    self.complete = self.receiver.status().iter().any(|e| e.is_complete());
                }
            }
            if self.complete {
                return Err(io::Error::other("complete: no more is needed"));
            }
        }
        Ok(cells.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
