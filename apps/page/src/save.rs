//! Handing on: what is here, as a `.sky` file.

use std::collections::{HashSet, VecDeque};

use edition::{ObjectHash, Transport};
use file::Writer;
use fountain::{
    MAX_PACKET_BYTES, Oti, Packet, RUN_HEADER_BYTES, source_symbols, write_head, write_run_header,
};
use receiver::{Name, Receiver, Replay, Store};

use crate::passes::{Piece, pieces};
use crate::reader::{Ended, Host, Reader, Reopened, Start, never};
use crate::store::PageStore;

/// Bytes of records that are given out at once.
const OUT: usize = 1 << 20;
/// Bytes that are read again in one step.
const STEP: usize = 1 << 20;

/// A `.sky` file on its way out, step by step.
pub(crate) struct Save {
    writer: Writer,
    out: Vec<u8>,
    todo: VecDeque<Item>,
    open: Option<Open>,
}

enum Item {
    /// A packet as it is.
    Packet(Vec<u8>),
    /// A complete object.
    Object(ObjectHash, Transport),
    /// The runs of objects on their way, from where they were.
    Runs(Box<Pieces>),
}

struct Pieces {
    objects: HashSet<[u8; 8]>,
    written: HashSet<([u8; 8], u8, u32)>,
    pieces: VecDeque<Piece>,
    open: Option<(Replay, u64)>,
}

/// An object whose bytes come again, block by block.
struct Open {
    object: ObjectHash,
    oti: Oti,
    sbn: u8,
    is_verified: bool,
    again: Reopened,
}

impl Save {
    pub(crate) fn new<H: Host>(reader: &mut Reader<H>, edition: Option<ObjectHash>) -> Self {
        let mut writer = Writer::new();
        let mut out = Vec::new();
        writer.header(&mut out);
        let mut heads = VecDeque::new();
        let mut objects = Vec::new();
        let is_wanted = |manifest| edition.is_none_or(|id| id == manifest);
        for head in reader.receiver.heads() {
            let mut packet = Vec::new();
            if is_wanted(head.manifest()) && write_head(head.bytes(), &mut packet).is_ok() {
                heads.push_back(Item::Packet(packet));
                objects.push((head.manifest(), head.transport()));
            }
        }
        for (signed, indexes) in reader.receiver.editions() {
            if !is_wanted(signed.head().manifest()) {
                continue;
            }
            let manifest = signed.manifest().indexes.iter();
            objects.extend(manifest.map(|index| (index.hash, index.transport)));
            let named = indexes.iter().flat_map(|index| &index.objects);
            objects.extend(named.map(|object| (object.hash, object.transport)));
        }
        let mut seen = HashSet::new();
        objects.retain(|(hash, _)| seen.insert(*hash));
        let store = reader.receiver.store_mut();
        let (whole, coming): (Vec<_>, Vec<_>) = objects
            .into_iter()
            .partition(|(hash, _)| store.is_complete(*hash));
        let mut todo = heads;
        todo.extend(whole.into_iter().map(|(hash, t)| Item::Object(hash, t)));
        if edition.is_none() {
            for name in [Name::Lists, Name::Waiting] {
                todo.extend(packets(store, name).into_iter().map(Item::Packet));
            }
            let hashes: Vec<ObjectHash> = coming.iter().map(|(hash, _)| *hash).collect();
            todo.push_back(Item::Runs(Box::new(reader.runs_of(&hashes))));
        }
        Self {
            writer,
            out,
            todo,
            open: None,
        }
    }

    /// The object that is received once more.
    pub(crate) fn object(&self) -> Option<ObjectHash> {
        self.open.as_ref().map(|open| open.object)
    }

    /// An object is complete: whether it is the one that is received once more.
    pub(crate) fn verified(&mut self, hash: ObjectHash) -> bool {
        match &mut self.open {
            Some(open) if open.object == hash => {
                open.is_verified = true;
                true
            }
            _ => false,
        }
    }

    /// The next step; `None` when all is written.
    pub(crate) fn step<H: Host>(mut self, reader: &mut Reader<H>) -> Result<Option<Self>, Ended> {
        if let Some(mut open) = self.open.take() {
            while let Some(piece) = reader.receiver.store_mut().piece() {
                self.block(&open.oti, open.sbn, &open.object, &piece);
                open.sbn = open.sbn.saturating_add(1);
            }
            match reader.next_blocks(&mut open.again) {
                Some(blocks) => {
                    self.open = Some(open);
                    reader.begin_pass(blocks);
                }
                None => {
                    reader.close_object(open.object);
                    if !open.is_verified {
                        return Err(reader.why_not(open.object));
                    }
                }
            }
        } else if let Some(item) = self.todo.pop_front() {
            match item {
                Item::Packet(packet) => self.packet(&packet),
                Item::Object(hash, transport) => self.object_of(reader, hash, transport)?,
                Item::Runs(mut runs) => {
                    if self.runs(reader, &mut runs)? {
                        self.todo.push_front(Item::Runs(runs));
                    }
                }
            }
        } else {
            reader.host.borrow_mut().take(&self.out);
            return Ok(None);
        }
        if self.out.len() >= OUT {
            reader.host.borrow_mut().take(&self.out);
            self.out.clear();
        }
        Ok(Some(self))
    }

    fn packet(&mut self, packet: &[u8]) {
        // Packets that a receiver has taken fit a record.
        let _ = self.writer.record(packet, &mut self.out);
    }

    fn object_of<H: Host>(
        &mut self,
        reader: &mut Reader<H>,
        object: ObjectHash,
        transport: Transport,
    ) -> Result<(), Ended> {
        let Ok(oti) = Oti::new(transport.size, transport.symbol, transport.blocks) else {
            return Ok(());
        };
        match reader.start_object(object)? {
            Start::Bytes(bytes) => {
                for block in oti.iter_blocks() {
                    let begin = block.offset() as usize;
                    let end = begin + block.len() as usize;
                    let bytes = bytes.get(begin..end).unwrap_or_default();
                    self.block(&oti, block.sbn(), &object, bytes);
                }
            }
            Start::Again(again) => {
                self.open = Some(Open {
                    object,
                    oti,
                    sbn: 0,
                    is_verified: false,
                    again,
                });
            }
        }
        Ok(())
    }

    /// The source symbols of a block, in runs as long as fit, as senders cut them.
    fn block(&mut self, oti: &Oti, sbn: u8, object: &ObjectHash, bytes: &[u8]) {
        let Ok(block) = oti.block(sbn) else {
            return;
        };
        let fit = (MAX_PACKET_BYTES - RUN_HEADER_BYTES) / usize::from(oti.symbol_size());
        let fit = (fit as u32).max(1);
        let mut packet = Vec::with_capacity(MAX_PACKET_BYTES);
        let mut esi = 0;
        while esi < block.symbols() {
            let count = fit.min(block.symbols() - esi);
            packet.clear();
            write_run_header(fountain::ObjectId(object.id().0), sbn, esi, &mut packet);
            if source_symbols(&block, bytes, esi, count, &mut packet).is_ok() {
                self.packet(&packet);
            }
            esi += count;
        }
    }

    /// Writes what the next bytes hold of runs that are wanted. Says whether there is more.
    fn runs<H: Host>(&mut self, reader: &mut Reader<H>, runs: &mut Pieces) -> Result<bool, Ended> {
        let Some(piece) = runs.pieces.front().copied() else {
            return Ok(false);
        };
        let (mut replay, at) = match runs.open.take() {
            Some(open) => open,
            None => (Replay::new(piece.begin), piece.begin),
        };
        let mut bytes = vec![0; STEP.min((piece.end - at) as usize)];
        let kept = reader.sound.read(piece.recording, at, &mut bytes);
        let read = kept.or_else(|| {
            let mut host = reader.host.borrow_mut();
            host.read(piece.recording, at, &mut bytes)
        });
        let read = read.ok_or(Ended::Gone)?.min(bytes.len());
        let (objects, written) = (&runs.objects, &mut runs.written);
        Receiver::<PageStore>::packets(&mut replay, &bytes[..read], &mut |packet| {
            if let Ok(Packet::Run(run)) = Packet::parse(packet)
                && objects.contains(&run.object.0)
                && written.insert((run.object.0, run.sbn, run.esi))
            {
                self.packet(packet);
            }
        });
        let at = at + read as u64;
        if read == 0 || at >= piece.end || replay.reached() >= piece.last {
            runs.pieces.pop_front();
        } else {
            runs.open = Some((replay, at));
        }
        Ok(true)
    }
}

impl<H: Host> Reader<H> {
    /// Where the runs of objects on their way were.
    fn runs_of(&mut self, objects: &[ObjectHash]) -> Pieces {
        let from_start = &self.from_start;
        let store = self.receiver.store_mut();
        let places = objects
            .iter()
            .flat_map(|object| (0..=u8::MAX).map(move |sbn| (*object, sbn)))
            .flat_map(|(object, sbn)| store.places(object, sbn));
        Pieces {
            objects: objects.iter().map(|object| object.id().0).collect(),
            written: HashSet::new(),
            pieces: pieces(places, |recording| from_start.contains(&recording)),
            open: None,
        }
    }
}

/// The packets in a file of the store that has the length of each before it.
fn packets(store: &mut PageStore, name: Name) -> Vec<Vec<u8>> {
    let bytes = never(store.get(name)).unwrap_or_default();
    let mut rest = bytes.as_slice();
    let mut packets = Vec::new();
    while let Some((len, tail)) = rest.split_first_chunk() {
        let len = usize::from(u16::from_be_bytes(*len));
        let Some((packet, tail)) = tail.split_at_checked(len) else {
            break;
        };
        packets.push(packet.to_vec());
        rest = tail;
    }
    packets
}
