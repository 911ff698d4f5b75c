//! A transport stream that is made of packets, for a while or for ever.

use fountain::Slice;
use ts::{
    Bitrate, CELL_BYTES, Carriage, CarriagePlan, FrameSource, Mux, MuxConfig, MuxStats, Share,
    Slate,
};

use crate::error::Error;
use crate::send::feed::Feed;

/// Cells that a full packet takes.
pub(crate) const PACKET_CELLS: f64 = 7.0;
/// Bits a second of a further carriage that names none.
const CARRIAGE_BITS: u64 = 64_000;
/// What tables, clock and slate take, about.
const TABLES_BITS: u64 = 20_000;
const SLATE_BITS: u64 = 130_000;

/// What a stream is like.
#[derive(Debug, Clone)]
pub struct StreamTerms {
    /// Rate of the whole stream.
    pub bitrate: Bitrate,
    /// Further carriages for front and text, with their rate in bits/s where it is given.
    pub carriages: Vec<(Carriage, Option<u64>)>,
    /// Picture and sound for whoever tunes in.
    pub slate: Option<Slate>,
    /// The second sound rides in the slate's own sound.
    pub data_in_slate_sound: bool,
    /// Name of the service.
    pub service: String,
}

impl StreamTerms {
    /// The carriages, the default one first, each with the packets that it brings in a second, about.
    pub(crate) fn rates(&self) -> Vec<(Carriage, f64)> {
        let packet_bits = 8.0 * PACKET_CELLS * CELL_BYTES as f64;
        let others = |bits: &Option<u64>| bits.unwrap_or(CARRIAGE_BITS);
        let taken: u64 = self.carriages.iter().map(|(_, bits)| others(bits)).sum();
        let service = match self.slate {
            Some(_) => SLATE_BITS,
            None => TABLES_BITS,
        };
        let left = self.bitrate.bits_per_s().saturating_sub(taken + service);
        let main = (Carriage::AsyncPes, left.max(100_000) as f64 / packet_bits);
        let further = self.carriages.iter().map(|(carriage, bits)| {
            let rate = others(bits) as f64 / packet_bits;
            (*carriage, rate.max(0.1))
        });
        std::iter::once(main).chain(further).collect()
    }

    /// The part of a slice for each of them: the first takes what is left over.
    pub(crate) fn split(&self, whole: Slice) -> Result<Vec<Slice>, Error> {
        let carriages = 1 + self.carriages.len();
        let parts = carriages.min(usize::from(whole.count())).max(1) as u8;
        let others = (whole.count() / (2 * parts)).max(1);
        let main = whole.count() - others * (parts - 1);
        let mut slices = vec![Slice::new(whole.first(), main)?];
        for part in 0..parts - 1 {
            let first = whole.first() + main + part * others;
            slices.push(Slice::new(first, others)?);
        }
        slices.resize(carriages, slices[0]);
        Ok(slices)
    }

    /// The stream as the multiplexer takes it.
    pub(crate) fn mux(&self) -> MuxConfig {
        let mut config = MuxConfig::new(self.bitrate, &self.service);
        config.slate.clone_from(&self.slate);
        config.data_in_slate_sound = self.data_in_slate_sound;
        for (carriage, bits) in &self.carriages {
            let own_rate = matches!(carriage, Carriage::SecondSound | Carriage::VideoUserData);
            config.carriages.push(CarriagePlan {
                carriage: *carriage,
                share: match bits {
                    Some(bits) => Share::BitsPerS(*bits),
                    None if own_rate => Share::Rest,
                    None => Share::BitsPerS(CARRIAGE_BITS),
                },
            });
        }
        config
    }
}

/// Where a stream has its packets from.
pub(crate) trait PacketSource {
    /// The next packet; `None` if there is none now: it is asked again a cell later.
    fn next_packet(&mut self) -> Result<Option<Vec<u8>>, Error>;

    /// Takes a packet's memory back.
    fn recycle(&mut self, packet: Vec<u8>);
}

impl PacketSource for Feed {
    fn next_packet(&mut self) -> Result<Option<Vec<u8>>, Error> {
        self.poll_packet()
    }

    fn recycle(&mut self, packet: Vec<u8>) {
        Feed::recycle(self, packet);
    }
}

/// The stream.
#[derive(Debug)]
pub(crate) struct TsStream<S> {
    mux: Mux,
    packets: Packets<S>,
}

impl<S: PacketSource> TsStream<S> {
    /// A stream of these terms; one source for each carriage, in the order of
    /// [`StreamTerms::rates`].
    pub(crate) fn new(terms: &StreamTerms, sources: Vec<S>) -> Result<Self, Error> {
        let carriages = terms.rates().into_iter().map(|(carriage, _)| carriage);
        Ok(Self {
            mux: Mux::new(terms.mux())?,
            packets: Packets {
                sources: carriages.zip(sources).collect(),
                current: Vec::new(),
                error: None,
            },
        })
    }

    /// Appends the next `cells` cells to `out`. After an error the call can be made again.
    pub(crate) fn next_cells(&mut self, cells: usize, out: &mut Vec<u8>) -> Result<(), Error> {
        self.mux.next_cells(&mut self.packets, cells, out)?;
        match self.packets.error.take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Its sources, the default carriage's first.
    pub(crate) fn sources(&mut self) -> impl Iterator<Item = &mut S> {
        self.packets.sources.iter_mut().map(|(_, source)| source)
    }

    pub(crate) fn stats(&self) -> MuxStats {
        self.mux.stats()
    }

    /// Seconds of stream.
    pub(crate) fn seconds(&self) -> f64 {
        self.mux.elapsed().seconds()
    }
}

/// Sources as the mux takes them.
#[derive(Debug)]
struct Packets<S> {
    sources: Vec<(Carriage, S)>,
    current: Vec<u8>,
    error: Option<Error>,
}

impl<S: PacketSource> FrameSource for Packets<S> {
    fn next_frame(&mut self, carriage: Carriage) -> Option<&[u8]> {
        let (_, source) = self.sources.iter_mut().find(|(of, _)| *of == carriage)?;
        match source.next_packet() {
            Ok(Some(packet)) => {
                source.recycle(std::mem::replace(&mut self.current, packet));
                Some(&self.current)
            }
            Ok(None) => None,
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }
}
