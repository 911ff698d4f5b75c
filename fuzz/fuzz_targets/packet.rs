//! Any bytes as a packet, against the parameters of any object, up to the decoder.

#![no_main]

use fountain::{
    Arrival, BlockState, ObjectId, Oti, Packet, Pool, Run, Slice, decode_block, run_hash,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = Packet::parse(data);

    // Parameters, and then packets with a length byte each: a small recording of one object.
    let Some((parameters, mut rest)) = data.split_first_chunk::<8>() else {
        return;
    };
    let [a, b, c, size, half, z, slice, units] = *parameters;
    let length = u64::from_be_bytes([0, 0, 0, 0, 0, a & 1, b, c]);
    let symbol_size = u16::from(size) << (half & 3) << 3;
    let _ = Slice::new(slice, units);
    let Ok(oti) = Oti::new(length, symbol_size, z) else {
        return;
    };
    let mut pool = Pool::new(4096);
    let mut states: Vec<BlockState> = oti.iter_blocks().map(|b| BlockState::new(&b)).collect();
    let mut stored: Vec<Vec<(u32, &[u8])>> = vec![Vec::new(); states.len()];
    while let Some((&length, tail)) = rest.split_first() {
        let (packet, tail) = tail.split_at(tail.len().min(usize::from(length) * 4));
        rest = tail;
        let Ok(Packet::Run(run)) = Packet::parse(packet) else {
            continue;
        };
        pool.insert(run.object, packet);
        let mut again = Vec::new();
        Run::write(&run, &mut again).expect("what was read can be written");
        assert_eq!(run_hash(&again), run_hash(packet));
        let Ok(symbols) = run.check(&oti) else {
            continue;
        };
        let sbn = usize::from(run.sbn);
        for (esi, symbol) in symbols.iter() {
            assert_eq!(symbol.len(), usize::from(symbol_size));
            if states[sbn].insert(esi) == Arrival::New {
                stored[sbn].push((esi, symbol));
            }
        }
    }
    for (block, (mut state, symbols)) in oti.iter_blocks().zip(states.into_iter().zip(stored)) {
        if state.ready() {
            match decode_block(&oti, block.sbn(), symbols) {
                Some(bytes) => assert_eq!(bytes.len(), block.len() as usize),
                None => state.failed(),
            }
        }
        let mut saved = Vec::new();
        state.to_bytes(&mut saved);
        assert_eq!(BlockState::from_bytes(&block, &saved), Ok(state));
        let _ = BlockState::from_bytes(&block, data);
    }
    let _ = pool.take(ObjectId([0; 8]));
});
