//! Lists withheld, forged, replayed.

use super::carriers::CARRIERS;
use super::*;

#[test]
fn without_lists_an_edition_opens_while_nobody_forges() {
    let publisher = Publisher::new(11);
    let edition = publisher.edition(2, &["one"], &[100_000]);
    let mut packets = on_air(&publisher, &edition);
    packets.retain(|packet| packet[0] != 3);
    for carrier in CARRIERS {
        let mut receiver = trusting(&[&publisher]);
        carrier.bring(&mut receiver, &packets);
        assert_eq!(shown(&receiver), [(2, true)]);
        assert!(told(&mut receiver).is_empty());
    }
}

/// Whoever withholds lists and forges can spoil a recording. A stick that nobody has forged brings the
/// edition all the same, without lists too.
#[test]
fn without_lists_forgeries_spoil_no_more_than_their_recording() {
    let publisher = Publisher::new(12);
    let edition = publisher.edition(2, &["one"], &[100_000]);
    let mut packets = on_air(&publisher, &edition);
    packets.retain(|packet| packet[0] != 3);
    let mut random = Random(1);
    let is_big = |packet: &[u8]| is_run(packet) && packet.len() > 1_256;
    let forged: Vec<Vec<u8>> = packets
        .iter()
        .map(|packet| match is_big(packet) && random.below(20) == 0 {
            true => changed(packet, &mut random),
            false => packet.clone(),
        })
        .collect();
    for carrier in CARRIERS {
        let mut receiver = trusting(&[&publisher]);
        carrier.bring(&mut receiver, &forged);
        assert_eq!(shown(&receiver), [(2, false)]);
        let told = told(&mut receiver);
        assert!(matches!(told[..], [Warning::Mismatch { .. }]), "{told:?}");
        carrier.bring(&mut receiver, &packets);
        assert_eq!(shown(&receiver), [(2, true)]);
        assert_true(&mut receiver, &edition);
    }
}

/// So many forged lists that no signature check is left for the true one when it comes.
#[test]
fn forged_lists_by_the_thousand_do_not_silence_true_ones() {
    let publisher = Publisher::new(13);
    let edition = publisher.edition(2, &["one"], &[200_000]);
    let air = on_air(&publisher, &edition);
    let list = air.iter().find(|packet| packet[0] == 3).unwrap();
    let mut random = Random(2);
    let mut receiver = trusting(&[&publisher]);
    for _ in 0..8_000 {
        push(&mut receiver, [&forged_list(list, &mut random)]);
    }
    for packet in &air {
        for _ in 0..5 {
            push(&mut receiver, [&forged_list(list, &mut random)]);
        }
        if is_run(packet) {
            for _ in 0..2 {
                push(&mut receiver, [&changed(packet, &mut random)]);
            }
        }
        push(&mut receiver, [packet]);
    }
    assert_eq!(shown(&receiver), [(2, true)]);
    assert_true(&mut receiver, &edition);
    assert!(told(&mut receiver).contains(&Warning::Forged));
}

/// True lists of old editions, more than are kept: those of the new one stay.
#[test]
fn replayed_lists_do_not_push_out_new_ones() {
    let publisher = Publisher::new(14);
    let edition = publisher.edition(500, &["one"], &[100_000]);
    let air = on_air(&publisher, &edition);
    let (lists, rest): (Vec<_>, Vec<_>) = air.into_iter().partition(|packet| packet[0] == 3);
    let mut receiver = trusting(&[&publisher]);
    push(&mut receiver, &lists);
    let mut random = Random(3);
    let old: Vec<Vec<u8>> = (0..100).map(|_| random.bytes(40)).collect();
    // 17 MB of them; each has another edition's number or another entry.
    for number in 0..14_000 {
        let mut runs = old.clone();
        runs[0] = random.bytes(40);
        push(&mut receiver, &publisher.lists(1 + number % 400, &runs));
    }
    let stored = receiver.store_mut().len(Name::Lists).unwrap();
    assert!(stored <= (16 << 20) + 2_000, "{stored}");
    let mut random = Random(4);
    for packet in &rest {
        if is_run(packet) {
            push(&mut receiver, [&changed(packet, &mut random)]);
        }
        push(&mut receiver, [packet]);
    }
    assert_eq!(shown(&receiver), [(500, true)]);
    assert_true(&mut receiver, &edition);
}

/// On radio a certificate rides in every fourth list.
#[test]
fn lists_wait_for_the_certificate_of_their_key() {
    let publisher = Publisher::new(15);
    let edition = publisher.edition(2, &["one"], &[30_000]);
    let runs = edition.runs(0, 0.0);
    let (first, last) = runs.split_at(runs.len() / 2);
    let list = without_certificate(&publisher, first);
    let mut receiver = trusting(&[&publisher]);
    push(&mut receiver, [&edition.head_packet(), &list]);
    push(&mut receiver, &publisher.lists(2, last));
    let mut random = Random(5);
    for run in &runs {
        push(&mut receiver, [&changed(run, &mut random), run]);
    }
    assert_eq!(shown(&receiver), [(2, true)]);
}

fn without_certificate(publisher: &Publisher, runs: &[Vec<u8>]) -> Vec<u8> {
    let (root, key) = (publisher.root.public().id(), publisher.on_air.public().id());
    let mut list = fountain::ListBuilder::new(root, 2, key, None, MAX_PACKET_BYTES).unwrap();
    runs.iter().for_each(|run| list.push(run).unwrap());
    list.finish(|message| publisher.on_air.sign_raw(message).0)
        .unwrap()
}
