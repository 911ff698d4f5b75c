//! Text and structure apart: text compresses best when nothing stands between the words.
//!
//! A canonical CBOR value becomes a *skeleton*, the same bytes with every text string replaced
//! by `null` (0xf6), and the *text*: the strings in order, each followed by a line feed, a line
//! feed inside a string written as U+000B. The formats use neither `null` nor U+000B otherwise,
//! so the way back is unambiguous.

use crate::error::Error;

const NULL: u8 = 0xf6;
/// U+000B, which stands for a line feed inside a string.
const LINE_FEED: u8 = 0x0b;
const STRUCTURE: &str = "skeleton of a bundle";

/// The two halves of a value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Halves {
    /// CBOR with `null` for every text string.
    pub(crate) skeleton: Vec<u8>,
    /// The strings, one a line.
    pub(crate) text: Vec<u8>,
}

/// Takes the text out of `value`, which must be canonical as this crate writes it.
pub(crate) fn split(value: &[u8]) -> Result<Halves, Error> {
    let mut halves = Halves::default();
    let mut at = 0;
    while at < value.len() {
        let head = Head::read(value, at)?;
        let start = at;
        at += head.bytes;
        match head.major {
            2 => at = end(value, at, head.argument)?,
            3 => {
                let from = at;
                at = end(value, at, head.argument)?;
                if value[from..at].contains(&LINE_FEED) {
                    return Err(invalid("a text string holds U+000B"));
                }
                halves.skeleton.push(NULL);
                halves.text.extend(
                    value[from..at]
                        .iter()
                        .map(|b| if *b == b'\n' { LINE_FEED } else { *b }),
                );
                halves.text.push(b'\n');
                continue;
            }
            _ => {}
        }
        halves.skeleton.extend_from_slice(&value[start..at]);
    }
    Ok(halves)
}

/// Puts the text back.
pub(crate) fn join(halves: &Halves) -> Result<Vec<u8>, Error> {
    let skeleton = &halves.skeleton;
    let mut lines = halves.text.split_inclusive(|b| *b == b'\n');
    let mut out = Vec::with_capacity(skeleton.len() + halves.text.len());
    let mut at = 0;
    while at < skeleton.len() {
        if skeleton[at] == NULL {
            let line = lines
                .next()
                .ok_or(invalid("there is less text than its places"))?;
            let line = line
                .strip_suffix(b"\n")
                .ok_or(invalid("the last line of text does not end"))?;
            write_text_head(&mut out, line.len());
            out.extend(
                line.iter()
                    .map(|b| if *b == LINE_FEED { b'\n' } else { *b }),
            );
            at += 1;
            continue;
        }
        let head = Head::read(skeleton, at)?;
        let start = at;
        at += head.bytes;
        match head.major {
            2 => at = end(skeleton, at, head.argument)?,
            3 => return Err(invalid("a text string stands where null should")),
            _ => {}
        }
        out.extend_from_slice(&skeleton[start..at]);
    }
    if lines.next().is_some() {
        return Err(invalid("there is more text than places for it"));
    }
    Ok(out)
}

struct Head {
    major: u8,
    argument: u64,
    bytes: usize,
}

impl Head {
    fn read(data: &[u8], at: usize) -> Result<Self, Error> {
        let truncated = Error::Truncated {
            structure: STRUCTURE,
            at,
        };
        let first = *data.get(at).ok_or(truncated.clone())?;
        let width = match first & 31 {
            0..=23 => 0,
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return Err(invalid("lengths are definite")),
        };
        let major = first >> 5;
        if width == 0 || major == 7 {
            return Ok(Self {
                major,
                argument: u64::from(first & 31),
                bytes: 1,
            });
        }
        let argument = data
            .get(at + 1..at + 1 + width)
            .ok_or(truncated)?
            .iter()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
        Ok(Self {
            major,
            argument,
            bytes: 1 + width,
        })
    }
}

fn end(data: &[u8], at: usize, len: u64) -> Result<usize, Error> {
    usize::try_from(len)
        .ok()
        .and_then(|len| at.checked_add(len))
        .filter(|end| *end <= data.len())
        .ok_or(Error::Truncated {
            structure: STRUCTURE,
            at,
        })
}

fn write_text_head(out: &mut Vec<u8>, len: usize) {
    let mut writer = crate::cbor::Writer::new();
    writer.text_head(len);
    out.extend_from_slice(&writer.into_bytes());
}

fn invalid(why: &'static str) -> Error {
    Error::Invalid {
        structure: STRUCTURE,
        why,
    }
}
