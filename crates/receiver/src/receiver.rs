//! The receiver: bytes in, events and verified objects out.

use std::collections::{HashMap, HashSet, VecDeque};

use edition::{Index, PublicKey, SignedEdition};
use fountain::{ObjectId, Pool};

use crate::carriers::{Carrier, Input};
use crate::editions::Editions;
use crate::event::Event;
use crate::lists::Lists;
use crate::ration::Ration;
use crate::reception::Reception;
use crate::status::{Counters, EditionStatus};
use crate::store::Store;

/// Bytes of runs that wait for something signed to name their object.
pub(crate) const WAITING_BYTES: usize = 48 << 20;
/// Bytes of runs that wait for the list that names them.
const UNLISTED_BYTES: usize = 4 << 20;

/// Receives editions of the publishers it was told to trust. See the crate's documentation.
#[derive(Debug)]
pub struct Receiver<S: Store> {
    pub(crate) input: Input,
    pub(crate) core: Core<S>,
}

#[derive(Debug)]
pub(crate) struct Core<S: Store> {
    pub(crate) store: S,
    pub(crate) trust: Vec<PublicKey>,
    pub(crate) editions: Editions,
    pub(crate) objects: HashMap<ObjectId, Known>,
    pub(crate) waiting: Pool,
    pub(crate) unlisted: Pool,
    pub(crate) lists: Lists,
    pub(crate) ration: Ration,
    pub(crate) head_ration: Ration,
    pub(crate) events: VecDeque<Event>,
    /// Packets are forged in this recording.
    pub(crate) is_alarmed: bool,
    /// From now on, and until the recording ends, only listed runs wait for their objects' names.
    pub(crate) is_sifted: bool,
    /// Lists of trusted publishers come in this recording.
    pub(crate) has_lists: bool,
    /// Bytes of memory that objects on their way take, at most.
    pub(crate) begun: u64,
    /// Runs that found no such memory.
    pub(crate) crowded: u32,
    /// Publishers (by first root key) of whom two successors of one root are known, and the link.
    pub(crate) forks: Vec<(PublicKey, usize)>,
    pub(crate) counters: Counters,
    /// A block that was let go can be decoded.
    pub(crate) ready: bool,
    /// Objects that failed their hash once.
    pub(crate) spoilt: HashSet<ObjectId>,
    /// Objects that failed it though all that came was on lists.
    pub(crate) vouched: HashSet<ObjectId>,
    /// A complete object that is received once more.
    pub(crate) reopened: Option<ObjectId>,
}

/// An object that something signed names.
#[derive(Debug)]
pub(crate) enum Known {
    Coming(Box<Reception>),
    Complete,
}

impl<S: Store> Receiver<S> {
    /// Opens an inbox and goes on from what is in it. `trust` are first root keys.
    pub fn open(store: S, trust: Vec<PublicKey>) -> Result<Self, S::Error> {
        let mut store = store;
        let lists = Lists::open(&mut store)?;
        let mut core = Core {
            store,
            trust,
            editions: Editions::default(),
            objects: HashMap::new(),
            waiting: Pool::new(WAITING_BYTES),
            unlisted: Pool::new(UNLISTED_BYTES),
            lists,
            ration: Ration::new(),
            head_ration: Ration::new(),
            events: VecDeque::new(),
            is_alarmed: false,
            is_sifted: false,
            has_lists: false,
            begun: 0,
            crowded: 0,
            forks: Vec::new(),
            counters: Counters::default(),
            ready: false,
            spoilt: HashSet::new(),
            vouched: HashSet::new(),
            reopened: None,
        };
        let heads = core.restore_waiting()?;
        core.restore()?;
        for head in heads {
            core.head(&head)?;
        }
        core.counters = Counters::default();
        Ok(Self {
            input: Input::new(),
            core,
        })
    }

    /// What has come in since the receiver was opened.
    pub fn counters(&self) -> Counters {
        self.core.counters
    }

    /// What the current recording is, as far as it can be told by now.
    pub fn carrier(&self) -> Option<Carrier> {
        self.input.carrier()
    }

    /// The carrier's own view of the current recording.
    pub fn demux(&self) -> &ts::Demux {
        self.input.ts()
    }

    /// The store.
    pub fn store_mut(&mut self) -> &mut S {
        &mut self.core.store
    }

    /// Editions of trusted publishers that are followed, the newest first.
    pub fn editions(&self) -> Vec<(&SignedEdition, Vec<&Index>)> {
        let mut all: Vec<_> = self
            .core
            .editions
            .trusted()
            .map(|opened| {
                let indexes = opened.indexes.iter().filter_map(|(_, _, i)| i.as_ref());
                (&opened.signed, indexes.collect())
            })
            .collect();
        all.sort_by_key(|(signed, _)| std::cmp::Reverse(signed.manifest().number));
        all
    }

    /// Publishers that are on air and not trusted: first root key, name, newest number.
    pub fn strangers(&self) -> Vec<(PublicKey, String, u64)> {
        let mut all: Vec<(PublicKey, String, u64)> = Vec::new();
        let opened = self
            .core
            .editions
            .all
            .iter()
            .filter_map(|e| e.opened.as_ref());
        for stranger in opened.filter(|opened| !opened.trusted) {
            let manifest = stranger.signed.manifest();
            let publisher = stranger.signed.publisher();
            match all.iter_mut().find(|(key, ..)| *key == publisher) {
                Some((_, _, number)) => *number = manifest.number.max(*number),
                None => all.push((publisher, manifest.publisher.clone(), manifest.number)),
            }
        }
        all
    }

    /// How far each followed edition has come, the newest first.
    pub fn status(&self) -> Vec<EditionStatus> {
        let mut all: Vec<_> = self
            .core
            .editions
            .trusted()
            .map(|opened| self.core.status(opened))
            .collect();
        all.sort_by_key(|status| std::cmp::Reverse(status.number));
        all
    }

    /// Takes the next bytes of a recording or a stream; any number of bytes at a time.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), S::Error> {
        self.core.earn(bytes.len());
        let Self { input, core } = self;
        let mut result = Ok(());
        input.push_at(bytes, &mut |packet, at| {
            if result.is_ok() {
                core.store.arrived(at);
                result = core.packet(packet);
            }
        });
        result
    }

    /// Takes one packet that some other means of transport has brought.
    pub fn push_packet(&mut self, packet: &[u8]) -> Result<(), S::Error> {
        self.core.earn(packet.len());
        self.core.packet(packet)
    }

    /// The recording ends here; another one may follow.
    pub fn end_recording(&mut self) -> Result<(), S::Error> {
        let Self { input, core } = self;
        let mut result = Ok(());
        input.finish_at(&mut |packet, at| {
            if result.is_ok() {
                core.store.arrived(at);
                result = core.packet(packet);
            }
        });
        *input = input.next();
        core.next_recording();
        result?;
        core.save()?;
        core.save_waiting()
    }

    /// Saves how far the objects on their way have come. What came since the last time is
    /// received again after a crash.
    pub fn save(&mut self) -> Result<(), S::Error> {
        self.core.save()
    }

    /// The next thing that happened.
    pub fn poll(&mut self) -> Option<Event> {
        self.core.events.pop_front()
    }
}

impl<S: Store> Core<S> {
    pub(crate) fn earn(&mut self, bytes: usize) {
        self.ration.earn(bytes);
        self.head_ration.earn(bytes);
    }

    /// Another recording may be without forgeries, or without lists.
    fn next_recording(&mut self) {
        (self.is_alarmed, self.is_sifted, self.has_lists) = (false, false, false);
    }
}
