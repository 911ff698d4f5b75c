//! Ed25519 keys (RFC 8032), strict; every signed message begins with a domain line of its own.

use std::fmt;

use ed25519_dalek::{Signature as DalekSignature, Signer, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::error::Error;

/// What a signature is for. The line stands before every signed message, so that a signature
/// for one purpose is none for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// A head: the signature over an edition.
    Head,
    /// A certificate, by a root key.
    Certificate,
    /// A link of the root chain, by the older root key.
    Root,
}

impl Domain {
    /// The line, with its line feed.
    pub fn line(self) -> &'static str {
        match self {
            Self::Head => "skywave head v1\n",
            Self::Certificate => "skywave certificate v1\n",
            Self::Root => "skywave root v1\n",
        }
    }

    /// What is signed, for errors.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Certificate => "certificate",
            Self::Root => "root link",
        }
    }
}

/// An Ed25519 public key, as bytes. It may or may not be a valid point: verification tells.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicKey(pub [u8; 32]);

/// An Ed25519 signature, as bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl PublicKey {
    /// The first eight bytes: how packets refer to a key that is known in full.
    pub fn id(&self) -> [u8; 8] {
        let mut id = [0; 8];
        id.copy_from_slice(&self.0[..8]);
        id
    }

    /// Verifies a signature over the domain's line and `message`.
    pub fn verify(
        &self,
        domain: Domain,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), Error> {
        self.verify_raw(
            &[domain.line().as_bytes(), message].concat(),
            signature,
            domain.what(),
        )
    }

    /// Verifies a signature over bytes that already begin with their domain line, as those of a
    /// list of packets do. `what` names them in the error.
    pub fn verify_raw(
        &self,
        message: &[u8],
        signature: &Signature,
        what: &'static str,
    ) -> Result<(), Error> {
        let error = Error::Signature { what };
        let key = VerifyingKey::from_bytes(&self.0).map_err(|_| error.clone())?;
        key.verify_strict(message, &DalekSignature::from_bytes(&signature.0))
            .map_err(|_| error)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// An Ed25519 secret key; wiped from memory when dropped.
#[derive(Clone)]
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// A key from 32 secret random bytes (RFC 8032 §5.1.5).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The secret bytes, to be kept in a file or on paper.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The public key.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs the domain's line and `message`.
    pub fn sign(&self, domain: Domain, message: &[u8]) -> Signature {
        self.sign_raw(&[domain.line().as_bytes(), message].concat())
    }

    /// Signs bytes that already begin with their domain line.
    pub fn sign_raw(&self, message: &[u8]) -> Signature {
        Signature(self.0.sign(message).to_bytes())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey for {}", self.public())
    }
}
