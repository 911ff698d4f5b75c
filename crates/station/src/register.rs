//! The register: which source gave which article, and in which bundle it stands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// What a station knows of its articles as of one edition.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Register {
    /// Articles by number.
    pub articles: BTreeMap<u64, Entry>,
    /// Text bundles that stand, the newest first: hash and language.
    pub bundles: Vec<(String, String)>,
}

/// What is known of one article.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The source's own name for it: a GUID, an address, a path.
    pub key: String,
    /// Address on the open web, another way to know it again.
    pub source: Option<String>,
    /// How often it was corrected.
    pub revision: u64,
    /// Hash of its content without number and revision.
    pub content: String,
    /// Language (BCP 47).
    pub language: String,
    /// Hash of the bundle that holds it.
    pub bundle: String,
    /// When a source last had it, in seconds since 1970-01-01T00:00Z.
    pub seen: u64,
    /// When it was published, in minutes since 1970-01-01T00:00Z.
    pub minutes: u64,
    /// Whether the publisher has withdrawn it.
    #[serde(default)]
    pub withdrawn: bool,
}

impl Register {
    /// Reads the register of edition `number`.
    pub fn parse(number: u64, bytes: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(bytes).map_err(|e| Error::Register {
            number,
            why: e.to_string(),
        })
    }

    /// The bytes that [`Register::parse`] reads.
    pub fn to_bytes(&self, number: u64) -> Result<Vec<u8>, Error> {
        serde_json::to_vec(self).map_err(|e| Error::Register {
            number,
            why: e.to_string(),
        })
    }

    /// Number of the article that a source calls `key`, or that has this address where a restored
    /// register knows nothing but the address.
    pub fn find(&self, key: &str, source: Option<&str>) -> Option<u64> {
        let by_key = self.articles.iter().find(|(_, e)| e.key == key);
        let by_source = || {
            let only_address = |e: &Entry| e.source.as_deref() == Some(&e.key);
            self.articles
                .iter()
                .find(|(_, e)| only_address(e) && e.source.as_deref() == source)
        };
        by_key.or_else(by_source).map(|(number, _)| *number)
    }
}
