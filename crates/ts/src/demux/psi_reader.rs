//! What the tables of a recording declare. For the report alone: frames are found without them.

use std::collections::BTreeMap;

use crate::crc::crc32_mpeg2;
use crate::dvb_text;
use crate::psi::{PAT_PID, PAT_TABLE, PMT_TABLE, SDT_ACTUAL_TABLE, SDT_PID};

/// Limits to what is remembered; a transponder has some tens of programs.
const MAX_PROGRAMS: usize = 1024;
const MAX_SERVICES: usize = 1024;
/// The longest section (ISO/IEC 13818-1 clause 2.4.4.11).
const MAX_SECTION_BYTES: usize = 4096;

/// What a PMT says of a PID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PmtDeclared {
    /// program_number.
    pub program: u16,
    /// stream_type (ISO/IEC 13818-1 table 2-34).
    pub stream_type: u8,
}

/// A service of the SDT (EN 300 468 clause 5.2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// service_id.
    pub id: u16,
    /// Its provider's name.
    pub provider: String,
    /// Its name.
    pub name: String,
}

/// Puts sections together.
#[derive(Debug, Default)]
pub(super) struct SectionReader {
    buffer: Vec<u8>,
    /// Between the start of a section and its end.
    open: bool,
    done: Vec<u8>,
}

impl SectionReader {
    /// Takes a cell's payload; gives back a section that it completes (the last of several).
    pub(super) fn cell(&mut self, payload: &[u8], unit_start: bool) -> Option<&[u8]> {
        let mut complete = false;
        let mut rest = payload;
        if unit_start {
            let (&pointer, after) = payload.split_first()?;
            let before = after.get(..usize::from(pointer))?;
            complete |= self.extend(before);
            rest = &after[before.len()..];
            self.buffer.clear();
            self.open = true;
        }
        complete |= self.extend(rest);
        complete.then_some(self.done.as_slice())
    }

    fn extend(&mut self, bytes: &[u8]) -> bool {
        if !self.open {
            return false;
        }
        self.buffer.extend_from_slice(bytes);
        let Some(head) = self.buffer.first_chunk::<3>() else {
            return false;
        };
        let length = 3 + usize::from(u16::from_be_bytes([head[1] & 0x0F, head[2]]));
        if length > MAX_SECTION_BYTES || head[0] == 0xFF {
            self.gap();
            return false;
        }
        if self.buffer.len() < length {
            return false;
        }
        // Only what begins a cell is read; a second section in one cell is a rarity that costs the
        // report a name.
        self.buffer.truncate(length);
        std::mem::swap(&mut self.buffer, &mut self.done);
        self.gap();
        true
    }

    pub(super) fn gap(&mut self) {
        self.open = false;
        self.buffer.clear();
    }
}

/// All that was declared.
#[derive(Debug, Default)]
pub(super) struct Psi {
    /// PMT PID → program_number.
    programs: BTreeMap<u16, u16>,
    pub(super) declared: BTreeMap<u16, PmtDeclared>,
    pub(super) services: BTreeMap<u16, Service>,
}

impl Psi {
    /// Whether sections are of interest on a PID.
    pub(super) fn expects(&self, pid: u16) -> bool {
        pid == PAT_PID || pid == SDT_PID || self.programs.contains_key(&pid)
    }

    /// Reads a section; gives back the PIDs on which sections are of interest from now on.
    pub(super) fn take(&mut self, pid: u16, section: &[u8]) -> Vec<u16> {
        let mut news = Vec::new();
        if section.len() < 12 || crc32_mpeg2(section) != 0 {
            return news;
        }
        let extension = u16::from_be_bytes([section[3], section[4]]);
        let body = &section[8..section.len() - 4];
        match (section[0], pid) {
            (PAT_TABLE, PAT_PID) => {
                for entry in body.chunks_exact(4) {
                    let program = u16::from_be_bytes([entry[0], entry[1]]);
                    let pmt = u16::from_be_bytes([entry[2] & 0x1F, entry[3]]);
                    if program != 0
                        && self.programs.len() < MAX_PROGRAMS
                        && self.programs.insert(pmt, program).is_none()
                    {
                        news.push(pmt);
                    }
                }
            }
            (PMT_TABLE, _) => self.take_pmt(extension, body).unwrap_or(()),
            (SDT_ACTUAL_TABLE, SDT_PID) => self.take_sdt(body).unwrap_or(()),
            _ => {}
        }
        news
    }

    fn take_pmt(&mut self, program: u16, body: &[u8]) -> Option<()> {
        let info = length12(body.get(2..4)?);
        let mut rest = body.get(4 + info..)?;
        while let Some(entry) = rest.first_chunk::<5>() {
            let pid = u16::from_be_bytes([entry[1] & 0x1F, entry[2]]);
            self.declared.insert(
                pid,
                PmtDeclared {
                    program,
                    stream_type: entry[0],
                },
            );
            rest = rest.get(5 + length12(&entry[3..])..)?;
        }
        Some(())
    }

    fn take_sdt(&mut self, body: &[u8]) -> Option<()> {
        let mut rest = body.get(3..)?;
        while let Some(entry) = rest.first_chunk::<5>() {
            let id = u16::from_be_bytes([entry[0], entry[1]]);
            let length = length12(&entry[3..]);
            let mut descriptors = rest.get(5..5 + length)?;
            while let [tag, size, after @ ..] = descriptors {
                let body = after.get(..usize::from(*size))?;
                if *tag == 0x48 && self.services.len() < MAX_SERVICES {
                    let (provider, name) = service_names(body)?;
                    self.services.insert(id, Service { id, provider, name });
                }
                descriptors = &after[body.len()..];
            }
            rest = &rest[5 + length..];
        }
        Some(())
    }
}

fn length12(field: &[u8]) -> usize {
    usize::from(u16::from_be_bytes([field[0] & 0x0F, field[1]]))
}

fn service_names(body: &[u8]) -> Option<(String, String)> {
    let provider = 2 + usize::from(*body.get(1)?);
    let name = provider + 1 + usize::from(*body.get(provider)?);
    Some((
        dvb_text::decode(body.get(2..provider)?),
        dvb_text::decode(body.get(provider + 1..name)?),
    ))
}
