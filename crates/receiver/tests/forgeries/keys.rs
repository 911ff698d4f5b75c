//! Keys that were stolen: of the transmitter, of the newsroom, the root.

use super::carriers::CARRIERS;
use super::*;

use edition::SecretKey;

/// The key at the transmitter signs lists of forged runs: all are listed, and the object fails its hash
/// all the same. The receiver says so, goes on, and once the publisher has certified another key the
/// stolen one's lists count no more.
#[test]
fn a_stolen_on_air_key_is_told_and_can_be_replaced() {
    let mut publisher = Publisher::new(41);
    let edition = publisher.edition(4, &["one"], &[200_000]);
    let runs = edition.runs(0, 0.0);
    let thief = publisher.clone();
    let mut random = Random(1);
    let is_big = |run: &&Vec<u8>| run.len() > 1_256;
    let forged: Vec<Vec<u8>> = runs
        .iter()
        .filter(is_big)
        .map(|run| changed(run, &mut random))
        .collect();
    let small: Vec<Vec<u8>> = runs.iter().filter(|r| !is_big(r)).cloned().collect();
    let mut stolen = vec![edition.head_packet()];
    stolen.extend(small);
    stolen.extend(thief.lists(4, &forged));
    stolen.extend_from_slice(&forged);
    stolen.extend_from_slice(&forged);
    publisher.serial = 2;
    publisher.on_air = SecretKey::from_seed(&[98; 32]);
    // The thief goes on.
    let mut fair = thief.lists(4, &forged);
    fair.extend(publisher.lists(4, &runs));
    fair.extend(thief.lists(4, &forged[1..]));
    for run in runs.iter().filter(is_big) {
        fair.extend([changed(run, &mut random), run.clone()]);
    }
    for carrier in CARRIERS {
        let mut receiver = trusting(&[&publisher]);
        carrier.bring(&mut receiver, &stolen);
        carrier.bring(&mut receiver, &stolen);
        assert_eq!(shown(&receiver), [(4, false)]);
        assert_true(&mut receiver, &edition);
        let told = told(&mut receiver);
        assert!(
            told.iter().any(|w| matches!(w, Warning::Vouched { .. })),
            "{told:?}"
        );
        assert!(told.len() <= 3, "once is enough: {told:?}");
        carrier.bring(&mut receiver, &fair);
        assert_eq!(shown(&receiver), [(4, true)], "{carrier:?}");
        assert_true(&mut receiver, &edition);
    }
}

/// The newsroom's key signs what it likes, with the highest numbers that its certificate allows, until
/// another one revokes it: nothing is hidden for ever, in whatever order it comes.
#[test]
fn a_stolen_edition_key_hides_nothing_once_revoked() {
    let mut publisher = Publisher::new(42);
    let thief = publisher.clone();
    let before = publisher.edition(3, &["true"], &[]);
    publisher.serial = 2;
    publisher.key = SecretKey::from_seed(&[97; 32]);
    publisher.numbers = (4, 1_000);
    let after = publisher.edition(4, &["true"], &[10_000]);
    let forged: Vec<Edition> = (995..=1_000)
        .map(|number| thief.empty_edition(number))
        .collect();
    let air = |editions: &[&Edition]| -> Vec<Vec<u8>> {
        let all = editions.iter();
        all.flat_map(|edition| on_air(&publisher, edition))
            .collect()
    };
    let false_ones: Vec<&Edition> = forged.iter().collect();
    for carrier in CARRIERS {
        let mut receiver = trusting(&[&publisher]);
        carrier.bring(&mut receiver, &air(&[&before]));
        carrier.bring(&mut receiver, &air(&false_ones));
        carrier.bring(&mut receiver, &air(&[&after]));
        assert_eq!(shown(&receiver), [(4, true)]);
        // They are not taken again, and what they had pushed out comes back.
        carrier.bring(&mut receiver, &air(&false_ones));
        carrier.bring(&mut receiver, &air(&[&before]));
        assert_eq!(shown(&receiver), [(4, true), (3, true)]);
        let told = told(&mut receiver);
        assert!(
            told.contains(&Warning::Revoked { number: 1_000 }),
            "{told:?}"
        );
        // Nor by who opens the inbox again, who is told once more.
        let store = receiver.store_mut().clone();
        let mut receiver = Receiver::open(store, vec![publisher.public()]).unwrap();
        assert_eq!(shown(&receiver)[0], (4, true));
        assert!(!super::told(&mut receiver).is_empty());
    }
}

/// More heads than anybody waits for, by a stolen key whose manifests never come.
#[test]
fn heads_of_a_stolen_key_do_not_push_out_the_one_that_revokes_it() {
    let mut publisher = Publisher::new(43);
    let thief = publisher.clone();
    publisher.serial = 2;
    publisher.key = SecretKey::from_seed(&[96; 32]);
    let edition = publisher.edition(4, &["true"], &[]);
    let mut receiver = trusting(&[&publisher]);
    let head = |number| thief.empty_edition(number).head_packet();
    let mut forged = (500..600).map(head);
    push(&mut receiver, &forged.by_ref().take(50).collect::<Vec<_>>());
    push(&mut receiver, [&edition.head_packet()]);
    push(&mut receiver, &forged.collect::<Vec<_>>());
    push(&mut receiver, &edition.runs(0, 0.0));
    assert_eq!(shown(&receiver), [(4, true)]);
    // What was never opened takes no place for ever.
    assert!(receiver.heads().len() <= 17, "{}", receiver.heads().len());
}

/// Two keys say that they follow the publisher's: neither does, whichever came first, and whoever
/// opens the inbox again is told again.
#[test]
fn of_two_successors_neither_is_followed() {
    let publisher = Publisher::new(44);
    let old = publisher.edition(3, &["before"], &[]);
    let [mut one, mut other] = [publisher.clone(), publisher.clone()];
    one.rotate(201, 4);
    other.rotate(202, 4);
    let [first, second] = [&one, &other].map(|of| on_air(of, &of.edition(5, &["after"], &[])));
    let later = on_air(&other, &other.edition(6, &["later"], &[]));
    for (a, b) in [(&first, &second), (&second, &first)] {
        for carrier in CARRIERS {
            let mut receiver = trusting(&[&publisher]);
            carrier.bring(&mut receiver, &on_air(&publisher, &old));
            carrier.bring(&mut receiver, &[a.clone(), a.clone()].concat());
            assert_eq!(shown(&receiver), [(5, true), (3, true)]);
            carrier.bring(
                &mut receiver,
                &[b.clone(), b.clone(), later.clone()].concat(),
            );
            assert_eq!(shown(&receiver), [(3, true)]);
            assert!(told(&mut receiver).contains(&Warning::TwoSuccessors));
            let store = receiver.store_mut().clone();
            let mut receiver = Receiver::open(store, vec![publisher.public()]).unwrap();
            assert_eq!(shown(&receiver), [(3, true)]);
            assert!(told(&mut receiver).contains(&Warning::TwoSuccessors));
        }
    }
}

/// Whoever has stolen a root key that was replaced certifies keys with it, as many as they like.
#[test]
fn a_replaced_root_key_vouches_for_no_runs() {
    let mut publisher = Publisher::new(45);
    let thief = publisher.clone();
    publisher.rotate(203, 4);
    let edition = publisher.edition(5, &["true"], &[100_000]);
    let air = on_air(&publisher, &edition);
    let mut receiver = trusting(&[&publisher]);
    let is_big = |packet: &[u8]| is_run(packet) && packet.len() > 1_256;
    for _ in 0..2 {
        push(&mut receiver, air.iter().filter(|packet| !is_big(packet)));
    }
    let mut random = Random(2);
    for run in air.iter().filter(|packet| is_big(packet)) {
        let forged = [changed(run, &mut random), fresh(run, &mut random)];
        push(&mut receiver, &thief.lists(5, &forged));
        push(&mut receiver, &forged);
        push(&mut receiver, [run]);
    }
    assert_eq!(shown(&receiver), [(5, true)]);
    assert_true(&mut receiver, &edition);
}
