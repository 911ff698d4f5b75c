//! What was gathered, in numbers.

/// What was gathered, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Feeds that were read.
    pub feeds: usize,
    /// Feeds that have not changed since they were last fetched.
    pub feeds_unchanged: usize,
    /// Pages that were read, those behind leads included.
    pub pages: usize,
    /// Answers that came from the cache, because the server said that nothing has changed.
    pub cached: usize,
    /// Bytes that came over the network, decompressed.
    pub fetched_bytes: u64,
    /// Different pictures.
    pub pictures: usize,
    /// Bytes of the pictures as they were.
    pub picture_bytes_from: u64,
    /// Bytes of the pictures as they go on air.
    pub picture_bytes_to: u64,
    /// Different sounds.
    pub sounds: usize,
    /// Different films.
    pub films: usize,
    /// Bytes of sounds and films as they were.
    pub media_bytes_from: u64,
    /// Bytes of sounds and films as they go on air.
    pub media_bytes_to: u64,
    /// Places where a picture or film has no alternative text.
    pub without_alt: usize,
    /// Places where a sound or film has neither a transcript nor captions.
    pub without_transcript: usize,
    /// Places where a film has no captions.
    pub without_captions: usize,
}
