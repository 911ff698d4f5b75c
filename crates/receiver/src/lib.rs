//! Sans-IO: bytes of any carrier in, events and verified objects out, in bounded memory.
//!
//! ```text
//! push(bytes) … end_recording()      any number of recordings, in any order
//! poll() -> Option<Event>            what happened
//! status(), editions(), news()       what is here, what is missing, what it says
//! ```
//!
//! The receiver keeps its bytes in a [`Store`] that it is given and reads no clock, no file and no
//! socket. A store may read again from the recordings what it does not hold: see [`Replay`]. Runs
//! go to their objects at once; objects are hashed when they are whole, and nothing is shown before
//! that. Signed lists of runs are kept and used once an object fails its hash.

mod again;
mod carriers;
mod datagrams;
mod editions;
mod event;
mod follow;
mod lists;
mod news;
mod progress;
mod proof;
mod ration;
mod receiver;
mod reception;
mod runs;
mod saved;
mod sound;
mod status;
mod store;
mod tiers;
mod unfinished;

pub use again::{BlockOf, Replay};
pub use carriers::Carrier;
pub use event::{Event, Warning};
pub use news::{News, NewsArticle, NewsObject, news, news_of};
pub use receiver::Receiver;
pub use status::{Counters, EditionStatus, TierStatus};
pub use store::{Kind, MemoryStore, Name, Store};
pub use unfinished::{RunHere, Unfinished};
