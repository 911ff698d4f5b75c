//! What fuzzing found interesting, replayed: `fuzz/corpus/file/*`.
#![allow(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::disallowed_methods, reason = "tests read files")]

mod common;

use common::read;

#[test]
fn the_corpus_of_file_is_survived() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/file");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        files += 1;
        let path = entry.unwrap().path();
        let data = std::fs::read(&path).unwrap();
        let Some((&chunk, bytes)) = data.split_first() else {
            continue;
        };
        let (at_once, reader) = read(bytes, usize::MAX);
        let (in_pieces, again) = read(bytes, usize::from(chunk) + 1);
        assert_eq!(at_once, in_pieces, "{}", path.display());
        assert_eq!(reader.stats(), again.stats(), "{}", path.display());
    }
    assert!(files >= 5, "file has a corpus");
}
