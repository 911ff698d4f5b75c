//! What went on air, without its bytes: enough to play many listeners against one transmission.

use std::collections::HashMap;
use std::io::{self, Write};

use channel::CELL_BYTES;
use edition::Tier;
use fountain::{Arrival, BlockState, ObjectId, Oti, Packet, decode_block};
use station::Archived;
use station::send::Cargo;
use ts::{Demux, Frame};

use crate::{DATA_PID, Newsroom, Result};

/// Symbols of a block from which on it counts as decoded at K + 2, when 999,999 of a million are;
/// smaller ones are really decoded, with symbols of eight bytes.
const COUNTED: u32 = 5_000;

/// A packet on the data PID.
#[derive(Debug, Clone, Copy)]
pub struct OnAir {
    /// The first of its cells, counted from the first of the stream.
    pub first: u32,
    /// The last of its cells.
    pub last: u32,
    /// Its bytes, without the carrier's.
    pub bytes: u32,
    /// The run in it: object, block, first ESI, symbols. `None` for a list or a head.
    pub run: Option<(u16, u8, u32, u32)>,
    /// Whether it is a head.
    pub is_head: bool,
}

/// A transmission as it is written.
#[derive(Debug)]
pub struct Trace {
    /// For each cell whether it is on the data PID.
    pub is_data: Vec<bool>,
    /// The packets on the data PID.
    pub packets: Vec<OnAir>,
    /// The objects sent.
    pub cargo: Cargo,
    objects: HashMap<ObjectId, u16>,
    demux: Demux,
    frames: usize,
}

impl Trace {
    /// Of the newest edition of a newsroom.
    ///
    /// # Errors
    ///
    /// If its archive cannot be read.
    pub fn new(newsroom: &Newsroom) -> Result<Self> {
        let cargo = Cargo::of(&Archived::load(newsroom.station.archive(), None)?, |_| true)?;
        let ids = cargo.items.iter().zip(0..);
        Ok(Self {
            objects: ids
                .map(|(item, index)| (ObjectId(item.hash.id().0), index))
                .collect(),
            is_data: Vec::new(),
            packets: Vec::new(),
            demux: Demux::new(),
            frames: 0,
            cargo,
        })
    }

    /// Ends the stream.
    ///
    /// # Errors
    ///
    /// If frames and packets on the data PID do not match one to one, but for a last one cut off.
    pub fn finish(&mut self) -> Result<()> {
        self.read(None);
        let cut_off = self.packets.len() - self.frames;
        self.packets.truncate(self.frames);
        match cut_off {
            0 | 1 => Ok(()),
            _ => Err(format!("{cut_off} packets on the data PID are no frames").into()),
        }
    }

    /// Reads frames out of the next cells, or the last ones.
    fn read(&mut self, cells: Option<&[u8]>) {
        let Self {
            demux,
            packets,
            objects,
            cargo,
            frames,
            ..
        } = self;
        let mut sink = |frame: Frame<'_>| {
            packets[*frames].bytes = frame.bytes.len() as u32;
            let packet = Packet::parse(frame.bytes);
            packets[*frames].is_head = matches!(packet, Ok(Packet::Head(_)));
            if let Ok(Packet::Run(run)) = packet {
                let object = objects[&run.object];
                let size = usize::from(cargo.items[usize::from(object)].oti.symbol_size());
                let count = (run.payload.len() / size) as u32;
                packets[*frames].run = Some((object, run.sbn, run.esi, count));
            }
            *frames += 1;
        };
        match cells {
            Some(cells) => demux.push(cells, &mut sink),
            None => demux.finish(&mut sink),
        }
    }
}

impl Write for Trace {
    fn write(&mut self, cells: &[u8]) -> io::Result<usize> {
        for cell in cells.chunks_exact(CELL_BYTES) {
            let at = self.is_data.len() as u32;
            let is_data = u16::from_be_bytes([cell[1] & 0x1F, cell[2]]) == DATA_PID;
            self.is_data.push(is_data);
            if !is_data {
                continue;
            }
            // payload_unit_start_indicator, ISO/IEC 13818-1 §2.4.3.3.
            match self.packets.last_mut().filter(|_| cell[1] & 0x40 == 0) {
                Some(packet) => packet.last = at,
                None => self.packets.push(OnAir {
                    first: at,
                    last: at,
                    bytes: 0,
                    run: None,
                    is_head: false,
                }),
            }
        }
        self.read(Some(cells));
        Ok(cells.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A receiver that only counts.
#[derive(Debug)]
pub struct Counting {
    /// The objects with symbols of eight bytes: whether decoding works depends on the ESIs alone.
    small: Vec<Oti>,
    tiers: Vec<Tier>,
    blocks: Vec<Vec<Option<BlockState>>>,
    /// Blocks that are not here, by tier; pictures and media are one.
    open: [usize; 3],
}

impl Counting {
    /// One that has heard nothing.
    ///
    /// # Errors
    ///
    /// Never, for objects that can be sent.
    pub fn new(cargo: &Cargo) -> Result<Self> {
        let mut small = Vec::new();
        for item in &cargo.items {
            let symbols = u64::from(item.oti.total_symbols());
            small.push(Oti::new(symbols * 8, 8, item.oti.blocks())?);
        }
        let states = |oti: &Oti| -> Vec<_> {
            let blocks = oti.iter_blocks();
            blocks.map(|block| Some(BlockState::new(&block))).collect()
        };
        let blocks: Vec<_> = small.iter().map(states).collect();
        let tiers: Vec<_> = cargo.items.iter().map(|i| i.urgency).collect();
        let mut open = [0; 3];
        for (blocks, tier) in blocks.iter().zip(&tiers) {
            open[place_of(*tier)] += blocks.len();
        }
        Ok(Self {
            small,
            tiers,
            blocks,
            open,
        })
    }

    /// Takes in a run.
    pub fn hear(&mut self, (object, sbn, esi, count): (u16, u8, u32, u32)) {
        let object = usize::from(object);
        let place = &mut self.blocks[object][usize::from(sbn)];
        let Some(state) = place else { return };
        for esi in esi..esi + count {
            // In a later lap of its share of the symbols a sender repeats.
            let _: Arrival = state.insert(esi);
        }
        let counted = state.source_symbols() >= COUNTED;
        if !state.ready() || counted && state.distinct() < state.source_symbols() + 2 {
            return;
        }
        let esis: Vec<u32> = state.iter_source().chain(state.iter_repair()).collect();
        let whole = state.has_all_source() || counted || {
            let symbols = esis.iter().map(|esi| (*esi, vec![0; 8]));
            decode_block(&self.small[object], sbn, symbols).is_some()
        };
        match whole {
            true => {
                *place = None;
                self.open[place_of(self.tiers[object])] -= 1;
            }
            false => state.failed(),
        }
    }

    /// Whether manifest and front are here.
    #[must_use]
    pub fn has_front(&self) -> bool {
        self.open[0] == 0
    }

    /// Whether manifest, indexes, front and text are here.
    #[must_use]
    pub fn has_text(&self) -> bool {
        self.open[..2] == [0; 2]
    }

    /// Whether all is here.
    #[must_use]
    pub fn has_all(&self) -> bool {
        self.open == [0; 3]
    }
}

fn place_of(tier: Tier) -> usize {
    match tier {
        Tier::Front => 0,
        Tier::Text => 1,
        _ => 2,
    }
}
