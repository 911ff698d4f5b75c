//! The editions that are handed on, and what they are made of.

use std::collections::{HashMap, HashSet};

use edition::{Index, ObjectHash, PublicKey, SignedEdition, SignedHead, Tier, Transport};
use receiver::{MemoryStore, Name, Receiver, Store};

use crate::error::Error;
use crate::folder::{FolderWriter, pieces};
use crate::sync::side::Side;

/// Editions of a publisher that are looked at, at most, those with the newest certificates first. A
/// receiver follows three; each costs a signature check.
const MOST_EDITIONS: usize = 64;

/// An edition whose head and manifest verify.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) signed: SignedEdition,
    /// Its indexes, with their bytes; those that neither side has are missing.
    pub(super) indexes: Vec<(ObjectHash, Index)>,
}

/// Editions that a side follows, the newest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Editions {
    pub(super) editions: Vec<Known>,
}

/// An object that an edition names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) hash: ObjectHash,
    pub(super) transport: Transport,
    pub(super) tier: Tier,
    /// The manifest of the edition that it opens: it is a manifest or an index.
    pub(super) opens: Option<ObjectHash>,
}

impl Known {
    /// Manifest and indexes.
    pub(super) fn opening(&self) -> impl Iterator<Item = Need> {
        let head = self.signed.head();
        let need = |hash, transport| Need {
            hash,
            transport,
            tier: Tier::Front,
            opens: Some(head.manifest()),
        };
        let indexes = self.signed.manifest().indexes.iter();
        std::iter::once(need(head.manifest(), head.transport()))
            .chain(indexes.map(move |index| need(index.hash, index.transport)))
    }

    /// Everything else.
    pub(super) fn objects(&self) -> impl Iterator<Item = Need> {
        self.indexes.iter().flat_map(|(_, index)| {
            index.objects.iter().map(|object| Need {
                hash: object.hash,
                transport: object.transport,
                tier: index.tier,
                opens: None,
            })
        })
    }
}

impl Editions {
    /// All objects, the most urgent of the newest edition first.
    pub(super) fn needs(&self) -> Vec<Need> {
        let mut needs = self.all();
        // Stable: within a tier the newest edition stays first, in the order of its index.
        needs.sort_by_key(|need| need.tier);
        needs
    }

    /// All objects, each once.
    pub(super) fn all(&self) -> Vec<Need> {
        let mut seen = HashSet::new();
        let all = self.editions.iter();
        let all = all.flat_map(|edition| edition.opening().chain(edition.objects()));
        all.filter(|need| seen.insert(need.hash)).collect()
    }

    /// First root keys of their publishers.
    pub(super) fn publishers(&self) -> Vec<PublicKey> {
        self.editions.iter().map(|e| e.signed.publisher()).collect()
    }

    /// Current root keys.
    pub(super) fn roots(&self) -> Vec<PublicKey> {
        self.editions
            .iter()
            .map(|e| e.signed.head().root())
            .collect()
    }
}

/// The editions that `to` follows, from what both sides have: the newest of those publishers that it
/// trusts, as a receiver would follow them, with the same rules for revoked keys and forks.
pub(super) fn known_to(
    to: &mut Side,
    other: &mut Side,
    trust: &[PublicKey],
) -> Result<Editions, Error> {
    // By all of their bytes: anybody can sign a head of their own for somebody else's manifest.
    let mut heads: HashMap<Vec<u8>, SignedHead> = HashMap::new();
    for side in [&mut *to, &mut *other] {
        for head in side.heads()? {
            heads.insert(head.bytes().to_vec(), head);
        }
    }
    let mut found = Vec::new();
    for head in heads.into_values() {
        let need = Need {
            hash: head.manifest(),
            transport: head.transport(),
            tier: Tier::Front,
            opens: Some(head.manifest()),
        };
        if let Some(manifest) = small(&need, to, other)?
            && let Ok(signed) = head.open(&manifest)
        {
            found.push((signed, manifest));
        }
    }
    let trust: Vec<PublicKey> = match (trust.is_empty(), to.trust(), other.trust()) {
        (false, ..) => trust.to_vec(),
        (true, own, _) if !own.is_empty() => own,
        (true, _, others) if !others.is_empty() => others,
        _ => found.iter().map(|(signed, _)| signed.publisher()).collect(),
    };
    // Strangers cost no signature checks, and of each publisher the newest are enough.
    found.retain(|(signed, _)| trust.contains(&signed.publisher()));
    found.sort_by_key(|(signed, _)| {
        let serial = signed.head().certificate().terms().serial;
        std::cmp::Reverse((serial, signed.manifest().number))
    });
    let mut of_publisher: HashMap<PublicKey, usize> = HashMap::new();
    found.retain(|(signed, _)| {
        let count = of_publisher.entry(signed.publisher()).or_default();
        *count += 1;
        *count <= MOST_EDITIONS
    });
    found.sort_by_key(|(signed, _)| signed.manifest().number);
    let mut receiver = infallible(Receiver::open(MemoryStore::new(), trust));
    for (signed, manifest) in &found {
        let head = signed.head();
        let mut packet = Vec::new();
        fountain::write_head(head.bytes(), &mut packet)?;
        infallible(receiver.push_packet(&packet));
        push_object(&mut receiver, head.manifest(), head.transport(), manifest)?;
    }
    let followed: Vec<SignedEdition> = receiver
        .editions()
        .into_iter()
        .map(|(signed, _)| signed.clone())
        .collect();
    let mut known = Editions::default();
    let mut newest = HashSet::new();
    for signed in followed {
        // A folder has one edition of each publisher.
        if !newest.insert(signed.publisher()) && matches!(to, Side::Folder(_)) {
            continue;
        }
        let mut indexes = Vec::new();
        for index in &signed.manifest().indexes {
            let need = Need {
                hash: index.hash,
                transport: index.transport,
                tier: Tier::Front,
                opens: Some(signed.head().manifest()),
            };
            if let Some(bytes) = small(&need, to, other)?
                && let Ok(index) = Index::parse(&bytes)
            {
                indexes.push((need.hash, index));
            }
        }
        known.editions.push(Known { signed, indexes });
    }
    Ok(known)
}

/// A manifest or an index, from whichever side has it, if its hash is right.
fn small(need: &Need, one: &mut Side, other: &mut Side) -> Result<Option<Vec<u8>>, Error> {
    for side in [one, other] {
        if !side.has(need)? {
            continue;
        }
        let mut bytes = Vec::new();
        let is_right = side.read(need, &mut |piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        })?;
        if is_right {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

/// Gives a receiver an object whose hash is known to be right.
fn push_object(
    receiver: &mut Receiver<MemoryStore>,
    hash: ObjectHash,
    transport: Transport,
    bytes: &[u8],
) -> Result<(), Error> {
    if infallible(receiver.store_mut().has(Name::Object(hash))) {
        return Ok(());
    }
    for piece in pieces(&hash, &transport)? {
        let range = FolderWriter::range(&transport, &piece);
        let bytes = bytes.get(range.start as usize..range.end as usize);
        let bytes = bytes.unwrap_or_default();
        for run in FolderWriter::runs(&hash, &transport, &piece, bytes)? {
            infallible(receiver.push_packet(&run));
        }
    }
    Ok(())
}

fn infallible<T>(result: Result<T, std::convert::Infallible>) -> T {
    let Ok(value) = result;
    value
}
