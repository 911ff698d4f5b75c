//! A stretch of sound with nothing but data in it, of which every frame is whole.
//!
//! ```text
//! Transmission::new(modes, seconds)
//!    symbol(source, out) …          asks the source for packets; true as long as there is more
//! ```

use crate::frame::{Framer, LONGEST_PACKET};
use crate::ldpc;
use crate::mode::{Mode, Multiplex};
use crate::modulator::{Modulator, Stream};

/// Where packets come from.
pub trait Source {
    /// What may go wrong.
    type Error: From<ldpc::Error>;

    /// The next packet for this stream, of those of [`Transmission::streams`]; the first is the
    /// sturdiest.
    ///
    /// # Errors
    ///
    /// The source's own; the transmission ends with it.
    fn next(&mut self, stream: usize) -> Result<Vec<u8>, Self::Error>;

    /// This packet goes on air in this stream.
    fn on_air(&mut self, stream: usize, packet: Vec<u8>, when: OnAir);
}

/// When a packet is on air.
#[derive(Debug, Clone, PartialEq)]
pub struct OnAir {
    /// Seconds after the beginning at which the first of its frames begins: who tunes in later has
    /// missed it.
    pub begins: f64,
    /// Seconds after which whoever has heard all of its frames has it; `None` if the sound ends
    /// before.
    pub whole: Option<f64>,
    /// Its frames, counted in its stream.
    pub frames: std::ops::Range<u64>,
}

/// Packets to samples, for so long and no longer.
pub struct Transmission {
    modulator: Modulator,
    streams: Vec<OfStream>,
    symbol: u64,
    symbols: u64,
    /// Seconds of a symbol.
    each: f64,
}

/// What goes into a stream.
struct OfStream {
    /// What waits.
    framer: Framer,
    /// The symbol from which on no frame of it would be whole.
    end: u64,
    /// Frames that have gone on air.
    frames: u64,
}

impl Transmission {
    /// As many whole symbols as there is time for; `None` if no frame of the first stream would be
    /// whole, or modes cannot go together.
    #[must_use]
    pub fn new(modes: &[&'static Mode], seconds: f64) -> Option<Self> {
        let first = *modes.first()?;
        let each = first.symbol_seconds();
        if modes.iter().any(|mode| mode.symbol_seconds() != each) {
            return None;
        }
        let modulator = Modulator::multiplex(modes);
        let symbols = (seconds / each + 1e-9) as u64;
        let of = |stream: &Stream| {
            let spread = (stream.mode.symbols * stream.mode.depth) as u64;
            OfStream {
                framer: Framer::of(&stream.mode.layers[stream.layer]),
                end: (symbols + 1).saturating_sub(spread),
                frames: 0,
            }
        };
        let streams: Vec<_> = modulator.streams().iter().map(of).collect();
        (streams.first()?.end > 0).then_some(Self {
            modulator,
            streams,
            symbol: 0,
            symbols,
            each,
        })
    }

    /// What goes on air side by side.
    #[must_use]
    pub fn streams(&self) -> &[Stream] {
        self.modulator.streams()
    }

    /// Seconds of sound in all.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.symbols as f64 * self.each
    }

    /// Frames that have gone on air so far.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.streams.iter().map(|stream| stream.frames).sum()
    }

    /// The share of the sound that is made.
    #[must_use]
    pub fn done(&self) -> f64 {
        self.symbol as f64 / self.symbols as f64
    }

    /// Adds the next symbol to `out`: samples at the highest of the modes' rates, of mean power one
    /// or a little less. False if there is none.
    ///
    /// # Errors
    ///
    /// Those of the source.
    pub fn symbol<S: Source>(
        &mut self,
        source: &mut S,
        out: &mut Vec<f32>,
    ) -> Result<bool, S::Error> {
        if self.symbol == self.symbols {
            return Ok(false);
        }
        let Self {
            modulator,
            streams,
            symbol,
            each,
            ..
        } = self;
        let of = modulator.streams().to_vec();
        let mut failed = None;
        let mut frame = |index: usize| {
            let Stream { mode, layer } = of[index];
            let OfStream {
                framer,
                end,
                frames,
            } = &mut streams[index];
            if *symbol >= *end || failed.is_some() {
                return None;
            }
            let payload = mode.layers[layer].payload();
            while framer.waiting() < payload {
                let packet = match source.next(index) {
                    Ok(packet) => packet,
                    Err(error) => {
                        failed = Some(error);
                        return None;
                    }
                };
                let waited = framer.waiting();
                if !framer.push(&packet) {
                    debug_assert!(packet.len() <= LONGEST_PACKET, "a packet too long");
                    continue;
                }
                // The frames in which it begins and ends, this one being 0.
                let first = (waited / payload) as u64;
                let last = ((framer.waiting() - 1) / payload) as u64;
                let begin_of = |frame: u64| *symbol + frame * mode.symbols as u64;
                let spread = (mode.symbols * mode.depth) as u64;
                let ends = begin_of(last) + spread;
                let when = OnAir {
                    begins: begin_of(first) as f64 * *each,
                    whole: (begin_of(last) < *end).then_some(ends as f64 * *each),
                    frames: *frames + first..*frames + last + 1,
                };
                source.on_air(index, packet, when);
            }
            *frames += 1;
            Some(framer.frame())
        };
        let made = modulator.symbol(&mut frame, out);
        if let Some(error) = failed {
            return Err(error);
        }
        made?;
        self.symbol += 1;
        Ok(true)
    }
}

/// The modes that are called so: one, or those of a multiplex.
#[must_use]
pub fn modes_named(name: &str) -> Option<Vec<&'static Mode>> {
    let multiplex = crate::MULTIPLEXES
        .iter()
        .find(|m: &&Multiplex| m.name == name);
    match multiplex {
        Some(multiplex) => Some(multiplex.modes.to_vec()),
        None => Mode::named(name).map(|mode| vec![mode]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Listener;

    #[derive(Default)]
    struct Counted {
        sent: Vec<(Vec<u8>, Option<f64>)>,
        numbers: u32,
    }

    impl Source for Counted {
        type Error = ldpc::Error;

        fn next(&mut self, stream: usize) -> Result<Vec<u8>, ldpc::Error> {
            self.numbers += 1;
            let mut packet = vec![stream as u8; 300 + self.numbers as usize % 500];
            packet[..4].copy_from_slice(&self.numbers.to_be_bytes());
            Ok(packet)
        }

        fn on_air(&mut self, _: usize, packet: Vec<u8>, when: OnAir) {
            assert!(when.whole.is_none_or(|whole| whole > when.begins));
            assert!(!when.frames.is_empty());
            self.sent.push((packet, when.whole));
        }
    }

    #[test]
    fn what_is_said_to_be_whole_is_heard_and_no_more() {
        for (name, seconds) in [
            ("shortwave-steady", 30.0),
            ("shortwave-layered", 34.0),
            ("local", 24.0),
        ] {
            let modes = modes_named(name).expect("a mode");
            let rate = modes.iter().map(|mode| mode.rate).max().unwrap_or(0);
            let mut transmission = Transmission::new(&modes, seconds).expect("time for a frame");
            let (mut source, mut samples) = (Counted::default(), vec![0.0; 3_000]);
            let begin = samples.len();
            while transmission
                .symbol(&mut source, &mut samples)
                .expect("sound")
            {}
            let made = (samples.len() - begin) as f64 / f64::from(rate);
            assert!((made - transmission.seconds()).abs() < 1e-6, "{name}");
            assert!(made <= seconds && made > seconds - 0.2, "{name}: {made}");
            let mut listener = Listener::new(rate).expect("a rate");
            let mut heard = Vec::new();
            let mut take = |packet: &[u8], _| heard.push(packet.to_vec());
            listener.push(&samples, &mut take);
            listener.finish(&mut take);
            let whole = source.sent.iter().filter(|(_, whole)| whole.is_some());
            let mut whole: Vec<Vec<u8>> = whole.map(|(packet, _)| packet.clone()).collect();
            heard.sort();
            whole.sort();
            assert!(!whole.is_empty(), "{name}");
            assert!(heard == whole, "{name}: {} of {}", heard.len(), whole.len());
            let last = source.sent.iter().filter_map(|(_, whole)| *whole);
            assert!(last.fold(0.0, f64::max) <= made + 1e-6, "{name}");
        }
        let steady = modes_named("shortwave-steady").expect("a mode");
        assert!(Transmission::new(&steady, 19.0).is_none());
        assert!(modes_named("nothing").is_none());
    }
}
