//! Bytes to text: byte order mark, what the server says, what the document says, in that order;
//! but what is valid UTF-8 is UTF-8, whatever anybody says.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::problem::Trouble;

/// How much of a document is searched for its own word on its encoding, in bytes (HTML 13.2.3.2).
const PRESCAN: usize = 1024;
/// At most one broken character in so many is repaired; more means another encoding.
const REPAIRABLE: usize = 1000;

/// A document as text.
#[derive(Debug)]
pub(crate) struct Decoded {
    /// The text, without its byte order mark.
    pub(crate) text: String,
    /// What could not be read and is U+FFFD now.
    pub(crate) note: Option<Trouble>,
}

/// `bytes` as text; `content_type` is what the server says.
pub(crate) fn decode(bytes: &[u8], content_type: Option<&str>) -> Result<Decoded, Trouble> {
    if bytes.is_empty() {
        return Err(Trouble::Empty);
    }
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[skip..]);
    }
    let said = content_type
        .and_then(|t| after(&t.to_ascii_lowercase(), "charset"))
        .or_else(|| own_word(bytes));
    let said = match said {
        None => None,
        Some(label) => Some(
            Encoding::for_label_no_replacement(label.as_bytes())
                .ok_or(Trouble::UnknownCharset { label })?,
        ),
    };
    if let Ok(text) = std::str::from_utf8(bytes)
        && (!bytes.is_ascii() || said.is_none_or(Encoding::is_ascii_compatible))
    {
        return Ok(Decoded {
            text: text.to_owned(),
            note: None,
        });
    }
    with(said.unwrap_or(WINDOWS_1252), bytes)
}

fn with(encoding: &'static Encoding, bytes: &[u8]) -> Result<Decoded, Trouble> {
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    if !broken {
        return Ok(Decoded {
            text: text.into_owned(),
            note: None,
        });
    }
    let bad = text.matches('\u{fffd}').count();
    let charset = encoding.name();
    if bad * REPAIRABLE > text.len().max(REPAIRABLE) {
        return Err(Trouble::WrongCharset {
            charset,
            bad,
            first: text.find('\u{fffd}').unwrap_or(0),
        });
    }
    Ok(Decoded {
        text: text.into_owned(),
        note: Some(Trouble::Repaired { charset, bad }),
    })
}

/// What an XML declaration or an HTML `meta` element says.
fn own_word(bytes: &[u8]) -> Option<String> {
    let head: String = bytes[..bytes.len().min(PRESCAN)]
        .iter()
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect();
    let label = match head.trim_start().strip_prefix("<?xml") {
        Some(declaration) => after(declaration.split("?>").next()?, "encoding"),
        None => head
            .match_indices("<meta")
            .find_map(|(at, _)| after(head[at..].split('>').next()?, "charset")),
    }?;
    // A document that could be read this far as ASCII is not in UTF-16.
    Some(if label.starts_with("utf-16") {
        UTF_8.name().to_owned()
    } else {
        label
    })
}

/// The value after `name=`, quoted or not.
fn after(text: &str, name: &str) -> Option<String> {
    let rest = &text[text.find(name)? + name.len()..];
    let value = rest.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    let end = value
        .find(|c: char| matches!(c, '"' | '\'' | ';' | '>' | '/') || c.is_whitespace())
        .unwrap_or(value.len());
    let label = value[..end].trim();
    (!label.is_empty()).then(|| label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], content_type: Option<&str>) -> String {
        decode(bytes, content_type).unwrap().text
    }

    #[test]
    fn every_word_is_heard() {
        assert_eq!(text(b"\xef\xbb\xbfx", None), "x");
        assert_eq!(text(b"\xff\xfea\0", None), "a");
        assert_eq!(text(b"\xe9", Some("text/xml; charset=ISO-8859-1")), "é");
        let xml = b"<?xml version='1.0' encoding='windows-1256'?>\xd3";
        assert!(text(xml, None).ends_with('س'));
        assert!(text(b"<meta charset=\"shift_jis\">\x82\xa0", None).ends_with('あ'));
        assert_eq!(text("س".as_bytes(), Some("text/html; charset=latin1")), "س");
        assert_eq!(text(b"\xe9", None), "é");
    }

    #[test]
    fn a_wrong_word_is_one_clear_line() {
        let lie = b"<?xml version='1.0' encoding='utf-8'?>\xd3\xe1\xc7\xe3 \xd3\xe1\xc7\xe3";
        assert!(matches!(
            decode(lie, None),
            Err(Trouble::WrongCharset { .. })
        ));
        let unknown = b"<?xml version='1.0' encoding='klingon'?><a/>";
        assert!(matches!(
            decode(unknown, None),
            Err(Trouble::UnknownCharset { .. })
        ));
    }

    #[test]
    fn a_few_broken_characters_are_repaired() {
        let mut bytes = b"<meta charset=utf-8>".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', 5000));
        bytes.push(0xff);
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!(
            decoded.note,
            Some(Trouble::Repaired {
                charset: "UTF-8",
                bad: 1
            })
        );
    }
}
