//! Somebody turns a knob.

use super::Db;

/// Changes of level, each from one sample on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LevelSteps {
    /// First sample and gain from there on, both against what was sent; in ascending order. Before
    /// the first, the gain is 0 dB.
    pub steps: Vec<(usize, Db)>,
}

impl LevelSteps {
    /// Audio with the steps in it.
    #[must_use]
    pub fn apply(&self, audio: &[f32]) -> Vec<f32> {
        let mut steps = self.steps.iter().peekable();
        let mut gain = 1.0;
        let stepped = audio.iter().enumerate().map(|(at, sample)| {
            while let Some((_, db)) = steps.next_if(|(from, _)| *from <= at) {
                gain = db.amplitude() as f32;
            }
            sample * gain
        });
        stepped.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_begin_where_they_are_said_to() {
        let steps = LevelSteps {
            steps: vec![(2, Db(-20.0)), (3, Db(20.0)), (3, Db(40.0)), (9, Db(0.0))],
        };
        assert_eq!(steps.apply(&[1.0; 5]), [1.0, 1.0, 0.1, 100.0, 100.0]);
    }
}
