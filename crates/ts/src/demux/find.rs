//! Where a row of cells or a program stream begins in bytes that can be anything.

use super::program;
use crate::cell::{CELL_BYTES, SYNC};

/// Strides of cells: bare; with four bytes of time before (M2TS); with 16 of parity after (EN 300
/// 421 clause 4.4.2).
const STRIDES: [usize; 3] = [188, 192, 204];
/// A cell is believed when so many follow at one stride.
const FOLLOWERS: usize = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Cells { stride: usize },
    Pack,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Search {
    Found {
        at: usize,
        what: Found,
    },
    /// Nothing before `keep`; from there on it cannot be told yet.
    More {
        keep: usize,
    },
}

/// The first beginning in `data`. At the `end` of the input less evidence does.
pub(super) fn find(data: &[u8], end: bool) -> Search {
    let cells = find_cells(data, end);
    // No further than cells were found: what lies behind is for later.
    let limit = match cells {
        Search::Found { at, .. } => at,
        Search::More { keep } => keep,
    };
    let reach = data.len().min(limit + 3);
    for at in memchr::memmem::find_iter(&data[..reach], &program::PACK_START) {
        match program::begins(&data[at..]) {
            Some(true) => {
                return Search::Found {
                    at,
                    what: Found::Pack,
                };
            }
            None if !end => return Search::More { keep: at },
            _ => {}
        }
    }
    if let Search::More { keep } = cells
        && !end
    {
        // The beginning of a start code may be the last of what is here.
        return Search::More {
            keep: keep.min(data.len().saturating_sub(3)),
        };
    }
    cells
}

fn find_cells(data: &[u8], end: bool) -> Search {
    for at in memchr::memchr_iter(SYNC, data) {
        // Long rows of sync bytes are dismissed at once.
        if cell_at(data, at) == Some(false) {
            continue;
        }
        match stride_at(data, at, end) {
            Some(Some(stride)) => {
                return match first_of_run(data, at, stride, end) {
                    Some(at) => Search::Found {
                        at,
                        what: Found::Cells { stride },
                    },
                    None => Search::More { keep: at },
                };
            }
            Some(None) => {}
            None => return Search::More { keep: at },
        }
    }
    Search::More { keep: data.len() }
}

/// Cells that end with sync bytes seem to begin early: of the up to four sync bytes from `at` on, the
/// one whose headers go on best. `None` if that cannot be told yet.
fn first_of_run(data: &[u8], at: usize, stride: usize, end: bool) -> Option<usize> {
    let run = |place: &usize| data.get(*place) == Some(&SYNC);
    if !(at + 1..at + 4).any(|place| run(&place)) {
        return Some(at);
    }
    if data.len() < at + 3 + FOLLOWERS * stride + 4 && !end {
        return None;
    }
    (at..at + 4)
        .filter(run)
        .filter(|&place| stride_at(data, place, true).flatten() == Some(stride))
        // The first of equals.
        .min_by_key(|&place| std::cmp::Reverse(continuity(data, place, stride)))
}

/// How many cells of a row have the PID of the one before and the next counter.
fn continuity(data: &[u8], at: usize, stride: usize) -> usize {
    let header = |step: usize| {
        let cell = data.get(at + step * stride..at + step * stride + 4)?;
        Some(([cell[1] & 0x1F, cell[2]], cell[3] & 0x0F))
    };
    let follows = |step: &usize| match (header(*step), header(step + 1)) {
        (Some((pid, counter)), Some((next_pid, next))) => {
            pid == next_pid && next == (counter + 1) & 0x0F
        }
        _ => false,
    };
    (0..FOLLOWERS).filter(follows).count()
}

/// Of cells beginning at `at`: `Some(None)` if there are none, `None` if it cannot be told yet.
fn stride_at(data: &[u8], at: usize, end: bool) -> Option<Option<usize>> {
    let mut open = false;
    let mut best = (0, None);
    for stride in STRIDES {
        let (mut seen, mut wrong) = (0, false);
        for step in 0..=FOLLOWERS {
            match cell_at(data, at + step * stride) {
                Some(true) => seen += 1,
                Some(false) => wrong = true,
                None => {}
            }
        }
        if wrong {
            continue;
        }
        if seen == FOLLOWERS + 1 {
            return Some(Some(stride));
        }
        open = true;
        if seen > best.0 {
            best = (seen, Some(stride));
        }
    }
    if !open {
        return Some(None);
    }
    if !end {
        return None;
    }
    // The last cells of the input: two in a row, or one that ends with it.
    let fits = at + CELL_BYTES <= data.len();
    Some(
        best.1
            .filter(|_| fits && (best.0 >= 2 || at + CELL_BYTES == data.len())),
    )
}

/// Whether a cell can begin here: sync, and an adaptation_field_control that is not reserved. `None`
/// past the end.
fn cell_at(data: &[u8], at: usize) -> Option<bool> {
    let sync = *data.get(at)? == SYNC;
    Some(sync && data.get(at + 3).is_none_or(|byte| byte & 0x30 != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stride_is_found_behind_a_header() {
        for stride in STRIDES {
            let mut data = vec![0x47; 90];
            data.extend([0xAA; 100]);
            for _ in 0..5 {
                let mut cell = vec![0xEE; stride];
                cell[..4].copy_from_slice(&[0x47, 0, 0x20, 0x10]);
                data.extend(cell);
            }
            let found = Search::Found {
                at: 190,
                what: Found::Cells { stride },
            };
            assert_eq!(find(&data, false), found);
            assert_eq!(
                find(&data[..190 + 3 * stride], false),
                Search::More { keep: 190 }
            );
        }
    }

    #[test]
    fn cells_that_end_with_sync_bytes_are_found_where_they_begin() {
        let mut data = vec![0xEE, 0x47, 0x47, 0x47];
        for counter in 0..5 {
            let mut cell = vec![0x47; 188];
            cell[1..4].copy_from_slice(&[0x01, 0x10, 0x10 | counter]);
            data.extend(cell);
        }
        let found = Search::Found {
            at: 4,
            what: Found::Cells { stride: 188 },
        };
        assert_eq!(find(&data, false), found);
    }

    #[test]
    fn nothing_is_found_in_nothing() {
        assert_eq!(find(&[], true), Search::More { keep: 0 });
        assert_eq!(find(&[0x47; 5000], true), Search::More { keep: 5000 });
        assert_eq!(find(&[0; 5000], false), Search::More { keep: 4997 });
    }
}
