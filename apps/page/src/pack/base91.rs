//! Bytes as text of 91 characters, those of ASCII that can be seen, without `&`, `<` and `>`: it may
//! stand in HTML, and no browser writes it in another way. A fifth is added; Base64 adds a third.
//!
//! 13 bits, the lowest of a byte first, are two characters, the one that counts less first; of what
//! is left at the end up to 6 bits are one.

const BASE: u32 = 91;
const BITS: u32 = 13;
/// Bits for which one character is enough.
const FEW: u32 = 6;

fn character(digit: u32) -> char {
    // Past each that is left out.
    let mut code = b'!' + digit as u8;
    for out in [b'&', b'<', b'>'] {
        code += u8::from(code >= out);
    }
    code.into()
}

pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() / 4 * 5);
    let (mut held, mut bits) = (0u32, 0);
    for byte in bytes {
        held |= u32::from(*byte) << bits;
        bits += 8;
        if bits >= BITS {
            let pair = held & ((1 << BITS) - 1);
            text.extend([character(pair % BASE), character(pair / BASE)]);
            held >>= BITS;
            bits -= BITS;
        }
    }
    if bits > 0 {
        text.push(character(held % BASE));
    }
    if bits > FEW {
        text.push(character(held / BASE));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_characters_can_stand_in_html() {
        let all: String = (0..BASE).map(character).collect();
        assert!(
            all.starts_with("!\"#$%'()") && all.ends_with("{|}~"),
            "{all}"
        );
        assert!(!all.contains(['&', '<', '>', ' ']));
        let distinct: std::collections::BTreeSet<char> = all.chars().collect();
        assert_eq!(distinct.len(), 91);
    }

    // The same as in tests/unit/base91.test.mjs, which reads them back.
    #[test]
    fn text_of_known_bytes() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"\0", "!!"),
            (b"\x1f\x8b", "=C%"),
            (b"sky", "5Da,"),
            (&[0xFF; 13], "\"~\"~\"~\"~\"~\"~\"~\"~"),
        ] {
            assert_eq!(encode(bytes), text, "{bytes:?}");
        }
    }
}
