//! Packets ⇄ sound, one way: for a broadcaster's ordinary transmitter and a listener's recording.
//!
//! The waveform is described in `docs/radio.md`, in enough detail for another receiver.

pub mod ldpc;
