//! Arbitrary values that a publisher may write.

use edition::block::{Film, Picture, Sound};
use edition::{
    Article, Block, Bundle, Chain, Index, IndexEntry, Link, Manifest, ObjectEntry, ObjectHash,
    ObjectId, ObjectKind, Place, Polarisation, SecretKey, Span, Tier, Transport, Way,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;

const NUMBER: u64 = edition::limits::EDITION_NUMBER;
const SECONDS: u64 = edition::limits::SECONDS;

fn line() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9 .,]{0,30}", "[آ-ی\u{200c} ]{0,30}", "\\PC{0,12}"]
}

fn prose() -> impl Strategy<Value = String> {
    vec(line(), 0..4).prop_map(|lines| lines.join("\n"))
}

fn uint() -> impl Strategy<Value = u64> {
    prop_oneof![0..300u64, any::<u32>().prop_map(u64::from), any::<u64>()]
}

fn id() -> impl Strategy<Value = ObjectId> {
    any::<[u8; 8]>().prop_map(ObjectId)
}

fn hash() -> impl Strategy<Value = ObjectHash> {
    any::<[u8; 32]>().prop_map(ObjectHash)
}

fn language() -> impl Strategy<Value = String> {
    "[a-z]{2,3}(-[A-Z]{2})?"
}

fn span() -> impl Strategy<Value = Span> {
    prop_oneof![
        prose().prop_map(Span::Text),
        prose().prop_map(Span::Emphasis),
        prose().prop_map(Span::Strong),
        (prose(), line()).prop_map(|(text, url)| Span::Link { text, url }),
    ]
}

fn spans() -> impl Strategy<Value = Vec<Span>> {
    vec(span(), 0..4)
}

fn leaf() -> impl Strategy<Value = Block> {
    let size = || (0..8_000u64, 0..8_000u64);
    prop_oneof![
        spans().prop_map(Block::Paragraph),
        (2..=4u8, spans()).prop_map(|(level, spans)| Block::Heading { level, spans }),
        vec(vec(spans(), 0..3), 0..4).prop_flat_map(|rows| {
            (0..=rows.len() as u64).prop_map(move |head_rows| Block::Table {
                head_rows,
                rows: rows.clone(),
            })
        }),
        prose().prop_map(Block::Preformatted),
        (id(), of(prose()), of(prose()), size()).prop_map(
            |(object, alt, caption, (width, height))| {
                Block::Picture(Picture {
                    object,
                    alt,
                    caption,
                    width,
                    height,
                })
            }
        ),
        (id(), of(prose()), of(prose()), of(prose()), uint()).prop_map(
            |(object, title, transcript, captions, seconds)| {
                Block::Sound(Sound {
                    object,
                    title,
                    transcript,
                    captions,
                    seconds,
                })
            }
        ),
        (
            id(),
            of(prose()),
            of(prose()),
            of(prose()),
            uint(),
            size(),
            of(id())
        )
            .prop_map(
                |(object, alt, transcript, captions, seconds, (width, height), poster)| {
                    Block::Film(Film {
                        object,
                        alt,
                        transcript,
                        captions,
                        seconds,
                        width,
                        height,
                        poster,
                    })
                }
            ),
        (id(), "[a-z]{1,9}\\.[a-z]{3}", of(prose())).prop_map(|(object, name, description)| {
            Block::File {
                object,
                name,
                description,
            }
        }),
        (32..1_000u64, prose(), vec(0..24u8, 0..3)).prop_map(|(kind, text, rest)| {
            Block::Unknown {
                kind,
                text,
                rest: rest.into_iter().map(|small| vec![small]).collect(),
            }
        }),
    ]
}

/// Any block.
pub(crate) fn block() -> impl Strategy<Value = Block> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            (any::<bool>(), vec(vec(inner.clone(), 0..3), 0..3))
                .prop_map(|(ordered, items)| Block::List { ordered, items }),
            (of(prose()), vec(inner, 0..3)).prop_map(|(attribution, blocks)| Block::Quote {
                attribution,
                blocks,
            }),
        ]
    })
}

/// Any article.
pub(crate) fn article() -> impl Strategy<Value = Article> {
    let texts = (line(), of(prose()), of(line()), of(line()), of(line()));
    let numbers = (uint(), prop_oneof![Just(0), uint()], 0..SECONDS / 60);
    let rest = (of(id()), vec(block(), 0..5), of(prose()));
    (texts, numbers, rest).prop_map(|(texts, numbers, rest)| Article {
        number: numbers.0,
        revision: numbers.1,
        title: texts.0,
        lead: texts.1,
        section: texts.2,
        byline: texts.3,
        minutes: numbers.2,
        source: texts.4,
        picture: rest.0,
        blocks: rest.1,
        correction: rest.2,
        ..Article::default()
    })
}

/// Any bundle.
pub(crate) fn bundle() -> impl Strategy<Value = Bundle> {
    let articles = btree_map(uint(), article(), 0..4);
    (language(), articles).prop_map(|(language, articles)| Bundle {
        language,
        articles: articles
            .into_iter()
            .map(|(number, article)| Article { number, ..article })
            .collect(),
    })
}

fn transport(largest: u64) -> impl Strategy<Value = Transport> {
    (1..=largest, 1..=157u16, 1..=255u8).prop_map(|(size, eighths, blocks)| Transport {
        size,
        symbol: eighths * 8,
        blocks,
    })
}

fn kind() -> impl Strategy<Value = ObjectKind> {
    prop_oneof![
        Just(ObjectKind::Bundle),
        Just(ObjectKind::Picture),
        Just(ObjectKind::Sound),
        Just(ObjectKind::Film),
        Just(ObjectKind::File),
        Just(ObjectKind::Page),
        Just(ObjectKind::Groups),
    ]
}

fn entry() -> impl Strategy<Value = ObjectEntry> {
    let media_type = of("[a-z]{2,8}/[a-z.+-]{1,8}");
    (hash(), transport(500_000), kind(), media_type, of(hash())).prop_map(
        |(hash, transport, kind, media_type, groups)| ObjectEntry {
            hash,
            transport,
            kind,
            media_type,
            groups,
        },
    )
}

fn place() -> impl Strategy<Value = Place> {
    let way = prop_oneof![
        (line(), 0..3_600u64, uint(), 0..4u8, uint(), line()).prop_map(|p| Way::Satellite {
            satellite: p.0,
            tenths_east: p.1,
            khz: p.2,
            polarisation: match p.3 {
                0 => Polarisation::Horizontal,
                1 => Polarisation::Vertical,
                2 => Polarisation::Left,
                _ => Polarisation::Right,
            },
            symbol_rate: p.4,
            service: p.5,
        }),
        (uint(), 0..=1_440u64, 0..=1_440u64, 0..128u64, line()).prop_map(|p| Way::Radio {
            khz: p.0,
            from_minute: p.1,
            to_minute: p.2,
            days: p.3,
            mode: p.4,
        }),
        prose().prop_map(|text| Way::Other { text }),
    ];
    (way, of(0..=SECONDS), of(0..=SECONDS), of(prose())).prop_map(
        |(way, valid_from, valid_to, note)| Place {
            way,
            valid_from,
            valid_to,
            note,
        },
    )
}

fn numbers() -> impl Strategy<Value = Vec<u64>> {
    btree_set(uint(), 0..5).prop_map(|numbers| numbers.into_iter().collect())
}

/// Any index.
pub(crate) fn index() -> impl Strategy<Value = Index> {
    let objects = vec(entry(), 0..6);
    (0..4usize, objects, vec(place(), 0..4), numbers(), numbers()).prop_map(
        |(tier, objects, places, withdrawn, expired)| Index {
            objects,
            places: if tier == 0 { places } else { Vec::new() },
            withdrawn,
            expired,
            ..Index::new(Tier::ALL[tier])
        },
    )
}

/// Any chain, with the secret keys of its roots.
pub(crate) fn chain() -> impl Strategy<Value = (Chain, Vec<SecretKey>)> {
    (
        any::<[u8; 32]>(),
        btree_map(1..NUMBER, any::<[u8; 32]>(), 0..4),
    )
        .prop_map(|(first, links)| {
            let mut keys = vec![SecretKey::from_seed(&first)];
            let mut chain = Chain::of(keys[0].public());
            for (number, seed) in links {
                let next = SecretKey::from_seed(&seed);
                let old = &keys[keys.len() - 1];
                chain.links.push(Link::sign(old, next.public(), number));
                keys.push(next);
            }
            (chain, keys)
        })
}

/// Any manifest.
pub(crate) fn manifest() -> impl Strategy<Value = Manifest> {
    let names = ("[a-z]{1,20}", vec(language(), 0..4));
    let numbers = (1..=NUMBER, 0..=SECONDS, of(hash()));
    let indexes = btree_map(0..4usize, (hash(), transport(8 << 20)), 0..4);
    (names, numbers, chain(), indexes).prop_map(|(names, numbers, (chain, _), indexes)| Manifest {
        publisher: names.0,
        languages: names.1,
        number: numbers.0,
        seconds: numbers.1,
        previous: numbers.2,
        chain,
        indexes: indexes
            .into_iter()
            .map(|(tier, (hash, transport))| IndexEntry {
                tier: Tier::ALL[tier],
                hash,
                transport,
            })
            .collect(),
        extra: edition::Extra::default(),
    })
}
