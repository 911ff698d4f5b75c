//! Frames as teletext that no teletext decoder shows: EN 300 472. PES packets of
//! private_stream_1 with 36 bytes of optional fields and a whole number of cells; data units of 46
//! bytes with a user-defined data_unit_id (0x80..=0xFE, table 1), each with one fragment.

use crate::clock::Ticks;
use crate::{fragment, pes};

/// PES_header_data_length (clause 4.2).
const HEADER_DATA_BYTES: u8 = 0x24;
/// data_identifier of EBU data (clause 4.3, 0x10..=0x1F).
pub(crate) const DATA_IDENTIFIER: u8 = 0x10;
/// Ours of the user-defined ones.
const DATA_UNIT_ID: u8 = 0x9B;
const STUFFING_UNIT_ID: u8 = 0xFF;
/// data_unit_length.
const UNIT_BYTES: usize = 0x2C;

/// Appends the PES packet of one frame.
pub(crate) fn pack(frame: &[u8], number: u8, pts: Ticks, out: &mut Vec<u8>) {
    let begin = out.len();
    let mut cutter = fragment::Cutter::default();
    cutter.begin(frame, number);
    let piece = UNIT_BYTES - fragment::HEADER_BYTES;
    let units = (frame.len() + 4).div_ceil(piece);
    // 45 bytes of header and data_identifier are as long as one unit, and four units fill a cell.
    let cells = (units + 1).div_ceil(4);
    let payload = cells * 184 - 9 - usize::from(HEADER_DATA_BYTES);
    pes::write_timed(
        pes::PRIVATE_STREAM_1,
        pts,
        HEADER_DATA_BYTES,
        Some(payload),
        out,
    );
    out.push(DATA_IDENTIFIER);
    while out.len() < begin + cells * 184 {
        let end = out.len() + 2 + UNIT_BYTES;
        let id = if cutter.is_empty() {
            STUFFING_UNIT_ID
        } else {
            DATA_UNIT_ID
        };
        out.extend_from_slice(&[id, UNIT_BYTES as u8]);
        cutter.cut(UNIT_BYTES, out);
        out.resize(end, 0xFF);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_whole_cells_of_whole_units() {
        for length in [1, 32, 33, 100, 104, 105, crate::MAX_FRAME_BYTES] {
            let mut out = Vec::new();
            pack(&vec![5; length], 3, Ticks(0), &mut out);
            assert_eq!(out.len() % 184, 0);
            assert_eq!(out[8], 0x24);
            assert_eq!(
                usize::from(u16::from_be_bytes([out[4], out[5]])) + 6,
                out.len()
            );
            assert_eq!(out[45], DATA_IDENTIFIER);
            for unit in out[46..].chunks(46) {
                assert!(matches!(unit[0], DATA_UNIT_ID | STUFFING_UNIT_ID));
                assert_eq!(unit[1], 0x2C);
            }
        }
    }
}
