//! Ogg (RFC 3533): pages, of which each says how many packets, or parts of packets, it holds.
//! Opus in it as RFC 7845 says, Vorbis as its own specification does (A.2), FLAC as its mapping.

use super::{LONGEST_PACKET, Next, Packets};
use crate::decode::{Codec, Setup};
use crate::error::{Remedy, SoundError};
use crate::input::Input;

/// Bytes of a page's header without its table.
const HEADER: usize = 27;
/// Bytes that are looked through at once for the next page.
const SEARCH: usize = 64 << 10;
/// The flag of a page that begins with the rest of a packet.
const CONTINUED: u8 = 1;
/// The flag of a stream's first page.
const FIRST: u8 = 2;

/// A file of pages.
#[derive(Debug, Default)]
pub(super) struct Ogg {
    stream: Option<Stream>,
    /// What the page being read says of its packets' parts, and how many have been taken.
    table: Vec<u8>,
    taken: usize,
    /// The beginning of a packet.
    part: Vec<u8>,
    /// Whether the beginning of the packet that is on its way is missing.
    is_torn: bool,
    /// Why what was there besides cannot be heard.
    other: Option<SoundError>,
}

/// The stream that is listened to.
#[derive(Debug)]
struct Stream {
    serial: [u8; 4],
    codec: Codec,
    /// Packets of headers that are to come.
    headers: usize,
    /// What the headers say to the decoder.
    config: Vec<u8>,
}

impl Stream {
    /// The stream that begins with this packet, or why it cannot be heard.
    fn begin(serial: [u8; 4], packet: &[u8]) -> Result<Self, SoundError> {
        let stream = |codec, headers, config: &[u8]| {
            Ok(Self {
                serial,
                codec,
                headers,
                config: config.to_vec(),
            })
        };
        match packet {
            [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', ..] => stream(Codec::Opus, 1, packet),
            [1, b'v', b'o', b'r', b'b', b'i', b's', ..] => stream(Codec::Vorbis, 2, packet),
            // Version, count of headers, "fLaC", a block of 4 + 34 bytes.
            [0x7F, b'F', b'L', b'A', b'C', _, _, a, b, ..] if packet.len() >= 51 => {
                let headers = u16::from_be_bytes([*a, *b]).max(1);
                stream(Codec::Flac, headers.into(), &packet[17..51])
            }
            [b'S', b'p', b'e', b'e', b'x', ..] => Err(SoundError::undecodable("Speex")),
            [0x80, b't', b'h', b'e', ..] => Err(SoundError::NoSound),
            _ => Err(SoundError::undecodable_but(
                "something unknown in Ogg",
                Remedy::Try,
            )),
        }
    }
}

impl Ogg {
    /// Reads a page's header. Says false if there is none at this place.
    fn page(&mut self, input: &mut Input<'_>) -> Result<bool, SoundError> {
        let Some(&[b'O', b'g', b'g', b'S', 0, flags, ..]) =
            input.peek(HEADER)?.first_chunk::<HEADER>()
        else {
            return Ok(false);
        };
        let header: [u8; HEADER] = input.array()?.unwrap_or([0; HEADER]);
        let serial = [header[14], header[15], header[16], header[17]];
        let mut table = std::mem::take(&mut self.table);
        input.take(usize::from(header[26]), &mut table)?;
        (self.table, self.taken) = (table, 0);
        let is_ours = self.stream.as_ref().is_some_and(|s| s.serial == serial);
        if flags & FIRST != 0 && !is_ours {
            // Another stream: after the one before, or beside it. Both begin where nothing was
            // heard of the one before for long enough to begin again.
            let bytes = self.table.first().copied().unwrap_or(0);
            match Stream::begin(serial, input.peek(bytes.into())?) {
                Ok(stream) => self.stream = Some(stream),
                // Of a film with sound, it is the sound.
                Err(error) => match &self.other {
                    None | Some(SoundError::NoSound) => self.other = Some(error),
                    Some(_) => {}
                },
            }
            self.part.clear();
            return self.pass(input).map(|()| true);
        }
        if !is_ours {
            return self.pass(input).map(|()| true);
        }
        let is_continued = flags & CONTINUED != 0;
        if is_continued == self.part.is_empty() && !self.is_torn {
            // The page before is missing.
            self.is_torn = is_continued;
            self.part.clear();
        }
        Ok(true)
    }

    /// Goes past what is left of a page.
    fn pass(&mut self, input: &mut Input<'_>) -> Result<(), SoundError> {
        let left = self.table.get(self.taken..).unwrap_or_default();
        let bytes = left.iter().map(|part| u64::from(*part)).sum();
        self.taken = self.table.len();
        input.skip(bytes)?;
        Ok(())
    }

    /// Takes the next packet from the page into `packet`; what of it is on the next page waits.
    fn packet(&mut self, input: &mut Input<'_>, packet: &mut Vec<u8>) -> Result<Next, SoundError> {
        let parts = self.table.get(self.taken..).unwrap_or_default();
        let whole = parts.iter().position(|part| *part < 255);
        let parts = &parts[..whole.map_or(parts.len(), |last| last + 1)];
        let bytes = parts.iter().map(|part| usize::from(*part)).sum();
        self.taken += parts.len();
        if !input.take(bytes, packet)? {
            return Ok(Next::End);
        }
        if self.part.len() + bytes > LONGEST_PACKET {
            (self.part, self.is_torn) = (Vec::new(), true);
        }
        if whole.is_none() {
            self.part.extend_from_slice(packet);
            return Ok(Next::Nothing);
        }
        if !self.part.is_empty() {
            self.part.append(packet);
            std::mem::swap(&mut self.part, packet);
            self.part.clear();
        }
        if std::mem::take(&mut self.is_torn) {
            return Ok(Next::Lost);
        }
        self.header(packet)
    }

    /// Tells headers from sound.
    fn header(&mut self, packet: &[u8]) -> Result<Next, SoundError> {
        let Some(stream) = self.stream.as_mut().filter(|stream| stream.headers > 0) else {
            // Some write one header of FLAC more than they say.
            let is_flac = self.stream.as_ref().is_some_and(|s| s.codec == Codec::Flac);
            return Ok(match is_flac && packet.first() != Some(&0xFF) {
                true => Next::Nothing,
                false => Next::Packet,
            });
        };
        stream.headers -= 1;
        if stream.codec == Codec::Vorbis && packet.first() == Some(&5) {
            stream.config.extend_from_slice(packet);
        }
        if stream.headers > 0 {
            return Ok(Next::Nothing);
        }
        let config = std::mem::take(&mut stream.config);
        Ok(Next::Setup(Setup::new(stream.codec).config(config)))
    }
}

impl Packets for Ogg {
    fn next(&mut self, input: &mut Input<'_>, packet: &mut Vec<u8>) -> Result<Next, SoundError> {
        if self.taken < self.table.len() {
            return self.packet(input, packet);
        }
        if self.page(input)? {
            return Ok(Next::Nothing);
        }
        if input.peek(HEADER)?.len() < HEADER {
            return match self.other.take().filter(|_| self.stream.is_none()) {
                Some(error) => Err(error),
                None => Ok(Next::End),
            };
        }
        let bytes = input.peek(SEARCH)?;
        let found = bytes.windows(4).skip(1).position(|tag| tag == b"OggS");
        let past = found.map_or(bytes.len().saturating_sub(3).max(1), |at| at + 1);
        input.consume(past);
        (self.part, self.is_torn) = (Vec::new(), false);
        Ok(Next::Lost)
    }
}
