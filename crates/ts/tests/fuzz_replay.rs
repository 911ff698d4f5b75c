//! What fuzzing found interesting, replayed: `fuzz/corpus/ts_demux/*`, where it is.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test"
)]
#![expect(clippy::disallowed_methods, reason = "tests read files")]

mod common;

use common::receive;

#[test]
fn the_corpus_of_ts_demux_is_survived() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/ts_demux");
    let Ok(entries) = std::fs::read_dir(folder) else {
        eprintln!("SKIPPED: no {folder}");
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let (at_once, demux) = receive(&bytes, usize::MAX);
        let (by_sevens, _) = receive(&bytes, 7);
        assert_eq!(at_once, by_sevens, "{}", path.display());
        let _ = demux.report();
    }
}
