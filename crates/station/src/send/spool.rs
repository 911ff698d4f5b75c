//! The symbols that will be sent, in a file: source symbols as the objects' own bytes, repair
//! symbols as they were made, block by block. Memory is that of encoding one block.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use fountain::{BlockEncoder, EncodingPlan, ObjectId, RUN_HEADER_BYTES, Slot, write_run_header};

use crate::archive::Archive;
use crate::error::Error;
use crate::send::cargo::Cargo;

/// Repair symbols that are made at once.
const STEP: u32 = 1_024;

/// Consecutive symbols of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Esis {
    /// The lowest ESI.
    pub first: u32,
    /// One past the highest.
    pub end: u32,
}

impl Esis {
    pub(crate) fn is_empty(self) -> bool {
        self.first >= self.end
    }

    /// Whether `count` symbols from `first` on follow these without a gap.
    pub(crate) fn is_followed_by(self, first: u32) -> bool {
        self.is_empty() || self.end == first
    }

    /// These and `count` more from `first` on.
    pub(crate) fn add(&mut self, first: u32, count: u32) {
        if self.is_empty() {
            *self = Self { first, end: first };
        }
        self.first = self.first.min(first);
        self.end = self.end.max(first + count);
    }
}

/// Which symbols of a block are needed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Need {
    /// Source symbols.
    pub source: Esis,
    /// Repair symbols.
    pub repair: Esis,
}

/// Symbols in a temporary file, or in memory where there is no room for one.
#[derive(Debug)]
pub struct Spool {
    place: Place,
    objects: Vec<Spooled>,
}

#[derive(Debug)]
enum Place {
    File(File),
    Memory(Vec<u8>),
}

#[derive(Debug)]
struct Spooled {
    id: ObjectId,
    blocks: Vec<SpooledBlock>,
}

#[derive(Debug)]
struct SpooledBlock {
    block: fountain::Block,
    need: Need,
    /// Where its source and repair symbols begin.
    source: u64,
    repair: u64,
}

impl Spool {
    /// Fills a temporary file in `dir`; `needs` says for each object and block which symbols will
    /// be asked for.
    pub fn fill(
        dir: &Path,
        archive: &Archive,
        cargo: &Cargo,
        needs: &[Vec<Need>],
    ) -> Result<Self, Error> {
        let file = tempfile::tempfile_in(dir).map_err(Error::file(dir))?;
        let mut out = BufWriter::with_capacity(1 << 20, file);
        let objects = write(&mut out, archive, cargo, needs).map_err(|e| e.at(dir))?;
        let file = out
            .into_inner()
            .map_err(|e| Error::file(dir)(e.into_error()))?;
        Ok(Self {
            place: Place::File(file),
            objects,
        })
    }

    /// The same in memory.
    pub(crate) fn fill_memory(
        archive: &Archive,
        cargo: &Cargo,
        needs: &[Vec<Need>],
    ) -> Result<Self, Error> {
        let mut bytes = Vec::new();
        let objects =
            write(&mut bytes, archive, cargo, needs).map_err(|e| e.at(Path::new("memory")))?;
        Ok(Self {
            place: Place::Memory(bytes),
            objects,
        })
    }

    /// Makes the run packet of a slot in `packet`.
    pub fn run(&self, slot: &Slot, packet: &mut Vec<u8>) -> Result<(), Error> {
        let spooled = &self.objects[slot.object];
        let of = &spooled.blocks[usize::from(slot.sbn)];
        let size = usize::from(of.block.symbol_size());
        packet.clear();
        write_run_header(spooled.id, slot.sbn, slot.esi, packet);
        packet.resize(RUN_HEADER_BYTES + slot.count as usize * size, 0);
        let symbols = &mut packet[RUN_HEADER_BYTES..];
        let (offset, len) = match of.block.source_range(slot.esi) {
            Some(first) => {
                let there = (of.block.len() as usize - first.start).min(symbols.len());
                let before = u64::from(slot.esi - of.need.source.first) * size as u64;
                (of.source + before, there)
            }
            None => (
                of.repair + u64::from(slot.esi - of.need.repair.first) * size as u64,
                symbols.len(),
            ),
        };
        self.read(&mut symbols[..len], offset)
            .map_err(Error::file("the spool"))
    }

    fn read(&self, to: &mut [u8], offset: u64) -> io::Result<()> {
        match &self.place {
            Place::File(file) => file.read_exact_at(to, offset),
            Place::Memory(bytes) => {
                let from = offset as usize..offset as usize + to.len();
                let from = bytes.get(from).ok_or(io::ErrorKind::UnexpectedEof)?;
                to.copy_from_slice(from);
                Ok(())
            }
        }
    }
}

/// What went wrong while a spool was written.
enum Trouble {
    Write(io::Error),
    Other(Error),
}

impl Trouble {
    fn at(self, dir: &Path) -> Error {
        match self {
            Self::Write(error) => Error::file(dir)(error),
            Self::Other(error) => error,
        }
    }
}

impl<E: Into<Error>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

fn write(
    out: &mut dyn Write,
    archive: &Archive,
    cargo: &Cargo,
    needs: &[Vec<Need>],
) -> Result<Vec<Spooled>, Trouble> {
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        out.write_all(bytes).map_err(Trouble::Write)?;
        at += bytes.len() as u64;
        Ok::<u64, Trouble>(at - bytes.len() as u64)
    };
    let mut plan: Option<EncodingPlan> = None;
    let mut objects = Vec::new();
    for (item, needs) in cargo.items.iter().zip(needs) {
        let mut blocks = Vec::new();
        for (block, need) in item.oti.iter_blocks().zip(needs) {
            let mut spooled = SpooledBlock {
                block,
                need: *need,
                source: put(&[])?,
                repair: 0,
            };
            if !need.source.is_empty() {
                let size = u64::from(block.symbol_size());
                let there = |esi: u32| (u64::from(esi) * size).min(u64::from(block.len()));
                let from = block.offset() + there(need.source.first);
                let to = block.offset() + there(need.source.end);
                put(&archive.get_range(item.hash, from..to)?)?;
            }
            spooled.repair = put(&[])?;
            if !need.repair.is_empty() {
                let range = block.offset()..block.offset() + u64::from(block.len());
                let bytes = archive.get_range(item.hash, range)?;
                if plan.as_ref().is_none_or(|p| p.symbols() != block.symbols()) {
                    plan = Some(EncodingPlan::new(block.symbols())?);
                }
                let Some(plan) = &plan else { continue };
                let encoder = BlockEncoder::with_plan(&item.oti, block.sbn(), &bytes, plan)?;
                let mut symbols = Vec::new();
                let mut esi = need.repair.first;
                while esi < need.repair.end {
                    let count = STEP.min(need.repair.end - esi);
                    symbols.clear();
                    encoder.repair(esi, count, &mut symbols)?;
                    put(&symbols)?;
                    esi += count;
                }
            }
            blocks.push(spooled);
        }
        objects.push(Spooled {
            id: ObjectId(item.hash.id().0),
            blocks,
        });
    }
    Ok(objects)
}
