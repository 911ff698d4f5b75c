//! What `gather` may do, and how far it goes.

use std::path::PathBuf;
use std::time::Duration;

/// How sources are gathered. [`Settings::default`] is right for a newsroom; only `now_minutes`
/// has to be set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The time of gathering, in minutes since 1970-01-01T00:00Z: the date of what has none.
    pub now_minutes: u64,
    /// Language (BCP 47) of what neither says nor shows its own.
    pub language: String,
    /// Most entries taken from one feed, the newest first.
    pub feed_entries: usize,
    /// Whether the page behind a feed's lead is fetched for the full text.
    pub full_text: bool,
    /// How the network is used.
    pub http: HttpSettings,
    /// Largest sources that are read at all.
    pub sizes: SizeLimits,
    /// What pictures become.
    pub picture: PictureBudget,
    /// What sounds become.
    pub sound: SoundBudget,
    /// What films become.
    pub film: FilmBudget,
    /// Which ffmpeg re-encodes sound and film.
    pub ffmpeg: Ffmpeg,
    /// Longest run of ffmpeg on one file.
    pub ffmpeg_timeout: Duration,
    /// How many pictures, sounds and films are encoded at once.
    pub encoders: usize,
}

/// How the network is used.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Whether addresses that are not of the public internet (loopback, private, link-local,
    /// shared, multicast) may be fetched from.
    pub allow_private_addresses: bool,
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest wait for the next bytes.
    pub read: Duration,
    /// Longest time for one answer, redirects included.
    pub total: Duration,
    /// Most redirects that are followed for one address.
    pub redirects: usize,
    /// How many requests run at once.
    pub concurrency: usize,
    /// What is sent as `User-Agent`: neutral, names no project.
    pub user_agent: String,
}

/// Largest sources that are read at all, in bytes after decompression.
#[derive(Debug, Clone, Copy)]
pub struct SizeLimits {
    /// A feed.
    pub feed: u64,
    /// A page, or a Markdown file.
    pub page: u64,
    /// A picture.
    pub picture: u64,
    /// A sound, a film, or another file.
    pub media: u64,
    /// Files that one folder may hold.
    pub folder_files: usize,
}

/// What a picture becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureBudget {
    /// Most bytes of the encoded picture.
    pub bytes: usize,
    /// Longest edge, in pixels.
    pub edge: u32,
    /// Most pixels of a source picture; larger ones are refused before they are decoded.
    pub source_pixels: u64,
}

/// What a sound becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoundBudget {
    /// Bits per second (Opus, mono).
    pub bits_per_second: u32,
    /// Most bytes; a longer sound gets fewer bits per second, down to 8,000, or is refused.
    pub bytes: u64,
}

/// What a film becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilmBudget {
    /// Bits per second of the picture (H.264).
    pub bits_per_second: u32,
    /// Bits per second of the sound (AAC, mono).
    pub sound_bits_per_second: u32,
    /// Greatest height, in pixels.
    pub height: u32,
    /// Most bytes; a longer film gets fewer bits per second, down to a third, or is refused.
    pub bytes: u64,
}

/// Which ffmpeg re-encodes sound and film.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Ffmpeg {
    /// `ffmpeg` and `ffprobe` of the search path, where installed.
    #[default]
    Installed,
    /// None: sound and film are taken as they are.
    Never,
    /// `ffmpeg` and `ffprobe` of this folder.
    Folder(PathBuf),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            now_minutes: 0,
            language: "en".to_owned(),
            feed_entries: 500,
            full_text: true,
            http: HttpSettings::default(),
            sizes: SizeLimits::default(),
            picture: PictureBudget::default(),
            sound: SoundBudget::default(),
            film: FilmBudget::default(),
            ffmpeg: Ffmpeg::default(),
            ffmpeg_timeout: Duration::from_secs(15 * 60),
            encoders: 2,
        }
    }
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            allow_private_addresses: false,
            connect: Duration::from_secs(10),
            read: Duration::from_secs(20),
            total: Duration::from_secs(120),
            redirects: 5,
            concurrency: 8,
            user_agent: "Mozilla/5.0 (compatible; feed reader)".to_owned(),
        }
    }
}

impl Default for SizeLimits {
    fn default() -> Self {
        Self {
            feed: 32 * 1024 * 1024,
            page: 16 * 1024 * 1024,
            picture: 64 * 1024 * 1024,
            media: 2 * 1024 * 1024 * 1024,
            folder_files: 20_000,
        }
    }
}

impl Default for PictureBudget {
    fn default() -> Self {
        Self {
            bytes: 60_000,
            edge: 1_280,
            source_pixels: 100_000_000,
        }
    }
}

impl Default for SoundBudget {
    fn default() -> Self {
        Self {
            bits_per_second: 24_000,
            bytes: 20_000_000,
        }
    }
}

impl Default for FilmBudget {
    fn default() -> Self {
        Self {
            bits_per_second: 180_000,
            sound_bits_per_second: 32_000,
            height: 360,
            bytes: 20_000_000,
        }
    }
}
