//! The corpora of `fuzz/` on the stable toolchain: what once was interesting stays harmless.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails; a corpus is files"
)]

mod fuzz_entrances;

fn replay(target: &str, entrance: fn(&[u8])) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/");
    let mut files: Vec<_> = std::fs::read_dir(format!("{path}{target}"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() >= 5, "{target} has a corpus");
    for file in files {
        // The name of what panics is the last one printed.
        println!("{}", file.display());
        entrance(&std::fs::read(&file).unwrap());
    }
}

#[test]
fn text_decompress() {
    replay("text_decompress", fuzz_entrances::text_decompress);
}
