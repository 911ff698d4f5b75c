//! What must hold for any frames, any damage and any cutting of the input.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test"
)]

mod common;

use std::collections::HashSet;

use common::{Numbered, pid, program_stream, receive, stream};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use ts::{Carriage, CarriagePlan, FrameSource, MAX_FRAME_BYTES, Mux, MuxConfig, Share, Slate};

const DATA_PID: u16 = 0x110;

struct List<'a>(std::slice::Iter<'a, Vec<u8>>);

impl FrameSource for List<'_> {
    fn next_frame(&mut self, _: Carriage) -> Option<&[u8]> {
        self.0.next().map(Vec::as_slice)
    }
}

fn air_of(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut mux = Mux::new(MuxConfig::new("1M".parse().unwrap(), "p")).unwrap();
    let mut out = Vec::new();
    mux.next_cells(&mut List(frames.iter()), frames.len() * 8 + 60, &mut out)
        .unwrap();
    out
}

/// For each cell, which frame it carries a part of: the slow and obvious reference.
fn owners(air: &[u8]) -> Vec<Option<usize>> {
    let mut next = 0;
    air.chunks(188)
        .map(|cell| {
            if pid(cell) != DATA_PID {
                return None;
            }
            if cell[1] & 0x40 != 0 {
                next += 1;
            }
            Some(next - 1)
        })
        .collect()
}

fn frames() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let noise = vec(any::<u8>(), 1..=MAX_FRAME_BYTES);
    let plain = (1..=MAX_FRAME_BYTES, any::<u8>()).prop_map(|(length, byte)| vec![byte; length]);
    vec(prop_oneof![4 => noise, 1 => plain], 1..30)
}

/// Garbage that looks like nothing: no sync byte, no start code.
fn quiet_garbage() -> impl Strategy<Value = Vec<u8>> {
    vec(
        (2u8..=255).prop_filter("sync", |byte| *byte != 0x47),
        0..700,
    )
}

fn bytes_of(got: Vec<(Carriage, Vec<u8>)>) -> Vec<Vec<u8>> {
    got.into_iter().map(|(_, frame)| frame).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        // A byte of garbage is in step with a row of cells by chance once in some ten thousand
        // cuts; the same cases every time keep that out of everyone's way.
        rng_seed: RngSeed::Fixed(20_261_123),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_frames_any_packet_any_chunk(
        frames in frames(),
        stride in prop_oneof![Just(188usize), Just(192), Just(204)],
        chunk in 1usize..5000,
        header in quiet_garbage(),
    ) {
        let mut recording = header;
        for cell in air_of(&frames).chunks(188) {
            if stride == 192 {
                recording.extend_from_slice(&[0x12, 0x34, 0x56, 0x78]);
            }
            recording.extend_from_slice(cell);
            if stride == 204 {
                recording.extend_from_slice(&[0xA5; 16]);
            }
        }
        let (got, demux) = receive(&recording, chunk);
        prop_assert_eq!(bytes_of(got), frames);
        prop_assert_eq!(demux.stats().continuity_errors, 0);
    }

    #[test]
    fn lost_cells_lose_their_frames_and_no_others(
        frames in frames(),
        lost in vec(0u32..100, 400),
        rate in 0u32..40,
        chunk in 1usize..5000,
    ) {
        let air = air_of(&frames);
        let (mut kept, mut hurt) = (Vec::new(), HashSet::new());
        for (place, (cell, owner)) in air.chunks(188).zip(owners(&air)).enumerate() {
            if lost.get(place).is_some_and(|draw| *draw < rate) {
                hurt.extend(owner);
            } else {
                kept.extend_from_slice(cell);
            }
        }
        let want: Vec<Vec<u8>> = frames
            .iter()
            .enumerate()
            .filter(|(place, _)| !hurt.contains(place))
            .map(|(_, frame)| frame.clone())
            .collect();
        prop_assert_eq!(bytes_of(receive(&kept, chunk).0), want);
    }

    #[test]
    fn garbage_between_cells_costs_nothing(
        frames in frames(),
        garbage in quiet_garbage(),
        gaps in vec(4usize..40, 1..20),
        chunk in 1usize..5000,
    ) {
        let air = air_of(&frames);
        // Rows of fewer than four cells are not believed.
        let mut rest = air.as_slice();
        let mut recording = Vec::new();
        for gap in gaps {
            let (row, after) = rest.split_at((gap * 188).min(rest.len()));
            if after.len() < 4 * 188 {
                break;
            }
            recording.extend_from_slice(row);
            recording.extend_from_slice(&garbage);
            rest = after;
        }
        recording.extend_from_slice(rest);
        recording.extend_from_slice(&garbage);
        prop_assert_eq!(bytes_of(receive(&recording, chunk).0), frames);
    }

    #[test]
    fn cells_cut_in_the_middle_lose_one_frame_each(
        frames in frames(),
        at in 1000usize..20_000,
        cut in 1usize..188,
        chunk in 1usize..5000,
    ) {
        let air = air_of(&frames);
        prop_assume!(at + 188 < air.len() - 188 * 5);
        let mut recording = air[..at].to_vec();
        recording.extend_from_slice(&air[at + cut..]);
        let owners = owners(&air);
        let hurt: HashSet<usize> =
            (at / 188..=(at + cut - 1) / 188).filter_map(|cell| owners[cell]).collect();
        let got: HashSet<Vec<u8>> = bytes_of(receive(&recording, chunk).0).into_iter().collect();
        for (place, frame) in frames.iter().enumerate() {
            prop_assert!(hurt.contains(&place) || got.contains(frame), "frame {}", place);
        }
    }

    #[test]
    fn program_streams_give_the_same_frames(
        frames in frames(),
        mpeg2 in any::<bool>(),
        header in quiet_garbage(),
        chunk in 1usize..5000,
    ) {
        let mut recording = header;
        recording.extend(program_stream(&air_of(&frames), mpeg2));
        prop_assert_eq!(bytes_of(receive(&recording, chunk).0), frames);
    }

    #[test]
    fn what_comes_out_was_sent_whatever_happens_to_the_bytes(
        seed in any::<u64>(),
        flips in vec((any::<prop::sample::Index>(), any::<u8>()), 0..200),
        insert in vec(any::<u8>(), 0..3000),
        at in any::<prop::sample::Index>(),
        chunk in 1usize..5000,
        as_program in any::<bool>(),
    ) {
        let mut source = Numbered::new(seed);
        let mut config = MuxConfig::new("3M".parse().unwrap(), "p");
        config.slate = Some(Slate::bundled());
        config.data_in_slate_sound = true;
        config.carriages = Carriage::ALL
            .map(|carriage| CarriagePlan { carriage, share: match carriage {
                Carriage::Teletext | Carriage::Subtitle => Share::BitsPerS(300_000),
                _ => Share::Rest,
            } })
            .to_vec();
        let mut recording = stream(config, &mut source, 3000);
        if as_program {
            recording = program_stream(&recording, true);
        }
        for (place, byte) in flips {
            let place = place.index(recording.len());
            recording[place] ^= byte;
        }
        let at = at.index(recording.len());
        recording.splice(at..at, insert);
        let sent: HashSet<&Vec<u8>> = source.sent.iter().map(|(_, frame)| frame).collect();
        let (got, demux) = receive(&recording, chunk);
        for (_, frame) in &got {
            prop_assert!(sent.contains(frame));
        }
        let counted = demux.stats().good_frames();
        prop_assert_eq!(counted, got.len() as u64);
        // However the input is cut, the same comes out.
        prop_assert_eq!(got, receive(&recording, usize::MAX).0);
    }

    #[test]
    fn any_bytes_are_survived(
        pieces in vec(prop_oneof![
            vec(any::<u8>(), 0..400),
            vec(Just(0x47u8), 0..400),
            Just(vec![0, 0, 1, 0xBA, 0x44, 0, 4, 0, 4, 1, 1, 0x89, 0xC3, 0xF8]),
            Just(vec![0, 0, 1, 0xBD, 0xFF, 0xFF, 0x80, 0, 0]),
            Just(vec![0, 0, 1, 0xE0, 0, 0, 0x80, 0, 0, 0x53, 0xD7]),
            Just([&[0x47, 0x40, 0x20, 0x10, 0, 0, 1, 0xBF, 0, 9, 0x53, 0xD7][..], &[7; 176]].concat()),
            Just([&[0x47, 0x40, 0x00, 0x10, 0, 0, 0xB0, 0xFF][..], &[0xE1; 180]].concat()),
        ], 0..60),
        chunk in 1usize..500,
    ) {
        let bytes = pieces.concat();
        let (one, _) = receive(&bytes, chunk);
        let (all, demux) = receive(&bytes, usize::MAX);
        prop_assert_eq!(one, all);
        let _ = demux.report();
    }
}

#[test]
fn a_cell_that_came_twice_is_taken_once() {
    let mut source = Numbered::new(9);
    let air = stream(
        MuxConfig::new("1M".parse().unwrap(), "d"),
        &mut source,
        2000,
    );
    let twice: Vec<u8> = air
        .chunks(188)
        .flat_map(|cell| [cell, cell].concat())
        .collect();
    let (got, demux) = receive(&twice, 1 << 16);
    assert!(got.len() + 1 >= source.sent.len());
    assert_eq!(got, source.sent[..got.len()]);
    assert_eq!(demux.stats().continuity_errors, 0);
    assert!(demux.stats().duplicates > 1500);
}

#[test]
fn several_recordings_of_several_kinds_follow_one_another() {
    let frames: Vec<Vec<u8>> = (0..20u8).map(|i| vec![i; 500 + usize::from(i)]).collect();
    let air = air_of(&frames);
    let m2ts: Vec<u8> = air
        .chunks(188)
        .flat_map(|cell| [&[9; 4], cell].concat())
        .collect();
    // One after another without a finish between, the first cut inside a cell.
    let all = [
        &air[..air.len() - 100],
        &m2ts,
        &program_stream(&air, true),
        &air,
    ]
    .concat();
    for chunk in [100, 5000, 1 << 20] {
        let got = bytes_of(receive(&all, chunk).0);
        for frame in &frames {
            let times = got.iter().filter(|other| *other == frame).count();
            assert_eq!(times, 4, "chunks of {chunk}, frame of {}", frame.len());
        }
    }
}

#[test]
fn scrambled_and_damaged_cells_are_counted_and_left_alone() {
    let mut source = Numbered::new(9);
    let mut air = stream(
        MuxConfig::new("1M".parse().unwrap(), "d"),
        &mut source,
        2000,
    );
    for cell in air.chunks_mut(188).skip(1000) {
        if pid(cell) == DATA_PID {
            cell[3] |= 0x80;
        }
    }
    let (got, demux) = receive(&air, 1 << 16);
    assert!(!got.is_empty() && got.len() < source.sent.len() * 6 / 10);
    assert!(demux.stats().scrambled > 700);
    for cell in air.chunks_mut(188) {
        cell[1] |= 0x80;
    }
    let (got, demux) = receive(&air, 1 << 16);
    assert_eq!((got.len(), demux.stats().transport_errors), (0, 2000));
}
