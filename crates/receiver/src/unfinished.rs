//! What a store has of an object that is on its way: for whoever fetches what is missing, or hands on
//! what is there.

use std::collections::HashMap;

use edition::{ObjectHash, Transport};
use fountain::{MAX_PACKET_BYTES, ObjectId, RUN_HEADER_BYTES, write_run_header};

use crate::progress::{BlockProgress, Stage};
use crate::reception::{Claim, Reception};
use crate::store::{Name, Store};

/// An object on its way, as the state that was saved last says.
#[derive(Debug)]
pub struct Unfinished {
    reception: Reception,
    /// The slot of each repair symbol.
    slots: HashMap<(u8, u32), usize>,
}

/// A run of which the store has all symbols.
#[derive(Debug, Clone, Copy)]
pub struct RunHere<'a> {
    /// Its source block.
    pub sbn: u8,
    /// Its first symbol.
    pub esi: u32,
    /// Its symbols.
    pub count: u32,
    /// Its packet.
    pub packet: &'a [u8],
}

impl Unfinished {
    /// What the store has of an object; `None` if that is nothing.
    pub fn open<S: Store>(
        store: &mut S,
        hash: ObjectHash,
        transport: Transport,
    ) -> Result<Option<Self>, S::Error> {
        if !store.has(Name::State(hash))? {
            return Ok(None);
        }
        let claim = Claim {
            hash,
            transport,
            groups: None,
            tier: None,
            expected: false,
        };
        let Some(reception) = Reception::open(store, &claim)? else {
            return Ok(None);
        };
        let slots = reception.slots().collect();
        Ok(Some(Self { reception, slots }))
    }

    /// Whether a source symbol is still of use: it has not come, and its block cannot do without.
    pub fn is_missing(&self, sbn: u8, esi: u32) -> bool {
        let block = self.reception.block(sbn);
        block.is_none_or(|block| !block.is_done() && !block.state.contains(esi))
    }

    /// Whether the store has a symbol.
    pub fn has(&self, sbn: u8, esi: u32) -> bool {
        let block = self.reception.block(sbn);
        block.is_some_and(|block| match block.stage {
            Stage::Whole if esi < block.block.symbols() => true,
            Stage::Whole | Stage::Coming => block.state.contains(esi),
            Stage::Away | Stage::Spent => false,
        })
    }

    /// Packets of all runs of which all symbols are here, as senders cut them, as far as
    /// symbols alone tell: beginning at any symbol, as long as can be. Of big objects, whose runs are one
    /// symbol, these are all runs; of others they are many more, of which a list names some.
    pub fn runs<S: Store>(
        &self,
        store: &mut S,
        give: &mut dyn FnMut(RunHere<'_>),
    ) -> Result<(), S::Error> {
        let size = usize::from(self.reception.oti().symbol_size());
        let fit = ((MAX_PACKET_BYTES - RUN_HEADER_BYTES) / size).max(1) as u32;
        let id = ObjectId(self.reception.hash().id().0);
        let mut packet = Vec::with_capacity(MAX_PACKET_BYTES);
        for sbn in 0..self.reception.oti().blocks() {
            for esi in self.symbols(sbn) {
                let is_source = |esi: u32| self.is_source(sbn, esi);
                let same = |next: &u32| is_source(*next) == is_source(esi) && self.has(sbn, *next);
                let count = (esi..esi.saturating_add(fit)).take_while(same).count() as u32;
                packet.clear();
                write_run_header(id, sbn, esi, &mut packet);
                for esi in esi..esi + count {
                    let at = packet.len();
                    packet.resize(at + size, 0);
                    self.read(store, sbn, esi, &mut packet[at..])?;
                }
                give(RunHere {
                    sbn,
                    esi,
                    count,
                    packet: &packet,
                });
            }
        }
        Ok(())
    }

    fn is_source(&self, sbn: u8, esi: u32) -> bool {
        let block = self.reception.block(sbn);
        block.is_some_and(|block| esi < block.block.symbols())
    }

    fn symbols(&self, sbn: u8) -> Vec<u32> {
        let Some(block) = self.reception.block(sbn) else {
            return Vec::new();
        };
        let whole = |block: &BlockProgress| match block.stage {
            Stage::Whole => 0..block.block.symbols(),
            _ => 0..0,
        };
        match whole(block) {
            all if !all.is_empty() => all.collect(),
            _ => {
                let kept = block.state.iter_source().chain(block.state.iter_repair());
                kept.filter(|esi| self.has(sbn, *esi)).collect()
            }
        }
    }

    fn read<S: Store>(
        &self,
        store: &mut S,
        sbn: u8,
        esi: u32,
        symbol: &mut [u8],
    ) -> Result<(), S::Error> {
        let hash = self.reception.hash();
        let source = self
            .reception
            .block(sbn)
            .and_then(|block| Some((block.block.offset(), block.block.source_range(esi)?)));
        if let Some((offset, range)) = source {
            let here = &mut symbol[..range.len()];
            return store.read_at(Name::Part(hash), offset + range.start as u64, here);
        }
        match self.slots.get(&(sbn, esi)) {
            Some(slot) => {
                let at = (slot * symbol.len()) as u64;
                store.read_at(Name::Repair(hash), at, symbol)
            }
            None => Ok(()),
        }
    }
}
