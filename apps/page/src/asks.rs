//! What the worker asks, as JSON: `{ ask, … }` in, `{ value }` or `{ error: { kind, text } }` out.

use edition::{ObjectHash, PublicKey};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::reader::{Ended, Host, Reader};
use crate::view;

#[derive(Deserialize)]
#[serde(tag = "ask", rename_all = "lowercase")]
enum Ask {
    State,
    Trust {
        key: String,
    },
    News {
        edition: String,
    },
    Article {
        edition: String,
        number: u64,
    },
    /// Articles from this place on, as text for searching.
    Texts {
        edition: String,
        from: usize,
        limit: usize,
    },
    /// Begins to fetch a complete object, by the id that articles use.
    Object {
        object: String,
        limit: u64,
    },
    /// Begins to write a `.sky` file.
    Save {
        what: String,
    },
    /// How the last of the two ended.
    Ended,
}

/// Why there is no answer.
struct Refusal {
    kind: &'static str,
    text: String,
}

impl Refusal {
    fn new(kind: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { kind, text }
    }

    fn missing() -> Self {
        Self::new("missing", "not received yet")
    }
}

/// Answers one question.
pub fn answer<H: Host>(reader: &mut Reader<H>, ask: &[u8]) -> Vec<u8> {
    let answer = match value(reader, ask) {
        Ok(value) => json!({ "value": value }),
        Err(Refusal { kind, text }) => json!({ "error": { "kind": kind, "text": text } }),
    };
    answer.to_string().into_bytes()
}

fn value<H: Host>(reader: &mut Reader<H>, ask: &[u8]) -> Result<Value, Refusal> {
    let ask: Ask =
        serde_json::from_slice(ask).map_err(|error| Refusal::new("internal", error.to_string()))?;
    match ask {
        Ask::State => Ok(view::state(reader)),
        Ask::Trust { key } => {
            reader.trust(PublicKey(from_hex(&key)?));
            Ok(view::state(reader))
        }
        Ask::News { edition } => {
            let id = ObjectHash(from_hex(&edition)?);
            let signed = reader.edition(id).ok_or_else(Refusal::missing)?;
            let (key, languages) = (signed.publisher(), signed.manifest().languages.clone());
            let news = reader.news(id).ok_or_else(Refusal::missing)?;
            Ok(view::news(&edition, &key, &languages, news))
        }
        Ask::Article { edition, number } => {
            let id = ObjectHash(from_hex(&edition)?);
            let news = reader.news(id).ok_or_else(Refusal::missing)?;
            let mut articles = news.articles.iter();
            let article = articles.find(|news| news.article.number == number);
            article.map(view::article).ok_or_else(Refusal::missing)
        }
        Ask::Texts {
            edition,
            from,
            limit,
        } => {
            let id = ObjectHash(from_hex(&edition)?);
            let news = reader.news(id).ok_or_else(Refusal::missing)?;
            let articles = news.articles.iter().skip(from).take(limit);
            let texts = articles.map(|news| {
                let article = &news.article;
                let lead = article.lead.as_deref().unwrap_or_default();
                json!([article.number, article.title, lead, view::text(article)])
            });
            Ok(texts.collect())
        }
        Ask::Object { object, limit } => {
            let id: [u8; 8] = from_hex(&object)?;
            let entry = reader.entry(id).ok_or_else(Refusal::missing)?;
            if entry.transport.size > limit {
                let text = format!("{} bytes", entry.transport.size);
                return Err(Refusal::new("large", text));
            }
            reader.ask_object(entry.hash);
            Ok(json!({ "type": entry.media_type, "bytes": entry.transport.size }))
        }
        Ask::Save { what } => {
            let edition = match what.as_str() {
                "everything" => None,
                edition => Some(ObjectHash(from_hex(edition)?)),
            };
            reader.ask_save(edition);
            Ok(Value::Null)
        }
        Ask::Ended => match reader.ended() {
            None => Ok(json!(false)),
            Some(Ended::Done) => Ok(json!(true)),
            Some(Ended::Missing) => Err(Refusal::missing()),
            Some(Ended::Spoilt) => Err(Refusal::new("spoilt", "forged packets are about")),
            Some(Ended::Gone) => Err(Refusal::new(
                "gone",
                "the recording cannot be read any more",
            )),
        },
    }
}

fn from_hex<const N: usize>(hex: &str) -> Result<[u8; N], Refusal> {
    let refusal = || Refusal::new("internal", format!("{N} bytes in hex expected"));
    let digits = hex.as_bytes();
    if digits.len() != 2 * N {
        return Err(refusal());
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        let pair = std::str::from_utf8(pair).map_err(|_| refusal())?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| refusal())?;
    }
    Ok(bytes)
}
