//! Which packets go on air in which stream.

use std::collections::{HashMap, VecDeque};

use edition::Tier;
use fountain::{ObjectId, Packet};
use radio::Source;

use crate::error::Error;
use crate::send::cargo::Cargo;
use crate::send::feed::Feed;
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
    reach: Reach<'a>,
    /// Seconds of the file at which the transmission begins.
    begin: f64,
    streams: usize,
    ahead: VecDeque<Vec<u8>>,
    /// What the sturdiest stream has had: packets, lists, heads, and bytes of objects.
    packets: u64,
    lists: u64,
    heads: u64,
    bytes: HashMap<ObjectId, u64>,
}

impl<'a> Packets<'a> {
    pub(crate) fn new(feed: &'a mut Feed, cargo: &'a Cargo, begin: f64, streams: usize) -> Self {
        Self {
            feed,
            reach: Reach::new(cargo),
            begin,
            streams,
            ahead: VecDeque::new(),
            packets: 0,
            lists: 0,
            heads: 0,
            bytes: HashMap::new(),
        }
    }

    /// What a listener has who hears all of it.
    pub(crate) fn reached(&self) -> Vec<Reached> {
        self.reach.reached()
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

    fn on_air(&mut self, packet: Vec<u8>, whole: Option<f64>) {
        if let Some(seconds) = whole {
            self.reach.heard(&packet, self.begin + seconds);
        }
        self.feed.recycle(packet);
    }
}
