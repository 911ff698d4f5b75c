//! Tests of the crate's public API, by subject.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails; golden files are files"
)]

mod bundles;
mod canonical;
mod common;
mod document;
mod extensions;
mod forged;
mod limits;
mod round_trip;
mod vectors;
mod words;
