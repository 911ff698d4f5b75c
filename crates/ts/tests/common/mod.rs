//! Shared by the tests: frames that know their number, streams of them, and what came back.
#![allow(dead_code, reason = "each test uses a part")]

use std::collections::BTreeMap;

use ts::{Carriage, Demux, Frame, FrameSource, MAX_FRAME_BYTES, Mux, MuxConfig};

/// Frames of pseudo-random bytes and lengths, numbered; remembers all that were taken.
pub(crate) struct Numbered {
    state: u64,
    pub(crate) full: bool,
    pub(crate) limit: usize,
    pub(crate) sent: Vec<(Carriage, Vec<u8>)>,
}

impl Numbered {
    pub(crate) fn new(seed: u64) -> Numbered {
        Numbered {
            state: seed | 1,
            full: false,
            limit: usize::MAX,
            sent: Vec::new(),
        }
    }

    pub(crate) fn full(seed: u64) -> Numbered {
        Numbered {
            full: true,
            ..Numbered::new(seed)
        }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }
}

impl FrameSource for Numbered {
    fn next_frame(&mut self, carriage: Carriage) -> Option<&[u8]> {
        if self.sent.len() >= self.limit {
            return None;
        }
        let length = if self.full {
            MAX_FRAME_BYTES
        } else {
            8 + (self.next() % (MAX_FRAME_BYTES as u64 - 7)) as usize
        };
        let mut frame = (self.sent.len() as u64).to_be_bytes().to_vec();
        while frame.len() < length {
            let byte = self.next() as u8;
            frame.push(byte);
        }
        self.sent.push((carriage, frame));
        self.sent.last().map(|(_, frame)| frame.as_slice())
    }
}

/// `cells` cells of what `config` describes, and the frames that went in.
pub(crate) fn stream(config: MuxConfig, source: &mut Numbered, cells: usize) -> Vec<u8> {
    let mut mux = Mux::new(config).unwrap();
    let mut out = Vec::new();
    mux.next_cells(source, cells, &mut out).unwrap();
    out
}

/// All frames of an input that was cut into pieces of `chunk` bytes.
pub(crate) fn receive(bytes: &[u8], chunk: usize) -> (Vec<(Carriage, Vec<u8>)>, Demux) {
    let mut demux = Demux::new();
    let mut got = Vec::new();
    let mut sink = |frame: Frame<'_>| got.push((frame.carriage, frame.bytes.to_vec()));
    for piece in bytes.chunks(chunk.max(1)) {
        demux.push(piece, &mut sink);
    }
    demux.finish(&mut sink);
    (got, demux)
}

/// How many frames of each carriage came back; panics over one that was never sent.
pub(crate) fn tally(
    sent: &[(Carriage, Vec<u8>)],
    got: &[(Carriage, Vec<u8>)],
) -> BTreeMap<Carriage, usize> {
    let known: std::collections::HashSet<&Vec<u8>> = sent.iter().map(|(_, frame)| frame).collect();
    let mut tally = BTreeMap::new();
    for (carriage, frame) in got {
        assert!(known.contains(frame), "a frame that was never sent");
        *tally.entry(*carriage).or_default() += 1;
    }
    tally
}

/// The PID of a cell.
pub(crate) fn pid(cell: &[u8]) -> u16 {
    u16::from_be_bytes([cell[1] & 0x1F, cell[2]])
}

/// A program stream of the PES packets of all PIDs, as MPEG-2 or MPEG-1.
pub(crate) fn program_stream(air: &[u8], mpeg2: bool) -> Vec<u8> {
    let mut open: BTreeMap<u16, Vec<u8>> = Default::default();
    let mut out = Vec::new();
    for cell in air.chunks(188).filter(|cell| cell[3] & 0x10 != 0) {
        let field = if cell[3] & 0x20 != 0 {
            1 + usize::from(cell[4])
        } else {
            0
        };
        let payload = &cell[4 + field..];
        let start = cell[1] & 0x40 != 0;
        if start && !payload.starts_with(&[0, 0, 1]) {
            continue;
        }
        let Some(pes) = (if start {
            open.insert(pid(cell), Vec::new());
            open.get_mut(&pid(cell))
        } else {
            open.get_mut(&pid(cell))
        }) else {
            continue;
        };
        pes.extend_from_slice(payload);
        if pes.len() == 6 + usize::from(u16::from_be_bytes([pes[4], pes[5]])) {
            out.extend_from_slice(&[0, 0, 1, 0xBA]);
            out.extend_from_slice(if mpeg2 {
                &[0x44, 0, 4, 0, 4, 1, 1, 0x89, 0xC3, 0xF8]
            } else {
                &[0x21, 0, 1, 0, 1, 0x80, 0x89, 0xC3]
            });
            out.extend_from_slice(pes);
            pes.clear();
        }
    }
    out
}
