//! The sample newsroom of this project: every source gives what `samples/expected.json` says.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on stops here, and says what it saw or skipped"
)]

use std::path::{Path, PathBuf};

mod sources_text;

use sources_text::plain;
use station::sources::{Draft, Gathered, NoCache, Settings, gather};

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples")
}

fn settings() -> Settings {
    Settings {
        now_minutes: 29_900_000,
        ..Settings::default()
    }
}

fn gathered(names: &[&str]) -> Gathered {
    let names: Vec<String> = names
        .iter()
        .map(|n| samples().join(n).display().to_string())
        .collect();
    gather(&names, &settings(), &mut NoCache, &|_| {}).unwrap()
}

/// Everything that an article says, its addresses and alternative texts included, as Rust writes
/// it; marks of Arabic and Persian as they are.
fn everything(draft: &Draft) -> String {
    format!("{:?}", draft.article)
        .split("\\u{")
        .enumerate()
        .map(|(i, part)| match part.split_once('}') {
            Some((hex, rest)) if i > 0 => {
                let c = u32::from_str_radix(hex, 16).ok().and_then(char::from_u32);
                format!("{}{rest}", c.unwrap_or('?'))
            }
            _ => part.to_owned(),
        })
        .collect()
}

#[test]
fn every_source_gives_what_is_expected() {
    if !samples().join("expected.json").is_file() {
        eprintln!("SKIPPED: no samples at {}", samples().display());
        return;
    }
    let expected = std::fs::read_to_string(samples().join("expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&expected).unwrap();
    let gathered = gathered(&["feed.xml", "leads.xml", "pages", "articles"]);
    for problem in &gathered.problems {
        eprintln!("{problem}");
    }
    let mut wrong = Vec::new();
    for want in expected.as_array().unwrap() {
        let say = |name: &str| want[name].as_str().unwrap_or_default().to_owned();
        let Some(draft) = gathered
            .drafts
            .iter()
            .find(|d| d.article.title == say("title"))
        else {
            wrong.push(format!("no article {:?}", say("title")));
            continue;
        };
        let mut check = |what: &str, holds: bool| {
            if !holds {
                wrong.push(format!("{}: {what}\n{}", say("title"), everything(draft)));
            }
        };
        check("language", draft.language == say("language"));
        check("section", draft.article.section == Some(say("section")));
        let day = &say("date")[..10];
        let days = draft.article.minutes / 1440;
        check("date", days == chrono_day(day));
        check(
            "begins",
            plain(&draft.article.blocks).contains(&say("begins")),
        );
        check("ends", plain(&draft.article.blocks).contains(&say("ends")));
        for lacks in want["lacks"].as_array().unwrap() {
            let lacks = lacks.as_str().unwrap();
            check(lacks, !everything(draft).contains(lacks));
        }
        let pictures = want["pictures"].as_array().unwrap().len();
        check(
            "pictures",
            everything(draft).matches("Picture(").count() >= pictures,
        );
        for asset in &draft.assets {
            let bytes = asset.bytes.to_vec().unwrap();
            let marked = bytes
                .windows(30)
                .any(|w| w == &b"sample-metadata-must-not-travel"[..30]);
            check(
                "metadata",
                !marked && !bytes.windows(4).any(|w| w == b"Exif"),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn leads_get_their_pages() {
    if !samples().join("leads.xml").is_file() {
        eprintln!("SKIPPED: no samples");
        return;
    }
    let gathered = gathered(&["leads.xml", "pages/chess.html"]);
    for problem in &gathered.problems {
        eprintln!("{problem}");
    }
    assert_eq!(gathered.drafts.len(), 4);
    assert!(gathered.drafts.iter().all(|d| d.key.starts_with("tag:")));
    assert!(gathered.drafts.iter().all(|d| d.article.blocks.len() > 3));
    assert!(
        gathered
            .problems
            .iter()
            .all(|p| !p.to_string().contains("have only their lead"))
    );
}

#[test]
fn the_same_sources_give_the_same_drafts() {
    if !samples().join("feed.xml").is_file() {
        eprintln!("SKIPPED: no samples");
        return;
    }
    let seen = |g: &Gathered| {
        let line = |d: &Draft| format!("{} {} {:?} {:?}", d.key, d.language, d.article, hashes(d));
        g.drafts.iter().map(line).collect::<Vec<_>>()
    };
    let (one, two) = (gathered(&["feed.xml"]), gathered(&["feed.xml"]));
    assert_eq!(seen(&one), seen(&two));
    assert_eq!(one.counts, two.counts);
}

fn hashes(draft: &Draft) -> Vec<String> {
    draft.assets.iter().map(|a| a.hash.to_string()).collect()
}

/// Days since 1970-01-01 of `2026-10-17` (proleptic Gregorian; H. Hinnant, days_from_civil).
fn chrono_day(day: &str) -> u64 {
    let mut parts = day.split('-').map(|p| p.parse::<u64>().unwrap());
    let (y, m, d) = (
        parts.next().unwrap(),
        parts.next().unwrap(),
        parts.next().unwrap(),
    );
    let y = if m <= 2 { y - 1 } else { y };
    let (era, yoe) = (y / 400, y % 400);
    let doy = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}
