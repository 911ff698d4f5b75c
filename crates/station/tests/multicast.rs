//! Real sockets on the loopback, IPv4 and IPv6, to a group and to a machine, through a network that
//! loses datagrams. Groups of IPv6 have no route there: `apps/skywave/tests/udp.rs` has them over a
//! cable.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests are tests; what is skipped is said"
)]

mod udp_newsroom;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use channel::{Independent, Loss, Seed};
use station::multicast::{Listener, Place, Sender, SenderTerms};
use station::send::{SendUdp, send_udp};
use udp_newsroom::{Newsroom, is_complete, no_passphrase, terms};

/// How long an edition may take, on whatever machine.
const PATIENCE: Duration = Duration::from_secs(50);

fn place(address: &str, interface: Option<&str>) -> Place {
    Place {
        address: address.parse().unwrap(),
        interface: interface.map(str::to_owned),
    }
}

/// A listener at a port of its own, and where that is.
fn listen(mut place: Place) -> Option<(Listener, Place)> {
    let listener = match Listener::open(&place) {
        Ok(listener) => listener,
        Err(error) => {
            println!("SKIPPED {place}: {error}");
            return None;
        }
    };
    let port = listener.address().unwrap().unwrap().port();
    place.address.set_port(port);
    Some((listener, place))
}

fn send(place: &Place) -> Sender {
    let terms = SenderTerms {
        place: place.clone(),
        ttl: None,
        bits_per_s: 40_000_000,
    };
    Sender::open(&terms).unwrap()
}

/// Sends an edition until it has come, through a network that loses some of it.
fn by(first: Place, second: Place, loss: f64) {
    let newsroom = Newsroom::new(&[40_000, 30_000], &[200_000], 20);
    let (Some((mut network, entrance)), Some((mut at, exit))) = (listen(first), listen(second))
    else {
        return;
    };
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut channel = Independent::new(loss, Seed(11));
            let mut on = send(&exit);
            while !is_over.load(Ordering::Relaxed) {
                let came = network.receive(Duration::from_millis(50)).unwrap();
                let Some(datagram) = came else { continue };
                if !channel.loses(datagram.len()) {
                    on.send(datagram).unwrap();
                }
            }
        });
        scope.spawn(|| {
            let mut sender = send(&entrance);
            let terms = SendUdp {
                length: None,
                ..terms(1.0)
            };
            let mut out = |datagram: &[u8]| {
                sender.send(datagram)?;
                Ok(!is_over.load(Ordering::Relaxed))
            };
            send_udp(
                &newsroom.station,
                &terms,
                &mut no_passphrase,
                &mut out,
                &mut |_| {},
            )
            .unwrap();
            assert_eq!(sender.refused().0, 0);
        });
        let mut receiver = newsroom.listener();
        let began = Instant::now();
        while !is_complete(&receiver) && began.elapsed() < PATIENCE {
            if let Some(datagram) = at.receive(Duration::from_millis(50)).unwrap() {
                receiver.push_datagram(datagram).unwrap();
            }
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(is_complete(&receiver));
    });
}

#[test]
fn an_ipv4_group() {
    let at = || place("239.255.42.1:0", Some("127.0.0.1"));
    by(at(), at(), 0.1);
}

#[test]
fn one_machine() {
    by(place("127.0.0.1:0", None), place("[::1]:0", None), 0.1);
}

#[test]
fn a_network_that_is_not_there_ends_nothing() {
    // No route leads there from any machine (RFC 5737, RFC 3849 are for documents alone), or one that
    // loses them all: in neither case does it fail.
    let nowhere: SocketAddr = "[2001:db8::1]:9".parse().unwrap();
    let mut sender = send(&place(&nowhere.to_string(), None));
    for _ in 0..3 {
        sender.send(&[1; 100]).unwrap();
    }
}

#[test]
fn what_can_never_be_sent_is_an_error() {
    let mut sender = send(&place("127.0.0.1:9", None));
    assert!(sender.send(&[0; 70_000]).is_err());
}
