//! A small web server on loopback that does what it is told, good or bad.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the server answers.
#[derive(Clone)]
pub(crate) enum Reply {
    /// An answer: status, headers, body.
    Answer(u16, Vec<(String, String)>, Vec<u8>),
    /// Nothing at all.
    Silent,
    /// A header, and then a byte now and then.
    Slow,
    /// A body without end.
    Endless,
    /// A header that promises so many bytes.
    Length(u64),
}

impl Reply {
    pub(crate) fn new(content_type: &str, body: &[u8]) -> Self {
        Self::Answer(
            200,
            vec![("Content-Type".into(), content_type.into())],
            body.to_vec(),
        )
    }

    pub(crate) fn html(body: &str) -> Self {
        Self::new("text/html; charset=utf-8", body.as_bytes())
    }

    pub(crate) fn status(status: u16) -> Self {
        Self::Answer(status, Vec::new(), Vec::new())
    }

    pub(crate) fn redirect(to: &str) -> Self {
        Self::status(302).with("Location", to)
    }

    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        match self {
            Self::Answer(status, mut headers, body) => {
                headers.push((name.into(), value.into()));
                Self::Answer(status, headers, body)
            }
            other => other,
        }
    }
}

/// The server; it ends with the test.
pub(crate) struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(replies: Vec<(&'static str, Reply)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let replies = Arc::new(replies);
        thread::spawn(move || {
            for stream in listener.incoming().flatten().take(200) {
                let (log, replies) = (Arc::clone(&log), Arc::clone(&replies));
                thread::spawn(move || serve(stream, &replies, &log));
            }
        });
        Self { address, asked }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn requests(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    pub(crate) fn asked(&self, path: &str) -> usize {
        self.asked
            .lock()
            .unwrap()
            .iter()
            .filter(|p| *p == path)
            .count()
    }
}

fn serve(mut stream: TcpStream, replies: &[(&str, Reply)], log: &Mutex<Vec<String>>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    let first = lines.next()?.ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    let mut tag = None;
    for line in lines.map_while(Result::ok).take_while(|l| !l.is_empty()) {
        let line = line.to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("if-none-match: ") {
            tag = Some(value.to_owned());
        }
    }
    log.lock().unwrap().push(path.clone());
    let reply = replies.iter().find(|(p, _)| *p == path);
    match reply.map_or(&Reply::status(404), |(_, reply)| reply) {
        Reply::Answer(status, headers, body) => {
            let unchanged = headers
                .iter()
                .any(|(n, v)| n == "ETag" && tag.as_ref() == Some(v));
            let (status, body) = if unchanged {
                (304, &[][..])
            } else {
                (*status, &body[..])
            };
            write!(stream, "HTTP/1.1 {status} X\r\nConnection: close\r\n").ok()?;
            for (name, value) in headers {
                write!(stream, "{name}: {value}\r\n").ok()?;
            }
            write!(stream, "Content-Length: {}\r\n\r\n", body.len()).ok()?;
            stream.write_all(body).ok()?;
        }
        Reply::Silent => thread::sleep(Duration::from_secs(4)),
        Reply::Slow => {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n").ok()?;
            for _ in 0..40 {
                stream.write_all(b"x").ok()?;
                thread::sleep(Duration::from_millis(200));
            }
        }
        Reply::Endless => {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n").ok()?;
            let block = vec![b'x'; 1 << 20];
            for _ in 0..100 {
                stream.write_all(&block).ok()?;
            }
        }
        Reply::Length(length) => {
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"
            )
            .ok()?;
            stream.write_all(&[b'x'; 1000]).ok()?;
        }
    }
    Some(())
}
