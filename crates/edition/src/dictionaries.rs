//! The dictionaries at hand, primed when first used.

use std::borrow::Cow;

use text::dictionaries::{LONGEST, Shipped};
use text::{Dictionary, Primed};

use crate::error::Error;
use crate::hash::ObjectHash;

/// Dictionaries by language, and by the hash that names them. Priming one takes about a third of
/// a second, and it then holds its model's memory (see the crate `text`) until dropped.
#[derive(Default)]
pub struct Dictionaries {
    known: Vec<Known>,
}

struct Known {
    /// BCP 47, primary subtag only.
    language: Cow<'static, str>,
    form: Form,
    /// Known once it was unpacked to learn its name.
    hash: Option<[u8; 32]>,
}

enum Form {
    Packed(&'static [u8]),
    Text(Dictionary),
    Primed(Box<Primed>),
}

impl Dictionaries {
    /// Those that are shipped with the program.
    pub fn shipped() -> Self {
        let known = |shipped: &Shipped| Known {
            language: shipped.language.into(),
            form: Form::Packed(shipped.packed),
            hash: None,
        };
        Self {
            known: text::dictionaries::all().iter().map(known).collect(),
        }
    }

    /// None: [`Dictionaries::add`] adds those that a reader carries.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds the dictionary for a language (BCP 47, primary subtag), as text.
    pub fn add(&mut self, language: &str, text: Vec<u8>) {
        let dictionary = Dictionary::new(text);
        self.known.push(Known {
            language: language.to_owned().into(),
            hash: Some(dictionary.hash()),
            form: Form::Text(dictionary),
        });
    }

    /// Primes the dictionary for a language now, so that the first bundle need not wait for it.
    pub fn prepare(&mut self, language: &str) {
        let _ = self.for_language(language);
    }

    /// Gives up the models' memory, until they are needed again.
    pub fn rest(&mut self) {
        for known in &mut self.known {
            if let Form::Primed(primed) = &known.form {
                known.form = Form::Text(primed.dictionary().clone());
            }
        }
    }

    /// The one for a language, if there is one.
    pub(crate) fn for_language(&mut self, language: &str) -> Option<&Primed> {
        let at = self.position(language)?;
        self.known[at].primed()
    }

    /// The one that `hash` names; `language` says where to look first.
    pub(crate) fn by_hash(&mut self, hash: &[u8; 32], language: &str) -> Result<&Primed, Error> {
        let first = self.position(language);
        let others = (0..self.known.len()).filter(|at| Some(*at) != first);
        let mut order = first.into_iter().chain(others);
        order
            .find(|at| self.known[*at].hash() == Some(*hash))
            .and_then(|at| self.known[at].primed())
            .ok_or(Error::Dictionary {
                hash: ObjectHash(*hash).to_string(),
            })
    }

    fn position(&self, language: &str) -> Option<usize> {
        let primary = language.split('-').next().unwrap_or(language);
        let fits = |known: &Known| known.language.eq_ignore_ascii_case(primary);
        self.known.iter().position(fits)
    }
}

impl Known {
    /// Its name; does not prime it.
    fn hash(&mut self) -> Option<[u8; 32]> {
        if self.hash.is_none() {
            self.hash = match &self.form {
                Form::Packed(packed) => Some(unpack(packed)?.hash()),
                Form::Text(dictionary) => Some(dictionary.hash()),
                Form::Primed(primed) => Some(primed.hash()),
            };
        }
        self.hash
    }

    fn primed(&mut self) -> Option<&Primed> {
        let primed = match &self.form {
            Form::Packed(packed) => Some(Primed::new(&unpack(packed)?)),
            Form::Text(dictionary) => Some(Primed::new(dictionary)),
            Form::Primed(_) => None,
        };
        if let Some(primed) = primed {
            self.form = Form::Primed(Box::new(primed));
        }
        match &self.form {
            Form::Primed(primed) => Some(primed),
            Form::Packed(_) | Form::Text(_) => None,
        }
    }
}

/// A shipped dictionary that cannot be unpacked is a bug that a test of `text` finds.
fn unpack(packed: &[u8]) -> Option<Dictionary> {
    Dictionary::from_packed(packed, LONGEST).ok()
}
