use super::*;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream as Client};
use std::time::Instant;

use bytes::Bytes;

use crate::relay::shelf::Item;

/// Longer than any buffer between the two sides.
const LONG: usize = 64 << 20;
const FAR: Duration = Duration::from_secs(20);

fn limits() -> Limits {
    Limits {
        connections: 24,
        from_one: 8,
        head: Duration::from_millis(300),
        stall: Duration::from_millis(300),
        grace: Duration::from_millis(500),
        serves_anyone: false,
    }
}

fn server() -> (Server, Arc<Desk>) {
    let desk = Arc::new(Desk::default());
    let mut shelf = Shelf::default();
    let mut put = |path: &str, len| {
        let item = Item::memory(Bytes::from(vec![b'x'; len]), "text/plain", 0);
        shelf.items.insert(path.to_owned(), item);
    };
    put("/short", 5);
    put("/long", LONG);
    desk.put(shelf);
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::start(address, Arc::clone(&desk), limits()).unwrap();
    (server, desk)
}

fn connect(server: &Server) -> Client {
    let client = Client::connect(server.address()).unwrap();
    client.set_read_timeout(Some(FAR)).unwrap();
    client
}

/// All that comes until the other side closes.
fn rest(mut client: Client) -> Vec<u8> {
    let mut all = Vec::new();
    // Whether it closes or resets is the system's affair.
    let _ = client.read_to_end(&mut all);
    all
}

fn ask(server: &Server, request: &str) -> String {
    let mut client = connect(server);
    client.write_all(request.as_bytes()).unwrap();
    String::from_utf8_lossy(&rest(client)).into_owned()
}

#[test]
fn slow_heads_and_idle_connections_are_given_up() {
    let (server, desk) = server();
    let began = Instant::now();
    let mut slow: Vec<Client> = (0..8).map(|_| connect(&server)).collect();
    for client in &mut slow {
        client.write_all(b"GET /short HT").unwrap();
    }
    // No more from this address; what is refused is closed without a word.
    while desk.totals.refused.load(Ordering::Relaxed) == 0 {
        assert!(began.elapsed() < FAR);
        rest(connect(&server));
    }
    for client in slow {
        let answer = String::from_utf8_lossy(&rest(client)).into_owned();
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    assert!(began.elapsed() >= limits().head);
    // There is room again.
    let mut answer = String::new();
    while !answer.contains("200 OK") {
        assert!(began.elapsed() < FAR, "{answer}");
        answer = ask(&server, "GET /short HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    }
    assert!(answer.ends_with("\r\n\r\nxxxxx"), "{answer}");
    server.stop();
}

#[test]
fn who_takes_nothing_is_given_up() {
    let (server, _) = server();
    let mut client = connect(&server);
    client
        .write_all(b"GET /long HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        .unwrap();
    std::thread::scope(|scope| {
        // It takes a little, and then nothing for far longer than is borne: the room is free again.
        let mut some = [0; 100];
        client.read_exact(&mut some).unwrap();
        let began = Instant::now();
        let others: Vec<Client> = (0..7).map(|_| connect(&server)).collect();
        scope.spawn(|| drop(others));
        let is_free = || ask(&server, "GET /short HTTP/1.0\r\n\r\n").contains("200 OK");
        while !is_free() {
            assert!(began.elapsed() < FAR);
        }
        while began.elapsed() < 3 * limits().stall {
            std::thread::yield_now();
        }
    });
    let all = rest(client);
    assert!(all.len() < LONG, "{} bytes", all.len());
    server.stop();
}

#[test]
fn what_is_no_request_is_refused() {
    let (server, _) = server();
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(HEAD_BYTES));
    let many = format!(
        "GET /short HTTP/1.1\r\n{}\r\n",
        "A: b\r\n".repeat(HEAD_FIELDS + 1)
    );
    for (request, status) in [
        (long.as_str(), "HTTP/1.1 4"),
        (many.as_str(), "HTTP/1.1 431"),
        ("\x16\x03\x01\x02\x00\x01\x00", ""),
        ("GET\r\n\r\n", "HTTP/1.1 400"),
        ("GET /short HTTP/9.9\r\n\r\n", ""),
        (
            "POST /short HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc",
            "HTTP/1.0 405",
        ),
        ("DELETE /short HTTP/1.0\r\n\r\n", "HTTP/1.0 405"),
        ("OPTIONS * HTTP/1.0\r\n\r\n", "HTTP/1.0 405"),
        ("GET /../short HTTP/1.0\r\n\r\n", "HTTP/1.0 404"),
        ("GET //short HTTP/1.0\r\n\r\n", "HTTP/1.0 404"),
        (
            "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.0\r\n\r\n",
            "HTTP/1.0 404",
        ),
        ("GET /short%00.html HTTP/1.0\r\n\r\n", "HTTP/1.0 404"),
        (
            "GET http://127.0.0.1/short HTTP/1.0\r\n\r\n",
            "HTTP/1.0 200",
        ),
        ("GET /short?x=1 HTTP/1.0\r\n\r\n", "HTTP/1.0 200"),
    ] {
        let answer = ask(&server, request);
        assert!(answer.starts_with(status), "{request:?}: {answer}");
        assert!(!answer.contains("root:"), "{answer}");
    }
    server.stop();
}

#[test]
fn it_ends_while_somebody_loads() {
    let (server, _) = server();
    let mut client = connect(&server);
    client
        .write_all(b"GET /long HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        .unwrap();
    let mut some = [0; 100];
    client.read_exact(&mut some).unwrap();
    let (began, address) = (Instant::now(), server.address());
    server.stop();
    assert!(began.elapsed() < FAR);
    assert!(Client::connect(address).is_err(), "nobody listens any more");
    let _ = client.shutdown(Shutdown::Both);
}

#[test]
fn half_a_connection_is_one_that_is_answered_or_closed() {
    let (server, _) = server();
    let mut client = connect(&server);
    client
        .write_all(b"GET /short HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        .unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    // Whether it is answered or not, it does not stay.
    let _ = rest(client);
    let silent = connect(&server);
    silent.shutdown(Shutdown::Write).unwrap();
    assert!(rest(silent).is_empty());
    server.stop();
}
