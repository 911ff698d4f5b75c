//! The fuzzers' corpora once more, on the stable compiler: nothing that is a feed or a page, or
//! pretends to be, makes an article that a reader refuses.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that cannot go on stops here, and says what it saw or skipped"
)]

use std::path::Path;

use station::sources::fuzz;

fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    names.sort();
    assert!(names.len() >= 10, "the corpus of {target} is gone");
    for name in names {
        let bytes = std::fs::read(&name).unwrap();
        // A panic does not say which file it was.
        eprintln!("{}", name.display());
        run(&bytes);
        // Cut off and with flipped bits as well, as a fuzzer begins.
        run(&bytes[..bytes.len() / 2]);
        let mut flipped = bytes.clone();
        for i in (0..flipped.len()).step_by(97) {
            flipped[i] ^= 1 << (i % 8);
        }
        run(&flipped);
    }
}

#[test]
fn feeds() {
    replay("feed", fuzz::feed);
}

#[test]
fn pages() {
    replay("html_page", fuzz::html_page);
}
