//! Handing on: an edition of an inbox, as one `.sky` file.
//!
//! A relay has no key. It writes the head as it came, the source symbols of the objects that are
//! complete, which their hashes prove, and of the signed lists that came those that name one of
//! these runs. The order is that of `docs/format-file.md`: what of the file gets through, however
//! little, is the most urgent.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

use edition::{Index, ObjectHash, SignedEdition, Transport};
use file::Writer;
use fountain::{
    MAX_PACKET_BYTES, Oti, Packet, RUN_HEADER_BYTES, run_hash, write_head, write_run_header,
};
use receiver::{Name, Store};

use crate::inbox::FileStore;

/// Records after which the head stands once more.
const HEAD_EVERY: u64 = 1_000;
/// Runs whose hashes are remembered, to find the lists that name them: 1.3 GB of them.
const REMEMBERED: usize = 1 << 20;
/// Bytes that are read at once.
const STEP: usize = 1 << 20;

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HandedOn {
    /// Bytes of the file.
    pub bytes: u64,
    /// Objects in it.
    pub objects: usize,
    /// Objects of the edition that are not in it: not here yet, or left out.
    pub missing: usize,
    /// Objects that lay in the inbox and are not what they were: they have to come again.
    pub damaged: Vec<ObjectHash>,
}

/// Writes what is here of an edition, but for the objects in `without`.
///
/// # Errors
/// What reading the inbox or writing gives.
pub fn write_sky(
    store: &mut FileStore,
    edition: &SignedEdition,
    indexes: &[Index],
    without: &HashSet<ObjectHash>,
    out: &mut dyn Write,
) -> io::Result<HandedOn> {
    let mut head = Vec::new();
    write_head(edition.head().bytes(), &mut head).map_err(io::Error::other)?;
    let mut sky = Sky {
        writer: Writer::new(),
        out,
        head,
        buffer: Vec::with_capacity(2 * STEP),
        runs: HashSet::new(),
        told: HandedOn::default(),
    };
    sky.writer.header(&mut sky.buffer);
    sky.head()?;
    for (hash, transport) in objects(edition, indexes) {
        if without.contains(&hash) {
            sky.told.missing += 1;
            continue;
        }
        let path = store.path(Name::Object(hash));
        match File::open(&path) {
            Ok(file) if is_whole(&file, hash, transport.size)? => {
                sky.object(&file, hash, transport)?;
            }
            Ok(_) => {
                sky.told.damaged.push(hash);
                sky.told.missing += 1;
            }
            Err(error) if error.kind() == ErrorKind::NotFound => sky.told.missing += 1,
            Err(error) => return Err(error),
        }
    }
    sky.lists(&store.get(Name::Lists)?.unwrap_or_default())?;
    sky.head()?;
    sky.flush()?;
    sky.told.bytes = sky.writer.bytes();
    Ok(sky.told)
}

/// The objects of an edition, the most urgent first, each once.
fn objects(edition: &SignedEdition, indexes: &[Index]) -> Vec<(ObjectHash, Transport)> {
    let head = edition.head();
    let mut all = vec![(head.manifest(), head.transport())];
    for entry in &edition.manifest().indexes {
        all.push((entry.hash, entry.transport));
        let index = indexes.iter().filter(|index| index.tier == entry.tier);
        all.extend(
            index
                .flat_map(|index| &index.objects)
                .map(|object| (object.hash, object.transport)),
        );
    }
    let mut seen = HashSet::new();
    all.retain(|(hash, _)| seen.insert(*hash));
    all
}

/// Whether the file is still the object that it was when it came. Leaves it at its beginning.
fn is_whole(mut file: &File, hash: ObjectHash, size: u64) -> io::Result<bool> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; STEP];
    let mut read = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => {
                hasher.update(&buffer[..n]);
                read += n as u64;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(read == size && *hasher.finalize().as_bytes() == hash.0)
}

/// Whether an object of an inbox is still what it was when it came.
///
/// # Errors
/// What reading gives, but that there is no such file.
pub fn is_intact(path: &Path, hash: ObjectHash, size: u64) -> io::Result<bool> {
    match File::open(path) {
        Ok(file) => is_whole(&file, hash, size),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

struct Sky<'a> {
    writer: Writer,
    out: &'a mut dyn Write,
    head: Vec<u8>,
    buffer: Vec<u8>,
    /// Hashes of the runs that were written, as lists have them.
    runs: HashSet<fountain::RunHash>,
    told: HandedOn,
}

impl Sky<'_> {
    fn head(&mut self) -> io::Result<()> {
        let head = std::mem::take(&mut self.head);
        let written = self.record(&head);
        self.head = head;
        written
    }

    fn record(&mut self, packet: &[u8]) -> io::Result<()> {
        let record = self.writer.record(packet, &mut self.buffer);
        record.map_err(io::Error::other)?;
        if self.buffer.len() >= STEP {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }

    /// The source symbols of an object, in runs as long as fit, as senders cut them.
    fn object(&mut self, file: &File, hash: ObjectHash, transport: Transport) -> io::Result<()> {
        let oti = Oti::new(transport.size, transport.symbol, transport.blocks)
            .map_err(io::Error::other)?;
        let mut bytes = io::BufReader::with_capacity(STEP, file);
        let size = usize::from(oti.symbol_size());
        let fit = ((MAX_PACKET_BYTES - RUN_HEADER_BYTES) / size).max(1) as u32;
        let mut packet = Vec::with_capacity(MAX_PACKET_BYTES);
        for block in oti.iter_blocks() {
            let mut left = block.len() as usize;
            let mut esi = 0;
            while esi < block.symbols() {
                let count = fit.min(block.symbols() - esi);
                let symbols = count as usize * size;
                packet.clear();
                let object = fountain::ObjectId(hash.id().0);
                write_run_header(object, block.sbn(), esi, &mut packet);
                let there = symbols.min(left);
                packet.resize(RUN_HEADER_BYTES + there, 0);
                bytes.read_exact(&mut packet[RUN_HEADER_BYTES..])?;
                // The object's last symbol is filled with zeros (RFC 6330 section 4.4.2).
                packet.resize(RUN_HEADER_BYTES + symbols, 0);
                if self.runs.len() < REMEMBERED {
                    self.runs.insert(run_hash(&packet));
                }
                self.record(&packet)?;
                if self.writer.records().is_multiple_of(HEAD_EVERY) {
                    self.head()?;
                }
                left -= there;
                esi += count;
            }
        }
        self.told.objects += 1;
        Ok(())
    }

    /// Of the lists that came, each with its length before it, those that name a run that is here.
    fn lists(&mut self, lists: &[u8]) -> io::Result<()> {
        let mut rest = lists;
        while let Some((&[a, b], tail)) = rest.split_first_chunk() {
            let len = usize::from(u16::from_be_bytes([a, b]));
            let Some((packet, tail)) = tail.split_at_checked(len) else {
                break;
            };
            if let Ok(Packet::List(list)) = Packet::parse(packet)
                && list.entries().any(|hash| self.runs.contains(&hash))
            {
                self.record(packet)?;
            }
            rest = tail;
        }
        Ok(())
    }
}
