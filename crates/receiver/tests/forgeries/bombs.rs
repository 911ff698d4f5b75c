//! What is small on the air and large in memory.

use super::carriers::CARRIERS;
use super::*;

use edition::{Bundle, Dictionaries};
use receiver::news;

/// A bundle that says that it unpacks to more than there may be, signed by a publisher who is trusted.
#[test]
fn a_decompression_bomb_is_refused_and_told() {
    let publisher = Publisher::new(81);
    for len in [[0x1a, 0xff, 0xff, 0xff, 0xff], [0x1a, 0, 0x40, 0, 1]] {
        let edition = publisher.edition_of(3, bomb(len), vec![vec![1; 20_000]]);
        for carrier in CARRIERS {
            let mut receiver = trusting(&[&publisher]);
            let air = on_air(&publisher, &edition);
            carrier.bring(&mut receiver, &[air.clone(), air].concat());
            assert_eq!(shown(&receiver), [(3, true)]);
            let (signed, indexes) = {
                let editions = receiver.editions();
                let indexes: Vec<_> = editions[0].1.iter().map(|i| (*i).clone()).collect();
                (editions[0].0.clone(), indexes)
            };
            let indexes: Vec<_> = indexes.iter().collect();
            let mut dictionaries = Dictionaries::shipped();
            let news = news(receiver.store_mut(), &signed, &indexes, &mut dictionaries).unwrap();
            assert!(news.articles.is_empty());
            assert_eq!(news.unreadable.len(), 1);
        }
    }
}

/// A bundle whose text claims another length.
fn bomb(len: [u8; 5]) -> Vec<u8> {
    let bundle = Bundle {
        language: "x-test".to_owned(),
        articles: Vec::new(),
    };
    let bytes = bundle.pack(&mut Dictionaries::shipped()).unwrap();
    // Key 4: the length of the text, which is 0.
    let at = bytes
        .windows(3)
        .rposition(|three| three == [4, 0, 5])
        .unwrap();
    [&bytes[..=at], &len, &bytes[at + 2..]].concat()
}

/// Very many objects that nobody names, and the bench `forgeries` has ten million.
#[test]
fn tiny_objects_without_number_wait_in_little_memory() {
    let publisher = Publisher::new(82);
    let edition = publisher.edition(3, &["one"], &[20_000]);
    let mut receiver = trusting(&[&publisher]);
    let air = on_air(&publisher, &edition);
    push(&mut receiver, air.iter().filter(|packet| packet[0] == 3));
    let mut tiny = [0; 13 + 8];
    tiny[0] = 1;
    for n in 0..400_000_u64 {
        tiny[1..9].copy_from_slice(&n.to_be_bytes());
        receiver.push_packet(&tiny).unwrap();
    }
    push(&mut receiver, &air);
    push(&mut receiver, &air);
    assert_eq!(shown(&receiver), [(3, true)]);
    receiver.end_recording().unwrap();
    assert!(receiver.store_mut().len(Name::Waiting).unwrap() <= 48 << 20);
}

/// Objects are told of once each, and a tier once, however many there are.
#[test]
fn an_edition_of_very_many_objects_is_told_of_object_by_object() {
    let publisher = Publisher::new(83);
    let mut random = Random(1);
    let many = (0..3_000).map(|_| random.bytes(8)).collect();
    let edition = publisher.edition_of(3, vec![0xa0], many);
    let mut receiver = trusting(&[&publisher]);
    push(&mut receiver, [&edition.head_packet()]);
    let runs = edition.runs(0, 0.0);
    push(&mut receiver, runs.iter().rev());
    push(&mut receiver, &runs);
    assert_eq!(shown(&receiver), [(3, true)]);
    let events: Vec<Event> = std::iter::from_fn(|| receiver.poll()).collect();
    let objects = events.iter().filter(|e| matches!(e, Event::Object { .. }));
    assert_eq!(objects.count(), edition.objects.len());
    let tiers = events
        .iter()
        .filter(|e| matches!(e, Event::TierComplete { .. }));
    assert_eq!(tiers.count(), 3);
}
