//! What can go wrong at a station: what happened, why, what to do.

use std::path::PathBuf;

/// An error of the station.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Nothing is there to be made equal.
    #[error(
        "neither {} nor {} is an inbox or a folder of editions: make one with `skywave receive` or \
         `skywave send file --folder`",
        path.display(),
        other.display()
    )]
    NothingToSync {
        /// One of the two.
        path: PathBuf,
        /// The other.
        other: PathBuf,
    },
    /// Files cannot be written; what was begun has been removed.
    #[error("{}: {source}. Nothing of it was kept.", path.display())]
    NothingKept {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Nothing fits into so small a file.
    #[error("files of {size} bytes are too small for this edition: {least} bytes or more will do")]
    FilesTooSmall {
        /// What was asked for.
        size: u64,
        /// About the least.
        least: u64,
    },
    /// The certificate's share of repair symbols is less than the files take.
    #[error(
        "the certificate's share has fewer than {symbols} repair symbols for an object: write fewer \
         files, or larger ones"
    )]
    SliceTooSmall {
        /// Symbols that would be needed.
        symbols: u64,
    },
    /// Several files, or a zip, cannot go through a pipe.
    #[error("a pipe takes one .sky, no set and no zip: give -o a file's name")]
    PipeTakesOne,
    /// A path without a name.
    #[error("{} is no name for a file", path.display())]
    FileName {
        /// The path.
        path: PathBuf,
    },
    /// A record or a zip cannot be so long.
    #[error(transparent)]
    SkyFile(#[from] file::FileError),
    /// There is a station already.
    #[error("{} holds a station already: choose another directory, or move that one away", path.display())]
    StationExists {
        /// The directory.
        path: PathBuf,
    },
    /// There is no station.
    #[error("{} holds no station: make one with `skywave init`", path.display())]
    NoStation {
        /// The directory.
        path: PathBuf,
    },
    /// The settings cannot be read.
    #[error("{}: {why}", path.display())]
    Settings {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A key file is not one.
    #[error("{} is no key file: {why}", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A key file is encrypted and there is no passphrase.
    #[error("{} is encrypted: give its passphrase with --passphrase-file FILE, or type it at a terminal", path.display())]
    PassphraseNeeded {
        /// The file.
        path: PathBuf,
    },
    /// The passphrase is wrong.
    #[error("{} does not open with this passphrase", path.display())]
    WrongPassphrase {
        /// The file.
        path: PathBuf,
    },
    /// Others can read a key file.
    #[error("{} can be read by others (mode {mode:o}): `chmod 600` it, and think about who may have seen it", path.display())]
    KeyIsPublic {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The archive failed.
    #[error("the archive: {0}")]
    Archive(#[from] object_store::Error),
    /// Something signed does not verify, or a limit is exceeded.
    #[error(transparent)]
    Edition(#[from] edition::Error),
    /// Transport parameters or packets are wrong.
    #[error(transparent)]
    Fountain(#[from] fountain::Error),
    /// A datagram cannot be made.
    #[error(transparent)]
    Udp(#[from] udp::UdpError),
    /// The transport stream cannot be made as asked.
    #[error(transparent)]
    Ts(#[from] ts::TsError),
    /// A mode needs more samples a second.
    #[error("the mode {mode} cannot be written at {rate} Hz: {least} to 192000 Hz will do")]
    RadioRate {
        /// The mode.
        mode: String,
        /// The rate that was asked for.
        rate: u32,
        /// The lowest.
        least: u32,
    },
    /// A frame and what it is spread over takes longer than there is.
    #[error("{seconds:.0} s are too short for the mode {mode}: give it {least:.0} s or more")]
    RadioTooShort {
        /// The mode.
        mode: String,
        /// Seconds that were asked for.
        seconds: f64,
        /// The fewest.
        least: f64,
    },
    /// A file cannot be so long.
    #[error(
        "{seconds:.0} s at {rate} Hz are more than the file holds (a WAV: 4 GB): send less at once, at a \
         lower rate, or as FLAC"
    )]
    RadioTooLong {
        /// Seconds that were asked for.
        seconds: f64,
        /// Samples a second.
        rate: u32,
    },
    /// Voices leave too little for data.
    #[error(
        "voices and pauses take {voices:.0} s of {seconds:.0} s, and data needs {least:.0} s or more: \
         give it more minutes, fewer or shorter bulletins, or --bare for data alone"
    )]
    RadioTooFull {
        /// Seconds of the slot.
        seconds: f64,
        /// Of which so many are voices and pauses.
        voices: f64,
        /// The fewest that are left to data.
        least: f64,
    },
    /// Nothing speaks.
    #[error(
        "nothing here speaks the announcement: install espeak-ng (Debian: `apt install espeak-ng`), \
         give a recording with --announce FILE, or --bare for data alone"
    )]
    NoSpeech,
    /// A recording that cannot be played.
    #[error("{}: {why}", path.display())]
    Voice {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A rate that sound is not turned into, or from.
    #[error(transparent)]
    SoundRate(#[from] radio::RateError),
    /// A level that no transmitter gets.
    #[error("{db} dB is no level for peaks: -40 to 0, in dB over full scale, which is 0")]
    RadioLevel {
        /// What was asked for.
        db: f64,
    },
    /// A file's name that asks for a format that is not written.
    #[error("{}: sound is written as .wav, .flac or .mp3", path.display())]
    SoundFormat {
        /// The file.
        path: PathBuf,
    },
    /// FLAC does not have it.
    #[error("{}: FLAC: {why}", path.display())]
    Flac {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// MP3 does not have it.
    #[error("MP3 has no {rate} Hz: 8000, 12000, 16000, 24000, 32000, 44100 and 48000 will do")]
    Mp3Rate {
        /// The rate that was asked for.
        rate: u32,
    },
    /// Nothing makes an MP3.
    #[error(
        "MP3 is made by a program, and there is none: install lame or ffmpeg (Debian: `apt install \
         lame`), or write .flac or .wav and convert it at 128 kbit/s or more, mono"
    )]
    NoMp3,
    /// A program that does a part of the work failed.
    #[error("{name} says: {why}")]
    Program {
        /// The program.
        name: &'static str,
        /// What it complains of.
        why: String,
    },
    /// Sound cannot be made as asked.
    #[error("sound: {0}")]
    Radio(#[from] radio::ldpc::Error),
    /// No draft waits.
    #[error(
        "no draft waits: `skywave drafts` lists them, and `skywave play` makes them from its sources"
    )]
    NoDrafts,
    /// The on-air key cannot be opened without a person.
    #[error(
        "the on-air key is encrypted, and after a power cut nobody is there to open it: it signs lists \
         of packets and no news, so store it open, once, with `skywave play -s DIR --open-on-air-key`, \
         or give it as the systemd credential «skywave-on-air-key»"
    )]
    OnAirKeyClosed,
    /// The station is on air already.
    #[error("{} is on air already, or another program sends from it", path.display())]
    OnAirAlready {
        /// The station's directory.
        path: PathBuf,
    },
    /// A part of the station on air has ended.
    #[error("«{name}» ended, which it never should: start the station again")]
    Ended {
        /// What.
        name: String,
    },
    /// Too many drafts wait.
    #[error("{most} drafts wait, and no more are kept: approve or refuse some")]
    ManyDrafts {
        /// How many.
        most: usize,
    },
    /// A draft cannot be used.
    #[error("the draft {id}: {why}")]
    Draft {
        /// What it is called.
        id: String,
        /// What is wrong.
        why: String,
    },
    /// A part of the program has crashed.
    #[error("a part of the program crashed on it; it goes on without")]
    Crashed,
    /// The on-air key is not the certified one.
    #[error(
        "the on-air key is not the one that keys/on-air.cert is for: run `skywave certify` where the root key is"
    )]
    WrongOnAirKey,
    /// No certificate covers the next edition.
    #[error(
        "no certificate covers edition {number}: run `skywave certify --root FILE -s DIR` where the root key is"
    )]
    NoCertificate {
        /// Number of the edition.
        number: u64,
    },
    /// The archive holds no such edition.
    #[error("there is no edition {number}; the newest is {newest}")]
    NoEdition {
        /// Number that was asked for.
        number: u64,
        /// Newest number.
        newest: u64,
    },
    /// The archive holds no edition at all.
    #[error("there is no edition yet: make one with `skywave publish`")]
    NothingPublished,
    /// There is nothing to publish.
    #[error("nothing to publish: none of the sources gave an article")]
    NothingToPublish,
    /// Other sites took every number that was tried.
    #[error("edition {number} was taken by another site at the same moment; try again")]
    NumberTaken {
        /// Number that was tried last.
        number: u64,
    },
    /// The register of articles cannot be read.
    #[error("the register of edition {number}: {why}")]
    Register {
        /// Number of the edition.
        number: u64,
        /// What is wrong.
        why: String,
    },
    /// No article has that number.
    #[error("there is no article {number}")]
    NoArticle {
        /// The number.
        number: u64,
    },
    /// Nothing was found to restore a station from.
    #[error("{} holds no edition of the publisher {words}", path.display())]
    NothingToRestore {
        /// Where it was looked for.
        path: PathBuf,
        /// The eight words of the root key.
        words: String,
    },
    /// No random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(String),
    /// The sources failed as a whole.
    #[error(transparent)]
    Gather(#[from] crate::sources::GatherError),
}

impl Error {
    /// Whether the disk is full.
    pub(crate) fn is_no_room(&self) -> bool {
        use std::io::ErrorKind;
        matches!(self, Self::File { source, .. }
            if matches!(source.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
    }

    /// Attaches a path to an I/O error.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// As [`Error::file`], for what is removed when it cannot be written whole.
    pub(crate) fn nothing_kept(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::NothingKept { path, source }
    }
}
