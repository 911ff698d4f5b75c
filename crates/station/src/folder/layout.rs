//! Which file of a folder holds what: a function of what is signed, and of nothing else.

use edition::{ObjectHash, Transport};
use file::OVERHEAD_BYTES;
use fountain::{MAX_PACKET_BYTES, Oti, RUN_HEADER_BYTES};

use crate::error::Error;
use crate::transport::oti;

/// The file with the heads.
pub const INDEX: &str = "index.bin";
/// Ending of all files: what every server sends as bytes, and what says nothing.
const ENDING: &str = ".bin";
/// Bytes of symbols of a piece, at most.
const PIECE_BYTES: u32 = 4 << 20;

/// A file of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its name in the folder, with `/`.
    pub name: String,
    /// The object's first symbol in it, counted over all blocks.
    pub first: u32,
    /// One past the last.
    pub end: u32,
}

/// The file with head, manifest and indexes of an edition.
pub fn opening(manifest: &ObjectHash) -> String {
    name(manifest, "")
}

/// The files of an object.
pub fn pieces(hash: &ObjectHash, transport: &Transport) -> Result<Vec<Piece>, Error> {
    let oti = oti(transport)?;
    let (all, step) = (
        oti.total_symbols(),
        PIECE_BYTES / u32::from(oti.symbol_size()),
    );
    let piece = |first: u32| Piece {
        name: match all <= step {
            true => name(hash, ""),
            false => name(hash, &format!("-{}", first / step)),
        },
        first,
        end: all.min(first.saturating_add(step)),
    };
    Ok((0..all).step_by(step as usize).map(piece).collect())
}

/// Whether a file of such a name, in a folder of such a name, belongs to the layout, be it half
/// written; the object or the manifest that it is named by.
pub(crate) fn is_ours(folder: &str, file: &str) -> Option<ObjectHash> {
    let file = file.strip_suffix(".new").unwrap_or(file);
    let stem = file.strip_suffix(ENDING)?;
    let (hex, number) = stem.split_once('-').unwrap_or((stem, "0"));
    let is_number = number.len() <= 7 && number.bytes().all(|b| b.is_ascii_digit());
    let is_lower = !hex.bytes().any(|b| b.is_ascii_uppercase());
    let hash = crate::public::parse_hex(hex).filter(|_| is_number && is_lower)?;
    (folder.len() == 2 && hex.starts_with(folder)).then_some(ObjectHash(hash))
}

fn name(hash: &ObjectHash, number: &str) -> String {
    let hex = hash.to_string();
    format!("{}/{hex}{number}{ENDING}", &hex[..2])
}

/// The runs of a piece, in order: SBN, first ESI, count. None straddles a block.
pub(super) fn runs(oti: &Oti, piece: &Piece) -> impl Iterator<Item = (u8, u32, u32)> {
    let fit = (MAX_PACKET_BYTES - RUN_HEADER_BYTES) / usize::from(oti.symbol_size());
    let fit = (fit as u32).max(1);
    let size = u64::from(oti.symbol_size());
    let (first, end) = (piece.first, piece.end);
    let blocks: Vec<_> = oti.iter_blocks().collect();
    blocks.into_iter().flat_map(move |block| {
        let start = (block.offset() / size) as u32;
        let here = first.max(start)..end.min(start + block.symbols());
        let (from, to) = (here.start, here.end.max(here.start));
        (from..to)
            .step_by(fit as usize)
            .map(move |at| (block.sbn(), at - start, fit.min(to - at)))
    })
}

/// Bytes from the first run with a symbol that `is_missing` to the end of the piece's file; `None` if
/// there is no such run. All that stands before the runs has no part in it.
pub(super) fn tail(
    oti: &Oti,
    piece: &Piece,
    mut is_missing: impl FnMut(u8, u32) -> bool,
) -> Option<u64> {
    let record = |count: u32| {
        let symbols = u64::from(count) * u64::from(oti.symbol_size());
        (OVERHEAD_BYTES + RUN_HEADER_BYTES) as u64 + symbols
    };
    let wanted = runs(oti, piece)
        .skip_while(|(sbn, esi, count)| !(*esi..esi + count).any(|esi| is_missing(*sbn, esi)));
    Some(wanted.map(|(_, _, count)| record(count)).sum()).filter(|bytes| *bytes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_what_is_signed_and_are_told_from_others() {
        let hash = ObjectHash([0xab; 32]);
        let hex = "ab".repeat(32);
        let of = |size, blocks| {
            let transport = Transport {
                size,
                symbol: 1_256,
                blocks,
            };
            pieces(&hash, &transport).unwrap()
        };
        assert_eq!(of(100_000, 1)[0].name, format!("ab/{hex}.bin"));
        let film = of(50_000_000, 3);
        assert_eq!(film.len(), 12);
        assert_eq!(film[11].name, format!("ab/{hex}-11.bin"));
        assert!(film.windows(2).all(|pair| pair[0].end == pair[1].first));
        for name in [
            format!("{hex}.bin"),
            format!("{hex}-11.bin"),
            format!("{hex}-0.bin.new"),
        ] {
            assert_eq!(is_ours("ab", &name), Some(hash));
            assert_eq!(is_ours("ac", &name), None);
        }
        for name in [
            "index.html",
            "ab.bin",
            &format!("{hex}-x.bin"),
            &format!("{hex}.txt"),
        ] {
            assert_eq!(is_ours("ab", name), None);
        }
    }

    #[test]
    fn runs_cover_a_piece_and_tails_are_exact() {
        let transport = Transport {
            size: 50_000_000,
            symbol: 1_256,
            blocks: 3,
        };
        let oti = oti(&transport).unwrap();
        let pieces = pieces(&ObjectHash([1; 32]), &transport).unwrap();
        let all: u32 = pieces
            .iter()
            .flat_map(|piece| runs(&oti, piece))
            .map(|(_, _, count)| count)
            .sum();
        assert_eq!(all, oti.total_symbols());
        let record = 8 + 13 + 1_256;
        let count = u64::from(pieces[3].end - pieces[3].first);
        assert_eq!(tail(&oti, &pieces[3], |_, _| true), Some(count * record));
        assert_eq!(tail(&oti, &pieces[3], |_, _| false), None);
        // The fourth piece straddles the end of the first block.
        let straddled = tail(&oti, &pieces[3], |sbn, esi| sbn == 1 && esi >= 5);
        let start = (oti.block(1).unwrap().offset() / 1_256) as u32;
        let left = u64::from(pieces[3].end - start - 5);
        assert_eq!(straddled, Some(left * record));
    }
}
