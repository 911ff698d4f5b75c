//! See `packet` of the entrances.
#![no_main]

#[path = "../../crates/fountain/tests/fuzz_entrances/mod.rs"]
#[allow(dead_code, reason = "each target is one of the entrances")]
mod entrances;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entrances::packet(data));
