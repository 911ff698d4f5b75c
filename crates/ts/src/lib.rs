//! Frames of bytes carried in an MPEG transport stream (ISO/IEC 13818-1), and found again in
//! whatever a set-top box made of it.
//!
//! A *frame* is 1..=[`MAX_FRAME_BYTES`] opaque bytes. [`Mux`] sends frames beside an ordinary
//! service; [`Demux`] takes any bytes of a recording and gives back the frames that are whole. Both
//! are sans-IO: bytes in, bytes out, and time is a count of cells.
//!
//! ```
//! use ts::{Bitrate, Carriage, Demux, FrameSource, Mux, MuxConfig};
//!
//! struct Repeat(Vec<u8>);
//! impl FrameSource for Repeat {
//!     fn next_frame(&mut self, _: Carriage) -> Option<&[u8]> {
//!         Some(&self.0)
//!     }
//! }
//!
//! let mut mux = Mux::new(MuxConfig::new("2M".parse()?, "News"))?;
//! let mut air = Vec::new();
//! mux.next_cells(&mut Repeat(b"hello".to_vec()), 1000, &mut air)?;
//!
//! let (mut demux, mut heard) = (Demux::new(), 0);
//! let mut sink = |frame: ts::Frame<'_>| {
//!     assert_eq!(frame.bytes, b"hello");
//!     heard += 1;
//! };
//! demux.push(&air, &mut sink);
//! demux.finish(&mut sink);
//! assert!(heard > 900);
//! # Ok::<(), ts::TsError>(())
//! ```
//!
//! The wire is described byte by byte in `docs/format-ts.md`; which carriage survives which
//! recorder stands in `docs/carriages.md`.

mod carriage;
mod cell;
mod clock;
mod crc;
mod demux;
mod dvb_text;
mod error;
mod fragment;
mod mux;
mod pes;
mod psi;
mod slate;
mod subtitle;
mod teletext;
mod ts_frame;
mod user_data;

pub use carriage::Carriage;
pub use cell::CELL_BYTES;
pub use clock::{Bitrate, Ticks};
pub use demux::{
    CarriageCount, ClockReport, Container, Demux, Frame, PmtDeclared, Report, Service, Stats,
    Stream, StreamReport,
};
pub use error::TsError;
pub use mux::{
    CarriagePlan, FrameSource, MAX_NAME_BYTES, Mux, MuxConfig, MuxStats, NoFrames, Pids, Share,
};
pub use slate::{MAX_SLATE_BYTES, Slate, SlateError, Sound, Video, VideoCodec};
pub use ts_frame::MAX_FRAME_BYTES;
