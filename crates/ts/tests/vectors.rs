//! The golden recordings `vectors/ts-*.bin`. Each begins with one line of text that says what must
//! come out; the receiver takes it for a recorder's header. `SKYWAVE_BLESS=1` writes them anew.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test"
)]
#![expect(clippy::disallowed_methods, reason = "tests read files")]

mod common;

use std::path::PathBuf;

use common::{Numbered, pid, program_stream, receive, stream};
use ts::{Carriage, CarriagePlan, MuxConfig, Share, Slate};

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors"))
}

/// `skywave ts vector: async=3 sound=0 … crc=89abcdef; what it is`: frames by carriage, CRC-32 of
/// all frames in the order in which they come out.
fn expectation(bytes: &[u8]) -> String {
    let (got, _) = receive(bytes, 1 << 20);
    let count = |carriage| got.iter().filter(|(other, _)| *other == carriage).count();
    let counts: Vec<String> = Carriage::ALL
        .iter()
        .map(|&carriage| format!("{carriage}={}", count(carriage)))
        .collect();
    let all: Vec<u8> = got.into_iter().flat_map(|(_, frame)| frame).collect();
    format!(
        "skywave ts vector: {} crc={:08x};",
        counts.join(" "),
        crc32fast::hash(&all)
    )
}

#[test]
fn every_vector_gives_what_it_says() {
    if std::env::var("SKYWAVE_BLESS").is_ok() {
        bless();
    }
    let mut seen = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("ts-") || !name.ends_with(".bin") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let line = bytes.split(|&byte| byte == b'\n').next().unwrap();
        let line = String::from_utf8(line.to_vec()).unwrap();
        assert!(
            line.starts_with(&expectation(&bytes)),
            "{name}: {line}\n{}",
            expectation(&bytes)
        );
        seen += 1;
    }
    assert!(seen >= 12, "{seen} vectors in {}", folder().display());
}

fn air(carriage: Carriage, in_sound: bool, cells: usize) -> Vec<u8> {
    let mut config = MuxConfig::new("1M".parse().unwrap(), "Vector");
    let slated = in_sound || carriage == Carriage::VideoUserData;
    config.slate = slated.then(Slate::bundled);
    config.data_in_slate_sound = in_sound;
    config.carriages = vec![CarriagePlan {
        carriage,
        share: Share::Rest,
    }];
    // Picture and sound begin after most of a second.
    let skip = if matches!(carriage, Carriage::SecondSound | Carriage::VideoUserData) {
        640
    } else {
        0
    };
    stream(config, &mut Numbered::new(77), skip + cells).split_off(skip * 188)
}

fn bless() {
    let plain = air(Carriage::AsyncPes, false, 120);
    let sound = air(Carriage::SecondSound, true, 200);
    let wider = |before: &[u8], after: &[u8]| -> Vec<u8> {
        plain
            .chunks(188)
            .flat_map(|cell| [before, cell, after].concat())
            .collect()
    };
    let changed = |change: &dyn Fn(usize, &mut Vec<u8>)| -> Vec<u8> {
        let cells = plain.chunks(188).enumerate();
        cells
            .flat_map(|(place, cell)| {
                let mut cell = cell.to_vec();
                change(place, &mut cell);
                cell
            })
            .collect()
    };
    let vectors: Vec<(&str, &str, Vec<u8>)> = vec![
        ("188", "bare cells", plain.clone()),
        (
            "192",
            "four bytes before each cell",
            wider(&[1, 2, 3, 4], &[]),
        ),
        (
            "204",
            "sixteen bytes after each cell",
            wider(&[], &[0xAA; 16]),
        ),
        (
            "lost",
            "every eleventh cell is missing",
            changed(&|place, cell| {
                if place % 11 == 5 {
                    cell.clear();
                }
            }),
        ),
        (
            "cut",
            "bytes are missing inside two cells, garbage inside a third",
            changed(&|place, cell| match place {
                40 | 70 => cell.truncate(100),
                90 => drop(cell.splice(50..50, [0xEE; 33])),
                _ => {}
            }),
        ),
        (
            "twice",
            "each cell comes twice",
            changed(&|_, cell| cell.extend(cell.clone())),
        ),
        (
            "scrambled",
            "the second half is scrambled",
            changed(&|place, cell| {
                if place >= 60 && pid(cell) == 0x110 {
                    cell[3] |= 0x80;
                }
            }),
        ),
        (
            "flipped",
            "one bit is wrong in every seventh cell",
            changed(&|place, cell| {
                if place % 7 == 3 {
                    cell[100] ^= 4;
                }
            }),
        ),
        (
            "program-2",
            "MPEG-2 program stream of the same packets",
            program_stream(&plain, true),
        ),
        (
            "program-1",
            "MPEG-1 program stream of the same packets",
            program_stream(&plain, false),
        ),
        (
            "program-sound",
            "program stream, frames in the sound",
            program_stream(&sound, true),
        ),
        (
            "teletext",
            "as teletext",
            air(Carriage::Teletext, false, 120),
        ),
        (
            "subtitle",
            "as subtitles",
            air(Carriage::Subtitle, false, 120),
        ),
        (
            "second-sound",
            "as a second sound",
            air(Carriage::SecondSound, false, 160),
        ),
        ("slate-sound", "in the slate's sound", sound),
        (
            "video",
            "in H.264 SEI",
            air(Carriage::VideoUserData, false, 300),
        ),
        ("sync-bytes", "nothing but sync bytes", vec![0x47; 5000]),
    ];
    for (name, what, body) in vectors {
        // The line is part of what is read; it changes nothing.
        let line = format!("{} {what}\n", expectation(&body));
        let path = folder().join(format!("ts-{name}.bin"));
        std::fs::write(path, [line.as_bytes(), &body].concat()).unwrap();
    }
}
