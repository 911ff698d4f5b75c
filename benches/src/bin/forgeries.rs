//! Nine forged packets for each true one, ahead of it: how many true packets it takes until the
//! edition is here, what a forged byte costs, and how much memory.
//!
//! The true packets are those of the real sender, as they come out of its transport stream; the
//! receiver is the real one, with its store in memory. `forgeries`
#![allow(clippy::print_stdout, reason = "a bench prints its table")]

use std::fs;

use benches::{MB, Newsroom, Result, article, cpu_seconds, file, paragraphs, picture};
use channel::{Prng, Seed};
use edition::{
    Certificate, Chain, Head, Index, IndexEntry, Manifest, ObjectEntry, ObjectHash, ObjectKind,
    PublicKey, Role, SecretKey, Terms, Tier, Transport,
};
use receiver::{Event, MemoryStore, Receiver};
use station::send::Length;
use ts::Demux;

const SEED: Seed = Seed(9);
const FORGED: usize = 9;

/// Makes a forged packet of a true one.
type Forge<'a> = Box<dyn FnMut(&[u8], &mut Vec<u8>) + 'a>;

fn main() -> Result<()> {
    let newsroom = publish()?;
    let trust = vec![newsroom.station.publisher().key];
    let mut recording = Vec::new();
    newsroom.send(20_000_000, Length::Laps(1.1), false, true, &mut recording)?;
    let mut packets: Vec<Vec<u8>> = Vec::new();
    let mut demux = Demux::new();
    demux.push(&recording, &mut |frame| packets.push(frame.bytes.to_vec()));
    demux.finish(&mut |frame| packets.push(frame.bytes.to_vec()));
    drop(recording);
    let bytes: usize = packets.iter().map(Vec::len).sum();
    println!(
        "{} true packets, {:.1} MB\n",
        packets.len(),
        bytes as f64 / MB
    );
    println!(
        "| nine forged for each true one | true packets until all is here | more | true runs not on a list |  forged, MB | MB/s on one core | memory | told |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let alone = run(&packets, &trust, None)?;
    alone.print("none", None);
    let mut failed = 0;
    for (name, forge) in attacks(&packets)? {
        let outcome = run(&packets, &trust, Some(forge))?;
        outcome.print(name, Some(&alone));
        let more = outcome.packets as f64 / alone.packets as f64 - 1.0;
        failed += u32::from(more > 0.01 || outcome.speed(&alone) < 50.0);
    }
    println!("\n| very many | input, MB | MB/s on one core | memory |");
    println!("|---|---|---|---|");
    tiny(&trust)?;
    huge()?;
    println!("\n{SEED}; marks: ≤ 1 % more, ≥ 50 MB/s");
    match failed {
        0 => Ok(()),
        _ => Err(format!("{failed} of them missed a mark").into()),
    }
}

fn publish() -> Result<Newsroom> {
    let mut shown: Vec<_> = (0..30).map(|i| picture(60_000, Seed(100 + i))).collect();
    shown.push(file("film.bin", 40_000_000, Seed(1)));
    Newsroom::publish(&[article("one", shown, paragraphs(40_000, SEED))])
}

fn attacks(packets: &[Vec<u8>]) -> Result<Vec<(&'static str, Forge<'static>)>> {
    let find = |kind: u8| packets.iter().find(|p| p[0] == kind).cloned();
    let list = find(3).ok_or("no list was sent")?;
    let head = find(2).ok_or("no head was sent")?;
    let strangers = strangers(2_000)?;
    let mut random = Prng::new(SEED);
    let mut changed = move |run: &[u8], out: &mut Vec<u8>| {
        out.extend_from_slice(run);
        if run[0] == 1 {
            out[13 + random.below(8) as usize] ^= 1 + random.below(255) as u8;
        }
    };
    let mut random = Prng::new(SEED.part("fresh"));
    let mut fresh = move |run: &[u8], out: &mut Vec<u8>| {
        out.extend_from_slice(run);
        if run[0] == 1 {
            let esi = 100_000 + random.below(1 << 23) as u32;
            out[10..13].copy_from_slice(&esi.to_be_bytes()[1..]);
            random.fill(&mut out[13..]);
        }
    };
    let mut random = Prng::new(SEED.part("unknown"));
    let mut unknown = move |_: &[u8], out: &mut Vec<u8>| {
        out.resize(1_269, 0);
        random.fill(out);
        out[0] = 1;
    };
    let mut random = Prng::new(SEED.part("lists"));
    let mut lists = move |_: &[u8], out: &mut Vec<u8>| {
        out.extend_from_slice(&list);
        let end = out.len() - 64;
        random.fill(&mut out[end - 100..end + 32]);
    };
    let mut random = Prng::new(SEED.part("heads"));
    let mut heads = move |_: &[u8], out: &mut Vec<u8>| {
        out.extend_from_slice(&head);
        let end = out.len();
        random.fill(&mut out[end - 32..]);
    };
    let mut next = 0;
    let mut own = move |_: &[u8], out: &mut Vec<u8>| {
        next += 1;
        out.extend_from_slice(&strangers[next % strangers.len()]);
    };
    let mut all: Vec<(&'static str, Forge<'static>)> = Vec::new();
    let mut kinds: Vec<Forge<'static>> = Vec::new();
    // Each twice: alone, and all of them in turn.
    for (name, forge) in [
        (
            "runs with bytes changed",
            Box::new(move |a: &[u8], b: &mut Vec<u8>| changed(a, b)) as Forge<'static>,
        ),
        (
            "runs of symbols not sent yet",
            Box::new(move |a: &[u8], b: &mut Vec<u8>| fresh(a, b)),
        ),
        (
            "runs of objects that nobody names",
            Box::new(move |a: &[u8], b: &mut Vec<u8>| unknown(a, b)),
        ),
        (
            "lists with the true certificate",
            Box::new(move |a: &[u8], b: &mut Vec<u8>| lists(a, b)),
        ),
        (
            "heads with the true certificate",
            Box::new(move |a: &[u8], b: &mut Vec<u8>| heads(a, b)),
        ),
        (
            "good heads of 2,000 made-up publishers",
            Box::new(move |a: &[u8], b: &mut Vec<u8>| own(a, b)),
        ),
    ] {
        let shared = std::rc::Rc::new(std::cell::RefCell::new(forge));
        let again = std::rc::Rc::clone(&shared);
        all.push((name, Box::new(move |a, b| shared.borrow_mut()(a, b))));
        kinds.push(Box::new(move |a, b| again.borrow_mut()(a, b)));
    }
    let (mut turn, count) = (0, kinds.len());
    all.push((
        "all of these in turn",
        Box::new(move |a, b| {
            turn += 1;
            kinds[turn % count](a, b);
        }),
    ));
    Ok(all)
}

struct Outcome {
    packets: usize,
    /// True runs that were on no list by then.
    refused: u64,
    forged: u64,
    cpu: f64,
    memory: u64,
    told: Vec<String>,
}

impl Outcome {
    fn speed(&self, alone: &Self) -> f64 {
        self.forged as f64 / MB / (self.cpu - alone.cpu).max(1e-3)
    }

    fn print(&self, name: &str, alone: Option<&Self>) {
        let more = alone.map_or(0.0, |alone| {
            100.0 * (self.packets as f64 / alone.packets as f64 - 1.0)
        });
        let speed = alone.map_or("–".to_owned(), |alone| {
            format!("{:.0}", self.speed(alone))
        });
        println!(
            "| {name} | {} | {more:.2} % | {} | {:.0} | {speed} | {:.0} MB | {} |",
            self.packets,
            self.refused,
            self.forged as f64 / MB,
            self.memory as f64 / MB,
            self.told.join("; ")
        );
    }
}

fn run(packets: &[Vec<u8>], trust: &[PublicKey], forge: Option<Forge<'_>>) -> Result<Outcome> {
    let mut forge = forge;
    let before = reset_memory()?;
    let mut receiver = Receiver::open(MemoryStore::new(), trust.to_vec())?;
    let mut outcome = Outcome {
        packets: 0,
        refused: 0,
        forged: 0,
        cpu: 0.0,
        memory: 0,
        told: Vec::new(),
    };
    let mut forged: Vec<Vec<u8>> = vec![Vec::new(); FORGED];
    for batch in packets.chunks(16) {
        let mut mixed: Vec<Vec<u8>> = Vec::with_capacity(16 * (FORGED + 1));
        for packet in batch {
            if let Some(forge) = &mut forge {
                for out in &mut forged {
                    out.clear();
                    forge(packet, out);
                    outcome.forged += out.len() as u64;
                    mixed.push(out.clone());
                }
            }
            mixed.push(packet.clone());
        }
        let began = cpu_seconds();
        for (at, packet) in mixed.iter().enumerate() {
            let refused = receiver.counters().unlisted;
            receiver.push_packet(packet)?;
            let is_true = forge.is_none() || at % (FORGED + 1) == FORGED;
            outcome.packets += usize::from(is_true);
            if is_true && receiver.counters().unlisted > refused {
                outcome.refused += 1;
            }
        }
        outcome.cpu += cpu_seconds() - began;
        while let Some(event) = receiver.poll() {
            if let Event::Warning(warning) = event {
                let kind = format!("{warning:?}");
                let kind = kind.split([' ', '{']).next().unwrap_or_default().to_owned();
                if !outcome.told.contains(&kind) {
                    outcome.told.push(kind);
                }
            }
        }
        if receiver.status().first().is_some_and(|s| s.is_complete()) {
            outcome.memory = most_memory()?.saturating_sub(before);
            return Ok(outcome);
        }
    }
    Err("the edition is not complete".into())
}

/// Ten million objects of eight bytes that nobody names.
fn tiny(trust: &[PublicKey]) -> Result<()> {
    let before = reset_memory()?;
    let mut receiver = Receiver::open(MemoryStore::new(), trust.to_vec())?;
    let mut packet = [0; 21];
    packet[0] = 1;
    let (began, count) = (cpu_seconds(), 10_000_000_u64);
    for n in 0..count {
        packet[1..9].copy_from_slice(&n.to_be_bytes());
        receiver.push_packet(&packet)?;
    }
    let cpu = cpu_seconds() - began;
    let input = count as f64 * packet.len() as f64 / MB;
    let memory = most_memory()?.saturating_sub(before) as f64 / MB;
    println!(
        "| 10,000,000 objects of 8 bytes that nobody names | {input:.0} | {:.0} | {memory:.0} MB |",
        input / cpu
    );
    Ok(())
}

/// Whoever has stolen an edition's key names as many objects as fit, each of the largest size, and
/// sends a run of each.
fn huge() -> Result<()> {
    let (root, key) = (
        SecretKey::from_seed(&[3; 32]),
        SecretKey::from_seed(&[4; 32]),
    );
    let mut index = Index::new(Tier::Media);
    for n in 0..65_536_u32 {
        index.objects.push(ObjectEntry {
            hash: ObjectHash::of(&n.to_be_bytes()),
            transport: Transport {
                size: 255 * 56_403 * 1_184,
                symbol: 1_184,
                blocks: 255,
            },
            kind: ObjectKind::File,
            media_type: None,
            groups: None,
        });
    }
    index.objects.sort_by_key(|object| object.hash.0);
    let (head, manifest, index) = edition(&root, &key, 1, Some(&index))?;
    let before = reset_memory()?;
    let mut receiver = Receiver::open(MemoryStore::new(), vec![root.public()])?;
    let (began, mut input) = (cpu_seconds(), 0);
    let mut push = |packet: &[u8]| {
        input += packet.len();
        receiver.push_packet(packet)
    };
    push(&head)?;
    for object in [&manifest, &index] {
        for packet in source_runs(object) {
            push(&packet)?;
        }
    }
    let mut packet = vec![0; 13 + 1_184];
    packet[0] = 1;
    for n in 0..65_536_u32 {
        packet[1..9].copy_from_slice(&ObjectHash::of(&n.to_be_bytes()).id().0);
        push(&packet)?;
    }
    let cpu = cpu_seconds() - began;
    let input = input as f64 / MB;
    let memory = most_memory()?.saturating_sub(before) as f64 / MB;
    println!(
        "| 65,536 objects of 16 GB, signed, and a run of each | {input:.0} | {:.0} | {memory:.0} MB |",
        input / cpu
    );
    Ok(())
}

fn source_runs(object: &[u8]) -> Vec<Vec<u8>> {
    let id = ObjectHash::of(object).id().0;
    let symbols = object.chunks(1_256).zip(0_u32..);
    let run = |(symbol, esi): (&[u8], u32)| {
        let mut packet = vec![1];
        packet.extend_from_slice(&id);
        packet.push(0);
        packet.extend_from_slice(&esi.to_be_bytes()[1..]);
        packet.extend_from_slice(symbol);
        packet.resize(13 + 1_256, 0);
        packet
    };
    symbols.map(run).collect()
}

/// Head packets of so many publishers.
fn strangers(count: u64) -> Result<Vec<Vec<u8>>> {
    let mut heads = Vec::new();
    for n in 0..count {
        let mut seed = [7; 32];
        seed[..8].copy_from_slice(&n.to_be_bytes());
        let root = SecretKey::from_seed(&seed);
        heads.push(edition(&root, &root, 1 + n % 100, None)?.0);
    }
    Ok(heads)
}

/// Head packet, manifest and index of an edition.
fn edition(
    root: &SecretKey,
    key: &SecretKey,
    number: u64,
    index: Option<&Index>,
) -> Result<(Vec<u8>, Vec<u8>, Vec<u8>)> {
    let transport = |bytes: &[u8]| Transport {
        size: bytes.len() as u64,
        symbol: 1_256,
        blocks: 1,
    };
    let front = Index::new(Tier::Front);
    let index = index.unwrap_or(&front);
    let bytes = index.to_bytes()?;
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
    let manifest = Manifest {
        publisher: "Somebody".to_owned(),
        languages: vec!["en".to_owned()],
        number,
        seconds: 1_000,
        previous: None,
        chain: Chain::of(root.public()),
        indexes: vec![IndexEntry {
            tier: index.tier,
            hash: ObjectHash::of(&bytes),
            transport: transport(&bytes),
        }],
        extra: edition::Extra::default(),
    };
    let of_manifest = manifest.to_bytes()?;
    let certificate = Certificate::sign(terms, root)?;
    let head = Head::sign(
        root.public(),
        &manifest,
        &of_manifest,
        transport(&of_manifest),
        &certificate,
        key,
    )?;
    let mut packet = Vec::new();
    fountain::write_head(head.bytes(), &mut packet)?;
    Ok((packet, of_manifest, bytes))
}

/// Forgets the most memory that was held so far; gives what is held now, in bytes.
fn reset_memory() -> Result<u64> {
    fs::write("/proc/self/clear_refs", "5")?;
    status_line("VmRSS:")
}

fn most_memory() -> Result<u64> {
    status_line("VmHWM:")
}

fn status_line(name: &str) -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.ok_or("no such line")?.parse::<u64>()? * 1_024)
}
