//! What is kept of an object that has failed its hash.

use std::collections::HashMap;

use edition::groups::Groups;
use fountain::{Arrival, run_hash};

use super::{FREE, ONE_SYMBOL_RUN, Outcome, Reception};
use crate::lists::{Listed, Lists};
use crate::progress::{BlockProgress, Stage};
use crate::store::{Name, Store};

impl Reception {
    /// Something forged or damaged is among the symbols: what is on a list is kept.
    pub(super) fn begin_listed<S: Store>(
        &mut self,
        store: &mut S,
        lists: &mut Lists,
    ) -> Result<Outcome, S::Error> {
        let is_first = !self.only_listed;
        let good = self.good_blocks(store)?;
        let listed = lists.listed(store)?;
        let outcome = match self.keep_listed(store, listed, &good)? {
            0 => {
                // All of it was vouched for: whoever signs lists forges, too. It begins anew.
                self.keep_listed(store, &Listed::default(), &good)?;
                Outcome::Vouched
            }
            _ => Outcome::Failed,
        };
        self.failures = self.failures.saturating_add(1);
        self.dirty = true;
        if is_first {
            // Not each time: a forger would have us write to the disk for each packet.
            self.save(store)?;
        }
        Ok(outcome)
    }

    /// Which blocks the group hashes show to be right; none where there are no group hashes.
    pub(super) fn good_blocks<S: Store>(&self, store: &mut S) -> Result<Vec<bool>, S::Error> {
        let mut good = vec![false; self.blocks.len()];
        if let Some(proof) = &self.proof {
            for (good, of) in good.iter_mut().zip(&self.blocks) {
                *good = proof.covers(&of.range());
            }
            return Ok(good);
        }
        let Some(hash) = self.groups else {
            return Ok(good);
        };
        let bytes = store.get(Name::Object(hash))?.unwrap_or_default();
        let Ok(groups) = Groups::parse(&bytes, &self.hash, self.size()) else {
            return Ok(good);
        };
        good.fill(true);
        let mut bytes = Vec::new();
        for group in 0..groups.count() {
            let range = groups.range(group);
            bytes.resize((range.end - range.start) as usize, 0);
            store.read_at(Name::Part(self.hash), range.start, &mut bytes)?;
            if groups.check(group, &bytes) {
                continue;
            }
            for (good, of) in good.iter_mut().zip(&self.blocks) {
                let block = of.range();
                *good &= block.end <= range.start || range.end <= block.start;
            }
        }
        Ok(good)
    }

    /// Keeps `good` blocks, and of the others the runs that are on signed lists; of runs of several
    /// symbols those that came since the object was opened. Gives how many symbols were dropped.
    fn keep_listed<S: Store>(
        &mut self,
        store: &mut S,
        listed: &Listed,
        good: &[bool],
    ) -> Result<u64, S::Error> {
        let mut before = std::mem::replace(self, Self::empty(self.hash, self.oti));
        (self.groups, self.tier, self.expected) = (before.groups, before.tier, before.expected);
        (self.failures, self.runs) = (before.failures, before.runs);
        self.proof = before.proof.take();
        self.only_listed = true;
        let is_good = |sbn: u8| good.get(usize::from(sbn)) == Some(&true);
        for (sbn, old) in (0u8..).zip(&mut before.blocks) {
            let is_here = old.stage == Stage::Whole || self.proof.is_some() && old.is_done();
            if is_good(sbn) && is_here {
                std::mem::swap(old, &mut self.blocks[usize::from(sbn)]);
            }
        }
        if let Some(proof) = &mut self.proof {
            let again = self.blocks.iter().filter(|b| !b.is_done());
            again.for_each(|b| proof.reopen(&b.range()));
        }
        let slots = before.repair.len();
        let came: u64 = before
            .blocks
            .iter()
            .map(|b| u64::from(b.state.distinct()))
            .sum();
        match self.oti.symbol_size() < ONE_SYMBOL_RUN {
            true => self.keep_short(store, listed, before)?,
            false => self.keep_symbols(store, listed, before)?,
        }
        for sbn in 0..self.oti.blocks() {
            self.recount(sbn);
        }
        self.discard_rest(store, slots)?;
        let doubtful = self.blocks.iter().filter(|b| !b.is_done());
        let kept: u64 = doubtful.map(|b| u64::from(b.state.distinct())).sum();
        Ok(came - kept)
    }

    /// Keeps those of the symbols that came before that are listed, each a run.
    fn keep_symbols<S: Store>(
        &mut self,
        store: &mut S,
        listed: &Listed,
        before: Self,
    ) -> Result<(), S::Error> {
        let size = usize::from(self.oti.symbol_size());
        let id = fountain::ObjectId(self.hash.id().0);
        let mut packet = Vec::with_capacity(fountain::MAX_PACKET_BYTES);
        let mut is_listed = |sbn: u8, esi: u32, symbol: &[u8]| {
            packet.clear();
            fountain::write_run_header(id, sbn, esi, &mut packet);
            packet.extend_from_slice(symbol);
            listed.contains(&run_hash(&packet))
        };
        let mut symbol = vec![0; size];
        for (sbn, old) in (0u8..).zip(&before.blocks) {
            let progress = &mut self.blocks[usize::from(sbn)];
            if progress.is_done() || matches!(old.stage, Stage::Away | Stage::Spent) {
                continue;
            }
            for esi in old.state.iter_source() {
                let Some(range) = old.block.source_range(esi) else {
                    continue;
                };
                symbol.fill(0);
                let offset = old.block.offset() + range.start as u64;
                store.read_at(Name::Part(self.hash), offset, &mut symbol[..range.len()])?;
                if is_listed(sbn, esi, &symbol) {
                    progress.state.insert(esi);
                }
            }
        }
        for (slot, (sbn, esi)) in before.repair.into_iter().enumerate() {
            if (sbn, esi) == FREE || self.blocks[usize::from(sbn)].is_done() {
                continue;
            }
            store.read_at(Name::Repair(self.hash), (slot * size) as u64, &mut symbol)?;
            if is_listed(sbn, esi, &symbol) {
                self.keep_repair(store, sbn, esi, &symbol)?;
            }
        }
        Ok(())
    }

    /// The same for runs of several symbols, as far as they are remembered.
    fn keep_short<S: Store>(
        &mut self,
        store: &mut S,
        listed: &Listed,
        before: Self,
    ) -> Result<(), S::Error> {
        let size = usize::from(self.oti.symbol_size());
        let id = fountain::ObjectId(self.hash.id().0);
        let slots: HashMap<(u8, u32), usize> = before.repair.iter().copied().zip(0..).collect();
        let mut kept: Vec<(u8, u32, Vec<u8>)> = Vec::new();
        for &(sbn, first, count) in &before.short {
            let old = &before.blocks[usize::from(sbn)];
            let is_done = self.blocks[usize::from(sbn)].is_done();
            if is_done || matches!(old.stage, Stage::Away | Stage::Spent) {
                continue;
            }
            let mut packet = Vec::with_capacity(fountain::MAX_PACKET_BYTES);
            fountain::write_run_header(id, sbn, first, &mut packet);
            let symbols = packet.len();
            for esi in first..first + u32::from(count) {
                let at = packet.len();
                packet.resize(at + size, 0);
                if let Some(range) = old.block.source_range(esi) {
                    let offset = old.block.offset() + range.start as u64;
                    let symbol = &mut packet[at..at + range.len()];
                    store.read_at(Name::Part(self.hash), offset, symbol)?;
                } else if let Some(slot) = slots.get(&(sbn, esi)) {
                    let offset = (slot * size) as u64;
                    store.read_at(Name::Repair(self.hash), offset, &mut packet[at..])?;
                }
            }
            if listed.contains(&run_hash(&packet)) {
                self.short.push((sbn, first, count));
                kept.push((sbn, first, packet.split_off(symbols)));
            }
        }
        for (sbn, first, symbols) in kept {
            for (esi, symbol) in (first..).zip(symbols.chunks(size)) {
                let progress = &mut self.blocks[usize::from(sbn)];
                match progress.block.source_range(esi) {
                    Some(_) => {
                        progress.state.insert(esi);
                    }
                    None => self.keep_repair(store, sbn, esi, symbol)?,
                }
            }
        }
        Ok(())
    }

    fn keep_repair<S: Store>(
        &mut self,
        store: &mut S,
        sbn: u8,
        esi: u32,
        symbol: &[u8],
    ) -> Result<(), S::Error> {
        let state = &mut self.blocks[usize::from(sbn)].state;
        if state.insert(esi) != Arrival::New {
            return Ok(());
        }
        let offset = self.repair.len() as u64 * symbol.len() as u64;
        store.write_at(Name::Repair(self.hash), offset, symbol)?;
        self.repair.push((sbn, esi));
        Ok(())
    }

    /// What the store has of blocks of which nothing was kept, and of the repair file behind the
    /// slots that were, of `slots` once, is not needed any more.
    pub(super) fn discard_rest<S: Store>(
        &self,
        store: &mut S,
        slots: usize,
    ) -> Result<(), S::Error> {
        let is_empty = |b: &&BlockProgress| !b.is_done() && b.state.distinct() == 0;
        for block in self.blocks.iter().filter(is_empty) {
            store.discard(Name::Part(self.hash), block.range())?;
        }
        if self.repair.is_empty() {
            return store.remove(Name::Repair(self.hash));
        }
        let size = u64::from(self.oti.symbol_size());
        for slot in self.repair.len() as u64..slots as u64 {
            store.discard(Name::Repair(self.hash), slot * size..(slot + 1) * size)?;
        }
        Ok(())
    }
}
