//! What a `.sky` file begins with: eight bytes of magic, the version, and the version's complement.
//!
//! The magic does what PNG's does (RFC 2083 section 12.11): its first byte is no text, and the line
//! ends and the Control-Z in it show whether somebody has passed the file on as text.

/// Bytes of the header.
pub const HEADER_BYTES: usize = 10;
/// The version of the form that is written and known here.
pub const VERSION: u8 = 1;
/// Begins every `.sky` file.
pub(crate) const MAGIC: [u8; 8] = *b"\x89SKY\r\n\x1a\n";
/// Of the magic, what no change of line ends touches.
const NAME: &[u8] = b"\x89SKY";
/// What changes of line ends make of the magic's second half: CR LF to LF, LF to CR LF, and LF to
/// CR LF where there is no CR yet.
const MANGLED: [&[u8]; 3] = [b"\n\x1a\n", b"\r\r\n\x1a\r", b"\r\n\x1a\r\n"];

/// What stands where a header could be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Header {
    /// A header of this version.
    Version(u8),
    /// A header from which line ends were changed.
    Mangled,
}

pub(crate) fn write(out: &mut Vec<u8>) {
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&[VERSION, !VERSION]);
}

/// The header in these bytes, if it is one.
pub(crate) fn parse(bytes: &[u8; HEADER_BYTES]) -> Option<Header> {
    let (magic, version) = bytes.split_at(MAGIC.len());
    if magic == MAGIC {
        // A version that damage has made up is not believed.
        return (version[0] == !version[1]).then_some(Header::Version(version[0]));
    }
    let rest = bytes.strip_prefix(NAME)?;
    let is_mangled = MANGLED.iter().any(|form| rest.starts_with(form));
    is_mangled.then_some(Header::Mangled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(bytes: &[u8]) -> Option<Header> {
        parse(bytes.first_chunk()?)
    }

    #[test]
    fn damage_is_no_other_version() {
        let mut good = Vec::new();
        write(&mut good);
        assert_eq!(parsed(&good), Some(Header::Version(VERSION)));
        for bit in 0..80 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 0x80 >> (bit % 8);
            assert_eq!(parsed(&bad), None, "bit {bit}");
        }
    }

    #[test]
    fn changed_line_ends_are_known() {
        let mut good = Vec::new();
        write(&mut good);
        let text: String = good.iter().map(|&byte| char::from(byte)).collect();
        for text in [
            text.replace("\r\n", "\n"),
            text.replace('\n', "\r\n"),
            text.replace("\r\n", "\n").replace('\n', "\r\n"),
        ] {
            let mut bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
            bytes.resize(HEADER_BYTES, 0);
            assert_eq!(parsed(&bytes), Some(Header::Mangled), "{bytes:02x?}");
        }
    }
}
