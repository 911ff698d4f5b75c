//! An edition as FLUTE, in datagrams: one symbol each, few blocks at a time, so that plain receivers
//! get the objects as files.
//!
//! ```text
//! Cargo ─► Passes ─► chunks (symbols of the next seconds, made ahead) ─► Stream (datagrams) ─► socket
//! ```

mod chunks;
mod fdt;
mod stream;

use std::io;
use std::sync::mpsc::sync_channel;
use std::thread;

use age::secrecy::SecretString;
use edition::Tier;
use fountain::{PassTerms, Passes, Rate, Sender};

use crate::archived::Archived;
use crate::error::Error;
use crate::send::cargo::Cargo;
use crate::send::progress::SentState;
use crate::send::share::Sharer;
use crate::send::ts::Length;
use crate::send::udp::chunks::Chunks;
use crate::send::udp::stream::{Stream, StreamTerms};
use crate::station::Station;

/// Seconds between two symbols of an object in its pass, at most: plain receivers forget an object of
/// which nothing has come for ten (`flute-receiver` 1.11).
const GAP_SECONDS: f64 = 4.0;
/// Bytes that plain receivers hold of an object whose blocks are open, at most (`flute-receiver` 1.11).
const OPEN_BYTES: u64 = 10 << 20;
/// Of the airtime front and text take this much each, at most, where there are pictures and media.
const URGENT_SHARE: f64 = 0.08;
/// Bytes of a symbol of big objects.
const SYMBOL_BYTES: u64 = 1_256;
/// Times that the end of a session is told.
const CLOSES: usize = 3;

/// What to send.
#[derive(Debug, Clone)]
pub struct SendUdp {
    /// Number of the edition; the newest by default.
    pub edition: Option<u64>,
    /// Bits in a second, with `header_bytes`.
    pub bits_per_s: u64,
    /// Bytes that the network puts before each datagram.
    pub header_bytes: u64,
    /// How long; for ever by default.
    pub length: Option<Length>,
    /// Share of the datagrams that listeners lose, 0 to below 1: who hears an object's pass whole, and
    /// loses no more, has the object.
    pub loss: f64,
    /// Front and text only.
    pub is_narrow: bool,
    /// Source symbols first, and the objects' own bytes for plain receivers without decoding. Only if
    /// television is not on air: what comes by two ways does not add up then.
    pub is_primary: bool,
    /// TSI of the session of objects; the signals' is one more. By default it follows from the
    /// publisher's root key, so that two publishers in one group do not meet.
    pub tsi: Option<u32>,
    /// Whether the end of the session is told when `out` has said that it is enough: not where the next
    /// edition follows in the same session.
    pub closes: bool,
}

/// Datagrams of a sort, and their bytes without what the network puts before them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UdpCounts {
    /// Datagrams.
    pub datagrams: u64,
    /// Bytes.
    pub bytes: u64,
}

/// What was sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SentUdp {
    /// Number of the edition.
    pub number: u64,
    /// Bytes of its objects.
    pub edition_bytes: u64,
    /// Symbols.
    pub symbols: UdpCounts,
    /// Bytes of the symbols alone.
    pub symbol_bytes: u64,
    /// Lists, with the certificates in them.
    pub lists: UdpCounts,
    /// Heads.
    pub heads: UdpCounts,
    /// Packets of the FDT.
    pub fdt: UdpCounts,
    /// Seconds at the rate that was asked for.
    pub seconds: f64,
}

impl SentUdp {
    /// Datagrams of all sorts.
    #[must_use]
    pub fn all(&self) -> UdpCounts {
        let all = [self.symbols, self.lists, self.heads, self.fdt];
        UdpCounts {
            datagrams: all.iter().map(|of| of.datagrams).sum(),
            bytes: all.iter().map(|of| of.bytes).sum(),
        }
    }

    /// How often each byte of the edition went on air, on average.
    #[must_use]
    pub fn laps(&self) -> f64 {
        self.symbol_bytes as f64 / self.edition_bytes.max(1) as f64
    }
}

/// Sends an edition: `out` gets each datagram when it is made, waits as long as it likes, and says
/// whether to go on; `progress` is told the share that is done.
pub fn send_udp(
    station: &Station,
    terms: &SendUdp,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
    out: &mut dyn FnMut(&[u8]) -> io::Result<bool>,
    progress: &mut dyn FnMut(f64),
) -> Result<SentUdp, Error> {
    let edition = Archived::load(station.archive(), terms.edition)?;
    let number = edition.signed.manifest().number;
    let (key, certificate) = station.on_air_key(number, passphrase)?;
    let cargo = Cargo::of(&edition, |tier| !terms.is_narrow || tier <= Tier::Text)?;
    let state_path = Sharer::Udp.state_file(station.dir());
    let before = SentState::read(&state_path)?;
    let full = SYMBOL_BYTES + ::udp::SYMBOL_OVERHEAD_BYTES as u64 + terms.header_bytes;
    let per_second = terms.bits_per_s as f64 / (8.0 * full as f64);
    // One symbol a packet.
    let mut objects = cargo.carousel(per_second, 0, URGENT_SHARE);
    // Of a small edition a lap is soon over, and nothing has to come less often than all does.
    let lap = objects
        .iter()
        .map(|object| object.oti.total_symbols())
        .sum();
    for (index, object) in objects.iter_mut().enumerate() {
        if let Rate::Repeated { period } = &mut object.rate {
            *period = u32::min(*period, lap);
        }
        object.sent = before.sent(&cargo, index);
    }
    let sender = Sender {
        slice: Sharer::Udp.slice(&certificate)?,
        primary: terms.is_primary,
    };
    let pass = PassTerms {
        loss: terms.loss,
        most_gap: (GAP_SECONDS * per_second).clamp(1.0, 1e9) as u32,
        open_bytes: OPEN_BYTES,
    };
    let passes = Passes::new(&objects, sender, pass)?;
    let symbols = match terms.length {
        Some(Length::Laps(laps)) => Some(symbols_of_laps(&passes, &pass, &cargo, laps)),
        Some(Length::Seconds(_)) | None => None,
    };
    let most_bytes = match terms.length {
        Some(Length::Seconds(seconds)) => Some((seconds * terms.bits_per_s as f64 / 8.0) as u64),
        Some(Length::Laps(_)) | None => None,
    };
    let mut stream = Stream::new(&StreamTerms {
        cargo: &cargo,
        head: edition.signed.head().bytes(),
        root: station.root(),
        number,
        key: &key,
        certificate: &certificate,
        tsi: terms.tsi.unwrap_or_else(|| tsi_of(&station.root().id())),
        bits_per_s: terms.bits_per_s,
        header_bytes: terms.header_bytes,
        per_second,
    })?;
    let made_ahead = sync_channel(1);
    let chunks = Chunks {
        station,
        cargo: &cargo,
        passes,
        state: before,
        state_path,
        bits_per_s: terms.bits_per_s,
        symbols,
        bytes: most_bytes,
        is_narrow: terms.is_narrow,
    };
    let ended: Result<(), Error> = thread::scope(|scope| {
        let (ready, made) = made_ahead;
        scope.spawn(move || chunks.make(&ready));
        for chunk in made {
            let chunk = chunk?;
            let mut begin = 0;
            while begin < chunk.len() {
                begin = stream.make_batch(&chunk, begin)?;
                while stream.make_datagram()? {
                    if most_bytes.is_some_and(|most| stream.air_bytes() > most) {
                        return Ok(());
                    }
                    if !out(stream.datagram()).map_err(Error::file("the network"))? {
                        return Ok(());
                    }
                    let done = match (most_bytes, symbols) {
                        (Some(most), _) => stream.air_bytes() as f64 / most as f64,
                        (None, Some(all)) => stream.sent().symbols.datagrams as f64 / all as f64,
                        (None, None) => 0.0,
                    };
                    progress(done.min(1.0));
                }
            }
        }
        Ok(())
    });
    ended?;
    let closes = if terms.closes { CLOSES } else { 0 };
    for _ in 0..closes {
        for datagram in stream.closes() {
            out(&datagram).map_err(Error::file("the network"))?;
        }
    }
    Ok(SentUdp {
        number,
        edition_bytes: cargo.bytes(),
        seconds: stream.air_bytes() as f64 * 8.0 / terms.bits_per_s as f64,
        ..stream.sent().clone()
    })
}

/// The TSI of a publisher's objects, even; the signals' is one more.
fn tsi_of(root: &[u8; 8]) -> u32 {
    let [a, b, c, d, ..] = *root;
    u32::from_be_bytes([a, b, c, d]) & !1
}

/// Symbols until each block that is not repeated has had so many passes.
fn symbols_of_laps(passes: &Passes, terms: &PassTerms, cargo: &Cargo, laps: f64) -> u64 {
    let mut passes = passes.clone();
    let mut left: Vec<Vec<f64>> = Vec::new();
    for item in &cargo.items {
        let pass = |block: fountain::Block| f64::from(terms.symbols(block.symbols())) * laps;
        left.push(item.oti.iter_blocks().map(pass).collect());
    }
    let mut open: usize = left.iter().map(Vec::len).sum();
    let mut symbols = 0;
    while open > 0 {
        let slot = passes.next_slot();
        symbols += 1;
        let left = &mut left[slot.object][usize::from(slot.sbn)];
        if *left > 0.0 {
            *left -= 1.0;
            open -= usize::from(*left <= 0.0);
        }
    }
    symbols
}
