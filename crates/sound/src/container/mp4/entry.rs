//! Which track is listened to, and how it is written.

use super::boxes::{boxes, find, u16_at, u32_at};
use crate::decode::{Codec, Setup};
use crate::error::{Remedy, SoundError};

/// Bytes of a sample entry for sound before its boxes (ISO/IEC 14496-12, 12.2.3).
const ENTRY: usize = 28;

/// A track of sound.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) id: u32,
    /// How it is written: `mp4a`, `samr` …
    kind: [u8; 4],
    /// The sample entry behind its kind.
    entry: Vec<u8>,
    /// `stsz`.
    pub(super) sizes: Vec<u8>,
    /// `stco` or `co64`.
    pub(super) chunks: Vec<u8>,
    pub(super) has_long_offsets: bool,
    /// `stsc`.
    pub(super) runs: Vec<u8>,
    /// Bytes of a sample where a fragment does not say it.
    pub(super) usual_bytes: u32,
}

impl Track {
    /// The first track of sound; one that can be decoded, if there is one.
    pub(super) fn find(moov: &[u8]) -> Result<Self, SoundError> {
        let tracks = boxes(moov).filter(|(kind, _)| kind == b"trak");
        let mut sounds: Vec<Self> = tracks.filter_map(|(_, trak)| Self::parse(trak)).collect();
        let best = sounds.iter().position(|track| track.setup().is_ok());
        if sounds.is_empty() {
            return Err(SoundError::NoSound);
        }
        let mut track = sounds.swap_remove(best.unwrap_or(0));
        let defaults = find(moov, &[b"mvex"]).unwrap_or_default();
        for (kind, trex) in boxes(defaults) {
            if kind == *b"trex" && u32_at(trex, 4) == Some(track.id) {
                track.usual_bytes = u32_at(trex, 16).unwrap_or(0);
            }
        }
        Ok(track)
    }

    fn parse(trak: &[u8]) -> Option<Self> {
        let mdia = find(trak, &[b"mdia"])?;
        let handler = find(mdia, &[b"hdlr"])?;
        if handler.get(8..12)? != b"soun" {
            return None;
        }
        let header = find(trak, &[b"tkhd"])?;
        let id = u32_at(header, if header.first()? & 1 == 1 { 20 } else { 12 })?;
        let stbl = find(mdia, &[b"minf", b"stbl"])?;
        let (kind, entry) = boxes(find(stbl, &[b"stsd"])?.get(8..)?).next()?;
        let table = |kind| find(stbl, &[kind]).unwrap_or_default().to_vec();
        let long = find(stbl, &[b"co64"]);
        Some(Self {
            id,
            kind,
            entry: entry.to_vec(),
            sizes: table(b"stsz"),
            chunks: long.map_or_else(|| table(b"stco"), <[u8]>::to_vec),
            has_long_offsets: long.is_some(),
            runs: table(b"stsc"),
            usual_bytes: 0,
        })
    }

    /// How it is decoded.
    pub(super) fn setup(&self) -> Result<Setup, SoundError> {
        // QuickTime has more before the boxes.
        let more = match u16_at(&self.entry, 8) {
            Some(1) => 16,
            Some(2) => 36,
            _ => 0,
        };
        let inner = self.entry.get(ENTRY + more..).unwrap_or_default();
        let setup = |codec| Ok(Setup::new(codec));
        match &self.kind {
            b"samr" => setup(Codec::AmrNarrow),
            b"sawb" => setup(Codec::AmrWide),
            b".mp3" => setup(Codec::Mp3),
            b"mp4a" => {
                let esds = find(inner, &[b"esds"]).or_else(|| find(inner, &[b"wave", b"esds"]));
                elementary(esds.and_then(|esds| esds.get(4..)).unwrap_or_default())
            }
            b"Opus" => {
                let head = find(inner, &[b"dOps"]).unwrap_or_default();
                Ok(Setup::new(Codec::Opus).config(opus_head(head)))
            }
            b"fLaC" => {
                let config = find(inner, &[b"dfLa"]).and_then(|dfla| dfla.get(8..42));
                Ok(Setup::new(Codec::Flac).config(config.unwrap_or_default().to_vec()))
            }
            b"alac" => {
                let config = find(inner, &[b"alac"]).or_else(|| find(inner, &[b"wave", b"alac"]));
                let config = config.and_then(|alac| alac.get(4..)).unwrap_or_default();
                Ok(Setup::new(Codec::Alac).config(config.to_vec()))
            }
            other => {
                let name = String::from_utf8_lossy(other);
                let name = name.trim().trim_matches(char::from(0));
                // AC-4, MPEG-H; what was bought and is encrypted.
                let remedy = match other {
                    b"ac-4" | b"mha1" | b"mhm1" | b"drms" | b"enca" => Remedy::RecordOtherwise,
                    _ => Remedy::Try,
                };
                let what = format!("an MP4 with sound of the kind «{name}»");
                Err(SoundError::undecodable_but(what, remedy))
            }
        }
    }
}

/// The head of Opus in Ogg (RFC 7845, 5.1) from that in MP4, which has the same in big-endian.
fn opus_head(dops: &[u8]) -> Vec<u8> {
    let &[_, channels, a, b, ra, rb, rc, rd, ga, gb, ref family @ ..] = dops else {
        return Vec::new();
    };
    let head: [u8; 10] = [1, channels, b, a, rd, rc, rb, ra, gb, ga];
    [b"OpusHead", &head[..], family].concat()
}

/// Descriptors (ISO/IEC 14496-1, 7.2.6): which kind of MPEG sound it is.
fn elementary(esds: &[u8]) -> Result<Setup, SoundError> {
    let damaged = || SoundError::Damaged {
        part: "description of how it is written",
    };
    let (tag, es) = descriptor(esds).ok_or_else(damaged)?;
    if tag != 3 {
        return Err(damaged());
    }
    let flags = *es.get(2).ok_or_else(damaged)?;
    let mut at = 3;
    at += if flags & 0x80 != 0 { 2 } else { 0 };
    at += match (flags & 0x40, es.get(at)) {
        (0, _) | (_, None) => 0,
        (_, Some(url)) => 1 + usize::from(*url),
    };
    at += if flags & 0x20 != 0 { 2 } else { 0 };
    let (tag, config) = es.get(at..).and_then(descriptor).ok_or_else(damaged)?;
    if tag != 4 {
        return Err(damaged());
    }
    match config.first() {
        Some(0x69 | 0x6B) => Ok(Setup::new(Codec::Mp3)),
        Some(0x40 | 0x66..=0x68) => {
            let special = config.get(13..).and_then(descriptor);
            let special = special.filter(|(tag, _)| *tag == 5).map(|(_, bytes)| bytes);
            Ok(Setup::new(Codec::Aac).config(special.unwrap_or_default().to_vec()))
        }
        Some(0xDD) => Err(SoundError::undecodable("Vorbis in MP4")),
        _ => Err(SoundError::undecodable_but(
            "an MP4 with an unusual kind of sound",
            Remedy::Try,
        )),
    }
}

/// A descriptor: its tag and what it holds.
fn descriptor(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let tag = *bytes.first()?;
    let (mut size, mut at) = (0usize, 1);
    for _ in 0..4 {
        let byte = *bytes.get(at)?;
        at += 1;
        size = size << 7 | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            break;
        }
    }
    let end = bytes.len().min(at + size);
    Some((tag, bytes.get(at..end)?))
}
