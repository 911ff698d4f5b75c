//! The *ts frame*: what makes a frame known by its content, on whatever PID and stream_id a
//! recorder has left it. Two bytes of magic, CRC-32 (ISO-HDLC) of the frame, the frame. Its length
//! is that of the PES payload which it fills.

use crate::TsError;

/// The longest frame, bytes: with 6 of ts frame and 6 of PES header it fills seven cells.
pub const MAX_FRAME_BYTES: usize = 7 * crate::cell::PAYLOAD_BYTES - HEADER_BYTES - 6;
/// Magic and CRC, bytes.
pub(crate) const HEADER_BYTES: usize = 6;
/// Begins every ts frame. As the first byte after a PES header of six bytes it cannot be the
/// flags of an MPEG-2 PES header, which begin with the bits 10.
pub(crate) const MAGIC: [u8; 2] = [0x53, 0xD7];

/// # Errors
/// [`TsError::FrameLength`] for frames that cannot be carried.
pub(crate) fn check_length(frame: &[u8]) -> Result<(), TsError> {
    if frame.is_empty() || frame.len() > MAX_FRAME_BYTES {
        return Err(TsError::FrameLength { bytes: frame.len() });
    }
    Ok(())
}

/// Appends the ts frame of `frame`.
pub(crate) fn seal(frame: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&crc32fast::hash(frame).to_be_bytes());
    out.extend_from_slice(frame);
}

/// The frame in `sealed`, if it is whole.
pub(crate) fn open(sealed: &[u8]) -> Option<&[u8]> {
    let (head, frame) = sealed.split_at_checked(HEADER_BYTES)?;
    let length = 1..=MAX_FRAME_BYTES;
    let whole = head[..2] == MAGIC
        && length.contains(&frame.len())
        && crc32fast::hash(frame).to_be_bytes() == head[2..];
    whole.then_some(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_biggest_frame_fills_seven_cells() {
        assert_eq!(MAX_FRAME_BYTES, 1276);
        let mut sealed = Vec::new();
        seal(&[7; MAX_FRAME_BYTES], &mut sealed);
        assert_eq!(sealed.len() + 6, 7 * 184);
        assert_eq!(open(&sealed), Some(&[7; MAX_FRAME_BYTES][..]));
        sealed[900] ^= 1;
        assert_eq!(open(&sealed), None);
    }
}
