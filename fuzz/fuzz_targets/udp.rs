//! Datagrams, and files of captured ones. The first byte chooses how the rest is cut; what comes out
//! must not depend on it, and is written again as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use udp::{Capture, Captured, Datagram, Lct, write_signal, write_symbol};

fn read(file: &[u8], chunk: usize) -> (Capture, Vec<(u64, Vec<u8>)>) {
    let (mut capture, mut found) = (Capture::new(), Vec::new());
    for piece in file.chunks(chunk) {
        capture.push(piece, &mut |captured: Captured<'_>| {
            found.push((captured.at, captured.bytes.to_vec()));
        });
    }
    (capture, found)
}

fn datagram(bytes: &[u8]) {
    if let Ok(lct) = Lct::parse(bytes) {
        assert!(lct.toi.len() <= 14 && lct.tsi < 1 << 48);
        assert!(lct.extensions().count() <= 255);
    }
    let mut again = Vec::new();
    match Datagram::parse(bytes) {
        Ok(Datagram::Symbol(symbol)) => {
            write_symbol(1, &symbol, &mut again).expect("it was read");
            assert_eq!(Datagram::parse(&again), Ok(Datagram::Symbol(symbol)));
        }
        Ok(Datagram::Signal(packet)) => {
            write_signal(1, packet, &mut again).expect("it was read");
            assert_eq!(Datagram::parse(&again), Ok(Datagram::Signal(packet)));
        }
        _ => {}
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((&chunk, bytes)) = data.split_first() else { return };
    datagram(bytes);
    let (capture, at_once) = read(bytes, usize::MAX);
    let (again, in_pieces) = read(bytes, usize::from(chunk) + 1);
    assert_eq!(at_once, in_pieces);
    assert_eq!(capture.stats(), again.stats());
    assert_eq!(capture.stats().datagrams, at_once.len() as u64);
    at_once.iter().for_each(|(_, bytes)| datagram(bytes));
});
