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
    proven: Vec<bool>,
    left: usize,
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
            proven: vec![false; groups.count()],
            left: groups.count(),
            groups,
        }))
    }

    /// Whether every group is proven.
    pub(crate) fn is_whole(&self) -> bool {
        self.left == 0
    }

    /// Whether every group that these bytes touch is proven.
    pub(crate) fn covers(&self, bytes: &Range<u64>) -> bool {
        self.touched(bytes).all(|group| self.proven[group])
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

    /// Whether a group is proven.
    pub(crate) fn is_proven(&self, group: usize) -> bool {
        self.proven[group]
    }

    /// These bytes are in the part since now. Adds the groups that are full to `full`.
    pub(crate) fn add(&mut self, bytes: &Range<u64>, full: &mut Vec<usize>) {
        for group in self.touched(bytes) {
            let range = self.groups.range(group);
            let begin = bytes.start.max(range.start);
            self.present[group] += (bytes.end.min(range.end) - begin) as u32;
            if self.is_full(group) && !self.proven[group] {
                full.push(group);
            }
        }
    }

    /// So many bytes of a group are in the part.
    pub(crate) fn set(&mut self, group: usize, present: u64) {
        self.present[group] = present as u32;
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
        if is_right && !self.proven[group] {
            self.proven[group] = true;
            self.left -= 1;
        }
        Ok(is_right)
    }
}
