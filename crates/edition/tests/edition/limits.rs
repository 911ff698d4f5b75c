//! Each limit: what is at it is read, what is one past it is refused.

use edition::block::Picture;
use edition::limits::*;
use edition::{
    Article, Block, Certificate, Chain, Error, Index, Link, Manifest, ObjectKind, Place, Role,
    Span, Terms, Tier, Transport, Way,
};

use crate::common::assert_refused;
use crate::common::samples::{self, key};

#[track_caller]
fn limited<T: std::fmt::Debug>(limit: usize, of: impl Fn(usize) -> Result<T, Error>) {
    of(limit).unwrap();
    assert_refused(of(limit + 1), "Limit");
}

fn text(bytes: usize) -> String {
    "x".repeat(bytes)
}

fn article(change: impl Fn(&mut Article)) -> Result<(), Error> {
    let mut article = samples::article(3);
    change(&mut article);
    article.check()
}

fn block(block: Block) -> Result<(), Error> {
    article(|a| a.blocks = vec![block.clone()])
}

#[test]
fn strings_of_articles() {
    limited(LINE_BYTES, |n| article(|a| a.title = text(n)));
    limited(LINE_BYTES, |n| article(|a| a.section = Some(text(n))));
    limited(LINE_BYTES, |n| article(|a| a.byline = Some(text(n))));
    limited(LEAD_BYTES, |n| article(|a| a.lead = Some(text(n))));
    limited(LEAD_BYTES, |n| article(|a| a.correction = Some(text(n))));
    limited(URL_BYTES, |n| article(|a| a.source = Some(text(n))));
    limited((SECONDS / 60) as usize, |n| {
        article(|a| a.minutes = n as u64)
    });
}

#[test]
fn strings_of_blocks() {
    limited(TEXT_BYTES, |n| block(Block::Preformatted(text(n))));
    limited(TEXT_BYTES, |n| {
        block(Block::Paragraph(vec![Span::Emphasis(text(n))]))
    });
    limited(URL_BYTES, |n| {
        block(Block::Paragraph(vec![Span::Link {
            text: String::new(),
            url: text(n),
        }]))
    });
    limited(LEAD_BYTES, |n| {
        block(Block::Quote {
            attribution: Some(text(n)),
            blocks: Vec::new(),
        })
    });
    limited(LEAD_BYTES, |n| {
        block(Block::Picture(Picture {
            alt: Some(text(n)),
            ..Picture::default()
        }))
    });
    limited(TEXT_BYTES, |n| {
        block(Block::Sound(edition::block::Sound {
            transcript: Some(text(n)),
            ..Default::default()
        }))
    });
    limited(TEXT_BYTES, |n| {
        block(Block::Film(edition::block::Film {
            captions: Some(text(n)),
            ..Default::default()
        }))
    });
    limited(LINE_BYTES, |n| {
        block(Block::File {
            object: Default::default(),
            name: text(n),
            description: None,
        })
    });
    limited(TEXT_BYTES, |n| {
        block(Block::Unknown {
            kind: 32,
            text: text(n),
            rest: Vec::new(),
        })
    });
    limited(EXTRA_BYTES, |n| {
        block(Block::Unknown {
            kind: 32,
            text: String::new(),
            rest: vec![vec![0]; n],
        })
    });
}

#[test]
fn numbers_of_blocks_and_items() {
    let empty = Block::Paragraph(Vec::new());
    limited(BLOCKS, |n| article(|a| a.blocks = vec![empty.clone(); n]));
    // Nested ones count: a list and what is in it.
    limited(BLOCKS - 1, |n| {
        let half = vec![empty.clone(); n / 2];
        let rest = vec![empty.clone(); n - n / 2];
        block(Block::List {
            ordered: false,
            items: vec![half, rest],
        })
    });
    limited(ITEMS, |n| {
        block(Block::Paragraph(vec![Span::Text(String::new()); n]))
    });
    limited(ITEMS, |n| {
        block(Block::List {
            ordered: false,
            items: vec![Vec::new(); n],
        })
    });
    limited(ITEMS, |n| {
        block(Block::Table {
            head_rows: 0,
            rows: vec![Vec::new(); n],
        })
    });
    limited(ITEMS, |n| {
        block(Block::Table {
            head_rows: 0,
            rows: vec![vec![Vec::new(); n / 2], vec![Vec::new(); n - n / 2]],
        })
    });
}

#[test]
fn nesting_and_pixels() {
    // The article's own sequence of blocks is the first level.
    limited(NESTING - 1, |n| {
        let quote = |blocks| Block::Quote {
            attribution: None,
            blocks,
        };
        block((1..n).fold(quote(Vec::new()), |inner, _| quote(vec![inner])))
    });
    let picture = |width, height| {
        block(Block::Picture(Picture {
            width,
            height,
            ..Picture::default()
        }))
    };
    assert!(picture(PIXELS, 1).is_ok());
    assert!(picture(8_192, 8_192).is_ok());
    assert_refused(picture(PIXELS + 1, 1), "Limit");
    assert_refused(picture(u64::MAX, u64::MAX), "Limit");
}

#[test]
fn makes_no_sense() {
    for level in [0, 1, 5] {
        let heading = Block::Heading {
            level,
            spans: Vec::new(),
        };
        assert_refused(block(heading), "Invalid");
    }
    for name in ["", ".hidden", "a/b", "a\\b", "..", "a\nb"] {
        let file = Block::File {
            object: Default::default(),
            name: name.into(),
            description: None,
        };
        assert_refused(block(file), "Invalid");
    }
    for bad in ["a\tb", "a\rb", "a\u{b}b", "\u{85}", "\0"] {
        assert_refused(article(|a| a.lead = Some(bad.into())), "Invalid");
        assert_refused(block(Block::Preformatted(bad.into())), "Invalid");
    }
    assert_refused(article(|a| a.title = "a\nb".into()), "Invalid");
    assert_refused(article(|a| a.source = Some("a\nb".into())), "Invalid");
    let table = Block::Table {
        head_rows: 2,
        rows: vec![Vec::new()],
    };
    assert_refused(block(table), "Limit");
}

#[test]
fn indexes() {
    let with = |change: &dyn Fn(&mut Index)| {
        let mut index = Index::new(Tier::Front);
        change(&mut index);
        index.to_bytes()
    };
    limited(OBJECTS, |n| {
        with(&|index| {
            let object = samples::entry("object", ObjectKind::File, None);
            index.objects = (0..n)
                .map(|i| {
                    let mut object = object.clone();
                    object.hash.0[..8].copy_from_slice(&(i as u64).to_be_bytes());
                    object
                })
                .collect();
        })
    });
    limited(NUMBERS, |n| {
        with(&|index| index.withdrawn = (0..n as u64).collect())
    });
    limited(NUMBERS, |n| {
        with(&|index| index.expired = (0..n as u64).collect())
    });
    let other = Place {
        way: Way::Other { text: text(1) },
        ..samples::places()[0].clone()
    };
    limited(PLACES, |n| {
        with(&|index| index.places = vec![other.clone(); n])
    });
    limited(LEAD_BYTES, |n| {
        let note = Some(text(n));
        let place = Place {
            note,
            ..other.clone()
        };
        with(&|index| index.places = vec![place.clone()])
    });
    limited(SECONDS as usize, |n| {
        let valid_from = Some(n as u64);
        let place = Place {
            valid_from,
            ..other.clone()
        };
        with(&|index| index.places = vec![place.clone()])
    });
    // 125 places of the longest texts fit no index of 64; the bytes are limited by themselves.
    assert_refused(Index::parse(&vec![0xa1; INDEX_BYTES + 1]), "Limit");
}

#[test]
fn sizes_of_objects() {
    let with = |kind, size| {
        let mut index = Index::new(Tier::Media);
        let mut entry = samples::entry("object", kind, None);
        entry.transport = Transport {
            size: size as u64,
            symbol: 1_256,
            blocks: 255,
        };
        index.objects = vec![entry];
        index.to_bytes()
    };
    limited(OBJECT_BYTES as usize, |n| with(ObjectKind::Film, n));
    limited(BUNDLE_BYTES, |n| with(ObjectKind::Bundle, n));
    limited(GROUPS_BYTES as usize, |n| with(ObjectKind::Groups, n));
    let mut manifest = samples::manifest(samples::long_chain());
    limited(INDEX_BYTES, |n| {
        let mut manifest = manifest.clone();
        manifest.indexes[0].transport.size = n as u64;
        manifest.to_bytes()
    });
    for (symbol, blocks, kind) in [
        (0, 1, "Invalid"),
        (12, 1, "Invalid"),
        (1_264, 1, "Limit"),
        (u16::MAX, 1, "Limit"),
        (64, 0, "Invalid"),
    ] {
        manifest.indexes[0].transport = Transport {
            size: 1,
            symbol,
            blocks,
        };
        assert_refused(manifest.to_bytes(), kind);
    }
    manifest.indexes[0].transport = samples::transport(0);
    assert_refused(manifest.to_bytes(), "Invalid");
}

#[test]
fn media_types() {
    let with = |media_type: &str| {
        let mut index = Index::new(Tier::Media);
        index.objects = vec![samples::entry("object", ObjectKind::File, Some(media_type))];
        index.to_bytes()
    };
    for good in ["image/webp", "application/vnd.a+b", "audio/x-1"] {
        assert!(with(good).is_ok());
    }
    for bad in [
        "", "image", "/", "a/", "/b", "a/b/c", "a/b;c=d", "a /b", "a/\u{e9}",
    ] {
        assert_refused(with(bad), "Invalid");
    }
    limited(LINE_BYTES, |n| with(&format!("a/{}", text(n - 2))));
}

#[test]
fn manifests() {
    let with = |change: &dyn Fn(&mut Manifest)| {
        let mut manifest = samples::manifest(samples::long_chain());
        change(&mut manifest);
        manifest.to_bytes()
    };
    limited(LINE_BYTES, |n| with(&|m| m.publisher = text(n)));
    limited(LANGUAGES, |n| with(&|m| m.languages = vec!["fa".into(); n]));
    limited(LANGUAGE_BYTES, |n| with(&|m| m.languages = vec![text(n)]));
    limited(EDITION_NUMBER as usize, |n| with(&|m| m.number = n as u64));
    limited(SECONDS as usize, |n| with(&|m| m.seconds = n as u64));
    limited(CHAIN_LINKS, |n| {
        let mut chain = Chain::of(key("0").public());
        for i in 0..n {
            let next = key(&(i + 1).to_string()).public();
            chain
                .links
                .push(Link::sign(&key(&i.to_string()), next, 1 + i as u64));
        }
        chain.verify().unwrap();
        with(&|m| m.chain = chain.clone())
    });
    for bad in ["", "fa_IR", "f\u{e4}"] {
        assert_refused(with(&|m| m.languages = vec![bad.into()]), "Invalid");
    }
    assert_refused(Manifest::parse(&vec![0xa1; MANIFEST_BYTES + 1]), "Limit");
}

#[test]
fn certificates() {
    let sign = |change: &dyn Fn(&mut Terms), role| {
        let mut terms = samples::terms("editor", role);
        change(&mut terms);
        Certificate::sign(terms, &key("root a"))
    };
    limited(CERTIFICATE_SPAN as usize, |n| {
        sign(&|t| t.last = n as u64, Role::Manifest)
    });
    limited(EDITION_NUMBER as usize, |n| {
        let last = n as u64;
        sign(&|t| (t.first, t.last) = (last, last), Role::Manifest)
    });
    limited(SECONDS as usize, |n| {
        sign(&|t| t.not_after = n as u64, Role::Manifest)
    });
    let slice = |first, count| {
        let slice = Some(edition::Slice { first, count });
        sign(&|t| t.slice = slice, Role::OnAir)
    };
    assert!(slice(0, 255).is_ok());
    assert!(slice(254, 1).is_ok());
    assert_refused(slice(255, 1), "Limit");
    assert_refused(slice(254, 2), "Limit");
    assert_refused(slice(0, 0), "Invalid");
    assert_refused(sign(&|t| t.slice = None, Role::OnAir), "Invalid");
    let of_manifest = Some(edition::Slice { first: 0, count: 1 });
    assert_refused(sign(&|t| t.slice = of_manifest, Role::Manifest), "Invalid");
    assert_refused(sign(&|t| t.first = t.last + 1, Role::Manifest), "Invalid");
    assert_refused(
        sign(&|t| t.not_before = t.not_after + 1, Role::Manifest),
        "Invalid",
    );
    assert_refused(Certificate::parse(&[0xa1; CERTIFICATE_BYTES + 1]), "Limit");
    assert_refused(edition::Head::parse(&[0xa1; HEAD_PACKET_BYTES]), "Limit");
}
