//! The transport packet, here called cell: 188 bytes, ISO/IEC 13818-1 clause 2.4.3.2.

use crate::clock::Ticks;

/// Bytes of a transport packet.
pub const CELL_BYTES: usize = 188;
/// Payload bytes of a cell without an adaptation field.
pub(crate) const PAYLOAD_BYTES: usize = 184;
/// First byte of every cell.
pub(crate) const SYNC: u8 = 0x47;
/// PID of null packets (table 2-3).
pub(crate) const NULL_PID: u16 = 0x1FFF;
/// Bytes that a PCR costs in a cell: adaptation_field_length, flags, six of PCR.
const PCR_FIELD_BYTES: usize = 8;

/// The four bytes before adaptation field and payload, as they are parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CellHeader {
    pub(crate) error: bool,
    pub(crate) unit_start: bool,
    pub(crate) pid: u16,
    pub(crate) scrambled: bool,
    pub(crate) continuity: u8,
}

/// A cell taken apart. Only whole, well-formed cells come out of [`Cell::parse`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell<'a> {
    pub(crate) header: CellHeader,
    pub(crate) discontinuity: bool,
    pub(crate) pcr: Option<Ticks>,
    /// Empty where the cell has none.
    pub(crate) payload: &'a [u8],
}

impl<'a> Cell<'a> {
    /// `None` where the adaptation field is impossible; the header is to be trusted even then.
    #[inline]
    pub(crate) fn parse(cell: &'a [u8; CELL_BYTES]) -> (CellHeader, Option<Cell<'a>>) {
        let header = CellHeader {
            error: cell[1] & 0x80 != 0,
            unit_start: cell[1] & 0x40 != 0,
            pid: u16::from_be_bytes([cell[1] & 0x1F, cell[2]]),
            scrambled: cell[3] & 0xC0 != 0,
            continuity: cell[3] & 0x0F,
        };
        let mut parsed = Cell {
            header,
            discontinuity: false,
            pcr: None,
            payload: &[],
        };
        match cell[3] & 0x30 {
            0x10 => parsed.payload = &cell[4..],
            0x20 | 0x30 => {
                let length = usize::from(cell[4]);
                let has_payload = cell[3] & 0x10 != 0;
                if length > if has_payload { 182 } else { 183 } {
                    return (header, None);
                }
                if length > 0 {
                    parsed.discontinuity = cell[5] & 0x80 != 0;
                    if cell[5] & 0x10 != 0 && length >= 7 {
                        parsed.pcr = Some(read_pcr(&cell[6..12]));
                    }
                }
                if has_payload {
                    parsed.payload = &cell[5 + length..];
                }
            }
            _ => return (header, None),
        }
        (header, Some(parsed))
    }
}

/// program_clock_reference_base × 300 + extension (clause 2.4.3.5).
fn read_pcr(field: &[u8]) -> Ticks {
    let base = u64::from(u32::from_be_bytes([field[0], field[1], field[2], field[3]])) << 1
        | u64::from(field[4] >> 7);
    let extension = u64::from(field[4] & 1) << 8 | u64::from(field[5]);
    Ticks(base * 300 + extension)
}

fn write_pcr(pcr: Ticks, out: &mut Vec<u8>) {
    let base = pcr.base_90k();
    let extension = pcr.0 % 300;
    out.extend_from_slice(&((base >> 1) as u32).to_be_bytes());
    out.push((base as u8) << 7 | 0x7E | (extension >> 8) as u8);
    out.push(extension as u8);
}

/// Appends one cell that holds the beginning of `payload`, a PCR where one is given, and stuffing
/// where the payload ends. Returns how many bytes of `payload` went in.
pub(crate) fn write_cell(
    out: &mut Vec<u8>,
    pid: u16,
    unit_start: bool,
    continuity: u8,
    pcr: Option<Ticks>,
    payload: &[u8],
) -> usize {
    let end = out.len() + CELL_BYTES;
    let room = PAYLOAD_BYTES - if pcr.is_some() { PCR_FIELD_BYTES } else { 0 };
    let taken = payload.len().min(room);
    let field = PAYLOAD_BYTES - taken;
    let control = if taken > 0 { 0x10 } else { 0 } | if field > 0 { 0x20 } else { 0 };
    let [high, low] = pid.to_be_bytes();
    out.extend_from_slice(&[
        SYNC,
        u8::from(unit_start) << 6 | high,
        low,
        control | continuity & 0x0F,
    ]);
    if field > 0 {
        out.push((field - 1) as u8);
    }
    if field > 1 {
        out.push(if pcr.is_some() { 0x10 } else { 0 });
        if let Some(pcr) = pcr {
            write_pcr(pcr, out);
        }
        out.resize(end - taken, 0xFF);
    }
    out.extend_from_slice(&payload[..taken]);
    taken
}

/// Appends a null packet (clause 2.4.3.3: payload of any value, continuity undefined).
pub(crate) fn write_null(out: &mut Vec<u8>) {
    out.extend_from_slice(&[SYNC, 0x1F, 0xFF, 0x10]);
    out.resize(out.len() + PAYLOAD_BYTES, 0xFF);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_payload_length_comes_back_with_and_without_pcr() {
        let payload: Vec<u8> = (0..200u8).collect();
        for length in 0..=200 {
            for pcr in [
                None,
                Some(Ticks(0x1_FFFF_FFFF * 300 + 299)),
                Some(Ticks(301)),
            ] {
                let mut out = Vec::new();
                let taken =
                    write_cell(&mut out, 0x1234, length == 7, 0x1D, pcr, &payload[..length]);
                let cell: &[u8; CELL_BYTES] = out.as_slice().try_into().unwrap();
                let (header, parsed) = Cell::parse(cell);
                let parsed = parsed.unwrap();
                assert_eq!((header.pid, header.continuity), (0x1234, 0x0D));
                assert_eq!(header.unit_start, length == 7);
                assert_eq!(parsed.pcr, pcr);
                assert_eq!(parsed.payload, &payload[..taken]);
                assert!(taken == length || taken >= 176);
            }
        }
    }
}
