//! A small publisher whose every byte is fixed.

use edition::block::Picture;
use edition::{
    Article, Block, Bundle, Certificate, Chain, Extra, Head, Index, IndexEntry, Link, Manifest,
    ObjectEntry, ObjectHash, ObjectKind, Place, Polarisation, Role, SecretKey, Slice, Span, Terms,
    Tier, Transport, Way,
};

/// 2026-01-01T00:00Z.
pub(crate) const NEW_YEAR: u64 = 1_767_225_600;

/// The secret key that `name` stands for.
pub(crate) fn key(name: &str) -> SecretKey {
    SecretKey::from_seed(&ObjectHash::of(name.as_bytes()).0)
}

/// The hash that `name` stands for.
pub(crate) fn hash(name: &str) -> ObjectHash {
    ObjectHash::of(name.as_bytes())
}

/// Parameters of an object of `size` bytes.
pub(crate) fn transport(size: u64) -> Transport {
    Transport {
        size,
        symbol: 64,
        blocks: 1,
    }
}

/// Terms for the key `name`: editions 1 to 1,000, the year 2026.
pub(crate) fn terms(name: &str, role: Role) -> Terms {
    Terms {
        key: key(name).public(),
        role,
        serial: 3,
        first: 1,
        last: 1_000,
        not_before: NEW_YEAR,
        not_after: NEW_YEAR + 365 * 86_400,
        slice: (role == Role::OnAir).then_some(Slice {
            first: 0,
            count: 32,
        }),
    }
}

/// A certificate of `terms` by the root key `root`.
pub(crate) fn certificate(terms: Terms, root: &str) -> Certificate {
    Certificate::sign(terms, &key(root)).unwrap()
}

/// A chain from root `a` over `b` to `c`.
pub(crate) fn long_chain() -> Chain {
    Chain {
        first: key("root a").public(),
        links: vec![
            Link::sign(&key("root a"), key("root b").public(), 3),
            Link::sign(&key("root b"), key("root c").public(), 5),
        ],
    }
}

/// An entry of an index.
pub(crate) fn entry(name: &str, kind: ObjectKind, media_type: Option<&str>) -> ObjectEntry {
    ObjectEntry {
        hash: hash(name),
        transport: transport(12_345),
        kind,
        media_type: media_type.map(str::to_owned),
        groups: None,
    }
}

/// The front's index, with everything that one can hold.
pub(crate) fn front() -> Index {
    Index {
        objects: vec![
            entry("front", ObjectKind::Bundle, None),
            entry("picture", ObjectKind::Picture, Some("image/webp")),
            ObjectEntry {
                transport: Transport {
                    size: 3 << 30,
                    symbol: 1_256,
                    blocks: 48,
                },
                groups: Some(hash("groups")),
                ..entry("film", ObjectKind::Film, Some("video/mp4"))
            },
        ],
        places: places(),
        withdrawn: vec![0, 7, 300],
        expired: vec![5],
        ..Index::new(Tier::Front)
    }
}

/// One place of each way.
pub(crate) fn places() -> Vec<Place> {
    let at = |way| Place {
        way,
        valid_from: None,
        valid_to: None,
        note: None,
    };
    vec![
        at(Way::Satellite {
            satellite: "Example Sat 1".into(),
            tenths_east: 130,
            khz: 11_766_000,
            polarisation: Polarisation::Vertical,
            symbol_rate: 27_500_000,
            service: "Example TV".into(),
        }),
        Place {
            valid_from: Some(NEW_YEAR),
            valid_to: Some(NEW_YEAR + 86_400),
            note: Some("only if the channel is silent".into()),
            ..at(Way::Radio {
                khz: 9_400,
                from_minute: 1_380,
                to_minute: 30,
                days: 127,
                mode: "AM, shortwave".into(),
            })
        },
        at(Way::Other {
            text: "ask a courier\nor a friend".into(),
        }),
    ]
}

/// A manifest of edition 7 with the chain given.
pub(crate) fn manifest(chain: Chain) -> Manifest {
    let index = |tier, name: &str| IndexEntry {
        tier,
        hash: hash(name),
        transport: transport(1_000),
    };
    Manifest {
        publisher: "A Newsroom".into(),
        languages: vec!["fa".into(), "en-GB".into()],
        number: 7,
        seconds: NEW_YEAR + 600,
        previous: Some(hash("edition 6")),
        chain,
        indexes: vec![index(Tier::Front, "front"), index(Tier::Text, "text")],
        extra: Extra::default(),
    }
}

/// The head of a manifest, signed by `signer` under a certificate of `root`.
pub(crate) fn head(manifest: &Manifest, root: &str, signer: &str) -> Head {
    let bytes = manifest.to_bytes().unwrap();
    Head::sign(
        key(root).public(),
        manifest,
        &bytes,
        transport(bytes.len() as u64),
        &certificate(terms(signer, Role::Manifest), root),
        &key(signer),
    )
    .unwrap()
}

/// An article with most that there is.
pub(crate) fn article(number: u64) -> Article {
    Article {
        number,
        revision: 2,
        title: "Bridge reopens".into(),
        lead: Some("After a year of works,\ntraffic is back.".into()),
        section: Some("City".into()),
        byline: Some("A. Writer".into()),
        minutes: NEW_YEAR / 60,
        source: Some("https://example.org/bridge".into()),
        picture: Some(hash("picture").id()),
        blocks: vec![
            Block::Heading {
                level: 2,
                spans: vec![Span::Text("The works".into())],
            },
            Block::Paragraph(vec![
                Span::Text("They took ".into()),
                Span::Strong("twelve months".into()),
                Span::Emphasis(", not six, ".into()),
                Span::Link {
                    text: "as planned".into(),
                    url: "https://example.org/plan".into(),
                },
            ]),
            Block::List {
                ordered: true,
                items: vec![
                    vec![Block::Paragraph(vec![Span::Text("north".into())])],
                    vec![],
                ],
            },
            Block::Quote {
                attribution: None,
                blocks: vec![Block::Preformatted("a\n  b".into())],
            },
            Block::Table {
                head_rows: 1,
                rows: vec![
                    vec![vec![Span::Text("year".into())], vec![]],
                    vec![vec![Span::Text("2025".into())]],
                ],
            },
            Block::Picture(Picture {
                object: hash("picture").id(),
                alt: Some("The bridge".into()),
                caption: None,
                width: 1_200,
                height: 800,
            }),
            Block::Unknown {
                kind: 40,
                text: "shown instead".into(),
                rest: vec![vec![0x18, 200], vec![0x62, b'a', b'b']],
            },
        ],
        correction: Some("An earlier version named another month.".into()),
        ..Article::default()
    }
}

/// A bundle in a language that has no dictionary.
pub(crate) fn bundle() -> Bundle {
    Bundle {
        language: "eo".into(),
        articles: vec![article(3), article(70_000)],
    }
}
