//! A page of any bytes: an article within every limit, or an error.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| station::sources::fuzz::html_page(bytes));
