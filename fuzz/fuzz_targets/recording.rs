//! See `recording` and `samples` of the entrances.
#![no_main]

#[path = "../../crates/radio/tests/fuzz_entrances/mod.rs"]
mod entrances;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    entrances::recording(data);
    entrances::samples(data);
});
