//! When a block is there: so many of its runs, one at a time, some of them lost.

/// How often a block's runs come, and how many it takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Arrival {
    /// Seconds from one to the next.
    pub(crate) interval: f64,
    /// The chance that one is lost.
    pub(crate) lost: f64,
    /// Runs with which it decodes nearly always.
    pub(crate) runs: u32,
    /// Runs that it takes else.
    pub(crate) or_runs: u32,
    /// How often it takes those.
    pub(crate) unlucky: f64,
}

/// So few that come, or so few that do not, are summed up; beyond it Peizer and Pratt are as good.
const SUMMED: u32 = 24;

impl Arrival {
    /// The chance that the block is there `seconds` after a random moment.
    pub(crate) fn by(&self, seconds: f64) -> f64 {
        // Its next run comes within one interval, at any time of it as likely as at any other: so
        // there were `sent` runs, or one more.
        let sent = (seconds / self.interval).max(0.0);
        let (whole, more) = (sent.floor() as u32, sent.fract());
        (1.0 - more) * self.after(whole) + more * self.after(whole + 1)
    }

    /// The chance that it is there by `to` for who begins at `from`, if its runs come at `phase`,
    /// `phase` + 1, … intervals.
    pub(crate) fn between(&self, phase: f64, from: f64, to: f64) -> f64 {
        let sent = |seconds: f64| (seconds / self.interval - phase).floor();
        self.after((sent(to) - sent(from)).max(0.0) as u32)
    }

    /// The chance that it is there after so many of its runs.
    fn after(&self, sent: u32) -> f64 {
        let lucky = at_least(self.runs, sent, 1.0 - self.lost);
        if lucky == 0.0 || self.unlucky == 0.0 {
            return lucky;
        }
        let unlucky = at_least(self.or_runs, sent, 1.0 - self.lost);
        (1.0 - self.unlucky) * lucky + self.unlucky * unlucky
    }

    /// Seconds after which it is more likely there than not, about.
    pub(crate) fn about(&self) -> f64 {
        f64::from(self.runs) / (1.0 - self.lost) * self.interval
    }
}

/// The chance of `wanted` or more of `n` that come with the chance `p` each.
fn at_least(wanted: u32, n: u32, p: f64) -> f64 {
    if wanted == 0 || n >= wanted && p >= 1.0 {
        return 1.0;
    }
    if n < wanted || p <= 0.0 {
        return 0.0;
    }
    if n - wanted <= SUMMED {
        // All that come but a few.
        first_terms(n - wanted + 1, n, 1.0 - p)
    } else if wanted <= SUMMED {
        1.0 - first_terms(wanted, n, p)
    } else {
        peizer_pratt(wanted, n, p)
    }
}

/// The chance of fewer than `terms` of `n`, term by term.
fn first_terms(terms: u32, n: u32, p: f64) -> f64 {
    let odds = p / (1.0 - p);
    let mut term = (1.0 - p).powi(n as i32);
    let mut sum = 0.0;
    for k in 0..terms {
        sum += term;
        term *= odds * f64::from(n - k) / f64::from(k + 1);
    }
    sum.clamp(0.0, 1.0)
}

/// The normal approximation of Peizer and Pratt (*Journal of the American Statistical Association*
/// 63, 1968, p. 1416), right to a thousandth and better, in the tails as well.
fn peizer_pratt(wanted: u32, n: u32, p: f64) -> f64 {
    let (q, n) = (1.0 - p, f64::from(n));
    // Successes and failures on the border: wanted − 1 successes are too few.
    let few = f64::from(wanted) - 0.5;
    let rest = n - few;
    let away = few + 1.0 / 6.0 - (n + 1.0 / 3.0) * p
        + 0.02 * (q / (few + 0.5) - p / (rest + 0.5) + (q - 0.5) / (n + 1.0));
    let bent = 1.0 + q * curve(few / (n * p)) + p * curve(rest / (n * q));
    let deviations = away * (bent / ((n + 1.0 / 6.0) * p * q)).sqrt();
    // Of the normal law what lies above.
    libm::erfc(deviations / std::f64::consts::SQRT_2) / 2.0
}

/// g(x) = (1 − x² + 2x·ln x) / (1 − x)², g(0) = 1, g(1) = 0.
fn curve(x: f64) -> f64 {
    let off = 1.0 - x;
    if x <= 0.0 {
        1.0
    } else if off.abs() < 1e-3 {
        // The series at 1.
        off / 3.0 + off * off / 6.0
    } else {
        (1.0 - x * x + 2.0 * x * x.ln()) / (off * off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_approximation_is_the_sum() {
        // The reference: logarithms of factorials, summed up.
        let reference = |wanted: u32, n: u32, p: f64| -> f64 {
            let ln = |n: u32| (1..=n).map(|i| f64::from(i).ln()).sum::<f64>();
            let term = |k: u32| {
                let ways = ln(n) - ln(k) - ln(n - k);
                (ways + f64::from(k) * p.ln() + f64::from(n - k) * (1.0 - p).ln()).exp()
            };
            (wanted..=n).map(term).sum()
        };
        for n in [8, 33, 60, 200, 900] {
            for p in [0.5, 0.7, 0.9, 0.99] {
                let mean = (f64::from(n) * p) as u32;
                for wanted in mean.saturating_sub(12)..=(mean + 8).min(n) {
                    let (is, want) = (at_least(wanted, n, p), reference(wanted, n, p));
                    assert!(
                        (is - want).abs() < 1e-3,
                        "{wanted} of {n}, {p}: {is}, {want}"
                    );
                    // Products of hundreds need the small ones, too.
                    let (is, want) = (1.0 - is, 1.0 - want);
                    assert!(
                        want < 1e-9 || (is / want - 1.0).abs() < 0.1,
                        "{wanted} of {n}, {p}: {is}, {want}"
                    );
                }
            }
        }
        assert_eq!(at_least(3, 2, 0.9), 0.0);
        assert_eq!(at_least(3, 3, 1.0), 1.0);
        assert_eq!(at_least(0, 0, 0.5), 1.0);
    }

    #[test]
    fn a_block_without_loss_takes_its_runs() {
        let arrival = Arrival {
            interval: 2.0,
            lost: 0.0,
            runs: 4,
            or_runs: 5,
            unlucky: 0.0,
        };
        assert_eq!(arrival.by(6.0), 0.0);
        assert_eq!(arrival.by(7.0), 0.5);
        assert_eq!(arrival.by(8.0), 1.0);
        assert_eq!(
            Arrival {
                lost: 0.5,
                ..arrival
            }
            .by(8.0),
            0.0625
        );
    }
}
