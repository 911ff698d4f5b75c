//! Group hashes at work: the bytes of a big object are proven as they come, in any order, so that a
//! store which can get them again need not keep them until the whole is there.

use std::ops::Range;

use edition::ObjectHash;
use edition::groups::{GROUP_BYTES, Groups};

use crate::store::{Name, Store};

/// How far the groups of one object are proven.
#[derive(Debug)]
pub(crate) struct Proof {
    groups: Groups,
    /// Bytes of each group that are in the part.
    present: Vec<u32>,
    stages: Vec<Stage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Its bytes may be any.
    Open,
    /// Its bytes are right, and in the part.
    Proven,
    /// Its bytes were right, and the store does not have all of them any more.
    Spent,
}

impl Proof {
    /// The proof of an object of `size` bytes, if its group hashes are here and hold.
    pub(crate) fn open<S: Store>(
        store: &mut S,
        groups: ObjectHash,
        object: &ObjectHash,
        size: u64,
    ) -> Result<Option<Self>, S::Error> {
        let bytes = store.get(Name::Object(groups))?.unwrap_or_default();
        let groups = Groups::parse(&bytes, object, size).ok();
        Ok(groups.map(|groups| Self {
            present: vec![0; groups.count()],
            stages: vec![Stage::Open; groups.count()],
            groups,
        }))
    }

    /// Whether every group is proven.
    pub(crate) fn is_whole(&self) -> bool {
        self.stages.iter().all(|stage| *stage != Stage::Open)
    }

    /// Whether every group that these bytes touch is proven.
    pub(crate) fn covers(&self, bytes: &Range<u64>) -> bool {
        self.touched(bytes).all(|group| !self.is_open(group))
    }

    /// The groups that these bytes touch.
    pub(crate) fn touched(&self, bytes: &Range<u64>) -> Range<usize> {
        let group = GROUP_BYTES as u64;
        (bytes.start / group) as usize..bytes.end.div_ceil(group) as usize
    }

    /// The bytes of a group.
    pub(crate) fn range(&self, group: usize) -> Range<u64> {
        self.groups.range(group)
    }

    /// Whether a group is not proven.
    pub(crate) fn is_open(&self, group: usize) -> bool {
        self.stages[group] == Stage::Open
    }

    /// Whether a group is proven, and its bytes are not all there any more.
    pub(crate) fn is_spent(&self, group: usize) -> bool {
        self.stages[group] == Stage::Spent
    }

    /// The store has dropped bytes of a group that is proven.
    pub(crate) fn spend(&mut self, group: usize) {
        self.stages[group] = Stage::Spent;
    }

    /// These bytes leave the part and will come again: what they were proves nothing then.
    pub(crate) fn reopen(&mut self, bytes: &Range<u64>) {
        for group in self.touched(bytes) {
            if self.stages[group] == Stage::Proven {
                self.stages[group] = Stage::Open;
            }
        }
    }

    /// These bytes are in the part since now. Adds the groups that are full to `full`.
    pub(crate) fn add(&mut self, bytes: &Range<u64>, full: &mut Vec<usize>) {
        for group in self.touched(bytes) {
            let range = self.groups.range(group);
            let begin = bytes.start.max(range.start);
            self.present[group] += (bytes.end.min(range.end) - begin) as u32;
            if self.is_full(group) && self.is_open(group) {
                full.push(group);
            }
        }
    }

    /// So many bytes of a group are in the part.
    pub(crate) fn set(&mut self, group: usize, present: u64) {
        self.present[group] = present as u32;
    }

    /// The groups that are full and not proven.
    pub(crate) fn full(&self) -> Vec<usize> {
        let all = 0..self.groups.count();
        all.filter(|group| self.is_full(*group) && self.is_open(*group))
            .collect()
    }

    /// Whether all bytes of a group are in the part.
    pub(crate) fn is_full(&self, group: usize) -> bool {
        let range = self.groups.range(group);
        u64::from(self.present[group]) == range.end - range.start
    }

    /// Checks a group that is full; whether it is right.
    pub(crate) fn prove<S: Store>(
        &mut self,
        store: &mut S,
        object: ObjectHash,
        group: usize,
    ) -> Result<bool, S::Error> {
        let range = self.groups.range(group);
        let mut bytes = vec![0; (range.end - range.start) as usize];
        store.read_at(Name::Part(object), range.start, &mut bytes)?;
        let is_right = self.groups.check(group, &bytes);
        if is_right {
            self.stages[group] = Stage::Proven;
        }
        Ok(is_right)
    }
}
