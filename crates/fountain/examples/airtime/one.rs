//! One object, really encoded, lost, stored and decoded.

use fountain::{
    Arrival, BlockEncoder, BlockState, Carousel, CarouselObject, DEFAULT_MAX_BLOCK,
    MAX_BLOCK_BYTES, MAX_PACKET_BYTES, MAX_SYMBOL_BYTES, Oti, RUN_HEADER_BYTES, Rate, Schedule,
    decode_block,
};

use crate::edition::primary;
use crate::random::Random;

pub(crate) fn table() {
    println!(
        "\n| one object, real decoding | loss | over the limit | symbols over K | decodes | mark |"
    );
    println!("|---|---|---|---|---|---|");
    for bytes in [20_000_000, 100_000_000] {
        for loss in [0.0, 0.05, 0.2, 0.5] {
            run(bytes, DEFAULT_MAX_BLOCK, loss, 1);
        }
    }
    println!("seed 1; bytes of data packets, headers and padding included");
}

pub(crate) fn block_sizes() {
    println!("\n| 100 MB in blocks | loss | over the limit | symbols over K | decodes | mark |");
    println!("|---|---|---|---|---|---|");
    for max_block in [
        4 << 20,
        8 << 20,
        DEFAULT_MAX_BLOCK,
        40 << 20,
        MAX_BLOCK_BYTES,
    ] {
        println!("| at most {} MiB ||||||", max_block >> 20);
        for loss in [0.2, 0.5] {
            run(100_000_000, max_block, loss, 1);
        }
    }
}

fn run(bytes: usize, max_block: u32, loss: f64, seed: u64) {
    let mut random = Random::new(seed);
    let mut object = vec![0; bytes];
    random.fill(&mut object);
    let oti = Oti::for_size(bytes as u64, MAX_SYMBOL_BYTES, max_block).unwrap();
    let block_bytes = |sbn: u8| {
        let block = oti.block(sbn).unwrap();
        let start = block.offset() as usize;
        &object[start..start + block.len() as usize]
    };
    let encoders: Vec<BlockEncoder<'_>> = (0..oti.blocks())
        .map(|sbn| BlockEncoder::new(&oti, sbn, block_bytes(sbn)).unwrap())
        .collect();
    let on_air = [CarouselObject {
        oti,
        rate: Rate::Bulk(1.0),
        sent: Vec::new(),
    }];
    let mut carousel =
        Carousel::new(&on_air, primary(), Schedule::DEFAULT, MAX_PACKET_BYTES).unwrap();
    let mut states: Vec<BlockState> = oti.iter_blocks().map(|b| BlockState::new(&b)).collect();
    let mut stores: Vec<Vec<(u32, Vec<u8>)>> = vec![Vec::new(); states.len()];
    let mut done = vec![false; states.len()];
    let (mut sent, mut packets, mut lost, mut tries) = (0usize, 0.0, 0.0, 0);
    while done.iter().any(|d| !d) {
        let slot = carousel.next_slot();
        let sbn = usize::from(slot.sbn);
        sent += RUN_HEADER_BYTES + slot.count as usize * usize::from(oti.symbol_size());
        packets += 1.0;
        if random.unit() < loss {
            lost += 1.0;
            continue;
        }
        if done[sbn] {
            continue;
        }
        for esi in slot.esi..slot.esi + slot.count {
            let mut symbol = Vec::new();
            encoders[sbn].symbol(esi, &mut symbol).unwrap();
            assert_eq!(states[sbn].insert(esi), Arrival::New);
            stores[sbn].push((esi, symbol));
        }
        if states[sbn].ready() {
            tries += 1;
            let symbols = stores[sbn].iter().map(|(esi, s)| (*esi, s.as_slice()));
            match decode_block(&oti, slot.sbn, symbols) {
                Some(decoded) => {
                    assert!(decoded == block_bytes(slot.sbn), "decoded wrong bytes");
                    done[sbn] = true;
                    stores[sbn] = Vec::new();
                }
                None => states[sbn].failed(),
            }
        }
    }
    let real = lost / packets;
    let over = sent as f64 * (1.0 - real) / bytes as f64;
    let spare: u32 = states
        .iter()
        .map(|s| s.distinct() - s.source_symbols())
        .sum();
    let percent = real * 100.0;
    let blocks = oti.blocks();
    println!(
        "| {} MB, Z = {blocks} | {percent:.2} % | {over:.4} | {spare} | {tries} | 1.03 |",
        bytes / 1_000_000
    );
}
