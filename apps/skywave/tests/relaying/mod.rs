//! A relay that runs, and a client that says what it means.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "helpers of tests are tests; not each test needs all"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use super::newsroom::Newsroom;
use serde_json::Value;

/// No test waits longer for anything.
pub const FAR: Duration = Duration::from_secs(60);

/// A relay. It is killed if the test ends before it does.
pub struct Relay {
    child: Child,
    lines: Receiver<String>,
    /// Where it listens.
    pub listen: String,
    /// What it says of it.
    pub listening: Value,
    /// What it said before that and since.
    pub said: Vec<Value>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    head: String,
    /// Its body.
    pub body: Vec<u8>,
}

impl Relay {
    /// `relay --json --listen 127.0.0.1:0` with these words.
    pub fn start(words: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_skywave"));
        command.args(["relay", "--json", "--listen", "127.0.0.1:0"]);
        command.args(words);
        Self::of(command)
    }

    /// The same beside a file system of so many kilobytes that is mounted at `place`, for it alone:
    /// see [`Relay::seen`]. None where that cannot be had.
    pub fn beside_mount(words: &[&str], place: &str, kilobytes: u32) -> Option<Self> {
        let mount = "mount -t tmpfs -o size=$1k none \"$0\"";
        let unshare = |script: &str| {
            let mut command = Command::new("unshare");
            command.args(["-rm", "sh", "-c", script, place, &kilobytes.to_string()]);
            command
        };
        let tried = unshare(mount).stdin(Stdio::null()).output();
        if !tried.is_ok_and(|tried| tried.status.success()) {
            return None;
        }
        let mut command = unshare(&format!("{mount}; shift; exec \"$@\""));
        command.arg(env!("CARGO_BIN_EXE_skywave"));
        command.args(["relay", "--json", "--listen", "127.0.0.1:0"]);
        command.args(words);
        Some(Self::of(command))
    }

    /// Where what it sees at a path can be read from here (proc(5)).
    pub fn seen(&self, path: &str) -> std::path::PathBuf {
        format!("/proc/{}/root{path}", self.id()).into()
    }

    fn of(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut this = Self {
            child,
            lines,
            listen: String::new(),
            listening: Value::Null,
            said: Vec::new(),
        };
        this.listening = this.wait(|value| value["event"] == "listening");
        this.listen = this.listening["listen"].as_str().unwrap().to_owned();
        this
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it says something of the kind.
    pub fn wait(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + FAR;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("it only said {:#?}", self.said));
            let value: Value = serde_json::from_str(&line).unwrap();
            self.said.push(value.clone());
            if is_it(&value) {
                return value;
            }
        }
    }

    /// What it has said of the kind, or says next.
    pub fn find(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        match self.said.iter().find(|value| is_it(value)) {
            Some(value) => value.clone(),
            None => self.wait(is_it),
        }
    }

    /// Asks, with these fields besides `Host`, which may be among them.
    pub fn ask(&self, method: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !fields.iter().any(|(name, _)| *name == "Host") {
            request.push_str(&format!("Host: {}\r\n", self.listen));
        }
        for (name, value) in fields {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        let mut stream = TcpStream::connect(&self.listen).unwrap();
        stream.set_read_timeout(Some(FAR)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(all[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer {
            status,
            head,
            body: all[end + 4..].to_vec(),
        }
    }

    /// GET.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }

    /// The landing page.
    pub fn landing(&self) -> String {
        let answer = self.get("/");
        assert_eq!(answer.status, 200);
        answer.text()
    }

    /// Paths on the landing page that end so.
    pub fn links(&self, ending: &str) -> Vec<String> {
        let page = self.landing();
        let links = page.split("href=\"").skip(1);
        let links = links.filter_map(|rest| rest.split('"').next());
        let links = links.filter(|link| link.ends_with(ending));
        links.map(str::to_owned).collect()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; what it said to the end, and its exit status.
    pub fn end(mut self) -> (Vec<Value>, Option<i32>) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
        let status = self.child.wait().unwrap();
        while let Ok(line) = self.lines.recv_timeout(FAR) {
            self.said.push(serde_json::from_str(&line).unwrap());
        }
        (std::mem::take(&mut self.said), status.code())
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().skip(1);
        let mut fields = fields.filter_map(|line| line.split_once(": "));
        let found = fields.find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// The newsroom's edition as a stream of television.
pub fn television(news: &Newsroom, file: &str, laps: &str) -> String {
    let (station, air) = (news.path("st"), news.path(file));
    let send = [
        "send",
        "ts",
        "-s",
        &station,
        "--bitrate",
        "4M",
        "--laps",
        laps,
        "-o",
        &air,
    ];
    news.run(&send, 0);
    air
}
