//! Which symbols followed a context, the latest first, and how often.

/// Symbols remembered for a context.
pub(crate) const FOLLOWERS: usize = 7;

/// Counts stop here.
const COUNT_MAX: u8 = 255;

/// What followed one context: check, symbols (the latest first), counts (0: no symbol).
#[derive(Clone, Copy, Default)]
pub(crate) struct Entry {
    check: u16,
    pub(crate) symbols: [u8; FOLLOWERS],
    pub(crate) counts: [u8; FOLLOWERS],
}

impl Entry {
    /// How many symbols there are.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.counts
            .iter()
            .position(|&c| c == 0)
            .unwrap_or(FOLLOWERS)
    }

    /// The symbol came.
    #[inline]
    fn update(&mut self, symbol: u8) {
        let mut found = 0;
        while found < FOLLOWERS - 1 && self.counts[found] != 0 && self.symbols[found] != symbol {
            found += 1;
        }
        let count = if self.symbols[found] == symbol {
            self.counts[found]
        } else {
            0
        };
        // What did not come is believed less.
        for i in 0..FOLLOWERS {
            if i != found && self.counts[i] > 2 {
                self.counts[i] = 2 + (self.counts[i] - 2) * 3 / 4;
            }
        }
        self.symbols.copy_within(..found, 1);
        self.counts.copy_within(..found, 1);
        self.symbols[0] = symbol;
        self.counts[0] = if count < COUNT_MAX { count + 1 } else { count };
    }
}

/// A hash table of entries.
#[derive(Clone)]
pub(crate) struct Followers {
    entries: Vec<Entry>,
    selected: usize,
}

impl Followers {
    /// With 2^`bits` entries.
    pub(crate) fn new(bits: u32) -> Self {
        Self {
            entries: vec![Entry::default(); 1 << bits],
            selected: 0,
        }
    }

    /// Goes to the entry of a context, or empties one for it. The hash is the context's.
    pub(crate) fn select(&mut self, hash: u32) -> &Entry {
        let check = (hash & 0xffff) as u16;
        let mask = self.entries.len() - 1;
        let home = ((u64::from(hash) * self.entries.len() as u64) >> 32) as usize & mask;
        let mut poorest = (home, u32::MAX);
        for near in 0..4 {
            let at = home ^ near;
            let entry = &self.entries[at];
            if entry.check == check && entry.counts[0] != 0 {
                self.selected = at;
                return &self.entries[at];
            }
            let worth: u32 = entry.counts.iter().map(|&c| u32::from(c)).sum();
            if worth < poorest.1 {
                poorest = (at, worth);
            }
        }
        self.selected = poorest.0;
        self.entries[self.selected] = Entry {
            check,
            ..Entry::default()
        };
        &self.entries[self.selected]
    }

    /// The symbol that followed the selected context.
    pub(crate) fn update(&mut self, symbol: u8) {
        let at = self.selected;
        self.entries[at].update(symbol);
    }
}
