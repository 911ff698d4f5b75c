//! Packets on a LAN as FLUTE (RFC 6726) over ALC/LCT (RFC 5775, RFC 5651): datagrams in, datagrams
//! out, no sockets.
//!
//! A *symbol* is one encoding symbol of an object and travels in a FLUTE session, where a receiver
//! that knows nothing of this project collects objects as files. A *signal* is any other packet and
//! travels in an LCT session of its own, which such a receiver does not join.
//!
//! ```
//! use udp::{Datagram, Symbol, write_signal, write_symbol};
//!
//! let symbol = Symbol { object: [7; 8], sbn: 0, esi: 5, bytes: &[1; 16] };
//! let mut datagram = Vec::new();
//! write_symbol(2, &symbol, &mut datagram)?;
//! assert_eq!(Datagram::parse(&datagram)?, Datagram::Symbol(symbol));
//!
//! datagram.clear();
//! write_signal(3, b"a list", &mut datagram)?;
//! assert_eq!(Datagram::parse(&datagram)?, Datagram::Signal(b"a list"));
//! # Ok::<(), udp::UdpError>(())
//! ```
//!
//! What tells a plain receiver of the objects is an FDT Instance ([`FdtInstance`]) in packets of its
//! own ([`FdtPackets`]); ours needs none. [`Capture`] finds datagrams in a file of `tcpdump -w`.
//!
//! The form is described byte by byte in `docs/format-udp.md`.

mod capture;
mod datagram;
mod error;
mod fdt;
mod fdt_packets;
mod lct;
mod link;
mod ntp;
mod xml;

pub use capture::{Capture, CaptureStats, Captured};
pub use datagram::{
    Datagram, MAX_DATAGRAM_BYTES, MAX_SIGNAL_BYTES, MAX_SYMBOL_BYTES, SIGNAL_CODEPOINT,
    SIGNAL_OVERHEAD_BYTES, SYMBOL_OVERHEAD_BYTES, Symbol, write_close, write_signal, write_symbol,
};
pub use error::UdpError;
pub use fdt::{FdtFile, FdtInstance, MAX_FDT_BYTES, MAX_FDT_FILES};
pub use fdt_packets::{FDT_SYMBOL_BYTES, FdtPackets};
pub use lct::{Extension, Lct};
pub use ntp::Ntp;
