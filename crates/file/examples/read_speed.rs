//! Prints how fast files are read, one core.
//!
//! `cargo run --release -p skywave-file --example read_speed`
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement for people"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::time::Instant;

use common::{page, sky};
use file::Reader;

fn measure(name: &str, bytes: &[u8]) {
    let rounds = (1_000_000_000 / bytes.len()).max(1);
    let (began, mut packets) = (Instant::now(), 0_u64);
    for _ in 0..rounds {
        let mut reader = Reader::new();
        for piece in bytes.chunks(1 << 20) {
            reader.push(piece, &mut |_| packets += 1);
        }
        reader.finish(&mut |_| packets += 1);
    }
    let megabytes = (bytes.len() * rounds) as f64 / 1e6;
    let rate = megabytes / began.elapsed().as_secs_f64();
    println!("{rate:8.0} MB/s  {packets:9} packets  {name}");
}

fn main() {
    let mut state = 1_u32;
    let mut noise = |length: usize| -> Vec<u8> {
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..length).map(|_| next()).collect()
    };
    let packets: Vec<Vec<u8>> = (0..20_000).map(|_| noise(1_266)).collect();
    let file = sky(&packets);
    measure("a file", &file);
    measure("a page", &page("", &file));
    measure("nothing of ours", &noise(32 << 20));
    measure("marks alone", &b"\x89\xd3\0\0\0\0\x04\xfc".repeat(1 << 20));
    let nested = b"\x89\xd3\x04\xfc".repeat(1 << 20);
    measure("the dearest marks", &nested);
}
