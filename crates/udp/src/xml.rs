//! Text in an attribute of XML (XML 1.0 §2.3, §2.4, §3.3.3).

/// Appends `text` as the value of an attribute in double quotes. What XML cannot hold (controls, and
/// the two non-characters of the plane) becomes U+FFFD; blanks other than the space are references,
/// so that no parser makes spaces of them.
pub(crate) fn push_attribute(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_an_attribute() {
        let mut out = String::new();
        push_attribute("a\"/><File x='&amp;'\0\n\u{FFFF}ب", &mut out);
        assert_eq!(
            out,
            "a&quot;/&gt;&lt;File x=&apos;&amp;amp;&apos;\u{FFFD}&#10;\u{FFFD}ب"
        );
    }
}
