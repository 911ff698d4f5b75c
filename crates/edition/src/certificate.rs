//! Certificates: a root key lets another key sign editions, or lists of packets, for a while.

use crate::cbor::{Extra, Fields, Reader, Writer, within};
use crate::error::Error;
use crate::key::{Domain, PublicKey, SecretKey, Signature};
use crate::limits::{CERTIFICATE_BYTES, CERTIFICATE_SPAN};

const STRUCTURE: &str = "certificate";
const VERSION: u64 = 1;

/// What a certified key may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Heads: editions.
    Manifest,
    /// Lists of packets, at the transmitter.
    OnAir,
}

/// A sender's share of the repair symbols of every block, in units of 65,536 encoding symbols.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    /// First unit, 0 to 254.
    pub first: u8,
    /// How many units, at least one.
    pub count: u8,
}

/// What a root key says of another key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The key that is certified.
    pub key: PublicKey,
    /// What it may sign.
    pub role: Role,
    /// Ascending with each certificate; a higher one revokes lower ones from its `first` on.
    pub serial: u32,
    /// First edition number covered.
    pub first: u64,
    /// Last edition number covered, at most [`CERTIFICATE_SPAN`] numbers in all.
    pub last: u64,
    /// Not before, in seconds since 1970-01-01T00:00Z, compared with an edition's own time.
    pub not_before: u64,
    /// Not after, likewise.
    pub not_after: u64,
    /// For [`Role::OnAir`]: the sender's share of the repair symbols.
    pub slice: Option<Slice>,
}

/// A certificate as it came: its signature is not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    terms: Terms,
    extra: Extra,
    signature: Signature,
    bytes: Vec<u8>,
}

/// A certificate that the named root key did sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certified {
    terms: Terms,
    root: PublicKey,
}

impl Certificate {
    /// Signs `terms` with a root key.
    pub fn sign(terms: Terms, root: &SecretKey) -> Result<Self, Error> {
        let extra = Extra::default();
        let signature = root.sign(
            Domain::Certificate,
            &message(&root.public(), &terms, &extra),
        );
        let bytes = fields(&terms)
            .with(9, |w| w.bytes(&signature.0))
            .with_extra(&extra)
            .into_bytes();
        Self::parse(&bytes)
    }

    /// Reads a certificate of at most [`CERTIFICATE_BYTES`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        within(
            "bytes of a certificate",
            bytes.len() as u64,
            CERTIFICATE_BYTES as u64,
        )?;
        let mut reader = Reader::new(STRUCTURE, bytes);
        let invalid = |why| Error::Invalid {
            structure: STRUCTURE,
            why,
        };
        let mut map = reader.versioned(VERSION)?;
        let key = map.required(1, |r| r.array_of().map(PublicKey))?;
        let role = match map.required(2, Reader::uint)? {
            0 => Role::Manifest,
            1 => Role::OnAir,
            _ => return Err(invalid("no such role")),
        };
        let serial = map.required(3, |r| r.uint_to("serial", u64::from(u32::MAX)))? as u32;
        let first = map.required(4, Reader::edition_number)?;
        let last = map.required(5, Reader::edition_number)?;
        let not_before = map.required(6, Reader::seconds)?;
        let not_after = map.required(7, Reader::seconds)?;
        let slice = map.optional(8, read_slice)?;
        let signature = map.required(9, |r| r.array_of().map(Signature))?;
        let extra = map.finish()?;
        reader.finish()?;
        if last < first || not_after < not_before {
            return Err(invalid("it ends before it begins"));
        }
        within(
            "editions of a certificate",
            last - first,
            CERTIFICATE_SPAN - 1,
        )?;
        if slice.is_some() != (role == Role::OnAir) {
            return Err(invalid("a slice belongs to the role on-air"));
        }
        Ok(Self {
            terms: Terms {
                key,
                role,
                serial,
                first,
                last,
                not_before,
                not_after,
                slice,
            },
            extra,
            signature,
            bytes: bytes.to_vec(),
        })
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it claims.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Checks the signature against a root key.
    pub fn verify(&self, root: &PublicKey) -> Result<Certified, Error> {
        root.verify(
            Domain::Certificate,
            &message(root, &self.terms, &self.extra),
            &self.signature,
        )?;
        Ok(Certified {
            terms: self.terms.clone(),
            root: *root,
        })
    }
}

impl Certified {
    /// What the root key says.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The root key that said it.
    pub fn root(&self) -> PublicKey {
        self.root
    }

    /// Whether it lets its key act in `role` for the edition `number`.
    pub fn covers(&self, role: Role, number: u64) -> Result<(), Error> {
        let refuse = |why| {
            Err(Error::NotCertified {
                serial: u64::from(self.terms.serial),
                why,
            })
        };
        if self.terms.role != role {
            return refuse("the key is certified for something else");
        }
        if !(self.terms.first..=self.terms.last).contains(&number) {
            return refuse("the edition's number is outside of its range");
        }
        Ok(())
    }

    /// Whether an edition's own time (seconds) is inside of the certificate's dates. Outside of
    /// them readers are warned and news is never hidden.
    pub fn in_time(&self, seconds: u64) -> bool {
        (self.terms.not_before..=self.terms.not_after).contains(&seconds)
    }
}

fn message(root: &PublicKey, terms: &Terms, extra: &Extra) -> Vec<u8> {
    let mut message = root.0.to_vec();
    message.extend_from_slice(&fields(terms).with_extra(extra).into_bytes());
    message
}

fn fields(terms: &Terms) -> Fields {
    Fields::versioned(VERSION)
        .with(1, |w| w.bytes(&terms.key.0))
        .with(2, |w| w.uint(u64::from(terms.role == Role::OnAir)))
        .with(3, |w| w.uint(u64::from(terms.serial)))
        .with(4, |w| w.uint(terms.first))
        .with(5, |w| w.uint(terms.last))
        .with(6, |w| w.uint(terms.not_before))
        .with(7, |w| w.uint(terms.not_after))
        .with_some(8, terms.slice, write_slice)
}

fn write_slice(w: &mut Writer, slice: Slice) {
    w.array(2);
    w.uint(u64::from(slice.first));
    w.uint(u64::from(slice.count));
}

fn read_slice(r: &mut Reader<'_>) -> Result<Slice, Error> {
    if r.array("items of a slice", 2)? != 2 {
        return Err(r.invalid("a slice is its first unit and their count"));
    }
    let first = r.uint_to("first unit of a slice", 254)?;
    let count = r.uint_to("units of a slice", 255 - first)?;
    if count == 0 {
        return Err(r.invalid("a slice has at least one unit"));
    }
    Ok(Slice {
        first: first as u8,
        count: count as u8,
    })
}
