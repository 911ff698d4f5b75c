//! The corpus of `fuzz/` on the stable toolchain: what once was interesting stays harmless, and the
//! seeds are still editions.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails; a corpus is files"
)]

mod common;
mod fuzz_entrances;

use std::path::PathBuf;

use common::Publisher;
use file::{Writer, Zip};
use ts::{Carriage, FrameSource, Mux, MuxConfig};

fn corpus() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/receiver").into()
}

/// The publisher whose editions are in the corpus.
fn publisher() -> Publisher {
    Publisher::new(77)
}

#[test]
fn receiver() {
    assert_eq!(publisher().public(), fuzz_entrances::TRUSTED);
    let files = std::fs::read_dir(corpus()).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 5, "receiver has a corpus");
    let mut complete = 0;
    for file in files {
        // The name of what panics is the last one printed.
        println!("{}", file.display());
        let bytes = std::fs::read(&file).unwrap();
        let editions = fuzz_entrances::receiver(&bytes);
        let is_seed = file
            .file_name()
            .unwrap()
            .as_encoded_bytes()
            .starts_with(b"seed-");
        assert!(editions > 0 || !is_seed, "a seed has an edition");
        complete += editions;
    }
    assert!(complete >= 5, "seeds are there");
}

/// Packets, each once.
struct Once<'a>(std::slice::Iter<'a, Vec<u8>>);

impl FrameSource for Once<'_> {
    fn next_frame(&mut self, _: Carriage) -> Option<&[u8]> {
        self.0.next().map(Vec::as_slice)
    }
}

fn sky(packets: &[Vec<u8>]) -> Vec<u8> {
    let (mut writer, mut file) = (Writer::new(), Vec::new());
    writer.header(&mut file);
    for packet in packets {
        writer.record(packet, &mut file).unwrap();
    }
    file
}

/// `cargo test -p skywave-receiver --test fuzz_replay -- --ignored` writes the seeds anew: a new
/// version of the format.
#[test]
#[ignore = "writes the seeds"]
fn write_seeds() {
    let publisher = publisher();
    println!("{:?}", publisher.public());
    let edition = publisher.edition(3, &["one"], &[3_000]);
    let runs = edition.runs(0, 0.0);
    let lists = publisher.lists(3, &runs);
    let packets = [vec![edition.head_packet()], lists.clone(), runs.clone()].concat();
    let mut forged = runs.last().unwrap().clone();
    let is_picture = |run: &&Vec<u8>| run.len() > 1_256;
    let picture = runs.iter().find(is_picture).unwrap();
    forged.clone_from(picture);
    forged[500] ^= 1;
    let mut reversed = runs.clone();
    reversed.reverse();
    let before = [
        lists,
        vec![forged],
        reversed.clone(),
        vec![edition.head_packet()],
    ]
    .concat();
    let after = [before.clone(), runs].concat();

    let file = sky(&packets);
    let mut zip = Zip::new("news.sky");
    zip.push(&file);
    let (begin, end) = zip.around().unwrap();
    let mut mux = Mux::new(MuxConfig::new("4M".parse().unwrap(), "News")).unwrap();
    let mut air = Vec::new();
    mux.next_cells(&mut Once(packets.iter()), 80, &mut air)
        .unwrap();
    let page = format!(
        "<!DOCTYPE html><script type=\"text/plain\" id=\"edition\">{}</script>",
        common::base64(&file)
    );
    std::fs::create_dir_all(corpus()).unwrap();
    for (name, habit, bytes) in [
        ("sky", 0, file.clone()),
        ("let-go", 0xff, file.clone()),
        ("zip", 0x11, [&begin[..], &file, &end].concat()),
        ("ts", 0, air),
        ("page", 0, page.into_bytes()),
        ("forged", 0, sky(&after)),
    ] {
        let seed = [&[29, habit], &bytes[..]].concat();
        std::fs::write(corpus().join(format!("seed-{name}")), seed).unwrap();
    }
}
