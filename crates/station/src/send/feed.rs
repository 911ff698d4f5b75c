//! Packets in the order in which they go on air: runs, the lists that name them, heads.

use std::collections::VecDeque;

use edition::{Certificate, PublicKey, SecretKey};
use fountain::{
    Carousel, ListBuilder, MAX_PACKET_BYTES, Packet, Schedule, Sender, Slice, Slot, write_head,
};

use crate::error::Error;
use crate::send::ahead;
use crate::send::cargo::Cargo;
use crate::send::progress::SentState;
use crate::send::spool::{Need, Spool};

/// The packets that suit a carrier.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PacketTerms {
    /// Bytes of a run's packet, at most, where one symbol is not longer.
    pub run_bytes: usize,
    /// Runs that a list names, at most; it names no more than fit.
    pub list_runs: usize,
    /// The certificate is in every so manyth list.
    pub certificate_every: u64,
    /// Bytes from head to head; in packets, if none: by the time and rate of the feed.
    pub head_bytes: Option<u64>,
    /// Of the airtime what front and text each take at most where there are pictures and media.
    pub urgent_share: f64,
    /// How many symbols of each block go on air after how many laps.
    pub schedule: Schedule,
}

impl PacketTerms {
    /// As long as packets can be, as on ts.
    pub const LONG: Self = Self {
        run_bytes: MAX_PACKET_BYTES,
        list_runs: usize::MAX,
        certificate_every: 1,
        head_bytes: None,
        urgent_share: 0.08,
        schedule: Schedule::DEFAULT,
    };
}

/// The symbols of all slots up to one.
#[derive(Debug)]
struct Window {
    until: u64,
    spool: Spool,
}

/// What a feed is made of.
#[derive(Debug, Clone)]
pub struct FeedTerms<'a> {
    /// The objects.
    pub cargo: &'a Cargo,
    /// The head's bytes.
    pub head: &'a [u8],
    /// The publisher's current root key.
    pub root: PublicKey,
    /// Number of the edition.
    pub number: u64,
    /// The key that signs lists, and its certificate.
    pub key: &'a SecretKey,
    /// Its certificate.
    pub certificate: &'a Certificate,
    /// The sender's share of the repair symbols.
    pub slice: Slice,
    /// Whether source symbols are sent first.
    pub primary: bool,
    /// Packets that the carrier brings in a second.
    pub packets_per_second: f64,
    /// Seconds from head to head.
    pub head_seconds: f64,
    /// What packets are like.
    pub packets: PacketTerms,
    /// Where the carousel goes on from.
    pub sent: &'a SentState,
}

/// An endless sequence of packets. What it may send is bounded by the windows that are spooled and,
/// on air for ever, by how far it is written down that it goes; slots are counted since it was made.
#[derive(Debug)]
pub struct Feed {
    carousel: Carousel,
    objects: usize,
    /// Slots that have been taken.
    taken: u64,
    windows: VecDeque<Window>,
    /// Slots that may be taken because it is written down.
    granted: u64,
    /// The slot before which another feed takes over.
    stop: Option<u64>,
    /// Objects that do not go on air any more.
    left_out: Vec<bool>,
    head: Vec<u8>,
    root: PublicKey,
    number: u64,
    key: SecretKey,
    certificate: Certificate,
    packets: PacketTerms,
    /// In packets or bytes, as [`PacketTerms::head_bytes`] says.
    head_period: u64,
    /// Those until the next head.
    until_head: u64,
    queue: VecDeque<Vec<u8>>,
    spare: Vec<Vec<u8>>,
    /// Lists that were made.
    batches: u64,
    runs: u64,
    lists: u64,
    heads: u64,
}

impl Feed {
    /// A feed that has sent nothing yet.
    pub fn new(terms: &FeedTerms<'_>) -> Result<Self, Error> {
        let mut objects = terms.cargo.carousel(
            terms.packets_per_second,
            terms.packets.run_bytes,
            terms.packets.urgent_share,
        );
        for (index, object) in objects.iter_mut().enumerate() {
            object.sent = terms.sent.sent(terms.cargo, index);
        }
        let sender = Sender {
            slice: terms.slice,
            primary: terms.primary,
        };
        let carousel = Carousel::new(
            &objects,
            sender,
            terms.packets.schedule,
            terms.packets.run_bytes,
        )?;
        let mut head = Vec::new();
        write_head(terms.head, &mut head)?;
        Ok(Self {
            carousel,
            objects: objects.len(),
            taken: 0,
            windows: VecDeque::new(),
            granted: u64::MAX,
            stop: None,
            left_out: Vec::new(),
            head,
            root: terms.root,
            number: terms.number,
            key: terms.key.clone(),
            certificate: terms.certificate.clone(),
            packets: terms.packets,
            head_period: match terms.packets.head_bytes {
                Some(bytes) => bytes,
                None => (terms.packets_per_second * terms.head_seconds).max(1.0) as u64,
            },
            until_head: 0,
            queue: VecDeque::new(),
            spare: Vec::new(),
            batches: 0,
            runs: 0,
            lists: 0,
            heads: 0,
        })
    }

    /// Looks ahead: which repair symbols the next `runs` full runs take, and how far everything will
    /// then have been sent. Of runs that are not full there are more in the same time: small
    /// objects have short ones.
    pub fn look_ahead(&self, cargo: &Cargo, runs: u64) -> (Vec<Vec<Need>>, Vec<Vec<u64>>) {
        let mut carousel = self.carousel.clone();
        let needs = ahead::by_runs(&mut carousel, cargo, runs).needs;
        let sent = (0..cargo.items.len())
            .map(|index| carousel.sent(index).collect())
            .collect();
        (needs, sent)
    }

    /// Runs until every object that is not repeated has gone on air `laps` times.
    pub fn runs_of_laps(&self, cargo: &Cargo, laps: f64) -> u64 {
        let mut carousel = self.carousel.clone();
        let start: Vec<Vec<u64>> = (0..cargo.items.len())
            .map(|index| carousel.sent(index).collect())
            .collect();
        let mut left: Vec<Vec<f64>> = cargo
            .items
            .iter()
            .map(|item| {
                item.oti
                    .iter_blocks()
                    .map(|b| f64::from(b.symbols()) * laps)
                    .collect()
            })
            .collect();
        let mut open: usize = start.iter().map(Vec::len).sum();
        let mut runs = 0;
        while open > 0 {
            let Slot {
                object, sbn, count, ..
            } = carousel.next_slot();
            runs += 1;
            let left = &mut left[object][usize::from(sbn)];
            if *left > 0.0 {
                *left -= f64::from(count);
                open -= usize::from(*left <= 0.0);
            }
        }
        runs
    }

    /// Where all symbols come from; before the first packet is asked for.
    pub fn set_spool(&mut self, spool: Spool) {
        self.add_window(u64::MAX, spool);
    }

    /// The next window: the symbols from where the last one ends to the slot `until`.
    pub(crate) fn add_window(&mut self, until: u64, spool: Spool) {
        self.windows.push_back(Window { until, spool });
    }

    /// The carousel as it stands, to look ahead with.
    pub(crate) fn carousel(&self) -> &Carousel {
        &self.carousel
    }

    /// Slots that have been taken.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Slots taken but for those whose runs have not been asked for yet.
    pub(crate) fn asked(&self) -> u64 {
        let is_run = |packet: &&Vec<u8>| matches!(Packet::parse(packet), Ok(Packet::Run(_)));
        self.taken - self.queue.iter().filter(is_run).count() as u64
    }

    /// Whether nothing waits to be asked for.
    pub(crate) fn is_drained(&self) -> bool {
        self.queue.is_empty()
    }

    /// The slot up to which symbols are there.
    pub(crate) fn spooled(&self) -> u64 {
        self.windows.back().map_or(self.taken, |w| w.until)
    }

    /// Slots that are taken at once.
    pub(crate) fn batch(&self) -> Result<u64, Error> {
        let full = self.list(true)?.capacity();
        Ok(full.min(self.packets.list_runs) as u64)
    }

    /// How many windows are there.
    pub(crate) fn windows(&self) -> usize {
        self.windows.len()
    }

    /// Forgets all windows: what is in them cannot be read.
    pub(crate) fn drop_windows(&mut self) {
        self.windows.clear();
    }

    /// How many objects are on the carousel.
    pub(crate) fn objects(&self) -> usize {
        self.objects
    }

    /// It is written down that slots up to this one go on air.
    pub(crate) fn grant(&mut self, until: u64) {
        self.granted = until;
    }

    pub(crate) fn granted(&self) -> u64 {
        self.granted
    }

    /// Nothing from this slot on goes on air; or it does.
    pub(crate) fn stop_at(&mut self, slot: Option<u64>) {
        self.stop = slot;
    }

    /// Leaves objects out from now on, by their place in the cargo. Not all, or nothing goes on air.
    pub(crate) fn leave_out(&mut self, objects: Vec<bool>) {
        self.left_out = objects;
    }

    /// Takes so many slots without sending what is in them, as they went on air before.
    pub(crate) fn skip(&mut self, slots: u64) {
        for _ in 0..slots {
            self.carousel.next_slot();
        }
        self.taken += slots;
    }

    /// Runs, lists and heads that have been asked for so far.
    pub fn counts(&self) -> (u64, u64, u64) {
        (self.runs, self.lists, self.heads)
    }

    /// The next packet. Of a feed that was given all its symbols at once there always is one.
    pub fn next_packet(&mut self) -> Result<Vec<u8>, Error> {
        Ok(self.poll_packet()?.unwrap_or_default())
    }

    /// The next packet, if one may go on air now.
    pub(crate) fn poll_packet(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.queue.is_empty() && !self.fill()? {
            return Ok(None);
        }
        let Some(packet) = self.queue.pop_front() else {
            return Ok(None);
        };
        match Packet::parse(&packet) {
            Ok(Packet::Head(_)) => self.heads += 1,
            Ok(Packet::List(_)) => self.lists += 1,
            _ => self.runs += 1,
        }
        Ok(Some(packet))
    }

    /// A head, out of turn: there is nothing else.
    pub(crate) fn extra_head(&mut self) -> Vec<u8> {
        self.heads += 1;
        self.head.clone()
    }

    /// Packets from head to head.
    pub(crate) fn head_period(&self) -> u64 {
        self.head_period
    }

    /// Gives a packet's memory back.
    pub fn recycle(&mut self, packet: Vec<u8>) {
        self.spare.push(packet);
    }

    /// A list and the runs on it, heads between. A list goes on air once: it is needed only where
    /// somebody forges packets, and what is lost with one is a hundredth of a lap at most, mostly in
    /// the burst that took its runs too. A second copy would cost everybody 0.9 % of the airtime.
    ///
    /// `false` if symbols, or the leave to send them, are not there for a whole list: it is short
    /// only where another feed takes over behind it.
    fn fill(&mut self) -> Result<bool, Error> {
        let has_certificate = self.batches.is_multiple_of(self.packets.certificate_every);
        let mut list = self.list(has_certificate)?;
        let most = list.capacity().min(self.packets.list_runs);
        let may = self.granted.min(self.spooled());
        let end = match self.stop {
            Some(stop) if stop <= may => stop,
            _ if may - self.taken.min(may) < most as u64 => return Ok(false),
            _ => may,
        };
        let mut runs = Vec::with_capacity(most);
        while !list.is_full() && list.len() < most && self.taken < end {
            let at = self.taken;
            let slot = self.carousel.next_slot();
            self.taken += 1;
            if self.left_out.get(slot.object).is_some_and(|out| *out) {
                continue;
            }
            while self.windows.front().is_some_and(|w| w.until <= at) {
                self.windows.pop_front();
            }
            let Some(window) = self.windows.front() else {
                break;
            };
            let mut packet = self.spare.pop().unwrap_or_default();
            window.spool.run(&slot, &mut packet)?;
            list.push(&packet)?;
            runs.push(packet);
        }
        if runs.is_empty() {
            return Ok(false);
        }
        self.batches += 1;
        let list = list.finish(|message| self.key.sign_raw(message).0)?;
        self.enqueue(list);
        for run in runs {
            self.enqueue(run);
        }
        Ok(true)
    }

    fn list(&self, has_certificate: bool) -> Result<ListBuilder, Error> {
        Ok(ListBuilder::new(
            self.root.id(),
            self.number,
            self.key.public().id(),
            has_certificate.then(|| self.certificate.bytes()),
            MAX_PACKET_BYTES,
        )?)
    }

    fn enqueue(&mut self, packet: Vec<u8>) {
        if self.until_head == 0 {
            self.queue.push_back(self.head.clone());
            self.until_head = self.head_period;
        }
        let weight = match self.packets.head_bytes {
            Some(_) => packet.len() as u64,
            None => 1,
        };
        self.until_head = self.until_head.saturating_sub(weight);
        self.queue.push_back(packet);
    }
}
