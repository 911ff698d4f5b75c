//! What a mux is to send. Raw settings are checked once, by [`crate::Mux::new`].

use crate::clock::Bitrate;
use crate::{Carriage, Slate, TsError};

/// Longest provider or service name, bytes of UTF-8: both fit one service descriptor.
pub const MAX_NAME_BYTES: usize = 120;

/// How much of the bitrate a carriage gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// An equal part of what is left after tables, clock, slate and fixed shares.
    Rest,
    /// So many bits of transport stream a second, while there are frames.
    BitsPerS(u64),
}

/// A carriage and its share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarriagePlan {
    /// Which.
    pub carriage: Carriage,
    /// How much. [`Carriage::SecondSound`] and [`Carriage::VideoUserData`] run at a rate of their
    /// own: of `Rest` they take 384 kbit/s of sound (192 in a mono slate) and 64 kbit/s.
    pub share: Share,
}

/// Which PID each stream has. Any that is not sent is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pids {
    /// Program map table.
    pub pmt: u16,
    /// Clock, where there is no slate.
    pub pcr: u16,
    /// The slate's picture, and the clock where there is a slate.
    pub video: u16,
    /// The slate's sound.
    pub audio: u16,
    /// [`Carriage::AsyncPes`].
    pub data: u16,
    /// [`Carriage::Teletext`].
    pub teletext: u16,
    /// [`Carriage::Subtitle`].
    pub subtitle: u16,
    /// [`Carriage::SecondSound`].
    pub second_sound: u16,
}

impl Default for Pids {
    fn default() -> Pids {
        Pids {
            pmt: 0x0100,
            video: 0x0101,
            audio: 0x0102,
            pcr: 0x010F,
            data: 0x0110,
            teletext: 0x0111,
            subtitle: 0x0112,
            second_sound: 0x0113,
        }
    }
}

/// Settings of a [`crate::Mux`].
#[derive(Debug, Clone)]
pub struct MuxConfig {
    /// Rate of the whole stream.
    pub bitrate: Bitrate,
    /// The channel's name in the SDT, at most [`MAX_NAME_BYTES`].
    pub service_name: String,
    /// The provider's name in the SDT, at most [`MAX_NAME_BYTES`].
    pub provider_name: String,
    /// service_id and program_number, not 0.
    pub service_id: u16,
    /// transport_stream_id.
    pub ts_id: u16,
    /// original_network_id; 0xFF01 to 0xFFFF are for private, temporary use (ETSI TS 101 162).
    pub network_id: u16,
    /// ISO 639-2 code of the slate's sound.
    pub language: [u8; 3],
    /// version_number of all tables, 0..=31; to be raised when anything declared changes.
    pub tables_version: u8,
    /// Where each stream goes.
    pub pids: Pids,
    /// How frames ride.
    pub carriages: Vec<CarriagePlan>,
    /// Picture and sound for whoever tunes in.
    pub slate: Option<Slate>,
    /// [`Carriage::SecondSound`] rides in the slate's own sound instead of on a PID of its own:
    /// boxes that record one picture and one sound then keep it. The slate's sound must be Layer II
    /// at 56 kbit/s or more a channel.
    pub data_in_slate_sound: bool,
    /// Null packets where there is nothing else. Without them the clock runs on, and a
    /// multiplexer after this one fills up.
    pub null_filling: bool,
}

impl MuxConfig {
    /// A stream that carries frames as [`Carriage::AsyncPes`], without a slate.
    #[must_use]
    pub fn new(bitrate: Bitrate, service_name: &str) -> MuxConfig {
        MuxConfig {
            bitrate,
            service_name: service_name.to_owned(),
            provider_name: service_name.to_owned(),
            service_id: 1,
            ts_id: 1,
            network_id: 0xFF01,
            language: *b"und",
            tables_version: 0,
            pids: Pids::default(),
            carriages: vec![CarriagePlan {
                carriage: Carriage::AsyncPes,
                share: Share::Rest,
            }],
            slate: None,
            data_in_slate_sound: false,
            null_filling: true,
        }
    }

    /// The plan of a carriage, if it is to be sent.
    pub(crate) fn plan(&self, carriage: Carriage) -> Option<CarriagePlan> {
        self.carriages
            .iter()
            .copied()
            .find(|plan| plan.carriage == carriage)
    }

    /// Whether the second sound has a PID of its own.
    pub(crate) fn has_second_sound(&self) -> bool {
        self.plan(Carriage::SecondSound).is_some() && !self.data_in_slate_sound
    }

    /// The PID that carries the PCR.
    pub(crate) fn pcr_pid(&self) -> u16 {
        if self.slate.is_some() {
            self.pids.video
        } else {
            self.pids.pcr
        }
    }

    pub(crate) fn check(&self) -> Result<(), TsError> {
        for (what, name) in [
            ("service name", &self.service_name),
            ("provider name", &self.provider_name),
        ] {
            if name.len() > MAX_NAME_BYTES {
                return Err(TsError::NameLength {
                    what,
                    bytes: name.len(),
                    max: MAX_NAME_BYTES,
                });
            }
        }
        if self.carriages.is_empty() {
            return Err(TsError::CarriageList { carriage: None });
        }
        for (place, plan) in self.carriages.iter().enumerate() {
            if self.carriages[..place]
                .iter()
                .any(|other| other.carriage == plan.carriage)
            {
                return Err(TsError::CarriageList {
                    carriage: Some(plan.carriage),
                });
            }
            if let Share::BitsPerS(bits_per_s) = plan.share
                && (bits_per_s == 0 || bits_per_s > self.bitrate.bits_per_s())
            {
                let why = "it must be above 0 and within the bitrate";
                return Err(TsError::Share {
                    carriage: plan.carriage,
                    bits_per_s,
                    why,
                });
            }
        }
        self.check_slate()?;
        self.check_pids()
    }

    fn check_slate(&self) -> Result<(), TsError> {
        let video = Carriage::VideoUserData;
        if self.plan(video).is_some() && self.slate.is_none() {
            return Err(TsError::NeedsSlate { carriage: video });
        }
        let sound = Carriage::SecondSound;
        if self.plan(sound).is_some()
            && self.data_in_slate_sound
            && self
                .slate
                .as_ref()
                .is_none_or(|slate| slate.sound().is_none())
        {
            return Err(TsError::NeedsSlate { carriage: sound });
        }
        Ok(())
    }

    fn check_pids(&self) -> Result<(), TsError> {
        let pids = &self.pids;
        let sent = |carriage| self.plan(carriage).is_some();
        let slate = self.slate.as_ref();
        let used: Vec<(&'static str, u16)> = [
            (true, "PMT", pids.pmt),
            (slate.is_none(), "PCR", pids.pcr),
            (slate.is_some(), "video", pids.video),
            (
                slate.is_some_and(|slate| slate.sound().is_some()),
                "audio",
                pids.audio,
            ),
            (sent(Carriage::AsyncPes), "data", pids.data),
            (sent(Carriage::Teletext), "teletext", pids.teletext),
            (sent(Carriage::Subtitle), "subtitle", pids.subtitle),
            (self.has_second_sound(), "second sound", pids.second_sound),
        ]
        .into_iter()
        .filter_map(|(used, what, pid)| used.then_some((what, pid)))
        .collect();
        for (place, &(what, pid)) in used.iter().enumerate() {
            if !(0x0020..=0x1FFE).contains(&pid) {
                return Err(TsError::PidRange { what, pid });
            }
            if let Some(&(first, _)) = used[..place].iter().find(|other| other.1 == pid) {
                return Err(TsError::PidTwice {
                    first,
                    second: what,
                    pid,
                });
            }
        }
        Ok(())
    }
}
