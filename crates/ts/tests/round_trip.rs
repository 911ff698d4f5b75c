//! What a mux sends, a demux finds.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test"
)]

mod common;

use common::{Numbered, receive, stream, tally};
use ts::{Bitrate, Carriage, CarriagePlan, Container, MuxConfig, Share, Stream};

fn config(rate: &str) -> MuxConfig {
    MuxConfig::new(rate.parse().unwrap(), "Test اخبار")
}

#[test]
fn every_frame_comes_back_from_every_chunking() {
    let mut source = Numbered::new(7);
    source.limit = 300;
    let air = stream(config("4M"), &mut source, 4000);
    for chunk in [1, 3, 187, 188, 189, 1000, 4096, 65_536, usize::MAX / 2] {
        let (got, demux) = receive(&air, chunk);
        assert_eq!(got, source.sent, "chunks of {chunk}");
        let stats = demux.stats();
        assert_eq!(stats.container, Some(Container::Ts188));
        assert_eq!(stats.cells, 4000);
        assert_eq!(
            (
                stats.continuity_errors,
                stats.sync_losses,
                stats.skipped_bytes
            ),
            (0, 0, 0)
        );
    }
}

#[test]
fn the_report_says_what_is_there() {
    let air = stream(config("3M"), &mut Numbered::full(3), 20_000);
    let (_, demux) = receive(&air, 100_000);
    let report = demux.report();
    assert_eq!(report.services[0].name, "Test اخبار");
    assert_eq!(report.survived(), [Carriage::AsyncPes]);
    let rate = report.bits_per_s.unwrap();
    assert!((rate - 3e6).abs() < 30.0, "{rate}");
    let data = report
        .streams
        .iter()
        .find(|s| s.stream == Stream::Pid(0x110))
        .unwrap();
    assert_eq!(data.stream_id, Some(0xBF));
    assert_eq!(data.declared.unwrap().stream_type, 6);
    let clock = report
        .streams
        .iter()
        .find_map(|stream| stream.clock)
        .unwrap();
    assert!(clock.jitter_max_ns < 100.0, "{}", clock.jitter_max_ns);
    assert!(clock.longest_interval.seconds() <= 0.040);
}

#[test]
fn clocks_keep_their_interval_at_every_rate() {
    for rate in [300_000, 345_678, 1_000_000, 7_654_321, 80_000_000] {
        let config = MuxConfig::new(Bitrate::new(rate).unwrap(), "rate");
        let cells = (rate / 1504) as usize;
        let air = stream(config, &mut Numbered::full(1), cells);
        let report = receive(&air, 65_536).1.report();
        let clock = report
            .streams
            .iter()
            .find_map(|stream| stream.clock)
            .unwrap();
        assert!(
            clock.longest_interval.seconds() <= 0.040,
            "{rate}: {clock:?}"
        );
        assert!(clock.jitter_max_ns < 100.0, "{rate}: {clock:?}");
        assert!(clock.count >= 25, "{rate}: {clock:?}");
    }
}

#[test]
fn teletext_and_subtitle_get_their_share() {
    let mut config = config("4M");
    config.carriages = vec![
        CarriagePlan {
            carriage: Carriage::AsyncPes,
            share: Share::Rest,
        },
        CarriagePlan {
            carriage: Carriage::Teletext,
            share: Share::BitsPerS(500_000),
        },
        CarriagePlan {
            carriage: Carriage::Subtitle,
            share: Share::BitsPerS(250_000),
        },
        CarriagePlan {
            carriage: Carriage::SecondSound,
            share: Share::Rest,
        },
    ];
    let mut source = Numbered::new(11);
    let air = stream(config, &mut source, 20_000);
    let (got, demux) = receive(&air, 5000);
    let tally = tally(&source.sent, &got);
    for carriage in [
        Carriage::AsyncPes,
        Carriage::Teletext,
        Carriage::Subtitle,
        Carriage::SecondSound,
    ] {
        let sent = source.sent.iter().filter(|(c, _)| *c == carriage).count();
        assert!(
            tally[&carriage] + 3 >= sent,
            "{carriage}: {} of {sent}",
            tally[&carriage]
        );
    }
    let report = demux.report();
    let rate = |pid| {
        report
            .streams
            .iter()
            .find(|s| s.stream == Stream::Pid(pid))
            .unwrap()
            .bits_per_s
            .unwrap()
    };
    assert!((rate(0x111) - 500e3).abs() < 10e3, "{}", rate(0x111));
    assert!((rate(0x112) - 250e3).abs() < 10e3, "{}", rate(0x112));
}
