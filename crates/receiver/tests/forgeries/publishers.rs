//! Two publishers on one carrier, one of them hostile.

use super::carriers::CARRIERS;
use super::*;

#[test]
fn a_manifest_by_another_key_is_another_publishers() {
    let publisher = Publisher::new(61);
    let stranger = Publisher::new(62);
    let edition = publisher.edition(3, &["true"], &[20_000]);
    // The same name, the same number, other words.
    let other = stranger.edition(3, &["false"], &[20_008]);
    let mut packets = on_air(&publisher, &edition);
    packets.extend(on_air(&stranger, &other));
    Random(1).shuffle(&mut packets);
    for carrier in CARRIERS {
        let mut receiver = trusting(&[&publisher]);
        carrier.bring(&mut receiver, &packets);
        carrier.bring(&mut receiver, &packets);
        assert_eq!(shown(&receiver), [(3, true)]);
        assert_true(&mut receiver, &edition);
        let strangers = receiver.strangers();
        assert_eq!(strangers.len(), 1);
        assert_eq!(strangers[0].0, stranger.public());
        let picture = other.objects.iter().find(|(_, b)| b.len() == 20_008);
        let name = Name::Object(ObjectHash::of(&picture.unwrap().1));
        assert!(!receiver.store_mut().has(name).unwrap());
    }
}

/// A publisher who is trusted, too, vouches for forged runs of another one's objects, and names them.
#[test]
fn a_hostile_publisher_spoils_nobody_elses_edition() {
    let (publisher, hostile) = (Publisher::new(63), Publisher::new(64));
    let edition = publisher.edition(3, &["true"], &[150_000]);
    let picture = edition.objects.iter().find(|(_, b)| b.len() == 150_000);
    let bundle = edition::Bundle {
        language: "x-test".to_owned(),
        articles: Vec::new(),
    };
    let bundle = bundle.pack(&mut edition::Dictionaries::shipped()).unwrap();
    let theirs = hostile.edition_of(9, bundle, vec![picture.unwrap().1.clone()]);
    let mut packets = on_air(&hostile, &theirs);
    let mut random = Random(2);
    let mut forged = Vec::new();
    for packet in on_air(&publisher, &edition) {
        if is_run(&packet) {
            forged.push(fresh(&packet, &mut random));
            packets.extend(forged.last().cloned());
        }
        packets.push(packet);
    }
    let lists = hostile.lists(9, &forged[..20]);
    packets.splice(0..0, lists);
    for carrier in CARRIERS {
        let mut receiver = trusting(&[&publisher, &hostile]);
        carrier.bring(&mut receiver, &packets);
        carrier.bring(&mut receiver, &packets);
        assert!(shown(&receiver).contains(&(3, true)), "{carrier:?}");
        assert_true(&mut receiver, &edition);
    }
}
