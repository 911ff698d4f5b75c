//! `skywave receive`: the news out of recordings and streams.

mod device;
mod feed;
mod interrupt;
mod live;
mod signal;
mod sound;
mod watch;

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::{Args, ValueEnum};
use edition::Tier;
use indicatif::ProgressBar;
use receiver::{Carrier, Event, Receiver};
use serde_json::json;
use station::inbox::FileStore;

use feed::{Feed, Step};
use interrupt::Interrupt;
use watch::Watch;

use crate::commands::status;
use crate::error::{Error, Status};
use crate::output::{Output, bytes, span};
use crate::time;

/// Bytes after which what has come is made to last, when recordings are read.
const SAVE_EVERY: u64 = 256 << 20;
/// Seconds after which it is, when a stream comes slowly.
const SAVE_SECONDS: f64 = 5.0;

/// Arguments of `receive`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Recordings, of sound as WAV, FLAC, MP3, M4A, 3GP, AAC, Ogg, Opus, WebM or AMR, and .sky files
    /// (also zipped, or in a page), in any order; - for a live stream on stdin.
    #[arg(required_unless_present = "device", value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// The files, or stdin (-), are samples without a header: signed, 16 bits, little-endian, one
    /// channel, so many in a second.
    #[arg(long, value_name = "RATE", value_parser = clap::value_parser!(u32).range(8_000..=192_000))]
    pcm: Option<u32>,
    /// Listen to this device, such as a radio on the computer's line input: its name, as the first
    /// of arecord, parec, pw-record, ffmpeg that is installed knows it, or "default". Of ALSA's names
    /// plughw:1 has every rate; hw:1 is taken as that. Ctrl-C ends it.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["inputs", "pcm"])]
    device: Option<String>,
    /// End as soon as so much of the newest edition is here.
    #[arg(long, value_name = "TIER")]
    until: Option<Until>,
    /// Whom to believe: a station.pub file, or 64 hexadecimal digits. Can be repeated.
    #[arg(long, value_name = "KEY", num_args = 1..)]
    trust: Vec<String>,
    /// Where to keep what has come.
    #[arg(short, long, value_name = "INBOX")]
    inbox: PathBuf,
}

/// How much is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Until {
    /// Titles and leads.
    Front,
    /// Articles, too.
    Text,
    /// Pictures, too.
    Picture,
    /// All of it.
    Complete,
}

impl Until {
    /// Whether it is here.
    fn is_here(self, receiver: &Receiver<FileStore>) -> bool {
        let last = match self {
            Until::Front => Tier::Front,
            Until::Text => Tier::Text,
            Until::Picture => Tier::Picture,
            Until::Complete => Tier::Media,
        };
        let editions = receiver.status();
        let mut tiers = editions.iter().take(1).flat_map(|newest| &newest.tiers);
        tiers.any(|tier| tier.tier == Tier::Front)
            && editions[0]
                .tiers
                .iter()
                .filter(|tier| tier.tier <= last)
                .all(|tier| tier.is_complete())
    }
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
    let mut reception = Reception {
        inbox: &arguments.inbox,
        output,
        until: arguments.until,
        interrupt: Interrupt::watch(output),
        is_over: false,
        is_read: false,
    };
    let mut failed = Ok(());
    if let Some(name) = &arguments.device {
        let feed = Feed::device(name, &reception.interrupt)?;
        let path = PathBuf::from(name);
        failed = reception.receive(&mut receiver, feed, &path, None);
        if failed.is_err() && receiver.counters().packets == 0 {
            return failed.map(|()| Status::Incomplete);
        }
    }
    for path in &arguments.inputs {
        if reception.is_over {
            break;
        }
        let opened = Feed::open(path, arguments.pcm, &reception.interrupt);
        let (feed, size) = opened.map_err(Error::file(path))?;
        let size = Some(size).filter(|size| *size > 0);
        reception.receive(&mut receiver, feed, path, size)?;
    }
    let status = tell_all(&receiver, &arguments, reception.is_read, output);
    failed.map(|()| match reception.is_read {
        true => status,
        false => Status::Failed,
    })
}

/// Tells what is here, and how far it has come.
fn tell_all(
    receiver: &Receiver<FileStore>,
    arguments: &Arguments,
    is_read: bool,
    output: &Output,
) -> Status {
    if arguments.trust.is_empty() {
        return tell_strangers(receiver, is_read, output);
    }
    let editions = receiver.status();
    status::tell(&editions, status::rate(&arguments.inbox), output);
    match editions.first() {
        Some(newest) if newest.is_complete() => Status::Done,
        Some(_) => Status::Incomplete,
        None => {
            tell_nothing(receiver, is_read, output);
            match receiver.strangers().is_empty() {
                true => Status::Incomplete,
                false => Status::NotVerified,
            }
        }
    }
}

/// What all recordings have in common.
struct Reception<'a> {
    inbox: &'a Path,
    output: &'a Output,
    until: Option<Until>,
    interrupt: Interrupt,
    /// Enough has come, or somebody has pressed Ctrl-C.
    is_over: bool,
    /// One of them, at least, was no sound that cannot be decoded.
    is_read: bool,
}

impl Reception<'_> {
    /// Takes in a recording of so many bytes, or what comes live.
    fn receive(
        &mut self,
        receiver: &mut Receiver<FileStore>,
        mut feed: Feed,
        path: &Path,
        size: Option<u64>,
    ) -> Result<(), Error> {
        let inbox = || Error::file(self.inbox);
        let bar = self.output.bar(size.unwrap_or(0), "receiving");
        let (began, before) = (Instant::now(), receiver.counters());
        let mut watch = Watch::new(self.output, &bar, size.is_none(), before);
        let mut read = 0_u64;
        let mut saved = (0_u64, Instant::now());
        loop {
            match feed.step(receiver) {
                Ok(Ok(Step::End)) => break,
                Ok(Ok(Step::More(n))) => read += n,
                Ok(Err(error)) => return Err(inbox()(error)),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    // A stick pulled out: what has come so far is kept.
                    receiver.save().map_err(inbox())?;
                    return Err(Error::file(path)(error));
                }
            }
            bar.set_position(read);
            let has_more = self.tell_events(receiver, &bar);
            watch.look(receiver);
            let waited = saved.1.elapsed().as_secs_f64();
            if read - saved.0 >= SAVE_EVERY || (waited >= SAVE_SECONDS && read > saved.0) {
                receiver.save().map_err(inbox())?;
                saved = (read, Instant::now());
            }
            self.is_over = has_more && self.until.is_some_and(|until| until.is_here(receiver));
            if self.is_over || self.interrupt.is_pressed() {
                break;
            }
        }
        let carrier = receiver.carrier();
        let mut stream_seconds = receiver.demux().report().duration.map(ts::Ticks::seconds);
        receiver.end_recording().map_err(inbox())?;
        let heard = receiver.heard().filter(|_| carrier == Some(Carrier::Radio));
        let sounding = feed.sounding(heard.as_ref());
        // Of what cannot be decoded nothing reaches the receiver.
        let carrier = carrier.or(sounding.as_ref().map(|_| Carrier::Radio));
        let mut meter = watch.into_meter();
        heard.iter().for_each(|heard| meter.note(heard));
        let heard = heard.unwrap_or_default();
        if sounding.is_some() {
            stream_seconds = Some(heard.seconds);
        }
        self.tell_events(receiver, &bar);
        bar.finish_and_clear();
        let after = receiver.counters();
        let packets = after.packets - before.packets;
        let payload = after.packet_bytes - before.packet_bytes;
        let rate = match (&sounding, stream_seconds) {
            (Some(_), _) => meter.rate(payload),
            (None, Some(seconds)) if seconds > 1.0 => payload as f64 / seconds,
            (None, _) => 0.0,
        };
        if rate > 0.0 {
            status::remember_rate(self.inbox, rate);
        }
        let seconds = began.elapsed().as_secs_f64();
        let name = match path.to_str() {
            Some("-") => "stdin".to_owned(),
            _ => path.display().to_string(),
        };
        let unreadable = sounding
            .as_ref()
            .and_then(|sounding| sound::unreadable(sounding, &heard));
        self.is_read |= unreadable.is_none() || self.interrupt.is_pressed();
        let line = match unreadable {
            Some(why) => format!("{name}: not read. {why}"),
            None => format!(
                "{name}: {} read in {}, {packets} packets ({}) of which {} brought something new{}",
                bytes(read),
                span(seconds),
                bytes(payload),
                after.useful - before.useful,
                match (&sounding, packets) {
                    (Some(sounding), _) => sound::describe(sounding, &heard, meter.on_air()),
                    (None, 0) if read == 0 => ". Nothing came out of it.".to_owned(),
                    (None, 0) => nothing_in(carrier).to_owned(),
                    _ => String::new(),
                }
            ),
        };
        self.output.result(
            &line,
            &json!({
                "event": "recording",
                "file": path,
                "carrier": carrier.map(Carrier::name),
                "bytes": read,
                "seconds": seconds,
                "packets": packets,
                "packet_bytes": payload,
                "useful": after.useful - before.useful,
                "forged": after.forged - before.forged,
                "broken": after.broken - before.broken,
                "stream_seconds": stream_seconds,
                "sound": sounding.as_ref().map(|sounding| sound::report(sounding, &heard, meter.on_air())),
            }),
        );
        let is_enough = self.is_over;
        let closed = feed.close(read > 0, || is_enough || self.interrupt.is_pressed());
        self.is_over |= self.interrupt.is_pressed();
        closed
    }

    /// Tells what has happened. Says whether a tier has become complete.
    fn tell_events(&self, receiver: &mut Receiver<FileStore>, bar: &ProgressBar) -> bool {
        let mut has_more = false;
        while let Some(event) = receiver.poll() {
            has_more |= matches!(event, Event::TierComplete { .. } | Event::Edition { .. });
            bar.suspend(|| tell(&event, self.output));
        }
        has_more
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
        None => ". It is neither a recording of television or of sound nor a file of Skywave.",
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

fn tell_strangers(receiver: &Receiver<FileStore>, is_read: bool, output: &Output) -> Status {
    let strangers = receiver.strangers();
    if strangers.is_empty() {
        tell_nothing(receiver, is_read, output);
        return Status::NotVerified;
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
    Status::NotVerified
}

fn tell_nothing(receiver: &Receiver<FileStore>, is_read: bool, output: &Output) {
    let counters = receiver.counters();
    let line = match (counters.packets, counters.heads) {
        _ if !is_read => "Nothing of this could be read. What to do is said above.",
        (0, _) if receiver.heard().is_some() => {
            "No packets were found. If these are recordings of a radio: record some minutes of the \
             transmission, whole, as WAV or FLAC, and try another receiver or place if there are none again."
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
