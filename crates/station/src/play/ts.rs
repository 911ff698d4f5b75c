//! Television for ever: a stream of constant rate as datagrams.
//!
//! ```text
//!  preparer ◄─jobs─ maker ─entries─► keeper       the maker makes cells, a third of a second ahead
//!                     │
//!                     └─cells─► pacer ─► socket    the pacer does nothing but wait and send
//! ```

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use ts::CELL_BYTES;

use crate::error::Error;
use crate::play::board::CarrierStatus;
use crate::play::datagram::{CELLS, RTP_BYTES, Rtp, STREAM_BYTES};
use crate::play::desk::{Desk, lock};
use crate::play::outlet::{Outlet, OutletStats, Route};
use crate::play::pacer::Pacer;
use crate::play::playout::{Done, Entry, Job, Order, Playout, PlayoutTerms};
use crate::play::prepare::prepare;
use crate::send::journal::Journal;
use crate::send::stream::{StreamTerms, TsStream};
use crate::send::ts::HEAD_SECONDS;
use crate::send::{PacketTerms, Sharer};
use crate::station::random_number;

/// Milliseconds of stream that are made at once, and pieces of it that may wait to go out.
const PIECE_MS: u64 = 20;
const PIECES: usize = 16;

/// One stream.
#[derive(Debug, Clone)]
pub(crate) struct TsLine {
    pub(crate) name: String,
    pub(crate) stream: StreamTerms,
    pub(crate) route: Route,
    pub(crate) rtp: bool,
    /// Which of how many streams it is: each has its part of television's slice, and the first one
    /// sends source symbols.
    pub(crate) place: (usize, usize),
    pub(crate) spool_bytes: u64,
}

impl TsLine {
    fn terms(&self, desk: &Desk) -> Result<Vec<PlayoutTerms>, Error> {
        let whole = Sharer::Ts.slice(&desk.station.on_air_certificate_as_it_is()?)?;
        let (place, of) = self.place;
        let of = of.min(usize::from(whole.count())).max(1) as u8;
        let place = (place as u8).min(of - 1);
        let each = whole.count() / of;
        let own = fountain::Slice::new(whole.first() + place * each, each)?;
        let rates = self.stream.rates();
        let slices = self.stream.split(own)?;
        let terms = rates.iter().zip(slices).enumerate();
        let terms = terms.map(|(index, ((_, rate), slice))| PlayoutTerms {
            everything: index == 0,
            slice,
            primary: index == 0 && self.place.0 == 0 && Sharer::Ts.is_primary(),
            packets_per_second: *rate,
            head_seconds: HEAD_SECONDS,
            packets: PacketTerms::LONG,
            spool_bytes: self.spool_bytes,
        });
        Ok(terms.collect())
    }

    /// Where the journal of a carriage is: that of the first stream's first is what `send ts` keeps.
    fn journal(&self, desk: &Desk, carriage: usize) -> Journal {
        let first = Sharer::Ts.state_file(desk.station.dir());
        let name = match (self.place.0, carriage) {
            (0, 0) => return Journal::at(&first),
            (_, 0) => format!("on-air-{}.json", self.name),
            _ => format!("on-air-{}-{carriage}.json", self.name),
        };
        Journal::at(&first.with_file_name(name))
    }

    /// Puts it on air; the threads end when the desk says so.
    pub(crate) fn start(self, desk: &Arc<Desk>) -> Result<Vec<JoinHandle<()>>, Error> {
        let terms = self.terms(desk)?;
        // From the beginning: whoever asks whether the station is ready is not told of nobody.
        let status = CarrierStatus {
            kind: "ts",
            is_due: true,
            bits_per_s: self.stream.bitrate.bits_per_s(),
            ..CarrierStatus::default()
        };
        desk.tell(&self.name, status);
        let (answers, answered) = channel();
        let (jobs, for_preparer) = channel();
        let (entries, for_keeper) = channel();
        let (cells, for_pacer) = sync_channel(PIECES);
        let (used, recycled) = channel();
        let outlet = Arc::new(Mutex::new(OutletState::default()));
        let journals = || (0..terms.len()).map(|at| self.journal(desk, at));
        let (read, written): (Vec<_>, Vec<_>) = (journals().collect(), journals().collect());
        let playouts = terms.iter().cloned().map(Playout::new).collect();
        let maker = Maker {
            stream: TsStream::new(&self.stream, playouts)?,
            desk: Arc::clone(desk),
            jobs,
            entries,
            answered,
            cells,
            recycled,
            outlet: Arc::clone(&outlet),
            piece: piece_cells(self.stream.bitrate.bits_per_s()),
            told: None,
            in_flight: 0,
            trouble: None,
            line: self.clone(),
        };
        let pacer = Pacing {
            desk: Arc::clone(desk),
            rtp: match self.rtp {
                true => Some(Rtp::new(
                    random_number()?,
                    random_number()? as u32,
                    self.stream.bitrate.bits_per_s(),
                )),
                false => None,
            },
            outlet: {
                let route = self.route;
                Outlet::new(Box::new(move || route.open()))
            },
            state: outlet,
            bits_per_s: self.stream.bitrate.bits_per_s(),
            used,
        };
        let preparer = {
            let (desk, answers) = (Arc::clone(desk), answers.clone());
            move || run_preparer(&desk, &terms, &read, &for_preparer, &answers)
        };
        let name = |part: &str| thread::Builder::new().name(format!("{} {part}", self.name));
        let spawned = [
            name("preparer").spawn(preparer),
            name("keeper").spawn(move || run_keeper(written, &for_keeper, &answers)),
            name("pacer").spawn(move || pacer.run(&for_pacer)),
            name("maker").spawn(move || maker.run()),
        ];
        spawned
            .into_iter()
            .map(|thread| thread.map_err(Error::file("a thread")))
            .collect()
    }
}

/// Cells of about [`PIECE_MS`], whole datagrams.
fn piece_cells(bits_per_s: u64) -> usize {
    let bytes = bits_per_s / 8 * PIECE_MS / 1_000;
    (bytes as usize / STREAM_BYTES).max(1) * CELLS
}

enum Answer {
    Done(Result<Done, Error>),
    Written(Result<(), Error>),
}

fn run_preparer(
    desk: &Desk,
    terms: &[PlayoutTerms],
    journals: &[Journal],
    jobs: &Receiver<(usize, Job)>,
    answers: &Sender<(usize, Answer)>,
) {
    while let Ok((at, job)) = jobs.recv() {
        let make = || prepare(job, &terms[at], &desk.station, &journals[at]);
        let done = catch_unwind(AssertUnwindSafe(make)).unwrap_or(Err(Error::Crashed));
        if answers.send((at, Answer::Done(done))).is_err() {
            return;
        }
    }
}

fn run_keeper(
    mut journals: Vec<Journal>,
    entries: &Receiver<(usize, Entry)>,
    answers: &Sender<(usize, Answer)>,
) {
    while let Ok((at, entry)) = entries.recv() {
        let journal = &mut journals[at];
        let base = entry.base.as_ref().map(|base| journal.write_base(base));
        let written = base.unwrap_or(Ok(()));
        let written = written.and_then(|()| journal.write_mark(entry.mark));
        if answers.send((at, Answer::Written(written))).is_err() {
            return;
        }
    }
}

/// Makes cells, and gives carousels what they order.
struct Maker {
    line: TsLine,
    desk: Arc<Desk>,
    stream: TsStream<Playout>,
    jobs: Sender<(usize, Job)>,
    entries: Sender<(usize, Entry)>,
    answered: Receiver<(usize, Answer)>,
    cells: SyncSender<Vec<u8>>,
    recycled: Receiver<Vec<u8>>,
    outlet: Arc<Mutex<OutletState>>,
    piece: usize,
    told: Option<Duration>,
    /// Entries that are being written.
    in_flight: usize,
    trouble: Option<String>,
}

impl Maker {
    fn run(mut self) {
        let mut newest = 0;
        while !self.desk.is_stopping() {
            let now = self.desk.now();
            if let Some(material) = self.desk.newer_than(newest) {
                newest = material.number;
                for playout in self.stream.sources() {
                    playout.offer(&material);
                }
            }
            self.take_answers(now);
            self.give_orders(now);
            let mut cells = self.recycled.try_recv().unwrap_or_default();
            cells.clear();
            while cells.len() < self.piece * CELL_BYTES {
                let left = self.piece - cells.len() / CELL_BYTES;
                if let Err(error) = self.stream.next_cells(left, &mut cells) {
                    self.note(&error);
                }
            }
            if self.cells.send(cells).is_err() {
                return;
            }
            if self
                .told
                .is_none_or(|t| now.saturating_sub(t) >= Duration::from_secs(1))
            {
                self.told = Some(now);
                self.tell();
                self.trouble = None;
            }
        }
        self.stop();
    }

    fn note(&mut self, error: &Error) {
        if self.trouble.is_none() {
            tracing::warn!(carrier = self.line.name, %error, "something is amiss");
            self.trouble = Some(error.to_string());
        }
    }

    fn take_answers(&mut self, now: Duration) {
        while let Ok((at, answer)) = self.answered.try_recv() {
            let error = match &answer {
                Answer::Done(Err(error)) | Answer::Written(Err(error)) => Some(error.to_string()),
                _ => None,
            };
            if let Some(error) = error {
                tracing::warn!(carrier = self.line.name, error, "it will be tried again");
                self.trouble = Some(error);
            }
            let Some(playout) = self.stream.sources().nth(at) else {
                continue;
            };
            match answer {
                Answer::Done(done) => playout.done(now, done),
                Answer::Written(written) => {
                    playout.written(now, written);
                    self.in_flight -= 1;
                }
            }
        }
    }

    fn give_orders(&mut self, now: Duration) {
        for (at, playout) in self.stream.sources().enumerate() {
            while let Some(order) = playout.poll_order(now) {
                match order {
                    Order::Prepare(job) => drop(self.jobs.send((at, *job))),
                    Order::Write(entry) => {
                        self.in_flight += 1;
                        drop(self.entries.send((at, entry)));
                    }
                }
            }
        }
    }

    fn tell(&mut self) {
        let playouts: Vec<_> = self.stream.sources().map(|p| p.stats()).collect();
        let seconds = self.stream.seconds();
        let outlet = lock(&self.outlet).clone();
        let line = &self.line;
        let status = CarrierStatus {
            kind: "ts",
            to: format!("{} {}", if line.rtp { "rtp" } else { "udp" }, line.route.to),
            bits_per_s: line.stream.bitrate.bits_per_s(),
            is_due: true,
            edition: playouts.first().map_or(0, |p| p.edition),
            playouts,
            outlet: outlet.stats,
            slips: outlet.slips,
            late_micros: outlet.late_micros,
            seconds,
            trouble: outlet.trouble.or_else(|| self.trouble.clone()),
            ..CarrierStatus::default()
        };
        self.desk.tell(&line.name, status);
    }

    /// Writes down exactly how far it came.
    fn stop(mut self) {
        let wait = Duration::from_secs(2);
        while self.in_flight > 0 {
            match self.answered.recv_timeout(wait) {
                Ok((at, Answer::Written(written))) => {
                    self.in_flight -= 1;
                    let now = self.desk.now();
                    if let Some(playout) = self.stream.sources().nth(at) {
                        playout.written(now, written);
                    }
                }
                Ok(_) => {}
                Err(_) => return,
            }
        }
        let last: Vec<_> = self.stream.sources().map(Playout::last_entry).collect();
        for (at, entry) in last.into_iter().enumerate() {
            let Some(entry) = entry else { continue };
            if self.entries.send((at, entry)).is_ok() {
                self.in_flight += 1;
            }
        }
        while self.in_flight > 0 {
            match self.answered.recv_timeout(wait) {
                Ok((_, Answer::Written(_))) => self.in_flight -= 1,
                Ok(_) => {}
                Err(_) => return,
            }
        }
    }
}

#[derive(Debug, Clone, Default)]
struct OutletState {
    stats: OutletStats,
    slips: u64,
    late_micros: u64,
    trouble: Option<String>,
}

/// Waits and sends.
struct Pacing {
    desk: Arc<Desk>,
    rtp: Option<Rtp>,
    outlet: Outlet,
    state: Arc<Mutex<OutletState>>,
    bits_per_s: u64,
    used: Sender<Vec<u8>>,
}

impl Pacing {
    fn run(mut self, pieces: &Receiver<Vec<u8>>) {
        let bytes = STREAM_BYTES as u64;
        let mut datagram = Vec::with_capacity(RTP_BYTES + STREAM_BYTES);
        let Ok(mut piece) = pieces.recv() else { return };
        let mut pacer = Pacer::new(bytes, self.bits_per_s, self.desk.now());
        loop {
            let mut late = Duration::ZERO;
            for stream in piece.chunks(STREAM_BYTES) {
                let mut now = self.desk.now();
                let mut due = pacer.due(now);
                while due > now {
                    thread::sleep(due - now);
                    now = self.desk.now();
                    due = pacer.due(now);
                }
                late = late.max(now.saturating_sub(due));
                match &mut self.rtp {
                    None => self.outlet.send(now, stream),
                    Some(rtp) => {
                        datagram.clear();
                        datagram.extend_from_slice(&rtp.next());
                        datagram.extend_from_slice(stream);
                        self.outlet.send(now, &datagram);
                    }
                }
                pacer.sent(now);
            }
            *lock(&self.state) = OutletState {
                stats: self.outlet.stats(),
                slips: pacer.slips(),
                late_micros: late.as_micros() as u64,
                trouble: self.outlet.trouble().map(str::to_owned),
            };
            drop(self.used.send(piece));
            match pieces.recv() {
                Ok(next) => piece = next,
                Err(_) => return,
            }
        }
    }
}
