//! What the page is told, as JSON: the shapes of `docs/page.md`.

use std::collections::BTreeMap;

use edition::block::{Film, Picture, Sound};
use edition::{
    Article, Block, ObjectKind, Place, Polarisation, PublicKey, Span, Way, publisher_words,
};
use receiver::{News, NewsArticle, Warning};
use serde_json::{Map, Value, json};

use crate::reader::{Host, Reader};
use crate::sound::Hearing;

/// `State`, but for what only the worker knows.
pub(crate) fn state<H: Host>(reader: &Reader<H>) -> Value {
    let receiver = reader.receiver();
    let counters = receiver.counters();
    let heard: Vec<Value> = receiver
        .strangers()
        .into_iter()
        .map(|(key, name, number)| {
            json!({ "key": hex(&key.0), "words": words(&key), "name": name, "number": number })
        })
        .collect();
    let rate = receiver.demux().report().duration.map(ts::Ticks::seconds);
    let rate = rate
        .filter(|seconds| *seconds > 1.0)
        .map(|seconds| counters.packet_bytes as f64 / seconds)
        .or(reader.sound.rate());
    let signed = receiver.editions();
    let editions: Vec<Value> = receiver
        .status()
        .into_iter()
        .zip(signed)
        .map(|(status, (signed, _))| {
            let tiers: Vec<Value> = status
                .tiers
                .iter()
                .map(|tier| {
                    json!({
                        "tier": tier.tier.name(),
                        "here": tier.index_here,
                        "objects": tier.objects,
                        "complete": tier.complete,
                        "bytes": tier.bytes,
                        "received": tier.received,
                    })
                })
                .collect();
            let key = signed.publisher();
            json!({
                "id": signed.head().manifest().to_string(),
                "key": hex(&key.0),
                "words": words(&key),
                "name": status.name,
                "number": status.number,
                "seconds": status.seconds,
                "roots": signed.chain().chain().links.len() + 1,
                "outOfDate": signed.head().is_out_of_date(),
                "complete": status.is_complete(),
                "version": reader.version(),
                "tiers": tiers,
                "toGo": rate.filter(|_| !status.is_complete()).map(|rate| status.seconds_to_go(rate)),
            })
        })
        .collect();
    json!({
        "carrier": reader.carrier(),
        "packets": counters.packets,
        "heads": counters.heads,
        "useful": counters.useful_bytes,
        "heard": heard,
        "editions": editions,
        "sound": reader.sound.heard().map(|hearing| sound(&hearing, reader.sound.is_live())),
        "warnings": reader.warnings().iter().map(warning).collect::<Vec<_>>(),
    })
}

/// `Sound`.
fn sound(Hearing { heard, fault }: &Hearing, is_live: bool) -> Value {
    json!({
        "live": is_live,
        "seconds": heard.seconds,
        "peak": heard.peak,
        "mode": heard.mode.map(|mode| mode.name),
        "snr": heard.quality.map(|quality| quality.snr_db),
        "offset": heard.quality.map(|quality| quality.offset_hz),
        "frames": heard.frames.0,
        "good": heard.frames.1,
        "fault": fault.as_ref().map(|fault| json!({
            "kind": fault.kind, "what": fault.what, "convert": fault.convert(),
        })),
    })
}

fn warning(warning: &Warning) -> Value {
    let (kind, number) = match warning {
        Warning::Mismatch { .. } => ("mismatch", None),
        Warning::Forged => ("forged", None),
        Warning::Vouched { .. } => ("vouched", None),
        Warning::TwoEditions { number } => ("two-editions", Some(*number)),
        Warning::TwoSuccessors => ("two-successors", None),
        Warning::CertificateDates { number } => ("dates", Some(*number)),
        Warning::Revoked { number } => ("revoked", Some(*number)),
        Warning::Unreadable { number, .. } => ("unreadable", Some(*number)),
    };
    json!({ "kind": kind, "number": number, "text": warning.to_string() })
}

/// `News`.
pub(crate) fn news(id: &str, key: &PublicKey, languages: &[String], news: &News) -> Value {
    let objects: BTreeMap<String, Value> = news
        .objects
        .iter()
        .filter_map(|(id, object)| {
            let entry = &object.entry;
            let value = json!({
                "kind": kind(entry.kind)?,
                "type": entry.media_type.as_deref().unwrap_or("application/octet-stream"),
                "bytes": entry.transport.size,
                "here": object.is_here,
            });
            Some((id.to_string(), value))
        })
        .collect();
    json!({
        "edition": id,
        "publisher": news.publisher,
        "key": hex(&key.0),
        "words": words(key),
        "number": news.number,
        "seconds": news.seconds,
        "languages": languages,
        "articles": news.articles.iter().map(headline).collect::<Vec<_>>(),
        "withdrawn": news.withdrawn.len(),
        "missing": news.missing_bundles,
        "unreadable": news.unreadable.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "places": news.places.iter().map(place).collect::<Vec<_>>(),
        "objects": objects,
    })
}

fn kind(kind: ObjectKind) -> Option<&'static str> {
    match kind {
        ObjectKind::Picture => Some("picture"),
        ObjectKind::Sound => Some("sound"),
        ObjectKind::Film => Some("film"),
        ObjectKind::File => Some("file"),
        ObjectKind::Page => Some("page"),
        ObjectKind::Bundle | ObjectKind::Groups => None,
    }
}

fn headline(news: &NewsArticle) -> Map<String, Value> {
    let Article {
        number,
        revision,
        title,
        lead,
        section,
        byline,
        picture,
        ..
    } = &news.article;
    let mut map = Map::new();
    map.insert("number".to_owned(), (*number).into());
    map.insert("revision".to_owned(), (*revision).into());
    map.insert("language".to_owned(), news.language.clone().into());
    map.insert("title".to_owned(), title.clone().into());
    map.insert("seconds".to_owned(), news.article.seconds().into());
    map.insert("whole".to_owned(), news.is_whole.into());
    put(&mut map, "lead", lead.clone());
    put(&mut map, "section", section.clone());
    put(&mut map, "byline", byline.clone());
    put(&mut map, "picture", picture.map(|id| id.to_string()));
    map
}

/// `Article`.
pub(crate) fn article(news: &NewsArticle) -> Value {
    let mut map = headline(news);
    let article = &news.article;
    put(&mut map, "source", article.source.clone());
    put(&mut map, "correction", article.correction.clone());
    map.insert("blocks".to_owned(), blocks(&article.blocks));
    Value::Object(map)
}

fn put(map: &mut Map<String, Value>, name: &str, value: Option<String>) {
    if let Some(value) = value {
        map.insert(name.to_owned(), value.into());
    }
}

fn blocks(blocks: &[Block]) -> Value {
    blocks.iter().map(block).collect()
}

fn block(block: &Block) -> Value {
    match block {
        Block::Paragraph(spans) => json!(["p", self::spans(spans)]),
        Block::Heading { level, spans } => json!(["h", level, self::spans(spans)]),
        Block::List { ordered, items } => {
            let items: Vec<Value> = items.iter().map(|item| self::blocks(item)).collect();
            json!(["list", ordered, items])
        }
        Block::Quote {
            attribution,
            blocks,
        } => json!(["quote", attribution, self::blocks(blocks)]),
        Block::Table { head_rows, rows } => {
            let row = |row: &Vec<Vec<Span>>| row.iter().map(|cell| spans(cell)).collect::<Value>();
            let rows: Vec<Value> = rows.iter().map(row).collect();
            json!(["table", head_rows, rows])
        }
        Block::Preformatted(text) => json!(["pre", text]),
        Block::Unknown { text, .. } => json!(["unknown", text]),
        Block::Picture(Picture {
            object,
            alt,
            caption,
            width,
            height,
        }) => json!(["picture", {
            "object": object.to_string(), "alt": alt, "caption": caption,
            "width": width, "height": height,
        }]),
        Block::Sound(Sound {
            object,
            title,
            transcript,
            captions,
            seconds,
        }) => json!(["sound", {
            "object": object.to_string(), "title": title, "transcript": transcript,
            "captions": captions, "seconds": seconds,
        }]),
        Block::Film(Film {
            object,
            alt,
            transcript,
            captions,
            seconds,
            width,
            height,
            poster,
        }) => json!(["film", {
            "object": object.to_string(), "alt": alt, "transcript": transcript,
            "captions": captions, "seconds": seconds, "width": width, "height": height,
            "poster": poster.map(|id| id.to_string()),
        }]),
        Block::File {
            object,
            name,
            description,
        } => json!(["file", {
            "object": object.to_string(), "name": name, "description": description,
        }]),
    }
}

fn spans(spans: &[Span]) -> Value {
    let span = |span: &Span| match span {
        Span::Text(text) => json!(text),
        Span::Emphasis(text) => json!(["em", text]),
        Span::Strong(text) => json!(["strong", text]),
        Span::Link { text, url } => json!(["link", text, url]),
    };
    spans.iter().map(span).collect()
}

fn place(place: &Place) -> Value {
    let mut value = match &place.way {
        Way::Satellite {
            satellite,
            tenths_east,
            khz,
            polarisation,
            symbol_rate,
            service,
        } => {
            let polarisation = match polarisation {
                Polarisation::Horizontal => "H",
                Polarisation::Vertical => "V",
                Polarisation::Left => "L",
                Polarisation::Right => "R",
            };
            json!({
                "way": "satellite", "satellite": satellite, "tenthsEast": tenths_east,
                "khz": khz, "polarisation": polarisation, "symbolRate": symbol_rate,
                "service": service,
            })
        }
        Way::Radio {
            khz,
            from_minute,
            to_minute,
            days,
            mode,
        } => json!({
            "way": "radio", "khz": khz, "fromMinute": from_minute, "toMinute": to_minute,
            "days": days, "mode": mode,
        }),
        Way::Other { text } => json!({ "way": "other", "text": text }),
    };
    if let Value::Object(map) = &mut value {
        put(map, "note", place.note.clone());
        for (name, seconds) in [("from", place.valid_from), ("to", place.valid_to)] {
            if let Some(seconds) = seconds {
                map.insert(name.to_owned(), seconds.into());
            }
        }
    }
    value
}

/// The text of an article, for searching and for copies.
pub(crate) fn text(article: &Article) -> String {
    let mut text = String::new();
    write_text(&article.blocks, &mut text);
    text
}

fn write_text(blocks: &[Block], text: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(spans) | Block::Heading { spans, .. } => {
                text.push_str(&edition::plain(spans));
            }
            Block::List { items, .. } => items.iter().for_each(|item| write_text(item, text)),
            Block::Quote { blocks, .. } => write_text(blocks, text),
            Block::Table { rows, .. } => {
                for cell in rows.iter().flatten() {
                    text.push_str(&edition::plain(cell));
                    text.push(' ');
                }
            }
            Block::Preformatted(of) | Block::Unknown { text: of, .. } => text.push_str(of),
            Block::Picture(picture) => {
                for of in [&picture.alt, &picture.caption].into_iter().flatten() {
                    text.push_str(of);
                    text.push('\n');
                }
            }
            Block::Sound(sound) => text.push_str(sound.transcript.as_deref().unwrap_or_default()),
            Block::Film(film) => text.push_str(film.transcript.as_deref().unwrap_or_default()),
            Block::File { name, .. } => text.push_str(name),
        }
        text.push('\n');
    }
}

fn words(key: &PublicKey) -> Vec<&'static str> {
    publisher_words(key).to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
