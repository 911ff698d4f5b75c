//! MPEG-2 video (ISO/IEC 13818-2), as far as a slate needs it.

use super::video::{Kind, Unit};
use crate::clock::HZ;

const PICTURE: u8 = 0x00;
const SEQUENCE: u8 = 0xB3;
const GROUP: u8 = 0xB8;

/// Access units of a stream: sequence header, group header and picture with all its slices.
pub(super) fn units(es: &[u8]) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut open: Option<Unit> = None;
    let starts: Vec<usize> = memchr::memmem::find_iter(es, &[0, 0, 1]).collect();
    for (place, &start) in starts.iter().enumerate() {
        let piece = &es[start..starts.get(place + 1).copied().unwrap_or(es.len())];
        let Some(&code) = piece.get(3) else { break };
        let has_slice = open.as_ref().is_some_and(|unit| unit.slice_at.is_some());
        if has_slice && matches!(code, PICTURE | SEQUENCE | GROUP) {
            units.extend(open.take());
        }
        let unit = open.get_or_insert_with(|| Unit {
            bytes: Vec::new(),
            slice_at: None,
            kind: Kind::Predicted,
            has_headers: false,
        });
        match code {
            SEQUENCE => unit.has_headers = true,
            // picture_coding_type (clause 6.3.9).
            PICTURE => {
                unit.kind = match piece.get(5).map(|byte| byte >> 3 & 7) {
                    Some(1) if unit.has_headers => Kind::Entry,
                    Some(3) => Kind::Bidirectional,
                    _ => Kind::Predicted,
                };
            }
            0x01..=0xAF if unit.slice_at.is_none() => unit.slice_at = Some(unit.bytes.len()),
            _ => {}
        }
        // sequence_end_code would end what is to be repeated.
        if code != 0xB7 {
            unit.bytes.extend_from_slice(piece);
        }
    }
    units.extend(open.filter(|unit| unit.slice_at.is_some()));
    units
}

/// Ticks of a picture and lines, of the first sequence header (clause 6.2.2.1, table 6-4).
pub(super) fn sequence(es: &[u8]) -> Option<(u64, u32)> {
    let header = es.get(memchr::memmem::find(es, &[0, 0, 1, SEQUENCE])? + 4..)?;
    let height = u32::from(*header.get(1)? & 0x0F) << 8 | u32::from(*header.get(2)?);
    let (pictures, seconds) = match header.get(3)? & 0x0F {
        1 => (24_000, 1001),
        2 => (24, 1),
        3 => (25, 1),
        4 => (30_000, 1001),
        5 => (30, 1),
        6 => (50, 1),
        7 => (60_000, 1001),
        8 => (60, 1),
        _ => return None,
    };
    Some((HZ * seconds / pictures, height))
}
