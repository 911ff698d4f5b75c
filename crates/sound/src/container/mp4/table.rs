//! Where a track's samples are, by its tables (ISO/IEC 14496-12, 8.7).

use super::boxes::{u32_at, u64_at};
use super::entry::Track;

/// Where a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Offset in the file.
    pub(super) at: u64,
    /// Its length.
    pub(super) bytes: u32,
}

/// How long samples are.
enum Sizes {
    All { bytes: u32, count: u32 },
    Each(Vec<u8>),
}

impl Sizes {
    fn get(&self, sample: u32) -> Option<u32> {
        match self {
            Sizes::All { bytes, count } => (sample < *count).then_some(*bytes),
            Sizes::Each(table) => u32_at(table, sample as usize * 4),
        }
    }
}

/// Where the samples of a track are, in its order.
pub(super) fn places(track: &Track) -> impl Iterator<Item = Place> + 'static {
    let sizes = match (u32_at(&track.sizes, 4), u32_at(&track.sizes, 8)) {
        (Some(0), Some(count)) => {
            let end = (count as usize).saturating_mul(4).saturating_add(12);
            let end = track.sizes.len().min(end);
            Sizes::Each(track.sizes.get(12..end).unwrap_or_default().to_vec())
        }
        (Some(bytes), Some(count)) => Sizes::All { bytes, count },
        _ => Sizes::Each(Vec::new()),
    };
    let (chunks, is_long, runs) = (
        track.chunks.clone(),
        track.has_long_offsets,
        track.runs.clone(),
    );
    let offset = move |chunk: u32| match is_long {
        true => u64_at(&chunks, 8 + chunk as usize * 8),
        false => u32_at(&chunks, 8 + chunk as usize * 4).map(u64::from),
    };
    // The run of chunks with equally many samples: how many, and from which chunk on the next.
    let run = move |run: u32| {
        let at = 8 + run as usize * 12;
        Some((u32_at(&runs, at)?, u32_at(&runs, at + 4)?))
    };
    let (mut sample, mut chunk, mut of_run, mut left) = (0u32, 0u32, 0u32, 0u32);
    let mut at = 0u64;
    std::iter::from_fn(move || {
        // Chunks are counted from 1 in the table of runs. Empty ones end the track: nothing
        // writes them, and a table of nothing else would go on for long.
        if left == 0 {
            at = offset(chunk)?;
            while run(of_run + 1).is_some_and(|(first, _)| first <= chunk + 1) {
                of_run += 1;
            }
            left = run(of_run)?.1;
            chunk += 1;
        }
        let bytes = sizes.get(sample)?;
        left = left.checked_sub(1)?;
        sample += 1;
        let place = Place { at, bytes };
        at = at.saturating_add(bytes.into());
        Some(place)
    })
}
