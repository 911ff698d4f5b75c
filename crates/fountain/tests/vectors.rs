//! The golden packets of `vectors/packet-*`: each is what its header says.
//!
//! A file has `key: value` lines, an empty line, and the packet in hexadecimal. `expect` is one of
//! `run SBN ESI COUNT`, `head BYTES`, `list EDITION CERTIFICATE-BYTES ENTRIES`, `error NAME` (does
//! not parse), `refused NAME` (parses, but is no run of an object with the parameters `oti`, which
//! are F, T and Z).

#![allow(clippy::unwrap_used, reason = "tests may")]
#![allow(clippy::disallowed_methods, reason = "the vectors are files")]

use std::collections::BTreeMap;
use std::path::Path;

use fountain::{BlockEncoder, ObjectId, Oti, Packet};

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|d| (d[0] << 4 | d[1]) as u8).collect()
}

fn oti(text: &str) -> Oti {
    let numbers: Vec<u64> = text.split(' ').map(|n| n.parse().unwrap()).collect();
    Oti::new(numbers[0], numbers[1] as u16, numbers[2] as u8).unwrap()
}

/// What the packet is, in the words of `expect`.
fn describe(packet: &[u8], parameters: Option<&str>) -> String {
    let name = |error| {
        let text = format!("{error:?}");
        text.split([' ', '(']).next().unwrap_or_default().to_owned()
    };
    match (Packet::parse(packet), parameters) {
        (Err(error), _) => format!("error {}", name(error)),
        (Ok(Packet::Head(bytes)), _) => format!("head {}", bytes.len()),
        (Ok(Packet::List(list)), _) => {
            let certificate = list.certificate().map_or(0, <[u8]>::len);
            format!(
                "list {} {certificate} {}",
                list.edition(),
                list.entries().len()
            )
        }
        (Ok(Packet::Run(_)), None) => "run".into(),
        (Ok(Packet::Run(run)), Some(parameters)) => match run.check(&oti(parameters)) {
            Ok(symbols) => format!("run {} {} {}", run.sbn, run.esi, symbols.count()),
            Err(error) => format!("refused {}", name(error)),
        },
    }
}

/// A second look at good runs: the symbols are those of the object.
fn check_symbols(packet: &[u8], parameters: &str) {
    let oti = oti(parameters);
    let mut object = vec![0; oti.transfer_length() as usize];
    let mut hash = blake3::Hasher::new();
    hash.update(b"skywave packet vector");
    hash.finalize_xof().fill(&mut object);
    let Ok(Packet::Run(run)) = Packet::parse(packet) else {
        panic!("not a run")
    };
    assert_eq!(
        run.object,
        ObjectId::of_hash(blake3::hash(&object).as_bytes())
    );
    let block = oti.block(run.sbn).unwrap();
    let start = block.offset() as usize;
    let bytes = &object[start..start + block.len() as usize];
    let encoder = BlockEncoder::new(&oti, run.sbn, bytes).unwrap();
    for (esi, symbol) in run.check(&oti).unwrap().iter() {
        let mut expected = Vec::new();
        encoder.symbol(esi, &mut expected).unwrap();
        assert_eq!(symbol, expected, "ESI {esi}");
    }
}

#[test]
fn every_vector_is_what_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors");
    let mut kinds = BTreeMap::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.starts_with("packet-") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let (header, body) = text.split_once("\n\n").unwrap();
        let header: BTreeMap<&str, &str> = header
            .lines()
            .filter_map(|line| line.split_once(": "))
            .collect();
        let packet = hex(body);
        let parameters = header.get("oti").copied();
        assert_eq!(describe(&packet, parameters), header["expect"], "{name}");
        if let (Some(parameters), true) = (parameters, header["expect"].starts_with("run ")) {
            check_symbols(&packet, parameters);
        }
        let kind = header["expect"].split(' ').next().unwrap_or_default();
        *kinds.entry(kind.to_owned()).or_insert(0) += 1;
    }
    let found: Vec<&str> = kinds.keys().map(String::as_str).collect();
    assert_eq!(found, ["error", "head", "list", "refused", "run"]);
}
