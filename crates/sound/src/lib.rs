//! Recordings of sound, however a phone or a recorder has written them, to samples of one channel:
//! FLAC, ALAC, MP3, AAC, Vorbis, Opus and AMR, in MP4, 3GP, Ogg, Matroska and WebM, or as they are.
//! WAV is read elsewhere (`radio::wav`), as it comes.
//!
//! ```text
//! sniff(first bytes) -> Option<Kind>               whether it is for this crate
//! open(source) -> Reader                           rate(), format()
//! Reader::pull(wanted, &mut samples) -> bool …     until it says that the sound is over
//! ```
//!
//! Memory is bounded: a packet, a piece of the file, and of MP4 its table (some 600 kB an hour).
//! What is damaged is left out: silence stands for it, so that time goes on, and it is counted.
//! Where a recording goes on at another rate (files that were joined), it ends with an error.
//! Of HE-AAC the core is decoded, which has everything below a quarter of its rate.

mod container;
mod decode;
mod error;
mod input;
mod reader;
mod sniff;

pub use decode::Codec;
pub use error::{CONVERT, Remedy, SoundError};
pub use input::Source;
pub use reader::{Format, Reader, open};
pub use sniff::{Kind, SNIFFED, sniff};
