//! How fast blocks are encoded and decoded, in seconds of this thread on a core (Linux): other
//! programs on the machine only count by what they do to the caches.

#![allow(
    clippy::disallowed_methods,
    reason = "a measurement reads the time that it took"
)]

use fountain::{
    BlockEncoder, BlockState, EncodingPlan, MAX_SYMBOL_BYTES, Oti, decode_block, source_symbols,
};

use crate::random::Random;

pub(crate) fn table() {
    println!(
        "\n| block | K | plan | encode | repair | copy | decode, 5 % lost | 20 % | 50 % | all |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for bytes in [
        60_000, 1_000_000, 8_000_000, 20_000_000, 40_000_000, 67_000_000,
    ] {
        row(bytes);
    }
    println!(
        "MB/s of block bytes; encode with a plan at hand; decode from symbols in memory; T = 1256; seed 1"
    );
}

/// The time that this thread has had a core.
fn core_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds: f64 = text.split(' ').next().unwrap().parse().unwrap();
    nanoseconds / 1e9
}

fn row(bytes: usize) {
    let mut object = vec![0; bytes];
    Random::new(1).fill(&mut object);
    let oti = Oti::new(bytes as u64, MAX_SYMBOL_BYTES, 1).unwrap();
    let block = oti.block(0).unwrap();
    let k = block.symbols();
    let rounds = (40_000_000 / bytes).max(1);
    let rate = |work: &mut dyn FnMut()| {
        let start = core_seconds();
        (0..rounds).for_each(|_| work());
        (bytes * rounds) as f64 / (core_seconds() - start) / 1e6
    };
    let mut plan = EncodingPlan::new(k).unwrap();
    let planning = rate(&mut || plan = EncodingPlan::new(k).unwrap());
    let mut encoder = BlockEncoder::with_plan(&oti, 0, &object, &plan).unwrap();
    let encoding = rate(&mut || {
        encoder = BlockEncoder::with_plan(&oti, 0, &object, &plan).unwrap();
    });
    let mut repair = Vec::new();
    let repairing = rate(&mut || {
        repair.clear();
        encoder.repair(k, k + 8, &mut repair).unwrap();
    });
    let mut source = Vec::new();
    let copying = rate(&mut || {
        source.clear();
        source_symbols(&block, &object, 0, k, &mut source).unwrap();
    });
    let size = usize::from(oti.symbol_size());
    let decoding = [0.05, 0.2, 0.5, 1.0].map(|loss| {
        let mut random = Random::new(2);
        let kept = source
            .chunks(size)
            .zip(0..)
            .filter(|_| random.unit() >= loss);
        let symbols: Vec<(u32, &[u8])> = kept
            .chain(repair.chunks(size).zip(k..))
            .map(|(symbol, esi)| (esi, symbol))
            .collect();
        rate(&mut || {
            let mut state = BlockState::new(&block);
            loop {
                let wanted = state.missing();
                let here = state.distinct();
                (here..here + wanted).for_each(|i| {
                    state.insert(symbols[i as usize].0);
                });
                let held = symbols.iter().take(state.distinct() as usize).copied();
                match decode_block(&oti, 0, held) {
                    Some(decoded) => break assert!(decoded == object),
                    None => state.failed(),
                }
            }
        })
    });
    let [a, b, c, d] = decoding;
    println!(
        "| {:.2} MB | {k} | {planning:.0} | {encoding:.0} | {repairing:.0} | {copying:.0} | {a:.0} | {b:.0} | {c:.0} | {d:.0} |",
        bytes as f64 / 1e6
    );
}
