//! Golden files: `vectors/edition-*/`, each with what it is and what it must give in its header.
//!
//! `cargo test -p skywave-edition --test edition -- --ignored write_the_vectors` writes them anew.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use edition::groups::{GROUP_BYTES, GroupHasher, Groups};
use edition::{
    Bundle, Certificate, Error, Head, Index, Manifest, ObjectHash, PublicKey, SecretKey,
    key_from_words, paper_words, publisher_words,
};

use crate::common::tree::{self, Tree};
use crate::common::{dictionaries, kind};

mod good_and_bad;

/// A golden file.
#[derive(Debug, Clone, PartialEq)]
struct Vector {
    folder: &'static str,
    name: String,
    /// `what`, then what reading it needs, then `expect` and the facts that must come out.
    fields: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Vector {
    fn field(&self, key: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(k, _)| k == key);
        found.map(|(_, value)| value.as_str())
    }

    fn to_file(&self) -> String {
        let mut out = String::new();
        for (key, value) in &self.fields {
            writeln!(out, "{key}: {value}").unwrap();
        }
        for line in self.body.chunks(40) {
            out.push('\n');
            out.push_str(&hex(line));
        }
        out.push('\n');
        out
    }

    fn from_file(folder: &'static str, name: &str, file: &str) -> Self {
        let (header, body) = file.split_once("\n\n").unwrap_or((file, ""));
        Self {
            folder,
            name: name.to_owned(),
            fields: header
                .lines()
                .map(|line| line.split_once(": ").unwrap())
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect(),
            body: unhex(&body.replace('\n', "")),
        }
    }

    /// What a reader makes of it: facts, or the kind of the error.
    fn outcome(&self) -> Vec<(String, String)> {
        match self.read() {
            Ok(facts) => {
                let ok = ("expect".to_owned(), "ok".to_owned());
                let facts = facts.into_iter().map(|(k, v)| (k.to_owned(), v));
                std::iter::once(ok).chain(facts).collect()
            }
            Err(error) => vec![("expect".to_owned(), kind(&error))],
        }
    }

    fn read(&self) -> Result<Vec<(&'static str, String)>, Error> {
        let body = &self.body;
        match self.folder {
            "edition-head" => {
                let signed = Head::parse(body)?.verify()?;
                let mut facts = vec![
                    ("number", signed.number().to_string()),
                    ("seconds", signed.seconds().to_string()),
                    ("root", signed.root().to_string()),
                    ("key", signed.certificate().terms().key.to_string()),
                    ("out-of-date", signed.is_out_of_date().to_string()),
                ];
                if let Some(manifest) = self.field("manifest") {
                    let edition = signed.open(&unhex(manifest))?;
                    facts.push(("publisher", edition.publisher().to_string()));
                }
                Ok(facts)
            }
            "edition-manifest" => {
                let manifest = Manifest::parse(body)?;
                assert_eq!(&manifest.to_bytes()?, body);
                let chain = manifest.chain.verify()?;
                Ok(vec![
                    ("name", manifest.publisher.clone()),
                    ("languages", manifest.languages.join(" ")),
                    ("number", manifest.number.to_string()),
                    ("first-root", chain.first().to_string()),
                    ("current-root", chain.current().to_string()),
                    ("indexes", manifest.indexes.len().to_string()),
                    ("unknown-keys", manifest.extra.iter().count().to_string()),
                ])
            }
            "edition-index" => {
                let index = Index::parse(body)?;
                assert_eq!(&index.to_bytes()?, body);
                Ok(vec![
                    ("tier", index.tier.name().to_owned()),
                    ("objects", index.objects.len().to_string()),
                    ("places", index.places.len().to_string()),
                    ("withdrawn", format!("{:?}", index.withdrawn)),
                    ("expired", format!("{:?}", index.expired)),
                    ("unknown-keys", index.extra.iter().count().to_string()),
                ])
            }
            "edition-certificate" => {
                let root = PublicKey(unhex(self.field("root").unwrap()).try_into().unwrap());
                let certified = Certificate::parse(body)?.verify(&root)?;
                let terms = certified.terms();
                Ok(vec![
                    ("key", terms.key.to_string()),
                    ("role", format!("{:?}", terms.role)),
                    ("serial", terms.serial.to_string()),
                    ("editions", format!("{}-{}", terms.first, terms.last)),
                    ("dates", format!("{}-{}", terms.not_before, terms.not_after)),
                ])
            }
            "edition-bundle" => {
                let bundle = Bundle::unpack(body, &mut dictionaries())?;
                let number = |a: &edition::Article| a.number.to_string();
                let titles = bundle.articles.iter().map(|a| a.title.as_str());
                Ok(vec![
                    ("language", bundle.language.clone()),
                    (
                        "articles",
                        bundle
                            .articles
                            .iter()
                            .map(number)
                            .collect::<Vec<_>>()
                            .join(" "),
                    ),
                    ("titles", titles.collect::<Vec<_>>().join(" | ")),
                ])
            }
            "edition-groups" => {
                let size = self.field("size").unwrap().parse().unwrap();
                let hash = unhex(self.field("hash").unwrap()).try_into().unwrap();
                let groups = Groups::parse(body, &ObjectHash(hash), size)?;
                Ok(vec![("groups", groups.count().to_string())])
            }
            "edition-words" => {
                let key = SecretKey::from_seed(&body.as_slice().try_into().unwrap());
                let paper = paper_words(&key)?;
                assert_eq!(key_from_words(&paper)?.public(), key.public());
                Ok(vec![
                    ("public", key.public().to_string()),
                    ("publisher-words", publisher_words(&key.public()).join(" ")),
                    ("paper-words", paper.to_string()),
                ])
            }
            folder => panic!("no reader for {folder}"),
        }
    }
}

const FOLDERS: [&str; 7] = [
    "edition-head",
    "edition-manifest",
    "edition-index",
    "edition-certificate",
    "edition-bundle",
    "edition-groups",
    "edition-words",
];

fn path(folder: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors")).join(folder)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn on_disk() -> Vec<Vector> {
    let mut all = Vec::new();
    for folder in FOLDERS {
        for file in fs::read_dir(path(folder)).unwrap() {
            let file = file.unwrap().path();
            let name = file.file_stem().unwrap().to_str().unwrap();
            let content = fs::read_to_string(&file).unwrap();
            all.push(Vector::from_file(folder, name, &content));
        }
    }
    all
}

#[test]
fn each_file_gives_what_its_header_says() {
    let all = on_disk();
    assert!(all.len() > 80, "{}", all.len());
    for vector in all {
        let file = format!("{}/{}", vector.folder, vector.name);
        let begin = vector.fields.iter().position(|(key, _)| key == "expect");
        let expected = &vector.fields[begin.expect(&file)..];
        assert_eq!(expected, vector.outcome(), "{file}");
    }
}

#[test]
fn the_files_are_those_that_are_made() {
    let mut disk = on_disk();
    let mut made = good_and_bad::all();
    disk.sort_by(|a, b| (a.folder, &a.name).cmp(&(b.folder, &b.name)));
    made.sort_by(|a, b| (a.folder, &a.name).cmp(&(b.folder, &b.name)));
    let names = |all: &[Vector]| -> Vec<_> { all.iter().map(|v| v.name.clone()).collect() };
    assert_eq!(names(&disk), names(&made));
    for (disk, made) in disk.iter().zip(&made) {
        assert_eq!(
            disk, made,
            "if the format has changed: see the head of this file"
        );
    }
}

#[test]
#[ignore = "writes the golden files anew"]
fn write_the_vectors() {
    for folder in FOLDERS {
        let _ = fs::remove_dir_all(path(folder));
        fs::create_dir_all(path(folder)).unwrap();
    }
    for vector in good_and_bad::all() {
        let file = path(vector.folder).join(format!("{}.txt", vector.name));
        fs::write(file, vector.to_file()).unwrap();
    }
}

/// Seeds for the fuzz targets of the same names: see `tests/fuzz_entrances`.
#[test]
#[ignore = "adds the golden files to the corpora of fuzz/"]
fn write_the_corpora() {
    let corpora = path("../fuzz/corpus");
    // Dictionaries are left out: to unpack one takes an instrumented program half a minute.
    let all = good_and_bad::all().into_iter();
    for vector in all.filter(|vector| !vector.name.contains("dictionary")) {
        let target = &vector.folder["edition-".len()..];
        let mut seeds = vec![(vector.name.clone(), vector.body.clone())];
        match target {
            "groups" | "words" => continue,
            "certificate" => seeds[0].1.extend(unhex(vector.field("root").unwrap())),
            "bundle" => {
                seeds[0].1.insert(0, 0);
                seeds.extend(
                    halves(&vector).map(|halves| (format!("{}-halves", vector.name), halves)),
                );
            }
            _ => {}
        }
        fs::create_dir_all(corpora.join(target)).unwrap();
        for (name, seed) in seeds {
            fs::write(corpora.join(target).join(name), seed).unwrap();
        }
    }
}

/// A good bundle without a dictionary, unpacked.
fn halves(vector: &Vector) -> Option<Vec<u8>> {
    let Tree::Map(fields) = vector.field("language").map(|_| tree::read(&vector.body))? else {
        return None;
    };
    let (Tree::Uint(skeleton_len), Tree::Uint(text_len)) = (&fields[2].1, &fields[3].1) else {
        return None;
    };
    let (Tree::Bytes(skeleton), Tree::Bytes(text)) = (&fields[4].1, &fields[5].1) else {
        return None;
    };
    let skeleton = text::decompress(skeleton, *skeleton_len as usize, None).unwrap();
    let text = text::decompress(text, *text_len as usize, None).unwrap();
    let len = (skeleton.len() as u16).to_be_bytes();
    Some([&[1][..], &len, &skeleton, &text].concat())
}

/// The object that group hashes are made of: bytes `i * i >> 7`.
fn big_object(size: usize) -> (ObjectHash, Vec<u8>) {
    let mut hasher = GroupHasher::new();
    let data: Vec<u8> = (0..size).map(|i| ((i * i) >> 7) as u8).collect();
    for piece in data.chunks(GROUP_BYTES) {
        hasher.update(piece);
    }
    let (hash, groups) = hasher.finish();
    (hash, groups.unwrap_or_default())
}
