//! Captions and transcripts as they come beside a sound or film: WebVTT, SubRip, plain text.

use edition::clean_prose;
use edition::limits::TEXT_BYTES;

/// WebVTT of a `.vtt` or `.srt` file; nothing if it has no cue.
pub(crate) fn captions(text: &str) -> Option<String> {
    let text = text
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    if !text.contains("-->") {
        return None;
    }
    let vtt = if text.starts_with("WEBVTT") {
        text.replace('\t', " ")
    } else {
        let lines: Vec<String> = text
            .lines()
            .map(|line| {
                if line.contains("-->") {
                    line.replace(',', ".")
                } else {
                    line.to_owned()
                }
            })
            .collect();
        format!("WEBVTT\n\n{}", lines.join("\n"))
    };
    Some(whole_cues(&clean_prose(&vtt, TEXT_BYTES), vtt.len()))
}

/// Captions that had to be cut end with a whole cue.
fn whole_cues(cut: &str, before: usize) -> String {
    match cut.rfind("\n\n") {
        Some(end) if before > TEXT_BYTES => cut[..end].to_owned(),
        _ => cut.to_owned(),
    }
}

/// What is said, of a plain text, or of captions without their times.
pub(crate) fn transcript(text: &str) -> Option<String> {
    let text = text
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .replace('\t', " ");
    let text = if text.contains("-->") {
        spoken(&text)
    } else {
        text
    };
    let text = clean_prose(&text, TEXT_BYTES);
    (!text.is_empty()).then_some(text)
}

fn spoken(text: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for cue in text.split("\n\n") {
        let mut lines = cue.lines().skip_while(|line| !line.contains("-->"));
        if lines.next().is_some() {
            out.extend(lines.filter(|line| !line.trim().is_empty()));
        }
    }
    out.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subrip_becomes_webvtt_and_text() {
        let srt = "1\r\n00:00:01,000 --> 00:00:02,500\r\nHello, you\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nthere\r\n";
        let vtt = captions(srt).unwrap();
        assert!(vtt.starts_with("WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500\nHello, you"));
        assert_eq!(transcript(srt).as_deref(), Some("Hello, you\nthere"));
        assert_eq!(captions("plain"), None);
    }
}
