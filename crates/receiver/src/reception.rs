//! One object on its way: its symbols come in, its bytes come out.
//!
//! Source symbols go to their place in the object's own file and repair symbols to a file beside
//! it, so an object whose symbols have all come costs one copy. A block is decoded once enough of
//! it is there, and hashed once all before it have been.
//!
//! A block can be let go: its symbols are then counted and not kept, because they can be read
//! again ([`crate::Receiver::let_go`]).

mod doubt;
mod saved;

use std::ops::Range;

use edition::{ObjectHash, Transport};
use fountain::{Arrival, BlockState, Oti, Symbols, decode_block};

use crate::lists::Lists;
use crate::progress::{BlockProgress, Stage};
use crate::proof::Proof;
use crate::store::{Fresh, Name, Store};

/// First byte of the saved state.
const STATE_VERSION: u8 = 1;
/// Bytes that are read at once to hash an object.
const HASH_STEP: usize = 1 << 20;
/// Group hashes are looked for once in so many runs.
const LOOK: u32 = 64;
/// A slot of the repair file whose symbol is not needed any more: no block has this SBN, because Z
/// is at most 255.
const FREE: (u8, u32) = (u8::MAX, 0);
/// From this symbol size on, a run is one symbol and can be told from its stored bytes.
const ONE_SYMBOL_RUN: u16 = 552;

/// An object on its way.
#[derive(Debug)]
pub(crate) struct Reception {
    hash: ObjectHash,
    oti: Oti,
    /// The object with its group hashes, if it has any.
    groups: Option<ObjectHash>,
    blocks: Vec<BlockProgress>,
    /// SBN and ESI of each slot of the repair file, or [`FREE`].
    repair: Vec<(u8, u32)>,
    /// Slots that are [`FREE`] in the saved state, too: only those may be used again, or what a
    /// crash leaves would not fit together.
    free: Vec<u32>,
    freed: Vec<u32>,
    /// How far the group hashes have proven the bytes, where the store wants that.
    proof: Option<Box<Proof>>,
    /// Runs taken, so as not to look for group hashes at every one.
    runs: u32,
    /// Over the first `hashed` blocks.
    hasher: Option<Box<blake3::Hasher>>,
    hashed: usize,
    /// Once the object has failed its hash, only runs on signed lists count.
    only_listed: bool,
    dirty: bool,
}

/// What a run brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing new.
    Known,
    /// Something new, and more is needed.
    Pending,
    /// Enough of a block that was let go has come to decode it.
    Ready,
    /// The object is complete, checked and stored.
    Complete,
    /// The object's bytes are not those that were signed for; what is on no list was dropped.
    Failed,
}

impl Reception {
    /// Begins, or goes on from what the store has.
    pub(crate) fn open<S: Store>(
        store: &mut S,
        hash: ObjectHash,
        transport: Transport,
        groups: Option<ObjectHash>,
    ) -> Result<Option<Self>, S::Error> {
        let Ok(oti) = Oti::new(transport.size, transport.symbol, transport.blocks) else {
            return Ok(None);
        };
        let saved = store.get(Name::State(hash))?;
        let this = saved
            .and_then(|bytes| Self::from_bytes(hash, oti, &bytes))
            .unwrap_or_else(|| Self::empty(hash, oti));
        Ok(Some(Self { groups, ..this }))
    }

    fn empty(hash: ObjectHash, oti: Oti) -> Self {
        let blocks = oti
            .iter_blocks()
            .map(|block| BlockProgress {
                block,
                state: BlockState::new(&block),
                stage: Stage::Coming,
                has_holes: false,
                counted: None,
            })
            .collect();
        Self {
            hash,
            oti,
            groups: None,
            blocks,
            repair: Vec::new(),
            free: Vec::new(),
            freed: Vec::new(),
            proof: None,
            runs: 0,
            hasher: None,
            hashed: 0,
            only_listed: false,
            dirty: false,
        }
    }

    /// The object's name.
    pub(crate) fn hash(&self) -> ObjectHash {
        self.hash
    }

    /// The object's parameters.
    pub(crate) fn oti(&self) -> &Oti {
        &self.oti
    }

    /// Whether only runs on signed lists count by now.
    pub(crate) fn only_listed(&self) -> bool {
        self.only_listed
    }

    /// Lets only runs count that are on signed lists.
    pub(crate) fn require_listed(&mut self) {
        self.only_listed = true;
    }

    /// Lets runs count that are on no list: nobody can say which are listed.
    pub(crate) fn allow_unlisted(&mut self) {
        self.only_listed = false;
    }

    /// Bytes of the object.
    pub(crate) fn size(&self) -> u64 {
        self.oti.transfer_length()
    }

    /// Bytes of symbols that count towards the object, at most its size.
    pub(crate) fn received(&self) -> u64 {
        let symbols: u64 = self
            .blocks
            .iter()
            .map(|b| match b.is_done() {
                true => u64::from(b.block.symbols()),
                false => u64::from(b.state.distinct().min(b.block.symbols())),
            })
            .sum();
        self.size().min(symbols * u64::from(self.oti.symbol_size()))
    }

    /// The largest share of a block that is missing, 0 to 1: what decides how long it takes.
    pub(crate) fn missing_share(&self) -> f64 {
        self.blocks
            .iter()
            .filter(|b| !b.is_done())
            .map(|b| f64::from(b.state.missing().max(1)) / f64::from(b.block.symbols()))
            .fold(0.0, f64::max)
    }

    /// Takes in a run that has been checked against [`Reception::oti`].
    pub(crate) fn push<S: Store>(
        &mut self,
        store: &mut S,
        sbn: u8,
        symbols: &Symbols<'_>,
        lists: &mut Lists,
    ) -> Result<Outcome, S::Error> {
        let size = u64::from(self.oti.symbol_size());
        if !self.look_for_groups(store)? {
            return self.begin_listed(store, lists);
        }
        let progress = &mut self.blocks[usize::from(sbn)];
        if progress.is_done() {
            return Ok(Outcome::Known);
        }
        let mut full = Vec::new();
        let is_away = progress.stage == Stage::Away;
        let mut new = false;
        let mut fresh = Fresh::default();
        for (esi, bytes) in symbols.iter() {
            if progress.state.insert(esi) != Arrival::New {
                continue;
            }
            new = true;
            if is_away {
                continue;
            }
            match progress.block.source_range(esi) {
                Some(range) => {
                    let offset = progress.block.offset() + range.start as u64;
                    let bytes = &bytes[..range.len()];
                    fresh.push(store, self.hash, offset, bytes)?;
                    if let Some(proof) = &mut self.proof {
                        proof.add(&(offset..offset + bytes.len() as u64), &mut full);
                    }
                }
                None => {
                    let slot = take_slot(&mut self.repair, &mut self.free, (sbn, esi));
                    store.write_at(Name::Repair(self.hash), slot * size, bytes)?;
                }
            }
        }
        if !new {
            return Ok(Outcome::Known);
        }
        fresh.flush(store, self.hash)?;
        store.noted(self.hash, sbn);
        if is_away {
            return Ok(match progress.state.ready() {
                true => Outcome::Ready,
                false => Outcome::Pending,
            });
        }
        self.dirty = true;
        let is_time = progress.is_time();
        let has_all_source = progress.state.has_all_source();
        if !self.prove(store, &full)? {
            return self.begin_listed(store, lists);
        }
        if !is_time {
            return Ok(Outcome::Pending);
        }
        if self.blocks[usize::from(sbn)].has_holes && !has_all_source {
            self.let_go(store, sbn)?;
            return Ok(Outcome::Ready);
        }
        self.decode_block(store, sbn, lists)
    }

    /// A block that was called back gets no more symbols: it is decoded if what came will do.
    pub(crate) fn decode_called<S: Store>(
        &mut self,
        store: &mut S,
        sbn: u8,
        lists: &mut Lists,
    ) -> Result<Outcome, S::Error> {
        match self.blocks.get(usize::from(sbn)) {
            Some(b) if b.stage == Stage::Coming && b.counted.is_some() && b.state.ready() => {
                self.decode_block(store, sbn, lists)
            }
            _ => Ok(Outcome::Known),
        }
    }

    /// Decodes a block that is ready, checks what can be checked by now, and ends the object if it
    /// was the last.
    fn decode_block<S: Store>(
        &mut self,
        store: &mut S,
        sbn: u8,
        lists: &mut Lists,
    ) -> Result<Outcome, S::Error> {
        self.decode(store, sbn)?;
        if self.blocks[usize::from(sbn)].state.is_suspect() {
            return self.begin_listed(store, lists);
        }
        if self.proof.is_none() {
            self.hash_whole_blocks(store)?;
        } else if self.blocks[usize::from(sbn)].is_done() && !self.prove_block(store, sbn)? {
            return self.begin_listed(store, lists);
        }
        if self.blocks.iter().any(|b| !b.is_done()) {
            return Ok(Outcome::Pending);
        }
        self.finish(store, lists)
    }

    /// Bytes of each block whose symbols are kept: its SBN and, about, how many.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (u8, u64)> {
        let size = u64::from(self.oti.symbol_size());
        (0u8..).zip(&self.blocks).filter_map(move |(sbn, b)| {
            let bytes = match b.stage {
                Stage::Coming => u64::from(b.state.distinct()) * size,
                // What of it is proven is gone already; the rest waits for its neighbours.
                Stage::Whole if self.proof.is_none() => u64::from(b.block.len()),
                Stage::Whole | Stage::Away | Stage::Spent => 0,
            };
            (bytes > 0).then_some((sbn, bytes))
        })
    }

    /// Blocks that were let go and can be decoded and hashed once their symbols are called back:
    /// SBN, bytes. Those behind a block that is not ready wait for it.
    pub(crate) fn ready(&self) -> impl Iterator<Item = (u8, u64)> {
        let is_proven = self.proof.is_some();
        (0u8..)
            .zip(&self.blocks)
            .skip(self.hashed)
            .take_while(move |(_, b)| is_proven || b.stage == Stage::Whole || b.is_ready())
            .filter(|(_, b)| b.is_ready())
            .map(|(sbn, b)| (sbn, u64::from(b.block.len())))
    }

    /// How many blocks were let go and can be decoded, be it after others.
    pub(crate) fn count_ready(&self) -> usize {
        self.blocks.iter().filter(|b| b.is_ready()).count()
    }

    /// Whether all of it can be decoded, and what was let go easily: nothing more need come.
    pub(crate) fn is_enough(&self) -> bool {
        let is_enough = |b: &BlockProgress| match b.stage {
            Stage::Away => b.state.is_easy(),
            Stage::Coming => b.state.ready(),
            Stage::Whole | Stage::Spent => true,
        };
        self.blocks.iter().all(is_enough)
    }

    /// Length in bytes of each block.
    pub(crate) fn lengths(&self) -> impl Iterator<Item = (u8, u64)> {
        let lengths = self.blocks.iter().map(|b| u64::from(b.block.len()));
        (0u8..).zip(lengths)
    }

    /// From now on the symbols of this block are counted and not kept.
    pub(crate) fn let_go<S: Store>(&mut self, store: &mut S, sbn: u8) -> Result<(), S::Error> {
        let is_hashed = usize::from(sbn) < self.hashed || self.proof.is_some();
        let Some(progress) = self.blocks.get_mut(usize::from(sbn)) else {
            return Ok(());
        };
        let is_whole = progress.stage == Stage::Whole && !is_hashed;
        if progress.stage != Stage::Coming && !is_whole {
            return Ok(());
        }
        progress.let_go();
        let range = progress.range();
        if let Some(proof) = &mut self.proof {
            proof.reopen(&range);
        }
        self.dirty = true;
        store.discard(Name::Part(self.hash), range)?;
        self.free_slots(store, sbn)?;
        self.recount(sbn);
        Ok(())
    }

    /// The symbols of this block will come once more, and are kept.
    pub(crate) fn call_back(&mut self, sbn: u8) {
        let Some(progress) = self.blocks.get_mut(usize::from(sbn)) else {
            return;
        };
        if progress.stage == Stage::Away {
            let empty = BlockState::new(&progress.block);
            let counted = std::mem::replace(&mut progress.state, empty);
            progress.counted = Some(Box::new(counted));
            progress.stage = Stage::Coming;
            self.recount(sbn);
        }
    }

    /// Begins to prove bytes once the group hashes are here, where the store wants that. `false`
    /// if some that came before are wrong.
    fn look_for_groups<S: Store>(&mut self, store: &mut S) -> Result<bool, S::Error> {
        let Some(groups) = self
            .groups
            .filter(|_| self.proof.is_none() && self.hashed == 0)
        else {
            return Ok(true);
        };
        self.runs = self.runs.wrapping_add(1);
        let is_time = self.runs % LOOK == 1;
        if !is_time || !store.is_small() || !store.has(Name::Object(groups))? {
            return Ok(true);
        }
        let proof = Proof::open(store, groups, &self.hash, self.size())?;
        self.proof = proof.map(Box::new);
        for sbn in 0..self.oti.blocks() {
            self.recount(sbn);
        }
        let full = self.proof.as_ref().map(|proof| proof.full());
        self.prove(store, &full.unwrap_or_default())
    }

    /// Checks groups that are full. `false` if one is not what was signed for.
    fn prove<S: Store>(&mut self, store: &mut S, full: &[usize]) -> Result<bool, S::Error> {
        let Some(proof) = &mut self.proof else {
            return Ok(true);
        };
        for &group in full {
            if proof.is_open(group) && !proof.prove(store, self.hash, group)? {
                return Ok(false);
            }
            let range = proof.range(group);
            let touches = |b: &BlockProgress| {
                let block = b.range();
                block.start < range.end && range.start < block.end
            };
            // A block that was called back is decoded from what it has: that stays until then.
            let is_called = |b: &BlockProgress| b.counted.is_some();
            if self.blocks.iter().any(|b| touches(b) && is_called(b)) {
                continue;
            }
            if !store.hashed(self.hash, range.clone())? {
                proof.spend(group);
                let touched = self.blocks.iter_mut().filter(|b| touches(b));
                touched.for_each(|b| b.has_holes = true);
            }
        }
        Ok(true)
    }

    /// A block is whole: checks the groups that it fills. `false` if one is wrong.
    fn prove_block<S: Store>(&mut self, store: &mut S, sbn: u8) -> Result<bool, S::Error> {
        self.recount(sbn);
        let block = self.blocks[usize::from(sbn)].range();
        let Some(proof) = &self.proof else {
            return Ok(true);
        };
        let (spent, others): (Vec<usize>, Vec<usize>) = proof
            .touched(&block)
            .partition(|group| proof.is_spent(*group));
        let full: Vec<usize> = others.into_iter().filter(|g| proof.is_full(*g)).collect();
        // What was given up before, the decoder has written once more.
        for group in spent {
            let range = proof.range(group);
            let range = range.start.max(block.start)..range.end.min(block.end);
            store.hashed(self.hash, range)?;
            self.blocks[usize::from(sbn)].has_holes = true;
        }
        self.prove(store, &full)
    }

    /// Counts anew what is in the part of the groups that a block touches.
    fn recount(&mut self, sbn: u8) {
        let Some(proof) = &mut self.proof else {
            return;
        };
        for group in proof.touched(&self.blocks[usize::from(sbn)].range()) {
            let range = proof.range(group);
            let present: u64 = self.blocks.iter().map(|b| b.present(&range)).sum();
            proof.set(group, present);
        }
    }

    /// Frees the slots of the repair file that belong to this block.
    fn free_slots<S: Store>(&mut self, store: &mut S, sbn: u8) -> Result<(), S::Error> {
        let size = u64::from(self.oti.symbol_size());
        for (slot, entry) in (0u32..).zip(&mut self.repair) {
            if entry.0 == sbn && *entry != FREE {
                *entry = FREE;
                self.freed.push(slot);
                let at = u64::from(slot) * size;
                store.discard(Name::Repair(self.hash), at..at + size)?;
            }
        }
        Ok(())
    }

    /// Hashes the blocks that are whole, as far as all before them have been.
    fn hash_whole_blocks<S: Store>(&mut self, store: &mut S) -> Result<(), S::Error> {
        while let Some(progress) = self.blocks.get_mut(self.hashed)
            && progress.stage == Stage::Whole
        {
            let hasher = self.hasher.get_or_insert_default();
            let range = progress.range();
            hash_bytes(store, Name::Part(self.hash), range.clone(), hasher)?;
            if !store.hashed(self.hash, range)? {
                progress.stage = Stage::Spent;
            }
            self.hashed += 1;
        }
        Ok(())
    }

    /// Saves which symbols have come, after the symbols themselves.
    pub(crate) fn save<S: Store>(&mut self, store: &mut S) -> Result<(), S::Error> {
        if !self.dirty {
            return Ok(());
        }
        store.sync(Name::Part(self.hash))?;
        if !self.repair.is_empty() {
            store.sync(Name::Repair(self.hash))?;
        }
        store.put(Name::State(self.hash), &self.to_bytes())?;
        self.free.append(&mut self.freed);
        self.dirty = false;
        Ok(())
    }

    fn decode<S: Store>(&mut self, store: &mut S, sbn: u8) -> Result<(), S::Error> {
        let index = usize::from(sbn);
        let progress = &mut self.blocks[index];
        if progress.state.has_all_source() {
            progress.whole();
            return self.free_slots(store, sbn);
        }
        let size = usize::from(self.oti.symbol_size());
        let block = progress.block;
        let mut symbols = Vec::with_capacity(block.symbols() as usize);
        // A part of the block at a time: readers with little memory hold nothing twice.
        let step = (HASH_STEP / size).max(1) * size;
        let mut bytes = vec![0; step.min(block.len() as usize)];
        let mut here = 0..0;
        for esi in progress.state.iter_source() {
            let Some(range) = block.source_range(esi) else {
                continue;
            };
            if range.end > here.end {
                let end = (range.start + step).min(block.len() as usize);
                here = range.start..end;
                let at = block.offset() + here.start as u64;
                store.read_at(Name::Part(self.hash), at, &mut bytes[..here.len()])?;
            }
            let mut symbol = Vec::with_capacity(size);
            symbol.extend_from_slice(&bytes[range.start - here.start..range.end - here.start]);
            symbol.resize(size, 0);
            symbols.push((esi, symbol));
        }
        drop(bytes);
        for (slot, (of, esi)) in self.repair.iter().enumerate() {
            if *of == sbn {
                let mut symbol = vec![0; size];
                store.read_at(Name::Repair(self.hash), (slot * size) as u64, &mut symbol)?;
                symbols.push((*esi, symbol));
            }
        }
        match decode_block(&self.oti, sbn, symbols) {
            Some(bytes) => {
                store.write_at(Name::Part(self.hash), block.offset(), &bytes)?;
                progress.whole();
                self.dirty = true;
                self.free_slots(store, sbn)
            }
            None => {
                progress.state.failed();
                Ok(())
            }
        }
    }

    fn finish<S: Store>(&mut self, store: &mut S, lists: &mut Lists) -> Result<Outcome, S::Error> {
        let hasher = self.hasher.take().unwrap_or_default();
        self.hashed = 0;
        let is_right = match &self.proof {
            Some(proof) => proof.is_whole(),
            None => *hasher.finalize().as_bytes() == self.hash.0,
        };
        if is_right {
            store.promote(Name::Part(self.hash), Name::Object(self.hash), self.size())?;
            store.remove(Name::State(self.hash))?;
            store.remove(Name::Repair(self.hash))?;
            return Ok(Outcome::Complete);
        }
        self.begin_listed(store, lists)
    }
}

/// The slot of the repair file that this symbol goes to.
fn take_slot(repair: &mut Vec<(u8, u32)>, free: &mut Vec<u32>, entry: (u8, u32)) -> u64 {
    match free.pop() {
        Some(slot) => {
            repair[slot as usize] = entry;
            u64::from(slot)
        }
        None => {
            repair.push(entry);
            repair.len() as u64 - 1
        }
    }
}

fn hash_bytes<S: Store>(
    store: &mut S,
    name: Name,
    range: Range<u64>,
    hasher: &mut blake3::Hasher,
) -> Result<(), S::Error> {
    let mut buffer = vec![0; HASH_STEP.min((range.end - range.start) as usize)];
    let mut at = range.start;
    while at < range.end {
        let now = buffer.len().min((range.end - at) as usize);
        store.read_at(name, at, &mut buffer[..now])?;
        hasher.update(&buffer[..now]);
        at += now as u64;
    }
    Ok(())
}
