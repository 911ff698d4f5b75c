//! The program on a network of its own: two machines and a cable, made of namespaces.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests are tests; what is skipped is said"
)]

mod newsroom;

use std::process::Command;

use newsroom::{Newsroom, event};

/// Makes the network, listens on one machine and sends from the other until the listener has all.
/// Whatever is still there after a minute is ended.
const NETWORK: &str = r#"
set -e
ip link set lo up
ip link add vsend type veth peer name vhear
unshare -n sleep 60 &
other=$!
trap 'kill $other $sends 2>/dev/null || true' EXIT
while [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do
    kill -0 $other
done
ip link set vhear netns $other
ip address add 10.99.0.1/24 dev vsend
ip -6 address add fd99::1/64 dev vsend nodad
ip link set vsend up
nsenter -t $other -n sh -ec '
    ip link set lo up
    ip address add 10.99.0.2/24 dev vhear
    ip -6 address add fd99::2/64 dev vhear nodad
    ip link set vhear up'
timeout 50 nsenter -t $other -n "$PROGRAM" receive --json --until complete \
    --trust "$STATION/station.pub" -i "$INBOX" "udp://$GROUP?interface=vhear" &
hears=$!
"$PROGRAM" send udp --json -s "$STATION" --to "$GROUP" --interface vsend --rate 20M \
    --duration 55s > "$SENT" 2>"$SENT.problems" &
sends=$!
wait $hears
kill -INT $sends
wait $sends
"#;

/// Whether namespaces can be made here.
fn has_namespaces() -> bool {
    let made = Command::new("unshare")
        .args([
            "-rn", "ip", "link", "add", "vsend", "type", "veth", "peer", "name", "vhear",
        ])
        .output();
    made.is_ok_and(|made| made.status.success())
}

fn over_a_cable(group: &str) {
    if !has_namespaces() {
        println!("SKIPPED: no network namespaces here (unshare, iproute2)");
        return;
    }
    let newsroom = Newsroom::new();
    let output = Command::new("unshare")
        .args(["-rn", "sh", "-c", NETWORK])
        .env("PROGRAM", env!("CARGO_BIN_EXE_skywave"))
        .env("STATION", newsroom.path("st"))
        .env("INBOX", newsroom.path("inbox"))
        .env("SENT", newsroom.path("sent"))
        .env("GROUP", group)
        .output()
        .unwrap();
    let (said, problems) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{said}\n{problems}");
    let recording = event(&said, "recording").unwrap_or_else(|| panic!("{said}"));
    assert_eq!(recording["carrier"], "udp");
    assert!(recording["useful"].as_u64() > Some(10), "{recording}");
    let sent = std::fs::read_to_string(newsroom.path("sent")).unwrap();
    let sent = event(&sent, "sent").unwrap_or_else(|| panic!("{sent}"));
    assert_eq!(sent["refused"], 0);
    newsroom.run(&["status", "-i", &newsroom.path("inbox")], 0);
}

#[test]
fn ipv4_over_a_cable() {
    over_a_cable("239.255.42.1:5000");
}

#[test]
fn ipv6_over_a_cable() {
    over_a_cable("[ff15::42]:5000");
}

#[test]
fn what_makes_no_sense_is_told() {
    let newsroom = Newsroom::new();
    let (station, inbox) = (newsroom.path("st"), newsroom.path("inbox"));
    let send = [
        "send", "udp", "-s", &station, "--rate", "2M", "--laps", "1", "--to",
    ];
    for (words, said) in [
        (&["239.255.42.1"][..], "no address with a port"),
        (
            &["239.1.2.3:5000", "--interface", "none"],
            "there is none of this name",
        ),
        (&["239.1.2.3:5000", "--loss", "99"], "0 to 90 percent"),
        (&["239.1.2.3:5000", "--tsi", "7"], "--tsi is even"),
    ] {
        let told = newsroom.program(&[&send[..], words].concat(), None);
        let told = String::from_utf8_lossy(&told.stderr).into_owned();
        assert!(told.contains(said), "{words:?}: {told}");
    }
    let told = newsroom.run(&["receive", "-i", &inbox, "udp://news.example:5000"], 1);
    assert!(told.contains("names are not"), "{told}");
}
