//! See `receiver` of the entrances.
#![no_main]

#[path = "../../crates/receiver/tests/fuzz_entrances/mod.rs"]
mod entrances;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    entrances::receiver(data);
});
