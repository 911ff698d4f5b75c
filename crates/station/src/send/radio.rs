//! An edition as sound, for a broadcaster's transmitter.

use std::io::Write;

use age::secrecy::SecretString;
use edition::Tier;
use fountain::{MAX_PACKET_BYTES, Schedule};
use radio::{Framer, Mode, Modulator, Resampler, wav};

use crate::archived::Archived;
use crate::error::Error;
use crate::send::cargo::Cargo;
use crate::send::feed::{Feed, FeedTerms, PacketTerms};
use crate::send::progress::{STATE_FILE, SentState};
use crate::send::reach::{Reach, Reached};
use crate::send::spool::Spool;
use crate::station::Station;

/// Bytes of a run, with its header: for each symbol size under 1,256 this is between 400 and 530,
/// and a lost frame takes little with it.
const RUN_BYTES: usize = 528;
/// Runs that a list names.
const LIST_RUNS: usize = 40;
/// The certificate is in every fourth list.
const CERTIFICATE_EVERY: u64 = 4;
/// Where pictures and media are sent, too, they take what is left by front and text.
const URGENT_SHARE: f64 = 0.3;
/// A lap is a lap: editions on radio are a handful of small objects, for whose luck the first lap
/// would otherwise send three times as much, and frames are lost rarely.
const SCHEDULE: Schedule = Schedule {
    floor: 0.0,
    luck: 0.0,
    ..Schedule::DEFAULT
};
/// Seconds from head to head, or more, where heads would take more than this share.
const HEAD_SECONDS: f64 = 20.0;
const HEAD_SHARE: f64 = 0.08;
/// Bytes of a packet's length in a frame.
const LENGTH_BYTES: usize = 2;
/// Root mean square of the samples: their peaks, 8 dB above, stay below full scale.
const LEVEL: f32 = 0.3;

/// What to send.
#[derive(Debug, Clone)]
pub struct SendRadio {
    /// Number of the edition; the newest by default.
    pub edition: Option<u64>,
    /// The waveform.
    pub mode: &'static Mode,
    /// Seconds of sound.
    pub seconds: f64,
    /// Samples a second.
    pub rate: u32,
    /// Not front and text alone, but pictures and media, too.
    pub everything: bool,
    /// Forget what was sent before and begin with source symbols again.
    pub fresh: bool,
}

/// What was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct SentRadio {
    /// Number of the edition.
    pub number: u64,
    /// Bytes of the WAV file.
    pub bytes: u64,
    /// Frames that carry packets.
    pub frames: u64,
    /// Runs, lists and heads.
    pub packets: (u64, u64, u64),
    /// What a listener has who hears all of it, by tier.
    pub reached: Vec<Reached>,
}

/// How the time is used.
struct Plan {
    /// Samples of the file.
    samples: u64,
    header: [u8; 44],
    /// Samples of silence at the mode's rate before the first slot: the sound ends with the last.
    silence: usize,
    /// Frames that carry packets, and slots in all.
    frames: u64,
    slots: u64,
}

impl SendRadio {
    /// Whether it can be done.
    pub fn check(&self) -> Result<(), Error> {
        self.plan().map(|_| ())
    }

    fn plan(&self) -> Result<Plan, Error> {
        let Self {
            mode,
            seconds,
            rate,
            ..
        } = *self;
        if rate < mode.rate || !wav::RATES.contains(&rate) {
            let (mode, least) = (mode.name, mode.rate);
            return Err(Error::RadioRate { mode, rate, least });
        }
        let too_long = Error::RadioTooLong { seconds, rate };
        let samples = (seconds * f64::from(rate)).round();
        let samples = if samples < 1e12 {
            samples as u64
        } else {
            u64::MAX
        };
        let Some(header) = wav::header(rate, samples) else {
            return Err(too_long);
        };
        let slots = (seconds / mode.frame_seconds() + 1e-9) as u64;
        // The last slots hold what is left of the frames before.
        let frames = slots.saturating_sub(mode.depth as u64 - 1);
        if frames == 0 {
            let (mode, least) = (mode.name, mode.spread_seconds().ceil());
            return Err(Error::RadioTooShort {
                mode,
                seconds,
                least,
            });
        }
        let used = slots as f64 * mode.frame_seconds();
        let silence = ((seconds - used).max(0.0) * f64::from(mode.rate)) as usize;
        Ok(Plan {
            samples,
            header,
            silence,
            frames,
            slots,
        })
    }
}

/// Sends an edition as a WAV file of 16 bits, mono, to `out`; `progress` is told the share that is
/// done. There is nothing but data in it.
pub fn send_radio(
    station: &Station,
    terms: &SendRadio,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
    out: &mut dyn Write,
    progress: &mut dyn FnMut(f64),
) -> Result<SentRadio, Error> {
    let plan = terms.plan()?;
    let mode = terms.mode;
    let edition = Archived::load(station.archive(), terms.edition)?;
    let number = edition.signed.manifest().number;
    let (key, certificate) = station.on_air_key(number, passphrase)?;
    let cargo = Cargo::of(&edition, |tier| terms.everything || tier <= Tier::Text)?;
    let state_path = station.dir().join(STATE_FILE);
    let before = SentState::read(&state_path)?;
    let nothing = SentState::default();
    let slice = certificate.terms().slice;
    let slice = slice.unwrap_or(edition::Slice { first: 0, count: 1 });
    let head = edition.signed.head().bytes();
    let bytes_per_second = mode.bit_rate() / 8.0;
    let head_bytes = (HEAD_SECONDS * bytes_per_second).max(head.len() as f64 / HEAD_SHARE);
    let mut feed = Feed::new(&FeedTerms {
        cargo: &cargo,
        head,
        root: station.root(),
        number,
        key: &key,
        certificate: &certificate,
        slice: fountain::Slice::new(slice.first, slice.count)?,
        primary: true,
        packets_per_second: bytes_per_second / RUN_BYTES as f64,
        head_seconds: HEAD_SECONDS,
        packets: PacketTerms {
            run_bytes: RUN_BYTES,
            list_runs: LIST_RUNS,
            certificate_every: CERTIFICATE_EVERY,
            head_bytes: Some(head_bytes as u64),
            urgent_share: URGENT_SHARE,
            schedule: SCHEDULE,
        },
        sent: if terms.fresh { &nothing } else { &before },
    })?;
    // Runs are made a list at a time: so many more may be asked for than go on air.
    let runs = plan.frames * mode.payload() as u64 / MAX_PACKET_BYTES as u64 + LIST_RUNS as u64 + 4;
    let (needs, sent) = feed.look_ahead(&cargo, runs);
    let mut after = before.clone();
    after.note(&cargo, |index| sent[index].clone());
    after.write(&state_path)?;
    let spool = Spool::fill(station.dir(), station.archive(), &cargo, &needs)?;
    feed.set_spool(spool);
    let mut sound = Sound::new(&plan, terms, out)?;
    let (mut framer, mut modulator) = (Framer::new(mode), Modulator::new(mode));
    let mut reach = Reach::new(&cargo);
    // Bytes of packets and their lengths so far: they fill the frames without a gap.
    let mut stream = 0;
    let mut samples = vec![0.0; plan.silence];
    let begin = plan.silence as f64 / f64::from(mode.rate);
    sound.write(&samples)?;
    for slot in 0..plan.slots {
        samples.clear();
        if slot < plan.frames {
            while framer.waiting() < mode.payload() {
                let packet = feed.next_packet()?;
                framer.push(&packet);
                stream += (LENGTH_BYTES + packet.len()) as u64;
                let last = (stream - 1) / mode.payload() as u64;
                if last < plan.frames {
                    let slots = last + mode.depth as u64;
                    reach.heard(&packet, begin + slots as f64 * mode.frame_seconds());
                }
                feed.recycle(packet);
            }
            modulator.frame(&framer.frame(), &mut samples)?;
        } else {
            modulator.flush(&mut samples);
        }
        sound.write(&samples)?;
        progress((slot + 1) as f64 / plan.slots as f64);
    }
    Ok(SentRadio {
        number,
        bytes: sound.finish()?,
        frames: plan.frames,
        packets: feed.counts(),
        reached: reach.reached(),
    })
}

/// Samples at the mode's rate on their way to a file.
struct Sound<'a> {
    out: &'a mut dyn Write,
    resampler: Resampler,
    /// Samples of the file that are still to come.
    left: u64,
    resampled: Vec<f32>,
    bytes: Vec<u8>,
    written: u64,
}

impl<'a> Sound<'a> {
    fn new(plan: &Plan, terms: &SendRadio, out: &'a mut dyn Write) -> Result<Self, Error> {
        let (mode, rate) = (terms.mode, terms.rate);
        let (name, least) = (mode.name, mode.rate);
        let resampler = Resampler::new(mode.rate, rate).map_err(|_| Error::RadioRate {
            mode: name,
            rate,
            least,
        })?;
        out.write_all(&plan.header)
            .map_err(Error::file("the output"))?;
        Ok(Self {
            out,
            resampler,
            left: plan.samples,
            resampled: Vec::new(),
            bytes: Vec::new(),
            written: plan.header.len() as u64,
        })
    }

    fn write(&mut self, samples: &[f32]) -> Result<(), Error> {
        self.resampled.clear();
        self.resampler.push(samples, &mut self.resampled);
        self.put()
    }

    /// Silence until the file is as long as its header says. Gives its length in bytes.
    fn finish(mut self) -> Result<u64, Error> {
        self.resampled.clear();
        self.resampler.finish(&mut self.resampled);
        self.put()?;
        while self.left > 0 {
            self.resampled.clear();
            self.resampled.resize(self.left.min(1 << 16) as usize, 0.0);
            self.put()?;
        }
        self.out.flush().map_err(Error::file("the output"))?;
        Ok(self.written)
    }

    fn put(&mut self) -> Result<(), Error> {
        let samples = self.resampled.len().min(self.left as usize);
        let samples = &mut self.resampled[..samples];
        samples.iter_mut().for_each(|sample| *sample *= LEVEL);
        self.bytes.clear();
        wav::pcm16(samples, &mut self.bytes);
        self.left -= samples.len() as u64;
        self.written += self.bytes.len() as u64;
        let result = self.out.write_all(&self.bytes);
        result.map_err(Error::file("the output"))
    }
}
