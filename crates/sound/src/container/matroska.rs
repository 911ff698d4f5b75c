//! Matroska and WebM (RFC 9559): elements in elements. Those that hold what is wanted are walked
//! into, all others are gone past; so it does not matter where a master element ends.

use super::{LONGEST_PACKET, Next, Packets};
use crate::decode::{Codec, Setup};
use crate::error::{Remedy, SoundError};
use crate::input::Input;

/// Elements that are walked into.
const MASTERS: [u32; 6] = [
    0x1853_8067, // Segment
    0x1654_AE6B, // Tracks
    0x1F43_B675, // Cluster
    0xA0,        // BlockGroup
    0xE1,        // Audio
    0xAE,        // TrackEntry
];
const TRACK_ENTRY: u32 = 0xAE;
const TRACK_NUMBER: u32 = 0xD7;
const CODEC_ID: u32 = 0x86;
const CODEC_PRIVATE: u32 = 0x63A2;
const CLUSTER: u32 = 0x1F43_B675;
const BLOCK: u32 = 0xA1;
const SIMPLE_BLOCK: u32 = 0xA3;
/// What stands behind the beginning of the first cluster: CRC-32, Void, Timestamp, Position,
/// PrevSize, SimpleBlock, BlockGroup, Block, BlockDuration, ReferenceBlock, DiscardPadding,
/// BlockAdditions; Cluster, Cues, Tags, Attachments, Chapters, SeekHead, Info, Tracks.
const BEHIND: [u64; 20] = [
    0xBF,
    0xEC,
    0xE7,
    0xA7,
    0xAB,
    0xA3,
    0xA0,
    0xA1,
    0x9B,
    0xFB,
    0x75A2,
    0x75A1,
    0x1F43_B675,
    0x1C53_BB6B,
    0x1254_C367,
    0x1941_A469,
    0x1043_A770,
    0x114D_9B74,
    0x1549_A966,
    0x1654_AE6B,
];
/// Bytes that are looked through at once for the next cluster or block.
const SEARCH: usize = 64 << 10;

/// A file of elements.
#[derive(Debug, Default)]
pub(super) struct Matroska {
    tracks: Vec<Track>,
    /// Which track is listened to, once one is.
    number: Option<u64>,
    /// Frames of the block being read: their bytes.
    frames: Vec<usize>,
    /// A cluster has begun: from here on there is not much that can stand in a file.
    is_in_cluster: bool,
    /// It says what its tracks are.
    has_tracks: bool,
    /// Names of what is not decoded.
    others: Option<String>,
}

#[derive(Debug, Default)]
struct Track {
    number: u64,
    codec: String,
    config: Vec<u8>,
}

/// Bytes of an element's number by its first byte, and of a size likewise.
fn length(first: u8) -> usize {
    first.leading_zeros() as usize + 1
}

/// A number of variable length and how many bytes it has; the marker stays where `keep` says so.
fn number(bytes: &[u8], keep: bool) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let bytes = bytes
        .get(..length(first))
        .filter(|bytes| bytes.len() <= 8)?;
    let all = bytes
        .iter()
        .fold(0u64, |all, byte| all << 8 | u64::from(*byte));
    let marker = 1u64 << (7 * bytes.len());
    Some((if keep { all } else { all & (marker - 1) }, bytes.len()))
}

impl Matroska {
    /// Chooses the track: the first that can be decoded.
    fn choose(&mut self) -> Option<Next> {
        self.has_tracks |= self.tracks.iter().any(|track| !track.codec.is_empty());
        for track in self.tracks.drain(..) {
            let codec = match track.codec.as_str() {
                "A_OPUS" => Codec::Opus,
                "A_VORBIS" => Codec::Vorbis,
                "A_AAC" => Codec::Aac,
                "A_MPEG/L3" => Codec::Mp3,
                "A_FLAC" => Codec::Flac,
                other if other.starts_with("A_") => {
                    self.others = Some(format!("Matroska with {other}"));
                    continue;
                }
                _ => continue,
            };
            self.number = Some(track.number);
            let config = match codec {
                // "fLaC" and the header of the block stand before.
                Codec::Flac => track.config.get(8..42).unwrap_or_default().to_vec(),
                _ => track.config,
            };
            return Some(Next::Setup(Setup::new(codec).config(config)));
        }
        None
    }

    /// A value of a track.
    fn value(&mut self, id: u32, bytes: &[u8]) {
        let Some(track) = self.tracks.last_mut() else {
            return;
        };
        match id {
            TRACK_NUMBER => {
                track.number = bytes
                    .iter()
                    .fold(0, |all, byte| all << 8 | u64::from(*byte));
            }
            CODEC_ID => {
                let text = String::from_utf8_lossy(bytes);
                track.codec = text.trim_end_matches('\0').to_owned();
            }
            _ => track.config = bytes.to_vec(),
        }
    }

    /// Looks for a cluster, or for a block that leads to another one.
    fn search(&self, input: &mut Input<'_>) -> Result<Next, SoundError> {
        let bytes = input.peek(SEARCH)?;
        let is_begin = |at: &usize| {
            let rest = &bytes[*at..];
            let follower = |bytes| rest.get(self.simple_block(bytes)?..);
            rest.starts_with(&CLUSTER.to_be_bytes())
                || follower(rest).is_some_and(|next| self.simple_block(next).is_some())
        };
        let found = (1..bytes.len()).find(is_begin);
        let past = found.unwrap_or(bytes.len());
        input.consume(past);
        Ok(match found {
            Some(_) => Next::Lost,
            None => Next::Nothing,
        })
    }

    /// Bytes of a simple block of the track, if these begin with one.
    fn simple_block(&self, bytes: &[u8]) -> Option<usize> {
        let rest = bytes.strip_prefix(&[SIMPLE_BLOCK as u8])?;
        let (size, size_bytes) = number(rest, false)?;
        let (track, _) = number(rest.get(size_bytes..)?, false)?;
        let is_ours = Some(track) == self.number && size < SEARCH as u64 / 4;
        is_ours.then_some(1 + size_bytes + size as usize)
    }

    /// Reads a block's header (RFC 9559, section 10): how long its frames are.
    fn block(&mut self, block: &[u8]) -> Option<usize> {
        let (track, at) = number(block, false)?;
        if Some(track) != self.number {
            return None;
        }
        let flags = *block.get(at + 2)?;
        let mut at = at + 3;
        let mut frames = Vec::new();
        let lacing = flags >> 1 & 3;
        if lacing != 0 {
            let count = usize::from(*block.get(at)?);
            at += 1;
            match lacing {
                1 => {
                    for _ in 0..count {
                        let mut bytes = 0;
                        loop {
                            let byte = *block.get(at)?;
                            at += 1;
                            bytes += usize::from(byte);
                            if byte < 255 {
                                break;
                            }
                        }
                        frames.push(bytes);
                    }
                }
                2 => {
                    // Of no bytes, any number of frames would take none.
                    let bytes = block.len().checked_sub(at)? / (count + 1);
                    frames = vec![bytes; if bytes > 0 { count } else { 0 }];
                }
                _ => {
                    let mut last = 0i64;
                    for frame in 0..count {
                        let (value, bytes) = number(block.get(at..)?, false)?;
                        at += bytes;
                        last = match frame {
                            0 => value as i64,
                            _ => last + value as i64 - ((1i64 << (7 * bytes - 1)) - 1),
                        };
                        let bytes = usize::try_from(last).ok()?;
                        frames.push(Some(bytes).filter(|bytes| *bytes <= block.len())?);
                    }
                }
            }
        }
        let laced: usize = frames
            .iter()
            .try_fold(0usize, |all, frame| all.checked_add(*frame))?;
        frames.push(block.len().checked_sub(at)?.checked_sub(laced)?);
        frames.reverse();
        self.frames = frames;
        Some(at)
    }
}

impl Packets for Matroska {
    fn next(&mut self, input: &mut Input<'_>, packet: &mut Vec<u8>) -> Result<Next, SoundError> {
        if let Some(bytes) = self.frames.pop() {
            return Ok(match input.take(bytes, packet)? {
                true => Next::Packet,
                false => Next::End,
            });
        }
        let head = input.peek(12)?;
        if head.is_empty() {
            return match self.others.take() {
                Some(what) if self.number.is_none() => {
                    Err(SoundError::undecodable_but(what, Remedy::Try))
                }
                None if self.number.is_none() && self.has_tracks => Err(SoundError::NoSound),
                _ => Ok(Next::End),
            };
        }
        let element = number(head, true).filter(|(_, bytes)| *bytes <= 4);
        let element = element.and_then(|(id, at)| Some((id, at, number(head.get(at..)?, false)?)));
        let is_known = |id: u64| !self.is_in_cluster || BEHIND.contains(&id);
        let Some((id, id_bytes, (size, size_bytes))) = element.filter(|(id, ..)| is_known(*id))
        else {
            return self.search(input);
        };
        let (id, is_unknown) = (id as u32, size == (1u64 << (7 * size_bytes)) - 1);
        if id == CLUSTER
            && self.number.is_none()
            && let Some(setup) = self.choose()
        {
            return Ok(setup);
        }
        self.is_in_cluster |= id == CLUSTER;
        input.consume(id_bytes + size_bytes);
        match id {
            _ if MASTERS.contains(&id) => {
                if id == TRACK_ENTRY && self.tracks.len() < 64 {
                    self.tracks.push(Track::default());
                }
            }
            TRACK_NUMBER | CODEC_ID | CODEC_PRIVATE if size <= 1 << 16 => {
                input.take(size as usize, packet)?;
                self.value(id, packet);
            }
            BLOCK | SIMPLE_BLOCK if size <= LONGEST_PACKET as u64 => {
                let block = input.peek(size as usize)?;
                if block.len() < size as usize {
                    return Ok(Next::End);
                }
                let block = block.to_vec();
                let at = self.block(&block);
                input.consume(at.unwrap_or(block.len()));
            }
            _ if is_unknown => return Ok(Next::Lost),
            _ => {
                if !input.skip(size)? {
                    return Ok(Next::End);
                }
            }
        }
        Ok(Next::Nothing)
    }
}
