//! How the symbols of a block are dealt out to the files of a set, so that any `needed` of them have
//! enough.
//!
//! Of q symbols that are needed every file gets q / needed, rounded down or up. Up everywhere would
//! cost `needed / 2` symbols of each block on average, which is much of a small object. But if
//! `needed − (q mod needed)` files are rounded down and all others up, the smallest `needed` of them
//! still have q together. Which files these are moves on from block to block, so that no file is
//! fuller than another.

use std::ops::Range;

use fountain::{Block, Slice};

/// Deals out blocks, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Dealer {
    files: u32,
    needed: u32,
    /// The first file of those that are rounded down next.
    cursor: u32,
}

/// What each file gets of a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deal {
    files: u32,
    few: u32,
    /// So many files, from `first` on, around the corner, get `few`; the others one more.
    light: u32,
    first: u32,
}

impl Dealer {
    /// For so many files, so many of which are to be enough.
    pub(super) fn new(files: u32, needed: u32) -> Self {
        Self {
            files,
            needed,
            cursor: 0,
        }
    }

    /// Deals out a block of which `symbols` are needed.
    pub(super) fn deal(&mut self, symbols: u32) -> Deal {
        let light = match symbols % self.needed {
            0 => self.files,
            rest => self.needed - rest,
        };
        let deal = Deal {
            files: self.files,
            few: symbols / self.needed,
            light,
            first: self.cursor,
        };
        self.cursor = (self.cursor + light) % self.files;
        deal
    }
}

impl Deal {
    /// Symbols that a file gets.
    pub(super) fn count(&self, file: u32) -> u32 {
        let place = (file + self.files - self.first) % self.files;
        self.few + u32::from(place >= self.light)
    }

    /// Symbols of all files.
    pub(super) fn total(&self) -> u64 {
        u64::from(self.few) * u64::from(self.files) + u64::from(self.files - self.light)
    }
}

/// The symbols of a block that a sender makes, in the order in which it makes them.
#[derive(Debug, Clone)]
pub(super) struct Order {
    /// Source symbols come first, so many.
    source: u32,
    /// The repair symbols of its share.
    repair: Range<u32>,
    /// Those that were sent before.
    sent: u64,
}

impl Order {
    /// Of `total` symbols, the first `source` of which are source symbols. A share that would be
    /// used up among them begins anew.
    pub(super) fn new(block: &Block, slice: Slice, source: u32, sent: u64, total: u64) -> Self {
        let repair = slice.esis(block);
        let len = repair.len() as u64;
        let made = total.saturating_sub(u64::from(source));
        let sent = match sent % len {
            sent if sent + made <= len => sent,
            _ => 0,
        };
        Self {
            source,
            repair,
            sent,
        }
    }

    /// Whether there are so many different ones.
    pub(super) fn has(&self, total: u64) -> bool {
        total <= u64::from(self.source) + self.repair.len() as u64
    }

    /// Repair symbols sent once `total` symbols have been.
    pub(super) fn sent_after(&self, total: u64) -> u64 {
        self.sent + total.saturating_sub(u64::from(self.source))
    }

    /// The runs that symbols `places` make, of at most `fit` symbols each: first ESI, count.
    pub(super) fn runs(&self, places: Range<u64>, fit: u32) -> impl Iterator<Item = (u32, u32)> {
        let mut at = places.start;
        let (source, repair, sent) = (u64::from(self.source), self.repair.start, self.sent);
        std::iter::from_fn(move || {
            if at >= places.end {
                return None;
            }
            let (esi, end) = match at < source {
                true => (at as u32, source.min(places.end)),
                // Below 2^24: the share has so many.
                false => (repair + (sent + at - source) as u32, places.end),
            };
            let count = (end - at).min(u64::from(fit)) as u32;
            at += u64::from(count);
            Some((esi, count))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_files_have_enough_and_no_more() {
        for needed in 1..=12 {
            for files in needed..=needed + 7 {
                let mut dealer = Dealer::new(files, needed);
                let mut sums = vec![0; files as usize];
                for symbols in 1..200 {
                    let deal = dealer.deal(symbols);
                    let mut counts: Vec<u32> = (0..files).map(|file| deal.count(file)).collect();
                    let total: u64 = counts.iter().map(|n| u64::from(*n)).sum();
                    assert_eq!(total, deal.total());
                    sums.iter_mut().zip(&counts).for_each(|(sum, n)| *sum += n);
                    counts.sort_unstable();
                    let least: u32 = counts[..needed as usize].iter().sum();
                    assert_eq!(least, symbols, "{needed} of {files}");
                }
                let (least, most) = (sums.iter().min().unwrap(), sums.iter().max().unwrap());
                assert!(most - least <= 2 * needed, "{needed} of {files}: {sums:?}");
            }
        }
    }

    #[test]
    fn runs_keep_source_and_repair_apart() {
        let block = fountain::Oti::new(100 * 64, 64, 1)
            .unwrap()
            .block(0)
            .unwrap();
        let slice = Slice::new(1, 1).unwrap();
        let order = Order::new(&block, slice, 100, 7, 150);
        let runs: Vec<_> = order.runs(90..150, 19).collect();
        let first = 100 + 65_536 + 7;
        let repair = [(first, 19), (first + 19, 19), (first + 38, 12)];
        assert_eq!(runs, [&[(90, 10)], &repair[..]].concat());
        assert_eq!(order.sent_after(150), 57);
        // What does not fit at the end of a share begins it anew.
        let late = Order::new(&block, slice, 0, 65_500, 50);
        assert_eq!(late.runs(0..5, 19).next(), Some((100 + 65_536, 5)));
        assert!(late.has(65_536) && !late.has(65_537));
    }
}
