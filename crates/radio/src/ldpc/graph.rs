//! The base graphs and what lifting makes of them (TS 38.212 §5.3.2).

use super::{bg1, bg2};

/// A circulant of a base graph: row i, column j and V_i,j for the sets of lifting sizes 0 to 7.
pub(super) type Entry = (u8, u8, [u16; 8]);

/// The rows of the core, in which the first parity columns are solved together; every later row
/// has a parity column of its own.
pub(super) const CORE_ROWS: usize = 4;

/// The first columns, of information that is never sent.
pub(super) const PUNCTURED_COLUMNS: usize = 2;

/// The odd factors of the lifting sizes, by set index (TS 38.212 table 5.3.2-1); the first set is
/// the powers of two from 2.
const ODD_FACTORS: [u16; 8] = [1, 3, 5, 7, 9, 11, 13, 15];

/// The largest lifting size (TS 38.212 table 5.3.2-1).
const MAX_LIFTING: u16 = 384;

/// One of the two base graphs of TS 38.212.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BaseGraph {
    /// 22 columns of information, 46 rows: for long blocks and rates from 1/3.
    One,
    /// 10 columns of information, 42 rows: for short blocks and rates from 1/5.
    Two,
}

impl BaseGraph {
    /// Kb: the number of columns of information.
    #[must_use]
    pub fn info_columns(self) -> usize {
        match self {
            Self::One => 22,
            Self::Two => 10,
        }
    }

    /// The number of rows, which is the number of parity columns too.
    #[must_use]
    pub fn rows(self) -> usize {
        match self {
            Self::One => 46,
            Self::Two => 42,
        }
    }

    /// The circulants, by row and column.
    pub(super) fn entries(self) -> &'static [Entry] {
        match self {
            Self::One => &bg1::ENTRIES,
            Self::Two => &bg2::ENTRIES,
        }
    }
}

/// The index i_LS of the set that `lifting` is in (TS 38.212 table 5.3.2-1); `None` if it is not a
/// lifting size.
pub(super) fn set_index(lifting: u16) -> Option<usize> {
    if !(2..=MAX_LIFTING).contains(&lifting) {
        return None;
    }
    let odd = lifting >> lifting.trailing_zeros();
    ODD_FACTORS.iter().position(|&factor| factor == odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the encoder and the decoder rely on, in every row of both tables.
    #[test]
    fn tables_have_the_standards_structure() {
        for (graph, count) in [(BaseGraph::One, 316), (BaseGraph::Two, 197)] {
            let (entries, kb) = (graph.entries(), graph.info_columns());
            assert_eq!(entries.len(), count);
            assert!(entries.is_sorted_by(|a, b| (a.0, a.1) < (b.0, b.1)));
            for row in 0..graph.rows() {
                let columns = |from: usize, to: usize| {
                    entries
                        .iter()
                        .filter(move |e| usize::from(e.0) == row)
                        .filter(move |e| (from..to).contains(&usize::from(e.1)))
                };
                let core: Vec<usize> = columns(kb + 1, kb + CORE_ROWS)
                    .map(|e| usize::from(e.1) - kb)
                    .collect();
                let own: Vec<usize> = columns(kb + CORE_ROWS, usize::MAX)
                    .map(|e| usize::from(e.1) - kb)
                    .collect();
                assert!(row < CORE_ROWS || columns(kb + row, kb + row + 1).all(|e| e.2 == [0; 8]));
                match row {
                    0 => assert_eq!((core, own), (vec![1], vec![])),
                    1 | 2 => assert_eq!((core, own), (vec![row, row + 1], vec![])),
                    3 => assert_eq!((core, own), (vec![3], vec![])),
                    _ => assert_eq!(own, [row]),
                }
                if row < CORE_ROWS {
                    assert!(columns(kb + 1, kb + CORE_ROWS).all(|e| e.2 == [0; 8]));
                }
            }
            // The first core column: three circulants, of which two cancel in the rows' sum.
            for set in 0..8 {
                let mut shifts: Vec<u16> = entries
                    .iter()
                    .filter(|e| usize::from(e.0) < CORE_ROWS && usize::from(e.1) == kb)
                    .map(|e| e.2[set])
                    .collect();
                shifts.sort_unstable();
                assert_eq!(shifts.len(), 3);
                assert!((shifts[0] == shifts[1]) != (shifts[1] == shifts[2]));
            }
        }
    }

    #[test]
    fn lifting_sizes_are_the_standards() {
        let sizes: Vec<u16> = (0..=1000).filter(|&z| set_index(z).is_some()).collect();
        assert_eq!(sizes.len(), 51);
        assert_eq!(set_index(384), Some(1));
        assert_eq!(set_index(2), Some(0));
        assert_eq!(set_index(208), Some(6));
        assert_eq!(set_index(400), None);
        assert_eq!(set_index(17), None);
        assert_eq!(set_index(1), None);
    }
}
