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
fn sound() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/sound");
    let files = std::fs::read_dir(corpus).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut seeds = 0;
    for file in files {
        // The name of what panics is the last one printed.
        println!("{}", file.display());
        let samples = fuzz_entrances::sound(&std::fs::read(&file).unwrap());
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("seed-") {
            assert!(samples > 1_000, "{name} has sound");
            seeds += 1;
        }
    }
    assert!(seeds >= 8, "seeds are there");
}
