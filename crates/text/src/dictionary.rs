//! Text that both sides have, and the model after reading it.

use crate::alphabet::Alphabet;
use crate::coder::Silent;
use crate::model::Model;
use crate::{Error, compress, decompress};

/// The version of the model; it goes before every packed dictionary.
const VERSION: u8 = 1;

/// A dictionary: text that is like the texts to come, named by its BLAKE3 hash.
#[derive(Clone)]
pub struct Dictionary {
    text: Vec<u8>,
    hash: [u8; 32],
}

impl Dictionary {
    /// A dictionary of this text. What stands last in it counts most.
    pub fn new(text: Vec<u8>) -> Self {
        let hash = *blake3::hash(&text).as_bytes();
        Self { text, hash }
    }

    /// Unpacks what [`Dictionary::packed`] made, of at most `max` bytes of text.
    ///
    /// # Errors
    /// Where it is no packed dictionary, or a longer one.
    pub fn from_packed(packed: &[u8], max: usize) -> Result<Self, Error> {
        let [VERSION, a, b, c, d, data @ ..] = packed else {
            return Err(Error::NotADictionary);
        };
        let declared = u32::from_be_bytes([*a, *b, *c, *d]);
        let length = usize::try_from(declared)
            .ok()
            .filter(|&length| length <= max);
        let length = length.ok_or(Error::TooLong {
            declared: declared.into(),
            limit: max,
        })?;
        Ok(Self::new(decompress(data, length, None)?))
    }

    /// The dictionary as it is shipped: version, length (32 bits, big-endian), compressed text.
    /// A text longer than 4 GiB is cut.
    pub fn packed(&self) -> Vec<u8> {
        let length = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        let mut packed = vec![VERSION];
        packed.extend(length.to_be_bytes());
        packed.extend(compress(&self.text[..length as usize], None));
        packed
    }

    /// The BLAKE3 hash of the text, which names the dictionary.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// The text.
    pub fn text(&self) -> &[u8] {
        &self.text
    }
}

/// The model after reading a dictionary. Made once, it serves any number of texts.
#[derive(Clone)]
pub struct Primed {
    model: Model,
    dictionary: Dictionary,
}

impl Primed {
    /// Reads the dictionary.
    pub fn new(dictionary: &Dictionary) -> Self {
        let alphabet = Alphabet::of(&dictionary.text);
        let symbols = alphabet.clone().symbols(&dictionary.text);
        let mut counts = [0u32; 256];
        for &symbol in &symbols {
            counts[usize::from(symbol)] += 1;
        }
        let mut model = Model::new(alphabet, &counts);
        // The first three eighths are only skimmed: that costs no byte and saves a third of the time.
        let skimmed = symbols.len() / 8 * 3;
        for (i, symbol) in symbols.into_iter().enumerate() {
            // Symbols made from bytes are always placed.
            let _ = if i < skimmed {
                model.skim(symbol)
            } else {
                model.code(&mut Silent, symbol, |_| ()).map(|_| ())
            };
        }
        Self {
            model,
            dictionary: dictionary.clone(),
        }
    }

    /// The dictionary that was read.
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The BLAKE3 hash of the dictionary's text.
    pub fn hash(&self) -> [u8; 32] {
        self.dictionary.hash
    }

    pub(crate) fn model(&self) -> &Model {
        &self.model
    }
}
