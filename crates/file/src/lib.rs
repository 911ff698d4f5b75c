//! Packets in a file: the `.sky` that goes from hand to hand on a stick, by messenger, from a
//! mirror. Written by [`Writer`], found again by [`Reader`] in whatever became of it: damaged, cut
//! in parts, one after another, inside a stored zip or inside of the reader page.
//!
//! A *packet* is 1..=[`MAX_PACKET_BYTES`] opaque bytes. Each stands in a record of its own, with a
//! mark to search for and a checksum, and is found from those alone: damage costs the records that
//! it is in and no other. Both sides are sans-IO: bytes in, bytes out.
//!
//! ```
//! use file::{Frame, Reader, Writer};
//!
//! let (mut writer, mut sky) = (Writer::new(), Vec::new());
//! writer.header(&mut sky);
//! writer.record(b"hello", &mut sky)?;
//!
//! let (mut reader, mut heard) = (Reader::new(), Vec::new());
//! let mut sink = |frame: Frame<'_>| heard.push((frame.at, frame.bytes.to_vec()));
//! reader.push(&sky, &mut sink);
//! reader.finish(&mut sink);
//! assert_eq!(heard, [(10, b"hello".to_vec())]);
//! # Ok::<(), file::FileError>(())
//! ```
//!
//! The form is described byte by byte in `docs/format-file.md`.

mod error;
mod form;
mod header;
mod page;
mod reader;
mod record;
mod scan;
mod writer;
mod zip;

pub use error::FileError;
pub use form::Form;
pub use header::{HEADER_BYTES, VERSION};
pub use reader::{Frame, Reader};
pub use record::{MAX_PACKET_BYTES, OVERHEAD_BYTES};
pub use scan::Stats;
pub use writer::Writer;
pub use zip::Zip;
