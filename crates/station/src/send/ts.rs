//! An edition as a television channel.

use std::io::Write;

use age::secrecy::SecretString;
use edition::Tier;
use fountain::Slice;
use ts::{Bitrate, CELL_BYTES, Carriage, CarriagePlan, FrameSource, Mux, MuxConfig, Share, Slate};

use crate::archived::Archived;
use crate::error::Error;
use crate::send::cargo::Cargo;
use crate::send::feed::{Feed, FeedTerms, PacketTerms};
use crate::send::progress::SentState;
use crate::send::share::Sharer;
use crate::send::spool::Spool;
use crate::station::Station;

/// Cells made at once.
const STEP_CELLS: usize = 1_024;
/// Cells that a full packet takes.
const PACKET_CELLS: f64 = 7.0;
/// Cells after the last packet of a lap has been taken: enough for it to go out among others.
const LAST_CELLS: usize = 32;
/// Seconds from head to head: at least one in every 2 s.
pub(crate) const HEAD_SECONDS: f64 = 1.8;

/// How long to send.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Length {
    /// Seconds of stream.
    Seconds(f64),
    /// Times that everything goes on air.
    Laps(f64),
}

/// What to send.
#[derive(Debug, Clone)]
pub struct SendTs {
    /// Number of the edition; the newest by default.
    pub edition: Option<u64>,
    /// Rate of the whole stream.
    pub bitrate: Bitrate,
    /// How long.
    pub length: Length,
    /// Further carriages for front and text, with their rate in bits/s where it is given.
    pub carriages: Vec<(Carriage, Option<u64>)>,
    /// Picture and sound for whoever tunes in.
    pub slate: Option<Slate>,
    /// The second sound rides in the slate's own sound: boxes that record one picture and one sound
    /// then keep it.
    pub data_in_slate_sound: bool,
    /// Name of the service.
    pub service: String,
    /// Forget what was sent before and begin with source symbols again.
    pub fresh: bool,
}

/// What was sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sent {
    /// Number of the edition.
    pub number: u64,
    /// Bytes of its objects.
    pub edition_bytes: u64,
    /// Bytes of stream.
    pub bytes: u64,
    /// Seconds on air.
    pub seconds: f64,
    /// Cells that carry data by the default carriage, of all cells.
    pub data_share: f64,
    /// Runs, lists and heads by the default carriage.
    pub packets: (u64, u64, u64),
    /// How often each byte of the edition went on air, on average.
    pub laps: f64,
}

/// Sends an edition as a transport stream to `out`; `progress` is told the share that is done.
pub fn send_ts(
    station: &Station,
    terms: &SendTs,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(f64),
) -> Result<Sent, Error> {
    let edition = Archived::load(station.archive(), terms.edition)?;
    let number = edition.signed.manifest().number;
    let (key, certificate) = station.on_air_key(number, passphrase)?;
    let cargo = Cargo::of(&edition, |_| true)?;
    let narrow = Cargo::of(&edition, |tier| tier <= Tier::Text)?;
    let state_path = Sharer::Ts.state_file(station.dir());
    let before = match terms.fresh {
        true => SentState::default(),
        false => SentState::read(&state_path)?,
    };
    let mut mux = Mux::new(mux_config(terms))?;
    let slices = split_slice(Sharer::Ts.slice(&certificate)?, 1 + terms.carriages.len())?;
    let rate = packets_per_second(terms);
    let main = FeedTerms {
        cargo: &cargo,
        head: edition.signed.head().bytes(),
        root: station.root(),
        number,
        key: &key,
        certificate: &certificate,
        slice: slices[0],
        primary: Sharer::Ts.is_primary(),
        packets_per_second: rate,
        head_seconds: HEAD_SECONDS,
        packets: PacketTerms::LONG,
        sent: &before,
    };
    let mut feed = Feed::new(&main)?;
    let runs = match terms.length {
        Length::Seconds(seconds) => (seconds * rate).ceil() as u64 + 200,
        Length::Laps(laps) => feed.runs_of_laps(&cargo, laps),
    };
    // Batches of runs are made whole, so a few more may be asked for than go on air.
    let (needs, sent) = feed.look_ahead(&cargo, runs + 400);
    let mut after = SentState::default();
    after.plan(&cargo, |index| sent[index].clone());
    after.write(&state_path)?;
    feed.set_spool(Spool::fill(
        station.dir(),
        station.archive(),
        &cargo,
        &needs,
    )?);
    let mut source = Source {
        feeds: vec![(Carriage::AsyncPes, feed)],
        current: Vec::new(),
        error: None,
    };
    for (index, (carriage, bits)) in terms.carriages.iter().enumerate() {
        let rate = bits.unwrap_or(64_000) as f64 / (8.0 * PACKET_CELLS * CELL_BYTES as f64);
        let nothing = SentState::default();
        let terms = FeedTerms {
            cargo: &narrow,
            slice: *slices.get(1 + index).unwrap_or(&slices[0]),
            primary: false,
            packets_per_second: rate.max(0.1),
            sent: &nothing,
            ..main.clone()
        };
        let mut feed = Feed::new(&terms)?;
        let runs = (runs as f64 * rate / main.packets_per_second) as u64 + 400;
        let (needs, _) = feed.look_ahead(&narrow, runs);
        feed.set_spool(Spool::fill(
            station.dir(),
            station.archive(),
            &narrow,
            &needs,
        )?);
        source.feeds.push((*carriage, feed));
    }
    let mut cells = Vec::new();
    let mut bytes = 0;
    let mut rest = LAST_CELLS;
    loop {
        let (sent_runs, ..) = source.feeds[0].1.counts();
        let (done, left) = match terms.length {
            Length::Seconds(seconds) => {
                let total = seconds * terms.bitrate.bits_per_s() as f64 / 8.0;
                let left = ((total - bytes as f64) / CELL_BYTES as f64).round();
                (bytes as f64 / total, left.max(0.0) as usize)
            }
            Length::Laps(_) => {
                // The last packet is in the mux when it has been asked for: its cells follow.
                let left = match runs.saturating_sub(sent_runs) as usize {
                    0 => std::mem::take(&mut rest),
                    left => left * 7,
                };
                (sent_runs as f64 / runs as f64, left)
            }
        };
        progress(done.min(1.0));
        if left == 0 {
            break;
        }
        cells.clear();
        mux.next_cells(&mut source, STEP_CELLS.min(left), &mut cells)?;
        if let Some(error) = source.error.take() {
            return Err(error);
        }
        out.write_all(&cells).map_err(Error::file("the output"))?;
        bytes += cells.len() as u64;
    }
    out.flush().map_err(Error::file("the output"))?;
    let stats = mux.stats();
    let packets = source.feeds[0].1.counts();
    Ok(Sent {
        number,
        edition_bytes: cargo.bytes(),
        bytes,
        seconds: mux.elapsed().seconds(),
        data_share: stats.data_cells[Carriage::AsyncPes.index()] as f64 / stats.cells as f64,
        packets,
        laps: packets.0 as f64 * 1_256.0 / cargo.bytes() as f64,
    })
}

/// Feeds as the mux takes them.
struct Source {
    feeds: Vec<(Carriage, Feed)>,
    current: Vec<u8>,
    error: Option<Error>,
}

impl FrameSource for Source {
    fn next_frame(&mut self, carriage: Carriage) -> Option<&[u8]> {
        let (_, feed) = self.feeds.iter_mut().find(|(of, _)| *of == carriage)?;
        if self.error.is_some() {
            return None;
        }
        match feed.next_packet() {
            Ok(packet) => {
                feed.recycle(std::mem::replace(&mut self.current, packet));
                Some(&self.current)
            }
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }
}

pub(crate) fn mux_config(terms: &SendTs) -> MuxConfig {
    let mut config = MuxConfig::new(terms.bitrate, &terms.service);
    config.slate.clone_from(&terms.slate);
    config.data_in_slate_sound = terms.data_in_slate_sound;
    for (carriage, bits) in &terms.carriages {
        let own_rate = matches!(carriage, Carriage::SecondSound | Carriage::VideoUserData);
        config.carriages.push(CarriagePlan {
            carriage: *carriage,
            share: match bits {
                Some(bits) => Share::BitsPerS(*bits),
                None if own_rate => Share::Rest,
                None => Share::BitsPerS(64_000),
            },
        });
    }
    config
}

/// Packets that the default carriage brings in a second, about: what the rest leaves.
pub(crate) fn packets_per_second(terms: &SendTs) -> f64 {
    let others: u64 = terms
        .carriages
        .iter()
        .map(|(_, bits)| bits.unwrap_or(64_000))
        .sum();
    let slate = if terms.slate.is_some() {
        130_000
    } else {
        20_000
    };
    let left = terms.bitrate.bits_per_s().saturating_sub(others + slate);
    left.max(100_000) as f64 / (8.0 * PACKET_CELLS * CELL_BYTES as f64)
}

/// The slice in `parts`: the first takes what is left over.
fn split_slice(whole: Slice, parts: usize) -> Result<Vec<Slice>, Error> {
    let parts = parts.min(usize::from(whole.count())).max(1) as u8;
    let others = (whole.count() / (2 * parts)).max(1);
    let main = whole.count() - others * (parts - 1);
    let mut slices = vec![Slice::new(whole.first(), main)?];
    for part in 0..parts - 1 {
        let first = whole.first() + main + part * others;
        slices.push(Slice::new(first, others)?);
    }
    Ok(slices)
}
