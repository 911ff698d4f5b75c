//! Time as FLUTE has it: seconds since 1900 and a fraction (RFC 5905 §6, the 64-bit timestamp).

/// Seconds from 1900-01-01 to 1970-01-01 (RFC 5905 §6).
const TO_UNIX: u64 = 2_208_988_800;

/// A point in time. Its seconds begin anew in 2036, as the 32 bits of the format do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ntp(u64);

impl Ntp {
    /// This many seconds and nanoseconds after 1970-01-01T00:00Z.
    #[must_use]
    pub fn from_unix(seconds: u64, nanoseconds: u32) -> Self {
        let fraction = (u64::from(nanoseconds.min(999_999_999)) << 32) / 1_000_000_000;
        Self(seconds.wrapping_add(TO_UNIX) << 32 | fraction)
    }

    /// So many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        Self(self.0.wrapping_add(u64::from(seconds) << 32))
    }

    /// The upper 32 bits: whole seconds.
    #[must_use]
    pub fn seconds(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// The lower 32 bits: the fraction of a second.
    #[must_use]
    pub fn fraction(self) -> u32 {
        self.0 as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_count_from_1900() {
        let time = Ntp::from_unix(0, 500_000_000);
        assert_eq!((time.seconds(), time.fraction()), (2_208_988_800, 1 << 31));
        assert_eq!(time.plus_seconds(60).seconds(), 2_208_988_860);
        // 2036-02-07T06:28:16Z.
        assert_eq!(Ntp::from_unix(2_085_978_496, 0).seconds(), 0);
    }
}
