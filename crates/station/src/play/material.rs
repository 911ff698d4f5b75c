//! An edition, ready to be put on air: everything that its packets are made from.

use std::collections::HashSet;
use std::sync::Arc;

use age::secrecy::SecretString;
use edition::{Certificate, ObjectHash, PublicKey, SecretKey, Tier};

use crate::archived::Archived;
use crate::error::Error;
use crate::send::Cargo;
use crate::station::Station;

/// An edition and the key that signs its lists.
#[derive(Debug)]
pub(crate) struct Material {
    pub(crate) number: u64,
    /// When it was made, in seconds since 1970-01-01T00:00Z.
    pub(crate) seconds: u64,
    pub(crate) head: Vec<u8>,
    pub(crate) root: PublicKey,
    pub(crate) key: SecretKey,
    pub(crate) certificate: Certificate,
    /// All of it, and front and text.
    pub(crate) everything: Arc<Cargo>,
    pub(crate) narrow: Arc<Cargo>,
    /// Manifest and indexes: without them nothing else is of use.
    pub(crate) frame: HashSet<ObjectHash>,
}

impl Material {
    /// Loads edition `number` with the on-air key.
    pub(crate) fn load(
        station: &Station,
        number: u64,
        passphrase: &mut dyn FnMut() -> Option<SecretString>,
    ) -> Result<Self, Error> {
        let edition = Archived::load(station.archive(), Some(number))?;
        let (key, certificate) = station.on_air_key(number, passphrase)?;
        if certificate.terms().key != key.public() {
            return Err(Error::WrongOnAirKey);
        }
        let manifest = edition.signed.manifest();
        let mut frame: HashSet<ObjectHash> = manifest.indexes.iter().map(|i| i.hash).collect();
        frame.insert(edition.signed.head().manifest());
        Ok(Self {
            number,
            seconds: manifest.seconds,
            head: edition.signed.head().bytes().to_vec(),
            root: station.root(),
            key,
            certificate,
            everything: Arc::new(Cargo::of(&edition, |_| true)?),
            narrow: Arc::new(Cargo::of(&edition, |tier| tier <= Tier::Text)?),
            frame,
        })
    }

    /// What of it a carrier sends.
    pub(crate) fn cargo(&self, everything: bool) -> &Arc<Cargo> {
        match everything {
            true => &self.everything,
            false => &self.narrow,
        }
    }

    /// For each object of `cargo` whether it has left with this edition.
    pub(crate) fn withdrawn_from(&self, before: &Self, cargo: &Cargo) -> Vec<bool> {
        let here: HashSet<ObjectHash> = self.everything.items.iter().map(|i| i.hash).collect();
        let items = cargo.items.iter();
        items
            .map(|i| !here.contains(&i.hash) && !before.frame.contains(&i.hash))
            .collect()
    }
}
