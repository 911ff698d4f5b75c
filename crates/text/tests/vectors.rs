//! The golden files `vectors/text-*`: each has lines `name: value`, an empty line, and the code.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read files"
)]

use std::path::{Path, PathBuf};

use text::{Dictionary, Primed, compress, decompress};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
}

/// The texts that the good vectors are made of.
fn texts() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let news = "کمیته‌ای در تهران گفت که گزارش را فردا منتشر می‌کند. The committee said so.\n";
    vec![
        ("empty", "none", Vec::new()),
        (
            "english",
            "none",
            b"The office said on Monday that it would not be sent back.\n".to_vec(),
        ),
        ("persian", "none", news.repeat(3).into()),
        (
            "persian-primed",
            "text-dictionary.txt",
            news.repeat(2).into(),
        ),
        ("not-utf8", "none", (0..=255).collect()),
        (
            "scripts-primed",
            "text-dictionary.txt",
            "Ελλάδα Москва 新闻 🙂".into(),
        ),
    ]
}

fn primed(name: &str) -> Option<Primed> {
    let text = || std::fs::read(folder().join(name)).unwrap();
    (name != "none").then(|| Primed::new(&Dictionary::new(text())))
}

#[test]
fn every_vector_gives_what_it_says() {
    let mut seen = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if !name.starts_with("text-") || name.ends_with(".txt") {
            continue;
        }
        let file = std::fs::read(&path).unwrap();
        let end = file.windows(2).position(|w| w == b"\n\n").unwrap();
        let header = std::str::from_utf8(&file[..end]).unwrap();
        let value = |key: &str| {
            let line = header
                .lines()
                .find_map(|l| l.strip_prefix(key)?.strip_prefix(": "));
            line.unwrap_or_else(|| panic!("{name}: no {key}"))
                .to_owned()
        };
        let primed = primed(&value("dictionary"));
        let code = &file[end + 2..];
        let text = decompress(code, value("length").parse().unwrap(), primed.as_ref());
        match value("expect").as_str() {
            "malformed" => assert!(text.is_err(), "{name}"),
            hash => {
                let text = text.unwrap();
                assert_eq!(blake3::hash(&text).to_hex().as_str(), hash, "{name}");
                assert_eq!(compress(&text, primed.as_ref()), code, "{name}");
            }
        }
        seen += 1;
    }
    assert!(seen >= texts().len(), "only {seen} vectors");
}

/// `cargo test -p skywave-text --test vectors -- --ignored` writes them anew: a new model version.
#[test]
#[ignore = "writes the vectors"]
fn write_vectors() {
    for (name, dictionary, text) in texts() {
        let code = compress(&text, primed(dictionary).as_ref());
        let write = |name: &str, length: usize, expect: &str, code: &[u8]| {
            let header =
                format!("dictionary: {dictionary}\nlength: {length}\nexpect: {expect}\n\n");
            let file = [header.as_bytes(), code].concat();
            std::fs::write(folder().join(format!("text-{name}")), file).unwrap();
        };
        write(
            name,
            text.len(),
            blake3::hash(&text).to_hex().as_str(),
            &code,
        );
        if name == "persian" {
            write(
                "bad-surplus",
                text.len(),
                "malformed",
                &[&code[..], &[7]].concat(),
            );
            write(
                "bad-zero",
                text.len(),
                "malformed",
                &[&code[..], &[0]].concat(),
            );
        }
    }
}
