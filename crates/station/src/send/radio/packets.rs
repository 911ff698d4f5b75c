//! Which packets go on air in which stream.

use std::collections::{HashMap, VecDeque};

use edition::Tier;
use fountain::{ObjectId, Packet};
use radio::{OnAir, Source};

use crate::error::Error;
use crate::send::cargo::Cargo;
use crate::send::feed::Feed;
use crate::send::radio::prospect::Timeline;
use crate::send::reach::{Reach, Reached};

/// Packets that are looked through for what the sturdiest stream is for.
pub(crate) const AHEAD: usize = 64;
/// The sturdiest stream has a list for so many packets: it is needed only where somebody forges.
const LIST_EVERY: u64 = 20;
/// The front goes round so many times as often as text there.
const FRONT_TIMES: f64 = 2.0;

/// The packets of a feed. Where several streams are on air together, the sturdiest takes of the next
/// packets those of front and text that have gone round least in it: who hears nothing else has the
/// front soon, and all text in time.
pub(crate) struct Packets<'a> {
    feed: &'a mut Feed,
    cargo: &'a Cargo,
    reach: Reach<'a>,
    timeline: Timeline,
    /// Seconds of the file at which the stretch of data begins that is being made, and frames of
    /// each stream that were made before it.
    begin: f64,
    before: Vec<u64>,
    frames: Vec<u64>,
    streams: usize,
    ahead: VecDeque<Vec<u8>>,
    /// What the sturdiest stream has had: packets, lists, heads, and bytes of objects.
    packets: u64,
    lists: u64,
    heads: u64,
    bytes: HashMap<ObjectId, u64>,
}

impl<'a> Packets<'a> {
    pub(crate) fn new(feed: &'a mut Feed, cargo: &'a Cargo, streams: usize) -> Self {
        Self {
            feed,
            cargo,
            reach: Reach::new(cargo),
            timeline: Timeline::default(),
            begin: 0.0,
            before: vec![0; streams],
            frames: vec![0; streams],
            streams,
            ahead: VecDeque::new(),
            packets: 0,
            lists: 0,
            heads: 0,
            bytes: HashMap::new(),
        }
    }

    /// The next stretch of data begins at this second of the file.
    pub(crate) fn begin(&mut self, seconds: f64) {
        self.begin = seconds;
        self.before.clone_from(&self.frames);
    }

    /// What a listener has who hears all of it, and all that went on air.
    pub(crate) fn end(self) -> (Vec<Reached>, Timeline) {
        (self.reach.reached(), self.timeline)
    }

    /// How often the sturdiest stream has had it: it takes what it has had least.
    fn laps(&self, packet: &[u8]) -> f64 {
        match Packet::parse(packet) {
            Ok(Packet::Head(_)) => self.heads as f64 / FRONT_TIMES,
            Ok(Packet::List(_)) if self.lists * LIST_EVERY <= self.packets => -1.0,
            Ok(Packet::Run(run)) => {
                let sent = self.bytes.get(&run.object).copied().unwrap_or(0) as f64;
                match self.reach.about(&run.object) {
                    Some((Tier::Front, size)) => sent / size as f64 / FRONT_TIMES,
                    Some((Tier::Text, size)) => sent / size as f64,
                    _ => f64::INFINITY,
                }
            }
            _ => f64::INFINITY,
        }
    }

    /// The place of the packet that the sturdiest stream takes.
    fn sturdiest(&mut self) -> usize {
        let laps = self.ahead.iter().map(|packet| self.laps(packet));
        let least = laps.enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
        let at = least.map_or(0, |(at, _)| at);
        self.packets += 1;
        match self.ahead.get(at).map(|packet| Packet::parse(packet)) {
            Some(Ok(Packet::Head(_))) => self.heads += 1,
            Some(Ok(Packet::List(_))) => self.lists += 1,
            Some(Ok(Packet::Run(run))) => {
                let bytes = self.ahead[at].len() as u64;
                *self.bytes.entry(run.object).or_default() += bytes;
            }
            _ => {}
        }
        at
    }
}

impl Source for Packets<'_> {
    type Error = Error;

    fn next(&mut self, stream: usize) -> Result<Vec<u8>, Error> {
        if self.streams < 2 {
            return self.feed.next_packet();
        }
        while self.ahead.len() < AHEAD {
            let packet = self.feed.next_packet()?;
            self.ahead.push_back(packet);
        }
        let at = if stream == 0 { self.sturdiest() } else { 0 };
        Ok(self.ahead.remove(at).unwrap_or_default())
    }

    fn on_air(&mut self, stream: usize, packet: Vec<u8>, when: OnAir) {
        let earlier = self.before[stream];
        let when = OnAir {
            begins: self.begin + when.begins,
            whole: when.whole.map(|whole| self.begin + whole),
            frames: earlier + when.frames.start..earlier + when.frames.end,
        };
        self.frames[stream] = self.frames[stream].max(when.frames.end);
        if let Some(seconds) = when.whole {
            self.reach.heard(&packet, seconds);
        }
        let place = |object: &_| self.reach.place(object);
        self.timeline
            .note(self.cargo, place, stream, &packet, &when);
        self.feed.recycle(packet);
    }
}
