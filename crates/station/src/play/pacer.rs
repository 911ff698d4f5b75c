//! When datagrams go: by absolute times of a clock that only goes forward, so that no error adds up.

use std::time::Duration;

/// Later than this the schedule is given up and begins anew: what was not sent in time is sent
/// later, not faster.
const GIVE_UP: Duration = Duration::from_millis(250);

/// Times of datagrams of a stream of constant rate.
#[derive(Debug, Clone)]
pub(crate) struct Pacer {
    /// Nanoseconds of a datagram, as a fraction.
    numerator: u128,
    bits_per_s: u128,
    /// When the first datagram of this schedule goes, and which it is.
    anchor: Duration,
    first: u64,
    next: u64,
    /// When the last one went.
    last: Option<Duration>,
    slips: u64,
}

impl Pacer {
    /// The first of datagrams of so many bytes goes at `start`.
    pub(crate) fn new(bytes: u64, bits_per_s: u64, start: Duration) -> Self {
        Self {
            numerator: u128::from(bytes) * 8 * 1_000_000_000,
            bits_per_s: u128::from(bits_per_s),
            anchor: start,
            first: 0,
            next: 0,
            last: None,
            slips: 0,
        }
    }

    /// How often the schedule began anew.
    pub(crate) fn slips(&self) -> u64 {
        self.slips
    }

    /// When the next datagram goes, if it is `now`. After a short stall datagrams go at twice their
    /// rate until they are in time again: a modulator's buffer takes that.
    pub(crate) fn due(&mut self, now: Duration) -> Duration {
        let due = self.anchor + self.span(self.next - self.first);
        if now.saturating_sub(due) > GIVE_UP {
            self.slips += 1;
            self.anchor = now;
            self.first = self.next;
            return now;
        }
        match self.last {
            Some(last) => due.max(last + self.span(1) / 2),
            None => due,
        }
    }

    /// A datagram has gone.
    pub(crate) fn sent(&mut self, now: Duration) {
        self.last = Some(now);
        self.next += 1;
    }

    fn span(&self, datagrams: u64) -> Duration {
        let nanos = u128::from(datagrams) * self.numerator / self.bits_per_s;
        // 584 years.
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1_000);

    #[test]
    fn no_error_adds_up_in_ten_days() {
        let (bytes, rate) = (1_316, 10_000_003);
        let mut pacer = Pacer::new(bytes, rate, START);
        let day = 86_400 * rate / 8 / bytes;
        pacer.next = day * 10;
        pacer.last = None;
        let due = pacer.due(START);
        let exact = (pacer.next * bytes * 8) as f64 / rate as f64;
        assert!(((due - START).as_secs_f64() - exact).abs() < 1e-6);
    }

    #[test]
    fn a_short_stall_is_made_up_for_at_twice_the_rate() {
        let mut pacer = Pacer::new(1_250, 10_000_000, START);
        let mut now = START;
        let mut times = Vec::new();
        for n in 0..500 {
            if n == 100 {
                now += Duration::from_millis(100);
            }
            now = now.max(pacer.due(now));
            pacer.sent(now);
            times.push(now);
        }
        assert_eq!(pacer.slips(), 0);
        let gaps = times.windows(2).map(|w| w[1] - w[0]);
        assert!(
            gaps.min()
                .is_some_and(|gap| gap >= Duration::from_micros(500))
        );
        assert_eq!(times[499], START + Duration::from_millis(499));
    }

    #[test]
    fn a_long_stall_is_not() {
        let mut pacer = Pacer::new(1_250, 10_000_000, START);
        pacer.sent(pacer.clone().due(START));
        let now = START + Duration::from_secs(3_600);
        assert_eq!(pacer.due(now), now);
        pacer.sent(now);
        assert_eq!(pacer.due(now), now + Duration::from_millis(1));
        assert_eq!(pacer.slips(), 1);
    }
}
