//! The mixed edition at random loss, heard from the start.

use fountain::{Carousel, MAX_PACKET_BYTES, Schedule};

use crate::edition::{Listener, is_repeated, mixed, packet_bytes, primary, size};
use crate::random::{Random, quantile};

const SEEDS: u64 = 20;

pub(crate) fn table(schedule: Schedule) {
    println!("\n| mixed edition, loss | over the limit, median | 90th percentile | mark |");
    println!("|---|---|---|---|");
    for (loss, mark) in [(0.0, "–"), (0.05, "1.06"), (0.2, "1.09"), (0.5, "1.13")] {
        let runs: Vec<[f64; 2]> = (0..SEEDS).map(|s| run(schedule, loss, s)).collect();
        let over: Vec<f64> = runs.iter().map(|r| r[0]).collect();
        let real = runs.iter().map(|r| r[1]).sum::<f64>() / SEEDS as f64;
        let (median, high) = (quantile(&over, 0.5), quantile(&over, 0.9));
        println!(
            "| {:.2} % | {median:.4} | {high:.4} | {mark} |",
            real * 100.0
        );
    }
    println!("seeds 0..{SEEDS}; repeats of front and text after they are complete counted apart");
}

/// Over the limit, and the loss that happened.
fn run(schedule: Schedule, loss: f64, seed: u64) -> [f64; 2] {
    let objects = mixed();
    let mut random = Random::new(seed);
    let mut carousel = Carousel::new(&objects, primary(), schedule, MAX_PACKET_BYTES).unwrap();
    let mut listener = Listener::new(&objects);
    let (mut bytes, mut sent, mut lost) = (0.0, 0.0, 0.0);
    while !listener.has_all() {
        let slot = carousel.next_slot();
        if is_repeated(&objects[slot.object]) && !listener.wants(slot.object) {
            continue;
        }
        bytes += packet_bytes(&objects, &slot);
        sent += 1.0;
        if random.unit() < loss {
            lost += 1.0;
        } else {
            listener.hear(&slot);
        }
    }
    let real = lost / sent;
    [bytes * (1.0 - real) / size(&objects), real]
}
