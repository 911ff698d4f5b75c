//! Fetching from the web: bounded in time, size and redirects, and only from the public internet.

mod address;
mod cache;
mod client;

pub(crate) use address::{Guarded, is_public};
pub use cache::{CachedAnswer, FolderCache, HttpCache, MemoryCache, NoCache};
pub(crate) use client::Client;
