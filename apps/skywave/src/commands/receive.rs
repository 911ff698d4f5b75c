//! `skywave receive`: the news out of recordings and streams.

mod sound;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use indicatif::ProgressBar;
use receiver::{Carrier, Event, Receiver};
use serde_json::json;
use station::inbox::FileStore;

use crate::commands::status;
use crate::error::{Error, Status};
use crate::output::{Output, bytes, span};
use crate::time;

/// Bytes that are read at once.
const STEP: usize = 1 << 20;
/// Bytes after which what has come is made to last, when recordings are read.
const SAVE_EVERY: u64 = 256 << 20;
/// Seconds after which it is, when a stream comes slowly.
const SAVE_SECONDS: f64 = 5.0;

/// Arguments of `receive`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Recordings (of sound: as WAV) and .sky files (also zipped, or in a page), in any order; - for
    /// a live stream on stdin.
    #[arg(required = true, value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// Whom to believe: a station.pub file, or 64 hexadecimal digits. Can be repeated.
    #[arg(long, value_name = "KEY", num_args = 1..)]
    trust: Vec<String>,
    /// Where to keep what has come.
    #[arg(short, long, value_name = "INBOX")]
    inbox: PathBuf,
}

pub(crate) fn run(arguments: Arguments, output: &Output) -> Result<Status, Error> {
    let mut trust = Vec::new();
    for key in &arguments.trust {
        trust.push(station::read_publisher(key)?.key);
    }
    remember_trust(&arguments.inbox, &trust)?;
    let store = FileStore::open(&arguments.inbox).map_err(Error::file(&arguments.inbox))?;
    let inbox = Error::file(arguments.inbox.clone());
    let mut receiver = Receiver::open(store, trust.clone()).map_err(inbox)?;
    for input in &arguments.inputs {
        let mut one = Input {
            path: input,
            inbox: &arguments.inbox,
            output,
        };
        one.receive(&mut receiver)?;
    }
    if trust.is_empty() {
        return tell_strangers(&receiver, output);
    }
    let editions = receiver.status();
    status::tell(&editions, status::rate(&arguments.inbox), output);
    match editions.first() {
        Some(newest) if newest.is_complete() => Ok(Status::Done),
        Some(_) => Ok(Status::Incomplete),
        None => {
            let strangers = !receiver.strangers().is_empty();
            tell_nothing(&receiver, output);
            Ok(if strangers {
                Status::NotVerified
            } else {
                Status::Incomplete
            })
        }
    }
}

struct Input<'a> {
    path: &'a Path,
    inbox: &'a Path,
    output: &'a Output,
}

impl Input<'_> {
    fn receive(&mut self, receiver: &mut Receiver<FileStore>) -> Result<(), Error> {
        let is_live = self.path.as_os_str() == "-";
        let (mut reader, size): (Box<dyn Read>, u64) = if is_live {
            (Box::new(std::io::stdin().lock()), 0)
        } else {
            let file = File::open(self.path).map_err(Error::file(self.path))?;
            let size = file.metadata().map_or(0, |m| m.len());
            (Box::new(file), size)
        };
        let bar = self.output.bar(size, "receiving");
        let began = Instant::now();
        let before = receiver.counters();
        let mut buffer = vec![0; STEP];
        let mut read = 0_u64;
        let mut saved = (0_u64, Instant::now());
        loop {
            let n = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) => n,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    // A stick pulled out: what has come so far is kept.
                    receiver.save().map_err(Error::file(self.inbox))?;
                    return Err(Error::file(self.path)(error));
                }
            };
            receiver
                .push(&buffer[..n])
                .map_err(Error::file(self.inbox))?;
            read += n as u64;
            bar.set_position(read);
            self.tell_events(receiver, &bar);
            let waited = saved.1.elapsed().as_secs_f64();
            if read - saved.0 >= SAVE_EVERY || (waited >= SAVE_SECONDS && read > saved.0) {
                receiver.save().map_err(Error::file(self.inbox))?;
                saved = (read, Instant::now());
            }
        }
        let carrier = receiver.carrier();
        let mut stream_seconds = receiver.demux().report().duration.map(ts::Ticks::seconds);
        receiver.end_recording().map_err(Error::file(self.inbox))?;
        let heard = receiver.heard().filter(|_| carrier == Some(Carrier::Radio));
        if let Some(heard) = heard {
            stream_seconds = Some(heard.seconds);
        }
        self.tell_events(receiver, &bar);
        bar.finish_and_clear();
        let after = receiver.counters();
        let packets = after.packets - before.packets;
        let payload = after.packet_bytes - before.packet_bytes;
        if let Some(seconds) = stream_seconds.filter(|s| *s > 1.0 && packets > 0) {
            status::remember_rate(self.inbox, payload as f64 / seconds);
        }
        let seconds = began.elapsed().as_secs_f64();
        let name = if is_live {
            "stdin".to_owned()
        } else {
            self.path.display().to_string()
        };
        self.output.result(
            &format!(
                "{name}: {} read in {}, {packets} packets ({}) of which {} brought something new{}{}",
                bytes(read),
                span(seconds),
                bytes(payload),
                after.useful - before.useful,
                heard.as_ref().map(sound::describe).unwrap_or_default(),
                match packets {
                    0 if heard.is_none() => nothing_in(carrier),
                    _ => "",
                }
            ),
            &json!({
                "event": "recording",
                "file": self.path,
                "carrier": carrier.map(Carrier::name),
                "bytes": read,
                "seconds": seconds,
                "packets": packets,
                "packet_bytes": payload,
                "useful": after.useful - before.useful,
                "forged": after.forged - before.forged,
                "broken": after.broken - before.broken,
                "stream_seconds": stream_seconds,
                "sound": heard.as_ref().map(sound::report),
            }),
        );
        Ok(())
    }

    fn tell_events(&self, receiver: &mut Receiver<FileStore>, bar: &ProgressBar) {
        while let Some(event) = receiver.poll() {
            bar.suspend(|| tell(&event, self.output));
        }
    }
}

/// What to try where a recording has no packet in it, by what it seems to be.
fn nothing_in(carrier: Option<Carrier>) -> &'static str {
    match carrier {
        Some(Carrier::Ts | Carrier::Ps) => {
            ". There is nothing of Skywave in it: is it a recording of the right channel, with data \
             or subtitles included?"
        }
        Some(Carrier::Sky) => {
            ". No packet in this file is whole. It was cut short, or passed on as text, or written \
             by a newer program: get it again, as a file or in a zip."
        }
        Some(Carrier::Zip) => ". It is compressed: unpack it, and receive what was in it.",
        Some(Carrier::Html) => ". It is a page without an edition in it.",
        // What was heard has been said.
        Some(Carrier::Radio) => "",
        None => {
            ". It is neither a recording of television or of sound (WAV) nor a file of Skywave."
        }
    }
}

fn tell(event: &Event, output: &Output) {
    match event {
        Event::Heard {
            publisher,
            name,
            number,
        } => output.detail(&format!(
            "on air, not trusted: «{name}», edition {number}, {}",
            edition::publisher_words(publisher).join(" ")
        )),
        Event::Edition {
            publisher,
            name,
            number,
            seconds,
        } => {
            let line = format!("«{name}», edition {number} of {}", time::show(*seconds));
            match output.is_json() {
                true => output.result(
                    "",
                    &json!({
                        "event": "edition",
                        "publisher": publisher.to_string(),
                        "name": name,
                        "number": number,
                        "seconds": seconds,
                    }),
                ),
                false => output.note(&line),
            }
        }
        Event::Object { hash, tier, bytes } => output.detail(&format!(
            "{} {hash}, {bytes} bytes",
            tier.map_or("manifest", edition::Tier::name)
        )),
        Event::TierComplete { number, tier } => match output.is_json() {
            true => output.result(
                "",
                &json!({ "event": "tier", "number": number, "tier": tier.name() }),
            ),
            false => output.note(&format!("edition {number}: {} complete", tier.name())),
        },
        Event::Warning(warning) => output.problem(&warning.to_string()),
    }
}

fn tell_strangers(receiver: &Receiver<FileStore>, output: &Output) -> Result<Status, Error> {
    let strangers = receiver.strangers();
    if strangers.is_empty() {
        tell_nothing(receiver, output);
        return Ok(Status::NotVerified);
    }
    output.line(
        "Nothing is shown, because you have not said whom to trust (--trust). On air are the \
         publishers below. Compare the eight words with paper, the radio or the screen before you \
         believe one:",
    );
    for (key, name, number) in strangers {
        let words = edition::publisher_words(&key).join(" ");
        output.result(
            &format!("\n  «{name}», edition {number}\n    {words}\n    --trust {key}"),
            &json!({
                "event": "heard",
                "name": name,
                "number": number,
                "words": words,
                "key": key.to_string(),
            }),
        );
    }
    Ok(Status::NotVerified)
}

fn tell_nothing(receiver: &Receiver<FileStore>, output: &Output) {
    let counters = receiver.counters();
    let line = match (counters.packets, counters.heads) {
        (0, _) if receiver.heard().is_some() => {
            "No packets were found. If these are recordings of a radio: record some minutes of the \
             transmission, whole, as WAV, and try another receiver or place if there are none again."
        }
        (0, _) => {
            "No packets were found. If these are recordings: record the data service of the channel, \
             or the whole transponder, for some minutes, and try another box if there are none again."
        }
        (_, 0) => {
            "There are packets, and no head of an edition that verifies: record for longer, or \
             with better reception."
        }
        _ => {
            "There are editions, and none of a publisher that you trust. Run again without \
             --trust to see whose they are."
        }
    };
    output.result(
        line,
        &json!({ "event": "nothing", "packets": counters.packets, "heads": counters.heads }),
    );
}

/// Whom the inbox believes, so that `status` and `read` need not be told again.
fn remember_trust(inbox: &Path, trust: &[edition::PublicKey]) -> Result<(), Error> {
    std::fs::create_dir_all(inbox).map_err(Error::file(inbox))?;
    let path = inbox.join("trust");
    let mut known = read_trust(inbox);
    let before = known.len();
    for key in trust {
        if !known.contains(key) {
            known.push(*key);
        }
    }
    if known.len() == before {
        return Ok(());
    }
    let text: String = known.iter().map(|key| format!("{key}\n")).collect();
    let aside = inbox.join("trust.new");
    std::fs::write(&aside, text).map_err(Error::file(&aside))?;
    std::fs::rename(&aside, &path).map_err(Error::file(path))
}

/// The keys that [`remember_trust`] has written.
pub(crate) fn read_trust(inbox: &Path) -> Vec<edition::PublicKey> {
    let text = std::fs::read_to_string(inbox.join("trust")).unwrap_or_default();
    text.lines()
        .filter_map(|line| station::read_publisher(line).ok())
        .map(|publisher| publisher.key)
        .collect()
}
