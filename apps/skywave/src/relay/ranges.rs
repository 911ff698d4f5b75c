//! What part of a file is asked for: the field `Range` (RFC 9110 section 14.2).

use std::ops::Range;

/// Ranges in one request that are answered; who asks for more gets the whole (section 14.2 allows
/// it, against those who ask for very many).
const MOST: usize = 16;
/// Bytes between two parts that cost less than the head of another part.
const GAP: u64 = 80;

/// What is to be sent of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it: nothing else was asked for, or not in a form that is understood.
    Whole,
    /// These bytes, which are there.
    Parts(Vec<Range<u64>>),
    /// Only bytes that are not there.
    Nothing,
}

/// What a field of this value asks for, of a file of `len` bytes.
pub(crate) fn wanted(field: &str, len: u64) -> Wanted {
    let Some((unit, specs)) = field.split_once('=') else {
        return Wanted::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Wanted::Whole;
    }
    let mut parts = Vec::new();
    let mut asked = 0;
    for spec in specs.split(',').map(str::trim).filter(|s| !s.is_empty()) {
        asked += 1;
        match part(spec, len) {
            None => return Wanted::Whole,
            Some(range) if range.is_empty() => {}
            Some(range) => parts.push(range),
        }
    }
    match (asked, parts.is_empty()) {
        (0, _) => Wanted::Whole,
        (_, true) => Wanted::Nothing,
        (MOST.., false) => Wanted::Whole,
        (_, false) => Wanted::Parts(joined(parts)),
    }
}

/// One range, empty if none of its bytes are there; none if it is no range.
fn part(spec: &str, len: u64) -> Option<Range<u64>> {
    let (first, last) = spec.split_once('-')?;
    if first.is_empty() {
        let suffix = number(last)?;
        return Some(len.saturating_sub(suffix)..len);
    }
    let first = number(first)?;
    let end = match last {
        "" => len,
        last => match number(last)? {
            last if last < first => return None,
            last => last.saturating_add(1).min(len),
        },
    };
    Some(first.min(end)..end)
}

/// Digits alone; what is too much for a number is more than there is.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Parts that overlap, or nearly touch, become one; otherwise they stay in the order asked for.
fn joined(parts: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let touches = |a: &Range<u64>, b: &Range<u64>| {
        a.start <= b.end.saturating_add(GAP) && b.start <= a.end.saturating_add(GAP)
    };
    let mut joined: Vec<Range<u64>> = Vec::new();
    for mut part in parts {
        while let Some(at) = joined.iter().position(|other| touches(other, &part)) {
            let other = joined.remove(at);
            part = part.start.min(other.start)..part.end.max(other.end);
        }
        joined.push(part);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_examples_and_what_is_none() {
        let whole = Wanted::Whole;
        let parts =
            |parts: &[(u64, u64)]| Wanted::Parts(parts.iter().map(|(a, b)| *a..*b).collect());
        // RFC 9110 section 14.1.2, of 10,000 bytes.
        for (field, wanted_of_10_000) in [
            ("bytes=0-499", parts(&[(0, 500)])),
            ("bytes=500-999", parts(&[(500, 1_000)])),
            ("bytes=-500", parts(&[(9_500, 10_000)])),
            ("bytes=9500-", parts(&[(9_500, 10_000)])),
            ("bytes=0-0,-1", parts(&[(0, 1), (9_999, 10_000)])),
            (
                "bytes= 0-0, 4500-5499, -1000",
                parts(&[(0, 1), (4_500, 5_500), (9_000, 10_000)]),
            ),
            ("bytes=500-700,601-999", parts(&[(500, 1_000)])),
            ("bytes=500-600,601-999", parts(&[(500, 1_000)])),
            ("bytes=9000-9100,0-99", parts(&[(9_000, 9_101), (0, 100)])),
            ("Bytes=0-0", parts(&[(0, 1)])),
            ("bytes=,0-0,", parts(&[(0, 1)])),
            ("bytes=0-99999999999999999999999", parts(&[(0, 10_000)])),
            ("bytes=-20000", parts(&[(0, 10_000)])),
            ("bytes=10000-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=10000-,20000-20001", Wanted::Nothing),
            ("bytes=10000-,5-5", parts(&[(5, 6)])),
            ("bytes=1-0", whole.clone()),
            ("bytes=", whole.clone()),
            ("bytes", whole.clone()),
            ("bytes=a-b", whole.clone()),
            ("bytes=+1-2", whole.clone()),
            ("bytes=1--2", whole.clone()),
            ("bytes=-", whole.clone()),
            ("lines=1-2", whole.clone()),
        ] {
            assert_eq!(wanted(field, 10_000), wanted_of_10_000, "{field}");
        }
        assert_eq!(wanted("bytes=0-", 0), Wanted::Nothing);
    }

    #[test]
    fn very_many_ranges_are_not_obliged() {
        let many: Vec<String> = (0..200)
            .map(|n| format!("{}-{}", n * 200, n * 200))
            .collect();
        let field = format!("bytes={}", many.join(","));
        assert_eq!(wanted(&field, 1_000_000), Wanted::Whole);
    }
}
