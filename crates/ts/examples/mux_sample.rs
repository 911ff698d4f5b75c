//! Writes a stream of numbered frames with every carriage asked for, to try on boxes and tools.
//!
//! `cargo run -p skywave-ts --example mux_sample -- OUT.ts RATE SECONDS CARRIAGE… [slate-sound]`
#![expect(clippy::disallowed_methods, reason = "an example writes a file")]

use ts::{Bitrate, Carriage, CarriagePlan, FrameSource, Mux, MuxConfig, Share, Slate};

struct Numbers(Vec<u8>, u64);

impl FrameSource for Numbers {
    fn next_frame(&mut self, _: Carriage) -> Option<&[u8]> {
        self.1 += 1;
        let mut noise = self.1;
        for byte in &mut self.0 {
            noise = noise
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            *byte = (noise >> 56) as u8;
        }
        self.0[..8].copy_from_slice(&self.1.to_be_bytes());
        Some(&self.0)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, rate, seconds, carriages @ ..] = arguments.as_slice() else {
        return Err("OUT.ts RATE SECONDS CARRIAGE…".into());
    };
    let rate: Bitrate = rate.parse()?;
    let mut config = MuxConfig::new(rate, "Skywave sample");
    config.slate = Some(Slate::bundled());
    config.carriages = Vec::new();
    for name in carriages {
        if name == "slate-sound" {
            config.data_in_slate_sound = true;
            continue;
        }
        let carriage: Carriage = name.parse()?;
        let share = match carriage {
            Carriage::Teletext | Carriage::Subtitle => Share::BitsPerS(200_000),
            _ => Share::Rest,
        };
        config.carriages.push(CarriagePlan { carriage, share });
    }
    let cells = (rate.bits_per_s() * seconds.parse::<u64>()? / 1504) as usize;
    let mut out = Vec::new();
    Mux::new(config)?.next_cells(&mut Numbers(vec![0; 1200], 0), cells, &mut out)?;
    std::fs::write(path, out)?;
    Ok(())
}
