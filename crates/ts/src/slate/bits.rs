//! Bits of a NAL unit's payload: fixed and Exp-Golomb codes (H.264 clause 9.1), emulation
//! prevention bytes taken out (clause 7.3.1).

/// A reader over the bytes after the NAL header.
pub(super) struct Bits {
    bytes: Vec<u8>,
    at: usize,
}

impl Bits {
    pub(super) fn new(nal: &[u8]) -> Bits {
        let mut bytes = Vec::with_capacity(nal.len());
        let mut zeros = 0;
        for &byte in nal {
            if zeros >= 2 && byte == 3 {
                zeros = 0;
                continue;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            bytes.push(byte);
        }
        Bits { bytes, at: 0 }
    }

    pub(super) fn bit(&mut self) -> Option<bool> {
        let bit = self.bytes.get(self.at / 8)? & (0x80 >> (self.at % 8)) != 0;
        self.at += 1;
        Some(bit)
    }

    /// u(n), n up to 32.
    pub(super) fn fixed(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0, |value, _| Some(value << 1 | u32::from(self.bit()?)))
    }

    /// ue(v).
    pub(super) fn unsigned(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.bit()? {
            zeros += 1;
            if zeros > 31 {
                return None;
            }
        }
        Some(((1u32 << zeros) - 1).wrapping_add(self.fixed(zeros)?))
    }

    /// se(v).
    pub(super) fn signed(&mut self) -> Option<i32> {
        let code = i64::from(self.unsigned()?);
        let magnitude = ((code + 1) / 2) as i32;
        Some(if code % 2 == 1 { magnitude } else { -magnitude })
    }
}
