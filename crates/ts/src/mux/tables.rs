//! PSI and SI of the stream, repeated in time.

use super::config::MuxConfig;
use super::pes_queue::PesQueue;
use crate::clock::Ticks;
use crate::psi::{self, Component, ServiceEntry, stream_type};
use crate::slate::VideoCodec;
use crate::{Carriage, Share};

/// PAT and PMT at least every 100 ms (TS 101 154 clause 4.1.7), SDT at least every 2 s (TS 101 211
/// clause 4.4.1); somewhat faster, so that a cell in the way does no harm.
const PROGRAM_INTERVAL: Ticks = Ticks::from_millis(90);
const SERVICE_INTERVAL: Ticks = Ticks::from_millis(1800);

/// component_tag of the asynchronous data stream. The others have none that anything refers to.
const DATA_TAG: u8 = 0x10;

/// The composition and ancillary page of the subtitling carriage.
pub(crate) const SUBTITLE_PAGE: u16 = 0x0053;
/// No linguistic content, ISO 639-2.
const NO_LANGUAGE: [u8; 3] = *b"zxx";

#[derive(Debug, Clone)]
struct Table {
    queue: PesQueue,
    interval: Ticks,
    due: Ticks,
}

/// All tables, each with the time at which it is to be sent next.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    tables: Vec<Table>,
}

impl Tables {
    pub(crate) fn new(config: &MuxConfig, start: Ticks) -> Tables {
        let version = config.tables_version & 0x1F;
        let components = components(config);
        let service = ServiceEntry {
            ts_id: config.ts_id,
            network_id: config.network_id,
            service_id: config.service_id,
            service_type: service_type(config),
            provider: &config.provider_name,
            name: &config.service_name,
            data_component: config.plan(Carriage::AsyncPes).map(|_| DATA_TAG),
        };
        let pmt = psi::pmt(config.service_id, version, config.pcr_pid(), &components);
        let pat = psi::pat(config.ts_id, version, config.service_id, config.pids.pmt);
        let tables = [
            (psi::PAT_PID, pat, PROGRAM_INTERVAL),
            (config.pids.pmt, pmt, PROGRAM_INTERVAL),
            (psi::SDT_PID, psi::sdt(&service, version), SERVICE_INTERVAL),
        ]
        .map(|(pid, section, interval)| {
            let mut queue = PesQueue::new(pid);
            let unit = queue.begin();
            unit.push(0); // pointer_field
            unit.extend_from_slice(&section);
            unit.resize(
                unit.len().next_multiple_of(crate::cell::PAYLOAD_BYTES),
                0xFF,
            );
            Table {
                queue,
                interval,
                due: start,
            }
        });
        Tables {
            tables: tables.into(),
        }
    }

    /// Appends a cell of a table whose time has come; `false` if there is none.
    pub(crate) fn send(&mut self, now: Ticks, out: &mut Vec<u8>) -> bool {
        let Some(table) = self.tables.iter_mut().find(|table| table.due <= now) else {
            return false;
        };
        table.queue.send(None, out);
        if table.queue.is_empty() {
            table.queue.rewind();
            table.due = Ticks(now.0 + table.interval.0);
        }
        true
    }

    /// What the tables cost, bits/s.
    pub(crate) fn bits_per_s(&self) -> u64 {
        self.tables
            .iter()
            .map(|table| 1504 * crate::clock::HZ / table.interval.0 + 1)
            .sum()
    }
}

fn components(config: &MuxConfig) -> Vec<Component> {
    let pids = &config.pids;
    let mut list = Vec::new();
    let mut add = |stream_type, pid, descriptors: &[Vec<u8>]| {
        list.push(Component {
            stream_type,
            pid,
            descriptors: descriptors.concat(),
        });
    };
    if let Some(slate) = &config.slate {
        let video = match slate.video().codec() {
            VideoCodec::Mpeg2 => stream_type::MPEG2_VIDEO,
            VideoCodec::H264 => stream_type::H264,
        };
        add(video, pids.video, &[psi::stream_identifier(1)]);
        if slate.sound().is_some() {
            let audio = [psi::stream_identifier(2), psi::language(config.language)];
            add(stream_type::MPEG1_AUDIO, pids.audio, &audio);
        }
    }
    if config.has_second_sound() {
        let audio = [psi::stream_identifier(3), psi::language(NO_LANGUAGE)];
        add(stream_type::MPEG1_AUDIO, pids.second_sound, &audio);
    }
    for plan in &config.carriages {
        match plan.carriage {
            Carriage::AsyncPes => {
                let data = [psi::stream_identifier(DATA_TAG), psi::data_broadcast_id()];
                add(stream_type::PRIVATE_PES, pids.data, &data);
            }
            Carriage::Teletext => {
                let teletext = [psi::stream_identifier(4), psi::teletext(NO_LANGUAGE)];
                add(stream_type::PRIVATE_PES, pids.teletext, &teletext);
            }
            Carriage::Subtitle => {
                let subtitle = [
                    psi::stream_identifier(5),
                    psi::subtitling(NO_LANGUAGE, SUBTITLE_PAGE),
                ];
                add(stream_type::PRIVATE_PES, pids.subtitle, &subtitle);
            }
            Carriage::SecondSound | Carriage::VideoUserData => {}
        }
    }
    list
}

/// service_type (EN 300 468 table 87): television in MPEG-2 or H.264, SD or HD; data broadcast.
fn service_type(config: &MuxConfig) -> u8 {
    match config
        .slate
        .as_ref()
        .map(|slate| (slate.video().codec(), slate.video().is_hd()))
    {
        None => 0x0C,
        Some((VideoCodec::Mpeg2, false)) => 0x01,
        Some((VideoCodec::Mpeg2, true)) => 0x11,
        Some((VideoCodec::H264, false)) => 0x16,
        Some((VideoCodec::H264, true)) => 0x19,
    }
}

/// Spacing of a fixed share's cells; `None` for the rest.
pub(crate) fn spacing(share: Share) -> Option<Ticks> {
    match share {
        Share::Rest => None,
        Share::BitsPerS(rate) => Some(Ticks(1504 * crate::clock::HZ / rate.max(1))),
    }
}
