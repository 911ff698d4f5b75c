//! Which symbols of a block have come, and when it is worth trying to decode.

use std::collections::BTreeMap;

use crate::run::ESI_END;
use crate::{Block, Error};

/// Repair symbols kept beyond K, and symbols given to a decoder beyond K. With a handful more than
/// K a decode fails less than once in 10^10 (RFC 6330 needs K + 2 for 10^-6); with 64 more it only
/// fails for forged ones.
pub const SPARE_SYMBOLS: u32 = 64;

/// Symbols beyond K with which a block is decoded by additions alone (RFC 6330 §5.3.3.3: the H rows
/// of half-distance parity checks are the only ones over GF(256), and H is at most 18). With ten
/// more than H the rows over GF(2) do without them but for one time in a thousand.
const EASY_SYMBOLS: u32 = 28;

/// The first byte of the saved form.
const STATE_VERSION: u8 = 1;

/// What became of a symbol given to [`BlockState::insert`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// The first of its ESI: store it.
    New,
    /// It is here already.
    Duplicate,
    /// A repair symbol beyond the K + 64 that are kept, or an ESI that cannot be: do not store it.
    Surplus,
}

/// Which ESIs of one block are stored, kept small: a bit for each source symbol, and 64 repair
/// symbols to a word. The symbols themselves lie with the caller.
///
/// Decoding is tried at K symbols, and after the n-th failure not before 2^n further ones, so that
/// all the tries for a block cost a small multiple of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockState {
    symbols: u32,
    source: Vec<u64>,
    source_count: u32,
    repair: BTreeMap<u32, u64>,
    repair_count: u32,
    failures: u8,
    next_try: u32,
}

impl BlockState {
    /// Nothing has come yet.
    #[must_use]
    pub fn new(block: &Block) -> Self {
        let symbols = block.symbols();
        Self {
            symbols,
            source: vec![0; symbols.div_ceil(64) as usize],
            source_count: 0,
            repair: BTreeMap::new(),
            repair_count: 0,
            failures: 0,
            next_try: symbols,
        }
    }

    /// K: the number of source symbols.
    #[must_use]
    pub fn source_symbols(&self) -> u32 {
        self.symbols
    }

    /// How many different symbols are stored.
    #[must_use]
    pub fn distinct(&self) -> u32 {
        self.source_count + self.repair_count
    }

    /// How many more symbols it takes until a decode is worth trying; 0 when [`Self::ready`].
    #[must_use]
    pub fn missing(&self) -> u32 {
        if self.has_all_source() {
            return 0;
        }
        self.next_try.saturating_sub(self.distinct())
    }

    /// Whether the symbol with this ESI is stored.
    #[must_use]
    pub fn contains(&self, esi: u32) -> bool {
        match esi.checked_sub(self.symbols) {
            None => self.source[esi as usize / 64] & bit(esi) != 0,
            Some(r) => self.repair.get(&(r / 64)).is_some_and(|w| w & bit(r) != 0),
        }
    }

    /// Whether all source symbols are stored: the block is a copy of them, no decoding is needed.
    #[must_use]
    pub fn has_all_source(&self) -> bool {
        self.source_count == self.symbols
    }

    /// Whether to decode (or copy) now.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.missing() == 0
    }

    /// Whether decoding takes additions only, or a copy. It is half of the work, and less than that
    /// where multiplications are slow; who knows that the symbols will come waits for them.
    #[must_use]
    pub fn is_easy(&self) -> bool {
        self.ready() && (self.has_all_source() || self.distinct() >= self.symbols + EASY_SYMBOLS)
    }

    /// Whether decoding failed though K + 64 symbols were there: some are forged. It is time to
    /// begin anew with listed runs only.
    #[must_use]
    pub fn is_suspect(&self) -> bool {
        // The last try was at `next_try` less the wait for the next one.
        let tried_at = self.next_try.saturating_sub(1 << self.failures);
        self.failures > 0 && tried_at >= self.symbols + SPARE_SYMBOLS
    }

    /// The source symbols that are stored, in order.
    pub fn iter_source(&self) -> impl Iterator<Item = u32> {
        bits(self.source.iter().zip(0u32..).map(|(&word, i)| (i, word)))
    }

    /// The repair symbols that are stored, by their ESIs, in order.
    pub fn iter_repair(&self) -> impl Iterator<Item = u32> {
        bits(self.repair.iter().map(|(&i, &word)| (i, word))).map(|r| r + self.symbols)
    }

    /// Notes that a symbol has come. Only [`Arrival::New`] ones are to be stored.
    pub fn insert(&mut self, esi: u32) -> Arrival {
        let Some(r) = esi.checked_sub(self.symbols) else {
            let word = &mut self.source[esi as usize / 64];
            if *word & bit(esi) != 0 {
                return Arrival::Duplicate;
            }
            *word |= bit(esi);
            self.source_count += 1;
            return Arrival::New;
        };
        if self.contains(esi) {
            return Arrival::Duplicate;
        }
        if esi >= ESI_END || self.repair_count >= self.symbols + SPARE_SYMBOLS {
            return Arrival::Surplus;
        }
        *self.repair.entry(r / 64).or_default() |= bit(r);
        self.repair_count += 1;
        Arrival::New
    }

    /// Notes that a decode gave nothing: the next try is 2, then 4, 8 … symbols away.
    pub fn failed(&mut self) {
        self.failures = (self.failures + 1).min(20);
        self.next_try = self.distinct() + (1 << self.failures);
    }

    /// The saved form, appended to `out`: a few bytes and one bit for each source symbol, and
    /// 12 bytes for each 64 repair symbols that came together.
    pub fn to_bytes(&self, out: &mut Vec<u8>) {
        out.push(STATE_VERSION);
        out.push(self.failures);
        out.extend_from_slice(&self.symbols.to_be_bytes());
        out.extend_from_slice(&self.next_try.to_be_bytes());
        for word in &self.source {
            out.extend_from_slice(&word.to_be_bytes());
        }
        for (index, word) in &self.repair {
            out.extend_from_slice(&index.to_be_bytes());
            out.extend_from_slice(&word.to_be_bytes());
        }
    }

    /// Reads the saved form of this block's state.
    ///
    /// # Errors
    ///
    /// [`Error::State`] for everything that [`Self::to_bytes`] would not have written.
    pub fn from_bytes(block: &Block, bytes: &[u8]) -> Result<Self, Error> {
        let cut = Error::State("it is cut off");
        let mut rest = bytes;
        let [version, failures] = *field(&mut rest).ok_or(cut)?;
        let symbols = u32::from_be_bytes(*field(&mut rest).ok_or(cut)?);
        let next_try = u32::from_be_bytes(*field(&mut rest).ok_or(cut)?);
        if version != STATE_VERSION {
            return Err(Error::State("it is of another version"));
        }
        if symbols != block.symbols() {
            return Err(Error::State("it is of another block"));
        }
        let mut state = Self::new(block);
        for word in &mut state.source {
            *word = u64::from_be_bytes(*field(&mut rest).ok_or(cut)?);
            state.source_count += word.count_ones();
        }
        let past_end = match symbols % 64 {
            0 => 0,
            used => !0 << used,
        };
        if state.source.last().is_some_and(|word| word & past_end != 0) {
            return Err(Error::State("it has source symbols past the end"));
        }
        let mut after = 0;
        while !rest.is_empty() {
            let index = u32::from_be_bytes(*field(&mut rest).ok_or(cut)?);
            let word = u64::from_be_bytes(*field(&mut rest).ok_or(cut)?);
            if word == 0 || index < after || index >= ESI_END / 64 {
                return Err(Error::State("its repair symbols are out of order"));
            }
            if symbols + index * 64 + (63 - word.leading_zeros()) >= ESI_END {
                return Err(Error::State("it has repair symbols past 2^24"));
            }
            after = index + 1;
            state.repair_count += word.count_ones();
            if state.repair_count > symbols + SPARE_SYMBOLS {
                return Err(Error::State("it has too many repair symbols"));
            }
            state.repair.insert(index, word);
        }
        let latest = state.distinct()
            + if failures > 0 {
                1 << failures.min(20)
            } else {
                0
            };
        let plain = failures == 0 && next_try == symbols;
        let tried = (1..=20).contains(&failures) && (symbols..=latest).contains(&next_try);
        if !plain && !tried {
            return Err(Error::State("its next try is out of range"));
        }
        (state.failures, state.next_try) = (failures, next_try);
        Ok(state)
    }
}

fn bit(index: u32) -> u64 {
    1 << (index % 64)
}

fn bits(words: impl Iterator<Item = (u32, u64)>) -> impl Iterator<Item = u32> {
    words.flat_map(|(index, word)| {
        let set = (0..64).filter(move |b| word >> b & 1 != 0);
        set.map(move |b| index * 64 + b)
    })
}

fn field<'a, const N: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    let (field, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(field)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Oti;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn block(symbols: u32) -> Block {
        let oti = Oti::new(u64::from(symbols) * 8, 8, 1).unwrap();
        oti.block(0).unwrap()
    }

    #[test]
    fn tries_get_rarer() {
        let mut state = BlockState::new(&block(100));
        let mut tries = Vec::new();
        for esi in 1000..1100 + SPARE_SYMBOLS + 50 {
            state.insert(esi);
            if state.ready() {
                tries.push(state.distinct());
                state.failed();
                assert!(!state.ready());
                assert_eq!(state.is_suspect(), state.distinct() >= 164);
            }
        }
        assert_eq!(tries, [100, 102, 106, 114, 130, 162]);
        assert_eq!(state.insert(5000), Arrival::Surplus);
        assert_eq!(state.insert(1000), Arrival::Duplicate);
        assert_eq!(state.insert(ESI_END), Arrival::Surplus);
        assert_eq!(state.insert(u32::MAX), Arrival::Surplus);
        assert_eq!(state.insert(0), Arrival::New);
    }

    #[test]
    fn all_source_is_ready_whatever_failed() {
        let mut state = BlockState::new(&block(65));
        (0..64).for_each(|esi| assert_eq!(state.insert(esi), Arrival::New));
        state.insert(70);
        state.failed();
        assert!(!state.ready() && !state.has_all_source());
        state.insert(64);
        assert!(state.ready() && state.has_all_source());
    }

    #[test]
    fn easy_is_a_copy_or_some_more_than_k() {
        let mut state = BlockState::new(&block(65));
        (1..65 + EASY_SYMBOLS).for_each(|esi| assert_eq!(state.insert(esi), Arrival::New));
        assert!(state.ready() && !state.is_easy());
        state.insert(1_000);
        assert!(state.is_easy());
        let mut all = BlockState::new(&block(65));
        (0..65).for_each(|esi| assert_eq!(all.insert(esi), Arrival::New));
        assert!(all.is_easy());
    }

    proptest! {
        #[test]
        fn agrees_with_a_set_and_survives_saving(
            symbols in 1u32..300,
            esis in prop::collection::vec(prop_oneof![0u32..400, 0u32..1 << 24], 0..600),
            tries in 0u8..5,
        ) {
            let block = block(symbols);
            let mut state = BlockState::new(&block);
            let mut set = BTreeSet::new();
            for esi in esis {
                match state.insert(esi) {
                    Arrival::New => prop_assert!(set.insert(esi)),
                    Arrival::Duplicate => prop_assert!(set.contains(&esi)),
                    Arrival::Surplus => prop_assert!(!set.contains(&esi)),
                }
                prop_assert_eq!(state.contains(esi), set.contains(&esi));
            }
            prop_assert_eq!(state.distinct() as usize, set.len());
            let listed: Vec<u32> = state.iter_source().chain(state.iter_repair()).collect();
            prop_assert!(listed.iter().eq(set.iter()));
            if state.ready() {
                (0..tries).for_each(|_| state.failed());
            }
            let mut saved = Vec::new();
            state.to_bytes(&mut saved);
            let _ = state.is_suspect();
            prop_assert_eq!(BlockState::from_bytes(&block, &saved), Ok(state));
        }

        #[test]
        fn saved_states_are_canonical(
            symbols in 1u32..130,
            noise in prop::collection::vec(any::<u8>(), 0..80),
        ) {
            let block = block(symbols);
            let mut bytes = vec![STATE_VERSION, 0];
            bytes.extend(symbols.to_be_bytes());
            bytes.extend(symbols.to_be_bytes());
            bytes.extend(noise);
            if let Ok(state) = BlockState::from_bytes(&block, &bytes) {
                let _ = state.is_suspect();
                let mut again = Vec::new();
                state.to_bytes(&mut again);
                prop_assert_eq!(bytes, again);
            }
        }
    }
}
