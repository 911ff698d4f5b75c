//! How often each block of an edition is on air: the carousel's own periods, in seconds.

use fountain::{Carousel, MAX_PACKET_BYTES, RUN_HEADER_BYTES, Sender, Slice, Turn};

use crate::error::Error;
use crate::plan::air::Air;
use crate::plan::arrival::Arrival;
use crate::plan::wait::{Part, Wait, by, wait};
use crate::send::Cargo;

/// Bytes of a list without its certificate and its entries, of an entry, and of a certificate with
/// its length (`docs/format-packets.md`).
const LIST_BYTES: usize = 26 + 64;
const ENTRY_BYTES: usize = 10;
const CERTIFICATE_BYTES: usize = 2 + 155;
/// How often K symbols of which some are repair symbols do not suffice, and how many more are waited
/// for then (`docs/format-packets.md`). With one more than K it is a hundredth of that.
const UNLUCKY: f64 = 0.005;
const UNLUCKY_SYMBOLS: u32 = 2;
/// Blocks of one period whose distances are looked at, at most.
const TOGETHER: usize = 32;

/// What goes on air in the long run, and how often.
#[derive(Debug, Clone)]
pub struct Tracks {
    air: Air,
    turns: Vec<Turn>,
    /// Bytes of a run of each.
    bytes: Vec<usize>,
    /// Seconds of a packet of the carousel, with its part of lists and heads.
    packet_seconds: f64,
    /// Seconds from head to head.
    head_seconds: f64,
    lap_seconds: f64,
}

impl Tracks {
    /// Those of a carousel of these objects on this carrier.
    pub fn of(cargo: &Cargo, air: &Air) -> Result<Self, Error> {
        let terms = &air.packets;
        let objects = cargo.carousel(air.packets_per_second, terms.run_bytes, terms.urgent_share);
        // Which symbols they are makes no difference to how many come.
        let sender = Sender {
            slice: Slice::new(0, 1)?,
            primary: false,
        };
        let turns = Carousel::new(&objects, sender, terms.schedule, terms.run_bytes)?.turns();
        let of_run = |turn: &Turn| {
            let symbol = usize::from(cargo.items[turn.object].oti.symbol_size());
            RUN_HEADER_BYTES + turn.run as usize * symbol
        };
        let bytes: Vec<usize> = turns.iter().map(of_run).collect();
        let mean = |what: &dyn Fn(usize) -> f64| -> f64 {
            let all = turns.iter().zip(&bytes);
            all.map(|(turn, bytes)| what(*bytes) / turn.packets).sum()
        };
        let (mut lists, mut list_bytes, mut list_seconds) = (0.0, 0.0, 0.0);
        for (certificate, of) in [(CERTIFICATE_BYTES, 1), (0, terms.certificate_every - 1)] {
            let around = LIST_BYTES + certificate;
            let runs = ((MAX_PACKET_BYTES - around) / ENTRY_BYTES).min(terms.list_runs);
            let length = around + runs * ENTRY_BYTES;
            // So many lists of this sort for a run.
            let share = of as f64 / terms.certificate_every as f64 / runs as f64;
            lists += share;
            list_bytes += share * length as f64;
            list_seconds += share * air.seconds(length);
        }
        let head = air.head_bytes + 1;
        // Heads for a run.
        let heads = match terms.head_bytes {
            Some(period) => (mean(&|bytes| bytes as f64) + list_bytes) / period as f64,
            None => {
                let period = (air.packets_per_second * air.head_seconds).max(1.0).floor();
                (1.0 + lists) / period
            }
        };
        let packet_seconds =
            mean(&|bytes| air.seconds(bytes)) + list_seconds + heads * air.seconds(head);
        let runs = turns.iter().map(|turn| turn.symbols.div_ceil(turn.run));
        let lap_seconds = runs.map(f64::from).sum::<f64>() * packet_seconds;
        Ok(Self {
            air: *air,
            bytes,
            packet_seconds,
            head_seconds: packet_seconds / heads,
            lap_seconds,
            turns,
        })
    }

    /// Seconds in which everything would go on air once.
    #[must_use]
    pub fn lap_seconds(&self) -> f64 {
        self.lap_seconds
    }

    /// How long who tunes in at a random moment waits for a head and the objects for which `lacks`
    /// says yes, by their place in the cargo.
    #[must_use]
    pub fn wait(&self, loss: f64, lacks: impl Fn(usize) -> bool) -> Wait {
        wait(&self.parts(loss, lacks)).after(self.after())
    }

    /// The chance that they are there so many seconds after a random moment.
    #[must_use]
    pub fn by(&self, seconds: f64, loss: f64, lacks: impl Fn(usize) -> bool) -> f64 {
        by(&self.parts(loss, lacks), seconds - self.after())
    }

    /// Seconds from the beginning of a packet until it is whole.
    fn after(&self) -> f64 {
        self.packet_seconds + self.air.delay()
    }

    /// What is waited for, blocks alike in one.
    fn parts(&self, loss: f64, lacks: impl Fn(usize) -> bool) -> Vec<Part> {
        let mut apart = vec![Arrival {
            interval: self.head_seconds,
            lost: self.air.lost(loss, self.air.head_bytes + 1),
            runs: 1,
            or_runs: 1,
            unlucky: 0.0,
        }];
        let mut rounds: Vec<(f64, Vec<(Arrival, f64)>)> = Vec::new();
        for (turn, bytes) in self.turns.iter().zip(&self.bytes) {
            if !lacks(turn.object) {
                continue;
            }
            let runs = turn.symbols.div_ceil(turn.run);
            let over = runs * turn.run - turn.symbols;
            let symbols = runs * turn.run + UNLUCKY_SYMBOLS;
            let arrival = Arrival {
                interval: turn.packets * self.packet_seconds,
                lost: self.air.lost(loss, *bytes),
                runs,
                or_runs: symbols.div_ceil(turn.run),
                unlucky: UNLUCKY * 0.01_f64.powi(over.min(4) as i32),
            };
            let Some(phase) = turn.phase else {
                apart.push(arrival);
                continue;
            };
            let period = arrival.interval * f64::from(runs);
            let is_same = |(other, _): &&mut (f64, _)| (period / *other - 1.0).abs() < 1e-9;
            match rounds.iter_mut().find(is_same) {
                Some((_, blocks)) => blocks.push((arrival, phase)),
                None => rounds.push((period, vec![(arrival, phase)])),
            }
        }
        let mut parts = Vec::new();
        for (period, blocks) in rounds {
            // Distances among many are as good as chance.
            match blocks.len() <= TOGETHER {
                true => parts.push(Part::Together { period, blocks }),
                false => apart.extend(blocks.into_iter().map(|(arrival, _)| arrival)),
            }
        }
        // The slowest first: where those are not there nobody asks for the others.
        apart.sort_by(|a, b| b.about().total_cmp(&a.about()));
        for arrival in apart {
            match parts.last_mut() {
                Some(Part::Apart(last, count)) if *last == arrival => *count += 1,
                _ => parts.push(Part::Apart(arrival, 1)),
            }
        }
        parts.sort_by(|a, b| b.about().total_cmp(&a.about()));
        parts
    }
}
