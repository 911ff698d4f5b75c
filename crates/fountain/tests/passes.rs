//! The order of passes: nothing comes twice, few blocks are open, and nothing waits for long in its
//! pass.

#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::{BTreeMap, HashMap, HashSet};

use fountain::{
    CarouselObject, Error, Oti, PassTerms, Passes, Rate, SLICE_UNIT, Sender, Slice, Slot,
};

const TERMS: PassTerms = PassTerms {
    loss: 0.02,
    most_gap: 500,
    open_bytes: 4 << 20,
};

fn object(bytes: u64, symbol: u16, rate: Rate) -> CarouselObject {
    CarouselObject {
        oti: Oti::for_size(bytes, symbol, 1 << 20).unwrap(),
        rate,
        sent: Vec::new(),
    }
}

fn sender(first: u8, primary: bool) -> Sender {
    let slice = Slice::new(first, 1).unwrap();
    Sender { slice, primary }
}

/// Front and text that are repeated, pictures, and a film of eight blocks.
fn edition() -> Vec<CarouselObject> {
    let mut objects = vec![
        object(20_000, 248, Rate::Repeated { period: 1_000 }),
        object(60_000, 1_256, Rate::Repeated { period: 3_000 }),
        object(60_000, 1_256, Rate::Repeated { period: 3_000 }),
        object(600, 64, Rate::Bulk(3.0)),
        object(8 << 20, 1_256, Rate::Bulk(1.0)),
    ];
    objects.extend((0..40).map(|n| object(30_000 + n * 1_000, 1_256, Rate::Bulk(1.0))));
    objects
}

#[test]
fn nothing_repeats_and_symbols_stay_in_their_part() {
    let objects = edition();
    for (first, primary) in [(0, true), (7, false)] {
        let mut passes = Passes::new(&objects, sender(first, primary), TERMS).unwrap();
        let mut seen = HashSet::new();
        for _ in 0..40_000 {
            let slot = passes.next_slot();
            let block = objects[slot.object].oti.block(slot.sbn).unwrap();
            let own = block.symbols() + u32::from(first) * SLICE_UNIT;
            let is_source = primary && slot.esi < block.symbols();
            assert_eq!(slot.count, 1);
            assert!(is_source || (own..own + SLICE_UNIT).contains(&slot.esi));
            assert!(seen.insert((slot.object, slot.sbn, slot.esi)), "{slot:?}");
        }
        let sent: u64 = (0..objects.len()).flat_map(|at| passes.sent(at)).sum();
        assert_eq!(sent, 40_000);
        assert_eq!(passes.sent(objects.len()).count(), 0);
    }
}

#[test]
fn a_lap_is_a_pass_of_each_and_shares_are_as_asked() {
    let objects = edition();
    let mut passes = Passes::new(&objects, sender(3, false), TERMS).unwrap();
    let pass = |object: &CarouselObject| -> u64 {
        let blocks = object.oti.iter_blocks();
        blocks.map(|b| u64::from(TERMS.symbols(b.symbols()))).sum()
    };
    let bulk: u64 = objects[4..].iter().map(pass).sum();
    let mut counts = vec![0; objects.len()];
    let mut packets = 0;
    while counts[4..].iter().sum::<u64>() < bulk {
        counts[passes.next_slot().object] += 1;
        packets += 1;
    }
    for (at, object) in objects.iter().enumerate().skip(4) {
        assert_eq!(counts[at], pass(object), "object {at}");
    }
    for (at, period) in [(0, 1_000), (1, 3_000), (2, 3_000)] {
        let expected = pass(&objects[at]) as f64 * f64::from(packets) / f64::from(period);
        let found = counts[at] as f64;
        assert!(
            (found / expected - 1.0).abs() < 0.15,
            "{at}: {found}, {expected}"
        );
    }
    // The power of two next to 3 is 4.
    let tiny = counts[3] as f64 / pass(&objects[3]) as f64;
    assert!((3.0..=5.0).contains(&tiny), "{tiny}");
}

#[test]
fn few_blocks_are_open_and_none_waits_for_long() {
    let objects = edition();
    let mut passes = Passes::new(&objects, sender(3, false), TERMS).unwrap();
    // For each block: symbols of its pass so far, and the packet of the last one.
    let mut open: BTreeMap<(usize, u8), (u32, usize)> = BTreeMap::new();
    let mut finished: HashMap<usize, Vec<u8>> = HashMap::new();
    for packet in 0..60_000 {
        let Slot { object, sbn, .. } = passes.next_slot();
        let block = objects[object].oti.block(sbn).unwrap();
        let (came, last) = open.entry((object, sbn)).or_insert((0, packet));
        // Lanes of one packet in many wait for their turn.
        assert!(
            packet - *last <= TERMS.most_gap as usize + 60,
            "{object} {sbn}"
        );
        (*came, *last) = (*came + 1, packet);
        if *came == TERMS.symbols(block.symbols()) {
            open.remove(&(object, sbn));
            finished.entry(object).or_default().push(sbn);
        }
        let of = |at| open.keys().filter(|(object, _)| *object == at).count();
        assert!(of(object) <= 2, "{object}");
        let bytes: u64 = open
            .keys()
            .filter(|(at, _)| *at >= 4)
            .map(|(at, sbn)| u64::from(objects[*at].oti.block(*sbn).unwrap().len()))
            .sum();
        assert!(bytes <= TERMS.open_bytes, "{bytes}");
    }
    // Two by two, in their order.
    let film: Vec<u8> = finished[&4].iter().take(8).map(|sbn| sbn / 2).collect();
    assert_eq!(film, [0, 0, 1, 1, 2, 2, 3, 3]);
}

#[test]
fn it_goes_on_where_it_was() {
    let mut objects: Vec<_> = (0..9)
        .map(|_| object(1_000_000, 1_256, Rate::Bulk(1.0)))
        .collect();
    let mut passes = Passes::new(&objects, sender(3, false), TERMS).unwrap();
    let lap = 9 * TERMS.symbols(797);
    for _ in 0..lap / 2 {
        passes.next_slot();
    }
    for (at, object) in objects.iter_mut().enumerate() {
        object.sent = passes.sent(at).collect();
    }
    let mut again = Passes::new(&objects, sender(3, false), TERMS).unwrap();
    for _ in 0..lap - lap / 2 {
        again.next_slot();
    }
    for at in 0..9 {
        let sent: Vec<u64> = again.sent(at).collect();
        assert_eq!(sent, [u64::from(TERMS.symbols(797))], "object {at}");
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let of = |objects: &[CarouselObject], terms| {
        Passes::new(objects, sender(0, true), terms).map(|_| ())
    };
    let good = object(100, 8, Rate::Bulk(1.0));
    assert_eq!(of(std::slice::from_ref(&good), TERMS), Ok(()));
    let lossy = PassTerms { loss: 1.0, ..TERMS };
    let crowded = PassTerms {
        most_gap: 0,
        ..TERMS
    };
    for (objects, terms) in [
        (vec![], TERMS),
        (vec![object(1, 8, Rate::Bulk(0.0))], TERMS),
        (vec![object(1, 8, Rate::Repeated { period: 0 })], TERMS),
        (
            vec![CarouselObject {
                sent: vec![0; 3],
                ..good.clone()
            }],
            TERMS,
        ),
        (vec![good.clone()], lossy),
        (vec![good], crowded),
    ] {
        assert!(matches!(of(&objects, terms), Err(Error::Carousel(_))));
    }
}
