//! The carriers that packets of forgers and of stations share.

use file::Writer;
use radio::{Deframer, Framer};
use receiver::{MemoryStore, Receiver};
use ts::{Carriage, FrameSource, Mux, MuxConfig};
use udp::{Symbol, write_signal, write_symbol};

/// A carrier.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Carrier {
    Ts,
    File,
    /// Frames as they come out of the demodulator, which is tested elsewhere and slow.
    Radio,
    Udp,
}

pub(crate) const CARRIERS: [Carrier; 4] =
    [Carrier::Ts, Carrier::File, Carrier::Radio, Carrier::Udp];

struct Once<'a>(std::slice::Iter<'a, Vec<u8>>);

impl FrameSource for Once<'_> {
    fn next_frame(&mut self, _: Carriage) -> Option<&[u8]> {
        self.0.next().map(Vec::as_slice)
    }
}

impl Carrier {
    /// Brings packets to a receiver as a recording of this carrier.
    pub(crate) fn bring(self, receiver: &mut Receiver<MemoryStore>, packets: &[Vec<u8>]) {
        match self {
            Self::Ts => {
                let mut mux = Mux::new(MuxConfig::new("4M".parse().unwrap(), "News")).unwrap();
                let (mut air, cells) = (Vec::new(), packets.len() * 8 + 500);
                mux.next_cells(&mut Once(packets.iter()), cells, &mut air)
                    .unwrap();
                air.chunks(50_000).for_each(|b| receiver.push(b).unwrap());
            }
            Self::File => {
                let (mut writer, mut file) = (Writer::new(), Vec::new());
                writer.header(&mut file);
                for packet in packets {
                    writer.record(packet, &mut file).unwrap();
                }
                file.chunks(50_000).for_each(|b| receiver.push(b).unwrap());
            }
            Self::Radio => {
                let mode = &radio::MODES[0];
                let (mut framer, mut deframer) = (Framer::new(mode), Deframer::default());
                let mut give = |frame: &[u8]| {
                    deframer.push(frame, &mut |packet| receiver.push_packet(packet).unwrap());
                };
                for packet in packets {
                    framer.push(packet);
                    while framer.waiting() > 2_000 {
                        give(&framer.frame());
                    }
                }
                while framer.waiting() > 0 {
                    give(&framer.frame());
                }
            }
            Self::Udp => {
                for packet in packets {
                    receiver.push_datagram(&datagram(packet)).unwrap();
                }
            }
        }
        receiver.end_recording().unwrap();
    }
}

/// A run in the session of symbols, all else in that of signals.
fn datagram(packet: &[u8]) -> Vec<u8> {
    let mut datagram = Vec::new();
    match packet {
        [1, rest @ ..] => {
            let esi = [0, rest[9], rest[10], rest[11]];
            let symbol = Symbol {
                object: rest[..8].try_into().unwrap(),
                sbn: rest[8],
                esi: u32::from_be_bytes(esi),
                bytes: &rest[12..],
            };
            write_symbol(2, &symbol, &mut datagram).unwrap();
        }
        signal => write_signal(3, signal, &mut datagram).unwrap(),
    }
    datagram
}
