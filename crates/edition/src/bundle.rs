//! A bundle: articles of one language, packed as one object.
//!
//! The articles are a canonical CBOR value; their text is taken out of it (see
//! [`crate::skeleton`]) and both halves are compressed, the text with the dictionary of its
//! language.

use crate::article::Article;
use crate::block;
use crate::cbor::{Fields, Reader, Writer, within};
use crate::dictionaries::Dictionaries;
use crate::error::Error;
use crate::limits::{ARTICLES, BUNDLE_BYTES, PARTS};
use crate::skeleton::{Halves, join, split};
use crate::strings::language;

const STRUCTURE: &str = "bundle";
const VERSION: u64 = 1;

/// Articles of one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The language (BCP 47).
    pub language: String,
    /// The articles, by ascending number.
    pub articles: Vec<Article>,
}

impl Bundle {
    /// The bytes of the object. Errors where a limit is exceeded.
    pub fn pack(&self, dictionaries: &mut Dictionaries) -> Result<Vec<u8>, Error> {
        let content = self.content();
        if read_articles(&content)? != self.articles {
            return Err(invalid("an article is not in its canonical form"));
        }
        self.check()?;
        let halves = split(&content)?;
        within(
            "bytes of an unpacked bundle",
            (halves.skeleton.len() + halves.text.len()) as u64,
            BUNDLE_BYTES as u64,
        )?;
        let primed = dictionaries.for_language(&self.language);
        let bytes = Fields::versioned(VERSION)
            .with(1, |w| w.text(&self.language))
            .with_some(2, primed.map(text::Primed::hash), |w, hash| w.bytes(&hash))
            .with(3, |w| w.uint(halves.skeleton.len() as u64))
            .with(4, |w| w.uint(halves.text.len() as u64))
            .with(5, |w| w.bytes(&text::compress(&halves.skeleton, None)))
            .with(6, |w| w.bytes(&text::compress(&halves.text, primed)))
            .into_bytes();
        within("bytes of a bundle", bytes.len() as u64, BUNDLE_BYTES as u64)?;
        Ok(bytes)
    }

    /// Reads an object of kind [`crate::ObjectKind::Bundle`].
    pub fn unpack(bytes: &[u8], dictionaries: &mut Dictionaries) -> Result<Self, Error> {
        within("bytes of a bundle", bytes.len() as u64, BUNDLE_BYTES as u64)?;
        let mut reader = Reader::new(STRUCTURE, bytes);
        let mut map = reader.versioned(VERSION)?;
        let language = map.required(1, language)?;
        let dictionary = map.optional(2, Reader::array_of)?;
        let skeleton_len = map.required(3, Reader::uint)?;
        let text_len = map.required(4, Reader::uint)?;
        let skeleton = map.required(5, |r| r.bytes("packed skeleton", BUNDLE_BYTES))?;
        let packed = map.required(6, |r| r.bytes("packed text", BUNDLE_BYTES))?;
        map.finish()?;
        reader.finish()?;
        within(
            "bytes of an unpacked bundle",
            skeleton_len.saturating_add(text_len),
            BUNDLE_BYTES as u64,
        )?;
        let primed = match dictionary {
            Some(hash) => Some(dictionaries.by_hash(&hash, &language)?),
            None => None,
        };
        let halves = Halves {
            skeleton: unpack(skeleton, skeleton_len, None)?,
            text: unpack(packed, text_len, primed)?,
        };
        let content = join(&halves)?;
        let bundle = Self {
            articles: read_articles(&content)?,
            language,
        };
        bundle.check()?;
        Ok(bundle)
    }

    fn content(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.array(self.articles.len());
        self.articles
            .iter()
            .for_each(|article| article.write(&mut writer));
        writer.into_bytes()
    }

    /// What the articles' own bytes cannot show.
    fn check(&self) -> Result<(), Error> {
        let mut tag = Writer::new();
        tag.text(&self.language);
        language(&mut Reader::new(STRUCTURE, &tag.into_bytes()))?;
        if self
            .articles
            .windows(2)
            .any(|pair| pair[0].number >= pair[1].number)
        {
            return Err(invalid("articles ascend by number, each once"));
        }
        Ok(())
    }
}

fn invalid(why: &'static str) -> Error {
    Error::Invalid {
        structure: STRUCTURE,
        why,
    }
}

fn read_articles(content: &[u8]) -> Result<Vec<Article>, Error> {
    let mut reader = Reader::new("articles of a bundle", content);
    let len = reader.array("articles", ARTICLES)?;
    let mut parts = 0;
    let articles = (0..len)
        .map(|_| {
            let article = Article::read(&mut reader)?;
            parts += block::parts(&article.blocks);
            within("parts of a bundle", parts as u64, PARTS as u64)?;
            Ok(article)
        })
        .collect::<Result<_, Error>>()?;
    reader.finish()?;
    Ok(articles)
}

fn unpack(data: &[u8], len: u64, primed: Option<&text::Primed>) -> Result<Vec<u8>, Error> {
    text::decompress(data, len as usize, primed).map_err(|error| Error::Unpack {
        why: error.to_string(),
    })
}
