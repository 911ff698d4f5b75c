//! Going through recordings once more: the pieces of them in which certain packets began.

use std::collections::{BTreeSet, VecDeque};

use crate::store::{GRANULE, Place};

/// Pieces nearer to each other than this, in granules, are read as one.
const GAP: u32 = 4;
/// A piece begins so much before its first packet: the place of one in fragments is that vague
/// (see `ts::Frame`), and a reader needs a few cells to find the row of them.
const LEAD: u64 = 16 << 10;
/// A packet has ended so much after it began, among the cells of other programmes.
const TAIL: u64 = 512 << 10;

/// A piece of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) recording: u32,
    /// First byte.
    pub(crate) begin: u64,
    /// Where its last packet began, at the latest.
    pub(crate) last: u64,
    /// Where to stop reading.
    pub(crate) end: u64,
}

/// The pieces that hold packets which began in these places. A recording that can only be read from
/// its beginning is named by `from_start`.
pub(crate) fn pieces<'a>(
    places: impl Iterator<Item = &'a Place>,
    from_start: impl Fn(u32) -> bool,
) -> VecDeque<Piece> {
    let places: BTreeSet<Place> = places.copied().collect();
    let mut pieces: VecDeque<Piece> = VecDeque::new();
    for place in places {
        let begin = u64::from(place.granule) * GRANULE;
        let last = begin + GRANULE;
        let near = |piece: &Piece| {
            piece.recording == place.recording && begin <= piece.last + u64::from(GAP) * GRANULE
        };
        match pieces.back_mut() {
            Some(piece)
                if near(piece)
                    || from_start(place.recording) && piece.recording == place.recording =>
            {
                piece.last = last;
                piece.end = last + TAIL;
            }
            _ => pieces.push_back(Piece {
                recording: place.recording,
                begin: match from_start(place.recording) {
                    true => 0,
                    false => begin.saturating_sub(LEAD),
                },
                last,
                end: last + TAIL,
            }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_places_are_read_as_one_piece() {
        let at = |recording, granule| Place { recording, granule };
        let places = [at(0, 9), at(0, 3), at(0, 4), at(1, 4), at(0, 100)];
        let found = pieces(places.iter(), |_| false);
        let spans: Vec<_> = found
            .iter()
            .map(|p| (p.recording, p.begin, p.last))
            .collect();
        let g = GRANULE;
        let expected = [
            (0, 3 * g - LEAD, 10 * g),
            (0, 100 * g - LEAD, 101 * g),
            (1, 4 * g - LEAD, 5 * g),
        ];
        assert_eq!(spans, expected);
    }
}
