//! Articles and media as canonical bytes; hashes, signatures and the trust chain of an edition.
//!
//! ```text
//! Article ─► Bundle ─┐
//! pictures, media ───┴► Index (one a tier) ─► Manifest ─► Head
//! ```
//!
//! Everything on the left is named by hash in what stands to its right, and the head is signed.
//! The way back begins at [`Head::parse`] and is described in [`head`].

mod article;
pub mod block;
mod bundle;
mod cbor;
mod certificate;
mod chain;
mod dictionaries;
mod error;
pub mod groups;
mod hash;
pub mod head;
mod index;
mod key;
pub mod limits;
mod manifest;
mod object;
mod place;
mod skeleton;
mod span;
mod strings;
mod words;

#[cfg(test)]
extern crate self as edition;
#[cfg(test)]
#[path = "../tests/edition/common/mod.rs"]
#[allow(dead_code, reason = "the integration tests use more of it")]
mod common;

pub use article::Article;
pub use block::Block;
pub use bundle::Bundle;
pub use cbor::Extra;
pub use certificate::{Certificate, Certified, Role, Slice, Terms};
pub use chain::{Chain, Link, VerifiedChain};
pub use dictionaries::Dictionaries;
pub use error::Error;
pub use hash::{ObjectHash, ObjectId};
pub use head::{Head, SignedEdition, SignedHead};
pub use index::Index;
pub use key::{Domain, PublicKey, SecretKey, Signature};
pub use manifest::{IndexEntry, Manifest};
pub use object::{MAX_SYMBOL_BYTES, ObjectEntry, ObjectKind, Tier, Transport};
pub use place::{Place, Polarisation, Way};
pub use span::{Span, plain};
pub use strings::{clean_line, clean_prose};
pub use words::{PUBLISHER_WORDS, key_from_words, paper_words, publisher_words};
