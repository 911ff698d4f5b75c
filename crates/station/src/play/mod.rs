//! The station on air, for ever and unattended, as `station.toml` says.
//!
//! ```text
//! sources ─► newsroom ─► drafts ─► approve (a person) ─► archive
//!                                                           │ editions
//!                                    desk ◄─────────────────┘
//!          ┌──────────────────────────┼───────────────┬──────┬─────────┐
//!   ts: maker, preparer, keeper, pacer          radio: slots  udp  mirrors   board ─► page, metrics, health
//! ```
//!
//! What decides does no I/O and reads no clock: playout, pacer, timetable, hours, backoff.
//! Threads around it read, write, wait and send.

mod backoff;
mod board;
mod clock;
mod datagram;
#[cfg(test)]
mod days;
mod desk;
mod hours;
mod material;
mod metrics;
mod mirror;
mod newsroom;
mod notify;
mod outlet;
mod pacer;
mod page;
mod playout;
mod prepare;
mod radio;
mod run;
mod settings;
mod timetable;
mod ts;
mod udp;
mod web;

pub use newsroom::approve;
pub use run::{Play, play};
pub(crate) use settings::OnAirPlan;
pub use settings::{MirrorOut, PlaySettings, Publish, RadioOut, SourceSettings, TsOut, UdpOut};
