//! Small files that ask for much: what comes of them is bounded by their bytes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test: it makes files, and does not wait for what never ends"
)]

mod common;

use std::io::Cursor;
use std::sync::mpsc;
use std::time::Duration;

use common::hostile::{flac, flac_frame, flac_header, matroska, moof, mp4, ogg};
use sound::{Kind, Reader, Remedy, SoundError, open, sniff};

/// Samples of a packet of 20 ms.
const PACKET: usize = 960;

/// Pulls until it is over or there are more samples than `most`. Says how many, and the error.
fn pull(reader: &mut Reader<'_>, most: usize) -> (usize, Option<SoundError>) {
    let (mut samples, mut all) = (Vec::new(), 0);
    for _ in 0..100_000 {
        samples.clear();
        let pulled = reader.pull(48_000, &mut samples);
        all += samples.len();
        match pulled {
            Ok(true) if all <= most => {}
            Ok(_) => return (all, None),
            Err(error) => return (all, Some(error)),
        }
    }
    panic!("no end after {all} samples");
}

#[test]
fn packets_without_bytes_are_not_sound_for_hours() {
    // A packet that is good, a second for those that are empty.
    let most = PACKET + 48_000;
    let one = (&[3, 1][..], &[16][..], &[1, 1, 1][..]);
    let fragments = moof(65_535, 0).repeat(1000);
    let mut sizes = vec![0u32; 1_000_002];
    (sizes[1], sizes[2]) = (1_000_000, 3);
    sizes[0] = 0;
    for (name, file) in [
        ("fragments", {
            let table = [&[0, 1][..], &[3]].concat();
            mp4(&table, one.1, one.2, &fragments)
        }),
        ("table", mp4(&sizes, &[16], &[1, 1_000_000, 1], &[])),
        ("pages", ogg(300, &[0; 255])),
        ("even lacing", matroska(5_000, 0x84, &[0xFF])),
        (
            "lacing",
            matroska(300, 0x82, &[&[0xFF][..], &[0; 255]].concat()),
        ),
    ] {
        let bytes = file.len();
        let mut reader = open(Cursor::new(file)).unwrap();
        let (samples, error) = pull(&mut reader, most);
        eprintln!("{name}: {samples} samples of {bytes} bytes, {error:?}");
        assert!(samples <= most, "{name}: {samples} samples");
        assert!(samples >= PACKET, "{name}: {samples} samples");
    }
}

#[test]
fn what_is_listed_again_and_again_is_damaged() {
    let table = (&[0u32, 1, 3][..], &[16u32][..], &[1u32, 1, 1][..]);
    let chunks = [16; 1000];
    for (name, file) in [
        // 2 million packets of a byte.
        ("table", mp4(&[1, 2_000_000], &chunks, &[1, 2_000, 1], &[])),
        ("fragments", {
            let fragments = moof(30_000, 1).repeat(1000);
            mp4(table.0, table.1, table.2, &fragments)
        }),
        // Too long to be read, 2 million times.
        (
            "long",
            mp4(
                &[1, 1],
                &chunks,
                &[1, 1, 1],
                &moof(65_535, u32::MAX).repeat(30),
            ),
        ),
    ] {
        let most = 2 * file.len() * PACKET;
        let mut reader = open(Cursor::new(file)).unwrap();
        let (samples, error) = pull(&mut reader, most);
        assert!(samples <= most, "{name}: {samples} samples");
        let error = error.unwrap_or_else(|| panic!("{name}: {samples} samples and no error"));
        assert!(
            matches!(error, SoundError::Damaged { .. }),
            "{name}: {error}"
        );
        // And that is that.
        assert!(matches!(reader.pull(1, &mut Vec::new()), Ok(false)));
    }
}

#[test]
fn headers_that_lead_nowhere_do_not_take_for_ever() {
    let mut file = flac(44_100);
    let mut number = 0;
    while file.len() < 400_000 {
        file.extend(flac_header(number));
        // Characters from D800 to DFFF are none.
        number = if number > 50_000 { 0 } else { number + 2 };
    }
    file.extend(vec![0; 3_000_000]);
    file.extend((0..20).flat_map(flac_frame));
    let (send, opened) = mpsc::channel();
    std::thread::spawn(move || {
        let samples = open(Cursor::new(file)).map(|mut reader| pull(&mut reader, 1 << 20).0);
        send.send(samples.is_ok_and(|samples| samples > 0)).unwrap();
    });
    // Without, it is a hundred thousand million bytes that are looked at.
    assert!(opened.recv_timeout(Duration::from_secs(60)).is_ok());
}

#[test]
fn a_rate_that_is_none_is_refused() {
    let with = |rate| [flac(rate), (0..9).flat_map(flac_frame).collect()].concat();
    for rate in [8_000, 44_100, 192_000] {
        let reader = open(Cursor::new(with(rate))).unwrap();
        assert_eq!(reader.rate(), rate);
    }
    for rate in [1, 7_999, 192_001, 655_350] {
        let error = open(Cursor::new(with(rate))).unwrap_err();
        assert!(
            matches!(error, SoundError::Rate { hz } if hz == rate),
            "{error}"
        );
        assert!(error.to_string().contains(&rate.to_string()), "{error}");
    }
    let mut vorbis = SEED_VORBIS.to_vec();
    set_vorbis(&mut vorbis, 4_000_000_000, 1);
    let error = open(Cursor::new(vorbis)).unwrap_err();
    assert!(error.to_string().contains("4000000000"), "{error}");
}

const SEED_VORBIS: &[u8] = include_bytes!("../../../fuzz/corpus/sound/seed-vorbis");
const SEED_ADTS: &[u8] = include_bytes!("../../../fuzz/corpus/sound/seed-adts");

/// Writes a rate into the head of Vorbis in Ogg, and a serial number into all pages.
fn set_vorbis(file: &mut [u8], rate: u32, serial: u8) {
    let find = |file: &[u8], what: &[u8]| file.windows(what.len()).position(|at| at == what);
    let head = find(file, b"\x01vorbis").unwrap();
    // Version and channels are between.
    file[head + 12..head + 16].copy_from_slice(&rate.to_le_bytes());
    let mut at = 0;
    while let Some(page) = find(&file[at..], b"OggS") {
        file[at + page + 14] = serial;
        at += page + 4;
    }
}

#[test]
fn where_the_rate_changes_it_ends_and_says_so() {
    let mut chained = SEED_VORBIS.to_vec();
    set_vorbis(&mut chained, 32_000, 77);
    // The index of the rate is in the third byte: 7,350 Hz instead of 8,000, where all else is the
    // same.
    let (mut joined, mut at) = (SEED_ADTS.to_vec(), 0);
    while let Some(&[0xFF, _, c, d, e, f, _]) = joined[at..].first_chunk::<7>() {
        joined[at + 2] = c & 0xC3 | 12 << 2;
        at += usize::from(d & 3) << 11 | usize::from(e) << 3 | usize::from(f >> 5);
    }
    for (name, seed, behind, rate) in [
        ("Vorbis", SEED_VORBIS, chained, 32_000),
        ("ADTS", SEED_ADTS, joined, 7_350),
    ] {
        let mut alone = open(Cursor::new(seed)).unwrap();
        let (all, _) = pull(&mut alone, usize::MAX);
        let file = [seed, &behind].concat();
        let mut reader = open(Cursor::new(file)).unwrap();
        let (samples, error) = pull(&mut reader, usize::MAX);
        assert_eq!((samples, reader.damaged()), (all, 0), "{name}");
        match error {
            Some(SoundError::RateChanged { at, from, to }) => {
                assert_eq!((from, to), (alone.rate(), rate), "{name}");
                assert!(at.abs_diff(seed.len() as u64) < 500, "{name}: {at}");
            }
            other => panic!("{name}: {other:?}"),
        }
        assert!(matches!(reader.pull(1, &mut Vec::new()), Ok(false)));
    }
}

#[test]
fn tags_upon_tags_are_gone_past() {
    let tag = b"ID3\x04\0\0\0\0\0\x02ab";
    let file = [flac(44_100), (0..9).flat_map(flac_frame).collect()].concat();
    for (tags, is_flac) in [(1, true), (3, true), (1_000_000, false)] {
        let tagged = [tag.repeat(tags), file.clone()].concat();
        let kind = if is_flac { Kind::Flac } else { Kind::Mp3 };
        assert_eq!(sniff(&tagged), Some(kind), "{tags}");
        assert_eq!(open(Cursor::new(tagged)).is_ok(), is_flac, "{tags}");
    }
}

#[test]
fn nobody_is_sent_to_what_cannot_help() {
    let silk = [&b"#!SILK_V3"[..], &[0; 500]].concat();
    let error = open(Cursor::new(silk)).unwrap_err();
    assert!(matches!(
        error,
        SoundError::Undecodable {
            remedy: Remedy::RecordOtherwise,
            ..
        }
    ));
    assert!(!error.to_string().contains("ffmpeg -i"), "{error}");
    let speex = [
        &b"OggS\0\x02"[..],
        &[0; 20],
        &[1, 80],
        b"Speex   ",
        &[0; 72],
    ]
    .concat();
    let error = open(Cursor::new(speex)).unwrap_err();
    assert!(error.to_string().contains("ffmpeg -i"), "{error}");
    // The words stand behind those of the program.
    let said = format!("It is sound that cannot be read: {}.", SoundError::NoSound);
    assert!(!said.contains("read: there is no sound"), "{said}");
}
