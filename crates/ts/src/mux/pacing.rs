//! When the cells of pictures and sound go, so that no decoder's buffer overflows or runs dry
//! (the T-STD of ISO/IEC 13818-1 clause 2.4.2).

use crate::cell::PAYLOAD_BYTES;
use crate::clock::Ticks;
use crate::slate::{MAX_PICTURE_BYTES, SlateError, Video};

/// A picture is complete so long before it is decoded.
const VIDEO_MARGIN: u64 = Ticks::from_millis(80).0;
/// No byte of a picture waits longer for its decoding.
const VIDEO_LEAD: u64 = Ticks::from_millis(900).0;
/// Sound is complete so long before it is decoded, where the buffer allows.
const SOUND_MARGIN: u64 = Ticks::from_millis(50).0;
/// Main buffer of sound, bytes (clause 2.4.2.6: BS_n = 3584), less some for transport buffers.
const SOUND_BUFFER_BYTES: u64 = 3584 - 512;
const PES_HEADER_BYTES: usize = 14;
/// Payload of a cell that also has a PCR.
const CLOCK_PAYLOAD_BYTES: usize = PAYLOAD_BYTES - 8;

/// When the cells of one picture go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// First cell to decoding time.
    pub(crate) lead: Ticks,
    /// Cell to cell.
    pub(crate) spacing: Ticks,
    pub(crate) cells: u64,
}

/// Paces of all pictures of a slate that repeats, each with `extra` bytes of user data: as evenly as
/// the decoder's second of buffer allows.
pub(crate) fn video(video: &Video, extra: usize) -> Result<Vec<Pace>, SlateError> {
    let cells: Vec<u64> = (0..video.pictures())
        .map(|picture| {
            let bytes = video.unit(picture).0.len() + extra + PES_HEADER_BYTES;
            bytes.div_ceil(CLOCK_PAYLOAD_BYTES) as u64
        })
        .collect();
    let (biggest, most) = cells
        .iter()
        .copied()
        .enumerate()
        .max_by_key(|&(_, cells)| cells)
        .unwrap_or((0, 1));
    let average = video.duration().0 / cells.iter().sum::<u64>().max(1);
    let mut spacing = (average * 2 / 3)
        .min((VIDEO_LEAD - VIDEO_MARGIN) * 3 / 4 / most)
        .max(1);
    // Tried at most a few times: spacing shrinks to where every picture fits its own period.
    for _ in 0..64 {
        let leads = leads(&cells, video.picture_duration().0, spacing);
        if leads.iter().all(|&lead| lead <= VIDEO_LEAD) {
            let pace = |(&lead, &cells): (&u64, &u64)| Pace {
                lead: Ticks(lead),
                spacing: Ticks(spacing),
                cells,
            };
            return Ok(leads.iter().zip(&cells).map(pace).collect());
        }
        spacing = spacing * 7 / 8;
    }
    Err(SlateError::PictureBytes {
        picture: biggest,
        bytes: video.unit(biggest).0.len(),
        max: MAX_PICTURE_BYTES,
    })
}

/// Backwards through two rounds: a picture ends before its margin and before the next begins.
fn leads(cells: &[u64], picture: u64, spacing: u64) -> Vec<u64> {
    let mut leads = vec![0; cells.len()];
    let mut next_lead = 0u64;
    for place in (0..cells.len()).rev().chain((0..cells.len()).rev()) {
        let end = VIDEO_MARGIN.max(next_lead.saturating_sub(picture));
        leads[place] = end + cells[place] * spacing;
        next_lead = leads[place];
    }
    leads
}

/// How sound is packed and paced.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SoundPace {
    /// Frames in a PES packet.
    pub(crate) frames: u64,
    /// First cell to the decoding of the first frame.
    pub(crate) lead: Ticks,
    /// Cell to cell.
    pub(crate) spacing: Ticks,
}

/// As many frames in a PES packet as about `pes_bytes` hold, in cells evenly spread.
pub(crate) fn sound(frame_bytes: usize, frame_time: Ticks, pes_bytes: usize) -> SoundPace {
    let frames = (pes_bytes / frame_bytes).max(1);
    let bytes = frames * frame_bytes;
    let cells = (bytes + PES_HEADER_BYTES).div_ceil(PAYLOAD_BYTES) as u64;
    let span = frame_time.0 * frames as u64;
    // In the buffer: one packet and what comes in the margin.
    let spare = SOUND_BUFFER_BYTES.saturating_sub(bytes as u64);
    let margin = (frame_time.0 * spare / frame_bytes as u64).min(SOUND_MARGIN);
    SoundPace {
        frames: frames as u64,
        lead: Ticks(span + margin),
        spacing: Ticks(span / cells),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_follow_one_another_and_end_before_their_time() {
        let mut cells = vec![1u64; 50];
        cells[0] = 60;
        let (picture, spacing) = (1_080_000, 270_000);
        let leads = leads(&cells, picture, spacing);
        for place in 0..50 {
            let end = leads[place] - cells[place] * spacing;
            assert!(end >= VIDEO_MARGIN);
            let next = (place + 1) % 50;
            assert!(
                end + picture >= leads[next],
                "{place} ends after {next} begins"
            );
        }
        assert!(leads[0] >= 60 * spacing);
    }

    #[test]
    fn sound_fits_its_buffer() {
        for frame_bytes in [96, 168, 192, 576, 1152] {
            let pace = sound(frame_bytes, Ticks(648_000), 4 * 184 - 14);
            let held = pace.lead.0 as f64 / 648_000.0 * frame_bytes as f64;
            assert!(held <= 3584.0, "{frame_bytes}: {held}");
            assert!(pace.frames >= 1);
        }
    }
}
