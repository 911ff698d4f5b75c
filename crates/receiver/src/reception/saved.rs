//! The saved state of an object on its way.

use edition::ObjectHash;
use fountain::{BlockState, Oti};

use super::{FREE, Reception, STATE_VERSION};
use crate::progress::{BlockProgress, Stage};

impl Reception {
    /// The saved state. Symbols that the store does not have are to come again.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![STATE_VERSION, u8::from(self.only_listed)];
        out.extend_from_slice(&parameters(&self.oti));
        for progress in &self.blocks {
            let mut state = Vec::new();
            match progress.is_kept() {
                true => progress.state.to_bytes(&mut state),
                false => BlockState::new(&progress.block).to_bytes(&mut state),
            }
            out.push(u8::from(progress.is_kept() && progress.is_done()));
            out.extend_from_slice(&(state.len() as u32).to_be_bytes());
            out.extend_from_slice(&state);
        }
        let is_kept = |sbn: u8| {
            let block = self.blocks.get(usize::from(sbn));
            block.is_some_and(BlockProgress::is_kept)
        };
        for slot in &self.repair {
            let (sbn, esi) = if is_kept(slot.0) { *slot } else { FREE };
            out.push(sbn);
            out.extend_from_slice(&esi.to_be_bytes());
        }
        out
    }

    /// `None` for anything that [`Reception::to_bytes`] would not have written: a lost state
    /// costs reception time and nothing else.
    pub(super) fn from_bytes(hash: ObjectHash, oti: Oti, bytes: &[u8]) -> Option<Self> {
        let (&[version, only_listed], rest) = bytes.split_first_chunk()?;
        let (of, mut rest) = rest.split_first_chunk()?;
        // A state under parameters that somebody else has made up says nothing.
        if version != STATE_VERSION || *of != parameters(&oti) {
            return None;
        }
        let mut this = Self::empty(hash, oti);
        this.only_listed = only_listed == 1;
        for progress in &mut this.blocks {
            let (&[done, a, b, c, d], tail) = rest.split_first_chunk()?;
            let (state, tail) = tail.split_at_checked(u32::from_be_bytes([a, b, c, d]) as usize)?;
            progress.state = BlockState::from_bytes(&progress.block, state).ok()?;
            if done == 1 {
                progress.stage = Stage::Whole;
            }
            rest = tail;
        }
        let (slots, []) = rest.as_chunks::<5>() else {
            return None;
        };
        for &[sbn, a, b, c, d] in slots {
            let esi = u32::from_be_bytes([a, b, c, d]);
            if (sbn, esi) == FREE {
                this.free.push(this.repair.len() as u32);
                this.repair.push(FREE);
                continue;
            }
            let known = this.blocks.get(usize::from(sbn))?.state.contains(esi);
            known.then(|| this.repair.push((sbn, esi)))?;
        }
        Some(this)
    }
}

/// F, T and Z.
fn parameters(oti: &Oti) -> [u8; 11] {
    let mut out = [0; 11];
    out[..8].copy_from_slice(&oti.transfer_length().to_be_bytes());
    out[8..10].copy_from_slice(&oti.symbol_size().to_be_bytes());
    out[10] = oti.blocks();
    out
}
