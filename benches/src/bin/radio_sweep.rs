//! Every mode against SNR: tables, and the charts in `docs/images`.
//!
//! ```text
//! cargo run --release -p skywave-benches --bin radio_sweep [FRAMES [SEEDS [FOLDER [poor|awgn|local]]]]
//! ```
//!
//! Each curve begins where not even a perfect code could bring this bit rate, and ends where all frames
//! are good twice; FRAMES times SEEDS of them at each dB (those of the sturdiest stream). With cc and
//! libcodec2-dev, datac1 and datac3 are measured every 5 dB.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints its tables"
)]

use std::path::{Path, PathBuf};

use benches::{
    Axis, COLOURS, Chart, Codec2, Codec2Sent, Curve, Fading, Pen, RadioPath, Sent, threshold,
};
use channel::radio::SnrDb3k;
use radio::modes_named;

const SHORTWAVE: &[&str] = &[
    "shortwave-low",
    "shortwave",
    "shortwave-mid",
    "shortwave-high",
    "shortwave-steady",
    "shortwave-top",
    "shortwave-slow",
    "shortwave-layered",
];
const LOCAL: &[&str] = &["local"];
/// The channels: what stands before the noise, what it is called, modes, and what bounds them.
const SWEEPS: &[(&str, &str, &[&str], Fading)] = &[
    ("poor,", "CCIR poor", SHORTWAVE, Fading::Rayleigh),
    ("", "white noise", SHORTWAVE, Fading::None),
    ("", "white noise", LOCAL, Fading::None),
    (
        "room:0.3:5,",
        "room, RT60 0.3 s, 5 dB",
        LOCAL,
        Fading::Rayleigh,
    ),
    (
        "room:0.3:0,",
        "room, RT60 0.3 s, 0 dB",
        LOCAL,
        Fading::Rayleigh,
    ),
    (
        "room:0.6:-5,",
        "room, RT60 0.6 s, −5 dB",
        LOCAL,
        Fading::Rayleigh,
    ),
];
/// Hz of an SSB channel, for the bound.
const CHANNEL: f64 = 2_400.0;
/// dB from one point of codec2's to the next.
const PEER_STEP: i32 = 5;
/// dB above which nobody looks any more.
const HIGHEST: i32 = 30;

/// The share of good frames of one stream, or of codec2's packets, by SNR in dB.
struct Measured {
    name: String,
    /// Bit/s if all frames are good.
    bit_rate: f64,
    shares: Vec<(i32, f64)>,
}

fn main() -> benches::Result<()> {
    let mut args = std::env::args().skip(1);
    let frames = args.next().and_then(|n| n.parse().ok()).unwrap_or(20);
    let seeds: u64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(6);
    let images = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/images");
    let folder = args.next().map_or(images, PathBuf::from);
    let only = args.next();
    let codec2 = Codec2::build().map_err(|error| eprintln!("no codec2: {error}"));
    println!("{frames} frames, {seeds} seeds a point; SNR in 3 kHz.");
    let mut local = Vec::new();
    let wanted = SWEEPS.iter().filter(|(before, _, names, _)| {
        let only = only.as_deref();
        only.is_none_or(|only| only == chart(before, names))
    });
    for (before, channel, names, fading) in wanted {
        let mut measured = Vec::new();
        for name in *names {
            measured.extend(walk(name, before, *fading, frames, seeds)?);
        }
        tables(channel, &measured);
        if *names == LOCAL {
            local.extend(measured.into_iter().map(|one| Measured {
                name: format!(
                    "{}/{}",
                    channel.replace("RT60 ", ""),
                    one.name.trim_start_matches("local-")
                ),
                ..one
            }));
            continue;
        }
        let mut peers = Vec::new();
        if let Ok(codec2) = &codec2 {
            let from = measured
                .iter()
                .filter_map(|one| one.shares.first()?.0.into());
            let to = measured
                .iter()
                .filter_map(|one| one.shares.last()?.0.into());
            // Where there is nothing to be found its search takes a tenth of the time of a transmission.
            let range = from.min().unwrap_or(0)..=to.max().unwrap_or(0);
            let range = range.filter(|db| db % PEER_STEP == 0);
            for mode in ["datac1", "datac3"] {
                let sent = codec2.send(mode, frames, 1)?;
                peers.push(peer(codec2, &sent, before, range.clone(), seeds)?);
            }
            tables(&format!("{channel}, codec2"), &peers);
        }
        let file = chart(before, names);
        let all: Vec<&Measured> = measured.iter().chain(&peers).collect();
        save(
            &folder,
            &format!("radio-success-{file}"),
            &success(channel, &all),
        )?;
        let rates = rates(channel, Some(*fading), &measured, &peers);
        save(&folder, &format!("radio-rate-{file}"), &rates)?;
    }
    if local.is_empty() {
        return Ok(());
    }
    let all: Vec<&Measured> = local.iter().collect();
    let (success, rates) = (
        success("local, by channel", &all),
        rates("local, both bands together", None, &local, &[]),
    );
    save(&folder, "radio-success-local", &success)?;
    save(&folder, "radio-rate-local", &rates)
}

/// In which of the charts a sweep is.
fn chart(before: &str, names: &[&str]) -> &'static str {
    match (names == LOCAL, before) {
        (true, _) => "local",
        (false, "") => "awgn",
        (false, _) => "poor",
    }
}

/// Each stream of a mode from where it cannot be heard to where all of it is.
fn walk(
    name: &str,
    before: &str,
    fading: Fading,
    frames: usize,
    seeds: u64,
) -> benches::Result<Vec<Measured>> {
    let modes = modes_named(name).ok_or_else(|| format!("no mode is called {name}"))?;
    let sent = Sent::new(&modes, frames)?;
    let least = sent.streams.iter().map(|stream| stream.bit_rate());
    let least = least.fold(f64::INFINITY, f64::min);
    let bound = threshold(-20.0, 30.0, |db| {
        fading.capacity(CHANNEL, SnrDb3k(db)) >= least
    });
    let streams = sent.streams.iter().map(|stream| Measured {
        name: stream.name(),
        bit_rate: stream.bit_rate(),
        shares: Vec::new(),
    });
    let mut streams: Vec<Measured> = streams.collect();
    let mut full = 0;
    for db in bound.floor() as i32..=HIGHEST {
        let path: RadioPath = format!("{before}noise:{db}").parse()?;
        let heard = sent.through_each(&path, 0..seeds)?;
        for (i, stream) in streams.iter_mut().enumerate() {
            let good: usize = heard.iter().map(|one| one.good[i]).sum();
            let all = sent.streams[i].frames() * seeds as usize;
            stream.shares.push((db, good as f64 / all as f64));
        }
        let is_full = streams
            .iter()
            .all(|s| s.shares.last().is_some_and(|s| s.1 == 1.0));
        full = if is_full { full + 1 } else { 0 };
        eprintln!("{name} {before}noise:{db}");
        if full == 2 {
            break;
        }
    }
    Ok(streams)
}

fn peer(
    codec2: &Codec2,
    sent: &Codec2Sent,
    before: &str,
    range: impl Iterator<Item = i32>,
    seeds: u64,
) -> benches::Result<Measured> {
    let mut shares = Vec::new();
    for db in range {
        let path: RadioPath = format!("{before}noise:{db}").parse()?;
        let good = codec2.through_each(sent, &path, 0..seeds)?;
        let all = sent.packets.len() * good.len();
        shares.push((db, good.iter().sum::<usize>() as f64 / all as f64));
    }
    Ok(Measured {
        name: format!("codec2 {}", sent.mode),
        bit_rate: sent.bit_rate(),
        shares,
    })
}

/// The share of good frames, and bit/s, and from where on 95 % are good.
fn tables(channel: &str, all: &[Measured]) {
    let first = all.iter().filter_map(|one| one.shares.first()).map(|s| s.0);
    let last = all.iter().filter_map(|one| one.shares.last()).map(|s| s.0);
    let range = first.min().unwrap_or(0)..=last.max().unwrap_or(0);
    let heads: Vec<String> = range.clone().map(|db| format!(" {db} dB ")).collect();
    type Cell = fn(&Measured, f64) -> String;
    let kinds: [(&str, Cell); 2] = [
        ("% good", |_, share| format!("{:.0}", 100.0 * share)),
        ("bit/s", |one, share| format!("{:.0}", one.bit_rate * share)),
    ];
    for (kind, cell) in kinds {
        println!("\n| {channel}, {kind} | 95 % from |{}|", heads.join("|"));
        println!("|---|---|{}", "---|".repeat(heads.len()));
        for one in all {
            print!("| `{}` | {} |", one.name, one.knee());
            for db in range.clone() {
                match one.at(db) {
                    Some(share) => print!(" {} |", cell(one, share)),
                    None => print!(" |"),
                }
            }
            println!();
        }
    }
}

impl Measured {
    fn at(&self, db: i32) -> Option<f64> {
        let point = self.shares.iter().find(|(at, _)| *at == db);
        point.map(|(_, share)| *share)
    }

    /// The lowest SNR from which on 95 % of the frames are good.
    fn knee(&self) -> String {
        let good = self
            .shares
            .iter()
            .rev()
            .take_while(|(_, share)| *share >= 0.95);
        good.last().map_or("–".into(), |(db, _)| format!("{db} dB"))
    }

    /// The mode without the layer.
    fn mode(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    fn points(&self, scale: f64) -> Vec<(f64, f64)> {
        let points = self.shares.iter();
        points
            .map(|(db, share)| (f64::from(*db), scale * share))
            .collect()
    }
}

/// dB on both charts, in steps of five.
fn decibels(all: &[&Measured]) -> (i32, i32) {
    let first = all.iter().filter_map(|one| one.shares.first());
    let last = all.iter().filter_map(|one| one.shares.last());
    let first = first.map(|s| s.0).min().unwrap_or(0).div_euclid(5) * 5;
    let last = last.map(|s| s.0).max().unwrap_or(0);
    (first, -(-last).div_euclid(5) * 5)
}

fn axis(label: &str, from: f64, to: f64, step: f64) -> Axis {
    Axis {
        label: label.into(),
        from,
        to,
        step,
    }
}

/// Bit/s of each mode: layers add up.
fn together(ours: &[Measured]) -> Vec<Curve> {
    let modes = ours.chunk_by(|one, other| one.mode() == other.mode());
    let curve = |(i, layers): (usize, &[Measured])| {
        let mut points = layers[0].points(layers[0].bit_rate);
        for layer in &layers[1..] {
            for (point, other) in points.iter_mut().zip(layer.points(layer.bit_rate)) {
                point.1 += other.1;
            }
        }
        Curve {
            name: layers[0].mode().into(),
            colour: COLOURS[i % COLOURS.len()],
            pen: Pen::Line,
            points,
        }
    };
    modes.enumerate().map(curve).collect()
}

fn success(channel: &str, all: &[&Measured]) -> Chart {
    let (from, to) = decibels(all);
    let curve = |(i, one): (usize, &&Measured)| Curve {
        name: one.name.clone(),
        colour: COLOURS[i % COLOURS.len()],
        pen: Pen::Line,
        points: one.points(100.0),
    };
    Chart {
        title: format!("Good frames, {channel}"),
        subtitle: "real search and tracking, all modes looked for".into(),
        x: axis("SNR in 3 kHz, dB", from.into(), to.into(), 5.0),
        y: axis("good frames, %", 0.0, 100.0, 20.0),
        curves: all.iter().enumerate().map(curve).collect(),
    }
}

/// With what bounds them, where that is one channel of 2.4 kHz.
fn rates(channel: &str, fading: Option<Fading>, ours: &[Measured], peers: &[Measured]) -> Chart {
    let all: Vec<&Measured> = ours.iter().collect();
    let (from, to) = decibels(&all);
    let mut curves = together(ours);
    let grey = ["#777777", "#bbbbbb"];
    curves.extend(peers.iter().zip(grey).map(|(peer, colour)| Curve {
        name: peer.name.clone(),
        colour,
        pen: Pen::Marks,
        points: peer.points(peer.bit_rate),
    }));
    curves.extend(fading.map(|fading| {
        Curve {
            name: match fading {
                Fading::None => "capacity of 2.4 kHz".into(),
                Fading::Rayleigh => "ergodic capacity, 2.4 kHz".into(),
            },
            colour: "#222222",
            pen: Pen::Bound,
            points: (from * 4..=to * 4)
                .map(|quarter| f64::from(quarter) / 4.0)
                .map(|db| (db, fading.capacity(CHANNEL, SnrDb3k(db))))
                .collect(),
        }
    }));
    Chart {
        title: format!("Bit rate, {channel}"),
        subtitle: "good payload bits over airtime, everything counted".into(),
        x: axis("SNR in 3 kHz, dB", from.into(), to.into(), 5.0),
        y: axis("bit/s", 0.0, 8_000.0, 1_000.0),
        curves,
    }
}

fn save(folder: &Path, name: &str, chart: &Chart) -> benches::Result<()> {
    std::fs::write(folder.join(name).with_extension("svg"), chart.svg())?;
    Ok(())
}
