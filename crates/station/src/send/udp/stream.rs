//! Datagrams in the order in which they leave: symbols, the lists that name them, heads, the FDT.

use std::collections::VecDeque;

use edition::{Certificate, PublicKey, SecretKey};
use fountain::{ListBuilder, MAX_PACKET_BYTES, Packet, write_head};
use udp::{Symbol, write_close, write_signal, write_symbol};

use crate::error::Error;
use crate::send::cargo::Cargo;
use crate::send::udp::chunks::Chunk;
use crate::send::udp::fdt::Fdt;
use crate::send::udp::{SentUdp, UdpCounts};

/// Seconds from head to head: at least one in every 2 s.
const HEAD_SECONDS: f64 = 1.8;
/// Seconds after which the FDT has been sent once more, unless that takes more than one packet in
/// [`FDT_LEAST`].
const FDT_SECONDS: f64 = 5.0;
const FDT_LEAST: f64 = 50.0;

/// What a stream is made of.
#[derive(Debug, Clone)]
pub(super) struct StreamTerms<'a> {
    pub(super) cargo: &'a Cargo,
    /// The head's bytes.
    pub(super) head: &'a [u8],
    /// The publisher's current root key.
    pub(super) root: PublicKey,
    /// Number of the edition.
    pub(super) number: u64,
    /// The key that signs lists, and its certificate.
    pub(super) key: &'a SecretKey,
    pub(super) certificate: &'a Certificate,
    /// TSI of the objects.
    pub(super) tsi: u32,
    pub(super) bits_per_s: u64,
    /// Bytes that the network puts before each datagram.
    pub(super) header_bytes: u64,
    /// Full symbols in a second.
    pub(super) per_second: f64,
}

/// Makes datagrams.
#[derive(Debug)]
pub(super) struct Stream<'a> {
    terms: StreamTerms<'a>,
    /// The packet of the head.
    head: Vec<u8>,
    fdt: Fdt,
    /// Symbols between two packets of the FDT.
    fdt_every: u64,
    until_fdt: u64,
    /// Bytes on the network between two heads.
    head_bytes: u64,
    until_head: u64,
    /// Packets that are to be sent.
    queue: VecDeque<Vec<u8>>,
    spare: Vec<Vec<u8>>,
    datagram: Vec<u8>,
    sent: SentUdp,
}

impl<'a> Stream<'a> {
    pub(super) fn new(terms: &StreamTerms<'a>) -> Result<Self, Error> {
        let mut head = Vec::new();
        write_head(terms.head, &mut head)?;
        let fdt = Fdt::new(terms.tsi, terms.cargo)?;
        let fdt_every = FDT_SECONDS * terms.per_second / fdt.count().max(1) as f64;
        Ok(Self {
            terms: terms.clone(),
            head,
            fdt,
            fdt_every: fdt_every.max(FDT_LEAST) as u64,
            until_fdt: 0,
            head_bytes: (terms.bits_per_s as f64 / 8.0 * HEAD_SECONDS) as u64,
            until_head: 0,
            queue: VecDeque::new(),
            spare: Vec::new(),
            datagram: Vec::new(),
            sent: SentUdp::default(),
        })
    }

    /// What has been made so far.
    pub(super) fn sent(&self) -> &SentUdp {
        &self.sent
    }

    /// Bytes of it on the network.
    pub(super) fn air_bytes(&self) -> u64 {
        let all = self.sent.all();
        all.bytes + all.datagrams * self.terms.header_bytes
    }

    /// Makes the packets of a chunk from its symbol `begin` on, as many as a list names, and gives the
    /// one that comes then.
    pub(super) fn make_batch(&mut self, chunk: &Chunk, begin: usize) -> Result<usize, Error> {
        let certificate = self.terms.certificate.bytes();
        let mut list = ListBuilder::new(
            self.terms.root.id(),
            self.terms.number,
            self.terms.key.public().id(),
            Some(certificate),
            MAX_PACKET_BYTES,
        )?;
        let end = chunk.len().min(begin + list.capacity());
        let mut runs = Vec::with_capacity(end - begin);
        for at in begin..end {
            let mut packet = self.spare.pop().unwrap_or_default();
            chunk.run(at, &mut packet);
            list.push(&packet)?;
            runs.push(packet);
        }
        let list = list.finish(|message| self.terms.key.sign_raw(message).0)?;
        self.queue.push_back(list);
        self.queue.extend(runs);
        Ok(end)
    }

    /// The datagram that was made last.
    pub(super) fn datagram(&self) -> &[u8] {
        &self.datagram
    }

    /// Makes the next datagram; says whether there is one, before the batch is through.
    pub(super) fn make_datagram(&mut self) -> Result<bool, Error> {
        let Some(next) = self.queue.front() else {
            return Ok(false);
        };
        self.datagram.clear();
        let (tsi, signals) = (self.terms.tsi, self.terms.tsi | 1);
        if self.until_head == 0 {
            write_signal(signals, &self.head, &mut self.datagram)?;
            self.until_head = self.head_bytes;
            count(&mut self.sent.heads, &self.datagram);
            return Ok(true);
        }
        match Packet::parse(next)? {
            Packet::Run(_) if self.until_fdt == 0 => {
                self.fdt.write_next(&mut self.datagram)?;
                self.until_fdt = self.fdt_every;
                count(&mut self.sent.fdt, &self.datagram);
            }
            Packet::Run(run) => {
                let symbol = Symbol {
                    object: run.object.0,
                    sbn: run.sbn,
                    esi: run.esi,
                    bytes: run.payload,
                };
                write_symbol(tsi, &symbol, &mut self.datagram)?;
                self.until_fdt -= 1;
                self.sent.symbol_bytes += run.payload.len() as u64;
                count(&mut self.sent.symbols, &self.datagram);
                self.spare.extend(self.queue.pop_front());
            }
            Packet::Head(_) | Packet::List(_) => {
                write_signal(signals, next, &mut self.datagram)?;
                count(&mut self.sent.lists, &self.datagram);
                self.queue.pop_front();
            }
        }
        let bytes = self.datagram.len() as u64 + self.terms.header_bytes;
        self.until_head = self.until_head.saturating_sub(bytes);
        Ok(true)
    }

    /// The ends of both sessions.
    pub(super) fn closes(&self) -> [Vec<u8>; 2] {
        [false, true].map(|is_of_signals| {
            let mut datagram = Vec::new();
            let tsi = self.terms.tsi | u32::from(is_of_signals);
            write_close(tsi, is_of_signals, &mut datagram);
            datagram
        })
    }
}

fn count(counts: &mut UdpCounts, datagram: &[u8]) {
    counts.datagrams += 1;
    counts.bytes += datagram.len() as u64;
}
