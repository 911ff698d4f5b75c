//! Days on air in accelerated time, with faults: the whole of what decides, on a real archive and a
//! real journal, with a clock that the test moves.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use fountain::{ObjectId, Packet, Slice};

use crate::error::Error;
use crate::play::material::Material;
use crate::play::playout::{Entry, Job, Order, Playout, PlayoutTerms};
use crate::play::prepare::prepare;
use crate::send::PacketTerms;
use crate::send::journal::Journal;
use crate::send::stream::PacketSource;
use crate::sources::Draft;
use crate::station::{InitTerms, Station};
use crate::test_drafts::{NOW, draft};
use crate::{Passphrase, publish};

const HOUR: u64 = 3_600;

fn terms(packets_per_second: f64, head_seconds: f64) -> PlayoutTerms {
    PlayoutTerms {
        everything: true,
        slice: Slice::new(0, 64).unwrap(),
        primary: true,
        packets_per_second,
        head_seconds,
        packets: PacketTerms::LONG,
        spool_bytes: 30_000_000,
    }
}

/// A station, and what has gone on air.
struct World {
    dir: tempfile::TempDir,
    station: Station,
    /// Seconds of the clock that only goes forward, in parts of a packet.
    seconds: f64,
    playout: Playout,
    journal: Journal,
    /// When the answer to a job comes, and what was written meanwhile.
    working: Option<(f64, Job)>,
    writing: Option<(f64, Entry)>,
    /// Symbols that went on air.
    sent: HashSet<(ObjectId, u8, u32)>,
    runs: u64,
    heads: u64,
    silence: u64,
    disk_full: bool,
    no_archive: bool,
}

impl World {
    fn new(packets_per_second: f64, head_seconds: f64) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let terms_of_init = InitTerms {
            name: "A Newsroom".to_owned(),
            passphrase: Passphrase::None,
            now: NOW,
        };
        let (station, _) = Station::init(&dir.path().join("st"), &terms_of_init).unwrap();
        let journal = Journal::at(&station.dir().join("on-air.json"));
        Self {
            dir,
            station,
            seconds: 0.0,
            playout: Playout::new(terms(packets_per_second, head_seconds)),
            journal,
            working: None,
            writing: None,
            sent: HashSet::new(),
            runs: 0,
            heads: 0,
            silence: 0,
            disk_full: false,
            no_archive: false,
        }
    }

    fn publish(&mut self, drafts: &[Draft]) {
        let now = NOW + self.seconds as u64;
        publish::publish(&self.station, drafts, now, &mut || None).unwrap();
        self.offer();
    }

    fn offer(&mut self) {
        let newest = self.station.archive().newest().unwrap();
        let material = Material::load(&self.station, newest, &mut || None).unwrap();
        self.playout.offer(&Arc::new(material));
    }

    /// Power is gone and back: nothing is left but files.
    fn crash(&mut self) {
        self.playout = Playout::new(self.playout.terms().clone());
        self.journal = Journal::at(&self.station.dir().join("on-air.json"));
        self.working = None;
        self.writing = None;
        self.offer();
    }

    fn now(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    /// So many seconds on air.
    fn run(&mut self, seconds: f64) {
        let step = 1.0 / self.playout.terms().packets_per_second;
        let until = self.seconds + seconds;
        while self.seconds < until {
            self.seconds += step;
            self.serve();
            // The mux asks once a cell; here a packet's worth of times if there is none.
            let packet = (0..7).find_map(|_| self.playout.next_packet().unwrap());
            let Some(packet) = packet else {
                self.silence += 1;
                continue;
            };
            match Packet::parse(&packet).unwrap() {
                Packet::Run(run) => {
                    self.runs += 1;
                    for esi in self.esis(&run, packet.len()) {
                        let symbol = (run.object, run.sbn, esi);
                        assert!(self.sent.insert(symbol), "{symbol:?} went on air twice");
                    }
                }
                Packet::Head(_) => self.heads += 1,
                Packet::List(_) => {}
            }
            self.playout.recycle(packet);
        }
    }

    /// Symbols of a run: T is told by the object's size, as it is published.
    fn esis(&self, run: &fountain::Run<'_>, len: usize) -> std::ops::Range<u32> {
        let cargo = self.playout.cargo_on_air();
        let item = cargo.iter().find(|item| item.hash.id().0 == run.object.0);
        let oti = item.expect("an object of the edition on air").oti;
        let count = (len - fountain::RUN_HEADER_BYTES) / usize::from(oti.symbol_size());
        run.esi..run.esi + count as u32
    }

    /// What was ordered is done a while later.
    fn serve(&mut self) {
        let now = self.now();
        if self
            .working
            .as_ref()
            .is_some_and(|(at, _)| *at <= self.seconds)
            && let Some((_, job)) = self.working.take()
        {
            let done = match self.no_archive {
                true => Err(Error::Crashed),
                false => prepare(job, self.playout.terms(), &self.station, &self.journal),
            };
            self.playout.done(now, done);
        }
        if self
            .writing
            .as_ref()
            .is_some_and(|(at, _)| *at <= self.seconds)
            && let Some((_, entry)) = self.writing.take()
        {
            let written = self.write(&entry);
            self.playout.written(now, written);
        }
        while let Some(order) = self.playout.poll_order(now) {
            match order {
                Order::Prepare(job) => self.working = Some((self.seconds + 0.8, *job)),
                Order::Write(entry) => self.writing = Some((self.seconds + 0.05, entry)),
            }
        }
    }

    fn write(&mut self, entry: &Entry) -> Result<(), Error> {
        if let Some(base) = &entry.base {
            if self.disk_full {
                let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
                return Err(Error::file(self.dir.path())(full));
            }
            self.journal.write_base(base)?;
        }
        // Marks of another carousel would take the place of this one's.
        let (base, _) = self.journal.read()?;
        assert_eq!(base.line.map(|line| line.id), Some(entry.mark.line));
        // A mark is written in place: it needs no room.
        self.journal.write_mark(entry.mark)
    }
}

#[test]
fn days_on_air_with_faults_and_no_symbol_twice() {
    let mut world = World::new(2.0, 10.0);
    world.publish(&[
        draft("a", "the first", 300_000),
        draft("b", "the second", 90_000),
    ]);
    let mut edition = 1;
    for hour in 0..48_u64 {
        match hour % 12 {
            // The disk is full, and there is room again.
            2 => world.disk_full = true,
            // A new edition cannot be written down now, and comes on air when it can be.
            3 => {
                edition += 1;
                world.publish(&[draft(
                    &format!("{}", char::from(b'A' + hour as u8)),
                    "news",
                    50_000,
                )]);
                world.run(HOUR as f64 / 2.0);
                assert_eq!(world.playout.stats().edition, edition - 1);
            }
            4 => world.disk_full = false,
            // The bucket is away.
            5 => world.no_archive = true,
            6 => world.no_archive = false,
            // The power fails in the middle of the hour.
            8 => {
                world.run(HOUR as f64 / 3.0);
                world.crash();
            }
            10 => {
                edition += 1;
                world.publish(&[draft(
                    &format!("{}", char::from(b'A' + hour as u8)),
                    "news",
                    50_000,
                )]);
            }
            _ => {}
        }
        world.run(HOUR as f64);
        let heads = world.heads;
        assert!(
            heads as f64 > world.seconds / 11.0,
            "hour {hour}: {heads} heads in {} s",
            world.seconds
        );
    }
    let stats = world.playout.stats();
    assert_eq!(stats.edition, edition);
    assert_eq!(stats.unmarked, 0);
    // Data was on air but for most of the hours without an archive.
    let most = world.seconds * 2.0;
    assert!(world.runs as f64 > most * 0.85, "{} of {most}", world.runs);
    assert!(
        world.silence as f64 <= most * 0.1,
        "{} of {most}",
        world.silence
    );
}

#[test]
fn an_edition_changes_without_a_gap_and_what_was_withdrawn_is_gone_at_once() {
    let mut world = World::new(50.0, 1.8);
    world.publish(&[
        draft("a", "the first", 400_000),
        draft("b", "the second", 200_000),
    ]);
    world.run(60.0);
    let a = draft("a", "", 400_000).assets[0].hash.id().0;
    let b = draft("b", "", 200_000).assets[0].hash.id().0;
    let count = |world: &World, of| world.sent.iter().filter(|(id, ..)| id.0 == of).count();
    assert!(count(&world, b) > 50);
    let (silence, starved) = (world.silence, world.playout.stats().starved);
    // Number 2 is b, whose key comes second.
    publish::withdraw(&world.station, &[2], NOW + 60, &mut || None).unwrap();
    world.offer();
    // What is on a list already still goes: two seconds of it at this rate.
    world.run(3.0);
    let (had_a, had_b) = (count(&world, a), count(&world, b));
    world.run(60.0);
    assert_eq!(
        count(&world, b),
        had_b,
        "b is on air after it was withdrawn"
    );
    // What is unchanged goes on where it was: nothing twice, which `run` asserts.
    assert!(count(&world, a) > had_a + 100);
    assert_eq!(world.playout.stats().edition, 2);
    assert_eq!(
        (world.silence, world.playout.stats().starved),
        (silence, starved),
        "a gap"
    );
}

#[test]
fn power_cuts_just_after_a_change_send_nothing_twice() {
    let mut world = World::new(50.0, 1.8);
    world.publish(&[draft("a", "the first", 700_000)]);
    world.run(10.0);
    for round in 0..2_u8 {
        let name = char::from(b'b' + round).to_string();
        world.publish(&[draft(&name, "news", 2_000)]);
        let edition = u64::from(round) + 2;
        let began = world.seconds;
        while world.playout.stats().edition < edition {
            world.run(0.1);
            assert!(
                world.seconds < began + 60.0,
                "edition {edition} does not come"
            );
        }
        // `run` asserts that nothing goes twice.
        world.run(f64::from(round));
        world.crash();
        world.run(6.0);
    }
}

#[test]
fn after_a_stop_it_goes_on_exactly_where_it_was() {
    let mut one = World::new(30.0, 1.8);
    one.publish(&[draft("a", "the first", 700_000)]);
    one.run(20.0);
    let last = one.playout.last_entry().unwrap();
    one.write(&last).unwrap();
    let taken = one.sent.len();
    one.crash();
    one.run(25.0);
    // All source symbols of the picture have gone on air, each once: nothing was left out.
    let a = draft("a", "", 700_000).assets[0].hash.id().0;
    let mut esis: Vec<u32> = one
        .sent
        .iter()
        .filter(|(id, ..)| id.0 == a)
        .map(|(_, _, esi)| *esi)
        .collect();
    esis.sort_unstable();
    let whole: Vec<u32> = (0..esis.len() as u32).collect();
    assert_eq!(esis, whole);
    assert!(one.sent.len() > taken + 300);
}

#[test]
fn a_disk_that_is_dead_does_not_silence_the_station() {
    let mut world = World::new(20.0, 1.8);
    world.publish(&[draft("a", "the first", 300_000)]);
    world.run(20.0);
    let runs = world.runs;
    // Neither marks nor anything else can be written.
    let until = world.seconds + 120.0;
    while world.seconds < until {
        if world.writing.take().is_some() {
            let now = world.now();
            world.playout.written(now, Err(Error::Crashed));
        }
        world.run(0.05);
    }
    assert!(world.playout.stats().unmarked > 0);
    assert!(world.runs > runs + 1_200, "{}", world.runs - runs);
}
