//! What a receiver tells while it receives.

use edition::{ObjectHash, PublicKey, Tier};

/// Something that happened, in the order in which it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A publisher is on air that nobody has said to trust: nothing of theirs is shown.
    Heard {
        /// The first root key.
        publisher: PublicKey,
        /// The name that they give themselves.
        name: String,
        /// Number of the edition.
        number: u64,
    },
    /// An edition of a trusted publisher begins to arrive.
    Edition {
        /// The first root key.
        publisher: PublicKey,
        /// The publisher's name.
        name: String,
        /// Number of the edition.
        number: u64,
        /// When it was made, in seconds since 1970-01-01T00:00Z.
        seconds: u64,
    },
    /// An object is complete and its hash is right.
    Object {
        /// Its name.
        hash: ObjectHash,
        /// Its tier; `None` for a manifest.
        tier: Option<Tier>,
        /// Its size, in bytes.
        bytes: u64,
    },
    /// All objects of a tier of the newest edition are here.
    TierComplete {
        /// Number of the edition.
        number: u64,
        /// The tier.
        tier: Tier,
    },
    /// Something that a person should know.
    Warning(Warning),
}

/// Something that a person should know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// Forged or damaged symbols were among those of an object; it goes on with listed runs only.
    #[error(
        "object {object} did not match its signed hash: forged or damaged packets are about; going on with authenticated ones only"
    )]
    Mismatch {
        /// The object.
        object: ObjectHash,
    },
    /// Packets are forged in this recording: those that the publisher's lists name count from now on.
    #[error(
        "somebody mixes forged packets into this recording; they are thrown away, which may take a little longer"
    )]
    Forged,
    /// Runs were forged and are on lists all the same: somebody else may have an on-air key.
    #[error(
        "object {object} did not match its signed hash though all of its packets were vouched for: somebody else may hold a key of this publisher's transmitter; what is shown is checked all the same, but may take longer; tell the publisher"
    )]
    Vouched {
        /// The object.
        object: ObjectHash,
    },
    /// Two editions have one number: somebody else may have the publisher's key.
    #[error(
        "two different editions have number {number}: somebody else may hold this publisher's key; ask the publisher"
    )]
    TwoEditions {
        /// The number.
        number: u64,
    },
    /// Two successors of one root key: neither is followed.
    #[error("two different keys claim to succeed this publisher's root key; neither is followed")]
    TwoSuccessors,
    /// The edition's time is outside of its certificate's dates.
    #[error("edition {number} is dated outside of the dates of its certificate")]
    CertificateDates {
        /// Number of the edition.
        number: u64,
    },
    /// The edition is signed with a key that a newer certificate has revoked.
    #[error("edition {number} is signed with a revoked key and is not shown")]
    Revoked {
        /// Number of the edition.
        number: u64,
    },
    /// Something signed cannot be read: most often it is newer than this program.
    #[error("edition {number}: {error}")]
    Unreadable {
        /// Number of the edition.
        number: u64,
        /// Why.
        error: edition::Error,
    },
}

impl Warning {
    /// Whether it is about editions in the inbox, so that it is told whenever that is opened.
    pub(crate) fn lasts(&self) -> bool {
        matches!(
            self,
            Warning::TwoEditions { .. } | Warning::TwoSuccessors | Warning::Revoked { .. }
        )
    }
}
