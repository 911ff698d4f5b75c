//! Bad files: one clear line for each, in bounded time, and the rest is gathered.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on stops here, and says what it saw or skipped"
)]

use std::fs;
use std::time::{Duration, Instant};

use station::sources::{Gathered, NoCache, Settings, Trouble, fuzz, gather};

fn settings() -> Settings {
    Settings {
        now_minutes: 29_900_000,
        full_text: false,
        ..Settings::default()
    }
}

fn file(name: &str, bytes: &[u8]) -> Gathered {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    gather(
        &[path.display().to_string()],
        &settings(),
        &mut NoCache,
        &|_| {},
    )
    .unwrap()
}

fn trouble(gathered: &Gathered) -> &Trouble {
    assert_eq!(gathered.drafts.len(), 0);
    assert_eq!(gathered.problems.len(), 1, "{:?}", gathered.problems);
    &gathered.problems[0].trouble
}

#[test]
fn broken_feeds() {
    assert!(matches!(
        trouble(&file("a.xml", b"<rss version='2.0'><channel><item>")),
        Trouble::Feed { .. }
    ));
    assert!(matches!(
        trouble(&file("a.xml", b"<rss version='2.0'><channel/></rss>")),
        Trouble::EmptyFeed
    ));
    assert!(matches!(
        trouble(&file(
            "a.json",
            b"{\"version\": \"https://jsonfeed.org/version/1\", "
        )),
        Trouble::Feed { .. }
    ));
    assert!(matches!(trouble(&file("a.xml", b"")), Trouble::Empty));
    let deep = "<rss version='2.0'>".to_owned() + &"<a>".repeat(100_000);
    assert!(matches!(
        trouble(&file("a.xml", deep.as_bytes())),
        Trouble::Feed { .. }
    ));
    let wrong = b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><item><title>\xd3\xe1\xc7\xe3</title></item></channel></rss>";
    assert!(matches!(
        trouble(&file("a.xml", wrong)),
        Trouble::WrongCharset { .. }
    ));
}

#[test]
fn of_ten_thousand_entries_the_newest_are_taken() {
    let items: String = (0..10_000)
        .map(|i| format!("<item><guid>g{i}</guid><title>T{i}</title><description>Text of {i}</description><pubDate>{}, {:02} Jan {} 00:00:00 GMT</pubDate></item>", "Mon", 1 + i % 28, 1990 + i / 336))
        .collect();
    let feed = format!("<rss version='2.0'><channel>{items}</channel></rss>");
    let gathered = file("a.xml", feed.as_bytes());
    assert_eq!(gathered.drafts.len(), 500);
    assert_eq!(
        gathered.problems[0].trouble,
        Trouble::ManyEntries {
            entries: 10_000,
            taken: 500
        }
    );
    assert!(gathered.problems[0].is_note());
}

#[test]
fn bad_pictures() {
    assert!(matches!(
        trouble(&file("a.jpg", b"\xff\xd8\xff\xe0 no")),
        Trouble::Picture { .. }
    ));
    assert!(matches!(
        trouble(&file("a.png", b"<html>")),
        Trouble::WrongType { .. }
    ));
    let bomb = png_header(60_000, 60_000);
    assert!(matches!(
        trouble(&file("a.png", &bomb)),
        Trouble::ManyPixels { width: 60_000, .. }
    ));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.jpg");
    fs::File::create(&path).unwrap().set_len(2 << 30).unwrap();
    let gathered = gather(
        &[path.display().to_string()],
        &settings(),
        &mut NoCache,
        &|_| {},
    )
    .unwrap();
    assert!(matches!(
        trouble(&gathered),
        Trouble::TooLarge { bytes: Some(_), .. }
    ));
}

#[test]
fn hostile_html_takes_bounded_time() {
    let deep = "<div>".repeat(100_000) + "x";
    let long = "<p>".to_owned() + &"words and more ".repeat(700_000);
    let fonts: String = (0..3_000)
        .map(|i| format!("<font color={i}><p>x"))
        .collect();
    let tables = "<table><tr><td>".repeat(20_000);
    let links = "<a href=x>".repeat(100_000);
    let quotes = "<blockquote><ul><li>x".repeat(5_000);
    let many = "<p>one two three, four five six".repeat(100_000);
    for (name, html) in [
        ("deep", deep),
        ("long", long),
        ("fonts", fonts),
        ("tables", tables),
        ("links", links),
        ("quotes", quotes),
        ("many", many),
    ] {
        let start = Instant::now();
        fuzz::html_page(format!("<html><title>t</title><body>{html}").as_bytes());
        eprintln!("{name}: {:?}", start.elapsed());
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{name}: {:?}",
            start.elapsed()
        );
    }
}

#[test]
fn folders_are_walked_and_nothing_leads_out() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("in");
    fs::create_dir(&inside).unwrap();
    fs::write(folder.path().join("secret.md"), "# secret\n\nx").unwrap();
    fs::write(inside.join("a.md"), "# A\n\ntext").unwrap();
    fs::write(inside.join(".hidden.md"), "# H\n\ntext").unwrap();
    std::os::unix::fs::symlink(folder.path().join("secret.md"), inside.join("b.md")).unwrap();
    std::os::unix::fs::symlink(folder.path(), inside.join("up")).unwrap();
    let gathered = gather(
        &[inside.display().to_string()],
        &settings(),
        &mut NoCache,
        &|_| {},
    )
    .unwrap();
    let titles: Vec<_> = gathered
        .drafts
        .iter()
        .map(|d| d.article.title.as_str())
        .collect();
    assert_eq!(titles, ["A"]);
    assert!(
        gathered
            .problems
            .iter()
            .all(|p| p.trouble == Trouble::Outside)
    );
    assert_eq!(gathered.problems.len(), 2);
}

/// A PNG that says how large it is, and nothing else.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut data = b"IHDR".to_vec();
    data.extend(width.to_be_bytes());
    data.extend(height.to_be_bytes());
    data.extend([8, 2, 0, 0, 0]);
    let mut crc = !0_u32;
    for byte in &data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    png.extend(data);
    png.extend((!crc).to_be_bytes());
    png.extend(b"\0\0\0\x0aIDAT\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    png
}
