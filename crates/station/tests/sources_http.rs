//! Servers that misbehave: one clear line for each, and the rest is gathered.

mod sources_server;

use std::time::{Duration, Instant};

use sources_server::{Reply, Server};
use station::sources::{Gathered, HttpCache, MemoryCache, NoCache, Settings, Trouble, gather};

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
