//! Sound: recordings of it, and what a microphone hears.
//!
//! ```text
//! begin(recording), push(bytes of a WAV) …, end()
//! begin(recording), push(its first bytes), pull() …, end()    what is decoded is read from here
//! listen(rate), hear_samples(samples) …, hush()       live; a recording may be read meanwhile
//! ```
//!
//! Its packets are few, and finding them is work: they are kept as a `.sky` file would hold them
//! (3 MB an hour at most), and what has to be read again is read from there.

use std::collections::BTreeMap;
use std::rc::Rc;

use radio::{Heard, Listener, RateError, Recording};
use receiver::Store;

use crate::decoded::{Decoded, Fault, Pulled};
use crate::picked::Picked;
use crate::reader::{Host, Reader, never};
use crate::scope::Scope;

/// The number of what the microphone brings, as a recording.
pub(crate) const LIVE: u32 = u32::MAX;

/// All the sound of a reader.
#[derive(Default)]
pub(crate) struct Sound {
    recording: Source,
    live: Option<Live>,
    /// Of the recording before, or of what the microphone has brought.
    before: Option<Hearing>,
    tapes: BTreeMap<u32, Tape>,
    /// Seconds of sound, and bytes of packets in them, of what is not being heard any more.
    seconds: f64,
    bytes: u64,
}

/// What the recording that is being read is.
#[derive(Default)]
enum Source {
    /// Something else.
    #[default]
    Other,
    /// Nothing of it has come.
    New,
    /// WAV, or so little of it has come that it may be.
    Wav(Box<Recording>),
    /// What is decoded.
    Decoded(Box<Decoded>),
}

/// What is heard, and why there is no more of it.
#[derive(Clone)]
pub(crate) struct Hearing {
    pub(crate) heard: Heard,
    pub(crate) fault: Option<Fault>,
}

/// What the microphone hears.
struct Live {
    listener: Listener,
    scope: Scope,
}

/// The packets that were heard, as a `.sky` file.
struct Tape {
    writer: file::Writer,
    bytes: Vec<u8>,
}

impl Tape {
    fn new() -> Self {
        let (mut writer, mut bytes) = (file::Writer::new(), Vec::new());
        writer.header(&mut bytes);
        Self { writer, bytes }
    }

    /// Keeps a packet; says where. One that no record can hold is none of ours.
    fn keep(&mut self, packet: &[u8]) -> Option<u64> {
        let at = self.bytes.len() as u64;
        self.writer.record(packet, &mut self.bytes).ok()?;
        Some(at)
    }
}

impl Sound {
    /// Another recording begins.
    pub(crate) fn begin(&mut self) {
        self.recording = Source::New;
        self.before = None;
    }

    /// Whether what is being read is a recording of sound.
    pub(crate) fn is_recording(&self) -> bool {
        match &self.recording {
            Source::Other | Source::New => false,
            Source::Wav(recording) => recording.is_wav() == Some(true),
            Source::Decoded(_) => true,
        }
    }

    /// What is being heard: live, of the recording that is being read, or of the last one.
    pub(crate) fn heard(&self) -> Option<Hearing> {
        let live = self.live.as_ref().map(|live| Hearing {
            heard: live.listener.heard(),
            fault: None,
        });
        let recording = || match &self.recording {
            Source::Wav(recording) if self.is_recording() => Some(Hearing::of_wav(recording)),
            Source::Decoded(decoded) => Some(Hearing::of_decoded(decoded)),
            _ => None,
        };
        live.or_else(recording).or_else(|| self.before.clone())
    }

    /// Whether the microphone is on.
    pub(crate) fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// Bytes of packets in a second of sound, once enough of it was heard to say so.
    pub(crate) fn rate(&self) -> Option<f64> {
        let now = match (self.is_live() || self.is_recording(), self.heard()) {
            (true, Some(hearing)) => hearing.heard.seconds,
            _ => 0.0,
        };
        let seconds = self.seconds + now;
        (self.bytes > 0).then(|| self.bytes as f64 / seconds)
    }

    /// Rows of levels since the last time, for a picture of what the microphone hears.
    pub(crate) fn rows(&mut self) -> Vec<u8> {
        let live = self.live.as_mut();
        live.map(|live| live.scope.take()).unwrap_or_default()
    }

    /// Reads of what was kept of a recording of sound; none for other recordings.
    pub(crate) fn read(&self, recording: u32, at: u64, bytes: &mut [u8]) -> Option<usize> {
        let tape = &self.tapes.get(&recording)?.bytes;
        let rest = &tape[usize::try_from(at).map_or(tape.len(), |at| at.min(tape.len()))..];
        let read = rest.len().min(bytes.len());
        bytes[..read].copy_from_slice(&rest[..read]);
        Some(read)
    }

    fn ended(&mut self, hearing: Hearing) {
        self.seconds += hearing.heard.seconds;
        self.before = Some(hearing);
    }
}

impl Hearing {
    fn of_wav(recording: &Recording) -> Self {
        let heard = recording.heard();
        Self {
            heard,
            fault: heard.error.map(Fault::from),
        }
    }

    fn of_decoded(decoded: &Decoded) -> Self {
        Self {
            heard: decoded.heard(),
            fault: decoded.fault().cloned(),
        }
    }
}

impl<H: Host> Reader<H> {
    /// Listens to a microphone from now on: to samples of this rate, in Hz.
    ///
    /// # Errors
    /// [`RateError`] if no transmission can be heard at this rate.
    pub fn listen(&mut self, rate: u32) -> Result<(), RateError> {
        let listener = Listener::new(rate)?;
        self.hush();
        let scope = Scope::new(rate);
        self.sound.live = Some(Live { listener, scope });
        Ok(())
    }

    /// Takes the next samples of the microphone, full scale being 1.
    pub fn hear_samples(&mut self, samples: &[f32]) {
        if let Some(live) = &mut self.sound.live {
            live.scope.push(samples);
        }
        self.sounded(LIVE, |sound, packet| {
            if let Some(live) = &mut sound.live {
                live.listener.push(samples, &mut |bytes, _| packet(bytes));
            }
        });
    }

    /// The microphone is off.
    pub fn hush(&mut self) {
        self.sounded(LIVE, |sound, packet| {
            if let Some(mut live) = sound.live.take() {
                live.listener.finish(&mut |bytes, _| packet(bytes));
                sound.ended(Hearing {
                    heard: live.listener.heard(),
                    fault: None,
                });
            }
        });
    }

    /// Rows of levels from 0 to 4 kHz, 128 bytes each, since the last time: halves of a decibel over
    /// −127.5 dB of full scale.
    pub fn rows(&mut self) -> Vec<u8> {
        self.sound.rows()
    }

    /// Takes bytes of a recording, if it is one of sound or may still be. Says whether they are only
    /// for it.
    pub(crate) fn push_sound(&mut self, bytes: &[u8]) -> bool {
        if let Source::New = self.sound.recording {
            self.sound.recording = match sound::sniff(bytes) {
                Some(_) => Source::Decoded(Box::default()),
                None => Source::Wav(Box::default()),
            };
        }
        if let Source::Wav(_) = self.sound.recording {
            self.sounded(self.recording, |sound, packet| {
                if let Source::Wav(recording) = &mut sound.recording {
                    recording.push(bytes, &mut |bytes, _| packet(bytes));
                    if recording.is_wav() == Some(false) {
                        sound.recording = Source::Other;
                    }
                }
            });
        }
        self.sound.is_recording()
    }

    /// Whether the recording goes on by [`Reader::pull`]: it is sound that is decoded, and bytes that
    /// are pushed are not for it.
    pub fn is_pulled(&self) -> bool {
        matches!(self.sound.recording, Source::Decoded(_))
    }

    /// Reads and decodes the next seconds of the recording, by [`Host::read`].
    pub fn pull(&mut self) -> Pulled {
        let picked = Picked::new(Rc::clone(&self.host), self.recording);
        let mut pulled = Pulled::Over;
        self.sounded(self.recording, |sound, packet| {
            if let Source::Decoded(decoded) = &mut sound.recording {
                pulled = decoded.pull(picked, packet);
            }
        });
        pulled
    }

    /// How far the recording has been pulled, in bytes.
    pub fn position(&self) -> u64 {
        match &self.sound.recording {
            Source::Decoded(decoded) => decoded.position(),
            _ => 0,
        }
    }

    /// The recording has ended.
    pub(crate) fn end_sound(&mut self) {
        self.sounded(self.recording, |sound, packet| {
            match std::mem::take(&mut sound.recording) {
                Source::Wav(mut recording) => {
                    recording.finish(&mut |bytes, _| packet(bytes));
                    if recording.is_wav() == Some(true) {
                        sound.ended(Hearing::of_wav(&recording));
                    }
                }
                Source::Decoded(mut decoded) => {
                    decoded.finish(packet);
                    sound.ended(Hearing::of_decoded(&decoded));
                }
                Source::Other | Source::New => {}
            }
        });
    }

    /// Receives once more what was heard: more is known now.
    pub fn replay_sound(&mut self) {
        let Self {
            sound, receiver, ..
        } = self;
        for (recording, tape) in &sound.tapes {
            let mut reader = file::Reader::new();
            receiver.store_mut().recording(*recording);
            reader.push(&tape.bytes, &mut |frame| {
                receiver.store_mut().arrived(frame.at);
                never(receiver.push_packet(frame.bytes));
            });
        }
        self.came();
    }

    /// Gives the receiver what sound brings.
    fn sounded(&mut self, number: u32, of: impl FnOnce(&mut Sound, &mut dyn FnMut(&[u8]))) {
        let Self {
            sound, receiver, ..
        } = self;
        let mut tape = sound.tapes.remove(&number).unwrap_or_else(Tape::new);
        let mut bytes = 0;
        of(sound, &mut |packet| {
            if let Some(at) = tape.keep(packet) {
                bytes += packet.len() as u64;
                receiver.store_mut().recording(number);
                receiver.store_mut().arrived(at);
                never(receiver.push_packet(packet));
            }
        });
        sound.bytes += bytes;
        if tape.writer.records() > 0 {
            sound.tapes.insert(number, tape);
        }
        if bytes > 0 {
            self.came();
        }
    }
}
