//! What goes into which file.

use std::ops::Range;

use edition::Tier;
use file::{HEADER_BYTES, OVERHEAD_BYTES};
use fountain::{Block, MAX_PACKET_BYTES, Oti, RUN_HEADER_BYTES, Slice};

use crate::error::Error;
use crate::send::cargo::{Cargo, Item};
use crate::send::file::deal::{Dealer, Order};
use crate::send::file::{SendFile, Spare};
use crate::send::progress::SentState;

/// Symbols above K that are needed of a block. With two RaptorQ fails about once in a million times
/// (RFC 6330 §1), and a receiver that has failed with K tries again with two more, not with one.
const ABOVE_K: u32 = 2;
/// Of a file's bytes what every file has (manifest, indexes, front, text) takes at most this part.
const COMMON: u64 = 4;
/// Files of a set, at most: names stay short, and so does the list of them.
pub(super) const MOST_FILES: u32 = 9_999;
/// Records between two heads, at most.
pub(super) const HEAD_RECORDS: u64 = 1_000;

/// What a list takes, and how many runs it names.
#[derive(Debug, Clone, Copy)]
pub(super) struct ListTerms {
    /// Bytes without its entries.
    pub(super) bytes: u64,
    /// Runs on it, at most.
    pub(super) runs: u64,
    /// Bytes of an entry.
    pub(super) entry: u64,
    /// Bytes of a head's packet.
    pub(super) head: u64,
    /// What a file takes besides, in bytes: a zip around it.
    pub(super) around: u64,
}

impl ListTerms {
    /// No lists at all.
    pub(super) const NONE: Self = Self {
        bytes: 0,
        runs: 1,
        entry: 0,
        head: 0,
        around: 0,
    };
}

/// Files and what is in them.
#[derive(Debug)]
pub(super) struct Plan {
    /// How many there are.
    pub(super) files: u32,
    /// Any so many of them are enough.
    pub(super) needed: u32,
    /// Objects whose source symbols are in every file, in order.
    pub(super) common: Vec<usize>,
    /// Objects of which every file has a part, in order.
    pub(super) spread: Vec<Spread>,
}

/// An object that is dealt out.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    /// Its place in the cargo.
    pub(super) item: usize,
    /// For each block the symbols that are needed, and the order in which they are made.
    pub(super) blocks: Vec<SpreadBlock>,
}

/// A block of such an object.
#[derive(Debug, Clone)]
pub(super) struct SpreadBlock {
    /// The block.
    pub(super) block: Block,
    /// Symbols that are needed.
    pub(super) symbols: u32,
    /// Source symbols among those that are made.
    source: u32,
    /// Repair symbols that were made before.
    sent: u64,
}

/// What a file gets of a block.
#[derive(Debug)]
pub(super) struct Dealt<'p> {
    /// The object's place in the cargo.
    pub(super) item: usize,
    /// The block.
    pub(super) of: &'p SpreadBlock,
    /// The file.
    pub(super) file: u32,
    /// First ESI and count of each run.
    pub(super) runs: Vec<(u32, u32)>,
}

impl SpreadBlock {
    /// The order of its symbols, of which `total` are made.
    pub(super) fn order(&self, slice: Slice, total: u64) -> Order {
        Order::new(&self.block, slice, self.source, self.sent, total)
    }
}

impl Plan {
    /// The files that `terms` ask for.
    pub(super) fn new(
        cargo: &Cargo,
        terms: &SendFile,
        slice: Slice,
        sent: &SentState,
        lists: impl Fn(u32) -> ListTerms,
    ) -> Result<Self, Error> {
        let whole = Self::whole(cargo, terms, sent);
        let Some(size) = terms.size else {
            return Ok(whole);
        };
        let bytes = whole.largest(cargo, slice, &lists(1))?;
        if bytes <= size {
            return Ok(whole);
        }
        let too_small = |least| Error::FilesTooSmall { size, least };
        let one = lists(MOST_FILES);
        // A file without anything in it, and a few runs.
        let least = one.around + HEADER_BYTES as u64 + 2 * one.head + one.bytes + 16_384;
        if size < least {
            return Err(too_small(least));
        }
        let mut plan = Self::split(cargo, terms, sent, size);
        loop {
            if plan.files > MOST_FILES {
                let total = whole.largest(cargo, slice, &lists(1))?;
                return Err(too_small(total / u64::from(MOST_FILES / 2)));
            }
            let bytes = plan.largest(cargo, slice, &lists(plan.files))?;
            if bytes <= size {
                return Ok(plan);
            }
            // What every file has stays; what is dealt out becomes less with more files.
            let more = (f64::from(plan.needed) * bytes as f64 / size as f64) as u32;
            plan.needed = more.clamp(plan.needed + 1, plan.needed.saturating_mul(2));
            plan.files = terms.spare.files(plan.needed);
        }
    }

    /// One file with everything, the most urgent first, and then repair symbols if there are to be
    /// any.
    fn whole(cargo: &Cargo, terms: &SendFile, sent: &SentState) -> Self {
        let mut common: Vec<usize> = (0..cargo.items.len()).collect();
        common.sort_by_key(|index| cargo.items[*index].urgency);
        let share = match terms.spare {
            Spare::PerCent(share) if terms.size.is_none() => share / 100.0,
            _ => 0.0,
        };
        let of = |block: &Block| (f64::from(block.symbols()) * share).ceil() as u32;
        let spread = match share > 0.0 {
            true => {
                let spread = common
                    .iter()
                    .map(|item| Spread::new(cargo, *item, sent, |block| (of(block), 0)));
                spread.collect()
            }
            false => Vec::new(),
        };
        Self {
            files: 1,
            needed: 1,
            common,
            spread,
        }
    }

    /// Several files of at most `size` bytes: a first guess.
    fn split(cargo: &Cargo, terms: &SendFile, sent: &SentState, size: u64) -> Self {
        let mut left = size / COMMON;
        let mut is_common = |item: &Item| {
            let bytes = weight(&item.oti);
            let fits = item.urgency <= Tier::Text && bytes <= left;
            left -= if fits { bytes } else { 0 };
            fits
        };
        let common: Vec<bool> = cargo.items.iter().map(&mut is_common).collect();
        let (common, spread): (Vec<usize>, Vec<usize>) =
            (0..cargo.items.len()).partition(|index| common[*index]);
        let bytes = |of: &[usize]| -> u64 { of.iter().map(|i| weight(&cargo.items[*i].oti)).sum() };
        let room = size.saturating_sub(bytes(&common)).max(1);
        let needed = bytes(&spread)
            .div_ceil(room)
            .clamp(1, u64::from(MOST_FILES)) as u32;
        let files = terms.spare.files(needed);
        let symbols = |block: &Block| {
            let source = if terms.systematic { block.symbols() } else { 0 };
            // With all source symbols there is nothing to decode.
            let above = match terms.systematic && files == needed {
                true => 0,
                false => ABOVE_K,
            };
            (block.symbols() + above, source)
        };
        let spread = spread.into_iter();
        Self {
            files,
            needed,
            common,
            spread: spread
                .map(|item| Spread::new(cargo, item, sent, symbols))
                .collect(),
        }
    }

    /// Bytes of the largest file, at most.
    fn largest(&self, cargo: &Cargo, slice: Slice, lists: &ListTerms) -> Result<u64, Error> {
        let mut files = vec![(0_u64, 0_u64); self.files as usize];
        for item in &self.common {
            let oti = &cargo.items[*item].oti;
            let runs: u64 = oti.iter_blocks().map(|block| source_runs(&block)).sum();
            let symbols = u64::from(oti.total_symbols()) * u64::from(oti.symbol_size());
            for (of, bytes) in &mut files {
                *of += runs;
                *bytes += symbols;
            }
        }
        self.deal(slice, |dealt| {
            let size = u64::from(dealt.of.block.symbol_size());
            let (runs, bytes) = &mut files[dealt.file as usize];
            for (_, count) in dealt.runs {
                *runs += 1;
                *bytes += u64::from(count) * size;
            }
            Ok(())
        })?;
        let each = (RUN_HEADER_BYTES + OVERHEAD_BYTES) as u64 + lists.entry;
        let of = |(runs, bytes): (u64, u64)| {
            let of_lists = runs.div_ceil(lists.runs);
            let heads = 2 + (runs + of_lists) / HEAD_RECORDS;
            lists.around
                + HEADER_BYTES as u64
                + heads * (lists.head + OVERHEAD_BYTES as u64)
                + of_lists * (lists.bytes + OVERHEAD_BYTES as u64)
                + runs * each
                + bytes
        };
        Ok(files.into_iter().map(of).max().unwrap_or(0))
    }

    /// Gives, block after block, every file's runs of it.
    pub(super) fn deal<'p>(
        &'p self,
        slice: Slice,
        mut give: impl FnMut(Dealt<'p>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut dealer = Dealer::new(self.files, self.needed);
        for spread in &self.spread {
            for of in &spread.blocks {
                let deal = dealer.deal(of.symbols);
                let order = of.order(slice, deal.total());
                if !order.has(deal.total()) {
                    return Err(Error::SliceTooSmall {
                        symbols: deal.total(),
                    });
                }
                let fit = fit(&of.block);
                let mut at = 0;
                for file in 0..self.files {
                    let places: Range<u64> = at..at + u64::from(deal.count(file));
                    at = places.end;
                    give(Dealt {
                        item: spread.item,
                        of,
                        file,
                        runs: order.runs(places, fit).collect(),
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Repair symbols that will have been made of each block of an object.
    pub(super) fn sent(&self, slice: Slice, cargo: &Cargo, sent: &SentState) -> Vec<Vec<u64>> {
        let mut after: Vec<Vec<u64>> = (0..cargo.items.len())
            .map(|index| sent.sent(cargo, index))
            .collect();
        let mut dealer = Dealer::new(self.files, self.needed);
        for spread in &self.spread {
            let blocks = spread.blocks.iter();
            after[spread.item] = blocks
                .map(|of| {
                    let total = dealer.deal(of.symbols).total();
                    of.order(slice, total).sent_after(total)
                })
                .collect();
        }
        after
    }
}

impl Spread {
    /// `symbols` gives those that are needed of a block, and how many source symbols are among
    /// them.
    fn new(
        cargo: &Cargo,
        item: usize,
        sent: &SentState,
        symbols: impl Fn(&Block) -> (u32, u32),
    ) -> Self {
        let before = sent.sent(cargo, item);
        let of = |block: Block| {
            let (symbols, source) = symbols(&block);
            SpreadBlock {
                block,
                symbols,
                source,
                sent: before.get(usize::from(block.sbn())).copied().unwrap_or(0),
            }
        };
        Self {
            item,
            blocks: cargo.items[item].oti.iter_blocks().map(of).collect(),
        }
    }
}

impl Spare {
    /// Files of which any `needed` are enough.
    fn files(self, needed: u32) -> u32 {
        let spare = match self {
            Self::Files(spare) => spare,
            Self::PerCent(share) => (f64::from(needed) * share / 100.0).ceil() as u32,
        };
        needed.saturating_add(spare)
    }
}

/// Symbols of a run, at most.
pub(super) fn fit(block: &Block) -> u32 {
    let fit = (MAX_PACKET_BYTES - RUN_HEADER_BYTES) / usize::from(block.symbol_size());
    (fit as u32).max(1)
}

fn source_runs(block: &Block) -> u64 {
    u64::from(block.symbols().div_ceil(fit(block)))
}

/// Bytes of an object's source symbols in a file, about.
fn weight(oti: &Oti) -> u64 {
    let runs: u64 = oti.iter_blocks().map(|block| source_runs(&block)).sum();
    let symbols = u64::from(oti.total_symbols()) * u64::from(oti.symbol_size());
    symbols + runs * (RUN_HEADER_BYTES + OVERHEAD_BYTES + 13) as u64
}
