//! Objects that neither side has whole: the runs that one has and the other lacks, as far as signed
//! lists name them.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use edition::PublicKey;
use fountain::run_hash;
use receiver::{Name, Receiver, RunHere, Unfinished};

use crate::error::Error;
use crate::inbox::{FileStore, path_in};
use crate::sync::editions::{Editions, Need, known_to};
use crate::sync::side::{Inbox, Side};
use crate::sync::{Moved, lists, space};

/// Most bytes of lists that are read of an inbox: more than it keeps itself.
const MOST_LISTS: u64 = 20 << 20;

/// Hands over runs and the lists that name them, from inbox to inbox: folders have whole objects
/// only.
pub(super) fn hand_over(
    from: &mut Side,
    to: &mut Side,
    trust: &[PublicKey],
    moved: &mut Moved,
) -> Result<(), Error> {
    let known = known_to(to, from, trust)?;
    let (Side::Inbox(from), Side::Inbox(to)) = (&*from, &*to) else {
        return Ok(());
    };
    let mut source = open(from)?;
    let needs = open_in_both(&known, from, to, &mut source)?;
    if needs.is_empty() {
        return Ok(());
    }
    let lists = lists::verified(&read_lists(&from.dir)?, &known.roots());
    let named = lists::named(&lists);
    let there: HashSet<Vec<u8>> = read_lists(&to.dir)?.into_iter().collect();
    let to_error = || Error::file(to.dir.clone());
    let mut target = open(to)?;
    let mut before = Vec::new();
    for (need, _) in &needs {
        let other = Unfinished::open(&mut target, need.hash, need.transport);
        before.push(other.map_err(to_error())?);
    }
    let mut room = space::Room::of(&to.dir, space::free(&to.dir)?)?;
    let opened = Receiver::open(target, known.publishers());
    let mut receiver = opened.map_err(to_error())?;
    for list in lists.iter().filter(|list| !there.contains(*list)) {
        receiver.push_packet(list).map_err(to_error())?;
    }
    for ((need, here), there) in needs.iter().zip(&before) {
        if !room.take(need.transport.size) {
            continue;
        }
        let useful = receiver.counters().useful;
        let mut pushed = Ok(());
        let mut give = |run: RunHere<'_>| {
            let has = |esi: u32| there.as_ref().is_some_and(|there| there.has(run.sbn, esi));
            if pushed.is_err() || (run.esi..run.esi + run.count).all(has) {
                return;
            }
            match named.contains(&run_hash(run.packet)) {
                true => pushed = receiver.push_packet(run.packet),
                // Of small objects, most of what could be a run is none.
                false => moved.unsigned_runs += u64::from(run.count == 1),
            }
        };
        let read = here.runs(&mut source, &mut give);
        read.map_err(Error::file(&from.dir))?;
        pushed.map_err(to_error())?;
        moved.runs += receiver.counters().useful - useful;
    }
    receiver.save().map_err(to_error())
}

/// Gives the runs that wait in an inbox to the objects of the editions that have become known.
pub(super) fn settle(side: &mut Side, other: &mut Side, trust: &[PublicKey]) -> Result<(), Error> {
    let Side::Inbox(inbox) = &*side else {
        return Ok(());
    };
    let waits = fs::metadata(path_in(&inbox.dir, Name::Waiting));
    if !waits.is_ok_and(|metadata| metadata.len() > 0) {
        return Ok(());
    }
    let store = open(inbox)?;
    let dir = inbox.dir.clone();
    let known = known_to(side, other, trust)?;
    let opened = Receiver::open(store, known.publishers());
    let mut receiver = opened.map_err(Error::file(&dir))?;
    receiver.end_recording().map_err(Error::file(&dir))
}

/// Objects that neither has whole, and of which `from` has something.
fn open_in_both(
    known: &Editions,
    from: &Inbox,
    to: &Inbox,
    source: &mut FileStore,
) -> Result<Vec<(Need, Unfinished)>, Error> {
    let mut needs = Vec::new();
    for need in known.needs() {
        let is_whole = |dir| path_in(dir, Name::Object(need.hash)).exists();
        if !is_whole(&from.dir) && !is_whole(&to.dir) {
            let here = Unfinished::open(source, need.hash, need.transport);
            let here = here.map_err(Error::file(&from.dir))?;
            needs.extend(here.map(|here| (need, here)));
        }
    }
    Ok(needs)
}

fn open(inbox: &Inbox) -> Result<FileStore, Error> {
    FileStore::open(&inbox.dir).map_err(Error::file(&inbox.dir))
}

fn read_lists(dir: &Path) -> Result<Vec<Vec<u8>>, Error> {
    let path = path_in(dir, Name::Lists);
    match fs::metadata(&path) {
        Ok(metadata) if metadata.len() <= MOST_LISTS => {
            let bytes = fs::read(&path).map_err(Error::file(&path))?;
            Ok(lists::split(&bytes))
        }
        _ => Ok(Vec::new()),
    }
}
