//! Samples that a sound card, or a network, drops or gives twice, and holes.

use std::ops::Range;

/// What goes wrong at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// So many samples are missing.
    Drop {
        /// The first of them, as a place in what was sent.
        at: usize,
        /// How many.
        samples: usize,
    },
    /// So many samples come twice, one after the other.
    Repeat {
        /// The first of them, as a place in what was sent.
        at: usize,
        /// How many.
        samples: usize,
    },
}

/// Audio with these slips, given in ascending order of their places. What is past the end, or within
/// what an earlier slip dropped, has no effect.
#[must_use]
pub fn slip(audio: &[f32], slips: &[Slip]) -> Vec<f32> {
    let mut out = Vec::with_capacity(audio.len());
    let mut taken = 0;
    for slip in slips {
        let (Slip::Drop { at, samples } | Slip::Repeat { at, samples }) = *slip;
        let from = at.clamp(taken, audio.len());
        let to = at.saturating_add(samples).clamp(from, audio.len());
        out.extend_from_slice(&audio[taken..from]);
        taken = match slip {
            Slip::Drop { .. } => to,
            Slip::Repeat { .. } => {
                out.extend_from_slice(&audio[from..to]);
                from
            }
        };
    }
    out.extend_from_slice(&audio[taken..]);
    out
}

/// Audio with silence in these ranges of samples; as long as it was.
#[must_use]
pub fn gaps(audio: &[f32], gaps: &[Range<usize>]) -> Vec<f32> {
    let mut out = audio.to_vec();
    for gap in gaps {
        let end = gap.end.min(out.len());
        out[gap.start.min(end)..end].fill(0.0);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: [f32; 8] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];

    #[test]
    fn slips_are_where_they_were_put() {
        let slips = [
            Slip::Repeat { at: 1, samples: 2 },
            Slip::Drop { at: 4, samples: 1 },
            Slip::Repeat { at: 7, samples: 9 },
            Slip::Drop { at: 99, samples: 9 },
        ];
        let heard = [0.0, 1.0, 2.0, 1.0, 2.0, 3.0, 5.0, 6.0, 7.0, 7.0];
        assert_eq!(slip(&SENT, &slips), heard);
        assert_eq!(slip(&SENT, &[]), SENT);
        let all = Slip::Drop {
            at: 0,
            samples: usize::MAX,
        };
        assert!(slip(&SENT, &[all]).is_empty());
    }

    #[test]
    fn gaps_are_silent() {
        let heard = [0.0, 0.0, 0.0, 3.0, 4.0, 5.0, 0.0, 0.0];
        assert_eq!(gaps(&SENT, &[1..3, 6..99, 200..300]), heard);
    }
}
