//! `cargo xtask demo`: the sample newsroom, from its feed through a damaged recording to a page.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use channel::{BitsPerSecond, Bursts, Channel, Cut, Report, Seconds, Seed};

use crate::human;
use crate::paths;
use crate::run::{Result, Run, is_installed};
use crate::setup;
use crate::words::{Style, styled, table};

/// As much as a corner of a transponder.
const BITRATE: BitsPerSecond = BitsPerSecond(2e6);
const ON_AIR: Seconds = Seconds(60.0);

/// What is done to the recording.
const BURST_SHARE: f64 = 0.20;
const SHORTEST_BURST: Seconds = Seconds(0.2);
const LONGEST_BURST: Seconds = Seconds(2.0);
/// Joined somewhere in the first, and stopped somewhere in the last share of the stream.
const CUT_BEGIN: f64 = 0.3;
const CUT_END: f64 = 0.2;
/// One of those that lose close to a fifth of what is left between the cuts.
const SEED: Seed = Seed(19);

/// `receive` and `status`: incomplete, and more reception will help.
const INCOMPLETE: i32 = 4;

pub(crate) fn run() -> Result<()> {
    let began = Instant::now();
    let demo = Demo::new()?;
    demo.set_up()?;
    demo.found_a_station()?;
    demo.publish()?;
    demo.send()?;
    demo.damage()?;
    demo.receive()?;
    demo.read()?;
    demo.page()?;
    let page = demo.folder.join("reader.html");
    println!(
        "\n{}",
        styled(
            Style::Heading,
            format!(
                "Done in {}. Open the page, and give it the recording:",
                human::duration(began.elapsed())
            )
        )
    );
    println!("\n  {}", demo.folder.join("recording.ts").display());
    println!("  {}\n", page.display());
    open(&page);
    Ok(())
}

struct Demo {
    folder: PathBuf,
    skywave: PathBuf,
}

impl Demo {
    /// In an empty folder, whatever was there.
    fn new() -> Result<Demo> {
        let folder = paths::workspace().join("demo");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Demo {
            folder,
            skywave: paths::built("release", "skywave"),
        })
    }

    fn set_up(&self) -> Result<()> {
        heading(
            1,
            "Set-up",
            "what is missing is installed, and the program built",
        );
        setup::run(&[setup::FFMPEG], false)?;
        let began = Instant::now();
        if !self.skywave.exists() {
            println!("  building  the first time takes some minutes");
        }
        println!("  engine    {}", crate::engine::build()?);
        let build = Run::cargo().args(["build", "--release", "--package", "skywave"]);
        let shown = build.shown();
        build.watched("  ")?.check(&shown)?;
        println!("  built     in {}", human::duration(began.elapsed()));
        Ok(())
    }

    fn found_a_station(&self) -> Result<()> {
        heading(2, "A station", "its keys, its settings, an empty archive");
        let init = [
            "init",
            "demo/station",
            "--name",
            "The Halvaren Courier",
            "--no-passphrase",
        ];
        self.skywave(&init, &[0])?;
        let settings = paths::workspace().join("xtask/station.toml");
        fs::copy(settings, self.folder.join("station/station.toml"))?;
        facts(&[(
            "set in station.toml",
            "three languages, a satellite, a frequency".to_owned(),
        )]);
        Ok(())
    }

    fn publish(&self) -> Result<()> {
        heading(
            3,
            "Publish",
            "a feed, the pages another feed leads to, and a folder become an edition",
        );
        let sources = ["samples/feed.xml", "samples/leads.xml", "samples/articles"];
        let words = [&["publish", "-s", "demo/station"][..], &sources].concat();
        self.skywave(&words, &[0])?;
        facts(&[(
            "archive of the station",
            human::bytes(size(&self.folder.join("station"))?),
        )]);
        Ok(())
    }

    fn send(&self) -> Result<()> {
        heading(4, "Send", "a transport stream for a television channel");
        let (bitrate, duration) = (format!("{}M", BITRATE.0 / 1e6), format!("{}s", ON_AIR.0));
        let send = ["send", "ts", "-s", "demo/station", "--bitrate", &bitrate];
        let rest = ["--duration", &duration, "-o", "demo/air.ts"];
        let took = self.skywave(&[&send[..], &rest].concat(), &[0])?;
        let bytes = fs::metadata(self.folder.join("air.ts"))?.len();
        let on_air = BITRATE.duration(bytes);
        facts(&[
            ("stream", human::bytes(bytes)),
            ("at", human::bitrate(BITRATE.0)),
            (
                "on air for",
                human::duration(Duration::from_secs_f64(on_air.0)),
            ),
            (
                "made in",
                format!(
                    "{} ({:.0} × real time)",
                    human::duration(took),
                    on_air.0 / took.as_secs_f64()
                ),
            ),
        ]);
        Ok(())
    }

    fn damage(&self) -> Result<()> {
        heading(5, "Reception", "a set-top box records a piece of it, badly");
        let report = record(
            &self.folder.join("air.ts"),
            &self.folder.join("recording.ts"),
        )?;
        let seconds = |bytes| human::duration(Duration::from_secs_f64(BITRATE.duration(bytes).0));
        let lost = report.cells.loss();
        let lost = format!(
            "{} of what was sent meanwhile, in bursts of {} to {} s",
            human::percent(lost),
            SHORTEST_BURST.0,
            LONGEST_BURST.0
        );
        facts(&[
            ("joined after", seconds(report.bytes_cut.0)),
            ("stopped before the end by", seconds(report.bytes_cut.1)),
            ("lost", lost),
            (
                "recorded",
                format!(
                    "{} in {}",
                    human::bytes(report.bytes_out),
                    paths::short(&self.folder.join("recording.ts"))
                ),
            ),
            ("again with", SEED.to_string()),
        ]);
        Ok(())
    }

    fn receive(&self) -> Result<()> {
        heading(
            6,
            "Receive",
            "from that recording alone, trusting one publisher",
        );
        let receive = [
            "receive",
            "demo/recording.ts",
            "--trust",
            "demo/station/station.pub",
        ];
        let inbox = ["-i", "demo/inbox"];
        let took = self.skywave(&[&receive[..], &inbox].concat(), &[0, INCOMPLETE])?;
        let bytes = fs::metadata(self.folder.join("recording.ts"))?.len();
        let rate = bytes as f64 / took.as_secs_f64();
        facts(&[(
            "took",
            format!(
                "{} for {} ({}/s)",
                human::duration(took),
                human::bytes(bytes),
                human::bytes(rate as u64)
            ),
        )]);
        heading(7, "Status", "what is here, what is missing");
        self.skywave(&["status", "-i", "demo/inbox"], &[0, INCOMPLETE])?;
        Ok(())
    }

    fn read(&self) -> Result<()> {
        heading(
            8,
            "Read",
            "a small site, no network, right to left where the language is",
        );
        self.skywave(
            &["read", "-i", "demo/inbox", "--out", "demo/site"],
            &[0, INCOMPLETE],
        )?;
        facts(&[("site", human::bytes(size(&self.folder.join("site"))?))]);
        Ok(())
    }

    fn page(&self) -> Result<()> {
        heading(
            9,
            "The reader page",
            "one file that does what steps 6 to 8 did, in a browser",
        );
        let languages = ["--lang", "en", "fa", "ar"];
        let page = ["page", "-o", "demo/reader.html", "--trust"];
        let key = ["demo/station/station.pub"];
        self.skywave(&[&page[..], &key, &languages].concat(), &[0])?;
        Ok(())
    }

    /// Runs the program and shows what it says. Gives the time that it took.
    fn skywave(&self, words: &[&str], good: &[i32]) -> Result<Duration> {
        let run = Run::new(&self.skywave).args(words);
        let shown = run.shown();
        println!("  {}\n", styled(Style::Faint, format!("$ {shown}")));
        let began = Instant::now();
        let said = run.watched("    ")?;
        let took = began.elapsed();
        println!();
        match said.status.code() {
            Some(code) if good.contains(&code) => Ok(took),
            _ => said.check(&shown).map(|()| took),
        }
    }
}

/// Shows the page where there is a screen and something that opens pages on it.
fn open(page: &Path) {
    let has_screen = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    if has_screen && is_installed("xdg-open") {
        // Somebody who has no browser still has the path.
        let _ = Run::new("xdg-open").args([page]).text();
    }
}

/// What the program did not say by itself.
fn facts(facts: &[(&str, String)]) {
    let row = |(what, much): &(&str, String)| vec![styled(Style::Good, what), much.clone()];
    print!("{}", table(&facts.iter().map(row).collect::<Vec<_>>()));
}

fn heading(number: u32, name: &str, what: &str) {
    println!(
        "\n{}  {what}",
        styled(Style::Heading, format!("{number} {name}"))
    );
}

/// Sends a stream through a bad channel into a recorder.
fn record(stream: &Path, recording: &Path) -> Result<Report> {
    let length = fs::metadata(stream)?.len();
    let bursts = Bursts::new(BURST_SHARE, SHORTEST_BURST..=LONGEST_BURST, BITRATE, SEED);
    let cut = Cut::random(length, CUT_BEGIN, CUT_END, SEED);
    let mut channel = Channel::new(SEED).lose_cells(bursts).cut(cut);

    let mut from = BufReader::new(File::open(stream)?);
    let mut to = BufWriter::new(File::create(recording)?);
    let (mut chunk, mut arrived) = (vec![0; 1 << 16], Vec::new());
    loop {
        let length = from.read(&mut chunk)?;
        arrived.clear();
        if length == 0 {
            channel.finish(&mut arrived);
        } else {
            channel.push(&chunk[..length], &mut arrived);
        }
        to.write_all(&arrived)?;
        if length == 0 {
            to.flush()?;
            return Ok(channel.report());
        }
    }
}

/// Bytes of all files in a folder.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let is_folder = entry.file_type()?.is_dir();
        bytes += if is_folder {
            size(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(bytes)
}
