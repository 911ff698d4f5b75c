//! How long to wait before something is tried again.

use std::time::Duration;

/// Waits that double after each failure.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    least: Duration,
    most: Duration,
    wait: Duration,
    until: Duration,
}

impl Backoff {
    pub(crate) fn new(least: Duration, most: Duration) -> Self {
        Self {
            least,
            most,
            wait: least,
            until: Duration::ZERO,
        }
    }

    /// Whether it may be tried at `now`.
    pub(crate) fn may_try(&self, now: Duration) -> bool {
        now >= self.until
    }

    pub(crate) fn failed(&mut self, now: Duration) {
        self.until = now + self.wait;
        self.wait = (self.wait * 2).min(self.most);
    }

    pub(crate) fn worked(&mut self) {
        self.wait = self.least;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_begin_again() {
        let second = Duration::from_secs(1);
        let mut backoff = Backoff::new(second, 5 * second);
        let mut now = Duration::ZERO;
        for wait in [1, 2, 4, 5, 5] {
            assert!(backoff.may_try(now));
            backoff.failed(now);
            assert!(!backoff.may_try(now + wait * second - Duration::from_millis(1)));
            now += wait * second;
        }
        backoff.worked();
        backoff.failed(now);
        assert!(backoff.may_try(now + second));
    }
}
