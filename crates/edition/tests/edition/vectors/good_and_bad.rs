//! What the golden files hold.

use edition::{
    Bundle, Certificate, Chain, Head, Index, Link, Manifest, ObjectHash, Role, Terms, Tier,
    Transport, limits,
};

use super::{Vector, big_object, hex};
use crate::common::dictionaries;
use crate::common::samples::{self, key};
use crate::common::tree::{self, Tree, Twist};

struct Maker {
    folder: &'static str,
    needs: Vec<(String, String)>,
    all: Vec<Vector>,
}

impl Maker {
    fn add(&mut self, name: &str, what: &str, body: &[u8]) {
        self.add_with(name, what, body, &[]);
    }

    fn add_with(&mut self, name: &str, what: &str, body: &[u8], needs: &[(&str, String)]) {
        let mut fields = vec![("what".to_owned(), what.to_owned())];
        fields.extend(self.needs.iter().cloned());
        fields.extend(needs.iter().map(|(k, v)| ((*k).to_owned(), v.clone())));
        let mut vector = Vector {
            folder: self.folder,
            name: name.to_owned(),
            fields,
            body: body.to_vec(),
        };
        let outcome = vector.outcome();
        vector.fields.extend(outcome);
        self.all.push(vector);
    }

    /// A good encoding in each other way; of each way, the first and the last place that take it.
    fn twist(&mut self, good: &[u8]) {
        let tree = tree::read(good);
        for twist in Twist::ALL {
            let all: Vec<_> = (0..tree::count(&tree))
                .map(|nth| (nth, tree::twisted(&tree, nth, twist)))
                .filter(|(_, (_, applied))| *applied)
                .collect();
            let ends = [all.first(), all.last()];
            for (end, place) in ["first", "last"].into_iter().zip(ends) {
                let Some((nth, (bytes, _))) = place else {
                    continue;
                };
                let name = format!("bad-{twist:?}-{end}").to_lowercase();
                self.add(&name, &format!("value {nth} written as: {twist:?}"), bytes);
            }
        }
        self.add(
            "bad-cut",
            "its last byte is missing",
            &good[..good.len() - 1],
        );
        self.add("bad-trailing", "a byte follows", &[good, &[0]].concat());
        self.add("bad-empty", "no bytes", &[]);
        let Tree::Map(fields) = tree else {
            panic!("a structure is a map");
        };
        let with = |key: u64, value: Tree| {
            let mut fields = fields.clone();
            fields.push((Tree::Uint(key), value));
            tree::write(&Tree::Map(fields))
        };
        let of_version = |version| {
            let mut fields = fields.clone();
            fields[0].1 = Tree::Uint(version);
            tree::write(&Tree::Map(fields))
        };
        self.add(
            "bad-key-127",
            "an unknown key below 128",
            &with(127, Tree::Uint(0)),
        );
        self.add("bad-version-2", "a newer major version", &of_version(2));
        self.add("bad-version-0", "a version that never was", &of_version(0));
        let mut missing = fields.clone();
        missing.remove(1);
        let missing = tree::write(&Tree::Map(missing));
        self.add("bad-missing", "field 1 is missing", &missing);
        let unknown = Tree::Array(vec![Tree::Text("later".into()), Tree::Simple(20)]);
        self.add("key-128", "an unknown key from 128 up", &with(128, unknown));
    }
}

/// All golden files.
pub(super) fn all() -> Vec<Vector> {
    [
        heads(),
        manifests(),
        indexes(),
        certificates(),
        bundles(),
        groups(),
        words(),
    ]
    .concat()
}

fn maker(folder: &'static str) -> Maker {
    Maker {
        folder,
        needs: Vec::new(),
        all: Vec::new(),
    }
}

fn heads() -> Vec<Vector> {
    let mut maker = maker("edition-head");
    let manifest = samples::manifest(samples::long_chain());
    let bytes = manifest.to_bytes().unwrap();
    let head = samples::head(&manifest, "root c", "editor");
    let good = head.bytes().to_vec();
    let with = |m: &[u8]| [("manifest", hex(m))];
    maker.add_with("good", "a head and its manifest", &good, &with(&bytes));
    let mut other = bytes.clone();
    other[5] ^= 1;
    let what = "a head and a manifest that it does not name";
    maker.add_with("bad-manifest", what, &good, &with(&other));
    maker.twist(&good);
    for (at, name) in [
        (10, "root"),
        (60, "manifest"),
        (150, "certificate"),
        (good.len() - 1, "s"),
    ] {
        let mut forged = good.clone();
        forged[at] ^= 1;
        maker.add(&format!("bad-bit-{name}"), "one bit is changed", &forged);
    }
    let sign = |terms: Terms, root: &str, manifest: &Manifest, certified_by: &str| {
        // As `Head::sign` does, which refuses to sign what does not verify.
        let certificate = samples::certificate(terms, certified_by);
        let manifest_bytes = manifest.to_bytes().unwrap();
        let field = |key: u64, value| (Tree::Uint(key), value);
        let mut fields = vec![
            field(0, Tree::Uint(1)),
            field(1, Tree::Bytes(key(root).public().0.to_vec())),
            field(2, Tree::Uint(manifest.number)),
            field(3, Tree::Uint(manifest.seconds)),
            field(4, Tree::Bytes(ObjectHash::of(&manifest_bytes).0.to_vec())),
            field(5, Tree::Uint(manifest_bytes.len() as u64)),
            field(6, Tree::Uint(64)),
            field(8, Tree::Bytes(certificate.bytes().to_vec())),
        ];
        let message = tree::write(&Tree::Map(fields.clone()));
        let signature = key("editor").sign(edition::Domain::Head, &message);
        fields.push(field(9, Tree::Bytes(signature.0.to_vec())));
        (tree::write(&Tree::Map(fields)), manifest_bytes)
    };
    let terms = samples::terms("editor", Role::Manifest);
    let (same, _) = sign(terms.clone(), "root c", &manifest, "root c");
    assert_eq!(same, good);
    let late = Terms {
        not_after: samples::NEW_YEAR,
        ..terms.clone()
    };
    let (bytes, m) = sign(late, "root c", &manifest, "root c");
    maker.add_with(
        "out-of-date",
        "made after its certificate ended",
        &bytes,
        &with(&m),
    );
    let (bytes, _) = sign(
        samples::terms("editor", Role::OnAir),
        "root c",
        &manifest,
        "root c",
    );
    maker.add("bad-role", "signed with an on-air key", &bytes);
    let range = Terms {
        first: 8,
        ..terms.clone()
    };
    let (bytes, _) = sign(range, "root c", &manifest, "root c");
    maker.add(
        "bad-range",
        "edition 7 under a certificate from 8 on",
        &bytes,
    );
    let (bytes, _) = sign(terms.clone(), "root c", &manifest, "root b");
    maker.add(
        "bad-root",
        "the certificate is signed by another root",
        &bytes,
    );
    let (bytes, m) = sign(terms.clone(), "stranger", &manifest, "stranger");
    let what = "a stranger's head over a publisher's manifest";
    maker.add_with("bad-stranger", what, &bytes, &with(&m));
    let short = samples::manifest(Chain::of(key("root a").public()));
    let (bytes, m) = sign(terms, "root a", &short, "root a");
    maker.add_with("one-root", "a publisher with one root", &bytes, &with(&m));
    maker.add("largest", "the greatest numbers", largest_head().bytes());
    maker.all
}

fn largest_head() -> Head {
    let manifest = Manifest {
        number: limits::EDITION_NUMBER,
        seconds: limits::SECONDS,
        ..samples::manifest(Chain::of(key("root a").public()))
    };
    let terms = Terms {
        serial: u32::MAX,
        first: limits::EDITION_NUMBER - 1,
        last: limits::EDITION_NUMBER,
        not_before: limits::SECONDS,
        not_after: limits::SECONDS,
        ..samples::terms("editor", Role::Manifest)
    };
    let transport = Transport {
        size: limits::MANIFEST_BYTES as u64,
        symbol: edition::MAX_SYMBOL_BYTES,
        blocks: 255,
    };
    Head::sign(
        key("root a").public(),
        &manifest,
        &manifest.to_bytes().unwrap(),
        transport,
        &samples::certificate(terms, "root a"),
        &key("editor"),
    )
    .unwrap()
}

fn manifests() -> Vec<Vector> {
    let mut maker = maker("edition-manifest");
    let manifest = samples::manifest(samples::long_chain());
    let good = manifest.to_bytes().unwrap();
    maker.add("good", "three roots, two indexes", &good);
    maker.twist(&good);
    let mut with_chain = |name: &str, what: &str, links: Vec<Link>| {
        let chain = Chain {
            links,
            ..manifest.chain.clone()
        };
        let bytes = samples::manifest(chain).to_bytes().unwrap();
        maker.add(name, what, &bytes);
    };
    let link = |old: &str, next: &str, first| Link::sign(&key(old), key(next).public(), first);
    with_chain("one-root", "a chain of one root", vec![]);
    let skipped = vec![link("root b", "root c", 3)];
    with_chain("bad-chain-signer", "a link signed by another root", skipped);
    let returns = vec![link("root a", "root b", 3), link("root b", "root a", 5)];
    with_chain("bad-chain-return", "a root that returns", returns);
    let order = vec![link("root a", "root b", 3), link("root b", "root c", 3)];
    with_chain("bad-chain-order", "first numbers that do not ascend", order);
    let Tree::Map(fields) = tree::read(&good) else {
        panic!("a manifest is a map");
    };
    let mut with = |name: &str, what: &str, at: usize, value: Tree| {
        let mut fields = fields.clone();
        fields[at].1 = value;
        maker.add(name, what, &tree::write(&Tree::Map(fields)));
    };
    with("bad-number-0", "edition 0", 3, Tree::Uint(0));
    with(
        "bad-number",
        "an edition past the last",
        3,
        Tree::Uint(1 << 32),
    );
    with(
        "bad-seconds",
        "a time in the year 10000",
        4,
        Tree::Uint(limits::SECONDS + 1),
    );
    with(
        "bad-control",
        "a tab in the name",
        1,
        Tree::Text(b"a\tb".to_vec()),
    );
    with(
        "bad-utf8",
        "a name that is no UTF-8",
        1,
        Tree::Text(vec![0xff]),
    );
    with(
        "bad-language",
        "no language tag",
        2,
        Tree::Array(vec![Tree::Text(b"fa_IR".to_vec())]),
    );
    with(
        "bad-hash",
        "a hash of 31 bytes",
        5,
        Tree::Bytes(vec![0; 31]),
    );
    with(
        "bad-no-root",
        "a chain without a root",
        6,
        Tree::Array(vec![]),
    );
    let Tree::Array(mut indexes) = fields[7].1.clone() else {
        panic!("indexes are an array");
    };
    indexes.reverse();
    with(
        "bad-tiers",
        "tiers that do not ascend",
        7,
        Tree::Array(indexes),
    );
    maker.all
}

fn indexes() -> Vec<Vector> {
    let mut maker = maker("edition-index");
    let good = samples::front().to_bytes().unwrap();
    maker.add(
        "good",
        "the front: three objects, three places, numbers",
        &good,
    );
    let empty = Index::new(Tier::Media).to_bytes().unwrap();
    maker.add("empty", "a tier without objects", &empty);
    maker.twist(&good);
    let Tree::Map(fields) = tree::read(&good) else {
        panic!("an index is a map");
    };
    let mut with = |name: &str, what: &str, at: usize, value: Tree| {
        let mut fields = fields.clone();
        fields[at].1 = value;
        maker.add(name, what, &tree::write(&Tree::Map(fields)));
    };
    let uints = |all: &[u64]| Tree::Array(all.iter().copied().map(Tree::Uint).collect());
    with("bad-tier", "no such tier", 1, Tree::Uint(4));
    with(
        "bad-places-tier",
        "places in the tier text",
        1,
        Tree::Uint(1),
    );
    with("bad-places-empty", "an empty list of places", 3, uints(&[]));
    with("bad-numbers-step", "a number twice", 4, uints(&[3, 0]));
    with(
        "bad-numbers-overflow",
        "a number past 2^64",
        4,
        uints(&[1, u64::MAX]),
    );
    let Tree::Array(objects) = fields[2].1.clone() else {
        panic!("objects are an array");
    };
    let mut with_object = |name: &str, what: &str, key: u64, value: Tree| {
        let mut objects = objects.clone();
        let Tree::Map(object) = &mut objects[0] else {
            panic!("an object is a map");
        };
        object.retain(|(k, _)| *k != Tree::Uint(key));
        object.push((Tree::Uint(key), value));
        object.sort_by_key(|(k, _)| format!("{k:?}").len() * 1_000 + tree::write(k)[0] as usize);
        with(name, what, 2, Tree::Array(objects));
    };
    with_object("bad-size-0", "an object of no bytes", 2, Tree::Uint(0));
    with_object(
        "bad-size",
        "a bundle past its limit",
        2,
        Tree::Uint((4 << 20) + 1),
    );
    with_object("bad-symbol", "symbols of 12 bytes", 3, Tree::Uint(12));
    with_object(
        "bad-symbol-limit",
        "symbols of 1,264 bytes",
        3,
        Tree::Uint(1_264),
    );
    with_object("bad-blocks", "one source block, written", 4, Tree::Uint(1));
    with_object("bad-kind", "no such kind", 5, Tree::Uint(7));
    with_object(
        "bad-media-type",
        "a parameter",
        6,
        Tree::Text(b"a/b;c".to_vec()),
    );
    with_object(
        "bad-object-key",
        "an unknown key of an entry",
        8,
        Tree::Uint(1),
    );
    with(
        "bad-twice",
        "one object twice",
        2,
        Tree::Array(vec![objects[0].clone(); 2]),
    );
    maker.all
}

fn certificates() -> Vec<Vector> {
    let mut maker = maker("edition-certificate");
    maker.needs = vec![("root".into(), key("root a").public().to_string())];
    let on_air = samples::certificate(samples::terms("on air", Role::OnAir), "root a");
    let manifest = samples::certificate(samples::terms("editor", Role::Manifest), "root a");
    maker.add("good", "for lists of packets, with a slice", on_air.bytes());
    maker.add("manifest", "for editions", manifest.bytes());
    maker.twist(on_air.bytes());
    let other = samples::certificate(samples::terms("on air", Role::OnAir), "root b");
    maker.add("bad-root", "signed by another root", other.bytes());
    let Tree::Map(fields) = tree::read(on_air.bytes()) else {
        panic!("a certificate is a map");
    };
    let mut with = |name: &str, what: &str, key: u64, value: Option<Tree>| {
        let mut fields = fields.clone();
        let at = fields
            .iter()
            .position(|(k, _)| *k == Tree::Uint(key))
            .unwrap();
        match value {
            Some(value) => fields[at].1 = value,
            None => drop(fields.remove(at)),
        }
        maker.add(name, what, &tree::write(&Tree::Map(fields)));
    };
    let slice = |first, count| Some(Tree::Array(vec![Tree::Uint(first), Tree::Uint(count)]));
    with("bad-role", "no such role", 2, Some(Tree::Uint(2)));
    with(
        "bad-serial",
        "a serial past 2^32",
        3,
        Some(Tree::Uint(1 << 32)),
    );
    with(
        "bad-span",
        "more than 4,096 editions",
        5,
        Some(Tree::Uint(4_097)),
    );
    with(
        "bad-end",
        "it ends before it begins",
        5,
        Some(Tree::Uint(0)),
    );
    with("bad-slice-empty", "an empty slice", 8, slice(0, 0));
    with("bad-slice", "a slice past the last unit", 8, slice(250, 6));
    with("bad-no-slice", "an on-air key without a slice", 8, None);
    with(
        "bad-signature",
        "another signature",
        9,
        Some(Tree::Bytes(vec![1; 64])),
    );
    assert!(Certificate::parse(on_air.bytes()).is_ok());
    maker.all
}

fn bundles() -> Vec<Vector> {
    let mut maker = maker("edition-bundle");
    let pack = |bundle: &Bundle| bundle.pack(&mut dictionaries()).unwrap();
    let good = pack(&samples::bundle());
    maker.add("good", "two articles, no dictionary", &good);
    let none = Bundle {
        articles: vec![],
        ..samples::bundle()
    };
    maker.add("empty", "no articles", &pack(&none));
    for language in ["ar", "en", "fa"] {
        let bundle = Bundle {
            language: language.into(),
            ..samples::bundle()
        };
        let what = "two articles, with a dictionary";
        maker.add(&format!("dictionary-{language}"), what, &pack(&bundle));
    }
    maker.twist(&good);
    let Tree::Map(fields) = tree::read(&good) else {
        panic!("a bundle is a map");
    };
    let mut with = |name: &str, what: &str, at: usize, value: Tree| {
        let mut fields = fields.clone();
        fields[at].1 = value;
        maker.add(name, what, &tree::write(&Tree::Map(fields)));
    };
    with(
        "bad-language",
        "no language tag",
        1,
        Tree::Text(b"e_o".to_vec()),
    );
    with(
        "bad-bomb",
        "a declared length past the limit",
        3,
        Tree::Uint(4 << 20),
    );
    with(
        "bad-bomb-64",
        "a declared length of 2^64 - 1",
        3,
        Tree::Uint(u64::MAX),
    );
    with(
        "bad-length",
        "a declared length that is too small",
        2,
        Tree::Uint(3),
    );
    with(
        "bad-packed",
        "packed text of one byte",
        5,
        Tree::Bytes(vec![0]),
    );
    let mut fields = fields.clone();
    fields.insert(2, (Tree::Uint(2), Tree::Bytes(vec![0xab; 32])));
    let what = "a dictionary that nobody has";
    maker.add("bad-dictionary", what, &tree::write(&Tree::Map(fields)));
    maker.all
}

fn groups() -> Vec<Vector> {
    let mut maker = maker("edition-groups");
    for size in [(1 << 20) + 1, 3 << 20, (5 << 20) - 777] {
        let (hash, groups) = big_object(size);
        let needs = |hash: &ObjectHash, size: usize| {
            [("size", size.to_string()), ("hash", hash.to_string())]
        };
        let what = "the object's byte i is bits 7 to 14 of i squared";
        maker.add_with(&format!("good-{size}"), what, &groups, &needs(&hash, size));
        if size == 3 << 20 {
            let mut forged = groups.clone();
            forged[40] ^= 1;
            maker.add_with(
                "bad-value",
                "one bit is changed",
                &forged,
                &needs(&hash, size),
            );
            let what = "a value is missing";
            maker.add_with("bad-count", what, &groups[32..], &needs(&hash, size));
            let what = "another size";
            maker.add_with("bad-size", what, &groups, &needs(&hash, size + 1));
            let what = "half a value follows";
            let longer = [&groups[..], &[0; 16]].concat();
            maker.add_with("bad-length", what, &longer, &needs(&hash, size));
            let one = 1 << 20;
            let what = "an object of one group has none";
            maker.add_with("bad-one", what, &groups[..32], &needs(&hash, one));
        }
    }
    maker.all
}

fn words() -> Vec<Vector> {
    let mut maker = maker("edition-words");
    let what = "the seed of a root key, and its words";
    maker.add("zeros", what, &[0; 32]);
    maker.add("ones", what, &[0xff; 32]);
    for name in ["root a", "root b"] {
        let seed = key(name).seed();
        maker.add(&name.replace(' ', "-"), what, &*seed);
    }
    maker.all
}
