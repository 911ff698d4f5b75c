//! Text as few bytes: a context-mixing model over code points, primed with a published dictionary.

mod adaptive;
mod alphabet;
mod coder;
mod contexts;
pub mod dictionaries;
mod dictionary;
mod direct;
mod evidence;
mod followers;
mod logistic;
mod matcher;
mod mixer;
mod model;
mod refine;
mod tree;

pub use dictionary::{Dictionary, Primed};

use alphabet::Alphabet;
use coder::{Decoder, Encoder};
use model::Model;

/// Why bytes are no compressed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The bytes are not those that `compress` makes of any text of this length.
    #[error("not the compressed form of any text of {length} bytes")]
    Malformed {
        /// The length that was asked for.
        length: usize,
    },
    /// A packed dictionary declares a text longer than the caller allows.
    #[error("a dictionary of {declared} bytes, where at most {limit} are allowed")]
    TooLong {
        /// Bytes of text, as declared.
        declared: u64,
        /// The caller's limit.
        limit: usize,
    },
    /// A packed dictionary ends before its header does, or is of another version.
    #[error("not a packed dictionary of this version")]
    NotADictionary,
}

fn model_of(dictionary: Option<&Primed>) -> Model {
    match dictionary {
        Some(primed) => primed.model().clone(),
        None => Model::new(Alphabet::new(), &[0; 256]),
    }
}

/// The bytes of `text`, as few as the model knows how to. Any bytes can be text; the length is
/// not part of the result, and [`decompress`] needs the same dictionary.
pub fn compress(text: &[u8], dictionary: Option<&Primed>) -> Vec<u8> {
    let mut model = model_of(dictionary);
    let mut encoder = Encoder::new();
    for symbol in model.alphabet().clone().symbols(text) {
        // Symbols made from bytes are always placed.
        let _ = model.code(&mut encoder, symbol, |_| ());
    }
    encoder.finish()
}

/// The text of `length` bytes that [`compress`] made `data` of.
///
/// Memory: the model, and about three times `length`, which the caller has checked.
///
/// # Errors
/// [`Error::Malformed`] where `compress` makes other bytes of the text that was read.
pub fn decompress(
    data: &[u8],
    length: usize,
    dictionary: Option<&Primed>,
) -> Result<Vec<u8>, Error> {
    let malformed = Error::Malformed { length };
    let mut model = model_of(dictionary);
    let mut alphabet = model.alphabet().clone();
    let mut decoder = Decoder::new(data);
    let mut text = Vec::new();
    let mut symbols = Vec::new();
    while text.len() < length {
        let symbol = model
            .code(&mut decoder, 0, |byte| text.push(byte))
            .map_err(|_| malformed)?;
        symbols.push(symbol);
    }
    let canonical =
        text.len() == length && decoder.is_canonical() && alphabet.symbols(&text) == symbols;
    if canonical { Ok(text) } else { Err(malformed) }
}
