//! The *record*, one packet in a file:
//!
//! | bytes | what |
//! |---|---|
//! | 2 | mark, 0x89 0xD3 |
//! | 4 | CRC-32 (ISO-HDLC, big-endian) of all that follows |
//! | 2 | length of the packet, big-endian, 1..=1276 |
//! | | the packet |
//!
//! A damaged length fails the checksum like any other damage, and is never used to find the next
//! record: that is searched from the byte after the mark.

use crate::FileError;

/// The longest packet, bytes: what the format allows on every carrier (`docs/format-packets.md`).
pub const MAX_PACKET_BYTES: usize = 1276;
/// What a record adds to its packet, bytes: 0.63 % of a packet of 1,266.
pub const OVERHEAD_BYTES: usize = 8;
/// Begins every record. The first byte is also the magic's, so that one search finds both.
pub(crate) const MARK: [u8; 2] = [0x89, 0xD3];

/// What stands where a record could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parsed<'a> {
    /// A record, with its packet.
    Packet(&'a [u8]),
    /// It cannot be told before there are so many bytes.
    Needs(usize),
    /// None, or a damaged one.
    Nothing,
}

/// Appends the record of `packet`.
pub(crate) fn write(packet: &[u8], out: &mut Vec<u8>) -> Result<(), FileError> {
    let bytes = packet.len();
    let length = u16::try_from(bytes)
        .ok()
        .filter(|_| is_possible(bytes))
        .ok_or(FileError::PacketLength { bytes })?;
    let mut crc = crc32fast::Hasher::new();
    crc.update(&length.to_be_bytes());
    crc.update(packet);
    out.extend_from_slice(&MARK);
    out.extend_from_slice(&crc.finalize().to_be_bytes());
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(packet);
    Ok(())
}

/// The record that `bytes` begin with, the mark of which has been seen.
pub(crate) fn parse(bytes: &[u8]) -> Parsed<'_> {
    let Some(&[_, _, c0, c1, c2, c3, l0, l1]) = bytes.first_chunk::<OVERHEAD_BYTES>() else {
        return Parsed::Needs(OVERHEAD_BYTES);
    };
    let length = usize::from(u16::from_be_bytes([l0, l1]));
    if !is_possible(length) {
        return Parsed::Nothing;
    }
    let end = OVERHEAD_BYTES + length;
    let Some(packet) = bytes.get(OVERHEAD_BYTES..end) else {
        return Parsed::Needs(end);
    };
    let crc = crc32fast::hash(&bytes[OVERHEAD_BYTES - 2..end]);
    match crc.to_be_bytes() == [c0, c1, c2, c3] {
        true => Parsed::Packet(packet),
        false => Parsed::Nothing,
    }
}

fn is_possible(length: usize) -> bool {
    (1..=MAX_PACKET_BYTES).contains(&length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_flipped_bit_is_seen() {
        let mut good = Vec::new();
        write(&[7; 40], &mut good).unwrap();
        assert_eq!(parse(&good), Parsed::Packet(&[7; 40]));
        // The mark is the caller's to see.
        for bit in 16..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 0x80 >> (bit % 8);
            assert!(
                !matches!(parse(&bad), Parsed::Packet(_)),
                "bit {bit} is not checked"
            );
        }
    }

    #[test]
    fn impossible_lengths_are_neither_written_nor_read() {
        for bytes in [0, MAX_PACKET_BYTES + 1, 65_536 + 5] {
            let mut out = Vec::new();
            let refused = write(&vec![1; bytes], &mut out);
            assert_eq!(refused, Err(FileError::PacketLength { bytes }));
            assert!(out.is_empty());
        }
        for length in [0, MAX_PACKET_BYTES as u16 + 1, u16::MAX] {
            let mut record = vec![0x89, 0xD3, 0, 0, 0, 0];
            record.extend_from_slice(&length.to_be_bytes());
            assert_eq!(parse(&record), Parsed::Nothing, "{length}");
        }
    }
}
