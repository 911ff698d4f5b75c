//! See `text_decompress` of the entrances.
#![no_main]

#[path = "../../crates/text/tests/fuzz_entrances/mod.rs"]
mod entrances;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entrances::text_decompress(data));
