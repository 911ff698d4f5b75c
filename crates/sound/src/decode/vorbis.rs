//! What the decoder of Vorbis takes for granted: words of codebooks have 32 bits at most. Where a
//! list that is ordered by length goes on beyond that, symphonia-codec-vorbis 0.6.1 panics.

/// Bits of the longest word (Vorbis I, 3.2.1).
const LONGEST: u64 = 32;
/// Entries and dimensions of the largest codebook that is decoded: the decoder refuses others.
const LARGEST: (u64, u64) = (128 << 10, 32);

/// Whether a codebook of this configuration has words that are longer.
pub(super) fn has_long_words(config: &[u8]) -> bool {
    let setup = b"\x05vorbis";
    let begins = config.windows(setup.len()).enumerate();
    begins
        .filter(|(_, tag)| tag == setup)
        .any(|(at, _)| codebooks(&config[at + setup.len()..]) == Some(true))
}

/// Whether one of them has; none if they end before.
fn codebooks(bytes: &[u8]) -> Option<bool> {
    let mut bits = Bits { bytes, at: 0 };
    for _ in 0..=bits.read(8)? {
        if codebook(&mut bits)? {
            return Some(true);
        }
    }
    Some(false)
}

/// Goes past a codebook (Vorbis I, 3.2.1).
fn codebook(bits: &mut Bits<'_>) -> Option<bool> {
    let (_sync, dimensions, entries) = (bits.read(24)?, bits.read(16)?, bits.read(24)?);
    if entries > LARGEST.0 || !(1..=LARGEST.1).contains(&dimensions) {
        return None;
    }
    if bits.read(1)? == 1 {
        let (mut length, mut entry) = (bits.read(5)? + 1, 0);
        while entry < entries {
            let count = bits.read(u64::from(u64::BITS - (entries - entry).leading_zeros()))?;
            if count > 0 && length > LONGEST {
                return Some(true);
            }
            entry += count;
            length += 1;
        }
    } else if bits.read(1)? == 1 {
        for _ in 0..entries {
            if bits.read(1)? == 1 {
                bits.read(5)?;
            }
        }
    } else {
        bits.skip(5 * entries)?;
    }
    let values = match bits.read(4)? {
        0 => return Some(false),
        // The most of which there are as many combinations as entries, at most.
        1 => (1u64..)
            .take_while(|n| {
                let power = u32::try_from(dimensions).ok().map(|d| n.saturating_pow(d));
                power.is_some_and(|power| power <= entries)
            })
            .last()
            .unwrap_or(0),
        _ => entries * dimensions,
    };
    bits.skip(64)?;
    let of_a_value = bits.read(4)? + 1;
    bits.skip(1 + values * of_a_value)?;
    Some(false)
}

/// Bits, the last of a byte first.
struct Bits<'b> {
    bytes: &'b [u8],
    at: u64,
}

impl Bits<'_> {
    fn read(&mut self, count: u64) -> Option<u64> {
        (0..count).try_fold(0, |all, n| {
            let byte = *self.bytes.get(usize::try_from(self.at / 8).ok()?)?;
            let bit = u64::from(byte >> (self.at % 8) & 1);
            self.at += 1;
            Some(all | bit << n)
        })
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        self.at += count;
        (self.at <= self.bytes.len() as u64 * 8).then_some(())
    }
}
