//! What a file is: by its name where that is all there is, by its first bytes where it counts.

use crate::sources::MediaKind;

/// Extensions, what they are, and their media types (IANA).
const NAMES: &[(&str, MediaKind, &str)] = &[
    ("jpg", MediaKind::Picture, "image/jpeg"),
    ("jpeg", MediaKind::Picture, "image/jpeg"),
    ("png", MediaKind::Picture, "image/png"),
    ("webp", MediaKind::Picture, "image/webp"),
    ("gif", MediaKind::Picture, "image/gif"),
    ("mp3", MediaKind::Sound, "audio/mpeg"),
    ("ogg", MediaKind::Sound, "audio/ogg"),
    ("oga", MediaKind::Sound, "audio/ogg"),
    ("opus", MediaKind::Sound, "audio/ogg"),
    ("m4a", MediaKind::Sound, "audio/mp4"),
    ("aac", MediaKind::Sound, "audio/aac"),
    ("wav", MediaKind::Sound, "audio/wav"),
    ("flac", MediaKind::Sound, "audio/flac"),
    ("mp4", MediaKind::Film, "video/mp4"),
    ("m4v", MediaKind::Film, "video/mp4"),
    ("webm", MediaKind::Film, "video/webm"),
    ("mov", MediaKind::Film, "video/quicktime"),
    ("mkv", MediaKind::Film, "video/matroska"),
    ("avi", MediaKind::Film, "video/x-msvideo"),
    ("pdf", MediaKind::File, "application/pdf"),
    ("epub", MediaKind::File, "application/epub+zip"),
    ("zip", MediaKind::File, "application/zip"),
];

/// What the first bytes of a file show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sniffed {
    /// A picture that can be decoded.
    Picture,
    /// A sound or a film.
    Media,
    /// Text: HTML, a feed, or something else that is read.
    Text,
    /// Something else.
    Other,
}

/// What a name promises; query and fragment of an address are passed over.
pub(crate) fn kind_of_name(name: &str) -> Option<MediaKind> {
    entry(name).map(|(_, kind, _)| *kind)
}

/// The media type that a name promises.
pub(crate) fn media_type_of_name(name: &str) -> &'static str {
    entry(name).map_or("application/octet-stream", |(_, _, t)| t)
}

fn entry(name: &str) -> Option<&'static (&'static str, MediaKind, &'static str)> {
    let name = name.split(['?', '#']).next()?;
    let (_, extension) = name.rsplit('/').next()?.rsplit_once('.')?;
    let extension = extension.to_ascii_lowercase();
    NAMES.iter().find(|(e, ..)| *e == extension)
}

/// What the first bytes show.
pub(crate) fn sniff(bytes: &[u8]) -> Sniffed {
    let at = |from: usize, what: &[u8]| bytes.get(from..).is_some_and(|b| b.starts_with(what));
    let riff = at(0, b"RIFF");
    if at(0, b"\xff\xd8\xff")
        || at(0, b"\x89PNG\r\n\x1a\n")
        || at(0, b"GIF8")
        || riff && at(8, b"WEBP")
    {
        return Sniffed::Picture;
    }
    let media = at(0, b"OggS")
        || at(0, b"ID3")
        || at(0, b"fLaC")
        || at(0, b"\x1a\x45\xdf\xa3")
        || at(4, b"ftyp") && !at(8, b"avif") && !at(8, b"heic")
        || riff && (at(8, b"WAVE") || at(8, b"AVI "))
        || matches!(bytes, [0xff, b, ..] if b & 0xe0 == 0xe0 && !matches!(b, 0xfe | 0xff));
    if media {
        return Sniffed::Media;
    }
    let head = &bytes[..bytes.len().min(512)];
    let utf16 = at(0, b"\xff\xfe") || at(0, b"\xfe\xff");
    if utf16 || !head.iter().any(|b| matches!(b, 0..=8 | 14..=26 | 28..=31)) {
        return Sniffed::Text;
    }
    Sniffed::Other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_bytes() {
        assert_eq!(
            kind_of_name("https://x.example/a.JPG?w=1"),
            Some(MediaKind::Picture)
        );
        assert_eq!(kind_of_name("a.exe"), None);
        assert_eq!(sniff(b"\xff\xd8\xff\xe0"), Sniffed::Picture);
        assert_eq!(sniff(b"\xff\xfb\x90\x64"), Sniffed::Media);
        assert_eq!(sniff(b"<html>"), Sniffed::Text);
        assert_eq!(sniff(b"\x7fELF\x02\x01\x01\0"), Sniffed::Other);
    }
}
