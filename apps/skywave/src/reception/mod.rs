//! Recordings and streams into an inbox, for the commands that receive.
//!
//! ```text
//! Feed::open, Feed::device          where it comes from: a file, a pipe, a device
//! Reception::receive(receiver, feed)  takes it in, tells how it goes and what it has brought
//! ```

mod datagrams;
mod device;
mod feed;
mod inputs;
mod interrupt;
mod live;
mod signal;
mod sound;
mod trust;
mod watch;

use std::path::Path;
use std::time::Instant;

use indicatif::ProgressBar;
use receiver::{Carrier, Event, Receiver};
use serde_json::json;
use station::inbox::FileStore;

pub(crate) use feed::Feed;
use feed::Step;
pub(crate) use inputs::inputs;
pub(crate) use interrupt::Interrupt;
pub(crate) use trust::{read_trust, remember_trust};
use watch::Watch;

use crate::commands::status;
use crate::error::Error;
use crate::output::{Output, bytes, span};
use crate::time;

/// Bytes after which what has come is made to last, when recordings are read.
const SAVE_EVERY: u64 = 256 << 20;
/// Seconds after which it is, when a stream comes slowly.
const SAVE_SECONDS: f64 = 5.0;

/// Takes recordings into an inbox, one after the other, and tells of them. See the module.
pub(crate) struct Reception<'a> {
    inbox: &'a Path,
    output: &'a Output,
    /// Asked whenever an edition or a tier has come: whether that is enough.
    on_more: &'a mut dyn FnMut(&mut Receiver<FileStore>) -> bool,
    interrupt: Interrupt,
    is_over: bool,
    is_read: bool,
}

/// How taking in a recording has ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    /// Packets that were in it.
    pub(crate) packets: u64,
    /// Packets of them that brought something new.
    pub(crate) useful: u64,
    /// It was read to its end, and nothing in it was wrong.
    pub(crate) is_whole: bool,
}

impl<'a> Reception<'a> {
    /// Nothing taken in yet.
    pub(crate) fn new(
        inbox: &'a Path,
        output: &'a Output,
        interrupt: Interrupt,
        on_more: &'a mut dyn FnMut(&mut Receiver<FileStore>) -> bool,
    ) -> Self {
        Self {
            inbox,
            output,
            on_more,
            interrupt,
            is_over: false,
            is_read: false,
        }
    }

    /// Whether somebody wants it to end.
    pub(crate) fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Whether enough has come, or somebody wants it to end.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Whether one of them, at least, was no sound that cannot be decoded.
    pub(crate) fn is_read(&self) -> bool {
        self.is_read
    }

    /// Takes in a recording of so many bytes, or what comes live.
    pub(crate) fn receive(
        &mut self,
        receiver: &mut Receiver<FileStore>,
        mut feed: Feed,
        path: &Path,
        size: Option<u64>,
    ) -> Result<Taken, Error> {
        let inbox = || Error::file(self.inbox);
        let bar = self.output.bar(size.unwrap_or(0), "receiving");
        let (began, before) = (Instant::now(), receiver.counters());
        let mut watch = Watch::new(self.output, &bar, size.is_none(), before);
        let mut read = 0_u64;
        let mut is_ended = false;
        let mut saved = (0_u64, Instant::now());
        loop {
            match feed.step(receiver) {
                Ok(Ok(Step::End)) => {
                    is_ended = true;
                    break;
                }
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
            self.is_over = has_more && (self.on_more)(receiver);
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
        if carrier == Some(Carrier::Udp) && size.is_none() {
            stream_seconds = Some(began.elapsed().as_secs_f64());
        }
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
        let is_broken =
            unreadable.is_some() || sounding.as_ref().is_some_and(|s| s.error.is_some());
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
        if let [first, ..] = feed.missing() {
            let all = feed.missing().len();
            let line = format!("{name}: {all} files are not there, such as {first}");
            self.output.problem(&line);
        }
        let is_enough = self.is_over;
        let closed = feed.close(read > 0, || is_enough || self.interrupt.is_pressed());
        self.is_over |= self.interrupt.is_pressed();
        closed.map(|()| Taken {
            packets,
            useful: after.useful - before.useful,
            is_whole: is_ended && !is_broken && !self.interrupt.is_pressed(),
        })
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
        Some(Carrier::Udp) => {
            ". No datagram of Skywave came: is it the right group, port and interface? A capture has \
             to be a pcap with whole packets (tcpdump -s 0 -w FILE; of a pcapng, editcap -F pcap makes \
             one)."
        }
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
