//! What a carousel will ask for: which symbols, and how far everything will then have been sent.

use fountain::{Carousel, MAX_PACKET_BYTES, RUN_HEADER_BYTES, Slot};

use crate::send::cargo::Cargo;
use crate::send::spool::Need;

/// What the next slots of a carousel take.
#[derive(Debug, Clone)]
pub(crate) struct Ahead {
    /// For each object and block the symbols.
    pub(crate) needs: Vec<Vec<Need>>,
    /// How many slots.
    pub(crate) slots: u64,
}

/// Moves a carousel on by `runs` full runs. Of runs that are not full there are more in the same
/// time: small objects have short ones.
pub(crate) fn by_runs(carousel: &mut Carousel, cargo: &Cargo, runs: u64) -> Ahead {
    let mut reckoning = Reckoning::new(cargo);
    while reckoning.slots < runs || reckoning.on_air < runs * MAX_PACKET_BYTES as u64 {
        reckoning.add(&carousel.next_slot());
    }
    reckoning.finish()
}

/// Moves a carousel on by about `bytes` of symbols, and never so far that the symbols of a block
/// were not consecutive any more, as they are where a sender has used up its slice and begins again:
/// a spool holds all between the first and the last. The carousel may then be one slot further.
pub(crate) fn by_bytes(carousel: &mut Carousel, cargo: &Cargo, bytes: u64) -> Ahead {
    let mut reckoning = Reckoning::new(cargo);
    while reckoning.bytes < bytes {
        let slot = carousel.next_slot();
        if !reckoning.can_add(&slot) {
            break;
        }
        reckoning.add(&slot);
    }
    reckoning.finish()
}

struct Reckoning<'a> {
    cargo: &'a Cargo,
    /// K of each block.
    blocks: Vec<Vec<u32>>,
    needs: Vec<Vec<Need>>,
    slots: u64,
    bytes: u64,
    on_air: u64,
}

impl<'a> Reckoning<'a> {
    fn new(cargo: &'a Cargo) -> Self {
        let items = cargo.items.iter();
        Self {
            cargo,
            blocks: items
                .clone()
                .map(|item| item.oti.iter_blocks().map(|b| b.symbols()).collect())
                .collect(),
            needs: items
                .map(|item| vec![Need::default(); usize::from(item.oti.blocks())])
                .collect(),
            slots: 0,
            bytes: 0,
            on_air: 0,
        }
    }

    fn can_add(&self, slot: &Slot) -> bool {
        let need = &self.needs[slot.object][usize::from(slot.sbn)];
        match self.is_source(slot) {
            true => need.source.is_followed_by(slot.esi) && need.repair.is_empty(),
            false => need.repair.is_followed_by(slot.esi),
        }
    }

    fn add(&mut self, slot: &Slot) {
        let is_source = self.is_source(slot);
        let need = &mut self.needs[slot.object][usize::from(slot.sbn)];
        match is_source {
            true => need.source.add(slot.esi, slot.count),
            false => need.repair.add(slot.esi, slot.count),
        }
        let symbol = u64::from(self.cargo.items[slot.object].oti.symbol_size());
        let symbols = u64::from(slot.count) * symbol;
        self.slots += 1;
        self.bytes += symbols;
        self.on_air += RUN_HEADER_BYTES as u64 + symbols;
    }

    fn is_source(&self, slot: &Slot) -> bool {
        slot.esi < self.blocks[slot.object][usize::from(slot.sbn)]
    }

    fn finish(self) -> Ahead {
        Ahead {
            needs: self.needs,
            slots: self.slots,
        }
    }
}
