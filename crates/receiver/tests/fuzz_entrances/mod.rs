//! The hostile entrance of this crate, for `fuzz/fuzz_targets` and for `fuzz_replay.rs`. It panics
//! where bytes are taken that should not be.

use edition::{ObjectHash, PublicKey};
use receiver::{MemoryStore, Name, Receiver, Replay, Store};

/// The root key that is trusted: that of the editions in the corpus.
pub(crate) const TRUSTED: PublicKey = PublicKey([
    0x62, 0xa6, 0x11, 0xb4, 0x72, 0xd8, 0x9b, 0x0e, 0x5f, 0xc9, 0x3c, 0x06, 0x9b, 0x9f, 0x70, 0x0b,
    0x4c, 0x55, 0x2d, 0x55, 0xbc, 0x0e, 0x87, 0xb5, 0x60, 0x08, 0xef, 0x17, 0xb6, 0xb2, 0xbe, 0xbe,
]);

/// What a store may hold besides what has come: lists, heads and states of few objects.
const MOST_MORE: usize = 1 << 20;

/// Bytes of any recording. The first byte chooses how the rest is cut, the bits of the second after
/// which pieces all blocks are let go. What is complete is what it was signed for. Gives how many
/// editions are complete.
pub(crate) fn receiver(data: &[u8]) -> usize {
    const NEVER: &str = "a store in memory has no errors";
    let [cut, habit, recording @ ..] = data else {
        return 0;
    };
    let mut receiver = Receiver::open(MemoryStore::new(), vec![TRUSTED]).expect(NEVER);
    for (at, piece) in recording.chunks((usize::from(*cut) + 1) * 16).enumerate() {
        receiver.push(piece).expect(NEVER);
        if habit >> (at % 8) & 1 == 1 {
            for block in receiver.kept() {
                receiver.let_go(block).expect(NEVER);
            }
        }
    }
    receiver.end_recording().expect(NEVER);
    // Manifests lead to indexes, and those to objects.
    for _ in 0..4 {
        let ready = receiver.ready();
        for block in &ready {
            receiver.call_back(*block);
        }
        let mut replay = Replay::new(0);
        receiver.replay(&mut replay, recording).expect(NEVER);
        receiver.end_replay(replay).expect(NEVER);
        for block in ready {
            receiver.settle(block).expect(NEVER);
            receiver.let_go(block).expect(NEVER);
        }
    }
    let indexes = receiver.editions().into_iter().flat_map(|(_, i)| i);
    let objects: Vec<ObjectHash> = indexes.flat_map(|i| &i.objects).map(|o| o.hash).collect();
    let complete = receiver.status().iter().filter(|s| s.is_complete()).count();
    let store = receiver.store_mut();
    for object in objects {
        if let Some(bytes) = store.get(Name::Object(object)).expect(NEVER) {
            assert_eq!(ObjectHash::of(&bytes), object);
        }
    }
    assert!(store.bytes() <= 4 * data.len() + MOST_MORE);
    // Whoever goes on from there finds what there was.
    let receiver = Receiver::open(store.clone(), vec![TRUSTED]).expect(NEVER);
    let again = receiver.status().iter().filter(|s| s.is_complete()).count();
    assert_eq!(again, complete);
    complete
}
