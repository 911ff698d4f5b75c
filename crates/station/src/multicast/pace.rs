//! When the next datagram may go: at an even rate, by a clock that only goes forward.

use std::time::Duration;

/// What may be caught up with at once, where a datagram went late.
const BURST: Duration = Duration::from_millis(5);
/// Shorter waits are left for the next: the system does not wait as exactly.
const LEAST_WAIT: Duration = Duration::from_millis(1);

/// An even rate.
#[derive(Debug, Clone)]
pub(super) struct Pace {
    bits_per_s: f64,
    /// When the next datagram is due, since the clock began.
    due: Duration,
}

impl Pace {
    pub(super) fn new(bits_per_s: u64) -> Self {
        Self {
            bits_per_s: bits_per_s.max(1) as f64,
            due: Duration::ZERO,
        }
    }

    /// How long to wait at `now` before a datagram of `bytes` goes. What a sleeping machine or a full
    /// network has missed is not made up for in a burst.
    pub(super) fn wait(&mut self, now: Duration, bytes: u64) -> Duration {
        self.due = self.due.max(now.saturating_sub(BURST));
        let wait = self.due.saturating_sub(now);
        self.due += Duration::from_secs_f64(bytes as f64 * 8.0 / self.bits_per_s);
        match wait < LEAST_WAIT {
            true => Duration::ZERO,
            false => wait,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends for `seconds` where every wait is `late` too long; gives the datagrams.
    fn run(bits_per_s: u64, seconds: u64, late: Duration) -> u64 {
        let (mut pace, mut now, mut sent) = (Pace::new(bits_per_s), Duration::ZERO, 0);
        while now < Duration::from_secs(seconds) {
            let wait = pace.wait(now, 1_250);
            now += wait + if wait.is_zero() { Duration::ZERO } else { late };
            sent += 1;
        }
        sent
    }

    #[test]
    fn the_rate_is_kept() {
        for (rate, late) in [
            (10_000, 0),
            (2_000_000, 0),
            (2_000_000, 900),
            (100_000_000, 300),
        ] {
            let sent = run(rate, 60, Duration::from_micros(late)) as f64;
            let expected = rate as f64 * 60.0 / 10_000.0;
            assert!(
                (sent / expected - 1.0).abs() < 0.02,
                "{rate}: {sent}, {expected}"
            );
        }
    }

    #[test]
    fn what_was_missed_is_not_made_up_for() {
        let mut pace = Pace::new(1_000_000);
        let mut now = Duration::ZERO;
        (0..100).for_each(|_| now += pace.wait(now, 1_250));
        // An hour asleep.
        now += Duration::from_secs(3_600);
        let at_once = (0..1_000).take_while(|_| pace.wait(now, 1_250).is_zero());
        assert!(at_once.count() <= 2);
    }
}
