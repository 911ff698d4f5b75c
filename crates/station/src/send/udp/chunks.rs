//! The symbols of the next seconds, made ahead on a thread of their own: encoding a block takes a
//! moment, in which the network would be silent. They are in memory: few blocks are open at a time.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::SyncSender;

use fountain::{
    BlockEncoder, EncodingPlan, ObjectId, Passes, Slot, source_symbols, write_run_header,
};

use crate::error::Error;
use crate::send::cargo::Cargo;
use crate::send::progress::SentState;
use crate::station::Station;

/// Seconds of a chunk, and its bytes at least and at most. Three are held at a time.
const CHUNK_SECONDS: f64 = 10.0;
const CHUNK_BYTES: (f64, f64) = (2e6, 16e6);

/// Symbols in the order in which they go on air.
#[derive(Debug)]
pub(super) struct Chunk {
    slots: Vec<Slot>,
    /// For each slot its object and where its symbol is.
    places: Vec<(ObjectId, std::ops::Range<usize>)>,
    symbols: Vec<u8>,
}

impl Chunk {
    /// How many symbols it has.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Makes the run packet of a symbol in `packet`.
    pub(super) fn run(&self, at: usize, packet: &mut Vec<u8>) {
        let (slot, (id, place)) = (&self.slots[at], &self.places[at]);
        packet.clear();
        write_run_header(*id, slot.sbn, slot.esi, packet);
        packet.extend_from_slice(&self.symbols[place.clone()]);
    }
}

/// What makes them.
#[derive(Debug)]
pub(super) struct Chunks<'a> {
    pub(super) station: &'a Station,
    pub(super) cargo: &'a Cargo,
    pub(super) passes: Passes,
    pub(super) state: SentState,
    pub(super) state_path: PathBuf,
    pub(super) bits_per_s: u64,
    /// Symbols to be made in all, if they are counted.
    pub(super) symbols: Option<u64>,
    /// Bytes of symbols after which it is enough, if they are.
    pub(super) bytes: Option<u64>,
    /// The cargo is a part of the edition: how far the rest has been sent is kept.
    pub(super) is_narrow: bool,
}

impl Chunks<'_> {
    /// Makes chunks until it is enough, something fails, or nobody takes them any more.
    pub(super) fn make(mut self, ready: &SyncSender<Result<Chunk, Error>>) {
        let rate = self.bits_per_s as f64 / 8.0;
        let most = (rate * CHUNK_SECONDS).clamp(CHUNK_BYTES.0, CHUNK_BYTES.1) as u64;
        let (mut symbols, mut bytes) = (self.symbols, self.bytes);
        while symbols != Some(0) && bytes != Some(0) {
            let slots = self.slots(most.min(bytes.unwrap_or(most)), symbols);
            let own = slots
                .iter()
                .map(|slot| self.symbol_bytes(slot) as u64)
                .sum();
            symbols = symbols.map(|left| left.saturating_sub(slots.len() as u64));
            bytes = bytes.map(|left| left.saturating_sub(own));
            let chunk = self.chunk(slots);
            let is_last = chunk.is_err();
            if ready.send(chunk).is_err() || is_last {
                return;
            }
        }
    }

    fn symbol_bytes(&self, slot: &Slot) -> usize {
        usize::from(self.cargo.items[slot.object].oti.symbol_size())
    }

    /// The next slots, of about so many bytes.
    fn slots(&mut self, bytes: u64, symbols: Option<u64>) -> Vec<Slot> {
        let (mut slots, mut made) = (Vec::new(), 0);
        while made < bytes && symbols.is_none_or(|most| (slots.len() as u64) < most) {
            let slot = self.passes.next_slot();
            made += self.symbol_bytes(&slot) as u64;
            slots.push(slot);
        }
        slots
    }

    /// Writes down that they will have been sent, and then makes the symbols: after a crash some are
    /// left out, and none goes on air twice.
    fn chunk(&mut self, slots: Vec<Slot>) -> Result<Chunk, Error> {
        let sent = |index| self.passes.sent(index).collect();
        match self.is_narrow {
            true => self.state.note(self.cargo, sent),
            false => self.state.plan(self.cargo, sent),
        }
        self.state.write(&self.state_path)?;
        let mut blocks: BTreeMap<(usize, u8), Vec<usize>> = BTreeMap::new();
        for (at, slot) in slots.iter().enumerate() {
            blocks.entry((slot.object, slot.sbn)).or_default().push(at);
        }
        let mut chunk = Chunk {
            places: vec![(ObjectId([0; 8]), 0..0); slots.len()],
            symbols: Vec::new(),
            slots,
        };
        let mut plan = None;
        for ((object, sbn), own) in blocks {
            self.add_block(object, sbn, &own, &mut plan, &mut chunk)?;
        }
        Ok(chunk)
    }

    /// Makes the symbols of a block, those of the slots `own`.
    fn add_block(
        &self,
        object: usize,
        sbn: u8,
        own: &[usize],
        plan: &mut Option<EncodingPlan>,
        chunk: &mut Chunk,
    ) -> Result<(), Error> {
        let item = &self.cargo.items[object];
        let block = item.oti.block(sbn)?;
        let range = block.offset()..block.offset() + u64::from(block.len());
        let bytes = self.station.archive().get_range(item.hash, range)?;
        let is_source = |at: &usize| chunk.slots[*at].esi < block.symbols();
        let encoder = match own.iter().all(is_source) {
            true => None,
            false => {
                if plan
                    .as_ref()
                    .is_none_or(|plan| plan.symbols() != block.symbols())
                {
                    *plan = Some(EncodingPlan::new(block.symbols())?);
                }
                let plan = plan.as_ref();
                plan.map(|plan| BlockEncoder::with_plan(&item.oti, sbn, &bytes, plan))
                    .transpose()?
            }
        };
        let size = usize::from(item.oti.symbol_size());
        let id = ObjectId(item.hash.id().0);
        let mut begin = 0;
        while let Some(first) = own.get(begin).map(|at| chunk.slots[*at].esi) {
            // Those that follow without a gap, source or repair symbols.
            let follows = |(at, esi): (&usize, u32)| {
                chunk.slots[*at].esi == esi && (esi != block.symbols() || esi == first)
            };
            let count = own[begin..]
                .iter()
                .zip(first..)
                .take_while(|pair| follows(*pair))
                .count();
            let mut place = chunk.symbols.len();
            match &encoder {
                Some(encoder) if first >= block.symbols() => {
                    encoder.repair(first, count as u32, &mut chunk.symbols)?;
                }
                _ => source_symbols(&block, &bytes, first, count as u32, &mut chunk.symbols)?,
            }
            for at in &own[begin..begin + count] {
                chunk.places[*at] = (id, place..place + size);
                place += size;
            }
            begin += count;
        }
        Ok(())
    }
}
