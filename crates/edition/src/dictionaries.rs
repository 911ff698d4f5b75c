//! The dictionaries at hand, primed when first used.

use text::dictionaries::{LONGEST, Shipped};
use text::{Dictionary, Primed};

use crate::error::Error;
use crate::hash::ObjectHash;

/// Dictionaries by language, and by the hash that names them. Priming one takes about a tenth of
/// a second, and it then holds its model's memory (see the crate `text`) until dropped.
#[derive(Default)]
pub struct Dictionaries {
    primed: Vec<(&'static str, Primed)>,
    /// Hashes of those that were unpacked only to learn their name.
    hashes: Vec<(&'static str, [u8; 32])>,
}

impl Dictionaries {
    /// Those that are shipped with the program.
    pub fn shipped() -> Self {
        Self::default()
    }

    /// The one for a language, if there is one.
    pub(crate) fn for_language(&mut self, language: &str) -> Option<&Primed> {
        let shipped = shipped(language)?;
        self.prime(shipped)
    }

    /// The one that `hash` names; `language` says where to look first.
    pub(crate) fn by_hash(&mut self, hash: &[u8; 32], language: &str) -> Result<&Primed, Error> {
        let named =
            |dictionaries: &mut Self, shipped: &&Shipped| dictionaries.hash(shipped) == Some(*hash);
        shipped(language)
            .filter(|shipped| named(self, shipped))
            .or_else(|| text::dictionaries::all().iter().find(|s| named(self, s)))
            .and_then(|shipped| self.prime(shipped))
            .ok_or(Error::Dictionary {
                hash: ObjectHash(*hash).to_string(),
            })
    }

    fn prime(&mut self, shipped: &'static Shipped) -> Option<&Primed> {
        let position = self.position(shipped.language);
        if let Some(at) = position {
            return Some(&self.primed[at].1);
        }
        let dictionary = unpack(shipped)?;
        self.primed
            .push((shipped.language, Primed::new(&dictionary)));
        self.primed.last().map(|(_, primed)| primed)
    }

    /// The name of a shipped dictionary; does not prime it.
    fn hash(&mut self, shipped: &Shipped) -> Option<[u8; 32]> {
        if let Some(at) = self.position(shipped.language) {
            return Some(self.primed[at].1.hash());
        }
        let known = self.hashes.iter().find(|(l, _)| *l == shipped.language);
        if let Some((_, hash)) = known {
            return Some(*hash);
        }
        let hash = unpack(shipped)?.hash();
        self.hashes.push((shipped.language, hash));
        Some(hash)
    }

    fn position(&self, language: &str) -> Option<usize> {
        self.primed.iter().position(|(have, _)| *have == language)
    }
}

fn shipped(language: &str) -> Option<&'static Shipped> {
    let primary = language.split('-').next().unwrap_or(language);
    text::dictionaries::all()
        .iter()
        .find(|shipped| shipped.language.eq_ignore_ascii_case(primary))
}

/// A shipped dictionary that cannot be unpacked is a bug that a test of `text` finds.
fn unpack(shipped: &Shipped) -> Option<Dictionary> {
    Dictionary::from_packed(shipped.packed, LONGEST).ok()
}
