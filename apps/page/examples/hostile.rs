//! Recordings of publishers that mean harm, for the tests in browsers: signed, in form, and as bad
//! as the format lets them be. `hostile FOLDER`; with `many` after it, also one of a hundred
//! thousand articles, which a browser reads for a minute.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a tool of tests, which writes files"
)]

use std::path::{Path, PathBuf};

use edition::block::{Film, Picture, Sound};
use edition::{
    Article, Block, Bundle, Certificate, Chain, Dictionaries, Extra, Head, Index, IndexEntry,
    Manifest, ObjectEntry, ObjectHash, ObjectKind, Place, Role, SecretKey, Span, Terms, Tier,
    Transport, Way,
};
use fountain::{MAX_PACKET_BYTES, ObjectId, Oti, RUN_HEADER_BYTES, source_symbols};

/// Markup and addresses that must stay text; `hacked` and the hosts are watched for.
const EVIL: [&str; 9] = [
    "<script>hacked('script')</script>",
    "<img src=x onerror=\"hacked('onerror')\"><img src=//img.leak.test/>",
    "</title></style></textarea></noscript><svg onload=hacked('svg')>",
    "javascript:hacked('url')",
    "\"><iframe src=\"https://frame.leak.test/\"></iframe>",
    "{{constructor.constructor('hacked(1)')()}} ${hacked('template')}",
    "<link rel=preconnect href=https://connect.leak.test><meta http-equiv=refresh content=\"0;url=https://refresh.leak.test/\">",
    "@import url(https://style.leak.test/); </style><style>*{background:url(https://css.leak.test/)}",
    "\u{202e}desrever \u{2066}isolated\u{2069} \u{200f}\u{061c}\u{feff}",
];

fn main() {
    let folder: PathBuf = std::env::args_os().nth(1).unwrap().into();
    std::fs::create_dir_all(&folder).unwrap();
    fields(&folder.join("fields.sky"));
    if std::env::args().nth(2).is_some_and(|word| word == "many") {
        many(&folder.join("many.sky"));
    }
}

/// Every field of every block, pictures that are bombs, and media that are something else.
fn fields(path: &Path) {
    // Cyrillic letters among Latin ones, and a bidi override.
    let name = "The H\u{430}lv\u{430}ren C\u{43e}urier \u{202e}moc";
    let mut pictures = Index::new(Tier::Picture);
    let mut media = Index::new(Tier::Media);
    let mut objects = Vec::new();
    let mut add = |index: &mut Index, kind, media_type: &str, bytes: Vec<u8>| {
        let entry = entry(kind, &bytes, Some(media_type));
        let id = entry.hash.id();
        index.objects.push(entry);
        objects.push(bytes);
        id
    };
    let mut made = 0;
    let mut html = || {
        made += 1;
        format!("<html>{made}<script>hacked('object')</script><img src=//object.leak.test/>")
            .into_bytes()
    };
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='hacked()'><image href='https://svg.leak.test/'/></svg>".to_vec();
    let shown = [
        add(&mut pictures, ObjectKind::Picture, "image/jpeg", html()),
        add(&mut pictures, ObjectKind::Picture, "image/svg+xml", svg),
        add(
            &mut pictures,
            ObjectKind::Picture,
            "image/png",
            png(60_000, 60_000),
        ),
        add(
            &mut pictures,
            ObjectKind::Picture,
            "image/gif",
            gif(65_535, 65_535),
        ),
        add(&mut pictures, ObjectKind::Picture, "text/html", png(30, 30)),
    ];
    let sound = add(&mut media, ObjectKind::Sound, "audio/mpeg", html());
    let film = add(&mut media, ObjectKind::Film, "video/mp4", html());
    let file = add(&mut media, ObjectKind::File, "text/html", html());
    let _ = add(&mut media, ObjectKind::Page, "text/html", html());
    let articles = (1..).zip(EVIL).map(|(number, evil)| {
        let line = || evil.to_owned();
        let prose = || Some(evil.repeat(20));
        let span = |text: &str| Span::Text(text.to_owned());
        let link = Span::Link {
            text: line(),
            url: "javascript:hacked('link')".to_owned(),
        };
        let mut blocks = vec![
            Block::Paragraph(vec![
                span(evil),
                Span::Strong(line()),
                Span::Emphasis(line()),
                link,
            ]),
            Block::Heading {
                level: 2,
                spans: vec![span(evil)],
            },
            Block::List {
                ordered: true,
                items: vec![vec![Block::Paragraph(vec![span(evil)])]],
            },
            Block::Quote {
                attribution: Some(line()),
                blocks: vec![Block::Paragraph(vec![span(evil)])],
            },
            Block::Table {
                head_rows: 1,
                rows: vec![vec![vec![span(evil)], vec![span(evil)]]; 3],
            },
            Block::Preformatted(evil.to_owned()),
            Block::Paragraph(vec![span(
                &"never a space ".replace(' ', "").repeat(10_000),
            )]),
            Block::Sound(Sound {
                object: sound,
                title: Some(line()),
                transcript: prose(),
                captions: Some(format!("WEBVTT\n\n00:00.000 --> 00:09.000\n{}", line())),
                seconds: 9,
            }),
            Block::Film(Film {
                object: film,
                alt: Some(line()),
                transcript: prose(),
                captions: None,
                seconds: 9,
                width: 1,
                height: 60_000,
                poster: Some(shown[0]),
            }),
            Block::File {
                object: file,
                name: "report.html".to_owned(),
                description: Some(line()),
            },
            Block::Unknown {
                kind: 99,
                text: evil.to_owned(),
                rest: Vec::new(),
            },
        ];
        blocks.extend(shown.map(|object| {
            Block::Picture(Picture {
                object,
                alt: Some(line()),
                caption: Some(line()),
                width: 8_000,
                height: 8_000,
            })
        }));
        Article {
            number,
            revision: 1,
            title: longest(evil, 1_000),
            lead: prose(),
            section: Some(line()),
            byline: Some(line()),
            minutes: 29_000_000 + number,
            source: Some("https://source.leak.test/".to_owned()),
            picture: Some(shown[number as usize % shown.len()]),
            blocks,
            correction: prose(),
            extra: Extra::default(),
        }
    });
    let places = EVIL.map(|evil| Place {
        way: Way::Other {
            text: evil.to_owned(),
        },
        valid_from: None,
        valid_to: None,
        note: Some(evil.to_owned()),
    });
    let mut front = Index::new(Tier::Front);
    front.places = places.to_vec();
    let articles: Vec<Article> = articles.collect();
    let mut text = Index::new(Tier::Text);
    for index in [&mut front, &mut text] {
        let is_front = index.tier == Tier::Front;
        let bundle = bundle(
            articles
                .iter()
                .map(|a| if is_front { a.headline() } else { a.clone() }),
        );
        index.objects.push(entry(ObjectKind::Bundle, &bundle, None));
        objects.push(bundle);
    }
    write(path, name, 3, &[front, text, pictures, media], objects);
}

/// A hundred thousand articles.
fn many(path: &Path) {
    let mut front = Index::new(Tier::Front);
    let mut text = Index::new(Tier::Text);
    let mut objects = Vec::new();
    for from in (1..=100_000u64).step_by(4_000) {
        let article = |number| Article {
            number,
            title: format!("{number}"),
            minutes: 29_000_000 - number,
            ..Article::default()
        };
        let headlines = bundle((from..from + 4_000).map(article));
        let whole = bundle((from..from + 4_000).map(|number| Article {
            blocks: vec![Block::Paragraph(vec![Span::Text("leak".to_owned())])],
            ..article(number)
        }));
        for (index, bytes) in [(&mut front, headlines), (&mut text, whole)] {
            index.objects.push(entry(ObjectKind::Bundle, &bytes, None));
            objects.push(bytes);
        }
    }
    let pictures = Index::new(Tier::Picture);
    write(path, "Very Many", 4, &[front, text, pictures], objects);
}

/// As many bytes of a text as a line may have.
fn longest(text: &str, bytes: usize) -> String {
    let mut line = text.repeat(bytes / text.len() + 1);
    while line.len() > bytes {
        line.pop();
    }
    line.trim().to_owned()
}

fn bundle(articles: impl Iterator<Item = Article>) -> Vec<u8> {
    let bundle = Bundle {
        language: "en".to_owned(),
        articles: articles.collect(),
    };
    bundle.pack(&mut Dictionaries::none()).unwrap()
}

/// A PNG that declares a size and has no picture.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 6, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

fn gif(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = b"GIF89a".to_vec();
    bytes.extend(width.to_le_bytes());
    bytes.extend(height.to_le_bytes());
    bytes.extend([
        0, 0, 0, b',', 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 2, 0, b';',
    ]);
    bytes
}

fn entry(kind: ObjectKind, bytes: &[u8], media_type: Option<&str>) -> ObjectEntry {
    ObjectEntry {
        hash: ObjectHash::of(bytes),
        transport: transport(bytes.len()),
        kind,
        media_type: media_type.map(str::to_owned),
        groups: None,
    }
}

fn transport(size: usize) -> Transport {
    let symbol = if size < 20_000 { 256 } else { 1_256 };
    let oti = Oti::for_size(size as u64, symbol, 8 << 20).unwrap();
    Transport {
        size: size as u64,
        symbol,
        blocks: oti.blocks(),
    }
}

/// Signs the edition and writes all its packets.
fn write(path: &Path, name: &str, seed: u8, indexes: &[Index], mut objects: Vec<Vec<u8>>) {
    let (root, key) = (
        SecretKey::from_seed(&[seed; 32]),
        SecretKey::from_seed(&[seed + 100; 32]),
    );
    let mut entries = Vec::new();
    for index in indexes {
        let bytes = index.to_bytes().unwrap();
        entries.push(IndexEntry {
            tier: index.tier,
            hash: ObjectHash::of(&bytes),
            transport: transport(bytes.len()),
        });
        objects.push(bytes);
    }
    let manifest = Manifest {
        publisher: name.to_owned(),
        languages: vec!["en".to_owned()],
        number: 1,
        seconds: 1_790_000_000,
        previous: None,
        chain: Chain::of(root.public()),
        indexes: entries,
        extra: Extra::default(),
    };
    let bytes = manifest.to_bytes().unwrap();
    let terms = Terms {
        key: key.public(),
        role: Role::Manifest,
        serial: 1,
        first: 1,
        last: 1_000,
        not_before: 0,
        not_after: 1 << 37,
        slice: None,
    };
    let certificate = Certificate::sign(terms, &root).unwrap();
    let of_manifest = transport(bytes.len());
    let head = Head::sign(
        root.public(),
        &manifest,
        &bytes,
        of_manifest,
        &certificate,
        &key,
    )
    .unwrap();
    objects.push(bytes);

    let (mut writer, mut out, mut packet) = (file::Writer::new(), Vec::new(), Vec::new());
    writer.header(&mut out);
    fountain::write_head(head.bytes(), &mut packet).unwrap();
    writer.record(&packet, &mut out).unwrap();
    for bytes in objects.iter().rev() {
        let Transport {
            size,
            symbol,
            blocks,
        } = transport(bytes.len());
        let oti = Oti::new(size, symbol, blocks).unwrap();
        let fit = ((MAX_PACKET_BYTES - RUN_HEADER_BYTES) / usize::from(symbol)) as u32;
        for block in oti.iter_blocks() {
            let begin = block.offset() as usize;
            let of_block = &bytes[begin..begin + block.len() as usize];
            for esi in (0..block.symbols()).step_by(fit as usize) {
                let count = fit.min(block.symbols() - esi);
                packet.clear();
                let id = ObjectId(ObjectHash::of(bytes).id().0);
                fountain::write_run_header(id, block.sbn(), esi, &mut packet);
                source_symbols(&block, of_block, esi, count, &mut packet).unwrap();
                writer.record(&packet, &mut out).unwrap();
            }
        }
    }
    std::fs::write(path, out).unwrap();
}
