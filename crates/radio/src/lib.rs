//! Packets ⇄ sound, one way: for a broadcaster's ordinary transmitter and a listener's recording.
//!
//! ```text
//! Framer::push(packet) …, frame()  ─► Modulator::frame(frame)  ─► samples at the mode's rate
//! Transmission::symbol(source of packets)     the same, for modes on air together, for so long
//! samples ─► Demodulator::push ─► Received ─► Deframer::push(frame) ─► packets
//! samples at any rate ─► Listener::push ─► packets      all of the line above, in any mode
//! bytes of a WAV ─► Recording::push ─► packets
//! ```
//!
//! The waveform is described in `docs/radio.md`, in enough detail for another receiver.

mod analytic;
mod clip;
mod constellation;
mod demodulator;
mod excise;
mod frame;
mod interpolate;
mod layout;
pub mod ldpc;
mod mode;
mod modulator;
mod pn;
mod receive;
mod resample;
mod search;
mod track;
mod transmission;
pub mod wav;
mod wiener;
mod window;

pub use constellation::Constellation;
pub use demodulator::{Demodulator, Quality, Received};
pub use frame::{Deframer, Framer, LONGEST_PACKET, is_good};
pub use mode::{Layer, MODES, MULTIPLEXES, Mode, Multiplex};
pub use modulator::{Modulator, Stream};
pub use receive::{Heard, Listener, Recording};
pub use resample::{RateError, Resampler};
pub use transmission::{OnAir, Source, Transmission, modes_named};
