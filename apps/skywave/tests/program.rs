//! The program as scripts use it: the options that stay as they are, exit statuses, JSON, being
//! killed.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

const TIME: &str = "2026-10-20T12:00:00Z";

fn skywave(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_skywave"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn run(arguments: &[&str], status: i32) -> String {
    let output = skywave(arguments);
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(status),
        "{arguments:?}\n{stdout}\n{stderr}"
    );
    stdout
}

/// Values of the JSON lines whose event is `name`.
fn events(stdout: &str, name: &str) -> Vec<serde_json::Value> {
    let all = stdout.lines().map(|line| {
        let value: serde_json::Value = serde_json::from_str(line)
            .unwrap_or_else(|error| panic!("«{line}» is not JSON: {error}"));
        value
    });
    all.filter(|value| value["event"] == name).collect()
}

struct Newsroom {
    dir: tempfile::TempDir,
}

impl Newsroom {
    fn new() -> Self {
        let this = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        let name = ["--name", "A Newsroom", "--no-passphrase"];
        run(&[&["init", &this.path("st")][..], &name].concat(), 0);
        this
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).display().to_string()
    }

    fn publish_samples(&self) -> String {
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
        let source = |name: &str| samples.join(name).display().to_string();
        let words = ["publish", "-s", &self.path("st"), "--time", TIME, "--json"];
        let sources = [source("feed.xml"), source("leads.xml"), source("articles")];
        let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
        run(&[&words[..], &sources].concat(), 0)
    }

    fn send(&self, file: &str, length: &[&str]) -> PathBuf {
        let path = self.path(file);
        let words = [
            "send",
            "ts",
            "-s",
            &self.path("st"),
            "--bitrate",
            "4M",
            "-o",
            &path,
        ];
        run(&[&words[..], length].concat(), 0);
        path.into()
    }

    fn receive(&self, file: &Path, inbox: &str, status: i32) -> String {
        let words = [
            "receive",
            "--json",
            file.to_str().unwrap(),
            "--trust",
            &self.path("st/station.pub"),
            "-i",
            &self.path(inbox),
        ];
        run(&words, status)
    }
}

#[test]
fn from_feed_to_site() {
    let news = Newsroom::new();
    let published = news.publish_samples();
    let edition = &events(&published, "published")[0];
    assert_eq!(edition["number"], 1);
    assert!(edition["articles"].as_u64().unwrap() >= 12, "{edition}");
    let air = news.send("air.ts", &["-e", "1", "--duration", "20s"]);
    assert_eq!(fs::metadata(&air).unwrap().len() % 188, 0);

    let heard = run(
        &[
            "receive",
            "--json",
            air.to_str().unwrap(),
            "-i",
            &news.path("nobody"),
        ],
        3,
    );
    let words = events(&heard, "heard")[0]["words"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(words.split(' ').count(), 8);
    let public = fs::read_to_string(news.path("st/station.pub")).unwrap();
    assert!(public.contains(&words));

    // Half a second of it is not enough; the whole is.
    let bytes = fs::read(&air).unwrap();
    let piece = news.dir.path().join("piece.ts");
    fs::write(&piece, &bytes[1_000_000..1_250_000]).unwrap();
    news.receive(&piece, "inbox", 4);
    run(&["status", "--json", "-i", &news.path("inbox")], 4);
    let all = news.receive(&air, "inbox", 0);
    assert_eq!(events(&all, "status")[0]["complete"], true);
    run(&["status", "-i", &news.path("inbox")], 0);

    let site = news.path("site");
    run(&["read", "-i", &news.path("inbox"), "--out", &site], 0);
    let index = fs::read_to_string(Path::new(&site).join("index.html")).unwrap();
    assert!(index.contains("dir=\"rtl\""));
    assert!(index.contains(&words));
    for entry in fs::read_dir(Path::new(&site).join("a")).unwrap() {
        let page = fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!page.contains("<script"), "no script in any page");
        assert!(!page.contains("href=\"http"), "no page leads away");
        assert!(!page.contains("src=\"http"), "no page fetches");
    }
    let check = run(&["check", "--json", air.to_str().unwrap()], 0);
    assert_eq!(events(&check, "carriage")[0]["carriage"], "async");
}

#[test]
fn a_receiver_killed_at_any_moment_goes_on() {
    let news = Newsroom::new();
    news.publish_samples();
    let air = fs::read(news.send("air.ts", &["--laps", "1"])).unwrap();
    let key = news.path("st/station.pub");
    let inbox = news.path("inbox");
    // Eight receivers get an eighth each, by a pipe, and are killed while it is open.
    for piece in air.chunks(air.len() / 8 + 1) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_skywave"))
            .args(["receive", "-", "--trust", &key, "-i", &inbox])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let (first, second) = piece.split_at(piece.len() / 2);
        pipe.write_all(first).unwrap();
        std::thread::sleep(Duration::from_millis(40));
        let _ = pipe.write_all(second);
        child.kill().unwrap();
        child.wait().unwrap();
        // Whatever moment that was, the inbox opens and says where it is.
        let status = skywave(&["status", "-i", &inbox]).status.code();
        assert!(matches!(status, Some(0 | 4)), "{status:?}");
    }
    let file = news.dir.path().join("air.ts");
    let end = news.receive(&file, "inbox", 0);
    assert_eq!(events(&end, "status")[0]["complete"], true);
}

#[test]
fn nonsense_gets_an_honest_answer() {
    let news = Newsroom::new();
    news.publish_samples();
    let air = fs::read(news.send("air.ts", &["--laps", "1"])).unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = news.dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let mut state = 1_u64;
    let random: Vec<u8> = (0..3_000_000)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 56) as u8
        })
        .collect();
    let sync = vec![0x47; 3_000_000];
    let empty: &[u8] = &[];
    for (name, bytes) in [("random", &random[..]), ("sync", &sync), ("empty", empty)] {
        let inbox = format!("{name}-inbox");
        let out = news.receive(&file(name, bytes), &inbox, 4);
        assert_eq!(events(&out, "recording")[0]["packets"], 0, "{name}");
        assert_eq!(events(&out, "nothing").len(), 1, "{name}");
    }
    let mut flipped = air.clone();
    for byte in flipped.iter_mut().step_by(1_250) {
        *byte ^= 0x10;
    }
    let output = skywave(&[
        "receive",
        file("flipped", &flipped).to_str().unwrap(),
        "--trust",
        &news.path("st/station.pub"),
        "-i",
        &news.path("flipped-inbox"),
    ]);
    assert!(matches!(output.status.code(), Some(0 | 3 | 4)));
    let missing = skywave(&["receive", "no-such-file", "-i", &news.path("x")]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("no-such-file"));
    run(&["receive"], 2);
    run(
        &[
            "send",
            "ts",
            "-s",
            &news.path("st"),
            "--bitrate",
            "4M",
            "-o",
            "-",
        ],
        2,
    );
    let none = skywave(&["status", "-i", &news.path("nowhere")]);
    assert_eq!(none.status.code(), Some(1));
}

#[test]
fn a_lost_station_is_restored_by_the_program() {
    let news = Newsroom::new();
    news.publish_samples();
    let air = news.send("air.ts", &["--laps", "1.5"]);
    news.receive(&air, "inbox", 0);
    let root = news.path("root.key");
    fs::rename(news.path("st/root.key"), &root).unwrap();
    fs::remove_dir_all(news.path("st")).unwrap();
    let again = news.path("again");
    let words = [
        "restore",
        &again,
        "-i",
        &news.path("inbox"),
        "--root",
        &root,
    ];
    run(&[&words[..], &["--no-passphrase", "--json"]].concat(), 0);
    let article = news.path("after.md");
    fs::write(
        &article,
        "---\ntitle: After the raid\n---\n\nWe are still here.\n",
    )
    .unwrap();
    let next = run(&["publish", "--json", "-s", &again, &article], 0);
    assert_eq!(events(&next, "published")[0]["number"], 2);
    let more = [
        "certify",
        "--root",
        &root,
        "-s",
        &again,
        "--editions",
        "1000",
        "--json",
    ];
    let certified = run(&more, 0);
    assert_eq!(events(&certified, "certified")[0]["first"], 3);
    let file = news.path("air2.ts");
    let send = [
        "send",
        "ts",
        "-s",
        &again,
        "--bitrate",
        "2M",
        "--laps",
        "1.5",
        "-o",
        &file,
    ];
    run(&send, 0);
    let key = news.path("again/station.pub");
    let receive = [
        "receive",
        "--json",
        &file,
        "--trust",
        &key,
        "-i",
        &news.path("inbox"),
    ];
    let out = run(&receive, 0);
    assert_eq!(events(&out, "status")[0]["number"], 2);
}

#[test]
fn the_site_is_served_on_this_machine_and_leaves_nothing() {
    use std::io::{BufRead, BufReader, Read};
    let news = Newsroom::new();
    news.publish_samples();
    let air = news.send("air.ts", &["--laps", "1.2"]);
    let inbox = news.path("inbox");
    news.receive(&air, "inbox", 0);
    let elsewhere = skywave(&["read", "-i", &inbox, "--serve", "0.0.0.0:8000"]);
    assert_eq!(elsewhere.status.code(), Some(1));
    let runtime = news.dir.path().join("run");
    fs::create_dir(&runtime).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_skywave"))
        .args(["read", "-i", &inbox, "--serve", "127.0.0.1:0"])
        .env("XDG_RUNTIME_DIR", &runtime)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    let address = line
        .strip_prefix("http://")
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_else(|| panic!("«{line}» names no address"));
    let get = |path: &str| {
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    };
    let front = get("/");
    assert!(front.starts_with("HTTP/1.0 200"), "{front}");
    assert!(front.contains("A Newsroom"));
    assert!(front.contains("cache-control: no-store"));
    assert!(get("/../../trust").starts_with("HTTP/1.0 404"));
    let stopped = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(stopped.success());
    assert!(child.wait().unwrap().success());
    assert_eq!(
        fs::read_dir(&runtime).unwrap().count(),
        0,
        "nothing is left"
    );
}
