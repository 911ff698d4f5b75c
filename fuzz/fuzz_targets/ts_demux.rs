//! Bytes of any recording. The first byte chooses how the rest is cut; what comes out must not
//! depend on it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ts::{Demux, Frame};

fn receive(bytes: &[u8], chunk: usize) -> (Demux, Vec<Vec<u8>>) {
    let (mut demux, mut frames) = (Demux::new(), Vec::new());
    let mut sink = |frame: Frame<'_>| frames.push(frame.bytes.to_vec());
    for piece in bytes.chunks(chunk) {
        demux.push(piece, &mut sink);
    }
    demux.finish(&mut sink);
    (demux, frames)
}

fuzz_target!(|data: &[u8]| {
    let Some((&chunk, bytes)) = data.split_first() else { return };
    let (demux, at_once) = receive(bytes, usize::MAX);
    let (_, in_pieces) = receive(bytes, usize::from(chunk) + 1);
    assert_eq!(at_once, in_pieces);
    assert_eq!(demux.stats().good_frames(), at_once.len() as u64);
    let _ = demux.report();
});
