//! Blocks that are let go, called back and received once more, in any order and at any moment: no
//! edition is lost by it, and nothing is taken for complete that is not what was signed for.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod common;

use common::{Edition, Publisher, Random};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::ops::Range;

use edition::ObjectHash;
use file::Writer;
use proptest::prelude::*;
use receiver::{BlockOf, Event, Kind, MemoryStore, Name, Receiver, Replay, Store};

/// What a store does with what it may forget.
#[derive(Debug, Clone, Copy)]
struct Habits {
    /// Wants bytes to be proven as they come.
    is_small: bool,
    /// How often hashed bytes are not kept, in percent.
    drops: usize,
    /// Spoils what is discarded.
    wipes: bool,
}

/// A store in memory that makes use of all that it may forget.
#[derive(Debug, Clone)]
struct Forgetful {
    inner: MemoryStore,
    habits: Habits,
    seed: u64,
    /// Objects on their way, of which hashed bytes were dropped.
    spent: HashSet<ObjectHash>,
    /// Complete objects without their bytes, and their sizes.
    dropped: HashMap<ObjectHash, u64>,
    /// The object that is received once more, and its bytes as they were hashed.
    export: Option<(ObjectHash, Vec<u8>)>,
}

impl Forgetful {
    fn new(habits: Habits, seed: u64) -> Self {
        Self {
            inner: MemoryStore::new(),
            habits,
            seed,
            spent: HashSet::new(),
            dropped: HashMap::new(),
            export: None,
        }
    }

    fn wipe(&mut self, name: Name, bytes: Range<u64>) -> Result<(), Infallible> {
        if self.inner.has(name)? {
            let noise = vec![0xA5; (bytes.end - bytes.start) as usize];
            self.inner.write_at(name, bytes.start, &noise)?;
        }
        Ok(())
    }
}

impl Store for Forgetful {
    type Error = Infallible;

    fn put(&mut self, name: Name, bytes: &[u8]) -> Result<(), Infallible> {
        self.inner.put(name, bytes)
    }

    fn get(&mut self, name: Name) -> Result<Option<Vec<u8>>, Infallible> {
        self.inner.get(name)
    }

    fn has(&mut self, name: Name) -> Result<bool, Infallible> {
        let is_dropped = matches!(name, Name::Object(hash) if self.dropped.contains_key(&hash));
        Ok(is_dropped || self.inner.has(name)?)
    }

    fn len(&mut self, name: Name) -> Result<u64, Infallible> {
        match name {
            Name::Object(hash) if self.dropped.contains_key(&hash) => Ok(self.dropped[&hash]),
            _ => self.inner.len(name),
        }
    }

    fn write_at(&mut self, name: Name, offset: u64, bytes: &[u8]) -> Result<(), Infallible> {
        self.inner.write_at(name, offset, bytes)
    }

    fn read_at(&mut self, name: Name, offset: u64, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.inner.read_at(name, offset, bytes)
    }

    fn sync(&mut self, name: Name) -> Result<(), Infallible> {
        self.inner.sync(name)
    }

    fn promote(&mut self, from: Name, to: Name, size: u64) -> Result<(), Infallible> {
        let Name::Object(hash) = to else {
            panic!("only objects are promoted")
        };
        if self.spent.remove(&hash) {
            self.dropped.insert(hash, size);
            return self.inner.remove(from);
        }
        self.inner.promote(from, to, size)
    }

    fn remove(&mut self, name: Name) -> Result<(), Infallible> {
        self.inner.remove(name)
    }

    fn list(&mut self, kind: Kind) -> Result<Vec<ObjectHash>, Infallible> {
        self.inner.list(kind)
    }

    fn is_small(&self) -> bool {
        self.habits.is_small
    }

    fn hashed(&mut self, object: ObjectHash, bytes: Range<u64>) -> Result<bool, Infallible> {
        if let Some((of, piece)) = &mut self.export
            && *of == object
        {
            let len = piece.len();
            piece.resize(len + (bytes.end - bytes.start) as usize, 0);
            self.inner
                .read_at(Name::Part(object), bytes.start, &mut piece[len..])?;
        }
        let mut random = Random(self.seed);
        self.seed = random.next();
        // What the receiver itself reads is small, and stays.
        let is_big = self.inner.len(Name::Part(object))? > 100_000;
        if !is_big || random.below(100) >= self.habits.drops {
            return Ok(true);
        }
        self.spent.insert(object);
        self.wipe(Name::Part(object), bytes)?;
        Ok(false)
    }

    fn discard(&mut self, name: Name, bytes: Range<u64>) -> Result<(), Infallible> {
        match self.habits.wipes {
            true => self.wipe(name, bytes),
            false => Ok(()),
        }
    }
}

/// A reader of one recording.
struct Reader {
    publisher: Publisher,
    edition: Edition,
    receiver: Receiver<Forgetful>,
    /// What has been recorded so far.
    recording: Vec<u8>,
    random: Random,
    called: Vec<BlockOf>,
    /// Something has cost what had come: the recording is to be read from its beginning.
    look_again: bool,
    /// Forged runs are among those of the recording.
    is_forged: bool,
    /// The last object that became complete.
    verified: Option<ObjectHash>,
}

impl Reader {
    fn record(&mut self, packets: &[Vec<u8>]) {
        let start = self.recording.len();
        let mut writer = Writer::new();
        if start == 0 {
            writer.header(&mut self.recording);
        }
        for packet in packets {
            writer.record(packet, &mut self.recording).unwrap();
        }
        self.receiver.push(&self.recording[start..]).unwrap();
    }

    /// Does one thing that a reader may do at any moment.
    fn stir(&mut self) {
        match self.random.below(10) {
            0..4 => {
                let kept = self.receiver.kept();
                if !kept.is_empty() {
                    let block = kept[self.random.below(kept.len())];
                    self.receiver.let_go(block).unwrap();
                }
            }
            4..6 => {
                let ready = self.receiver.ready();
                for block in ready {
                    if self.random.below(3) > 0 {
                        self.receiver.call_back(block);
                        self.called.push(block);
                    } else {
                        self.receiver.still_ready();
                    }
                }
            }
            6..8 => {
                let begin = self.random.below(self.recording.len());
                let end = begin + self.random.below(self.recording.len() - begin);
                self.replay(begin..end);
            }
            8 => self.replay(0..self.recording.len()),
            _ if self.random.below(4) == 0 => self.begin_anew(),
            _ => self.give_up(),
        }
        self.check();
    }

    fn replay(&mut self, piece: Range<usize>) {
        let mut replay = Replay::new(piece.start as u64);
        for bytes in self.recording[piece].chunks(70_000) {
            self.receiver.replay(&mut replay, bytes).unwrap();
        }
        self.receiver.end_replay(replay).unwrap();
    }

    /// What was called back and has not become whole is let go again.
    fn give_up(&mut self) {
        for block in std::mem::take(&mut self.called) {
            self.receiver.settle(block).unwrap();
            self.receiver.let_go(block).unwrap();
        }
    }

    /// The receiver ends, and another one goes on from its store.
    fn begin_anew(&mut self) {
        self.receiver.end_recording().unwrap();
        let store = self.receiver.store_mut().clone();
        let trust = vec![self.publisher.public()];
        self.receiver = Receiver::open(store, trust).unwrap();
        self.called.clear();
        self.look_again = true;
    }

    /// What the store has as complete is what was signed for.
    fn check(&mut self) {
        while let Some(event) = self.receiver.poll() {
            match event {
                Event::Warning(warning) => {
                    assert!(self.is_forged, "{warning}");
                    self.look_again = true;
                }
                Event::Object { hash, .. } => {
                    self.verified = Some(hash);
                    let true_bytes = self.edition.objects.iter();
                    let mut true_bytes = true_bytes.map(|(_, bytes)| bytes);
                    let true_bytes = true_bytes.find(|b| ObjectHash::of(b) == hash).unwrap();
                    let store = self.receiver.store_mut();
                    match store.get(Name::Object(hash)).unwrap() {
                        Some(bytes) => assert!(bytes == *true_bytes, "{hash} is not itself"),
                        None => assert!(store.dropped.contains_key(&hash)),
                    }
                }
                _ => {}
            }
        }
    }

    /// Receives again all that can be decoded, until there is nothing left.
    fn settle(&mut self) {
        self.give_up();
        for _ in 0..60 {
            let ready = self.receiver.ready();
            if ready.is_empty() {
                return;
            }
            for block in ready {
                self.receiver.call_back(block);
                self.called.push(block);
            }
            self.replay(0..self.recording.len());
            self.give_up();
            self.check();
        }
        panic!("blocks are ready again and again");
    }

    fn is_complete(&self) -> bool {
        let status = self.receiver.status();
        status.first().is_some_and(|status| status.is_complete())
    }

    /// Receives an object once more; a second time if what is forged has spoilt it.
    fn reopen(&mut self, hash: ObjectHash, bytes: &[u8]) -> bool {
        for _ in 0..2 {
            self.receiver.store_mut().export = Some((hash, Vec::new()));
            self.verified = None;
            let blocks = self.receiver.reopen(hash).unwrap();
            assert!(!blocks.is_empty());
            assert!(self.is_complete(), "reopened is complete");
            for block in blocks {
                self.receiver.call_back(block);
                self.replay(0..self.recording.len());
                self.receiver.settle(block).unwrap();
                self.check();
            }
            self.receiver.close(hash);
            let (_, exported) = self.receiver.store_mut().export.take().unwrap();
            if self.verified == Some(hash) {
                assert!(exported == *bytes, "{hash} came as something else");
                return true;
            }
            assert!(self.receiver.is_spoilt(hash));
        }
        false
    }

    /// Objects whose bytes were dropped come once more, and are themselves.
    fn reopen_all(&mut self) {
        let objects: Vec<Vec<u8>> = self.edition.objects.iter().map(|o| o.1.clone()).collect();
        for bytes in objects {
            let hash = ObjectHash::of(&bytes);
            if !self.receiver.store_mut().dropped.contains_key(&hash) {
                continue;
            }
            assert!(self.reopen(hash, &bytes), "{hash} does not come again");
        }
    }
}

/// The recording: true packets without some, forged ones among them, lists.
fn packets(publisher: &Publisher, edition: &Edition, seed: u64, forged: usize) -> Vec<Vec<u8>> {
    let mut random = Random(seed);
    let runs = edition.runs(0, 0.3);
    let lists = publisher.lists(edition.number, &runs);
    let is_big = |run: &[u8]| run.len() >= 1_256;
    let mut packets: Vec<Vec<u8>> = Vec::new();
    for run in runs {
        if is_big(&run) && random.below(100) < forged {
            let mut forged = run.clone();
            forged[500] ^= 1;
            packets.push(forged);
        }
        if !is_big(&run) || random.below(100) >= 10 {
            packets.push(run);
        }
    }
    packets.extend(lists);
    // In order, in order but for neighbours, or in none.
    match random.below(3) {
        0 => {}
        1 => packets
            .chunks_mut(300)
            .for_each(|near| random.shuffle(near)),
        _ => random.shuffle(&mut packets),
    }
    let at = random.below(packets.len() / 3);
    packets.insert(at, edition.head_packet());
    packets
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_by_letting_go(
        seed in any::<u64>(),
        is_small in any::<bool>(),
        drops in prop::sample::select(vec![0usize, 50, 100]),
        wipes in any::<bool>(),
        forged in prop::sample::select(vec![0usize, 0, 2]),
        pictures in prop::sample::select(vec![
            vec![900_000], vec![2_600_000], vec![1_100_000, 1_700_000], vec![300_000, 3_500_000],
        ]),
    ) {
        let publisher = Publisher::new(31);
        let edition = publisher.edition(2, &["one"], &pictures);
        let packets = packets(&publisher, &edition, seed, forged);
        // Only small stores drop anything.
        let drops = if is_small { drops } else { 0 };
        let store = Forgetful::new(Habits { is_small, drops, wipes }, seed);
        let receiver = Receiver::open(store, vec![publisher.public()]).unwrap();
        let mut reader = Reader {
            publisher,
            edition,
            receiver,
            recording: Vec::new(),
            random: Random(seed),
            called: Vec::new(),
            look_again: false,
            is_forged: forged > 0,
            verified: None,
        };
        let mut rest = packets.as_slice();
        while !rest.is_empty() {
            let count = (1 + reader.random.below(400)).min(rest.len());
            let (now, later) = rest.split_at(count);
            rest = later;
            reader.record(now);
            reader.check();
            for _ in 0..reader.random.below(3) {
                reader.stir();
            }
        }
        reader.settle();
        for _ in 0..4 {
            if reader.look_again && !reader.is_complete() {
                let all = reader.recording.clone();
                reader.receiver.end_recording().unwrap();
                reader.receiver.push(&all).unwrap();
                reader.check();
                reader.settle();
            }
        }
        prop_assert!(reader.is_complete(), "{:?}", reader.receiver.status());
        reader.reopen_all();
        prop_assert!(reader.is_complete());
    }
}

/// A publisher, an edition with one picture, and the picture's runs, block by block.
fn picture(size: usize) -> (Publisher, Edition, Vec<Vec<Vec<u8>>>) {
    let publisher = Publisher::new(32);
    let edition = publisher.edition(1, &["one"], &[size]);
    let mut blocks = vec![Vec::new(); size.div_ceil(400_000)];
    for run in edition.runs(0, 0.05) {
        if run.len() >= 1_256 {
            blocks[usize::from(run[9])].push(run);
        }
    }
    (publisher, edition, blocks)
}

/// A receiver that has everything but the picture, and its group hashes unless they come later.
fn all_but_the_picture(
    publisher: &Publisher,
    edition: &Edition,
    habits: Habits,
    later: &[Vec<u8>],
) -> Receiver<Forgetful> {
    let store = Forgetful::new(habits, 1);
    let mut receiver = Receiver::open(store, vec![publisher.public()]).unwrap();
    receiver.push_packet(&edition.head_packet()).unwrap();
    for run in edition.runs(0, 0.05) {
        if run.len() < 1_256 && !later.contains(&run) {
            receiver.push_packet(&run).unwrap();
        }
    }
    receiver
}

fn push(receiver: &mut Receiver<Forgetful>, runs: &[Vec<u8>]) {
    for run in runs {
        receiver.push_packet(run).unwrap();
    }
}

fn block(receiver: &Receiver<Forgetful>, sbn: u8) -> BlockOf {
    let mut kept = receiver.kept().into_iter();
    kept.find(|block| block.sbn == sbn).unwrap()
}

fn is_complete(receiver: &Receiver<Forgetful>) -> bool {
    receiver.status()[0].is_complete()
}

fn has_warned(receiver: &mut Receiver<Forgetful>) -> bool {
    let mut events = std::iter::from_fn(|| receiver.poll());
    events.any(|event| matches!(event, Event::Warning(_)))
}

const KEEPS: Habits = Habits {
    is_small: true,
    drops: 0,
    wipes: true,
};
const DROPS: Habits = Habits {
    drops: 100,
    ..KEEPS
};

#[test]
fn group_hashes_may_come_after_blocks_that_are_whole() {
    let (publisher, edition, blocks) = picture(3_000_000);
    let groups = edition.objects.iter().find(|(_, bytes)| bytes.len() == 96);
    let id = ObjectHash::of(&groups.unwrap().1).id().0;
    let mut later = edition.runs(0, 0.05);
    later.retain(|run| run[1..9] == id);
    for habits in [KEEPS, DROPS] {
        let mut receiver = all_but_the_picture(&publisher, &edition, habits, &later);
        blocks[1..].iter().for_each(|b| push(&mut receiver, b));
        push(&mut receiver, &later);
        push(&mut receiver, &blocks[0]);
        assert!(is_complete(&receiver));
        assert!(!has_warned(&mut receiver));
    }
}

#[test]
fn proven_bytes_that_come_again_are_proven_again() {
    let (publisher, edition, blocks) = picture(1_500_000);
    let mut receiver = all_but_the_picture(&publisher, &edition, KEEPS, &[]);
    // All of the first group, and not all of the third block, which goes on behind it.
    push(&mut receiver, &blocks[0]);
    push(&mut receiver, &blocks[1]);
    push(&mut receiver, &blocks[2][..250]);
    let third = block(&receiver, 2);
    receiver.let_go(third).unwrap();
    receiver.call_back(third);
    let mut forged = blocks[2][0].clone();
    forged[500] ^= 1;
    push(&mut receiver, &[forged]);
    push(&mut receiver, &blocks[2]);
    push(&mut receiver, &blocks[3]);
    assert!(has_warned(&mut receiver));
    assert!(!is_complete(&receiver));
    let all = edition.runs(0, 0.05);
    push(&mut receiver, &publisher.lists(1, &all));
    push(&mut receiver, &all);
    assert!(is_complete(&receiver));
    let (_, bytes) = edition
        .objects
        .iter()
        .find(|o| o.1.len() == 1_500_000)
        .unwrap();
    let name = Name::Object(ObjectHash::of(bytes));
    assert!(receiver.store_mut().get(name).unwrap().as_ref() == Some(bytes));
}

#[test]
fn a_block_that_waits_for_another_is_told_when_that_is_whole() {
    let (publisher, edition, blocks) = picture(1_000_000);
    let mut receiver = all_but_the_picture(&publisher, &edition, KEEPS, &[]);
    push(&mut receiver, &blocks[1][..1]);
    let second = block(&receiver, 1);
    receiver.let_go(second).unwrap();
    push(&mut receiver, &blocks[1]);
    assert!(receiver.ready().is_empty());
    push(&mut receiver, &blocks[0]);
    push(&mut receiver, &blocks[2]);
    let ready = receiver.ready();
    assert_eq!(ready.len(), 1);
    receiver.call_back(ready[0]);
    push(&mut receiver, &blocks[1]);
    assert!(is_complete(&receiver));
}

#[test]
fn a_block_that_was_called_back_stays_until_it_is_whole() {
    let (publisher, edition, blocks) = picture(1_150_000);
    let mut receiver = all_but_the_picture(&publisher, &edition, DROPS, &[]);
    // Of the third block all that is in the first group, and not all behind that.
    let third = [&blocks[2][..250], &blocks[2][253..]].concat();
    push(&mut receiver, &third[..1]);
    let let_go = block(&receiver, 2);
    receiver.let_go(let_go).unwrap();
    push(&mut receiver, &third);
    push(&mut receiver, &blocks[0]);
    push(&mut receiver, &blocks[1]);
    let ready = receiver.ready();
    assert_eq!(ready.len(), 1);
    receiver.call_back(ready[0]);
    push(&mut receiver, &third);
    // A few more symbols would make it easier; nobody knows that none come.
    assert!(!is_complete(&receiver));
    receiver.settle(ready[0]).unwrap();
    assert!(is_complete(&receiver));
}

#[test]
fn what_comes_while_a_block_is_called_back_counts() {
    let (publisher, edition, blocks) = picture(300_000);
    let mut receiver = all_but_the_picture(&publisher, &edition, KEEPS, &[]);
    let (first, second) = blocks[0].split_at(120);
    push(&mut receiver, first);
    let only = block(&receiver, 0);
    receiver.let_go(only).unwrap();
    receiver.call_back(only);
    push(&mut receiver, second);
    receiver.let_go(only).unwrap();
    assert_eq!(receiver.ready().len(), 1);
    receiver.call_back(only);
    push(&mut receiver, &blocks[0]);
    assert!(is_complete(&receiver));
}

#[test]
fn only_what_is_complete_is_opened_again_and_closed() {
    let (publisher, edition, blocks) = picture(500_000);
    let mut receiver = all_but_the_picture(&publisher, &edition, DROPS, &[]);
    let (_, bytes) = edition
        .objects
        .iter()
        .find(|o| o.1.len() == 500_000)
        .unwrap();
    let hash = ObjectHash::of(bytes);
    push(&mut receiver, &blocks[0]);
    assert!(receiver.reopen(hash).unwrap().is_empty());
    receiver.close(hash);
    assert!(!is_complete(&receiver));
    push(&mut receiver, &blocks[1]);
    assert!(is_complete(&receiver));
    assert_eq!(receiver.reopen(hash).unwrap().len(), 2);
    push(&mut receiver, &blocks[0]);
    receiver.save().unwrap();
    receiver.close(hash);
    let store = receiver.store_mut();
    for name in [Name::Part(hash), Name::Repair(hash), Name::State(hash)] {
        assert!(!store.has(name).unwrap(), "{name:?} is left");
    }
    assert!(is_complete(&receiver));
}
