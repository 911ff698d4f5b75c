//! ISO base media (ISO/IEC 14496-12): MP4, M4A, 3GP, MOV. A table says where each sample of a
//! track is, in one piece (`moov`) or in one for every fragment (`moof`).

mod boxes;
mod entry;
mod fragment;
mod table;

use super::{LONGEST_PACKET, Next, Packets};
use crate::error::SoundError;
use crate::input::Input;
use entry::Track;
use table::Place;

/// Bytes of the longest table that is read: that of a day of AMR has 35 MB.
const LONGEST_TABLE: u64 = 64 << 20;
/// As often as this each byte of a file can be sound.
const TIMES: u64 = 2;
const DAMAGED: SoundError = SoundError::Damaged {
    part: "list of what is where in it",
};

/// A file of boxes.
#[derive(Default)]
pub(super) struct Mp4 {
    track: Option<Track>,
    /// Where samples are.
    places: Option<Box<dyn Iterator<Item = Place>>>,
    /// Bytes of all the samples so far.
    listed: u64,
    /// The highest place so far, for what has no length.
    reached: u64,
    /// Where the boxes go on, if there can be fragments.
    next_box: u64,
    /// Whether fragments are looked for: the table in one piece has been read.
    is_open: bool,
}

impl Mp4 {
    /// Reads one of the outer boxes.
    fn outer_box(&mut self, input: &mut Input<'_>) -> Result<Next, SoundError> {
        let begin = self.next_box;
        if !input.seek(begin)? {
            return self.end();
        }
        let Some([a, b, c, d, kind @ ..]) = input.array::<8>()? else {
            return self.end();
        };
        let mut bytes = u64::from(u32::from_be_bytes([a, b, c, d]));
        let mut head = 8;
        if bytes == 1 {
            let Some(long) = input.array()? else {
                return self.end();
            };
            bytes = u64::from_be_bytes(long);
            head = 16;
        }
        let end = match bytes {
            0 => u64::MAX,
            _ => begin.saturating_add(bytes.max(head)),
        };
        self.next_box = end;
        let body = end - begin - head;
        match &kind {
            b"moov" if !self.is_open => {
                let moov = self.read(input, body)?;
                let track = Track::find(&moov)?;
                let setup = track.setup()?;
                self.places = Some(Box::new(table::places(&track)));
                self.track = Some(track);
                self.is_open = true;
                return Ok(Next::Setup(setup));
            }
            b"moof" if self.is_open => {
                let moof = self.read(input, body)?;
                if let Some(track) = &self.track {
                    let places = fragment::places(&moof, begin, track);
                    self.places = Some(Box::new(places.into_iter()));
                }
            }
            _ => {}
        }
        Ok(Next::Nothing)
    }

    /// Counts a sample's bytes. Samples can be listed at the same place, which hardly any program
    /// does: a list that has more of them than twice the file would be sound for hours.
    fn count(&mut self, input: &Input<'_>, bytes: u32) -> Result<(), SoundError> {
        self.reached = self.reached.max(input.position());
        self.listed += u64::from(bytes);
        let there = input.length().unwrap_or(self.reached);
        match self.listed > TIMES.saturating_mul(there) {
            true => Err(DAMAGED),
            false => Ok(()),
        }
    }

    fn read(&self, input: &mut Input<'_>, bytes: u64) -> Result<Vec<u8>, SoundError> {
        let left = input
            .length()
            .map_or(u64::MAX, |all| all.saturating_sub(input.position()));
        if bytes > LONGEST_TABLE.min(left) {
            return Err(DAMAGED);
        }
        let mut all = Vec::new();
        match input.take(bytes as usize, &mut all)? {
            true => Ok(all),
            false => Err(DAMAGED),
        }
    }

    fn end(&self) -> Result<Next, SoundError> {
        match self.is_open {
            true => Ok(Next::End),
            false => Err(SoundError::NoIndex),
        }
    }
}

impl Packets for Mp4 {
    fn next(&mut self, input: &mut Input<'_>, packet: &mut Vec<u8>) -> Result<Next, SoundError> {
        if let Some(place) = self.places.as_mut().and_then(Iterator::next) {
            if place.bytes as usize > LONGEST_PACKET {
                self.count(input, place.bytes)?;
                return Ok(Next::Lost);
            }
            if !input.seek(place.at)? || !input.take(place.bytes as usize, packet)? {
                // Cut short; samples need not be in the order of time, but are.
                self.places = None;
                self.next_box = u64::MAX;
                return Ok(Next::End);
            }
            self.count(input, place.bytes)?;
            return Ok(Next::Packet);
        }
        self.places = None;
        self.outer_box(input)
    }
}
