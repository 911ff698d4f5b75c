//! PES packet headers (ISO/IEC 13818-1 clause 2.4.3.6 and, for program streams of MPEG-1,
//! ISO/IEC 11172-1 clause 2.4.3.3).

use crate::clock::Ticks;

/// packet_start_code_prefix.
pub(crate) const START_CODE: [u8; 3] = [0, 0, 1];
/// Bytes before the optional fields.
pub(crate) const FIXED_BYTES: usize = 6;
/// No PES header is longer: 9 and PES_header_data_length, or what MPEG-1 allows.
pub(crate) const MAX_HEADER_BYTES: usize = 9 + 255;

pub(crate) const PRIVATE_STREAM_1: u8 = 0xBD;
pub(crate) const PRIVATE_STREAM_2: u8 = 0xBF;
pub(crate) const AUDIO_0: u8 = 0xC0;
pub(crate) const VIDEO_0: u8 = 0xE0;

/// What a PES packet says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PesHeader {
    pub(crate) stream_id: u8,
    /// Where the payload begins.
    pub(crate) payload_at: usize,
    /// Length of the whole packet; `None` where PES_packet_length is 0.
    pub(crate) total: Option<usize>,
}

/// Outcome of looking at the beginning of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parsed {
    /// This is no PES packet.
    Other,
    /// It may be one; more bytes are needed.
    Short,
    /// It is one.
    Header(PesHeader),
}

impl PesHeader {
    #[inline]
    pub(crate) fn parse(bytes: &[u8]) -> Parsed {
        if !bytes.starts_with(&START_CODE) {
            let short = bytes.len() < 3 && START_CODE.starts_with(bytes);
            return if short { Parsed::Short } else { Parsed::Other };
        }
        if bytes.len() < FIXED_BYTES {
            return Parsed::Short;
        }
        let stream_id = bytes[3];
        if stream_id < 0xBC {
            return Parsed::Other;
        }
        let length = usize::from(u16::from_be_bytes([bytes[4], bytes[5]]));
        let total = (length > 0).then_some(length + FIXED_BYTES);
        let payload_at = match optional_fields(stream_id, &bytes[FIXED_BYTES..]) {
            Some(optional) => FIXED_BYTES + optional,
            None if total.is_some_and(|total| bytes.len() >= total) => return Parsed::Other,
            None => return Parsed::Short,
        };
        if total.is_some_and(|total| payload_at > total) {
            return Parsed::Other;
        }
        Parsed::Header(PesHeader {
            stream_id,
            payload_at,
            total,
        })
    }
}

/// Length of what stands between the fixed fields and the payload; `None`: more bytes needed.
fn optional_fields(stream_id: u8, rest: &[u8]) -> Option<usize> {
    // The stream_ids of clause 2.4.3.7 that have no optional fields. Content goes before: a ts
    // frame right behind the fixed fields is one on whatever stream_id a recorder has put it.
    if matches!(
        stream_id,
        0xBC | 0xBE | 0xBF | 0xF0 | 0xF1 | 0xF2 | 0xF8 | 0xFF
    ) || rest.starts_with(&crate::ts_frame::MAGIC)
    {
        return Some(0);
    }
    if rest.first()? >> 6 == 0b10 {
        return Some(3 + usize::from(*rest.get(2)?));
    }
    mpeg1_fields(rest)
}

fn mpeg1_fields(rest: &[u8]) -> Option<usize> {
    let mut at = rest
        .iter()
        .take(16)
        .take_while(|&&byte| byte == 0xFF)
        .count();
    if rest.get(at)? >> 6 == 0b01 {
        at += 2;
    }
    Some(match rest.get(at)? >> 4 {
        0b0010 => at + 5,
        0b0011 => at + 10,
        0b0000 => at + 1,
        _ => at,
    })
}

/// Appends a header of six bytes and nothing else: private_stream_2.
pub(crate) fn write_plain(stream_id: u8, payload_bytes: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&[0, 0, 1, stream_id]);
    out.extend_from_slice(&(payload_bytes as u16).to_be_bytes());
}

/// Appends a header with data_alignment_indicator and PTS, padded with stuffing to
/// `header_data_bytes` after the ninth byte (5 or more). `payload_bytes` of `None` writes a
/// PES_packet_length of 0, which only video may have.
pub(crate) fn write_timed(
    stream_id: u8,
    pts: Ticks,
    header_data_bytes: u8,
    payload_bytes: Option<usize>,
    out: &mut Vec<u8>,
) {
    let length = payload_bytes.map_or(0, |bytes| bytes + 3 + usize::from(header_data_bytes));
    write_plain(stream_id, if length > 0xFFFF { 0 } else { length }, out);
    let pts = pts.base_90k();
    let end = out.len() + 3 + usize::from(header_data_bytes);
    out.extend_from_slice(&[
        0x84,
        0x80,
        header_data_bytes,
        0x21 | (pts >> 29) as u8 & 0x0E,
        (pts >> 22) as u8,
        1 | (pts >> 14) as u8 & 0xFE,
        (pts >> 7) as u8,
        1 | (pts << 1) as u8 & 0xFE,
    ]);
    out.resize(end, 0xFF);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(bytes: &[u8]) -> PesHeader {
        match PesHeader::parse(bytes) {
            Parsed::Header(header) => header,
            other => panic!("{other:?} for {bytes:02x?}"),
        }
    }

    #[test]
    fn own_headers_are_read() {
        let mut plain = Vec::new();
        write_plain(PRIVATE_STREAM_2, 1282, &mut plain);
        assert_eq!(
            header(&plain),
            PesHeader {
                stream_id: 0xBF,
                payload_at: 6,
                total: Some(1288)
            }
        );
        let mut timed = Vec::new();
        write_timed(PRIVATE_STREAM_1, Ticks(300), 0x24, Some(139), &mut timed);
        assert_eq!(timed.len(), 45);
        assert_eq!(
            header(&timed),
            PesHeader {
                stream_id: 0xBD,
                payload_at: 45,
                total: Some(184)
            }
        );
        assert_eq!(timed[9..14], [0x21, 0, 1, 0, 3]);
    }

    #[test]
    fn mpeg1_headers_are_read() {
        let stuffed = [
            0, 0, 1, 0xC0, 0, 20, 0xFF, 0xFF, 0x40, 0x20, 0x21, 0, 1, 0, 1, 9, 9,
        ];
        assert_eq!(header(&stuffed).payload_at, 15);
        let bare = [0, 0, 1, 0xE0, 0, 20, 0x0F, 9, 9];
        assert_eq!(header(&bare).payload_at, 7);
    }

    #[test]
    fn short_and_foreign_bytes_are_told_apart() {
        assert_eq!(PesHeader::parse(&[0, 0]), Parsed::Short);
        assert_eq!(
            PesHeader::parse(&[0, 0, 1, 0xE0, 0, 0, 0x80]),
            Parsed::Short
        );
        assert_eq!(PesHeader::parse(&[0, 0xB0, 0x0D]), Parsed::Other);
        assert_eq!(
            PesHeader::parse(&[0, 0, 1, 0xB3, 0, 0, 0x80]),
            Parsed::Other
        );
        assert_eq!(
            PesHeader::parse(&[0, 0, 1, 0xE0, 0, 1, 0xFF]),
            Parsed::Other
        );
    }
}
