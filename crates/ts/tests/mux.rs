//! What a multiplexer downstream expects of the stream, and what settings are refused.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::collections::BTreeMap;

use common::{Numbered, pid, receive, stream};
use ts::{
    Bitrate, Carriage, CarriagePlan, FrameSource, Mux, MuxConfig, NoFrames, Share, Slate, TsError,
};

fn config(rate: u64) -> MuxConfig {
    MuxConfig::new(Bitrate::new(rate).unwrap(), "Mux")
}

/// PAT and PMT every 100 ms, SDT every 2 s, with and without slate, at slow and fast rates.
#[test]
fn tables_come_often_enough() {
    for rate in [300_000, 2_000_000, 30_000_000] {
        for slate in [None, Some(Slate::bundled())] {
            let mut config = config(rate);
            config.slate = slate;
            let cells = (rate * 10 / 1504) as usize;
            let air = stream(config, &mut Numbered::full(3), cells);
            let cell_time = 1504.0 / rate as f64;
            let mut last: BTreeMap<u16, usize> = BTreeMap::new();
            for (place, cell) in air.chunks(188).enumerate() {
                let limit = match pid(cell) {
                    0x0000 | 0x0100 => 0.1,
                    0x0011 => 2.0,
                    _ => continue,
                };
                let before = last.insert(pid(cell), place).unwrap_or(0);
                let interval = (place - before) as f64 * cell_time;
                assert!(
                    interval <= limit,
                    "{rate}: PID {:#x} after {interval} s",
                    pid(cell)
                );
            }
            assert_eq!(last.len(), 3);
        }
    }
}

#[test]
fn null_packets_only_where_there_is_nothing_else() {
    let mut mux = Mux::new(config(2_000_000)).unwrap();
    let mut out = Vec::new();
    mux.next_cells(&mut Numbered::new(1), 5000, &mut out)
        .unwrap();
    assert_eq!(mux.stats().null_cells, 0);
    mux.next_cells(&mut NoFrames, 5000, &mut out).unwrap();
    assert!(mux.stats().null_cells > 4500);
    assert_eq!(out.len(), 10_000 * 188);

    let mut sparse = config(2_000_000);
    sparse.null_filling = false;
    let mut source = Numbered::new(1);
    source.limit = 100;
    let air = stream(sparse, &mut source, 10_000);
    assert!(air.len() < 3000 * 188);
    assert!(air.chunks(188).all(|cell| pid(cell) != 0x1FFF));
    assert_eq!(receive(&air, 999).0, source.sent);
}

struct Once(Option<Vec<u8>>);

impl FrameSource for Once {
    fn next_frame(&mut self, _: Carriage) -> Option<&[u8]> {
        self.0.as_deref()
    }
}

#[test]
fn frames_that_cannot_be_carried_are_refused_and_whole_cells_stand() {
    for length in [0, ts::MAX_FRAME_BYTES + 1, 1 << 20] {
        let mut mux = Mux::new(config(1_000_000)).unwrap();
        let mut out = Vec::new();
        let error = mux
            .next_cells(&mut Once(Some(vec![0; length])), 100, &mut out)
            .unwrap_err();
        assert_eq!(error, TsError::FrameLength { bytes: length });
        assert_eq!(out.len() % 188, 0);
        mux.next_cells(&mut Once(Some(vec![0; 10])), 100, &mut out)
            .unwrap();
    }
}

#[test]
fn settings_that_cannot_be_are_refused() {
    let refused = |change: &dyn Fn(&mut MuxConfig)| {
        let mut config = config(2_000_000);
        change(&mut config);
        Mux::new(config).unwrap_err()
    };
    let plan = |carriage, share| vec![CarriagePlan { carriage, share }];
    assert!(matches!(
        refused(&|c| c.service_name = "n".repeat(121)),
        TsError::NameLength { bytes: 121, .. }
    ));
    assert!(matches!(
        refused(&|c| c.pids.data = 0x11),
        TsError::PidRange { pid: 0x11, .. }
    ));
    assert!(matches!(
        refused(&|c| c.pids.pmt = 0x1FFF),
        TsError::PidRange { .. }
    ));
    assert!(matches!(
        refused(&|c| c.pids.pmt = 0x110),
        TsError::PidTwice { pid: 0x110, .. }
    ));
    assert_eq!(
        refused(&|c| c.carriages.clear()),
        TsError::CarriageList { carriage: None }
    );
    assert!(matches!(
        refused(&|c| c.carriages.extend(c.carriages.clone())),
        TsError::CarriageList {
            carriage: Some(Carriage::AsyncPes)
        }
    ));
    assert!(matches!(
        refused(&|c| c.carriages = plan(Carriage::VideoUserData, Share::Rest)),
        TsError::NeedsSlate { .. }
    ));
    assert!(matches!(
        refused(&|c| {
            c.carriages = plan(Carriage::SecondSound, Share::Rest);
            c.data_in_slate_sound = true;
        }),
        TsError::NeedsSlate { .. }
    ));
    assert!(matches!(
        refused(&|c| c.carriages = plan(Carriage::Teletext, Share::BitsPerS(0))),
        TsError::Share { .. }
    ));
    assert!(matches!(
        refused(&|c| {
            c.carriages
                .extend(plan(Carriage::Teletext, Share::BitsPerS(1_900_000)));
            c.slate = Some(Slate::bundled());
        }),
        TsError::BitrateTooSmall { .. }
    ));
    let error = refused(&|c| c.pids.pmt = 0x110).to_string();
    assert_eq!(error, "PMT and data both have PID 0x0110");
}
