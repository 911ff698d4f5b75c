//! What must always hold: enough packets, in any order, from any recordings, give the same
//! edition, and nothing forged is ever taken for checked.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use common::{Edition, Publisher, Random};
use std::collections::HashSet;

use edition::{Dictionaries, ObjectHash};
use fountain::{ObjectId, Oti, Packet};
use proptest::prelude::*;
use receiver::{Event, MemoryStore, Name, Receiver, Store, Warning, news};

fn open(publisher: &Publisher) -> Receiver<MemoryStore> {
    Receiver::open(MemoryStore::new(), vec![publisher.public()]).unwrap()
}

fn push_all<'a>(
    receiver: &mut Receiver<MemoryStore>,
    packets: impl IntoIterator<Item = &'a Vec<u8>>,
) {
    for packet in packets {
        receiver.push_packet(packet).unwrap();
    }
}

fn is_complete(receiver: &Receiver<MemoryStore>) -> bool {
    receiver.status().first().is_some_and(|s| s.is_complete())
}

/// Every object in the store is one of the edition's, with its bytes.
fn assert_only_true_objects(receiver: &mut Receiver<MemoryStore>, edition: &Edition) {
    for (_, bytes) in &edition.objects {
        let hash = ObjectHash::of(bytes);
        if let Some(stored) = receiver.store_mut().get(Name::Object(hash)).unwrap() {
            assert_eq!(&stored, bytes);
        }
    }
}

fn events(receiver: &mut Receiver<MemoryStore>) -> Vec<Event> {
    std::iter::from_fn(|| receiver.poll()).collect()
}

#[test]
fn an_edition_arrives_and_can_be_read() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(3, &["one", "two"], &[5_000, 250_000]);
    let mut receiver = open(&publisher);
    push_all(&mut receiver, [&edition.head_packet()]);
    push_all(&mut receiver, &edition.runs(0, 0.0));
    assert!(is_complete(&receiver));
    assert_only_true_objects(&mut receiver, &edition);
    let (signed, indexes) = {
        let editions = receiver.editions();
        let (signed, indexes) = &editions[0];
        let indexes: Vec<_> = indexes.iter().map(|i| (*i).clone()).collect();
        ((*signed).clone(), indexes)
    };
    let indexes: Vec<_> = indexes.iter().collect();
    let mut dictionaries = Dictionaries::shipped();
    let news = news(receiver.store_mut(), &signed, &indexes, &mut dictionaries).unwrap();
    let titles: Vec<_> = news
        .articles
        .iter()
        .map(|a| a.article.title.as_str())
        .collect();
    assert_eq!(titles, ["two", "one"]);
    assert!(news.articles.iter().all(|a| a.is_whole));
    let seen = events(&mut receiver);
    assert!(
        seen.iter()
            .any(|e| matches!(e, Event::Edition { number: 3, .. }))
    );
}

#[test]
fn what_comes_before_the_head_is_not_lost() {
    let publisher = Publisher::new(2);
    let edition = publisher.edition(1, &["one"], &[40_000]);
    let mut receiver = open(&publisher);
    let mut runs = edition.runs(0, 0.0);
    runs.reverse();
    push_all(&mut receiver, &runs);
    assert!(!is_complete(&receiver));
    push_all(&mut receiver, [&edition.head_packet()]);
    assert!(is_complete(&receiver));
}

#[test]
fn a_head_whose_manifest_is_not_here_yet_is_not_lost_with_the_program() {
    let publisher = Publisher::new(2);
    let edition = publisher.edition(1, &["one"], &[40_000]);
    let mut receiver = open(&publisher);
    push_all(&mut receiver, [&edition.head_packet()]);
    receiver.end_recording().unwrap();
    let store = receiver.store_mut().clone();
    let mut receiver = Receiver::open(store, vec![publisher.public()]).unwrap();
    assert_eq!(receiver.counters().heads, 0);
    push_all(&mut receiver, &edition.runs(0, 0.0));
    assert!(is_complete(&receiver));
}

#[test]
fn an_unknown_publisher_is_heard_and_not_shown() {
    let publisher = Publisher::new(3);
    let stranger = Publisher::new(4);
    let edition = stranger.edition(9, &["one"], &[10_000]);
    let mut receiver = open(&publisher);
    push_all(&mut receiver, [&edition.head_packet()]);
    push_all(&mut receiver, &edition.runs(0, 0.0));
    assert!(receiver.status().is_empty());
    assert!(receiver.editions().is_empty());
    let strangers = receiver.strangers();
    assert_eq!(strangers, [(stranger.public(), "A Newsroom".to_owned(), 9)]);
}

#[test]
fn an_inbox_goes_on_where_it_was() {
    let publisher = Publisher::new(5);
    let edition = publisher.edition(1, &["one"], &[300_000, 20_000]);
    let mut runs = edition.runs(0, 0.3);
    Random(7).shuffle(&mut runs);
    let (first, second) = runs.split_at(runs.len() / 2);
    let mut receiver = open(&publisher);
    push_all(&mut receiver, [&edition.head_packet()]);
    push_all(&mut receiver, first);
    receiver.end_recording().unwrap();
    assert!(!is_complete(&receiver));
    let store = receiver.store_mut().clone();
    let mut receiver = Receiver::open(store, vec![publisher.public()]).unwrap();
    push_all(&mut receiver, [&edition.head_packet()]);
    push_all(&mut receiver, second);
    assert!(is_complete(&receiver));
    assert_only_true_objects(&mut receiver, &edition);
    // Complete once, complete ever after.
    let store = receiver.store_mut().clone();
    let receiver = Receiver::open(store, vec![publisher.public()]).unwrap();
    assert!(is_complete(&receiver));
}

#[test]
fn forged_runs_before_true_ones_cost_nothing_where_lists_come() {
    let publisher = Publisher::new(6);
    let edition = publisher.edition(1, &["one"], &[120_000]);
    let runs = edition.runs(0, 0.5);
    let lists = publisher.lists(1, &runs);
    let mut random = Random(11);
    let mut receiver = open(&publisher);
    push_all(&mut receiver, [&edition.head_packet()]);
    // The text and the indexes arrive untouched, so that the picture is known.
    let is_picture = |packet: &&Vec<u8>| packet.len() > 1_256;
    push_all(&mut receiver, runs.iter().filter(|r| !is_picture(r)));
    push_all(&mut receiver, &lists);
    for run in runs.iter().filter(is_picture) {
        let mut forged = run.clone();
        let at = 13 + random.below(forged.len() - 13);
        forged[at] ^= 1 + random.below(255) as u8;
        push_all(&mut receiver, [&forged, run]);
    }
    // That two runs say different things of one symbol is noticed before the object can fail.
    assert!(is_complete(&receiver));
    assert_only_true_objects(&mut receiver, &edition);
    let forged = |e: &Event| matches!(e, Event::Warning(Warning::Forged));
    assert!(events(&mut receiver).iter().any(forged), "nobody was told");
}

#[test]
fn damage_in_a_big_object_costs_the_blocks_it_is_in() {
    let publisher = Publisher::new(12);
    let edition = publisher.edition(1, &["one"], &[5_000_000]);
    let runs = edition.runs(0, 0.0);
    let mut receiver = open(&publisher);
    push_all(&mut receiver, [&edition.head_packet()]);
    let is_small = |packet: &&Vec<u8>| packet.len() < 1_256;
    push_all(&mut receiver, runs.iter().filter(is_small));
    // One forged run in block 3, no list at all.
    let block = |packet: &[u8]| packet[9];
    let forged = runs
        .iter()
        .position(|r| !is_small(&r) && block(r) == 3)
        .unwrap();
    for (at, run) in runs.iter().enumerate().filter(|(_, r)| !is_small(r)) {
        let mut run = run.clone();
        if at == forged {
            run[77] ^= 1;
        }
        push_all(&mut receiver, [&run]);
    }
    assert!(!is_complete(&receiver));
    // The lists and the blocks around it are enough.
    push_all(&mut receiver, &publisher.lists(1, &runs));
    let near = |run: &&Vec<u8>| !is_small(run) && (1..=6).contains(&block(run));
    push_all(&mut receiver, runs.iter().filter(near));
    assert!(is_complete(&receiver));
    assert_only_true_objects(&mut receiver, &edition);
}

#[test]
fn a_listed_run_may_come_before_its_list() {
    let publisher = Publisher::new(7);
    let edition = publisher.edition(1, &["one"], &[60_000]);
    let runs = edition.runs(0, 0.0);
    let lists = publisher.lists(1, &runs);
    let mut receiver = open(&publisher);
    push_all(&mut receiver, [&edition.head_packet()]);
    for run in &runs {
        let mut forged = run.clone();
        if run.len() > 1_256 {
            forged[500] ^= 1;
        }
        push_all(&mut receiver, [&forged]);
    }
    assert!(!is_complete(&receiver));
    // One that names others, so that only listed ones count from now on.
    push_all(&mut receiver, &publisher.lists(1, &runs[..1]));
    push_all(&mut receiver, &runs);
    assert!(!is_complete(&receiver), "the list has not come");
    push_all(&mut receiver, &lists);
    assert!(is_complete(&receiver));
}

#[test]
fn lists_of_somebody_else_do_not_count() {
    let publisher = Publisher::new(8);
    let mallory = Publisher::new(9);
    let edition = publisher.edition(1, &["one"], &[60_000]);
    let mut forged: Vec<Vec<u8>> = edition.runs(0, 0.0);
    for run in forged.iter_mut().filter(|r| r.len() > 1_256) {
        run[700] ^= 4;
    }
    let mut receiver = open(&publisher);
    push_all(&mut receiver, [&edition.head_packet()]);
    push_all(&mut receiver, &forged);
    // Lists that name the publisher, with a certificate that its root has not signed.
    for list in mallory.lists(1, &forged) {
        let mut list = list;
        list[2..10].copy_from_slice(&publisher.public().id());
        push_all(&mut receiver, [&list]);
    }
    push_all(&mut receiver, &forged);
    assert!(!is_complete(&receiver));
    let runs = edition.runs(0, 0.0);
    push_all(&mut receiver, &publisher.lists(1, &runs));
    push_all(&mut receiver, &runs);
    assert!(is_complete(&receiver));
    assert_only_true_objects(&mut receiver, &edition);
}

#[test]
fn two_editions_with_one_number_are_told() {
    let publisher = Publisher::new(10);
    let one = publisher.edition(5, &["one"], &[]);
    let other = publisher.edition(5, &["something else"], &[]);
    let mut receiver = open(&publisher);
    for edition in [&one, &other] {
        push_all(&mut receiver, [&edition.head_packet()]);
        push_all(&mut receiver, &edition.runs(0, 0.0));
    }
    let seen = events(&mut receiver);
    let told = |e: &Event| matches!(e, Event::Warning(Warning::TwoEditions { number: 5 }));
    assert!(seen.iter().any(told));
}

#[test]
fn a_higher_serial_revokes_the_key_before() {
    let mut publisher = Publisher::new(11);
    let old = publisher.edition(8, &["by a stolen key"], &[]);
    publisher.serial = 2;
    publisher.key = edition::SecretKey::from_seed(&[77; 32]);
    let new = publisher.edition(7, &["true"], &[]);
    for order in [[&new, &old], [&old, &new]] {
        let mut receiver = open(&publisher);
        for edition in order {
            push_all(&mut receiver, [&edition.head_packet()]);
            push_all(&mut receiver, &edition.runs(0, 0.0));
        }
        let numbers: Vec<u64> = receiver.status().iter().map(|s| s.number).collect();
        assert_eq!(numbers, [7]);
        let seen = events(&mut receiver);
        let told = |e: &Event| matches!(e, Event::Warning(Warning::Revoked { number: 8 }));
        assert!(seen.iter().any(told));
    }
}

/// Whether every block has all its source symbols, or a few symbols more than it has of those.
fn suffice(edition: &Edition, packets: &[Vec<u8>]) -> bool {
    edition.objects.iter().all(|(transport, bytes)| {
        let oti = Oti::new(transport.size, transport.symbol, transport.blocks).unwrap();
        let id = ObjectId(ObjectHash::of(bytes).id().0);
        let mut have = vec![HashSet::new(); usize::from(oti.blocks())];
        for packet in packets {
            let Ok(Packet::Run(run)) = Packet::parse(packet) else {
                continue;
            };
            if run.object == id {
                let esis = run.check(&oti).unwrap();
                have[usize::from(run.sbn)].extend(esis.iter().map(|(esi, _)| esi));
            }
        }
        oti.iter_blocks().zip(have).all(|(block, have)| {
            let k = block.symbols();
            have.len() as u32 >= k + 6 || (0..k).all(|esi| have.contains(&esi))
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any subset that suffices, in any order, from two recordings, split anywhere.
    #[test]
    fn enough_packets_in_any_order_are_the_edition(
        seed in any::<u64>(),
        loss in 0.0..0.45f64,
        pictures in prop::collection::vec(1usize..150_000, 0..3),
    ) {
        let publisher = Publisher::new(20);
        let edition = publisher.edition(2, &["one", "two", "three"], &pictures);
        let mut random = Random(seed);
        let mut packets = edition.runs(0, 1.2);
        packets.extend(edition.runs(60_000, 1.2));
        packets.retain(|_| (random.next() as f64 / u64::MAX as f64) >= loss);
        prop_assume!(suffice(&edition, &packets));
        packets.push(edition.head_packet());
        packets.push(edition.head_packet());
        random.shuffle(&mut packets);
        let mut receiver = open(&publisher);
        for part in packets.chunks(packets.len() / 2 + 1) {
            push_all(&mut receiver, part);
            receiver.end_recording().unwrap();
        }
        prop_assert!(is_complete(&receiver));
        assert_only_true_objects(&mut receiver, &edition);
    }

    /// Packets of any bytes, and true ones with any byte changed, never break or fool a receiver.
    #[test]
    fn hostile_packets_do_no_harm(seed in any::<u64>()) {
        let publisher = Publisher::new(21);
        let edition = publisher.edition(2, &["one"], &[30_000]);
        let mut random = Random(seed);
        let runs = edition.runs(0, 0.2);
        let mut receiver = open(&publisher);
        let mut true_packets = publisher.lists(2, &runs);
        true_packets.push(edition.head_packet());
        true_packets.extend(runs);
        for round in 0..3 {
            for packet in &true_packets {
                let mut changed = packet.clone();
                let at = random.below(changed.len());
                changed[at] = random.next() as u8;
                if round == 0 {
                    receiver.push_packet(&changed).unwrap();
                }
                let len = random.below(1_400);
                receiver.push_packet(&random.bytes(len)).unwrap();
                receiver.push_packet(packet).unwrap();
            }
        }
        prop_assert!(is_complete(&receiver));
        assert_only_true_objects(&mut receiver, &edition);
    }
}
