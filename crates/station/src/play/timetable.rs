//! When a source is read. Two clocks: one that only goes forward, for intervals and waits, and that
//! of the day, which may jump, for times of day.

use std::time::Duration;

use crate::play::backoff::Backoff;
use crate::play::hours::last_of;

/// Waits after failures.
const WAITS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(3_600));
/// Seconds that the clock of the day may go back without being thought to have been wrong before.
const DAY: u64 = 86_400;

/// When.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum When {
    Every(Duration),
    /// Minutes after midnight, UTC.
    At(Vec<u64>),
}

/// When one source is read next.
#[derive(Debug, Clone)]
pub(crate) struct Timetable {
    when: When,
    backoff: Backoff,
    has_failed: bool,
    /// Of an interval.
    next: Duration,
    /// The time of day that was kept last.
    kept: Option<u64>,
}

impl Timetable {
    /// A source that is read at once, and then as it says.
    pub(crate) fn new(when: When) -> Self {
        Self {
            when,
            backoff: Backoff::new(WAITS.0, WAITS.1),
            has_failed: false,
            next: Duration::ZERO,
            kept: None,
        }
    }

    /// Whether it is to be read `now`, when the clock of the day says `utc`.
    pub(crate) fn is_due(&self, now: Duration, utc: u64) -> bool {
        if self.has_failed {
            return self.backoff.may_try(now);
        }
        match &self.when {
            When::Every(_) => now >= self.next,
            When::At(minutes) => self.kept.is_none_or(|kept| {
                let last = last_of(minutes, utc);
                // A clock that was ahead must not stop the source until it is there again.
                last > kept || kept > utc + DAY
            }),
        }
    }

    /// It was read, or could not be.
    pub(crate) fn was_read(&mut self, now: Duration, utc: u64, worked: bool) {
        self.has_failed = !worked;
        match worked {
            false => self.backoff.failed(now),
            true => {
                self.backoff.worked();
                match &self.when {
                    When::Every(time) => self.next = now + *time,
                    When::At(minutes) => self.kept = Some(last_of(minutes, utc)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UTC: u64 = 1_792_454_400;
    const HOUR: u64 = 3_600;

    /// Reads over `hours`, a step a minute; `clock` says what the clock of the day says.
    fn reads(
        when: When,
        hours: u64,
        clock: impl Fn(u64) -> u64,
        works: impl Fn(u64) -> bool,
    ) -> Vec<u64> {
        let mut table = Timetable::new(when);
        let mut reads = Vec::new();
        for minute in 0..hours * 60 {
            let (now, utc) = (Duration::from_secs(minute * 60), clock(minute * 60));
            if table.is_due(now, utc) {
                table.was_read(now, utc, works(minute));
                reads.push(minute);
            }
        }
        reads
    }

    #[test]
    fn an_interval_does_not_mind_the_clock_of_the_day() {
        let quarter = || When::Every(Duration::from_secs(15 * 60));
        let steady = reads(quarter(), 48, |t| UTC + t, |_| true);
        // It jumps a year forward, and back again.
        let jump = |t: u64| {
            UTC + t
                + if (5..20).contains(&(t / HOUR)) {
                    365 * DAY
                } else {
                    0
                }
        };
        assert_eq!(steady.len(), 48 * 4);
        assert_eq!(reads(quarter(), 48, jump, |_| true), steady);
    }

    #[test]
    fn times_of_day_are_kept_whatever_the_clock_does() {
        let at = || When::At(vec![6 * 60, 18 * 60]);
        let steady = reads(at(), 72, |t| UTC + t, |_| true);
        assert_eq!(
            steady,
            [0, 6 * 60, 18 * 60, 30 * 60, 42 * 60, 54 * 60, 66 * 60]
        );
        // Ahead by a year for an hour at the start, as with an empty battery: then as ever.
        let ahead = |t: u64| UTC + t + if t < HOUR { 365 * DAY } else { 0 };
        let after = reads(at(), 72, ahead, |_| true);
        assert_eq!(after.last(), Some(&(66 * 60)));
        assert!(after.len() >= 6, "{after:?}");
        // An hour back: nothing is read twice.
        let back = |t: u64| UTC + t - if t > 7 * HOUR { HOUR } else { 0 };
        assert_eq!(reads(at(), 24, back, |_| true), [0, 6 * 60, 19 * 60]);
    }

    #[test]
    fn a_source_that_is_down_is_asked_less_and_less_and_is_back_soon() {
        let down = |minute: u64| !(100..1_000).contains(&minute);
        let every = When::Every(Duration::from_secs(10 * 60));
        let reads = reads(every, 24, |t| UTC + t, down);
        let while_down = reads.iter().filter(|m| (100..1_000).contains(*m)).count();
        assert!((15..30).contains(&while_down), "{while_down}");
        let back = reads.iter().find(|m| **m >= 1_000);
        assert!(back.is_some_and(|m| *m <= 1_060), "{back:?}");
    }
}
