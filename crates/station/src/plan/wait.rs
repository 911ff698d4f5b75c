//! How long until the last of many is there.

use crate::plan::arrival::Arrival;

/// Of 100 listeners, so many are to have it: the 95th percentile.
pub(crate) const MOST: f64 = 0.95;
/// Chances that are as good as none.
const NONE: f64 = 1e-6;
/// Halvings by which a time is found.
const HALVINGS: u32 = 24;
/// Points at which the chance is looked at for the mean.
const POINTS: u32 = 64;
/// Moments of a period at which listeners begin.
const MOMENTS: u32 = 64;

/// A wait, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wait {
    /// On average.
    pub mean: f64,
    /// Until 95 of 100 listeners have it.
    pub most: f64,
}

impl Wait {
    /// As it is, or as this: means are sums, and differ by a thousandth where nothing does.
    pub(crate) fn no_less(self, than: Self) -> Self {
        Self {
            mean: self.mean.max(than.mean),
            most: self.most.max(than.most),
        }
    }

    /// So many seconds later.
    pub(crate) fn after(self, seconds: f64) -> Self {
        Self {
            mean: self.mean + seconds,
            most: self.most + seconds,
        }
    }
}

/// Blocks that are waited for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Part {
    /// So many that come as often, and have nothing to do with each other.
    Apart(Arrival, u32),
    /// Blocks that go round in the same period, so that their distances stay as they are: each with the
    /// intervals after which its first run is due.
    Together {
        period: f64,
        blocks: Vec<(Arrival, f64)>,
    },
}

impl Part {
    /// The chance that all of it is there `seconds` after a random moment.
    fn by(&self, seconds: f64) -> f64 {
        match self {
            Self::Apart(arrival, count) => arrival.by(seconds).powi(*count as i32),
            Self::Together { period, blocks } => {
                let begun_at = |moment: u32| {
                    let from = (f64::from(moment) + 0.5) / f64::from(MOMENTS) * period;
                    let blocks = blocks.iter();
                    let by = |(arrival, phase): &(Arrival, f64)| {
                        arrival.between(*phase, from, from + seconds)
                    };
                    blocks.map(by).product::<f64>()
                };
                (0..MOMENTS).map(begun_at).sum::<f64>() / f64::from(MOMENTS)
            }
        }
    }

    /// Seconds after which it is more likely there than not, about.
    pub(crate) fn about(&self) -> f64 {
        match self {
            Self::Apart(arrival, _) => arrival.about(),
            Self::Together { blocks, .. } => {
                let about = blocks.iter().map(|(arrival, _)| arrival.about());
                about.fold(0.0, f64::max)
            }
        }
    }
}

/// The chance that all are there `seconds` after a random moment: as if no part had anything to do
/// with the others.
pub(crate) fn by(parts: &[Part], seconds: f64) -> f64 {
    let mut all = 1.0;
    for part in parts {
        all *= part.by(seconds);
        if all < NONE {
            return 0.0;
        }
    }
    all
}

/// The wait for all.
pub(crate) fn wait(parts: &[Part]) -> Wait {
    let mut late = parts.iter().map(Part::about).fold(1e-9, f64::max);
    while by(parts, late) < 1.0 - NONE {
        late *= 1.5;
    }
    let early = when(parts, 2.0 * NONE, (0.0, late));
    // What is there by then will be there later.
    let open = parts.iter().filter(|part| part.by(early) < 1.0 - 1e-9);
    let open: Vec<Part> = open.cloned().collect();
    let late = when(&open, 1.0 - NONE, (early, late));
    // The mean is the integral of the chance that something is missing.
    let step = (late - early) / f64::from(POINTS);
    let missing = |point: u32| 1.0 - by(&open, early + (f64::from(point) + 0.5) * step);
    Wait {
        mean: early + (0..POINTS).map(missing).sum::<f64>() * step,
        most: when(&open, MOST, (early, late)),
    }
}

/// The first moment in a span at which the chance is so high.
fn when(parts: &[Part], chance: f64, (mut low, mut high): (f64, f64)) -> f64 {
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        match by(parts, middle) < chance {
            true => low = middle,
            false => high = middle,
        }
    }
    high
}
