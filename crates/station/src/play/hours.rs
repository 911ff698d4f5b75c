//! Hours of a week in UTC: when a slot begins and ends, and what time of day comes next.

/// Seconds.
const MINUTE: u64 = 60;
const DAY: u64 = 86_400;

/// From when to when, on which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hours {
    /// Minutes after midnight, UTC; an end that is not after the begin is on the next day.
    pub(crate) from: u64,
    pub(crate) to: u64,
    /// Bit 0 is Monday.
    pub(crate) days: u64,
}

/// A slot: seconds since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    pub(crate) begin: u64,
    pub(crate) end: u64,
}

impl Hours {
    /// The slot that is on at `now`, or else the next one.
    pub(crate) fn next(&self, now: u64) -> Option<Slot> {
        let today = now / DAY;
        let days = today.saturating_sub(1)..today + 8;
        let slots = days
            .filter(|day| self.is_on(*day))
            .map(|day| self.slot(day));
        slots.into_iter().find(|slot| slot.end > now)
    }

    fn is_on(&self, day: u64) -> bool {
        // 1970-01-01 was a Thursday.
        self.days >> ((day + 3) % 7) & 1 == 1
    }

    fn slot(&self, day: u64) -> Slot {
        let over = if self.to <= self.from { DAY } else { 0 };
        Slot {
            begin: day * DAY + self.from * MINUTE,
            end: day * DAY + self.to * MINUTE + over,
        }
    }
}

/// The last time before or at `now` that one of these minutes of the day began.
pub(crate) fn last_of(minutes: &[u64], now: u64) -> u64 {
    let today = now - now % DAY;
    let of = |day: u64| minutes.iter().map(move |minute| day + minute * MINUTE);
    let all = of(today).chain(of(today.saturating_sub(DAY)));
    all.filter(|time| *time <= now).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-10-20, a Tuesday.
    const TUESDAY: u64 = 1_792_454_400;

    #[test]
    fn slots_are_found_by_day_and_over_midnight() {
        let hours = Hours {
            from: 23 * 60,
            to: 30,
            days: 0b000_0010,
        };
        let slot = hours.next(TUESDAY).unwrap();
        assert_eq!(slot.begin, TUESDAY + 23 * 3_600);
        assert_eq!(slot.end, TUESDAY + 24 * 3_600 + 1_800);
        // After midnight it is still on, and when it is over the next is in a week.
        assert_eq!(hours.next(slot.end - 1), Some(slot));
        let next = hours.next(slot.end).unwrap();
        assert_eq!(next.begin, slot.begin + 7 * DAY);
        assert_eq!(Hours { days: 0, ..hours }.next(TUESDAY), None);
    }

    #[test]
    fn every_second_of_a_week_is_in_a_slot_or_before_one() {
        let hours = Hours {
            from: 60,
            to: 120,
            days: 127,
        };
        for now in (TUESDAY..TUESDAY + 8 * DAY).step_by(61) {
            let slot = hours.next(now).unwrap();
            assert!(slot.end > now && slot.begin <= now + DAY);
            assert_eq!(slot.end - slot.begin, 3_600);
        }
    }

    #[test]
    fn the_last_time_of_day_may_be_yesterdays() {
        let minutes = [6 * 60, 18 * 60];
        assert_eq!(last_of(&minutes, TUESDAY + 7 * 3_600), TUESDAY + 6 * 3_600);
        assert_eq!(last_of(&minutes, TUESDAY + 3_600), TUESDAY - 6 * 3_600);
        assert_eq!(
            last_of(&minutes, TUESDAY + 18 * 3_600),
            TUESDAY + 18 * 3_600
        );
    }
}
