//! The binary arithmetic coder: a 64-bit interval, cut in proportion to 16-bit probabilities.

/// What the model hands its decisions to: an encoder, a decoder, or nothing (priming).
pub(crate) trait BitCoder {
    /// Codes one decision whose probability of being 1 is `p` / 65536 (0 < p < 65536).
    /// An encoder writes `bit` and returns it; a decoder ignores `bit` and returns what it read.
    fn code(&mut self, p: u32, bit: u32) -> u32;
}

/// Priming: the decisions are known and written nowhere.
pub(crate) struct Silent;

impl BitCoder for Silent {
    #[inline]
    fn code(&mut self, _p: u32, bit: u32) -> u32 {
        bit
    }
}

/// The interval that is left, both ends included.
struct Interval {
    low: u64,
    high: u64,
}

impl Interval {
    const ALL: Self = Self {
        low: 0,
        high: u64::MAX,
    };

    /// The last value of the part that stands for a 1.
    #[inline]
    fn split(&self, p: u32) -> u64 {
        let width = self.high - self.low;
        self.low + (width >> 16) * u64::from(p) + (((width & 0xffff) * u64::from(p)) >> 16)
    }

    #[inline]
    fn keep(&mut self, split: u64, bit: u32) {
        if bit == 1 {
            self.high = split;
        } else {
            self.low = split + 1;
        }
    }

    /// Takes off the first byte, once both ends agree on it.
    #[inline]
    fn shift(&mut self) -> Option<u8> {
        if (self.low ^ self.high) >> 56 != 0 {
            return None;
        }
        let byte = (self.low >> 56) as u8;
        self.low <<= 8;
        self.high = self.high << 8 | 0xff;
        Some(byte)
    }

    /// The fewest bytes that name a value of the interval when zeros are read after them.
    fn tail(&self) -> Vec<u8> {
        for bytes in 0..8u32 {
            let unused = 64 - 8 * bytes;
            // Round `low` up to a multiple of 2^unused.
            let mask = u64::MAX.checked_shr(64 - unused).unwrap_or(0);
            let Some(value) = self.low.checked_add(mask).map(|v| v & !mask) else {
                continue;
            };
            if value <= self.high {
                return value.to_be_bytes()[..bytes as usize].to_vec();
            }
        }
        self.low.to_be_bytes().to_vec()
    }
}

/// Writes decisions as bytes.
pub(crate) struct Encoder {
    interval: Interval,
    out: Vec<u8>,
}

impl Encoder {
    pub(crate) fn new() -> Self {
        Self {
            interval: Interval::ALL,
            out: Vec::new(),
        }
    }

    /// The code, without zeros at its end.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.out.extend(self.interval.tail());
        while self.out.last() == Some(&0) {
            self.out.pop();
        }
        self.out
    }
}

impl BitCoder for Encoder {
    #[inline]
    fn code(&mut self, p: u32, bit: u32) -> u32 {
        let split = self.interval.split(p);
        self.interval.keep(split, bit);
        while let Some(byte) = self.interval.shift() {
            self.out.push(byte);
        }
        bit
    }
}

/// Reads decisions from bytes, and zeros after their end.
pub(crate) struct Decoder<'a> {
    interval: Interval,
    data: &'a [u8],
    /// Bytes taken into `value`, those after the end included.
    taken: usize,
    value: u64,
}

impl<'a> Decoder<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        let mut decoder = Self {
            interval: Interval::ALL,
            data,
            taken: 0,
            value: 0,
        };
        for _ in 0..8 {
            decoder.take();
        }
        decoder
    }

    fn take(&mut self) {
        let byte = self.data.get(self.taken).copied().unwrap_or(0);
        self.value = self.value << 8 | u64::from(byte);
        self.taken += 1;
    }

    /// Whether an encoder that made the same decisions would have written just these bytes.
    pub(crate) fn is_canonical(&self) -> bool {
        // What has left the interval was compared already, for the value lay within.
        let gone = self.taken - 8;
        let mut tail = self.interval.tail();
        while tail.last() == Some(&0) {
            tail.pop();
        }
        self.data.last() != Some(&0) && self.data.get(gone..).unwrap_or(&[]) == tail
    }
}

impl BitCoder for Decoder<'_> {
    #[inline]
    fn code(&mut self, p: u32, _bit: u32) -> u32 {
        let split = self.interval.split(p);
        let bit = u32::from(self.value <= split);
        self.interval.keep(split, bit);
        while self.interval.shift().is_some() {
            self.take();
        }
        bit
    }
}
