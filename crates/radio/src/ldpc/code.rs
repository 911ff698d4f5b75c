//! A code: a lifted base graph, shortened and punctured to the lengths asked for.

use core::ops::Range;

use super::graph::{CORE_ROWS, PUNCTURED_COLUMNS, set_index};
use super::{BaseGraph, Error};

/// A code of TS 38.212 §5.3.2: so many information bits, so many coded bits.
///
/// The information is followed by filler bits, zeros that are not sent, up to the graph's columns;
/// the coded bits are the information from bit 2·Z on and then as much parity as there is room for
/// (§5.4.2.1 with redundancy version 0).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    lifting: usize,
    info_columns: usize,
    info_bits: usize,
    coded_bits: usize,
    /// The rows that take part, in the base graph's order, without the columns of fillers only.
    rows: Vec<Vec<Edge>>,
}

/// One circulant: check z of the row looks at bit (z + shift) mod Z of the column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) column: usize,
    pub(super) shift: usize,
}

impl Code {
    /// The code of `graph` lifted by `lifting` (Z) that sends `info_bits` as `coded_bits`.
    ///
    /// # Errors
    ///
    /// If `lifting` is not in TS 38.212 table 5.3.2-1; if there are no information bits or more
    /// than Kb · Z; if there are fewer coded bits than information bits, or more than the circular
    /// buffer holds besides fillers: nothing is sent twice.
    pub fn new(
        graph: BaseGraph,
        lifting: u16,
        info_bits: usize,
        coded_bits: usize,
    ) -> Result<Self, Error> {
        let set = set_index(lifting).ok_or(Error::Lifting { lifting })?;
        let z = usize::from(lifting);
        let info_columns = graph.info_columns();
        let most = info_columns * z;
        if info_bits == 0 || info_bits > most {
            return Err(Error::InfoBits { info_bits, most });
        }
        let systematic = info_bits.saturating_sub(PUNCTURED_COLUMNS * z);
        let most = systematic + graph.rows() * z;
        if coded_bits < info_bits || coded_bits > most {
            return Err(Error::CodedBits {
                coded_bits,
                least: info_bits,
                most,
            });
        }
        // A later row whose own parity column is not sent says nothing about the others.
        let rows = CORE_ROWS.max((coded_bits - systematic).div_ceil(z));
        let fillers = info_bits.div_ceil(z)..info_columns;
        let mut lifted = vec![Vec::new(); rows];
        for &(row, column, shifts) in graph.entries() {
            let (row, column) = (usize::from(row), usize::from(column));
            if row < rows && !fillers.contains(&column) {
                let shift = usize::from(shifts[set]) % z;
                lifted[row].push(Edge { column, shift });
            }
        }
        Ok(Self {
            lifting: z,
            info_columns,
            info_bits,
            coded_bits,
            rows: lifted,
        })
    }

    /// The number of information bits.
    #[must_use]
    pub fn info_bits(&self) -> usize {
        self.info_bits
    }

    /// The length of the information in bytes: ⌈bits / 8⌉.
    #[must_use]
    pub fn info_bytes(&self) -> usize {
        self.info_bits.div_ceil(8)
    }

    /// The number of coded bits.
    #[must_use]
    pub fn coded_bits(&self) -> usize {
        self.coded_bits
    }

    /// Z.
    pub(super) fn lifting(&self) -> usize {
        self.lifting
    }

    /// The rows that take part.
    pub(super) fn rows(&self) -> &[Vec<Edge>] {
        &self.rows
    }

    /// The length of a word: information, fillers and the parity of the rows that take part.
    pub(super) fn word_bits(&self) -> usize {
        (self.info_columns + self.rows.len()) * self.lifting
    }

    /// Where a word's filler bits are.
    pub(super) fn fillers(&self) -> Range<usize> {
        self.info_bits..self.info_columns * self.lifting
    }

    /// Where in a word the coded bits come from: information, then parity.
    pub(super) fn sent(&self) -> [Range<usize>; 2] {
        let from = (PUNCTURED_COLUMNS * self.lifting).min(self.info_bits);
        let parity = self.info_columns * self.lifting;
        let parity_bits = self.coded_bits - (self.info_bits - from);
        [from..self.info_bits, parity..parity + parity_bits]
    }

    /// Encodes `info`, packed with the first bit on top of the first byte; bits of the last byte
    /// beyond the code's information are ignored. `coded` becomes the coded bits, one a byte, 0
    /// or 1.
    ///
    /// # Errors
    ///
    /// If `info` is not [`info_bytes`](Self::info_bytes) long.
    pub fn encode(&self, info: &[u8], coded: &mut Vec<u8>) -> Result<(), Error> {
        if info.len() != self.info_bytes() {
            return Err(Error::InfoBytes {
                found: info.len(),
                expected: self.info_bytes(),
            });
        }
        // The whole word first, in the caller's memory.
        coded.clear();
        coded.extend((0..self.info_bits).map(|at| info[at / 8] >> (7 - at % 8) & 1));
        coded.resize(self.word_bits(), 0);
        self.solve_core(coded);
        self.solve_rest(coded);

        let [info, parity] = self.sent();
        let systematic = info.len();
        coded.copy_within(info, 0);
        coded.copy_within(parity, systematic);
        coded.truncate(self.coded_bits);
        Ok(())
    }

    /// The parity of the core rows. Their sum leaves one circulant of the first core column, for
    /// two of its three are alike and the other columns are a dual diagonal; then each row gives
    /// the next column.
    fn solve_core(&self, word: &mut [u8]) {
        let z = self.lifting;
        let (info, parity) = word.split_at_mut(self.info_columns * z);
        let mut sums = vec![0; CORE_ROWS * z];
        let mut total = vec![0; z];
        for (row, sum) in self.rows.iter().zip(sums.chunks_exact_mut(z)) {
            for edge in row.iter().filter(|edge| edge.column < self.info_columns) {
                add_rotated(sum, &info[edge.column * z..][..z], edge.shift);
            }
            add_rotated(&mut total, sum, 0);
        }
        let first = |row: &[Edge]| {
            row.iter()
                .find(|edge| edge.column == self.info_columns)
                .map(|edge| edge.shift)
        };
        let shifts = || self.rows[..CORE_ROWS].iter().filter_map(|row| first(row));
        let odd = shifts()
            .find(|&shift| shifts().filter(|&other| other == shift).count() == 1)
            .unwrap_or(0);
        let (known, mut rest) = parity.split_at_mut(z);
        add_rotated(known, &total, (z - odd) % z);
        for (row, sum) in self.rows[..CORE_ROWS - 1]
            .iter()
            .zip(sums.chunks_exact_mut(z))
        {
            if let Some(shift) = first(row) {
                add_rotated(sum, known, shift);
            }
            let (next, later) = rest.split_at_mut(z);
            next.copy_from_slice(sum);
            rest = later;
        }
        // Rows 1 and 2 have the column before theirs too.
        for column in 2..CORE_ROWS {
            let (before, next) = parity.split_at_mut(column * z);
            add_rotated(&mut next[..z], &before[(column - 1) * z..], 0);
        }
    }

    /// The parity of the later rows: each is the sum of its row's other columns.
    fn solve_rest(&self, word: &mut [u8]) {
        let z = self.lifting;
        for (row, edges) in self.rows.iter().enumerate().skip(CORE_ROWS) {
            let own = self.info_columns + row;
            let (before, parity) = word.split_at_mut(own * z);
            for edge in edges.iter().filter(|edge| edge.column < own) {
                add_rotated(
                    &mut parity[..z],
                    &before[edge.column * z..][..z],
                    edge.shift,
                );
            }
        }
    }
}

/// Adds bit (z + shift) mod Z of `column` to bit z of `sum`, for all Z.
fn add_rotated(sum: &mut [u8], column: &[u8], shift: usize) {
    let (start, end) = column.split_at(shift);
    for (sum, bit) in sum.iter_mut().zip(end.iter().chain(start)) {
        *sum ^= bit;
    }
}
