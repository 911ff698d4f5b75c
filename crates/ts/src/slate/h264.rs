//! H.264 in Annex B form (ISO/IEC 14496-10), as far as a slate needs it: where access units begin,
//! of what kind they are, and how many there are a second.

use super::bits::Bits;
use super::video::{Kind, Unit};
use crate::clock::HZ;

const SLICE: u8 = 1;
const IDR_SLICE: u8 = 5;
const SEI: u8 = 6;
const SPS: u8 = 7;
const PPS: u8 = 8;
const DELIMITER: u8 = 9;
/// An access unit delimiter for any slice types, which ISO/IEC 13818-1 clause 2.14 demands.
const DELIMITER_NAL: [u8; 6] = [0, 0, 0, 1, DELIMITER, 0xF0];

/// What the sequence parameter set says.
pub(super) struct Sps {
    /// 27 MHz.
    pub(super) picture_ticks: Option<u64>,
    pub(super) height: u32,
}

/// Access units of a stream; each begins with a delimiter, added where it is missing.
pub(super) fn units(es: &[u8]) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut open: Option<Unit> = None;
    for nal in nals(es) {
        let kind = nal.body[0] & 0x1F;
        let is_slice = matches!(kind, SLICE | IDR_SLICE);
        let has_slice = open.as_ref().is_some_and(|unit| unit.slice_at.is_some());
        let begins = match kind {
            DELIMITER | SPS | PPS | SEI => has_slice,
            // first_mb_in_slice of 0 is a single bit of 1.
            SLICE | IDR_SLICE => has_slice && nal.body.get(1).is_some_and(|byte| byte & 0x80 != 0),
            _ => false,
        };
        if begins {
            units.extend(open.take());
        }
        let unit = open.get_or_insert_with(|| Unit {
            bytes: if kind == DELIMITER {
                Vec::new()
            } else {
                DELIMITER_NAL.into()
            },
            slice_at: None,
            kind: Kind::Predicted,
            has_headers: false,
        });
        if is_slice && unit.slice_at.is_none() {
            unit.slice_at = Some(unit.bytes.len());
            unit.kind = slice_kind(kind, &nal.body[1..]);
        }
        unit.has_headers |= kind == SPS;
        unit.bytes.extend_from_slice(nal.whole);
    }
    units.extend(open.filter(|unit| unit.slice_at.is_some()));
    units
}

fn slice_kind(nal_kind: u8, header: &[u8]) -> Kind {
    let mut bits = Bits::new(&header[..header.len().min(32)]);
    let slice_type = bits.unsigned().and_then(|_first_mb| bits.unsigned());
    match slice_type.map(|kind| kind % 5) {
        Some(1) => Kind::Bidirectional,
        _ if nal_kind == IDR_SLICE => Kind::Entry,
        _ => Kind::Predicted,
    }
}

struct Nal<'a> {
    /// With start code.
    whole: &'a [u8],
    /// From the NAL header on; never empty.
    body: &'a [u8],
}

fn nals(es: &[u8]) -> impl Iterator<Item = Nal<'_>> {
    let starts: Vec<usize> = memchr::memmem::find_iter(es, &[0, 0, 1]).collect();
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([es.len()]).collect();
    starts
        .into_iter()
        .zip(ends)
        .filter_map(move |(start, end)| {
            // A zero before the next start code belongs to that (zero_byte).
            let end = if end < es.len() && es[end - 1] == 0 && end > start + 3 {
                end - 1
            } else {
                end
            };
            let whole = if start > 0 && es[start - 1] == 0 {
                start - 1
            } else {
                start
            };
            let body = es.get(start + 3..end).filter(|body| !body.is_empty())?;
            Some(Nal {
                whole: &es[whole..end],
                body,
            })
        })
}

/// The first sequence parameter set of a stream.
pub(super) fn sps(es: &[u8]) -> Option<Sps> {
    let nal = nals(es).find(|nal| nal.body[0] & 0x1F == SPS)?;
    parse_sps(&mut Bits::new(&nal.body[1..]))
}

/// seq_parameter_set_data (clause 7.3.2.1.1) and vui_parameters (clause E.1.1) up to the timing.
fn parse_sps(bits: &mut Bits) -> Option<Sps> {
    let profile = bits.fixed(8)?;
    bits.fixed(16)?;
    bits.unsigned()?;
    if matches!(profile, 100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128) {
        let chroma = bits.unsigned()?;
        if chroma == 3 {
            bits.bit()?;
        }
        bits.unsigned()?;
        bits.unsigned()?;
        bits.bit()?;
        if bits.bit()? {
            for list in 0..if chroma == 3 { 12 } else { 8 } {
                if bits.bit()? {
                    skip_scaling_list(bits, if list < 6 { 16 } else { 64 })?;
                }
            }
        }
    }
    bits.unsigned()?;
    match bits.unsigned()? {
        0 => {
            bits.unsigned()?;
        }
        1 => {
            bits.bit()?;
            bits.signed()?;
            bits.signed()?;
            for _ in 0..bits.unsigned()?.min(255) {
                bits.signed()?;
            }
        }
        _ => {}
    }
    bits.unsigned()?;
    bits.bit()?;
    bits.unsigned()?;
    let map_units = bits.unsigned()?.min(1 << 16) + 1;
    let frames_only = bits.bit()?;
    if !frames_only {
        bits.bit()?;
    }
    bits.bit()?;
    if bits.bit()? {
        for _ in 0..4 {
            bits.unsigned()?;
        }
    }
    let height = map_units * 16 * if frames_only { 1 } else { 2 };
    let picture_ticks = if bits.bit()? { vui_timing(bits) } else { None };
    Some(Sps {
        picture_ticks,
        height,
    })
}

fn skip_scaling_list(bits: &mut Bits, size: u32) -> Option<()> {
    let mut next = 8i32;
    for _ in 0..size {
        if next != 0 {
            next = (next + bits.signed()?) & 0xFF;
        }
    }
    Some(())
}

fn vui_timing(bits: &mut Bits) -> Option<u64> {
    if bits.bit()? && bits.fixed(8)? == 255 {
        bits.fixed(32)?;
    }
    if bits.bit()? {
        bits.bit()?;
    }
    if bits.bit()? {
        bits.fixed(4)?;
        if bits.bit()? {
            bits.fixed(24)?;
        }
    }
    if bits.bit()? {
        bits.unsigned()?;
        bits.unsigned()?;
    }
    if !bits.bit()? {
        return None;
    }
    let (units, scale) = (u64::from(bits.fixed(32)?), u64::from(bits.fixed(32)?));
    (scale > 0 && units > 0).then(|| (HZ * 2 * units + scale / 2) / scale)
}
