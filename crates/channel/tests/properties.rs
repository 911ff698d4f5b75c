//! What must hold for every seed and every stream.

use channel::{
    BitsPerSecond, Bursts, CELL_BYTES, Channel, Count, Cut, Independent, Loss, Pid, Prng, Report,
    SYNC_BYTE, Seconds, Seed,
};
use proptest::prelude::*;

const DATA: Pid = Pid(0x101);
const PMT: Pid = Pid(0x100);
const RATE: BitsPerSecond = BitsPerSecond(4e6);

/// A cell whose bytes 4.. say which it is.
fn cell(pid: Pid, starts_unit: bool, payload: &[u8]) -> Vec<u8> {
    let [high, low] = pid.0.to_be_bytes();
    let mut cell = vec![
        SYNC_BYTE,
        high | if starts_unit { 0x40 } else { 0 },
        low,
        0x10,
    ];
    cell.extend_from_slice(payload);
    cell.resize(CELL_BYTES, 0xFF);
    cell
}

/// PAT and PMT every 100 cells, between them packets of up to seven cells on the data PID.
fn stream(cells: usize, seed: Seed) -> Vec<u8> {
    let mut prng = Prng::new(seed);
    let mut left_of_packet = 0;
    let mut stream = Vec::with_capacity(cells * CELL_BYTES);
    for number in 0..cells {
        stream.extend(match number % 100 {
            0 => cell(Pid(0), true, &[0, 0x00, 0xB0, 0x0D]),
            1 => cell(PMT, true, &[0, 0x02, 0xB0, 0x12]),
            _ => {
                let starts = left_of_packet == 0;
                left_of_packet = if starts {
                    prng.below(7)
                } else {
                    left_of_packet - 1
                };
                let number = (number as u32).to_be_bytes();
                let payload = [&[0, 0, 1, 0xBF][..], &number, &prng.bits().to_be_bytes()].concat();
                cell(DATA, starts, &payload)
            }
        });
    }
    stream
}

fn everything(length: u64, seed: Seed) -> Channel {
    Channel::new(seed)
        .remove_psi()
        .lose_packets_at(0.1, &[DATA])
        .lose_cells_at(0.05)
        .lose_cells(Bursts::new(0.2, Seconds(0.002)..=Seconds(0.02), RATE, seed))
        .double_cells(0.02)
        .cut(Cut::random(length, 0.2, 0.2, seed))
        .flip_bits(1e-4)
        .insert_garbage(5_000, 1..=700)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// How the stream is divided into chunks changes nothing.
    #[test]
    fn chunks_do_not_matter(seed: u64, sizes in proptest::collection::vec(0_usize..1_000, 1..50)) {
        let seed = Seed(seed);
        let stream = stream(500, seed);
        let whole = everything(stream.len() as u64, seed).run(&stream);

        let mut channel = everything(stream.len() as u64, seed);
        let (mut out, mut rest, mut sizes) = (Vec::new(), &stream[..], sizes.iter().cycle());
        while !rest.is_empty() {
            let size = (*sizes.next().expect("endless") + 1).min(rest.len());
            channel.push(&rest[..size], &mut out);
            rest = &rest[size..];
        }
        channel.finish(&mut out);
        prop_assert_eq!((out, channel.report()), whole, "{}", seed);
    }

    /// A channel that is told nothing changes nothing, also what is no transport stream.
    #[test]
    fn passes_all_by_default(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let (out, report) = Channel::new(Seed(0)).run(&bytes);
        prop_assert_eq!(&out, &bytes);
        prop_assert_eq!(report.cells, Count { sent: bytes.len().div_ceil(CELL_BYTES) as u64, lost: 0 });
    }

    /// Of cells, what comes out is a subsequence of what went in, as long as the report says.
    #[test]
    fn reports_what_happened(seed: u64, p in 0.0..1.0_f64) {
        let seed = Seed(seed);
        let stream = stream(400, seed);
        let (out, report) = Channel::new(seed).lose_cells_at(p).run(&stream);
        let mut sent = stream.chunks(CELL_BYTES);
        for cell in out.chunks(CELL_BYTES) {
            prop_assert!(sent.any(|candidate| candidate == cell), "{}", seed);
        }
        prop_assert_eq!(report.bytes_out, out.len() as u64);
        prop_assert_eq!(report.cells.sent, 400);
        prop_assert_eq!((report.cells.sent - report.cells.lost) * CELL_BYTES as u64, report.bytes_out);
        prop_assert_eq!(report.pids().iter().map(|(_, count)| count.lost).sum::<u64>(), report.cells.lost);
    }

    /// The cut is made in the stream as sent, to the byte, and only what lies within is counted.
    #[test]
    fn cuts_to_the_byte(seed: u64, a in 0..75_200_u64, b in 0..75_200_u64) {
        let stream = stream(400, Seed(seed));
        let kept = a.min(b)..a.max(b);
        let (out, report) = Channel::new(Seed(seed)).cut(Cut::keep(kept.clone())).run(&stream);
        prop_assert_eq!(&out[..], &stream[kept.start as usize..kept.end as usize]);
        prop_assert_eq!(report.bytes_cut, (kept.start, stream.len() as u64 - kept.end));
        let touched = if kept.is_empty() { 0 } else { kept.end.div_ceil(188) - kept.start / 188 };
        prop_assert_eq!(report.cells.sent, touched);
    }

    /// Packets are lost whole: no cell of one arrives without the others.
    #[test]
    fn packets_are_lost_whole(seed: u64, p in 0.0..1.0_f64) {
        let seed = Seed(seed);
        let stream = stream(1_000, seed);
        let (out, report) = Channel::new(seed).lose_packets_at(p, &[DATA]).run(&stream);
        prop_assert_eq!(packets(&out).len() as u64, report.packets.sent - report.packets.lost);
        let sent = packets(&stream);
        prop_assert_eq!(sent.len() as u64, report.packets.sent);
        prop_assert!(packets(&out).iter().all(|packet| sent.contains(packet)), "{}", seed);
        prop_assert_eq!(report.pid(PMT).lost + report.pid(Pid(0)).lost, 0);
    }

    /// Tables go, the rest stays.
    #[test]
    fn psi_is_removed(seed: u64) {
        let stream = stream(300, Seed(seed));
        let (out, report) = Channel::new(Seed(seed)).remove_psi().run(&stream);
        prop_assert_eq!(report.psi_cells_removed, 6);
        prop_assert_eq!(out.len(), 294 * CELL_BYTES);
        prop_assert_eq!(report.pids().iter().map(|(pid, _)| *pid).collect::<Vec<_>>(), vec![DATA]);
    }

    /// Flipping keeps the length and flips as many bits as it says.
    #[test]
    fn flips_are_counted(seed: u64, rate in 0.0..0.01_f64) {
        let stream = stream(100, Seed(seed));
        let (out, report) = Channel::new(Seed(seed)).flip_bits(rate).run(&stream);
        let flipped = stream.iter().zip(&out).map(|(a, b)| u64::from((a ^ b).count_ones())).sum::<u64>();
        prop_assert_eq!((flipped, out.len()), (report.bits_flipped, stream.len()));
    }

    /// Garbage only adds.
    #[test]
    fn garbage_is_counted(seed: u64) {
        let stream = stream(200, Seed(seed));
        let (out, report) = Channel::new(Seed(seed)).insert_garbage(2_000, 3..=9).run(&stream);
        prop_assert_eq!(out.len() as u64, stream.len() as u64 + report.garbage_bytes);
        prop_assert!(report.garbage_bytes >= 3 * report.garbage_places);
        prop_assert!(report.garbage_bytes <= 9 * report.garbage_places);
        let mut noisy = out.iter();
        prop_assert!(stream.iter().all(|byte| noisy.any(|candidate| candidate == byte)));
    }
}

fn packets(stream: &[u8]) -> Vec<Vec<u8>> {
    let mut packets: Vec<Vec<u8>> = Vec::new();
    for cell in stream.chunks(CELL_BYTES).filter(|cell| cell[2] == 0x01) {
        if cell[1] & 0x40 != 0 {
            packets.push(Vec::new());
        }
        packets
            .last_mut()
            .expect("begins with a start")
            .extend_from_slice(cell);
    }
    packets
}

fn losses(mut loss: impl Loss, units: u64, bytes: usize) -> (Count, Vec<u64>) {
    let (mut count, mut runs, mut last) = (Count::default(), Vec::new(), false);
    for _ in 0..units {
        let lost = loss.loses(bytes);
        count.add(lost);
        match (last, lost) {
            (false, true) => runs.push(1),
            (true, true) => *runs.last_mut().expect("begun") += 1,
            _ => {}
        }
        last = lost;
    }
    (count, runs)
}

#[test]
fn independent_loss_is_as_asked() {
    let (count, runs) = losses(Independent::new(0.2, Seed(3)), 200_000, 1);
    assert!((count.loss() - 0.2).abs() < 0.005, "{count:?}");
    // Mean length of a run of losses: 1/(1−p).
    let mean = count.lost as f64 / runs.len() as f64;
    assert!((mean - 1.25).abs() < 0.02, "{mean}");
}

#[test]
fn bursts_last_and_come_as_asked() {
    let units = 20_000_000;
    let bursts = Bursts::new(0.2, Seconds(0.2)..=Seconds(2.0), RATE, Seed(4));
    let (count, runs) = losses(bursts, units, CELL_BYTES);
    // 7,520 s of stream, some 1,370 bursts.
    assert!((count.loss() - 0.2).abs() < 0.015, "{count:?}");
    let seconds = |cells: u64| RATE.duration(cells * CELL_BYTES as u64).0;
    // A gap can be shorter than a cell, so bursts may touch; few do.
    let within = runs
        .iter()
        .filter(|run| (0.199..2.001).contains(&seconds(**run)))
        .count();
    assert!(
        within * 1_000 >= runs.len() * 995,
        "{within} of {}",
        runs.len()
    );
    let mean = seconds(count.lost) / runs.len() as f64;
    assert!((mean - 1.1).abs() < 0.05, "{mean} s");
}

/// Over many seeds the first unit is lost as often as any: whoever joins at random joins in a burst
/// as often as bursts take time.
#[test]
fn bursts_are_stationary() {
    for far in [0, 5_000] {
        let lost = (0..4_000).filter(|seed| {
            let mut bursts = Bursts::exponential(0.2, Seconds(0.5), RATE, Seed(*seed));
            (0..=far).fold(false, |_, _| bursts.loses(CELL_BYTES))
        });
        let share = lost.count() as f64 / 4_000.0;
        assert!((share - 0.2).abs() < 0.03, "{share} after {far} cells");
    }
}

#[test]
fn a_bad_state_need_not_lose_all() {
    let seed = Seed(5);
    let bursts = Bursts::new(0.5, Seconds(0.2)..=Seconds(0.4), RATE, seed).losing(0.6, 0.1);
    let (count, _) = losses(bursts, 2_000_000, CELL_BYTES);
    assert!((count.loss() - 0.35).abs() < 0.02, "{count:?}");
}

#[test]
fn no_share_of_bursts_is_no_loss() {
    let none = Bursts::new(0.0, Seconds(0.2)..=Seconds(2.0), RATE, Seed(6));
    assert_eq!(losses(none, 100_000, CELL_BYTES).0.lost, 0);
}

#[test]
fn seeds_give_the_same_again_and_others_something_else() {
    let stream = stream(2_000, Seed(1));
    let damage = |seed| -> (Vec<u8>, Report) { everything(stream.len() as u64, seed).run(&stream) };
    assert_eq!(damage(Seed(1)), damage(Seed(1)));
    assert_ne!(damage(Seed(1)).0, damage(Seed(2)).0);
}
