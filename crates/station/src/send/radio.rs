//! An edition as sound, for a broadcaster's transmitter.

mod file;
mod level;
mod limiter;
mod packets;

use age::secrecy::SecretString;
use edition::Tier;
use fountain::{MAX_PACKET_BYTES, Schedule};
use radio::{Mode, Resampler, Transmission, wav};

use crate::archived::Archived;
use crate::error::Error;
use crate::send::cargo::Cargo;
use crate::send::feed::{Feed, FeedTerms, PacketTerms};
use crate::send::progress::{STATE_FILE, SentState};
use crate::send::radio::file::SoundFile;
use crate::send::radio::level::peak_of;
use crate::send::radio::limiter::Limiter;
use crate::send::radio::packets::Packets;
use crate::send::reach::Reached;
use crate::send::spool::Spool;
use crate::station::Station;

pub use file::{SoundFormat, SoundTo};

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
/// Samples that no file holds.
const LONGEST: f64 = 1e12;
/// Where peaks may be, in dB over full scale, which is 0: below, so that what comes after (another
/// rate, an MP3) has room for peaks of its own.
pub const LEVELS: std::ops::RangeInclusive<f64> = -40.0..=0.0;

/// What to send.
#[derive(Debug, Clone)]
pub struct SendRadio {
    /// Number of the edition; the newest by default.
    pub edition: Option<u64>,
    /// What the waveform is called.
    pub name: String,
    /// Its modes, the sturdiest first: see [`radio::modes_named`].
    pub modes: Vec<&'static Mode>,
    /// Seconds of sound.
    pub seconds: f64,
    /// Samples a second.
    pub rate: u32,
    /// Where its peaks are, in dB over full scale: one of [`LEVELS`].
    pub level_db: f64,
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
    /// Bytes of the file.
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
    /// Samples of silence at the modes' rate before the first slot: the sound ends with the last.
    silence: usize,
    transmission: Transmission,
}

impl SendRadio {
    /// Whether it can be done.
    pub fn check(&self) -> Result<(), Error> {
        self.plan().map(|_| ())
    }

    /// Bits of packets a second, all streams together.
    #[must_use]
    pub fn bit_rate(&self) -> f64 {
        self.modes.iter().map(|mode| mode.bit_rate()).sum()
    }

    /// The rate of the modes, in Hz: the least that will do.
    fn least(&self) -> u32 {
        self.modes.iter().map(|mode| mode.rate).max().unwrap_or(0)
    }

    fn plan(&self) -> Result<Plan, Error> {
        let Self { seconds, rate, .. } = *self;
        let (name, least) = (&self.name, self.least());
        if rate < least || !wav::RATES.contains(&rate) {
            let mode = name.clone();
            return Err(Error::RadioRate { mode, rate, least });
        }
        if !LEVELS.contains(&self.level_db) {
            let db = self.level_db;
            return Err(Error::RadioLevel { db });
        }
        let samples = (seconds * f64::from(rate)).round();
        if samples >= LONGEST {
            return Err(Error::RadioTooLong { seconds, rate });
        }
        let Some(transmission) = Transmission::new(&self.modes, seconds) else {
            let spread = self.modes.first().map_or(0.0, |mode| mode.spread_seconds());
            return Err(Error::RadioTooShort {
                mode: name.clone(),
                seconds,
                least: spread.ceil(),
            });
        };
        let silence = (seconds - transmission.seconds()).max(0.0) * f64::from(least);
        Ok(Plan {
            samples: samples as u64,
            silence: silence as usize,
            transmission,
        })
    }
}

/// Sends an edition as sound of 16 bits, mono, to `out`; `progress` is told the share that is done.
/// There is nothing but data in it.
pub fn send_radio(
    station: &Station,
    terms: &SendRadio,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
    out: &mut SoundTo<'_>,
    progress: &mut dyn FnMut(f64),
) -> Result<SentRadio, Error> {
    let plan = terms.plan()?;
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
    let bytes_per_second = terms.bit_rate() / 8.0;
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
    let bytes = (plan.transmission.seconds() * bytes_per_second) as u64;
    let more = LIST_RUNS as u64 + packets::AHEAD as u64 + 4;
    let runs = bytes / MAX_PACKET_BYTES as u64 + more;
    let (needs, sent) = feed.look_ahead(&cargo, runs);
    let mut after = before.clone();
    after.note(&cargo, |index| sent[index].clone());
    after.write(&state_path)?;
    let spool = Spool::fill(station.dir(), station.archive(), &cargo, &needs)?;
    feed.set_spool(spool);
    let mut sound = Sound::new(&plan, terms, out)?;
    let mut transmission = plan.transmission;
    let begin = plan.silence as f64 / f64::from(terms.least());
    let streams = transmission.streams().len();
    let mut packets = Packets::new(&mut feed, &cargo, begin, streams);
    let mut samples = vec![0.0; plan.silence];
    sound.write(&samples)?;
    samples.clear();
    while transmission.symbol(&mut packets, &mut samples)? {
        sound.write(&samples)?;
        samples.clear();
        progress(transmission.done());
    }
    let reached = packets.reached();
    Ok(SentRadio {
        number,
        bytes: sound.finish()?,
        frames: transmission.frames(),
        packets: feed.counts(),
        reached,
    })
}

/// Samples at the mode's rate on their way to a file.
struct Sound<'a> {
    file: SoundFile<'a>,
    resampler: Resampler,
    /// So that the mode's peaks are at the level.
    gain: f32,
    limiter: Limiter,
    /// Samples of the file that are still to come.
    left: u64,
    resampled: Vec<f32>,
    limited: Vec<f32>,
}

impl<'a> Sound<'a> {
    fn new(plan: &Plan, terms: &SendRadio, out: &'a mut SoundTo<'_>) -> Result<Self, Error> {
        let (rate, least) = (terms.rate, terms.least());
        let resampler = Resampler::new(least, rate).map_err(|_| Error::RadioRate {
            mode: terms.name.clone(),
            rate,
            least,
        })?;
        let level = 10_f64.powf(terms.level_db / 20.0) as f32;
        Ok(Self {
            file: SoundFile::create(out, rate, plan.samples)?,
            resampler,
            gain: level / peak_of(&terms.modes)?,
            limiter: Limiter::new(level, rate, 0.0),
            left: plan.samples,
            resampled: Vec::new(),
            limited: Vec::new(),
        })
    }

    fn write(&mut self, samples: &[f32]) -> Result<(), Error> {
        self.resampled.clear();
        self.resampler.push(samples, &mut self.resampled);
        self.limit();
        self.put()
    }

    /// Silence until the file is as long as was said. Gives its length in bytes.
    fn finish(mut self) -> Result<u64, Error> {
        self.resampled.clear();
        self.resampler.finish(&mut self.resampled);
        self.limit();
        self.limiter.finish(&mut self.limited);
        self.put()?;
        while self.left > 0 {
            self.limited.clear();
            self.limited.resize(self.left.min(1 << 16) as usize, 0.0);
            self.put()?;
        }
        self.file.finish()
    }

    fn limit(&mut self) {
        self.limited.clear();
        let gain = self.gain;
        self.resampled.iter_mut().for_each(|sample| *sample *= gain);
        self.limiter.push(&self.resampled, &mut self.limited);
    }

    fn put(&mut self) -> Result<(), Error> {
        let samples = self.limited.len().min(self.left as usize);
        self.left -= samples as u64;
        self.file.write(&self.limited[..samples])
    }
}
