//! Whatever stands in a file: an error or samples, no panic, and an end.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test: it makes and reads files, and says what is skipped"
)]

mod common;

use std::io::Cursor;
use std::sync::OnceLock;

use common::{amr, ffmpeg, has, wav};
use proptest::prelude::*;
use sound::open;

/// Short files of each kind.
fn files() -> &'static [Vec<u8>] {
    static FILES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let mut files = vec![amr(false, 1.0), amr(true, 1.0)];
        if !has("ffmpeg") {
            return files;
        }
        for (name, words) in [
            ("a.mp3", &["-q:a", "9"][..]),
            ("a.aac", &[]),
            ("a.flac", &[]),
            ("a.m4a", &[]),
            ("b.m4a", &["-c:a", "alac"]),
            ("c.m4a", &["-movflags", "frag_keyframe+empty_moov"]),
            ("a.opus", &["-b:a", "12k", "-application", "voip"]),
            ("b.opus", &["-b:a", "48k", "-page_duration", "100000"]),
            ("a.ogg", &["-c:a", "libvorbis", "-page_duration", "100000"]),
            ("b.ogg", &["-c:a", "flac"]),
            ("a.webm", &["-c:a", "libopus"]),
            ("a.mka", &["-c:a", "libvorbis"]),
        ] {
            let (folder, wav) = wav(16_000, 1 + (files.len() % 2) as u16, 0.7);
            let file = folder.path().join(name);
            ffmpeg(&wav, &file, words);
            files.push(std::fs::read(&file).unwrap());
        }
        files
    })
}

/// Reads a file to its end, if that can be.
fn read(bytes: Vec<u8>) -> Option<u64> {
    let length = bytes.len() as u64;
    let mut reader = open(Cursor::new(bytes)).ok()?;
    let (mut samples, mut all, mut pulls) = (Vec::new(), 0, 0);
    loop {
        samples.clear();
        let is_more = reader.pull(4096, &mut samples);
        all += samples.len() as u64;
        pulls += 1;
        // What holds a sample is some bits long; and a pull that gives none goes past something.
        assert!(pulls < 1000 + length, "no end");
        if !is_more.unwrap_or(false) {
            return Some(all);
        }
    }
}

#[derive(Debug, Clone)]
enum Harm {
    Bit {
        at: prop::sample::Index,
        bit: u8,
    },
    Byte {
        at: prop::sample::Index,
        byte: u8,
    },
    Cut {
        at: prop::sample::Index,
    },
    Remove {
        at: prop::sample::Index,
        bytes: usize,
    },
    Insert {
        at: prop::sample::Index,
        bytes: Vec<u8>,
    },
    Number {
        at: prop::sample::Index,
        number: u32,
    },
}

fn harm() -> impl Strategy<Value = Harm> {
    // Where all the rest depends on it, half of the time.
    let at = || any::<prop::sample::Index>();
    prop_oneof![
        4 => (at(), 0..8u8).prop_map(|(at, bit)| Harm::Bit { at, bit }),
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Harm::Byte { at, byte }),
        1 => at().prop_map(|at| Harm::Cut { at }),
        1 => (at(), 1..500usize).prop_map(|(at, bytes)| Harm::Remove { at, bytes }),
        1 => (at(), prop::collection::vec(any::<u8>(), 1..300))
            .prop_map(|(at, bytes)| Harm::Insert { at, bytes }),
        2 => (at(), prop_oneof![Just(0u32), Just(u32::MAX), Just(1 << 31), any::<u32>()])
            .prop_map(|(at, number)| Harm::Number { at, number }),
    ]
}

impl Harm {
    fn apply(&self, bytes: &mut Vec<u8>, is_head: bool) {
        if bytes.is_empty() {
            return;
        }
        let most = if is_head {
            bytes.len().min(700)
        } else {
            bytes.len()
        };
        match self {
            Harm::Bit { at, bit } => bytes[at.index(most)] ^= 1 << bit,
            Harm::Byte { at, byte } => bytes[at.index(most)] = *byte,
            Harm::Cut { at } => bytes.truncate(at.index(bytes.len())),
            Harm::Remove { at, bytes: count } => {
                let at = at.index(most);
                let end = bytes.len().min(at + count);
                bytes.drain(at..end);
            }
            Harm::Insert { at, bytes: more } => {
                let at = at.index(most);
                bytes.splice(at..at, more.iter().copied());
            }
            Harm::Number { at, number } => {
                let at = at.index(most);
                let all = number.to_be_bytes();
                for (byte, new) in bytes[at..].iter_mut().zip(all) {
                    *byte = new;
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_damaged_ends(
        which in any::<prop::sample::Index>(),
        harms in prop::collection::vec((harm(), any::<bool>()), 1..12),
    ) {
        let mut bytes = which.get(files()).clone();
        for (harm, is_head) in harms {
            harm.apply(&mut bytes, is_head);
        }
        read(bytes);
    }

    #[test]
    fn what_is_no_sound_ends(
        which in any::<prop::sample::Index>(),
        head in 0..600usize,
        noise in prop::collection::vec(any::<u8>(), 0..5000),
    ) {
        let file = which.get(files());
        let bytes = [&file[..head.min(file.len())], &noise].concat();
        read(bytes);
    }
}

#[test]
fn what_is_whole_is_read() {
    for file in files() {
        assert!(read(file.clone()).unwrap() > 5_000);
    }
}
