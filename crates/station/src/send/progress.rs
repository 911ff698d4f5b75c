//! How far each object has been sent, kept across runs and crashes, so that no symbol repeats
//! before a sender's share is used up.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fountain::MAX_PACKET_BYTES;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::send::cargo::{Cargo, Item};
use crate::send::journal::RUN_SYMBOLS;
use crate::station::write_file;

/// Symbols sent so far, for each object and block. Written before the symbols are sent: after a
/// crash some are left out, and none is sent twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentState {
    objects: BTreeMap<String, Vec<u64>>,
}

impl SentState {
    /// Reads the file; a missing one means that nothing was sent.
    pub fn read(path: &Path) -> Result<Self, Error> {
        match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| Error::Settings {
                path: path.to_owned(),
                why: format!("{e}; if you delete it, symbols that went on air before go again"),
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Error::file(path)(error)),
        }
    }

    /// Writes the file in one step.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let bytes = serde_json::to_vec(self).map_err(|e| Error::Settings {
            path: path.to_owned(),
            why: e.to_string(),
        })?;
        write_file(path, &bytes)
    }

    /// What was sent of the object `index` of the cargo: one number a block.
    pub fn sent(&self, cargo: &Cargo, index: usize) -> Vec<u64> {
        let item = &cargo.items[index];
        let sent = self.objects.get(&item.hash.to_string());
        sent.filter(|sent| sent.len() == usize::from(item.oti.blocks()))
            .cloned()
            .unwrap_or_default()
    }

    /// Notes what will have been sent of these objects, and keeps what it knows of others: on this
    /// carrier there are fewer than on others.
    pub fn note(&mut self, cargo: &Cargo, sent: impl Fn(usize) -> Vec<u64>) {
        let items = cargo.items.iter().enumerate();
        self.objects
            .extend(items.map(|(index, item)| (item.hash.to_string(), sent(index))));
    }

    /// Knows of all objects of a cargo, of new ones that nothing was sent.
    pub(crate) fn know(&mut self, cargo: &Cargo) {
        for item in &cargo.items {
            let none = || vec![0; usize::from(item.oti.blocks())];
            self.objects
                .entry(item.hash.to_string())
                .or_insert_with(none);
        }
    }

    /// Each block of each object may have had so many runs more.
    pub(crate) fn advance_all(&mut self, cargo: &Cargo, slots: u64) {
        let most = |item: &Item| {
            let symbol = u64::from(item.oti.symbol_size());
            (MAX_PACKET_BYTES as u64 / symbol).clamp(1, RUN_SYMBOLS)
        };
        let items = cargo.items.iter();
        let runs: BTreeMap<String, u64> = items.map(|i| (i.hash.to_string(), most(i))).collect();
        for (name, sent) in &mut self.objects {
            let run = runs.get(name).copied().unwrap_or(RUN_SYMBOLS);
            for sent in sent {
                *sent = sent.saturating_add(slots.saturating_mul(run));
            }
        }
    }

    /// Forgets objects that are not in this cargo, once they are more than `most`.
    pub(crate) fn forget(&mut self, cargo: &Cargo, most: usize) {
        if self.objects.len() > cargo.items.len() + most {
            let names: std::collections::HashSet<String> =
                cargo.items.iter().map(|i| i.hash.to_string()).collect();
            self.objects.retain(|name, _| names.contains(name));
        }
    }

    /// Notes what will have been sent, and forgets objects that are no longer on air.
    pub fn plan(&mut self, cargo: &Cargo, sent: impl Fn(usize) -> Vec<u64>) {
        self.objects = cargo
            .items
            .iter()
            .enumerate()
            .map(|(index, item)| (item.hash.to_string(), sent(index)))
            .collect();
    }
}
