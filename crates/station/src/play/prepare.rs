//! Makes what a carousel on air has ordered: the only part of it that reads the archive.

use std::sync::Arc;

use fountain::Carousel;

use crate::archived::Archived;
use crate::error::Error;
use crate::play::material::Material;
use crate::play::playout::{Done, Job, JobKind, PlayoutTerms, Ready};
use crate::send::ahead;
use crate::send::journal::{Base, Journal, Line, Mark, check_of};
use crate::send::{Cargo, Feed, FeedTerms, PacketTerms, SentState, Spool};
use crate::station::{Station, random_number};

/// Bytes of a window that is kept in memory where the disk has no room.
const MEMORY_BYTES: u64 = 8 << 20;
/// Objects that have left the air and whose progress is kept, should they come back.
const KEPT_OBJECTS: usize = 20_000;

/// Makes it.
pub(crate) fn prepare(
    job: Job,
    terms: &PlayoutTerms,
    station: &Station,
    journal: &Journal,
) -> Result<Done, Error> {
    let bytes = job.bytes;
    match job.what {
        JobKind::Window {
            cargo,
            carousel,
            from,
        } => {
            let window = Window::fill(&carousel, &cargo, bytes, station)?;
            Ok(Done::Window {
                from,
                until: from + window.slots,
                spool: window.spool,
                front: window.front,
            })
        }
        JobKind::Start(material) => {
            let (base, mark) = journal.read()?;
            start(&material, base, mark, terms, station, bytes)
        }
        JobKind::Change {
            material,
            cargo,
            mut carousel,
            ahead,
            base,
            at,
        } => {
            for _ in 0..ahead {
                carousel.next_slot();
            }
            let mut sent = base.sent.clone();
            sent.note(&cargo, |index| carousel.sent(index).collect());
            sent.forget(material.cargo(terms.everything), KEPT_OBJECTS);
            begin(&material, sent, terms, station, bytes, at)
        }
    }
}

/// The first feed after a start: exactly where the last one was, if edition and terms are the same.
fn start(
    material: &Arc<Material>,
    base: Base,
    mark: Option<Mark>,
    terms: &PlayoutTerms,
    station: &Station,
    bytes: u64,
) -> Result<Done, Error> {
    let Some(line) = base.line.clone() else {
        return begin(material, base.sent, terms, station, bytes, 0);
    };
    let mark = mark.unwrap_or(Mark {
        line: line.id,
        ..Mark::default()
    });
    if terms.line(line.id, material.number).is_like(&line) {
        let cargo = material.cargo(terms.everything);
        let mut feed = feed(material, cargo, terms, &base.sent)?;
        feed.skip(mark.slots);
        if agrees(feed.carousel(), &mark, cargo) {
            let front = add_window(&mut feed, cargo, bytes, station)?;
            return Ok(Done::Feed(Box::new(Ready {
                material: Arc::clone(material),
                feed,
                front,
                base: Arc::new(base),
                is_new: false,
                at: 0,
            })));
        }
    }
    let mut sent = base.sent;
    match replay(&line, &sent, &mark, material, terms, station) {
        Some((cargo, carousel)) => sent.note(&cargo, |index| carousel.sent(index).collect()),
        // It cannot be gone through again: as far as it may have come, and not further.
        None => sent.advance_all(material.cargo(terms.everything), mark.slots),
    }
    begin(material, sent, terms, station, bytes, 0)
}

/// The carousel of an earlier run as far as it came.
fn replay(
    line: &Line,
    sent: &SentState,
    mark: &Mark,
    material: &Material,
    terms: &PlayoutTerms,
    station: &Station,
) -> Option<(Cargo, Carousel)> {
    let edition = Archived::load(station.archive(), Some(line.edition)).ok()?;
    let cargo = Cargo::of(&edition, |tier| {
        line.everything || tier <= edition::Tier::Text
    });
    let cargo = cargo.ok()?;
    let terms = PlayoutTerms {
        everything: line.everything,
        slice: fountain::Slice::new(line.slice.0, line.slice.1).ok()?,
        primary: line.primary,
        packets_per_second: line.packets_per_second(),
        packets: line.packets(&terms.packets),
        ..terms.clone()
    };
    let mut feed = feed(material, &cargo, &terms, sent).ok()?;
    feed.skip(mark.slots);
    let carousel = feed.carousel().clone();
    agrees(&carousel, mark, &cargo).then_some((cargo, carousel))
}

/// Whether the carousel is the one that the mark was made of.
fn agrees(carousel: &Carousel, mark: &Mark, cargo: &Cargo) -> bool {
    let (at, check) = mark.check;
    if mark.slots == 0 && at == 0 {
        return true;
    }
    let mut carousel = carousel.clone();
    for _ in mark.slots..at {
        carousel.next_slot();
    }
    check_of(&carousel, cargo.items.len()) == check
}

/// A feed that begins with what is written down of each object.
fn begin(
    material: &Arc<Material>,
    mut sent: SentState,
    terms: &PlayoutTerms,
    station: &Station,
    bytes: u64,
    at: u64,
) -> Result<Done, Error> {
    let cargo = material.cargo(terms.everything);
    // Should this carousel not be gone through again, all of them may have gone on air.
    sent.know(cargo);
    let mut feed = feed(material, cargo, terms, &sent)?;
    let front = add_window(&mut feed, cargo, bytes, station)?;
    let line = terms.line(random_number()?, material.number);
    Ok(Done::Feed(Box::new(Ready {
        material: Arc::clone(material),
        feed,
        front,
        base: Arc::new(Base {
            sent,
            line: Some(line),
        }),
        is_new: true,
        at,
    })))
}

fn feed(
    material: &Material,
    cargo: &Cargo,
    terms: &PlayoutTerms,
    sent: &SentState,
) -> Result<Feed, Error> {
    Feed::new(&FeedTerms {
        cargo,
        head: &material.head,
        root: material.root,
        number: material.number,
        key: &material.key,
        certificate: &material.certificate,
        slice: terms.slice,
        primary: terms.primary,
        packets_per_second: terms.packets_per_second,
        head_seconds: terms.head_seconds,
        packets: PacketTerms { ..terms.packets },
        sent,
    })
}

fn add_window(
    feed: &mut Feed,
    cargo: &Cargo,
    bytes: u64,
    station: &Station,
) -> Result<Carousel, Error> {
    let window = Window::fill(feed.carousel(), cargo, bytes, station)?;
    feed.add_window(feed.taken() + window.slots, window.spool);
    Ok(window.front)
}

struct Window {
    slots: u64,
    spool: Spool,
    front: Carousel,
}

impl Window {
    fn fill(
        carousel: &Carousel,
        cargo: &Cargo,
        bytes: u64,
        station: &Station,
    ) -> Result<Self, Error> {
        let (dir, archive) = (station.dir(), station.archive());
        let ahead = ahead::by_bytes(&mut carousel.clone(), cargo, bytes);
        match Spool::fill(dir, archive, cargo, &ahead.needs) {
            Ok(spool) => Ok(Self::of(carousel, ahead.slots, spool)),
            Err(error) if error.is_no_room() => {
                let bytes = bytes.min(MEMORY_BYTES);
                let ahead = ahead::by_bytes(&mut carousel.clone(), cargo, bytes);
                let spool = Spool::fill_memory(archive, cargo, &ahead.needs)?;
                Ok(Self::of(carousel, ahead.slots, spool))
            }
            Err(error) => Err(error),
        }
    }

    fn of(carousel: &Carousel, slots: u64, spool: Spool) -> Self {
        let mut front = carousel.clone();
        for _ in 0..slots {
            front.next_slot();
        }
        Self {
            slots,
            spool,
            front,
        }
    }
}
