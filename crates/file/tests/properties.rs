//! What must always hold: the same packets however the file is cut, no packet that was not written,
//! and every record that is not itself damaged.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use common::{At, base64, page, read, sky, zipped};
use file::{Form, HEADER_BYTES, MAX_PACKET_BYTES, OVERHEAD_BYTES};
use proptest::prelude::*;

/// Packets of any length, most of them short so that there are many.
fn packets() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let length = prop_oneof![4 => 1..60usize, 1 => 1..=MAX_PACKET_BYTES];
    let packet = length.prop_flat_map(|length| prop::collection::vec(any::<u8>(), length));
    prop::collection::vec(packet, 1..24)
}

/// Bytes that look like the beginnings of records, or of what is around them.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\x89\xd3".to_vec()),
        Just(b"\x89".to_vec()),
        Just(b"\x89SKY\r\n\x1a\n\x02\xfd".to_vec()),
        Just(b"\x89\xd3\0\0\0\0\x04\xfc".to_vec()),
        Just(b"id=\"edition\">".to_vec()),
        Just(b"</".to_vec()),
        Just(b"<!doctype html>".to_vec()),
        Just(b"idPK/5LWAAUB".to_vec()),
        Just(b"PK\x03\x04".to_vec()),
        prop::collection::vec(any::<u8>(), 0..40),
        any::<u8>().prop_map(|value| sky(&[vec![value; 3]])[HEADER_BYTES..].to_vec()),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Where the records of these packets are in their file.
fn places(packets: &[Vec<u8>]) -> Vec<At> {
    let mut at = HEADER_BYTES as u64;
    packets
        .iter()
        .map(|packet| {
            let place = at;
            at += (OVERHEAD_BYTES + packet.len()) as u64;
            (place, packet.clone())
        })
        .collect()
}

proptest! {
    #[test]
    fn a_file_gives_its_packets_however_it_is_cut(packets in packets(), chunk in 1..3_000usize) {
        let file = sky(&packets);
        let (found, reader) = read(&file, chunk);
        prop_assert_eq!(found, places(&packets));
        prop_assert_eq!(reader.form(), Some(Form::Sky));
        let stats = reader.stats();
        prop_assert_eq!(stats.skipped_bytes, 0);
        prop_assert_eq!(stats.records, packets.len() as u64);
        prop_assert_eq!((stats.newer, stats.is_mangled), (None, false));
    }

    #[test]
    fn a_zip_gives_the_packets_of_the_file_in_it(packets in packets(), chunk in 1..3_000usize) {
        let (found, reader) = read(&zipped("a.sky", &sky(&packets)), chunk);
        let before = 30 + "a.sky".len() as u64;
        let expected: Vec<At> = places(&packets)
            .into_iter()
            .map(|(at, packet)| (at + before, packet))
            .collect();
        prop_assert_eq!(found, expected);
        prop_assert_eq!(reader.form(), Some(Form::Zip));
    }

    #[test]
    fn a_page_gives_the_packets_of_the_file_in_it(
        packets in packets(),
        chunk in 1..3_000usize,
        before in 0..50usize,
    ) {
        let before = "x".repeat(before);
        let page = page(&before, &sky(&packets));
        let (found, reader) = read(&page, chunk);
        prop_assert_eq!(reader.form(), Some(Form::Page));
        let bytes: Vec<_> = found.iter().map(|(_, packet)| packet.clone()).collect();
        prop_assert_eq!(&bytes, &packets);
        // Each can be read again from where it was.
        for (at, packet) in found {
            let (again, reader) = read(&page[at as usize..], chunk);
            prop_assert_eq!(&again[0].1, &packet);
            prop_assert_eq!(again[0].0, 0);
            prop_assert_eq!(reader.form(), Some(Form::Base64));
        }
    }

    /// Bytes changed, removed and put in: a record of which no byte was touched is found, at its
    /// place, and nothing else is.
    #[test]
    fn damage_costs_the_records_that_it_is_in(
        packets in packets(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..3u8, 1..200usize, any::<u8>()), 1..6),
        chunk in 1..3_000usize,
    ) {
        // Every byte with the record that it is of.
        let mut bytes: Vec<(u8, usize)> = Vec::new();
        let file = sky(&packets);
        for (number, window) in places(&packets).iter().enumerate() {
            let end = window.0 as usize + OVERHEAD_BYTES + window.1.len();
            let begin = bytes.len();
            bytes.extend(file[begin..end].iter().map(|byte| (*byte, number)));
        }
        for (place, what, length, value) in damage {
            let at = place.index(bytes.len());
            let end = bytes.len().min(at + length);
            match what {
                0 => bytes[at..end].iter_mut().for_each(|b| *b = (b.0 ^ value, b.1)),
                1 if end - at < bytes.len() => drop(bytes.drain(at..end)),
                _ => drop(bytes.splice(at..at, (0..length).map(|n| (value ^ n as u8, usize::MAX)))),
            }
        }
        let damaged: Vec<u8> = bytes.iter().map(|(byte, _)| *byte).collect();
        let (found, _) = read(&damaged, chunk);
        for (at, packet) in &found {
            prop_assert!(packets.contains(packet), "a packet at {at} that was never written");
        }
        for (number, packet) in packets.iter().enumerate() {
            let record = sky(std::slice::from_ref(packet))[HEADER_BYTES..].to_vec();
            let Some(at) = bytes.iter().position(|(_, of)| *of == number) else { continue };
            if damaged[at..].starts_with(&record) {
                prop_assert!(
                    found.contains(&(at as u64, packet.clone())),
                    "packet {number} at {at} is whole and was not found"
                );
            }
        }
    }

    /// A damaged character of the base64 costs no record but its own.
    #[test]
    fn damage_in_a_page_costs_the_records_that_it_is_in(
        packets in packets(),
        place in any::<prop::sample::Index>(),
        value in any::<u8>(),
    ) {
        let file = sky(&packets);
        let mut damaged = page("", &file);
        let text = base64(&file);
        let begin = damaged.windows(text.len()).position(|w| w == text.as_bytes()).unwrap();
        let at = place.index(text.len());
        damaged[begin + at] = value;
        let (found, _) = read(&damaged, usize::MAX);
        let harmed = at / 4 * 3..at / 4 * 3 + 3;
        for (at, packet) in places(&packets) {
            let (at, end) = (at as usize, at as usize + OVERHEAD_BYTES + packet.len());
            if end <= harmed.start || harmed.end <= at {
                prop_assert!(found.iter().any(|(_, bytes)| *bytes == packet));
            }
        }
    }

    #[test]
    fn hostile_bytes_give_the_same_however_they_are_cut(bytes in hostile(), chunk in 1..90usize) {
        let (at_once, reader) = read(&bytes, usize::MAX);
        let (in_pieces, again) = read(&bytes, chunk);
        prop_assert_eq!(&at_once, &in_pieces);
        prop_assert_eq!(reader.stats(), again.stats());
        prop_assert_eq!(reader.stats().records, at_once.len() as u64);
    }

    #[test]
    fn every_split_part_gives_its_whole_records(packets in packets(), part in 50..2_000usize) {
        let file = sky(&packets);
        let mut whole = 0;
        for (begin, bytes) in (0..).step_by(part).zip(file.chunks(part)) {
            let (found, _) = read(bytes, usize::MAX);
            let inside = |(at, packet): &&At| {
                let at = *at as usize;
                at >= begin && at + OVERHEAD_BYTES + packet.len() <= begin + bytes.len()
            };
            let places = places(&packets);
            let expected: Vec<&Vec<u8>> = places.iter().filter(inside).map(|(_, p)| p).collect();
            prop_assert_eq!(found.iter().map(|(_, p)| p).collect::<Vec<_>>(), expected);
            whole += found.len();
        }
        prop_assert!(whole <= packets.len());
    }
}

/// A record at every fourth byte that fails at its last: the dearest that there is.
#[test]
fn the_worst_input_is_done_with() {
    let marks: Vec<u8> = b"\x89\xd3\x04\xfc".repeat(1 << 16);
    let (found, reader) = read(&marks, 4_096);
    assert!(found.is_empty());
    assert_eq!(reader.stats().skipped_bytes, marks.len() as u64);
}

#[test]
fn files_one_after_another_are_read_as_one() {
    let (one, two) = (vec![b"one".to_vec()], vec![b"two".to_vec()]);
    let both = [sky(&one), sky(&two)].concat();
    let (found, reader) = read(&both, 7);
    assert_eq!(found, [(10, b"one".to_vec()), (31, b"two".to_vec())]);
    assert_eq!(reader.stats().skipped_bytes, 0);
}
