//! An edition as sound, for a broadcaster's transmitter.

mod announce;
mod file;
mod headlines;
mod level;
mod limiter;
mod output;
mod packets;
mod programme;
mod prospect;
mod rundown;
mod speech;
mod voice;

use std::sync::{Mutex, PoisonError};

use age::secrecy::SecretString;
use edition::Tier;
use fountain::{MAX_PACKET_BYTES, Schedule};
use radio::{Mode, Transmission, wav};

use crate::archived::Archived;
use crate::error::Error;
use crate::send::cargo::Cargo;
use crate::send::feed::{Feed, FeedTerms, PacketTerms};
use crate::send::progress::SentState;
use crate::send::radio::file::SoundFile;
use crate::send::radio::level::Levels;
use crate::send::radio::output::Output;
use crate::send::radio::packets::Packets;
use crate::send::radio::programme::Rundown;
use crate::send::radio::rundown::Part;
use crate::send::reach::Reached;
use crate::send::share::Sharer;
use crate::send::spool::Spool;
use crate::station::Station;

pub use file::{SoundFormat, SoundTo};
pub use programme::{Programme, RundownPart};
pub use prospect::{Prospect, Reception};
pub use rundown::Kind as VoiceKind;

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
/// Shares of frames for which it is told what listeners have.
const LOST: [f64; 3] = [0.0, 0.1, 0.3];
/// Seconds after which a voice that was too loud is two thirds as loud again as before.
const RELEASE: f64 = 0.08;
/// One at a time says what it will have sent.
static PLANNING: Mutex<()> = Mutex::new(());
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
    /// Voices around the data; none is nothing but data.
    pub programme: Option<Programme>,
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
    /// What those have who tune in at a random moment, by reception and tier.
    pub prospects: Vec<Prospect>,
    /// Voices and data in turn.
    pub rundown: Vec<RundownPart>,
    /// Announcements that nothing here could speak: language and text.
    pub unspoken: Vec<(String, String)>,
}

impl SendRadio {
    /// Whether it can be done, as far as can be told before anything is read.
    pub fn check(&self) -> Result<(), Error> {
        self.samples()?;
        self.transmission(self.seconds).map(|_| ())
    }

    /// Bits of packets a second, all streams together.
    #[must_use]
    pub fn bit_rate(&self) -> f64 {
        self.modes.iter().map(|mode| mode.bit_rate()).sum()
    }

    /// Packets as they suit sound, for a head of so many bytes.
    #[must_use]
    pub fn packet_terms(&self, head: usize) -> PacketTerms {
        let bytes_per_second = self.bit_rate() / 8.0;
        let head_bytes = (HEAD_SECONDS * bytes_per_second).max(head as f64 / HEAD_SHARE);
        PacketTerms {
            run_bytes: RUN_BYTES,
            list_runs: LIST_RUNS,
            certificate_every: CERTIFICATE_EVERY,
            head_bytes: Some(head_bytes as u64),
            urgent_share: URGENT_SHARE,
            schedule: SCHEDULE,
        }
    }

    /// Packets that the sound brings in a second, about.
    #[must_use]
    pub fn packets_per_second(&self) -> f64 {
        self.bit_rate() / 8.0 / RUN_BYTES as f64
    }

    /// The rate of the modes, in Hz: the least that will do.
    fn least(&self) -> u32 {
        self.modes.iter().map(|mode| mode.rate).max().unwrap_or(0)
    }

    /// Samples of the file.
    fn samples(&self) -> Result<u64, Error> {
        let Self { seconds, rate, .. } = *self;
        let least = self.least();
        if rate < least || !wav::RATES.contains(&rate) {
            let mode = self.name.clone();
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
        Ok(samples as u64)
    }

    /// A stretch of data.
    fn transmission(&self, seconds: f64) -> Result<Transmission, Error> {
        Transmission::new(&self.modes, seconds).ok_or_else(|| {
            let spread = self.modes.first().map_or(0.0, |mode| mode.spread_seconds());
            Error::RadioTooShort {
                mode: self.name.clone(),
                seconds,
                least: spread.ceil(),
            }
        })
    }

    /// How listeners may hear it: with frames lost, and, where streams are side by side, the
    /// sturdiest alone.
    fn receptions(&self, streams: usize) -> Vec<Reception> {
        let mut all: Vec<Reception> = LOST.map(|lost| Reception { lost, streams }).into();
        all.extend((1..streams).map(|streams| Reception { lost: 0.0, streams }));
        all
    }
}

/// Sends an edition as sound of 16 bits, mono, to `out`; `progress` is told the share that is done.
pub fn send_radio(
    station: &Station,
    terms: &SendRadio,
    passphrase: &mut dyn FnMut() -> Option<SecretString>,
    out: &mut SoundTo<'_>,
    progress: &mut dyn FnMut(f64),
) -> Result<SentRadio, Error> {
    terms.check()?;
    let samples = terms.samples()?;
    let edition = Archived::load(station.archive(), terms.edition)?;
    let number = edition.signed.manifest().number;
    let (key, certificate) = station.on_air_key(number, passphrase)?;
    let rundown = match &terms.programme {
        None => Rundown::bare(samples),
        Some(programme) => Rundown::with(
            programme,
            station,
            &edition,
            &terms.modes,
            terms.rate,
            samples,
        )?,
    };
    let cargo = Cargo::of(&edition, |tier| terms.everything || tier <= Tier::Text)?;
    let state_path = Sharer::Radio.state_file(station.dir());
    // Two slots at once must not send the same symbols.
    let planning = PLANNING.lock().unwrap_or_else(PoisonError::into_inner);
    let before = SentState::read(&state_path)?;
    let nothing = SentState::default();
    let head = edition.signed.head().bytes();
    let bytes_per_second = terms.bit_rate() / 8.0;
    let mut feed = Feed::new(&FeedTerms {
        cargo: &cargo,
        head,
        root: station.root(),
        number,
        key: &key,
        certificate: &certificate,
        slice: Sharer::Radio.slice(&certificate)?,
        primary: Sharer::Radio.is_primary(),
        packets_per_second: terms.packets_per_second(),
        head_seconds: HEAD_SECONDS,
        packets: terms.packet_terms(head.len()),
        sent: if terms.fresh { &nothing } else { &before },
    })?;
    // Runs are made a list at a time: so many more may be asked for than go on air, and of each
    // stretch of data the last frames are asked for and not filled.
    let data: Vec<f64> = rundown
        .data()
        .map(|s| s as f64 / f64::from(terms.rate))
        .collect();
    let bytes = (data.iter().sum::<f64>() * bytes_per_second) as u64;
    let more = LIST_RUNS as u64 + packets::AHEAD as u64 + 4 * data.len() as u64;
    let runs = bytes / MAX_PACKET_BYTES as u64 + more;
    let (needs, sent) = feed.look_ahead(&cargo, runs);
    let mut after = before.clone();
    after.note(&cargo, |index| sent[index].clone());
    after.write(&state_path)?;
    drop(planning);
    let spool = Spool::fill(station.dir(), station.archive(), &cargo, &needs)?;
    feed.set_spool(spool);

    let levels = Levels::of(&terms.modes)?;
    let level = 10_f64.powf(terms.level_db / 20.0) as f32;
    // So that the mode's peaks are at the level.
    let gain = level / levels.peak;
    let mut output = Output {
        file: SoundFile::create(out, terms.rate, samples)?,
        rate: terms.rate,
        level,
    };
    let streams = terms.transmission(terms.seconds)?.streams().len();
    let mut packets = Packets::new(&mut feed, &cargo, streams);
    let (mut at, mut frames) = (0, 0);
    for part in &rundown.parts {
        let told = |done: f64| (at as f64 + done) / samples as f64;
        at += match *part {
            Part::Pause(length) => {
                output.pause(length)?;
                length
            }
            Part::Voice(kind, index) => {
                let voice = rundown.voice(kind, index);
                let length = voice.samples_at(terms.rate);
                let gain = levels.gain_of_voice(voice.loudness(), gain);
                let mut playing = output.play(length, voice.rate(), gain, RELEASE)?;
                voice.play(&mut |samples| playing.write(samples))?;
                playing.finish()?;
                length
            }
            Part::Data(length) => {
                let begins = at as f64 / f64::from(terms.rate);
                let stretch = Stretch {
                    transmission: terms.transmission(length as f64 / f64::from(terms.rate))?,
                    begins,
                    seconds: length as f64 / f64::from(terms.rate),
                    rate: terms.least(),
                };
                let mut playing = output.play(length, terms.least(), gain, 0.0)?;
                frames += stretch.send(&mut packets, &mut |samples, done| {
                    progress(told(done * length as f64));
                    playing.write(samples)
                })?;
                playing.finish()?;
                length
            }
        };
        progress(at as f64 / samples as f64);
    }
    let (reached, timeline) = packets.end();
    Ok(SentRadio {
        number,
        bytes: output.file.finish()?,
        frames,
        packets: feed.counts(),
        prospects: timeline.prospects(&cargo, terms.seconds, &terms.receptions(streams)),
        reached,
        rundown: rundown.listed(terms.rate),
        unspoken: rundown.unspoken,
    })
}

/// Data from one voice to the next.
struct Stretch {
    transmission: Transmission,
    /// Seconds of the file before it.
    begins: f64,
    seconds: f64,
    /// Samples a second.
    rate: u32,
}

impl Stretch {
    /// Makes its samples, and tells the share of them that are made; says how many frames they hold.
    fn send(
        mut self,
        packets: &mut Packets<'_>,
        out: &mut impl FnMut(&[f32], f64) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        // Silence before the first slot: it ends with the last.
        let rest = (self.seconds - self.transmission.seconds()).max(0.0);
        let mut samples = vec![0.0; (rest * f64::from(self.rate)) as usize];
        packets.begin(self.begins + samples.len() as f64 / f64::from(self.rate));
        loop {
            out(&samples, self.transmission.done())?;
            samples.clear();
            if !self.transmission.symbol(packets, &mut samples)? {
                return Ok(self.transmission.frames());
            }
        }
    }
}
