//! The system clock of a transport stream: 27 MHz (ISO/IEC 13818-1 clause 2.4.2.2), counted from
//! the position of bytes in a stream of constant rate and from nothing else.

use std::fmt;
use std::str::FromStr;

use crate::TsError;
use crate::cell::CELL_BYTES;

/// Ticks a second.
pub(crate) const HZ: u64 = 27_000_000;
/// PCR and PTS wrap after 2^33 periods of 90 kHz.
pub(crate) const WRAP: u64 = 300 << 33;
/// Index of the byte with the last bit of program_clock_reference_base, which is the byte whose
/// arrival the PCR states (clause 2.4.2.2).
const PCR_BYTE: u64 = 10;

/// A time or a span, in periods of 27 MHz (37.037 ns).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Ticks(pub u64);

impl Ticks {
    pub(crate) const fn from_millis(millis: u64) -> Ticks {
        Ticks(millis * (HZ / 1000))
    }

    /// As PTS and DTS state it: periods of 90 kHz, modulo 2^33.
    pub(crate) const fn base_90k(self) -> u64 {
        (self.0 / 300) & 0x1_FFFF_FFFF
    }

    /// The span in seconds.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / HZ as f64
    }
}

/// Bits a second of a whole transport stream, 188-byte cells counted, 300 kbit/s to 80 Mbit/s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bitrate(u64);

impl Bitrate {
    /// The slowest stream that still has room for tables, clock, a small slate and data.
    pub const MIN: Bitrate = Bitrate(300_000);
    /// More than a whole transponder.
    pub const MAX: Bitrate = Bitrate(80_000_000);

    /// # Errors
    /// [`TsError::BitrateRange`] outside of [`Bitrate::MIN`]..=[`Bitrate::MAX`].
    pub const fn new(bits_per_s: u64) -> Result<Bitrate, TsError> {
        if bits_per_s < Self::MIN.0 || bits_per_s > Self::MAX.0 {
            return Err(TsError::BitrateRange { bits_per_s });
        }
        Ok(Bitrate(bits_per_s))
    }

    /// Bits a second.
    #[must_use]
    pub const fn bits_per_s(self) -> u64 {
        self.0
    }
}

impl FromStr for Bitrate {
    type Err = TsError;

    /// `4M`, `2.5M`, `300k`, `4000000`.
    fn from_str(text: &str) -> Result<Bitrate, TsError> {
        let wrong = || TsError::BitrateText {
            text: text.to_owned(),
        };
        let (digits, unit) = match text.trim().as_bytes().last() {
            Some(b'k' | b'K') => (&text.trim()[..text.trim().len() - 1], 1e3),
            Some(b'm' | b'M') => (&text.trim()[..text.trim().len() - 1], 1e6),
            _ => (text.trim(), 1.0),
        };
        if digits.is_empty()
            || !digits
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        {
            return Err(wrong());
        }
        let value: f64 = digits.parse().map_err(|_| wrong())?;
        Bitrate::new((value * unit).round() as u64)
    }
}

impl fmt::Display for Bitrate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bit/s", self.0)
    }
}

/// When each cell of a constant-rate stream leaves: exact, for ever, without a division a cell.
#[derive(Debug, Clone)]
pub(crate) struct CellClock {
    rate: u64,
    step: u64,
    step_rest: u64,
    now: u64,
    /// In units of a tick / `rate`.
    rest: u64,
}

impl CellClock {
    pub(crate) fn new(rate: Bitrate, start: Ticks) -> CellClock {
        let scaled = CELL_BYTES as u64 * 8 * HZ;
        CellClock {
            rate: rate.0,
            step: scaled / rate.0,
            step_rest: scaled % rate.0,
            now: start.0,
            rest: 0,
        }
    }

    /// When the next cell's first byte leaves.
    pub(crate) fn now(&self) -> Ticks {
        Ticks(self.now)
    }

    /// How long a cell takes, rounded down.
    pub(crate) fn cell_time(&self) -> Ticks {
        Ticks(self.step)
    }

    /// The PCR to write into the next cell; within one tick of exact.
    pub(crate) fn pcr(&self) -> Ticks {
        Ticks((self.now + (self.rest + PCR_BYTE * 8 * HZ) / self.rate) % WRAP)
    }

    pub(crate) fn advance(&mut self) {
        self.now += self.step;
        self.rest += self.step_rest;
        if self.rest >= self.rate {
            self.rest -= self.rate;
            self.now += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bitrates_are_read() {
        assert_eq!("4M".parse::<Bitrate>().unwrap().bits_per_s(), 4_000_000);
        assert_eq!("2.5M".parse::<Bitrate>().unwrap().bits_per_s(), 2_500_000);
        assert_eq!("300k".parse::<Bitrate>().unwrap().bits_per_s(), 300_000);
        assert_eq!(
            "299999".parse::<Bitrate>(),
            Err(TsError::BitrateRange {
                bits_per_s: 299_999
            })
        );
        for bad in ["", "M", "fast", "-4M", "4MM", "1e9", "nan"] {
            assert!(
                matches!(bad.parse::<Bitrate>(), Err(TsError::BitrateText { .. })),
                "{bad}"
            );
        }
    }

    #[test]
    fn the_clock_is_exact_after_many_cells() {
        for rate in [300_000, 1_234_567, 38_014_706, 80_000_000] {
            let mut clock = CellClock::new(Bitrate(rate), Ticks(0));
            for _ in 0..1_000_003 {
                clock.advance();
            }
            let exact = 1_000_003u128 * 1504 * u128::from(HZ) / u128::from(rate);
            assert_eq!(u128::from(clock.now().0), exact);
        }
    }
}
