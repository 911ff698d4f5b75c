//! For readers with little memory: blocks are let go, and called back when they can be decoded.
//!
//! ```text
//! kept() ─► let_go(block)            its symbols are counted from now on, and not kept
//! ready() ─► call_back(block)        enough of it has come: it is received once more,
//!            replay(bytes) …         from where the store says that its packets began
//!            settle(block)           nothing more of it comes
//! ```
//!
//! A complete object whose bytes the store has dropped comes back in the same way, by
//! [`Receiver::reopen`].

use edition::{ObjectEntry, ObjectHash, PublicKey, SignedHead};
use fountain::ObjectId;

use crate::carriers::Input;
use crate::receiver::{Core, Known, Receiver};
use crate::reception::{Claim, Reception};
use crate::store::{Name, Store};

/// A source block of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlockOf {
    /// The object.
    pub object: ObjectHash,
    /// The block's number.
    pub sbn: u8,
    /// Bytes: what is kept of it, or its length.
    pub bytes: u64,
}

/// A piece of a recording on its way through a receiver for a second time.
#[derive(Debug)]
pub struct Replay {
    input: Input,
    begin: u64,
    reached: u64,
}

impl Replay {
    /// Begins at this offset of the recording, in bytes.
    pub fn new(begin: u64) -> Self {
        let input = Input::new();
        let reached = begin;
        Self {
            input,
            begin,
            reached,
        }
    }

    /// Offset in the recording at which the last packet began.
    pub fn reached(&self) -> u64 {
        self.reached
    }
}

impl<S: Store> Receiver<S> {
    /// Blocks whose symbols or bytes are kept, of objects that are on their way.
    pub fn kept(&self) -> Vec<BlockOf> {
        self.blocks(|reception| reception.kept().collect())
    }

    /// Blocks that were let go and can be decoded by now. Each is given once: see
    /// [`Receiver::still_ready`].
    pub fn ready(&mut self) -> Vec<BlockOf> {
        if !std::mem::take(&mut self.core.ready) {
            return Vec::new();
        }
        let ready = self.blocks(|reception| reception.ready().collect());
        // Others wait for blocks before them, which may become whole without a word.
        let all: usize = self.coming().map(Reception::count_ready).sum();
        self.core.ready = all > ready.len();
        ready
    }

    /// Whether all objects that are on their way can be decoded: more reception adds nothing.
    pub fn is_enough(&self) -> bool {
        self.coming().all(Reception::is_enough)
    }

    /// What [`Receiver::ready`] gave is still ready: it gives it again.
    pub fn still_ready(&mut self) {
        self.core.ready = true;
    }

    fn coming(&self) -> impl Iterator<Item = &Reception> {
        self.core.objects.values().filter_map(|known| match known {
            Known::Coming(reception) => Some(&**reception),
            Known::Complete => None,
        })
    }

    fn blocks(&self, of: impl Fn(&Reception) -> Vec<(u8, u64)>) -> Vec<BlockOf> {
        self.coming()
            .flat_map(|reception| {
                let object = reception.hash();
                of(reception)
                    .into_iter()
                    .map(move |(sbn, bytes)| BlockOf { object, sbn, bytes })
            })
            .collect()
    }

    /// From now on the symbols of this block are only counted; those that came are dropped.
    pub fn let_go(&mut self, block: BlockOf) -> Result<(), S::Error> {
        let core = &mut self.core;
        if let Some(Known::Coming(reception)) = core.objects.get_mut(&id(&block.object)) {
            reception.let_go(&mut core.store, block.sbn)?;
            core.ready |= reception.count_ready() > 0;
        }
        Ok(())
    }

    /// The symbols of this block are kept again; [`Receiver::replay`] is to bring them.
    pub fn call_back(&mut self, block: BlockOf) {
        if let Some(Known::Coming(reception)) = self.core.objects.get_mut(&id(&block.object)) {
            reception.call_back(block.sbn);
        }
    }

    /// All that could be replayed of a block has been: decodes it if that will do.
    pub fn settle(&mut self, block: BlockOf) -> Result<(), S::Error> {
        let core = &mut self.core;
        let id = id(&block.object);
        let Some(Known::Coming(reception)) = core.objects.get_mut(&id) else {
            return Ok(());
        };
        let outcome = reception.decode_called(&mut core.store, block.sbn, &mut core.lists)?;
        let completed = core.came(id, outcome);
        core.complete_all(completed)
    }

    /// Receives a complete object once more, block by block as they are called back. Gives its
    /// blocks, none if no index of a followed edition names it or it is not complete. It counts as
    /// complete all the time. One that was reopened before is closed.
    pub fn reopen(&mut self, object: ObjectHash) -> Result<Vec<BlockOf>, S::Error> {
        let Some(entry) = self.entry(object) else {
            return Ok(Vec::new());
        };
        let core = &mut self.core;
        core.close()?;
        if !matches!(core.objects.get(&id(&object)), Some(Known::Complete)) {
            return Ok(Vec::new());
        }
        // Without its group hashes: in order, for whoever takes the blocks as they are hashed.
        let claim = Claim {
            hash: object,
            transport: entry.transport,
            groups: None,
            tier: None,
            expected: true,
        };
        let Some(mut reception) = Reception::open(&mut core.store, &claim)? else {
            return Ok(Vec::new());
        };
        if core.spoilt.contains(&id(&object)) {
            reception.require_listed(core.lists.has_any());
        }
        let blocks: Vec<BlockOf> = reception
            .lengths()
            .map(|(sbn, bytes)| BlockOf { object, sbn, bytes })
            .collect();
        for block in &blocks {
            reception.let_go(&mut core.store, block.sbn)?;
        }
        core.objects
            .insert(id(&object), Known::Coming(Box::new(reception)));
        core.reopened = Some(id(&object));
        Ok(blocks)
    }

    /// Ends what [`Receiver::reopen`] began: the object counts as complete, as it was.
    pub fn close(&mut self, object: ObjectHash) {
        if self.core.reopened == Some(id(&object)) {
            // What cannot be removed now is overwritten the next time.
            let _ = self.core.close();
        }
    }

    /// Whether an object has failed its hash, so that by now only listed runs of it count.
    pub fn is_spoilt(&self, object: ObjectHash) -> bool {
        self.core.spoilt.contains(&id(&object))
    }

    /// Heads that are followed and whose publishers are not known to be strangers, be their
    /// manifests here or not.
    pub fn heads(&self) -> Vec<&SignedHead> {
        let all = self.core.editions.all.iter();
        all.filter(|coming| coming.opened.is_none() || coming.is_trusted())
            .map(|coming| &coming.head)
            .collect()
    }

    /// What the index of a followed edition says of an object.
    pub fn entry(&self, object: ObjectHash) -> Option<ObjectEntry> {
        self.core.entry(object).cloned()
    }

    /// Takes the next bytes of a recording once more.
    pub fn replay(&mut self, replay: &mut Replay, bytes: &[u8]) -> Result<(), S::Error> {
        let core = &mut self.core;
        let mut result = Ok(());
        let Replay {
            input,
            begin,
            reached,
        } = replay;
        input.push_at(bytes, &mut |packet, at| {
            *reached = *begin + at;
            if result.is_ok() {
                core.store.arrived(*begin + at);
                result = core.run_again(packet);
            }
        });
        result
    }

    /// The packets in the next bytes of a recording, as they are: the receiver is not told.
    pub fn packets(replay: &mut Replay, bytes: &[u8], packet: &mut impl FnMut(&[u8])) {
        let Replay {
            input,
            begin,
            reached,
        } = replay;
        input.push_at(bytes, &mut |bytes, at| {
            *reached = *begin + at;
            packet(bytes);
        });
    }

    /// The piece of the recording ends here.
    pub fn end_replay(&mut self, mut replay: Replay) -> Result<(), S::Error> {
        let core = &mut self.core;
        let mut result = Ok(());
        replay.input.finish_at(&mut |packet, at| {
            if result.is_ok() {
                core.store.arrived(replay.begin + at);
                result = core.run_again(packet);
            }
        });
        result
    }

    /// Believes a publisher from now on: what was heard of them is opened.
    pub fn trust(&mut self, publisher: PublicKey) -> Result<(), S::Error> {
        let core = &mut self.core;
        if core.trust.contains(&publisher) {
            return Ok(());
        }
        core.trust.push(publisher);
        let heard: Vec<ObjectHash> = core
            .editions
            .all
            .iter_mut()
            .filter(|coming| coming.publisher() == Some(publisher))
            .map(|coming| {
                coming.opened = None;
                coming.expected = true;
                coming.head.manifest()
            })
            .collect();
        core.complete_all(heard)
    }
}

impl<S: Store> Core<S> {
    pub(crate) fn entry(&self, object: ObjectHash) -> Option<&ObjectEntry> {
        let opened = self.editions.trusted();
        let indexes =
            opened.flat_map(|opened| opened.indexes.iter().filter_map(|(.., i)| i.as_ref()));
        let mut entries = indexes.flat_map(|index| &index.objects);
        entries.find(|entry| entry.hash == object)
    }

    /// The object that was reopened, if there is one, is complete as before; what came of it goes.
    fn close(&mut self) -> Result<(), S::Error> {
        let Some(id) = self.reopened.take() else {
            return Ok(());
        };
        let Some(Known::Coming(reception)) = self.objects.get(&id) else {
            return Ok(());
        };
        let hash = reception.hash();
        self.objects.insert(id, Known::Complete);
        self.store.remove(Name::Part(hash))?;
        self.store.remove(Name::Repair(hash))?;
        self.store.remove(Name::State(hash))
    }
}

fn id(object: &ObjectHash) -> ObjectId {
    ObjectId(object.id().0)
}
