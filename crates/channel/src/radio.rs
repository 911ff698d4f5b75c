//! What shortwave, a receiver and a room do to sound.
//!
//! Everything takes audio as samples at a rate in [`Hz`] and gives new samples. Whatever is random
//! takes a [`Seed`](crate::Seed), and the same seed gives the same samples. [`Codec`] alone runs other
//! people's programs.
//!
//! ```
//! use channel::Seed;
//! use channel::radio::{Awgn, Hz, SnrDb3k, Watterson, mean_power};
//!
//! let rate = Hz(8000.0);
//! let sent: Vec<f32> = (0..8000).map(|n| (n as f32 * 0.8).sin()).collect();
//! let seed = Seed(7);
//! let faded = Watterson::MODERATE.apply(&sent, rate, seed);
//! let heard = Awgn::new(SnrDb3k(10.0))
//!     .signal_power(mean_power(&sent))
//!     .apply(&faded, rate, seed);
//! assert_eq!(heard.len(), sent.len());
//! ```

mod am;
mod analytic;
mod awgn;
mod clip;
mod clock;
mod codec;
mod convolve;
mod fading;
mod gauss;
mod kernel;
mod level;
mod low_pass;
#[cfg(test)]
mod measure;
mod quantise;
mod room;
mod shift;
mod slip;
mod units;
mod watterson;

pub use am::AmLink;
pub use analytic::{ANALYTIC_EDGE, analytic};
pub use awgn::Awgn;
pub use clip::HardClip;
pub use clock::ClockError;
pub use codec::{Codec, CodecError};
pub use fading::TapGain;
pub use gauss::Gauss;
pub use level::LevelSteps;
pub use low_pass::LowPass;
pub use quantise::quantise_8_bit;
pub use room::Room;
pub use shift::FrequencyShift;
pub use slip::{Slip, gaps, slip};
pub use units::{Db, Hz, HzPerSecond, Milliseconds, Ppm, SnrDb3k};
pub use watterson::Watterson;

/// Mean power: the mean of the squares; 0 of nothing.
#[must_use]
pub fn mean_power(audio: &[f32]) -> f64 {
    let sum: f64 = audio.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
    sum / audio.len().max(1) as f64
}
