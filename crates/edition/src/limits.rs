//! Hard limits of every structure, in one place; `docs/format.md` lists the same table.
//!
//! A reader refuses what is over a limit before it allocates for it; a publisher is told.

/// Longest head packet on the wire, kind byte included, in bytes.
pub const HEAD_PACKET_BYTES: usize = 320;
/// Longest manifest, in bytes (an ordinary one is about 1 kB).
pub const MANIFEST_BYTES: usize = 16 * 1024;
/// Longest index of one tier, in bytes.
pub const INDEX_BYTES: usize = 8 * 1024 * 1024;
/// Longest certificate, in bytes.
pub const CERTIFICATE_BYTES: usize = 192;
/// Most links in a root chain.
pub const CHAIN_LINKS: usize = 64;
/// Most indexes in a manifest: one per tier.
pub const INDEXES: usize = 8;
/// Most objects that one index names.
pub const OBJECTS: usize = 65_536;
/// Largest object, in bytes.
pub const OBJECT_BYTES: u64 = 16 * 1024 * 1024 * 1024;
/// Longest object of group hashes, in bytes: 32 for each mebibyte of the largest object.
pub const GROUPS_BYTES: u64 = OBJECT_BYTES / (1024 * 1024) * 32;
/// Most numbers in the lists of withdrawn and of dropped articles.
pub const NUMBERS: usize = 65_536;
/// Most places in `where`.
pub const PLACES: usize = 64;
/// Most edition numbers that one certificate may span.
pub const CERTIFICATE_SPAN: u64 = 4_096;
/// Highest edition number: with it, and with [`SECONDS`], every head fits its packet.
pub const EDITION_NUMBER: u64 = u32::MAX as u64;
/// Latest time, in seconds since 1970-01-01T00:00Z: the end of the year 9999, after which
/// RFC 3339 cannot write it. Times of articles, in minutes, end there too.
pub const SECONDS: u64 = 253_402_300_799;

/// Longest bundle once unpacked (skeleton and text together), in bytes.
pub const BUNDLE_BYTES: usize = 4 * 1024 * 1024;
/// Most articles in one bundle.
pub const ARTICLES: usize = 4_096;
/// Most parts in one bundle: blocks, runs, items, rows and cells of all its articles. A part can
/// be one byte on the wire and takes a hundred and more in memory.
pub const PARTS: usize = 512 * 1024;
/// Longest title, section, byline, publisher's name, file name, in bytes of UTF-8.
pub const LINE_BYTES: usize = 1_000;
/// Longest lead, alternative text, caption or description, in bytes of UTF-8.
pub const LEAD_BYTES: usize = 8_000;
/// Longest run of text, preformatted text, transcript or captions, in bytes of UTF-8.
pub const TEXT_BYTES: usize = 256 * 1024;
/// Longest link or source address, in bytes of UTF-8.
pub const URL_BYTES: usize = 2_000;
/// Most blocks in an article, nested ones included.
pub const BLOCKS: usize = 4_096;
/// Most runs in a paragraph, items in a list, rows in a table, cells in a table.
pub const ITEMS: usize = 4_096;
/// Deepest nesting of sequences of blocks; the article's own sequence is the first.
pub const NESTING: usize = 6;
/// Most pixels of a picture or a film's frame.
pub const PIXELS: u64 = 64 * 1024 * 1024;
/// Longest BCP 47 language tag, in bytes.
pub const LANGUAGE_BYTES: usize = 35;
/// Most languages that a manifest names.
pub const LANGUAGES: usize = 32;
/// Most bytes that unknown keys from 128 up may take in one structure, with 9 for each key.
pub const EXTRA_BYTES: usize = 4_096;
/// Deepest nesting of values under unknown keys.
pub const CBOR_DEPTH: usize = 16;
