//! The station on air: the real program, killed a hundred times, and stopped.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fountain::{Oti, Packet};
use receiver::{MemoryStore, Receiver};
use station::send::Cargo;
use station::{Archived, Station};

const TIME: &str = "2026-10-20T12:00:00Z";
/// Longest wait for anything.
const LONGEST: Duration = Duration::from_secs(60);

fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_skywave"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// A linear congruential generator (Knuth's MMIX): its upper bits are random enough.
fn next(seed: u64) -> u64 {
    let next = seed.wrapping_mul(6_364_136_223_846_793_005);
    next.wrapping_add(1_442_695_040_888_963_407)
}

/// A station that sends to a socket of this test.
struct OnAir {
    dir: tempfile::TempDir,
    socket: UdpSocket,
}

impl OnAir {
    fn new(more: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket
            .set_read_timeout(Some(Duration::from_millis(500)))
            .unwrap();
        let this = Self { dir, socket };
        let station = this.path("st");
        run(&["init", &station, "--name", "A Newsroom", "--no-passphrase"]);
        let to = this.socket.local_addr().unwrap();
        let settings = fs::read_to_string(this.path("st/station.toml")).unwrap();
        let settings = format!(
            "{settings}\n[play]\nlisten = \"127.0.0.1:0\"\nlook_every = \"1s\"\n\
             [[play.ts]]\nto = \"udp://{to}\"\nbitrate = \"8M\"\n{more}"
        );
        fs::write(this.path("st/station.toml"), settings).unwrap();
        this
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    fn publish(&self) {
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
        let source = |name: &str| samples.join(name).display().to_string();
        let (feed, articles) = (source("feed.xml"), source("articles"));
        run(&[
            "publish",
            "-s",
            &self.path("st"),
            "--time",
            TIME,
            &feed,
            &articles,
        ]);
    }

    /// Texts of about 200 kB, which nothing compresses.
    fn publish_texts(&self) {
        fs::create_dir(self.path("texts")).unwrap();
        let mut seed = 1_u64;
        for article in 0..60 {
            let mut text = format!("# Article {article}\n\n");
            for _ in 0..500 {
                seed = next(seed);
                text += &format!("{:08x} ", seed >> 32);
            }
            fs::write(self.path(&format!("texts/{article}.md")), text).unwrap();
        }
        let (station, texts) = (self.path("st"), self.path("texts"));
        run(&["publish", "-s", &station, &texts]);
    }

    fn play(&self) -> Playing {
        let child = Command::new(env!("CARGO_BIN_EXE_skywave"))
            .args(["play", "--json", "-s", &self.path("st")])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        Playing(child.unwrap())
    }

    /// T and K of the blocks of each object of the newest edition.
    fn objects(&self) -> HashMap<[u8; 8], Oti> {
        let station = Station::open(&PathBuf::from(self.path("st"))).unwrap();
        let edition = Archived::load(station.archive(), None).unwrap();
        let cargo = Cargo::of(&edition, |_| true).unwrap();
        let items = cargo.items.into_iter();
        items.map(|item| (item.hash.id().0, item.oti)).collect()
    }
}

/// The program; killed when this is dropped.
struct Playing(Child);

impl Playing {
    /// The address of its status page.
    fn address(&mut self) -> String {
        let stdout = self.0.stdout.take().unwrap();
        let line = BufReader::new(stdout).lines().next().unwrap().unwrap();
        let event: serde_json::Value = serde_json::from_str(&line).unwrap();
        event["address"].as_str().unwrap().to_owned()
    }
}

impl Drop for Playing {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What came of a stream: its bytes and its runs.
#[derive(Default)]
struct Heard {
    bytes: Vec<u8>,
    demux: ts::Demux,
    packets: Vec<Vec<u8>>,
}

impl Heard {
    fn push(&mut self, datagram: &[u8]) {
        self.bytes.extend_from_slice(datagram);
        let packets = &mut self.packets;
        self.demux.push(datagram, &mut |frame: ts::Frame<'_>| {
            packets.push(frame.bytes.to_vec())
        });
    }

    fn runs(&self) -> usize {
        let is_run = |packet: &&Vec<u8>| matches!(Packet::parse(packet), Ok(Packet::Run(_)));
        self.packets.iter().filter(is_run).count()
    }
}

fn get(address: &str, path: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LONGEST)).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

#[test]
fn killed_a_hundred_times_it_sends_no_symbol_twice_and_what_came_opens() {
    let on_air = OnAir::new("");
    on_air.publish_texts();
    let objects = on_air.objects();
    let mut symbols = HashSet::new();
    let mut air = Vec::new();
    let mut datagram = [0; 2_048];
    let mut seed = 7_u64;
    for life in 0..100 {
        let playing = on_air.play();
        let mut heard = Heard::default();
        // Some die young: with their first run, or before their first mark.
        seed = next(seed);
        let runs = (seed >> 33) as usize % 60;
        let began = Instant::now();
        while heard.runs() < runs {
            assert!(began.elapsed() < LONGEST, "life {life} sends nothing");
            if let Ok(len) = on_air.socket.recv(&mut datagram) {
                heard.push(&datagram[..len]);
            }
        }
        drop(playing);
        // What was under way when it died.
        on_air.socket.set_nonblocking(true).unwrap();
        while let Ok(len) = on_air.socket.recv(&mut datagram) {
            heard.push(&datagram[..len]);
        }
        on_air.socket.set_nonblocking(false).unwrap();
        for packet in &heard.packets {
            let Ok(Packet::Run(run)) = Packet::parse(packet) else {
                continue;
            };
            let checked = run.check(&objects[&run.object.0]).unwrap();
            for esi in run.esi..run.esi + checked.count() {
                let symbol = (run.object.0, run.sbn, esi);
                assert!(symbols.insert(symbol), "life {life} sent {symbol:?} again");
            }
        }
        air.extend_from_slice(&heard.bytes);
    }
    let recording = on_air.path("air.ts");
    fs::write(&recording, air).unwrap();
    let (key, inbox) = (on_air.path("st/station.pub"), on_air.path("inbox"));
    // Status 0: everything is here.
    run(&["receive", &recording, "--trust", &key, "-i", &inbox]);
}

#[test]
fn it_is_on_air_says_so_and_stops_when_it_is_told_to() {
    let on_air = OnAir::new("");
    let mut playing = on_air.play();
    let address = playing.address();
    // Nothing is published: the slate is on air, and it says what is missing.
    let (head, _) = get(&address, "/ready");
    assert!(head.starts_with("HTTP/1.1 503"), "{head}");
    on_air.publish();
    let mut heard = Heard::default();
    let mut datagram = [0; 2_048];
    let began = Instant::now();
    while heard.runs() < 400 {
        assert!(began.elapsed() < LONGEST, "nothing on air");
        if let Ok(len) = on_air.socket.recv(&mut datagram) {
            heard.push(&datagram[..len]);
        }
    }
    while !get(&address, "/ready").0.starts_with("HTTP/1.1 200") {
        assert!(began.elapsed() < LONGEST, "{}", get(&address, "/ready").1);
        let _ = on_air.socket.recv(&mut datagram);
    }
    assert!(get(&address, "/health").0.starts_with("HTTP/1.1 200"));
    let (head, page) = get(&address, "/");
    let head = head.to_lowercase();
    assert!(
        head.contains("content-security-policy: default-src 'none'"),
        "{head}"
    );
    assert!(
        page.contains("A Newsroom") && page.contains("Edition 1"),
        "{page}"
    );
    assert!(!page.contains("<script") && !page.contains(" style="));
    let (_, metrics) = get(&address, "/metrics");
    assert!(
        metrics.contains("skywave_carrier_edition{carrier=\"ts-1\",kind=\"ts\"} 1"),
        "{metrics}"
    );
    for line in metrics.lines().filter(|line| !line.starts_with('#')) {
        let (_, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
    // A second one finds that it is on air.
    let station = on_air.path("st");
    let second = Command::new(env!("CARGO_BIN_EXE_skywave"))
        .args(["play", "-s", &station])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("on air already"));
    // SIGTERM: it ends by itself, with status 0.
    let id = playing.0.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    let status = loop {
        assert!(began.elapsed() < LONGEST + LONGEST, "it does not stop");
        if let Some(status) = playing.0.try_wait().unwrap() {
            break status;
        }
        let _ = on_air.socket.recv(&mut datagram);
    };
    assert_eq!(status.code(), Some(0));
}

#[test]
fn what_is_not_trusted_waits_for_a_person_and_what_is_goes_on_air() {
    let more = "[[source]]\nat = \"desk\"\nevery = \"1h\"\n\
                [[source]]\nat = \"wire\"\nevery = \"1h\"\npublish = \"by-itself\"\n";
    let on_air = OnAir::new(more);
    for (folder, title) in [("desk", "From the desk"), ("wire", "From the wire")] {
        fs::create_dir(on_air.path(&format!("st/{folder}"))).unwrap();
        let text =
            format!("# {title}\n\nSomething has happened, and this is what is known of it.\n");
        fs::write(on_air.path(&format!("st/{folder}/article.md")), text).unwrap();
    }
    let mut playing = on_air.play();
    let address = playing.address();
    let began = Instant::now();
    let station = on_air.path("st");
    let events = |text: &str| -> Vec<serde_json::Value> {
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let on_page = |what: &str| {
        while !get(&address, "/metrics").1.contains(what) {
            assert!(
                began.elapsed() < LONGEST,
                "{what}: {}",
                get(&address, "/metrics").1
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    on_page("skywave_carrier_edition{carrier=\"ts-1\",kind=\"ts\"} 1");
    on_page("skywave_drafts_waiting 1");
    let waiting = events(&run(&["drafts", "--json", "-s", &station]));
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0]["title"], "From the desk");
    let id = waiting[0]["id"].as_str().unwrap();
    let shown = run(&["drafts", "-s", &station, "--show", id]);
    assert!(shown.contains("Something has happened"), "{shown}");
    let published = events(&run(&["approve", "--json", "-s", &station, id]));
    assert_eq!(
        (&published[0]["number"], &published[0]["articles"]),
        (&2.into(), &2.into())
    );
    on_page("skywave_carrier_edition{carrier=\"ts-1\",kind=\"ts\"} 2");
    assert!(run(&["drafts", "--json", "-s", &station]).is_empty());
}

/// Whoever listens to the datagrams has these editions in turn.
fn hear(socket: &UdpSocket, on_air: &OnAir, editions: &[u64], mut between: impl FnMut(u64)) {
    let key = station::read_publisher(&on_air.path("st/station.pub")).unwrap();
    let mut receiver = Receiver::open(MemoryStore::new(), vec![key.key]).unwrap();
    let (mut datagram, began) = ([0; 2_048], Instant::now());
    for edition in editions {
        let is_here = |receiver: &Receiver<MemoryStore>| {
            let status = receiver.status();
            let newest = status.first().filter(|newest| newest.number == *edition);
            newest.is_some_and(|newest| newest.is_complete())
        };
        while !is_here(&receiver) {
            assert!(began.elapsed() < LONGEST, "edition {edition} does not come");
            if let Ok(len) = socket.recv(&mut datagram) {
                receiver.push_datagram(&datagram[..len]).unwrap();
            }
        }
        between(*edition);
    }
}

#[test]
fn datagrams_and_a_mirror_have_each_edition_in_turn() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let wait = Some(Duration::from_millis(500));
    socket.set_read_timeout(wait).unwrap();
    let mirror = tempfile::tempdir().unwrap();
    let on_air = OnAir::new(&format!(
        "[[play.udp]]\nto = \"{}\"\nbitrate = \"8M\"\n[[play.mirror]]\nto = \"{}\"\n",
        socket.local_addr().unwrap(),
        mirror.path().join("news").display(),
    ));
    on_air.publish();
    let mut playing = on_air.play();
    let address = playing.address();
    hear(&socket, &on_air, &[1, 2], |edition| {
        if edition == 1 {
            on_air.publish_texts();
        }
    });
    // The mirror, as a reader has it from there.
    let began = Instant::now();
    let line = "skywave_carrier_edition{carrier=\"mirror-1\",kind=\"mirror\"} 2";
    while !get(&address, "/metrics").1.contains(line) {
        assert!(began.elapsed() < LONGEST, "{}", get(&address, "/metrics").1);
        std::thread::sleep(Duration::from_millis(50));
    }
    let (folder, key) = (mirror.path().join("news"), on_air.path("st/station.pub"));
    let folder = folder.display().to_string();
    run(&[
        "receive",
        &folder,
        "--trust",
        &key,
        "-i",
        &on_air.path("inbox"),
    ]);
    let (_, page) = get(&address, "/");
    assert!(
        page.contains("mirror-1") && page.contains("udp-1"),
        "{page}"
    );
}
