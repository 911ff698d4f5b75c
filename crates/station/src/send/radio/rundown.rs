//! The rundown of a broadcaster's slot: voice and data in turns, which fill it to the sample.
//!
//! ```text
//! opening · bulletin · data · bulletin · data · station · data … · closing
//! ```
//!
//! Data takes what voices leave. Each stretch of it begins with a frame that begins, and the last
//! frames of a stretch have nobody after them: it costs as long as a frame is spread. So stretches
//! are as few as bulletins and the longest time without a voice allow.

/// A part of the slot, in samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// A voice: which one of those of its kind.
    Voice(Kind, usize),
    /// Data, so many samples of it.
    Data(u64),
    /// Silence.
    Pause(u64),
}

/// What a voice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The announcement with which the slot begins.
    Opening,
    /// What the newsroom has to say.
    Bulletin,
    /// Who is on air, before data that no bulletin precedes.
    Station,
    /// The end.
    Closing,
}

/// What a rundown is made of: lengths in samples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Turns {
    /// The whole.
    pub(crate) slot: u64,
    /// Silence between two parts.
    pub(crate) pause: u64,
    pub(crate) opening: Vec<u64>,
    pub(crate) bulletins: Vec<u64>,
    pub(crate) station: Vec<u64>,
    pub(crate) closing: Vec<u64>,
    /// The shortest stretch of data that makes sense, and the shortest that is good.
    pub(crate) least: u64,
    pub(crate) good: u64,
    /// The longest without a voice.
    pub(crate) most: u64,
}

impl Turns {
    /// The parts, whose lengths add up to the slot; `Err` says how many samples voices and pauses
    /// take, if they leave too few.
    pub(crate) fn parts(&self) -> Result<Vec<Part>, u64> {
        let least = self.bulletins.len().max(1);
        let mut stretches = least;
        while self.stretch(stretches).is_some_and(|each| each > self.most) {
            stretches += 1;
        }
        // With more of them, each may be too short.
        while stretches > 1 && self.stretch(stretches).is_none_or(|each| each < self.good) {
            stretches -= 1;
        }
        let voices = self.voices(stretches);
        match self.stretch(stretches) {
            Some(each) if each >= self.least => Ok(self.filled(stretches, &voices)),
            _ => Err(self.taken(&voices)),
        }
    }

    fn length(&self, kind: Kind, index: usize) -> u64 {
        let of = match kind {
            Kind::Opening => &self.opening,
            Kind::Bulletin => &self.bulletins,
            Kind::Station => &self.station,
            Kind::Closing => &self.closing,
        };
        of[index]
    }

    /// The voices before each of so many stretches of data, and those behind the last.
    fn voices(&self, stretches: usize) -> Vec<Vec<(Kind, usize)>> {
        let all = |kind: Kind, of: &[u64]| (0..of.len()).map(move |i| (kind, i));
        let mut groups: Vec<Vec<(Kind, usize)>> = (0..stretches)
            .map(|stretch| {
                let count = self.bulletins.len();
                // Spread evenly, the first ones first.
                let of = |stretch: usize| (stretch * count).div_ceil(stretches);
                let bulletins = (of(stretch)..of(stretch + 1)).map(|i| (Kind::Bulletin, i));
                match (stretch, bulletins.len()) {
                    (0, _) => all(Kind::Opening, &self.opening).chain(bulletins).collect(),
                    (_, 0) => all(Kind::Station, &self.station).collect(),
                    _ => bulletins.collect(),
                }
            })
            .collect();
        groups.push(all(Kind::Closing, &self.closing).collect());
        groups
    }

    /// Samples of voices and pauses: one behind each voice and each stretch but the last part.
    fn taken(&self, voices: &[Vec<(Kind, usize)>]) -> u64 {
        let lengths = voices.iter().flatten();
        let lengths: u64 = lengths.map(|(kind, i)| self.length(*kind, *i)).sum();
        let parts = voices.iter().flatten().count() + voices.len() - 1;
        lengths + (parts as u64 - 1) * self.pause
    }

    /// Samples of each stretch.
    fn stretch(&self, stretches: usize) -> Option<u64> {
        let left = self.slot.checked_sub(self.taken(&self.voices(stretches)))?;
        Some(left / stretches as u64)
    }

    fn filled(&self, stretches: usize, voices: &[Vec<(Kind, usize)>]) -> Vec<Part> {
        let left = self.slot - self.taken(voices);
        let mut parts = Vec::new();
        for (stretch, group) in voices.iter().enumerate() {
            for (kind, index) in group {
                parts.push(Part::Voice(*kind, *index));
                parts.push(Part::Pause(self.pause));
            }
            if stretch < stretches {
                let count = stretches as u64;
                // What does not divide goes to the first ones.
                let more = u64::from((stretch as u64) < left % count);
                parts.push(Part::Data(left / count + more));
                parts.push(Part::Pause(self.pause));
            }
        }
        parts.pop();
        parts
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn half_an_hour() -> Turns {
        Turns {
            slot: 1_800,
            pause: 1,
            opening: vec![40, 45],
            station: vec![5, 6],
            closing: vec![3],
            bulletins: vec![],
            least: 60,
            good: 120,
            most: 600,
        }
    }

    fn length(turns: &Turns, parts: &[Part]) -> u64 {
        let length = |part: &Part| match part {
            Part::Voice(kind, i) => turns.length(*kind, *i),
            Part::Data(samples) | Part::Pause(samples) => *samples,
        };
        parts.iter().map(length).sum()
    }

    fn stretches(parts: &[Part]) -> Vec<u64> {
        let data = |part: &Part| match part {
            Part::Data(samples) => Some(*samples),
            _ => None,
        };
        parts.iter().filter_map(data).collect()
    }

    #[test]
    fn nobody_waits_longer_than_was_said_for_a_voice() {
        let turns = half_an_hour();
        let parts = turns.parts().unwrap();
        assert_eq!(length(&turns, &parts), turns.slot);
        assert_eq!(stretches(&parts).len(), 3);
        assert!(stretches(&parts).iter().all(|each| *each <= 600));
        assert_eq!(parts[0], Part::Voice(Kind::Opening, 0));
        assert_eq!(parts.last(), Some(&Part::Voice(Kind::Closing, 0)));
    }

    #[test]
    fn bulletins_come_in_their_order_and_data_between_them() {
        let turns = Turns {
            bulletins: vec![100, 20, 300, 50],
            ..half_an_hour()
        };
        let parts = turns.parts().unwrap();
        assert_eq!(length(&turns, &parts), turns.slot);
        assert_eq!(stretches(&parts).len(), 4);
        let order: Vec<usize> = parts
            .iter()
            .filter_map(|part| match part {
                Part::Voice(Kind::Bulletin, i) => Some(*i),
                _ => None,
            })
            .collect();
        assert_eq!(order, [0, 1, 2, 3]);
        assert!(!parts.contains(&Part::Voice(Kind::Station, 0)));
    }

    #[test]
    fn a_slot_is_filled_or_refused_whatever_it_has_to_hold() {
        for seed in 0..2_000_u64 {
            let number = |of: u64, most: u64| {
                let mixed = (seed * 31 + of + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                (mixed >> 40) % most
            };
            let many = |of: u64, count: u64, most: u64| -> Vec<u64> {
                (0..number(of, count))
                    .map(|i| number(of + i, most))
                    .collect()
            };
            let turns = Turns {
                slot: 30 + number(0, 4_000),
                pause: number(1, 4),
                opening: many(2, 4, 60),
                bulletins: many(8, 7, 400),
                station: many(20, 3, 20),
                closing: many(25, 3, 10),
                least: 40,
                good: 100,
                most: 100 + number(3, 900),
            };
            match turns.parts() {
                Ok(parts) => {
                    assert_eq!(length(&turns, &parts), turns.slot, "seed {seed}");
                    let stretches = stretches(&parts);
                    assert!(stretches.iter().all(|each| *each >= 40), "seed {seed}");
                    let bulletins = |part: &&Part| matches!(part, Part::Voice(Kind::Bulletin, _));
                    let bulletins = parts.iter().filter(bulletins).count();
                    assert_eq!(bulletins, turns.bulletins.len(), "seed {seed}");
                }
                Err(taken) => assert!(taken + 40 > turns.slot, "seed {seed}: {turns:?}"),
            }
        }
    }
}
