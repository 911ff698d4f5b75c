//! Seven cells a datagram, bare (UDP) or behind a header of RTP (RFC 2250 section 2, RFC 3550).

use ts::CELL_BYTES;

/// Cells in a datagram: what fits in an Ethernet frame.
pub(crate) const CELLS: usize = 7;
/// Bytes of stream in a datagram.
pub(crate) const STREAM_BYTES: usize = CELLS * CELL_BYTES;
/// Bytes of the RTP header (RFC 3550 section 5.1).
pub(crate) const RTP_BYTES: usize = 12;
/// Version 2, no padding, no extension, no contributing sources.
const RTP_VERSION: u8 = 0x80;
/// Payload type of MPEG-2 transport streams (RFC 3551 section 6).
const MP2T: u8 = 33;
/// The marker: the timestamp has jumped (RFC 2250 section 2).
const MARKER: u8 = 0x80;
/// RTP's clock for MP2T (RFC 2250 section 2).
const RTP_HZ: u128 = 90_000;

/// Headers of the datagrams of a stream.
#[derive(Debug, Clone)]
pub(crate) struct Rtp {
    source: u32,
    sequence: u16,
    /// Timestamp of the first datagram.
    first: u32,
    sent: u64,
    bits_per_s: u64,
}

impl Rtp {
    /// Everything random that should be (RFC 3550 section 5.1).
    pub(crate) fn new(random: u64, more: u32, bits_per_s: u64) -> Self {
        Self {
            source: random as u32,
            sequence: (random >> 32) as u16,
            first: more,
            sent: 0,
            bits_per_s,
        }
    }

    /// The header of the next datagram. Its timestamp is when its first byte goes, by the stream.
    pub(crate) fn next(&mut self) -> [u8; RTP_BYTES] {
        let bits = u128::from(self.sent) * STREAM_BYTES as u128 * 8;
        let time = self
            .first
            .wrapping_add((bits * RTP_HZ / u128::from(self.bits_per_s)) as u32);
        let marker = if self.sent == 0 { MARKER } else { 0 };
        let mut header = [0; RTP_BYTES];
        header[0] = RTP_VERSION;
        header[1] = MP2T | marker;
        header[2..4].copy_from_slice(&self.sequence.to_be_bytes());
        header[4..8].copy_from_slice(&time.to_be_bytes());
        header[8..12].copy_from_slice(&self.source.to_be_bytes());
        self.sequence = self.sequence.wrapping_add(1);
        self.sent += 1;
        header
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_rtp() {
        let mut rtp = Rtp::new(0xffff_1234_5678, 0xffff_ff00, 10_528_000);
        let first = rtp.next();
        assert_eq!(first[..4], [0x80, 0xa1, 0xff, 0xff]);
        assert_eq!(first[4..8], 0xffff_ff00_u32.to_be_bytes());
        assert_eq!(first[8..], 0x1234_5678_u32.to_be_bytes());
        // 1 ms a datagram at this rate: 90 ticks. Sequence and timestamp wrap.
        let second = rtp.next();
        assert_eq!(second[..4], [0x80, 0x21, 0, 0]);
        for _ in 0..8 {
            rtp.next();
        }
        let tenth = rtp.next();
        assert_eq!(tenth[4..8], 0xffff_ff00_u32.wrapping_add(900).to_be_bytes());
    }
}
