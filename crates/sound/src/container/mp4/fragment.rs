//! Where a fragment's samples are (ISO/IEC 14496-12, 8.8).

use super::boxes::{boxes, find, u32_at, u64_at};
use super::entry::Track;
use super::table::Place;

/// Samples of a fragment that are believed: minutes of the shortest.
const MOST: usize = 1 << 16;

/// Where the samples of the track are that this `moof` lists; it begins at `begin` in the file.
pub(super) fn places(moof: &[u8], begin: u64, track: &Track) -> Vec<Place> {
    let mut places = Vec::new();
    for (kind, traf) in boxes(moof) {
        if kind == *b"traf" {
            // What cannot be read of one is not there.
            let _ = run(traf, begin, track, &mut places);
        }
    }
    places
}

fn run(traf: &[u8], begin: u64, track: &Track, places: &mut Vec<Place>) -> Option<()> {
    let head = find(traf, &[b"tfhd"])?;
    if u32_at(head, 4)? != track.id {
        return None;
    }
    let flags = u32_at(head, 0)?;
    let mut at = 8;
    let mut base = begin;
    if flags & 1 != 0 {
        base = u64_at(head, at)?;
        at += 8;
    }
    at += if flags & 2 != 0 { 4 } else { 0 };
    at += if flags & 8 != 0 { 4 } else { 0 };
    let usual = match flags & 0x10 {
        0 => track.usual_bytes,
        _ => u32_at(head, at)?,
    };
    let mut place = base;
    for (kind, trun) in boxes(traf) {
        if kind != *b"trun" {
            continue;
        }
        let (flags, count) = (u32_at(trun, 0)?, u32_at(trun, 4)?);
        let mut at = 8;
        if flags & 1 != 0 {
            let offset = u32_at(trun, at)?.cast_signed();
            place = base.checked_add_signed(offset.into())?;
            at += 4;
        }
        at += if flags & 4 != 0 { 4 } else { 0 };
        let before = if flags & 0x100 != 0 { 4 } else { 0 };
        let is_listed = flags & 0x200 != 0;
        let fields = (flags >> 8 & 15).count_ones() as usize * 4;
        if !is_listed && usual == 0 {
            // Any number of them takes no byte.
            continue;
        }
        for sample in 0..count as usize {
            if places.len() >= MOST {
                return None;
            }
            let bytes = match is_listed {
                true => u32_at(trun, at + sample * fields + before)?,
                false => usual,
            };
            places.push(Place { at: place, bytes });
            place = place.saturating_add(bytes.into());
        }
    }
    Some(())
}
