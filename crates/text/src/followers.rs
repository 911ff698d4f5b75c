//! Which symbols followed a context, the latest first, and how often.

/// Symbols remembered for a context.
pub(crate) const FOLLOWERS: usize = 7;

/// Counts stop here; a byte must hold three times as much.
const COUNT_MAX: u8 = 60;

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

    #[inline]
    fn home(&self, hash: u32) -> usize {
        let entries = self.entries.len();
        ((u64::from(hash) * entries as u64) >> 32) as usize & (entries - 1)
    }

    /// Has a look at a context's place, so that it is near when it is selected.
    #[inline]
    pub(crate) fn touch(&self, hash: u32) -> u16 {
        self.entries[self.home(hash)].check
    }

    /// Goes to the entry of a context, or empties one for it. The hash is the context's.
    pub(crate) fn select(&mut self, hash: u32) -> &Entry {
        let check = (hash & 0xffff) as u16;
        let mask = self.entries.len() - 1;
        let home = self.home(hash);
        let found = (0..4).map(|near| home ^ near).find(|&at| {
            let entry = &self.entries[at & mask];
            entry.check == check && entry.counts[0] != 0
        });
        self.selected = found.unwrap_or_else(|| self.empty(home, check));
        &self.entries[self.selected]
    }

    /// Gives the poorest of four entries to another context.
    fn empty(&mut self, home: usize, check: u16) -> usize {
        let mask = self.entries.len() - 1;
        let worth = |at: &usize| {
            let entry = &self.entries[at & mask];
            u32::from(entry.counts[0]) + u32::from(entry.counts[1])
        };
        let poorest = (0..4)
            .map(|near| home ^ near)
            .min_by_key(worth)
            .unwrap_or(home);
        self.entries[poorest] = Entry {
            check,
            ..Entry::default()
        };
        poorest
    }

    /// The symbol that followed the selected context.
    pub(crate) fn update(&mut self, symbol: u8) {
        let at = self.selected;
        self.entries[at].update(symbol);
    }
}
