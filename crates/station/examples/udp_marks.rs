//! What multicast spends on authenticating packets, and whether half of an edition by television and
//! half by multicast make a whole.
//!
//! `cargo run --release -p skywave-station --example udp_marks`
#![allow(clippy::print_stdout, reason = "it prints its tables")]
#![allow(clippy::unwrap_used, reason = "it may stop")]

#[path = "../tests/udp_newsroom/mod.rs"]
mod udp_newsroom;

use receiver::{MemoryStore, Receiver};
use station::send::UdpCounts;
use udp_newsroom::{Newsroom, is_complete, terms};

/// Bytes in a megabyte.
const MB: f64 = 1e6;
/// Bytes of IPv4's and UDP's headers.
const HEADERS: u64 = 28;

type Listener = Receiver<MemoryStore>;

fn main() {
    let of = |pictures: usize, files: &[usize]| Newsroom::new(&vec![60_000; pictures], files, 20);
    let editions = [
        ("a file of 5 MB", of(0, &[5_000_000])),
        ("40 pictures of 60 kB, a file of 5 MB", of(40, &[5_000_000])),
        ("80 pictures of 60 kB", of(80, &[])),
        (
            "40 pictures of 60 kB, a file of 20 MB",
            of(40, &[20_000_000]),
        ),
        (
            "200 pictures of 60 kB, four files of 8 MB",
            of(200, &[8_000_000; 4]),
        ),
    ];
    println!("| edition | lists and certificates | heads | FDT | a lap, over the objects |");
    println!("|---|---|---|---|---|");
    for (name, newsroom) in &editions {
        let sent = newsroom.send_to(&terms(1.0), &mut |_| true);
        let all = sent.all();
        let on_air = |of: UdpCounts| (of.bytes + of.datagrams * HEADERS) as f64;
        let share = |of| 100.0 * on_air(of) / on_air(all);
        println!(
            "| {name} | {:.2} % | {:.2} % | {:.2} % | {:.3} |",
            share(sent.lists),
            share(sent.heads),
            share(sent.fdt),
            on_air(all) / sent.edition_bytes as f64,
        );
    }
    println!();
    println!(
        "| edition | television alone | multicast alone | both in halves | over television | over \
         multicast |"
    );
    println!("|---|---|---|---|---|---|");
    for (name, newsroom) in &editions {
        let air = newsroom.air(1.5);
        let came = |listener: &Listener| listener.counters().packet_bytes;
        let mut alone = newsroom.listener();
        by_television(&air, &mut alone, u64::MAX);
        let television = came(&alone);
        let mut alone = newsroom.listener();
        by_multicast(newsroom, &mut alone);
        let multicast = came(&alone);
        let mut both = newsroom.listener();
        by_television(&air, &mut both, television / 2);
        by_multicast(newsroom, &mut both);
        let halves = came(&both);
        println!(
            "| {name} | {:.3} MB | {:.3} MB | {:.3} MB | {:.3} | {:.3} |",
            television as f64 / MB,
            multicast as f64 / MB,
            halves as f64 / MB,
            halves as f64 / television as f64,
            halves as f64 / multicast as f64,
        );
    }
    println!("\nBytes of packets, headers of the carriers apart; nothing lost.");
}

/// Until the edition is complete or so many bytes have come.
fn by_television(air: &[u8], listener: &mut Listener, most: u64) {
    for piece in air.chunks(188 * 7) {
        let before = listener.counters().useful;
        listener.push(piece).unwrap();
        let is_new = listener.counters().useful != before;
        if listener.counters().packet_bytes >= most || is_new && is_complete(listener) {
            break;
        }
    }
    assert!(is_complete(listener) || most < u64::MAX);
    listener.end_recording().unwrap();
}

fn by_multicast(newsroom: &Newsroom, listener: &mut Listener) {
    newsroom.send_to(&terms(3.0), &mut |datagram| {
        listener.push_datagram(datagram).unwrap();
        !is_complete(listener)
    });
    assert!(is_complete(listener));
}
