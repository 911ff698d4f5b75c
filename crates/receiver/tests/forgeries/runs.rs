//! Forged runs among true ones, and true ones replayed.

use super::carriers::CARRIERS;
use super::*;

/// What a forger makes of a true run.
type Forge = fn(&[u8], &mut Random) -> Vec<u8>;

const KINDS: [(&str, Forge); 3] = [
    ("changed", changed),
    ("fresh", fresh),
    ("either", |run, random| match random.below(2) {
        0 => changed(run, random),
        _ => fresh(run, random),
    }),
];

/// Every true run comes once and none is to spare, so that one more than without forgeries would be
/// too many.
#[test]
fn no_more_true_packets_are_needed_where_lists_come() {
    let publisher = Publisher::new(1);
    let edition = publisher.edition(3, &["one", "two"], &[1_300_000, 30_000]);
    let air = on_air(&publisher, &edition);
    for (forged, of) in [(1, 9), (1, 1), (9, 1)] {
        for (name, forge) in KINDS {
            let mut random = Random(forged + 1);
            let mut mixed = Vec::new();
            for (at, packet) in (0..).zip(&air) {
                // Ahead of the true one, which is how they do the most harm.
                let count = if at % of == 0 { forged } else { 0 };
                for _ in (0..count).filter(|_| is_run(packet)) {
                    mixed.push(forge(packet, &mut random));
                }
                mixed.push(packet.clone());
            }
            for carrier in CARRIERS {
                let mut receiver = trusting(&[&publisher]);
                carrier.bring(&mut receiver, &mixed);
                let what = format!("{forged}:{of} {name} {carrier:?}");
                assert_eq!(shown(&receiver), [(3, true)], "{what}");
                assert_true(&mut receiver, &edition);
                assert!(!told(&mut receiver).is_empty(), "{what}");
            }
        }
    }
}

/// Only the blocks of one big object are forged, so that nothing else gives the forger away, and
/// the receiver has begun long ago.
#[test]
fn blocks_that_are_full_of_forgeries_are_found_out() {
    let publisher = Publisher::new(2);
    let edition = publisher.edition(3, &["one"], &[5_000_000]);
    let air = on_air(&publisher, &edition);
    let is_big = |packet: &[u8]| is_run(packet) && packet.len() > 1_256;
    let mut receiver = trusting(&[&publisher]);
    push(&mut receiver, air.iter().filter(|p| !is_big(p)));
    let mut random = Random(1);
    // Blocks 0 to 9 of 13 are filled before anything true has come.
    let mut forged: Vec<Vec<u8>> = Vec::new();
    for run in air.iter().filter(|p| is_big(p) && p[9] < 10) {
        forged.push(fresh(run, &mut random));
    }
    push(&mut receiver, &forged);
    push(&mut receiver, air.iter().filter(|p| is_big(p)));
    assert_eq!(shown(&receiver), [(3, true)]);
    assert_true(&mut receiver, &edition);
    assert!(!told(&mut receiver).is_empty());
}

/// Whoever tunes in late gets repair symbols only.
#[test]
fn forged_repair_symbols_give_way_to_listed_ones() {
    let publisher = Publisher::new(3);
    let edition = publisher.edition(3, &["one"], &[900_000]);
    let runs = edition.runs(70_000, 1.05);
    let is_repair = |run: &&Vec<u8>| run[10] > 0 || run.len() < 1_256;
    let runs: Vec<Vec<u8>> = runs.iter().filter(is_repair).cloned().collect();
    let mut receiver = trusting(&[&publisher]);
    push(&mut receiver, [&edition.head_packet()]);
    push(&mut receiver, &publisher.lists(3, &runs));
    push(&mut receiver, runs.iter().filter(|run| run.len() < 1_256));
    let mut random = Random(4);
    for run in runs.iter().filter(|run| run.len() > 1_256) {
        let forged = changed(run, &mut random);
        push(&mut receiver, [&forged, run]);
    }
    assert_eq!(shown(&receiver), [(3, true)]);
    assert_true(&mut receiver, &edition);
}

#[test]
fn runs_of_old_editions_do_no_harm() {
    let publisher = Publisher::new(4);
    let edition = publisher.edition(9, &["today"], &[60_000]);
    let old: Vec<Edition> = (1..9)
        .map(|number| publisher.edition(number, &["yesterday"], &[20_000]))
        .collect();
    let mut mixed: Vec<Vec<u8>> = old.iter().flat_map(|old| on_air(&publisher, old)).collect();
    mixed.extend(on_air(&publisher, &edition));
    Random(5).shuffle(&mut mixed);
    for carrier in CARRIERS {
        let mut receiver = trusting(&[&publisher]);
        carrier.bring(&mut receiver, &mixed);
        carrier.bring(&mut receiver, &mixed);
        assert_eq!(shown(&receiver), [(9, true), (8, true), (7, true)]);
        assert_true(&mut receiver, &edition);
        let told = told(&mut receiver);
        assert!(told.is_empty(), "nothing is forged: {told:?}");
    }
}

/// More forged runs of objects that nobody names than the pool holds, before the head comes.
#[test]
fn what_waits_is_not_pushed_out_by_forged_runs() {
    let publisher = Publisher::new(5);
    let edition = publisher.edition(3, &["one"], &[60_000]);
    let mut receiver = trusting(&[&publisher]);
    let mut random = Random(6);
    let before: Vec<Vec<u8>> = (0..40_000).map(|_| unknown(&mut random)).collect();
    push(&mut receiver, &before);
    push(&mut receiver, on_air(&publisher, &edition).iter().skip(1));
    drop(before);
    for _ in 0..40_000 {
        push(&mut receiver, [&unknown(&mut random)]);
    }
    assert!(shown(&receiver).is_empty());
    push(&mut receiver, [&edition.head_packet()]);
    assert_eq!(shown(&receiver), [(3, true)]);
}

/// A receiver that ends with forged symbols in its store goes on from there.
#[test]
fn a_poisoned_store_recovers() {
    let publisher = Publisher::new(6);
    let edition = publisher.edition(3, &["one"], &[300_000]);
    let air = on_air(&publisher, &edition);
    let mut random = Random(7);
    let mut receiver = trusting(&[&publisher]);
    // No list: nobody can tell the forged ones.
    for packet in air.iter().filter(|packet| packet[0] != 3) {
        match is_run(packet) && random.below(3) == 0 {
            true => push(&mut receiver, [&changed(packet, &mut random)]),
            false => push(&mut receiver, [packet]),
        }
    }
    receiver.end_recording().unwrap();
    assert_ne!(shown(&receiver), [(3, true)]);
    assert_true(&mut receiver, &edition);
    let store = receiver.store_mut().clone();
    let mut receiver = Receiver::open(store, vec![publisher.public()]).unwrap();
    push(&mut receiver, &air);
    assert_eq!(shown(&receiver), [(3, true)]);
    assert_true(&mut receiver, &edition);
}
