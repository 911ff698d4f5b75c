//! Which characters a string may hold.
//!
//! Control characters have no business in news: a line has none at all, prose may have line
//! feeds. U+000B stands for a line feed inside packed text (see [`crate::skeleton`]).

use crate::cbor::Reader;
use crate::error::Error;
use crate::limits::{LANGUAGE_BYTES, LINE_BYTES, URL_BYTES};

/// Reads one line of at most [`LINE_BYTES`].
pub(crate) fn line(r: &mut Reader<'_>, what: &'static str) -> Result<String, Error> {
    line_to(r, what, LINE_BYTES)
}

/// Reads an address of at most [`URL_BYTES`]: one line. It is shown, never followed.
pub(crate) fn address(r: &mut Reader<'_>, what: &'static str) -> Result<String, Error> {
    line_to(r, what, URL_BYTES)
}

fn line_to(r: &mut Reader<'_>, what: &'static str, max: usize) -> Result<String, Error> {
    let text = r.text(what, max)?;
    if text.chars().any(char::is_control) {
        return Err(r.invalid("a line holds a control character"));
    }
    Ok(text.to_owned())
}

/// Reads text that may hold line feeds, of at most `max` bytes.
pub(crate) fn prose(r: &mut Reader<'_>, what: &'static str, max: usize) -> Result<String, Error> {
    let text = r.text(what, max)?;
    check_prose(r, text)?;
    Ok(text.to_owned())
}

/// Reads text as [`prose`] does, or `false`.
pub(crate) fn optional_prose(
    r: &mut Reader<'_>,
    what: &'static str,
    max: usize,
) -> Result<Option<String>, Error> {
    let text = r.optional_text(what, max)?;
    if let Some(text) = text {
        check_prose(r, text)?;
    }
    Ok(text.map(str::to_owned))
}

/// Reads a language tag (BCP 47): letters, digits and hyphens.
pub(crate) fn language(r: &mut Reader<'_>) -> Result<String, Error> {
    let text = r.text("language", LANGUAGE_BYTES)?;
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(r.invalid("a language is a BCP 47 tag"));
    }
    Ok(text.to_owned())
}

/// `text` with every control character but line feeds made a space, trimmed, and cut to `max`
/// bytes at a character's boundary: what a publisher applies to strings from outside.
pub fn clean_prose(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max));
    for c in text.trim().chars() {
        let c = if c.is_control() && c != '\n' { ' ' } else { c };
        if out.len() + c.len_utf8() > max {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out
}

/// `text` as one line: runs of white space and control characters become one space.
pub fn clean_line(text: &str, max: usize) -> String {
    let joined = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    clean_prose(&joined, max)
}

fn check_prose(r: &Reader<'_>, text: &str) -> Result<(), Error> {
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(r.invalid("text holds a control character"));
    }
    Ok(())
}
