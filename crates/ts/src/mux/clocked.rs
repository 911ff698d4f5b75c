//! Streams that go by the clock: the slate's picture, its sound, and the second sound. Each PES
//! packet has the time at which its first cell is due, and the time between its cells.

use super::FrameSource;
use super::config::MuxConfig;
use super::pacing::{self, Pace};
use super::pes_queue::PesQueue;
use crate::clock::{HZ, Ticks};
use crate::fragment::{self, Cutter};
use crate::slate::{self, Slate};
use crate::{Carriage, Share, TsError, pes, ts_frame, user_data};

/// First presentation, after the first PCR.
const FIRST_PRESENTATION: Ticks = Ticks::from_millis(1000);
/// A picture goes no sooner than this before its decoding time; T-STD buffers hold a second
/// (ISO/IEC 13818-1 clause 2.4.2.6).
const MAX_LEAD: Ticks = Ticks::from_millis(950);
/// What [`Carriage::VideoUserData`] takes if it is not told, bit/s.
const DEFAULT_VIDEO_BITS_PER_S: u64 = 64_000;
/// The highest rate of a second sound.
const DEFAULT_SOUND_BITS_PER_S: u64 = 384_000;
/// Payload that a PES packet of sound aims at: as much as four cells hold.
const SOUND_PES_BYTES: usize = 8 * 184 - 14;

#[derive(Debug, Clone)]
enum Feed {
    Video { paces: Vec<Pace>, data_bytes: usize },
    Sound { wide_kbits: Option<u32> },
    Silence { header: [u8; 4], frame_bytes: usize },
}

/// One stream by the clock.
#[derive(Debug, Clone)]
pub(crate) struct ClockedLane {
    feed: Feed,
    queue: PesQueue,
    /// Picture or frame of sound that is loaded next.
    next: u64,
    per_pes: u64,
    origin: Ticks,
    decoding: Ticks,
    cell_due: Ticks,
    spacing: Ticks,
    lead: Ticks,
    cutter: Cutter,
    number: u8,
    carriage: Option<Carriage>,
}

impl ClockedLane {
    fn new(feed: Feed, pid: u16, start: Ticks) -> ClockedLane {
        ClockedLane {
            feed,
            queue: PesQueue::new(pid),
            next: 0,
            per_pes: 1,
            origin: Ticks(start.0 + FIRST_PRESENTATION.0),
            decoding: Ticks(0),
            cell_due: Ticks(0),
            spacing: Ticks(0),
            lead: Ticks(0),
            cutter: Cutter::default(),
            number: 0,
            carriage: None,
        }
    }

    pub(crate) fn video(config: &MuxConfig, slate: &Slate, start: Ticks) -> Result<Self, TsError> {
        let plan = config.plan(Carriage::VideoUserData);
        let data_bytes = plan.map_or(0, |plan| {
            let rate = match plan.share {
                Share::Rest => DEFAULT_VIDEO_BITS_PER_S,
                Share::BitsPerS(rate) => rate,
            };
            let bytes =
                rate as u128 * u128::from(slate.video().picture_duration().0) / u128::from(8 * HZ);
            // As much fragment as leaves room for its wrapping.
            (bytes as usize).saturating_sub(user_data::wrapped_bytes(0) + bytes as usize / 250)
        });
        let data_bytes = data_bytes.min(fragment::MAX_MESSAGE_BYTES + fragment::HEADER_BYTES);
        if let Some(plan) = plan
            && data_bytes <= fragment::HEADER_BYTES
        {
            return Err(TsError::Share {
                carriage: plan.carriage,
                bits_per_s: if let Share::BitsPerS(rate) = plan.share {
                    rate
                } else {
                    0
                },
                why: "less than a fragment a picture",
            });
        }
        let extra = if plan.is_some() {
            user_data::wrapped_bytes(data_bytes)
        } else {
            0
        };
        let paces = pacing::video(slate.video(), extra)?;
        let mut lane =
            ClockedLane::new(Feed::Video { paces, data_bytes }, config.pids.video, start);
        lane.carriage = plan.map(|plan| plan.carriage);
        Ok(lane)
    }

    pub(crate) fn sound(
        config: &MuxConfig,
        slate: &Slate,
        start: Ticks,
    ) -> Result<Option<Self>, TsError> {
        let Some(sound) = slate.sound() else {
            return Ok(None);
        };
        let plan = config
            .plan(Carriage::SecondSound)
            .filter(|_| config.data_in_slate_sound);
        let wide_kbits = match plan {
            None => None,
            Some(plan) => {
                let widest = sound.widest_kbits().ok_or(TsError::Share {
                    carriage: Carriage::SecondSound,
                    bits_per_s: u64::from(sound.kbits_per_s()) * 1000,
                    why: "the slate's sound has no room: 48 kHz, 56 kbit/s or more a channel, no CRC",
                })?;
                Some(match plan.share {
                    Share::Rest => widest,
                    Share::BitsPerS(rate) => wide_rate(sound.kbits_per_s(), widest, rate)?,
                })
            }
        };
        let frame_bytes = wide_kbits.map_or(sound.frame_bytes(), |kbits| 3 * kbits as usize);
        let frame_time = sound.time_of(1);
        let mut lane = ClockedLane::new(Feed::Sound { wide_kbits }, config.pids.audio, start);
        lane.carriage = plan.map(|plan| plan.carriage);
        lane.set_sound_pace(frame_bytes, frame_time);
        Ok(Some(lane))
    }

    pub(crate) fn second_sound(config: &MuxConfig, start: Ticks) -> Option<Self> {
        let plan = config
            .plan(Carriage::SecondSound)
            .filter(|_| config.has_second_sound())?;
        let rate = match plan.share {
            Share::Rest => DEFAULT_SOUND_BITS_PER_S,
            Share::BitsPerS(rate) => rate,
        };
        let (header, frame_bytes) = slate::silence(rate);
        let feed = Feed::Silence {
            header,
            frame_bytes,
        };
        let mut lane = ClockedLane::new(feed, config.pids.second_sound, start);
        lane.carriage = Some(plan.carriage);
        lane.set_sound_pace(frame_bytes, frame_time_48k(1));
        Some(lane)
    }

    fn set_sound_pace(&mut self, frame_bytes: usize, frame_time: Ticks) {
        let pace = pacing::sound(frame_bytes, frame_time, SOUND_PES_BYTES);
        self.per_pes = pace.frames;
        self.lead = pace.lead;
        self.spacing = pace.spacing;
    }

    /// What the stream takes, bit/s, on average.
    pub(crate) fn bits_per_s(&self, slate: Option<&Slate>) -> u64 {
        match (&self.feed, slate) {
            (Feed::Video { paces, .. }, Some(slate)) => {
                let cells: u64 = paces.iter().map(|pace| pace.cells).sum();
                cells * 1504 * HZ / slate.video().duration().0
            }
            // Sound keeps its cells evenly.
            _ => 1504 * HZ / self.spacing.0.max(1),
        }
    }

    /// When the next cell is to go.
    pub(crate) fn due(&self) -> Ticks {
        self.cell_due
    }

    /// Whether the next cell may already go, as far as buffers are concerned.
    pub(crate) fn may_go_early(&self, now: Ticks) -> bool {
        self.decoding.0 < now.0 + MAX_LEAD.0
    }

    /// Makes sure that a PES packet is loaded.
    pub(crate) fn load(
        &mut self,
        slate: Option<&Slate>,
        source: &mut dyn FrameSource,
    ) -> Result<(), TsError> {
        if !self.queue.is_empty() {
            return Ok(());
        }
        match (&self.feed, slate) {
            (Feed::Video { .. }, Some(slate)) => self.load_picture(slate, source),
            (_, slate) => self.load_sound(slate, source),
        }
    }

    fn load_picture(&mut self, slate: &Slate, source: &mut dyn FrameSource) -> Result<(), TsError> {
        let Feed::Video { paces, data_bytes } = &self.feed else {
            return Ok(());
        };
        let (video, data_bytes) = (slate.video(), *data_bytes);
        let place = (self.next % video.pictures() as u64) as usize;
        self.decoding = Ticks(self.origin.0 + self.next * video.picture_duration().0);
        self.cell_due = Ticks(self.decoding.0.saturating_sub(paces[place].lead.0));
        self.spacing = paces[place].spacing;
        self.next += 1;
        let mut data = Vec::new();
        if let Some(carriage) = self.carriage {
            let mut piece = Vec::new();
            refill(&mut self.cutter, &mut self.number, carriage, source)?;
            self.cutter.cut(data_bytes, &mut piece);
            if !piece.is_empty() {
                user_data::wrap(video.codec(), &piece, &mut data);
            }
        }
        let (unit, slice_at) = video.unit(place);
        let length = Some(unit.len() + data.len());
        let out = self.queue.begin();
        pes::write_timed(pes::VIDEO_0, self.decoding, 5, length, out);
        out.extend_from_slice(&unit[..slice_at]);
        out.extend_from_slice(&data);
        out.extend_from_slice(&unit[slice_at..]);
        Ok(())
    }

    fn load_sound(
        &mut self,
        slate: Option<&Slate>,
        source: &mut dyn FrameSource,
    ) -> Result<(), TsError> {
        let sound = slate.and_then(Slate::sound);
        let time = |number| sound.map_or(frame_time_48k(number), |sound| sound.time_of(number));
        let silent = matches!(self.feed, Feed::Silence { .. });
        let at = if silent {
            frame_time_48k(self.next)
        } else {
            time(self.next)
        };
        self.decoding = Ticks(self.origin.0 + at.0);
        self.cell_due = Ticks(self.decoding.0.saturating_sub(self.lead.0));
        let mut out = std::mem::take(self.queue.begin());
        pes::write_timed(pes::AUDIO_0, self.decoding, 5, Some(0), &mut out);
        for _ in 0..self.per_pes {
            let end = match &self.feed {
                Feed::Silence {
                    header,
                    frame_bytes,
                } => {
                    let begin = out.len();
                    out.extend_from_slice(header);
                    out.resize(begin + slate::SILENT_STEREO_BYTES, 0);
                    begin + frame_bytes
                }
                Feed::Sound { wide_kbits } => {
                    let Some(sound) = sound else { break };
                    let (begin, frame) = (out.len(), sound.frame(self.next));
                    out.extend_from_slice(frame);
                    match wide_kbits.and_then(|kbits| {
                        slate::widened_header([frame[0], frame[1], frame[2], frame[3]], kbits)
                    }) {
                        Some((header, length)) => {
                            out[begin..begin + 4].copy_from_slice(&header);
                            begin + length
                        }
                        None => out.len(),
                    }
                }
                Feed::Video { .. } => break,
            };
            self.fill_ancillary(end, source, &mut out)?;
            self.next += 1;
        }
        let length = out.len() - pes::FIXED_BYTES;
        out[4..6].copy_from_slice(&(length as u16).to_be_bytes());
        *self.queue.begin() = out;
        Ok(())
    }

    /// Fragments up to `end`, where the frame of sound ends. Its last two bytes stay zero: read from
    /// the end (TS 101 154 annex C) they are no sync of any ancillary data that decoders know.
    fn fill_ancillary(
        &mut self,
        end: usize,
        source: &mut dyn FrameSource,
        out: &mut Vec<u8>,
    ) -> Result<(), TsError> {
        if let Some(carriage) = self.carriage {
            while out.len() + fragment::HEADER_BYTES + 1 + 2 <= end {
                refill(&mut self.cutter, &mut self.number, carriage, source)?;
                if self.cutter.is_empty() {
                    break;
                }
                self.cutter.cut(end - 2 - out.len(), out);
            }
        }
        out.resize(end, 0);
        Ok(())
    }

    /// Appends the next cell.
    pub(crate) fn send(&mut self, pcr: Option<Ticks>, out: &mut Vec<u8>) {
        self.queue.send(pcr, out);
        self.cell_due = Ticks(self.cell_due.0 + self.spacing.0);
    }

    /// Appends a cell with a PCR and no payload.
    pub(crate) fn send_clock(&self, pcr: Ticks, out: &mut Vec<u8>) {
        self.queue.send_clock(pcr, out);
    }
}

fn frame_time_48k(number: u64) -> Ticks {
    Ticks(number * 648_000)
}

/// The Layer II rate above the slate's own that gives about `bits_per_s` of room.
fn wide_rate(own: u32, widest: u32, bits_per_s: u64) -> Result<u32, TsError> {
    [64u32, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384]
        .into_iter()
        .filter(|&kbits| kbits > own && kbits <= widest)
        .rfind(|&kbits| u64::from(kbits - own) * 1000 <= bits_per_s)
        .ok_or(TsError::Share {
            carriage: Carriage::SecondSound,
            bits_per_s,
            why: "less than the next rate of Layer II adds",
        })
}

/// Puts a new frame into an empty cutter, if there is one.
fn refill(
    cutter: &mut Cutter,
    number: &mut u8,
    carriage: Carriage,
    source: &mut dyn FrameSource,
) -> Result<(), TsError> {
    if cutter.is_empty()
        && let Some(frame) = source.next_frame(carriage)
    {
        ts_frame::check_length(frame)?;
        cutter.begin(frame, *number);
        *number = number.wrapping_add(1);
    }
    Ok(())
}
