//! Files for tests, and what a reader finds in them.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses its own part, and helpers of tests are tests"
)]

use file::{Frame, Reader, Writer, Zip};

/// A packet, with the offset at which its record was.
pub(crate) type At = (u64, Vec<u8>);

/// Reads a file in pieces of so many bytes.
pub(crate) fn read(bytes: &[u8], chunk: usize) -> (Vec<At>, Reader) {
    let (mut reader, mut found) = (Reader::new(), Vec::new());
    let mut sink = |frame: Frame<'_>| found.push((frame.at, frame.bytes.to_vec()));
    for piece in bytes.chunks(chunk) {
        reader.push(piece, &mut sink);
    }
    reader.finish(&mut sink);
    (found, reader)
}

/// The `.sky` file of these packets.
pub(crate) fn sky(packets: &[Vec<u8>]) -> Vec<u8> {
    let (mut writer, mut file) = (Writer::new(), Vec::new());
    writer.header(&mut file);
    for packet in packets {
        writer.record(packet, &mut file).unwrap();
    }
    assert_eq!(writer.bytes(), file.len() as u64);
    assert_eq!(writer.records(), packets.len() as u64);
    file
}

/// A stored zip of this file.
pub(crate) fn zipped(name: &str, file: &[u8]) -> Vec<u8> {
    let mut zip = Zip::new(name);
    file.chunks(1_000).for_each(|piece| zip.push(piece));
    let (before, after) = zip.around().unwrap();
    [&before, file, &after].concat()
}

/// Base64 (RFC 4648 section 4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let mut group = [0; 3];
        group[..three.len()].copy_from_slice(three);
        let bits = u32::from_be_bytes([0, group[0], group[1], group[2]]);
        for place in 0..4 {
            match place <= three.len() {
                true => text.push(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize].into()),
                false => text.push('='),
            }
        }
    }
    text
}

/// A page with this file in it, behind some other markup.
pub(crate) fn page(before: &str, file: &[u8]) -> Vec<u8> {
    let text = base64(file);
    format!(
        "<!doctype html>\n<title>{before}</title><script>let id=\"edition\";</script>\
         <script type=\"text/plain\" id=\"edition\">{text}</script><p>End.\n"
    )
    .into_bytes()
}

/// What a reader finds, in the words of a vector's header.
pub(crate) fn describe(bytes: &[u8]) -> String {
    let (found, reader) = read(bytes, usize::MAX);
    let stats = reader.stats();
    let form = match reader.form() {
        None => "none".to_owned(),
        Some(form) => format!("{form:?}").to_lowercase(),
    };
    let mut text = format!(
        "expect: {} packets\nform: {form}\nskipped: {}\n",
        found.len(),
        stats.skipped_bytes
    );
    if let Some(version) = stats.newer {
        text += &format!("newer: {version}\n");
    }
    if stats.is_mangled {
        text += "mangled: yes\n";
    }
    for (at, packet) in found {
        text += &format!("packet: {at} {}\n", hex(&packet));
    }
    text
}

/// Bytes as digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
