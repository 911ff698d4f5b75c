//! What a file is, by its first bytes.

use std::io;

use crate::container::{Framing, chain};
use crate::input::Input;

/// Bytes from which a file can be told, if there are so many.
pub const SNIFFED: usize = 16 << 10;
/// MPEG frames begin within so many bytes where a file was cut at its beginning: the longest is
/// 2,881 bytes (MPEG-1 layer III of 320 kbit/s at 32 kHz, twice).
const CUT: usize = 4 << 10;

/// Tags that stand one behind the other, at most: two are seen where a program does not know the
/// other's version.
const TAGS: usize = 8;
/// What some messengers write voice messages in.
pub(crate) const SILK: &str = "SILK";

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// FLAC as it is.
    Flac,
    /// MPEG layer III as it is.
    Mp3,
    /// AAC in ADTS frames (ISO/IEC 13818-7).
    Adts,
    /// ISO base media, and what came before it: MP4, M4A, 3GP, MOV.
    Mp4,
    /// Ogg, with whatever is in it.
    Ogg,
    /// Matroska, of which WebM is a part.
    Matroska,
    /// AMR narrow band as it is (RFC 4867).
    Amr,
    /// AMR wide band as it is.
    AmrWide,
    /// Sound that is not decoded here; what it is called.
    Other(&'static str),
}

/// What a file is that begins with these bytes ([`SNIFFED`] of them are enough); none if it is no
/// sound, or WAV, which has a reader of its own.
#[must_use]
pub fn sniff(first: &[u8]) -> Option<Kind> {
    // Tags before it: what follows them decides, and mostly they stand before MP3.
    let mut rest = first;
    for _ in 0..TAGS {
        let Some(bytes) = id3(rest) else {
            break;
        };
        match rest.get(bytes..).filter(|rest| rest.len() > 4) {
            Some(behind) => rest = behind,
            None => return Some(Kind::Mp3),
        }
    }
    let is_tagged = rest.len() < first.len();
    bare(rest).or(is_tagged.then_some(Kind::Mp3))
}

/// What a file is that begins so and has no tags.
fn bare(first: &[u8]) -> Option<Kind> {
    let at = |at: usize, magic: &[u8]| first.get(at..).is_some_and(|rest| rest.starts_with(magic));
    let magics: [(usize, &[u8], Kind); 22] = [
        (0, b"fLaC", Kind::Flac),
        (0, b"OggS", Kind::Ogg),
        (0, b"\x1a\x45\xdf\xa3", Kind::Matroska),
        (0, b"#!AMR\n", Kind::Amr),
        (0, b"#!AMR-WB\n", Kind::AmrWide),
        (0, b"#!AMR_MC1.0\n", Kind::Other("AMR of several channels")),
        (
            0,
            b"#!AMR-WB_MC1.0\n",
            Kind::Other("AMR-WB of several channels"),
        ),
        (4, b"ftyp", Kind::Mp4),
        (4, b"moov", Kind::Mp4),
        (4, b"mdat", Kind::Mp4),
        (4, b"wide", Kind::Mp4),
        (4, b"skip", Kind::Mp4),
        (4, b"moof", Kind::Mp4),
        (
            0,
            b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
            Kind::Other("WMA (Windows Media)"),
        ),
        (0, b"caff", Kind::Other("a CAF file")),
        (8, b"AIFF", Kind::Other("an AIFF file")),
        (8, b"AIFC", Kind::Other("an AIFF file")),
        (0, b".snd", Kind::Other("an AU file")),
        (0, b"wvpk", Kind::Other("WavPack")),
        (0, b"MAC ", Kind::Other("Monkey's Audio")),
        (0, b"#!SILK", Kind::Other(SILK)),
        (0, b"\x02#!SILK", Kind::Other(SILK)),
    ];
    if let Some((.., kind)) = magics.iter().find(|(offset, magic, _)| at(*offset, magic)) {
        return Some(*kind);
    }
    // Nothing says what these are but that each frame leads to the next.
    (0..first.len().min(CUT)).find_map(|begin| {
        if first[begin] != 0xFF {
            return None;
        }
        let rest = &first[begin..];
        [(Framing::Mp3, Kind::Mp3), (Framing::Adts, Kind::Adts)]
            .into_iter()
            .find_map(|(framing, kind)| chain(framing, rest, 4).then_some(kind))
    })
}

/// Goes past tags, [`TAGS`] at most.
pub(crate) fn skip_tags(input: &mut Input<'_>) -> io::Result<()> {
    for _ in 0..TAGS {
        let Some(bytes) = id3(input.peek(10)?) else {
            break;
        };
        input.skip(bytes as u64)?;
    }
    Ok(())
}

/// Bytes of an ID3v2 tag that stands at the beginning, its header included.
fn id3(first: &[u8]) -> Option<usize> {
    let &[b'I', b'D', b'3', version, _, flags, a, b, c, d] = first.first_chunk::<10>()? else {
        return None;
    };
    if version == 0xFF || [a, b, c, d].iter().any(|byte| *byte > 0x7F) {
        return None;
    }
    let size = [a, b, c, d]
        .iter()
        .fold(0, |size, byte| size << 7 | usize::from(*byte));
    let footer = if flags & 0x10 != 0 { 10 } else { 0 };
    Some(10 + size + footer)
}
