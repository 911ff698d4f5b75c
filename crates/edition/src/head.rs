//! The head: the signature over an edition, complete in itself, and the way from bytes that came
//! over the air to an edition that is known to be a publisher's.
//!
//! ```text
//! bytes ─Head::parse─► Head ─verify─► SignedHead ─open(manifest)─► SignedEdition
//! ```
//!
//! Each arrow is the only way to the type on its right.

use crate::cbor::{Extra, Fields, Reader, Writer, within};
use crate::certificate::{Certificate, Certified, Role};
use crate::chain::VerifiedChain;
use crate::error::Error;
use crate::hash::ObjectHash;
use crate::key::{Domain, PublicKey, SecretKey, Signature};
use crate::limits::{CERTIFICATE_BYTES, HEAD_PACKET_BYTES, MANIFEST_BYTES};
use crate::manifest::Manifest;
use crate::object::{Transport, read_transport, transport_fields};

const STRUCTURE: &str = "head";
const VERSION: u64 = 1;

/// A head as it came: nothing of it is checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    root: PublicKey,
    number: u64,
    seconds: u64,
    manifest: ObjectHash,
    transport: Transport,
    certificate: Certificate,
    extra: Extra,
    signature: Signature,
    bytes: Vec<u8>,
}

/// A head whose certificate and signature verify under the root key that it names. Whether that
/// root is a publisher's is known once the manifest's chain joins it to the first root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHead {
    head: Head,
    certified: Certified,
}

/// An edition that the publisher of [`SignedEdition::publisher`] did sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedEdition {
    head: SignedHead,
    manifest: Manifest,
    chain: VerifiedChain,
}

impl Head {
    /// Signs an edition with a key that `certificate` lets sign manifests.
    pub fn sign(
        root: PublicKey,
        manifest: &Manifest,
        manifest_bytes: &[u8],
        transport: Transport,
        certificate: &Certificate,
        key: &SecretKey,
    ) -> Result<Self, Error> {
        let fields = |signature: Option<Signature>| {
            fields(
                &root,
                manifest.number,
                manifest.seconds,
                &ObjectHash::of(manifest_bytes),
                &transport,
                certificate,
                signature,
            )
        };
        let signature = key.sign(Domain::Head, &fields(None).into_bytes());
        let head = Self::parse(&fields(Some(signature)).into_bytes())?;
        head.verify()?.open(manifest_bytes)?;
        Ok(head)
    }

    /// Reads a head of at most [`HEAD_PACKET_BYTES`] less the packet's kind byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        within(
            "bytes of a head",
            bytes.len() as u64,
            HEAD_PACKET_BYTES as u64 - 1,
        )?;
        let mut reader = Reader::new(STRUCTURE, bytes);
        let mut map = reader.versioned(VERSION)?;
        let root = map.required(1, |r| r.array_of().map(PublicKey))?;
        let number = map.required(2, Reader::edition_number)?;
        let seconds = map.required(3, Reader::seconds)?;
        let manifest = map.required(4, |r| r.array_of().map(ObjectHash))?;
        let transport = read_transport(&mut map, 5)?;
        let certificate = map.required(8, |r| r.bytes("certificate", CERTIFICATE_BYTES))?;
        let signature = map.required(9, |r| r.array_of().map(Signature))?;
        let extra = map.finish()?;
        reader.finish()?;
        within("bytes of a manifest", transport.size, MANIFEST_BYTES as u64)?;
        Ok(Self {
            root,
            number,
            seconds,
            manifest,
            transport,
            certificate: Certificate::parse(certificate)?,
            extra,
            signature,
            bytes: bytes.to_vec(),
        })
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The publisher's current root key, as claimed.
    pub fn root(&self) -> PublicKey {
        self.root
    }

    /// Number of the edition, as claimed.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Checks certificate, number range and signature.
    pub fn verify(&self) -> Result<SignedHead, Error> {
        let certified = self.certificate.verify(&self.root)?;
        certified.covers(Role::Manifest, self.number)?;
        let unsigned = fields(
            &self.root,
            self.number,
            self.seconds,
            &self.manifest,
            &self.transport,
            &self.certificate,
            None,
        )
        .with_extra(&self.extra)
        .into_bytes();
        certified
            .terms()
            .key
            .verify(Domain::Head, &unsigned, &self.signature)?;
        Ok(SignedHead {
            head: self.clone(),
            certified,
        })
    }
}

impl SignedHead {
    /// The root key that certified the edition's key.
    pub fn root(&self) -> PublicKey {
        self.head.root
    }

    /// Number of the edition.
    pub fn number(&self) -> u64 {
        self.head.number
    }

    /// When the edition was made, in seconds since 1970-01-01T00:00Z.
    pub fn seconds(&self) -> u64 {
        self.head.seconds
    }

    /// Hash of the manifest.
    pub fn manifest(&self) -> ObjectHash {
        self.head.manifest
    }

    /// Size and RFC 6330 parameters of the manifest.
    pub fn transport(&self) -> Transport {
        self.head.transport
    }

    /// The certificate of the key that signed.
    pub fn certificate(&self) -> &Certified {
        &self.certified
    }

    /// The canonical bytes of the head.
    pub fn bytes(&self) -> &[u8] {
        &self.head.bytes
    }

    /// Whether the edition's time is outside of its certificate's dates: a warning to show.
    pub fn is_out_of_date(&self) -> bool {
        !self.certified.in_time(self.head.seconds)
    }

    /// Checks that `manifest` is the one that was signed for, and that its chain joins the
    /// head's root to the first.
    pub fn open(&self, manifest: &[u8]) -> Result<SignedEdition, Error> {
        if ObjectHash::of(manifest) != self.head.manifest {
            return Err(Error::Hash { what: "manifest" });
        }
        let manifest = Manifest::parse(manifest)?;
        if (manifest.number, manifest.seconds) != (self.head.number, self.head.seconds) {
            return Err(Error::Invalid {
                structure: "manifest",
                why: "number or time is not that of its head",
            });
        }
        let chain = manifest.chain.verify()?;
        if chain.current() != self.head.root || chain.root_for(self.head.number) != self.head.root {
            return Err(Error::Chain {
                link: chain.chain().links.len(),
                why: "the chain does not lead to the root that signed this edition",
            });
        }
        Ok(SignedEdition {
            head: self.clone(),
            manifest,
            chain,
        })
    }
}

impl SignedEdition {
    /// The first root key: who the publisher is.
    pub fn publisher(&self) -> PublicKey {
        self.chain.first()
    }

    /// The head.
    pub fn head(&self) -> &SignedHead {
        &self.head
    }

    /// The manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The root chain.
    pub fn chain(&self) -> &VerifiedChain {
        &self.chain
    }
}

fn fields(
    root: &PublicKey,
    number: u64,
    seconds: u64,
    manifest: &ObjectHash,
    transport: &Transport,
    certificate: &Certificate,
    signature: Option<Signature>,
) -> Fields {
    let fields = Fields::versioned(VERSION)
        .with(1, |w| w.bytes(&root.0))
        .with(2, |w| w.uint(number))
        .with(3, |w| w.uint(seconds));
    transport_fields(fields, 4, manifest, transport)
        .with(8, |w| w.bytes(certificate.bytes()))
        .with_some(9, signature, |w: &mut Writer, s| w.bytes(&s.0))
}
