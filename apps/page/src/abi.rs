//! The C ABI that the worker calls. Bytes cross as (pointer, length); an answer is a pointer to
//! its length (32 bits, little-endian) and its bytes, good until the next call.

#![allow(
    unsafe_code,
    reason = "pointers from the worker become slices here, and nowhere else"
)]

use std::cell::RefCell;

use edition::PublicKey;

use crate::asks::answer;
use crate::decoded::Pulled;
use crate::reader::{Host, Reader, Room};

#[link(wasm_import_module = "worker")]
unsafe extern "C" {
    /// Reads a recording; bytes read, or -1 if it is gone.
    fn read(recording: u32, at: f64, bytes: *mut u8, len: usize) -> i32;
    /// Bytes of a recording.
    fn size(recording: u32) -> f64;
    /// Takes bytes of an object or a file.
    fn take(bytes: *const u8, len: usize);
    /// What a panic says, before the worker ends.
    fn panicked(bytes: *const u8, len: usize);
}

struct Worker;

impl Host for Worker {
    fn read(&mut self, recording: u32, at: u64, bytes: &mut [u8]) -> Option<usize> {
        // SAFETY: the worker writes at most `len` bytes there.
        let read = unsafe { read(recording, at as f64, bytes.as_mut_ptr(), bytes.len()) };
        usize::try_from(read).ok()
    }

    fn size(&mut self, recording: u32) -> u64 {
        // SAFETY: a number comes back.
        unsafe { size(recording) as u64 }
    }

    fn take(&mut self, bytes: &[u8]) {
        // SAFETY: the worker copies `len` bytes from there.
        unsafe { take(bytes.as_ptr(), bytes.len()) }
    }
}

thread_local! {
    static READER: RefCell<Option<Reader<Worker>>> = const { RefCell::new(None) };
    static ANSWER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn with<T: Default>(f: impl FnOnce(&mut Reader<Worker>) -> T) -> T {
    READER.with_borrow_mut(|reader| reader.as_mut().map(f).unwrap_or_default())
}

/// # Safety
/// `bytes` points to `len` bytes that [`alloc`] gave and the worker has filled.
unsafe fn slice<'a>(bytes: *const u8, len: usize) -> &'a [u8] {
    // SAFETY: as the caller says.
    unsafe { std::slice::from_raw_parts(bytes, len) }
}

fn give(bytes: &[u8]) -> *const u8 {
    ANSWER.with_borrow_mut(|answer| {
        answer.clear();
        answer.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        answer.extend_from_slice(bytes);
        answer.as_ptr()
    })
}

/// Memory for the worker to write to.
#[unsafe(no_mangle)]
extern "C" fn alloc(len: usize) -> *mut u8 {
    Box::into_raw(vec![0u8; len].into_boxed_slice()).cast()
}

/// Gives back what [`alloc`] gave.
#[unsafe(no_mangle)]
unsafe extern "C" fn release(bytes: *mut u8, len: usize) {
    // SAFETY: the worker gives back each of them once, with its length.
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(bytes, len)) });
}

/// Begins anew, trusting these keys of 32 bytes each.
#[unsafe(no_mangle)]
unsafe extern "C" fn start(keys: *const u8, len: usize) {
    std::panic::set_hook(Box::new(|info| {
        let text = info.to_string();
        // SAFETY: the worker copies the text before it returns.
        unsafe { panicked(text.as_ptr(), text.len()) }
    }));
    // SAFETY: see `slice`.
    let (keys, _) = unsafe { slice(keys, len) }.as_chunks::<32>();
    let trust = keys.iter().map(|key| PublicKey(*key)).collect();
    READER.with_borrow_mut(|reader| *reader = Some(Reader::new(Worker, trust, Room::default())));
}

/// Adds a dictionary: its language, then a zero byte, then its text.
#[unsafe(no_mangle)]
unsafe extern "C" fn dictionary(bytes: *const u8, len: usize) {
    // SAFETY: see `slice`.
    let bytes = unsafe { slice(bytes, len) };
    let mut halves = bytes.splitn(2, |byte| *byte == 0);
    if let (Some(language), Some(text)) = (halves.next(), halves.next()) {
        with(|reader| reader.add_dictionary(&String::from_utf8_lossy(language), text.to_vec()));
    }
}

/// What comes now is of this recording.
#[unsafe(no_mangle)]
extern "C" fn begin(recording: u32) {
    with(|reader| reader.begin(recording));
}

/// The next bytes of the recording.
#[unsafe(no_mangle)]
unsafe extern "C" fn push(bytes: *const u8, len: usize) {
    // SAFETY: see `slice`.
    let bytes = unsafe { slice(bytes, len) };
    with(|reader| reader.push(bytes));
}

/// 1 if the recording goes on by `pull` and not by `push`.
#[unsafe(no_mangle)]
extern "C" fn is_pulled() -> u32 {
    with(|reader| u32::from(reader.is_pulled()))
}

/// Reads and decodes the next seconds of the recording: 0 if that was the end of it, 1 if there is
/// more, 2 if it cannot be read any more.
#[unsafe(no_mangle)]
extern "C" fn pull() -> u32 {
    with(|reader| match reader.pull() {
        Pulled::Over => 0,
        Pulled::More => 1,
        Pulled::Gone => 2,
    })
}

/// How far it has been pulled, in bytes.
#[unsafe(no_mangle)]
extern "C" fn position() -> f64 {
    with(|reader| reader.position() as f64)
}

/// The recording ends.
#[unsafe(no_mangle)]
extern "C" fn end() {
    with(Reader::end);
}

/// Listens to a microphone of this rate from now on; 0 if nothing can be heard at it.
#[unsafe(no_mangle)]
extern "C" fn listen(rate: u32) -> u32 {
    with(|reader| u32::from(reader.listen(rate).is_ok()))
}

/// The next samples of the microphone, 32-bit floats in so many bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn samples(bytes: *const u8, len: usize) {
    // SAFETY: see `slice`.
    let (samples, _) = unsafe { slice(bytes, len) }.as_chunks::<4>();
    let samples: Vec<f32> = samples
        .iter()
        .map(|four| f32::from_le_bytes(*four))
        .collect();
    with(|reader| reader.hear_samples(&samples));
}

/// What the microphone heard since the last time: see [`Reader::rows`].
#[unsafe(no_mangle)]
extern "C" fn rows() -> *const u8 {
    give(&with(Reader::rows))
}

/// The microphone is off.
#[unsafe(no_mangle)]
extern "C" fn hush() {
    with(Reader::hush);
}

/// Receives once more what was heard.
#[unsafe(no_mangle)]
extern "C" fn replay() {
    with(Reader::replay_sound);
}

/// Does a little work: 1 if there is more, plus 2 if the recordings are to be read again.
#[unsafe(no_mangle)]
extern "C" fn work() -> u32 {
    with(|reader| {
        let more = reader.work();
        u32::from(more) + 2 * u32::from(reader.is_spoilt())
    })
}

/// Answers a question.
#[unsafe(no_mangle)]
unsafe extern "C" fn ask(bytes: *const u8, len: usize) -> *const u8 {
    // SAFETY: see `slice`.
    let bytes = unsafe { slice(bytes, len) };
    let answer = with(|reader| answer(reader, bytes));
    give(&answer)
}

/// BLAKE3 of these bytes: 32 bytes.
#[unsafe(no_mangle)]
unsafe extern "C" fn hash(bytes: *const u8, len: usize) -> *const u8 {
    // SAFETY: see `slice`.
    let bytes = unsafe { slice(bytes, len) };
    give(blake3::hash(bytes).as_bytes())
}
