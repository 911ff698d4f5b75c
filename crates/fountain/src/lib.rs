//! Objects as symbols and packets: RaptorQ (RFC 6330), heads, runs and signed lists.
//!
//! This crate is pure: bytes and numbers in, bytes and numbers out. It keeps no clock, file, socket,
//! thread or global, and knows nothing of articles or of carriers. The wire is `docs/format-packets.md`.
//!
//! # Sending
//!
//! 1. [`Oti::for_size`] fixes an object's parameters for good; they are signed elsewhere.
//! 2. [`Carousel`] says for ever which symbols go on air next ([`Slot`]); [`Passes`] does so for
//!    listeners who hold few blocks at a time.
//! 3. [`source_symbols`] (a slice and its padding) or [`BlockEncoder::repair`] gives those symbols;
//!    [`Run::write`] makes the packet, [`ListBuilder`] the signed list of runs.
//!
//! # Receiving
//!
//! 1. [`Packet::parse`] at the door. A run of an object that nothing signed has named yet waits in
//!    [`Pool`]; a [`List`] becomes a [`VerifiedList`] by its signature and fills [`ListedRuns`].
//! 2. [`Run::check`] against the signed [`Oti`] gives [`Symbols`], which cannot be wrong in form.
//! 3. [`BlockState::insert`] each symbol that is stored; when [`BlockState::ready`], [`decode_block`];
//!    when that gives nothing, [`BlockState::failed`].

mod block;
mod carousel;
mod decode;
mod degree;
mod encode;
mod error;
mod list;
mod oti;
mod packet;
mod passes;
mod pool;
mod run;
mod schedule;
mod slice;
mod state;
mod tables;
mod weights;

pub use block::Block;
pub use carousel::{Carousel, CarouselObject, Rate, Sender, Slot, Turn};
pub use decode::decode_block;
pub use encode::{BlockEncoder, EncodingPlan, source_symbols};
pub use error::Error;
pub use list::{LIST_DOMAIN, List, ListBuilder, ListedRuns, RunHash, VerifiedList, run_hash};
pub use oti::{
    DEFAULT_MAX_BLOCK, MAX_BLOCK_BYTES, MAX_BLOCK_SYMBOLS, MAX_SYMBOL_BYTES, MAX_TRANSFER_LENGTH,
    Oti, SYMBOL_ALIGNMENT,
};
pub use packet::{MAX_HEAD_PACKET_BYTES, MAX_PACKET_BYTES, Packet, write_head};
pub use passes::{PassTerms, Passes};
pub use pool::Pool;
pub use run::{ESI_END, ObjectId, RUN_HEADER_BYTES, Run, Symbols, write_run_header};
pub use schedule::Schedule;
pub use slice::{SLICE_UNIT, Slice};
pub use state::{Arrival, BlockState, SPARE_SYMBOLS};
pub use weights::{Demand, square_root_weights};
