//! Where the page keeps what has come: in memory, and of what is large only where it was.
//!
//! Parts of objects are held in pages of 64 kB that can be given back; of every block the store
//! notes in which granules of which recording its packets began.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::convert::Infallible;
use std::ops::Range;

use edition::ObjectHash;
use receiver::{Kind, Name, Store};

/// Bytes of a page of a part.
const PAGE: usize = 1 << 16;
/// Bytes of a recording that are noted as one place.
pub(crate) const GRANULE: u64 = 1 << 16;
/// Complete objects larger than this are read again when somebody looks at them.
const KEPT_OBJECT: u64 = 1 << 20;
/// Bytes of complete objects of pictures and media that are kept.
const KEPT_MEDIA: u64 = 16 << 20;

/// Where packets began: a recording, and a granule of it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) recording: u32,
    pub(crate) granule: u32,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct PageStore {
    files: HashMap<Name, Vec<u8>>,
    parts: HashMap<ObjectHash, BTreeMap<u32, Box<[u8; PAGE]>>>,
    repair: HashMap<ObjectHash, HashMap<u64, Box<[u8]>>>,
    /// Bytes in `parts` and `repair`.
    held: u64,
    /// As long as no more than this is held, nothing is given back.
    roomy: u64,
    /// Sizes of complete objects that are not in `files`.
    dropped: HashMap<ObjectHash, u64>,
    /// Objects on their way of which bytes were given back once they had been hashed.
    spent: HashSet<ObjectHash>,
    /// Complete pictures and media in `files`, the oldest first.
    media: VecDeque<ObjectHash>,
    media_bytes: u64,
    notes: HashMap<(ObjectHash, u8), Vec<Place>>,
    /// When each block last got a symbol.
    touched: HashMap<(ObjectHash, u8), u64>,
    clock: u64,
    here: Place,
    export: Option<Export>,
}

/// An object that is wanted outside, block by block in order.
#[derive(Debug)]
struct Export {
    object: ObjectHash,
    pieces: VecDeque<Vec<u8>>,
}

impl PageStore {
    /// An empty store; see [`crate::Room::roomy`].
    pub(crate) fn new(roomy: u64) -> Self {
        Self {
            roomy,
            ..Self::default()
        }
    }

    /// What comes now is of this recording.
    pub(crate) fn recording(&mut self, recording: u32) {
        self.here.recording = recording;
    }

    /// Bytes of parts that are held.
    pub(crate) fn held(&self) -> u64 {
        self.held
    }

    /// When this block last got a symbol: a count that only grows.
    pub(crate) fn touched(&self, object: ObjectHash, sbn: u8) -> u64 {
        self.touched.get(&(object, sbn)).copied().unwrap_or(0)
    }

    /// Where the packets of a block began, ascending.
    pub(crate) fn places(&self, object: ObjectHash, sbn: u8) -> &[Place] {
        self.notes.get(&(object, sbn)).map_or(&[], Vec::as_slice)
    }

    /// Whether an object is complete, be its bytes held or not.
    pub(crate) fn is_complete(&self, object: ObjectHash) -> bool {
        self.files.contains_key(&Name::Object(object)) || self.dropped.contains_key(&object)
    }

    /// A complete object's bytes, if they are held.
    pub(crate) fn object(&self, object: ObjectHash) -> Option<Vec<u8>> {
        self.files.get(&Name::Object(object)).cloned()
    }

    /// A complete object is a picture, a sound, a film or a file: it is kept while there is room.
    pub(crate) fn is_media(&mut self, object: ObjectHash) {
        let Some(file) = self.files.get(&Name::Object(object)) else {
            return;
        };
        if self.media.contains(&object) {
            return;
        }
        self.media_bytes += file.len() as u64;
        self.media.push_back(object);
        while self.media_bytes > KEPT_MEDIA {
            let Some(oldest) = self.media.pop_front() else {
                break;
            };
            if let Some(file) = self.files.remove(&Name::Object(oldest)) {
                self.media_bytes -= file.len() as u64;
                self.dropped.insert(oldest, file.len() as u64);
            }
        }
    }

    /// From now on the blocks of this object go to [`PageStore::piece`] as they are hashed.
    pub(crate) fn export(&mut self, object: Option<ObjectHash>) {
        self.export = object.map(|object| Export {
            object,
            pieces: VecDeque::new(),
        });
    }

    /// The next bytes of the object that is exported.
    pub(crate) fn piece(&mut self) -> Option<Vec<u8>> {
        self.export.as_mut()?.pieces.pop_front()
    }

    fn file(&self, name: Name) -> Option<&Vec<u8>> {
        self.files.get(&name)
    }
}

impl Store for PageStore {
    type Error = Infallible;

    fn put(&mut self, name: Name, bytes: &[u8]) -> Result<(), Infallible> {
        // How far objects have come is known in memory, and nothing outlives that.
        if !matches!(name, Name::State(_)) {
            self.files.insert(name, bytes.to_vec());
        }
        Ok(())
    }

    fn get(&mut self, name: Name) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.file(name).cloned())
    }

    fn has(&mut self, name: Name) -> Result<bool, Infallible> {
        let is_dropped = matches!(name, Name::Object(hash) if self.dropped.contains_key(&hash));
        Ok(is_dropped || self.files.contains_key(&name))
    }

    fn len(&mut self, name: Name) -> Result<u64, Infallible> {
        let len = self.file(name).map(|file| file.len() as u64);
        let dropped = || match name {
            Name::Object(hash) => self.dropped.get(&hash).copied(),
            _ => None,
        };
        Ok(len.or_else(dropped).unwrap_or(0))
    }

    fn write_at(&mut self, name: Name, offset: u64, bytes: &[u8]) -> Result<(), Infallible> {
        match name {
            Name::Part(hash) => {
                let pages = self.parts.entry(hash).or_default();
                each_page(offset, bytes.len(), |number, within, at| {
                    let page = pages.entry(number).or_insert_with(|| {
                        self.held += PAGE as u64;
                        zeros()
                    });
                    let len = within.len();
                    page[within].copy_from_slice(&bytes[at..at + len]);
                });
            }
            Name::Repair(hash) => {
                let slots = self.repair.entry(hash).or_default();
                let old = slots.insert(offset, bytes.into());
                self.held += bytes.len() as u64;
                self.held -= old.map_or(0, |old| old.len() as u64);
            }
            other => {
                let file = self.files.entry(other).or_default();
                let end = offset as usize + bytes.len();
                if file.len() < end {
                    file.resize(end, 0);
                }
                file[offset as usize..end].copy_from_slice(bytes);
            }
        }
        Ok(())
    }

    fn read_at(&mut self, name: Name, offset: u64, bytes: &mut [u8]) -> Result<(), Infallible> {
        match name {
            Name::Part(hash) => {
                let pages = self.parts.get(&hash);
                each_page(offset, bytes.len(), |number, within, at| {
                    let to = &mut bytes[at..at + within.len()];
                    match pages.and_then(|pages| pages.get(&number)) {
                        Some(page) => to.copy_from_slice(&page[within]),
                        None => to.fill(0),
                    }
                });
            }
            Name::Repair(hash) => {
                let slots = self.repair.get(&hash);
                match slots.and_then(|slots| slots.get(&offset)) {
                    Some(slot) if slot.len() == bytes.len() => bytes.copy_from_slice(slot),
                    _ => bytes.fill(0),
                }
            }
            other => {
                bytes.fill(0);
                if let Some(file) = self.file(other) {
                    let start = (offset as usize).min(file.len());
                    let end = (start + bytes.len()).min(file.len());
                    bytes[..end - start].copy_from_slice(&file[start..end]);
                }
            }
        }
        Ok(())
    }

    fn sync(&mut self, _name: Name) -> Result<(), Infallible> {
        Ok(())
    }

    fn promote(&mut self, from: Name, to: Name, size: u64) -> Result<(), Infallible> {
        let (Name::Part(hash), Name::Object(_)) = (from, to) else {
            return Ok(());
        };
        let is_here = !self.spent.remove(&hash);
        if is_here && size <= KEPT_OBJECT {
            let mut file = vec![0; size as usize];
            self.read_at(from, 0, &mut file)?;
            self.files.insert(to, file);
            self.dropped.remove(&hash);
        } else {
            self.dropped.insert(hash, size);
        }
        self.remove(from)?;
        self.touched.retain(|(object, _), _| *object != hash);
        Ok(())
    }

    fn remove(&mut self, name: Name) -> Result<(), Infallible> {
        match name {
            Name::Part(hash) => {
                let pages = self.parts.remove(&hash).map_or(0, |pages| pages.len());
                self.held -= (pages * PAGE) as u64;
            }
            Name::Repair(hash) => {
                let slots = self.repair.remove(&hash).unwrap_or_default();
                self.held -= slots.values().map(|slot| slot.len() as u64).sum::<u64>();
            }
            other => {
                self.files.remove(&other);
            }
        }
        Ok(())
    }

    fn list(&mut self, kind: Kind) -> Result<Vec<ObjectHash>, Infallible> {
        let found = self.files.keys().filter_map(|name| match (kind, name) {
            (Kind::Heads, Name::Head(hash)) => Some(*hash),
            _ => None,
        });
        let found: HashSet<ObjectHash> = found.collect();
        Ok(found.into_iter().collect())
    }

    fn arrived(&mut self, at: u64) {
        self.here.granule = u32::try_from(at / GRANULE).unwrap_or(u32::MAX);
    }

    fn place(&self) -> u64 {
        u64::from(self.here.recording) << 32 | u64::from(self.here.granule)
    }

    fn arrived_from(&mut self, place: u64) {
        self.here = Place {
            recording: (place >> 32) as u32,
            granule: place as u32,
        };
    }

    fn noted(&mut self, object: ObjectHash, sbn: u8) {
        self.clock += 1;
        self.touched.insert((object, sbn), self.clock);
        let places = self.notes.entry((object, sbn)).or_default();
        // In order, as a rule; what is first counted when it comes again is put where it belongs.
        if places.last().is_none_or(|last| *last < self.here) {
            places.push(self.here);
        } else if let Err(at) = places.binary_search(&self.here) {
            places.insert(at, self.here);
        }
    }

    fn is_small(&self) -> bool {
        true
    }

    fn hashed(&mut self, object: ObjectHash, bytes: Range<u64>) -> Result<bool, Infallible> {
        if self.export.as_ref().is_some_and(|e| e.object == object) {
            let mut piece = vec![0; (bytes.end - bytes.start) as usize];
            self.read_at(Name::Part(object), bytes.start, &mut piece)?;
            if let Some(export) = &mut self.export {
                export.pieces.push_back(piece);
            }
        }
        // Small objects are kept when they are complete; others as long as there is room.
        if bytes.start == 0 && bytes.end <= KEPT_OBJECT || self.held <= self.roomy {
            return Ok(true);
        }
        self.spent.insert(object);
        self.discard(Name::Part(object), bytes)?;
        Ok(false)
    }

    fn discard(&mut self, name: Name, bytes: Range<u64>) -> Result<(), Infallible> {
        match name {
            Name::Part(hash) => {
                let Some(pages) = self.parts.get_mut(&hash) else {
                    return Ok(());
                };
                let first = bytes.start.div_ceil(PAGE as u64) as u32;
                let end = (bytes.end / PAGE as u64) as u32;
                let before = pages.len();
                pages.retain(|number, _| !(first..end).contains(number));
                self.held -= ((before - pages.len()) * PAGE) as u64;
            }
            Name::Repair(hash) => {
                let slots = self.repair.get_mut(&hash);
                if let Some(slot) = slots.and_then(|slots| slots.remove(&bytes.start)) {
                    self.held -= slot.len() as u64;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn zeros() -> Box<[u8; PAGE]> {
    match vec![0; PAGE].into_boxed_slice().try_into() {
        Ok(page) => page,
        Err(_) => Box::new([0; PAGE]),
    }
}

/// Calls `f` with each page's number, the range within it, and where that lies in the bytes.
fn each_page(offset: u64, len: usize, mut f: impl FnMut(u32, Range<usize>, usize)) {
    let mut at = 0;
    while at < len {
        let place = offset + at as u64;
        let within = (place % PAGE as u64) as usize;
        let now = (PAGE - within).min(len - at);
        f((place / PAGE as u64) as u32, within..within + now, at);
        at += now;
    }
}
