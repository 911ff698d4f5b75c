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

use std::collections::HashMap;
use std::ops::Range;

use edition::{ObjectHash, Tier, Transport};
use fountain::{Arrival, BlockState, Oti, Symbols, decode_block};

use crate::lists::Lists;
use crate::progress::{BlockProgress, Stage};
use crate::proof::Proof;
use crate::store::{Fresh, Name, Store};

/// First byte of the saved state.
const STATE_VERSION: u8 = 2;
/// Bytes that are read at once to hash an object.
const HASH_STEP: usize = 1 << 20;
/// Group hashes are looked for once in so many runs.
const LOOK: u32 = 64;
/// A slot of the repair file whose symbol is not needed any more: no block has this SBN, because Z
/// is at most 255.
const FREE: (u8, u32) = (u8::MAX, 0);
/// Failures after which an object takes no more runs that are on no list. The second is for what comes
/// without lists, on a stick, after a recording with forgeries.
const CHANCES: u8 = 2;
/// Entries of the repair file that may be looked through for each repair symbol that came before.
const SEARCH: usize = 256;
/// From this symbol size on, a run is one symbol and can be told from its stored bytes.
const ONE_SYMBOL_RUN: u16 = 552;

/// An object on its way.
#[derive(Debug)]
pub(crate) struct Reception {
    hash: ObjectHash,
    oti: Oti,
    /// The object with its group hashes, if it has any.
    groups: Option<ObjectHash>,
    tier: Option<Tier>,
    /// Somebody trusted has named it.
    expected: bool,
    /// None before the first run.
    blocks: Vec<BlockProgress>,
    /// SBN and ESI of each slot of the repair file, or [`FREE`].
    repair: Vec<(u8, u32)>,
    /// Slots that are [`FREE`] in the saved state, too: only those may be used again, or what a
    /// crash leaves would not fit together.
    free: Vec<u32>,
    freed: Vec<u32>,
    /// Where each symbol of the repair file is, once that is asked for.
    slots: Option<HashMap<(u8, u32), u32>>,
    /// Runs of several symbols that came since the object was opened: SBN, first ESI, symbols. No other
    /// run has changed these since.
    short: Vec<(u8, u32, u16)>,
    /// How far the group hashes have proven the bytes, where the store wants that.
    proof: Option<Box<Proof>>,
    /// Runs taken, so as not to look for group hashes at every one.
    runs: u32,
    /// Over the first `hashed` blocks.
    hasher: Option<Box<blake3::Hasher>>,
    hashed: usize,
    /// Once the object has failed its hash, only runs on signed lists count.
    only_listed: bool,
    /// How often it has failed since it was opened.
    failures: u8,
    /// Entries of `repair` that may be looked through by now.
    budget: usize,
    dirty: bool,
}

/// What something signed says of an object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Claim {
    pub(crate) hash: ObjectHash,
    pub(crate) transport: Transport,
    pub(crate) groups: Option<ObjectHash>,
    /// The tier of the index that names it, or that it is; `None` for a manifest.
    pub(crate) tier: Option<Tier>,
    /// Somebody trusted says so.
    pub(crate) expected: bool,
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
    /// The same, though all that came was on lists; everything was dropped.
    Vouched,
}

impl Reception {
    /// Goes on from what the store has, or begins with the first run.
    pub(crate) fn open<S: Store>(store: &mut S, claim: &Claim) -> Result<Option<Self>, S::Error> {
        let (hash, transport) = (claim.hash, claim.transport);
        let Ok(oti) = Oti::new(transport.size, transport.symbol, transport.blocks) else {
            return Ok(None);
        };
        let saved = store.get(Name::State(hash))?;
        let this = saved
            .and_then(|bytes| Self::from_bytes(hash, oti, &bytes))
            .unwrap_or_else(|| Self::named(hash, oti));
        Ok(Some(Self {
            groups: claim.groups,
            tier: claim.tier,
            expected: claim.expected,
            ..this
        }))
    }

    /// Nothing has come: an index may name many thousands, so that it takes little memory.
    fn named(hash: ObjectHash, oti: Oti) -> Self {
        Self {
            hash,
            oti,
            groups: None,
            tier: None,
            expected: false,
            blocks: Vec::new(),
            repair: Vec::new(),
            free: Vec::new(),
            freed: Vec::new(),
            slots: None,
            short: Vec::new(),
            proof: None,
            runs: 0,
            hasher: None,
            hashed: 0,
            only_listed: false,
            failures: 0,
            budget: 0,
            dirty: false,
        }
    }

    fn empty(hash: ObjectHash, oti: Oti) -> Self {
        let mut this = Self::named(hash, oti);
        this.begin();
        this
    }

    /// Makes room for what comes.
    pub(crate) fn begin(&mut self) {
        if self.has_begun() {
            return;
        }
        let blocks = self.oti.iter_blocks().map(|block| BlockProgress {
            block,
            state: BlockState::new(&block),
            stage: Stage::Coming,
            has_holes: false,
            counted: None,
        });
        self.blocks = blocks.collect();
    }

    /// Whether it takes more memory than its name.
    pub(crate) fn has_begun(&self) -> bool {
        !self.blocks.is_empty()
    }

    /// Bytes of memory that it takes from the first run on, about.
    pub(crate) fn memory(&self) -> u64 {
        let blocks = u64::from(self.oti.blocks());
        blocks * size_of::<BlockProgress>() as u64 + u64::from(self.oti.total_symbols()) / 8
    }

    /// Whether a claim speaks of this object with these parameters.
    pub(crate) fn agrees(&self, claim: &Claim) -> bool {
        let transport = claim.transport;
        self.hash == claim.hash
            && self.oti.transfer_length() == transport.size
            && self.oti.symbol_size() == transport.symbol
            && self.oti.blocks() == transport.blocks
    }

    /// One more claim that agrees.
    pub(crate) fn expect(&mut self, claim: &Claim) {
        self.expected |= claim.expected;
        self.tier = self.tier.or(claim.tier);
        self.groups = self.groups.or(claim.groups);
    }

    /// Whether somebody trusted has named it.
    pub(crate) fn is_expected(&self) -> bool {
        self.expected
    }

    /// The tier whose index names it, or that it is the index of.
    pub(crate) fn tier(&self) -> Option<Tier> {
        self.tier
    }

    /// The object's name.
    pub(crate) fn hash(&self) -> ObjectHash {
        self.hash
    }

    /// The object's parameters.
    pub(crate) fn oti(&self) -> &Oti {
        &self.oti
    }

    /// A block of it.
    pub(crate) fn block(&self, sbn: u8) -> Option<&BlockProgress> {
        self.blocks.get(usize::from(sbn))
    }

    /// SBN and ESI of what is in the repair file, with the slot.
    pub(crate) fn slots(&self) -> impl Iterator<Item = ((u8, u32), usize)> {
        let slots = self.repair.iter().copied().zip(0..);
        slots.filter(|(entry, _)| *entry != FREE)
    }

    /// Whether it has failed its hash.
    pub(crate) fn only_listed(&self) -> bool {
        self.only_listed
    }

    /// Lets only runs count that are on signed lists; where there are none at all, others have their
    /// chances.
    pub(crate) fn require_listed(&mut self, has_lists: bool) {
        self.only_listed = true;
        if has_lists {
            self.failures = CHANCES;
        }
    }

    /// Whether runs on no list may still be tried where no lists come.
    pub(crate) fn has_chances(&self) -> bool {
        self.failures < CHANCES
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
            .fold(if self.has_begun() { 0.0 } else { 1.0 }, f64::max)
    }

    /// Whether the last source symbol, if it is in the run, is padded with zeros: what is stored of it is
    /// without, and would not be told from a listed one.
    pub(crate) fn is_padded(&self, sbn: u8, symbols: &Symbols<'_>) -> bool {
        let Ok(block) = self.oti.block(sbn) else {
            return false;
        };
        symbols.iter().all(|(esi, bytes)| {
            let range = block.source_range(esi);
            range.is_none_or(|range| bytes[range.len()..].iter().all(|byte| *byte == 0))
        })
    }

    /// Whether the run says something else of a symbol than what came before: one of them is forged.
    /// Repair symbols are not all looked at, because to find one takes a while.
    pub(crate) fn contradicts<S: Store>(
        &mut self,
        store: &mut S,
        sbn: u8,
        symbols: &Symbols<'_>,
    ) -> Result<bool, S::Error> {
        let Some(progress) = self.blocks.get(usize::from(sbn)) else {
            return Ok(false);
        };
        if progress.stage != Stage::Coming || progress.has_holes {
            return Ok(false);
        }
        let mut here = Vec::new();
        for (esi, bytes) in symbols
            .iter()
            .filter(|(esi, _)| progress.state.contains(*esi))
        {
            here.resize(usize::from(self.oti.symbol_size()), 0);
            let place = match progress.block.source_range(esi) {
                Some(range) => {
                    let offset = progress.block.offset() + range.start as u64;
                    Some((Name::Part(self.hash), offset, range.len()))
                }
                None => {
                    self.budget += SEARCH;
                    if self.budget < self.repair.len() {
                        continue;
                    }
                    self.budget = 0;
                    let slot = self.repair.iter().position(|of| *of == (sbn, esi));
                    slot.map(|slot| {
                        (
                            Name::Repair(self.hash),
                            (slot * here.len()) as u64,
                            here.len(),
                        )
                    })
                }
            };
            let Some((name, offset, len)) = place else {
                continue;
            };
            store.read_at(name, offset, &mut here[..len])?;
            if here[..len] != bytes[..len] {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes in a run that has been checked against [`Reception::oti`]. One that is listed takes the
    /// place of what came before it and may be forged.
    pub(crate) fn push<S: Store>(
        &mut self,
        store: &mut S,
        sbn: u8,
        symbols: &Symbols<'_>,
        is_listed: bool,
        lists: &mut Lists,
    ) -> Result<Outcome, S::Error> {
        let size = u64::from(self.oti.symbol_size());
        self.begin();
        if !self.look_for_groups(store)? {
            return self.begin_listed(store, lists);
        }
        let progress = &mut self.blocks[usize::from(sbn)];
        if progress.is_done() {
            return Ok(Outcome::Known);
        }
        let mut full = Vec::new();
        let is_away = progress.stage == Stage::Away;
        let (mut new, mut own) = (false, true);
        let mut fresh = Fresh::default();
        for (esi, bytes) in symbols.iter() {
            let arrival = progress.state.insert(esi);
            let is_new = arrival == Arrival::New;
            let is_better = arrival == Arrival::Duplicate && is_listed && !progress.has_holes;
            new |= is_new;
            own &= is_new || is_better;
            if is_away || !(is_new || is_better) {
                continue;
            }
            match progress.block.source_range(esi) {
                Some(range) => {
                    let offset = progress.block.offset() + range.start as u64;
                    let bytes = &bytes[..range.len()];
                    fresh.push(store, self.hash, offset, bytes)?;
                    if let Some(proof) = self.proof.as_mut().filter(|_| is_new) {
                        proof.add(&(offset..offset + bytes.len() as u64), &mut full);
                    }
                }
                None => {
                    let entry = (sbn, esi);
                    let slot = match is_new {
                        true => take_slot(&mut self.repair, &mut self.free, entry),
                        false => match find_slot(&self.repair, &mut self.slots, entry) {
                            Some(slot) => slot,
                            None => continue,
                        },
                    };
                    if let Some(slots) = self.slots.as_mut().filter(|_| is_new) {
                        slots.insert(entry, slot as u32);
                    }
                    store.write_at(Name::Repair(self.hash), slot * size, bytes)?;
                }
            }
        }
        fresh.flush(store, self.hash)?;
        if own && self.oti.symbol_size() < ONE_SYMBOL_RUN && !is_away {
            let count = symbols.count() as u16;
            self.short.push((sbn, symbols.first_esi(), count));
        }
        if !new {
            return Ok(Outcome::Known);
        }
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
        // Until the bytes are known to be right, or were all given for lost, symbols stay.
        if self.blocks.iter().any(|b| !b.is_done()) {
            if self.blocks[usize::from(sbn)].is_done() {
                self.free_slots(store, sbn)?;
            }
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
        self.has_begun() && self.blocks.iter().all(is_enough)
    }

    /// Length in bytes of each block.
    pub(crate) fn lengths(&self) -> impl Iterator<Item = (u8, u64)> {
        let lengths = self.oti.iter_blocks().map(|b| u64::from(b.len()));
        (0u8..).zip(lengths)
    }

    /// From now on the symbols of this block are counted and not kept.
    pub(crate) fn let_go<S: Store>(&mut self, store: &mut S, sbn: u8) -> Result<(), S::Error> {
        self.begin();
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
        // What a small store has hashed it may not have any more.
        let can_prove = self.proof.is_none() && (self.hashed == 0 || !store.is_small());
        let Some(groups) = self.groups.filter(|_| can_prove) else {
            return Ok(true);
        };
        self.runs = self.runs.wrapping_add(1);
        let is_time = self.runs % LOOK == 1;
        if !is_time || !store.has(Name::Object(groups))? {
            return Ok(true);
        }
        let proof = Proof::open(store, groups, &self.hash, self.size())?;
        self.proof = proof.map(Box::new);
        if self.proof.is_some() {
            (self.hasher, self.hashed) = (None, 0);
        }
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
                self.slots = None;
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
            return Ok(());
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
                Ok(())
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

/// The slot of the repair file that this symbol has.
fn find_slot(
    repair: &[(u8, u32)],
    slots: &mut Option<HashMap<(u8, u32), u32>>,
    entry: (u8, u32),
) -> Option<u64> {
    let slots = slots.get_or_insert_with(|| repair.iter().copied().zip(0..).collect());
    slots.get(&entry).map(|slot| u64::from(*slot))
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
