//! Sockets for datagrams: to and from a group on the local network, or one machine of it.

mod address;
mod listener;
mod pace;
mod sender;

pub use address::{Place, PlaceError};
pub use listener::Listener;
pub use sender::{Sender, SenderTerms};
