//! Group hashes: BLAKE3 subtree values of a big object, one for each mebibyte, so that damage is
//! found where it is and not only that it is.
//!
//! They are an object of their own and prove themselves: merged, they give the object's hash
//! (BLAKE3 §2.1, C2SP BLAKE3; a group is a complete subtree of 1,024 chunks, the last may be
//! smaller).

use blake3::Hasher;
use blake3::hazmat::{
    ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root,
};

use crate::error::Error;
use crate::hash::ObjectHash;

/// Bytes of a group.
pub const GROUP_BYTES: usize = 1 << 20;

/// Checked group hashes of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    values: Vec<ChainingValue>,
    size: u64,
}

/// Takes an object in order and gives its hash and group hashes.
#[derive(Debug, Clone, Default)]
pub struct GroupHasher {
    values: Vec<ChainingValue>,
    group: Vec<u8>,
    whole: Hasher,
    size: u64,
}

impl GroupHasher {
    /// Nothing hashed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        self.whole.update(bytes);
        self.size += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, rest) = bytes.split_at(bytes.len().min(GROUP_BYTES - self.group.len()));
            self.group.extend_from_slice(now);
            bytes = rest;
            if self.group.len() == GROUP_BYTES {
                self.close();
            }
        }
    }

    /// The object's hash, and the bytes of its groups object if it has more than one group.
    pub fn finish(mut self) -> (ObjectHash, Option<Vec<u8>>) {
        if !self.group.is_empty() {
            self.close();
        }
        let hash = ObjectHash(*self.whole.finalize().as_bytes());
        (hash, (self.values.len() > 1).then(|| self.values.concat()))
    }

    fn close(&mut self) {
        let value = subtree(&self.group, self.values.len());
        self.values.push(value);
        self.group.clear();
    }
}

impl Groups {
    /// Checks the group hashes `bytes` of the object `hash` of `size` bytes.
    pub fn parse(bytes: &[u8], hash: &ObjectHash, size: u64) -> Result<Self, Error> {
        let invalid = |why| Error::Invalid {
            structure: "group hashes",
            why,
        };
        let (values, rest) = bytes.as_chunks::<32>();
        let count = size.div_ceil(GROUP_BYTES as u64);
        if !rest.is_empty() || values.len() as u64 != count {
            return Err(invalid("their number does not fit the object's size"));
        }
        if count < 2 {
            return Err(invalid("an object of one group has none"));
        }
        let (left, right) = values.split_at(left_len(values.len()));
        let root = merge_subtrees_root(&merge(left), &merge(right), Mode::Hash);
        if root != blake3::Hash::from_bytes(hash.0) {
            return Err(Error::Hash {
                what: "group hashes",
            });
        }
        Ok(Self {
            values: values.to_vec(),
            size,
        })
    }

    /// How many groups there are.
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// The bytes of the object that a group takes; none past the last one.
    pub fn range(&self, group: usize) -> std::ops::Range<u64> {
        let start = (group as u64)
            .saturating_mul(GROUP_BYTES as u64)
            .min(self.size);
        start..self.size.min(start + GROUP_BYTES as u64)
    }

    /// Whether `bytes` are those of `group`.
    pub fn check(&self, group: usize, bytes: &[u8]) -> bool {
        let Some(value) = self.values.get(group) else {
            return false;
        };
        let range = self.range(group);
        bytes.len() as u64 == range.end - range.start && *value == subtree(bytes, group)
    }
}

fn subtree(bytes: &[u8], group: usize) -> ChainingValue {
    Hasher::new()
        .set_input_offset((group * GROUP_BYTES) as u64)
        .update(bytes)
        .finalize_non_root()
}

/// The left subtree is the largest power of two that leaves something to the right.
fn left_len(len: usize) -> usize {
    len.next_power_of_two() / 2
}

fn merge(values: &[ChainingValue]) -> ChainingValue {
    match values {
        [] => [0; 32],
        [value] => *value,
        _ => {
            let (left, right) = values.split_at(left_len(values.len()));
            merge_subtrees_non_root(&merge(left), &merge(right), Mode::Hash)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_prove_themselves_and_find_damage() {
        for groups in [2, 3, 4, 5, 7, 8, 9] {
            let mut data: Vec<u8> = (0..groups * GROUP_BYTES - 777)
                .map(|i| ((i * i) >> 7) as u8)
                .collect();
            let mut hasher = GroupHasher::new();
            for piece in data.chunks(300_001) {
                hasher.update(piece);
            }
            let (hash, bytes) = hasher.finish();
            assert_eq!(hash, ObjectHash::of(&data));
            let bytes = bytes.unwrap();
            let size = data.len() as u64;
            let parsed = Groups::parse(&bytes, &hash, size).unwrap();
            assert_eq!(parsed.count(), groups);
            data[GROUP_BYTES + 5] ^= 1;
            for group in 0..groups {
                let range = parsed.range(group);
                let piece = &data[range.start as usize..range.end as usize];
                assert_eq!(parsed.check(group, piece), group != 1);
            }
            let mut forged = bytes.clone();
            forged[40] ^= 1;
            assert!(Groups::parse(&forged, &hash, size).is_err());
            assert!(Groups::parse(&bytes[32..], &hash, size).is_err());
        }
    }

    #[test]
    fn left_subtree_is_the_largest_power_of_two() {
        let lens: Vec<_> = (2..10).map(left_len).collect();
        assert_eq!(lens, [1, 2, 2, 4, 4, 4, 4, 8]);
    }
}
