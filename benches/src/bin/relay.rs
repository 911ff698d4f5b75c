//! Fifty phones at one relay: the real program on loopback, each client loading the edition as one
//! file while landing pages are asked for, each on a connection of its own.
//!
//! `relay`
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use benches::{MB, Newsroom, Result, article, file, quantile, skywave};
use channel::Seed;
use station::send::Length;

const PHONES: usize = 50;
const ROUNDS: usize = 5;
/// What makes a `.sky` of 20 MB.
const FILE_BYTES: usize = 19_700_000;
/// Between two landing pages: 100 people who look in a second.
const PAUSE: Duration = Duration::from_millis(10);
const MARK_SECONDS: f64 = 0.3;
const MARK_MEMORY: f64 = 200.0;

fn main() -> Result<()> {
    let newsroom = Newsroom::publish(&[article(
        "file",
        vec![file("a.bin", FILE_BYTES, Seed(5))],
        Vec::new(),
    )])?;
    let path = |name: &str| newsroom.dir().join(name).display().to_string();
    let (air, inbox) = (path("air.ts"), path("inbox"));
    let mut out = std::fs::File::create(&air)?;
    newsroom.send(30_000_000, Length::Laps(1.1), false, true, &mut out)?;
    let trust = newsroom.trust().display().to_string();
    let received = skywave(None, &["receive", &air, "--trust", &trust, "-i", &inbox])?;
    if received.status != Some(0) {
        return Err(format!("{received:?}").into());
    }
    let mut relay = Relay::start(&inbox)?;
    let page = String::from_utf8(get(&relay.address, "/")?)?;
    let link = page
        .split("href=\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|link| link.ends_with(".sky"))
        .ok_or("the landing page offers no .sky")?
        .to_owned();
    let whole = get(&relay.address, &link)?;

    let is_over = AtomicBool::new(false);
    let began = Instant::now();
    let (address, whole) = (&relay.address, &whole);
    let (loads, mut looks) = std::thread::scope(|scope| {
        let phones: Vec<_> = (0..PHONES)
            .map(|_| {
                scope.spawn(|| {
                    let times = (0..ROUNDS).map(|_| load(address, &link, whole));
                    times.collect::<std::io::Result<Vec<f64>>>()
                })
            })
            .collect();
        let visitor = scope.spawn(|| look(address, &is_over));
        let loads: Vec<_> = phones.into_iter().map(|phone| phone.join()).collect();
        is_over.store(true, Ordering::Relaxed);
        (loads, visitor.join())
    });
    let seconds = began.elapsed().as_secs_f64();
    let mut times = Vec::new();
    for load in loads {
        times.extend(load.map_err(|_| "a client's thread has ended badly")??);
    }
    let looks = looks
        .as_mut()
        .map_err(|_| "the visitor's thread has ended badly")?
        .as_mut()
        .map_err(|error| format!("a landing page: {error}"))?;
    let memory = relay.most_memory()? / MB;
    let cpu = relay.cpu_seconds()?;
    relay.child.kill()?;
    relay.child.wait()?;

    let bytes = (PHONES * ROUNDS * whole.len()) as f64;
    let p99 = quantile(looks, 0.99);
    println!("| what | measured | mark |");
    println!("|---|---|---|");
    println!(
        "| {PHONES} clients, {ROUNDS} times {:.1} MB each, every byte compared | {} of {} whole | all |",
        whole.len() as f64 / MB,
        times.len(),
        PHONES * ROUNDS
    );
    println!(
        "| landing page meanwhile, median of {} | {:.1} ms | |",
        looks.len(),
        1e3 * quantile(looks, 0.5)
    );
    println!(
        "| landing page meanwhile, 99th percentile | {:.1} ms | ≤ {:.0} ms |",
        1e3 * p99,
        1e3 * MARK_SECONDS
    );
    println!("| most memory of the relay | {memory:.0} MB | ≤ {MARK_MEMORY:.0} MB |");
    println!(
        "| all of it | {seconds:.1} s, {:.0} MB/s, {cpu:.1} s of core time | |",
        bytes / MB / seconds
    );
    if times.len() != PHONES * ROUNDS || p99 > MARK_SECONDS || memory > MARK_MEMORY {
        return Err("a mark is missed".into());
    }
    Ok(())
}

/// Loads the file and compares it. Gives the seconds that it took.
fn load(address: &str, link: &str, whole: &[u8]) -> std::io::Result<f64> {
    let began = Instant::now();
    let mut stream = ask(address, link)?;
    head(&mut stream)?;
    let (mut buffer, mut at) = (vec![0; 64 << 10], 0);
    loop {
        let n = stream.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        if whole.get(at..at + n) != Some(&buffer[..n]) {
            return Err(std::io::Error::other("other bytes"));
        }
        at += n;
    }
    match at == whole.len() {
        true => Ok(began.elapsed().as_secs_f64()),
        false => Err(std::io::ErrorKind::UnexpectedEof.into()),
    }
}

/// Asks for landing pages until it is over; gives the seconds that each took.
fn look(address: &str, is_over: &AtomicBool) -> std::io::Result<Vec<f64>> {
    let mut times = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let began = Instant::now();
        get(address, "/")?;
        times.push(began.elapsed().as_secs_f64());
        std::thread::sleep(PAUSE);
    }
    Ok(times)
}

fn get(address: &str, path: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = ask(address, path)?;
    head(&mut stream)?;
    let mut body = Vec::new();
    stream.read_to_end(&mut body)?;
    Ok(body)
}

fn ask(address: &str, path: &str) -> std::io::Result<BufReader<TcpStream>> {
    let mut stream = TcpStream::connect(address)?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    Ok(BufReader::with_capacity(64 << 10, stream))
}

/// Reads the head of an answer, which has to be a good one.
fn head(stream: &mut BufReader<TcpStream>) -> std::io::Result<()> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    if !line.contains(" 200 ") {
        return Err(std::io::Error::other(line));
    }
    while line != "\r\n" {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

/// The program that was built beside the bench, or `SKYWAVE`.
struct Relay {
    child: Child,
    address: String,
}

impl Relay {
    fn start(inbox: &str) -> Result<Self> {
        let program = match std::env::var_os("SKYWAVE") {
            Some(program) => program.into(),
            None => std::env::current_exe()?.with_file_name("skywave"),
        };
        let mut child = Command::new(program)
            .args(["relay", "--json", "-i", inbox, "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().ok_or("no pipe")?;
        let mut lines = BufReader::new(stdout).lines();
        loop {
            let line = lines.next().ok_or("the relay has ended")??;
            if let Some((_, rest)) = line.split_once("\"listen\":\"") {
                let address = rest.split('"').next().unwrap_or_default().to_owned();
                // What else it says is not waited for.
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(Self { child, address });
            }
        }
    }

    /// The most memory that it held (proc(5): VmHWM), in bytes.
    fn most_memory(&self) -> Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
        let kilobytes: f64 = kilobytes.ok_or("no VmHWM")?.trim().parse()?;
        Ok(1024.0 * kilobytes)
    }

    /// Seconds that it was on a core (proc(5): utime, stime, in hundredths).
    fn cpu_seconds(&self) -> Result<f64> {
        let text = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields = text.rsplit_once(") ").ok_or("no times")?.1;
        let fields: Vec<&str> = fields.split(' ').collect();
        let ticks: f64 = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
        Ok(ticks / 100.0)
    }
}
