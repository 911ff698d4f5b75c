//! A receiver's way through a folder or a mirror: the index, then of each edition in it what is
//! missing, the most urgent first.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::io::{self, Cursor, Read};

use edition::{Head, ObjectHash, Tier, Transport};
use file::Writer;
use fountain::Packet;
use receiver::{Name, Receiver, Store, Unfinished};

use crate::folder::layout::{INDEX, opening, pieces, tail};
use crate::folder::read::read_packets;
use crate::folder::shelf::{LIMIT_INDEX, LIMIT_OPENING, LIMIT_PIECE, Shelf};
use crate::transport::oti;

/// Files that fail one after the other before it is given up: one bad sector is no bad stick.
const FAILURES: u32 = 3;
/// Editions of a folder that are looked at, at most.
const MOST_EDITIONS: usize = 64;

/// A visit of a folder. Call [`Visit::step`] until it says [`VisitStep::End`].
pub struct Visit {
    shelf: Box<dyn Shelf>,
    /// The manifests of the editions in the index.
    manifests: HashSet<ObjectHash>,
    has_begun: bool,
    reader: Option<Box<dyn Read>>,
    /// The name of what is read.
    name: String,
    /// How often a file was asked for; from its beginning or only its end.
    asked: HashMap<String, Asked>,
    missing: Vec<String>,
    /// Files that failed since one did not.
    failures: u32,
    /// Objects of which all has been asked for again.
    again: HashSet<ObjectHash>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Tail,
    Whole,
}

/// What a step brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitStep {
    /// So many bytes went to the receiver.
    More(u64),
    /// Nothing more is wanted that is here.
    End,
}

/// What is asked for next.
struct Wish {
    name: String,
    tail: Option<u64>,
    limit: u64,
}

impl Visit {
    /// Of this folder or mirror.
    pub fn new(shelf: Box<dyn Shelf>) -> Self {
        Self {
            shelf,
            manifests: HashSet::new(),
            has_begun: false,
            reader: None,
            name: String::new(),
            asked: HashMap::new(),
            missing: Vec::new(),
            failures: 0,
            again: HashSet::new(),
        }
    }

    /// Files that should have been there and were not, or could not be read.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// The file that is being read.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives the next piece to the receiver, with `buffer` for what is read. What the store says is
    /// `Err` in `Ok`; `Err` is a folder that cannot be read.
    pub fn step<S: Store>(
        &mut self,
        receiver: &mut Receiver<S>,
        buffer: &mut [u8],
    ) -> io::Result<Result<VisitStep, S::Error>> {
        if self.reader.is_none() {
            match self.next(receiver) {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) => return Ok(Ok(VisitStep::End)),
                Ok(Err(error)) => return Ok(Err(error)),
                Err(error) => return Err(error),
            }
        }
        let Some(reader) = &mut self.reader else {
            return Ok(Ok(VisitStep::More(0)));
        };
        let n = match reader.read(buffer) {
            Ok(n) => n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                self.reader = None;
                let name = self.name.clone();
                return self.failed(name, error).map(|()| Ok(VisitStep::More(0)));
            }
        };
        match n {
            0 => self.reader = None,
            _ => self.failures = 0,
        }
        Ok(receiver
            .push(&buffer[..n])
            .map(|()| VisitStep::More(n as u64)))
    }

    /// Opens the next file; `false` if there is none that is wanted.
    fn next<S: Store>(&mut self, receiver: &mut Receiver<S>) -> io::Result<Result<bool, S::Error>> {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.begin()?;
            return Ok(Ok(true));
        }
        loop {
            // What has come is in the saved state, by which is told what is missing.
            let wish = receiver.save().and_then(|()| self.wish(receiver));
            let wish = match wish {
                Ok(Some(wish)) => wish,
                Ok(None) => return Ok(Ok(false)),
                Err(error) => return Ok(Err(error)),
            };
            let asked = if wish.tail.is_some() {
                Asked::Tail
            } else {
                Asked::Whole
            };
            self.asked.insert(wish.name.clone(), asked);
            self.name.clone_from(&wish.name);
            match self.shelf.open(&wish.name, wish.tail) {
                Err(error) => self.failed(wish.name, error)?,
                // The header shows at once what it is, be it that it begins in the middle.
                Ok(Some(reader)) => {
                    let mut header = Vec::new();
                    Writer::new().header(&mut header);
                    let reader = Cursor::new(header).chain(reader.take(wish.limit));
                    self.reader = Some(Box::new(reader));
                    return Ok(Ok(true));
                }
                Ok(None) => self.missing.push(wish.name),
            }
        }
    }

    /// Notes that a file cannot be read; the error of too many of them.
    fn failed(&mut self, name: String, error: io::Error) -> io::Result<()> {
        self.failures += 1;
        let is_enough = self.failures == FAILURES || name == INDEX;
        self.missing.push(name);
        match is_enough {
            true => Err(error),
            false => Ok(()),
        }
    }

    /// Reads the index, which tells the editions, and gives it to the receiver.
    fn begin(&mut self) -> io::Result<()> {
        INDEX.clone_into(&mut self.name);
        let Some(index) = self.shelf.open(INDEX, None)? else {
            let why = format!("there is no {INDEX}: this is no edition's folder");
            return Err(io::Error::new(io::ErrorKind::NotFound, why));
        };
        let (mut writer, mut out) = (Writer::new(), Vec::new());
        writer.header(&mut out);
        for packet in read_packets(index, LIMIT_INDEX)? {
            if let Ok(Packet::Head(bytes)) = Packet::parse(&packet)
                && let Some(head) = Head::parse(bytes).ok().and_then(|head| head.verify().ok())
                && self.manifests.len() < MOST_EDITIONS
            {
                self.manifests.insert(head.manifest());
                // Always room for a packet that was one before.
                let _ = writer.record(&packet, &mut out);
            }
        }
        self.reader = Some(Box::new(Cursor::new(out)));
        Ok(())
    }

    fn wish<S: Store>(&mut self, receiver: &mut Receiver<S>) -> Result<Option<Wish>, S::Error> {
        if let Some(name) = self.wanted_opening(receiver)? {
            return Ok(Some(Wish {
                name,
                tail: None,
                limit: LIMIT_OPENING,
            }));
        }
        for (hash, transport) in self.wanted(receiver) {
            let store = receiver.store_mut();
            if store.has(Name::Object(hash))? {
                continue;
            }
            let here = Unfinished::open(store, hash, transport)?;
            if let Some(wish) = self.wanted_piece(hash, transport, here.as_ref()) {
                return Ok(Some(wish));
            }
        }
        Ok(None)
    }

    /// The opening of the newest edition whose manifest or indexes are not all here.
    fn wanted_opening<S: Store>(
        &self,
        receiver: &mut Receiver<S>,
    ) -> Result<Option<String>, S::Error> {
        let heads = receiver.heads();
        let heads = heads.iter().map(|head| (head.number(), head.manifest()));
        let mut heads: Vec<_> = heads.filter(|(_, m)| self.manifests.contains(m)).collect();
        heads.sort_unstable_by_key(|(number, _)| Reverse(*number));
        for (_, manifest) in heads {
            let name = opening(&manifest);
            if self.asked.contains_key(&name) {
                continue;
            }
            let indexes: Vec<ObjectHash> = receiver
                .editions()
                .iter()
                .filter(|(signed, _)| signed.head().manifest() == manifest)
                .flat_map(|(signed, _)| signed.manifest().indexes.iter().map(|i| i.hash))
                .collect();
            let mut is_here = !indexes.is_empty();
            for hash in indexes {
                is_here &= receiver.store_mut().has(Name::Object(hash))?;
            }
            if !is_here {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// The objects of the editions in the index, the most urgent of the newest first.
    fn wanted<S: Store>(&self, receiver: &Receiver<S>) -> Vec<(ObjectHash, Transport)> {
        let mut wanted: Vec<(Tier, Reverse<u64>, ObjectHash, Transport)> = Vec::new();
        for (signed, indexes) in receiver.editions() {
            if !self.manifests.contains(&signed.head().manifest()) {
                continue;
            }
            let number = Reverse(signed.manifest().number);
            for index in indexes {
                let objects = index.objects.iter();
                wanted.extend(objects.map(|o| (index.tier, number, o.hash, o.transport)));
            }
        }
        wanted.sort_by_key(|(tier, number, ..)| (*tier, *number));
        wanted
            .into_iter()
            .map(|(_, _, hash, t)| (hash, t))
            .collect()
    }

    fn wanted_piece(
        &mut self,
        hash: ObjectHash,
        transport: Transport,
        here: Option<&Unfinished>,
    ) -> Option<Wish> {
        let (pieces, oti) = (pieces(&hash, &transport).ok()?, oti(&transport).ok()?);
        let is_missing = |sbn, esi| here.is_none_or(|here| here.is_missing(sbn, esi));
        for piece in &pieces {
            if self.asked.contains_key(&piece.name) {
                continue;
            }
            let all = tail(&oti, piece, |_, _| true);
            let wanted = tail(&oti, piece, is_missing);
            if wanted.is_some() {
                return Some(Wish {
                    name: piece.name.clone(),
                    tail: wanted.filter(|_| wanted != all),
                    limit: LIMIT_PIECE,
                });
            }
        }
        // All has been asked for and it is not whole: something forged had come before. What was left
        // out is asked for now, with the lists.
        if !self.again.insert(hash) {
            return None;
        }
        let mut rest = pieces.into_iter().map(|piece| piece.name);
        let name = rest.find(|name| self.asked.get(name) != Some(&Asked::Whole))?;
        self.again.remove(&hash);
        Some(Wish {
            name,
            tail: None,
            limit: LIMIT_PIECE,
        })
    }
}
