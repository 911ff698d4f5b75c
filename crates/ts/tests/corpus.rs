//! Captures of real transport streams: read without complaint, and frames found among them.
//! Skipped loudly where the corpus is missing.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test"
)]
#![expect(clippy::disallowed_methods, reason = "tests read files")]

mod common;

use std::collections::HashSet;
use std::path::PathBuf;

use common::{Numbered, pid, receive, stream};
use ts::MuxConfig;

fn captures() -> Vec<(String, Vec<u8>)> {
    let root = std::env::var("SKYWAVE_CORPUS").map_or_else(
        |_| {
            PathBuf::from(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../../shared/corpus"
            ))
        },
        PathBuf::from,
    );
    let Ok(entries) = std::fs::read_dir(root.join("ts")) else {
        eprintln!("SKIPPED: no captures in {}", root.join("ts").display());
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "ts"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| (path.display().to_string(), std::fs::read(path).unwrap()))
        .collect()
}

#[test]
fn captures_are_read() {
    for (name, bytes) in captures() {
        let (got, demux) = receive(&bytes, 1 << 20);
        let report = demux.report();
        let stats = report.stats;
        assert!(got.is_empty(), "{name}: frames that nobody sent");
        let bad: u64 = stats.frames.iter().map(|count| count.bad).sum();
        assert_eq!(bad, 0, "{name}: something looked like a fragment");
        assert!(
            stats.cells * 188 + stats.skipped_bytes >= stats.bytes - 188,
            "{name}"
        );
        assert!(stats.skipped_bytes * 20 < stats.bytes, "{name}: {stats:?}");
        println!(
            "{name}: {} cells, {} PIDs, {} gaps, {} scrambled, {} services, {:?} bit/s, {:?}",
            stats.cells,
            report.streams.len(),
            stats.continuity_errors,
            stats.scrambled,
            report.services.len(),
            report.bits_per_s.map(f64::round),
            report.services.first().map(|service| &service.name),
        );
    }
}

/// A real multiplex with our stream put in between: everything is found, ours and theirs.
#[test]
fn our_stream_among_others() {
    for (name, bytes) in captures() {
        let theirs: Vec<&[u8]> = bytes
            .chunks_exact(188)
            .filter(|cell| cell[0] == 0x47)
            .collect();
        let used: HashSet<u16> = theirs.iter().map(|cell| pid(cell)).collect();
        let mut config = MuxConfig::new("2M".parse().unwrap(), "among");
        config.pids.data = (0x20..0x1FFE).find(|pid| !used.contains(pid)).unwrap();
        let data = config.pids.data;
        let mut source = Numbered::new(23);
        let ours = stream(config, &mut source, 3000);
        let mut ours = ours.chunks(188).filter(|cell| pid(cell) == data);
        let mut mixed = Vec::new();
        for (place, cell) in theirs.iter().enumerate() {
            mixed.extend_from_slice(cell);
            if place % 2 == 0 {
                mixed.extend(ours.next().into_iter().flatten());
            }
        }
        mixed.extend(ours.flatten());
        let (got, _) = receive(&mixed, 54_321);
        assert_eq!(
            got.len(),
            source.sent.len() - 1,
            "{name}: the last one is cut"
        );
    }
}
