//! The symbols that will be sent, in a file: source symbols as the objects' own bytes, repair
//! symbols as they were made, block by block. Memory is that of encoding one block.

use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

use fountain::{BlockEncoder, EncodingPlan, ObjectId, RUN_HEADER_BYTES, Slot, write_run_header};

use crate::archive::Archive;
use crate::error::Error;
use crate::send::cargo::Cargo;

/// Repair symbols that are made at once.
const STEP: u32 = 1_024;

/// Which repair symbols of a block are needed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Need {
    /// The lowest ESI.
    pub first: u32,
    /// One past the highest.
    pub end: u32,
}

/// Symbols in a temporary file.
#[derive(Debug)]
pub struct Spool {
    file: File,
    objects: Vec<Spooled>,
}

#[derive(Debug)]
struct Spooled {
    id: ObjectId,
    /// Where the object's bytes begin in the file.
    source: u64,
    blocks: Vec<SpooledBlock>,
}

#[derive(Debug)]
struct SpooledBlock {
    block: fountain::Block,
    need: Need,
    /// Where its repair symbols begin in the file.
    repair: u64,
}

impl Spool {
    /// Fills a temporary file in `dir`; `needs` says for each object and block which repair
    /// symbols will be asked for.
    pub fn fill(
        dir: &Path,
        archive: &Archive,
        cargo: &Cargo,
        needs: &[Vec<Need>],
    ) -> Result<Self, Error> {
        let file = tempfile::tempfile_in(dir).map_err(Error::file(dir))?;
        let mut out = BufWriter::with_capacity(1 << 20, file);
        let mut at = 0;
        let mut objects = Vec::new();
        let mut plan: Option<EncodingPlan> = None;
        for (item, needs) in cargo.items.iter().zip(needs) {
            let source = at;
            let mut blocks = Vec::new();
            for block in item.oti.iter_blocks() {
                let end = block.offset() + u64::from(block.len());
                let bytes = archive.get_range(item.hash, block.offset()..end)?;
                out.write_all(&bytes).map_err(Error::file(dir))?;
                at += bytes.len() as u64;
                blocks.push(SpooledBlock {
                    block,
                    need: needs[usize::from(block.sbn())],
                    repair: 0,
                });
            }
            for spooled in &mut blocks {
                spooled.repair = at;
                let Need { first, end } = spooled.need;
                if first >= end {
                    continue;
                }
                let block = spooled.block;
                let range = block.offset()..block.offset() + u64::from(block.len());
                let bytes = archive.get_range(item.hash, range)?;
                if plan.as_ref().is_none_or(|p| p.symbols() != block.symbols()) {
                    plan = Some(EncodingPlan::new(block.symbols())?);
                }
                let Some(plan) = &plan else { continue };
                let encoder = BlockEncoder::with_plan(&item.oti, block.sbn(), &bytes, plan)?;
                let mut symbols = Vec::new();
                let mut esi = first;
                while esi < end {
                    let count = STEP.min(end - esi);
                    symbols.clear();
                    encoder.repair(esi, count, &mut symbols)?;
                    out.write_all(&symbols).map_err(Error::file(dir))?;
                    at += symbols.len() as u64;
                    esi += count;
                }
            }
            objects.push(Spooled {
                id: ObjectId(item.hash.id().0),
                source,
                blocks,
            });
        }
        let mut file = out
            .into_inner()
            .map_err(|e| Error::file(dir)(e.into_error()))?;
        file.rewind().map_err(Error::file(dir))?;
        Ok(Self { file, objects })
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
                (
                    spooled.source + of.block.offset() + first.start as u64,
                    there,
                )
            }
            None => (
                of.repair + u64::from(slot.esi - of.need.first) * size as u64,
                symbols.len(),
            ),
        };
        self.file
            .read_exact_at(&mut symbols[..len], offset)
            .map_err(Error::file("the spool"))
    }
}
