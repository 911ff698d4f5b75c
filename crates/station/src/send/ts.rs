//! An edition as a television channel.

use std::io::Write;

use age::secrecy::SecretString;
use edition::Tier;
use ts::{Bitrate, CELL_BYTES, Carriage, Slate};

use crate::archived::Archived;
use crate::error::Error;
use crate::send::cargo::Cargo;
use crate::send::feed::{Feed, FeedTerms, PacketTerms};
use crate::send::journal::Journal;
use crate::send::progress::SentState;
use crate::send::share::Sharer;
use crate::send::spool::Spool;
use crate::send::stream::{StreamTerms, TsStream};
use crate::station::Station;

/// Cells made at once.
const STEP_CELLS: usize = 1_024;
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

impl SendTs {
    pub(crate) fn stream(&self) -> StreamTerms {
        StreamTerms {
            bitrate: self.bitrate,
            carriages: self.carriages.clone(),
            slate: self.slate.clone(),
            data_in_slate_sound: self.data_in_slate_sound,
            service: self.service.clone(),
        }
    }
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
        false => Journal::at(&state_path).read_at_most(&cargo)?,
    };
    let stream = terms.stream();
    let slices = stream.split(Sharer::Ts.slice(&certificate)?)?;
    let rates = stream.rates();
    let nothing = SentState::default();
    let mut feeds = Vec::new();
    let mut runs = 0;
    for (index, ((_, rate), slice)) in rates.iter().zip(slices).enumerate() {
        let is_main = index == 0;
        let cargo = if is_main { &cargo } else { &narrow };
        let mut feed = Feed::new(&FeedTerms {
            cargo,
            head: edition.signed.head().bytes(),
            root: station.root(),
            number,
            key: &key,
            certificate: &certificate,
            slice,
            primary: is_main && Sharer::Ts.is_primary(),
            packets_per_second: *rate,
            head_seconds: HEAD_SECONDS,
            packets: PacketTerms::LONG,
            sent: if is_main { &before } else { &nothing },
        })?;
        // Batches of runs are made whole, so a few more may be asked for than go on air.
        let ahead = match (is_main, terms.length) {
            (true, Length::Seconds(seconds)) => (seconds * rate).ceil() as u64 + 200 + 400,
            (true, Length::Laps(laps)) => feed.runs_of_laps(cargo, laps) + 400,
            (false, _) => (runs as f64 * rate / rates[0].1) as u64 + 400,
        };
        let (needs, sent) = feed.look_ahead(cargo, ahead);
        if is_main {
            runs = ahead - 400;
            let mut after = SentState::default();
            after.plan(cargo, |index| sent[index].clone());
            after.write(&state_path)?;
        }
        let spool = Spool::fill(station.dir(), station.archive(), cargo, &needs)?;
        feed.set_spool(spool);
        feeds.push(feed);
    }
    let mut stream = TsStream::new(&stream, feeds)?;
    let mut cells = Vec::new();
    let mut bytes = 0;
    let mut rest = LAST_CELLS;
    loop {
        let (sent_runs, ..) = counts(&mut stream);
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
        stream.next_cells(STEP_CELLS.min(left), &mut cells)?;
        out.write_all(&cells).map_err(Error::file("the output"))?;
        bytes += cells.len() as u64;
    }
    out.flush().map_err(Error::file("the output"))?;
    let stats = stream.stats();
    let packets = counts(&mut stream);
    Ok(Sent {
        number,
        edition_bytes: cargo.bytes(),
        bytes,
        seconds: stream.seconds(),
        data_share: stats.data_cells[Carriage::AsyncPes.index()] as f64 / stats.cells as f64,
        packets,
        laps: packets.0 as f64 * 1_256.0 / cargo.bytes() as f64,
    })
}

/// Runs, lists and heads by the default carriage.
fn counts(stream: &mut TsStream<Feed>) -> (u64, u64, u64) {
    stream
        .sources()
        .next()
        .map(|f| f.counts())
        .unwrap_or_default()
}
