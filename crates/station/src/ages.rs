//! For how many editions each object of an edition has been on air, as the archive tells it.

use std::collections::{HashMap, HashSet};

use edition::{Index, ObjectHash, SignedEdition};

use crate::archive::Archive;
use crate::error::Error;

/// Editions that are looked at, at most, back from the one before: what is older is as old as this.
pub const LOOK_BACK: u32 = 7;

/// How old the objects of an edition are. It is the same whoever looks at the archive, and when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ages {
    /// Of objects that the edition before had, too.
    known: HashMap<ObjectHash, u32>,
}

impl Ages {
    /// Looks back from an edition, as far as the archive goes and at most [`LOOK_BACK`] editions. An
    /// edition that is not there (after a restore), or is no edition, ends it.
    pub(crate) fn look_back(
        archive: &Archive,
        edition: &SignedEdition,
        indexes: &[Index],
    ) -> Result<Self, Error> {
        let mut ages = Self::default();
        let mut open = hashes(edition, indexes);
        let number = edition.manifest().number;
        for back in 1..=LOOK_BACK {
            let Some(number) = number.checked_sub(u64::from(back)).filter(|n| *n > 0) else {
                break;
            };
            let Some(earlier) = hashes_of(archive, number)? else {
                break;
            };
            open.retain(|hash| earlier.contains(hash));
            if open.is_empty() {
                break;
            }
            ages.known.extend(open.iter().map(|hash| (*hash, back)));
        }
        Ok(ages)
    }

    /// In how many editions without a gap before this one the object was: 0 for what is new,
    /// [`LOOK_BACK`] at most.
    #[must_use]
    pub fn of(&self, object: ObjectHash) -> u32 {
        self.known.get(&object).copied().unwrap_or(0)
    }
}

/// Everything that goes on air with an edition.
fn hashes(edition: &SignedEdition, indexes: &[Index]) -> HashSet<ObjectHash> {
    let own = edition.manifest().indexes.iter().map(|index| index.hash);
    let objects = indexes.iter().flat_map(|index| &index.objects);
    own.chain(objects.map(|object| object.hash)).collect()
}

fn hashes_of(archive: &Archive, number: u64) -> Result<Option<HashSet<ObjectHash>>, Error> {
    let head = match archive.head(number) {
        Ok(head) => head,
        Err(Error::NoEdition { .. } | Error::NothingPublished | Error::Edition(_)) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let Ok(head) = head.verify() else {
        return Ok(None);
    };
    if !archive.has(head.manifest())? {
        return Ok(None);
    }
    let Ok(signed) = head.open(&archive.get(head.manifest())?) else {
        return Ok(None);
    };
    let mut indexes = Vec::new();
    for index in &signed.manifest().indexes {
        if archive.has(index.hash)? {
            indexes.extend(Index::parse(&archive.get(index.hash)?));
        }
    }
    Ok(Some(hashes(&signed, &indexes)))
}
