//! A publisher and a sender in memory, for tests.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test file uses its own part, and helpers of tests are tests"
)]

use std::sync::OnceLock;

use edition::{
    Article, Block, Bundle, Certificate, Chain, Dictionaries, Head, Index, IndexEntry, Link,
    Manifest, ObjectEntry, ObjectHash, ObjectKind, PublicKey, Role, SecretKey, Slice, Span, Terms,
    Tier, Transport,
};
use fountain::{BlockEncoder, ListBuilder, MAX_PACKET_BYTES, ObjectId, Oti, write_run_header};

/// A small deterministic source of numbers (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub(crate) fn bytes(&mut self, n: usize) -> Vec<u8> {
        (0..n).map(|_| self.next() as u8).collect()
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

/// A publisher with its keys.
#[derive(Clone)]
pub(crate) struct Publisher {
    /// The current root key.
    pub(crate) root: SecretKey,
    pub(crate) key: SecretKey,
    pub(crate) on_air: SecretKey,
    pub(crate) serial: u32,
    pub(crate) chain: Chain,
    /// First and last number of certificates.
    pub(crate) numbers: (u64, u64),
}

/// An edition, ready to be sent.
#[derive(Clone)]
pub(crate) struct Edition {
    pub(crate) head: Vec<u8>,
    pub(crate) number: u64,
    pub(crate) objects: Vec<(Transport, Vec<u8>)>,
    pub(crate) manifest: ObjectHash,
}

impl Publisher {
    pub(crate) fn new(seed: u8) -> Self {
        let root = SecretKey::from_seed(&[seed; 32]);
        Self {
            chain: Chain::of(root.public()),
            root,
            numbers: (1, 1_000),
            key: SecretKey::from_seed(&[seed ^ 0x55; 32]),
            on_air: SecretKey::from_seed(&[seed ^ 0xaa; 32]),
            serial: 1,
        }
    }

    /// The first root key.
    pub(crate) fn public(&self) -> PublicKey {
        self.chain.first
    }

    /// Another root key follows, from this edition on.
    pub(crate) fn rotate(&mut self, seed: u8, first: u64) {
        let next = SecretKey::from_seed(&[seed; 32]);
        let link = Link::sign(&self.root, next.public(), first);
        self.chain.links.push(link);
        self.root = next;
    }

    pub(crate) fn certificate(&self, role: Role) -> Certificate {
        let key = match role {
            Role::Manifest => &self.key,
            Role::OnAir => &self.on_air,
        };
        let terms = Terms {
            key: key.public(),
            role,
            serial: self.serial,
            first: self.numbers.0,
            last: self.numbers.1,
            not_before: 0,
            not_after: 1 << 37,
            slice: (role == Role::OnAir).then_some(Slice { first: 0, count: 8 }),
        };
        Certificate::sign(terms, &self.root).unwrap()
    }

    /// An edition of some articles and pictures of these sizes.
    pub(crate) fn edition(&self, number: u64, titles: &[&str], pictures: &[usize]) -> Edition {
        let mut random = Random(number);
        let articles = (1..)
            .zip(titles)
            .map(|(number, title)| Article {
                number,
                title: (*title).to_owned(),
                minutes: 1_000 + number,
                blocks: vec![Block::Paragraph(vec![Span::Text(format!(
                    "What is said under «{title}»."
                ))])],
                ..Article::default()
            })
            .collect();
        let bundle = Bundle {
            language: "x-test".to_owned(),
            articles,
        };
        let bundle = bundle.pack(&mut Dictionaries::shipped()).unwrap();
        let pictures = pictures.iter().map(|size| random.bytes(*size)).collect();
        self.edition_of(number, bundle, pictures)
    }

    /// An edition of nothing, which is quickly made.
    pub(crate) fn empty_edition(&self, number: u64) -> Edition {
        static BUNDLE: OnceLock<Vec<u8>> = OnceLock::new();
        let bundle = BUNDLE.get_or_init(|| {
            let bundle = Bundle {
                language: "x-test".to_owned(),
                articles: Vec::new(),
            };
            bundle.pack(&mut Dictionaries::shipped()).unwrap()
        });
        self.edition_of(number, bundle.clone(), Vec::new())
    }

    /// An edition of this bundle and these pictures.
    pub(crate) fn edition_of(
        &self,
        number: u64,
        bundle: Vec<u8>,
        pictures: Vec<Vec<u8>>,
    ) -> Edition {
        let mut objects = Vec::new();
        let mut text = Index::new(Tier::Text);
        text.objects
            .push(entry(ObjectKind::Bundle, &bundle, None, 64));
        objects.push((text.objects[0].transport, bundle));
        let mut picture = Index::new(Tier::Picture);
        for bytes in pictures {
            let mut entry = entry(ObjectKind::Picture, &bytes, Some("image/jpeg"), 1_256);
            let mut hasher = edition::groups::GroupHasher::new();
            hasher.update(&bytes);
            if let (_, Some(groups)) = hasher.finish() {
                let of_groups = self::entry(ObjectKind::Groups, &groups, None, 64);
                entry.groups = Some(of_groups.hash);
                objects.push((of_groups.transport, groups));
                picture.objects.push(of_groups);
            }
            objects.push((entry.transport, bytes));
            picture.objects.push(entry);
        }
        let front = Index::new(Tier::Front);
        let mut indexes = Vec::new();
        for index in [front, text, picture] {
            let bytes = index.to_bytes().unwrap();
            let transport = transport(bytes.len(), 64);
            indexes.push(IndexEntry {
                tier: index.tier,
                hash: ObjectHash::of(&bytes),
                transport,
            });
            objects.push((transport, bytes));
        }
        let manifest = Manifest {
            publisher: "A Newsroom".to_owned(),
            languages: vec!["x-test".to_owned()],
            number,
            seconds: 1_000 + number,
            previous: None,
            chain: self.chain.clone(),
            indexes,
            extra: edition::Extra::default(),
        };
        let bytes = manifest.to_bytes().unwrap();
        let of_manifest = transport(bytes.len(), 64);
        let head = Head::sign(
            self.root.public(),
            &manifest,
            &bytes,
            of_manifest,
            &self.certificate(Role::Manifest),
            &self.key,
        )
        .unwrap();
        let hash = ObjectHash::of(&bytes);
        objects.push((of_manifest, bytes));
        Edition {
            head: head.bytes().to_vec(),
            number,
            objects,
            manifest: hash,
        }
    }

    /// The lists that name these runs.
    pub(crate) fn lists(&self, number: u64, runs: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let certificate = self.certificate(Role::OnAir);
        let mut lists = Vec::new();
        let mut rest = runs;
        while !rest.is_empty() {
            let mut list = ListBuilder::new(
                self.root.public().id(),
                number,
                self.on_air.public().id(),
                Some(certificate.bytes()),
                MAX_PACKET_BYTES,
            )
            .unwrap();
            let (now, later) = rest.split_at(rest.len().min(list.capacity()));
            now.iter().for_each(|run| list.push(run).unwrap());
            lists.push(
                list.finish(|message| self.on_air.sign_raw(message).0)
                    .unwrap(),
            );
            rest = later;
        }
        lists
    }
}

impl Edition {
    /// The head as a packet.
    pub(crate) fn head_packet(&self) -> Vec<u8> {
        let mut packet = Vec::new();
        fountain::write_head(&self.head, &mut packet).unwrap();
        packet
    }

    /// Runs with all source symbols and `repair` as many repair symbols for each source symbol,
    /// from `first` on.
    pub(crate) fn runs(&self, first: u32, repair: f64) -> Vec<Vec<u8>> {
        let mut runs = Vec::new();
        for (transport, bytes) in &self.objects {
            let oti = Oti::new(transport.size, transport.symbol, transport.blocks).unwrap();
            let id = ObjectId(ObjectHash::of(bytes).id().0);
            let size = usize::from(transport.symbol);
            let fit = ((MAX_PACKET_BYTES - 13) / size) as u32;
            for block in oti.iter_blocks() {
                let start = block.offset() as usize;
                let of_block = &bytes[start..start + block.len() as usize];
                let encoder = BlockEncoder::new(&oti, block.sbn(), of_block).unwrap();
                let k = block.symbols();
                let extra = (f64::from(k) * repair).ceil() as u32;
                let mut put = |from: u32, end: u32| {
                    let mut esi = from;
                    while esi < end {
                        let count = fit.min(end - esi);
                        let mut packet = Vec::new();
                        write_run_header(id, block.sbn(), esi, &mut packet);
                        for esi in esi..esi + count {
                            encoder.symbol(esi, &mut packet).unwrap();
                        }
                        runs.push(packet);
                        esi += count;
                    }
                };
                put(0, k);
                put(k + first, k + first + extra);
            }
        }
        runs
    }
}

fn entry(kind: ObjectKind, bytes: &[u8], media_type: Option<&str>, symbol: u16) -> ObjectEntry {
    ObjectEntry {
        hash: ObjectHash::of(bytes),
        transport: transport(bytes.len(), symbol),
        kind,
        media_type: media_type.map(str::to_owned),
        groups: None,
    }
}

pub(crate) fn transport(size: usize, symbol: u16) -> Transport {
    let oti = Oti::for_size(size as u64, symbol, 400_000).unwrap();
    Transport {
        size: size as u64,
        symbol,
        blocks: oti.blocks(),
    }
}

/// Base64 (RFC 4648 section 4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits = (0..3).fold(0, |bits, place| {
            bits << 8 | usize::from(three.get(place).copied().unwrap_or(0))
        });
        for place in 0..4 {
            match place <= three.len() {
                true => text.push(char::from(ALPHABET[bits >> (18 - 6 * place) & 63])),
                false => text.push('='),
            }
        }
    }
    text
}
