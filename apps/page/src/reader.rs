//! The reader: recordings in, news out, in little memory.
//!
//! ```text
//! begin(recording), push(bytes) …, end()      read once, in order
//! is_pulled(), pull() …                       instead of push(), once it is sound to be decoded
//! work()                                      until it says that nothing is left to do
//! state(), news(), article(), ask_object() …  what is here
//! ```

use std::cell::RefCell;
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use edition::{
    Bundle, Dictionaries, Index, ObjectEntry, ObjectHash, ObjectKind, PublicKey, SignedEdition,
    Tier,
};
use receiver::{BlockOf, Carrier, Event, News, Receiver, Replay, Warning, news_of};

use crate::passes::{Piece, pieces};
use crate::save::Save;
use crate::sound::Sound;
use crate::store::PageStore;

/// How much a reader holds, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Of objects on their way; beyond that blocks are let go, those that were longest without a
    /// symbol first.
    pub held: u64,
    /// Of blocks that are called back at once.
    pub batch: u64,
    /// As long as no more than this is held, nothing is given back before it must be.
    pub roomy: u64,
    /// Blocks smaller than this are never let go: there is little to win.
    pub least: u64,
}

impl Default for Room {
    /// Decoding a block of 20 MiB takes about 80 MB beside it: all in all less than 300 MB.
    fn default() -> Self {
        Self {
            held: 132 << 20,
            batch: 126 << 20,
            roomy: 48 << 20,
            least: 64 << 10,
        }
    }
}

/// Bytes that are read again in one step of work.
const STEP: usize = 4 << 20;

/// What a reader needs of the world outside.
pub trait Host: 'static {
    /// Reads a recording from an offset on; how many bytes, 0 at its end, `None` if it cannot be
    /// read any more.
    fn read(&mut self, recording: u32, at: u64, bytes: &mut [u8]) -> Option<usize>;
    /// Bytes of a recording.
    fn size(&mut self, recording: u32) -> u64;
    /// Takes the next bytes of an answer.
    fn take(&mut self, bytes: &[u8]);
}

/// How a longer task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All of it was given to [`Host::take`], and its hash is right.
    Done,
    /// It is not here, or not whole.
    Missing,
    /// The recording it was in cannot be read any more.
    Gone,
    /// Forged symbols were among the others. Asked for again, it is had without them.
    Spoilt,
}

/// A reader of editions.
pub struct Reader<H: Host> {
    pub(crate) host: Rc<RefCell<H>>,
    room: Room,
    pub(crate) receiver: Receiver<PageStore>,
    pub(crate) sound: Sound,
    dictionaries: Dictionaries,
    /// Languages whose dictionaries wait to be primed.
    unprimed: VecDeque<String>,
    prepared: HashSet<String>,
    shelf: HashMap<ObjectHash, Result<Bundle, edition::Error>>,
    unread: VecDeque<ObjectHash>,
    pub(crate) recording: u32,
    /// Recordings that can only be read again from their beginning.
    pub(crate) from_start: HashSet<u32>,
    pass: Option<Pass>,
    /// The last pass changed nothing: the recordings are not what they were. More may help.
    futile: bool,
    task: Option<Task>,
    ended: Option<Ended>,
    warnings: Vec<Warning>,
    version: u64,
    /// Of the edition that was asked for last, at the version that it had then.
    news: Option<(ObjectHash, u64, News)>,
    buffer: Vec<u8>,
    /// What was forged among the symbols has cost an object: the recordings are to be read again.
    spoilt: bool,
}

/// Blocks on their way for the second time.
struct Pass {
    blocks: Vec<BlockOf>,
    pieces: VecDeque<Piece>,
    open: Option<(Replay, u64)>,
    gone: bool,
}

/// What somebody waits for.
enum Task {
    Object(Reopened),
    Save(Save),
}

/// How a complete object is had.
pub(crate) enum Start {
    /// Its bytes are held.
    Bytes(Vec<u8>),
    /// They come again.
    Again(Reopened),
}

/// A complete object whose bytes come again.
pub(crate) struct Reopened {
    object: ObjectHash,
    blocks: VecDeque<BlockOf>,
    is_verified: bool,
}

impl<H: Host> Reader<H> {
    /// A reader that believes these publishers, by their first root keys.
    pub fn new(host: H, trust: Vec<PublicKey>, room: Room) -> Self {
        let receiver = match Receiver::open(PageStore::new(room.roomy), trust) {
            Ok(receiver) => receiver,
            Err(never) => match never {},
        };
        Self {
            host: Rc::new(RefCell::new(host)),
            room,
            receiver,
            sound: Sound::default(),
            dictionaries: Dictionaries::none(),
            unprimed: VecDeque::new(),
            prepared: HashSet::new(),
            shelf: HashMap::new(),
            unread: VecDeque::new(),
            recording: 0,
            from_start: HashSet::new(),
            pass: None,
            futile: false,
            task: None,
            ended: None,
            warnings: Vec::new(),
            version: 0,
            news: None,
            buffer: Vec::new(),
            spoilt: false,
        }
    }

    /// Adds the text of a dictionary.
    pub fn add_dictionary(&mut self, language: &str, text: Vec<u8>) {
        self.dictionaries.add(language, text);
    }

    /// Believes a publisher from now on. What came before may have to be read once more.
    pub fn trust(&mut self, publisher: PublicKey) {
        never(self.receiver.trust(publisher));
        self.hear();
    }

    /// What comes now is of this recording, from its beginning.
    pub fn begin(&mut self, recording: u32) {
        self.recording = recording;
        self.sound.begin();
    }

    /// Takes the next bytes of the recording. By the first ones ([`sound::SNIFFED`], if there are so
    /// many) it is known whether it is sound that is decoded: then [`Reader::is_pulled`].
    pub fn push(&mut self, bytes: &[u8]) {
        if self.push_sound(bytes) {
            return;
        }
        let store = self.receiver.store_mut();
        store.recording(self.recording);
        never(self.receiver.push(bytes));
        // It cannot be read from the middle on.
        if let Some(Carrier::Html) = self.receiver.carrier() {
            self.from_start.insert(self.recording);
        }
        self.came();
    }

    /// Takes note of what has come, and makes room for more.
    pub(crate) fn came(&mut self) {
        self.hear();
        self.futile = false;
        self.relieve(self.room.held);
        self.call_back(false);
    }

    /// The recording ends here.
    pub fn end(&mut self) {
        self.end_sound();
        let store = self.receiver.store_mut();
        store.recording(self.recording);
        never(self.receiver.end_recording());
        self.hear();
        self.call_back(true);
    }

    /// Does a little of what is to be done. Says whether there is more.
    pub fn work(&mut self) -> bool {
        if let Some(hash) = self.next_unread(true) {
            self.read_bundle(hash);
        } else if self.pass.is_some() {
            self.read_again();
        } else if self.task.is_some() {
            self.go_on();
        } else if let Some(hash) = self.next_unread(false) {
            self.read_bundle(hash);
        } else if let Some(language) = self.unprimed.pop_front() {
            self.dictionaries.prepare(&language);
        }
        self.has_work()
    }

    /// Whether [`Reader::work`] has something to do.
    pub fn has_work(&self) -> bool {
        self.pass.is_some()
            || self.task.is_some()
            || !self.unread.is_empty()
            || !self.unprimed.is_empty()
    }

    /// Whether forged symbols have cost an object, so that the recordings are to be read again with
    /// what is known by now. Says so once.
    pub fn is_spoilt(&mut self) -> bool {
        std::mem::take(&mut self.spoilt)
    }

    /// Asks for a complete object's bytes: they go to [`Host::take`] while [`Reader::work`] is
    /// called, and may be used once [`Reader::ended`] says that they are right.
    pub fn ask_object(&mut self, object: ObjectHash) {
        self.end_task(Ended::Missing);
        self.ended = None;
        match self.start_object(object) {
            Ok(Start::Bytes(bytes)) => {
                self.host.borrow_mut().take(&bytes);
                self.ended = Some(Ended::Done);
            }
            Ok(Start::Again(reopened)) => self.task = Some(Task::Object(reopened)),
            Err(ended) => self.ended = Some(ended),
        }
    }

    /// Asks for a `.sky` file of an edition (by the hash of its manifest), or of all that is here.
    pub fn ask_save(&mut self, edition: Option<ObjectHash>) {
        self.end_task(Ended::Missing);
        self.ended = None;
        let save = Save::new(self, edition);
        self.task = Some(Task::Save(save));
    }

    /// How the last task ended; `None` while it goes on.
    pub fn ended(&self) -> Option<Ended> {
        self.ended
    }

    /// Grows whenever there is more to read.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// What a person should know.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// What is being read, as far as it can be told by now.
    pub(crate) fn carrier(&self) -> Option<&'static str> {
        match self.sound.is_recording() {
            true => Some(Carrier::Radio.name()),
            false => self.receiver.carrier().map(Carrier::name),
        }
    }

    /// The receiver.
    pub(crate) fn receiver(&self) -> &Receiver<PageStore> {
        &self.receiver
    }

    /// The edition with this manifest.
    pub fn edition(&self, id: ObjectHash) -> Option<&SignedEdition> {
        let mut editions = self.receiver.editions().into_iter();
        editions
            .find(|(signed, _)| signed.head().manifest() == id)
            .map(|(signed, _)| signed)
    }

    /// What the indexes of the editions say of an object, by the id that articles use.
    pub fn entry(&self, id: [u8; 8]) -> Option<ObjectEntry> {
        let editions = self.receiver.editions().into_iter();
        let mut entries = editions
            .flat_map(|(_, indexes)| indexes)
            .flat_map(|index| &index.objects);
        entries.find(|entry| entry.hash.id().0 == id).cloned()
    }

    /// What an edition says, as far as its bundles have been read.
    pub fn news(&mut self, id: ObjectHash) -> Option<&News> {
        if self.news.as_ref().map(|(of, version, _)| (*of, *version)) != Some((id, self.version)) {
            self.news = self.make_news(id).map(|news| (id, self.version, news));
        }
        self.news.as_ref().map(|(_, _, news)| news)
    }

    fn make_news(&mut self, id: ObjectHash) -> Option<News> {
        let editions = self.receiver.editions();
        let (signed, indexes) = editions
            .into_iter()
            .find(|(signed, _)| signed.head().manifest() == id)?;
        let shelf = &self.shelf;
        let mut news = never(news_of(signed, &indexes, &mut |hash| {
            Ok(shelf.get(&hash).cloned())
        }));
        let store = self.receiver.store_mut();
        for object in news.objects.values_mut() {
            object.is_here = store.is_complete(object.entry.hash);
        }
        Some(news)
    }

    /// Takes note of what happened.
    fn hear(&mut self) {
        while let Some(event) = self.receiver.poll() {
            match event {
                Event::Object { hash, tier, .. } => self.object(hash, tier),
                Event::Warning(warning) => {
                    self.spoilt |= matches!(warning, Warning::Mismatch { .. });
                    if !self.warnings.contains(&warning) {
                        self.warnings.push(warning);
                    }
                }
                Event::Edition { .. } => {
                    self.version += 1;
                    self.prepare();
                }
                Event::TierComplete { .. } => self.version += 1,
                Event::Heard { .. } => {}
            }
        }
    }

    /// Dictionaries of the editions that have begun to arrive are primed before their texts come.
    fn prepare(&mut self) {
        for (signed, _) in self.receiver.editions() {
            for language in &signed.manifest().languages {
                if !self.prepared.contains(language) {
                    self.prepared.insert(language.clone());
                    self.unprimed.push_back(language.clone());
                }
            }
        }
    }

    fn object(&mut self, hash: ObjectHash, tier: Option<Tier>) {
        if let Some(Task::Object(reopened)) = &mut self.task
            && reopened.object == hash
        {
            reopened.is_verified = true;
            return;
        }
        if let Some(Task::Save(save)) = &mut self.task
            && save.verified(hash)
        {
            return;
        }
        self.version += 1;
        if let Some(number) = tier
            && matches!(number, Tier::Front | Tier::Text)
        {
            // Which of a tier's objects are bundles only its index says, and that may come later.
            self.find_unread();
        }
        let kind = self.receiver.entry(hash).map(|entry| entry.kind);
        if kind.is_some_and(|kind| !matches!(kind, ObjectKind::Bundle | ObjectKind::Groups)) {
            self.receiver.store_mut().is_media(hash);
        }
    }

    /// Bundles that are here and have not been read.
    fn find_unread(&mut self) {
        let mut bundles = Vec::new();
        for (_, indexes) in self.receiver.editions() {
            for object in indexes.iter().flat_map(|index| &index.objects) {
                if object.kind == ObjectKind::Bundle {
                    bundles.push(object.hash);
                }
            }
        }
        for hash in bundles {
            let known = self.shelf.contains_key(&hash) || self.unread.contains(&hash);
            if !known && self.receiver.store_mut().is_complete(hash) {
                self.unread.push_back(hash);
            }
        }
    }

    /// The next bundle to read: of the front only, or of any tier.
    fn next_unread(&mut self, front_only: bool) -> Option<ObjectHash> {
        let editions = self.receiver.editions();
        let in_front = |hash: &ObjectHash| {
            let fronts = editions.iter().flat_map(|(_, indexes)| indexes);
            let mut fronts = fronts.filter(|index| index.tier == Tier::Front);
            fronts.any(|index| index.objects.iter().any(|o| o.hash == *hash))
        };
        let at = match front_only {
            true => self.unread.iter().position(in_front)?,
            false => 0,
        };
        self.unread.remove(at)
    }

    fn read_bundle(&mut self, hash: ObjectHash) {
        let bytes = self.receiver.store_mut().object(hash);
        if let Some(bytes) = bytes {
            let bundle = Bundle::unpack(&bytes, &mut self.dictionaries);
            self.shelf.insert(hash, bundle);
            self.version += 1;
        }
    }

    /// Once all texts are here, the memory of the dictionaries' models is for media.
    fn rest(&mut self) {
        let is_read = |index: &&Index| {
            let mut bundles = index
                .objects
                .iter()
                .filter(|o| o.kind == ObjectKind::Bundle);
            bundles.all(|bundle| self.shelf.contains_key(&bundle.hash))
        };
        let editions = self.receiver.editions();
        let all = editions.iter().all(|(signed, indexes)| {
            indexes.len() == signed.manifest().indexes.len() && indexes.iter().all(is_read)
        });
        if all {
            self.unprimed.clear();
            self.dictionaries.rest();
        }
    }

    /// Lets blocks go until no more than this is held.
    fn relieve(&mut self, held: u64) {
        if self.receiver.store_mut().held() > self.room.roomy {
            self.rest();
        }
        if self.receiver.store_mut().held() <= held {
            return;
        }
        let least = self.room.least;
        let in_pass = |block: &BlockOf| {
            let blocks = self.pass.iter().flat_map(|pass| &pass.blocks);
            blocks
                .into_iter()
                .any(|b| (b.object, b.sbn) == (block.object, block.sbn))
        };
        let mut kept = self.receiver.kept();
        kept.retain(|block| block.bytes >= least && !in_pass(block));
        let store = self.receiver.store_mut();
        kept.sort_by_key(|block| store.touched(block.object, block.sbn));
        // The newest one is being received right now.
        kept.pop();
        for block in kept {
            if self.receiver.store_mut().held() <= held {
                return;
            }
            never(self.receiver.let_go(block));
        }
    }

    /// Begins to receive blocks once more that can be decoded: at the end of a recording, and when
    /// nothing more is needed.
    fn call_back(&mut self, at_end: bool) {
        if self.pass.is_some() || self.futile {
            return;
        }
        let mut ready = self.receiver.ready();
        if ready.is_empty() {
            return;
        }
        // Until then blocks that are held make room by becoming whole, at no cost.
        if !at_end && !self.receiver.is_enough() {
            self.receiver.still_ready();
            return;
        }
        ready.sort();
        let mut room = self.room.batch;
        let mut blocks = Vec::new();
        for block in &ready {
            if block.bytes > room && !blocks.is_empty() {
                break;
            }
            room = room.saturating_sub(block.bytes);
            blocks.push(*block);
        }
        if blocks.len() < ready.len() {
            self.receiver.still_ready();
        }
        self.begin_pass(blocks);
    }

    pub(crate) fn begin_pass(&mut self, blocks: Vec<BlockOf>) {
        let bytes: u64 = blocks.iter().map(|block| block.bytes).sum();
        self.relieve(self.room.held.saturating_sub(bytes));
        let from_start = &self.from_start;
        let store = self.receiver.store_mut();
        let places = blocks
            .iter()
            .flat_map(|block| store.places(block.object, block.sbn));
        let pieces = pieces(places, |recording| from_start.contains(&recording));
        for block in &blocks {
            self.receiver.call_back(*block);
        }
        self.pass = Some(Pass {
            blocks,
            pieces,
            open: None,
            gone: false,
        });
    }

    /// One step of a pass.
    fn read_again(&mut self) {
        let Some(mut pass) = self.pass.take() else {
            return;
        };
        match pass.pieces.front().copied() {
            Some(piece) if !pass.gone => {
                let (mut replay, at) = match pass.open.take() {
                    Some(open) => open,
                    None => (Replay::new(piece.begin), piece.begin),
                };
                let step = STEP.min((piece.end - at) as usize);
                self.buffer.resize(step, 0);
                let kept = self.sound.read(piece.recording, at, &mut self.buffer);
                let read = kept.or_else(|| {
                    let mut host = self.host.borrow_mut();
                    host.read(piece.recording, at, &mut self.buffer)
                });
                pass.gone = read.is_none();
                let read = read.unwrap_or(0).min(step);
                let store = self.receiver.store_mut();
                store.recording(piece.recording);
                never(self.receiver.replay(&mut replay, &self.buffer[..read]));
                let at = at + read as u64;
                if read == 0 || at >= piece.end || replay.reached() >= piece.last {
                    never(self.receiver.end_replay(replay));
                    pass.pieces.pop_front();
                } else {
                    pass.open = Some((replay, at));
                }
                self.pass = Some(pass);
                self.hear();
            }
            _ => {
                // What did not become whole goes back to being counted only.
                for block in &pass.blocks {
                    never(self.receiver.settle(*block));
                    never(self.receiver.let_go(*block));
                }
                self.hear();
                self.pass = None;
                if pass.gone {
                    self.end_task(Ended::Gone);
                    return;
                }
                let again = self.receiver.ready();
                self.receiver.still_ready();
                self.futile = pass.blocks.iter().all(|block| again.contains(block));
                self.call_back(true);
            }
        }
    }

    /// A complete object: its bytes, or the way to get them again.
    pub(crate) fn start_object(&mut self, object: ObjectHash) -> Result<Start, Ended> {
        let store = self.receiver.store_mut();
        if !store.is_complete(object) {
            return Err(Ended::Missing);
        }
        if let Some(bytes) = store.object(object) {
            return Ok(Start::Bytes(bytes));
        }
        store.export(Some(object));
        let blocks = never(self.receiver.reopen(object));
        if blocks.is_empty() {
            return Err(Ended::Missing);
        }
        Ok(Start::Again(Reopened {
            object,
            blocks: blocks.into(),
            is_verified: false,
        }))
    }

    /// The next step of the task, when no pass is on.
    fn go_on(&mut self) {
        match self.task.take() {
            Some(Task::Object(mut reopened)) => {
                while let Some(piece) = self.receiver.store_mut().piece() {
                    self.host.borrow_mut().take(&piece);
                }
                match self.next_blocks(&mut reopened) {
                    Some(blocks) => {
                        self.task = Some(Task::Object(reopened));
                        self.begin_pass(blocks);
                    }
                    None => {
                        let ended = match reopened.is_verified {
                            true => Ended::Done,
                            false => self.why_not(reopened.object),
                        };
                        self.task = Some(Task::Object(reopened));
                        self.end_task(ended);
                    }
                }
            }
            Some(Task::Save(save)) => {
                let more = save.step(self);
                match more {
                    Ok(Some(save)) => self.task = Some(Task::Save(save)),
                    Ok(None) => self.ended = Some(Ended::Done),
                    Err(ended) => self.ended = Some(ended),
                }
            }
            None => {}
        }
    }

    /// The next blocks of an object that is wanted again.
    pub(crate) fn next_blocks(&mut self, reopened: &mut Reopened) -> Option<Vec<BlockOf>> {
        let mut blocks = Vec::new();
        let mut room = self.room.batch;
        while let Some(block) = reopened.blocks.front().copied()
            && (block.bytes <= room || blocks.is_empty())
        {
            room = room.saturating_sub(block.bytes);
            reopened.blocks.pop_front();
            blocks.push(block);
        }
        (!blocks.is_empty()).then_some(blocks)
    }

    /// The task is over.
    fn end_task(&mut self, ended: Ended) {
        let Some(task) = self.task.take() else {
            return;
        };
        let object = match &task {
            Task::Object(reopened) => Some(reopened.object),
            Task::Save(save) => save.object(),
        };
        if let Some(object) = object {
            self.close_object(object);
        }
        self.ended = Some(ended);
    }

    /// Why an object that came again is not right.
    pub(crate) fn why_not(&self, object: ObjectHash) -> Ended {
        match self.receiver.is_spoilt(object) {
            true => Ended::Spoilt,
            false => Ended::Gone,
        }
    }

    pub(crate) fn close_object(&mut self, object: ObjectHash) {
        self.receiver.store_mut().export(None);
        self.receiver.close(object);
        self.receiver.store_mut().is_media(object);
    }
}

/// A store in memory has no errors.
pub(crate) fn never<T>(result: Result<T, std::convert::Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}
