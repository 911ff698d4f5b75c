//! What of a station's repair symbols each of its carriers sends, so that no two send the same.

use std::path::{Path, PathBuf};

use edition::Certificate;
use fountain::Slice;

use crate::error::Error;

/// A carrier, as one of the senders of a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sharer {
    /// Television. It is the primary sender: it alone sends source symbols first, the others nothing
    /// but repair symbols, so that whatever comes by two ways adds up.
    Ts,
    /// FLUTE.
    Udp,
    /// Files.
    File,
    /// Sound.
    Radio,
}

/// Each carrier with its eighths of the certificate's slice. Television, which sends most and divides
/// its own part among its carriages, begins where a station that knows no other carrier begins.
const EIGHTHS: [(Sharer, u16); 4] = [
    (Sharer::Ts, 4),
    (Sharer::Udp, 2),
    (Sharer::File, 1),
    (Sharer::Radio, 1),
];

impl Sharer {
    /// Whether it sends source symbols first.
    #[must_use]
    pub fn is_primary(self) -> bool {
        self == Self::Ts
    }

    /// Its part of the slice that the certificate gives the station. A slice of fewer than eight
    /// units is not divided: then carriers may send what others send.
    ///
    /// # Errors
    ///
    /// [`Error::Fountain`] if the certificate's slice is none.
    pub fn slice(self, certificate: &Certificate) -> Result<Slice, Error> {
        let whole = certificate.terms().slice;
        let whole = whole.unwrap_or(edition::Slice { first: 0, count: 1 });
        let (first, count) = self.part(whole.first, whole.count);
        Ok(Slice::new(first, count)?)
    }

    /// First unit and count of its part of a slice.
    fn part(self, first: u8, count: u8) -> (u8, u8) {
        if count < 8 {
            return (first, count);
        }
        let before = EIGHTHS.iter().take_while(|(sharer, _)| *sharer != self);
        let before: u16 = before.map(|(_, eighths)| eighths).sum();
        let own = EIGHTHS.iter().find(|(sharer, _)| *sharer == self);
        let own = own.map_or(1, |(_, eighths)| *eighths);
        // At most 255, as the whole slice is.
        let unit = |eighths: u16| (u16::from(count) * eighths / 8) as u8;
        let (begin, end) = (unit(before), unit(before + own));
        (first + begin, end - begin)
    }

    /// The file that says how far it has sent each object.
    pub(crate) fn state_file(self, station: &Path) -> PathBuf {
        station.join(match self {
            Self::Ts => "on-air.json",
            Self::Udp => "on-air-udp.json",
            Self::File => "on-air-file.json",
            Self::Radio => "on-air-radio.json",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_disjoint_and_leave_nothing_out() {
        for (first, count) in [(0, 128), (3, 9), (0, 255), (100, 8), (17, 101)] {
            let mut next = first;
            for (sharer, _) in EIGHTHS {
                let (begin, own) = sharer.part(first, count);
                assert_eq!(begin, next, "{sharer:?} of {count} from {first}");
                assert!(own > 0, "{sharer:?} of {count}");
                next = begin + own;
            }
            assert_eq!(next, first + count);
        }
    }

    #[test]
    fn what_is_too_small_is_not_divided() {
        for (sharer, _) in EIGHTHS {
            assert_eq!(sharer.part(4, 7), (4, 7));
        }
    }

    #[test]
    fn each_has_a_state_and_one_is_primary() {
        let files = EIGHTHS.map(|(sharer, _)| sharer.state_file(Path::new("st")));
        let mut unique = files.to_vec();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), files.len());
        let primary = EIGHTHS.iter().filter(|(sharer, _)| sharer.is_primary());
        assert_eq!(primary.count(), 1);
    }
}
