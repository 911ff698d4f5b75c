//! Seeded impairments for tests and benches: loss, bursts, damage, fading. Never shipped.
//!
//! For what is sent as sound there is [`radio`]. For what is sent as bytes, two entrances:
//!
//! - [`Loss`] decides, one unit after the other, what is lost. A unit is whatever the caller
//!   counts: a packet, a run, a cell. [`Independent`] and [`Bursts`] implement it.
//! - [`Channel`] damages a transport stream given as bytes in chunks of any size: PSI taken out,
//!   packets or cells lost, cells doubled, both ends cut, bits flipped, garbage put in. The order
//!   is the physical one, transmitter to file, and does not depend on the order of the calls.
//!
//! Both are pure: the same [`Seed`] and the same bytes give the same damage, however the bytes are
//! divided into chunks. Both count what really happened, because a mark is held against the loss
//! of that run and not against the one that was asked for. Print the seed when a test fails.
//!
//! ```
//! use channel::{BitsPerSecond, Bursts, Channel, Cut, Seconds, Seed};
//!
//! let stream = vec![0x47; 188 * 100_000];
//! let seed = Seed(7);
//! let mut channel = Channel::new(seed)
//!     .lose_cells(Bursts::new(0.20, Seconds(0.2)..=Seconds(2.0), BitsPerSecond(4e6), seed))
//!     .cut(Cut::random(stream.len() as u64, 0.1, 0.1, seed));
//! let mut recording = Vec::new();
//! for chunk in stream.chunks(65_536) {
//!     channel.push(chunk, &mut recording);
//! }
//! channel.finish(&mut recording);
//!
//! let report = channel.report();
//! assert!(report.cells.loss() > 0.05 && report.cells.loss() < 0.40, "{seed}: {report:?}");
//! assert_eq!(report.bytes_out, recording.len() as u64);
//! ```

mod bits;
mod cells;
mod channel;
mod cut;
mod loss;
mod prng;
pub mod radio;
mod report;
mod units;

pub use channel::Channel;
pub use cut::Cut;
pub use loss::{Bursts, Independent, Loss};
pub use prng::{Prng, Seed};
pub use report::{Count, Report};
pub use units::{BitsPerSecond, CELL_BYTES, Pid, SYNC_BYTE, Seconds};
