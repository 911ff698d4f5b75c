//! What the station is doing, for the status page, the metrics and whoever asks how it is.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::play::desk::lock;
use crate::play::outlet::OutletStats;
use crate::play::playout::PlayoutStats;

/// Older than this a carrier's report means that it hangs.
pub(crate) const STALE: Duration = Duration::from_secs(15);

/// Everything that is known, as of one moment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Status {
    pub(crate) publisher: String,
    /// The newest edition of the archive: number, time, articles' bytes and objects.
    pub(crate) edition: Option<EditionStatus>,
    pub(crate) carriers: BTreeMap<String, CarrierStatus>,
    pub(crate) sources: Vec<SourceStatus>,
    /// Drafts that wait for a person.
    pub(crate) waiting: usize,
    /// Drafts that would be published by themselves, but that nothing can sign.
    pub(crate) unsigned: usize,
    /// Why nothing can be signed, published, read: what a person should know.
    pub(crate) troubles: BTreeMap<&'static str, String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct EditionStatus {
    pub(crate) number: u64,
    pub(crate) seconds: u64,
    pub(crate) objects: usize,
    pub(crate) bytes: u64,
    /// Numbers that the on-air certificate still covers after this one, and when it ends.
    pub(crate) certificate_editions: u64,
    pub(crate) certificate_ends: u64,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct CarrierStatus {
    /// `ts`, `radio`, `udp`, `mirror`.
    pub(crate) kind: &'static str,
    pub(crate) to: String,
    pub(crate) bits_per_s: u64,
    /// When this was told, since the start.
    pub(crate) told: Duration,
    /// Whether it should be on air now.
    pub(crate) is_due: bool,
    pub(crate) edition: u64,
    /// The carousels: the first is the one that has everything.
    pub(crate) playouts: Vec<PlayoutStats>,
    pub(crate) outlet: OutletStats,
    pub(crate) slips: u64,
    pub(crate) late_micros: u64,
    pub(crate) seconds: f64,
    pub(crate) trouble: Option<String>,
    /// What it is doing, in words.
    pub(crate) doing: String,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct SourceStatus {
    pub(crate) at: String,
    pub(crate) by_itself: bool,
    /// When it was read last, in seconds since 1970-01-01T00:00Z; 0 if never.
    pub(crate) read: u64,
    pub(crate) articles: usize,
    pub(crate) failures: u64,
    pub(crate) trouble: Option<String>,
}

/// The status, told by many and read by some.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<Status>);

impl Board {
    pub(crate) fn tell(&self, change: impl FnOnce(&mut Status)) {
        change(&mut lock(&self.0));
    }

    pub(crate) fn read(&self) -> Status {
        lock(&self.0).clone()
    }

    /// Notes a trouble, or that it is over; whether that is new.
    pub(crate) fn trouble(&self, what: &'static str, trouble: Option<String>) -> bool {
        let mut status = lock(&self.0);
        match trouble {
            Some(why) => status.troubles.insert(what, why.clone()).as_ref() != Some(&why),
            None => status.troubles.remove(what).is_some(),
        }
    }
}

impl Status {
    /// Whether every carrier is alive, at this time since the start; why not, if not.
    pub(crate) fn health(&self, now: Duration) -> Result<(), String> {
        let hangs = |carrier: &CarrierStatus| now.saturating_sub(carrier.told) > STALE;
        match self.carriers.iter().find(|(_, carrier)| hangs(carrier)) {
            Some((name, _)) => Err(format!("{name} has told nothing for {} s", STALE.as_secs())),
            None => Ok(()),
        }
    }

    /// Whether what only a restart mends is well, for the watchdog. Television waits for no mount, bucket
    /// or player; the others may, and are not worth its going off the air.
    pub(crate) fn is_alive(&self, now: Duration) -> bool {
        let mut ts = self.carriers.values().filter(|c| c.kind == "ts");
        ts.all(|carrier| now.saturating_sub(carrier.told) <= STALE)
    }

    /// Whether every carrier that should be has an edition on air and gets rid of it.
    pub(crate) fn readiness(&self, now: Duration) -> Result<(), String> {
        self.health(now)?;
        for (name, carrier) in self.carriers.iter().filter(|(_, c)| c.is_due) {
            if carrier.edition == 0 {
                return Err(format!("{name} has no edition on air yet"));
            }
            if let Some(trouble) = &carrier.trouble {
                return Err(format!("{name}: {trouble}"));
            }
        }
        Ok(())
    }
}
