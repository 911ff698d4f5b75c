//! The page's reader in little memory: what it lets go comes back, and nothing is lost.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "../../../crates/receiver/tests/common/mod.rs"]
mod common;

use std::cell::RefCell;
use std::rc::Rc;

use common::{Edition, Publisher, Random};
use edition::ObjectHash;
use page::{Ended, Host, Reader, Room, answer};
use serde_json::{Value, json};

/// Room for two blocks of the tests' editions.
const LITTLE: Room = Room {
    held: 900_000,
    batch: 800_000,
    roomy: 300_000,
    least: 10_000,
};

/// Recordings in memory, and what was taken.
#[derive(Default, Clone)]
struct World(Rc<RefCell<Things>>);

#[derive(Default)]
struct Things {
    /// `None`: the stick has been pulled out.
    recordings: Vec<Option<Vec<u8>>>,
    taken: Vec<u8>,
    read_again: usize,
}

impl Host for World {
    fn read(&mut self, recording: u32, at: u64, bytes: &mut [u8]) -> Option<usize> {
        let mut things = self.0.borrow_mut();
        things.read_again += bytes.len();
        let of = things.recordings[recording as usize].as_ref()?;
        let from = (at as usize).min(of.len());
        let end = (from + bytes.len()).min(of.len());
        bytes[..end - from].copy_from_slice(&of[from..end]);
        Some(end - from)
    }

    fn size(&mut self, recording: u32) -> u64 {
        let things = self.0.borrow();
        let of = things.recordings[recording as usize].as_ref();
        of.map_or(0, |of| of.len() as u64)
    }

    fn take(&mut self, bytes: &[u8]) {
        self.0.borrow_mut().taken.extend_from_slice(bytes);
    }
}

impl World {
    fn read(&self, reader: &mut Reader<Self>, recording: Vec<u8>) {
        let number = {
            let mut things = self.0.borrow_mut();
            things.recordings.push(Some(recording.clone()));
            things.recordings.len() as u32 - 1
        };
        reader.begin(number);
        for piece in recording.chunks(50_000) {
            reader.push(piece);
            while reader.work() {}
        }
        reader.end();
        while reader.work() {}
    }

    /// What a task gives.
    fn taken(&self, reader: &mut Reader<Self>) -> (Option<Ended>, Vec<u8>) {
        while reader.work() {}
        let taken = std::mem::take(&mut self.0.borrow_mut().taken);
        (reader.ended(), taken)
    }
}

/// Packets as a `.sky` file.
fn sky(packets: &[Vec<u8>]) -> Vec<u8> {
    let (mut writer, mut out) = (file::Writer::new(), Vec::new());
    writer.header(&mut out);
    packets
        .iter()
        .for_each(|packet| writer.record(packet, &mut out).unwrap());
    out
}

fn ask(reader: &mut Reader<World>, question: &Value) -> Value {
    serde_json::from_slice(&answer(reader, question.to_string().as_bytes())).unwrap()
}

fn is_complete(reader: &mut Reader<World>) -> bool {
    ask(reader, &json!({ "ask": "state" }))["value"]["editions"][0]["complete"] == json!(true)
}

const PICTURES: [usize; 5] = [3_000_000, 2_500_000, 1_700_000, 90_000, 50_000];

/// All objects interleaved, as a carousel sends them, with so much lost of the large ones. (What is
/// one packet long is repeated by a carousel, and not here.)
fn recording(edition: &Edition, repair: f64, loss: f64, seed: u64) -> Vec<Vec<u8>> {
    let mut random = Random(seed);
    let mut packets = edition.runs(0, repair);
    random.shuffle(&mut packets);
    let large: Vec<[u8; 8]> = edition
        .objects
        .iter()
        .filter(|(_, bytes)| bytes.len() > 40_000)
        .map(|(_, bytes)| ObjectHash::of(bytes).id().0)
        .collect();
    packets.retain(|packet| {
        let is_large = large.iter().any(|id| packet[1..9] == id[..]);
        !is_large || random.below(1_000) >= (loss * 1_000.0) as usize
    });
    packets.insert(packets.len() / 5, edition.head_packet());
    packets
}

fn check_objects(world: &World, reader: &mut Reader<World>, edition: &Edition) {
    for (_, bytes) in edition
        .objects
        .iter()
        .filter(|(_, bytes)| bytes.len() > 40_000)
    {
        reader.ask_object(ObjectHash::of(bytes));
        let (mut ended, mut taken) = world.taken(reader);
        if ended == Some(Ended::Spoilt) {
            reader.ask_object(ObjectHash::of(bytes));
            (ended, taken) = world.taken(reader);
        }
        assert_eq!(ended, Some(Ended::Done));
        assert_eq!(ObjectHash::of(&taken), ObjectHash::of(bytes));
        assert_eq!(taken.len(), bytes.len());
    }
    assert!(is_complete(reader), "what was opened again is still here");
}

#[test]
fn an_edition_larger_than_memory_becomes_whole_and_every_object_is_right() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(7, &["One", "Two"], &PICTURES);
    for (repair, loss) in [(0.0, 0.0), (0.4, 0.2), (1.3, 0.5)] {
        let world = World::default();
        let mut reader = Reader::new(world.clone(), vec![publisher.public()], LITTLE);
        let packets = recording(&edition, repair, loss, 3);
        world.read(&mut reader, sky(&packets));
        assert!(is_complete(&mut reader), "loss {loss}");
        assert!(world.0.borrow().read_again > 0, "it was larger than memory");
        check_objects(&world, &mut reader, &edition);
    }
}

#[test]
fn parts_of_several_recordings_add_up() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(7, &["One"], &PICTURES);
    let world = World::default();
    let mut reader = Reader::new(world.clone(), vec![publisher.public()], LITTLE);
    let packets = recording(&edition, 0.5, 0.2, 4);
    let third = packets.len() / 3;
    for part in packets.chunks(third + 1) {
        assert!(!is_complete(&mut reader));
        world.read(&mut reader, sky(part));
    }
    assert!(is_complete(&mut reader));
    check_objects(&world, &mut reader, &edition);
}

#[test]
fn what_was_saved_goes_on_in_another_reader() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(7, &["One"], &PICTURES);
    let packets = recording(&edition, 0.5, 0.2, 5);
    let (first, second) = packets.split_at(packets.len() / 2);
    let world = World::default();
    let mut reader = Reader::new(world.clone(), vec![publisher.public()], LITTLE);
    world.read(&mut reader, sky(first));
    reader.ask_save(None);
    let (ended, saved) = world.taken(&mut reader);
    assert_eq!(ended, Some(Ended::Done));

    let world = World::default();
    let mut reader = Reader::new(world.clone(), vec![publisher.public()], LITTLE);
    world.read(&mut reader, saved);
    assert!(!is_complete(&mut reader));
    world.read(&mut reader, sky(second));
    assert!(is_complete(&mut reader));
    check_objects(&world, &mut reader, &edition);
}

#[test]
fn a_complete_edition_is_handed_on_whole_and_no_larger_than_it_is() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(7, &["One"], &PICTURES);
    let world = World::default();
    let mut reader = Reader::new(world.clone(), vec![publisher.public()], LITTLE);
    world.read(&mut reader, sky(&recording(&edition, 0.5, 0.2, 6)));
    reader.ask_save(Some(edition.manifest));
    let (ended, saved) = world.taken(&mut reader);
    assert_eq!(ended, Some(Ended::Done));
    let size: usize = edition.objects.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(saved.len() < size + size / 40, "{} for {size}", saved.len());

    let world = World::default();
    let mut reader = Reader::new(world.clone(), vec![publisher.public()], LITTLE);
    world.read(&mut reader, saved);
    assert!(is_complete(&mut reader));
}

#[test]
fn a_stick_that_is_pulled_out_costs_nothing_once_it_is_back() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(7, &["One"], &PICTURES);
    let world = World::default();
    let mut reader = Reader::new(world.clone(), vec![publisher.public()], LITTLE);
    let bytes = sky(&recording(&edition, 0.5, 0.2, 8));
    world.read(&mut reader, bytes.clone());
    assert!(is_complete(&mut reader));
    let (_, film) = edition
        .objects
        .iter()
        .find(|(_, b)| b.len() == 3_000_000)
        .unwrap();
    world.0.borrow_mut().recordings[0] = None;
    reader.ask_object(ObjectHash::of(film));
    assert_eq!(world.taken(&mut reader).0, Some(Ended::Gone));
    assert!(is_complete(&mut reader));
    world.0.borrow_mut().recordings[0] = Some(bytes);
    check_objects(&world, &mut reader, &edition);
}

#[test]
fn forged_runs_cost_another_look_at_the_recording_and_not_the_edition() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(7, &["One"], &PICTURES);
    let world = World::default();
    let mut reader = Reader::new(world.clone(), vec![publisher.public()], LITTLE);
    let runs = edition.runs(0, 0.3);
    let lists = publisher.lists(7, &runs);
    let mut packets = lists;
    let mut random = Random(9);
    for run in &runs {
        if random.below(20) == 0 {
            let mut forged = run.clone();
            let last = forged.len() - 1;
            forged[last] ^= 1;
            packets.push(forged);
        }
        packets.push(run.clone());
    }
    random.shuffle(&mut packets);
    packets.insert(0, edition.head_packet());
    let bytes = sky(&packets);
    let mut looks = 0;
    loop {
        looks += 1;
        world.read(&mut reader, bytes.clone());
        if !reader.is_spoilt() || is_complete(&mut reader) {
            break;
        }
        assert!(looks < 4, "it never becomes whole");
    }
    assert!(is_complete(&mut reader), "after {looks} looks");
    check_objects(&world, &mut reader, &edition);
}

#[test]
fn nobody_who_is_not_trusted_is_shown_and_trust_can_come_later() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(7, &["One"], &PICTURES);
    let world = World::default();
    let mut reader = Reader::new(world.clone(), Vec::new(), LITTLE);
    let bytes = sky(&recording(&edition, 0.0, 0.0, 10));
    world.read(&mut reader, bytes.clone());
    let state = ask(&mut reader, &json!({ "ask": "state" }));
    assert_eq!(state["value"]["editions"], json!([]));
    let heard = &state["value"]["heard"][0];
    assert_eq!(heard["words"].as_array().unwrap().len(), 8);
    let id = edition.manifest.to_string();
    let news = ask(&mut reader, &json!({ "ask": "news", "edition": id }));
    assert_eq!(news["error"]["kind"], "missing");
    let trust = json!({ "ask": "trust", "key": heard["key"] });
    ask(&mut reader, &trust);
    world.read(&mut reader, bytes);
    assert!(is_complete(&mut reader));
    let news = ask(&mut reader, &json!({ "ask": "news", "edition": id }));
    assert_eq!(news["value"]["articles"][0]["title"], "One");
    check_objects(&world, &mut reader, &edition);
}
