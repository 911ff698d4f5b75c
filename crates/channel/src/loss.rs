//! What is lost: one decision for each unit sent.

use std::ops::RangeInclusive;

use crate::{BitsPerSecond, Prng, Seconds, Seed};

/// Decides what is lost. Units come in the order in which they are sent.
pub trait Loss {
    /// Whether the next unit, `bytes` long on air, is lost.
    fn loses(&mut self, bytes: usize) -> bool;

    /// How many bursts have begun so far; 0 where there are no such things.
    fn bursts(&self) -> u64 {
        0
    }
}

/// Each unit is lost with the same probability, whatever befell the others.
#[derive(Clone, Debug)]
pub struct Independent {
    p: f64,
    prng: Prng,
}

impl Independent {
    /// Loss with probability `p`.
    #[must_use]
    pub fn new(p: f64, seed: Seed) -> Independent {
        Independent {
            p,
            prng: Prng::new(seed.part("independent loss")),
        }
    }
}

impl Loss for Independent {
    fn loses(&mut self, _bytes: usize) -> bool {
        self.prng.chance(self.p)
    }
}

/// Bursts in stream time: the two states of Gilbert and Elliott (E. O. Elliott, Estimates of error
/// rates for codes on burst-noise channels, Bell System Technical Journal 42, 1963), each with a
/// length in seconds and not in units, as fades and passing lorries have.
///
/// Gaps last exponentially long. The process is stationary: the first unit sees it at a random
/// moment, which may be within a burst.
#[derive(Clone, Debug)]
pub struct Bursts {
    lengths: Lengths,
    gap_mean: Seconds,
    bitrate: BitsPerSecond,
    loss_inside: f64,
    loss_between: f64,
    prng: Prng,
    inside: bool,
    left: Seconds,
    begun: u64,
}

#[derive(Clone, Copy, Debug)]
enum Lengths {
    Uniform { shortest: Seconds, longest: Seconds },
    Exponential { mean: Seconds },
}

impl Bursts {
    /// Bursts as long as `lengths` says, evenly distributed, which together take `share` of the
    /// time (0 ≤ `share` < 1). All is lost in a burst and nothing between.
    #[must_use]
    pub fn new(
        share: f64,
        lengths: RangeInclusive<Seconds>,
        bitrate: BitsPerSecond,
        seed: Seed,
    ) -> Bursts {
        let (shortest, longest) = (*lengths.start(), *lengths.end());
        Bursts::with(share, Lengths::Uniform { shortest, longest }, bitrate, seed)
    }

    /// Gilbert's and Elliott's own: bursts that last exponentially long.
    #[must_use]
    pub fn exponential(share: f64, mean: Seconds, bitrate: BitsPerSecond, seed: Seed) -> Bursts {
        Bursts::with(share, Lengths::Exponential { mean }, bitrate, seed)
    }

    /// The probability of loss in a burst (1 unless said) and between bursts (0 unless said).
    #[must_use]
    pub fn losing(mut self, inside: f64, between: f64) -> Bursts {
        (self.loss_inside, self.loss_between) = (inside, between);
        self
    }

    fn with(share: f64, lengths: Lengths, bitrate: BitsPerSecond, seed: Seed) -> Bursts {
        let mut prng = Prng::new(seed.part("bursts"));
        let gap_mean = if share > 0.0 {
            Seconds(lengths.mean().0 * (1.0 - share) / share)
        } else {
            Seconds(f64::INFINITY)
        };
        let inside = prng.chance(share);
        let left = if inside {
            lengths.rest(&mut prng)
        } else {
            gap(&mut prng, gap_mean)
        };
        Bursts {
            lengths,
            gap_mean,
            bitrate,
            loss_inside: 1.0,
            loss_between: 0.0,
            prng,
            inside,
            left,
            begun: u64::from(inside),
        }
    }
}

impl Loss for Bursts {
    fn loses(&mut self, bytes: usize) -> bool {
        // The state in which the unit begins decides.
        let p = if self.inside {
            self.loss_inside
        } else {
            self.loss_between
        };
        let lost = p >= 1.0 || (p > 0.0 && self.prng.chance(p));
        self.left.0 -= self.bitrate.duration(bytes as u64).0;
        while self.left.0 <= 0.0 {
            self.inside = !self.inside;
            self.begun += u64::from(self.inside);
            self.left.0 += if self.inside {
                self.lengths.draw(&mut self.prng).0
            } else {
                gap(&mut self.prng, self.gap_mean).0
            };
        }
        lost
    }

    fn bursts(&self) -> u64 {
        self.begun
    }
}

fn gap(prng: &mut Prng, mean: Seconds) -> Seconds {
    // Not 0 · ∞ where there are no bursts at all; a shortest gap keeps `while` above finite.
    if mean.0.is_infinite() {
        mean
    } else {
        Seconds(prng.exponential(mean.0).max(1e-9))
    }
}

impl Lengths {
    fn mean(self) -> Seconds {
        match self {
            Lengths::Uniform { shortest, longest } => Seconds((shortest.0 + longest.0) / 2.0),
            Lengths::Exponential { mean } => mean,
        }
    }

    fn draw(self, prng: &mut Prng) -> Seconds {
        let drawn = match self {
            Lengths::Uniform { shortest, longest } => {
                shortest.0 + prng.unit() * (longest.0 - shortest.0)
            }
            Lengths::Exponential { mean } => prng.exponential(mean.0),
        };
        Seconds(drawn.max(1e-9))
    }

    /// What is left of a burst that is met at a random moment: longer ones are met more often.
    fn rest(self, prng: &mut Prng) -> Seconds {
        match self {
            Lengths::Uniform { shortest, longest } => {
                let (a, b) = (shortest.0 * shortest.0, longest.0 * longest.0);
                let met = (a + prng.unit() * (b - a)).sqrt();
                Seconds((met * prng.unit()).max(1e-9))
            }
            Lengths::Exponential { .. } => self.draw(prng),
        }
    }
}
