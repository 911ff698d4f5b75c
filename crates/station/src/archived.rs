//! An edition as it lies in the archive.

use edition::{Bundle, Dictionaries, Index, ObjectHash, SignedEdition, Tier};

use crate::ages::Ages;
use crate::archive::Archive;
use crate::error::Error;

/// An edition of the archive with its indexes, everything verified again.
#[derive(Debug, Clone)]
pub struct Archived {
    /// Head and manifest.
    pub signed: SignedEdition,
    /// One index a tier.
    pub indexes: Vec<Index>,
    /// For how many editions its objects have been on air.
    pub ages: Ages,
}

impl Archived {
    /// Loads an edition; `None` loads the newest.
    pub fn load(archive: &Archive, number: Option<u64>) -> Result<Self, Error> {
        let this = Self::load_alone(archive, number)?;
        let ages = Ages::look_back(archive, &this.signed, &this.indexes)?;
        Ok(Self { ages, ..this })
    }

    /// As [`Archived::load`], without a look at the editions before: as if all were new.
    pub(crate) fn load_alone(archive: &Archive, number: Option<u64>) -> Result<Self, Error> {
        let number = match number {
            Some(number) => number,
            None => archive.newest()?,
        };
        let head = archive.head(number)?.verify()?;
        let signed = head.open(&archive.get(head.manifest())?)?;
        let mut indexes = Vec::new();
        for index in &signed.manifest().indexes {
            // After a restore an index may be missing.
            if archive.has(index.hash)? {
                indexes.push(Index::parse(&archive.get(index.hash)?)?);
            }
        }
        Ok(Self {
            signed,
            indexes,
            ages: Ages::default(),
        })
    }

    /// The index of a tier.
    pub fn index(&self, tier: Tier) -> Option<&Index> {
        self.indexes.iter().find(|index| index.tier == tier)
    }

    /// Unpacks one of its bundles.
    pub(crate) fn bundle(
        archive: &Archive,
        hash: ObjectHash,
        dictionaries: &mut Dictionaries,
    ) -> Result<Bundle, Error> {
        Ok(Bundle::unpack(&archive.get(hash)?, dictionaries)?)
    }
}
