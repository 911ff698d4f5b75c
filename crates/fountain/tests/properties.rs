//! What must always hold, whatever comes in whatever order.

#![allow(clippy::unwrap_used, reason = "tests may")]

use fountain::{
    Arrival, BlockEncoder, BlockState, ESI_END, Error, ObjectId, Oti, Packet, Run, Slice,
    decode_block, source_symbols, write_run_header,
};
use proptest::prelude::*;

/// The object of a test: bytes that depend on the seed alone.
fn object(len: usize, seed: u64) -> Vec<u8> {
    let mut bytes = vec![0; len];
    let mut hash = blake3::Hasher::new();
    hash.update(&seed.to_be_bytes());
    hash.finalize_xof().fill(&mut bytes);
    bytes
}

/// A block's bytes within its object.
fn block_bytes<'a>(oti: &Oti, sbn: u8, object: &'a [u8]) -> &'a [u8] {
    let block = oti.block(sbn).unwrap();
    let start = block.offset() as usize;
    &object[start..start + block.len() as usize]
}

/// Receives symbols in this order until a decode works.
fn receive(oti: &Oti, sbn: u8, symbols: &[(u32, Vec<u8>)]) -> Option<(Vec<u8>, u32)> {
    let block = oti.block(sbn).unwrap();
    let mut state = BlockState::new(&block);
    let mut stored: Vec<(u32, &[u8])> = Vec::new();
    for (esi, symbol) in symbols {
        if state.insert(*esi) == Arrival::New {
            stored.push((*esi, symbol));
        }
        if state.ready() {
            match decode_block(oti, sbn, stored.iter().copied()) {
                Some(bytes) => return Some((bytes, state.distinct())),
                None => state.failed(),
            }
        }
    }
    None
}

fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed | 1;
    for i in (1..items.len()).rev() {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        items.swap(i, (state >> 33) as usize % (i + 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any subset that suffices, in any order, of the slices of two senders and the source
    /// symbols of one, gives the same bytes.
    #[test]
    fn any_mixture_that_suffices_decodes(
        len in 1usize..40_000,
        size in 1u16..=157,
        blocks in 1u8..=3,
        seed in any::<u64>(),
        shares in (0u32..=10, 0u32..=10),
    ) {
        let Ok(oti) = Oti::new(len as u64, size * 8, blocks) else { return Ok(()) };
        prop_assume!(oti.total_symbols() <= 1500);
        let object = object(len, seed);
        for sbn in 0..blocks {
            let block = oti.block(sbn).unwrap();
            let k = block.symbols();
            let bytes = block_bytes(&oti, sbn, &object);
            let encoder = BlockEncoder::new(&oti, sbn, bytes).unwrap();
            let mut symbols = Vec::new();
            let mut push = |esi| {
                let mut symbol = Vec::new();
                encoder.symbol(esi, &mut symbol).unwrap();
                symbols.push((esi, symbol));
            };
            (0..k * shares.0 / 10).for_each(&mut push);
            let first = Slice::new(0, 1).unwrap().esis(&block).start;
            let second = Slice::new((seed % 256) as u8, 1).unwrap().esis(&block).start;
            (first..first + k * shares.1 / 10).for_each(&mut push);
            (second..second + k + 8).for_each(&mut push);
            shuffle(&mut symbols, seed);
            let (decoded, used) = receive(&oti, sbn, &symbols).expect("enough symbols");
            prop_assert_eq!(decoded, bytes);
            prop_assert!(used <= k + 6, "{used} symbols for {k}");
        }
    }

    /// Source symbols need no encoder and are what the encoder gives.
    #[test]
    fn source_symbols_are_slices(len in 1usize..20_000, size in 1u16..=157, seed in any::<u64>()) {
        let Ok(oti) = Oti::for_size(len as u64, size * 8, 10_000) else { return Ok(()) };
        let object = object(len, seed);
        let mut joined = Vec::new();
        for block in oti.iter_blocks() {
            let bytes = block_bytes(&oti, block.sbn(), &object);
            let mut symbols = Vec::new();
            let half = block.symbols() / 2;
            source_symbols(&block, bytes, 0, half, &mut symbols).unwrap();
            source_symbols(&block, bytes, half, block.symbols() - half, &mut symbols).unwrap();
            prop_assert_eq!(symbols.len(), block.symbols() as usize * usize::from(oti.symbol_size()));
            prop_assert!(symbols[block.len() as usize..].iter().all(|&b| b == 0));
            joined.extend_from_slice(&symbols[..block.len() as usize]);
            prop_assert!(source_symbols(&block, bytes, half, block.symbols(), &mut symbols).is_err()
                || half == 0);
        }
        prop_assert_eq!(joined, object);
    }

    /// Nothing that a run claims gets past the check but symbols of a block that exists.
    #[test]
    fn checked_runs_are_within_their_block(
        len in 1u64..200_000,
        size in 1u16..=157,
        sbn in any::<u8>(),
        esi in prop_oneof![0u32..300, 0u32..ESI_END, ESI_END - 200..ESI_END],
        payload in 0usize..1263,
    ) {
        let Ok(oti) = Oti::for_size(len, size * 8, 50_000) else { return Ok(()) };
        let payload = vec![7; payload];
        let mut packet = Vec::new();
        write_run_header(ObjectId([3; 8]), sbn, esi, &mut packet);
        packet.extend_from_slice(&payload);
        let Ok(Packet::Run(run)) = Packet::parse(&packet) else {
            prop_assert!(payload.is_empty() || payload.len() % 8 != 0);
            return Ok(());
        };
        prop_assert_eq!(run, Run { object: ObjectId([3; 8]), sbn, esi, payload: &payload });
        if let Ok(symbols) = run.check(&oti) {
            let k = oti.block(sbn).unwrap().symbols();
            let last = symbols.first_esi() + symbols.count() - 1;
            prop_assert!(last < ESI_END);
            prop_assert_eq!(symbols.is_source(), last < k);
            prop_assert_eq!(symbols.is_source(), symbols.first_esi() < k);
            let mut count = 0;
            for (i, (esi, symbol)) in symbols.iter().enumerate() {
                prop_assert_eq!(esi, symbols.first_esi() + i as u32);
                prop_assert_eq!(symbol.len(), usize::from(oti.symbol_size()));
                count += 1;
            }
            prop_assert_eq!(count, symbols.count());
            let mut again = Vec::new();
            run.write(&mut again).unwrap();
            prop_assert_eq!(again, packet);
        }
    }

    /// Any bytes at all at the door.
    #[test]
    fn noise_does_not_panic(noise in prop::collection::vec(any::<u8>(), 0..1300), kind in 0u8..5) {
        let _ = Packet::parse(&noise);
        let mut packet = noise;
        if let Some(first) = packet.first_mut() {
            *first = kind;
        }
        if let Ok(Packet::List(list)) = Packet::parse(&packet) {
            prop_assert!(list.entries().len() > 0);
            prop_assert!(list.verify(|_, _| false).is_err());
        }
    }

    /// Forged symbols of any ESI and length: wrong bytes or none, never a panic.
    #[test]
    fn forged_symbols_do_not_panic(
        k in 1u32..120,
        blocks in 1u8..3,
        sbn in 0u8..4,
        esis in prop::collection::vec(prop_oneof![0u32..150, any::<u32>()], 0..400),
        odd in 0usize..20,
    ) {
        let Ok(oti) = Oti::new(u64::from(k) * 16, 16, blocks) else { return Ok(()) };
        let symbols = esis.iter().enumerate().map(|(i, &esi)| {
            let len = if odd != 0 && i % odd == 0 { i % 40 } else { 16 };
            (esi, vec![i as u8; len])
        });
        if let Some(bytes) = decode_block(&oti, sbn, symbols) {
            prop_assert_eq!(bytes.len(), oti.block(sbn).unwrap().len() as usize);
        }
    }
}

#[test]
fn too_few_symbols_are_not_tried() {
    let oti = Oti::new(800, 8, 1).unwrap();
    let symbols = (0..99).map(|esi| (esi, vec![0; 8]));
    assert_eq!(decode_block(&oti, 0, symbols), None);
    let same = (0..500).map(|_| (5, vec![0; 8]));
    assert_eq!(decode_block(&oti, 0, same), None);
    let endless = (0..).map(|esi| (esi, vec![0; 8]));
    assert!(decode_block(&oti, 0, endless).is_some());
}

#[test]
fn encoder_refuses_what_does_not_fit() {
    let oti = Oti::new(1000, 16, 1).unwrap();
    let bytes = vec![1; 1000];
    assert!(matches!(
        BlockEncoder::new(&oti, 0, &bytes[1..]),
        Err(Error::BlockLength { .. })
    ));
    assert!(matches!(
        BlockEncoder::new(&oti, 1, &bytes),
        Err(Error::NoSuchBlock { .. })
    ));
    let encoder = BlockEncoder::new(&oti, 0, &bytes).unwrap();
    let mut out = Vec::new();
    assert!(encoder.repair(0, 1, &mut out).is_err());
    assert!(encoder.repair(ESI_END - 1, 2, &mut out).is_err());
    assert!(encoder.symbol(ESI_END, &mut out).is_err());
    assert!(encoder.repair(u32::MAX, u32::MAX, &mut out).is_err());
    assert!(out.is_empty());
    encoder.repair(ESI_END - 100, 100, &mut out).unwrap();
    assert_eq!(out.len(), 1600);
}
