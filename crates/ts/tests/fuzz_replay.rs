//! What fuzzing found interesting, replayed: `fuzz/corpus/ts_demux/*`.
#![allow(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::disallowed_methods, reason = "tests read files")]

mod common;

use common::receive;

#[test]
fn the_corpus_of_ts_demux_is_survived() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/ts_demux");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        files += 1;
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let (at_once, demux) = receive(&bytes, usize::MAX);
        let (by_sevens, _) = receive(&bytes, 7);
        assert_eq!(at_once, by_sevens, "{}", path.display());
        let _ = demux.report();
    }
    assert!(files >= 5, "ts_demux has a corpus");
}
