//! Prints how fast recordings are read, one core: one made here with all data on one PID, and any
//! files named.
//!
//! `cargo run --release -p skywave-ts --example demux_speed [FILE…]`
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement for people"
)]

use std::time::Instant;

use ts::{Carriage, Demux, FrameSource, Mux, MuxConfig};

struct Noise(Vec<u8>, u32);

impl FrameSource for Noise {
    fn next_frame(&mut self, _: Carriage) -> Option<&[u8]> {
        for byte in &mut self.0 {
            self.1 = self.1.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = (self.1 >> 24) as u8;
        }
        Some(&self.0)
    }
}

/// Nanoseconds that this thread has been on a core, where the system says so: on a busy machine the
/// wall clock measures the others.
fn on_core() -> Option<f64> {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()?
        .split(' ')
        .next()?
        .parse()
        .ok()
}

fn measure(name: &str, data: &[u8]) {
    let rounds = (2_000_000_000 / data.len()).max(1);
    let (started, core) = (Instant::now(), on_core());
    let mut demux = Demux::new();
    let mut frames = 0u64;
    for _ in 0..rounds {
        demux.push(data, &mut |_| frames += 1);
        demux.finish(&mut |_| frames += 1);
    }
    let seconds = started.elapsed().as_secs_f64();
    let core = core
        .zip(on_core())
        .map_or(seconds, |(before, now)| (now - before) / 1e9);
    let megabytes = (data.len() * rounds) as f64 / 1e6;
    println!(
        "{:8.0} MB/s of one core  {:8.0} MB/s by the clock  {frames:9} frames  {name}",
        megabytes / core,
        megabytes / seconds,
    );
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut mux = Mux::new(MuxConfig::new("80M".parse()?, "speed"))?;
    let mut air = Vec::new();
    mux.next_cells(
        &mut Noise(vec![0; ts::MAX_FRAME_BYTES], 1),
        500_000,
        &mut air,
    )?;
    measure("one data PID, 188-byte cells", &air);
    let m2ts: Vec<u8> = air
        .chunks(188)
        .flat_map(|cell| [&[0; 4], cell].concat())
        .collect();
    measure("one data PID, 192-byte packets", &m2ts);
    for path in std::env::args().skip(1) {
        measure(&path, &std::fs::read(&path)?);
    }
    Ok(())
}
