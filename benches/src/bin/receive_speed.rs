//! `skywave receive` of a 1 GB recording of a transponder that holds 600 MB of ours, on one core,
//! the inbox on tmpfs, end to end: no loss, a fifth of the packets lost, repair symbols only.
//!
//! `receive_speed [rounds] [keep]`; `keep` leaves the recordings where it says.
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};

use benches::{DATA_PID, MB, Newsroom, Outcome, Result, article, file, median, skywave};
use channel::{CELL_BYTES, Channel, Pid, Prng, Seed};
use station::send::Length;

const SEED: Seed = Seed(4);
/// Bytes of the recording, and of the edition in it.
const RECORDING: u64 = 1_000_000_000;
const FILES: usize = 6;
const FILE_BYTES: usize = 100_000_000;
/// The core that the program runs on.
const CORE: u32 = 1;
/// PID of the programme beside ours.
const OTHER_PID: u16 = 0x0200;

struct Case {
    name: &'static str,
    laps: f64,
    fresh: bool,
    loss: f64,
    mark: f64,
}

const CASES: [Case; 3] = [
    Case {
        name: "no loss",
        laps: 1.002,
        fresh: true,
        loss: 0.0,
        mark: 500.0,
    },
    Case {
        name: "20 % of the packets lost",
        laps: 1.275,
        fresh: true,
        loss: 0.20,
        mark: 150.0,
    },
    Case {
        name: "repair symbols only",
        laps: 1.02,
        fresh: false,
        loss: 0.0,
        mark: 100.0,
    },
];

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let rounds = arguments.next().map_or(Ok(3), |rounds| rounds.parse())?;
    let keep = arguments.next().is_some();
    let shown = (0..FILES)
        .map(|i| file(&format!("{i}.bin"), FILE_BYTES, Seed(SEED.0 + i as u64)))
        .collect();
    let newsroom = Newsroom::publish(&[article("files", shown, Vec::new())])?;
    println!(
        "| recording | of it ours | packets lost | MB/s of wall | MB/s of core time | system time | memory | mark |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for case in &CASES {
        let path = newsroom.dir().join("recording.ts");
        let (ours, loss) = record(&newsroom, case, &path)?;
        let runs: Vec<Outcome> = (0..rounds)
            .map(|_| receive(&newsroom, &path))
            .collect::<Result<_>>()?;
        let column = |of: fn(&Outcome) -> f64| -> Vec<f64> { runs.iter().map(of).collect() };
        let size = fs::metadata(&path)?.len() as f64 / MB;
        let memory = column(|o| o.memory as f64).into_iter().fold(0.0, f64::max);
        println!(
            "| {} | {:.0} of {size:.0} MB | {:.2} % | {:.0} | {:.0} | {:.0} % | {:.0} MB | ≥ {}, ≤ 300 MB |",
            case.name,
            ours as f64 / MB,
            loss * 100.0,
            size / median(&column(|o| o.wall)),
            size / median(&column(|o| o.cpu)),
            100.0 * median(&column(|o| o.system / o.cpu)),
            memory / MB,
            case.mark
        );
        if keep {
            let name = case.name.replace([' ', '%'], "");
            let kept = format!("/dev/shm/{name}.ts");
            fs::copy(&path, &kept)?;
            fs::copy(newsroom.trust(), "/dev/shm/station.pub")?;
            println!("{kept}");
        }
    }
    println!("\n{SEED}; {rounds} rounds, medians; memory is the most of all rounds.");
    Ok(())
}

/// Writes the recording; gives the bytes of it on the data PID, and the share of packets lost.
fn record(newsroom: &Newsroom, case: &Case, path: &std::path::Path) -> Result<(u64, f64)> {
    let mut sent = Vec::with_capacity(RECORDING as usize);
    let laps = Length::Laps(case.laps);
    newsroom.send(30_000_000, laps, false, case.fresh, &mut sent)?;
    let mut channel = Channel::new(SEED);
    if case.loss > 0.0 {
        channel = channel.lose_packets_at(case.loss, &[Pid(DATA_PID)]);
    }
    let (arrived, report) = channel.run(&sent);
    drop(sent);
    let others = RECORDING.saturating_sub(arrived.len() as u64) as usize / CELL_BYTES;
    let mut beside = Beside::new(
        BufWriter::new(File::create(path)?),
        others,
        arrived.len() / CELL_BYTES,
    );
    for cell in arrived.chunks(CELL_BYTES) {
        beside.cell(cell)?;
    }
    beside.out.flush()?;
    let data = report.pid(Pid(DATA_PID));
    let bytes = (data.sent - data.lost) * CELL_BYTES as u64;
    Ok((bytes, report.packets.loss()))
}

/// Another programme's cells, spread evenly among ours.
struct Beside<W> {
    out: W,
    share: f64,
    due: f64,
    counter: u8,
    prng: Prng,
    cell: [u8; CELL_BYTES],
}

impl<W: Write> Beside<W> {
    fn new(out: W, others: usize, ours: usize) -> Self {
        Self {
            out,
            share: others as f64 / ours as f64,
            due: 0.0,
            counter: 0,
            prng: Prng::new(SEED.part("beside")),
            cell: [0; CELL_BYTES],
        }
    }

    fn cell(&mut self, ours: &[u8]) -> io::Result<()> {
        self.out.write_all(ours)?;
        self.due += self.share;
        while self.due >= 1.0 {
            self.due -= 1.0;
            let [high, low] = OTHER_PID.to_be_bytes();
            self.prng.fill(&mut self.cell);
            self.cell[..4].copy_from_slice(&[0x47, high, low, 0x10 | self.counter]);
            self.counter = (self.counter + 1) % 16;
            self.out.write_all(&self.cell)?;
        }
        Ok(())
    }
}

fn receive(newsroom: &Newsroom, recording: &std::path::Path) -> Result<Outcome> {
    let inbox = newsroom.dir().join("inbox");
    let trust = newsroom.trust();
    let arguments = [
        "receive".as_ref(),
        recording.as_os_str(),
        "--trust".as_ref(),
        trust.as_os_str(),
        "-i".as_ref(),
        inbox.as_os_str(),
        "--quiet".as_ref(),
    ];
    let outcome = skywave(Some(CORE), &arguments)?;
    fs::remove_dir_all(&inbox)?;
    if outcome.status != Some(0) {
        return Err(format!("{outcome:?}").into());
    }
    Ok(outcome)
}
