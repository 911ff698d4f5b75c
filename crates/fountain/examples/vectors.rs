//! Writes the golden packets `vectors/packet-*` anew: `cargo run -p skywave-fountain --example vectors`.
//!
//! To be run when the format changes, which it does not. `tests/vectors.rs` reads them.

#![allow(clippy::unwrap_used, reason = "it may stop")]
#![allow(clippy::disallowed_methods, reason = "it writes files")]

use std::fmt::Write;
use std::path::Path;

use fountain::{
    BlockEncoder, ESI_END, ListBuilder, MAX_PACKET_BYTES, ObjectId, Oti, Run, write_head,
    write_run_header,
};

const SEED: &str = "skywave packet vector";

fn object(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    let mut hash = blake3::Hasher::new();
    hash.update(SEED.as_bytes());
    hash.finalize_xof().fill(&mut bytes);
    bytes
}

fn save(name: &str, header: &[(&str, String)], packet: &[u8]) {
    let mut text = String::new();
    for (key, value) in header {
        writeln!(text, "{key}: {value}").unwrap();
    }
    text.push('\n');
    for line in packet.chunks(32) {
        line.iter()
            .for_each(|byte| write!(text, "{byte:02x}").unwrap());
        text.push('\n');
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors");
    std::fs::write(folder.join(format!("packet-{name}")), text).unwrap();
}

/// A run of an object whose symbols are all right.
fn run(name: &str, what: &str, (len, size, z): (usize, u16, u8), sbn: u8, esi: u32, count: u32) {
    let object = object(len);
    let id = ObjectId::of_hash(blake3::hash(&object).as_bytes());
    let oti = Oti::new(len as u64, size, z).unwrap();
    let block = oti.block(sbn).unwrap();
    let start = block.offset() as usize;
    let bytes = &object[start..start + block.len() as usize];
    let encoder = BlockEncoder::new(&oti, sbn, bytes).unwrap();
    let mut payload = Vec::new();
    (esi..esi + count).for_each(|esi| encoder.symbol(esi, &mut payload).unwrap());
    let mut packet = Vec::new();
    Run {
        object: id,
        sbn,
        esi,
        payload: &payload,
    }
    .write(&mut packet)
    .unwrap();
    let header = [
        ("what", what.into()),
        (
            "object",
            format!("the first {len} bytes of BLAKE3's extended output for {SEED:?}"),
        ),
        ("oti", format!("{len} {size} {z}")),
        ("expect", format!("run {sbn} {esi} {count}")),
    ];
    save(name, &header, &packet);
}

fn bad_run(name: &str, what: &str, oti: &str, error: &str, sbn: u8, esi: u32, payload: usize) {
    let mut packet = Vec::new();
    write_run_header(ObjectId([0xab; 8]), sbn, esi, &mut packet);
    packet.resize(packet.len() + payload, 0x55);
    let header = [
        ("what", what.into()),
        ("oti", oti.into()),
        ("expect", format!("refused {error}")),
    ];
    save(name, &header, &packet);
}

fn bad(name: &str, what: &str, error: &str, packet: &[u8]) {
    let header = [("what", what.into()), ("expect", format!("error {error}"))];
    save(name, &header, packet);
}

fn list(certificate: Option<&[u8]>) -> Vec<u8> {
    let mut list = ListBuilder::new([1; 8], 0x0102, [2; 8], certificate, MAX_PACKET_BYTES).unwrap();
    list.push(b"\x01 not really a run").unwrap();
    list.push(b"\x01 nor this").unwrap();
    list.finish(|_| [0xee; 64]).unwrap()
}

fn main() {
    run(
        "source",
        "the first source symbols of an object",
        (5000, 312, 1),
        0,
        0,
        4,
    );
    run(
        "source-last",
        "the last source symbol, padded with zeros",
        (5000, 312, 1),
        0,
        16,
        1,
    );
    run(
        "repair",
        "repair symbols of a small block",
        (5000, 312, 1),
        0,
        17,
        4,
    );
    run(
        "repair-slice-7",
        "the first repair symbol of slice unit 7",
        (60_000, 1256, 1),
        0,
        48 + 7 * 65_536,
        1,
    );
    run(
        "repair-last",
        "the last symbol that there can be",
        (60_000, 1256, 1),
        0,
        ESI_END - 1,
        1,
    );
    run(
        "repair-block-2",
        "a repair symbol of the smaller last of three blocks",
        (20_000, 136, 3),
        2,
        100,
        9,
    );
    run(
        "one-byte",
        "an object of one byte: one symbol of 8",
        (1, 8, 1),
        0,
        0,
        1,
    );
    run(
        "one-byte-repair",
        "repair symbols of one source symbol",
        (1, 8, 1),
        0,
        1,
        3,
    );

    let oti = "5000 312 1";
    bad_run(
        "run-sbn",
        "a block that is not there",
        oti,
        "NoSuchBlock",
        1,
        0,
        312,
    );
    bad_run(
        "run-part",
        "a symbol and a half",
        oti,
        "RunLength",
        0,
        0,
        312 + 160,
    );
    bad_run(
        "run-straddles",
        "from source into repair",
        oti,
        "RunStraddles",
        0,
        16,
        624,
    );
    bad_run(
        "run-past-end",
        "beyond 2^24",
        oti,
        "EsiOutOfRange",
        0,
        ESI_END - 1,
        624,
    );

    let mut head = Vec::new();
    write_head(&[0x77; 319], &mut head).unwrap();
    let header = [
        ("what", "the longest head".into()),
        ("expect", "head 319".into()),
    ];
    save("head", &header, &head);
    head.push(0);
    bad("head-long", "a head of 321 bytes", "PacketTooLong", &head);
    bad("head-empty", "a head of nothing", "PacketTooShort", &[2]);

    bad("empty", "no bytes", "EmptyPacket", &[]);
    bad("long", "1,277 bytes", "PacketTooLong", &[1; 1277]);
    bad(
        "newer",
        "a kind of a later version",
        "UnknownKind",
        &[4, 1, 2, 3],
    );
    bad("kind-0", "a kind that never was", "UnknownKind", &[0; 40]);
    bad(
        "run-header",
        "a run that ends in its header",
        "PacketTooShort",
        &[1; 12],
    );
    bad("run-empty", "a run of no symbols", "RunLength", &[1; 13]);
    bad("run-odd", "a run of 12 bytes", "RunLength", &[1; 25]);

    let certificate = [0xcc; 155];
    for (name, certificate) in [("list", None), ("list-certificate", Some(&certificate[..]))] {
        let header = [
            (
                "what",
                "a list of two runs; the signature is made up".into(),
            ),
            (
                "expect",
                format!("list 258 {} 2", certificate.map_or(0, <[u8]>::len)),
            ),
        ];
        save(name, &header, &list(certificate));
    }
    let good = list(None);
    let mut flags = good.clone();
    flags[1] = 0x02;
    bad(
        "list-flags",
        "a flag of a later version",
        "ListFlags",
        &flags,
    );
    bad(
        "list-cut",
        "a list without the last byte",
        "ListEntries",
        &good[..good.len() - 1],
    );
    bad(
        "list-none",
        "a list of no runs",
        "ListEntries",
        &good[..26 + 64],
    );
    let mut empty = good.clone();
    empty[1] = 0x01;
    empty.splice(26..26, [0, 0]);
    bad(
        "list-no-certificate",
        "a certificate of no bytes",
        "EmptyCertificate",
        &empty,
    );
    empty[26..28].copy_from_slice(&[0xff, 0xff]);
    bad(
        "list-long-certificate",
        "a certificate beyond the end",
        "PacketTooShort",
        &empty,
    );
    bad(
        "list-header",
        "a list that ends in its header",
        "PacketTooShort",
        &good[..20],
    );
}
