//! The carriers, by the terms with which they are sent.

use edition::Tier;
use ts::{Carriage, FrameSource, MAX_FRAME_BYTES, Mux};

use crate::error::Error;
use crate::plan::air::{Air, Clock};
use crate::send::ts::HEAD_SECONDS;
use crate::send::{PacketTerms, SendRadio, SendTs};

/// Cells that the mux is asked for, to see how many of them it leaves to data: a minute at 1 Mbit/s,
/// and more than a round of the slate's pictures.
const CELLS: usize = 40_000;
const CELLS_AT_ONCE: usize = 1_000;
/// Bytes of IPv6 (RFC 8200 §3), UDP (RFC 768) and ALC/LCT (RFC 5775, with the FEC payload ID) before
/// a symbol.
const DATAGRAM_BYTES: usize = 40 + 8 + 16 + 4;

/// How an edition is to be sent.
#[derive(Debug, Clone)]
pub enum PlanCarrier {
    /// As `send ts` does.
    Ts(SendTs),
    /// As `send radio` does; voices around the data come on top.
    Radio(SendRadio),
    /// Datagrams of one symbol.
    Udp {
        /// With all their headers.
        bits_per_second: f64,
    },
}

impl PlanCarrier {
    /// Whether objects of this tier go on air.
    pub(crate) fn sends(&self, tier: Tier) -> bool {
        match self {
            Self::Radio(terms) => terms.everything || tier <= Tier::Text,
            _ => true,
        }
    }

    /// What packets take, for a head of so many bytes.
    pub fn air(&self, head: usize) -> Result<Air, Error> {
        Ok(match self {
            Self::Ts(terms) => {
                let cells_per_second =
                    terms.bitrate.bits_per_s() as f64 / (8 * ts::CELL_BYTES) as f64;
                Air {
                    packets_per_second: terms.stream().rates()[0].1,
                    packets: PacketTerms::LONG,
                    head_bytes: head,
                    head_seconds: HEAD_SECONDS,
                    clock: Clock::Cells {
                        seconds: 1.0 / (cells_per_second * data_share(terms)?),
                    },
                }
            }
            Self::Radio(terms) => {
                terms.check()?;
                // Streams side by side bring so much together, in frames of so much on average; a
                // packet is whole when the last of its frame's slots is.
                let payload: usize = terms.modes.iter().map(|mode| mode.payload()).sum();
                let streams: usize = terms.modes.iter().map(|mode| mode.layers.len()).sum();
                let bytes_per_second = terms.bit_rate() / 8.0;
                let spread = terms.modes.iter().map(|mode| mode.spread_seconds());
                Air {
                    packets_per_second: terms.packets_per_second(),
                    packets: terms.packet_terms(head),
                    head_bytes: head,
                    head_seconds: 0.0,
                    clock: Clock::Frames {
                        bytes: payload as f64 / streams.max(1) as f64,
                        bytes_per_second,
                        spread_seconds: spread.fold(0.0, f64::max),
                    },
                }
            }
            Self::Udp { bits_per_second } => Air {
                packets_per_second: bits_per_second
                    / 8.0
                    / (fountain::MAX_PACKET_BYTES + DATAGRAM_BYTES) as f64,
                packets: PacketTerms {
                    // One symbol, however short.
                    run_bytes: 0,
                    ..PacketTerms::LONG
                },
                head_bytes: head,
                head_seconds: HEAD_SECONDS,
                clock: Clock::Datagrams {
                    bytes_per_second: bits_per_second / 8.0,
                    around: DATAGRAM_BYTES,
                },
            },
        })
    }
}

/// The share of the cells that data gets by the default carriage: the mux itself says so.
fn data_share(terms: &SendTs) -> Result<f64, Error> {
    let mut mux = Mux::new(terms.stream().mux())?;
    let mut cells = Vec::new();
    for _ in 0..CELLS / CELLS_AT_ONCE {
        cells.clear();
        mux.next_cells(&mut Full, CELLS_AT_ONCE, &mut cells)?;
    }
    let stats = mux.stats();
    Ok(stats.data_cells[Carriage::AsyncPes.index()] as f64 / stats.cells as f64)
}

/// Never without a frame.
struct Full;

impl FrameSource for Full {
    fn next_frame(&mut self, _: Carriage) -> Option<&[u8]> {
        Some(&[0; MAX_FRAME_BYTES])
    }
}
