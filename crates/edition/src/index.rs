//! The index of a tier: names, sizes and parameters of its objects.
//!
//! An index holds no edition number: one that has not changed stays the same object and is
//! received once.

use crate::cbor::{Extra, Fields, Reader, Writer};
use crate::error::Error;
use crate::limits::{INDEX_BYTES, NUMBERS, OBJECTS, PLACES};
use crate::object::{ObjectEntry, Tier};
use crate::place::Place;

const STRUCTURE: &str = "index";
const VERSION: u64 = 1;

/// The index of one tier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Which tier.
    pub tier: Tier,
    /// Its objects, in the publisher's order of importance.
    pub objects: Vec<ObjectEntry>,
    /// Where to find the publisher; in the front's index only.
    pub places: Vec<Place>,
    /// Numbers of articles that the publisher has withdrawn, ascending: the reader shows them as
    /// withdrawn.
    pub withdrawn: Vec<u64>,
    /// Numbers of articles that still stand in a bundle and are no longer part of the edition,
    /// ascending: the reader leaves them out.
    pub expired: Vec<u64>,
    /// Fields of a newer minor version.
    pub extra: Extra,
}

impl Index {
    /// An empty index.
    pub fn new(tier: Tier) -> Self {
        Self {
            tier,
            objects: Vec::new(),
            places: Vec::new(),
            withdrawn: Vec::new(),
            expired: Vec::new(),
            extra: Extra::default(),
        }
    }

    /// The canonical bytes: the object that a manifest names. Errors where a limit is exceeded.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let bytes = Fields::versioned(VERSION)
            .with(1, |w| w.uint(self.tier.number()))
            .with(2, |w| {
                w.array(self.objects.len());
                self.objects.iter().for_each(|object| object.write(w));
            })
            .with_some(3, some(&self.places), |w, places| {
                w.array(places.len());
                places.iter().for_each(|place| place.write(w));
            })
            .with_some(4, some(&self.withdrawn), write_numbers)
            .with_some(5, some(&self.expired), write_numbers)
            .with_extra(&self.extra)
            .into_bytes();
        Self::parse(&bytes)?;
        Ok(bytes)
    }

    /// Reads canonical bytes of at most [`INDEX_BYTES`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        crate::cbor::within("bytes of an index", bytes.len() as u64, INDEX_BYTES as u64)?;
        let mut reader = Reader::new(STRUCTURE, bytes);
        let invalid = |why| Error::Invalid {
            structure: STRUCTURE,
            why,
        };
        let mut map = reader.versioned(VERSION)?;
        let tier = map.required(1, Tier::read)?;
        let objects = map.required(2, |r| {
            let len = r.array("objects", OBJECTS)?;
            (0..len)
                .map(|_| ObjectEntry::read(r))
                .collect::<Result<Vec<_>, _>>()
        })?;
        let places = map.optional(3, |r| {
            let len = r.array("places", PLACES)?;
            (0..len)
                .map(|_| Place::read(r))
                .collect::<Result<Vec<_>, _>>()
        })?;
        let withdrawn = map.optional(4, read_numbers)?;
        let expired = map.optional(5, read_numbers)?;
        let extra = map.finish()?;
        reader.finish()?;
        if places.as_ref().is_some_and(Vec::is_empty) {
            return Err(invalid("an empty list of places is left out"));
        }
        if places.is_some() && tier != Tier::Front {
            return Err(invalid("places stand in the front's index"));
        }
        let mut ids: Vec<_> = objects.iter().map(|object| object.hash.id()).collect();
        ids.sort_unstable();
        if ids.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(invalid("two objects have one name"));
        }
        Ok(Self {
            tier,
            objects,
            places: places.unwrap_or_default(),
            withdrawn: withdrawn.unwrap_or_default(),
            expired: expired.unwrap_or_default(),
            extra,
        })
    }
}

fn some<T>(items: &[T]) -> Option<&[T]> {
    (!items.is_empty()).then_some(items)
}

/// Ascending numbers as the first one and the differences: small numbers compress.
fn write_numbers(w: &mut Writer, numbers: &[u64]) {
    w.array(numbers.len());
    let mut last = 0;
    for number in numbers {
        w.uint(number.wrapping_sub(last));
        last = *number;
    }
}

fn read_numbers(r: &mut Reader<'_>) -> Result<Vec<u64>, Error> {
    let len = r.array("numbers", NUMBERS)?;
    if len == 0 {
        return Err(r.invalid("an empty list of numbers is left out"));
    }
    let mut last: Option<u64> = None;
    (0..len)
        .map(|_| {
            let step = r.uint()?;
            let next = match last {
                None => Some(step),
                Some(last) if step > 0 => last.checked_add(step),
                Some(_) => None,
            }
            .ok_or(r.invalid("numbers ascend, each once"))?;
            last = Some(next);
            Ok(next)
        })
        .collect()
}
