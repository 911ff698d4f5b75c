//! Sound: recordings of it, and what a microphone hears.
//!
//! ```text
//! begin(recording), push(bytes of a WAV) …, end()
//! listen(rate), hear_samples(samples) …, hush()       live; a recording may be read meanwhile
//! ```
//!
//! Its packets are few, and finding them is work: they are kept as a `.sky` file would hold them
//! (3 MB an hour at most), and what has to be read again is read from there.

use std::collections::BTreeMap;

use radio::{Heard, Listener, RateError, Recording};
use receiver::Store;

use crate::reader::{Host, Reader, never};
use crate::scope::Scope;

/// The number of what the microphone brings, as a recording.
pub(crate) const LIVE: u32 = u32::MAX;

/// All the sound of a reader.
#[derive(Default)]
pub(crate) struct Sound {
    /// The recording that is being read, as long as it may be one of sound.
    recording: Option<Box<Recording>>,
    live: Option<Live>,
    /// Of the recording before, or of what the microphone has brought.
    before: Option<Heard>,
    tapes: BTreeMap<u32, Tape>,
    /// Seconds of sound, and bytes of packets in them, of what is not being heard any more.
    seconds: f64,
    bytes: u64,
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
        self.recording = Some(Box::default());
        self.before = None;
    }

    /// Whether what is being read is a recording of sound.
    pub(crate) fn is_recording(&self) -> bool {
        let recording = self.recording.as_ref();
        recording.is_some_and(|recording| recording.is_wav() == Some(true))
    }

    /// What is being heard: live, of the recording that is being read, or of the last one.
    pub(crate) fn heard(&self) -> Option<Heard> {
        let recording = self.recording.as_ref().filter(|_| self.is_recording());
        let live = self.live.as_ref().map(|live| live.listener.heard());
        live.or(recording.map(|recording| recording.heard()))
            .or(self.before)
    }

    /// Whether the microphone is on.
    pub(crate) fn is_live(&self) -> bool {
        self.live.is_some()
    }

    /// Bytes of packets in a second of sound, once enough of it was heard to say so.
    pub(crate) fn rate(&self) -> Option<f64> {
        let now = match (self.is_live() || self.is_recording(), self.heard()) {
            (true, Some(heard)) => heard.seconds,
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

    fn ended(&mut self, heard: Heard) {
        self.seconds += heard.seconds;
        self.before = Some(heard);
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
                sound.ended(live.listener.heard());
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
        if self.sound.recording.is_none() {
            return false;
        }
        self.sounded(self.recording, |sound, packet| {
            if let Some(recording) = &mut sound.recording {
                recording.push(bytes, &mut |bytes, _| packet(bytes));
                if recording.is_wav() == Some(false) {
                    sound.recording = None;
                }
            }
        });
        self.sound.is_recording()
    }

    /// The recording has ended.
    pub(crate) fn end_sound(&mut self) {
        self.sounded(self.recording, |sound, packet| {
            if let Some(mut recording) = sound.recording.take() {
                recording.finish(&mut |bytes, _| packet(bytes));
                if recording.is_wav() == Some(true) {
                    sound.ended(recording.heard());
                }
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
