//! The mixed edition in bursts of loss, joined at a random moment, everything counted: heads,
//! lists with their certificates, repeats of front and text.

use fountain::{Carousel, MAX_HEAD_PACKET_BYTES, MAX_PACKET_BYTES, Schedule};

use crate::edition::{Listener, mixed, packet_bytes, primary, size};
use crate::random::{Random, quantile};

const SEEDS: u64 = 20;
/// Bytes a second at 4 Mbit/s.
const RATE: f64 = 500_000.0;
/// A head every 2 s; a list for every 102 runs, with a certificate of 155 bytes.
const HEAD_EVERY: f64 = 2.0;
const LIST_RUNS: u32 = 102;
const LIST_BYTES: f64 = (26 + 157 + 1020 + 64) as f64;

/// When the listener tunes in, in laps of about 200 s.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Joined {
    /// Within the first lap and a half of a new edition.
    FirstLap,
    /// In the laps after that, up to the tenth.
    LaterLaps,
}

/// Bursts of 0.2 to 2 s, with pauses of 4.4 s on average: 20 % loss.
struct Bursts {
    random: Random,
    lossy: bool,
    until: f64,
}

impl Bursts {
    fn loses(&mut self, time: f64) -> bool {
        while time >= self.until {
            self.lossy = !self.lossy;
            self.until += match self.lossy {
                true => 0.2 + 1.8 * self.random.unit(),
                false => -4.4 * (1.0 - self.random.unit()).ln(),
            };
        }
        self.lossy
    }
}

pub(crate) fn table(schedule: Schedule, joined: Joined) {
    let runs: Vec<[f64; 3]> = (0..SEEDS).map(|s| run(schedule, joined, s)).collect();
    let column = |i: usize| runs.iter().map(|r| r[i]).collect::<Vec<f64>>();
    let (over, text, loss) = (column(0), column(1), column(2));
    println!("\n| joined in {joined:?}, bursts | median | 90th percentile | worst | mark |");
    println!("|---|---|---|---|---|");
    let row = |name, values: &[f64], mark| {
        let [a, b, c] = [0.5, 0.9, 1.0].map(|q| quantile(values, q));
        println!("| {name} | {a:.4} | {b:.4} | {c:.4} | {mark} |");
    };
    row("everything sent, over the limit", &over, "1.15");
    row("front and text complete, share of the time", &text, "0.10");
    row("loss that happened", &loss, "0.20");
    println!("seeds 0..{SEEDS}; without the carrier's own cells");
}

/// Over the limit, when front and text were there (share of the whole time), the loss.
fn run(schedule: Schedule, joined: Joined, seed: u64) -> [f64; 3] {
    let objects = mixed();
    let lap = size(&objects) / RATE;
    let mut random = Random::new(seed + 1000);
    let join = lap
        * match joined {
            Joined::FirstLap => 1.5 * random.unit(),
            Joined::LaterLaps => 1.5 + 8.5 * random.unit(),
        };
    let mut bursts = Bursts {
        lossy: random.unit() < 0.8,
        random,
        until: 0.0,
    };
    let mut carousel = Carousel::new(&objects, primary(), schedule, MAX_PACKET_BYTES).unwrap();
    let mut listener = Listener::new(&objects);
    let (mut time, mut next_head, mut runs) = (0.0, 0.0, 0);
    let (mut bytes, mut lost, mut text) = (0.0, 0.0, None);
    while !listener.has_all() {
        let slot = carousel.next_slot();
        let mut length = packet_bytes(&objects, &slot);
        runs += 1;
        if runs % LIST_RUNS == 0 {
            length += LIST_BYTES;
        }
        if time >= next_head {
            length += MAX_HEAD_PACKET_BYTES as f64;
            next_head += HEAD_EVERY;
        }
        time += length / RATE;
        if time < join {
            continue;
        }
        bytes += length;
        if bursts.loses(time) {
            lost += length;
        } else {
            listener.hear(&slot);
        }
        if text.is_none() && listener.has_repeated() {
            text = Some(time - join);
        }
    }
    let loss = lost / bytes;
    let over = bytes * (1.0 - loss) / size(&objects);
    [over, text.unwrap() / (time - join), loss]
}
