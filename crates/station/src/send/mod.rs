//! Sending an edition: from the archive to a carrier's bytes.
//!
//! ```text
//! Cargo (what is sent) ─► Spool (its symbols, in a file) ─► Feed (packets, lists, heads) ─► carrier
//! ```

pub(crate) mod ahead;
pub(crate) mod cargo;
mod feed;
mod file;
pub(crate) mod journal;
mod progress;
mod radio;
mod reach;
mod share;
mod spool;
pub(crate) mod stream;
pub(crate) mod ts;
mod udp;
mod way;

pub use cargo::{Cargo, Item};
pub use feed::{Feed, FeedTerms, PacketTerms};
pub use file::{FilesTo, SendFile, SentFiles, SentFolder, Spare, send_file, send_folder};
pub use progress::SentState;
pub use radio::{
    LEVELS, Programme, Prospect, Reception, RundownPart, SendRadio, SentRadio, SoundFormat,
    SoundTo, VoiceKind, send_radio,
};
pub use reach::Reached;
pub use share::Sharer;
pub use spool::{Esis, Need, Spool};
pub use stream::StreamTerms;
pub use ts::{Length, SendTs, Sent, send_ts};
pub use udp::{SendUdp, SentUdp, UdpCounts, send_udp};
pub use way::{is_slate_sound, parse_way};
