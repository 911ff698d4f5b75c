//! Certificates for a station's keys, made where the root key is.

use std::fs;
use std::path::Path;

use age::secrecy::SecretString;
use edition::{Certificate, Role, SecretKey, Slice, Terms};

use crate::error::Error;
use crate::keyfile::read_key;
use crate::station::{files, write_file};

/// Seconds of a day.
const DAY: u64 = 86_400;

/// What new certificates cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertifyTerms {
    /// First edition number.
    pub first: u64,
    /// How many editions, at most 4,096.
    pub editions: u64,
    /// The time, in seconds since 1970-01-01T00:00Z; certificates begin a day before.
    pub now: u64,
    /// Days until they end.
    pub days: u64,
    /// The sender's share of the repair symbols.
    pub slice: Slice,
}

impl CertifyTerms {
    /// A thousand editions from the first, for two years, the primary sender's share.
    pub fn new(now: u64) -> Self {
        Self {
            first: 1,
            editions: 1_000,
            now,
            days: 730,
            slice: Slice {
                first: 0,
                count: 128,
            },
        }
    }
}

/// Makes certificates for the station's keys, with serials above those that it has. Gives the
/// serial.
pub fn certify(
    dir: &Path,
    root: &SecretKey,
    terms: &CertifyTerms,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
) -> Result<u32, Error> {
    let serial = 1 + [files::MANIFEST_CERTIFICATE, files::ON_AIR_CERTIFICATE]
        .iter()
        .filter_map(|file| Certificate::parse(&fs::read(dir.join(file)).ok()?).ok())
        .map(|certificate| certificate.terms().serial)
        .max()
        .unwrap_or(0);
    let mut made = Vec::new();
    for (key_file, file, role) in [
        (
            files::MANIFEST_KEY,
            files::MANIFEST_CERTIFICATE,
            Role::Manifest,
        ),
        (files::ON_AIR_KEY, files::ON_AIR_CERTIFICATE, Role::OnAir),
    ] {
        let key = read_key(&dir.join(key_file), passphrase)?.public();
        // The edition that is on air now stays on air under the new certificate.
        let first = match role {
            Role::OnAir => terms.first.saturating_sub(1).max(1),
            Role::Manifest => terms.first,
        };
        let last = terms.first.saturating_add(terms.editions.max(1) - 1);
        let certificate = Certificate::sign(
            Terms {
                key,
                role,
                serial,
                first,
                last: last.min(first.saturating_add(edition::limits::CERTIFICATE_SPAN - 1)),
                not_before: terms.now.saturating_sub(DAY),
                not_after: terms.now.saturating_add(terms.days.saturating_mul(DAY)),
                slice: (role == Role::OnAir).then_some(terms.slice),
            },
            root,
        )?;
        made.push((file, certificate));
    }
    for (file, certificate) in made {
        write_file(&dir.join(file), certificate.bytes())?;
    }
    Ok(serial)
}
