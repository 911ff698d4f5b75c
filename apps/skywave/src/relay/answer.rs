//! How a request for something that is there is answered: preconditions (RFC 9110 section 13) and
//! ranges (section 14), in the order of section 13.2.2.

use std::ops::Range;
use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, Method, header};

use crate::relay::ranges::{Wanted, wanted};

/// By what a client tells one state of a file from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Validators {
    /// A strong entity tag, with its quotes.
    pub(crate) etag: String,
    /// When it last changed, in seconds since 1970-01-01T00:00Z.
    pub(crate) modified: u64,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    /// 200: all of it.
    Whole,
    /// 206: one part, or several as `multipart/byteranges`.
    Parts(Vec<Range<u64>>),
    /// 304: the client has it.
    NotModified,
    /// 412: it is not what the client thinks it is.
    Failed,
    /// 416: no such bytes.
    Unsatisfiable,
}

/// Answers a GET or HEAD for something of `len` bytes.
pub(crate) fn answer(method: &Method, headers: &HeaderMap, is: &Validators, len: u64) -> Answer {
    let field = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let all = |name| {
        let values = headers.get_all(name).into_iter();
        let values = values.filter_map(|value| value.to_str().ok());
        let joined = values.collect::<Vec<_>>().join(",");
        Some(joined).filter(|joined| !joined.is_empty())
    };
    if let Some(tags) = all(header::IF_MATCH) {
        if !names(&tags, &is.etag, false) {
            return Answer::Failed;
        }
    } else if let Some(since) = field(header::IF_UNMODIFIED_SINCE).and_then(date)
        && is.modified > since
    {
        return Answer::Failed;
    }
    if let Some(tags) = all(header::IF_NONE_MATCH) {
        if names(&tags, &is.etag, true) {
            return Answer::NotModified;
        }
    } else if let Some(since) = field(header::IF_MODIFIED_SINCE).and_then(date)
        && is.modified <= since
    {
        return Answer::NotModified;
    }
    let range = field(header::RANGE).filter(|_| *method == Method::GET);
    let is_current = match field(header::IF_RANGE) {
        None => true,
        Some(tag) if tag.starts_with('"') => tag == is.etag,
        // A weak tag never will do (section 13.1.5).
        Some(tag) if tag.starts_with("W/") => false,
        Some(time) => date(time) == Some(is.modified),
    };
    match range.filter(|_| is_current).map(|range| wanted(range, len)) {
        None | Some(Wanted::Whole) => Answer::Whole,
        Some(Wanted::Parts(parts)) => Answer::Parts(parts),
        Some(Wanted::Nothing) => Answer::Unsatisfiable,
    }
}

/// Whether a list of entity tags names this one, by weak comparison or strong (section 8.8.3.2).
fn names(tags: &str, etag: &str, is_weak: bool) -> bool {
    tags.split(',').map(str::trim).any(|tag| {
        let tag = match tag.strip_prefix("W/") {
            Some(tag) if is_weak => tag,
            Some(_) => return false,
            None => tag,
        };
        tag == "*" || tag == etag
    })
}

/// A date of section 5.6.7, in seconds since 1970-01-01T00:00Z.
fn date(text: &str) -> Option<u64> {
    let time = httpdate::parse_http_date(text).ok()?;
    let since = time.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(since.as_secs())
}

/// The other way.
pub(crate) fn http_date(seconds: u64) -> String {
    // The year 9999 is the last that has four digits.
    let seconds = seconds.min(253_402_300_799);
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: u64 = 784_111_777;
    const BEFORE: &str = "Sun, 06 Nov 1994 08:49:36 GMT";
    const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const AFTER: &str = "Sun, 06 Nov 1994 08:49:38 GMT";

    /// A method, fields of a request, and what is answered.
    type Row<'a> = (&'a Method, Vec<(&'static str, &'a str)>, Answer);

    #[test]
    fn preconditions_and_ranges_in_their_order() {
        let is = Validators {
            etag: "\"abc\"".to_owned(),
            modified: TIME,
        };
        let one = |end| Answer::Parts(std::iter::once(0..end).collect());
        let part = one(5);
        let range = ("range", "bytes=0-4");
        let get = Method::GET;
        let rows: Vec<Row<'_>> = vec![
            (&get, vec![], Answer::Whole),
            (&get, vec![range], part.clone()),
            (&Method::HEAD, vec![range], Answer::Whole),
            (&get, vec![("range", "bytes=100-")], Answer::Unsatisfiable),
            // Parts of a file so short nearly touch each other.
            (&get, vec![("range", "bytes=0-1,50-51,98-99")], one(100)),
            // If-Match: strong comparison; If-Unmodified-Since only without it.
            (&get, vec![("if-match", "\"abc\"")], Answer::Whole),
            (&get, vec![("if-match", "*")], Answer::Whole),
            (&get, vec![("if-match", "\"x\", \"abc\"")], Answer::Whole),
            (&get, vec![("if-match", "W/\"abc\"")], Answer::Failed),
            (&get, vec![("if-match", "\"x\"")], Answer::Failed),
            (
                &get,
                vec![("if-match", "\"x\""), ("if-none-match", "\"abc\"")],
                Answer::Failed,
            ),
            (
                &get,
                vec![("if-match", "\"abc\""), ("if-unmodified-since", BEFORE)],
                Answer::Whole,
            ),
            (&get, vec![("if-unmodified-since", BEFORE)], Answer::Failed),
            (&get, vec![("if-unmodified-since", NOW)], Answer::Whole),
            (
                &get,
                vec![("if-unmodified-since", "yesterday")],
                Answer::Whole,
            ),
            // If-None-Match: weak comparison; If-Modified-Since only without it.
            (
                &get,
                vec![("if-none-match", "\"abc\"")],
                Answer::NotModified,
            ),
            (
                &get,
                vec![("if-none-match", "W/\"abc\"")],
                Answer::NotModified,
            ),
            (
                &Method::HEAD,
                vec![("if-none-match", "*")],
                Answer::NotModified,
            ),
            (&get, vec![("if-none-match", "\"x\", \"y\"")], Answer::Whole),
            (
                &get,
                vec![("if-none-match", "\"x\""), ("if-modified-since", AFTER)],
                Answer::Whole,
            ),
            (
                &get,
                vec![("if-none-match", "\"abc\""), range],
                Answer::NotModified,
            ),
            (&get, vec![("if-modified-since", NOW)], Answer::NotModified),
            (
                &get,
                vec![("if-modified-since", AFTER)],
                Answer::NotModified,
            ),
            (&get, vec![("if-modified-since", BEFORE)], Answer::Whole),
            (
                &get,
                vec![("if-modified-since", "Sunday, 06-Nov-94 08:49:37 GMT")],
                Answer::NotModified,
            ),
            // If-Range: strong tag, or the very date.
            (&get, vec![range, ("if-range", "\"abc\"")], part.clone()),
            (&get, vec![range, ("if-range", "\"x\"")], Answer::Whole),
            (&get, vec![range, ("if-range", "W/\"abc\"")], Answer::Whole),
            (&get, vec![range, ("if-range", NOW)], part),
            (&get, vec![range, ("if-range", AFTER)], Answer::Whole),
            (&get, vec![range, ("if-range", "nonsense")], Answer::Whole),
            (
                &get,
                vec![("range", "bytes=100-"), ("if-range", "\"x\"")],
                Answer::Whole,
            ),
        ];
        for (method, fields, expected) in rows {
            let mut headers = HeaderMap::new();
            for (name, value) in &fields {
                headers.append(*name, value.parse().unwrap());
            }
            assert_eq!(
                answer(method, &headers, &is, 100),
                expected,
                "{method} {fields:?}"
            );
        }
    }

    #[test]
    fn dates_go_both_ways() {
        assert_eq!(http_date(TIME), NOW);
        assert_eq!(date(NOW), Some(TIME));
        assert_eq!(http_date(u64::MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
    }
}
