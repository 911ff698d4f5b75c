//! Times as people write and read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::error::Error;

/// Now, in seconds since 1970-01-01T00:00Z.
pub(crate) fn now() -> u64 {
    Timestamp::now().as_second().try_into().unwrap_or(0)
}

/// The time that was given, or now.
pub(crate) fn given_or_now(text: Option<&str>) -> Result<u64, Error> {
    text.map_or_else(|| Ok(now()), parse)
}

/// `2026-11-23T18:00:00Z`, or seconds since 1970-01-01T00:00Z.
pub(crate) fn parse(text: &str) -> Result<u64, Error> {
    if let Ok(seconds) = text.parse() {
        return Ok(seconds);
    }
    text.parse::<Timestamp>()
        .ok()
        .and_then(|time| time.as_second().try_into().ok())
        .ok_or_else(|| {
            Error::Argument(format!(
                "«{text}» is not a time: write 2026-11-23T18:00:00Z, or seconds since 1970"
            ))
        })
}

/// `2026-11-23`, in UTC.
pub(crate) fn day(seconds: u64) -> String {
    let text = show(seconds);
    match text.split_once(' ') {
        Some((day, time)) if time.ends_with("UTC") => day.to_owned(),
        _ => "undated".to_owned(),
    }
}

/// `2026-11-23 18:00 UTC`.
pub(crate) fn show(seconds: u64) -> String {
    let time = i64::try_from(seconds)
        .ok()
        .and_then(|s| Timestamp::from_second(s).ok());
    match time {
        Some(time) => {
            let utc = time.to_zoned_datetime(TimeZone::UTC);
            utc.strftime("%Y-%m-%d %H:%M UTC").to_string()
        }
        None => "an impossible time".to_owned(),
    }
}

/// A span such as `10m`, `90s`, `1h30m`, in seconds; a bare number is seconds.
pub(crate) fn parse_span(text: &str) -> Result<f64, String> {
    let wrong = || format!("«{text}» is not a duration such as 10m, 90s or 1h30m");
    if let Ok(seconds) = text.parse::<f64>() {
        return Some(seconds)
            .filter(|s| *s > 0.0 && s.is_finite())
            .ok_or_else(wrong);
    }
    let mut seconds = 0.0;
    let mut digits = String::new();
    for c in text.chars() {
        let unit = match c {
            'h' => 3_600.0,
            'm' => 60.0,
            's' => 1.0,
            _ => {
                digits.push(c);
                continue;
            }
        };
        seconds += digits.parse::<f64>().map_err(|_| wrong())? * unit;
        digits.clear();
    }
    if digits.is_empty() && seconds > 0.0 && seconds.is_finite() {
        Ok(seconds)
    } else {
        Err(wrong())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        assert_eq!(parse_span("10m"), Ok(600.0));
        assert_eq!(parse_span("1h30m"), Ok(5_400.0));
        assert_eq!(parse_span("90"), Ok(90.0));
        for wrong in ["", "m", "10x", "-3", "0", "5m3", "nan", "inf"] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times() {
        assert_eq!(parse("1970-01-02T00:00:00Z").ok(), Some(86_400));
        assert_eq!(parse("12").ok(), Some(12));
        assert!(parse("yesterday").is_err());
        assert_eq!(show(86_400), "1970-01-02 00:00 UTC");
        assert_eq!(show(u64::MAX), "an impossible time");
    }
}
