//! Frames as DVB subtitles that show nothing: EN 300 743. One PES packet of private_stream_1 a
//! frame, with one segment of a private segment_type and an end of display set segment.

use crate::clock::Ticks;
use crate::mux::SUBTITLE_PAGE;
use crate::{fragment, pes};

/// data_identifier and subtitle_stream_id (clause 7.1).
pub(crate) const DATA_IDENTIFIER: u8 = 0x20;
const STREAM_ID: u8 = 0x00;
const SYNC: u8 = 0x0F;
/// One of 0x81..=0xEF, "private data" (table 7).
const PRIVATE_SEGMENT: u8 = 0x9B;
/// end of display set segment (table 7).
const END_OF_DISPLAY_SET: u8 = 0x80;
const END_OF_PES_DATA: u8 = 0xFF;
/// sync_byte, segment_type, page_id, segment_length.
const SEGMENT_HEADER_BYTES: usize = 6;

/// Appends the PES packet of one frame.
pub(crate) fn pack(frame: &[u8], number: u8, pts: Ticks, out: &mut Vec<u8>) {
    let mut cutter = fragment::Cutter::default();
    cutter.begin(frame, number);
    let fragment_bytes = fragment::HEADER_BYTES + 4 + frame.len();
    let payload = 2 + SEGMENT_HEADER_BYTES + fragment_bytes + SEGMENT_HEADER_BYTES + 1;
    pes::write_timed(pes::PRIVATE_STREAM_1, pts, 5, Some(payload), out);
    out.extend_from_slice(&[DATA_IDENTIFIER, STREAM_ID]);
    segment(PRIVATE_SEGMENT, fragment_bytes, out);
    cutter.cut(fragment_bytes, out);
    segment(END_OF_DISPLAY_SET, 0, out);
    out.push(END_OF_PES_DATA);
}

fn segment(kind: u8, length: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&[SYNC, kind]);
    out.extend_from_slice(&SUBTITLE_PAGE.to_be_bytes());
    out.extend_from_slice(&(length as u16).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_add_up() {
        let mut out = Vec::new();
        pack(&[5; 300], 3, Ticks(0), &mut out);
        assert_eq!(
            usize::from(u16::from_be_bytes([out[4], out[5]])) + 6,
            out.len()
        );
        assert_eq!(out[14..18], [0x20, 0x00, 0x0F, 0x9B]);
        let length = usize::from(u16::from_be_bytes([out[20], out[21]]));
        assert_eq!(out[22 + length..24 + length], [0x0F, 0x80]);
        assert_eq!(out.last(), Some(&0xFF));
    }
}
