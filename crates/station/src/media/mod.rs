//! Pictures, sounds and films to what goes on air: small, and without what they say of where and
//! by whom they were made.

mod captions;
mod ffmpeg;
mod jpeg;
mod kind;
mod picture;

pub(crate) use captions::{captions, transcript};
pub(crate) use ffmpeg::{Encoded, Tools};
pub(crate) use kind::{Sniffed, kind_of_name, media_type_of_name, sniff};
pub use picture::{PictureError, Smaller, reencode};
