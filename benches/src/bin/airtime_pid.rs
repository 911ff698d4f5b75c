//! All that goes on air on the data PID until an edition with one object of 100 MB is complete, in
//! cells: PES, heads, lists, manifest, indexes, text. The real sender, mux, channel and receiver.
//!
//! `airtime_pid [seeds]`
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::io::{self, Write};

use benches::{DATA_PID, Newsroom, Result, article, file, median, paragraphs, quantile};
use channel::{CELL_BYTES, Channel, Count, Pid, Seed};
use receiver::{Event, MemoryStore, Receiver};
use station::send::Length;

const OBJECT_BYTES: usize = 100_000_000;
const BITS_PER_S: u64 = 20_000_000;
/// Cells between two looks at whether all is here: a packet.
const STEP: usize = 7 * CELL_BYTES;

#[derive(Clone, Copy)]
enum Lost {
    Packets(f64),
    Cells(f64),
}

/// What is lost, laps that are surely enough, the mark.
const CASES: [(&str, Lost, f64, f64); 4] = [
    ("nothing", Lost::Cells(0.0), 1.2, f64::NAN),
    ("20 % of the packets", Lost::Packets(0.20), 1.4, 1.15),
    ("1 % of the cells", Lost::Cells(0.01), 1.25, 1.15),
    ("5 % of the cells", Lost::Cells(0.05), 1.6, 1.50),
];

fn main() -> Result<()> {
    let seeds: u64 = std::env::args().nth(1).map_or(Ok(3), |n| n.parse())?;
    let shown = vec![file("film.bin", OBJECT_BYTES, Seed(1))];
    let newsroom = Newsroom::publish(&[article("file", shown, paragraphs(2_000, Seed(2)))])?;
    println!(
        "| lost | loss that happened | packets lost by it | data PID over size | over the limit, median | worst | mark |"
    );
    println!("|---|---|---|---|---|---|---|");
    for (name, lost, laps, mark) in CASES {
        let runs: Vec<Heard> = (0..seeds)
            .map(|seed| hear(&newsroom, lost, laps, Seed(seed)))
            .collect::<Result<_>>()?;
        let column = |of: fn(&Heard) -> f64| -> Vec<f64> { runs.iter().map(of).collect() };
        let over = column(Heard::over_the_limit);
        println!(
            "| {name} | {:.2} % | {:.2} % | {:.4} | {:.4} | {:.4} | {} |",
            100.0 * median(&column(|h| h.loss.loss())),
            100.0 * median(&column(|h| h.packets_lost)),
            median(&column(Heard::over_size)),
            median(&over),
            quantile(&over, 1.0),
            if mark.is_nan() {
                "–".to_owned()
            } else {
                format!("≤ {mark}")
            }
        );
    }
    println!(
        "\nSeeds 0 to {}; one object of 100 MB and 2 kB of text at 20 Mbit/s, no slate; limit = size/(1 − loss).",
        seeds - 1
    );
    Ok(())
}

/// What came of listening until all was here.
struct Heard {
    data_cells: u64,
    loss: Count,
    packets_lost: f64,
}

impl Heard {
    fn over_size(&self) -> f64 {
        (self.data_cells * CELL_BYTES as u64) as f64 / OBJECT_BYTES as f64
    }

    fn over_the_limit(&self) -> f64 {
        self.over_size() * (1.0 - self.loss.loss())
    }
}

fn hear(newsroom: &Newsroom, lost: Lost, laps: f64, seed: Seed) -> Result<Heard> {
    let channel = match lost {
        Lost::Packets(share) => Channel::new(seed).lose_packets_at(share, &[Pid(DATA_PID)]),
        Lost::Cells(share) => Channel::new(seed).lose_cells_at(share),
    };
    let trust = vec![newsroom.station.publisher().key];
    let mut listener = Listener {
        channel,
        receiver: Receiver::open(MemoryStore::new(), trust)?,
        arrived: Vec::new(),
        complete: false,
    };
    let sent = newsroom.send(BITS_PER_S, Length::Laps(laps), false, true, &mut listener);
    if !listener.complete {
        sent?;
        return Err(format!("not complete after {laps} laps, {seed}").into());
    }
    let report = listener.channel.report();
    let data = report.pid(Pid(DATA_PID));
    let frames = listener.receiver.counters().packets;
    // A packet is lost with any of its cells.
    let packets_lost = 1.0 - frames as f64 / (data.sent as f64 / 7.0);
    Ok(Heard {
        data_cells: data.sent,
        loss: match lost {
            Lost::Packets(_) => report.packets,
            Lost::Cells(_) => data,
        },
        packets_lost,
    })
}

/// The stream through the channel into a receiver, until all is here.
struct Listener {
    channel: Channel,
    receiver: Receiver<MemoryStore>,
    arrived: Vec<u8>,
    complete: bool,
}

impl Write for Listener {
    fn write(&mut self, cells: &[u8]) -> io::Result<usize> {
        for step in cells.chunks(STEP) {
            self.arrived.clear();
            self.channel.push(step, &mut self.arrived);
            self.receiver
                .push(&self.arrived)
                .map_err(io::Error::other)?;
            while let Some(event) = self.receiver.poll() {
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
