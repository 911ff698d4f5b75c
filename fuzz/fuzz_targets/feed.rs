//! A feed of any bytes: entries within every limit, or an error.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| station::sources::fuzz::feed(bytes));
