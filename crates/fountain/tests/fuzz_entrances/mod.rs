//! The hostile entrances of this crate, one function each, for `fuzz/fuzz_targets` and for
//! `fuzz_replay.rs`. They panic where bytes are taken that should not be.

use fountain::{
    Arrival, BlockState, LIST_DOMAIN, ListBuilder, ListedRuns, MAX_PACKET_BYTES, ObjectId, Oti,
    Packet, Pool, Run, Slice, decode_block, run_hash,
};

/// Any bytes as a packet, against the parameters of any object, up to the decoder.
pub(crate) fn packet(data: &[u8]) {
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
        // What is before the symbols, and symbols of a multiple of eight bytes.
        let length = usize::from(length) * 8 + 5;
        let (packet, tail) = tail.split_at(tail.len().min(length));
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
}

/// Any bytes as a list; a list that is read is what its builder would have written.
pub(crate) fn list(data: &[u8]) {
    let mut packet = vec![3];
    packet.extend_from_slice(data);
    let Ok(Packet::List(list)) = Packet::parse(&packet) else {
        return;
    };
    assert!(list.entries().len() > 0);
    let signed = list.signed_bytes();
    assert!(signed.starts_with(LIST_DOMAIN));
    assert_eq!(signed[LIST_DOMAIN.len()..], packet[..packet.len() - 64]);
    assert!(list.verify(|_, _| false).is_err());
    let verified = list.verify(|_, _| true).expect("the verifier said yes");
    let mut listed = ListedRuns::new(50);
    listed.add(&verified);
    assert!(listed.len() <= 50 && !listed.is_empty());

    let builder = ListBuilder::new(
        list.publisher(),
        list.edition(),
        list.key(),
        list.certificate(),
        MAX_PACKET_BYTES,
    )
    .expect("it was read, so it fits");
    assert!(list.entries().len() <= builder.capacity());
}
