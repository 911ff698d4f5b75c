//! The corpus of `fuzz/` on the stable toolchain.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    unreachable_pub,
    reason = "a test that cannot go on fails; a corpus is files"
)]

mod fuzz_entrances;

#[test]
fn recording_and_samples() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/recording");
    let files = std::fs::read_dir(corpus).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut seeds = 0;
    for file in files {
        // The name of what panics is the last one printed.
        println!("{}", file.display());
        let bytes = std::fs::read(&file).unwrap();
        let is_wav = fuzz_entrances::recording(&bytes);
        fuzz_entrances::samples(&bytes);
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("seed-") {
            assert!(is_wav, "{name}");
            seeds += 1;
        }
    }
    assert!(seeds >= 5, "seeds are there");
}
