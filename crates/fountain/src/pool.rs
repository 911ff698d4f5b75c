//! A small pool for runs that cannot be used yet: of objects that nothing signed has named so far,
//! or on no list.

use std::collections::{HashMap, VecDeque};

use crate::ObjectId;

/// What an entry costs besides its packet, in bytes, for the cap: the entry itself, its share of
/// the index, and what both keep free because they grow by doubling.
const ENTRY_BYTES: usize = 320;

/// Packets of many objects in the order of their arrival, the oldest dropped first, within a fixed
/// number of bytes, bookkeeping included. Inserting and taking cost O(1) a packet, amortised.
#[derive(Clone, Debug)]
pub struct Pool {
    max_bytes: usize,
    bytes: usize,
    /// The number of the first entry in `entries`; numbers only grow.
    first: u64,
    entries: VecDeque<Entry>,
    taken: usize,
    chains: HashMap<ObjectId, Chain>,
}

#[derive(Clone, Debug)]
struct Entry {
    object: ObjectId,
    /// The next entry of the same object, if there is one.
    next: Option<u64>,
    /// `None` once taken.
    packet: Option<Box<[u8]>>,
}

/// The first and the last entry of an object.
#[derive(Clone, Copy, Debug)]
struct Chain {
    first: u64,
    last: u64,
}

impl Pool {
    /// An empty pool that never holds more than `max_bytes` in all.
    #[must_use]
    pub fn new(max_bytes: usize) -> Self {
        Self {
            max_bytes,
            bytes: 0,
            first: 0,
            entries: VecDeque::new(),
            taken: 0,
            chains: HashMap::new(),
        }
    }

    /// The packets that wait, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.entries
            .iter()
            .filter_map(|entry| entry.packet.as_deref())
    }

    /// The bytes that are used of the cap, bookkeeping included.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many packets wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len() - self.taken
    }

    /// Whether none waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a packet of the object waits.
    #[must_use]
    pub fn contains(&self, object: ObjectId) -> bool {
        self.chains.contains_key(&object)
    }

    /// Takes a packet in, and drops the oldest ones until it fits. A packet larger than the whole
    /// pool is not taken in.
    pub fn insert(&mut self, object: ObjectId, packet: &[u8]) {
        let cost = packet.len() + ENTRY_BYTES;
        if cost > self.max_bytes {
            return;
        }
        while self.bytes + cost > self.max_bytes {
            self.drop_oldest();
        }
        self.append(object, packet.into());
        self.bytes += cost;
    }

    /// Takes all packets of an object out, in the order of their arrival.
    pub fn take(&mut self, object: ObjectId) -> Vec<Box<[u8]>> {
        let mut packets = Vec::new();
        let mut next = self.chains.remove(&object).map(|chain| chain.first);
        while let Some(entry) = next.and_then(|n| self.entry(n)) {
            next = entry.next;
            packets.extend(entry.packet.take());
        }
        for packet in &packets {
            self.bytes -= packet.len() + ENTRY_BYTES;
        }
        self.taken += packets.len();
        if self.taken > self.len() {
            self.close_ranks();
        }
        packets
    }

    fn append(&mut self, object: ObjectId, packet: Box<[u8]>) {
        let number = self.first + self.entries.len() as u64;
        self.entries.push_back(Entry {
            object,
            next: None,
            packet: Some(packet),
        });
        let chain = self.chains.entry(object).or_insert(Chain {
            first: number,
            last: number,
        });
        let before = chain.last;
        chain.last = number;
        if before != number
            && let Some(entry) = self.entry(before)
        {
            entry.next = Some(number);
        }
    }

    fn drop_oldest(&mut self) {
        let Some(entry) = self.entries.pop_front() else {
            return;
        };
        self.first += 1;
        let Some(packet) = entry.packet else {
            self.taken -= 1;
            return;
        };
        self.bytes -= packet.len() + ENTRY_BYTES;
        // The oldest of all is the first of its object.
        match entry.next {
            Some(first) => {
                if let Some(chain) = self.chains.get_mut(&entry.object) {
                    chain.first = first;
                }
            }
            None => {
                self.chains.remove(&entry.object);
            }
        }
    }

    /// Removes the entries that were taken, once they are the greater part.
    fn close_ranks(&mut self) {
        self.first = 0;
        self.taken = 0;
        self.chains.clear();
        for entry in core::mem::take(&mut self.entries) {
            if let Some(packet) = entry.packet {
                self.append(entry.object, packet);
            }
        }
    }

    fn entry(&mut self, number: u64) -> Option<&mut Entry> {
        let index = number.checked_sub(self.first)?;
        self.entries.get_mut(usize::try_from(index).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u64) -> ObjectId {
        ObjectId(n.to_be_bytes())
    }

    #[test]
    fn a_flood_of_tiny_objects_stays_within_the_cap() {
        let mut pool = Pool::new(1 << 20);
        for n in 0..2_000_000 {
            pool.insert(id(n), &[0; 21]);
            if n % 3 == 0 {
                assert_eq!(pool.take(id(n)).len(), 1);
            }
        }
        assert!(pool.bytes() <= 1 << 20);
        let index = pool.chains.capacity() * (size_of::<(ObjectId, Chain)>() + 1) * 8 / 7;
        let entries = pool.entries.capacity() * size_of::<Entry>();
        let packets = pool.len() * (21 + 16);
        let real = index + entries + packets;
        assert!(real <= 1 << 20, "{real} bytes");
    }

    proptest! {
        /// The slow reference: a list of everything, searched from the start.
        #[test]
        fn agrees_with_a_plain_list(
            ops in prop::collection::vec((0u64..6, 0usize..200, any::<bool>()), 0..300),
        ) {
            let max = 3000;
            let mut pool = Pool::new(max);
            let mut plain: Vec<(ObjectId, Vec<u8>)> = Vec::new();
            for (i, (object, len, take)) in ops.into_iter().enumerate() {
                if take {
                    let expected: Vec<Vec<u8>> = plain
                        .extract_if(.., |(o, _)| *o == id(object))
                        .map(|(_, packet)| packet)
                        .collect();
                    let taken: Vec<Vec<u8>> =
                        pool.take(id(object)).into_iter().map(Vec::from).collect();
                    prop_assert_eq!(taken, expected);
                } else {
                    let packet = vec![i as u8; len];
                    pool.insert(id(object), &packet);
                    plain.push((id(object), packet));
                    while plain.iter().map(|(_, p)| p.len() + ENTRY_BYTES).sum::<usize>() > max {
                        plain.remove(0);
                    }
                }
                prop_assert_eq!(pool.len(), plain.len());
                prop_assert!(pool.bytes() <= max);
            }
        }
    }
}
