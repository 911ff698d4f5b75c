//! An insider or a jammer can put any packets into any stream. Whatever they put there: no panic, no
//! byte shown as checked that is not, no true edition lost, and the reader is told. One file for each
//! group of attacks; `docs/threat-model.md` has the table.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

#[path = "../common/mod.rs"]
mod common;

mod bombs;
mod carriers;
mod heads;
mod keys;
mod lists;
mod publishers;
mod runs;

use common::{Edition, Publisher, Random};
use edition::ObjectHash;
use fountain::MAX_PACKET_BYTES;
use receiver::{Event, MemoryStore, Name, Receiver, Store, Warning};

/// A receiver that trusts some publishers.
fn trusting(publishers: &[&Publisher]) -> Receiver<MemoryStore> {
    let trust = publishers.iter().map(|p| p.public()).collect();
    Receiver::open(MemoryStore::new(), trust).unwrap()
}

fn push<'a>(receiver: &mut Receiver<MemoryStore>, packets: impl IntoIterator<Item = &'a Vec<u8>>) {
    for packet in packets {
        receiver.push_packet(packet).unwrap();
    }
}

/// Numbers of the editions that are shown, the newest first, and whether each is complete.
fn shown(receiver: &Receiver<MemoryStore>) -> Vec<(u64, bool)> {
    let status = receiver.status();
    status.iter().map(|s| (s.number, s.is_complete())).collect()
}

/// What a person has been told.
fn told(receiver: &mut Receiver<MemoryStore>) -> Vec<Warning> {
    let events = std::iter::from_fn(|| receiver.poll());
    events
        .filter_map(|event| match event {
            Event::Warning(warning) => Some(warning),
            _ => None,
        })
        .collect()
}

/// What is in the store under the name of an object of the edition is that object.
fn assert_true(receiver: &mut Receiver<MemoryStore>, edition: &Edition) {
    for (_, bytes) in &edition.objects {
        let name = Name::Object(ObjectHash::of(bytes));
        let stored = receiver.store_mut().get(name).unwrap();
        assert!(stored.is_none_or(|stored| stored == *bytes));
    }
}

/// The packets of an edition as a station sends them, each true run once, lists before the runs that
/// they name, heads between.
fn on_air(publisher: &Publisher, edition: &Edition) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    for runs in edition.runs(0, 0.0).chunks(90) {
        packets.push(edition.head_packet());
        packets.extend(publisher.lists(edition.number, runs));
        packets.extend_from_slice(runs);
    }
    packets
}

fn is_run(packet: &[u8]) -> bool {
    packet[0] == 1
}

/// A run with some of its bytes changed: the first, as the last may be padding.
fn changed(run: &[u8], random: &mut Random) -> Vec<u8> {
    let mut forged = run.to_vec();
    for _ in 0..4 {
        forged[13 + random.below(4)] ^= 1 + random.below(255) as u8;
    }
    forged[13] ^= 1;
    forged
}

/// A run of the same object and block, of symbols that the sender has not come to.
fn fresh(run: &[u8], random: &mut Random) -> Vec<u8> {
    let mut forged = changed(run, random);
    let esi = 100_000 + random.below(1 << 22) as u32;
    forged[10..13].copy_from_slice(&esi.to_be_bytes()[1..]);
    forged
}

/// A run of an object that nobody has heard of.
fn unknown(random: &mut Random) -> Vec<u8> {
    let mut forged = random.bytes(13 + 1_256);
    forged[0] = 1;
    assert!(forged.len() <= MAX_PACKET_BYTES);
    forged
}

/// The same signature over other entries: a list that looks right until it is verified.
fn forged_list(list: &[u8], random: &mut Random) -> Vec<u8> {
    let mut forged = list.to_vec();
    let end = forged.len() - 64;
    for byte in &mut forged[end - 10..end + 8] {
        *byte = random.next() as u8;
    }
    forged
}
