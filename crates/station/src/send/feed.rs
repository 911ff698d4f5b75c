//! Packets in the order in which they go on air: runs, the lists that name them, heads.

use std::collections::VecDeque;

use edition::{Certificate, PublicKey, SecretKey};
use fountain::{
    Carousel, ListBuilder, MAX_PACKET_BYTES, Packet, RUN_HEADER_BYTES, Schedule, Sender, Slice,
    Slot, write_head,
};

use crate::error::Error;
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

/// An endless sequence of packets.
#[derive(Debug)]
pub struct Feed {
    carousel: Carousel,
    spool: Option<Spool>,
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
            spool: None,
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
        let mut needs: Vec<Vec<Need>> = cargo
            .items
            .iter()
            .map(|item| vec![Need::default(); usize::from(item.oti.blocks())])
            .collect();
        let blocks: Vec<Vec<u32>> = cargo
            .items
            .iter()
            .map(|item| item.oti.iter_blocks().map(|b| b.symbols()).collect())
            .collect();
        let (mut made, mut bytes) = (0, 0);
        while made < runs || bytes < runs * MAX_PACKET_BYTES as u64 {
            let slot = carousel.next_slot();
            let symbol = cargo.items[slot.object].oti.symbol_size();
            made += 1;
            bytes += RUN_HEADER_BYTES as u64 + u64::from(slot.count) * u64::from(symbol);
            if slot.esi < blocks[slot.object][usize::from(slot.sbn)] {
                continue;
            }
            let need = &mut needs[slot.object][usize::from(slot.sbn)];
            if need.first == need.end {
                need.first = slot.esi;
            }
            need.first = need.first.min(slot.esi);
            need.end = need.end.max(slot.esi + slot.count);
        }
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

    /// Where the symbols come from; before the first packet is asked for.
    pub fn set_spool(&mut self, spool: Spool) {
        self.spool = Some(spool);
    }

    /// Runs, lists and heads that have been asked for so far.
    pub fn counts(&self) -> (u64, u64, u64) {
        (self.runs, self.lists, self.heads)
    }

    /// The next packet.
    pub fn next_packet(&mut self) -> Result<Vec<u8>, Error> {
        while self.queue.is_empty() {
            self.fill()?;
        }
        let packet = self.queue.pop_front().unwrap_or_default();
        match Packet::parse(&packet) {
            Ok(Packet::Head(_)) => self.heads += 1,
            Ok(Packet::List(_)) => self.lists += 1,
            _ => self.runs += 1,
        }
        Ok(packet)
    }

    /// Gives a packet's memory back.
    pub fn recycle(&mut self, packet: Vec<u8>) {
        self.spare.push(packet);
    }

    /// A list and the runs on it, heads between. A list goes on air once: it is needed only where
    /// somebody forges packets, and what is lost with one is a hundredth of a lap at most, mostly in
    /// the burst that took its runs too. A second copy would cost everybody 0.9 % of the airtime.
    fn fill(&mut self) -> Result<(), Error> {
        let has_certificate = self.batches.is_multiple_of(self.packets.certificate_every);
        self.batches += 1;
        let mut list = ListBuilder::new(
            self.root.id(),
            self.number,
            self.key.public().id(),
            has_certificate.then(|| self.certificate.bytes()),
            MAX_PACKET_BYTES,
        )?;
        let mut runs = Vec::with_capacity(list.capacity());
        while !list.is_full() && list.len() < self.packets.list_runs {
            let slot = self.carousel.next_slot();
            let mut packet = self.spare.pop().unwrap_or_default();
            if let Some(spool) = &self.spool {
                spool.run(&slot, &mut packet)?;
            }
            list.push(&packet)?;
            runs.push(packet);
        }
        let list = list.finish(|message| self.key.sign_raw(message).0)?;
        self.enqueue(list);
        for run in runs {
            self.enqueue(run);
        }
        Ok(())
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
