//! What an index says of an object: its name, size and RFC 6330 parameters.

use crate::cbor::{Fields, Reader, Writer, within};
use crate::error::Error;
use crate::hash::ObjectHash;
use crate::limits::{BUNDLE_BYTES, GROUPS_BYTES, LINE_BYTES, OBJECT_BYTES};

/// How soon an object must arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tier {
    /// Titles, leads, where to find the publisher.
    Front,
    /// Articles.
    Text,
    /// Pictures.
    Picture,
    /// Sound, film, files.
    Media,
}

impl Tier {
    /// All tiers, the most urgent first.
    pub const ALL: [Self; 4] = [Self::Front, Self::Text, Self::Picture, Self::Media];

    /// Its number on the wire.
    pub fn number(self) -> u64 {
        self as u64
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::Text => "text",
            Self::Picture => "picture",
            Self::Media => "media",
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        let number = r.uint()?;
        Self::ALL
            .into_iter()
            .find(|tier| tier.number() == number)
            .ok_or(r.invalid("no such tier"))
    }
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// Articles: see [`crate::Bundle`].
    Bundle,
    /// A picture.
    Picture,
    /// A sound.
    Sound,
    /// A film.
    Film,
    /// A file.
    File,
    /// A newer reader page: an inert file, never opened by itself.
    Page,
    /// BLAKE3 subtree values of a big object: see [`crate::groups`].
    Groups,
}

impl ObjectKind {
    const ALL: [Self; 7] = [
        Self::Bundle,
        Self::Picture,
        Self::Sound,
        Self::Film,
        Self::File,
        Self::Page,
        Self::Groups,
    ];
}

/// Size and RFC 6330 parameters of an object; N = 1 and Al = 8 always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Transport {
    /// Transfer length F, in bytes.
    pub size: u64,
    /// Symbol size T, in bytes: a multiple of 8, at most 1,256.
    pub symbol: u16,
    /// Number of source blocks Z.
    pub blocks: u8,
}

/// Largest symbol size T, in bytes: one symbol and its headers fill seven TS cells.
pub const MAX_SYMBOL_BYTES: u16 = 1_256;

impl Transport {
    /// Checks what every reader checks; block lengths are checked by `fountain`.
    pub fn check(self) -> Result<Self, Error> {
        within("bytes of an object", self.size, OBJECT_BYTES)?;
        within(
            "bytes of a symbol",
            u64::from(self.symbol),
            u64::from(MAX_SYMBOL_BYTES),
        )?;
        if self.size == 0 || self.symbol == 0 || !self.symbol.is_multiple_of(8) || self.blocks == 0
        {
            return Err(Error::Invalid {
                structure: "transport parameters",
                why: "F and Z are not 0, T is a multiple of 8",
            });
        }
        Ok(self)
    }
}

/// An object as an index names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectEntry {
    /// Its hash: its name.
    pub hash: ObjectHash,
    /// Size and RFC 6330 parameters.
    pub transport: Transport,
    /// What it is.
    pub kind: ObjectKind,
    /// Media type (RFC 6838) of pictures, sounds, films and files.
    pub media_type: Option<String>,
    /// The object of kind [`ObjectKind::Groups`] that belongs to it.
    pub groups: Option<ObjectHash>,
}

impl ObjectEntry {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.map(
            transport_fields(Fields::default(), 1, &self.hash, &self.transport)
                .with(5, |w| w.uint(self.kind as u64))
                .with_some(6, self.media_type.as_deref(), Writer::text)
                .with_some(7, self.groups, |w, hash| w.bytes(&hash.0)),
        );
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        let no_kind = r.invalid("no such kind of object");
        let bad_type = r.invalid("a media type is type/subtype");
        let mut map = r.map()?;
        let hash = map.required(1, |r| r.array_of().map(ObjectHash))?;
        let transport = read_transport(&mut map, 2)?;
        let kind = map.required(5, Reader::uint)?;
        let kind = ObjectKind::ALL
            .into_iter()
            .find(|k| *k as u64 == kind)
            .ok_or(no_kind)?;
        let media_type = map.optional(6, |r| r.text("media type", LINE_BYTES))?;
        let groups = map.optional(7, |r| r.array_of().map(ObjectHash))?;
        map.finish_closed()?;
        match kind {
            ObjectKind::Bundle => within("bytes of a bundle", transport.size, BUNDLE_BYTES as u64)?,
            ObjectKind::Groups => within("bytes of group hashes", transport.size, GROUPS_BYTES)?,
            _ => {}
        }
        if media_type.is_some_and(|t| !is_media_type(t)) {
            return Err(bad_type);
        }
        Ok(Self {
            hash,
            transport,
            kind,
            media_type: media_type.map(str::to_owned),
            groups,
        })
    }
}

/// Adds hash, F, T and (unless it is 1) Z under the keys from `key` on.
pub(crate) fn transport_fields(
    fields: Fields,
    key: u64,
    hash: &ObjectHash,
    transport: &Transport,
) -> Fields {
    fields
        .with(key, |w| w.bytes(&hash.0))
        .with(key + 1, |w| w.uint(transport.size))
        .with(key + 2, |w| w.uint(u64::from(transport.symbol)))
        .with_some(
            key + 3,
            (transport.blocks != 1).then_some(transport.blocks),
            |w, z| {
                w.uint(u64::from(z));
            },
        )
}

/// Reads F, T and Z under the keys from `key` on.
pub(crate) fn read_transport(
    map: &mut crate::cbor::MapReader<'_, '_>,
    key: u64,
) -> Result<Transport, Error> {
    let size = map.required(key, Reader::uint)?;
    let symbol = map.required(key + 1, |r| r.uint_to("bytes of a symbol", 65_535))?;
    let blocks = map.optional(key + 2, |r| r.uint_to("source blocks", 255))?;
    if blocks == Some(1) {
        return Err(Error::Invalid {
            structure: "transport parameters",
            why: "one source block is left out",
        });
    }
    Transport {
        size,
        symbol: symbol as u16,
        blocks: blocks.unwrap_or(1) as u8,
    }
    .check()
}

fn is_media_type(text: &str) -> bool {
    let part = |p: &str| {
        !p.is_empty()
            && p.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-+.".contains(&b))
    };
    text.split_once('/')
        .is_some_and(|(kind, sub)| part(kind) && part(sub))
}
