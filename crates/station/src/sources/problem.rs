//! What went wrong with one item, in one line: what happened, why, and what to do.

use std::fmt;
use std::net::IpAddr;

/// Something that the newsroom should know of one item. Everything else was gathered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The source, address or file.
    pub item: String,
    /// What is the matter with it.
    pub trouble: Trouble,
}

impl Problem {
    pub(crate) fn new(item: impl Into<String>, trouble: Trouble) -> Self {
        Self {
            item: item.into(),
            trouble,
        }
    }

    /// Whether the item is in the edition all the same, only not as well as it might be.
    pub fn is_note(&self) -> bool {
        matches!(
            self.trouble,
            Trouble::ManyEntries { .. }
                | Trouble::LeadsOnly { .. }
                | Trouble::PicturesMissing { .. }
                | Trouble::AsItIs { .. }
                | Trouble::FileAsItIs { .. }
                | Trouble::Repaired { .. }
                | Trouble::Cut
                | Trouble::OverBudget { .. }
        )
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.item, self.trouble)
    }
}

/// What can be the matter with an item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// No such file.
    #[error("there is no such file or folder; check the name")]
    NoSuchFile,
    /// The file cannot be read.
    #[error("cannot be read ({why}); left out")]
    Unreadable {
        /// What the system says.
        why: String,
    },
    /// A device, a pipe or a socket.
    #[error("is neither a file nor a folder; left out")]
    NotAFile,
    /// A symbolic link, or a path, that leads out of the folder.
    #[error("leads out of the folder that was given; left out. Copy the file into the folder")]
    Outside,
    /// A folder without anything that can be published.
    #[error(
        "holds nothing that can be published (.md, .html, .xml, .json, pictures, sounds, films)"
    )]
    EmptyFolder,
    /// A folder with too many files.
    #[error("holds more than {limit} files; the rest was left out. Give smaller folders")]
    ManyFiles {
        /// How many are taken.
        limit: usize,
    },
    /// Larger than what is read.
    #[error("is larger than {limit} bytes{}; left out", known(.bytes))]
    TooLarge {
        /// Its size, where it is known.
        bytes: Option<u64>,
        /// What is read.
        limit: u64,
    },
    /// Nothing in it.
    #[error("is empty; left out")]
    Empty,
    /// Not an address that can be fetched.
    #[error("is no address that can be fetched ({why}); only http and https are")]
    BadAddress {
        /// Why.
        why: String,
    },
    /// The name has no address.
    #[error("the name {host} was not found; check the address and the network")]
    NoSuchHost {
        /// The name.
        host: String,
    },
    /// The address is of a private network.
    #[error(
        "{host} is at {address}, which is not of the public internet; refused. If this is meant, allow private addresses"
    )]
    PrivateAddress {
        /// The name.
        host: String,
        /// The address.
        address: IpAddr,
    },
    /// The server did not answer in time.
    #[error("no complete answer within {seconds} s; left out, try again later")]
    Timeout {
        /// How long was waited.
        seconds: u64,
    },
    /// The connection failed.
    #[error("the connection failed ({why}); left out, try again later")]
    Network {
        /// Why.
        why: String,
    },
    /// Other items of this server have failed already.
    #[error("{host} did not answer for other items and was not asked again")]
    HostDown {
        /// The server.
        host: String,
    },
    /// The server answered with an error.
    #[error("the server answered {status}{}", meaning(*.status))]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// Redirected too often, or in a circle.
    #[error("redirected more than {limit} times; left out, check the address")]
    Redirects {
        /// How many are followed.
        limit: usize,
    },
    /// Redirected to something that is not an address.
    #[error("redirected to {to:?}, which cannot be fetched; left out")]
    BadRedirect {
        /// Where to.
        to: String,
    },
    /// Something else than was expected.
    #[error("is {found}, not {wanted}; left out")]
    WrongType {
        /// What it is.
        found: String,
        /// What was expected.
        wanted: &'static str,
    },
    /// An encoding of text that is not known.
    #[error(
        "says it is written in {label:?}, which is no known encoding; left out. Save it as UTF-8"
    )]
    UnknownCharset {
        /// What it says.
        label: String,
    },
    /// Not in the encoding that it says.
    #[error(
        "is not the {charset} text it says it is ({bad} broken characters, the first near byte {first}); left out. Save it as UTF-8"
    )]
    WrongCharset {
        /// The encoding that was tried.
        charset: &'static str,
        /// How many characters could not be read.
        bad: usize,
        /// Where the first of them is, in bytes of the decoded text.
        first: usize,
    },
    /// A few characters were unreadable.
    #[error("{bad} characters could not be read as {charset} and are shown as \u{fffd}")]
    Repaired {
        /// The encoding.
        charset: &'static str,
        /// How many.
        bad: usize,
    },
    /// Not a feed, or a broken one.
    #[error("is not a feed that can be read ({why}); left out")]
    Feed {
        /// What the parser says, in one line.
        why: String,
    },
    /// A feed without entries.
    #[error("the feed has no entries")]
    EmptyFeed,
    /// A feed with too many entries.
    #[error("the feed has {entries} entries; the newest {taken} were taken")]
    ManyEntries {
        /// How many it has.
        entries: usize,
        /// How many were taken.
        taken: usize,
    },
    /// Pages behind leads could not be had.
    #[error(
        "{count} of {of} articles have only their lead, because their pages could not be had (the first: {first})"
    )]
    LeadsOnly {
        /// How many.
        count: usize,
        /// Of how many articles of the feed.
        of: usize,
        /// The first of them, and why.
        first: String,
    },
    /// No article on the page.
    #[error("no article was found on the page; left out. Give the address of the article itself")]
    NoArticle,
    /// More than a reader takes.
    #[error("is longer than an article may be and was cut")]
    Cut,
    /// Markdown front matter that cannot be read.
    #[error("line {line} of the front matter is not \"name: value\"; left out")]
    FrontMatter {
        /// The line, from 1.
        line: usize,
    },
    /// Media of an article that could not be had.
    #[error("{count} of its pictures, sounds or films could not be had (the first: {first})")]
    PicturesMissing {
        /// How many.
        count: usize,
        /// The first of them, and why.
        first: String,
    },
    /// A picture of more pixels than are decoded.
    #[error(
        "is a picture of {width} × {height} pixels; more than {limit} are refused before decoding"
    )]
    ManyPixels {
        /// Width, in pixels.
        width: u32,
        /// Height, in pixels.
        height: u32,
        /// Most pixels.
        limit: u64,
    },
    /// A picture that cannot be decoded.
    #[error("is not a picture that can be decoded ({why}); left out. Save it as JPEG or PNG")]
    Picture {
        /// What the decoder says.
        why: String,
    },
    /// A picture that stays over its budget.
    #[error("could not be made smaller than {bytes} bytes (budget {budget}); taken all the same")]
    OverBudget {
        /// Its size.
        bytes: usize,
        /// What it should have been.
        budget: usize,
    },
    /// A sound or film that is longer than its budget.
    #[error("lasts {seconds} s and does not fit in {budget} bytes; left out. Cut it")]
    TooLong {
        /// Duration, in seconds.
        seconds: u64,
        /// Its budget.
        budget: u64,
    },
    /// A sound or film that ffmpeg cannot read.
    #[error("cannot be re-encoded ({why}); left out")]
    Media {
        /// What ffmpeg says.
        why: String,
    },
    /// A sound or film that was not re-encoded.
    #[error(
        "was taken as it is, {bytes} bytes with all that it says of its origin, because ffmpeg is not installed"
    )]
    AsItIs {
        /// Its size.
        bytes: u64,
    },
    /// A file whose bytes are not looked into.
    #[error("was taken as it is, {bytes} bytes with all that it says of its origin")]
    FileAsItIs {
        /// Its size.
        bytes: u64,
    },
    /// An article that no reader would take.
    #[error("does not fit into an article ({why}); left out. Please report it")]
    Unfit {
        /// Which limit it breaks.
        why: String,
    },
    /// A parser gave up on it.
    #[error("broke the program that reads it and was left out; please report it")]
    Crashed,
}

/// One line, of a length that people read, of what a library says.
pub(crate) fn one_line(error: &dyn fmt::Display) -> String {
    edition::clean_line(&error.to_string(), 200)
}

fn known(bytes: &Option<u64>) -> String {
    bytes.map_or_else(String::new, |bytes| format!(" (it has {bytes})"))
}

fn meaning(status: u16) -> &'static str {
    match status {
        401 | 403 => " (not allowed); left out. Check whether it may be read without signing in",
        404 | 410 => " (not found); left out. Check the address",
        429 => " (too many requests); left out, try again later",
        500..=599 => " (the server is in trouble); left out, try again later",
        _ => "; left out",
    }
}
