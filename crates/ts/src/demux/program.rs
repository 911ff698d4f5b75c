//! Units of a program stream: MPEG-2 (ISO/IEC 13818-1 clause 2.5.3) and MPEG-1 (ISO/IEC 11172-1
//! clause 2.4.3), as boxes record them into .mpg and .vob.

/// pack_start_code.
pub(super) const PACK_START: [u8; 4] = [0, 0, 1, 0xBA];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Bytes(usize),
    /// More bytes are needed to know.
    Short,
    /// No unit begins here.
    Other,
}

/// Length of the pack header, system header or PES packet at the beginning of `bytes`.
pub(super) fn unit_length(bytes: &[u8]) -> Unit {
    match start_code(bytes) {
        None => return Unit::Short,
        Some(false) => return Unit::Other,
        Some(true) => {}
    }
    match bytes[3] {
        0xB9 => Unit::Bytes(4),
        0xBA => match bytes.get(4) {
            None => Unit::Short,
            // Marker bits '01': MPEG-2, with stuffing; '0010': MPEG-1.
            Some(byte) if byte >> 6 == 0b01 => match bytes.get(13) {
                None => Unit::Short,
                Some(stuffing) => Unit::Bytes(14 + usize::from(stuffing & 7)),
            },
            Some(byte) if byte >> 4 == 0b0010 => Unit::Bytes(12),
            Some(_) => Unit::Other,
        },
        _ => match bytes.get(4..6) {
            None => Unit::Short,
            Some(length) => {
                Unit::Bytes(6 + usize::from(u16::from_be_bytes([length[0], length[1]])))
            }
        },
    }
}

/// Whether a start code of the system layer (0xB9 and above) stands here; `None`: too short.
pub(super) fn start_code(bytes: &[u8]) -> Option<bool> {
    let prefix = &bytes[..bytes.len().min(3)];
    if prefix != &[0, 0, 1][..prefix.len()] {
        return Some(false);
    }
    bytes.get(3).map(|&id| id >= 0xB9)
}

/// Whether a program stream can begin with this pack header: a unit must follow it.
pub(super) fn begins(bytes: &[u8]) -> Option<bool> {
    match unit_length(bytes) {
        Unit::Bytes(length) => start_code(bytes.get(length..).unwrap_or(&[])),
        Unit::Short => None,
        Unit::Other => Some(false),
    }
}
