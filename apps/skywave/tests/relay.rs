//! `skywave relay` as phones, scripts and couriers meet it: the program itself, over loopback.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod newsroom;
mod relaying;

use std::fs;
use std::path::Path;

use newsroom::{Newsroom, event};
use relaying::{Relay, television};

/// An inbox with one article and a picture.
fn small() -> (Newsroom, String) {
    let news = Newsroom::small();
    let inbox = news.path("inbox");
    let air = television(&news, "air.ts", "1.2");
    receive(&news, &air, &inbox, 0);
    (news, inbox)
}

fn receive(news: &Newsroom, file: &str, inbox: &str, status: i32) -> String {
    let key = news.path("st/station.pub");
    let words = ["receive", "--json", file, "--trust", &key, "-i", inbox];
    news.run(&words, status)
}

#[test]
fn a_phone_gets_pages_and_files_without_any_script() {
    let (news, inbox) = small();
    let relay = Relay::start(&["-i", &inbox]);
    let address = relay.listening["address"].as_str().unwrap();
    assert_eq!(address, format!("http://{}/", relay.listen));
    assert!(relay.listening["qr"].as_str().unwrap().contains('█'));
    let answer = relay.get("/");
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.field(name), Some(value), "{name}");
    }
    let policy = answer.field("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"));
    let page = answer.text();
    assert!(page.contains("<svg class=\"qr\"") && page.contains(address));
    assert!(
        page.contains("<title>News</title>"),
        "the name on the tab is neutral"
    );
    for never in [
        "<script",
        "style=\"",
        "onclick",
        "href=\"http",
        "src=\"http",
    ] {
        assert!(!page.contains(never), "{never}: {page}");
    }
    // Every page of the site, and everything on it.
    let site = page.split("class=\"go\"").next().unwrap();
    let site = site.rsplit("href=\"").next().unwrap();
    let site = site.trim_end_matches([' ', '"']);
    let front = relay.get(site).text();
    assert!(front.contains("A Newsroom") && front.contains("href=\"/\""));
    let mut pictures = 0;
    for link in front.split("href=\"a/").skip(1) {
        let article = relay.get(&format!("{site}a/{}", link.split('"').next().unwrap()));
        assert_eq!(article.status, 200);
        let article = article.text();
        assert!(!article.contains("<script"));
        for picture in article.split("src=\"../").skip(1) {
            let picture = relay.get(&format!("{site}{}", picture.split('"').next().unwrap()));
            assert_eq!(picture.status, 200);
            assert_eq!(picture.field("cache-control"), Some("private, no-cache"));
            pictures += 1;
        }
    }
    assert!(pictures > 0);
    assert_eq!(relay.get("/style.css").status, 200);
    assert_eq!(relay.get(&format!("{site}style.css")).status, 200);
    // The files hold the edition: another inbox is complete with either of them.
    for ending in [".sky", ".zip"] {
        let link = &relay.links(ending)[0];
        let file = relay.get(link);
        let name = link.rsplit('/').next().unwrap();
        let disposition = format!("attachment; filename=\"{name}\"");
        assert_eq!(file.field("content-disposition"), Some(&*disposition));
        let (copy, other) = (news.path(name), news.path(&format!("inbox-of{ending}")));
        fs::write(&copy, &file.body).unwrap();
        let said = receive(&news, &copy, &other, 0);
        assert_eq!(event(&said, "status").unwrap()["complete"], true);
    }
    let (said, status) = relay.end();
    assert_eq!(status, Some(0));
    let said: Vec<String> = said.iter().map(ToString::to_string).collect();
    let served = said.last().unwrap();
    assert!(served.contains("\"served\"") && served.contains("\"requests\""));
    assert!(
        !said.join("\n").contains("\"127.0.0.1\""),
        "nobody's address is told"
    );
}

#[test]
fn the_reader_page_is_handed_on_where_it_was_built_in() {
    let (news, inbox) = small();
    let relay = Relay::start(&["-i", &inbox]);
    let links = relay.links("notes.html");
    let own = news.path("own.html");
    let key = news.path("st/station.pub");
    let page = ["page", "-o", &own, "--trust", &key];
    if !news.program(&page, None).status.success() {
        let told = relay
            .said
            .iter()
            .any(|value| value["event"] == "problem" && value.to_string().contains("reader page"));
        assert!(links.is_empty() && told, "{:#?}", relay.said);
        println!("built without the page's engine: the rest of this test is left out");
        return;
    }
    let page = relay.get(&links[0]);
    assert_eq!(
        page.field("content-disposition"),
        Some("attachment; filename=\"notes.html\"")
    );
    assert!(page.body.len() > 100_000);
    assert!(page.text().starts_with("<!doctype html>"));
}

#[test]
fn what_was_damaged_in_the_inbox_is_not_handed_on() {
    let (news, inbox) = small();
    let folders = fs::read_dir(Path::new(&inbox).join("objects")).unwrap();
    let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    let files = files.map(|file| file.unwrap().path());
    let picture = files
        .max_by_key(|file| file.metadata().unwrap().len())
        .unwrap();
    let good = fs::read(&picture).unwrap();
    let mut bytes = good.clone();
    bytes[1_000] ^= 1;
    fs::write(&picture, bytes).unwrap();
    let mut relay = Relay::start(&["-i", &inbox]);
    let hash = picture.file_name().unwrap().to_str().unwrap();
    let told = relay.find(|value| value["event"] == "problem" && value.to_string().contains(hash));
    assert!(told["text"].as_str().unwrap().contains("damaged"));
    let site = relay
        .links("/")
        .into_iter()
        .find(|link| link.starts_with("/news/"));
    let at = format!("{}m/{}.jpg", site.unwrap(), &hash[..16]);
    assert_eq!(relay.get(&at).status, 404, "{at}");
    let (copy, other) = (news.path("copy.sky"), news.path("other"));
    fs::write(&copy, relay.get(&relay.links(".sky")[0]).body).unwrap();
    let said = receive(&news, &copy, &other, 4);
    let status = event(&said, "status").unwrap();
    assert_eq!(
        status["tiers"][1]["complete"], true,
        "the rest is whole: {status}"
    );
    // Repaired: what was written without it is not handed on any longer.
    relay.end();
    fs::write(&picture, good).unwrap();
    let relay = Relay::start(&["-i", &inbox]);
    let (copy, other) = (news.path("whole.sky"), news.path("another"));
    fs::write(&copy, relay.get(&relay.links(".sky")[0]).body).unwrap();
    receive(&news, &copy, &other, 0);
}

/// Fields of a request; status; `Content-Range`, if there is one; the body as a range of the file.
type Row<'a> = (
    Vec<(&'a str, &'a str)>,
    u16,
    Option<&'a str>,
    std::ops::Range<usize>,
);

#[test]
fn downloads_go_on_where_they_broke_off() {
    let (_news, inbox) = small();
    let relay = Relay::start(&["-i", &inbox]);
    for ending in [".sky", ".zip"] {
        let link = relay.links(ending).remove(0);
        let whole = relay.get(&link);
        let (body, len) = (&whole.body, whole.body.len());
        let tag = whole.field("etag").unwrap().to_owned();
        let time = whole.field("last-modified").unwrap().to_owned();
        assert_eq!(whole.field("accept-ranges"), Some("bytes"));
        assert_eq!(whole.field("content-length"), Some(&*len.to_string()));
        let weak = format!("W/{tag}");
        let (first, last) = (
            format!("bytes 0-99/{len}"),
            format!("bytes {}-{}/{len}", len - 7, len - 1),
        );
        let middle = format!("bytes 40-{}/{len}", len - 1);
        let none = format!("bytes */{len}");
        let beyond = format!("bytes={len}-");
        let rows: Vec<Row<'_>> = vec![
            (vec![("Range", "bytes=0-99")], 206, Some(&first), 0..100),
            (vec![("Range", "bytes=40-")], 206, Some(&middle), 40..len),
            (vec![("Range", "bytes=-7")], 206, Some(&last), len - 7..len),
            (vec![("Range", &beyond)], 416, Some(&none), 0..0),
            (vec![("Range", "bytes=5-1")], 200, None, 0..len),
            (
                vec![("Range", "bytes=0-99"), ("If-Range", &tag)],
                206,
                Some(&first),
                0..100,
            ),
            (
                vec![("Range", "bytes=0-99"), ("If-Range", &time)],
                206,
                Some(&first),
                0..100,
            ),
            (
                vec![("Range", "bytes=0-99"), ("If-Range", &weak)],
                200,
                None,
                0..len,
            ),
            (
                vec![("Range", "bytes=0-99"), ("If-Range", "\"old\"")],
                200,
                None,
                0..len,
            ),
            (vec![("If-None-Match", &tag)], 304, None, 0..0),
            (vec![("If-Modified-Since", &time)], 304, None, 0..0),
            (vec![("If-Match", "\"old\"")], 412, None, 0..0),
            (vec![], 200, None, 0..len),
        ];
        for (fields, status, range, bytes) in rows {
            let answer = relay.ask("GET", &link, &fields);
            assert_eq!(answer.status, status, "{fields:?}");
            assert_eq!(answer.field("content-range"), range, "{fields:?}");
            assert!(answer.body == body[bytes], "{fields:?}");
            assert!(matches!(status, 416 | 412) || answer.field("etag") == Some(&*tag));
            let head = relay.ask("HEAD", &link, &fields);
            assert!(head.body.is_empty());
        }
        let head = relay.ask("HEAD", &link, &[("Range", "bytes=0-99")]);
        assert_eq!(
            (head.status, head.field("content-length")),
            (200, Some(&*len.to_string()))
        );
        // Several parts, of which the last is asked for first.
        let several = relay.ask("GET", &link, &[("Range", "bytes=-5,0-9, 200-299")]);
        assert_eq!(several.status, 206);
        let kind = several.field("content-type").unwrap();
        let boundary = kind
            .strip_prefix("multipart/byteranges; boundary=")
            .unwrap();
        let mut expected = Vec::new();
        for range in [len - 5..len, 0..10, 200..300] {
            let (kind, first, last) = (
                whole.field("content-type").unwrap(),
                range.start,
                range.end - 1,
            );
            expected.extend(format!(
                "\r\n--{boundary}\r\nContent-Type: {kind}\r\nContent-Range: bytes {first}-{last}/{len}\r\n\r\n"
            ).bytes());
            expected.extend(&body[range]);
        }
        expected.extend(format!("\r\n--{boundary}--\r\n").bytes());
        assert!(several.body == expected);
    }
}

/// What systems ask to learn whether there is an internet: host and path, as of 2026.
const PROBES: [(&str, &str, &str); 15] = [
    ("Android", "connectivitycheck.gstatic.com", "/generate_204"),
    ("Android, older", "clients3.google.com", "/generate_204"),
    ("Android, alternative", "www.google.com", "/gen_204"),
    ("Android, Xiaomi", "connect.rom.miui.com", "/generate_204"),
    (
        "Android, Huawei",
        "connectivitycheck.platform.hicloud.com",
        "/generate_204",
    ),
    ("iOS, macOS", "captive.apple.com", "/hotspot-detect.html"),
    ("iOS, older", "www.apple.com", "/library/test/success.html"),
    (
        "Windows 10, 11",
        "www.msftconnecttest.com",
        "/connecttest.txt",
    ),
    (
        "Windows, its browser",
        "www.msftconnecttest.com",
        "/redirect",
    ),
    ("Windows 7, 8", "www.msftncsi.com", "/ncsi.txt"),
    ("Firefox", "detectportal.firefox.com", "/canonical.html"),
    (
        "Firefox, its check",
        "detectportal.firefox.com",
        "/success.txt",
    ),
    ("KDE", "networkcheck.kde.org", "/"),
    ("GNOME", "nmcheck.gnome.org", "/check_network_status.txt"),
    ("Ubuntu", "connectivity-check.ubuntu.com", "/"),
];

#[test]
fn captive_windows_are_told_how_to_get_out_if_that_is_wanted() {
    let (_news, inbox) = small();
    let plain = Relay::start(&["-i", &inbox]);
    let captive = Relay::start(&["-i", &inbox, "--captive", "--name", "news.home"]);
    let start = format!("http://{}/start", captive.listen);
    for (system, host, path) in PROBES {
        for method in ["GET", "HEAD"] {
            let answer = plain.ask(method, path, &[("Host", host)]);
            assert_eq!((answer.status, answer.body.len()), (404, 0), "{system}");
            let answer = captive.ask(method, path, &[("Host", host)]);
            assert_eq!(answer.status, 302, "{system}");
            assert_eq!(answer.field("location"), Some(&*start), "{system}");
            assert_eq!(answer.field("cache-control"), Some("no-store"));
        }
    }
    let page = captive.get("/start").text();
    assert!(page.contains(&format!("http://{}/</strong>", captive.listen)));
    assert!(page.matches("</li>").count() == 4, "headlines");
    let body = page.split("<body>").nth(1).unwrap();
    for never in ["href", "<script", "<img", "download", ".sky"] {
        assert!(!body.contains(never), "{never}: nothing can be kept there");
    }
    // Its own names, and numbers, get the landing page.
    for host in ["news.home", "localhost", "10.0.0.1", "[fd00::1]:80"] {
        let answer = captive.ask("GET", "/", &[("Host", host)]);
        assert_eq!(answer.status, 200, "{host}");
        assert!(answer.text().contains("class=\"go\""));
    }
}
