//! Takes in the recordings that appear in a folder.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use edition::PublicKey;
use receiver::Receiver;
use serde_json::json;
use station::inbox::FileStore;

use crate::error::Error;
use crate::reception::{Feed, Interrupt};
use crate::relay::folder::{Folder, is_being_written};
use crate::relay::taken::{Outcome, Recording, Taken};
use crate::relay::{Keeper, later, open};

/// A folder under watch, and what is known of its recordings.
pub(crate) struct Watching {
    path: PathBuf,
    folder: Folder,
    taken: Taken,
    is_deleted: bool,
    /// Whether the folder could be read when it was looked at last.
    is_there: bool,
    /// Recordings that could not be read, and when they are tried again.
    again: HashMap<PathBuf, Instant>,
    /// The inbox could not be written: what the receiver knows need not be there.
    is_stale: bool,
}

impl Watching {
    /// Goes on from what the inbox remembers.
    pub(crate) fn open(
        inbox: &Path,
        path: &Path,
        settle: Duration,
        is_deleted: bool,
    ) -> Result<Self, Error> {
        Ok(Self {
            path: path.to_owned(),
            folder: Folder::new(path, settle),
            taken: Taken::open(inbox).map_err(Error::file(inbox))?,
            is_deleted,
            is_there: true,
            again: HashMap::new(),
            is_stale: false,
        })
    }

    /// Takes in what is finished and new.
    ///
    /// # Errors
    /// If the inbox cannot be read or written; it can be looked again.
    pub(crate) fn look(
        &mut self,
        keeper: &Keeper<'_>,
        receiver: &mut Receiver<FileStore>,
        interrupt: &Interrupt,
    ) -> Result<(), Error> {
        let all = match self.folder.look(Instant::now()) {
            Ok(all) => all,
            Err(error) => {
                // A stick pulled out comes back.
                if std::mem::replace(&mut self.is_there, false) {
                    let error = Error::file(&self.path)(error);
                    keeper.shop.problem(&error.to_string());
                }
                return Ok(());
            }
        };
        self.is_there = true;
        let now = Instant::now();
        self.again.retain(|_, again| *again > now);
        for (recording, _) in all.iter().filter(|(_, has_rested)| *has_rested) {
            if interrupt.is_pressed() {
                return Ok(());
            }
            if self.is_stale {
                *receiver = open(keeper.request)?;
                self.is_stale = false;
            }
            let outcome = self.taken.outcome(recording);
            let is_done = match outcome {
                Some(Outcome::Kept) => true,
                Some(Outcome::Good) => !self.is_deleted,
                Some(Outcome::Unnamed) => {
                    all_named(receiver).is_none() || self.again.contains_key(&recording.path)
                }
                None => self.again.contains_key(&recording.path),
            };
            if is_done || is_being_written(&recording.path) {
                continue;
            }
            match outcome {
                Some(Outcome::Good) => self.delete(recording, keeper, receiver),
                _ => self.take_in(recording, keeper, receiver, interrupt),
            }
        }
        let recordings: Vec<Recording> = all.into_iter().map(|(recording, _)| recording).collect();
        let inbox = &keeper.request.inbox;
        let kept = self.taken.keep_only(&recordings);
        kept.map_err(Error::file(inbox))
    }

    fn take_in(
        &mut self,
        recording: &Recording,
        keeper: &Keeper<'_>,
        receiver: &mut Receiver<FileStore>,
        interrupt: &Interrupt,
    ) {
        let path = &recording.path;
        let is_again = self.taken.outcome(recording).is_some();
        let (named, unlisted) = (all_named(receiver), receiver.counters().unlisted);
        let opened = Feed::open(path, None, interrupt).map_err(Error::file(path));
        let told =
            opened.and_then(|(feed, size)| keeper.reception(receiver, feed, path, size, interrupt));
        let told = match told {
            Ok(told) => told,
            Err(error) => {
                keeper.shop.problem(&error.to_string());
                self.again.insert(path.clone(), later());
                self.is_stale = true;
                return;
            }
        };
        keeper.restock(receiver);
        if interrupt.is_pressed() {
            return;
        }
        let was_named = named.is_some() && named == all_named(receiver);
        let was_listed = unlisted == receiver.counters().unlisted;
        let outcome = match told.is_whole && told.packets > 0 {
            true if was_named && was_listed => Outcome::Good,
            // Where runs are on no list still, a third time brings no more than the second.
            true if !(is_again && was_named) => Outcome::Unnamed,
            _ => Outcome::Kept,
        };
        if let Err(error) = self.taken.remember(recording, outcome) {
            let error = Error::file(&keeper.request.inbox)(error);
            keeper.shop.problem(&error.to_string());
        }
        keeper.shop.tell(
            "",
            &json!({
                "event": "taken",
                "file": path,
                "packets": told.packets,
                "useful": told.useful,
                "good": outcome == Outcome::Good,
                "again": outcome == Outcome::Unnamed,
            }),
        );
        if outcome == Outcome::Good {
            self.delete(recording, keeper, receiver);
        }
    }

    /// Deletes a recording that is in the inbox now, if that is wanted, and if it still is what was
    /// taken in.
    fn delete(&self, recording: &Recording, keeper: &Keeper<'_>, receiver: &Receiver<FileStore>) {
        if !self.is_deleted || all_named(receiver).is_none() {
            return;
        }
        let path = &recording.path;
        if !Recording::of(path).is_ok_and(|now| now.as_ref() == Some(recording)) {
            return;
        }
        match fs::remove_file(path) {
            Ok(()) => keeper.shop.tell(
                &format!("{} is deleted: the inbox has it.", path.display()),
                &json!({ "event": "deleted", "file": path }),
            ),
            Err(error) => keeper.shop.problem(&Error::file(path)(error).to_string()),
        }
    }
}

/// The newest edition of each publisher, if all that can come of them is known by name. What waits
/// for its name waits in a pool that can overflow: then a recording may still be needed.
fn all_named(receiver: &Receiver<FileStore>) -> Option<Vec<(PublicKey, u64)>> {
    let editions = receiver.status();
    if editions.is_empty() || receiver.heads().len() != editions.len() {
        return None;
    }
    let mut newest: Vec<(PublicKey, u64)> = Vec::new();
    for edition in &editions {
        if newest.iter().any(|(key, _)| *key == edition.publisher) {
            continue;
        }
        if !edition.tiers.iter().all(|tier| tier.index_here) {
            return None;
        }
        newest.push((edition.publisher, edition.number));
    }
    newest.sort_by_key(|(key, _)| key.0);
    Some(newest)
}
