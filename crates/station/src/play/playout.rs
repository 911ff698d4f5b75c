//! One carousel on air for ever. It does no I/O: symbols are prepared and marks are written by
//! others, as it orders, while it goes on with what it has.
//!
//! ```text
//! offer(edition) ─►┐                        ┌─► Prepare: symbols of the next window, or the next feed
//!                  ├─ Playout: next_packet ─┤
//!   done, written ─►                        └─► Write: how far it goes, before it goes there
//! ```
//!
//! Always one window of symbols is on air and the next is made. A new edition is prepared from where
//! the old one will be a few seconds later; there the feeds change, between two packets. What is not
//! there in time is left out, never repeated: then heads go on air alone.

use std::sync::Arc;
use std::time::Duration;

use fountain::{Carousel, Slice};

use crate::error::Error;
use crate::play::material::Material;
use crate::send::journal::{Base, Line, Mark, check_of};
use crate::send::stream::PacketSource;
use crate::send::{Cargo, Feed, PacketTerms};

/// Seconds that a mark is ahead of what is on air; it is renewed when half of them are over. After a
/// crash as many are left out at most. The first mark is short and each is twice as long as the one
/// before, so that a station that crashes again and again leaves little out.
const MARK_SECONDS: f64 = 4.0;
const FIRST_MARK_SECONDS: f64 = 0.25;
/// Seconds after which a carousel whose marks cannot be written goes on without: after a crash it
/// would repeat symbols, which is better than silence.
const UNMARKED_AFTER: Duration = Duration::from_secs(30);
/// Seconds of airtime that a window has at least, and the first one.
const WINDOW_SECONDS: f64 = 30.0;
const FIRST_SECONDS: f64 = 10.0;
/// A window holds this part of the edition, if that is more: its blocks are encoded for each window.
const WINDOW_SHARE: f64 = 0.5;
/// A window is never smaller: it has to hold several lists with all their runs.
const LEAST_WINDOW_BYTES: u64 = 512 * RUN_BYTES;
/// Windows that wait at most, where they are short.
const MOST_WINDOWS: usize = 32;
/// Seconds from the order of an edition to its place on air, at least, and bytes that are prepared in
/// one more.
const CHANGE_SECONDS: f64 = 3.0;
const PREPARED_PER_SECOND: f64 = 30e6;
/// Waits after failures.
const RETRY: Duration = Duration::from_secs(5);
/// Slots, and laps, after which the journal begins with a new base: so many are gone through when
/// the station starts again.
const BASE_SLOTS: u64 = 500_000;
const BASE_LAPS: u64 = 8;
/// Bytes of a run, about.
const RUN_BYTES: u64 = 1_256;
/// Cells that a packet takes: how often the mux asks in its time.
const PACKET_CELLS: u64 = 7;

/// What a carousel is made for.
#[derive(Debug, Clone)]
pub(crate) struct PlayoutTerms {
    /// All of an edition, or front and text.
    pub(crate) everything: bool,
    pub(crate) slice: Slice,
    pub(crate) primary: bool,
    pub(crate) packets_per_second: f64,
    pub(crate) head_seconds: f64,
    pub(crate) packets: PacketTerms,
    /// Bytes that all windows take at most.
    pub(crate) spool_bytes: u64,
}

impl PlayoutTerms {
    pub(crate) fn line(&self, id: u64, edition: u64) -> Line {
        Line::new(
            id,
            edition,
            self.everything,
            self.slice,
            self.primary,
            self.packets_per_second,
            &self.packets,
        )
    }

    fn slots(&self, seconds: f64) -> u64 {
        (self.packets_per_second * seconds).ceil().max(1.0) as u64
    }

    /// Bytes of a window.
    fn window_bytes(&self, cargo: &Cargo, is_first: bool) -> u64 {
        let rate = self.packets_per_second * RUN_BYTES as f64;
        let whole = (cargo.bytes() as f64 * WINDOW_SHARE).max(rate * WINDOW_SECONDS);
        let wanted = match is_first {
            true => (whole / 8.0).max(rate * FIRST_SECONDS),
            false => whole,
        };
        // Two windows, and a third when the edition changes.
        (wanted as u64).clamp(1, (self.spool_bytes / 3).max(1))
    }
}

/// What is to be made.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) what: JobKind,
    /// Bytes of symbols.
    pub(crate) bytes: u64,
}

#[derive(Debug)]
pub(crate) enum JobKind {
    /// The first feed: from where the journal says.
    Start(Arc<Material>),
    /// The window from the slot `from` on.
    Window {
        cargo: Arc<Cargo>,
        carousel: Carousel,
        from: u64,
    },
    /// The feed of another edition, from where `carousel` is `ahead` slots later.
    Change {
        material: Arc<Material>,
        cargo: Arc<Cargo>,
        carousel: Carousel,
        ahead: u64,
        base: Arc<Base>,
        /// The slot of the old feed before which it takes over.
        at: u64,
    },
}

/// What was made.
#[derive(Debug)]
pub(crate) enum Done {
    Window {
        from: u64,
        until: u64,
        spool: crate::send::Spool,
        /// Where the carousel is at its end.
        front: Carousel,
    },
    Feed(Box<Ready>),
}

/// A feed with its first window.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) material: Arc<Material>,
    pub(crate) feed: Feed,
    pub(crate) front: Carousel,
    pub(crate) base: Arc<Base>,
    /// Whether the base has to be written first.
    pub(crate) is_new: bool,
    /// The slot of the old feed before which it takes over.
    pub(crate) at: u64,
}

/// What is to be written: it must last before [`Playout::written`] is called.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) base: Option<Arc<Base>>,
    pub(crate) mark: Mark,
}

/// What a carousel on air wants done.
#[derive(Debug)]
pub(crate) enum Order {
    Prepare(Box<Job>),
    Write(Entry),
}

/// What it has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PlayoutStats {
    /// Number of the edition on air; 0 before there is one.
    pub(crate) edition: u64,
    pub(crate) runs: u64,
    pub(crate) lists: u64,
    pub(crate) heads: u64,
    /// Bytes of packets.
    pub(crate) bytes: u64,
    /// Editions that came on air.
    pub(crate) changes: u64,
    /// Times that there was nothing to send but heads.
    pub(crate) starved: u64,
    /// Failures of what was ordered.
    pub(crate) prepare_failures: u64,
    pub(crate) write_failures: u64,
    /// Marks without which it went on.
    pub(crate) unmarked: u64,
    /// Slots left in windows.
    pub(crate) slots_ahead: u64,
}

/// One carousel.
#[derive(Debug)]
pub(crate) struct Playout {
    terms: PlayoutTerms,
    on_air: Option<OnAir>,
    offered: Option<Arc<Material>>,
    change: Change,
    is_preparing: bool,
    retry_prepare: Duration,
    /// Windows are so many times smaller after failures.
    shrink: u64,
    /// The time to a change is so many times longer after one that came late.
    late: u32,
    writing: Option<Written>,
    retry_write: Duration,
    failing_since: Option<Duration>,
    /// Seconds of the next mark.
    mark_seconds: f64,
    /// Times that the mux asked in vain.
    idle: u64,
    stats: PlayoutStats,
}

#[derive(Debug)]
struct OnAir {
    material: Arc<Material>,
    feed: Feed,
    base: Arc<Base>,
    /// Where the carousel is at the end of the last window, and at the last mark.
    front: Carousel,
    scout: Carousel,
    scout_at: u64,
}

#[derive(Debug)]
enum Change {
    None,
    /// Made, and not written down.
    Made(Box<OnAir>, u64),
    /// May take over before this slot of the old one.
    May(Box<OnAir>, u64),
}

/// What is being written.
#[derive(Debug, Clone, Copy)]
enum Written {
    Mark(u64),
    Change(u64),
}

impl Playout {
    pub(crate) fn new(terms: PlayoutTerms) -> Self {
        Self {
            terms,
            on_air: None,
            offered: None,
            change: Change::None,
            is_preparing: false,
            retry_prepare: Duration::ZERO,
            shrink: 1,
            late: 1,
            writing: None,
            retry_write: Duration::ZERO,
            failing_since: None,
            mark_seconds: FIRST_MARK_SECONDS,
            idle: 0,
            stats: PlayoutStats::default(),
        }
    }

    #[cfg(test)]
    pub(crate) fn terms(&self) -> &PlayoutTerms {
        &self.terms
    }

    pub(crate) fn stats(&self) -> PlayoutStats {
        let mut stats = self.stats;
        if let Some(on_air) = &self.on_air {
            let (runs, lists, heads) = on_air.feed.counts();
            stats.runs += runs;
            stats.lists += lists;
            stats.heads += heads;
            stats.slots_ahead = on_air.feed.spooled().saturating_sub(on_air.feed.taken());
        }
        stats
    }

    /// Objects of the edition on air.
    #[cfg(test)]
    pub(crate) fn cargo_on_air(&self) -> &[crate::send::Item] {
        let on_air = self.on_air.as_ref();
        on_air.map_or(&[], |o| &o.material.cargo(self.terms.everything).items)
    }

    /// There is this edition now. What has left with it leaves the air at once, the rest when the
    /// new one is ready.
    pub(crate) fn offer(&mut self, material: &Arc<Material>) {
        if let Some(on_air) = &mut self.on_air {
            if material.number <= on_air.material.number {
                return;
            }
            let cargo = on_air.material.cargo(self.terms.everything);
            let gone = material.withdrawn_from(&on_air.material, cargo);
            on_air.feed.leave_out(gone);
        }
        self.offered = Some(Arc::clone(material));
    }

    /// What it wants done now, if anything; to be asked again after each answer.
    pub(crate) fn poll_order(&mut self, now: Duration) -> Option<Order> {
        if let Some(entry) = self.poll_write(now) {
            return Some(Order::Write(entry));
        }
        let job = self.poll_prepare(now)?;
        self.is_preparing = true;
        Some(Order::Prepare(Box::new(job)))
    }

    fn poll_write(&mut self, now: Duration) -> Option<Entry> {
        if self.writing.is_some() || now < self.retry_write {
            return None;
        }
        let ahead = self.terms.slots(self.mark_seconds);
        if let Change::Made(next, _) = &mut self.change {
            let batch = next.feed.batch().unwrap_or(1);
            let mark = next.mark(ahead + 2 * batch);
            self.writing = Some(Written::Change(mark.slots));
            return Some(Entry {
                base: Some(Arc::clone(&next.base)),
                mark,
            });
        }
        // The base on disk is the next one's: marks of the old one are none of it, and would take the
        // place of its own.
        if matches!(self.change, Change::May(..)) {
            return None;
        }
        let on_air = self.on_air.as_mut()?;
        let left = on_air.feed.granted().saturating_sub(on_air.feed.taken());
        let batch = on_air.feed.batch().unwrap_or(1);
        if left >= ahead / 2 + batch {
            return None;
        }
        let mark = on_air.mark(ahead + 2 * batch);
        self.mark_seconds = (self.mark_seconds * 2.0).min(MARK_SECONDS);
        self.writing = Some(Written::Mark(mark.slots));
        Some(Entry { base: None, mark })
    }

    fn poll_prepare(&mut self, now: Duration) -> Option<Job> {
        if self.is_preparing || now < self.retry_prepare {
            return None;
        }
        let Some(on_air) = &self.on_air else {
            if !matches!(self.change, Change::None) {
                return None;
            }
            let material = self.offered.as_ref()?;
            let cargo = material.cargo(self.terms.everything);
            return Some(Job {
                bytes: self.window_bytes(cargo, true),
                what: JobKind::Start(Arc::clone(material)),
            });
        };
        let everything = self.terms.everything;
        let cargo = on_air.material.cargo(everything);
        let left = on_air.feed.spooled().saturating_sub(on_air.feed.taken());
        let is_short = left < 2 * on_air.feed.batch().unwrap_or(1);
        let windows = on_air.feed.windows();
        // What cannot be made of the old one does not keep the new one off the air.
        let gives_way = self.shrink > 1
            && left < on_air.feed.batch().unwrap_or(1)
            && self.offered.is_some()
            && matches!(self.change, Change::None);
        if !gives_way && (windows < 2 || (is_short && windows < MOST_WINDOWS)) {
            return Some(Job {
                bytes: self.window_bytes(cargo, false),
                what: JobKind::Window {
                    cargo: Arc::clone(cargo),
                    carousel: on_air.front.clone(),
                    from: on_air.feed.spooled(),
                },
            });
        }
        if !matches!(self.change, Change::None) {
            return None;
        }
        let material = match &self.offered {
            Some(offered) => offered,
            None if self.needs_base(on_air) => &on_air.material,
            None => return None,
        };
        let bytes = self.window_bytes(material.cargo(everything), true);
        let reading = material.cargo(everything).bytes();
        let wait = CHANGE_SECONDS + (bytes + reading) as f64 / PREPARED_PER_SECOND;
        let ahead = match gives_way {
            true => 0,
            false => self.terms.slots(wait * f64::from(self.late)),
        };
        Some(Job {
            bytes,
            what: JobKind::Change {
                material: Arc::clone(material),
                cargo: Arc::clone(cargo),
                carousel: on_air.feed.carousel().clone(),
                ahead,
                base: Arc::clone(&on_air.base),
                at: on_air.feed.taken() + ahead,
            },
        })
    }

    fn window_bytes(&self, cargo: &Cargo, is_first: bool) -> u64 {
        let wanted = self.terms.window_bytes(cargo, is_first) / self.shrink;
        wanted.max(LEAST_WINDOW_BYTES)
    }

    fn needs_base(&self, on_air: &OnAir) -> bool {
        let lap = on_air.material.cargo(self.terms.everything).bytes() / RUN_BYTES;
        on_air.feed.taken() > BASE_SLOTS.max(lap * BASE_LAPS)
    }

    /// What was ordered is made, or could not be.
    pub(crate) fn done(&mut self, now: Duration, done: Result<Done, Error>) {
        self.is_preparing = false;
        let Ok(done) = done else {
            self.stats.prepare_failures += 1;
            self.shrink = (self.shrink * 2).min(64);
            self.retry_prepare = now + RETRY;
            return;
        };
        self.shrink = (self.shrink / 2).max(1);
        match done {
            Done::Window {
                from,
                until,
                spool,
                front,
            } => {
                let Some(on_air) = &mut self.on_air else {
                    return;
                };
                // Unless the feed has changed meanwhile, or has lost its windows.
                if on_air.feed.spooled() == from {
                    on_air.feed.add_window(until, spool);
                    on_air.front = front;
                }
            }
            Done::Feed(ready) => self.take(*ready),
        }
    }

    fn take(&mut self, ready: Ready) {
        let Ready {
            material,
            feed,
            front,
            base,
            is_new,
            at,
        } = ready;
        let is_late = |on_air: &OnAir| on_air.feed.taken() > at;
        if self.on_air.as_ref().is_some_and(is_late) {
            self.late = (self.late * 2).min(64);
            return;
        }
        self.late = 1;
        if let Some(offered) = &self.offered
            && offered.number <= material.number
        {
            self.offered = None;
        }
        if let Some(on_air) = &mut self.on_air {
            on_air.feed.stop_at(Some(at));
        }
        let mut next = OnAir {
            scout: feed.carousel().clone(),
            scout_at: feed.taken(),
            material,
            feed,
            base,
            front,
        };
        // Nothing goes on air before it is written down.
        next.feed.grant(next.feed.taken());
        let next = Box::new(next);
        self.change = match is_new {
            true => Change::Made(next, at),
            false => Change::May(next, at),
        };
    }

    /// What was to be written lasts, or could not be written.
    pub(crate) fn written(&mut self, now: Duration, result: Result<(), Error>) {
        let Some(writing) = self.writing.take() else {
            return;
        };
        let is_written = result.is_ok();
        match is_written {
            true => self.failing_since = None,
            false => {
                self.stats.write_failures += 1;
                self.failing_since.get_or_insert(now);
                self.retry_write = now + RETRY / 5;
            }
        }
        match writing {
            Written::Mark(slots) => {
                let has_failed_long = |since: Duration| now.saturating_sub(since) >= UNMARKED_AFTER;
                let Some(on_air) = &mut self.on_air else {
                    return;
                };
                if is_written {
                    on_air.feed.grant(slots);
                } else if self.failing_since.is_some_and(has_failed_long) {
                    self.stats.unmarked += 1;
                    on_air.feed.grant(slots);
                }
            }
            Written::Change(slots) => match std::mem::replace(&mut self.change, Change::None) {
                Change::Made(mut next, at) if is_written => {
                    next.feed.grant(slots);
                    // The base says that the old one went so far.
                    if let Some(old) = &mut self.on_air {
                        old.feed.grant(at);
                    }
                    self.change = Change::May(next, at);
                }
                Change::Made(next, _) => {
                    // From the beginning: the old one must not wait.
                    if let Some(on_air) = &mut self.on_air {
                        on_air.feed.stop_at(None);
                    }
                    if self.offered.is_none() {
                        self.offered = Some(next.material);
                    }
                    self.retry_prepare = now + RETRY;
                }
                other => self.change = other,
            },
        }
    }

    /// The next feed takes over, if its time has come.
    fn change_feeds(&mut self) -> bool {
        let may = match (&self.change, &self.on_air) {
            (Change::May(..), None) => true,
            (Change::May(_, at), Some(old)) => old.feed.taken() >= *at && old.feed.is_drained(),
            _ => false,
        };
        if !may {
            return false;
        }
        if let Change::May(next, _) = std::mem::replace(&mut self.change, Change::None) {
            if let Some(old) = self.on_air.take() {
                let (runs, lists, heads) = old.feed.counts();
                self.stats.runs += runs;
                self.stats.lists += lists;
                self.stats.heads += heads;
            }
            let number = next.material.number;
            self.stats.changes += u64::from(self.stats.edition != number);
            self.stats.edition = number;
            self.on_air = Some(*next);
            // Something newer may have been offered meanwhile.
            if let Some(offered) = self.offered.take() {
                self.offer(&offered);
            }
        }
        true
    }

    /// The last entry of a station that stops: exactly what went on air.
    pub(crate) fn last_entry(&mut self) -> Option<Entry> {
        let on_air = self.on_air.as_mut()?;
        if matches!(self.change, Change::May(..)) {
            // Its base is written already, and speaks of the slot where it would have taken over.
            return None;
        }
        let check = on_air.mark(0);
        Some(Entry {
            base: None,
            mark: Mark {
                slots: on_air.feed.asked(),
                ..check
            },
        })
    }
}

impl OnAir {
    /// A mark `ahead` slots from here, or where the last one was if that is further.
    fn mark(&mut self, ahead: u64) -> Mark {
        let until = (self.feed.taken() + ahead).max(self.scout_at);
        while self.scout_at < until {
            self.scout.next_slot();
            self.scout_at += 1;
        }
        let objects = self.feed.objects();
        Mark {
            line: self.base.line.as_ref().map_or(0, |line| line.id),
            slots: until,
            check: (until, check_of(&self.scout, objects)),
        }
    }
}

impl PacketSource for Playout {
    fn next_packet(&mut self) -> Result<Option<Vec<u8>>, Error> {
        for _ in 0..2 {
            let Some(on_air) = &mut self.on_air else {
                if self.change_feeds() {
                    continue;
                }
                return Ok(None);
            };
            match on_air.feed.poll_packet() {
                Ok(Some(packet)) => {
                    self.idle = 0;
                    self.stats.bytes += packet.len() as u64;
                    return Ok(Some(packet));
                }
                Ok(None) => {}
                Err(error) => {
                    // What is spooled cannot be read: it is made again.
                    on_air.feed.drop_windows();
                    on_air.front = on_air.feed.carousel().clone();
                    return Err(error);
                }
            }
            if !self.change_feeds() {
                break;
            }
        }
        let Some(on_air) = &mut self.on_air else {
            return Ok(None);
        };
        self.stats.starved += u64::from(self.idle == 0);
        self.idle += 1;
        let period = on_air.feed.head_period() * PACKET_CELLS;
        if self.idle.is_multiple_of(period) {
            let head = on_air.feed.extra_head();
            self.stats.bytes += head.len() as u64;
            return Ok(Some(head));
        }
        Ok(None)
    }

    fn recycle(&mut self, packet: Vec<u8>) {
        if let Some(on_air) = &mut self.on_air {
            on_air.feed.recycle(packet);
        }
    }
}
