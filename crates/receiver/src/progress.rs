//! One source block on its way: what of it came, what was only counted, what stands in the store.

use std::ops::Range;

use fountain::{Block, BlockState};

/// How far a block has come.
#[derive(Debug)]
pub(crate) struct BlockProgress {
    pub(crate) block: Block,
    pub(crate) state: BlockState,
    pub(crate) stage: Stage,
    /// Bytes that came have been proven, and the store does not have them any more.
    pub(crate) has_holes: bool,
    /// What had been counted when the symbols were called back, until they are whole.
    pub(crate) counted: Option<Box<BlockState>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Symbols come and are kept.
    Coming,
    /// Symbols come and are only counted.
    Away,
    /// Its bytes stand in the part.
    Whole,
    /// Its bytes have been hashed, and the store may not have them any more.
    Spent,
}

impl BlockProgress {
    pub(crate) fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Whole | Stage::Spent)
    }

    pub(crate) fn range(&self) -> Range<u64> {
        self.block.offset()..self.block.offset() + u64::from(self.block.len())
    }

    /// Whether its symbols are counted, enough of them have come, and they are to be called back.
    pub(crate) fn is_ready(&self) -> bool {
        self.stage == Stage::Away && self.state.ready()
    }

    /// Whether to decode now. One that was called back waits for the symbols that make it easy, until
    /// [`crate::Receiver::settle`].
    pub(crate) fn is_time(&self) -> bool {
        self.state.ready() && (self.counted.is_none() || self.state.is_easy())
    }

    /// Whether the store has the bytes of all that has come.
    pub(crate) fn is_kept(&self) -> bool {
        matches!(self.stage, Stage::Coming | Stage::Whole) && !self.has_holes
    }

    /// Its bytes stand in the part.
    pub(crate) fn whole(&mut self) {
        self.stage = Stage::Whole;
        self.counted = None;
    }

    /// From now on symbols are only counted: those that came, before they were called back and
    /// since.
    pub(crate) fn let_go(&mut self) {
        self.stage = Stage::Away;
        self.has_holes = false;
        let Some(mut counted) = self.counted.take() else {
            return;
        };
        let since = self.state.iter_source().chain(self.state.iter_repair());
        since.for_each(|esi| {
            counted.insert(esi);
        });
        // A decode that failed with all of them is not tried again with the same.
        if counted.distinct() > self.state.distinct() {
            self.state = *counted;
        }
    }

    /// How many of these bytes of the object have come or been decoded, and are not only counted.
    pub(crate) fn present(&self, bytes: &Range<u64>) -> u64 {
        let block = self.range();
        let (begin, end) = (bytes.start.max(block.start), bytes.end.min(block.end));
        if begin >= end || self.stage == Stage::Away {
            return 0;
        }
        if self.is_done() {
            return end - begin;
        }
        let size = u64::from(self.block.symbol_size());
        let first = (begin - block.start) / size;
        let last = (end - 1 - block.start) / size;
        (first..=last)
            .filter(|esi| self.state.contains(*esi as u32))
            .map(|esi| {
                let at = block.start + esi * size;
                end.min(at + size) - begin.max(at)
            })
            .sum()
    }
}
