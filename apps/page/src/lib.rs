//! The reader page: one HTML file that turns recordings into the news.
//!
//! On `wasm32` this is the page's engine: [`Reader`] behind a C ABI of a dozen functions (`abi`).
//! Everywhere else the reader is there for tests, and [`pack`] makes the file.
//! `docs/page.md` describes how the parts talk.

#[cfg(target_arch = "wasm32")]
mod abi;
mod asks;
mod decoded;
#[cfg(not(target_arch = "wasm32"))]
pub mod pack;
mod passes;
mod picked;
mod reader;
mod save;
mod scope;
mod sound;
mod store;
mod view;

pub use asks::answer;
pub use decoded::Pulled;
pub use reader::{Ended, Host, Reader, Room};
