//! What can be wrong with bytes that claim to be part of an edition.

/// Why a structure was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes end inside a value.
    #[error("{structure} ends in the middle of a value, at byte {at}")]
    Truncated {
        /// The structure that was read.
        structure: &'static str,
        /// Offset of the value, in bytes.
        at: usize,
    },
    /// There are bytes after the end of the structure.
    #[error("{structure} is followed by {bytes} bytes that do not belong to it")]
    Trailing {
        /// The structure that was read.
        structure: &'static str,
        /// How many bytes.
        bytes: usize,
    },
    /// Another encoding of the same content exists and is the canonical one (RFC 8949 §4.2.1).
    #[error("{structure} is not canonical at byte {at}: {why}")]
    NotCanonical {
        /// The structure that was read.
        structure: &'static str,
        /// Offset, in bytes.
        at: usize,
        /// The rule that was broken.
        why: &'static str,
    },
    /// A value is of another type than its field.
    #[error("{structure} has a value of the wrong type at byte {at}: {expected} is expected")]
    WrongType {
        /// The structure that was read.
        structure: &'static str,
        /// Offset, in bytes.
        at: usize,
        /// What the field takes.
        expected: &'static str,
    },
    /// The structure is of a newer major version: not damage.
    #[error("{structure} is of version {version}, newer than this program: get a newer Skywave")]
    Newer {
        /// The structure that was read.
        structure: &'static str,
        /// Its version.
        version: u64,
    },
    /// A required field is missing.
    #[error("{structure} lacks its field {key}")]
    Missing {
        /// The structure that was read.
        structure: &'static str,
        /// Key of the field.
        key: u64,
    },
    /// A key below 128 that this version does not know.
    #[error("{structure} has an unknown field {key}")]
    UnknownKey {
        /// The structure that was read.
        structure: &'static str,
        /// The key.
        key: u64,
    },
    /// A hard limit is exceeded.
    #[error("{what}: {got}, and at most {max} are allowed")]
    Limit {
        /// What is limited.
        what: &'static str,
        /// What was found.
        got: u64,
        /// The limit (see [`crate::limits`]).
        max: u64,
    },
    /// A value is of the right type and makes no sense.
    #[error("{structure}: {why}")]
    Invalid {
        /// The structure that was read.
        structure: &'static str,
        /// What is wrong.
        why: &'static str,
    },
    /// A signature does not verify.
    #[error("the signature of the {what} does not verify")]
    Signature {
        /// What was signed.
        what: &'static str,
    },
    /// The bytes are not those that were signed for.
    #[error("{what} has another hash than the one that was signed")]
    Hash {
        /// What was hashed.
        what: &'static str,
    },
    /// The number is outside of the certificate's range, or the role is another one.
    #[error("the certificate (serial {serial}) does not cover this: {why}")]
    NotCertified {
        /// Serial of the certificate.
        serial: u64,
        /// What it does not cover.
        why: &'static str,
    },
    /// The root chain does not lead from the first root to the one that signed.
    #[error("the root chain breaks at link {link}: {why}")]
    Chain {
        /// Index of the link, from 0.
        link: usize,
        /// What is wrong.
        why: &'static str,
    },
    /// A bundle's compressed text cannot be unpacked.
    #[error("the bundle cannot be unpacked: {why}")]
    Unpack {
        /// What is wrong.
        why: String,
    },
    /// A bundle was packed with a dictionary that is not at hand.
    #[error("the bundle needs the dictionary {hash}, which this program does not have")]
    Dictionary {
        /// Hash of the dictionary, in hexadecimal.
        hash: String,
    },
    /// Words that are not a key.
    #[error("these words are not a key: {why}")]
    Words {
        /// What is wrong.
        why: String,
    },
}
