//! Sources to articles, the archive, the schedule: the one library that does I/O.

mod ages;
mod archive;
mod archived;
mod aside;
mod certify;
mod drafts;
mod error;
mod escape;
pub mod folder;
mod handon;
pub mod inbox;
mod keyfile;
pub mod media;
pub mod multicast;
pub mod plan;
pub mod play;
mod public;
mod publish;
mod register;
mod restore;
pub mod send;
mod settings;
pub mod sources;
#[allow(
    clippy::module_inception,
    reason = "the station is what the crate is about"
)]
mod station;
pub mod sync;
#[cfg(test)]
mod test_drafts;
mod transport;

pub use ages::{Ages, LOOK_BACK};
pub use archive::Archive;
pub use archived::Archived;
pub use certify::{CertifyTerms, certify};
pub use drafts::{Arrival, Drafts, Waiting};
pub use error::Error;
pub use escape::escape_html;
pub use handon::{HandedOn, is_intact, write_sky};
pub use keyfile::{Passphrase, read_key, write_key};
pub use public::{PublisherKey, read_publisher};
pub use publish::{Published, Seen, publish, publish_watched, publish_with_page, withdraw};
pub use register::{Entry, Register};
pub use restore::{Restored, restore};
pub use settings::Settings;
pub use station::{InitTerms, Station};
