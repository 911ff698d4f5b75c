//! What the benches share: a newsroom with editions of a given size, streams of them, and the real
//! program run under a watch. Each bench is a program of its own in `src/bin`; `docs/performance.md`
//! has the commands and what came out.

mod air;
mod chart;
mod codec2;
mod cores;
mod editions;
mod newsroom;
mod papr;
mod path;
mod program;
mod scratch;
mod statistics;
mod theory;
mod trace;

pub use air::{Outcome as Heard, Sent, SentStream};
pub use chart::{Axis, COLOURS, Chart, Curve, Pen};
pub use codec2::{Codec2, Codec2Sent};
pub use cores::on_two_cores;
pub use editions::{Batch, GIGABYTE, gigabyte, mixed_edition};
pub use newsroom::{Newsroom, article, file, noise, paragraphs, picture};
pub use papr::peak_over_mean;
pub use path::{RadioPath, Sound};
pub use program::{Outcome, cpu_seconds, skywave};
pub use scratch::scratch;
pub use statistics::{median, quantile};
pub use theory::{Fading, power, threshold};
pub use trace::{Counting, OnAir, Trace};

/// Whatever went wrong ends a bench.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Bytes in a megabyte, as all marks count them.
pub const MB: f64 = 1e6;
/// PID of the data in the streams that `station` sends.
pub const DATA_PID: u16 = 0x0110;
