//! `station.pub`: who a publisher is, as a small text file to hand out.
//!
//! ```text
//! skywave-publisher 1
//! key 64 hexadecimal digits: the first root key
//! name A Newsroom
//! words eight words to compare by telephone, on paper, on the screen
//! ```

use std::fs;
use std::path::Path;

use edition::{PublicKey, publisher_words};

use crate::error::Error;

const FIRST_LINE: &str = "skywave-publisher 1";

/// A publisher as `station.pub` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublisherKey {
    /// The first root key.
    pub key: PublicKey,
    /// A name, for people.
    pub name: String,
}

impl PublisherKey {
    /// The text of the file.
    pub fn to_text(&self) -> String {
        format!(
            "{FIRST_LINE}\nkey {}\nname {}\nwords {}\n",
            self.key,
            self.name,
            publisher_words(&self.key).join(" ")
        )
    }

    /// Reads the text of the file. The words, where they are given, must be those of the key.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        if lines.next() != Some(FIRST_LINE) {
            return Err(format!("its first line is not «{FIRST_LINE}»"));
        }
        let mut key = None;
        let mut name = String::new();
        let mut words = None;
        for line in lines {
            match line.split_once(' ') {
                Some(("key", hex)) => {
                    let bytes =
                        parse_hex(hex.trim()).ok_or("its key is not 64 hexadecimal digits")?;
                    key = Some(PublicKey(bytes));
                }
                Some(("name", text)) => name = edition::clean_line(text, 200),
                Some(("words", text)) => words = Some(text.to_owned()),
                _ => {}
            }
        }
        let key = key.ok_or("it has no key")?;
        let right = publisher_words(&key).join(" ");
        match words {
            Some(words) if words.split_whitespace().collect::<Vec<_>>().join(" ") != right => {
                Err("its words are not those of its key: somebody has changed the file".to_owned())
            }
            _ => Ok(Self { key, name }),
        }
    }
}

/// Reads a `station.pub` file; 64 hexadecimal digits in place of a path are taken as the key.
pub fn read_publisher(path: &str) -> Result<PublisherKey, Error> {
    if let Some(bytes) = parse_hex(path) {
        return Ok(PublisherKey {
            key: PublicKey(bytes),
            name: String::new(),
        });
    }
    let path = Path::new(path);
    let text = fs::read_to_string(path).map_err(Error::file(path))?;
    PublisherKey::parse(&text).map_err(|why| Error::KeyFile {
        path: path.to_owned(),
        why,
    })
}

/// 64 hexadecimal digits.
pub(crate) fn parse_hex(hex: &str) -> Option<[u8; 32]> {
    let digits = hex.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(out)
}
