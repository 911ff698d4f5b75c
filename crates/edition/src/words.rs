//! Words that people read to each other: eight for a publisher, twenty-four for a root key.

use bip39::{Language, Mnemonic};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::key::{PublicKey, SecretKey};

const DOMAIN: &[u8] = b"skywave publisher words v1\n";
/// How many words stand for a publisher: 88 bits.
pub const PUBLISHER_WORDS: usize = 8;
/// Bits of a word of BIP-39's list.
const WORD_BITS: usize = 11;

/// The eight BIP-39 words of a publisher: the first 88 bits of BLAKE3 over a domain line and
/// the first root key.
pub fn publisher_words(first_root: &PublicKey) -> [&'static str; PUBLISHER_WORDS] {
    let hash = blake3::Hasher::new()
        .update(DOMAIN)
        .update(&first_root.0)
        .finalize();
    let list = Language::English.word_list();
    std::array::from_fn(|index| {
        let bits = (0..WORD_BITS).map(|bit| index * WORD_BITS + bit);
        let word = bits.fold(0, |word, bit| {
            word << 1 | usize::from(hash.as_bytes()[bit / 8] >> (7 - bit % 8) & 1)
        });
        list[word]
    })
}

/// A secret key as twenty-four BIP-39 words, the last of which carries a checksum.
pub fn paper_words(key: &SecretKey) -> Result<Zeroizing<String>, Error> {
    let mnemonic = Mnemonic::from_entropy(&*key.seed()).map_err(words_error)?;
    Ok(Zeroizing::new(
        mnemonic.words().collect::<Vec<_>>().join(" "),
    ))
}

/// The secret key that twenty-four words stand for. Case and spacing do not matter.
pub fn key_from_words(words: &str) -> Result<SecretKey, Error> {
    let normal = Zeroizing::new(
        words
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase(),
    );
    let mnemonic =
        Mnemonic::parse_in_normalized(Language::English, &normal).map_err(words_error)?;
    let (entropy, len) = mnemonic.to_entropy_array();
    let entropy = Zeroizing::new(entropy);
    let seed = <[u8; 32]>::try_from(&entropy[..len]).map_err(|_| Error::Words {
        why: format!(
            "there are {} words, and a root key has 24",
            mnemonic.word_count()
        ),
    })?;
    Ok(SecretKey::from_seed(&Zeroizing::new(seed)))
}

fn words_error(error: bip39::Error) -> Error {
    Error::Words {
        why: error.to_string(),
    }
}
