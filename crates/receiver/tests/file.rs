//! An edition that travels as a file: whole, in parts, damaged, zipped, in a page, and beside a
//! recording.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use common::{Edition, Publisher, Random};

use edition::ObjectHash;
use file::{Writer, Zip};
use receiver::{MemoryStore, Name, Receiver, Store};
use ts::{Carriage, FrameSource, Mux, MuxConfig};

/// Bytes that are read at once.
const STEP: usize = 10_000;

fn publisher() -> (Publisher, Edition) {
    let publisher = Publisher::new(21);
    let edition = publisher.edition(4, &["one", "two"], &[5_000, 250_000]);
    (publisher, edition)
}

/// Head, runs and lists, with this much repair.
fn packets(publisher: &Publisher, edition: &Edition, repair: f64) -> Vec<Vec<u8>> {
    let runs = edition.runs(0, repair);
    let lists = publisher.lists(edition.number, &runs);
    [vec![edition.head_packet()], lists, runs].concat()
}

fn sky(packets: &[Vec<u8>]) -> Vec<u8> {
    let (mut writer, mut file) = (Writer::new(), Vec::new());
    writer.header(&mut file);
    packets
        .iter()
        .for_each(|packet| writer.record(packet, &mut file).unwrap());
    file
}

fn receive(publisher: &Publisher, recordings: &[&[u8]]) -> Receiver<MemoryStore> {
    let mut receiver = Receiver::open(MemoryStore::new(), vec![publisher.public()]).unwrap();
    for recording in recordings {
        for piece in recording.chunks(STEP) {
            receiver.push(piece).unwrap();
        }
        receiver.end_recording().unwrap();
    }
    receiver
}

fn is_complete(receiver: &Receiver<MemoryStore>) -> bool {
    receiver.status().first().is_some_and(|s| s.is_complete())
}

fn assert_complete(mut receiver: Receiver<MemoryStore>, edition: &Edition) {
    assert!(is_complete(&receiver), "{:?}", receiver.status());
    for (_, bytes) in &edition.objects {
        let name = Name::Object(ObjectHash::of(bytes));
        assert_eq!(
            receiver.store_mut().get(name).unwrap().as_ref(),
            Some(bytes)
        );
    }
}

#[test]
fn a_whole_file_is_an_edition() {
    let (publisher, edition) = publisher();
    let packets = packets(&publisher, &edition, 0.0);
    let file = sky(&packets);
    let payload: usize = packets.iter().map(Vec::len).sum();
    assert!(file.len() * 100 <= payload * 101, "overhead above 1 %");
    let receiver = receive(&publisher, &[&file]);
    let counters = receiver.counters();
    assert_eq!(counters.packets, packets.len() as u64);
    assert_eq!(counters.broken, 0);
    assert_complete(receiver, &edition);
}

#[test]
fn split_parts_may_come_in_any_order() {
    let (publisher, edition) = publisher();
    let mut packets = packets(&publisher, &edition, 0.25);
    Random(4).shuffle(&mut packets);
    let file = sky(&packets);
    for (part, seed) in [(15_000, 1), (30_001, 2), (100_000, 3)] {
        let mut parts: Vec<&[u8]> = file.chunks(part).collect();
        Random(seed).shuffle(&mut parts);
        assert_complete(receive(&publisher, &parts), &edition);
    }
}

#[test]
fn damage_costs_what_it_hits() {
    let (publisher, edition) = publisher();
    let mut packets = packets(&publisher, &edition, 0.3);
    let mut random = Random(5);
    random.shuffle(&mut packets);
    let mut file = sky(&packets);
    // Bad sectors, and a download that broke off.
    for _ in 0..12 {
        let at = random.below(file.len() - 512);
        file[at..at + 512].fill(0);
    }
    file.truncate(file.len() - 700);
    assert_complete(receive(&publisher, &[&file]), &edition);
}

#[test]
fn a_stored_zip_need_not_be_unpacked() {
    let (publisher, edition) = publisher();
    let file = sky(&packets(&publisher, &edition, 0.0));
    let mut zip = Zip::new("news.sky");
    zip.push(&file);
    let (before, after) = zip.around().unwrap();
    let zipped = [&before[..], &file, &after].concat();
    assert_complete(receive(&publisher, &[&zipped]), &edition);
}

#[test]
fn a_page_with_an_edition_in_it_is_read() {
    let (publisher, edition) = publisher();
    let base64 = common::base64(&sky(&packets(&publisher, &edition, 0.0)));
    let page = format!(
        "<!DOCTYPE html><title>News</title>{}\
         <script type=\"text/plain\" id=\"edition\">{base64}</script>",
        "<p>…</p>".repeat(20_000)
    );
    assert_complete(receive(&publisher, &[page.as_bytes()]), &edition);
}

/// The frames of some packets, each once.
struct Once<'a>(std::slice::Iter<'a, Vec<u8>>);

impl FrameSource for Once<'_> {
    fn next_frame(&mut self, _: Carriage) -> Option<&[u8]> {
        self.0.next().map(Vec::as_slice)
    }
}

/// A transport stream in which these packets go by.
fn air(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut mux = Mux::new(MuxConfig::new("4M".parse().unwrap(), "News")).unwrap();
    let mut air = Vec::new();
    let cells = packets.len() * 8 + 500;
    mux.next_cells(&mut Once(packets.iter()), cells, &mut air)
        .unwrap();
    air
}

#[test]
fn half_from_the_air_and_half_from_a_stick_are_one_edition() {
    let (publisher, edition) = publisher();
    let packets = packets(&publisher, &edition, 0.02);
    let (even, odd): (Vec<_>, Vec<_>) = packets
        .iter()
        .cloned()
        .enumerate()
        .partition(|(n, _)| n % 2 == 0);
    let bytes = |half: Vec<(usize, Vec<u8>)>| half.into_iter().map(|(_, p)| p).collect::<Vec<_>>();
    let (recording, stick) = (air(&bytes(even)), sky(&bytes(odd)));
    for one in [&recording, &stick] {
        assert!(!is_complete(&receive(&publisher, &[one])));
    }
    assert_complete(receive(&publisher, &[&recording, &stick]), &edition);
    assert_complete(receive(&publisher, &[&stick, &recording]), &edition);
}

/// Records planted in a recording, and cells in a file, do not turn a receiver away from what the
/// recording is.
#[test]
fn planted_packets_do_not_hide_the_carrier() {
    let (publisher, edition) = publisher();
    let packets = packets(&publisher, &edition, 0.0);
    let forged: Vec<Vec<u8>> = (0..40).map(|n| vec![n; 3]).collect();
    let planted = sky(&forged);
    // In the first cells of a recording, on a PID of nothing.
    let mut recording = Vec::new();
    for piece in planted.chunks(184) {
        let mut cell = vec![0x47, 0x1E, 0xEE, 0x10];
        cell.extend_from_slice(piece);
        cell.resize(188, 0xFF);
        recording.extend_from_slice(&cell);
    }
    recording.extend_from_slice(&air(&packets));
    assert_complete(receive(&publisher, &[&recording]), &edition);
    // Packets of cells in a file that begins in the middle.
    let cells: Vec<u8> = air(&forged)[..6 * 188].to_vec();
    let mixed: Vec<Vec<u8>> = std::iter::repeat_n(cells, 60).chain(packets).collect();
    let file = sky(&mixed);
    let receiver = receive(&publisher, &[&file[100..]]);
    assert!(is_complete(&receiver));
}
