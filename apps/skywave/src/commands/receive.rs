//! `skywave receive`: the news out of recordings and streams.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use edition::Tier;
use receiver::Receiver;
use serde_json::json;
use station::inbox::FileStore;

use crate::commands::status;
use crate::error::{Error, Status};
use crate::output::Output;
use crate::reception::{Feed, Interrupt, Reception, inputs, remember_trust};

/// Arguments of `receive`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Recordings, of sound as WAV, FLAC, MP3, M4A, 3GP, AAC, Ogg, Opus, WebM or AMR, and .sky files
    /// (also zipped, or in a page), captures of a network (pcap), in any order; folders of these; the
    /// address of a mirror, which ends with / (whoever watches the network sees that it is asked), or
    /// of a file; - for a live stream on stdin, udp://GROUP:PORT?interface=NAME for one of datagrams.
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
    let mut is_enough = |receiver: &mut Receiver<FileStore>| {
        let until = arguments.until;
        until.is_some_and(|until| until.is_here(receiver))
    };
    let interrupt = Interrupt::watch(output);
    let mut reception = Reception::new(&arguments.inbox, output, interrupt, &mut is_enough);
    let mut failed = Ok(());
    if let Some(name) = &arguments.device {
        let feed = Feed::device(name, reception.interrupt())?;
        let path = PathBuf::from(name);
        failed = reception
            .receive(&mut receiver, feed, &path, None)
            .map(drop);
        if failed.is_err() && receiver.counters().packets == 0 {
            return failed.map(|()| Status::Incomplete);
        }
    }
    let all = arguments.inputs.iter().flat_map(|input| inputs(input));
    let all: Vec<_> = all.collect();
    // Of one thing alone, what is wrong with it is the end.
    let is_one = all.len() == 1;
    for (path, input) in all {
        if reception.is_over() {
            break;
        }
        let opened = input.and_then(|input| input.open(arguments.pcm, reception.interrupt()));
        let received = opened.map_err(Error::file(&path)).and_then(|(feed, size)| {
            let size = Some(size).filter(|size| *size > 0);
            reception.receive(&mut receiver, feed, &path, size)
        });
        match received {
            // A bad file among others; a full disk is the end of all.
            Err(error) if !is_one && error.is_of(&path) => output.problem(&error.to_string()),
            other => drop(other?),
        }
    }
    let status = tell_all(&receiver, &arguments, reception.is_read(), output);
    failed.map(|()| match reception.is_read() {
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
