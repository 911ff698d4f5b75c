//! `flute` 1.11, RaptorQ in a carousel, beside ours: bytes sent until one object is complete, over
//! its size, where whole packets are lost at random. Both without the carrier's own bytes (UDP and
//! IP there, PES and cells here), everything else counted.
//!
//! `cargo run --release -p skywave-benches --features peers --bin peers`
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::io::{self, Write};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use benches::{MB, Newsroom, Result, article, cpu_seconds, file, noise};
use channel::{Count, Independent, Loss, Seed};
use flute::core::{Oti, UDPEndpoint};
use flute::receiver::writer::ObjectWriterBufferBuilder;
use flute::receiver::{Config as ReceiverConfig, MultiReceiver};
use flute::sender::{CarouselRepeatMode, Config, ObjectDesc, Sender, TransferConfig};
use receiver::{Event, MemoryStore, Receiver};
use station::send::Length;
use ts::{Demux, Frame};

const SEED: Seed = Seed(3);
const SYMBOL: u16 = 1_256;
/// Source and repair symbols of a block of `flute`'s, as in PEERS: its own defaults are smaller.
const BLOCKS: [(u16, u16); 2] = [(1_000, 100), (1_000, 1_100)];
/// Time passes in `flute` by packets: so many a second, about 20 Mbit/s.
const PACKETS_PER_S: f64 = 2_000.0;

/// What one transmission came to.
struct Heard {
    bytes: u64,
    packets: Count,
    cpu: f64,
}

fn main() -> Result<()> {
    println!(
        "| object, loss | who | loss that happened | bytes sent over size | over the limit | s of core time |"
    );
    println!("|---|---|---|---|---|---|");
    for size in [20_000_000, 100_000_000] {
        let bytes = noise(size, SEED);
        let newsroom = Newsroom::publish(&[article("file", vec![file("f", size, SEED)], vec![])])?;
        for loss in [0.05, 0.20, 0.50] {
            for (source, repair) in BLOCKS {
                let name = format!("flute {source} + {repair}");
                let heard = flute(&bytes, source, repair, loss)?;
                tell(&name, size, loss, &heard);
            }
            tell("skywave", size, loss, &ours(&newsroom, loss)?);
        }
    }
    println!("\n{SEED}; packets of {SYMBOL}-byte symbols; limit = size/(1 − loss that happened).");
    Ok(())
}

fn tell(name: &str, size: usize, loss: f64, heard: &Heard) {
    let over = heard.bytes as f64 / size as f64;
    println!(
        "| {:.0} MB, {:.0} % | {name} | {:.2} % | {over:.3} | {:.3} | {:.1} |",
        size as f64 / MB,
        100.0 * loss,
        100.0 * heard.packets.loss(),
        over * (1.0 - heard.packets.loss()),
        heard.cpu,
    );
}

/// `flute`'s errors are no `std::error::Error`.
fn failed(error: impl std::fmt::Debug) -> String {
    format!("flute: {error:?}")
}

fn flute(bytes: &[u8], source: u16, repair: u16, loss: f64) -> Result<Heard> {
    let began = cpu_seconds();
    let oti = Oti::new_raptorq(SYMBOL, source, repair, 1, 8).map_err(failed)?;
    let endpoint = UDPEndpoint::new(None, "224.0.0.1".to_owned(), 5000);
    let mut sender = Sender::new(endpoint.clone(), 1, &oti, &Config::default());
    let carousel = TransferConfig {
        max_transfer_count: 100,
        carousel_mode: Some(CarouselRepeatMode::DelayBetweenTransfers(Duration::ZERO)),
        ..TransferConfig::default()
    };
    let place = url::Url::parse("file:///object")?;
    let kind = "application/octet-stream";
    let object = ObjectDesc::create_from_buffer(bytes.to_vec(), kind, &place, true, carousel);
    let object = object.map_err(failed)?;
    sender.add_object(0, object).map_err(failed)?;
    let mut now = SystemTime::now();
    sender.publish(now).map_err(failed)?;
    let writer = Rc::new(ObjectWriterBufferBuilder::new(true));
    let config = ReceiverConfig {
        object_timeout: None,
        // Its default, 10 MB, is never enough at a fifth lost.
        object_max_cache_size: Some(bytes.len() * 4),
        enable_fdt_expiration_check: false,
        ..ReceiverConfig::default()
    };
    let mut receiver = MultiReceiver::new(writer.clone(), Some(config), false);
    let mut channel = Independent::new(loss, SEED);
    let (mut sent, mut packets) = (0, Count::default());
    let mut idle = 0;
    loop {
        now += Duration::from_secs_f64(1.0 / PACKETS_PER_S);
        let Some(packet) = sender.read(now) else {
            idle += 1;
            if idle > 1_000_000 {
                return Err("flute has nothing more to send".into());
            }
            continue;
        };
        sent += packet.len() as u64;
        let lost = channel.loses(packet.len());
        packets.add(lost);
        if !lost {
            receiver.push(&endpoint, &packet, now).map_err(failed)?;
        }
        let objects = writer.objects.borrow();
        if let Some(object) = objects.first().map(|o| o.borrow()).filter(|o| o.complete) {
            if object.data != bytes {
                return Err("flute received other bytes".into());
            }
            return Ok(Heard {
                bytes: sent,
                packets,
                cpu: cpu_seconds() - began,
            });
        }
    }
}

fn ours(newsroom: &Newsroom, loss: f64) -> Result<Heard> {
    let began = cpu_seconds();
    let trust = vec![newsroom.station.publisher().key];
    let mut listener = Listener {
        demux: Demux::new(),
        receiver: Receiver::open(MemoryStore::new(), trust)?,
        channel: Independent::new(loss, SEED),
        heard: Heard {
            bytes: 0,
            packets: Count::default(),
            cpu: 0.0,
        },
        complete: false,
    };
    let laps = Length::Laps(1.1 / (1.0 - loss));
    let sent = newsroom.send(20_000_000, laps, false, true, &mut listener);
    if !listener.complete {
        sent?;
        return Err("ours is not complete".into());
    }
    let cpu = cpu_seconds() - began;
    Ok(Heard {
        cpu,
        ..listener.heard
    })
}

/// The packets of a stream, some of them lost, to a receiver.
struct Listener {
    demux: Demux,
    receiver: Receiver<MemoryStore>,
    channel: Independent,
    heard: Heard,
    complete: bool,
}

impl Write for Listener {
    fn write(&mut self, cells: &[u8]) -> io::Result<usize> {
        let Self {
            demux,
            receiver,
            channel,
            heard,
            complete,
        } = self;
        let mut result = Ok(());
        demux.push(cells, &mut |frame: Frame<'_>| {
            if *complete || result.is_err() {
                return;
            }
            heard.bytes += frame.bytes.len() as u64;
            let lost = channel.loses(frame.bytes.len());
            heard.packets.add(lost);
            if lost {
                return;
            }
            result = receiver.push_packet(frame.bytes);
            while let Some(event) = receiver.poll() {
                if matches!(event, Event::Object { .. }) {
                    *complete = receiver.status().iter().any(|e| e.is_complete());
                }
            }
        });
        result.map_err(io::Error::other)?;
        match self.complete {
            true => Err(io::Error::other("complete: no more is needed")),
            false => Ok(cells.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
