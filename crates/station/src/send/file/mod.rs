//! An edition as files: one `.sky`, or a set of a given size of which any large enough part will do.
//!
//! ```text
//! Plan (what goes into which file) ─► symbols, block by block ─► Part (lists, records, disk)
//! ```
//!
//! A single file has the source symbols, the most urgent first: what breaks off shows what came. In
//! a set every file shows the front, and of everything else each file has a like share. The files
//! have repair symbols of the sender's own, so that they add to whatever came by other carriers.

mod deal;
mod folder;
mod part;
mod plan;
mod seal;

use std::io::Write;
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use edition::Tier;
use fountain::{
    Block, BlockEncoder, EncodingPlan, ObjectId, RUN_HEADER_BYTES, Slice, source_symbols,
    write_run_header,
};

use crate::archived::Archived;
use crate::error::Error;
use crate::send::cargo::{Cargo, Item};
use crate::send::progress::SentState;
use crate::send::share::Sharer;
use crate::station::Station;

pub use folder::{SentFolder, send_folder};

use part::Part;
use plan::{Plan, SpreadBlock};
use seal::Sealer;

/// What to write.
#[derive(Debug, Clone)]
pub struct SendFile {
    /// Number of the edition; the newest by default.
    pub edition: Option<u64>,
    /// Bytes that no file exceeds, on disk; one file of any size, if none.
    pub size: Option<u64>,
    /// What is written beyond what is needed.
    pub spare: Spare,
    /// A set begins with the source symbols: whoever gets all of it has nothing to decode. It adds
    /// less to what came of them by other carriers.
    pub systematic: bool,
    /// A stored zip around each file.
    pub zip: bool,
    /// Forget what was sent before.
    pub fresh: bool,
}

/// What is written beyond what is needed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spare {
    /// So many files of a set.
    Files(u32),
    /// So many files in a hundred, rounded up; of a single file so much of each object.
    PerCent(f64),
}

/// Where it is written.
pub enum FilesTo<'o> {
    /// `DIR/NAME.sky`, or of a set `DIR/NAME-1.sky` and so on.
    Path(PathBuf),
    /// A pipe, which takes a single file.
    Stream(&'o mut dyn Write),
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SentFiles {
    /// Number of the edition.
    pub number: u64,
    /// Bytes of its objects.
    pub edition_bytes: u64,
    /// The files and their bytes; of a pipe the path is empty.
    pub files: Vec<(PathBuf, u64)>,
    /// Any so many of them are enough.
    pub needed: usize,
    /// Bytes of objects that are in every file.
    pub common_bytes: u64,
    /// Tiers that are whole in every file.
    pub common_tiers: Vec<Tier>,
    /// Runs, lists and heads.
    pub packets: (u64, u64, u64),
    /// Files of an earlier, longer set that lie beside it still.
    pub stale: Vec<PathBuf>,
}

/// Writes an edition to files. All of them appear at the end, or none does.
pub fn send_file(
    station: &Station,
    terms: &SendFile,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
    out: FilesTo<'_>,
    progress: &mut dyn FnMut(f64),
) -> Result<SentFiles, Error> {
    let edition = Archived::load(station.archive(), terms.edition)?;
    let number = edition.signed.manifest().number;
    let (key, certificate) = station.on_air_key(number, passphrase)?;
    let slice = Sharer::File.slice(&certificate)?;
    let sealer = Sealer::new(
        edition.signed.head().bytes(),
        station.root(),
        number,
        key,
        certificate,
    )?;
    let cargo = Cargo::of(&edition, |_| true)?;
    let state_path = Sharer::File.state_file(station.dir());
    let before = match terms.fresh {
        true => SentState::default(),
        false => SentState::read(&state_path)?,
    };
    let names = Names::of(&out, terms.zip)?;
    let around = names.around()?;
    // Whether lists can be made is seen here, once.
    sealer.terms(1, around)?;
    let lists = |files| sealer.terms(files, around).unwrap_or(plan::ListTerms::NONE);
    let plan = Plan::new(&cargo, terms, slice, &before, lists)?;
    if !plan.spread.is_empty() {
        let mut after = SentState::default();
        let sent = plan.sent(slice, &cargo, &before);
        after.plan(&cargo, |index| sent[index].clone());
        after.write(&state_path)?;
    }
    let mut sent = SentFiles {
        number,
        edition_bytes: cargo.bytes(),
        needed: plan.needed as usize,
        ..SentFiles::default()
    };
    for index in &plan.common {
        sent.common_bytes += cargo.items[*index].oti.transfer_length();
    }
    let all_of = |tier: &Tier| {
        let of_tier = |index: &usize| cargo.items[*index].urgency == *tier;
        (0..cargo.items.len())
            .filter(of_tier)
            .all(|index| plan.common.contains(&index))
    };
    sent.common_tiers = Tier::ALL.into_iter().take_while(all_of).collect();
    let runs = sealer.runs(plan.files)?;
    let mut parts = names.create(out, &plan, runs, &sealer)?;
    let mut work = Work {
        station,
        cargo: &cargo,
        sealer: &sealer,
        done: 0,
        progress,
    };
    work.common(&plan, &mut parts)?;
    work.spread(&plan, slice, &mut parts)?;
    for part in &mut parts {
        part.finish(&sealer)?;
    }
    for (index, part) in parts.iter_mut().enumerate() {
        part.keep()?;
        let path = names.path(index as u32, plan.files);
        sent.files.push((path.unwrap_or_default(), part.bytes()));
        let (runs, lists, heads) = part.packets();
        sent.packets.0 += runs;
        sent.packets.1 += lists;
        sent.packets.2 += heads;
    }
    sent.stale = names.stale(plan.files);
    Ok(sent)
}

/// What all steps of the work share.
struct Work<'w> {
    station: &'w Station,
    cargo: &'w Cargo,
    sealer: &'w Sealer,
    /// Bytes of objects that are done.
    done: u64,
    progress: &'w mut dyn FnMut(f64),
}

impl Work<'_> {
    /// Writes source symbols to every file.
    fn common(&mut self, plan: &Plan, parts: &mut [Part<'_>]) -> Result<(), Error> {
        for index in &plan.common {
            let item = &self.cargo.items[*index];
            for block in item.oti.iter_blocks() {
                let bytes = self.bytes(item, &block)?;
                let fit = plan::fit(&block);
                for esi in (0..block.symbols()).step_by(fit as usize) {
                    let count = fit.min(block.symbols() - esi);
                    let mut run = run_header(item, &block, esi);
                    source_symbols(&block, &bytes, esi, count, &mut run)?;
                    if let Some((last, others)) = parts.split_last_mut() {
                        for part in others {
                            part.push(run.clone(), self.sealer)?;
                        }
                        last.push(run, self.sealer)?;
                    }
                }
                self.step(&block, plan);
            }
        }
        Ok(())
    }

    /// Deals out the symbols of everything else.
    fn spread(&mut self, plan: &Plan, slice: Slice, parts: &mut [Part<'_>]) -> Result<(), Error> {
        let mut encoding: Option<EncodingPlan> = None;
        let mut current: Option<(usize, u8)> = None;
        let mut runs: Vec<(u32, u32, u32)> = Vec::new();
        let mut of_block: Option<(usize, &SpreadBlock)> = None;
        plan.deal(slice, |dealt| {
            let here = Some((dealt.item, dealt.of.block.sbn()));
            if current != here {
                if let Some((item, of)) = of_block {
                    self.block(item, of, &runs, &mut encoding, parts)?;
                    self.step(&of.block, plan);
                }
                runs.clear();
                (current, of_block) = (here, Some((dealt.item, dealt.of)));
            }
            let of_file = dealt.runs.into_iter();
            runs.extend(of_file.map(|(esi, count)| (dealt.file, esi, count)));
            Ok(())
        })?;
        match of_block {
            Some((item, of)) => self.block(item, of, &runs, &mut encoding, parts),
            None => Ok(()),
        }
    }

    /// Makes the runs of a block: file, first ESI, count.
    fn block(
        &self,
        item: usize,
        of: &SpreadBlock,
        runs: &[(u32, u32, u32)],
        encoding: &mut Option<EncodingPlan>,
        parts: &mut [Part<'_>],
    ) -> Result<(), Error> {
        let (item, block) = (&self.cargo.items[item], &of.block);
        let bytes = self.bytes(item, block)?;
        let is_source = |esi: u32| esi < block.symbols();
        let encoder = match runs.iter().all(|(_, esi, _)| is_source(*esi)) {
            true => None,
            false => {
                if encoding
                    .as_ref()
                    .is_none_or(|e| e.symbols() != block.symbols())
                {
                    *encoding = Some(EncodingPlan::new(block.symbols())?);
                }
                match encoding {
                    Some(plan) => Some(BlockEncoder::with_plan(
                        &item.oti,
                        block.sbn(),
                        &bytes,
                        plan,
                    )?),
                    None => None,
                }
            }
        };
        for (file, esi, count) in runs {
            let mut run = run_header(item, block, *esi);
            match &encoder {
                Some(encoder) if !is_source(*esi) => encoder.repair(*esi, *count, &mut run)?,
                _ => source_symbols(block, &bytes, *esi, *count, &mut run)?,
            }
            parts[*file as usize].push(run, self.sealer)?;
        }
        Ok(())
    }

    fn bytes(&self, item: &Item, block: &Block) -> Result<bytes::Bytes, Error> {
        let range = block.offset()..block.offset() + u64::from(block.len());
        self.station.archive().get_range(item.hash, range)
    }

    fn step(&mut self, block: &Block, plan: &Plan) {
        self.done += u64::from(block.len());
        let of = |index: usize| self.cargo.items[index].oti.transfer_length();
        let spread = plan.spread.iter().map(|spread| spread.item);
        let all: u64 = plan.common.iter().copied().chain(spread).map(of).sum();
        (self.progress)(self.done as f64 / all.max(1) as f64);
    }
}

fn run_header(item: &Item, block: &Block, esi: u32) -> Vec<u8> {
    let mut run = Vec::with_capacity(RUN_HEADER_BYTES + usize::from(block.symbol_size()));
    let id = ObjectId(item.hash.id().0);
    write_run_header(id, block.sbn(), esi, &mut run);
    run
}

/// How the files of a set are called.
struct Names {
    /// Folder and name without ending; none for a pipe.
    path: Option<(PathBuf, String)>,
    zip: bool,
}

impl Names {
    fn of(out: &FilesTo<'_>, zip: bool) -> Result<Self, Error> {
        let FilesTo::Path(path) = out else {
            return match zip {
                true => Err(Error::PipeTakesOne),
                false => Ok(Self { path: None, zip }),
            };
        };
        let name = path.file_name().and_then(|name| name.to_str());
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return Err(Error::FileName { path: path.clone() });
        };
        let ending = [".sky", ".zip"]
            .iter()
            .find_map(|end| name.strip_suffix(end));
        let stem = ending.unwrap_or(name).to_owned();
        if stem.is_empty() {
            return Err(Error::FileName { path: path.clone() });
        }
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Self {
            path: Some((folder, stem)),
            zip,
        })
    }

    fn stem(&self, index: u32, files: u32) -> Option<String> {
        let (_, stem) = self.path.as_ref()?;
        Some(match files {
            1 => stem.clone(),
            _ => format!("{stem}-{}", index + 1),
        })
    }

    fn path(&self, index: u32, files: u32) -> Option<PathBuf> {
        let (folder, _) = self.path.as_ref()?;
        let ending = if self.zip { "zip" } else { "sky" };
        Some(folder.join(format!("{}.{ending}", self.stem(index, files)?)))
    }

    /// Bytes of a zip around the file with the longest name.
    fn around(&self) -> Result<u64, Error> {
        let longest = self.stem(plan::MOST_FILES, plan::MOST_FILES);
        let Some(longest) = longest.filter(|_| self.zip) else {
            return Ok(0);
        };
        let (before, after) = file::Zip::new(&format!("{longest}.sky")).around()?;
        Ok((before.len() + after.len()) as u64)
    }

    fn create<'o>(
        &self,
        out: FilesTo<'o>,
        plan: &Plan,
        runs: usize,
        sealer: &Sealer,
    ) -> Result<Vec<Part<'o>>, Error> {
        if let FilesTo::Stream(out) = out {
            return match plan.files {
                1 => Ok(vec![Part::stream(out, runs, sealer)?]),
                _ => Err(Error::PipeTakesOne),
            };
        }
        let mut parts = Vec::new();
        for index in 0..plan.files {
            let inside = self.stem(index, plan.files).filter(|_| self.zip);
            let inside = inside.map(|stem| format!("{stem}.sky"));
            let path = self.path(index, plan.files).unwrap_or_default();
            parts.push(Part::create(&path, inside, runs, sealer)?);
        }
        Ok(parts)
    }

    /// Files of an earlier set with higher numbers.
    fn stale(&self, files: u32) -> Vec<PathBuf> {
        let first = if files == 1 { 0 } else { files };
        let later = (first..plan::MOST_FILES).map_while(|index| self.path(index, plan::MOST_FILES));
        later.take_while(|path| path.exists()).collect()
    }
}
