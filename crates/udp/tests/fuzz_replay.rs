//! What fuzzing found interesting, replayed: `fuzz/corpus/udp/*`.
#![allow(clippy::unwrap_used, reason = "a test")]
#![expect(clippy::disallowed_methods, reason = "tests read files")]

mod common;

use common::read;
use udp::{Datagram, write_symbol};

#[test]
fn the_corpus_of_udp_is_survived() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/udp");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        files += 1;
        let path = entry.unwrap().path();
        let data = std::fs::read(&path).unwrap();
        let Some((&chunk, bytes)) = data.split_first() else {
            continue;
        };
        let at_once = read(bytes, usize::MAX);
        assert_eq!(
            at_once,
            read(bytes, usize::from(chunk) + 1),
            "{}",
            path.display()
        );
        let datagrams = at_once.0.iter().map(|(_, datagram)| datagram.as_slice());
        for datagram in datagrams.chain([bytes]) {
            if let Ok(Datagram::Symbol(symbol)) = Datagram::parse(datagram) {
                let mut again = Vec::new();
                write_symbol(1, &symbol, &mut again).unwrap();
                assert_eq!(Datagram::parse(&again), Ok(Datagram::Symbol(symbol)));
            }
        }
    }
    assert!(files >= 5, "udp has a corpus");
}
