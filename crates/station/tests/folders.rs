//! An edition as a folder: written, brought up to date, read from a disk and from mirrors, good and
//! bad ones.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod files_common;

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use files_common::*;
use receiver::Event;
use station::folder::{INDEX, Mirror};

#[test]
fn a_folder_is_an_edition_and_every_file_of_it_is_one_piece_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let station = newsroom(dir.path(), &[60_000; 6]);
    publish(&station, &[draft("film", 9_000_000)], NOW + 60);
    let folder = dir.path().join("folder");
    let sent = to_folder(&station, &folder);
    assert_eq!(sent.number, 2);
    let files = tree(&folder);
    assert_eq!(files.len(), sent.written.0);
    assert!(files.values().all(|file| file.len() < 4_600_000));
    let key = station.publisher().key;
    let mut receiver = listener(key);
    let (read, missing) = visit(shelf(&folder), &mut receiver).unwrap();
    assert!(is_complete(&receiver) && missing.is_empty());
    let all: usize = files.values().map(Vec::len).sum();
    assert_eq!(
        read,
        all as u64 + 10 * (files.len() as u64 - 1),
        "each once, with a header before it"
    );
    // Nothing is read again.
    let (again, _) = visit(shelf(&folder), &mut receiver).unwrap();
    assert_eq!(again, files[INDEX].len() as u64);
    // As they are in a page: any file, in any order, without the index.
    let mut files: Vec<_> = files
        .into_iter()
        .filter(|(name, _)| name != INDEX)
        .collect();
    Random(1).shuffle(&mut files);
    let mut receiver = listener(key);
    files.iter().for_each(|(_, file)| take(&mut receiver, file));
    assert!(is_complete(&receiver));
    // Names say nothing.
    let names: String = files.into_iter().map(|(name, _)| name).collect();
    assert!(!names.contains("sky") && !names.contains("news"));
}

#[test]
fn a_new_edition_adds_what_is_new_and_removes_what_was_withdrawn() {
    let dir = tempfile::tempdir().unwrap();
    let station = newsroom(dir.path(), &[60_000; 6]);
    let folder = dir.path().join("folder");
    to_folder(&station, &folder);
    fs::write(folder.join("index.html"), "the operator's own").unwrap();
    fs::create_dir_all(folder.join("ab")).unwrap();
    fs::write(folder.join("ab/notes.txt"), "not ours").unwrap();
    let before = tree(&folder);
    let unchanged = to_folder(&station, &folder);
    assert_eq!((unchanged.written.0, unchanged.removed.0), (0, 0));
    assert_eq!(tree(&folder), before);
    // One article more, and one less.
    publish(&station, &[draft("another", 50_000)], NOW + 60);
    station::withdraw(&station, &[2], NOW + 120, &mut no_passphrase).unwrap();
    let sent = to_folder(&station, &folder);
    let after = tree(&folder);
    let same = after
        .iter()
        .filter(|(name, file)| before.get(*name) == Some(file));
    let changed: Vec<_> = after
        .iter()
        .filter(|(name, file)| before.get(*name).is_some_and(|old| old != *file))
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(changed, [INDEX], "only the index is ever replaced");
    assert!(
        same.count() >= 5 + 2,
        "pictures that stay, and the operator's files"
    );
    assert!(sent.removed.0 >= 2, "{sent:?}");
    let withdrawn = draft("article 1", 60_000).assets[0].hash.to_string();
    assert!(before.keys().any(|name| name.contains(&withdrawn)));
    assert!(!after.keys().any(|name| name.contains(&withdrawn)));
    let mut receiver = listener(station.publisher().key);
    visit(shelf(&folder), &mut receiver).unwrap();
    assert!(is_complete(&receiver));
    assert_eq!(receiver.status()[0].number, 3);
    // What a crash left is taken up.
    let name = after
        .keys()
        .find(|name| name.ends_with(".bin") && name.contains('/'))
        .unwrap();
    fs::rename(folder.join(name), folder.join(format!("{name}.new"))).unwrap();
    to_folder(&station, &folder);
    assert_eq!(tree(&folder), after);
}

#[test]
fn two_publishers_share_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let one = newsroom(&dir.path().join("1"), &[60_000; 2]);
    let other = newsroom(&dir.path().join("2"), &[50_000; 2]);
    let folder = dir.path().join("folder");
    to_folder(&one, &folder);
    to_folder(&other, &folder);
    publish(&one, &[draft("more", 40_000)], NOW + 60);
    to_folder(&one, &folder);
    for (station, number) in [(&one, 2), (&other, 1)] {
        let mut receiver = listener(station.publisher().key);
        visit(shelf(&folder), &mut receiver).unwrap();
        assert!(is_complete(&receiver));
        assert_eq!(receiver.status()[0].number, number);
    }
}

#[test]
fn only_what_is_missing_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let station = init(&dir.path().join("st"));
    publish(
        &station,
        &[draft("film", 9_000_000), draft("b", 60_000)],
        NOW,
    );
    let folder = dir.path().join("folder");
    to_folder(&station, &folder);
    let sent = send(&station, &ONE, &dir.path().join("n.sky"));
    let file = fs::read(&sent.files[0].0).unwrap();
    let mut receiver = listener(station.publisher().key);
    // Three quarters of a file: of the film, its beginning.
    take(&mut receiver, &file[..file.len() / 4 * 3]);
    assert!(!is_complete(&receiver));
    let (read, _) = visit(shelf(&folder), &mut receiver).unwrap();
    assert!(is_complete(&receiver));
    let quarter = file.len() as u64 / 4;
    assert!(read < quarter + quarter / 10, "{read} of {quarter}");
}

#[test]
fn forged_symbols_that_came_before_are_made_up_for() {
    let dir = tempfile::tempdir().unwrap();
    let station = newsroom(dir.path(), &[60_000]);
    let folder = dir.path().join("folder");
    to_folder(&station, &folder);
    let sent = send(&station, &ONE, &dir.path().join("n.sky"));
    let file = fs::read(&sent.files[0].0).unwrap();
    // A symbol of the picture, changed: the record's checksum is made anew.
    let mut forged = Vec::new();
    let mut writer = file::Writer::new();
    writer.header(&mut forged);
    let mut sink = |frame: file::Frame<'_>| {
        let mut packet = frame.bytes.to_vec();
        if packet.len() == 13 + 1_256 && packet[12] == 30 {
            packet[700] ^= 1;
        }
        let is_list = packet[0] == 3;
        let is_late = packet.len() == 13 + 1_256 && packet[12] > 40;
        if !is_list && !is_late {
            writer.record(&packet, &mut forged).unwrap();
        }
    };
    let mut reader = file::Reader::new();
    reader.push(&file, &mut sink);
    reader.finish(&mut sink);
    let mut receiver = listener(station.publisher().key);
    take(&mut receiver, &forged);
    assert!(!is_complete(&receiver));
    visit(shelf(&folder), &mut receiver).unwrap();
    let mut warnings = 0;
    while let Some(event) = receiver.poll() {
        warnings += usize::from(matches!(event, Event::Warning(_)));
    }
    assert_eq!(warnings, 1, "it failed its hash once");
    assert!(is_complete(&receiver));
}

/// What a server does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Serves files, with ranges.
    Good,
    /// Closes the connection after so many bytes of each answer.
    Breaks(usize),
    /// The same without ranges.
    BreaksPlain(usize),
    /// Sends everybody on to itself.
    Redirects,
    /// Sends everybody to another port of the same computer.
    RedirectsAway(u16),
    /// Sends noise until nobody listens any more.
    Endless,
    /// Does not have this.
    Lacks(&'static str),
    /// Cannot just now, for the first so many requests.
    Busy(usize),
}

/// Path and range of a request.
type Asked = (String, Option<String>);

/// A web server with a folder; it ends with the test.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    fn start(dir: &Path, manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (noted, dir) = (asked.clone(), dir.to_owned());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (noted, dir) = (noted.clone(), dir.clone());
                std::thread::spawn(move || {
                    // Whoever has had enough closes the connection.
                    let _ = serve(stream, &dir, manner, port, &noted);
                });
            }
        });
        Self { port, asked }
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/a/", self.port)
    }

    fn shelf(&self) -> Box<dyn station::folder::Shelf> {
        Box::new(Mirror::new(&self.url()).unwrap())
    }

    fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: TcpStream,
    dir: &Path,
    manner: Manner,
    port: u16,
    noted: &Mutex<Vec<Asked>>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while let Some(Ok(request)) = lines.next() {
        let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut range = None;
        for line in lines
            .by_ref()
            .map_while(Result::ok)
            .take_while(|l| !l.is_empty())
        {
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
                range = Some(value.to_owned());
            }
        }
        let count = {
            let mut noted = noted.lock().unwrap();
            noted.push((path.clone(), range.clone()));
            noted.len()
        };
        let redirect =
            |to: String| format!("HTTP/1.1 302 X\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
        match manner {
            Manner::Redirects => {
                stream.write_all(redirect(format!("http://127.0.0.1:{port}{path}")).as_bytes())?;
                continue;
            }
            Manner::RedirectsAway(to) => {
                stream.write_all(redirect(format!("http://127.0.0.1:{to}{path}")).as_bytes())?;
                continue;
            }
            Manner::Endless => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
                loop {
                    stream.write_all(b"1000\r\n")?;
                    stream.write_all(&[0x89; 0x1000])?;
                    stream.write_all(b"\r\n")?;
                }
            }
            Manner::Busy(first) if count <= first => {
                stream.write_all(b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n")?;
                continue;
            }
            _ => {}
        }
        let name = path.strip_prefix("/a/").unwrap_or("none");
        let is_lacking = matches!(manner, Manner::Lacks(of) if path.contains(of));
        let file = match fs::read(dir.join(name)) {
            Ok(file) if !is_lacking => file,
            _ => {
                stream.write_all(b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n")?;
                continue;
            }
        };
        let has_ranges = !matches!(manner, Manner::BreaksPlain(_));
        let len = file.len();
        let start = range
            .filter(|_| has_ranges)
            .map(|range| match range.strip_prefix('-') {
                Some(tail) => len - tail.parse::<usize>().unwrap().min(len),
                None => range.trim_end_matches('-').parse().unwrap(),
            });
        let body = &file[start.unwrap_or(0).min(len)..];
        let status = match start {
            Some(at) => format!("206 X\r\nContent-Range: bytes {at}-{}/{len}", len - 1),
            None => "200 OK".to_owned(),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nETag: \"1\"\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        match manner {
            Manner::Breaks(most) | Manner::BreaksPlain(most) if body.len() > most => {
                stream.write_all(&body[..most])?;
                return Ok(());
            }
            _ => stream.write_all(body)?,
        }
    }
    Ok(())
}

fn mirrored(pictures: &[usize]) -> (tempfile::TempDir, station::Station, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let station = newsroom(dir.path(), pictures);
    let folder = dir.path().join("folder");
    to_folder(&station, &folder);
    (dir, station, folder)
}

#[test]
fn a_mirror_is_read_front_first_and_only_what_is_missing() {
    let (_dir, station, folder) = mirrored(&[60_000; 4]);
    let server = Server::start(&folder, Manner::Good);
    let mut receiver = listener(station.publisher().key);
    let (_, missing) = visit(server.shelf(), &mut receiver).unwrap();
    assert!(is_complete(&receiver) && missing.is_empty());
    let asked = server.asked();
    assert_eq!(asked[0].0, "/a/index.bin");
    assert_eq!(asked.len(), tree(&folder).len(), "each file once");
    // A new edition: the index, its opening, and what is new.
    publish(&station, &[draft("another", 50_000)], NOW + 60);
    let sent = to_folder(&station, &folder);
    visit(server.shelf(), &mut receiver).unwrap();
    assert!(is_complete(&receiver));
    let more = server.asked().len() - asked.len();
    assert_eq!(more, sent.written.0);
    visit(server.shelf(), &mut receiver).unwrap();
    assert_eq!(
        server.asked().len(),
        asked.len() + more + 1,
        "nothing but the index"
    );
}

#[test]
fn what_breaks_off_is_taken_up_where_it_was() {
    for manner in [Manner::Breaks(20_000), Manner::BreaksPlain(40_000)] {
        let (_dir, station, folder) = mirrored(&[60_000]);
        let server = Server::start(&folder, manner);
        let mut receiver = listener(station.publisher().key);
        let visited = visit(server.shelf(), &mut receiver);
        let ranges = server
            .asked()
            .iter()
            .filter(|(_, range)| range.is_some())
            .count();
        match manner {
            Manner::Breaks(_) => {
                assert!(is_complete(&receiver), "{visited:?}");
                assert!(ranges >= 3);
            }
            // It never comes further than this: it is told, and does not go on for ever.
            _ => assert!(
                !is_complete(&receiver) && server.asked().len() < 30,
                "{visited:?}"
            ),
        }
    }
}

#[test]
fn servers_that_are_busy_are_asked_again_and_what_they_lack_is_told() {
    let (_dir, station, folder) = mirrored(&[60_000; 2]);
    let server = Server::start(&folder, Manner::Busy(2));
    let mut receiver = listener(station.publisher().key);
    visit(server.shelf(), &mut receiver).unwrap();
    assert!(is_complete(&receiver));
    let hash = draft("article 1", 60_000).assets[0].hash.to_string();
    let server = Server::start(&folder, Manner::Lacks(String::leak(hash.clone())));
    let mut receiver = listener(station.publisher().key);
    let (_, missing) = visit(server.shelf(), &mut receiver).unwrap();
    assert!(!is_complete(&receiver));
    assert_eq!(missing.len(), 1);
    assert!(missing[0].contains(&hash));
    // The rest of it came.
    assert_eq!(
        receiver.status()[0]
            .tiers
            .iter()
            .filter(|t| !t.is_complete())
            .count(),
        1
    );
}

#[test]
fn hostile_mirrors_cost_a_little_time() {
    let (_dir, station, folder) = mirrored(&[60_000]);
    let mut receiver = listener(station.publisher().key);
    let server = Server::start(&folder, Manner::Redirects);
    let error = visit(server.shelf(), &mut receiver).unwrap_err();
    assert!(error.to_string().contains("redirects"), "{error}");
    assert_eq!(server.asked().len(), 6);
    // Away to another service of the house.
    let other = Server::start(&folder, Manner::Good);
    let server = Server::start(&folder, Manner::RedirectsAway(other.port));
    let error = visit(server.shelf(), &mut receiver).unwrap_err();
    assert!(error.to_string().contains("private"), "{error}");
    assert!(other.asked().is_empty());
    let server = Server::start(&folder, Manner::Endless);
    let (read, _) = visit(server.shelf(), &mut receiver).unwrap();
    assert!(read < 1_000, "no head is in it: nothing else is asked for");
    assert_eq!(receiver.counters().packets, 0);
    let nobody = Mirror::new("http://127.0.0.1:9/a/").unwrap();
    assert!(visit(Box::new(nobody), &mut receiver).is_err());
    for wrong in ["http:///", "ftp://host/", "file:///etc/passwd", "http://"] {
        assert!(Mirror::new(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_lying_folder_shows_nothing() {
    let (_dir, station, folder) = mirrored(&[60_000; 2]);
    let files: HashMap<String, Vec<u8>> = tree(&folder).into_iter().collect();
    let mut names: Vec<&String> = files.keys().filter(|name| *name != INDEX).collect();
    names.sort();
    // Every file has the bytes of another.
    for (index, name) in names.iter().enumerate() {
        let other = names[(index + 1) % names.len()];
        fs::write(folder.join(name), &files[other]).unwrap();
    }
    let mut receiver = listener(station.publisher().key);
    visit(shelf(&folder), &mut receiver).unwrap();
    // What was found belongs to the edition all the same, wherever it stood.
    assert_eq!(receiver.counters().forged, 0);
    fs::write(folder.join(INDEX), b"nothing").unwrap();
    let mut receiver = listener(station.publisher().key);
    visit(shelf(&folder), &mut receiver).unwrap();
    assert!(receiver.status().is_empty());
    fs::remove_file(folder.join(INDEX)).unwrap();
    let error = visit(shelf(&folder), &mut receiver).unwrap_err();
    assert!(error.to_string().contains("no edition's folder"), "{error}");
}
