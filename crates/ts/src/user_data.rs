//! Frames in the slate's picture: user_data of MPEG-2 video (ISO/IEC 13818-2 clause 6.2.2.2) and
//! SEI of H.264 (ISO/IEC 14496-10 clause D.1.6). One fragment in each, after a mark of 16 bytes,
//! without any zero byte, so that no start code and no run of 23 zero bits can arise
//! (ISO/IEC 13818-2 clause 6.3.4.1) and no emulation prevention byte is ever due.

use crate::slate::VideoCodec;

/// uuid_iso_iec_11578 of the SEI message, a version 4 UUID without zero bytes; it stands first in
/// MPEG-2 user_data too.
pub(crate) const MARK: [u8; 16] = [
    0x9b, 0x53, 0xdb, 0x5a, 0x6c, 0x1e, 0x4f, 0xd3, 0xa7, 0x2b, 0x71, 0xe8, 0x35, 0xc4, 0x96, 0x8d,
];

/// Bytes that a fragment of `fragment` bytes costs in a picture, at most.
pub(crate) const fn wrapped_bytes(fragment: usize) -> usize {
    let coded = coded_bytes(fragment);
    // Start code, NAL header, payload type, size in bytes of 255, mark, trailing bits.
    4 + 1 + (coded + 16) / 255 + 1 + 16 + coded + 1
}

/// Length of `bytes` bytes without zeros, at most.
pub(crate) const fn coded_bytes(bytes: usize) -> usize {
    bytes + bytes / 254 + 1
}

/// Appends `fragment` as a piece of elementary stream that goes before a picture's first slice.
pub(crate) fn wrap(codec: VideoCodec, fragment: &[u8], out: &mut Vec<u8>) {
    match codec {
        VideoCodec::Mpeg2 => {
            out.extend_from_slice(&[0, 0, 1, 0xB2]);
            out.extend_from_slice(&MARK);
            stuff(fragment, out);
        }
        VideoCodec::H264 => {
            out.extend_from_slice(&[0, 0, 1, 0x06, 0x05]);
            let mut body = MARK.to_vec();
            stuff(fragment, &mut body);
            // A size byte of zero would only follow 255s, and the mark follows it: no start code.
            out.resize(out.len() + body.len() / 255, 0xFF);
            out.push((body.len() % 255) as u8);
            out.extend_from_slice(&body);
            out.push(0x80);
        }
    }
}

/// Consistent-overhead byte stuffing (Cheshire and Baker, 1999): appends `bytes` without zeros.
fn stuff(bytes: &[u8], out: &mut Vec<u8>) {
    let mut code_at = out.len();
    out.push(1);
    for &byte in bytes {
        if byte != 0 {
            out.push(byte);
            out[code_at] += 1;
        }
        if byte == 0 || out[code_at] == 0xFF {
            code_at = out.len();
            out.push(1);
        }
    }
}

/// Takes zeros back in until `want` bytes are there or the input ends; `None` where a zero or the
/// end comes before.
pub(crate) fn unstuff(bytes: &[u8], want: usize, out: &mut Vec<u8>) -> Option<()> {
    out.clear();
    let mut rest = bytes;
    while out.len() < want {
        let (&code, tail) = rest.split_first()?;
        let run = usize::from(code).checked_sub(1)?;
        let taken = run.min(want - out.len());
        let piece = tail.get(..taken)?;
        if memchr::memchr(0, piece).is_some() {
            return None;
        }
        out.extend_from_slice(piece);
        if taken == run && code != 0xFF && out.len() < want {
            out.push(0);
        }
        rest = tail.get(run..).unwrap_or(&[]);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stuffed_bytes_have_no_zeros_and_come_back() {
        for length in [0usize, 1, 2, 253, 254, 255, 256, 507, 508, 509, 1288] {
            for pattern in [0u8, 1, 2, 251] {
                let bytes: Vec<u8> = (0..length)
                    .map(|i| {
                        if pattern < 2 {
                            pattern
                        } else {
                            (i % usize::from(pattern)) as u8
                        }
                    })
                    .collect();
                let mut coded = Vec::new();
                stuff(&bytes, &mut coded);
                assert!(!coded.contains(&0));
                assert!(coded.len() <= coded_bytes(length), "{length} {pattern}");
                let mut back = Vec::new();
                unstuff(&coded, length, &mut back).unwrap();
                assert_eq!(back, bytes, "{length} {pattern}");
                for codec in [VideoCodec::Mpeg2, VideoCodec::H264] {
                    let mut out = Vec::new();
                    wrap(codec, &bytes, &mut out);
                    assert!(out.len() <= wrapped_bytes(length));
                }
            }
        }
        assert_eq!(unstuff(&[3, 1], 2, &mut Vec::new()), None);
        assert_eq!(unstuff(&[0, 1], 2, &mut Vec::new()), None);
    }
}
