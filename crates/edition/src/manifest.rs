//! The manifest: what one edition is made of.

use crate::cbor::{Extra, Fields, MapReader, Reader, within};
use crate::chain::Chain;
use crate::error::Error;
use crate::hash::ObjectHash;
use crate::limits::{INDEX_BYTES, INDEXES, LANGUAGES, MANIFEST_BYTES};
use crate::object::{Tier, Transport, read_transport, transport_fields};
use crate::strings::{language, line};

const STRUCTURE: &str = "manifest";
const VERSION: u64 = 1;

/// An edition: number, time, trust chain, and one index for each tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The publisher's name.
    pub publisher: String,
    /// Languages of the edition (BCP 47), the most used first.
    pub languages: Vec<String>,
    /// Number of the edition, from 1 on.
    pub number: u64,
    /// When it was made, in seconds since 1970-01-01T00:00Z.
    pub seconds: u64,
    /// Hash of the manifest of the edition before it.
    pub previous: Option<ObjectHash>,
    /// The publisher's root keys.
    pub chain: Chain,
    /// One index a tier, ascending.
    pub indexes: Vec<IndexEntry>,
    /// Fields of a newer minor version.
    pub extra: Extra,
}

/// An index as a manifest names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexEntry {
    /// Its tier.
    pub tier: Tier,
    /// Its hash.
    pub hash: ObjectHash,
    /// Size and RFC 6330 parameters.
    pub transport: Transport,
}

impl Manifest {
    /// The canonical bytes: the object that a head names. Errors where a limit is exceeded.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let bytes = Fields::versioned(VERSION)
            .with(1, |w| w.text(&self.publisher))
            .with(2, |w| {
                w.array(self.languages.len());
                self.languages.iter().for_each(|tag| w.text(tag));
            })
            .with(3, |w| w.uint(self.number))
            .with(4, |w| w.uint(self.seconds))
            .with_some(5, self.previous, |w, hash| w.bytes(&hash.0))
            .with(6, |w| self.chain.write(w))
            .with(7, |w| {
                w.array(self.indexes.len());
                for index in &self.indexes {
                    let fields = Fields::default().with(1, |w| w.uint(index.tier.number()));
                    w.map(transport_fields(fields, 2, &index.hash, &index.transport));
                }
            })
            .with_extra(&self.extra)
            .into_bytes();
        Self::parse(&bytes)?;
        Ok(bytes)
    }

    /// Reads canonical bytes of at most [`MANIFEST_BYTES`]. Who signed them is another matter:
    /// see [`crate::SignedHead::open`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        within(
            "bytes of a manifest",
            bytes.len() as u64,
            MANIFEST_BYTES as u64,
        )?;
        let mut reader = Reader::new(STRUCTURE, bytes);
        let invalid = |why| Error::Invalid {
            structure: STRUCTURE,
            why,
        };
        let mut map = reader.versioned(VERSION)?;
        let publisher = map.required(1, |r| line(r, "publisher's name"))?;
        let languages = map.required(2, |r| {
            let len = r.array("languages", LANGUAGES)?;
            (0..len).map(|_| language(r)).collect::<Result<Vec<_>, _>>()
        })?;
        let number = map.required(3, Reader::edition_number)?;
        let seconds = map.required(4, Reader::seconds)?;
        let previous = map.optional(5, |r| r.array_of().map(ObjectHash))?;
        let chain = map.required(6, Chain::read)?;
        let indexes = map.required(7, |r| {
            let len = r.array("indexes", INDEXES)?;
            (0..len)
                .map(|_| IndexEntry::read(r))
                .collect::<Result<Vec<_>, _>>()
        })?;
        let extra = map.finish()?;
        reader.finish()?;
        if publisher.trim().is_empty() {
            return Err(invalid("a publisher has a name"));
        }
        if number == 0 {
            return Err(invalid("editions are numbered from 1"));
        }
        if indexes.windows(2).any(|pair| pair[0].tier >= pair[1].tier) {
            return Err(invalid("indexes ascend by tier, one each"));
        }
        Ok(Self {
            publisher,
            languages,
            number,
            seconds,
            previous,
            chain,
            indexes,
            extra,
        })
    }
}

impl IndexEntry {
    fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        let mut map: MapReader<'_, '_> = r.map()?;
        let tier = map.required(1, Tier::read)?;
        let hash = map.required(2, |r| r.array_of().map(ObjectHash))?;
        let transport = read_transport(&mut map, 3)?;
        map.finish_closed()?;
        within("bytes of an index", transport.size, INDEX_BYTES as u64)?;
        Ok(Self {
            tier,
            hash,
            transport,
        })
    }
}
