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
/// Cells of a transport stream by which it is known.
const CELLS: usize = 8;

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
    // Nothing says what these are but that each frame leads to the next. There are such frames in
    // television as well, which is read elsewhere.
    let is_television = is_television(first);
    (0..first.len().min(CUT)).find_map(|begin| {
        if first[begin] != 0xFF || begin > 0 && is_television {
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

/// Whether these bytes are cells of a transport stream (ISO/IEC 13818-1; with a time before each, or
/// parity behind it), or packs of a program stream.
fn is_television(first: &[u8]) -> bool {
    let is_cells = |bytes: usize| {
        (0..bytes).any(|begin| {
            let mut cells = (0..CELLS).map(|cell| first.get(begin + cell * bytes));
            cells.all(|byte| byte == Some(&0x47))
        })
    };
    first.starts_with(&[0, 0, 1]) || [188, 192, 204].into_iter().any(is_cells)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of AAC as silence has them: seven bytes of ADTS and six more.
    fn silence(frames: usize) -> Vec<u8> {
        let frame = [
            0xFF, 0xF1, 0x50, 0x80, 0x01, 0xBF, 0xFC, 0xDE, 0x02, 0, 0x4C, 0, 0,
        ];
        frame.repeat(frames)
    }

    #[test]
    fn frames_of_sound_in_television_do_not_make_it_sound() {
        let frames = silence(300);
        assert_eq!(sniff(&frames), Some(Kind::Adts));
        assert_eq!(sniff(&frames[5..]), Some(Kind::Adts));
        let cells: Vec<u8> = frames
            .chunks(184)
            .flat_map(|piece| [&[0x47, 0x01, 0x00, 0x10], piece].concat())
            .collect();
        assert_eq!(sniff(&cells), None);
        assert_eq!(sniff(&cells[50..]), None);
        assert_eq!(sniff(&[&[0, 0, 1, 0xBA][..], &frames].concat()), None);
    }
}
