//! Forged heads.

use super::carriers::CARRIERS;
use super::*;

use edition::{Certificate, Role, SecretKey, Terms};

/// A head that says so: the right certificate, somebody else's signature, or a changed byte.
fn forged_head(edition: &Edition, at: usize, byte: u8) -> Vec<u8> {
    let mut head = edition.head_packet();
    let len = head.len();
    head[at % len] ^= byte | 1;
    head[0] = 2;
    head
}

#[test]
fn a_forged_head_with_a_higher_number_is_none() {
    let publisher = Publisher::new(21);
    let edition = publisher.edition(7, &["true"], &[20_000]);
    let higher = publisher.edition(8, &["also true, and not sent"], &[]);
    let mut random = Random(1);
    let mut packets = on_air(&publisher, &edition);
    for at in 0..400 {
        let forged = forged_head(&higher, at, random.next() as u8);
        packets.insert(random.below(packets.len()), forged);
    }
    for carrier in CARRIERS {
        let mut receiver = trusting(&[&publisher]);
        carrier.bring(&mut receiver, &packets);
        assert_eq!(shown(&receiver), [(7, true)]);
        assert_true(&mut receiver, &edition);
    }
}

/// So many that no signature check is left when the true one comes. It is repeated, and they are not.
#[test]
fn forged_heads_by_the_thousand_do_not_silence_the_true_one() {
    let publisher = Publisher::new(22);
    let edition = publisher.edition(7, &["true"], &[]);
    let mut random = Random(2);
    let mut receiver = trusting(&[&publisher]);
    let flood = |receiver: &mut Receiver<MemoryStore>, random: &mut Random| {
        for _ in 0..60 {
            let mut forged = edition.head_packet();
            let at = forged.len() - 1 - random.below(60);
            forged[at] ^= 1 + random.below(255) as u8;
            let at = forged.len() - 1 - random.below(60);
            forged[at] ^= 1 + random.below(255) as u8;
            push(receiver, [&forged]);
        }
    };
    (0..60).for_each(|_| flood(&mut receiver, &mut random));
    push(&mut receiver, &edition.runs(0, 0.0));
    for _ in 0..3 {
        flood(&mut receiver, &mut random);
        push(&mut receiver, [&edition.head_packet()]);
    }
    assert_eq!(shown(&receiver), [(7, true)]);
}

/// Lists that are forged use up the checks; heads have their own.
#[test]
fn a_head_that_there_was_no_check_for_gets_one_later() {
    let publisher = Publisher::new(23);
    let edition = publisher.edition(7, &["true"], &[]);
    let list = &publisher.lists(7, &edition.runs(0, 0.0))[0];
    let mut random = Random(3);
    let mut receiver = trusting(&[&publisher]);
    for _ in 0..6_000 {
        push(&mut receiver, [&forged_list(list, &mut random)]);
    }
    push(&mut receiver, &on_air(&publisher, &edition));
    assert_eq!(shown(&receiver), [(7, true)]);
}

#[test]
fn a_number_beyond_all_others_is_refused_or_can_be_taken_back() {
    // 2^64 − 1 is no number: the field ends at 2^32 − 1. A list may claim it, and is then of nothing.
    let mut publisher = Publisher::new(24);
    let edition = publisher.edition(7, &["true"], &[20_000]);
    let runs = edition.runs(0, 0.0);
    let mut receiver = trusting(&[&publisher]);
    push(&mut receiver, &publisher.lists(u64::MAX, &runs));
    let mut head = edition.head_packet();
    // Key 2 of the head's map: 7 becomes 2^64 − 1.
    let at = head.windows(2).position(|two| two == [0x02, 0x07]).unwrap();
    head.splice(
        at + 1..at + 2,
        [0x1b, 255, 255, 255, 255, 255, 255, 255, 255],
    );
    push(&mut receiver, [&head]);
    push(&mut receiver, &on_air(&publisher, &edition));
    assert_eq!(shown(&receiver), [(7, true)]);
    // The highest that can be signed, by whoever has stolen a key whose certificate goes so far.
    let last = u64::from(u32::MAX);
    publisher.numbers = (last - 4_000, last);
    let highest = publisher.edition(last, &["forged"], &[]);
    push(&mut receiver, &on_air(&publisher, &highest));
    assert_eq!(shown(&receiver)[0], (last, true));
    publisher.serial = 2;
    publisher.key = SecretKey::from_seed(&[99; 32]);
    publisher.numbers = (8, 1_000);
    let next = publisher.edition(8, &["true"], &[]);
    push(&mut receiver, &on_air(&publisher, &next));
    assert_eq!(shown(&receiver), [(8, true), (7, true)]);
    assert!(told(&mut receiver).contains(&Warning::Revoked { number: last }));
}

/// A stranger signs the true manifest's hash, with parameters under which it cannot arrive.
#[test]
fn parameters_that_a_stranger_makes_up_give_way_to_the_true_ones() {
    let publisher = Publisher::new(25);
    let edition = publisher.edition(7, &["true"], &[60_000]);
    let mallory = Publisher::new(26);
    let picture = edition.objects.iter().find(|(_, b)| b.len() == 60_000);
    let index = &edition.objects[edition.objects.len() - 2];
    let manifest = edition.objects.last().unwrap();
    let mut forged = Vec::new();
    for (transport, bytes) in [picture.unwrap(), index, manifest] {
        for symbol in [transport.symbol - 8, transport.symbol] {
            let mut transport = *transport;
            (transport.symbol, transport.blocks) = (symbol, 1);
            transport.size = transport.size.min(16_000);
            forged.push(claim(&mallory, ObjectHash::of(bytes), transport));
        }
    }
    for carrier in CARRIERS {
        for before in [true, false] {
            let air = on_air(&publisher, &edition);
            let packets = match before {
                true => [forged.clone(), air].concat(),
                false => [air.clone(), forged.clone(), air].concat(),
            };
            let mut receiver = trusting(&[&publisher]);
            carrier.bring(&mut receiver, &packets);
            assert_eq!(shown(&receiver), [(7, true)], "{carrier:?} {before}");
            assert_true(&mut receiver, &edition);
        }
    }
}

/// A head of somebody's own with any hash and parameters, and a good signature: what `Head::sign` would
/// not make.
fn claim(of: &Publisher, manifest: ObjectHash, transport: edition::Transport) -> Vec<u8> {
    // Deterministic CBOR by hand.
    let terms = Terms {
        key: of.key.public(),
        role: Role::Manifest,
        serial: 1,
        first: 1,
        last: 1_000,
        not_before: 0,
        not_after: 1 << 37,
        slice: None,
    };
    let certificate = Certificate::sign(terms, &of.root).unwrap();
    let fields = |signature: Option<[u8; 64]>| {
        let mut out = vec![0xa0 + 8 + u8::from(signature.is_some()), 0, 1, 1];
        bytes(&of.root.public().0, &mut out);
        out.push(2);
        uint(7, &mut out);
        out.push(3);
        uint(1_007, &mut out);
        out.push(4);
        bytes(&manifest.0, &mut out);
        out.push(5);
        uint(transport.size, &mut out);
        out.push(6);
        uint(u64::from(transport.symbol), &mut out);
        out.push(8);
        bytes(certificate.bytes(), &mut out);
        if let Some(signature) = signature {
            out.push(9);
            bytes(&signature, &mut out);
        }
        out
    };
    let signature = of.key.sign(edition::Domain::Head, &fields(None));
    let head = fields(Some(signature.0));
    let parsed = edition::Head::parse(&head).unwrap();
    assert!(parsed.verify().is_ok(), "the stranger's head is a good one");
    let mut packet = Vec::new();
    fountain::write_head(&head, &mut packet).unwrap();
    packet
}

fn head_of(kind: u8, n: u64, out: &mut Vec<u8>) {
    match n {
        0..24 => out.push(kind | n as u8),
        24..256 => out.extend([kind | 24, n as u8]),
        256..65_536 => {
            out.push(kind | 25);
            out.extend((n as u16).to_be_bytes());
        }
        _ => {
            out.push(kind | 26);
            out.extend((n as u32).to_be_bytes());
        }
    }
}

fn uint(n: u64, out: &mut Vec<u8>) {
    head_of(0, n, out);
}

fn bytes(bytes: &[u8], out: &mut Vec<u8>) {
    head_of(0x40, bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// A publisher whose root key the reader has not seen, among very many that somebody makes up.
#[test]
fn a_new_root_key_is_found_among_strangers() {
    let mut publisher = Publisher::new(27);
    publisher.rotate(127, 5);
    let edition = publisher.edition(7, &["true"], &[20_000]);
    let strangers: Vec<Vec<u8>> = (0..60)
        .map(|seed| {
            Publisher::new(130 + seed)
                .edition(9, &["x"], &[])
                .head_packet()
        })
        .collect();
    let mut packets = strangers.clone();
    for packet in on_air(&publisher, &edition) {
        packets.push(packet);
        packets.extend_from_slice(&strangers[..20]);
    }
    let mut receiver = trusting(&[&publisher]);
    push(&mut receiver, &packets);
    push(&mut receiver, &packets);
    assert_eq!(shown(&receiver), [(7, true)]);
}
