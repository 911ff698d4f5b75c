//! What listeners will have after how long, before anybody pays for airtime.
//!
//! Nothing is simulated: the carousel's own periods ([`fountain::Carousel::turns`]), the carrier's
//! packets and a binomial law give the wait for each block, and their product the wait for all.
//! `docs/plan.md` has the formulas, and what a simulation of the real sender makes of them.
//!
//! ```text
//! Cargo ─► tracks (how often each block is heard) ─► arrival (when it is there) ─► wait (all are)
//!            ▲                                                                      │
//!           air (what a packet takes, how it is lost)                              fit (what to drop)
//! ```

mod air;
mod arrival;
mod carrier;
mod fit;
#[cfg(test)]
mod simulated;
mod tracks;
mod wait;

pub use air::Air;
pub use carrier::PlanCarrier;
pub use fit::{Drop, Fit};
pub use tracks::Tracks;
pub use wait::Wait;

use edition::Tier;

use crate::archived::Archived;
use crate::error::Error;
use crate::send::Cargo;
use crate::station::Station;

/// What is asked.
#[derive(Debug, Clone)]
pub struct PlanTerms {
    /// Number of the edition; the newest by default.
    pub edition: Option<u64>,
    /// How it is to be sent.
    pub carrier: PlanCarrier,
    /// Shares of what is sent that are lost, 0 to below 1: packets on ts and udp, frames on radio.
    pub losses: Vec<f64>,
    /// Seconds of airtime that are on offer.
    pub slot_seconds: Option<f64>,
    /// What an hour of it costs, in whatever currency.
    pub price_per_hour: Option<f64>,
}

/// What a listener has before tuning in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listener {
    /// Nothing.
    Newcomer,
    /// All of the edition before.
    Regular,
}

/// How long one sort of listener waits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// Who.
    pub listener: Listener,
    /// The share that is lost.
    pub loss: f64,
    /// Until the front is there, and with it where to find the publisher.
    pub front: Wait,
    /// Until all text is there, too.
    pub text: Wait,
    /// Until all is there that goes on air.
    pub everything: Wait,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Number of the edition.
    pub number: u64,
    /// Objects that go on air, and their bytes.
    pub all: (usize, u64),
    /// Those of them that the edition before had not.
    pub new: (usize, u64),
    /// Seconds in which everything would go on air once.
    pub lap_seconds: f64,
    /// By listener and loss.
    pub outlooks: Vec<Outlook>,
    /// For each loss what fits into the slot, if there is one.
    pub fits: Vec<Fit>,
    /// What the airtime costs, if a price is known.
    pub cost: Option<Cost>,
}

/// What airtime costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    /// An hour.
    pub hour: f64,
    /// The slot.
    pub slot: Option<f64>,
    /// For each loss the edition: until 95 of 100 newcomers have everything.
    pub edition: Vec<f64>,
}

/// Plans an edition of a station.
pub fn plan(station: &Station, terms: &PlanTerms) -> Result<Plan, Error> {
    let edition = Archived::load(station.archive(), terms.edition)?;
    let air = terms.carrier.air(edition.signed.head().bytes().len())?;
    let cargo = Cargo::of(&edition, |tier| terms.carrier.sends(tier))?;
    let tracks = Tracks::of(&cargo, &air)?;
    let mut outlooks = Vec::new();
    for listener in [Listener::Newcomer, Listener::Regular] {
        let own = terms.losses.iter();
        outlooks.extend(own.map(|loss| outlook(&cargo, &tracks, listener, *loss)));
    }
    let fits = match terms.slot_seconds {
        Some(seconds) => fit::fits(&edition, &cargo, &air, seconds, &terms.losses)?,
        None => Vec::new(),
    };
    let cost = terms.price_per_hour.map(|hour| Cost {
        hour,
        slot: terms.slot_seconds.map(|seconds| hour * seconds / 3_600.0),
        edition: outlooks
            .iter()
            .filter(|outlook| outlook.listener == Listener::Newcomer)
            .map(|outlook| hour * outlook.everything.most / 3_600.0)
            .collect(),
    });
    let count = |is: fn(u32) -> bool| {
        let own = cargo.items.iter().filter(|item| is(item.age));
        own.fold((0, 0), |(n, bytes), item| {
            (n + 1, bytes + item.oti.transfer_length())
        })
    };
    Ok(Plan {
        number: edition.signed.manifest().number,
        all: count(|_| true),
        new: count(|age| age == 0),
        lap_seconds: tracks.lap_seconds(),
        outlooks,
        fits,
        cost,
    })
}

/// How long such listeners wait.
#[must_use]
pub fn outlook(cargo: &Cargo, tracks: &Tracks, listener: Listener, loss: f64) -> Outlook {
    let lacks = |age: u32| listener == Listener::Newcomer || age == 0;
    let until = |tier: Tier| {
        tracks.wait(loss, |item| {
            let item = &cargo.items[item];
            item.urgency <= tier && lacks(item.age)
        })
    };
    let front = until(Tier::Front);
    let text = until(Tier::Text).no_less(front);
    Outlook {
        listener,
        loss,
        front,
        text,
        everything: until(Tier::Media).no_less(text),
    }
}
