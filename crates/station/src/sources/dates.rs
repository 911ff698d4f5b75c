//! Dates as the web writes them, to minutes since 1970-01-01T00:00Z.

use chrono::{DateTime, NaiveDate, NaiveDateTime};

use super::written;

/// Later than this after the time of gathering is taken for a wrong clock, in minutes.
const AHEAD: u64 = 24 * 60;

/// The minutes that `text` says, if it is a date (RFC 3339, RFC 2822, and what stands between;
/// without a zone it is UTC, without a time midnight).
pub(crate) fn minutes(text: &str) -> Option<u64> {
    let text = text.trim();
    let seconds = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_rfc2822(text))
        .map(|d| d.timestamp())
        .ok()
        .or_else(|| with_zone(text))
        .or_else(|| without_zone(text))
        .or_else(|| day(text))?;
    from_seconds(seconds)
}

/// The minutes of a count of seconds.
pub(crate) fn from_seconds(seconds: i64) -> Option<u64> {
    u64::try_from(seconds).ok().map(|s| s / 60)
}

/// `minutes`, or `now` where they are missing or lie in the future.
pub(crate) fn or_now(minutes: Option<u64>, now: u64) -> u64 {
    minutes
        .filter(|m| *m <= now.saturating_add(AHEAD))
        .unwrap_or(now)
}

/// The day in an address like `/2020/04/17/`, `/2020/apr/17/` or `-20200417`.
pub(crate) fn in_address(path: &str) -> Option<u64> {
    let parts: Vec<&str> = path.split(['/', '-', '_', '.']).collect();
    let day = |year: &str, month: u32, day: &str| {
        let year = year.parse().ok().filter(|y| (1995..2200).contains(y))?;
        let date = NaiveDate::from_ymd_opt(year, month, day.parse().ok()?)?;
        from_seconds(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp())
    };
    let month = |text: &str| text.parse().ok().or_else(|| written::month_of(text));
    let three = parts.windows(3).find_map(|w| day(w[0], month(w[1])?, w[2]));
    three.or_else(|| {
        let digits = |p: &&&str| p.len() == 8 && p.bytes().all(|b| b.is_ascii_digit());
        let mut eights = parts.iter().filter(digits);
        eights.find_map(|p| day(&p[..4], p[4..6].parse().ok()?, &p[6..]))
    })
}

fn with_zone(text: &str) -> Option<i64> {
    [
        "%Y-%m-%dT%H:%M:%S%.f%z",
        "%Y-%m-%dT%H:%M%z",
        "%Y-%m-%d %H:%M:%S%.f %z",
        "%Y-%m-%d %H:%M %z",
    ]
    .iter()
    .find_map(|f| DateTime::parse_from_str(text, f).ok())
    .map(|d| d.timestamp())
}

fn without_zone(text: &str) -> Option<i64> {
    let text = text
        .trim_end_matches("UTC")
        .trim_end_matches("GMT")
        .trim_end_matches('Z')
        .trim_end();
    [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
        "%Y%m%dT%H%M%S",
        "%Y%m%d%H%M%S",
        "%a, %d %b %Y %H:%M:%S",
        "%d.%m.%Y %H:%M",
        "%d/%m/%Y %H:%M",
    ]
    .iter()
    .find_map(|f| NaiveDateTime::parse_from_str(text, f).ok())
    .map(|d| d.and_utc().timestamp())
}

fn day(text: &str) -> Option<i64> {
    [
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%Y%m%d",
        "%B %d, %Y",
        "%d %B %Y",
        "%b %d, %Y",
        "%d.%m.%Y",
        "%b. %d, %Y",
    ]
    .iter()
    .find_map(|f| NaiveDate::parse_from_str(text, f).ok())
    .and_then(|d| d.and_hms_opt(0, 0, 0))
    .map(|d| d.and_utc().timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_web_s_dates() {
        let moment = Some(1_587_081_600 / 60);
        for text in [
            "2020-04-17T00:00:00Z",
            "2020-04-17T02:00:00+0200",
            "2020-04-17T02:00+02:00",
            "Fri, 17 Apr 2020 00:00:00 GMT",
            "2020-04-17",
            "April 17, 2020",
            "20200417",
            "2020-04-17 00:00:00 UTC",
        ] {
            assert_eq!(minutes(text), moment, "{text}");
        }
        assert_eq!(in_address("/a/2020/04/17/story"), moment);
        assert_eq!(in_address("/a/2020/apr/17/story"), moment);
        assert_eq!(in_address("/a/some-story-20200417/"), moment);
        assert_eq!(in_address("/a/6533123"), None);
        assert_eq!(minutes("yesterday"), None);
    }

    #[test]
    fn a_date_in_the_future_is_not_believed() {
        assert_eq!(or_now(Some(10_000), 100), 100);
        assert_eq!(or_now(Some(90), 100), 90);
        assert_eq!(or_now(None, 100), 100);
    }
}
