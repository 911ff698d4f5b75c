//! Bytes of any file. The first byte chooses how the rest is cut; what comes out must not depend
//! on it, and is as it was written.
#![no_main]

use file::{Form, Frame, Reader, Writer};
use libfuzzer_sys::fuzz_target;

fn receive(bytes: &[u8], chunk: usize) -> (Reader, Vec<(u64, Vec<u8>)>) {
    let (mut reader, mut packets) = (Reader::new(), Vec::new());
    let mut sink = |frame: Frame<'_>| packets.push((frame.at, frame.bytes.to_vec()));
    for piece in bytes.chunks(chunk) {
        reader.push(piece, &mut sink);
    }
    reader.finish(&mut sink);
    (reader, packets)
}

fuzz_target!(|data: &[u8]| {
    let Some((&chunk, bytes)) = data.split_first() else { return };
    let (reader, at_once) = receive(bytes, usize::MAX);
    let (again, in_pieces) = receive(bytes, usize::from(chunk) + 1);
    assert_eq!(at_once, in_pieces);
    assert_eq!(reader.stats(), again.stats());
    assert_eq!(reader.stats().records, at_once.len() as u64);
    let mut record = Vec::new();
    for (at, packet) in &at_once {
        record.clear();
        Writer::new().record(packet, &mut record).expect("it was read");
        if let Some(Form::Page | Form::Base64) = reader.form() {
            continue;
        }
        // Where it was it can be read again; in base64 only if none of it is damaged.
        let (_, from_there) = receive(&bytes[*at as usize..], usize::MAX);
        assert_eq!(from_there.first(), Some(&(0, packet.clone())));
    }
});
