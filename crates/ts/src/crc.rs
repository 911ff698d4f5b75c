//! CRC-32/MPEG-2 of PSI and SI sections (ISO/IEC 13818-1 annex A): polynomial 0x04C11DB7, register
//! begun with ones, no reflection, no final inversion.

const TABLE: [u32; 256] = {
    let mut table = [0u32; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut register = (byte as u32) << 24;
        let mut bit = 0;
        while bit < 8 {
            register = if register & 0x8000_0000 != 0 {
                (register << 1) ^ 0x04C1_1DB7
            } else {
                register << 1
            };
            bit += 1;
        }
        table[byte] = register;
        byte += 1;
    }
    table
};

/// CRC-32/MPEG-2 of `bytes`; of a whole section with its CRC field it is 0.
pub(crate) fn crc32_mpeg2(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |register, &byte| {
        (register << 8) ^ TABLE[((register >> 24) as u8 ^ byte) as usize]
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn check_value_of_the_catalogue() {
        assert_eq!(super::crc32_mpeg2(b"123456789"), 0x0376_E6E7);
    }
}
