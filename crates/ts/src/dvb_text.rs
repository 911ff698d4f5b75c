//! Text fields of service information (EN 300 468 annex A).

/// First byte of a field in UTF-8 (table A.3).
const UTF8: u8 = 0x15;

/// Bytes of `text` as a field: UTF-8, without control characters.
pub(crate) fn encode(text: &str) -> Vec<u8> {
    let mut field = vec![UTF8];
    field.extend(
        text.chars()
            .filter(|c| !c.is_control())
            .collect::<String>()
            .bytes(),
    );
    field
}

/// A field as text, as well as it goes: Unicode, the ISO 8859 parts for Cyrillic, Arabic and the
/// Western languages, and the ASCII half of everything else. For reports; never fails.
pub(crate) fn decode(field: &[u8]) -> String {
    let text: String = match field {
        [UTF8, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0x11 | 0x14, rest @ ..] => char::decode_utf16(
            rest.chunks_exact(2)
                .map(|pair| u16::from_be_bytes([pair[0], pair[1]])),
        )
        .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect(),
        [0x10, 0, part, rest @ ..] => rest.iter().map(|&byte| iso_8859(*part, byte)).collect(),
        [part @ 0x01..=0x0B, rest @ ..] => {
            rest.iter().map(|&byte| iso_8859(part + 4, byte)).collect()
        }
        [0x01..=0x1F, rest @ ..] => rest.iter().map(|&byte| iso_8859(0, byte)).collect(),
        all => all.iter().map(|&byte| iso_8859(0, byte)).collect(),
    };
    text.chars().filter(|c| !c.is_control()).collect()
}

fn iso_8859(part: u8, byte: u8) -> char {
    let shifted = |by: u32| char::from_u32(u32::from(byte) + by);
    match (part, byte) {
        (_, 0..=0x7F) | (1 | 9, 0xA0..) => char::from(byte),
        (5, 0xA1..=0xAC | 0xAE..=0xEF | 0xF1..=0xFC | 0xFE..) => {
            shifted(0x360).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        (6, 0xAC | 0xBB | 0xBF | 0xC1..=0xDA | 0xE0..=0xF2) => {
            shifted(0x560).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        (_, 0x80..=0x9F) => '\u{80}',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for name in ["Skywave", "خبرهای آزاد", "أخبار", ""] {
            assert_eq!(decode(&encode(name)), name);
        }
        assert_eq!(decode(b"\x05Plain"), "Plain");
        assert_eq!(
            decode(&[0x01, 0xBD, 0xDE, 0xD2, 0xDE, 0xE1, 0xE2, 0xD8]),
            "Новости"
        );
        assert_eq!(decode(&[0x02, 0xC7, 0xE4]), "ال");
        assert_eq!(decode(b"\x86BBC\x87 One"), "BBC One");
    }
}
