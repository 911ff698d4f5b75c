//! Makes two inboxes, or folders of editions, equal: what either has and the other lacks.
//!
//! ```text
//! Side (inbox or folder) ─► editions that verify ─► what is missing, what fits ─► copies, proven
//!                                                        unfinished: listed runs ─► receiver
//! ```
//!
//! Nothing is handed on but what is signed: heads that verify, objects that an edition of a trusted
//! publisher names and whose hash is right, runs that a signed list names. Each file is written
//! aside, made to last, read back and hashed, and only then gets its name, so that a stick may be
//! pulled out at any moment: the next time goes on where this one ended.

mod copy;
mod editions;
mod lists;
mod side;
mod space;
mod unfinished;

use std::path::{Path, PathBuf};

use edition::{ObjectHash, PublicKey, Tier};

use crate::error::Error;

use editions::{Known, Need, known_to};
use side::Side;

/// How two sides are made equal.
#[derive(Debug, Clone, Default)]
pub struct SyncTerms {
    /// Whose editions are handed on. If empty, an inbox takes those that it trusts, and what trusts
    /// nobody yet takes what the other side trusts.
    pub trust: Vec<PublicKey>,
    /// Only tell what would be done.
    pub dry_run: bool,
    /// Hash what is there already as well. What is damaged is fetched from the other side.
    pub check: bool,
}

/// Something that was done, or would be.
#[derive(Debug, Clone, PartialEq)]
pub enum SyncEvent {
    /// An object is at the other side now.
    Object {
        /// Where it went.
        to: PathBuf,
        /// Its name.
        hash: ObjectHash,
        /// How urgent it is; the manifest and indexes count as front.
        tier: Tier,
        /// Its bytes.
        bytes: u64,
    },
    /// An edition is known at the other side now.
    Edition {
        /// Where it went.
        to: PathBuf,
        /// Its number.
        number: u64,
    },
    /// What is there is not what its name says: it is not handed on, and has been removed.
    Damaged {
        /// Where it is.
        at: PathBuf,
        /// The object.
        hash: ObjectHash,
    },
    /// An object did not go over.
    Failed {
        /// Where it was to go.
        to: PathBuf,
        /// The object.
        hash: ObjectHash,
        /// Why.
        why: String,
    },
}

/// What was done in one direction, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    /// Objects that went over, by tier, and their bytes.
    pub objects: [(usize, u64); 4],
    /// Objects for which there is no room, by tier, and their bytes.
    pub no_room: [(usize, u64); 4],
    /// Bytes that were free before.
    pub free: u64,
    /// Editions that became known.
    pub editions: usize,
    /// Runs of unfinished objects that were of use.
    pub runs: u64,
    /// Runs of unfinished objects that stayed, because no signed list names them.
    pub unsigned_runs: u64,
    /// Objects that did not go over although there was room.
    pub failed: usize,
}

/// What was done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Synced {
    /// From the first side to the second.
    pub forth: Moved,
    /// From the second to the first.
    pub back: Moved,
    /// Objects that were damaged.
    pub damaged: usize,
}

impl Moved {
    /// Adds what was done later in the same direction; of what there is no room for, that is the
    /// last word.
    fn add(&mut self, later: &Self) {
        if *self == Self::default() {
            self.free = later.free;
        }
        for (sum, more) in self.objects.iter_mut().zip(later.objects) {
            sum.0 += more.0;
            sum.1 += more.1;
        }
        self.no_room = later.no_room;
        self.editions += later.editions;
        self.failed += later.failed;
    }

    /// Whether something stayed behind that should not have.
    pub fn is_incomplete(&self) -> bool {
        self.failed > 0 || self.no_room.iter().any(|(objects, _)| *objects > 0)
    }
}

/// Makes two sides equal; `tell` is told what happens, and may end it with an error.
pub fn sync(
    first: &Path,
    second: &Path,
    terms: &SyncTerms,
    tell: &mut dyn FnMut(&SyncEvent) -> Result<(), Error>,
) -> Result<Synced, Error> {
    let mut first = Side::open(first, second)?;
    let mut second = Side::open(second, first.dir())?;
    if !terms.dry_run {
        first.prepare()?;
        second.prepare()?;
    }
    let mut work = Work {
        terms,
        tell,
        synced: Synced::default(),
    };
    if terms.check {
        let known = known_to(&mut first, &mut second, &terms.trust)?;
        work.check(&mut first, &known)?;
        work.check(&mut second, &known)?;
    }
    if !terms.dry_run {
        // What came before anything signed named it shows what it is once the other side's editions
        // are known.
        work.both_ways(&mut first, &mut second, true)?;
        unfinished::settle(&mut first, &mut second, &terms.trust)?;
        unfinished::settle(&mut second, &mut first, &terms.trust)?;
    }
    work.both_ways(&mut first, &mut second, false)?;
    if !terms.dry_run {
        work.unfinished(&mut first, &mut second)?;
        first.finish()?;
        second.finish()?;
    }
    Ok(work.synced)
}

/// What both directions share.
struct Work<'w> {
    terms: &'w SyncTerms,
    tell: &'w mut dyn FnMut(&SyncEvent) -> Result<(), Error>,
    synced: Synced,
}

impl Work<'_> {
    /// Hands over whole objects in both directions.
    fn both_ways(
        &mut self,
        first: &mut Side,
        second: &mut Side,
        only_openings: bool,
    ) -> Result<(), Error> {
        if matches!((&*first, &*second), (Side::Inbox(_), Side::Folder(_))) {
            // A folder has one edition: what it gives up for a newer one goes over first.
            let back = self.hand_over(second, first, only_openings)?;
            self.synced.back.add(&back);
            let forth = self.hand_over(first, second, only_openings)?;
            self.synced.forth.add(&forth);
            return Ok(());
        }
        let forth = self.hand_over(first, second, only_openings)?;
        self.synced.forth.add(&forth);
        let back = self.hand_over(second, first, only_openings)?;
        self.synced.back.add(&back);
        Ok(())
    }

    /// Hands over whole objects, the most urgent first; or only what opens editions.
    fn hand_over(
        &mut self,
        from: &mut Side,
        to: &mut Side,
        only_openings: bool,
    ) -> Result<Moved, Error> {
        let known = known_to(to, from, &self.terms.trust)?;
        let mut moved = Moved {
            free: space::free(to.dir())?,
            ..Moved::default()
        };
        let mut room = space::Room::of(to.dir(), moved.free)?;
        for edition in &known.editions {
            self.open(edition, from, to, &mut room, &mut moved)?;
        }
        if let Side::Folder(folder) = to
            && !self.terms.dry_run
            && !only_openings
        {
            // What the index does not name any more nobody finds: it makes room.
            folder.remove_old(&known)?;
            room = space::Room::of(to.dir(), space::free(to.dir())?)?;
        }
        for need in known.needs() {
            // A folder gets what opens an edition with its opening, or not at all.
            let is_opening = need.opens.is_some() && matches!(to, Side::Folder(_));
            if is_opening && !self.terms.dry_run {
                continue;
            }
            let is_meant = need.opens.is_some() || !only_openings;
            if !is_meant || to.has(&need)? || !from.has(&need)? {
                continue;
            }
            let slot = need.tier as usize;
            if !room.take(to.bytes(&need)?) {
                moved.no_room[slot].0 += 1;
                moved.no_room[slot].1 += need.transport.size;
                continue;
            }
            if self.terms.dry_run || self.copy(&need, &known.roots(), from, to, &mut moved)? {
                moved.objects[slot].0 += 1;
                moved.objects[slot].1 += need.transport.size;
                self.tell_object(&need, to)?;
            }
        }
        Ok(moved)
    }

    /// Makes an edition known to the other side: its head, and of a folder the file that opens it.
    fn open(
        &mut self,
        edition: &Known,
        from: &mut Side,
        to: &mut Side,
        room: &mut space::Room,
        moved: &mut Moved,
    ) -> Result<(), Error> {
        if to.has_edition(edition)? {
            return Ok(());
        }
        if self.terms.dry_run {
            moved.editions += 1;
            return Ok(());
        }
        let bytes: u64 = edition.opening().map(|need| need.transport.size).sum();
        if !room.take(bytes) {
            moved.no_room[Tier::Front as usize].0 += 1;
            moved.no_room[Tier::Front as usize].1 += bytes;
            return Ok(());
        }
        if !to.put_edition(edition, from)? {
            return Ok(());
        }
        moved.editions += 1;
        (self.tell)(&SyncEvent::Edition {
            to: to.dir().to_owned(),
            number: edition.signed.manifest().number,
        })
    }

    /// Copies an object and says whether that went well. A full disk and a stick that is gone end
    /// it all; what is damaged does not.
    fn copy(
        &mut self,
        need: &Need,
        roots: &[PublicKey],
        from: &mut Side,
        to: &mut Side,
        moved: &mut Moved,
    ) -> Result<bool, Error> {
        let dir = to.dir().to_owned();
        let failed = |why: &str| SyncEvent::Failed {
            to: dir,
            hash: need.hash,
            why: why.to_owned(),
        };
        let event = match copy::copy(need, roots, from, to)? {
            copy::Copied::Good => return Ok(true),
            copy::Copied::Damaged => {
                self.synced.damaged += 1;
                from.remove(need)?;
                SyncEvent::Damaged {
                    at: from.dir().to_owned(),
                    hash: need.hash,
                }
            }
            copy::Copied::NotKept => {
                failed("what was written does not read back as it was: do not trust this stick")
            }
            copy::Copied::NoRoom => {
                let slot = &mut moved.no_room[need.tier as usize];
                slot.0 += 1;
                slot.1 += need.transport.size;
                return Ok(false);
            }
            copy::Copied::TooLong => {
                failed("its file system has no files so long: use a folder, or exFAT")
            }
        };
        moved.failed += 1;
        (self.tell)(&event)?;
        Ok(false)
    }

    /// Hands over runs of objects that neither side has whole, and what becomes whole by that.
    fn unfinished(&mut self, first: &mut Side, second: &mut Side) -> Result<(), Error> {
        let trust = self.terms.trust.clone();
        unfinished::hand_over(first, second, &trust, &mut self.synced.forth)?;
        unfinished::hand_over(second, first, &trust, &mut self.synced.back)?;
        if self.synced.forth.runs + self.synced.back.runs > 0 {
            self.both_ways(first, second, false)?;
        }
        Ok(())
    }

    /// Hashes everything that is there, and removes what is damaged.
    fn check(&mut self, side: &mut Side, known: &editions::Editions) -> Result<(), Error> {
        for need in known.all() {
            if !side.has(&need)? || side.verify(&need)? {
                continue;
            }
            self.synced.damaged += 1;
            if !self.terms.dry_run {
                side.remove(&need)?;
            }
            (self.tell)(&SyncEvent::Damaged {
                at: side.dir().to_owned(),
                hash: need.hash,
            })?;
        }
        Ok(())
    }

    fn tell_object(&mut self, need: &Need, to: &Side) -> Result<(), Error> {
        (self.tell)(&SyncEvent::Object {
            to: to.dir().to_owned(),
            hash: need.hash,
            tier: need.tier,
            bytes: need.transport.size,
        })
    }
}
