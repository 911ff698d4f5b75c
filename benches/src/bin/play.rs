//! `skywave play` as it is on air: the real program on loopback for a while. When each datagram
//! arrives (by the kernel's clock, SO_TIMESTAMPNS), what its PCRs say, and what it costs.
//!
//! ```text
//! cargo build --release -p skywave
//! cargo run --release -p skywave-benches --bin play -- 10000000 60
//! ```

use std::fs;
use std::io::IoSliceMut;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use benches::Result;
use benches::{Newsroom, article, paragraphs, picture};
use channel::Seed;
use nix::sys::signal::{Signal, kill};
use nix::sys::socket::sockopt::{RcvBuf, ReceiveTimestampns};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt};
use nix::sys::time::TimeSpec;
use nix::unistd::Pid;
use ts::CELL_BYTES;

/// Seconds before it is measured: the first windows are made.
const WARM: f64 = 15.0;
/// Clock ticks a second that `/proc` counts in (getconf CLK_TCK, on every Linux).
const TICKS: f64 = 100.0;

#[allow(clippy::print_stdout, reason = "a bench prints")]
fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let rate: u64 = arguments.next().map_or(Ok(10_000_000), |a| a.parse())?;
    let seconds: f64 = arguments.next().map_or(Ok(60.0), |a| a.parse())?;
    let megabytes: usize = arguments.next().map_or(Ok(20), |a| a.parse())?;
    let drafts: Vec<_> = (0..200)
        .map(|n| {
            let shown = vec![picture(megabytes * 1_000_000 / 200, Seed(n))];
            article(&format!("a{n}"), shown, paragraphs(3_000, Seed(1_000 + n)))
        })
        .collect();
    let newsroom = Newsroom::publish(&drafts)?;
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    setsockopt(&socket, ReceiveTimestampns, &true)?;
    setsockopt(&socket, RcvBuf, &(4 << 20))?;
    let station = newsroom.station.dir().to_owned();
    let path = station.join("station.toml");
    let text = fs::read_to_string(&path)?;
    let to = socket.local_addr()?;
    let play = format!(
        "{text}\n[play]\nlisten = \"\"\n[[play.ts]]\nto = \"udp://{to}\"\nbitrate = \"{rate}\"\n"
    );
    fs::write(&path, play)?;
    let mut child = Command::new(std::env::current_exe()?.with_file_name("skywave"))
        .args(["play", "--quiet", "-s"])
        .arg(&station)
        .stdin(Stdio::null())
        .spawn()?;
    let outcome = measure(&socket, &child, rate, seconds);
    kill(Pid::from_raw(child.id() as i32), Signal::SIGTERM)?;
    let status = child.wait()?;
    let Outcome {
        arrivals,
        pcrs,
        cpu,
        lost,
        memory,
    } = outcome?;
    println!("{rate} bit/s, edition of {megabytes} MB, {seconds} s after {WARM} s, {status}");
    println!(
        "datagrams {}, cells lost or out of order {lost}",
        arrivals.len()
    );
    println!(
        "CPU {:.1} % of one core, memory {:.0} MB",
        cpu / seconds * 100.0,
        memory / 1e6
    );
    // By the stream: a PCR against the place of its byte.
    let first = pcrs.first().copied().unwrap_or_default();
    let by_stream = pcrs.iter().map(|(byte, pcr)| {
        let exact = (byte - first.0) as f64 * 8e9 / rate as f64;
        (pcr - first.1) as f64 * 1e9 / 27e6 - exact
    });
    tell(
        "PCR against its place in the stream, ns",
        centred(by_stream.collect()),
    );
    let interval = 7.0 * CELL_BYTES as f64 * 8e9 / rate as f64;
    let began = arrivals.first().map_or(0, |(_, time)| *time);
    let late = arrivals
        .iter()
        .map(|(n, time)| (time - began) as f64 - *n as f64 * interval);
    tell(
        "arrival of a datagram against its time, µs",
        centred(late.map(|ns| ns / 1e3).collect()),
    );
    Ok(())
}

struct Outcome {
    /// Number in the stream and arrival in ns.
    arrivals: Vec<(u64, i64)>,
    /// Byte of the stream and PCR in 27 MHz.
    pcrs: Vec<(u64, i64)>,
    cpu: f64,
    lost: u64,
    memory: f64,
}

fn measure(socket: &UdpSocket, child: &Child, rate: u64, seconds: f64) -> Result<Outcome> {
    socket.set_read_timeout(Some(Duration::from_secs(20)))?;
    let per_second = rate as f64 / 8.0 / (7 * CELL_BYTES) as f64;
    let (warm, most) = ((per_second * WARM) as u64, (per_second * seconds) as u64);
    let mut outcome = Outcome {
        arrivals: Vec::new(),
        pcrs: Vec::new(),
        cpu: 0.0,
        lost: 0,
        memory: 0.0,
    };
    let mut buffer = [0; 2_048];
    let mut space = nix::cmsg_space!(TimeSpec);
    let mut counters = [None; 8_192];
    for n in 0..warm + most {
        let (len, time) = {
            let mut parts = [IoSliceMut::new(&mut buffer)];
            let got = recvmsg::<()>(
                socket.as_raw_fd(),
                &mut parts,
                Some(&mut space),
                MsgFlags::empty(),
            )?;
            let time = got.cmsgs()?.find_map(|message| match message {
                ControlMessageOwned::ScmTimestampns(time) => Some(time),
                _ => None,
            });
            (got.bytes, time.ok_or("the kernel says no time")?)
        };
        if n == warm {
            outcome.cpu = -cpu(child.id())?;
        }
        for (place, cell) in buffer[..len].chunks(CELL_BYTES).enumerate() {
            let pid = usize::from(cell[1] & 0x1f) << 8 | usize::from(cell[2]);
            if cell[3] & 0x10 != 0 && pid != 0x1fff {
                let counter = cell[3] & 0xf;
                if counters[pid].is_some_and(|last: u8| (last + 1) & 0xf != counter) {
                    outcome.lost += 1;
                }
                counters[pid] = Some(counter);
            }
            // adaptation_field with PCR_flag (ISO/IEC 13818-1 clause 2.4.3.4).
            if n >= warm && cell[3] & 0x20 != 0 && cell[4] >= 7 && cell[5] & 0x10 != 0 {
                let base = cell[6..10]
                    .iter()
                    .fold(0_i64, |all, b| all << 8 | i64::from(*b));
                let base = base << 1 | i64::from(cell[10] >> 7);
                let extension = i64::from(cell[10] & 1) << 8 | i64::from(cell[11]);
                let byte = (n * 7 + place as u64) * CELL_BYTES as u64;
                outcome.pcrs.push((byte, base * 300 + extension));
            }
        }
        if n >= warm {
            outcome
                .arrivals
                .push((n - warm, time.tv_sec() * 1_000_000_000 + time.tv_nsec()));
        }
    }
    outcome.cpu += cpu(child.id())?;
    outcome.memory = memory(child.id())?;
    Ok(outcome)
}

/// Seconds on a core, user and system.
fn cpu(id: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/stat"))?;
    let after = text.rsplit_once(')').ok_or("no stat")?.1;
    let ticks: Vec<f64> = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .flat_map(str::parse)
        .collect();
    Ok(ticks.iter().sum::<f64>() / TICKS)
}

/// The most memory that it held, in bytes.
fn memory(id: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.ok_or("no VmHWM")?.parse::<f64>()? * 1_024.0)
}

/// Around their median, which says nothing but when the first one came.
fn centred(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let median = values.get(values.len() / 2).copied().unwrap_or(0.0);
    values.iter().map(|value| value - median).collect()
}

#[allow(clippy::print_stdout, reason = "a bench prints")]
fn tell(what: &str, values: Vec<f64>) {
    let mut sizes: Vec<f64> = values.iter().map(|value| value.abs()).collect();
    sizes.sort_by(f64::total_cmp);
    let at = |share: f64| {
        sizes
            .get((sizes.len() as f64 * share) as usize)
            .or(sizes.last())
    };
    let [half, most, nearly, all] =
        [0.5, 0.99, 0.999, 1.0].map(|share| at(share).copied().unwrap_or(0.0));
    println!("{what}: 50 % {half:.0}, 99 % {most:.0}, 99.9 % {nearly:.0}, all {all:.0}");
}
