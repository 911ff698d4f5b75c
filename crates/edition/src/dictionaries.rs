//! The dictionaries at hand, primed when first used.

use text::{Dictionary, Primed};

use crate::error::Error;
use crate::hash::ObjectHash;

/// Dictionaries by language, and by the hash that names them. Priming one takes about a tenth of
/// a second, and it then holds its model's memory (see the crate `text`) until dropped.
#[derive(Default)]
pub struct Dictionaries {
    primed: Vec<(&'static str, Primed)>,
}

impl Dictionaries {
    /// Those that are shipped with the program.
    pub fn shipped() -> Self {
        Self::default()
    }

    /// The one for a language, if there is one.
    pub(crate) fn for_language(&mut self, language: &str) -> Option<&Primed> {
        let primary = primary(language);
        let shipped = text::dictionaries::all()
            .iter()
            .find(|shipped| shipped.language.eq_ignore_ascii_case(primary))?;
        if let Some(at) = self.position(shipped.language) {
            return Some(&self.primed[at].1);
        }
        // A shipped dictionary that cannot be unpacked is a bug that a test of `text` finds.
        let dictionary =
            Dictionary::from_packed(shipped.packed, text::dictionaries::LONGEST).ok()?;
        self.primed
            .push((shipped.language, Primed::new(&dictionary)));
        self.primed.last().map(|(_, primed)| primed)
    }

    /// The one that `hash` names; `language` says where to look first.
    pub(crate) fn by_hash(&mut self, hash: &[u8; 32], language: &str) -> Result<&Primed, Error> {
        let others = text::dictionaries::all().iter().map(|s| s.language);
        for language in std::iter::once(primary(language)).chain(others) {
            let found = self.for_language(language).map(Primed::hash) == Some(*hash);
            if found {
                break;
            }
        }
        self.primed
            .iter()
            .map(|(_, primed)| primed)
            .find(|primed| primed.hash() == *hash)
            .ok_or(Error::Dictionary {
                hash: ObjectHash(*hash).to_string(),
            })
    }

    fn position(&self, language: &str) -> Option<usize> {
        self.primed.iter().position(|(have, _)| *have == language)
    }
}

fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}
