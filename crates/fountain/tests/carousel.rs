//! The order of the carousel: nothing comes twice too soon, everything comes, and evenly.

#![allow(clippy::unwrap_used, reason = "tests may")]

use std::collections::HashSet;

use fountain::{
    Carousel, CarouselObject, Error, MAX_PACKET_BYTES, Oti, Rate, SLICE_UNIT, Schedule, Sender,
    Slice, Slot,
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

fn carousel(objects: &[CarouselObject], sender: Sender) -> Carousel {
    Carousel::new(objects, sender, Schedule::DEFAULT, MAX_PACKET_BYTES).unwrap()
}

fn small_edition() -> Vec<CarouselObject> {
    vec![
        object(20_000, 312, Rate::Repeated { period: 300 }),
        object(60_000, 1256, Rate::Repeated { period: 900 }),
        object(60_000, 1256, Rate::Bulk(1.0)),
        object(3_000_000, 1256, Rate::Bulk(1.0)),
        object(60_000, 1256, Rate::Bulk(2.0)),
        object(500, 8, Rate::Bulk(1.0)),
    ]
}

#[test]
fn nothing_repeats_and_runs_stay_in_their_part() {
    let objects = small_edition();
    for (first, primary) in [(0, true), (7, false)] {
        let mut carousel = carousel(&objects, sender(first, primary));
        let mut seen = HashSet::new();
        for _ in 0..20_000 {
            let Slot {
                object,
                sbn,
                esi,
                count,
            } = carousel.next_slot();
            let block = objects[object].oti.block(sbn).unwrap();
            assert!(count > 0);
            let own = block.symbols() + u32::from(first) * SLICE_UNIT;
            let (from, to) = (esi, esi + count);
            let source = primary && to <= block.symbols();
            assert!(source || from >= own && to <= own + SLICE_UNIT);
            for esi in from..to {
                assert!(seen.insert((object, sbn, esi)), "{object} {sbn} {esi}");
            }
        }
    }
}

#[test]
fn the_first_lap_is_systematic_and_even() {
    let objects = vec![
        object(60_000, 1256, Rate::Bulk(1.0)),
        object(60_000, 1256, Rate::Bulk(1.0)),
        object(1_000_000, 1256, Rate::Bulk(1.0)),
    ];
    let total: u32 = objects.iter().map(|o| o.oti.total_symbols()).sum();
    let schedule = Schedule {
        floor: 0.0,
        ..Schedule::DEFAULT
    };
    let mut carousel =
        Carousel::new(&objects, sender(0, true), schedule, MAX_PACKET_BYTES).unwrap();
    let mut places = vec![Vec::new(); objects.len()];
    for place in 0..total {
        let slot = carousel.next_slot();
        assert_eq!(slot.esi as usize, places[slot.object].len());
        places[slot.object].push(place);
    }
    for (object, places) in objects.iter().zip(places) {
        assert_eq!(places.len(), object.oti.total_symbols() as usize);
        let step = f64::from(total) / places.len() as f64;
        for pair in places.windows(2) {
            assert!((f64::from(pair[1] - pair[0]) - step).abs() <= 2.0);
        }
    }
}

#[test]
fn repeated_objects_keep_their_period() {
    let objects = small_edition();
    let mut carousel = carousel(&objects, sender(0, true));
    let mut symbols = [0; 6];
    for _ in 0..9000 {
        let slot = carousel.next_slot();
        symbols[slot.object] += slot.count;
    }
    let (front, text) = (
        objects[0].oti.total_symbols(),
        objects[1].oti.total_symbols(),
    );
    assert!(symbols[0] >= 30 * front && symbols[0] <= 30 * front * 2);
    assert!(symbols[1] >= 10 * text && symbols[1] <= 10 * text * 3 / 2);
    let weighted = f64::from(symbols[4]) / f64::from(symbols[2]);
    assert!((1.8..2.2).contains(&weighted), "{weighted}");
}

#[test]
fn turns_are_what_happens_in_the_long_run() {
    let bulk_only = &small_edition()[2..];
    let repeated_only = &small_edition()[..2];
    for objects in [&small_edition()[..], bulk_only, repeated_only] {
        let mut carousel = carousel(objects, sender(0, true));
        let turns = carousel.turns();
        // Past the first laps, the slowest object's too.
        for _ in 0..30_000 {
            carousel.next_slot();
        }
        const PACKETS: usize = 60_000;
        let mut runs = vec![0; objects.len()];
        for _ in 0..PACKETS {
            runs[carousel.next_slot().object] += 1;
        }
        for (object, runs) in runs.into_iter().enumerate() {
            let of = turns.iter().filter(|turn| turn.object == object);
            let want: f64 = of.map(|turn| PACKETS as f64 / turn.packets).sum();
            let is = f64::from(runs);
            assert!(
                (is - want).abs() <= 2.0 + 0.01 * want,
                "{object}: {is}, not {want}"
            );
        }
    }
}

#[test]
fn it_goes_on_after_a_crash() {
    let mut objects = small_edition();
    let mut before = carousel(&objects, sender(0, true));
    let mut seen = HashSet::new();
    let mut note = |slot: Slot| {
        (slot.esi..slot.esi + slot.count).all(|esi| seen.insert((slot.object, slot.sbn, esi)))
    };
    for _ in 0..5000 {
        assert!(note(before.next_slot()));
    }
    for (index, object) in objects.iter_mut().enumerate() {
        object.sent = before.sent(index).collect();
    }
    // What is new begins with its first lap, at its rate, and does not push the others out.
    objects.push(object(1_000_000, 1256, Rate::Bulk(1.0)));
    let mut after = carousel(&objects, sender(0, true));
    let mut new = 0;
    for _ in 0..2500 {
        let slot = after.next_slot();
        assert!(note(slot));
        if slot.object == 6 {
            assert_eq!(slot.esi, new);
            new += slot.count;
        }
    }
    assert!((400..700).contains(&new), "{new}");
}

#[test]
fn too_many_repeated_objects_leave_a_tenth() {
    let objects = vec![
        object(600_000, 1256, Rate::Repeated { period: 100 }),
        object(600_000, 1256, Rate::Bulk(1.0)),
    ];
    let mut carousel = carousel(&objects, sender(0, true));
    let bulk = (0..1000)
        .filter(|_| carousel.next_slot().object == 1)
        .count();
    assert!((95..=105).contains(&bulk), "{bulk}");
}

#[test]
fn a_slice_that_is_used_up_begins_anew() {
    let mut only = object(8, 8, Rate::Bulk(1.0));
    only.sent = vec![u64::from(SLICE_UNIT)];
    let mut carousel = carousel(&[only], sender(3, true));
    let esis: Vec<u32> = (0..4).map(|_| carousel.next_slot().esi).collect();
    let end = 1 + 4 * SLICE_UNIT;
    assert_eq!(esis, [end - 1, 0, end - SLICE_UNIT, end - SLICE_UNIT + 1]);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let new = |objects: &[CarouselObject]| {
        Carousel::new(
            objects,
            sender(0, true),
            Schedule::DEFAULT,
            MAX_PACKET_BYTES,
        )
        .map(|_| ())
    };
    let ok = object(1000, 8, Rate::Bulk(1.0));
    assert!(new(std::slice::from_ref(&ok)).is_ok());
    assert!(matches!(new(&[]), Err(Error::Carousel(_))));
    for rate in [
        Rate::Bulk(0.0),
        Rate::Bulk(f64::NAN),
        Rate::Bulk(f64::INFINITY),
        Rate::Repeated { period: 0 },
    ] {
        assert!(matches!(
            new(&[CarouselObject { rate, ..ok.clone() }]),
            Err(Error::Carousel(_))
        ));
    }
    let sent = vec![1, 2];
    assert!(matches!(
        new(&[CarouselObject { sent, ..ok }]),
        Err(Error::Carousel(_))
    ));
}
