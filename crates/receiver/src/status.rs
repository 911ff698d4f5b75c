//! What is here and what is missing, as numbers.

use edition::{PublicKey, Tier};

/// An edition of a trusted publisher, as far as it is here.
#[derive(Debug, Clone, PartialEq)]
pub struct EditionStatus {
    /// The publisher's first root key.
    pub publisher: PublicKey,
    /// The publisher's name.
    pub name: String,
    /// Number of the edition.
    pub number: u64,
    /// When it was made, in seconds since 1970-01-01T00:00Z.
    pub seconds: u64,
    /// Its tiers, the most urgent first.
    pub tiers: Vec<TierStatus>,
}

/// A tier of an edition, as far as it is here.
#[derive(Debug, Clone, PartialEq)]
pub struct TierStatus {
    /// The tier.
    pub tier: Tier,
    /// Whether its index is here. If not, the other numbers are those of the index itself.
    pub index_here: bool,
    /// How many objects it has, its index included.
    pub objects: usize,
    /// How many of them are here.
    pub complete: usize,
    /// Bytes of all of them.
    pub bytes: u64,
    /// Bytes received towards them.
    pub received: u64,
    /// The largest share of any block that is missing, 0 (complete) to 1 (nothing is here).
    pub missing_share: f64,
}

impl EditionStatus {
    /// Whether all of it is here.
    pub fn is_complete(&self) -> bool {
        self.tiers.iter().all(TierStatus::is_complete)
    }

    /// Bytes of the whole edition, as far as it is known.
    pub fn bytes(&self) -> u64 {
        self.tiers.iter().map(|tier| tier.bytes).sum()
    }

    /// Bytes received towards it.
    pub fn received(&self) -> u64 {
        self.tiers.iter().map(|tier| tier.received).sum()
    }

    /// Seconds of further reception until it is whole, if each object keeps its share of a
    /// stream that brings `bytes_per_second` of this edition's symbols.
    pub fn seconds_to_go(&self, bytes_per_second: f64) -> f64 {
        let worst = self
            .tiers
            .iter()
            .map(|tier| tier.missing_share)
            .fold(0.0, f64::max);
        worst * self.bytes() as f64 / bytes_per_second.max(1.0)
    }
}

impl TierStatus {
    /// Whether all of it is here.
    pub fn is_complete(&self) -> bool {
        self.index_here && self.complete == self.objects
    }
}

/// What has come in since the receiver was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Packets, of any kind.
    pub packets: u64,
    /// Bytes of packets.
    pub packet_bytes: u64,
    /// Packets that no version of the format that is known here allows.
    pub broken: u64,
    /// Runs that brought something new.
    pub useful: u64,
    /// Bytes of symbols in them.
    pub useful_bytes: u64,
    /// Runs of objects that are complete already.
    pub repeated: u64,
    /// Runs that wait because nothing signed names their object yet.
    pub waiting: u64,
    /// Heads, repeats included.
    pub heads: u64,
    /// Lists, repeats included.
    pub lists: u64,
    /// Heads and lists whose signature does not verify.
    pub forged: u64,
    /// Runs that are on no list, where only listed ones count.
    pub unlisted: u64,
}
