//! Servers that misbehave: one clear line for each, and the rest is gathered.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on stops here, and says what it saw or skipped"
)]

mod sources_server;

use std::time::{Duration, Instant};

use sources_server::{Reply, Server};
use station::sources::{
    FolderCache, Gathered, HttpCache, MemoryCache, NoCache, Settings, Trouble, gather,
};

const PAGE: &str = "<html lang=en><head><title>The river rises</title></head><body><article><p>The ministry said on Monday that the river had risen by two metres, and that the people who live near the old bridge should go to their relatives until the water has gone.</p><p>Boats are ready at the landing place, and the school is open for those who need a bed for the night, said the mayor.</p></article></body></html>";

fn settings() -> Settings {
    let mut settings = Settings {
        now_minutes: 29_900_000,
        ..Settings::default()
    };
    settings.http.allow_private_addresses = true;
    settings.http.connect = Duration::from_secs(1);
    settings.http.read = Duration::from_millis(700);
    settings.http.total = Duration::from_secs(2);
    settings
}

fn fetch(url: String, settings: &Settings) -> Gathered {
    fetch_with(url, settings, &mut NoCache)
}

fn fetch_with(url: String, settings: &Settings, cache: &mut dyn HttpCache) -> Gathered {
    gather(&[url], settings, cache, &|_| {}).unwrap()
}

fn trouble(gathered: &Gathered) -> &Trouble {
    assert_eq!(gathered.drafts.len(), 0);
    assert_eq!(gathered.problems.len(), 1, "{:?}", gathered.problems);
    assert!(!gathered.problems[0].to_string().contains('\n'));
    &gathered.problems[0].trouble
}

#[test]
fn a_page_is_an_article() {
    let server = Server::start(vec![("/a", Reply::html(PAGE))]);
    let gathered = fetch(server.url("/a"), &settings());
    assert_eq!(gathered.problems, []);
    assert_eq!(gathered.drafts[0].article.title, "The river rises");
    assert_eq!(gathered.drafts[0].article.blocks.len(), 2);
}

#[test]
fn loopback_is_refused_unless_allowed() {
    let server = Server::start(vec![("/a", Reply::html(PAGE))]);
    let mut settings = settings();
    settings.http.allow_private_addresses = false;
    for url in [
        server.url("/a"),
        server.url("/a").replace("127.0.0.1", "localhost"),
    ] {
        let gathered = fetch(url, &settings);
        assert!(matches!(trouble(&gathered), Trouble::PrivateAddress { .. }));
    }
    assert_eq!(server.requests(), 0);
}

#[test]
fn what_a_server_does_wrong_is_said() {
    let server = Server::start(vec![
        ("/404", Reply::status(404)),
        ("/loop", Reply::redirect("/loop")),
        ("/ftp", Reply::redirect("ftp://x.example/")),
        ("/silent", Reply::Silent),
        ("/endless", Reply::Endless),
        ("/huge", Reply::Length(3_000_000_000)),
        ("/once", Reply::redirect("/page")),
        ("/page", Reply::html(PAGE)),
    ]);
    let settings = settings();
    let got = |path: &str| fetch(server.url(path), &settings);
    assert!(matches!(
        trouble(&got("/404")),
        Trouble::Status { status: 404 }
    ));
    assert!(matches!(
        trouble(&got("/loop")),
        Trouble::Redirects { limit: 5 }
    ));
    assert!(matches!(trouble(&got("/ftp")), Trouble::BadRedirect { .. }));
    assert!(matches!(trouble(&got("/silent")), Trouble::Timeout { .. }));
    assert!(matches!(
        trouble(&got("/endless")),
        Trouble::TooLarge { .. }
    ));
    assert!(matches!(
        trouble(&got("/huge")),
        Trouble::TooLarge {
            bytes: Some(3_000_000_000),
            ..
        }
    ));
    assert_eq!(got("/once").drafts.len(), 1);
}

#[test]
fn a_slow_loris_is_left_alone() {
    let server = Server::start(vec![("/slow", Reply::Slow)]);
    let start = Instant::now();
    let gathered = fetch(server.url("/slow"), &settings());
    assert!(matches!(trouble(&gathered), Trouble::Timeout { .. }));
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn one_bad_source_does_not_keep_the_others() {
    let server = Server::start(vec![("/a", Reply::html(PAGE))]);
    let sources = [
        server.url("/none"),
        server.url("/a"),
        "/no/such/file".into(),
        "gopher://x/".into(),
    ];
    let gathered = gather(&sources, &settings(), &mut NoCache, &|_| {}).unwrap();
    assert_eq!((gathered.drafts.len(), gathered.problems.len()), (1, 3));
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let server = Server::start(vec![("/a", Reply::html(PAGE).with("ETag", "\"1\""))]);
    let mut cache = MemoryCache::default();
    let once = fetch_with(server.url("/a"), &settings(), &mut cache);
    let again = fetch_with(server.url("/a"), &settings(), &mut cache);
    assert_eq!((once.counts.cached, again.counts.cached), (0, 1));
    assert_eq!(once.drafts[0].article, again.drafts[0].article);
}

#[test]
fn leads_are_completed_from_their_pages_and_pictures_come_once() {
    let picture = {
        let picture = image::RgbImage::from_fn(400, 300, |x, y| image::Rgb([x as u8, y as u8, 7]));
        let mut bytes = std::io::Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    };
    let page = PAGE.replace(
        "</article>",
        "<p><img src=/p.png alt='The river'></p></article>",
    );
    let feed = "<rss version='2.0'><channel><title>t</title><item><guid>a1</guid><title>River</title><link>/page?1</link><description>Short.</description></item><item><guid>a2</guid><title>Again</title><link>/page?2</link></item><item><guid>a3</guid><title>Gone</title><link>/gone</link><description>Only this.</description></item></channel></rss>";
    let server = Server::start(vec![
        ("/feed", Reply::new("application/rss+xml", feed.as_bytes())),
        ("/page?1", Reply::html(&page)),
        ("/page?2", Reply::html(&page)),
        ("/p.png", Reply::new("image/png", &picture)),
    ]);
    let gathered = fetch(server.url("/feed"), &settings());
    assert_eq!(gathered.drafts.len(), 3);
    assert_eq!(gathered.counts.pictures, 1);
    assert_eq!(server.asked("/p.png"), 1);
    let hash = |i: usize| gathered.drafts[i].assets[0].hash;
    assert_eq!(hash(0), hash(1));
    let line = gathered.problems[0].to_string();
    assert!(
        line.contains("1 of 3 articles have only their lead"),
        "{line}"
    );
}

#[test]
fn four_megabytes_in_four_kilobytes_are_not_taken() {
    let bomb = include_bytes!("sources_data/bomb.html.gz");
    let reply = Reply::new("text/html", bomb).with("Content-Encoding", "gzip");
    let server = Server::start(vec![("/bomb", reply)]);
    let mut settings = settings();
    (settings.sizes.page, settings.sizes.feed) = (100_000, 100_000);
    let gathered = fetch(server.url("/bomb"), &settings);
    assert!(matches!(trouble(&gathered), Trouble::TooLarge { .. }));
    // No more was unpacked than the limit and a buffer.
    assert!(gathered.counts.fetched_bytes < 200_000);
}

#[test]
fn a_folder_remembers_from_one_edition_to_the_next() {
    let feed = "<rss version='2.0'><channel><title>t</title><item><guid>a1</guid><title>River</title><link>/page</link><description>Short.</description></item></channel></rss>";
    let server = Server::start(vec![
        (
            "/feed",
            Reply::new("application/rss+xml", feed.as_bytes()).with("ETag", "\"f1\""),
        ),
        ("/page", Reply::html(PAGE).with("ETag", "\"p1\"")),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let gathered = || {
        let mut cache = FolderCache::open(folder.path()).unwrap();
        fetch_with(server.url("/feed"), &settings(), &mut cache)
    };
    let (once, again) = (gathered(), gathered());
    assert_eq!((once.counts.cached, once.counts.feeds_unchanged), (0, 0));
    assert_eq!((again.counts.cached, again.counts.feeds_unchanged), (2, 1));
    assert_eq!((server.asked("/feed"), server.asked("/page")), (2, 2));
    assert_eq!(once.drafts[0].article, again.drafts[0].article);
    assert_eq!(again.counts.fetched_bytes, 0);
}

#[test]
fn every_rss_is_read() {
    let rdf = |ns: &str, more: &str| {
        format!(
            "<?xml version='1.0'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='{ns}' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel rdf:about='https://a.example/'><title>t</title><link>https://a.example/</link><description>d</description></channel><item rdf:about='https://a.example/1'><title>River</title><link>/none</link>{more}</item></rdf:RDF>"
        )
    };
    let rss = |version: &str| {
        format!(
            "<rss version='{version}'><channel><title>t</title><link>https://a.example/</link><description>d</description><item><title>River</title><link>/none</link><description>The river has risen.</description></item></channel></rss>"
        )
    };
    let feeds = [
        rdf("http://my.netscape.com/rdf/simple/0.9/", ""),
        rdf(
            "http://purl.org/rss/1.0/",
            "<description>The river has risen.</description><dc:date>2015-03-25T10:00:00Z</dc:date>",
        ),
        rss("0.91"),
        rss("0.92"),
        rss("2.0"),
    ];
    let folder = tempfile::tempdir().unwrap();
    for feed in feeds {
        let path = folder.path().join("feed.xml");
        std::fs::write(&path, &feed).unwrap();
        let gathered = fetch(path.display().to_string(), &settings());
        assert_eq!(gathered.drafts.len(), 1, "{feed}\n{:?}", gathered.problems);
        assert_eq!(gathered.drafts[0].article.title, "River");
        if feed.contains("dc:date>") {
            assert_eq!(gathered.drafts[0].article.minutes, 1_427_277_600 / 60);
        }
    }
}
